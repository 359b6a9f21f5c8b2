//! What a case file was before its last change. In: a new state. Out: that state in its place, and the one before it kept
//! beside; or the one before in its place again. The copy is known by its identity, which the file names.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rdf_columns::ReadError;

use super::Error;
use super::case_file::{CaseFile, place_of, verified};
use crate::new_file::{self, NewFile, folder_of, prefix_beside, sync_folder};

/// Where the state before lies.
fn before(place: &Path) -> PathBuf {
    place.with_file_name(format!(".{}.before", name(place)))
}

/// Where it waits until the new one is in its place.
fn waiting(place: &Path) -> PathBuf {
    place.with_file_name(format!(".{}.before-new", name(place)))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Tells whether what lies beside a case file is its state before its last change, whole. Of a damaged one
/// that does not say it any more, it is taken to be.
pub(super) fn fits(place: &Path, is_damaged: bool) -> bool {
    is_before(&before(place), place, is_damaged)
}

/// Tells the same of what lies there, if anything does.
pub(super) fn fits_if_there(place: &Path) -> Option<bool> {
    before(place).exists().then(|| fits(place, false))
}

fn is_before(copy: &Path, place: &Path, is_damaged: bool) -> bool {
    let Ok(copy) = verified(copy) else { return false };
    match CaseFile::open_alone(place) {
        Ok(file) => file.contents.before.as_deref() == Some(copy.identity.as_str()),
        Err(_) => is_damaged,
    }
}

/// Puts a new state into the place of a case file, and keeps what stands there, where that is wanted. An error leaves the
/// old state, but for [`Error::Unfinished`].
pub(super) fn replace(path: &Path, new: NewFile, keeps: bool) -> Result<(), Error> {
    let place = place_of(path);
    let waiting = waiting(&place);
    let kept = if keeps { new_file::duplicate(&place, &waiting) } else { Ok(()) };
    let fault = |source| Error::File { path: path.to_owned(), source };
    if let Err(error) = kept.and_then(|()| new.sync()).and_then(|()| new.keep()) {
        // The next change clears what cannot be removed now.
        let _ignored = fs::remove_file(&waiting);
        return Err(fault(error));
    }
    let moved = if keeps { fs::rename(&waiting, before(&place)) } else { Ok(()) };
    moved.and_then(|()| sync_folder(folder_of(&place))).map_err(unfinished(path))
}

/// Finishes what a killed change has left beside a case file: the state before it is kept where the new one is in its
/// place; all else goes.
pub(super) fn clear_leftovers(path: &Path) {
    let place = place_of(path);
    let (waiting, prefix) = (waiting(&place), prefix_beside(&place));
    // What cannot be moved or removed now is left to the next change.
    if fs::symlink_metadata(&waiting).is_ok_and(|there| there.is_file()) {
        let is_kept = is_before(&waiting, &place, false);
        let _ignored = if is_kept { fs::rename(&waiting, before(&place)) } else { fs::remove_file(&waiting) };
    }
    let Ok(entries) = folder_of(&place).read_dir() else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)) {
        let _ignored = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
    }
}

/// Takes the last change back: the state before it takes its place.
pub(super) fn undo(path: &Path) -> Result<(), Error> {
    let place = place_of(path);
    if !place.is_file() {
        return Err(Error::NotAStore(path.to_owned()));
    }
    let copy = before(&place);
    match verified(&place) {
        Err(error) => match fault(path, error) {
            Error::Damaged { can_undo: true, .. } => {}
            error => return Err(error),
        },
        Ok(file) if !copy.is_file() || file.contents.before.is_none() => {
            return Err(Error::NothingBefore(path.to_owned()));
        }
        Ok(_) if !fits(&place, false) => return Err(Error::AnotherBefore { path: path.to_owned(), copy }),
        Ok(_) => {}
    }
    new_file::replace(&place, &copy).map_err(|source| Error::File { path: path.to_owned(), source })?;
    sync_folder(folder_of(&place)).map_err(unfinished(path))
}

fn unfinished(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Unfinished { path, source }
}

/// Opens a case file; what it holds is read when it is asked for.
pub(super) fn open(path: &Path) -> Result<CaseFile, Error> {
    CaseFile::open_alone(path).map_err(|error| fault(path, error))
}

/// Tells an error of the system from a damaged file, and a file of another form from both.
pub(super) fn fault(path: &Path, error: ReadError) -> Error {
    let path = path.to_owned();
    match error {
        ReadError::Io(kind, says) => Error::File { path, source: io::Error::new(kind, says) },
        ReadError::OtherVersion(_) => Error::OtherForm(path),
        ReadError::NotADataset if is_compressed(&path) => Error::OtherForm(path),
        error => {
            let can_undo = fits(&place_of(&path), true);
            Error::Damaged { path, source: error, can_undo }
        }
    }
}

/// Tells whether a file is compressed by gzip, as those of earlier versions were.
fn is_compressed(path: &Path) -> bool {
    let mut first = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == [0x1F, 0x8B]
}
