//! What an import changes. In: the quads of a case before and after. Out: what to add and what to remove, counted in
//! facts as a researcher counts them.

use std::collections::HashSet;

use oxigraph::model::{NamedOrBlankNode, Quad, TermRef};

use crate::vocab::{cg, rdf};

/// The quads that an import adds and removes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Quads to add, sorted.
    pub added: Vec<Quad>,
    /// Quads to remove, sorted.
    pub removed: Vec<Quad>,
    /// The same, in facts.
    pub facts: FactCounts,
}

/// How many facts an import adds, changes and removes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FactCounts {
    /// Facts that are new.
    pub added: usize,
    /// Facts that stay, and say something else of themselves.
    pub changed: usize,
    /// Facts that are gone.
    pub removed: usize,
    /// Facts after the import.
    pub total: usize,
}

impl Difference {
    /// Compares the quads of a case before and after.
    pub fn between(before: &HashSet<Quad>, after: &HashSet<Quad>) -> Self {
        let added = sorted(after.difference(before));
        let removed = sorted(before.difference(after));
        let (facts_before, facts_after) = (facts(before), facts(after));
        let touched: HashSet<&NamedOrBlankNode> = added.iter().chain(&removed).map(|quad| &quad.subject).collect();
        let counts = FactCounts {
            added: facts_after.difference(&facts_before).count(),
            changed: facts_after.intersection(&facts_before).filter(|fact| touched.contains(*fact)).count(),
            removed: facts_before.difference(&facts_after).count(),
            total: facts_after.len(),
        };
        Self { added, removed, facts: counts }
    }

    /// Tells whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

fn sorted<'a>(quads: impl Iterator<Item = &'a Quad>) -> Vec<Quad> {
    let mut quads: Vec<Quad> = quads.cloned().collect();
    quads.sort_by_cached_key(ToString::to_string);
    quads
}

fn facts(quads: &HashSet<Quad>) -> HashSet<&NamedOrBlankNode> {
    let is_fact = |quad: &&Quad| quad.predicate == rdf::TYPE && quad.object.as_ref() == TermRef::from(cg::FACT);
    quads.iter().filter(is_fact).map(|quad| &quad.subject).collect()
}
