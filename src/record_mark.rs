//! What tells the records of two imports apart: a record by its node and its table, and what it says by a fingerprint.

use rdf_columns::TermId;

/// What one record of a case is, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordMark {
    /// What the record is about, by its number among the quads; none for what belongs to no record.
    pub node: Option<TermId>,
    /// Position of its file among the files of the case; none where no row tells it.
    pub file: Option<u32>,
    /// Whether the record is a fact.
    pub is_fact: bool,
    /// Fingerprint of what it says: another one where any of its quads differs.
    pub fingerprint: u64,
}
