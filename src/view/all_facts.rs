//! Which of all facts a view shows, found at one go. In: an Oxigraph store. Out: an answer for each fact, in some 30 bytes.
//! A question that touches very many facts is answered sooner so than by reading one after the other.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use oxigraph::model::{NamedOrBlankNodeRef, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::{StorageError, Store};

use super::View;
use super::condition::Condition;
use super::node::{as_node, day};
use crate::store::Error;
use crate::vocab::{cg, rdf};

/// An answer for each fact.
pub(super) struct AllFacts(HashMap<u128, bool>);

impl AllFacts {
    /// Tells which facts of a store a view shows. A fact that speaks of a fact is shown only with it.
    pub(super) fn read(store: &Store, view: View) -> Result<Self, Error> {
        let conditions = view.conditions();
        let given = |(at, condition): (usize, &Condition)| format!("?f {} ?d{at} . ", condition.predicate);
        let given = conditions.iter().enumerate().map(given).collect::<Vec<_>>().concat();
        let mut shown = HashMap::new();
        each(store, &format!("SELECT * {{ ?f a {} . {given} }}", cg::FACT), |row| {
            let holds =
                conditions.iter().enumerate().all(|(at, c)| c.holds(row(&format!("d{at}")).as_ref().and_then(day)));
            if let Some(fact) = row("f").as_ref().and_then(as_node) {
                shown.insert(key(fact.as_ref()), holds);
            }
        })?;
        let mut about: Vec<(u128, u128)> = Vec::new();
        for end in [rdf::SUBJECT, rdf::OBJECT] {
            each(store, &format!("SELECT * {{ ?of a {} . ?f {end} ?of }}", cg::FACT), |row| {
                if let (Some(fact), Some(of)) =
                    (row("f").as_ref().and_then(as_node), row("of").as_ref().and_then(as_node))
                {
                    about.push((key(fact.as_ref()), key(of.as_ref())));
                }
            })?;
        }
        // A claim about a claim falls with it, so this runs until nothing falls.
        loop {
            let falls = |(fact, of): &&(u128, u128)| shown.get(fact) == Some(&true) && shown.get(of) != Some(&true);
            let fallen: Vec<u128> = about.iter().filter(falls).map(|(fact, _)| *fact).collect();
            if fallen.is_empty() {
                return Ok(Self(shown));
            }
            shown.extend(fallen.into_iter().map(|fact| (fact, false)));
        }
    }

    /// Tells whether a fact is shown; `None` where the store says too little of the node to know it for a fact.
    pub(super) fn shows(&self, node: NamedOrBlankNodeRef<'_>) -> Option<bool> {
        self.0.get(&key(node)).copied()
    }
}

/// Returns a number that stands for a node: 128 bits, so that no two of any store will share one.
fn key(node: NamedOrBlankNodeRef<'_>) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, node).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// Calls back with each solution of a query over all graphs, as a way to look up its variables.
fn each(store: &Store, query: &str, mut take: impl FnMut(&dyn Fn(&str) -> Option<Term>)) -> Result<(), Error> {
    let mut prepared = SparqlEvaluator::new().parse_query(query).map_err(other)?;
    prepared.dataset_mut().set_default_graph_as_union();
    if let QueryResults::Solutions(solutions) = prepared.on_store(store).execute().map_err(other)? {
        for solution in solutions {
            let solution = solution.map_err(other)?;
            take(&|name| solution.get(name).cloned());
        }
    }
    Ok(())
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Storage(StorageError::Other(Box::new(error)))
}
