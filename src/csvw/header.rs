//! Headers find their columns. In: the header row and a description. Out: for each column of the file the described
//! column that it is, in any order, with its language where the header says one (`label@fr`).
//! A declared extension: the standard matches by position.

use super::metadata::{Column, Schema};
use super::table::TableColumn;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::{Location, column_letters};

/// What header matching takes from casegraph's annotations.
const TRANSLATABLE: &str = "https://w3id.org/casegraph/ns#translatable";

/// Matches the header row; `line` and `row` are its place.
pub(super) fn match_header(
    header: &[String],
    schema: &Schema,
    place: &Location,
    faults: &mut Diagnostics,
) -> Vec<TableColumn> {
    let mut columns: Vec<TableColumn> = Vec::new();
    for (index, text) in header.iter().enumerate() {
        let here = || place.clone().cell(index, text.as_str());
        let Some((column, lang)) = find(text, &schema.columns) else {
            faults.push(unknown(text, schema, here()));
            continue;
        };
        if let Some(first) = columns.iter().find(|c| c.column == column && c.lang == lang) {
            let message = format!("`{text}` stands already in column {}", column_letters(first.index));
            faults.push(Diagnostic::error(Code::DuplicateHeader, here(), message).hint("keep one of the two columns"));
            continue;
        }
        columns.push(TableColumn { index, header: text.clone(), column, lang });
    }
    for (at, column) in schema.columns.iter().enumerate() {
        if column.required && !columns.iter().any(|c| c.column == at && c.lang.is_none()) {
            let message = format!("`{}` is missing: the table needs this column", column.name);
            faults.push(Diagnostic::error(Code::MissingColumn, place.clone(), message));
        }
    }
    columns
}

fn find(header: &str, columns: &[Column]) -> Option<(usize, Option<String>)> {
    let header = header.trim();
    if let Some(at) = columns.iter().position(|column| column.headers().any(|title| title == header)) {
        return Some((at, None));
    }
    let (title, lang) = header.split_once('@')?;
    oxilangtag::LanguageTag::parse(lang).ok()?;
    let at = columns.iter().position(|c| c.is_annotated(TRANSLATABLE) && c.headers().any(|t| t == title))?;
    Some((at, Some(lang.to_lowercase())))
}

fn unknown(header: &str, schema: &Schema, place: Location) -> Diagnostic {
    let headers: Vec<&str> = schema.columns.iter().flat_map(Column::headers).collect();
    if header.trim().is_empty() {
        return Diagnostic::error(Code::UnknownHeader, place, "the column has no header")
            .hint(format!("name it, or remove it; the table knows {}", headers.join(", ")));
    }
    let fault = Diagnostic::error(Code::UnknownHeader, place, format!("`{header}` is not a column of this table"));
    let hints = fault.hints.len();
    let fault = fault.suggest(header, headers.iter().copied());
    if fault.hints.len() > hints { fault } else { fault.hint(format!("the table knows {}", headers.join(", "))) }
}
