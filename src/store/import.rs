//! A case on its way into a store: what it is, and its records.

use rdf_columns::Builder;

use crate::record_mark::RecordMark;

/// A case as it is to stand in the store.
#[derive(Debug, Clone)]
pub struct Import {
    /// IRI that the ids of the case are appended to.
    pub base: String,
    /// IRI of its named graph.
    pub graph: String,
    /// IRI of the named graph that logs its imports.
    pub log_graph: String,
    /// Names of its files, by which records name their table.
    pub tables: Vec<String>,
    /// Fingerprint of all that its quads depend on: another one where any of it differs.
    pub input: String,
    /// When the import began, as an xsd:dateTime in UTC.
    pub time: String,
    /// What imports, such as `casegraph 0.1.0`.
    pub agent: String,
}

/// A case that was read for an import.
pub struct ReadCase {
    /// Its quads.
    pub quads: Builder,
    /// Its records, numbered as the quads are.
    pub records: Vec<RecordMark>,
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

/// What to do with a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Store it.
    Write,
    /// Only tell it.
    Preview,
}

impl Import {
    /// Returns the name of a table by its position.
    pub(super) fn table(&self, at: Option<u32>) -> &str {
        at.and_then(|at| self.tables.get(at as usize)).map_or("", String::as_str)
    }
}
