#![doc = include_str!("../README.md")]

mod builder;
mod dataset;
mod dictionary;
mod file;
mod id;
mod index;
mod interner;
mod key;
mod query;
mod sections;

pub use builder::{Builder, TooManyTerms};
pub use dataset::{Added, Dataset, Derivation, Graph, Graphs, QuadIds, Table, Values};
pub use file::{DatasetFile, MAGIC, VERSION};
pub use id::{TermId, TermKind, Value};
pub use index::Index;
pub use query::{Queried, QueryTerm};

/// Why a dataset cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file holds something else.
    #[error("it holds no dataset")]
    NotADataset,
    /// The file was written in another form.
    #[error("it was written in form {0}, and form {VERSION} is read")]
    OtherVersion(u32),
    /// What is read is not what was written.
    #[error("it is damaged or cut short")]
    Damaged,
    /// The system cannot read or write.
    #[error("{1}")]
    Io(std::io::ErrorKind, String),
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind(), error.to_string())
    }
}
