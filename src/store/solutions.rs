//! Queries that casegraph itself puts to an Oxigraph store, since it joins sorted numbers where patterns would unpack every
//! term. In: a store and SPARQL over all of its graphs. Out: the solutions. Not here: queries of users (`query`).

use oxigraph::model::{NamedNodeRef, Term};
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

/// Counts the quads of a graph that have a predicate and an object.
pub(super) fn count_in(
    store: &Store,
    predicate: NamedNodeRef<'_>,
    object: NamedNodeRef<'_>,
    graph: NamedNodeRef<'_>,
) -> Result<usize, Error> {
    let mut count = 0;
    let query = format!("SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s {predicate} {object} }} }}");
    each_solution(store, &query, |row| {
        if let Some(Term::Literal(number)) = row.get("n") {
            count = number.value().parse().unwrap_or_default();
        }
    })?;
    Ok(count)
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Storage(StorageError::Other(Box::new(error)))
}
