//! The front door: a case folder, a store file or a store directory becomes a store that can be asked. In: a path.
//! Out: a case, or every fault of its files. Not here: what the files say (`facts`), keeping quads (`store`).

mod folder;

use std::path::{Path, PathBuf};

pub use folder::read_folder;

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::CaseFacts;
use crate::store::{self, CaseStore, Dataset};
use crate::view::{Seen, View};

/// A case that is open for questions.
pub struct Case {
    /// Its quads, as far as the view shows them.
    pub data: Box<dyn Dataset>,
    /// Title of the case.
    pub title: String,
    /// What the case is about.
    pub description: Option<String>,
    /// Ids of the entities that it puts first; only a case folder states them.
    pub focus: Vec<String>,
    /// IRI that its ids are appended to.
    pub base: String,
    /// Language of labels that state none.
    pub lang: String,
    /// Folder of its CSV files, where it was opened from one.
    pub folder: Option<PathBuf>,
    /// What is seen of it.
    pub view: View,
    /// Faults that do not stop it from being used, sorted.
    pub warnings: Vec<Diagnostic>,
}

/// Why a case cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing at the path.
    #[error("there is no case at {0}: no such folder or file")]
    Missing(PathBuf),
    /// A file or folder cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The files have faults, sorted by place; nothing was loaded.
    #[error("the case has {} faults", .0.len())]
    Faults(Vec<Diagnostic>),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Case {
    /// Opens a whole case: a folder of CSV files is read into memory, a store is opened where it lies.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_as(path, View::default())
    }

    /// Opens a case as a view shows it.
    pub fn open_as(path: &Path, view: View) -> Result<Self, Error> {
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        if path.is_file() || CaseStore::is_directory(path) {
            return Self::from_store(CaseStore::open(path)?, view);
        }
        let (facts, warnings) = read_sound(path)?;
        let store = CaseStore::in_memory(facts.quads())?;
        Ok(Self {
            data: seen(store, view),
            title: facts.settings.title,
            description: facts.settings.description,
            focus: facts.settings.focus,
            base: facts.settings.base,
            lang: facts.settings.lang,
            folder: Some(path.to_owned()),
            view,
            warnings,
        })
    }

    fn from_store(store: CaseStore, view: View) -> Result<Self, Error> {
        let described = store.described_case()?;
        Ok(Self {
            data: seen(store, view),
            title: described.title,
            description: described.description,
            focus: Vec::new(),
            base: described.base,
            lang: "en".to_owned(),
            folder: None,
            view,
            warnings: Vec::new(),
        })
    }
}

fn seen(store: CaseStore, view: View) -> Box<dyn Dataset> {
    if view.is_whole() { Box::new(store) } else { Box::new(Seen::new(store, view)) }
}

/// Reads a case folder; a case with errors is refused whole, with all its faults.
pub fn read_sound(folder: &Path) -> Result<(CaseFacts, Vec<Diagnostic>), Error> {
    let (facts, faults) = read_folder(folder)?;
    match facts {
        Some(facts) if !faults.has_errors() => Ok((facts, faults.sorted())),
        _ => Err(Error::Faults(faults.sorted())),
    }
}

/// Returns how many of some faults are errors, and how many warnings.
pub fn count(faults: &[Diagnostic]) -> (usize, usize) {
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    (errors, faults.len() - errors)
}
