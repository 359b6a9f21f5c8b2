//! Queries that end when they are told to. In: a parsed query and a token. Out: the same query, in which every join
//! looks at the token for each row that it makes. Not here: the clock (`serve`).
//!
//! The engine looks at its token where it reads the store. A join of two lists that are in memory already reads
//! nothing, so `{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }` would go on for days; here it does not.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use oxigraph::model::{Literal, NamedNode, Variable};
use oxigraph::sparql::{CancellationToken, QueryEvaluationError, SparqlEvaluator};
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::Error;
use super::walk::walk;

/// Name of the function that looks at the token; a query that calls it itself gets a yes.
const ALIVE: &str = "urn:x-casegraph:alive";

/// What travels up through the engine when the token is cancelled.
struct Stopped;

/// Returns an engine that heeds the token, for a query that went through [`watched`].
pub(super) fn evaluator(token: &CancellationToken) -> SparqlEvaluator {
    let own = token.clone();
    let alive = move |_: &[oxigraph::model::Term]| {
        if own.is_cancelled() {
            // No error of a function ends an evaluation, so this unwinds to `stoppable`, past the panic hook.
            resume_unwind(Box::new(Stopped));
        }
        Some(Literal::from(true).into())
    };
    SparqlEvaluator::new()
        .with_cancellation_token(token.clone())
        .with_custom_function(NamedNode::new_unchecked(ALIVE), alive)
}

/// Evaluates by `work`, until it is done or the token is cancelled.
pub(super) fn stoppable<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done,
        Err(cause) if cause.is::<Stopped>() => Err(QueryEvaluationError::Cancelled.into()),
        Err(cause) => resume_unwind(cause),
    }
}

/// Has every join of a pattern look at the token.
pub(super) fn watched(pattern: &mut GraphPattern) {
    let mut is_done = false;
    walk(pattern, &mut |pattern| {
        // The pattern that was just put under its watch comes next.
        if std::mem::take(&mut is_done) {
            return;
        }
        if let GraphPattern::Bgp { patterns } = pattern {
            let parts = components(std::mem::take(patterns));
            *pattern = joined(parts);
        }
        if let GraphPattern::Join { left, right } | GraphPattern::LeftJoin { left, right, .. } = pattern
            && let Some(expr) = watch(left, right)
        {
            let inner = Box::new(std::mem::take(pattern));
            *pattern = GraphPattern::Filter { expr, inner };
            is_done = true;
        }
    });
}

/// Returns a condition that always holds, and that can be looked at only once both sides are joined.
fn watch(left: &GraphPattern, right: &GraphPattern) -> Option<Expression> {
    let (left, right) = (variables(left), variables(right));
    let of_left = left.iter().find(|name| !right.contains(*name))?;
    let of_right = right.iter().find(|name| !left.contains(*name))?;
    let value = |name: &Variable| Expression::Coalesce(vec![name.clone().into(), Literal::from(false).into()]);
    let alive = Function::Custom(NamedNode::new_unchecked(ALIVE));
    Some(Expression::FunctionCall(alive, vec![value(of_left), value(of_right)]))
}

fn variables(pattern: &GraphPattern) -> BTreeSet<Variable> {
    let mut found = BTreeSet::new();
    pattern.on_in_scope_variable(|variable| {
        found.insert(variable.clone());
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

fn joined(parts: Vec<Vec<TriplePattern>>) -> GraphPattern {
    let parts = parts.into_iter().map(|patterns| GraphPattern::Bgp { patterns });
    let join = |left, right| GraphPattern::Join { left: Box::new(left), right: Box::new(right) };
    parts.reduce(join).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;
    use oxigraph::store::Store;
    use spargebra::SparqlParser;

    use super::super::evaluate::pattern_mut;
    use super::*;
    use crate::query::{Answer, Limits, Protocol, Question, run_limited};

    fn store(triples: usize) -> Store {
        let store = Store::new().expect("memory");
        let data: String =
            (0..triples).map(|n| format!("<x:s{n}> <x:p{}> <x:o{n}> .\n", n % 7)).collect::<Vec<_>>().concat();
        store.load_from_slice(RdfFormat::NTriples, &data).expect("N-Triples");
        store
    }

    fn ask(store: &Store, text: &str, token: &CancellationToken) -> Result<Answer, Error> {
        let limits = Limits { rows: 1_000_000, bytes: 1 << 30, token: token.clone() };
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
            let answer = std::thread::scope(|scope| {
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
            let plain =
                crate::query::run(&store, "https://example.org/x/id/", &Question::ad_hoc("-", text).expect(text), &[]);
            let answer = ask(&store, text, &CancellationToken::new()).expect(text);
            assert_eq!(answer, plain.expect(text), "{text}");
            assert!(!answer.is_empty(), "{text}");
        }
    }

    #[test]
    fn patterns_that_share_a_name_stay_together() {
        let count = |text: &str| {
            let mut query = SparqlParser::new().parse_query(text).expect(text);
            let mut found = 0;
            watched(pattern_mut(&mut query));
            walk(pattern_mut(&mut query), &mut |pattern| {
                found += usize::from(matches!(pattern, GraphPattern::Bgp { .. }));
            });
            found
        };
        assert_eq!(count("ASK { ?a <x:p> ?b . ?c <x:p> ?d . ?b <x:p> ?c }"), 1);
        assert_eq!(count("ASK { ?a <x:p> _:b . _:b <x:p> ?d . ?e <x:p> ?f }"), 2);
        assert_eq!(count("ASK { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"), 3);
    }
}
