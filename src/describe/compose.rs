//! The metadata as text. In: what was decided. Out: JSON of the Metadata Vocabulary.
//! <https://www.w3.org/TR/tabular-metadata/>

use serde_json::{Map, Value, json};

use super::annotate::Annotation;
use super::column::Column;
use super::encoding::Found;
use super::layout::Layout;
use crate::facts::relative_iri;

/// Returns the dialect, with what differs from the default.
pub(super) fn dialect(found: &Found, layout: &Layout) -> Value {
    let mut dialect = Map::new();
    if found.name != "utf-8" {
        dialect.insert("encoding".to_owned(), found.name.into());
    }
    if layout.delimiter != ',' {
        dialect.insert("delimiter".to_owned(), layout.delimiter.to_string().into());
    }
    if layout.skip_rows > 0 {
        dialect.insert("skipRows".to_owned(), layout.skip_rows.into());
    }
    if !layout.has_header {
        dialect.insert("header".to_owned(), false.into());
    }
    Value::Object(dialect)
}

/// Returns the metadata of a file.
pub(super) fn metadata(
    file: &str,
    dialect: &Value,
    columns: &[Column],
    key: Option<usize>,
    annotation: Option<Annotation>,
) -> String {
    let mut table = Map::new();
    table.insert("@context".to_owned(), "http://www.w3.org/ns/csvw".into());
    table.insert("url".to_owned(), relative_iri(file).into());
    if dialect.as_object().is_some_and(|dialect| !dialect.is_empty()) {
        table.insert("dialect".to_owned(), dialect.clone());
    }
    let is_annotated = annotation.is_some();
    let Annotation { table: own, columns: of_columns } = annotation.unwrap_or_default();
    table.extend(own);
    let mut schema = Map::new();
    if let Some(key) = key {
        let name = &columns[key].name;
        if is_annotated {
            schema.insert("aboutUrl".to_owned(), format!("{{{name}}}").into());
        }
        schema.insert("primaryKey".to_owned(), name.as_str().into());
    }
    let none = Map::new();
    let described =
        columns.iter().enumerate().map(|(at, column)| of_column(column, of_columns.get(at).unwrap_or(&none)));
    schema.insert("columns".to_owned(), described.collect());
    table.insert("tableSchema".to_owned(), Value::Object(schema));
    let mut text = serde_json::to_string_pretty(&table).expect("texts and numbers are JSON");
    text.push('\n');
    text
}

fn of_column(column: &Column, annotation: &Map<String, Value>) -> Value {
    let mut json = Map::new();
    json.insert("name".to_owned(), column.name.as_str().into());
    json.extend(column.title.as_ref().map(|title| ("titles".to_owned(), title.as_str().into())));
    if column.is_required {
        json.insert("required".to_owned(), true.into());
    }
    json.extend(column.datatype.clone().map(|datatype| ("datatype".to_owned(), datatype)));
    json.extend(column.separator.map(|separator| ("separator".to_owned(), separator.to_string().into())));
    if !column.nulls.is_empty() {
        let nulls: Vec<&str> = [""].into_iter().chain(column.nulls.iter().map(String::as_str)).collect();
        json.insert("null".to_owned(), json!(nulls));
    }
    json.extend(annotation.clone());
    Value::Object(json)
}
