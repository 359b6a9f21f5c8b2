//! Quads, kept in memory or in a file. In: quads. Out: an Oxigraph store to ask, and imports that change
//! it by just the difference, in one transaction. Not here: where quads come from (`facts`), questions (`query`).

mod before;
mod cases;
mod change;
mod compare;
mod contents;
mod dataset;
mod difference;
mod elsewhere;
mod engine;
mod file;
mod import;
mod ledger;
mod ledger_line;
mod links;
mod load;
mod lock;
mod log;
mod normal;
mod quad_list;
mod seal;
mod sealed_file;
mod unit;
mod write;

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
pub use links::{Link, facts_at, links};
pub use load::Feed;
pub use log::{LoggedImport, imports};
pub use quad_list::QuadList;
pub use unit::{Fed, ImportedFile, Unit, UnitSink};
pub use write::{RdfSyntax, WriteError, write};

/// Quads that a store file should hold at most: every command reads the whole file.
pub const FILE_LIMIT: usize = 1_000_000;

/// A store of one or more cases.
pub struct CaseStore {
    store: Store,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path is that of a folder, and a store is a file.
    #[error("{0} is a folder, not a store")]
    NotAStore(PathBuf),
    /// The path is that of a folder with a store of `RocksDB`, as earlier versions made them.
    #[error("{0} is a store directory of an earlier casegraph, and this one has only store files")]
    Directory(PathBuf),
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
        Ok(Self { store })
    }

    /// Returns a copy in memory of all quads of a dataset.
    pub fn copy(data: &dyn Dataset) -> Result<Self, Error> {
        let store = Store::new()?;
        let mut loader = store.bulk_loader();
        loader.load_ok_quads::<Error, Error>(data.quads_for_pattern(None, None, None, None))?;
        loader.commit()?;
        Ok(Self { store })
    }

    /// Returns a store in memory that `fill` fills.
    pub fn filled<T, E: From<Error>>(
        fill: impl FnOnce(&mut dyn FnMut(Vec<Quad>)) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        let store = Store::new().map_err(Error::from)?;
        let mut transaction = store.start_transaction().map_err(Error::from)?;
        let result = fill(&mut |quads| transaction.extend(&quads))?;
        transaction.commit().map_err(Error::from)?;
        Ok((Self { store }, result))
    }

    /// Reads a store file. An import that runs meanwhile is not seen.
    pub fn open(path: &Path) -> Result<Self, Error> {
        refuse_folder(path)?;
        Ok(Self { store: file::read(path)? })
    }

    /// Returns the Oxigraph store, to change it directly; [`StoreWriter::save`] keeps what was changed.
    pub const fn oxigraph(&self) -> &Store {
        &self.store
    }
}

/// Refuses a store directory, which earlier versions made on `RocksDB`.
pub fn refuse_directory(path: &Path) -> Result<(), Error> {
    if path.join("casegraph-store.json").is_file() { Err(Error::Directory(path.to_owned())) } else { Ok(()) }
}

/// Refuses a folder in the place of a store file.
fn refuse_folder(path: &Path) -> Result<(), Error> {
    refuse_directory(path)?;
    let is_folder = path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']);
    if is_folder { Err(Error::NotAStore(path.to_owned())) } else { Ok(()) }
}
