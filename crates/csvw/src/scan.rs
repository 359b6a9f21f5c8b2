//! The grammar of CSV. In: the beginning of a text and the flags of a dialect. Out: the cells of its first row, or that
//! more text is needed to tell. <https://www.w3.org/TR/tabular-data-model/#parsing>

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Trim};
use crate::location::Location;

/// The flags of a dialect, as bytes.
#[derive(Debug, Clone)]
pub(crate) struct Scanner {
    delimiter: Vec<u8>,
    quote: Vec<u8>,
    double_quote: bool,
    terminators: Vec<Vec<u8>>,
    comment: Option<Vec<u8>>,
    trims_start: bool,
    trims_end: bool,
    /// Bytes that may begin something other than text.
    special: [bool; 256],
}

/// What the beginning of a text is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A row: the bytes it takes, the lines it takes, and a quote that stands where none may.
    Row { taken: usize, lines: u64, is_comment: bool, fault: Option<Fault> },
    /// Not to be told without more text.
    More,
    /// Nothing: the text has ended.
    End,
}

/// A fault of quoting; `lines` counts from the first line of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Unclosed { lines: u64 },
    Stray { lines: u64, cell: usize },
}

impl Fault {
    /// Returns the fault as it is told; `stops` says whether the rows after it are left unread.
    pub(crate) fn diagnostic(self, file: &str, row: u64, line: u64, stops: bool) -> Diagnostic {
        let (message, hint) = match self {
            Self::Unclosed { lines } => (
                format!("the quote that opens on line {} is never closed", line + lines),
                "close it, or double it (\"\") if it is part of the text",
            ),
            Self::Stray { lines, cell } => (
                format!("a quote stands inside cell {} on line {}", cell + 1, line + lines),
                "put the whole cell in quotes and double the quotes in it",
            ),
        };
        let after = if stops { "; the rows after it could not be checked" } else { "" };
        let place = Location::row(file, row, line);
        Diagnostic::error(code::UNCLOSED_QUOTE, place, message).hint(format!("{hint}{after}"))
    }
}

/// What a special byte turns out to begin.
enum Token {
    Delimiter,
    Terminator(usize),
    Quote,
    Escape,
    Text,
    Unclear,
}

impl Scanner {
    pub(crate) fn new(dialect: &Dialect) -> Self {
        let quote = dialect.quote_char.map(|quote| quote.to_string().into_bytes()).unwrap_or_default();
        let terminators: Vec<Vec<u8>> = dialect.line_terminators.iter().map(|t| t.clone().into_bytes()).collect();
        let mut scanner = Self {
            delimiter: dialect.delimiter.clone().into_bytes(),
            quote,
            double_quote: dialect.double_quote,
            terminators,
            comment: dialect.comment_prefix.clone().map(String::into_bytes),
            trims_start: matches!(dialect.trim, Trim::Start | Trim::Both),
            trims_end: matches!(dialect.trim, Trim::End | Trim::Both),
            special: [false; 256],
        };
        let starts = [&scanner.delimiter, &scanner.quote].into_iter().chain(&scanner.terminators);
        let mut special = [false; 256];
        starts.filter_map(|text| text.first()).for_each(|byte| special[usize::from(*byte)] = true);
        special[usize::from(b'\\')] |= !scanner.double_quote;
        scanner.special = special;
        scanner
    }

    /// Reads the first row; its cells are appended to `out`, their ends to `ends`.
    pub(crate) fn scan(&self, input: &[u8], ended: bool, out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Scan {
        if input.is_empty() {
            return if ended { Scan::End } else { Scan::More };
        }
        if let Some(prefix) = &self.comment {
            if input.starts_with(prefix) {
                return self.comment_row(&input[prefix.len()..], prefix.len(), ended, out, ends);
            }
            if !ended && prefix.starts_with(input) {
                return Scan::More;
            }
        }
        let (mut at, mut lines, mut fault) = (0, 0, None);
        loop {
            // At the beginning of a cell.
            let mut start = at;
            if self.trims_start {
                while input.get(start).is_some_and(|byte| b" \t".contains(byte))
                    && !input[start..].starts_with(&self.delimiter)
                {
                    start += 1;
                }
            }
            if !self.quote.is_empty() && input[start..].starts_with(&self.quote) {
                let opened = lines;
                match self.quoted(input, start + self.quote.len(), ended, out, &mut lines) {
                    Some((next, true)) => at = next,
                    Some((next, false)) => {
                        fault = fault.or(Some(Fault::Unclosed { lines: opened }));
                        at = next;
                    }
                    None => return Scan::More,
                }
                if self.trims_end {
                    while input.get(at).is_some_and(|byte| b" \t".contains(byte))
                        && !input[at..].starts_with(&self.delimiter)
                    {
                        at += 1;
                    }
                }
                let closed_by_text =
                    at < input.len() && matches!(self.token(input, at, ended), Token::Text | Token::Quote);
                if closed_by_text {
                    fault = fault.or(Some(Fault::Stray { lines, cell: ends.len() }));
                }
            }
            match self.plain(input, at, ended, out) {
                Plain::More => return Scan::More,
                Plain::End { next, stray, terminator } => {
                    if stray {
                        fault = fault.or(Some(Fault::Stray { lines, cell: ends.len() }));
                    }
                    ends.push(out.len());
                    at = next;
                    if terminator {
                        return Scan::Row { taken: at, lines: lines + 1, is_comment: false, fault };
                    }
                }
            }
        }
    }

    /// Reads text in quotes; returns where it ends and whether a quote closed it.
    fn quoted(
        &self,
        input: &[u8],
        from: usize,
        ended: bool,
        out: &mut Vec<u8>,
        lines: &mut u64,
    ) -> Option<(usize, bool)> {
        let mut at = from;
        while at < input.len() {
            let byte = input[at];
            if byte == self.quote[0] && input[at..].starts_with(&self.quote) {
                let after = at + self.quote.len();
                if !self.double_quote {
                    return Some((after, true));
                }
                if input[after..].starts_with(&self.quote) {
                    out.extend_from_slice(&self.quote);
                    at = after + self.quote.len();
                    continue;
                }
                // Another quote may follow in the part that is not read yet.
                return (ended || input.len() >= after + self.quote.len()).then_some((after, true));
            }
            if byte == b'\\' && !self.double_quote {
                at += 1;
                out.extend(input.get(at));
                at += 1;
                continue;
            }
            *lines += u64::from(byte == b'\n');
            out.push(byte);
            at += 1;
        }
        ended.then_some((input.len(), false))
    }

    fn plain(&self, input: &[u8], from: usize, ended: bool, out: &mut Vec<u8>) -> Plain {
        let (mut at, mut copied, mut stray) = (from, from, false);
        loop {
            while at < input.len() && !self.special[usize::from(input[at])] {
                at += 1;
            }
            if at >= input.len() {
                out.extend_from_slice(&input[copied..]);
                return if ended { Plain::End { next: input.len(), stray, terminator: true } } else { Plain::More };
            }
            let length = match self.token(input, at, ended) {
                Token::Unclear => return Plain::More,
                Token::Delimiter => {
                    out.extend_from_slice(&input[copied..at]);
                    return Plain::End { next: at + self.delimiter.len(), stray, terminator: false };
                }
                Token::Terminator(length) => {
                    out.extend_from_slice(&input[copied..at]);
                    return Plain::End { next: at + length, stray, terminator: true };
                }
                Token::Escape => {
                    out.extend_from_slice(&input[copied..at]);
                    copied = at + 1;
                    2.min(input.len() - at)
                }
                Token::Quote => {
                    stray = true;
                    self.quote.len()
                }
                Token::Text => 1,
            };
            at += length;
        }
    }

    /// Tells what begins at a byte.
    fn token(&self, input: &[u8], at: usize, ended: bool) -> Token {
        let rest = &input[at..];
        if rest.starts_with(&self.delimiter) {
            return Token::Delimiter;
        }
        // The longest terminator comes first; a shorter one must wait until the longer is ruled out.
        for terminator in &self.terminators {
            if rest.starts_with(terminator) {
                return Token::Terminator(terminator.len());
            }
            if !ended && terminator.starts_with(rest) {
                return Token::Unclear;
            }
        }
        if !self.quote.is_empty() && rest.starts_with(&self.quote) {
            return Token::Quote;
        }
        if rest[0] == b'\\' && !self.double_quote {
            return if rest.len() > 1 || ended { Token::Escape } else { Token::Unclear };
        }
        let partial = !ended && (self.delimiter.starts_with(rest) || self.quote.starts_with(rest));
        if partial { Token::Unclear } else { Token::Text }
    }

    fn comment_row(&self, input: &[u8], prefix: usize, ended: bool, out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Scan {
        for at in 0..=input.len() {
            let found = self.terminators.iter().find(|terminator| input[at..].starts_with(terminator));
            let length = match found {
                Some(terminator) => terminator.len(),
                None if at == input.len() && ended => 0,
                None => continue,
            };
            out.extend_from_slice(&input[..at]);
            ends.push(out.len());
            return Scan::Row { taken: prefix + at + length, lines: 1, is_comment: true, fault: None };
        }
        Scan::More
    }
}

enum Plain {
    End { next: usize, stray: bool, terminator: bool },
    More,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(dialect: &Dialect, text: &str) -> Vec<Vec<String>> {
        let scanner = Scanner::new(dialect);
        let (mut rest, mut rows) = (text.as_bytes(), Vec::new());
        loop {
            let (mut out, mut ends) = (Vec::new(), Vec::new());
            match scanner.scan(rest, true, &mut out, &mut ends) {
                Scan::Row { taken, .. } => rest = &rest[taken..],
                _ => return rows,
            }
            let starts = std::iter::once(0).chain(ends.iter().copied());
            rows.push(starts.zip(&ends).map(|(s, e)| String::from_utf8_lossy(&out[s..*e]).into_owned()).collect());
        }
    }

    #[test]
    fn delimiters_quotes_and_terminators_follow_the_dialect() {
        let dialect = Dialect {
            delimiter: "; ".to_owned(),
            quote_char: Some('«'),
            line_terminators: vec!["||".to_owned()],
            ..Dialect::default()
        };
        assert_eq!(cells(&dialect, "a;b; «c; ««d«||e|f; \n"), [vec!["a;b", "c; «d"], vec!["e|f", "\n"]]);
        let escapes = Dialect { double_quote: false, ..Dialect::default() };
        assert_eq!(cells(&escapes, "\"a\\\"b\",c\\,d\n"), [["a\"b", "c,d"]]);
        let unquoted = Dialect { quote_char: None, ..Dialect::default() };
        assert_eq!(cells(&unquoted, "\"a,b\"\n"), [["\"a", "b\""]]);
    }

    #[test]
    fn spaces_may_stand_around_quotes_where_cells_are_trimmed() {
        let dialect = Dialect { trim: Trim::Both, ..Dialect::default() };
        assert_eq!(cells(&dialect, "a, \"b,c\" ,d\n"), [["a", "b,c", "d"]]);
    }

    #[test]
    fn comments_are_whole_rows() {
        let dialect = Dialect { comment_prefix: Some("#".to_owned()), ..Dialect::default() };
        assert_eq!(cells(&dialect, "#a \"b, c\n1,2\n"), [vec!["a \"b, c"], vec!["1", "2"]]);
    }

    #[test]
    fn every_cut_of_a_text_asks_for_more_or_gives_the_same_row() {
        let scanner = Scanner::new(&Dialect::default());
        let text = "a,\"b \"\"c\"\"\r\n\",d\r\nnext";
        for cut in 0..text.len() {
            let (mut out, mut ends) = (Vec::new(), Vec::new());
            let scan = scanner.scan(&text.as_bytes()[..cut], false, &mut out, &mut ends);
            if cut < 17 {
                assert_eq!(scan, Scan::More, "{cut}");
            } else {
                assert_eq!(scan, Scan::Row { taken: 17, lines: 2, is_comment: false, fault: None }, "{cut}");
            }
        }
    }
}
