//! Cases as datasets, in memory or in a file. In: quads. Out: a dataset to ask, and imports that write a new file and tell
//! what changed. Not here: where quads come from (`facts`), questions (`query`), how a dataset is laid out (`rdf_columns`).

mod before;
mod case_file;
mod cases;
mod columns;
mod compare;
mod copy;
mod dataset;
mod difference;
mod endpoint;
mod import;
mod lock;
mod log;
mod marks;
mod near;
mod push;
mod verify;
mod write;
mod writer;

use std::path::{Path, PathBuf};

use oxigraph::model::Quad;
use oxigraph::store::{StorageError, Store};
use rdf_columns::{Builder, ReadError, TooManyTerms};

pub use cases::{DescribedCase, cases, count_facts};
pub use columns::{Column, Columns, Node};
pub use copy::Copy;
pub use dataset::sorted_quads;
pub use difference::{Counts, Difference, TableCounts};
pub use endpoint::{EndpointError, EndpointFault};
pub use import::{Import, ImportedFile, Mode, ReadCase};
pub use log::{LoggedImport, imports};
pub use near::{Fetch, Near, Pattern};
pub use push::{Fingerprints, Push};
pub use verify::{Verified, verify};
pub use write::{RdfSyntax, WriteError, write};
pub use writer::StoreWriter;

/// One or more cases.
#[derive(Clone, Default)]
pub struct CaseStore {
    data: rdf_columns::Dataset,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path is not that of a file, and a case file is one.
    #[error("{0} is not a case file")]
    NotAStore(PathBuf),
    /// The path is that of a folder with a store of `RocksDB`, as earlier versions made them.
    #[error("{0} is a store directory of an earlier casegraph, and this one keeps cases in files")]
    Directory(PathBuf),
    /// A case file cannot be read or written.
    #[error("cannot use the case file {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A case file was written in a form that this version does not read.
    #[error("the case file {0} was written by another version of casegraph")]
    OtherForm(PathBuf),
    /// A case file holds something else than what was written, or was never one.
    #[error("{path} is damaged, or was never a case file")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: ReadError,
        /// Whether the state before its last change lies beside it, whole.
        can_undo: bool,
    },
    /// A case file was changed, but the system failed after that.
    #[error("{path} was changed, but what makes the change last could not be done")]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// What lies beside a case file is not what it was before its last change.
    #[error("{copy} is not what {path} was before its last change: it is damaged, or of another case file")]
    AnotherBefore {
        /// The case file.
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
    /// A part of a dataset does not answer what was asked; [`Columns::ask`] fetches the rest.
    #[error("what was asked for has not been fetched yet")]
    Incomplete,
    /// The store holds no case.
    #[error("the store holds no case yet: import one first")]
    Empty,
    /// The endpoint does not do what it is asked for.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// A case file that was open cannot be read any further.
    #[error("cannot read on in the case file")]
    Read(#[from] ReadError),
    /// A case has more terms than a dataset can hold.
    #[error(transparent)]
    TooLarge(#[from] TooManyTerms),
    /// Oxigraph reports a fault.
    #[error("the store reports a fault")]
    Storage(#[from] StorageError),
}

impl CaseStore {
    /// Returns a store of a dataset.
    pub const fn of(data: rdf_columns::Dataset) -> Self {
        Self { data }
    }

    /// Returns a store in memory.
    pub fn in_memory(quads: impl IntoIterator<Item = Quad>) -> Result<Self, Error> {
        let mut builder = Builder::default();
        quads.into_iter().for_each(|quad| builder.add_quad(quad.as_ref()));
        Ok(Self::of(builder.finish()?))
    }

    /// Returns a store of what an RDF document says.
    #[cfg(test)]
    pub(crate) fn of_text(format: oxigraph::io::RdfFormat, text: &str) -> Self {
        let quads = oxigraph::io::RdfParser::from_format(format).for_slice(text);
        Self::in_memory(quads.map(|quad| quad.expect("RDF"))).expect("a store")
    }

    /// Returns some of its cases, each with the log of its imports.
    pub fn of_cases(&self, cases: &[DescribedCase]) -> Result<Self, Error> {
        let graphs = cases.iter().flat_map(|case| [case.graph.clone(), case.log_graph()]);
        let graphs = graphs.map(|graph| self.data.find_iri(&graph)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(self.data.with_graphs(|graph| graph.is_some() && graphs.contains(&graph))))
    }

    /// Opens a case file. An import that runs meanwhile is not seen.
    pub fn open(path: &Path) -> Result<Self, Error> {
        refuse_folder(path)?;
        Ok(Self::of(before::open(path)?.file.dataset))
    }

    /// Returns the dataset.
    pub const fn columns(&self) -> &rdf_columns::Dataset {
        &self.data
    }

    /// Returns a copy as a store of Oxigraph, to change it by SPARQL Update.
    pub fn to_oxigraph(&self) -> Result<Store, Error> {
        let store = Store::new()?;
        let mut transaction = store.start_transaction()?;
        for quad in self.quads() {
            transaction.insert(quad?.as_ref());
        }
        transaction.commit()?;
        Ok(store)
    }

    /// Returns a copy of a store of Oxigraph; [`StoreWriter::save`] keeps it.
    pub fn from_oxigraph(store: &Store) -> Result<Self, Error> {
        let mut builder = Builder::default();
        for quad in store {
            builder.add_quad(quad?.as_ref());
        }
        Ok(Self::of(builder.finish()?))
    }
}

/// Refuses a store directory, which earlier versions made on `RocksDB`.
pub fn refuse_directory(path: &Path) -> Result<(), Error> {
    if path.join("casegraph-store.json").is_file() { Err(Error::Directory(path.to_owned())) } else { Ok(()) }
}

/// Refuses a folder in the place of a case file.
fn refuse_folder(path: &Path) -> Result<(), Error> {
    refuse_directory(path)?;
    let is_folder = path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']);
    if is_folder { Err(Error::NotAStore(path.to_owned())) } else { Ok(()) }
}
