//! Imports that go elsewhere than into a store of this program. In: the records of a case, and what is there of it. Out:
//! the quads to add and to remove, and the log to write last. Not here: how they get there (`remote`).

use std::collections::HashSet;

use oxigraph::model::Quad;
use rdf_columns::Builder;

use super::Error;
use super::compare::compare_datasets;
use super::difference::Difference;
use super::import::{Import, ImportedFile, ReadCase};
use super::normal::normalised;
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
    /// own, so both are compared in one form.
    pub fn new(import: &Import, before: &[Quad], new: ReadCase) -> Result<Self, Error> {
        let mut marks = new.records;
        let nodes: Vec<_> = marks.iter().filter_map(|mark| mark.node).collect();
        let (data, numbers) = new.quads.finish_with(&nodes)?;
        let owned = marks.iter_mut().filter(|mark| mark.node.is_some());
        owned.zip(numbers).for_each(|(mark, number)| mark.node = number);
        let (before, after) = (normalised(before)?, normalised(&sorted_quads(&CaseStore::of(data.clone()))?)?);
        let mut old = Builder::default();
        for quad in &before {
            old.add_quad(quad.as_ref());
        }
        let difference = compare_datasets(&old.finish()?, &data, import, marks)?;
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

/// Returns the quads of some that are not among others, sorted.
fn missing(quads: &[Quad], others: &[Quad]) -> Vec<Quad> {
    let others: HashSet<&Quad> = others.iter().collect();
    let mut missing: Vec<Quad> = quads.iter().filter(|quad| !others.contains(quad)).cloned().collect();
    missing.sort_by_cached_key(ToString::to_string);
    missing
}
