//! How the cells of a file are parted. In: the beginning of its text. Out: the delimiter, the rows above the header, and
//! whether there is a header.

use std::collections::BTreeMap;

use super::Note;

/// What is rare inside cells comes first: where two part the rows evenly, it is the delimiter.
const DELIMITERS: [(char, &str); 4] = [('\t', "tabs"), (';', "semicolons"), ('|', "vertical bars"), (',', "commas")];
/// Records that are looked at.
const RECORDS: usize = 500;

/// How the cells of a file are parted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Text between cells.
    pub(super) delimiter: char,
    /// Rows above the header.
    pub(super) skip_rows: usize,
    /// Whether the first row that is read holds the names of the columns.
    pub(super) has_header: bool,
    /// Cells of that row.
    pub(super) width: usize,
    rival: Option<char>,
}

impl Layout {
    /// Looks at the beginning of a text.
    pub(super) fn of_sample(text: &str) -> Self {
        let mut best: Option<(Score, Split)> = None;
        let mut rival = None;
        for (delimiter, _) in DELIMITERS {
            let split = Split::new(text, delimiter);
            let score = split.score();
            match &best {
                Some((top, _)) if score <= *top => {}
                _ => best = Some((score, split)),
            }
        }
        let Some((top, split)) = best.filter(|(top, _)| top.parts) else {
            return Self { delimiter: ',', skip_rows: 0, has_header: true, width: 1, rival: None };
        };
        for (delimiter, _) in DELIMITERS.iter().filter(|(delimiter, _)| *delimiter != split.delimiter) {
            let score = Split::new(text, *delimiter).score();
            if top.parts && score.parts && (score.consistent, score.from_start) == (top.consistent, top.from_start) {
                rival = Some(*delimiter);
            }
        }
        let skip_rows = split.rows_above_header();
        let has_header = split.records.get(skip_rows).is_none_or(|record| looks_like_header(record));
        let width = split.records.get(skip_rows).map_or(1, Vec::len);
        Self { delimiter: split.delimiter, skip_rows, has_header, width, rival }
    }

    /// Returns the layout in a few words.
    pub(super) fn title(&self) -> String {
        format!("cells parted by {}", name(self.delimiter))
    }

    /// Says what is not as usual, and what is in doubt.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(rival) = self.rival {
            let (own, other) = (name(self.delimiter), name(rival));
            notes.push(Note::unsure(format!("cells are parted by {own}, but {other} would part the rows as evenly")));
        }
        match self.skip_rows {
            0 => {}
            1 => notes.push(Note::sure("row 1 stands above the table and is skipped")),
            count => notes.push(Note::sure(format!("rows 1 to {count} stand above the table and are skipped"))),
        }
        if !self.has_header {
            let row = self.skip_rows + 1;
            notes.push(Note::unsure(format!("row {row} holds values, not names, so the columns are named by number")));
        }
        notes
    }
}

fn name(delimiter: char) -> &'static str {
    DELIMITERS.iter().find(|(known, _)| *known == delimiter).map_or("commas", |(_, name)| name)
}

/// How evenly a delimiter parts a text; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    parts: bool,
    /// Rows of the usual width, of a thousand; a header of another width counts for half of them.
    consistent: usize,
    /// Whether no row must be skipped for that: under the wrong delimiter a header looks like a title.
    from_start: bool,
}

/// The records of a text under a delimiter.
struct Split {
    delimiter: char,
    records: Vec<Vec<String>>,
    /// The usual number of cells.
    width: usize,
}

impl Split {
    fn new(text: &str, delimiter: char) -> Self {
        let records = records(text, delimiter);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for record in records.iter().filter(|record| !is_blank(record)) {
            *widths.entry(record.len()).or_default() += 1;
        }
        let width = widths.iter().max_by_key(|(width, count)| (**count, **width)).map_or(1, |(width, _)| *width);
        Self { delimiter, records, width }
    }

    fn score(&self) -> Score {
        let skipped = self.rows_above_header();
        let filled: Vec<_> = self.records.iter().skip(skipped).filter(|record| !is_blank(record)).collect();
        let even = filled.iter().filter(|record| record.len() == self.width).count();
        let mut consistent = even * 1000 / filled.len().max(1);
        if filled.first().is_some_and(|header| header.len() != self.width) {
            consistent /= 2;
        }
        Score { parts: self.width > 1, consistent, from_start: skipped == 0 }
    }

    /// Counts the rows above the first of the usual width that hold at most one text: a title, a date, a blank.
    fn rows_above_header(&self) -> usize {
        let filled = |record: &Vec<String>| record.iter().filter(|cell| !cell.trim().is_empty()).count();
        // A header may leave the column of row numbers without a name; a title stands in the first cell.
        let leaves_first = |record: &Vec<String>| {
            record.len() == self.width && record[0].trim().is_empty() && filled(record) + 1 == self.width
        };
        let is_above = |record: &&Vec<String>| filled(record) <= 1 && !leaves_first(record);
        let above = self.records.iter().take_while(is_above).count();
        let goes_on = self.records.get(above).is_some_and(|record| record.len() == self.width);
        // Blank rows alone are left out in any case.
        let has_text = self.records.iter().take(above).any(|record| filled(record) == 1);
        if self.width > 1 && goes_on && has_text { above } else { 0 }
    }
}

fn is_blank(record: &[String]) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// Parts a text into records, with quotes; the last is dropped where the text may end in the middle of it.
fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        if records.len() >= RECORDS {
            return records;
        }
        match c {
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if is_quoted => is_quoted = false,
            '"' if cell.trim().is_empty() => is_quoted = true,
            '\r' | '\n' if !is_quoted => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            c if c == delimiter && !is_quoted => record.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if records.len() < 2 && !(cell.is_empty() && record.is_empty()) {
        record.push(cell);
        records.push(record);
    }
    records
}

/// Names have letters; a row with a date, a number or an address in it holds values. Years may be names.
fn looks_like_header(record: &[String]) -> bool {
    !record.iter().map(|cell| cell.trim()).any(|cell| {
        let is_year = cell.len() == 4 && cell.starts_with(['1', '2']);
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        let others = cell.chars().filter(|c| !c.is_ascii_digit() && !" .,-/:+%'".contains(*c)).count();
        cell.contains("://") || digits > 0 && others == 0 && !(is_year && digits == 4)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> char {
        Layout::of_sample(text).delimiter
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_rows_evenly() {
        assert_eq!(delimiter("a,b\n1,\"x;y;z\"\n2,w\n"), ',');
        assert_eq!(delimiter("name;price;weight\na;1,5;2,5\nb;2,5;3,5\n"), ';');
        assert_eq!(delimiter("a\tb, c\n1\t2, 3\n"), '\t');
        assert_eq!(delimiter("a|b\n1|2\n"), '|');
        assert_eq!(delimiter("only\none\n"), ',');
        assert_eq!(delimiter(""), ',');
    }

    #[test]
    fn a_title_above_the_header_is_skipped() {
        let layout = Layout::of_sample("Letters as of 2016;;\n\ndate;company;file\n1;2;3\n");
        assert_eq!((layout.delimiter, layout.skip_rows, layout.has_header), (';', 2, true));
        assert_eq!(Layout::of_sample("a,b\n,\n1,2\n").skip_rows, 0);
    }

    #[test]
    fn a_header_that_names_all_columns_but_the_first_is_no_title() {
        assert_eq!(Layout::of_sample(",company\n0,Acme\n1,Bree\n").skip_rows, 0);
        assert_eq!(Layout::of_sample("Companies,\nnumber,company\n1,Bree\n").skip_rows, 1);
    }

    #[test]
    fn a_first_row_of_values_is_no_header() {
        assert!(!Layout::of_sample("Acme,31/12/2013\nBree,01/01/2014\n").has_header);
        assert!(!Layout::of_sample("Acme,https://example.org/\n").has_header);
        assert!(Layout::of_sample("company,2013,2014\nAcme,1,2\n").has_header);
    }

    #[test]
    fn two_delimiters_that_part_alike_are_told() {
        let layout = Layout::of_sample("1,5;2,5\n3,5;4,5\n");
        assert!(layout.rival.is_some() && layout.notes().iter().any(|note| !note.is_sure), "{layout:?}");
    }
}
