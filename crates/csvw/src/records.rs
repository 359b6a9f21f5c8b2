//! Text becomes records. In: a file and its dialect. Out: one row at a time, in constant memory, each with its row
//! source number and the physical line where it begins. Not here: what the cells mean (`cell`). Follows
//! <https://www.w3.org/TR/tabular-data-model/#parsing>.

use std::io::{self, Read};

use crate::code;
use crate::decode::Text;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Trim};
use crate::location::Location;
use crate::scan::{Scan, Scanner};

/// Longest row that is waited for, in bytes.
const MAX_ROW: usize = 1 << 26;

/// One row of a file, header included, as text. It can be used again for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Row source number, from 1; every row of the file is counted.
    pub row: u64,
    /// Physical line where it begins, from 1.
    pub line: u64,
    /// Whether the row is a comment; its text is then its only cell.
    pub is_comment: bool,
    text: String,
    ends: Vec<usize>,
    skip: usize,
    trim: Trim,
}

impl Record {
    /// Returns the number of cells.
    pub(crate) fn len(&self) -> usize {
        self.ends.len().saturating_sub(self.skip)
    }

    /// Returns the text of a cell.
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let index = index.checked_add(self.skip)?;
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(self.trim.apply(self.text.get(start..end)?))
    }

    /// Returns the cells.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Tells whether no cell holds text.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Reads the records of a file.
pub(crate) struct Records<'r> {
    text: Text<'r>,
    scanner: Scanner,
    file: String,
    row: u64,
    line: u64,
    skip_rows: u64,
    skip_columns: usize,
    trim: Trim,
    strict: bool,
    ended: bool,
}

impl<'r> Records<'r> {
    /// Opens a file; `strict` stops at a stray quote, otherwise it is part of its cell.
    pub(crate) fn new(source: Box<dyn Read + 'r>, dialect: &Dialect, file: &str, strict: bool) -> Self {
        Self {
            text: Text::new(source, &dialect.encoding),
            scanner: Scanner::new(dialect),
            file: file.to_owned(),
            row: 1,
            line: 1,
            skip_rows: dialect.skip_rows,
            skip_columns: dialect.skip_columns,
            trim: dialect.trim,
            strict,
            ended: false,
        }
    }

    /// Reads the next record; tells whether there was one. After an error the rest of the file cannot be trusted, and
    /// no more records come. A stray quote that does not stop the reader is handed to `warn`.
    pub(crate) fn read(
        &mut self,
        record: &mut Record,
        warn: &mut dyn FnMut(Diagnostic),
    ) -> Result<bool, Box<Diagnostic>> {
        if self.ended {
            return Ok(false);
        }
        let mut bytes = std::mem::take(&mut record.text).into_bytes();
        loop {
            bytes.clear();
            record.ends.clear();
            match self.scanner.scan(self.text.rest(), self.text.ended, &mut bytes, &mut record.ends) {
                Scan::More if self.text.rest().len() > MAX_ROW => {
                    return self.stop(self.too_long());
                }
                Scan::More => {
                    if let Err(error) = self.text.fill() {
                        return self.stop(self.unreadable(&error));
                    }
                }
                Scan::End if self.text.malformed => return self.stop(self.wrong_encoding(self.text.rest())),
                Scan::End => {
                    self.ended = true;
                    return Ok(false);
                }
                Scan::Row { taken, lines, is_comment, fault } => {
                    if self.text.malformed && taken == self.text.rest().len() {
                        return self.stop(self.wrong_encoding(self.text.rest()));
                    }
                    let skipped = self.row <= self.skip_rows;
                    if let Some(fault) = fault.filter(|_| !skipped) {
                        let fault = fault.diagnostic(&self.file, self.row, self.line, self.strict);
                        if self.strict {
                            return self.stop(fault);
                        }
                        warn(Diagnostic { severity: crate::diagnostic::Severity::Warning, ..fault });
                    }
                    match String::from_utf8(bytes) {
                        Ok(text) => record.text = text,
                        Err(error) => {
                            let valid = error.utf8_error().valid_up_to();
                            let raw = &self.text.rest()[..taken];
                            // The raw row begins like the cells, but still has its delimiters and quotes.
                            let broken = std::str::from_utf8(raw).err().map_or(valid, |error| error.valid_up_to());
                            return self.stop(self.wrong_encoding(&raw[..broken]));
                        }
                    }
                    (record.row, record.line, record.is_comment) = (self.row, self.line, is_comment || skipped);
                    record.skip = if record.is_comment { 0 } else { self.skip_columns };
                    record.trim = self.trim;
                    self.text.take(taken);
                    self.row += 1;
                    self.line += lines;
                    return Ok(true);
                }
            }
        }
    }

    fn stop(&mut self, fault: Diagnostic) -> Result<bool, Box<Diagnostic>> {
        self.ended = true;
        Err(Box::new(fault))
    }

    fn too_long(&self) -> Diagnostic {
        let place = Location::row(self.file.as_str(), self.row, self.line);
        let message = format!("the row is longer than {} MB, the most that is read", MAX_ROW >> 20);
        Diagnostic::error(code::BAD_VALUE, place, message)
            .hint("look for a quote that is never closed, or for rows that do not end; the rows after it could not be checked")
    }

    fn unreadable(&self, error: &io::Error) -> Diagnostic {
        Diagnostic::error(
            code::MISSING_FILE,
            Location::file(self.file.as_str()),
            format!("the file cannot be read: {error}"),
        )
    }

    fn wrong_encoding(&self, before: &[u8]) -> Diagnostic {
        let before = String::from_utf8_lossy(before);
        let breaks = before.bytes().filter(|byte| *byte == b'\n').count();
        let line = self.line + u64::try_from(breaks).unwrap_or(0);
        let context: String = before.chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
        let context = context.lines().last().unwrap_or_default().to_owned();
        let message = format!("the bytes after `{context}` on line {line} are not {}", self.text.encoding());
        Diagnostic::error(code::WRONG_ENCODING, Location::file(self.file.as_str()), message)
            .hint("save the file as \"CSV UTF-8\"")
            .hint(
                "or state its encoding, often windows-1252, in its metadata: \"dialect\": {\"encoding\": \"windows-1252\"}",
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = (Vec<(u64, u64, Vec<String>)>, Vec<String>);

    fn read_bytes(bytes: &[u8], dialect: &Dialect, strict: bool) -> Found {
        let mut records = Records::new(Box::new(bytes), dialect, "a.csv", strict);
        let (mut record, mut found, mut faults) = (Record::default(), Vec::new(), Vec::new());
        loop {
            let mut warnings = Vec::new();
            let more = records.read(&mut record, &mut |warning| warnings.push(warning));
            faults.extend(warnings.iter().map(|f| format!("{} at {}", f.message, f.location)));
            match more {
                Ok(true) => found.push((record.row, record.line, record.iter().map(str::to_owned).collect())),
                Ok(false) => return (found, faults),
                Err(f) => faults.push(format!("{} at {}", f.message, f.location)),
            }
        }
    }

    fn read(text: &str) -> Found {
        read_bytes(text.as_bytes(), &Dialect::default(), true)
    }

    #[test]
    fn a_line_break_in_quotes_moves_the_line_but_not_the_row() {
        let (records, faults) = read("a,b\r\n\"x\r\ny\",1\r\nz,2\r\n");
        assert!(faults.is_empty(), "{faults:?}");
        let places: Vec<_> = records.iter().map(|(row, line, cells)| (*row, *line, cells[0].as_str())).collect();
        assert_eq!(places, [(1, 1, "a"), (2, 2, "x\r\ny"), (3, 4, "z")]);
    }

    #[test]
    fn blank_rows_are_counted_as_a_spreadsheet_counts_them() {
        let (records, _) = read("a\n\n\nb\r\n\r\nc");
        let places: Vec<_> = records.iter().map(|(row, line, cells)| (*row, *line, cells[0].as_str())).collect();
        assert_eq!(places, [(1, 1, "a"), (2, 2, ""), (3, 3, ""), (4, 4, "b"), (5, 5, ""), (6, 6, "c")]);
    }

    #[test]
    fn an_unclosed_quote_is_named_where_it_opened() {
        let (records, faults) = read("a,b\n1,2\n3,\"four\n5,6\n7,8\n");
        assert_eq!(records.len(), 2);
        assert_eq!(faults, ["the quote that opens on line 3 is never closed at a.csv row 3"]);
    }

    #[test]
    fn a_row_that_is_too_long_is_told_as_that() {
        let text = format!("a,b\n1,2\n3,{}\n", "x".repeat(3 * MAX_ROW));
        let (records, faults) = read(&text);
        assert_eq!(records.len(), 2);
        assert_eq!(faults, ["the row is longer than 64 MB, the most that is read at a.csv row 3"]);
    }

    #[test]
    fn a_quote_inside_a_cell_is_not_swallowed() {
        let (_, faults) = read("a,b\n1,the \"desk\"\n");
        assert_eq!(faults, ["a quote stands inside cell 2 on line 2 at a.csv row 2"]);
        let (records, faults) = read_bytes(b"a,b\n1,the \"desk\"\n", &Dialect::default(), false);
        assert_eq!((records[1].2[1].as_str(), faults.len()), ("the \"desk\"", 1));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_named_by_line() {
        let (records, faults) = read_bytes(b"a,b\nMalm\xF6,1\n", &Dialect::default(), true);
        assert_eq!(records.len(), 1);
        assert_eq!(faults, ["the bytes after `Malm` on line 2 are not UTF-8 at a.csv"]);
        let dialect = Dialect { encoding: "shift_jis".to_owned(), ..Dialect::default() };
        let (_, faults) = read_bytes(b"a,b\nx,\xFF\xFF\n", &dialect, true);
        assert_eq!(faults, ["the bytes after `x,` on line 2 are not Shift_JIS at a.csv"]);
    }

    #[test]
    fn a_stated_encoding_is_read_and_a_byte_order_mark_outweighs_it() {
        let dialect = Dialect { encoding: "windows-1252".to_owned(), ..Dialect::default() };
        let (records, _) = read_bytes(b"Malm\xF6,\x93x\x94", &dialect, true);
        assert_eq!(records[0].2, ["Malmö", "“x”"]);
        assert_eq!(read_bytes("\u{FEFF}id,é\n".as_bytes(), &dialect, true).0[0].2, ["id", "é"]);
        let utf_16: Vec<u8> = "\u{FEFF}id,é\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_bytes(&utf_16, &dialect, true).0[0].2, ["id", "é"]);
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_header() {
        let (records, _) = read("\u{FEFF}id,label\n");
        assert_eq!(records[0].2, ["id", "label"]);
    }

    #[test]
    fn a_file_longer_than_the_buffer_is_read_whole() {
        let text: String = (0..60_000).flat_map(|n| [n.to_string(), ",\"a\nb\",x\r\n".to_owned()]).collect();
        let (records, faults) = read(&text);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!((records.len(), records[59_999].1), (60_000, 119_999));
        assert!(records.iter().enumerate().all(|(n, (_, _, cells))| cells[0] == n.to_string() && cells.len() == 3));
    }

    #[test]
    fn columns_are_skipped_and_cells_trimmed() {
        let dialect = Dialect { skip_columns: 1, trim: Trim::Both, ..Dialect::default() };
        assert_eq!(read_bytes(b"a, b ,c\nx", &dialect, true).0[0].2, ["b", "c"]);
        assert_eq!(read_bytes(b"x", &dialect, true).0[0].2, Vec::<String>::new());
    }
}
