//! What an import leaves beside the quads for the next one. In: the cases of a store. Out: a line of JSON that says for
//! each what it was made of, so that the same files again need not be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a store file says that a seal ends it.
pub(super) const SEALED: &str = "sha256";

/// The cases of a store, by the IRI of their graph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) cases: BTreeMap<String, ImportedCase>,
    /// Says that a seal ends the file.
    #[serde(default)]
    pub(super) seal: String,
    /// Sum of the text of the store file that this one took the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<String>,
}

/// What the last import of a case was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ImportedCase {
    /// IRI that the ids of the case are appended to.
    pub(super) base: String,
    /// Fingerprint of all that the quads depend on.
    pub(super) input: String,
    /// Number of facts.
    pub(super) facts: usize,
    /// Names of the files, by which the ledger names tables.
    pub(super) tables: Vec<String>,
    /// Number that names its ledger.
    pub(super) ledger: usize,
    /// Form of the lines of its ledger.
    #[serde(default)]
    pub(super) form: String,
}

impl Contents {
    /// Tells whether a store file that begins with this ends with a seal.
    pub(super) fn is_sealed(&self) -> bool {
        self.seal == SEALED
    }

    /// Returns the facts of a case that was made of the same input.
    pub(super) fn same(&self, graph: &str, input: &str) -> Option<usize> {
        self.cases.get(graph).filter(|case| case.input == input).map(|case| case.facts)
    }

    /// Returns the number of a case's ledger, which is a new one where the case has none.
    pub(super) fn ledger_of(&self, graph: &str) -> usize {
        let next = || self.cases.values().map(|case| case.ledger + 1).max().unwrap_or_default();
        self.cases.get(graph).map_or_else(next, |case| case.ledger)
    }

    /// Reads contents; those of another form are none.
    pub(super) fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Returns the line of JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("names and numbers are JSON")
    }
}
