//! The front door: a case folder, a store file, a store directory or an endpoint becomes a dataset that can be asked.
//! In: a path or an address. Out: a case, or every fault of its files. Not here: what the files say (`facts`), keeping
//! quads (`store`).

mod exchange;
mod folder;
mod import;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxigraph::model::Quad;

pub use exchange::replace_files;
pub use folder::{CaseFolder, read_folder};
pub use import::{Imported, import};

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::{CaseFacts, CaseSummary};
use crate::remote::{Endpoint, OpenError, Settings};
use crate::store::{self, CaseStore, Dataset, DescribedCase, OfCases, cases};
use crate::view::{Seen, View};

/// A case that is open for questions.
pub struct Case {
    /// Its quads, as far as the view shows them.
    pub data: Arc<dyn Dataset>,
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
    /// A file or folder cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The files have faults, sorted by place; nothing was loaded.
    #[error("the case has {} faults", .0.len())]
    Faults(Vec<Diagnostic>),
    /// The store holds no such case.
    #[error("`{name}` is not the title, the base or the name of a case of this store")]
    UnknownCase {
        /// What was asked for.
        name: String,
        /// Names of the cases that there are.
        known: Vec<String>,
    },
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

    /// Opens a case as a view shows it; of a store all its cases. The path may be the address of an endpoint.
    pub fn open_as(path: &Path, view: View) -> Result<Self, Error> {
        Self::open_some(path, view, &[])
    }

    /// Opens those cases of a store that are named by title, base or the last part of it; without a name all of them.
    pub fn open_some(path: &Path, view: View, wanted: &[String]) -> Result<Self, Error> {
        if Settings::are_named(path) {
            let settings = Settings::read(path).map_err(OpenError::from)?;
            return Self::from_store(Endpoint::open(&settings)?, view, wanted);
        }
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        if path.is_file() || CaseStore::is_directory(path) {
            return Self::from_store(CaseStore::open(path)?, view, wanted);
        }
        let folder = CaseFolder::open(path)?;
        let (store, (summary, warnings)) = CaseStore::filled(|add| load(&folder, add))?;
        chosen(cases(&store)?, wanted)?;
        Ok(Self {
            data: seen(store, view),
            title: summary.settings.title,
            description: summary.settings.description,
            focus: summary.settings.focus,
            base: summary.settings.base,
            lang: summary.settings.lang,
            folder: Some(path.to_owned()),
            view,
            warnings,
        })
    }

    fn from_store(store: impl Dataset + 'static, view: View, wanted: &[String]) -> Result<Self, Error> {
        let all = cases(&store)?;
        let count = all.len();
        let chosen = chosen(all, wanted)?;
        let first = chosen.first().ok_or(store::Error::Empty)?;
        let titles: Vec<&str> = chosen.iter().map(|case| case.title.as_str()).collect();
        Ok(Self {
            title: titles.join("; "),
            description: if chosen.len() == 1 { first.description.clone() } else { None },
            focus: Vec::new(),
            base: first.base.clone(),
            lang: "en".to_owned(),
            folder: None,
            view,
            warnings: Vec::new(),
            data: if chosen.len() == count { seen(store, view) } else { seen(OfCases::new(store, &chosen), view) },
        })
    }
}

fn seen(data: impl Dataset + 'static, view: View) -> Arc<dyn Dataset> {
    if view.is_whole() { Arc::new(data) } else { Arc::new(Seen::new(data, view)) }
}

fn chosen(all: Vec<DescribedCase>, wanted: &[String]) -> Result<Vec<DescribedCase>, Error> {
    if let Some(unknown) = wanted.iter().find(|name| !all.iter().any(|case| case.is_named(name))) {
        let known = all.iter().map(|case| case.short_name().to_owned()).collect();
        return Err(Error::UnknownCase { name: unknown.clone(), known });
    }
    let is_wanted = |case: &DescribedCase| wanted.is_empty() || wanted.iter().any(|name| case.is_named(name));
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// Takes quads, batch by batch.
type Add<'a> = &'a mut dyn FnMut(Vec<Quad>) -> Result<(), store::Error>;

fn load(folder: &CaseFolder, add: Add<'_>) -> Result<(CaseSummary, Vec<Diagnostic>), Error> {
    let mut failed = None;
    let (summary, faults) = folder.stream(&mut |record| match add((record.make)()) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    match summary {
        Some(summary) if !faults.has_errors() => Ok((summary, faults.sorted())),
        _ => Err(Error::Faults(faults.sorted())),
    }
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
