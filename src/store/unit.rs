//! What stands and falls together in a store: the quads of one record of a case. In: records, as whoever reads the case
//! makes them. Out: the same, for an import to compare and to load.

use std::ops::ControlFlow;

use oxigraph::model::{NamedOrBlankNodeRef, Quad};

/// One record, whose quads are made only where they are wanted.
pub struct Unit<'u> {
    /// IRI of what the record is about; empty for quads that belong to no record.
    pub node: &'u str,
    /// Position of its table among the files of the import; none where no row tells it.
    pub table: Option<usize>,
    /// Whether the record is a fact.
    pub is_fact: bool,
    /// Fingerprint of what it says: another one where any of its quads differs.
    pub digest: [u8; 16],
    /// Makes its quads. Those of another subject than the record's may be made by other records too.
    pub make: &'u mut dyn FnMut(Part) -> Vec<Quad>,
}

/// Which quads of a record are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    All,
    /// Of a fact, those of another subject than its own.
    Others,
    /// The same, and those that say what its source is.
    OthersAndSource,
}

impl Unit<'_> {
    /// Tells whether a quad has the record as its subject.
    pub(super) fn owns(&self, quad: &Quad) -> bool {
        match quad.subject.as_ref() {
            NamedOrBlankNodeRef::NamedNode(node) => node.as_str() == self.node,
            NamedOrBlankNodeRef::BlankNode(_) => false,
        }
    }
}

/// Takes records one after the other; may end the stream.
pub type UnitSink<'s> = dyn FnMut(Unit<'_>) -> ControlFlow<()> + 's;

/// What is known of a case once all its records have been handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fed {
    /// The files that they came from.
    pub files: Vec<ImportedFile>,
    /// Number of facts.
    pub facts: usize,
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFile {
    /// Name, relative to the case folder.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Data rows.
    pub rows: usize,
}
