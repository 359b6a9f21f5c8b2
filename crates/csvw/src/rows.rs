//! The one pipeline of rows. In: a file, its description and the options. Out: its columns, then row after row with
//! every fault told where it stands. Reading, validating and converting all go through here.

use std::io::Read;

use crate::cell::{CellFault, CellValue, read_cell};
use crate::code::{self, Code};
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::header::{HeaderPlace, TableColumn, match_headers, match_positions};
use crate::location::Location;
use crate::metadata::{Column, TableDescription};
use crate::options::{Extensions, Options, Policy};
use crate::records::{Record, Records};
use crate::report::Report;
use crate::resources::Resources;

/// Comments that are kept.
const MAX_COMMENTS: usize = 1000;

/// A column of the rows.
#[derive(Debug, Clone)]
pub(crate) struct RowColumn {
    /// Its description.
    pub column: Column,
    /// Position in the file; virtual columns have none.
    pub source: Option<usize>,
    /// Header as it stands in the file.
    pub header: String,
}

/// The rows of a file.
pub(crate) struct Rows<'r> {
    pub file: String,
    pub columns: Vec<RowColumn>,
    /// What the columns of the file are in the description; they come first among `columns`.
    pub matched: Vec<TableColumn>,
    /// Number of cells of the header, or of the first row where there is none.
    width: usize,
    records: Records<'r>,
    /// The first row, where it had to be read to know the columns.
    waiting: Option<Record>,
    number: u64,
    skip_columns: usize,
    extensions: Extensions,
    skip_blank: bool,
    /// Why the file could not be read to its end.
    pub broken: Option<Code>,
    /// Whether the row read last lacks a value that its column needs.
    pub lacks_required: std::cell::Cell<bool>,
    /// The first comments, without their prefix.
    pub comments: Vec<String>,
}

/// Opens a file and reads its header. Nothing comes back where there is none.
pub(crate) fn open_rows<'r>(
    source: Box<dyn Read + 'r>,
    file: &str,
    description: &TableDescription,
    options: &Options<'_>,
    report: &mut Report<'_>,
) -> Option<Rows<'r>> {
    let mut dialect = description.dialect.clone();
    if options.extensions.lone_returns && dialect.line_terminators == Dialect::default().line_terminators {
        dialect.line_terminators.push("\r".to_owned());
    }
    let mut rows = Rows {
        file: file.to_owned(),
        columns: Vec::new(),
        matched: Vec::new(),
        width: 0,
        records: Records::new(source, &dialect, file, options.policy == Policy::Validate),
        waiting: None,
        number: 0,
        skip_columns: dialect.skip_columns,
        extensions: options.extensions,
        skip_blank: options.extensions.skip_blank_rows || dialect.skip_blank_rows,
        broken: None,
        lacks_required: std::cell::Cell::new(false),
        comments: Vec::new(),
    };
    let mut titles: Vec<Vec<String>> = Vec::new();
    let mut place = Location::file(file);
    let mut record = Record::default();
    for at in 0..dialect.header_row_count {
        if !rows.next_record(&mut record, report) {
            if rows.broken.is_none() {
                report.fatal(empty_file(description, file));
            }
            return None;
        }
        if at == 0 {
            place = Location::row(file, record.row, record.line);
        }
        for (index, text) in record.iter().enumerate() {
            if titles.len() <= index {
                titles.push(Vec::new());
            }
            if !text.is_empty() || options.extensions.match_headers {
                titles[index].push(text.to_owned());
            }
        }
    }
    if dialect.header_row_count == 0 {
        if rows.next_record(&mut record, report) {
            titles.resize(record.len(), Vec::new());
            rows.waiting = Some(record);
        } else {
            titles.resize(description.schema.columns.iter().filter(|c| !c.is_virtual).count(), Vec::new());
        }
    }
    rows.width = titles.len();
    rows.describe(&titles, description, &place, report);
    Some(rows)
}

/// Opens the rows of a table; a file that is not there is a fault.
pub(crate) fn open_table<'r>(
    table: &TableDescription,
    resources: &'r dyn Resources,
    options: &Options<'_>,
    report: &mut Report<'_>,
) -> Option<Rows<'r>> {
    let file = resources.name(&table.url);
    match resources.open(&table.url) {
        Ok(source) => open_rows(source, &file, table, options, report),
        Err(error) => {
            let message = format!("`{file}` cannot be read: {error}");
            let rule = table.source.rule("url");
            report.fatal(Diagnostic { rule, ..Diagnostic::error(code::MISSING_FILE, Location::file(file), message) });
            None
        }
    }
}

fn empty_file(description: &TableDescription, file: &str) -> Diagnostic {
    let headers: Vec<&str> = description.schema.columns.iter().flat_map(Column::headers).collect();
    let fault = Diagnostic::error(code::EMPTY_FILE, Location::file(file), "the file is empty: it has no header row");
    if headers.is_empty() { fault } else { fault.hint(format!("the header may be {}", headers.join(","))) }
}

impl Rows<'_> {
    fn describe(
        &mut self,
        titles: &[Vec<String>],
        description: &TableDescription,
        place: &Location,
        report: &mut Report<'_>,
    ) {
        let schema = &description.schema;
        let headers = HeaderPlace { row: place.clone(), skip_columns: self.skip_columns };
        let by_header = self.extensions.match_headers;
        let header = |index: usize| titles[index].first().cloned().unwrap_or_default();
        if by_header && !schema.columns.is_empty() && description.dialect.header_row_count > 0 {
            let texts: Vec<String> = (0..titles.len()).map(header).collect();
            self.matched = match_headers(&texts, schema, self.extensions.translatable, &headers, report);
            self.columns = self
                .matched
                .iter()
                .map(|found| {
                    let mut column = schema.columns[found.column].clone();
                    // A column of its own for a language is a translation, which a row may lack.
                    column.required &= found.lang.is_none();
                    column.lang = found.lang.clone().or(column.lang);
                    RowColumn { column, source: Some(found.index), header: found.header.clone() }
                })
                .collect();
        } else {
            let is_stated = schema.is_stated && !(by_header && schema.columns.is_empty());
            let columns = match_positions(titles, schema, is_stated, &headers, report);
            let described = schema.columns.iter().enumerate().filter(|(_, column)| !column.is_virtual);
            self.matched = described
                .take(titles.len())
                .enumerate()
                .map(|(index, (column, _))| TableColumn { index, header: header(index), column, lang: None })
                .collect();
            let columns = columns.into_iter().enumerate();
            self.columns = columns
                .map(|(index, column)| RowColumn { column, source: Some(index), header: header(index) })
                .collect();
        }
        let virtual_columns = schema.columns.iter().filter(|column| column.is_virtual).cloned();
        self.columns.extend(virtual_columns.map(|column| RowColumn { column, source: None, header: String::new() }));
    }

    /// Reads the next record that is no comment and, where those are left out, not blank.
    fn next_record(&mut self, record: &mut Record, report: &mut Report<'_>) -> bool {
        loop {
            let mut warnings = Vec::new();
            let found = self.records.read(record, &mut |warning| warnings.push(warning));
            for warning in warnings {
                report.push(warning);
            }
            match found {
                Ok(true) if record.is_comment => {
                    let text = record.iter().collect::<Vec<_>>().join(",");
                    let text = text.trim();
                    if self.comments.len() < MAX_COMMENTS && !text.is_empty() {
                        self.comments.push(text.to_owned());
                    }
                }
                Ok(true) if self.skip_blank && record.is_blank() => {}
                Ok(true) => return true,
                Ok(false) => return false,
                Err(fault) => {
                    self.broken = Some(fault.code);
                    report.fatal(*fault);
                    return false;
                }
            }
        }
    }

    /// Reads the next row into `record`; returns its number, counted from 1 below the header.
    pub(crate) fn next(&mut self, record: &mut Record, report: &mut Report<'_>) -> Option<u64> {
        match self.waiting.take() {
            Some(waiting) => *record = waiting,
            None if self.next_record(record, report) => {}
            None => return None,
        }
        self.number += 1;
        if record.len() != self.width {
            report.push(self.ragged(record));
        }
        Some(self.number)
    }

    fn ragged(&self, record: &Record) -> Diagnostic {
        let (found, width) = (record.len(), self.width);
        let plural = if found == 1 { "" } else { "s" };
        let message = format!("the row has {found} cell{plural}, the header has {width}");
        let hint = if found > width {
            "a cell that holds a comma must stand in quotes"
        } else {
            "add a comma for each empty cell at its end"
        };
        // The rule is where the description has the column that lacks its cell, or the last that may have one.
        let at = found.min(width.saturating_sub(1));
        let column = self.columns.iter().find(|column| column.source == Some(at));
        let rule =
            column.and_then(|c| c.column.source.rule(&format!("column {} of {width}, `{}`", at + 1, c.column.name)));
        Diagnostic { rule, ..Diagnostic::error(code::RAGGED_ROW, self.row_location(record), message).hint(hint) }
    }

    /// Returns the positions of columns by their names; none where there are no names, or a column is missing.
    pub(crate) fn positions(&self, names: &[String]) -> Option<Vec<usize>> {
        let position = |name: &String| self.columns.iter().position(|column| column.column.name == *name);
        names.iter().map(position).collect::<Option<Vec<_>>>().filter(|positions| !positions.is_empty())
    }

    /// Returns the place of a row.
    pub(crate) fn row_location(&self, record: &Record) -> Location {
        Location::row(self.file.as_str(), record.row, record.line)
    }

    /// Returns the place of a cell.
    pub(crate) fn cell_location(&self, record: &Record, column: &RowColumn) -> Location {
        let place = self.row_location(record);
        match column.source {
            Some(index) => place.cell(index.saturating_add(self.skip_columns), column.header.as_str()),
            None => place,
        }
    }

    /// Reads the cells of a row, one value for each column.
    pub(crate) fn cells<'t>(&'t self, record: &'t Record, report: &mut Report<'_>) -> Vec<CellValue<'t>> {
        self.lacks_required.set(false);
        let read = |at: usize| {
            let column = &self.columns[at];
            let text = column.source.and_then(|index| record.get(index));
            let is_absent = text.is_none();
            read_cell(&column.column, text.unwrap_or_default(), self.extensions, &mut |fault| {
                self.lacks_required.set(self.lacks_required.get() || fault == CellFault::Required);
                // A row that is too short is one fault, not one for each of its missing cells.
                if !(is_absent && fault == CellFault::Required) {
                    report.push(self.cell_fault(fault, record, column));
                }
            })
        };
        (0..self.columns.len()).map(read).collect()
    }

    fn cell_fault(&self, fault: CellFault<'_>, record: &Record, column: &RowColumn) -> Diagnostic {
        let here = self.cell_location(record, column);
        let (diagnostic, rule) = match fault {
            CellFault::Required => {
                let message = format!("the cell is empty, and every row needs its `{}`", column.column.name);
                (Diagnostic::error(code::REQUIRED, here, message), column.column.source.rule("required"))
            }
            CellFault::Value { text, fault } => {
                let message = format!("`{text}` is not {}", fault.expected);
                let diagnostic = Diagnostic::error(code::BAD_VALUE, here, message);
                let datatype = &column.column.datatype;
                let rule = datatype.source.rule(&format!("datatype {}", datatype.base.name()));
                (diagnostic.suggest(text, fault.choices.iter().map(String::as_str)), rule)
            }
        };
        Diagnostic { rule, ..diagnostic }
    }
}
