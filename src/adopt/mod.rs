//! What other programs hold becomes tables of a case. In: entities of `FollowTheMoney`, or the answer to a query of
//! Wikidata as CSV. Out: CSV files for a case folder, and a list of what they could not take. Which schema is which class,
//! and which variable which column, stands in `data/`. Not here: whether the rows are sound (`facts` checks them).

mod followthemoney;
mod tables;
mod wikidata;

use std::collections::BTreeMap;

pub use followthemoney::follow_the_money;
pub use wikidata::wikidata;

use crate::export::Loss;

/// Tables for a case folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// CSV files by name, such as `companies-people.ftm.csv`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Number of rows in them.
    pub rows: usize,
    /// What could not be taken, kind by kind.
    pub losses: Vec<Loss>,
}

/// Why nothing can be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A line is not JSON of an entity.
    #[error("line {line} is not an entity of FollowTheMoney")]
    Entity {
        /// Number of the line.
        line: usize,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The answer is not CSV.
    #[error("the answer cannot be read as CSV")]
    Csv(#[from] csv::Error),
    /// The answer names no items.
    #[error("no column holds items of Wikidata; SELECT ?item, or name one of {0}")]
    NoItems(String),
    /// There is no table of the class.
    #[error("`{class}` is not a class that has a table{}", .suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    NoTable {
        /// What was asked for.
        class: String,
        /// The class that is nearest in spelling.
        suggestion: Option<String>,
    },
    /// The mapping shipped with casegraph does not say what it should.
    #[error("the mapping does not fit")]
    Mapping(#[from] toml::de::Error),
    /// The tables cannot be written.
    #[error(transparent)]
    Write(#[from] crate::export::Error),
}
