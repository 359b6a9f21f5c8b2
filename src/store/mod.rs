//! Quads, kept in memory, in a file or in a directory. In: quads. Out: an Oxigraph store to ask, and imports that change
//! it by just the difference, in one transaction. Not here: where quads come from (`facts`), questions (`query`).

mod before;
mod cases;
mod change;
mod compare;
mod contents;
mod dataset;
mod difference;
mod directory;
mod elsewhere;
mod engine;
mod file;
mod import;
mod import_directory;
mod ledger;
mod ledger_line;
mod link_index;
mod link_lines;
mod links;
mod load;
mod lock;
mod log;
mod normal;
mod objects;
mod quad_list;
mod seal;
mod sealed_file;
mod solutions;
mod told;
mod unit;
mod write;

use std::fs::File;
use std::path::{Path, PathBuf};

use oxigraph::model::Quad;
use oxigraph::store::{LoaderError, StorageError, Store};

pub use cases::{DescribedCase, OfCases, cases, count_facts};
pub use dataset::{Dataset, Pattern, Quads, instances, sorted_quads};
pub use difference::{Counts, Difference, TableCounts};
pub use elsewhere::{Filled, Plan};
pub use engine::{EndpointError, EndpointFault, Engine, Reply};
pub use file::{Verified, quads_of, verify};
pub use import::{Import, Mode, StoreWriter};
pub use link_index::LinkIndex;
pub use links::{Link, facts_at_by_pattern, links_by_pattern};
pub use load::Feed;
pub use log::{LoggedImport, imports};
pub use objects::{Said, objects_by_pattern};
pub use quad_list::QuadList;
pub use solutions::each_solution;
pub use told::Told;
pub use unit::{Fed, ImportedFile, Unit, UnitSink};
pub use write::{RdfSyntax, WriteError, write};

use directory::{Access, Directory, open_store};
use load::Loading;

/// Quads that a store file should hold at most: every command reads the whole file.
pub const FILE_LIMIT: usize = 1_000_000;

/// A store of one or more cases.
pub struct CaseStore {
    store: Store,
    is_on_disk: bool,
    links: Option<LinkIndex>,
    /// Held while a generation of a store directory is read.
    _in_use: Option<File>,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path is a directory that is no store.
    #[error("{0} is a folder, but not a store")]
    NotAStore(PathBuf),
    /// The path asks for a store directory, and this build has none.
    #[error("{0} is a store directory, and this casegraph was built without RocksDB")]
    NeedsRocksDb(PathBuf),
    /// A store file cannot be read or written.
    #[error("cannot use the store file {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A store file holds something else than compressed N-Quads, or not what its seal was made of.
    #[error("the store file {path} is damaged or no store file")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: std::io::Error,
        /// Whether the state before its last change lies beside it, whole.
        can_undo: bool,
    },
    /// A store file was changed, but the system failed after that.
    #[error("{path} was changed, but what makes the change last could not be done")]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// What lies beside a store file is not what it was before its last change.
    #[error("{copy} is not what {path} was before its last change: it is damaged, or of another store")]
    AnotherBefore {
        /// The store file.
        path: PathBuf,
        /// What lies beside it.
        copy: PathBuf,
    },
    /// Another process writes to the store.
    #[error("{path} is being written to by {holder}")]
    Locked {
        /// The store.
        path: PathBuf,
        /// Who writes.
        holder: String,
    },
    /// Something else stands in the place of the lock of a store.
    #[error("{0} is not a lock of casegraph's, and it stands where that of the store belongs")]
    NotALock(PathBuf),
    /// What the next import needs to know cannot be written.
    #[error("cannot write the ledger of the import")]
    Ledger(#[source] std::io::Error),
    /// What joins entities cannot be read from a store directory.
    #[error("cannot read the links of the store directory")]
    Links(#[source] std::io::Error),
    /// A store directory is changed by imports alone.
    #[error("{0} is a store directory, which only imports change")]
    OnlyImported(PathBuf),
    /// There is no import to take back.
    #[error("{0} holds nothing from before its last import")]
    NothingBefore(PathBuf),
    /// The store holds no case.
    #[error("the store holds no case yet: import one first")]
    Empty,
    /// The endpoint does not do what it is asked for.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Oxigraph reports a fault.
    #[error("the store reports a fault")]
    Storage(#[from] StorageError),
}

impl From<LoaderError> for Error {
    fn from(error: LoaderError) -> Self {
        match error {
            LoaderError::Storage(error) => Self::Storage(error),
            other => Self::Storage(StorageError::Other(Box::new(other))),
        }
    }
}

impl CaseStore {
    /// Returns a store in memory.
    pub fn in_memory(quads: impl IntoIterator<Item = Quad>) -> Result<Self, Error> {
        let store = Store::new()?;
        let mut loader = store.bulk_loader();
        loader.load_quads(quads)?;
        loader.commit()?;
        Ok(Self::alone(store))
    }

    /// Returns a copy in memory of all quads of a dataset.
    pub fn copy(data: &dyn Dataset) -> Result<Self, Error> {
        let store = Store::new()?;
        let mut loader = store.bulk_loader();
        loader.load_ok_quads::<Error, Error>(data.quads_for_pattern(None, None, None, None))?;
        loader.commit()?;
        Ok(Self::alone(store))
    }

    /// Returns a store in memory that `fill` fills, batch by batch.
    pub fn filled<T, E: From<Error>>(
        fill: impl FnOnce(&mut dyn FnMut(Vec<Quad>) -> Result<(), Error>) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        let store = Store::new().map_err(Error::from)?;
        let mut loading = Loading::new(&store);
        let result = fill(&mut |quads| Ok(loading.add(quads)?))?;
        loading.commit().map_err(Error::from)?;
        Ok((Self::alone(store), result))
    }

    /// Opens a store that exists, for reading. An import that runs meanwhile is not seen.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if path.is_file() {
            return Ok(Self::alone(file::read(path)?));
        }
        if Directory::is_at(path) {
            let (store, links, in_use) = Directory::open(path)?;
            return Ok(Self { store, is_on_disk: true, links, _in_use: Some(in_use) });
        }
        if !Self::is_directory(path) {
            return Err(Error::NotAStore(path.to_owned()));
        }
        Ok(Self { is_on_disk: true, ..Self::alone(open_store(path, Access::Read)?) })
    }

    const fn alone(store: Store) -> Self {
        Self { store, is_on_disk: false, links: None, _in_use: None }
    }

    /// Returns the Oxigraph store, to change it directly; [`StoreWriter::save`] keeps what was changed.
    pub const fn oxigraph(&self) -> &Store {
        &self.store
    }

    /// Tells whether a path is a store directory: casegraph's, or one of Oxigraph's own.
    pub fn is_directory(path: &Path) -> bool {
        Directory::is_at(path) || path.join("CURRENT").is_file()
    }
}
