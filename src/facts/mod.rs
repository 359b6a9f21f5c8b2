//! Rows become entities and facts, and these become quads. In: the files of a case. Out: checked records, every fault,
//! and the quads that `docs/model.md` lists. Not here: reading bytes (`csvw`), keeping quads (`store`).

mod around;
mod beside;
mod bounds;
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
mod model;
mod names;
mod plain;
mod plan;
mod quads;
mod quads_apparatus;
mod read;
mod read_apparatus;
mod read_facts;
mod reader;
mod record;
mod settings;
mod slug;
mod stream;
mod survey;

use csvw::{Extensions, Options};

pub use bounds::Bounds;
pub(crate) use bounds::{Published, Telling, public};
pub(crate) use column_fact::{Cells, ColumnFacts};
pub use describe::relative_iri;
pub use hash::sha256_hex;
pub(crate) use literal::confidence_cell;
pub use model::{Model, Predicate};
pub use record::{
    CaseFacts, CaseFile, Citation, Disclosure, Entity, Fact, FileRecord, Judgement, Name, Object, Reference, is_csv,
};
pub use settings::{CaseSettings, SettingsError};
pub use slug::slug;
pub use stream::{CaseSummary, Loaded, Wanted, load_case};

/// The namespace of casegraph's annotations in CSVW metadata.
pub(crate) const ANNOTATION: &str = crate::vocab::cg::NAMESPACE;

/// Extensions of CSV on the Web under which the tables of a case are read.
pub const EXTENSIONS: Extensions =
    Extensions { translatable: Some("https://w3id.org/casegraph/ns#translatable"), ..Extensions::ALL };

/// Returns how a table of a case is read: every fault is told, and none by its rule in the metadata, which nobody who
/// writes a built-in table has at hand.
fn table_options() -> Options<'static> {
    Options { extensions: EXTENSIONS, fault_limit: u64::MAX, names_rules: false, ..Options::default() }
}

/// Datatype that marks the dates of a table.
pub(crate) const EDTF_DATATYPE: &str = "http://id.loc.gov/datatypes/edtf/EDTF";
