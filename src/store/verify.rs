//! Whether a case file is whole. In: its path. Out: what was found when all of it was read.

use std::path::Path;

use super::before::{fault, fits_if_there};
use super::case_file::{place_of, verified};
use super::cases::cases;
use super::{CaseStore, Error};

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

/// Reads a case file to its end, and tells what was found whole.
pub fn verify(path: &Path) -> Result<Verified, Error> {
    if !path.is_file() {
        return Err(Error::NotAStore(path.to_owned()));
    }
    let open = verified(path).map_err(|error| fault(path, error))?;
    for graph in open.contents.cases.keys() {
        open.marks(graph).map_err(|error| fault(path, error))?;
    }
    let store = CaseStore::of(open.file.dataset);
    Ok(Verified { quads: store.data.len(), cases: cases(&store)?.len(), can_undo: fits_if_there(&place_of(path)) })
}
