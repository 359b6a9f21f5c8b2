//! What stands and falls together in a store: the quads of one record of a case. In: records, as whoever reads the case
//! makes them. Out: the same, for an import to compare and to load.

use std::ops::ControlFlow;

use oxigraph::model::{NamedOrBlankNodeRef, Quad, Term};

use crate::vocab::{dct, rdf};

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
    /// Makes its quads.
    pub make: &'u mut dyn FnMut() -> Vec<Quad>,
}

impl Unit<'_> {
    /// Returns those of its quads that other records may make too: what is said of something else; what a citation may
    /// say of a fact; and what links an entity to another, since a fact or another table may do so.
    pub(super) fn shared<'q>(&self, quads: &'q [Quad]) -> impl Iterator<Item = &'q Quad> {
        quads.iter().filter(|quad| {
            let is_link = matches!(quad.object, Term::NamedNode(_)) && quad.predicate != rdf::TYPE;
            !self.owns(quad) || if self.is_fact { quad.predicate == dct::SOURCE } else { is_link }
        })
    }

    /// Tells whether a quad is said of what the record is about.
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
