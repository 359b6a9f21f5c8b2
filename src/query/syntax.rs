//! Where and why a text is not SPARQL. In: the text and a parser. Out: line, column and the line itself with a caret.
//! Not here: parsing (`evaluate`).
//!
//! The parser reports a place some characters beyond the word it stumbles over, as it reads a whole keyword's length
//! before it compares. So the word is found by trying: it is the first that cannot follow the words before it.

use std::fmt;

use super::tokens::{is_unclosed, tokens};
use super::visible;

/// Longer than any keyword, so that a parser which stops at the end of the words gets to the end of the text.
const PADDING: &str = "                                                                ";

/// Most characters of a line that are shown.
const SHOWN: usize = 200;

/// A place where a text stops being SPARQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line, without its end.
    pub text: String,
    /// What is wrong there.
    pub message: String,
}

impl std::error::Error for SyntaxError {}

/// What the parser says of a text: nothing if it is a query, else its message.
type Verdict = Option<String>;

impl SyntaxError {
    /// Finds the fault of a `text` that `parse` refuses; `parse` takes a text and a prefix to declare besides.
    pub(super) fn find(text: &str, parse: &dyn Fn(&str, Option<&str>) -> Verdict) -> Self {
        let words: Vec<_> = tokens(text).collect();
        let told = parse(&format!("{text}{PADDING}"), None).unwrap_or_default();
        let reported = place(&told).map_or(text.len(), |(line, column, _)| offset(text, line, column));
        let upto = words.iter().take_while(|word| word.start <= reported).count();
        // A text may begin with the words 0..n if the parser, given these and space, wants more.
        // If it may, it may begin with fewer of them too, so a long text is not tried word by word.
        let numbers: Vec<usize> = (1..=upto).collect();
        let good = numbers.partition_point(|n| may_begin(&text[..words[n - 1].end], &|text| parse(text, None)));
        if let Some(word) = words[..good].last().filter(|word| is_unclosed(&text[(*word).clone()])) {
            return Self::at(text, word.start, "this string is not closed".into());
        }
        let Some(word) = words.get(good) else {
            let end = words.last().map_or(0, |word| word.end);
            let message = reason(&told).unwrap_or_else(|| "the query ends before it is complete".into());
            return Self::at(text, end, message);
        };
        let (head, word_text) = (&text[..word.end], &text[word.clone()]);
        let undeclared = word_text.rsplit("^^").next().and_then(|name| name.split_once(':')).map(|(prefix, _)| prefix);
        if let Some(prefix) = undeclared.filter(|p| may_begin(head, &|text| parse(text, Some(p)))) {
            return Self::at(text, word.start, format!("the prefix `{prefix}:` is not declared"));
        }
        Self::at(
            text,
            word.start,
            reason(&told).unwrap_or_else(|| format!("`{}` cannot stand here", visible(word_text))),
        )
    }

    fn at(text: &str, offset: usize, message: String) -> Self {
        let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
        Self {
            line: text[..offset].matches('\n').count() + 1,
            column: text[start..offset].chars().count() + 1,
            text: line.into(),
            message,
        }
    }
}

/// Tells whether some query begins with these words.
fn may_begin(head: &str, parse: &dyn Fn(&str) -> Verdict) -> bool {
    let padded = format!("{head}{PADDING}");
    parse(&padded)
        .is_none_or(|told| place(&told).is_some_and(|(line, column, _)| offset(&padded, line, column) == padded.len()))
}

/// Reads `error at 3:14: expected …`.
fn place(told: &str) -> Option<(usize, usize, &str)> {
    let (place, message) = told.strip_prefix("error at ")?.split_once(": expected ")?;
    let (line, column) = place.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?, message))
}

/// Returns the byte that a line and a column, both from 1, stand for.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text[start..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(i, _)| start + i)
}

/// Returns the sentence that the parser has for a broken rule, among the list of what it tried.
fn reason(told: &str) -> Option<String> {
    let (.., message) = place(told)?;
    let sentence = |part: &&str| part.split_whitespace().count() > 2 && !part.contains('|');
    message.trim_start_matches("one of ").split(", ").find(sentence).map(|s| s.trim_end_matches('.').to_owned())
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = self.line.to_string();
        let margin = " ".repeat(gutter.len());
        // Of a long line, what lies around the place.
        let skipped = if self.text.chars().nth(SHOWN).is_some() { self.column.saturating_sub(SHOWN / 2) } else { 0 };
        let shown: String = self.text.chars().skip(skipped).take(SHOWN).collect();
        // The caret counts what is shown: a tab or an invisible character takes several places.
        let before: String = shown.chars().take(self.column - 1 - skipped).collect();
        let indent = " ".repeat(visible(&before).chars().count());
        writeln!(f, "not SPARQL at line {}, column {}: {}", self.line, self.column, self.message)?;
        writeln!(f, "  {margin} |")?;
        writeln!(f, "  {gutter} | {}", visible(&shown))?;
        write!(f, "  {margin} | {indent}^")
    }
}

#[cfg(test)]
mod tests {
    use crate::query::Error;
    use crate::query::parse::parse;

    fn fault(text: &str) -> (usize, usize, String) {
        match parse("https://example.org/x/id/", text) {
            Err(Error::Syntax(error)) => (error.line, error.column, error.message),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_word_that_cannot_stand_there_is_found() {
        for (text, line, column, word) in [
            ("SELECT ?s\nWHERE {\n  ?s :knows :b ;; ?p }\n", 3, 22, "}"),
            ("SELECT ?s WHERE { ?s :p ?o . } ORDER ?s", 1, 38, "?s"),
            ("SELEC ?s { ?s :p ?o }", 1, 1, "SELEC"),
            ("SELECT ?s {\n  ?s :p ?o .\n  FLTER (?o > 3)\n  ?s :q ?r .\n}", 3, 3, "FLTER"),
            ("SELECT ?s { ?s :p ?o . FILTER (?o > ) }", 1, 37, ")"),
            ("SELECT ?s { ?s :p ?o } LIMIT ten", 1, 30, "ten"),
            ("SELECT ?s { ?s :p ?o } }", 1, 24, "}"),
            ("# é\r\nSELECT ?é { ?é :p , }", 2, 19, ","),
        ] {
            let expected = (line, column, format!("`{word}` cannot stand here"));
            assert_eq!(fault(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unfinished_query_and_an_undeclared_prefix_are_named() {
        let unfinished = "the query ends before it is complete".to_owned();
        assert_eq!(fault("SELECT ?s {\n ?s ?p ?o\n"), (2, 10, unfinished.clone()));
        assert_eq!(fault(""), (1, 1, unfinished));
        let undeclared = "the prefix `nope:` is not declared".to_owned();
        assert_eq!(fault("SELECT * { ?s nope:x ?o }"), (1, 15, undeclared.clone()));
        assert_eq!(fault("SELECT * { ?s ?p \"1\"^^nope:x }"), (1, 18, undeclared));
    }

    #[test]
    fn a_string_without_its_end_is_named_where_it_opens() {
        let message = "this string is not closed".to_owned();
        assert_eq!(fault("SELECT ?s {\n ?s :p \"open }\n ?s :q ?o }"), (2, 8, message));
    }

    #[test]
    fn a_rule_of_the_language_is_told_in_words() {
        let (.., message) = fault("SELECT * { ?s ?p ?o } GROUP BY ?s");
        assert_eq!(message, "SELECT * is not authorized with GROUP BY");
    }
}
