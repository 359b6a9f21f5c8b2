//! Rows become entities and facts, and these become quads. In: the files of a case. Out: checked records, every fault,
//! and the quads that `docs/model.md` lists. Not here: reading bytes (`csvw`), keeping quads (`store`).

mod around;
mod bounds;
mod case_index;
mod cells;
mod check;
mod column_fact;
mod dates;
mod declare;
mod describe;
mod fact_template;
mod hash;
mod identifier;
mod ids;
mod literal;
mod load;
mod model;
mod names;
mod plain;
mod plan;
mod quads;
mod quads_citations;
mod read_citations;
mod read_facts;
mod reader;
mod record;
mod settings;
mod slug;
mod state;
mod tables;

use csvw::Extensions;

pub use bounds::Bounds;
pub(crate) use bounds::{Published, Telling, public};
pub(crate) use column_fact::{Cells, ColumnFacts};
pub use describe::relative_iri;
pub use hash::sha256_hex;
pub(crate) use literal::confidence_cell;
pub use load::{CaseSummary, Loaded, Wanted, load_case};
pub use model::{Model, Predicate};
pub use record::{CaseFile, FileRecord, is_csv};
pub use settings::{CaseSettings, SettingsError};
pub use slug::slug;

/// The namespace of casegraph's annotations in CSVW metadata.
pub(crate) const ANNOTATION: &str = crate::vocab::cg::NAMESPACE;

/// Extensions of CSV on the Web under which the tables of a case are read.
pub const EXTENSIONS: Extensions =
    Extensions { translatable: Some("https://w3id.org/casegraph/ns#translatable"), ..Extensions::ALL };

/// Datatype that marks the dates of a table.
pub(crate) const EDTF_DATATYPE: &str = "http://id.loc.gov/datatypes/edtf/EDTF";
