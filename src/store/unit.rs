//! What stands and falls together in a store: the quads of one record of a case. In: records, as whoever reads the case
//! makes them. Out: the same, for an import to compare and to load.

use std::ops::ControlFlow;

use oxigraph::model::{NamedOrBlankNodeRef, Quad};

/// The quads of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// IRI of what the record is about; empty for quads that belong to no record.
    pub node: String,
    /// Position of its table among the files of the import; none where no row tells it.
    pub table: Option<usize>,
    /// Whether the record is a fact.
    pub is_fact: bool,
    /// Fingerprint of its quads: another one where any of them differs.
    pub digest: [u8; 16],
    /// Its quads. Those of another subject than the record's may be made by other records too.
    pub quads: Vec<Quad>,
}

impl Unit {
    /// Tells whether a quad has the record as its subject.
    pub(super) fn owns(&self, quad: &Quad) -> bool {
        match quad.subject.as_ref() {
            NamedOrBlankNodeRef::NamedNode(node) => node.as_str() == self.node,
            NamedOrBlankNodeRef::BlankNode(_) => false,
        }
    }
}

/// Takes records one after the other; may end the stream.
pub type UnitSink<'s> = dyn FnMut(Unit) -> ControlFlow<()> + 's;

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
