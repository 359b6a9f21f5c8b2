//! CSV on the Web: bytes and metadata become annotated rows, every cell checked against its column, and triples.
//! Knows nothing of facts or of the store. Follows <https://www.w3.org/TR/tabular-data-model/>,
//! <https://www.w3.org/TR/tabular-metadata/> and <https://www.w3.org/TR/csv2rdf/>; `docs/conformance.md` says how far.
//!
//! ```
//! use casegraph::csvw::{Folder, Options, TableGroup, convert, validate};
//! use casegraph::diagnostic::Diagnostics;
//! use oxigraph::model::GraphName;
//!
//! # fn main() -> Result<(), casegraph::csvw::Error> {
//! let files = Folder { base: "https://example.org/".to_owned(), path: "data/microsoft-nsl".into() };
//! let (mut faults, options) = (Diagnostics::default(), Options { minimal: true, ..Options::default() });
//! if let Some(group) = TableGroup::find("https://example.org/topics.csv", None, &files, &mut faults) {
//!     validate(&group, &files, &options, &mut faults);
//!     let mut count = 0;
//!     let mut sink = |_quad: oxigraph::model::QuadRef<'_>| Ok(count += 1);
//!     convert(&group, &files, &options, GraphName::DefaultGraph, &mut sink, &mut faults)?;
//!     assert!(count > 0);
//! }
//! # Ok(())
//! # }
//! ```

mod annotation_quads;
mod base;
mod cell;
mod common;
mod context;
mod convert;
mod datatype;
mod datatype_description;
mod date_format;
mod decode;
mod dialect;
mod emit;
mod facets;
mod group;
mod header;
mod inherited;
mod iri_plan;
mod json;
mod keys;
mod level;
mod locate;
mod metadata;
mod number;
mod number_pattern;
mod options;
mod pattern;
mod plan;
mod prefixes;
mod records;
mod report;
mod resources;
mod rows;
mod scan;
mod schema;
mod table;
mod uri_template;
mod validate;
mod value;

pub use base::Base;
pub use convert::{Error, convert};
pub use datatype::{Datatype, ValueFault};
pub use dialect::{Dialect, Trim};
pub use emit::Sink;
pub use json::{Place, Source};
pub use metadata::{Column, Context, ForeignKey, Schema, TableDescription, TableGroup, Title};
pub use options::{Extensions, Lookup, Options, Policy};
pub use resources::{Folder, Resources};
pub use table::{Cell, Row, Table, TableColumn, each_row, read_rows, read_table};
pub use uri_template::{TemplateError, UriTemplate};
pub use validate::validate;
