//! Rows as their description reads them. In: the cells of a row. Out: their values, in one text, so that a row costs little
//! more memory than it takes in its file.

use std::ops::Range;

use crate::cell::CellValue;
use crate::header::TableColumn;
use crate::location::Location;
use crate::metadata::{Column, TableDescription};

/// A file as its description reads it.
#[derive(Debug, Clone)]
pub struct Table<'d> {
    /// Name of the file in diagnostics.
    pub file: String,
    /// The description that it follows.
    pub description: &'d TableDescription,
    /// Columns that the description knows, in the order of the file.
    pub columns: Vec<TableColumn>,
}

/// A row of a table: for each of the table's `columns` a cell, which has no value where it is empty, and may have several
/// where its column has a separator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Row source number: the header is counted. <https://www.w3.org/TR/tabular-data-model/#dfn-row-source-number>
    pub number: u64,
    /// Physical line where it begins.
    pub line: u64,
    /// All values, one after the other.
    text: String,
    /// Where each value ends in the text.
    values: Vec<u32>,
    /// How many values there are up to the end of each cell.
    cells: Vec<u32>,
}

impl Row {
    /// Returns the values of a cell.
    pub fn values(&self, cell: usize) -> impl ExactSizeIterator<Item = &str> {
        part(&self.cells, cell).map(|value| self.text.get(part(&self.values, value)).unwrap_or_default())
    }

    /// Returns the first value of a cell.
    pub fn value(&self, cell: usize) -> Option<&str> {
        self.values(cell).next()
    }

    /// Takes other cells in the place of those that it has.
    pub(crate) fn fill<'v>(&mut self, cells: impl Iterator<Item = &'v CellValue<'v>>) {
        let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.text.clear();
        self.values.clear();
        self.cells.clear();
        for cell in cells {
            for value in cell.values() {
                self.text.push_str(&value.text);
                self.values.push(short(self.text.len()));
            }
            self.cells.push(short(self.values.len()));
        }
    }
}

/// Returns what lies between an end and the one before it.
fn part(ends: &[u32], at: usize) -> Range<usize> {
    let end = |at: usize| ends.get(at).map_or(0, |end| *end as usize);
    at.checked_sub(1).map_or(0, end)..end(at)
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

    /// Returns the place of a row.
    pub fn row_location(&self, row: &Row) -> Location {
        Location::row(self.file.as_str(), row.number, row.line)
    }

    /// Returns the place of a cell by the position of its column, or of its row where the file has no such column.
    pub fn cell_location(&self, row: &Row, column: Option<usize>) -> Location {
        let place = self.row_location(row);
        match column.and_then(|at| self.columns.get(at)) {
            Some(column) => place.cell(column.index, column.header.as_str()),
            None => place,
        }
    }
}
