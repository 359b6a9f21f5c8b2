//! Drawings. In: an [`EntityGraph`](crate::graph::EntityGraph), whole or selected, and a [`Style`](crate::diagram::Style). Out: a [`Drawing`](crate::diagram::Drawing),
//! which gives DOT by itself, pictures by way of Graphviz, and a text alternative for readers who cannot see it. Not here:
//! which facts to show (`graph`), where the output goes (`cli`, `report`).
//!
//! Each kind of drawing has a file and a function: [`relationships`](crate::diagram::relationships), [`ego`](crate::diagram::ego), [`path`](crate::diagram::path), [`timeline`](crate::diagram::timeline), [`claims`](crate::diagram::claims),
//! [`diff`].

mod axis;
mod bundle;
mod canvas;
mod caption;
mod claims;
mod columns;
mod diff;
mod dot;
mod drawing;
mod ego;
mod format;
mod graphviz;
mod lanes;
mod marks;
mod path;
mod relationships;
mod ribbons;
mod scale;
mod style;
mod svg;
mod table;
mod text;
mod timeline;
mod timeline_canvas;

#[cfg(test)]
mod hostile;

pub use claims::{ClaimsOptions, claims};
pub use diff::{DiffOptions, diff};
pub use drawing::Drawing;
pub use ego::ego;
pub use format::Format;
pub use path::{PathOptions, path};
pub use relationships::{RelationshipsOptions, relationships};
pub use scale::{Colouring, Scale};
pub use style::{StatusLook, Style};
pub use table::Table;
pub use timeline::{TimelineOptions, timeline};

use format::Layout;

/// What can go wrong between a graph and a picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The graph has no such entity.
    #[error(transparent)]
    Graph(#[from] crate::graph::Error),
    /// A case's style file is at fault.
    #[error("style.toml does not fit: {0}")]
    Style(#[from] toml::de::Error),
    /// The program that lays drawings out is not installed. DOT and text need no program.
    #[error(
        "Graphviz is not installed; get it with `apt install graphviz`, `dnf install graphviz`, `brew install graphviz` or \
         `choco install graphviz` (formats dot and text work without it)"
    )]
    GraphvizMissing,
    /// Graphviz refused the drawing.
    #[error("Graphviz could not draw: {0}")]
    GraphvizFailed(String),
    /// Graphviz could not be started, or its input could not be written.
    #[error("Graphviz could not be run")]
    GraphvizNotRun(#[source] std::io::Error),
}
