//! Descriptions of tables. In: a CSVW metadata file (JSON). Out: the schema, the dialect and the annotations of a table.
//! Not here: reading rows (`table`). Follows <https://www.w3.org/TR/tabular-metadata/>.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::datatype::Datatype;
use super::uri_template::UriTemplate;
use crate::diagnostic::{Code, Diagnostic};
use crate::location::Location;

/// The description of one table. <https://www.w3.org/TR/tabular-metadata/#tables>
#[derive(Debug, Clone, Deserialize)]
pub struct TableDescription {
    /// The CSV file, relative to the metadata.
    pub url: String,
    /// Its columns and keys.
    #[serde(rename = "tableSchema")]
    pub schema: Schema,
    /// How the file is written.
    #[serde(default)]
    pub dialect: Dialect,
    /// Common properties and annotations of other vocabularies, by full IRI or prefixed name.
    #[serde(flatten)]
    pub annotations: BTreeMap<String, Value>,
}

/// The columns and keys of a table. <https://www.w3.org/TR/tabular-metadata/#schemas>
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// Columns, in the order of the description.
    pub columns: Vec<Column>,
    /// Names of the columns whose cells together are unique.
    #[serde(default, deserialize_with = "one_or_more")]
    pub primary_key: Vec<String>,
    /// Template of the IRI that a row is about.
    pub about_url: Option<UriTemplate>,
}

/// The description of a column. <https://www.w3.org/TR/tabular-metadata/#columns>
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// Name used in templates and keys.
    pub name: String,
    /// Headers under which the column may stand in a file; its name where none is given.
    #[serde(default, deserialize_with = "one_or_more")]
    pub titles: Vec<String>,
    /// Whether every cell must have a value.
    #[serde(default)]
    pub required: bool,
    /// What its values are.
    #[serde(default)]
    pub datatype: Datatype,
    /// Text between the several values of a cell.
    pub separator: Option<String>,
    /// Texts that stand for no value.
    #[serde(default = "empty_text", deserialize_with = "one_or_more")]
    pub null: Vec<String>,
    /// Property that the cell states of its row.
    pub property_url: Option<String>,
    /// Template of the IRI that a cell stands for.
    pub value_url: Option<UriTemplate>,
    /// Common properties and annotations of other vocabularies.
    #[serde(flatten)]
    pub annotations: BTreeMap<String, Value>,
}

/// How a CSV file is written. <https://www.w3.org/TR/tabular-metadata/#dialect-descriptions>
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dialect {
    /// Name of the character encoding, as the Encoding Standard knows it.
    pub encoding: String,
    /// Character between cells.
    pub delimiter: char,
    /// Character around cells that hold delimiters or line breaks.
    pub quote_char: Option<char>,
    /// Whether spaces around a cell are dropped.
    pub trim: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { encoding: "utf-8".to_owned(), delimiter: ',', quote_char: Some('"'), trim: false }
    }
}

impl TableDescription {
    /// Reads a description; `file` is its name in diagnostics.
    pub fn from_json(json: &str, file: &str) -> Result<Self, Box<Diagnostic>> {
        serde_json::from_str(json).map_err(|error| {
            let message = format!("the metadata cannot be read: {error}");
            Box::new(Diagnostic::error(Code::BadMetadata, Location::file(file), message))
        })
    }

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
    /// Returns the headers under which the column may stand.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        let own = self.titles.is_empty().then_some(self.name.as_str());
        self.titles.iter().map(String::as_str).chain(own)
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

fn empty_text() -> Vec<String> {
    vec![String::new()]
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(text) => vec![text],
        OneOrMore::More(texts) => texts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_of_other_vocabularies_are_kept() {
        let json = r#"{"url": "a.csv", "http://x.org/entity": "Company", "tableSchema": {"primaryKey": "id", "columns":
            [{"name": "id", "titles": ["Id", "ID"], "http://x.org/refersTo": ["A", "B"]}]}}"#;
        let table = TableDescription::from_json(json, "a.csv-metadata.json").expect("metadata");
        assert_eq!(table.annotation("http://x.org/entity"), Some("Company"));
        assert_eq!(table.schema.primary_key, ["id"]);
        assert_eq!(table.schema.columns[0].headers().collect::<Vec<_>>(), ["Id", "ID"]);
        assert_eq!(table.schema.columns[0].annotation_texts("http://x.org/refersTo"), ["A", "B"]);
    }

    #[test]
    fn a_mistake_in_the_metadata_is_placed() {
        let fault = TableDescription::from_json("{\n \"url\": 1}", "a.json").expect_err("fault");
        assert_eq!(fault.code, Code::BadMetadata);
        assert!(fault.message.contains("line 2"), "{}", fault.message);
    }
}
