//! The front door: a case folder, a store file, a store directory or an endpoint becomes a dataset that can be asked.
//! In: a path or an address. Out: a case, or every fault of its files. Not here: what the files say (`facts`), keeping quads (`store`).

mod folder;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use folder::read_folder;

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::CaseFacts;
use crate::remote::{Endpoint, OpenError, Settings};
use crate::store::{self, CaseStore, Dataset, DescribedCase};
use crate::view::{Seen, View};

/// A case that is open for questions.
pub struct Case {
    /// Its quads, as far as the view shows them.
    pub data: Arc<dyn Dataset>,
    /// The store that holds all of them, where it is near.
    store: Option<Arc<CaseStore>>,
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
    /// The endpoint cannot be used.
    #[error(transparent)]
    Endpoint(#[from] OpenError),
}

impl Case {
    /// Opens a whole case: a folder of CSV files is read into memory, a store is opened where it lies.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_as(path, View::default())
    }

    /// Opens a case as a view shows it; the path may be the address of an endpoint.
    pub fn open_as(path: &Path, view: View) -> Result<Self, Error> {
        if Settings::are_named(path) {
            let settings = Settings::read(path).map_err(OpenError::from)?;
            return Self::from_described(Endpoint::open(&settings)?, view, |_| None);
        }
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        if path.is_file() || CaseStore::is_directory(path) {
            return Self::from_described(CaseStore::open(path)?, view, Some);
        }
        let (facts, warnings) = read_sound(path)?;
        let store = Arc::new(CaseStore::in_memory(facts.quads())?);
        Ok(Self {
            data: seen(Arc::clone(&store), view),
            store: Some(store),
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

    /// Returns a store with all of the case; one that is far away is copied into memory.
    pub fn whole(&self) -> Result<Arc<CaseStore>, Error> {
        if let Some(store) = &self.store {
            return Ok(Arc::clone(store));
        }
        let quads = self.data.quads_for_pattern(None, None, None, None).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(CaseStore::in_memory(quads)?))
    }

    fn from_described<D: Dataset + 'static>(
        data: D,
        view: View,
        store: impl FnOnce(Arc<D>) -> Option<Arc<CaseStore>>,
    ) -> Result<Self, Error> {
        let described = DescribedCase::read(&data)?;
        let data = Arc::new(data);
        let store = store(Arc::clone(&data));
        Ok(Self {
            data: seen(data, view),
            store,
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

/// Returns a dataset as a view shows it.
fn seen<D: Dataset + 'static>(data: Arc<D>, view: View) -> Arc<dyn Dataset> {
    if view.is_whole() { data } else { Arc::new(Seen::new(data, view)) }
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
