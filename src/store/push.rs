//! A case on its way to a store that is changed statement by statement. In: the records of a case, and fingerprints of what
//! is there. Out: what changes, counted, and what the case says of a subject. Not here: how changes get there (`remote`).

use std::collections::BTreeMap;

use oxigraph::model::{NamedNodeRef, Quad};

use super::compare::{compare_fingerprints, fingerprints};
use super::difference::Difference;
use super::import::{Import, ImportedFile, ReadCase};
use super::marks::finish;
use super::{CaseStore, Error};
use crate::record_mark::RecordMark;

/// For each subject of a graph a fingerprint of what is said of it.
pub type Fingerprints = BTreeMap<String, u64>;

/// A case as it is to be.
pub struct Push<'i> {
    import: &'i Import,
    data: CaseStore,
    records: Vec<RecordMark>,
    fingerprints: Fingerprints,
    files: Vec<ImportedFile>,
    facts: usize,
}

impl<'i> Push<'i> {
    /// Takes a case that was read.
    pub fn new(import: &'i Import, new: ReadCase) -> Result<Self, Error> {
        let ReadCase { quads, mut records, files, facts } = new;
        let data = CaseStore::of(finish(quads, records.iter_mut())?);
        let fingerprints = data.fingerprints(&import.graph)?;
        Ok(Self { import, data, records, fingerprints, files, facts })
    }

    /// Returns the fingerprints of its subjects.
    pub const fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// Returns what changes against the fingerprints of what is there.
    pub fn difference(&self, before: &Fingerprints) -> Result<Difference, Error> {
        let Self { import, data, records, fingerprints, facts, .. } = self;
        let difference = compare_fingerprints(before, fingerprints, data.columns(), import, records.clone())?;
        Ok(Difference { facts: *facts, ..difference })
    }

    /// Returns the IRI of its graph.
    pub fn graph(&self) -> &str {
        &self.import.graph
    }

    /// Returns what it says of a subject.
    pub fn quads_of(&self, subject: &str) -> Result<Vec<Quad>, Error> {
        self.data.quads_of(subject, &self.import.graph)
    }

    /// Returns how many quads it has.
    pub fn len(&self) -> usize {
        self.data.columns().len()
    }

    /// Tells whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the log of the import; `earlier` imports have gone before.
    pub fn log(&self, difference: &Difference, earlier: usize) -> Vec<Quad> {
        self.import.log(difference, &self.files, earlier)
    }
}

impl CaseStore {
    /// Returns fingerprints of what a graph says of each subject.
    pub fn fingerprints(&self, graph: &str) -> Result<Fingerprints, Error> {
        Ok(fingerprints(self.columns(), graph)?)
    }

    /// Returns what a graph says of a subject.
    pub fn quads_of(&self, subject: &str, graph: &str) -> Result<Vec<Quad>, Error> {
        let [subject, graph] = [subject, graph].map(NamedNodeRef::new_unchecked);
        self.quads_for_pattern(Some(subject.into()), None, None, Some(graph.into())).collect()
    }
}
