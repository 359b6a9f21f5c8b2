//! The front door: a case folder, a case file or an endpoint becomes a dataset that can be asked.
//! In: a path or an address. Out: a case, or every fault of its files. Not here: what the files say (`facts`), keeping
//! quads (`store`).

mod change;
mod exchange;
mod files;
mod folder;
mod import;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

pub use change::is_fit;
pub use exchange::{FolderWriter, TakenBack};
pub use files::Links;
pub use folder::{CaseFolder, OwnFiles, read_folder, read_sound};
pub use import::{Imported, import};

use csvw::{Diagnostic, Diagnostics, Severity};

use crate::facts::{Loaded, Wanted};
use crate::remote::{Endpoint, OpenError, Pulled, Settings};
use crate::store::{self, CaseStore, DescribedCase, Near, cases};
use crate::view::{self, View};

/// A case that is open for questions.
pub struct Case {
    data: Data,
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

/// The quads of a case, as far as the view shows them.
enum Data {
    Here(CaseStore),
    /// A copy of what is on an endpoint, or what a view shows of it; and when it was made, if that was not just now.
    Copied(Pulled),
    /// On an endpoint, until somebody wants all of them: then in a copy, that is made anew if that is asked for.
    There {
        endpoint: Box<Endpoint>,
        anew: bool,
        copy: OnceLock<Pulled>,
    },
}

/// How a case is opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Of a store the cases that are named, by title, base or the last part of it; all of them where none is.
    pub cases: Vec<String>,
    /// Which links in a case folder are followed.
    pub links: Links,
    /// Whether a case on an endpoint is copied anew, though nothing has changed there.
    pub anew: bool,
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
        Self::open_some(path, view, &Opening::default())
    }

    /// Opens a case as a view shows it.
    pub fn open_some(path: &Path, view: View, opening: &Opening) -> Result<Self, Error> {
        let Opening { cases: wanted, links, anew } = opening;
        if Settings::are_named(path) {
            let settings = Settings::read(path).map_err(OpenError::from)?;
            return Self::on_endpoint(Endpoint::open(&settings)?, view, wanted, *anew);
        }
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        if path.is_file() {
            return Self::from_store(CaseStore::open(path)?, view, wanted);
        }
        let folder = CaseFolder::open(path, *links)?;
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
            data: Data::Here(store),
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

    fn from_store(mut store: CaseStore, view: View, wanted: &[String]) -> Result<Self, Error> {
        let all = cases(&store)?;
        let count = all.len();
        let chosen = chosen(all, wanted)?;
        if chosen.len() < count {
            store = store.of_cases(&chosen)?;
        }
        if view.is_whole() {
            return Self::described(Data::Here(store), chosen, view);
        }
        store = view.of(&store)?;
        let chosen = cases(&store)?;
        Self::described(Data::Here(store), chosen, view)
    }

    /// Opens the cases of an endpoint. A view is that of a copy.
    fn on_endpoint(endpoint: Endpoint, view: View, wanted: &[String], anew: bool) -> Result<Self, Error> {
        let chosen = chosen(cases(Near::There(&endpoint))?, wanted)?;
        let endpoint = endpoint.of_cases(&chosen);
        if view.is_whole() {
            let data = Data::There { endpoint: Box::new(endpoint), anew, copy: OnceLock::new() };
            return Self::described(data, chosen, view);
        }
        let pulled = endpoint.pull(anew)?;
        let store = view.of(&pulled.store)?;
        let chosen = cases(&store)?;
        Self::described(Data::Copied(Pulled { store, ..pulled }), chosen, view)
    }

    fn described(data: Data, cases: Vec<DescribedCase>, view: View) -> Result<Self, Error> {
        let described = DescribedCase::as_one(cases).ok_or(store::Error::Empty)?;
        Ok(Self {
            data,
            title: described.title,
            description: described.description,
            focus: Vec::new(),
            base: described.base,
            lang: "en".to_owned(),
            own: OwnFiles::default(),
            view,
            warnings: Vec::new(),
        })
    }

    /// Returns all of its quads, as far as the view shows them; of a case on an endpoint, those of a copy.
    pub fn whole(&self) -> Result<&CaseStore, store::Error> {
        match &self.data {
            Data::Here(store) | Data::Copied(Pulled { store, .. }) => Ok(store),
            Data::There { endpoint, anew, copy } => {
                let pulled = if copy.get().is_none() { Some(endpoint.pull(*anew)?) } else { None };
                Ok(&copy.get_or_init(|| pulled.expect("a copy was made where there was none")).store)
            }
        }
    }

    /// Returns what is asked about a small part of it.
    pub fn near(&self) -> Near<'_> {
        match &self.data {
            Data::Here(store) | Data::Copied(Pulled { store, .. }) => Near::Here(store),
            Data::There { endpoint, copy, .. } => {
                copy.get().map_or(Near::There(&**endpoint), |pulled| Near::Here(&pulled.store))
            }
        }
    }

    /// Returns the endpoint on which all of it lies, as long as there is no copy.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match &self.data {
            Data::There { endpoint, copy, .. } if copy.get().is_none() => Some(endpoint),
            _ => None,
        }
    }

    /// Returns when the copy of a case on an endpoint was made, where an earlier one is used.
    pub fn kept_since(&self) -> Option<SystemTime> {
        match &self.data {
            Data::There { copy, .. } => copy.get()?.kept_since,
            Data::Copied(pulled) => pulled.kept_since,
            Data::Here(_) => None,
        }
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
