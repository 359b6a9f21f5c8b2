//! Queries that casegraph itself puts to an Oxigraph store, since it joins sorted numbers where patterns would unpack every
//! term. In: a store and SPARQL over all of its graphs. Out: the solutions. Not here: queries of users (`query`).

use oxigraph::model::{GraphName, Literal, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::{QueryResults, QuerySolution, SparqlEvaluator};
use oxigraph::store::{StorageError, Store};

use super::Error;

/// Calls back with each solution of a `SELECT`, all graphs taken as one.
pub fn each_solution(store: &Store, select: &str, mut take: impl FnMut(&QuerySolution)) -> Result<(), Error> {
    let mut prepared = SparqlEvaluator::new().parse_query(select).map_err(other)?;
    prepared.dataset_mut().set_default_graph_as_union();
    if let QueryResults::Solutions(solutions) = prepared.on_store(store).execute().map_err(other)? {
        for solution in solutions {
            take(&solution.map_err(other)?);
        }
    }
    Ok(())
}

/// Counts the instances of a class in a graph.
pub(super) fn count_in(store: &Store, class: NamedNodeRef<'_>, graph: NamedNodeRef<'_>) -> Result<usize, Error> {
    let mut count = 0;
    let query = format!("SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s a {class} }} }}");
    each_solution(store, &query, |row| {
        if let Some(Term::Literal(number)) = row.get("n") {
            count = number.value().parse().unwrap_or_default();
        }
    })?;
    Ok(count)
}

/// Finds quads by a text that is compared without regard to case, as [`Dataset::quads_with_text`] has it.
///
/// [`Dataset::quads_with_text`]: super::Dataset::quads_with_text
pub(super) fn quads_with_text_in(
    store: &Store,
    predicate: NamedNodeRef<'_>,
    lowercase: &str,
) -> Result<Vec<Quad>, Error> {
    let mut quads = Vec::new();
    let text = Literal::new_simple_literal(lowercase);
    let query = format!("SELECT ?s ?o {{ ?s {predicate} ?o FILTER (isLiteral(?o) && LCASE(STR(?o)) = {text}) }}");
    each_solution(store, &query, |row| {
        let subject = match row.get("s") {
            Some(Term::NamedNode(node)) => NamedOrBlankNode::from(node.clone()),
            Some(Term::BlankNode(node)) => node.clone().into(),
            _ => return,
        };
        if let Some(object) = row.get("o") {
            quads.push(Quad::new(subject, predicate, object.clone(), GraphName::DefaultGraph));
        }
    })?;
    Ok(quads)
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Storage(StorageError::Other(Box::new(error)))
}
