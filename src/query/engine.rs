//! Queries that an engine elsewhere answers itself. In: a parsed query. Out: its reply, whole and in the order that it would
//! have here. Not here: how it is reached (`remote`).

use std::collections::BTreeMap;

use oxigraph::model::{Literal, Term};
use oxigraph::sparql::{SparqlEvaluator, Variable};
use oxigraph::store::Store;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, Function, GraphPattern, OrderExpression, QueryDataset};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};

use super::Error;
use super::answer::{Answer, Solutions};
use super::parse::pattern_mut;
use super::walk::walk;
use crate::remote::{Endpoint, Reply};
use crate::store::{self, EndpointFault};

/// Asks an engine; nothing where it cannot answer this query, though it is SPARQL.
pub(super) fn ask(engine: &Endpoint, query: &Query, ordered: bool) -> Result<Option<Answer>, Error> {
    let Some(asked) = rows_of(query).and_then(|asked| with_graphs(engine, asked)) else { return Ok(None) };
    let asked = with_portable_order(asked);
    let reply = match engine.ask(&asked.to_string()) {
        Ok(reply) => reply,
        Err(error) => {
            // Engines have gaps. A copy that is made instead tells whether the endpoint itself is at fault.
            let has_gap = matches!(error.fault, EndpointFault::Rejected { .. } | EndpointFault::Broken { .. });
            return if has_gap { Ok(None) } else { Err(store::Error::from(error).into()) };
        }
    };
    let Reply::Solutions(variables, rows) = reply else { return Ok(None) };
    // An engine that cuts its answers can still be copied, page by page.
    if is_round(rows.len()) && count(engine, asked)?.is_some_and(|total| total > rows.len()) {
        return Ok(None);
    }
    gather(query, variables, rows, ordered)
}

/// Returns the query that gives the rows from which an answer is made; of triples, that for their template. What a
/// `DESCRIBE` tells is each engine's own choice, so there is none for it.
fn rows_of(query: &Query) -> Option<Query> {
    match query {
        Query::Select { .. } => Some(query.clone()),
        // Not every engine answers `ASK` with a yes or no.
        Query::Ask { dataset, pattern, base_iri } => {
            let (inner, variable) = (Box::new(pattern.clone()), Variable::new_unchecked("found"));
            let expression = Literal::from(1).into();
            let inner = Box::new(GraphPattern::Extend { inner, variable: variable.clone(), expression });
            let inner = Box::new(GraphPattern::Project { inner, variables: vec![variable] });
            let pattern = GraphPattern::Slice { inner, start: 0, length: Some(1) };
            Some(Query::Select { dataset: dataset.clone(), pattern, base_iri: base_iri.clone() })
        }
        Query::Describe { .. } => None,
        Query::Construct { template, dataset, pattern, base_iri } => {
            let mut variables = BTreeMap::new();
            for triple in template {
                let predicate = match &triple.predicate {
                    NamedNodePattern::Variable(variable) => Some(variable),
                    NamedNodePattern::NamedNode(_) => None,
                };
                let ends = [&triple.subject, &triple.object].into_iter().map(|term| match term {
                    TermPattern::Variable(variable) => Some(variable),
                    _ => None,
                });
                for variable in ends.chain([predicate]).flatten() {
                    variables.insert(variable.as_str(), variable.clone());
                }
            }
            let is_plain = |term: &TermPattern| !matches!(term, TermPattern::BlankNode(_) | TermPattern::Triple(_));
            if !template.iter().all(|triple| is_plain(&triple.subject) && is_plain(&triple.object)) {
                return None;
            }
            let inner = Box::new(pattern.clone());
            let pattern = GraphPattern::Project { inner, variables: variables.into_values().collect() };
            Some(Query::Select { dataset: dataset.clone(), pattern, base_iri: base_iri.clone() })
        }
    }
}

/// Lets an `ORDER BY` sort IRIs by their text, as SPARQL says: some engines sort them by numbers of their own.
fn with_portable_order(mut query: Query) -> Query {
    walk(pattern_mut(&mut query), &mut |pattern: &mut GraphPattern| {
        if let GraphPattern::OrderBy { expression, .. } = pattern {
            *expression = std::mem::take(expression).into_iter().flat_map(portable).collect();
        }
    });
    query
}

fn portable(order: OrderExpression) -> Vec<OrderExpression> {
    let text_of = |variable: &Variable| {
        let variable = Expression::Variable(variable.clone());
        // What is no IRI comes after all IRIs.
        Expression::If(
            Box::new(Expression::FunctionCall(Function::IsIri, vec![variable.clone()])),
            Box::new(Expression::FunctionCall(Function::Str, vec![variable])),
            Box::new(Literal::from("~").into()),
        )
    };
    match &order {
        OrderExpression::Asc(Expression::Variable(variable)) => vec![OrderExpression::Asc(text_of(variable)), order],
        OrderExpression::Desc(Expression::Variable(variable)) => vec![OrderExpression::Desc(text_of(variable)), order],
        _ => vec![order],
    }
}

/// Tells whether a number of rows may be where an engine stops: such limits are round.
fn is_round(rows: usize) -> bool {
    rows >= 1000 && (rows.is_multiple_of(500) || rows.is_power_of_two())
}

/// Names the graphs that a query without `FROM` asks: engines differ in what they take for the default graph. Nothing
/// where a query asks both the default graph and named ones: some engines then count the same triple twice.
fn with_graphs(engine: &Endpoint, mut query: Query) -> Option<Query> {
    let graphs = engine.graphs();
    if query.dataset().is_some() || graphs.is_empty() {
        return Some(query);
    }
    let (mut asks_default, mut asks_named) = (false, false);
    walk(pattern_mut(&mut query.clone()), &mut |pattern: &mut GraphPattern| match pattern {
        GraphPattern::Graph { inner, .. } => {
            asks_named = true;
            **inner = GraphPattern::default();
        }
        GraphPattern::Bgp { patterns } => asks_default |= !patterns.is_empty(),
        GraphPattern::Path { .. } => asks_default = true,
        _ => {}
    });
    let chosen = match (asks_default, asks_named) {
        (true, true) => return None,
        (_, false) => QueryDataset { default: graphs.to_vec(), named: None },
        (false, true) => QueryDataset { default: Vec::new(), named: Some(graphs.to_vec()) },
    };
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = &mut query;
    *dataset = Some(chosen);
    Some(query)
}

/// Lets the engine count the rows of a query.
fn count(engine: &Endpoint, mut query: Query) -> Result<Option<usize>, Error> {
    let (total, counted) = (Variable::new_unchecked("total"), Variable::new_unchecked("counted"));
    let pattern = pattern_mut(&mut query);
    let inner = Box::new(std::mem::take(pattern));
    let aggregates = vec![(counted.clone(), AggregateExpression::CountSolutions { distinct: false })];
    let group = Box::new(GraphPattern::Group { inner, variables: Vec::new(), aggregates });
    let extended =
        GraphPattern::Extend { inner: group, variable: total.clone(), expression: Expression::Variable(counted) };
    *pattern = GraphPattern::Project { inner: Box::new(extended), variables: vec![total] };
    let reply = engine.ask(&query.to_string()).map_err(store::Error::from)?;
    Ok(reply.number())
}

/// Makes an answer of rows; nothing where they hold what cannot be written down again.
fn gather(
    query: &Query,
    variables: Vec<Variable>,
    rows: Vec<Vec<Option<Term>>>,
    ordered: bool,
) -> Result<Option<Answer>, Error> {
    if let Query::Ask { .. } = query {
        return Ok(Some(Answer::Boolean(!rows.is_empty())));
    }
    if let Query::Construct { template, .. } = query {
        let Some(pattern) = values(&variables, &rows) else { return Ok(None) };
        let query = Query::Construct { template: template.clone(), dataset: None, pattern, base_iri: None };
        return evaluate(query, false).map(Some);
    }
    let resorted = if ordered { resort(query, &variables, &rows)? } else { None };
    let gather = if ordered { Solutions::of } else { Solutions::sorted };
    Ok(Some(resorted.unwrap_or_else(|| Answer::Solutions(gather(variables, rows)))))
}

/// Sorts rows by the `ORDER BY` of their query, where that names projected variables alone: engines sort differently.
fn resort(query: &Query, variables: &[Variable], rows: &[Vec<Option<Term>>]) -> Result<Option<Answer>, Error> {
    let Query::Select { pattern, .. } = query else { return Ok(None) };
    let Some(expression) = order_of(pattern) else { return Ok(None) };
    let is_projected = |expression: &Expression| matches!(expression, Expression::Variable(v) if variables.contains(v));
    let names_projected_alone = expression.iter().all(|order| match order {
        OrderExpression::Asc(expression) | OrderExpression::Desc(expression) => is_projected(expression),
    });
    let (Some(values), true) = (values(variables, rows), names_projected_alone) else { return Ok(None) };
    let inner = Box::new(GraphPattern::OrderBy { inner: Box::new(values), expression: expression.to_vec() });
    let pattern = GraphPattern::Project { inner, variables: variables.to_vec() };
    evaluate(Query::Select { dataset: None, pattern, base_iri: None }, true).map(Some)
}

/// Evaluates a query that asks nothing of a dataset.
fn evaluate(query: Query, ordered: bool) -> Result<Answer, Error> {
    let store = Store::new().map_err(store::Error::from)?;
    Answer::collect(SparqlEvaluator::new().for_query(query).on_store(&store).execute()?, ordered)
}

/// Returns rows as a pattern; none where one holds a blank node, which cannot stand in one.
fn values(variables: &[Variable], rows: &[Vec<Option<Term>>]) -> Option<GraphPattern> {
    if !rows.iter().flatten().flatten().all(|term| ground(term).is_some()) {
        return None;
    }
    let bindings = rows.iter().map(|row| row.iter().map(|term| term.as_ref().and_then(ground)).collect()).collect();
    Some(GraphPattern::Values { variables: variables.to_vec(), bindings })
}

fn order_of(pattern: &GraphPattern) -> Option<&[OrderExpression]> {
    match pattern {
        GraphPattern::Slice { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Project { inner, .. } => order_of(inner),
        GraphPattern::OrderBy { expression, .. } => Some(expression),
        _ => None,
    }
}

/// Returns a term for a `VALUES` block; none for a blank node, which cannot stand in one.
fn ground(term: &Term) -> Option<GroundTerm> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::Literal(literal) => Some(literal.clone().into()),
        _ => None,
    }
}
