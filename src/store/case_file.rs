//! Case files: the dataset of one or more cases, with the fingerprints of their records for the next import. A file is
//! written beside its place and renamed into it, so that it holds the old state or the new one, whatever happens in
//! between; who has it open reads on in the old one. The state before the last change stays beside it, for `undo`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};

use rdf_columns::{Builder, DatasetFile, ReadError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::compare::{compare_records, compare_subjects};
use super::difference::Difference;
use super::import::{Import, Mode, ReadCase};
use super::marks::{Marks, finish};
use super::{CaseStore, Error, before, cases, log};
use crate::new_file::NewFile;
use crate::record_mark::RecordMark;

/// Under which name a file keeps what it says of its cases.
const CONTENTS: &str = "casegraph";

/// A case file that is open.
pub(super) struct CaseFile {
    pub(super) file: DatasetFile,
    contents: Contents,
    /// Fingerprint of all that it holds.
    pub(super) identity: String,
}

/// What a file says of its cases, and of the state before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Contents {
    /// Identity of the file that this one took the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// The imported cases, by the IRI of their graph.
    cases: BTreeMap<String, ImportedCase>,
}

/// What the last import of a case was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ImportedCase {
    /// Fingerprint of all that the quads depend on.
    input: String,
    /// Number of facts.
    facts: usize,
    /// Names of the files, by which records name their table.
    tables: Vec<String>,
}

/// A case file that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Number of its quads.
    pub quads: usize,
    /// Number of its cases.
    pub cases: usize,
    /// Whether the state before its last change is there; none where nothing lies beside it.
    pub can_undo: Option<bool>,
}

impl CaseFile {
    /// Opens a case file; what it holds is read when it is asked for.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        Self::open_alone(path).map_err(|error| fault(path, error))
    }

    /// Opens a case file, and does not look at what may lie beside it.
    pub(super) fn open_alone(path: &Path) -> Result<Self, ReadError> {
        let file = DatasetFile::open(File::open(path)?)?;
        let read = file.attachment(CONTENTS)?.ok_or(ReadError::NotADataset)?;
        let contents = serde_json::from_slice(&read).map_err(|_| ReadError::Damaged)?;
        let identity = digest(file.list());
        Ok(Self { file, contents, identity })
    }

    /// Returns the identity of the state before the last change; none where there was none.
    pub(super) fn before(&self) -> Option<&str> {
        self.contents.before.as_deref()
    }

    /// Returns the marks of the records of a case; none where it was not imported.
    fn marks(&self, path: &Path, graph: &str) -> Result<Option<Marks>, Error> {
        let Some(case) = self.contents.cases.get(graph) else { return Ok(None) };
        let read = || {
            let bytes = self.file.attachment(&marks_of(graph))?.ok_or(ReadError::Damaged)?;
            Marks::read(&bytes, case.tables.clone()).ok_or(ReadError::Damaged)
        };
        read().map(Some).map_err(|error| fault(path, error))
    }
}

/// Returns the SHA-256 of some bytes, in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all that is written");
        text
    })
}

/// Under which name a file keeps the marks of the records of a case.
fn marks_of(graph: &str) -> String {
    format!("records of {graph}")
}

/// Opens a case file and reads it to its end.
pub(super) fn verified(path: &Path) -> Result<CaseFile, ReadError> {
    let open = CaseFile::open_alone(path)?;
    open.file.verify()?;
    Ok(open)
}

/// Reads a case file to its end, and tells what was found whole.
pub fn verify(path: &Path) -> Result<Verified, Error> {
    if !path.is_file() {
        return Err(Error::NotAStore(path.to_owned()));
    }
    let open = verified(path).map_err(|error| fault(path, error))?;
    for graph in open.contents.cases.keys() {
        open.marks(path, graph)?;
    }
    let store = CaseStore::of(open.file.dataset);
    Ok(Verified {
        quads: store.data.len(),
        cases: cases(&store)?.len(),
        can_undo: before::fits_if_there(&place_of(path)),
    })
}

/// Tells an error of the system from a damaged file, and a file of another form from both.
pub(super) fn fault(path: &Path, error: ReadError) -> Error {
    let path = path.to_owned();
    match error {
        ReadError::Io(kind, says) => Error::File { path, source: io::Error::new(kind, says) },
        ReadError::OtherVersion(_) => Error::OtherForm(path),
        ReadError::NotADataset if is_compressed(&path) => Error::OtherForm(path),
        error => {
            let can_undo = before::fits(&place_of(&path), true);
            Error::Damaged { path, source: error, can_undo }
        }
    }
}

/// Tells whether a file is compressed by gzip, as those of earlier versions were.
fn is_compressed(path: &Path) -> bool {
    let mut first = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == [0x1F, 0x8B]
}

/// Imports a case into a case file, or into a new one.
pub(super) fn import<E: From<Error>>(
    path: &Path,
    import: &Import,
    mode: Mode,
    read: &mut dyn FnMut() -> Result<ReadCase, E>,
) -> Result<Difference, E> {
    let old = if path.is_file() { Some(CaseFile::open(path)?) } else { None };
    let case = old.as_ref().and_then(|old| old.contents.cases.get(&import.graph));
    if let Some(case) = case.filter(|case| case.input == import.input) {
        return Ok(Difference { facts: case.facts, is_empty: true, ..Difference::default() });
    }
    let new = read()?;
    Ok(replace(path, old.as_ref(), import, mode, new)?)
}

fn replace(
    path: &Path,
    old: Option<&CaseFile>,
    import: &Import,
    mode: Mode,
    mut new: ReadCase,
) -> Result<Difference, Error> {
    let damaged = |error| fault(path, error);
    let known = old.map(|old| old.marks(path, &import.graph)).transpose()?.flatten();
    let mut difference = match (old, known) {
        (Some(old), Some(known)) => compare_records(&old.file.dataset, &known, import, &new).map_err(damaged)?,
        (Some(old), None) => compare_subjects(&old.file.dataset, import, &mut new)?,
        (None, _) => new.added(import),
    };
    difference.facts = new.facts;
    if mode == Mode::Preview || difference.is_empty {
        return Ok(difference);
    }
    let ReadCase { mut quads, records, files, facts } = new;
    let mut contents = Contents { before: old.map(|old| old.identity.clone()), cases: BTreeMap::new() };
    let mut marks = BTreeMap::from([(import.graph.clone(), records)]);
    if let Some(old) = old {
        let data = &old.file.dataset;
        let replaced = data.find_iri(&import.graph).map_err(damaged)?;
        let numbers = quads.copy(data, |graph| graph.is_none() || graph != replaced).map_err(damaged)?;
        for (graph, case) in old.contents.cases.iter().filter(|(graph, _)| **graph != import.graph) {
            let kept = old.marks(path, graph)?.unwrap_or_default();
            marks.insert(graph.clone(), kept.renumbered(&numbers));
            contents.cases.insert(graph.clone(), case.clone());
        }
    }
    let earlier = old.map(|old| log::count(&old.file.dataset, &import.log_graph)).transpose().map_err(damaged)?;
    for quad in import.log(&difference, &files, earlier.unwrap_or_default()) {
        quads.add_quad(quad.as_ref());
    }
    let case = ImportedCase { input: import.input.clone(), facts, tables: import.tables.clone() };
    contents.cases.insert(import.graph.clone(), case);
    let store = write(path, quads, &contents, marks)?;
    Ok(Difference { quads: Some(store.data.len()), ..difference })
}

/// Writes a case file anew, with nothing for the next import to rest on.
pub(super) fn save(path: &Path, store: &CaseStore) -> Result<(), Error> {
    let before = if path.is_file() {
        match CaseFile::open(path) {
            Ok(old) => Some(old.identity),
            Err(error @ Error::File { .. }) => return Err(error),
            // What was damaged since is not worth keeping, and does not keep the whole state in memory from being saved.
            Err(_) => None,
        }
    } else {
        None
    };
    let contents = Contents { before, cases: BTreeMap::new() };
    write_data(path, &store.data, &contents, BTreeMap::new())
}

/// Returns what a path leads to: a link is followed, so that what it names is replaced and not the link.
pub(super) fn place_of(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Writes a state with the marks of the records of each case, which are numbered as the quads are.
fn write(
    path: &Path,
    quads: Builder,
    contents: &Contents,
    mut marks: BTreeMap<String, Vec<RecordMark>>,
) -> Result<CaseStore, Error> {
    let data = finish(quads, marks.values_mut().flatten())?;
    let attachments = marks.into_iter().map(|(graph, marks)| (marks_of(&graph), Marks::write(marks))).collect();
    write_data(path, &data, contents, attachments)?;
    Ok(CaseStore::of(data))
}

fn write_data(
    path: &Path,
    data: &rdf_columns::Dataset,
    contents: &Contents,
    mut attachments: BTreeMap<String, Vec<u8>>,
) -> Result<(), Error> {
    let fault = |source| Error::File { path: path.to_owned(), source };
    // What is no file, such as a pipe, cannot be a store: it could not be read again.
    let beside = NewFile::beside(path).and_then(|file| file.ok_or_else(|| io::ErrorKind::InvalidInput.into()));
    let beside = beside.map_err(|error| fault(error.kind().into()))?;
    attachments.insert(CONTENTS.to_owned(), serde_json::to_vec(contents).expect("names and numbers are JSON"));
    let written = data.write(BufWriter::new(beside), &attachments).map_err(|error| self::fault(path, error))?;
    let beside = written.into_inner().map_err(|error| fault(error.into_error()))?;
    before::replace(path, beside, contents.before.is_some())
}
