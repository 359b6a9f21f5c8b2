//! Where the words of a SPARQL text begin and end. In: text, right or wrong. Out: byte ranges. Not here: grammar; this
//! serves to point at the word that a syntax error is about (`syntax`), and to count (`extent`).

use std::ops::Range;

/// Operators of more than one character, the longer first.
const OPERATORS: [&str; 13] = ["<<(", ")>>", "<<", ">>", "<=", ">=", "!=", "&&", "||", "^^", "{|", "|}", "!!"];

/// Returns the ranges of all words, without space and comments. A literal is one word with its datatype or language.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let c = rest.chars().next()?;
            if c.is_whitespace() {
                at += c.len_utf8();
            } else if c == '#' {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else {
                let start = at;
                at += token(rest, c);
                return Some(start..at);
            }
        }
    })
}

/// Returns the length of the word that `rest` begins with, its first character being `c`.
fn token(rest: &str, c: char) -> usize {
    if c == '<'
        && let Some(end) = rest[1..].find(|c: char| c.is_whitespace() || "<>\"{}|^`\\".contains(c)).map(|i| i + 1)
        && rest[end..].starts_with('>')
    {
        return end + 1;
    }
    if matches!(c, '"' | '\'') {
        let (end, _) = string(rest, c);
        let after = &rest[end..];
        return end + suffix(after);
    }
    if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
        return operator.len();
    }
    if matches!(c, '?' | '$' | '@' | '+' | '-') {
        return 1 + name(&rest[1..]);
    }
    if c == '.' {
        return 1;
    }
    name(rest).max(c.len_utf8())
}

/// Returns the length of `@fr` or `^^xsd:date` after a string.
fn suffix(after: &str) -> usize {
    match after.as_bytes() {
        [b'@', ..] => 1 + name(&after[1..]),
        [b'^', b'^', ..] => after[2..].chars().next().map_or(2, |c| 2 + token(&after[2..], c)),
        _ => 0,
    }
}

/// Tells whether a word is a string without its closing quote.
pub(super) fn is_unclosed(word: &str) -> bool {
    word.chars().next().is_some_and(|c| matches!(c, '"' | '\'') && !string(word, c).1)
}

/// Returns the length of a string, up to its closing quote or, if that is missing, to the end of the line; and whether
/// it is closed.
fn string(rest: &str, quote: char) -> (usize, bool) {
    let long = quote.to_string().repeat(3);
    let (open, close) = if rest.starts_with(&long) { (3, long.as_str()) } else { (1, &long[..1]) };
    let mut escaped = false;
    for (i, c) in rest[open..].char_indices() {
        let at = open + i;
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if rest[at..].starts_with(close) {
            return (at + close.len(), true);
        } else if open == 1 && c == '\n' {
            return (at, false);
        }
    }
    (rest.len(), false)
}

/// Returns the length of a run of name characters, without full stops at its end.
fn name(rest: &str) -> usize {
    let mut escaped = false;
    let run = rest.find(|c: char| {
        let inside = escaped || c.is_alphanumeric() || "_:-.%\\".contains(c);
        escaped = c == '\\' && !escaped;
        !inside
    });
    rest[..run.unwrap_or(rest.len())].trim_end_matches('.').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        let text =
            "PREFIX e: <x:y#z> # note\nASK{?s e:p-1 :b .FILTER(?n<=-3&&?s!='l\\'a'@fr)VALUES ?d{\"1\"^^e:d}?x a ?y}";
        let words: Vec<&str> = tokens(text).map(|range| &text[range]).collect();
        let expected = "PREFIX e: <x:y#z> ASK { ?s e:p-1 :b . FILTER ( ?n <= -3 && ?s != 'l\\'a'@fr ) VALUES ?d { \
                        \"1\"^^e:d } ?x a ?y }";
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn a_string_without_its_end_is_noticed() {
        assert!(["\"", "\"a", "'''a''", "\"a\\\""].into_iter().all(is_unclosed));
        assert!(!["\"\"", "'a'@fr", "\"\"\"a\"\"\"", "name"].into_iter().any(is_unclosed));
    }

    #[test]
    fn broken_text_still_ends() {
        for text in ["\"open", "'''open\n'", "<open", "é\\", "\\", "\"a\"^^", "@", "\u{1b}\0«»"] {
            let last = tokens(text).last();
            assert!(last.is_none_or(|last| last.end <= text.len()), "{text}");
        }
    }
}
