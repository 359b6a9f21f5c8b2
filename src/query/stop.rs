//! Queries that end when they are told to, and when they hold too much. In: a parsed query and limits. Out: the same
//! query, in which every join looks at the token for each row that it makes, and every function that makes a text looks
//! at the length of what it is given. Not here: the clock (`serve`), what is counted (`memory`).
//!
//! The evaluator looks at its token where it reads the dataset. A join of two lists that are in memory already reads
//! nothing, so `{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }` would go on for days; and an error does not end it, since what
//! gathers rows keeps errors and asks for the next row. So once the token is cancelled, the dataset gives no more quads and
//! each join drops its rows: the query runs dry, and its answer is thrown away. Within one call of the evaluator, as
//! where it sorts what is gathered, nothing can be stopped.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread::{Builder, scope};

use oxigraph::model::{Literal, NamedNode, Term, Variable};
use oxigraph::sparql::{QueryEvaluationError, SparqlEvaluator};
use spargebra::algebra::{AggregateExpression, Expression, Function, GraphPattern, OrderExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::Error;
use super::limits::Limits;
use super::parse::order_by_datatype;
use super::replace::Replacer;
use super::walk::{Visitor, walk};
use crate::memory;

/// Names of the functions that keep a query within its limits. A query that calls one itself gets what they give.
const STOPPED: &str = "urn:x-casegraph:stopped";
const KEPT: &str = "urn:x-casegraph:kept";
const REPLACE: &str = "urn:x-casegraph:replace";

/// Bytes of stack for a query: what `extent` lets through fits in, also where nothing is optimised; tests prove it.
const STACK: usize = 128 << 20;

/// Returns an engine that keeps to the limits, for a query that went through [`watched`].
pub(super) fn evaluator(limits: &Limits) -> SparqlEvaluator {
    let (stopped, kept, replacer) = (limits.clone(), limits.clone(), Replacer::new(limits.clone()));
    SparqlEvaluator::new()
        .with_custom_function(NamedNode::new_unchecked(STOPPED), move |args| {
            for ratio in args {
                stopped.foresee(ratio);
            }
            stopped.token.is_cancelled().then(|| Literal::from(true).into())
        })
        .with_custom_function(NamedNode::new_unchecked(KEPT), move |args| {
            args.first().filter(|term| kept.admits(length(term))).cloned()
        })
        .with_custom_function(NamedNode::new_unchecked(REPLACE), move |args| replacer.replace(args))
}

/// Returns the bytes of a term's text.
pub(super) fn length(term: &Term) -> usize {
    match term {
        Term::NamedNode(node) => node.as_str().len(),
        Term::Literal(literal) => literal.value().len(),
        Term::BlankNode(_) => 32,
        Term::Triple(triple) => 64 + length(&triple.object),
    }
}

/// Parses or evaluates by `work`, until it is done, the token is cancelled or too much memory is held. It gets a thread
/// of its own, so that no text within the bounds can exhaust the stack.
pub(super) fn bounded<T: Send>(limits: &Limits, work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    let counted = || memory::bounded(limits.memory, &limits.token, work);
    let ended = scope(|threads| {
        let thread = Builder::new().name("query".into()).stack_size(STACK).spawn_scoped(threads, counted);
        thread.map_err(Error::Thread).map(|thread| thread.join().unwrap_or_else(|cause| resume_unwind(cause)))
    });
    match ended? {
        (Err(error @ (Error::Syntax(_) | Error::TooLarge { .. })), _) => Err(error),
        (_, true) => Err(Error::Memory(limits.memory >> 20)),
        (Err(_), _) if limits.token.is_cancelled() => Err(QueryEvaluationError::Cancelled.into()),
        (done, _) => done,
    }
}

/// Has every part of a pattern that may make many rows, or long texts, keep to the limits, and every sort have an order.
pub(super) fn watched(pattern: &mut GraphPattern) {
    watch_parts(pattern);
}

/// Has a pattern whose rows are written into the store look at the token at each row too.
pub(super) fn watched_rows(pattern: &mut GraphPattern) {
    let mut watcher = watch_parts(pattern);
    *pattern = watcher.watch(std::mem::take(pattern), None);
}

fn watch_parts(pattern: &mut GraphPattern) -> Watcher {
    order_by_datatype(pattern);
    let mut watcher = Watcher { watches: 0 };
    walk(pattern, &mut watcher);
    watcher
}

struct Watcher {
    watches: usize,
}

impl Visitor for Watcher {
    fn leave(&mut self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Bgp { patterns } => {
                let parts = components(std::mem::take(patterns)).into_iter();
                let parts = parts.map(|patterns| GraphPattern::Bgp { patterns });
                *pattern = parts.reduce(|left, right| self.join(left, right)).unwrap_or_default();
            }
            GraphPattern::Join { left, right } => {
                *pattern = self.join(std::mem::take(left), std::mem::take(right));
            }
            GraphPattern::LeftJoin { left, right, .. } => {
                let watches = self.watch_sides(left, right);
                if watches {
                    *pattern = self.watch(std::mem::take(pattern), None);
                }
            }
            GraphPattern::Lateral { .. } => *pattern = self.watch(std::mem::take(pattern), None),
            GraphPattern::Extend { expression, .. } if makes_text(expression) => keep(expression),
            GraphPattern::Group { aggregates, .. } => {
                for (_, aggregate) in aggregates {
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        keep(expr);
                    }
                }
            }
            GraphPattern::OrderBy { expression, .. } => {
                for OrderExpression::Asc(by) | OrderExpression::Desc(by) in expression {
                    if !matches!(by, Expression::Variable(_)) {
                        keep(by);
                    }
                }
            }
            _ => {}
        }
    }

    fn leave_expression(&mut self, expression: &mut Expression) {
        match expression {
            Expression::FunctionCall(Function::Concat, parts) if parts.len() > 1 => {
                *expression = concat(std::mem::take(parts));
            }
            Expression::FunctionCall(name @ Function::Replace, _) => *name = custom(REPLACE),
            Expression::FunctionCall(Function::UCase | Function::LCase | Function::EncodeForUri, parts) => {
                parts.iter_mut().take(1).for_each(keep);
            }
            // A pattern that is not known beforehand is compiled for each row.
            Expression::FunctionCall(Function::Regex, parts)
                if parts.iter().skip(1).any(|part| !matches!(part, Expression::Literal(_))) =>
            {
                parts.iter_mut().take(1).for_each(keep);
            }
            _ => {}
        }
    }
}

impl Watcher {
    fn join(&mut self, mut left: GraphPattern, mut right: GraphPattern) -> GraphPattern {
        let watches = self.watch_sides(&mut left, &mut right);
        let join = GraphPattern::Join { left: Box::new(left), right: Box::new(right) };
        if watches { self.watch(join, None) } else { join }
    }

    /// Watches the sides of a join that are gathered before it begins; tells whether the join itself is to be watched.
    fn watch_sides(&mut self, left: &mut GraphPattern, right: &mut GraphPattern) -> bool {
        let (of_left, of_right) = (variables(left), variables(right));
        let connected = !of_left.is_disjoint(&of_right);
        let all = of_left.union(&of_right).count();
        for (side, own) in [(&mut *left, &of_left), (&mut *right, &of_right)] {
            if !connected || !is_read(side, true) {
                *side = self.watch(std::mem::take(side), Some(1 + all.div_ceil(own.len().max(1))));
            }
        }
        // What joins no new variable to what is read makes few rows at a time, and the engine does it best unwatched.
        let widens = !of_left.is_subset(&of_right) && !of_right.is_subset(&of_left);
        !connected
            || widens
            || !is_read(left, true)
            || !is_read(right, true)
            || !(is_read(left, false) || is_read(right, false))
    }

    /// Returns a pattern with the same rows, which has none once the token is cancelled. The variable keeps the condition in
    /// its place, which the optimiser would move elsewhere; it is bound only then.
    fn watch(&mut self, inner: GraphPattern, ratio: Option<usize>) -> GraphPattern {
        self.watches += 1;
        let ratio = ratio.and_then(|ratio| i64::try_from(ratio).ok()).map(|ratio| Literal::from(ratio).into());
        // No variable of a query has a space in its name.
        let variable = Variable::new_unchecked(format!("stopped {}", self.watches));
        let inner = GraphPattern::Extend {
            inner: Box::new(inner),
            variable: variable.clone(),
            expression: Expression::FunctionCall(custom(STOPPED), ratio.into_iter().collect()),
        };
        GraphPattern::Filter { expr: Expression::Not(Box::new(Expression::Bound(variable))), inner: Box::new(inner) }
    }
}

fn custom(name: &str) -> Function {
    Function::Custom(NamedNode::new_unchecked(name))
}

/// Has the value of an expression looked at.
fn keep(expression: &mut Expression) {
    let value = std::mem::replace(expression, Literal::from(false).into());
    *expression = match value {
        Expression::Literal(_) | Expression::NamedNode(_) => value,
        _ => Expression::FunctionCall(custom(KEPT), vec![value]),
    };
}

/// Puts texts together two by two, each looked at before: the order of steps does not matter to `CONCAT`.
fn concat(mut parts: Vec<Expression>) -> Expression {
    let rest = parts.split_off(parts.len().div_ceil(2));
    if rest.is_empty() {
        let mut part = parts.pop().unwrap_or_else(|| Literal::from("").into());
        keep(&mut part);
        return part;
    }
    let mut halves = vec![concat(parts), concat(rest)];
    halves.iter_mut().filter(|half| matches!(half, Expression::FunctionCall(Function::Concat, _))).for_each(keep);
    Expression::FunctionCall(Function::Concat, halves)
}

/// Tells whether the value of an expression may be a text that is not in the data.
fn makes_text(expression: &Expression) -> bool {
    match expression {
        Expression::FunctionCall(name, _) => !matches!(
            name,
            Function::StrLen
                | Function::Contains
                | Function::StrStarts
                | Function::StrEnds
                | Function::Year
                | Function::Month
                | Function::Day
        ),
        Expression::If(_, yes, no) => makes_text(yes) || makes_text(no),
        Expression::Coalesce(parts) => parts.iter().any(makes_text),
        _ => false,
    }
}

/// Tells whether the rows of a pattern come from the dataset as they are asked for, or stand in the query, if `listed`.
fn is_read(pattern: &GraphPattern, listed: bool) -> bool {
    use GraphPattern as P;
    match pattern {
        P::Bgp { patterns } => listed || !patterns.is_empty(),
        P::Path { .. } => true,
        P::Values { .. } => listed,
        P::Graph { inner, .. } | P::Filter { inner, .. } => is_read(inner, listed),
        P::Join { left, right } => listed && is_read(left, listed) && is_read(right, listed),
        P::Union { left, right } => is_read(left, listed) && is_read(right, listed),
        P::Extend { inner, variable, .. } => !variable.as_str().contains(' ') && is_read(inner, listed),
        _ => false,
    }
}

fn variables(pattern: &GraphPattern) -> BTreeSet<Variable> {
    let mut found = BTreeSet::new();
    pattern.on_in_scope_variable(|variable| {
        if !variable.as_str().contains(' ') {
            found.insert(variable.clone());
        }
    });
    found
}

/// Parts triple patterns so that patterns of different parts share no variable and no blank node.
fn components(patterns: Vec<TriplePattern>) -> Vec<Vec<TriplePattern>> {
    let mut parts: Vec<(BTreeSet<String>, Vec<TriplePattern>)> = Vec::new();
    for pattern in patterns {
        let names = names(&pattern);
        let shares = |part: &(BTreeSet<String>, Vec<TriplePattern>)| !part.0.is_disjoint(&names) || names.is_empty();
        let (mut joined, mut own) = (names.clone(), Vec::new());
        let mut apart = Vec::new();
        for part in parts {
            if shares(&part) {
                joined.extend(part.0);
                own.extend(part.1);
            } else {
                apart.push(part);
            }
        }
        own.push(pattern);
        apart.push((joined, own));
        parts = apart;
    }
    parts.into_iter().map(|(_, patterns)| patterns).collect()
}

fn names(pattern: &TriplePattern) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for term in [&pattern.subject, &pattern.object] {
        names_of(term, &mut names);
    }
    if let NamedNodePattern::Variable(variable) = &pattern.predicate {
        names.insert(variable.to_string());
    }
    names
}

fn names_of(term: &TermPattern, names: &mut BTreeSet<String>) {
    match term {
        TermPattern::Variable(variable) => {
            names.insert(variable.to_string());
        }
        TermPattern::BlankNode(node) => {
            names.insert(node.to_string());
        }
        TermPattern::Triple(triple) => names.extend(self::names(triple)),
        TermPattern::NamedNode(_) | TermPattern::Literal(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;
    use spargebra::SparqlParser;

    use super::super::parse::pattern_mut;
    use oxigraph::sparql::CancellationToken;
    use rdf_columns::Queried;

    use super::*;
    use crate::query::{Answer, Limits, Protocol, Question, run_limited};
    use crate::store::CaseStore;

    fn store(triples: usize) -> CaseStore {
        let data: String =
            (0..triples).map(|n| format!("<x:s{n}> <x:p{}> <x:o{n}> .\n", n % 7)).collect::<Vec<_>>().concat();
        CaseStore::of_text(RdfFormat::NTriples, &data)
    }

    fn ask(store: &CaseStore, text: &str, token: &CancellationToken) -> Result<Answer, Error> {
        let limits = Limits { token: token.clone(), ..Limits::default() };
        run_limited(
            store,
            "https://example.org/x/id/",
            &Question::ad_hoc("-", text)?,
            &[],
            &Protocol::default(),
            &limits,
        )
    }

    #[test]
    fn a_query_that_would_run_for_days_stops() {
        let store = store(2_000);
        for text in [
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
            "SELECT (COUNT(*) AS ?n) { { ?a ?b ?c } { ?d ?e ?f } OPTIONAL { ?g ?h ?i } OPTIONAL { ?j ?k ?l } }",
            "ASK { FILTER EXISTS { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?a = ?l && ?b = ?a) } }",
            "SELECT (COUNT(*) AS ?n) { ?a ?p ?c . ?d ?p ?f . ?g ?p ?i . ?j ?p ?l . ?m ?p ?o }",
        ] {
            let token = CancellationToken::new();
            let clock = token.clone();
            let answer = scope(|scope| {
                scope.spawn(move || {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                    clock.cancel();
                });
                ask(&store, text, &token)
            });
            assert!(matches!(answer, Err(Error::Evaluation(QueryEvaluationError::Cancelled))), "{text}");
        }
    }

    #[test]
    fn a_watched_query_answers_as_it_would_unwatched() {
        let store = store(12);
        for text in [
            "SELECT * { ?a <x:p1> ?b . ?c <x:p2> ?d }",
            "SELECT * { ?a <x:p1> ?b OPTIONAL { ?c <x:p9> ?d } }",
            "SELECT * { VALUES ?a { <x:s1> <x:s2> UNDEF } VALUES (?b ?c) { (1 UNDEF) (UNDEF 2) } ?a ?p ?o }",
            "SELECT * { ?a <x:p1> ?b MINUS { ?a <x:p1> <x:o8> } FILTER NOT EXISTS { ?z <x:p9> ?y . ?x ?w ?v } }",
            "SELECT ?p (COUNT(*) AS ?n) { ?a ?p ?b . _:x ?q _:y } GROUP BY ?p",
            "SELECT * { <x:s1> <x:p1> <x:o1> . ?a <x:p2> ?b }",
        ] {
            let query = SparqlParser::new().parse_query(text).expect(text);
            let plain = SparqlEvaluator::new().for_query(query);
            let plain = plain.on_queryable_dataset(Queried::new(store.columns(), true)).execute().expect(text);
            let plain = Answer::collect(plain, false).expect(text);
            let answer = ask(&store, text, &CancellationToken::new()).expect(text);
            assert_eq!(answer, plain, "{text}");
            assert!(!answer.is_empty(), "{text}");
        }
    }

    #[test]
    fn patterns_that_share_a_name_stay_together() {
        let count = |text: &str| {
            let mut query = SparqlParser::new().parse_query(text).expect(text);
            let mut found = 0;
            watched(pattern_mut(&mut query));
            walk(pattern_mut(&mut query), &mut |pattern: &mut GraphPattern| {
                found += usize::from(matches!(pattern, GraphPattern::Bgp { .. }));
            });
            found
        };
        assert_eq!(count("ASK { ?a <x:p> ?b . ?c <x:p> ?d . ?b <x:p> ?c }"), 1);
        assert_eq!(count("ASK { ?a <x:p> _:b . _:b <x:p> ?d . ?e <x:p> ?f }"), 2);
        assert_eq!(count("ASK { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"), 3);
    }
}
