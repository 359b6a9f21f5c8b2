//! Bytes become records. In: a file and its dialect. Out: cells as text, each record with its row source number and the
//! physical line where it begins; a quote that is not closed, or stands where none may, is reported.
//! Not here: what the cells mean (`table`). Follows <https://www.w3.org/TR/tabular-data-model/#parsing>.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::Encoding;

use super::metadata::Dialect;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;

/// One row of a file, header included, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Row source number, from 1, blank rows counted.
    pub row: u64,
    /// Physical line where it begins, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// Reads all records; after a fault of quoting the rest of the file cannot be trusted and is left out.
pub(super) fn read_records(bytes: &[u8], dialect: &Dialect, file: &str, faults: &mut Diagnostics) -> Vec<Record> {
    let Some(text) = decode(bytes, dialect, file, faults) else { return Vec::new() };
    let (Ok(delimiter), Ok(quote)) = (ascii(dialect.delimiter), dialect.quote_char.map(ascii).transpose()) else {
        let message = "the delimiter and the quote character must be ASCII characters";
        faults.push(Diagnostic::error(Code::BadMetadata, Location::file(file), message));
        return Vec::new();
    };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    if let Some(quote) = quote {
        reader = ReaderBuilder::new().delimiter(delimiter).quote(quote).build();
    }
    let mut records = Vec::new();
    let (mut rest, mut row, mut line, mut after_cr) = (text.as_bytes(), 1, 1, false);
    while let Some((mut cells, taken)) = next_record(&mut reader, rest) {
        let raw = &rest[..taken];
        let blank = leading_breaks(raw, after_cr);
        (row, line) = (row + blank.count, line + blank.count);
        let raw = &raw[blank.bytes..];
        let fault = quote.and_then(|quote| quote_fault(raw, quote, delimiter));
        if let Some(fault) = fault {
            faults.push(fault.diagnostic(file, row, line));
            break;
        }
        if dialect.trim {
            for cell in &mut cells {
                *cell = cell.trim().to_owned();
            }
        }
        records.push(Record { row, line, cells });
        row += 1;
        line += count_breaks(raw);
        after_cr = raw.last() == Some(&b'\r');
        rest = &rest[taken..];
    }
    records
}

fn ascii(c: char) -> Result<u8, std::char::TryFromCharError> {
    u8::try_from(c)
}

fn decode<'a>(
    bytes: &'a [u8],
    dialect: &Dialect,
    file: &str,
    faults: &mut Diagnostics,
) -> Option<std::borrow::Cow<'a, str>> {
    let Some(encoding) = Encoding::for_label(dialect.encoding.as_bytes()) else {
        let message = format!("`{}` is not the name of a character encoding", dialect.encoding);
        faults.push(Diagnostic::error(Code::BadMetadata, Location::file(file), message));
        return None;
    };
    let (text, used, malformed) = encoding.decode(bytes);
    if used != encoding && !malformed {
        return Some(text); // a byte order mark outweighs the description
    }
    if !malformed {
        return Some(text);
    }
    let before = text.find('\u{FFFD}').unwrap_or(0);
    let line = count_breaks(&text.as_bytes()[..before]) + 1;
    let context: String = text[..before].chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
    let context = context.lines().last().unwrap_or_default().to_owned();
    let message = format!("the bytes after `{context}` on line {line} are not {}", used.name());
    faults.push(
        Diagnostic::error(Code::WrongEncoding, Location::file(file), message)
            .hint("save the file as \"CSV UTF-8\"")
            .hint("or state its encoding, often windows-1252, in its metadata: \"dialect\": {\"encoding\": \"windows-1252\"}"),
    );
    None
}

fn next_record(reader: &mut Reader, input: &[u8]) -> Option<(Vec<String>, usize)> {
    let mut output = vec![0; 256.max(input.len().min(4096))];
    let mut ends = vec![0; 32];
    let (mut taken, mut written, mut count) = (0, 0, 0);
    loop {
        let (result, nin, nout, nend) = reader.read_record(&input[taken..], &mut output[written..], &mut ends[count..]);
        (taken, written, count) = (taken + nin, written + nout, count + nend);
        match result {
            // An empty input tells the reader that the file ends, and it closes the last record.
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            ReadRecordResult::Record => break,
            ReadRecordResult::End => return None,
        }
    }
    let mut start = 0;
    let cells = ends[..count].iter().map(|&end| {
        let cell = String::from_utf8_lossy(&output[start..end]).into_owned();
        start = end;
        cell
    });
    Some((cells.collect(), taken))
}

struct Breaks {
    bytes: usize,
    count: u64,
}

fn leading_breaks(raw: &[u8], after_cr: bool) -> Breaks {
    let bytes = raw.iter().take_while(|&&byte| byte == b'\n' || byte == b'\r').count();
    let count = count_breaks(&raw[..bytes]);
    // The line feed of a CR LF pair that ended the row before.
    let split_pair = u64::from(after_cr && raw.first() == Some(&b'\n'));
    Breaks { bytes, count: count - split_pair }
}

fn count_breaks(raw: &[u8]) -> u64 {
    let mut count = 0;
    let mut before = 0;
    for &byte in raw {
        count += u64::from(byte == b'\r' || byte == b'\n' && before != b'\r');
        before = byte;
    }
    count
}

enum QuoteFault {
    Unclosed { lines: u64 },
    Stray { lines: u64, cell: usize },
}

impl QuoteFault {
    fn diagnostic(&self, file: &str, row: u64, line: u64) -> Diagnostic {
        match *self {
            Self::Unclosed { lines } => Diagnostic::error(
                Code::UnclosedQuote,
                Location::row(file, row, line),
                format!("the quote that opens on line {} is never closed", line + lines),
            )
            .hint("close it, or double it (\"\") if it is part of the text; the rows after it could not be checked"),
            Self::Stray { lines, cell } => Diagnostic::error(
                Code::UnclosedQuote,
                Location::row(file, row, line),
                format!("a quote stands inside cell {} on line {}", cell + 1, line + lines),
            )
            .hint("put the whole cell in quotes and double the quotes in it; the rows after it could not be checked"),
        }
    }
}

/// Finds a quote that is never closed, stands inside an unquoted cell, or is followed by more text.
fn quote_fault(raw: &[u8], quote: u8, delimiter: u8) -> Option<QuoteFault> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    if !raw.contains(&quote) {
        return None;
    }
    let (mut state, mut lines, mut opened, mut cell) = (State::Start, 0, 0, 0);
    for &byte in raw {
        lines += u64::from(byte == b'\n');
        state = match (state, byte) {
            (State::Start, b) if b == quote => {
                opened = lines;
                State::Quoted
            }
            (State::Quoted, b) if b == quote => State::Closed,
            (State::Closed, b) if b == quote => State::Quoted,
            (State::Quoted, _) => State::Quoted,
            (_, b) if b == delimiter => {
                cell += 1;
                State::Start
            }
            (State::Closed, b'\r' | b'\n') => State::Closed,
            (State::Plain, b) if b == quote => return Some(QuoteFault::Stray { lines, cell }),
            (State::Closed, _) => return Some(QuoteFault::Stray { lines, cell }),
            (State::Start | State::Plain, _) => State::Plain,
        };
    }
    (state == State::Quoted).then_some(QuoteFault::Unclosed { lines: opened })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Record>, Vec<String>) {
        let mut faults = Diagnostics::default();
        let records = read_records(text.as_bytes(), &Dialect::default(), "a.csv", &mut faults);
        (records, faults.iter().map(|f| format!("{} at {}", f.message, f.location)).collect())
    }

    #[test]
    fn a_line_break_in_quotes_moves_the_line_but_not_the_row() {
        let (records, faults) = read("a,b\r\n\"x\r\ny\",1\r\nz,2\r\n");
        assert!(faults.is_empty(), "{faults:?}");
        let places: Vec<_> = records.iter().map(|r| (r.row, r.line, r.cells[0].as_str())).collect();
        assert_eq!(places, [(1, 1, "a"), (2, 2, "x\r\ny"), (3, 4, "z")]);
    }

    #[test]
    fn blank_rows_are_counted_as_a_spreadsheet_counts_them() {
        let (records, _) = read("a\n\n\nb\r\n\r\nc");
        let places: Vec<_> = records.iter().map(|r| (r.row, r.line, r.cells[0].as_str())).collect();
        assert_eq!(places, [(1, 1, "a"), (4, 4, "b"), (6, 6, "c")]);
    }

    #[test]
    fn an_unclosed_quote_is_named_where_it_opened() {
        let (records, faults) = read("a,b\n1,2\n3,\"four\n5,6\n7,8\n");
        assert_eq!(records.len(), 2);
        assert_eq!(faults, ["the quote that opens on line 3 is never closed at a.csv row 3"]);
    }

    #[test]
    fn a_quote_inside_a_cell_is_not_swallowed() {
        let (_, faults) = read("a,b\n1,the \"desk\"\n");
        assert_eq!(faults, ["a quote stands inside cell 2 on line 2 at a.csv row 2"]);
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_named_by_line() {
        let mut faults = Diagnostics::default();
        let records = read_records(b"a,b\nMalm\xF6,1\n", &Dialect::default(), "a.csv", &mut faults);
        assert!(records.is_empty());
        let message = &faults.iter().next().expect("fault").message;
        assert_eq!(message, "the bytes after `Malm` on line 2 are not UTF-8");
    }

    #[test]
    fn a_stated_encoding_is_read() {
        let dialect = Dialect { encoding: "windows-1252".to_owned(), ..Dialect::default() };
        let mut faults = Diagnostics::default();
        let records = read_records(b"Malm\xF6,\x93x\x94", &dialect, "a.csv", &mut faults);
        assert_eq!(records[0].cells, ["Malmö", "“x”"]);
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_header() {
        let (records, _) = read("\u{FEFF}id,label\n");
        assert_eq!(records[0].cells, ["id", "label"]);
    }
}
