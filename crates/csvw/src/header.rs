//! Headers meet columns. In: the header of a file and a schema. Out: for each column of the file the described column
//! that it is. The standard matches by position; matching by header, with a language where the header says one
//! (`label@fr`), is a declared extension. <https://www.w3.org/TR/tabular-metadata/#schema-compatibility>

use std::collections::HashMap;

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::location::{Location, column_letters};
use crate::metadata::{Column, Schema, Title};
use crate::options::Policy;
use crate::report::Report;
use crate::schema::{languages_match, name_from_titles};

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Position in the file, from 0.
    pub index: usize,
    /// Header as it stands in the file.
    pub header: String,
    /// Position of the described column.
    pub column: usize,
    /// Language that the header states, in lower case.
    pub lang: Option<String>,
}

/// Where a header stands.
pub(crate) struct HeaderPlace {
    pub row: Location,
    /// Columns before the first that is read.
    pub skip_columns: usize,
}

impl HeaderPlace {
    fn cell(&self, index: usize, text: &str) -> Location {
        self.row.clone().cell(index.saturating_add(self.skip_columns), text)
    }
}

/// Matches the header row by text. A column for which the property `translatable` is `true` may stand in several languages.
pub(crate) fn match_headers(
    header: &[String],
    schema: &Schema,
    translatable: Option<&str>,
    place: &HeaderPlace,
    report: &mut Report<'_>,
) -> Vec<TableColumn> {
    let known = Known::of(&schema.columns, translatable);
    let mut columns: Vec<TableColumn> = Vec::new();
    let mut first_at = HashMap::new();
    for (index, text) in header.iter().enumerate() {
        let here = || place.cell(index, text);
        let Some((column, lang)) = known.find(text) else {
            report.push(unknown(text, schema, here()));
            continue;
        };
        if let Some(&first) = first_at.get(&(column, lang.clone())) {
            let message = format!("`{text}` stands already in column {}", column_letters(first));
            report.push(Diagnostic::error(code::DUPLICATE_HEADER, here(), message).hint("keep one of the two columns"));
            continue;
        }
        first_at.insert((column, lang.clone()), index);
        columns.push(TableColumn { index, header: text.clone(), column, lang });
    }
    for (at, column) in schema.columns.iter().enumerate() {
        if column.required && !column.is_virtual && !first_at.contains_key(&(at, None)) {
            let message = format!("`{}` is missing: the table needs this column", column.name);
            report.push(Diagnostic::error(code::MISSING_COLUMN, place.row.clone(), message));
        }
    }
    columns
}

/// The columns of a schema by the headers under which they may stand; the first of those that share one.
struct Known<'s> {
    stored: HashMap<&'s str, usize>,
    translatable: HashMap<&'s str, usize>,
}

impl<'s> Known<'s> {
    fn of(columns: &'s [Column], translatable: Option<&str>) -> Self {
        let mut known = Self { stored: HashMap::new(), translatable: HashMap::new() };
        for (at, column) in columns.iter().enumerate() {
            for header in column.headers() {
                if !column.is_virtual {
                    known.stored.entry(header).or_insert(at);
                }
                if translatable.is_some_and(|property| column.is_annotated(property)) {
                    known.translatable.entry(header).or_insert(at);
                }
            }
        }
        known
    }

    fn find(&self, header: &str) -> Option<(usize, Option<String>)> {
        let header = header.trim();
        if let Some(&at) = self.stored.get(header) {
            return Some((at, None));
        }
        let (title, lang) = header.split_once('@')?;
        oxilangtag::LanguageTag::parse(lang).ok()?;
        Some((*self.translatable.get(title)?, Some(lang.to_lowercase())))
    }
}

fn unknown(header: &str, schema: &Schema, place: Location) -> Diagnostic {
    let headers: Vec<&str> = schema.columns.iter().flat_map(Column::headers).collect();
    if header.trim().is_empty() {
        return Diagnostic::error(code::UNKNOWN_HEADER, place, "the column has no header")
            .hint(format!("name it, or remove it; the table knows {}", headers.join(", ")));
    }
    let fault = Diagnostic::error(code::UNKNOWN_HEADER, place, format!("`{header}` is not a column of this table"));
    let hints = fault.hints.len();
    let fault = fault.suggest(header, headers.iter().copied());
    if fault.hints.len() > hints { fault } else { fault.hint(format!("the table knows {}", headers.join(", "))) }
}

/// Gives each column of the file its description by position; `titles` are its headers, some with several rows. Where
/// no schema is stated, the headers describe the columns.
pub(crate) fn match_positions(
    titles: &[Vec<String>],
    schema: &Schema,
    is_stated: bool,
    place: &HeaderPlace,
    report: &mut Report<'_>,
) -> Vec<Column> {
    let stored: Vec<&Column> = schema.columns.iter().filter(|column| !column.is_virtual).collect();
    if is_stated && stored.len() != titles.len() {
        let message = format!("the file has {} columns, the metadata describes {}", titles.len(), stored.len());
        let code = if titles.len() > stored.len() { code::UNKNOWN_HEADER } else { code::MISSING_COLUMN };
        report.push(Diagnostic::error(code, place.row.clone(), message));
    }
    let mut columns = Vec::with_capacity(titles.len());
    for (index, texts) in titles.iter().enumerate() {
        match stored.get(index) {
            Some(column) => {
                check_title(column, texts, index, place, report);
                columns.push((*column).clone());
            }
            None => columns.push(column_from_header(texts, index, schema, is_stated)),
        }
    }
    columns
}

fn check_title(column: &Column, texts: &[String], index: usize, place: &HeaderPlace, report: &mut Report<'_>) {
    if texts.is_empty() || !column.is_named && column.titles.is_empty() {
        return;
    }
    let only_named = column.titles.is_empty() && report.policy() == Policy::Convert;
    let matches =
        |title: &Title| texts.contains(&title.text) && languages_match(title.lang.as_deref(), column.lang.as_deref());
    if !only_named && !column.titles.iter().any(matches) {
        let text = texts.join("`, `");
        let titles = column.titles.iter().map(|title| title.text.as_str()).collect::<Vec<_>>().join("`, `");
        let (message, hint) = if titles.is_empty() {
            let message = format!("`{text}` is the title of a column to which the metadata gives none");
            (
                message,
                format!(
                    "add `\"titles\": {}` to the column `{}`",
                    serde_json::Value::from(texts[0].as_str()),
                    column.name
                ),
            )
        } else {
            let message = format!("`{text}` is not the title of this column, which is `{titles}`");
            (message, "the columns must stand in the order of the metadata".to_owned())
        };
        let rule = column.source.rule("titles");
        let fault = Diagnostic::error(code::UNKNOWN_HEADER, place.cell(index, &texts[0]), message).hint(hint);
        report.push(Diagnostic { rule, ..fault });
    }
}

/// Describes a column of which the metadata says nothing.
fn column_from_header(texts: &[String], index: usize, schema: &Schema, is_stated: bool) -> Column {
    let mut column = schema.others.clone().unwrap_or_else(Column::unstated);
    if !is_stated {
        column.titles = texts.iter().map(|text| Title { text: text.clone(), lang: None }).collect();
    }
    column.name = name_from_titles(&column.titles, None, index);
    column
}
