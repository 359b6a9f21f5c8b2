//! Where something stands in a file. In: file names, row and column numbers. Out: one spelling of an address.

use std::fmt;

/// The place of a file, row or cell, as a researcher sees it in a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// Name of the file, as the caller gives it, such as its path within a folder.
    pub file: String,
    /// Row source number: the first row of the file is 1, header included.
    /// <https://www.w3.org/TR/tabular-data-model/#dfn-row-source-number>
    pub row: Option<u64>,
    /// Column of the cell, where one cell is meant.
    pub column: Option<ColumnRef>,
    /// Physical line where the row begins, if quoted line breaks make it differ from the row.
    pub line: Option<u64>,
}

/// A column by position and header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnRef {
    /// Position in the file; the first column is 0.
    pub index: usize,
    /// Header text, as it stands in the file.
    pub header: String,
}

impl Location {
    /// Returns the place of a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// Returns the place of a row; `line` is dropped where it says nothing new.
    pub fn row(file: impl Into<String>, row: u64, line: u64) -> Self {
        Self { file: file.into(), row: Some(row), column: None, line: (line != row).then_some(line) }
    }

    /// Returns the cell of this row in the given column.
    #[must_use]
    pub fn cell(mut self, index: usize, header: impl Into<String>) -> Self {
        self.column = Some(ColumnRef { index, header: header.into() });
        self
    }
}

/// Returns the letters a spreadsheet shows above a column: 0 is `A`, 25 is `Z`, 26 is `AA`.
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).expect("below 26")));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {} `{}`", column_letters(column.index), column.header)?;
        }
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        let letters: Vec<_> = [0, 25, 26, 51, 52, 701, 702].map(column_letters).into();
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_cell_shows_its_line_only_where_it_differs_from_its_row() {
        assert_eq!(Location::row("a.csv", 12, 12).cell(2, "mother").to_string(), "a.csv row 12, column C `mother`");
        assert_eq!(Location::row("a.csv", 12, 14).to_string(), "a.csv row 12 (line 14)");
    }
}
