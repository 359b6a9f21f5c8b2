//! Descriptions of tables, as values. In: nothing. Out: groups, tables, schemas and columns with their inherited
//! properties settled. Not here: reading them (`group`, `schema`). Follows <https://www.w3.org/TR/tabular-metadata/>.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::datatype::Datatype;
use crate::dialect::Dialect;
use crate::json::Source;
use crate::uri_template::UriTemplate;

/// Tables that are described together. <https://www.w3.org/TR/tabular-metadata/#table-groups>
#[derive(Debug, Clone, Default)]
pub struct TableGroup {
    /// Its IRI, where it has one.
    pub id: Option<String>,
    /// Its tables, in the order of the description.
    pub tables: Vec<TableDescription>,
    /// Common properties, by full IRI or prefixed name.
    pub annotations: BTreeMap<String, Value>,
    /// Notes.
    pub notes: Vec<Value>,
    /// Where relative addresses and texts without a language stand.
    pub context: Context,
}

/// What `@context` and the place of a metadata file settle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Name of the metadata file in diagnostics; empty where a table has none.
    pub file: String,
    /// IRI that relative addresses start from.
    pub base: Option<String>,
    /// Language of texts without one.
    pub lang: Option<String>,
}

/// The description of one table. <https://www.w3.org/TR/tabular-metadata/#tables>
#[derive(Debug, Clone, Default)]
pub struct TableDescription {
    /// The CSV file: absolute where the place of the metadata is known, else as the metadata writes it.
    pub url: String,
    /// Its IRI, where it has one.
    pub id: Option<String>,
    /// Its columns and keys.
    pub schema: Schema,
    /// How the file is written.
    pub dialect: Dialect,
    /// Whether the table stays out of the conversion.
    pub suppress_output: bool,
    /// Common properties and annotations of other vocabularies, by full IRI or prefixed name.
    pub annotations: BTreeMap<String, Value>,
    /// Notes.
    pub notes: Vec<Value>,
    /// Where relative addresses and texts without a language stand.
    pub context: Context,
    /// Place of the description in the metadata.
    pub source: Source,
}

/// The columns and keys of a table. <https://www.w3.org/TR/tabular-metadata/#schemas>
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// IRI of the schema, by which foreign keys may refer to its table.
    pub id: Option<String>,
    /// Columns, in the order of the description.
    pub columns: Vec<Column>,
    /// Whether the metadata states a schema; otherwise the header names the columns.
    pub is_stated: bool,
    /// Names of the columns whose cells together are unique.
    pub primary_key: Vec<String>,
    /// References to rows of this or another table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Names of the columns that hold the title of a row.
    pub row_titles: Vec<String>,
    /// Template of the IRI that a row is about.
    pub about_url: Option<UriTemplate>,
    /// What columns that the description does not list have in common.
    pub(crate) others: Option<Column>,
    /// Place of the primary key in the metadata.
    pub(crate) key_source: Source,
}

/// A reference to rows of a table. <https://www.w3.org/TR/tabular-metadata/#schema-foreignKeys>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForeignKey {
    /// Names of the referring columns.
    pub columns: Vec<String>,
    /// IRI of the table referred to.
    pub resource: Option<String>,
    /// IRI of its schema, where the table is named by that.
    pub schema: Option<String>,
    /// Names of its columns.
    pub referenced: Vec<String>,
    /// Place of the reference in the metadata.
    pub source: Source,
}

/// A header under which a column may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The header.
    pub text: String,
    /// Its language, where it has one.
    pub lang: Option<String>,
}

/// The description of a column. <https://www.w3.org/TR/tabular-metadata/#columns>
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the properties of the standard")]
pub struct Column {
    /// Name used in templates and keys.
    pub name: String,
    /// Whether the description states the name; otherwise it comes from a title or the position.
    pub is_named: bool,
    /// Headers under which the column may stand in a file.
    pub titles: Vec<Title>,
    /// Whether every cell must have a value.
    pub required: bool,
    /// What its values are.
    pub datatype: Datatype,
    /// Text that stands in for an empty cell.
    pub default: String,
    /// Language of its texts.
    pub lang: Option<String>,
    /// Text between the several values of a cell.
    pub separator: Option<String>,
    /// Whether the order of those values matters.
    pub ordered: bool,
    /// Texts that stand for no value.
    pub null: Vec<String>,
    /// Template of the IRI that a cell is about.
    pub about_url: Option<UriTemplate>,
    /// Template of the property that a cell states.
    pub property_url: Option<String>,
    /// Template of the IRI that a cell stands for.
    pub value_url: Option<UriTemplate>,
    /// Whether the column has no cells in the file.
    pub is_virtual: bool,
    /// Whether the column stays out of the conversion.
    pub suppress_output: bool,
    /// Common properties and annotations of other vocabularies.
    pub annotations: BTreeMap<String, Value>,
    /// Place of the description in the metadata.
    pub source: Source,
}

impl From<TableDescription> for TableGroup {
    /// Returns a group of one table.
    fn from(table: TableDescription) -> Self {
        Self { tables: vec![table], ..Self::default() }
    }
}

impl TableDescription {
    /// Returns an annotation that is a text.
    pub fn annotation(&self, iri: &str) -> Option<&str> {
        self.annotations.get(iri)?.as_str()
    }

    /// Returns the description of a column.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.schema.columns.iter().find(|column| column.name == name)
    }
}

impl Column {
    /// Returns the headers under which the column may stand; its name where none is given.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        let own = self.titles.is_empty().then_some(self.name.as_str());
        self.titles.iter().map(|title| title.text.as_str()).chain(own)
    }

    /// Returns the texts of an annotation that is a text or a list of texts.
    pub fn annotation_texts(&self, iri: &str) -> Vec<&str> {
        match self.annotations.get(iri) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Tells whether an annotation is `true`.
    pub fn is_annotated(&self, iri: &str) -> bool {
        self.annotations.get(iri) == Some(&Value::Bool(true))
    }
}
