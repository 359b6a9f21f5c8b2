//! Case files: the dataset of one or more cases, with the fingerprints of their records for the next import. In: the path of a
//! file. Out: what it holds. Not here: how it is written (`writer`), what it was before (`before`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};

use rdf_columns::{DatasetFile, ReadError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::marks::Marks;

/// Under which name a file keeps what it says of its cases.
pub(super) const CONTENTS: &str = "casegraph";

/// A case file that is open.
pub(super) struct CaseFile {
    pub(super) file: DatasetFile,
    pub(super) contents: Contents,
    /// Fingerprint of all that it holds.
    pub(super) identity: String,
}

/// What a file says of its cases, and of the state before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    /// Identity of the file that this one took the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<String>,
    /// Stamp of what it is a copy of, where it is one of what lies elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) copied: Option<String>,
    /// The imported cases, by the IRI of their graph.
    pub(super) cases: BTreeMap<String, ImportedCase>,
}

/// What the last import of a case was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ImportedCase {
    /// Fingerprint of all that the quads depend on.
    pub(super) input: String,
    /// Number of facts.
    pub(super) facts: usize,
    /// Names of the files, by which records name their table.
    pub(super) tables: Vec<String>,
}

impl CaseFile {
    /// Opens a case file, and does not look at what may lie beside it.
    pub(super) fn open_alone(path: &Path) -> Result<Self, ReadError> {
        let file = DatasetFile::open(File::open(path)?)?;
        let read = file.attachment(CONTENTS)?.ok_or(ReadError::NotADataset)?;
        let contents = serde_json::from_slice(&read).map_err(|_| ReadError::Damaged)?;
        let identity = digest(file.list());
        Ok(Self { file, contents, identity })
    }

    /// Returns the marks of the records of a case; none where it was not imported.
    pub(super) fn marks(&self, graph: &str) -> Result<Option<Marks>, ReadError> {
        let Some(case) = self.contents.cases.get(graph) else { return Ok(None) };
        let bytes = self.file.attachment(&marks_of(graph))?.ok_or(ReadError::Damaged)?;
        Ok(Some(Marks::read(&bytes, case.tables.clone()).ok_or(ReadError::Damaged)?))
    }
}

/// Returns the SHA-256 of some bytes, in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all that is written");
        text
    })
}

/// Under which name a file keeps the marks of the records of a case.
pub(super) fn marks_of(graph: &str) -> String {
    format!("records of {graph}")
}

/// Opens a case file and reads it to its end.
pub(super) fn verified(path: &Path) -> Result<CaseFile, ReadError> {
    let open = CaseFile::open_alone(path)?;
    open.file.verify()?;
    Ok(open)
}

/// Returns what a path leads to: a link is followed, so that what it names is replaced and not the link.
pub(super) fn place_of(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
