//! CSV on the Web: bytes and metadata become annotated rows, every cell checked against its column.
//! Knows nothing of facts or of the store. Follows <https://www.w3.org/TR/tabular-data-model/> and
//! <https://www.w3.org/TR/tabular-metadata/>.

mod datatype;
mod header;
mod metadata;
mod records;
mod table;
mod uri_template;

pub use datatype::{Base, Datatype, ValueFault};
pub use metadata::{Column, Dialect, Schema, TableDescription};
pub use table::{Cell, Row, Table, TableColumn, read_table};
pub use uri_template::{TemplateError, UriTemplate};
