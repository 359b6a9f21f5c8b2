//! Tables in memory. In: bytes and a description. Out: rows whose cells are checked against their columns, and every
//! fault with its place. Meant for tables of a size that a person can write; larger ones are validated and converted
//! row by row (`validate`, `convert`).

use std::collections::HashMap;
use std::io::Read;

use crate::cell::CellValue;
use crate::code::{self, Code};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::header::TableColumn;
use crate::keys::hash_texts;
use crate::location::Location;
use crate::metadata::{Column, TableDescription};
use crate::options::Options;
use crate::records::Record;
use crate::report::Report;
use crate::rows::open_rows;

/// A file as its description reads it.
#[derive(Debug)]
pub struct Table<'d> {
    /// Name of the file in diagnostics.
    pub file: String,
    /// The description that it follows.
    pub description: &'d TableDescription,
    /// Columns that the description knows, in the order of the file.
    pub columns: Vec<TableColumn>,
    /// Rows below the header, blank rows left out.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Row source number: the header is counted. <https://www.w3.org/TR/tabular-data-model/#dfn-row-source-number>
    pub number: u64,
    /// Physical line where it begins.
    pub line: u64,
    /// Cells, one for each of the table's `columns`.
    pub cells: Vec<Cell>,
}

/// The values of a cell: none where it is empty, several where its column has a separator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell(pub Vec<String>);

impl Cell {
    /// Returns the first value.
    pub fn value(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }
}

impl Table<'_> {
    /// Returns the described column of a column of the file.
    pub fn column(&self, at: usize) -> &Column {
        &self.description.schema.columns[self.columns[at].column]
    }

    /// Returns the position among `columns` of the column with a name and no language.
    pub fn position(&self, name: &str) -> Option<usize> {
        (0..self.columns.len()).find(|&at| self.columns[at].lang.is_none() && self.column(at).name == name)
    }

    /// Returns the cell of a row in the column with a name.
    pub fn cell<'r>(&self, row: &'r Row, name: &str) -> Option<&'r Cell> {
        self.position(name).map(|at| &row.cells[at])
    }

    /// Returns the place of a row.
    pub fn row_location(&self, row: &Row) -> Location {
        Location::row(self.file.as_str(), row.number, row.line)
    }

    /// Returns the place of a cell, or of its row where the file has no such column.
    pub fn cell_location(&self, row: &Row, name: &str) -> Location {
        match self.position(name) {
            Some(at) => self.row_location(row).cell(self.columns[at].index, self.columns[at].header.as_str()),
            None => self.row_location(row),
        }
    }
}

/// Reads a file by its description. Rows with faults are kept as far as they can be read, so that one pass finds all;
/// primary keys are checked, foreign keys are not.
pub fn read_table<'d>(
    bytes: &[u8],
    file: &str,
    description: &'d TableDescription,
    options: &Options<'_>,
    faults: &mut Diagnostics,
) -> Table<'d> {
    let mut rows = Vec::new();
    let table = each_row(bytes, file, description, options, faults, &mut |_, row| rows.push(row));
    Table { rows, ..table }
}

/// Reads a file as [`read_table`] does, and hands each row to `each`, with the columns that it is read by, instead of
/// keeping it. What comes back is the table without its rows.
pub fn each_row<'d>(
    bytes: &[u8],
    file: &str,
    description: &'d TableDescription,
    options: &Options<'_>,
    faults: &mut Diagnostics,
    each: &mut dyn FnMut(&Table<'d>, Row),
) -> Table<'d> {
    let is_text = is_text(bytes, file, description, options);
    let mut found = Diagnostics::default();
    let mut keys = PrimaryKey { seen: HashMap::new() };
    let mut report = Report::new(options, faults);
    let (mut table, _) = read_into(Box::new(bytes), file, description, options, &mut report, &mut |table, row| {
        if is_text {
            found.extend(keys.check(table, &row));
            each(table, row);
        }
    });
    if !is_text {
        // Nothing that was read can be trusted.
        table.columns = Vec::new();
    }
    report.finish(file);
    faults.extend(found);
    table
}

/// Tells whether all bytes of a file are of its encoding.
fn is_text(bytes: &[u8], file: &str, description: &TableDescription, options: &Options<'_>) -> bool {
    if description.dialect.encoding.eq_ignore_ascii_case("utf-8") && std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let mut faults = Diagnostics::default();
    let mut report = Report::new(options, &mut faults);
    let (_, broken) = read_into(Box::new(bytes), file, description, options, &mut report, &mut |_, _| {});
    broken != Some(code::WRONG_ENCODING)
}

/// Reads a file by its description and hands each row to `each`, with the columns that it is read by, in constant
/// memory. Keys are not checked. What comes back is the table without its rows.
pub fn read_rows<'d>(
    source: Box<dyn Read + '_>,
    file: &str,
    description: &'d TableDescription,
    options: &Options<'_>,
    faults: &mut Diagnostics,
    each: &mut dyn FnMut(&Table<'d>, Row),
) -> Table<'d> {
    let mut report = Report::new(options, faults);
    let (table, _) = read_into(source, file, description, options, &mut report, each);
    report.finish(file);
    table
}

fn read_into<'d>(
    source: Box<dyn Read + '_>,
    file: &str,
    description: &'d TableDescription,
    options: &Options<'_>,
    report: &mut Report<'_>,
    each: &mut dyn FnMut(&Table<'d>, Row),
) -> (Table<'d>, Option<Code>) {
    let mut table = Table { file: file.to_owned(), description, columns: Vec::new(), rows: Vec::new() };
    let Some(mut rows) = open_rows(source, file, description, options, report) else { return (table, None) };
    table.columns = std::mem::take(&mut rows.matched);
    let mut record = Record::default();
    while rows.next(&mut record, report).is_some() {
        let values = rows.cells(&record, report);
        let texts = |value: &CellValue<'_>| value.values().iter().map(|value| value.text.to_string()).collect();
        let cells = values.iter().take(table.columns.len()).map(|value| Cell(texts(value))).collect();
        each(&table, Row { number: record.row, line: record.line, cells });
    }
    (table, rows.broken)
}

/// The primary keys that rows had so far: a fingerprint of each, with its row.
struct PrimaryKey {
    seen: HashMap<[u8; 16], u64>,
}

impl PrimaryKey {
    fn check(&mut self, table: &Table<'_>, row: &Row) -> Option<Diagnostic> {
        let key = &table.description.schema.primary_key;
        let mut values = Vec::with_capacity(key.len());
        for name in key {
            values.push(table.cell(row, name)?.value()?);
        }
        if values.is_empty() {
            return None;
        }
        let first = *self.seen.entry(hash_texts(values.iter().copied())).or_insert(row.number);
        let shown = || format!("`{}` is already the {} of row {first}", values.join("`, `"), key.join(", "));
        (first != row.number)
            .then(|| Diagnostic::error(code::DUPLICATE_KEY, table.cell_location(row, &key[0]), shown()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Extensions, Policy};

    fn description() -> TableDescription {
        let json = r#"{"url": "people.csv", "tableSchema": {"primaryKey": "id", "columns": [
            {"name": "id", "required": true},
            {"name": "label", "required": true, "http://x.org/translatable": true},
            {"name": "alias", "separator": "|"},
            {"name": "kind", "datatype": {"base": "string", "format": "judge|witness"}}]}}"#;
        TableDescription::from_json(json, "people.csv-metadata.json").expect("metadata")
    }

    fn options() -> Options<'static> {
        let extensions = Extensions { translatable: Some("http://x.org/translatable"), ..Extensions::ALL };
        Options { extensions, names_rules: false, ..Options::default() }
    }

    fn faults_of(csv: &str) -> Vec<String> {
        let mut faults = Diagnostics::default();
        let description = description();
        read_table(csv.as_bytes(), "people.csv", &description, &options(), &mut faults);
        faults.sorted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn columns_are_found_by_header_in_any_order() {
        let description = description();
        let mut faults = Diagnostics::default();
        let table = read_table(
            b"alias,label@fr,id,label\na|b,Marie,m,Mary\n",
            "people.csv",
            &description,
            &options(),
            &mut faults,
        );
        assert!(!faults.has_errors(), "{faults:?}");
        let row = &table.rows[0];
        assert_eq!(table.cell(row, "id").and_then(Cell::value), Some("m"));
        assert_eq!(table.cell(row, "label").and_then(Cell::value), Some("Mary"));
        assert_eq!(table.cell(row, "alias").map(|cell| cell.0.len()), Some(2));
        assert_eq!(table.columns[1].lang.as_deref(), Some("fr"));
    }

    #[test]
    fn a_translation_may_be_missing_where_the_text_is_there() {
        assert_eq!(faults_of("id,label,label@fr\nm,Mary,\n"), Vec::<String>::new());
        assert!(faults_of("id,label@fr\nm,\n")[0].starts_with("error[missing-column]"));
    }

    #[test]
    fn rows_come_one_by_one_and_by_position_where_the_standard_alone_holds() {
        let description = description();
        let (mut faults, mut seen) = (Diagnostics::default(), Vec::new());
        let csv: &[u8] = b"id,label,alias,kind\nm,Mary,a|b,judge\n";
        let options = Options { policy: Policy::Convert, ..Options::default() };
        let table = read_rows(Box::new(csv), "people.csv", &description, &options, &mut faults, &mut |table, row| {
            seen.push(table.cell(&row, "alias").map(|cell| cell.0.clone()));
        });
        assert_eq!(seen, [Some(vec!["a".to_owned(), "b".to_owned()])]);
        assert_eq!((table.columns.len(), table.rows.len(), faults.iter().count()), (4, 0, 0));
    }

    #[test]
    fn an_unknown_header_gets_a_suggestion() {
        assert_eq!(
            faults_of("id,label,alais\nm,Mary,\n"),
            [
                "error[unknown-header]: `alais` is not a column of this table\n  at people.csv row 1, column C `alais`\n  \
              hint: did you mean `alias`?"
            ]
        );
    }

    #[test]
    fn every_fault_of_a_file_is_found_in_one_pass() {
        let faults = faults_of("id,label,kind\nm,Mary,juge\nm,,judge\nn\no,Olga,judge,more\n");
        let codes: Vec<_> = faults.iter().map(|fault| fault.split(']').next().unwrap_or_default()).collect();
        assert_eq!(
            codes,
            ["error[bad-value", "error[duplicate-key", "error[required", "error[ragged-row", "error[ragged-row"]
        );
    }

    #[test]
    fn rows_that_end_in_a_carriage_return_are_read() {
        let description = description();
        let mut faults = Diagnostics::default();
        let table = read_table(b"id,label\rm,Mary\ro,Olga\r", "people.csv", &description, &options(), &mut faults);
        assert!(!faults.has_errors(), "{faults:?}");
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn bytes_of_another_encoding_leave_nothing_to_trust() {
        let description = description();
        let mut faults = Diagnostics::default();
        let table = read_table(b"id,label\nm,Malm\xF6\n", "people.csv", &description, &options(), &mut faults);
        let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!((codes, table.rows.len(), table.columns.len()), (vec![code::WRONG_ENCODING], 0, 0));
    }

    #[test]
    fn an_empty_file_says_what_belongs_in_it() {
        assert!(faults_of("")[0].starts_with("error[empty-file]: the file is empty: it has no header row"));
        assert!(faults_of("\n\n")[0].starts_with("error[empty-file]"));
    }
}
