//! Measures of a graph: who is central, what hangs together, which ways lead from one entity to another. In: an
//! [`EntityGraph`](crate::graph::EntityGraph), whole, selected or as a view shows it. Out: numbers, groups and paths by
//! entity. Not here: which facts count (`graph`), tables and drawings (`cli`, `diagram`).
//!
//! All measures are taken on a [`Network`](crate::measures::Network): one edge between two entities that any fact joins, however many do. Their
//! definitions are those of the Python library networkx, so that figures can be compared. Same graph, same figures: what
//! runs on several threads is added up in a fixed order.

mod communities;
mod distances;
mod network;
mod ranking;
mod routes;
mod spectral;
mod structure;

pub use communities::{Communities, communities};
pub use distances::{betweenness, closeness};
pub use network::Network;
pub use ranking::{Change, Measure, Ranked, changes, ranking};
pub use routes::{Route, routes};
pub use spectral::{eigenvector, pagerank};
pub use structure::{Bridge, CutVertex, bridges, components, cut_vertices};

/// What can go wrong in taking a measure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The power method did not settle: the graph has no single best direction, as where no circle of facts exists.
    #[error("the eigenvector centrality of this graph does not settle; pagerank does for every graph")]
    NoConvergence,
    /// No measure goes by that name.
    #[error("`{name}` is not a measure{}", .suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownMeasure {
        /// What was asked for.
        name: String,
        /// The measure that is nearest in spelling.
        suggestion: Option<String>,
    },
    /// The resolution of communities is not a positive number.
    #[error("the resolution {0} is not a positive number")]
    Resolution(f64),
    /// An entity is not there.
    #[error(transparent)]
    Graph(#[from] crate::graph::Error),
}
