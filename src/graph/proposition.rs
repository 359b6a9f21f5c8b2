//! What facts speak of that is itself no fact of the graph: a view shows a denial though what it denies did not hold on
//! the day. In: subject, predicate and object. Out: its words; it is neither counted nor an edge.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{End, EntityGraph, Predicate};

/// What a fact speaks of.
pub(super) struct Proposition {
    /// Name inside the case, after `fact/`.
    pub(super) id: String,
    pub(super) subject: End,
    pub(super) predicate: Arc<Predicate>,
    pub(super) object: End,
}

impl EntityGraph {
    /// Returns the graph with the words of what its facts speak of.
    pub(super) fn speaking_of(mut self, propositions: &[Proposition]) -> Self {
        let spell = |graph: &Self, depth| -> BTreeMap<String, String> {
            let of = propositions.iter().filter(|proposition| graph.fact(&proposition.id).is_none());
            of.map(|p| (p.id.clone(), graph.spell([&p.subject, &p.object], &p.predicate, depth))).collect()
        };
        // What is spoken of may speak of something else in turn.
        self.spoken_of = Arc::new(spell(&self, 0));
        self.spoken_of = Arc::new(spell(&self, 1));
        self
    }

    /// Returns in words what stands at an end as a fact, by its id: a fact of the graph, or what one speaks of.
    pub fn words(&self, id: &str) -> Option<String> {
        self.fact(id).map(|fact| self.sentence(fact)).or_else(|| self.spoken_of.get(id).cloned())
    }
}
