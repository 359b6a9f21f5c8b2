//! Queries that an engine elsewhere answers itself. In: a parsed query. Out: its reply, whole and in the order that it would
//! have here. Not here: the journey (`remote`), queries that are answered from patterns (`patterns`).

use oxigraph::model::Term;
use oxigraph::sparql::{QueryResults, SparqlEvaluator, Variable};
use oxigraph::store::Store;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression, QueryDataset};
use spargebra::term::GroundTerm;

use super::answer::{Answer, Solutions};
use super::{Error, evaluate::pattern_mut};
use crate::store::{EndpointFault, Engine, Reply};

/// Asks an engine; nothing where it cannot answer this query, though it is SPARQL.
pub(super) fn ask(engine: &dyn Engine, query: &Query) -> Result<Option<Reply>, Error> {
    let query = with_graphs(engine, query.clone());
    let reply = match engine.ask(&query.to_string()) {
        Ok(reply) => reply,
        Err(error) => {
            // Engines have gaps. What is asked for by pattern instead tells whether the endpoint itself is at fault.
            let has_gap = matches!(error.fault, EndpointFault::Rejected { .. } | EndpointFault::Broken { .. });
            return if has_gap { Ok(None) } else { Err(crate::store::Error::from(error).into()) };
        }
    };
    match &reply {
        Reply::Solutions(_, rows) if is_round(rows.len()) => {
            let total = count(engine, query)?;
            // An engine that cuts its answers can still be asked by pattern, page by page.
            Ok(total.is_none_or(|total| total <= rows.len()).then_some(reply))
        }
        Reply::Graph(triples) if is_round(triples.len()) => Ok(None),
        _ => Ok(Some(reply)),
    }
}

/// Tells whether a number of rows may be where an engine stops: such limits are round.
fn is_round(rows: usize) -> bool {
    rows >= 1000 && (rows.is_multiple_of(500) || rows.is_power_of_two())
}

/// Names the graphs that a query without `FROM` asks: engines differ in what they take for the default graph.
fn with_graphs(engine: &dyn Engine, mut query: Query) -> Query {
    let graphs = engine.graphs();
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = &mut query;
    if dataset.is_none() && !graphs.is_empty() {
        *dataset = Some(QueryDataset { default: graphs.to_vec(), named: Some(graphs.to_vec()) });
    }
    query
}

/// Lets the engine count the rows of a query.
fn count(engine: &dyn Engine, mut query: Query) -> Result<Option<usize>, Error> {
    let (total, counted) = (Variable::new_unchecked("total"), Variable::new_unchecked("counted"));
    let pattern = pattern_mut(&mut query);
    let inner = Box::new(std::mem::take(pattern));
    let aggregates = vec![(counted.clone(), AggregateExpression::CountSolutions { distinct: false })];
    let group = Box::new(GraphPattern::Group { inner, variables: Vec::new(), aggregates });
    let extended =
        GraphPattern::Extend { inner: group, variable: total.clone(), expression: Expression::Variable(counted) };
    *pattern = GraphPattern::Project { inner: Box::new(extended), variables: vec![total] };
    let reply = engine.ask(&query.to_string()).map_err(crate::store::Error::from)?;
    Ok(match reply {
        Reply::Solutions(_, rows) => match rows.first().and_then(|row| row.first()) {
            Some(Some(Term::Literal(number))) => number.value().parse().ok(),
            _ => None,
        },
        _ => None,
    })
}

/// Makes an answer of a reply; rows of a query that is `ordered` are put in the order that they would have here.
pub(super) fn gather(reply: Reply, query: &mut Query, ordered: bool) -> Result<Answer, Error> {
    Ok(match reply {
        Reply::Boolean(yes) => Answer::Boolean(yes),
        Reply::Graph(mut triples) => {
            triples.sort_by_cached_key(ToString::to_string);
            triples.dedup();
            Answer::Graph(triples)
        }
        Reply::Solutions(variables, rows) => {
            let resorted = if ordered { resort(&variables, &rows, pattern_mut(query))? } else { None };
            match resorted {
                Some(answer) => answer,
                None if ordered => Answer::Solutions(Solutions::of(variables, rows)),
                None => Answer::Solutions(Solutions::sorted(variables, rows)),
            }
        }
    })
}

/// Sorts rows by the `ORDER BY` of their query, where that names projected variables alone: engines sort differently.
fn resort(variables: &[Variable], rows: &[Vec<Option<Term>>], pattern: &GraphPattern) -> Result<Option<Answer>, Error> {
    let Some(expression) = order_of(pattern) else { return Ok(None) };
    let is_projected = |expression: &Expression| matches!(expression, Expression::Variable(v) if variables.contains(v));
    let names_projected_alone = expression.iter().all(|order| match order {
        OrderExpression::Asc(expression) | OrderExpression::Desc(expression) => is_projected(expression),
    });
    let is_ground = |term: &Option<Term>| term.as_ref().is_none_or(|term| ground(term).is_some());
    if !names_projected_alone || !rows.iter().flatten().all(is_ground) {
        return Ok(None);
    }
    let bindings = rows.iter().map(|row| row.iter().map(|term| term.as_ref().and_then(ground)).collect()).collect();
    let values = Box::new(GraphPattern::Values { variables: variables.to_vec(), bindings });
    let inner = Box::new(GraphPattern::OrderBy { inner: values, expression: expression.to_vec() });
    let pattern = GraphPattern::Project { inner, variables: variables.to_vec() };
    let query = Query::Select { dataset: None, pattern, base_iri: None };
    let store = Store::new().map_err(crate::store::Error::from)?;
    let results: QueryResults<'_> = SparqlEvaluator::new().for_query(query).on_store(&store).execute()?;
    Answer::collect(results, true).map(Some)
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
