//! The files of a case folder, all of one moment. In: a folder. Out: their bytes by name, and faults of what cannot be read
//! as a file of the case. Each entry is looked at itself before it is opened, and nothing is changed: a folder may come from
//! anybody, and another process may be putting files into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use csvw::{Diagnostic, Diagnostics, Location};

use super::Error;
use super::change::{Change, ChangedFile, OWN, kind_of, not_its_own};
use crate::code;

/// Which links inside a case folder are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// Those that stay inside the folder.
    #[default]
    Inside,
    /// All of them.
    All,
}

/// Files of a case folder.
#[derive(Default)]
pub(super) struct Files {
    /// What they hold, by their names relative to the folder.
    pub(super) bytes: BTreeMap<String, Vec<u8>>,
    /// The names of those too that cannot be read.
    pub(super) names: BTreeSet<String>,
    pub(super) faults: Diagnostics,
}

/// How often a folder is read again because others change it meanwhile.
const ATTEMPTS: usize = 20;

/// Reads the files whose names are wanted, from the folder itself and from those below it that are named, such as
/// `queries`. Of an import that others carry out meanwhile all files are seen, or none.
pub(super) fn read(
    case: &Path,
    links: Links,
    below: &[&str],
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Files, Error> {
    let real = fs::canonicalize(case).map_err(|source| Error::Read { path: case.to_owned(), source })?;
    for _ in 0..ATTEMPTS {
        let change = Change::last(case)?;
        let found = Reading { case, real: &real, links, change: change.as_ref() }.all(below, is_wanted);
        // A file is moved only after the record of its change is written.
        if Change::last(case)? == change {
            return found;
        }
    }
    Err(Error::Restless(case.to_owned()))
}

struct Reading<'r> {
    case: &'r Path,
    real: &'r Path,
    links: Links,
    change: Option<&'r Change>,
}

impl Reading<'_> {
    fn all(&self, below: &[&str], is_wanted: &dyn Fn(&str) -> bool) -> Result<Files, Error> {
        let mut files = Files::default();
        for name in self.entries("", &mut files.faults)? {
            if name.starts_with(OWN) && kind_of(&self.case.join(&name))?.is_some_and(|kind| kind.is_symlink()) {
                files.faults.push(not_its_own(&name));
            } else if !name.starts_with('.') && is_wanted(&name) {
                files.names.insert(name);
            }
        }
        for folder in below {
            let names = self.entries(folder, &mut files.faults)?;
            let names = names.into_iter().filter(|name| !name.starts_with('.')).map(|name| format!("{folder}/{name}"));
            files.names.extend(names.filter(|name| is_wanted(name)));
        }
        let mut missing = self.read_pending(&mut files, is_wanted)?;
        for name in &files.names {
            if files.bytes.contains_key(name) || missing.contains(name) {
                continue;
            }
            match self.look(name) {
                Ok(None) => {
                    missing.insert(name.clone());
                }
                Ok(Some(kind)) if kind.is_file() => {
                    let path = self.case.join(name);
                    let bytes = fs::read(&path).map_err(|source| Error::Read { path, source })?;
                    files.bytes.insert(name.clone(), bytes);
                }
                Ok(Some(kind)) => files.faults.push(no_file(name, kind)),
                Err(fault) => files.faults.push(*fault),
            }
        }
        files.names.retain(|name| !missing.contains(name));
        Ok(files)
    }

    /// Reads what a change that was broken off, or that others carry out now, has not put in place yet; returns the names of
    /// the files that it removes.
    fn read_pending(&self, files: &mut Files, is_wanted: &dyn Fn(&str) -> bool) -> Result<BTreeSet<String>, Error> {
        let mut removed = BTreeSet::new();
        let Some(change) = self.change else { return Ok(removed) };
        let (new, pending) = (change.folders(self.case).new, change.pending(self.case)?);
        change.refuse_edited(self.case, pending.iter().copied(), ChangedFile::is_either)?;
        // The folder may have been listed while one of them was on its way.
        let brought = change.files.iter().filter(|file| file.after.is_some() && is_wanted(&file.name));
        files.names.extend(brought.map(|file| file.name.clone()));
        for file in pending.into_iter().filter(|file| is_wanted(&file.name)) {
            if file.after.is_none() {
                removed.insert(file.name.clone());
                continue;
            }
            let path = new.join(&file.name);
            match fs::read(&path) {
                Ok(bytes) => {
                    files.bytes.insert(file.name.clone(), bytes);
                }
                // It has just been put in place.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(Error::Read { path, source }),
            }
        }
        Ok(removed)
    }

    fn entries(&self, below: &str, faults: &mut Diagnostics) -> Result<Vec<String>, Error> {
        if let Some((above, _)) = below.rsplit_once('/')
            && !matches!(self.look(above), Ok(Some(kind)) if kind.is_dir())
        {
            return Ok(Vec::new());
        }
        if !below.is_empty() {
            let fault = match self.look(below) {
                Ok(None) => return Ok(Vec::new()),
                Ok(Some(kind)) if kind.is_dir() => None,
                Ok(Some(kind)) => Some(no_file(below, kind)),
                Err(fault) => Some(*fault),
            };
            if let Some(fault) = fault {
                faults.push(fault);
                return Ok(Vec::new());
            }
        }
        let path = if below.is_empty() { self.case.to_owned() } else { self.case.join(below) };
        let read = || {
            let entries = path.read_dir()?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
            entries.collect::<io::Result<_>>()
        };
        read().map_err(|source| Error::Read { path: path.clone(), source })
    }

    /// Looks at what stands under a name, through the links that may be followed; none where nothing does.
    fn look(&self, name: &str) -> Result<Option<FileType>, Box<Diagnostic>> {
        let path = self.case.join(name);
        let missing = |message: String| Diagnostic::error(code::MISSING_FILE, Location::file(name), message);
        let entry = match fs::symlink_metadata(&path) {
            Ok(entry) => entry.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(missing(format!("`{name}` cannot be looked at: {error}")).into()),
        };
        if !entry.is_symlink() {
            return Ok(Some(entry));
        }
        let target = fs::read_link(&path).unwrap_or_default();
        let end = |path: PathBuf| Ok((fs::metadata(&path)?.file_type(), path));
        let (kind, end) = fs::canonicalize(&path).and_then(end).map_err(|error| {
            missing(format!("`{name}` is a link to {}, which cannot be looked at: {error}", target.display()))
                .hint("bring back what it leads to, such as a disk or a share, or remove the link")
        })?;
        if self.links == Links::Inside && !end.starts_with(self.real) {
            let message = format!("`{name}` is a link to {}, out of the case folder", target.display());
            let fault = Diagnostic::error(code::UNSAFE_LINK, Location::file(name), message);
            let fault = fault.hint("put the file itself into the folder");
            return Err(fault.hint("or add --follow-links, if you trust whoever made the folder").into());
        }
        Ok(Some(kind))
    }
}

fn no_file(name: &str, kind: FileType) -> Diagnostic {
    let what = match kind {
        kind if kind.is_dir() => "a folder, and ought to be a file",
        kind if kind.is_file() => "a file, and ought to be a folder",
        _ => "a pipe, a device or a socket, and ought to be a file",
    };
    Diagnostic::error(code::MISSING_FILE, Location::file(name), format!("`{name}` is {what}"))
        .hint("rename it, or move it out of the case folder")
}
