//! A change of several files of a case folder, as its record tells it. In: a folder. Out: the last change, and what it has
//! not put in place yet. `.casegraph` holds it, and is no part of the case:
//!
//! | path | holds |
//! |---|---|
//! | `lock` | whoever writes to the folder |
//! | `last.json` | the record of the last change: with it, the change counts |
//! | `change-…/new/` | its files that are not in place yet; no such folder once all are |
//! | `change-…/old/` | the files that it replaced |

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use csvw::{Diagnostic, Location};
use serde::{Deserialize, Serialize};

use super::Error;
use crate::code;
use crate::facts::{is_csv, sha256_hex};

/// What the names begin with that casegraph keeps for itself in a case folder.
pub(super) const OWN: &str = ".casegraph";
/// What the names of the folders of changes begin with.
pub(super) const PREFIX: &str = "change-";

/// Files of a case folder that changed as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    pub(super) kind: Kind,
    /// When, as an xsd:dateTime.
    pub(super) time: String,
    /// Name of its folder, another one for each change.
    pub(super) folder: String,
    pub(super) files: Vec<ChangedFile>,
}

/// What a change was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Import,
    Undo,
}

/// A file before and after a change: the SHA-256 of what it holds, none where there is no such file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedFile {
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The folders of a change.
pub(super) struct Folders {
    pub(super) whole: PathBuf,
    /// Files that are not in place yet; gone once all are.
    pub(super) new: PathBuf,
    /// Files that were replaced.
    pub(super) old: PathBuf,
}

/// Tells whether a name is that of a table or its metadata in a case folder, and of nothing outside it.
pub fn is_fit(name: &str) -> bool {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_plain && !name.starts_with('.') && (is_csv(name) || name.strip_suffix("-metadata.json").is_some_and(is_csv))
}

/// Returns the path of the record of a case folder.
pub(super) fn record_of(case: &Path) -> PathBuf {
    case.join(OWN).join("last.json")
}

/// Returns the kind of an entry itself, be it a link; none where there is no such entry.
pub(super) fn kind_of(path: &Path) -> Result<Option<FileType>, Error> {
    match fs::symlink_metadata(path) {
        Ok(entry) => Ok(Some(entry.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

/// Tells whether there is a folder; what else stands there, such as a link, is a fault.
pub(super) fn is_folder(case: &Path, path: &Path) -> Result<bool, Error> {
    is_of_its_own(case, path, FileType::is_dir)
}

/// Tells whether there is a file; what else stands there, such as a link, is a fault.
pub(super) fn is_file(case: &Path, path: &Path) -> Result<bool, Error> {
    is_of_its_own(case, path, FileType::is_file)
}

fn is_of_its_own(case: &Path, path: &Path, is_right: impl FnOnce(&FileType) -> bool) -> Result<bool, Error> {
    match kind_of(path)? {
        None => Ok(false),
        Some(kind) if is_right(&kind) => Ok(true),
        Some(_) => {
            let name = path.strip_prefix(case).unwrap_or(path).display().to_string();
            Err(Error::Faults(vec![not_its_own(&name)]))
        }
    }
}

/// Returns the fault of something that stands where only casegraph puts its files.
pub(super) fn not_its_own(name: &str) -> Diagnostic {
    let message = format!("`{name}` stands where casegraph keeps its own files, and is none of them");
    Diagnostic::error(code::UNSAFE_LINK, Location::file(name), message)
        .hint("look at where it leads and who put it there, and remove it")
}

/// Returns the SHA-256 of a file of the case, none where there is none; a link is not followed.
pub(super) fn sha256_of(path: &Path) -> Result<Option<String>, Error> {
    match kind_of(path)? {
        None => Ok(None),
        Some(kind) if kind.is_file() => {
            let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
            Ok(Some(sha256_hex(&bytes)))
        }
        Some(_) => Err(Error::NotAFile(path.to_owned())),
    }
}

impl Change {
    /// Reads the record of the last change of a case folder.
    pub(super) fn last(case: &Path) -> Result<Option<Self>, Error> {
        let path = record_of(case);
        if !is_folder(case, &case.join(OWN))? || !is_file(case, &path)? {
            return Ok(None);
        }
        let text = fs::read(&path).map_err(|source| Error::Read { path, source })?;
        let change = serde_json::from_slice(&text).ok().filter(Self::is_fit);
        change.map(Some).ok_or_else(|| {
            let message = "`last.json` is not a record that casegraph has written";
            let fault = Diagnostic::error(code::BAD_METADATA, Location::file(format!("{OWN}/last.json")), message);
            Error::Faults(vec![fault.hint(format!("look at what lies in `{OWN}` and who put it there, and remove it"))])
        })
    }

    /// A record may have come with the folder from elsewhere: what it names has to stay inside.
    fn is_fit(&self) -> bool {
        let names: BTreeSet<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        let number = self.folder.strip_prefix(PREFIX).unwrap_or_default();
        !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_alphanumeric())
            && names.len() == self.files.len()
            && names.iter().all(|name| is_fit(name))
    }

    /// Returns the folders of the change.
    pub(super) fn folders(&self, case: &Path) -> Folders {
        let whole = case.join(OWN).join(&self.folder);
        Folders { new: whole.join("new"), old: whole.join("old"), whole }
    }

    /// Returns the files that are not in place yet; none once the change is finished.
    pub(super) fn pending(&self, case: &Path) -> Result<Vec<&ChangedFile>, Error> {
        let Folders { whole, new, old } = self.folders(case);
        let mut pending = Vec::new();
        if !is_folder(case, &whole)? || !is_folder(case, &new)? {
            return Ok(pending);
        }
        is_folder(case, &old)?;
        for file in &self.files {
            let is_left = match file.after {
                Some(_) => is_file(case, &new.join(&file.name))?,
                None => !is_file(case, &old.join(&file.name))?,
            };
            if is_left {
                pending.push(file);
            }
        }
        Ok(pending)
    }

    /// Refuses where files were edited, so that what the change does would lose that: each may be missing, or be one of
    /// those that `is_known` tells by the SHA-256.
    pub(super) fn refuse_edited<'f>(
        &self,
        case: &Path,
        files: impl IntoIterator<Item = &'f ChangedFile>,
        is_known: impl Fn(&ChangedFile, &str) -> bool,
    ) -> Result<(), Error> {
        let mut edited = Vec::new();
        for file in files {
            if sha256_of(&case.join(&file.name))?.is_some_and(|now| !is_known(file, &now)) {
                edited.push(file.name.clone());
            }
        }
        if edited.is_empty() {
            return Ok(());
        }
        Err(Error::Edited { names: edited, time: self.time.clone(), kept: self.folders(case).whole })
    }
}

impl ChangedFile {
    /// Tells whether a file with this SHA-256 is the one before the change or the one after it.
    pub(super) fn is_either(&self, sha256: &str) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(|known| known == sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_inside_the_case_folder() {
        for fit in ["companies.csv", "claims-comments.csv", "births.csv-metadata.json"] {
            assert!(is_fit(fit), "{fit}");
        }
        for unfit in
            ["../companies.csv", "a/b.csv", "a\\b.csv", ".hidden.csv", "case.toml", "x.csv\0", "", "style.toml"]
        {
            assert!(!is_fit(unfit), "{unfit}");
        }
    }
}
