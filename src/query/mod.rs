//! SPARQL over a store. In: the text of a query or the name of a shipped question, and values for its parameters.
//! Out: an `Answer` and its serialisations. Not here: printing (`cli`), changing a store (`store`).
//!
//! The default graph of every query is the union of all graphs, unless the query says `FROM`. The prefixes of
//! `vocab` and of the case are preset. Solutions come in one order on every run: ties of an `ORDER BY`
//! are broken by the projected terms, and without an `ORDER BY` rows are sorted by their serialised terms.
//! <https://www.w3.org/TR/sparql11-query/>

use std::io;

use oxigraph::sparql::{QueryEvaluationError, UpdateEvaluationError};
use rdf_columns::ReadError;

use crate::store;

mod answer;
mod binding;
mod catalogue;
mod csv;
mod engine;
mod evaluate;
mod extent;
mod format;
mod limited;
mod limits;
mod names;
mod parse;
mod question;
mod replace;
mod stop;
mod syntax;
mod table;
mod tokens;
mod update;
mod walk;

pub use answer::{Answer, Solutions};
pub use catalogue::Catalogue;
pub use evaluate::{check, run, run_on, run_within};
pub use extent::{Extent, of_turtle};
pub use format::Format;
pub use limited::{Protocol, run_limited};
pub use limits::Limits;
pub use names::{Names, is_hostile, visible};
pub use question::{HeaderError, Kind, Parameter, Question};
pub use syntax::SyntaxError;
pub use table::Layout;
pub use update::update;

/// Why a query has no answer, or an answer no text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not SPARQL.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The text is too large or too deep to be read.
    #[error(transparent)]
    Extent(#[from] Extent),
    /// The text changes data instead of asking.
    #[error("this is a SPARQL update, not a query; facts are changed in the CSV files of the case")]
    Update,
    /// The query asks another server.
    #[error("`SERVICE {0}` asks another server, and casegraph makes no connections; ask that server directly")]
    Service(String),
    /// No question has this name.
    #[error("`{name}` is not the name of a question{}", did_you_mean(.suggestion.as_deref()))]
    UnknownQuestion {
        /// Name asked for.
        name: String,
        /// Name that was probably meant.
        suggestion: Option<String>,
    },
    /// The comment lines at the head of a question break a rule.
    #[error("question `{name}`: {fault}")]
    Header {
        /// Name of the question.
        name: String,
        /// The rule that is broken.
        fault: HeaderError,
    },
    /// A value for a parameter cannot be used.
    #[error("parameter `{name}`: {fault}")]
    Parameter {
        /// Name of the parameter.
        name: String,
        /// What is wrong with it.
        fault: ParameterError,
    },
    /// The name of a format is not known.
    #[error("`{name}` is not a format{}", did_you_mean(.suggestion.as_deref()))]
    UnknownFormat {
        /// Name asked for.
        name: String,
        /// Format that was probably meant.
        suggestion: Option<String>,
    },
    /// The format does not fit the form of the query.
    #[error("{answer} cannot be written as {format}; choose {choices}")]
    Format {
        /// The form of the answer, such as "a graph".
        answer: &'static str,
        /// Format asked for.
        format: Format,
        /// Formats that fit.
        choices: &'static str,
    },
    /// The answer is larger than the limit.
    #[error("the answer has more than {limit} {unit}; ask for less, for instance with LIMIT")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// What is counted, such as rows.
        unit: &'static str,
    },
    /// The query holds too much at once.
    #[error(
        "the query needs more than {0} MB of memory, which is the limit; ask for less at a time, or set a higher `--max-memory`"
    )]
    Memory(usize),
    /// The system gives no thread to answer in.
    #[error("the query cannot be begun")]
    Thread(#[source] io::Error),
    /// The request names a dataset, and so does the update.
    #[error("the update says USING or WITH, and the request names graphs too; only one of them may")]
    TwoDatasets,
    /// An update failed.
    #[error("the update could not be carried out")]
    UpdateFailed(#[from] UpdateEvaluationError),
    /// The engine gave up on the query.
    #[error("the query could not be evaluated")]
    Evaluation(#[source] QueryEvaluationError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The answer could not be written.
    #[error("the answer could not be written")]
    Write(#[from] io::Error),
}

impl From<QueryEvaluationError> for Error {
    /// What the store says of itself is no fault of the query.
    fn from(error: QueryEvaluationError) -> Self {
        let QueryEvaluationError::Dataset(cause) = error else { return Self::Evaluation(error) };
        match cause
            .downcast::<ReadError>()
            .map(|error| (*error).into())
            .or_else(|cause| cause.downcast().map(|error| *error))
        {
            Ok(error) => Self::Store(error),
            Err(cause) => Self::Evaluation(QueryEvaluationError::Dataset(cause)),
        }
    }
}

/// Why a value cannot be bound to a parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// The question has no such parameter.
    #[error("the question has no such parameter{}{}", listed(.declared), did_you_mean(.suggestion.as_deref()))]
    Undeclared {
        /// Parameters that it has.
        declared: Vec<String>,
        /// Parameter that was probably meant.
        suggestion: Option<String>,
    },
    /// The query has no `VALUES` block that binds this variable alone.
    #[error("the query has no block `VALUES ?NAME {{ … }}` for it")]
    NoValues,
    /// The text is not a value of the parameter's type.
    #[error("`{}` is not {expected}", visible(.value))]
    BadValue {
        /// Text as given.
        value: String,
        /// What is expected, with an article.
        expected: &'static str,
    },
    /// Nothing in the store has this id or name.
    #[error("`{}` names no {kind} here{}", visible(.value), did_you_mean(.suggestion.as_deref()))]
    NothingNamed {
        /// Text as given.
        value: String,
        /// What it should name.
        kind: Kind,
        /// Id that was probably meant.
        suggestion: Option<String>,
    },
    /// Several things have this name.
    #[error("`{}` names several things: {}", visible(.value), .ids.join(", "))]
    Ambiguous {
        /// Text as given.
        value: String,
        /// Their ids, sorted.
        ids: Vec<String>,
    },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |s| format!("\n  hint: did you mean `{}`?", visible(s)))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "; it has none".into() } else { format!("; it has {}", names.join(", ")) }
}
