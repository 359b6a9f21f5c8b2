//! The front door: a case folder, a case file or an endpoint becomes a dataset that can be asked.
//! In: a path or an address. Out: a case, or every fault of its files. Not here: what the files say (`facts`), keeping
//! quads (`store`).

mod change;
mod exchange;
mod files;
mod folder;
mod import;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use change::is_fit;
pub use exchange::{FolderWriter, TakenBack};
pub use files::Links;
pub use folder::{CaseFolder, OwnFiles, read_folder, read_sound};
pub use import::{Imported, import};

use csvw::{Diagnostic, Diagnostics, Severity};

use crate::facts::{Loaded, Wanted};
use crate::remote::{Endpoint, OpenError, Settings};
use crate::store::{self, CaseStore, Dataset, DescribedCase, OfCases, cases};
use crate::view::{self, View};

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
    /// Its own rules, looks and questions; only a case folder has them.
    pub own: OwnFiles,
    /// What is seen of it.
    pub view: View,
    /// Faults that do not stop it from being used, sorted; none where only what was known on a day is seen.
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
    /// Another process writes to the folder.
    #[error("{path} is being written to by {holder}")]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Who writes.
        holder: String,
    },
    /// The folder is changed all the time, so that its files cannot be read as they are at one moment.
    #[error("{0} is being changed again and again while it is read")]
    Restless(PathBuf),
    /// A file was changed by somebody else just before it was to be replaced.
    #[error("{0} was changed meanwhile, and nothing was stored")]
    Overtaken(PathBuf),
    /// Files were edited after an import that was to be finished or taken back.
    #[error("edited since the import of {time}: {}", names.join(", "))]
    Edited {
        /// The files.
        names: Vec<String>,
        /// When the import was made, as an xsd:dateTime.
        time: String,
        /// Where the files of the import lie.
        kept: PathBuf,
    },
    /// What would be replaced is a link, a folder or the like.
    #[error("{0} is a link or no file of its own, and is not replaced")]
    NotAFile(PathBuf),
    /// There is no import to take back.
    #[error("{0} keeps nothing from before an import that could be put back")]
    NothingBefore(PathBuf),
    /// The files have faults, sorted by place; nothing was loaded.
    #[error("the case has {} faults", .0.len())]
    Faults(Vec<Diagnostic>),
    /// The files have faults, which say more of the case than a view of a day of knowledge shows.
    #[error("the files of the case have faults: nothing was loaded")]
    Unsound,
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
    /// The view cannot be shown.
    #[error(transparent)]
    View(view::Error),
    /// The endpoint cannot be used.
    #[error(transparent)]
    Endpoint(#[from] OpenError),
}

impl From<view::Error> for Error {
    fn from(error: view::Error) -> Self {
        match error {
            view::Error::Store(error) => Self::Store(error),
            other => Self::View(other),
        }
    }
}

impl Case {
    /// Opens a whole case: a folder of CSV files is read into memory, a store is opened where it lies.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_as(path, View::default())
    }

    /// Opens a case as a view shows it; of a store all its cases. The path may be the address of an endpoint.
    pub fn open_as(path: &Path, view: View) -> Result<Self, Error> {
        Self::open_some(path, view, &[], Links::Inside)
    }

    /// Opens those cases of a store that are named by title, base or the last part of it, without a name all of them; or a
    /// folder, where those links are followed that may be.
    pub fn open_some(path: &Path, view: View, wanted: &[String], links: Links) -> Result<Self, Error> {
        if Settings::are_named(path) {
            let settings = Settings::read(path).map_err(OpenError::from)?;
            return Self::from_store(Endpoint::open(&settings)?, view, wanted);
        }
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        if path.is_file() {
            return Self::from_store(CaseStore::open(path)?, view, wanted);
        }
        let folder = CaseFolder::open(path, links)?;
        let (Loaded { quads, summary, .. }, warnings) =
            sound_load(&folder, Wanted::Quads).map_err(|error| match error {
                Error::Faults(_) if view.known_on.is_some() => Error::Unsound,
                other => other,
            })?;
        let mut store = CaseStore::of(quads.finish().map_err(store::Error::from)?);
        if !view.is_whole() {
            store = view.of(&store)?;
        }
        let seen = chosen(cases(&store)?, wanted)?.into_iter().next().ok_or(store::Error::Empty)?;
        Ok(Self {
            data: Arc::new(store),
            title: seen.title,
            description: seen.description,
            focus: summary.settings.focus,
            base: summary.settings.base,
            lang: summary.settings.lang,
            own: folder.own,
            // They are about the whole case, and so about what the view hides.
            warnings: if view.known_on.is_some() { Vec::new() } else { warnings },
            view,
        })
    }

    fn from_store(store: impl Dataset + 'static, view: View, wanted: &[String]) -> Result<Self, Error> {
        let all = cases(&store)?;
        let count = all.len();
        let mut chosen = chosen(all, wanted)?;
        let is_part = chosen.len() < count;
        let mut data: Arc<dyn Dataset> = match store.as_columns() {
            _ if !is_part => Arc::new(store),
            Some(columns) => Arc::new(CaseStore::of_cases(columns, &chosen)?),
            None => Arc::new(OfCases::new(store, &chosen)),
        };
        if !view.is_whole() {
            data = Arc::new(view.of(&*data)?);
            chosen = cases(&*data)?;
        }
        let described = DescribedCase::as_one(chosen).ok_or(store::Error::Empty)?;
        Ok(Self {
            title: described.title,
            description: described.description,
            focus: Vec::new(),
            base: described.base,
            lang: "en".to_owned(),
            own: OwnFiles::default(),
            view,
            warnings: Vec::new(),
            data,
        })
    }
}

fn chosen(all: Vec<DescribedCase>, wanted: &[String]) -> Result<Vec<DescribedCase>, Error> {
    if let Some(unknown) = wanted.iter().find(|name| !all.iter().any(|case| case.is_named(name))) {
        let known = all.iter().map(|case| case.short_name().to_owned()).collect();
        return Err(Error::UnknownCase { name: unknown.clone(), known });
    }
    let is_wanted = |case: &DescribedCase| wanted.is_empty() || wanted.iter().any(|name| case.is_named(name));
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// Reads what is wanted of a folder, and its warnings; where there are errors, all faults.
fn sound_load(folder: &CaseFolder, wanted: Wanted) -> Result<(Loaded, Vec<Diagnostic>), Error> {
    let (loaded, faults) = folder.load(wanted);
    sound(loaded, faults)
}

/// Returns what was read and its warnings; where there are errors, or nothing was read, all faults.
fn sound<T>(read: Option<T>, faults: Diagnostics) -> Result<(T, Vec<Diagnostic>), Error> {
    match read {
        Some(read) if !faults.has_errors() => Ok((read, faults.sorted())),
        _ => Err(Error::Faults(faults.sorted())),
    }
}

/// Returns how many of some faults are errors, and how many warnings.
pub fn count(faults: &[Diagnostic]) -> (usize, usize) {
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    (errors, faults.len() - errors)
}
