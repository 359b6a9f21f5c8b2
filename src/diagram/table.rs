//! The text alternative: the content of a drawing as tables. In: headers and rows. Out: aligned text.

use std::fmt;

use unicode_width::UnicodeWidthStr;

/// A table of the text alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the rows are.
    pub title: String,
    /// Names of the columns.
    pub headers: Vec<&'static str>,
    /// Rows, each as long as the headers.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(title: impl Into<String>, headers: &[&'static str]) -> Self {
        Self { title: title.into(), headers: headers.to_vec(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", line(&self.title), self.rows.len())?;
        if self.rows.is_empty() {
            return Ok(());
        }
        let headers = self.headers.iter().map(|header| (*header).to_owned()).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(|cell| line(cell)).collect()).collect();
        let lines: Vec<&Vec<String>> = std::iter::once(&headers).chain(&rows).collect();
        let width =
            |column: usize| lines.iter().filter_map(|row| row.get(column)).map(|c| c.width()).max().unwrap_or(0);
        let widths: Vec<_> = (0..self.headers.len()).map(width).collect();
        for row in lines {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(cell);
                text.extend(std::iter::repeat_n(' ', 2 + width.saturating_sub(cell.width())));
            }
            writeln!(f, "  {}", text.trim_end())?;
        }
        Ok(())
    }
}

/// Puts a text on one line; a control character, which a terminal might obey, becomes U+FFFD.
pub(super) fn line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    // A control of writing direction could make a line read backwards.
    let is_unsafe = |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    words.join(" ").chars().map(|c| if is_unsafe(c) { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_cell_breaks_its_line() {
        let mut table = Table::new("Facts", &["id", "subject"]);
        table.row(vec!["F1".into(), "two\nlines".into()]);
        table.row(vec!["F1000".into(), "\u{1b}[31m".into()]);
        assert_eq!(table.to_string(), "Facts (2)\n  id     subject\n  F1     two lines\n  F1000  \u{FFFD}[31m\n");
    }
}
