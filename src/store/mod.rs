//! Quads, kept in memory, in a file or in a directory. In: quads. Out: an Oxigraph store to ask, and imports that change
//! it by just the difference, in one transaction. Not here: where quads come from (`facts`), questions (`query`).

mod dataset;
mod difference;
mod engine;
mod file;
mod import;
mod lock;
mod write;

use std::path::{Path, PathBuf};

use oxigraph::io::RdfParseError;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Quad, Term};
use oxigraph::store::{LoaderError, StorageError, Store};

pub use dataset::{Dataset, Pattern, Quads, instances, sorted_quads};
pub use difference::{Difference, FactCounts};
pub use engine::{EndpointError, EndpointFault, Engine, Reply};
pub use import::{Import, ImportedFile};
pub use write::{RdfSyntax, WriteError, write};

use crate::vocab::{dct, void};

/// A store of one or more cases.
pub struct CaseStore {
    store: Store,
    place: Place,
    /// Held while a store file is open for an import.
    _lock: Option<lock::WriteLock>,
}

enum Place {
    Memory,
    File(PathBuf),
    #[cfg(feature = "rocksdb")]
    Directory,
}

/// What a store says of the case in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedCase {
    /// Title of the case.
    pub title: String,
    /// What the case is about.
    pub description: Option<String>,
    /// IRI that its ids are appended to.
    pub base: String,
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
    /// A store file holds something else than compressed N-Quads.
    #[error("the store file {path} is damaged or no store file")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        #[source]
        source: RdfParseError,
    },
    /// Another process writes to the store.
    #[error("{path} is being written to by {holder}")]
    Locked {
        /// The store.
        path: PathBuf,
        /// Who writes.
        holder: String,
    },
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
        Ok(Self { store, place: Place::Memory, _lock: None })
    }

    /// Opens a store that exists, for reading.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if path.is_file() {
            return Ok(Self { store: file::read(path)?, place: Place::File(path.to_owned()), _lock: None });
        }
        if !Self::is_directory(path) {
            return Err(Error::NotAStore(path.to_owned()));
        }
        Self::open_directory(path, true)
    }

    /// Opens a store for an import, or makes a new one: a directory where the path is one or ends with `/`, else a file.
    pub fn open_or_create(path: &Path) -> Result<Self, Error> {
        if path.is_file() {
            let lock = lock::WriteLock::take(path)?;
            return Ok(Self { _lock: Some(lock), ..Self::open(path)? });
        }
        let wants_directory = path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']);
        if !wants_directory {
            let lock = lock::WriteLock::take(path)?;
            // Another writer may have made it in the meantime.
            let store = if path.is_file() { file::read(path)? } else { Store::new()? };
            return Ok(Self { store, place: Place::File(path.to_owned()), _lock: Some(lock) });
        }
        let is_empty = !path.is_dir() || path.read_dir().is_ok_and(|mut entries| entries.next().is_none());
        if !is_empty && !Self::is_directory(path) {
            return Err(Error::NotAStore(path.to_owned()));
        }
        Self::open_directory(path, false)
    }

    /// Opens a store for a look at what an import would change: an empty one in memory where there is none yet.
    pub fn open_or_empty(path: &Path) -> Result<Self, Error> {
        if path.exists() { Self::open(path) } else { Self::in_memory(None::<Quad>) }
    }

    /// Tells whether a path is a store directory (`RocksDB`).
    pub fn is_directory(path: &Path) -> bool {
        path.join("CURRENT").is_file()
    }

    #[cfg(feature = "rocksdb")]
    fn open_directory(path: &Path, read_only: bool) -> Result<Self, Error> {
        let store = if read_only { Store::open_read_only(path)? } else { Store::open(path)? };
        Ok(Self { store, place: Place::Directory, _lock: None })
    }

    #[cfg(not(feature = "rocksdb"))]
    fn open_directory(path: &Path, _read_only: bool) -> Result<Self, Error> {
        Err(Error::NeedsRocksDb(path.to_owned()))
    }

    /// Returns the Oxigraph store, to change it directly; [`CaseStore::save`] keeps what was changed.
    pub const fn oxigraph(&self) -> &Store {
        &self.store
    }

    /// Writes a store file anew, after its Oxigraph store was changed directly; a directory is always up to date.
    pub fn save(&self) -> Result<(), Error> {
        match &self.place {
            Place::File(path) => file::write(path, &sorted_quads(self)?),
            Place::Memory => Ok(()),
            #[cfg(feature = "rocksdb")]
            Place::Directory => Ok(()),
        }
    }

    /// Returns what the store says of the case in it; of several cases, of the first by IRI.
    pub fn described_case(&self) -> Result<DescribedCase, Error> {
        DescribedCase::read(self)
    }
}

impl DescribedCase {
    /// Reads what a dataset says of the case in it; of several cases, of the first by IRI.
    pub fn read(data: &dyn Dataset) -> Result<Self, Error> {
        let datasets = instances(data, void::DATASET)?;
        let all_of = |iri: &String| Pattern::Subject(NamedNode::new_unchecked(iri.as_str()), None);
        data.prefetch(&datasets.iter().map(all_of).collect::<Vec<_>>())?;
        let dataset = NamedNodeRef::new_unchecked(datasets.first().ok_or(Error::Empty)?);
        let value = |property| text(data, dataset.into(), property);
        Ok(Self {
            title: value(dct::TITLE)?.unwrap_or_else(|| "untitled case".to_owned()),
            description: value(dct::DESCRIPTION)?,
            base: value(void::URI_SPACE)?.ok_or(Error::Empty)?,
        })
    }
}

fn text(
    data: &dyn Dataset,
    subject: NamedOrBlankNodeRef<'_>,
    property: NamedNodeRef<'_>,
) -> Result<Option<String>, Error> {
    let quads = data.quads_for_pattern(Some(subject), Some(property), None, None);
    let texts = quads.map(|quad| {
        Ok(match quad?.object {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        })
    });
    let texts = texts.collect::<Result<Vec<_>, Error>>()?;
    Ok(texts.into_iter().flatten().min())
}
