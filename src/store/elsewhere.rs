//! Imports that go elsewhere than into a store of this program. In: the records of a case, and what is there of it. Out:
//! the quads to add and to remove, and the log to write last. Not here: how they get there (`remote`).

use std::collections::HashSet;

use oxigraph::model::Quad;

use super::Error;
use super::compare::compare_datasets;
use super::difference::Difference;
use super::import::{Import, ImportedFile, ReadCase};
use super::marks::finish;
use super::{CaseStore, sorted_quads};

/// What is to be changed elsewhere.
pub struct Plan {
    /// The change, counted.
    pub difference: Difference,
    /// Quads to add, sorted.
    pub added: Vec<Quad>,
    /// Quads to remove, sorted.
    pub removed: Vec<Quad>,
    /// Quads of the case after the change.
    pub quads: usize,
    files: Vec<ImportedFile>,
}

impl Plan {
    /// Compares a case that was read with the quads that are there of it. Engines write numbers and dates in a form of their
    /// own; in a dataset both are in one.
    pub fn new(import: &Import, before: Vec<Quad>, new: ReadCase) -> Result<Self, Error> {
        let mut marks = new.records;
        let after = CaseStore::of(finish(new.quads, marks.iter_mut())?);
        let before = CaseStore::in_memory(before)?;
        let difference = compare_datasets(before.columns(), after.columns(), import, marks)?;
        let (before, after) = (sorted_quads(&before)?, sorted_quads(&after)?);
        let difference = Difference { facts: new.facts, ..difference };
        let (added, removed) = (missing(&after, &before), missing(&before, &after));
        let is_empty = added.is_empty() && removed.is_empty();
        let difference = Difference { is_empty, ..difference };
        Ok(Self { difference, added, removed, quads: after.len(), files: new.files })
    }

    /// Returns the quads of the log; `earlier` imports have gone before.
    pub fn log(&self, import: &Import, earlier: usize) -> Vec<Quad> {
        import.log(&self.difference, &self.files, earlier)
    }
}

/// Returns the quads of some that are not among others, in their order.
fn missing(quads: &[Quad], others: &[Quad]) -> Vec<Quad> {
    let others: HashSet<&Quad> = others.iter().collect();
    quads.iter().filter(|quad| !others.contains(quad)).cloned().collect()
}
