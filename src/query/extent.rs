//! How large and how deep a text may be. In: a text that no parser has seen. Out: nothing, or where it passes which bound.
//! Not here: how long it may be answered, and with how much memory (`stop`).
//!
//! Parsers, and all that walks over what they make, call themselves for each bracket and for each link of a chain such as
//! `?a || ?b || ?c`. The stack of a query (`stop`) holds what the bounds let through.

use std::fmt;

use spargebra::algebra::GraphPattern;

use super::Error;
use super::tokens::tokens;
use super::walk::walk;

/// Most brackets inside one another.
const NESTING: usize = 100;
/// Most operators, brackets and clauses of a query beside its data: each may be a link of one chain.
const LINKS: usize = 1_000;
/// Most words of a query beside its data.
const WORDS: usize = 50_000;
/// Most triple patterns, paths and blocks of `VALUES` of a query: the time to order them grows with the cube of their
/// number, and no clock looks in.
const PATTERNS: usize = 100;
/// Most calls inside one another of functions whose arguments the parser tries twice.
const RETRIES: usize = 12;

const INSIDE: &str = "brackets inside one another";

/// Where a text passes a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Line, from 1; 0 where it is the text as a whole.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The bound.
    pub bound: usize,
    /// What is counted.
    pub unit: &'static str,
}

impl Extent {
    fn at(text: &str, offset: usize, bound: usize, unit: &'static str) -> Self {
        let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[..start].matches('\n').count() + 1;
        Self { line, column: text[start..offset].chars().count() + 1, bound, unit }
    }
}

impl std::error::Error for Extent {}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        write!(f, "more than {} {}, which is the bound; split it up", self.bound, self.unit)
    }
}

/// Looks at the nesting of a text in Turtle, `TriG` or N-Triples.
pub fn of_turtle(text: &str) -> Result<(), Extent> {
    let mut depth = 0_usize;
    for word in tokens(text) {
        match &text[word.clone()] {
            "(" | "[" | "{" | "<<" | "<<(" | "{|" => depth += 1,
            ")" | "]" | "}" | ">>" | ")>>" | "|}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING {
            return Err(Extent::at(text, word.start, NESTING, INSIDE));
        }
    }
    Ok(())
}

/// Looks at the patterns of a query or update: how many there are.
pub(super) fn of_pattern(pattern: &mut GraphPattern) -> Result<(), Error> {
    let mut count = 0;
    walk(pattern, &mut |pattern: &mut GraphPattern| match pattern {
        GraphPattern::Bgp { patterns } => count += patterns.len(),
        GraphPattern::Path { .. } | GraphPattern::Values { .. } => count += 1,
        _ => {}
    });
    let extent = Extent { line: 0, column: 0, bound: PATTERNS, unit: "triple patterns" };
    if count > PATTERNS { Err(extent.into()) } else { Ok(()) }
}

/// Looks at the text of a query or update.
pub(super) fn of_sparql(text: &str) -> Result<(), Error> {
    let mut reader = Reader::default();
    for word in tokens(text) {
        if let Some((bound, unit)) = reader.read(&text[word.clone()], &text[word.start..]) {
            return Err(Extent::at(text, word.start, bound, unit).into());
        }
    }
    Ok(())
}

/// An open bracket.
struct Open {
    round: bool,
    /// Whether data stand in it: rows of `VALUES`, triples of a template or of `INSERT DATA`. They lie side by side.
    data: bool,
    /// Whether the parser may read what stands in it twice.
    retried: bool,
}

#[derive(Default)]
struct Reader<'t> {
    open: Vec<Open>,
    links: usize,
    words: usize,
    last: &'t str,
    /// Whether the next `{` holds data.
    data_next: bool,
}

impl<'t> Reader<'t> {
    /// Takes the next word, with which `rest` begins; returns the bound that it passes.
    fn read(&mut self, word: &'t str, rest: &str) -> Option<(usize, &'static str)> {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        let in_data = self.open.last().is_some_and(|open| open.data);
        match word {
            "(" | "[" | "{" | "<<" | "<<(" | "{|" => {
                let data = in_data || word == "{" && std::mem::take(&mut self.data_next);
                self.open.push(Open { round: word == "(", data, retried: word == "(" && self.is_retried() });
            }
            ")" | "]" | "}" | ">>" | ")>>" | "|}" => drop(self.open.pop()),
            _ if in_data => {}
            _ if is("VALUES") || is("DATA") || is("CONSTRUCT") || is("INSERT") || is("DELETE") => self.data_next = true,
            _ if is("WHERE") => self.data_next = false,
            _ => {}
        }
        if self.open.len() > NESTING {
            return Some((NESTING, INSIDE));
        }
        if self.open.iter().filter(|open| open.retried).count() > RETRIES {
            return Some((RETRIES, "calls inside one another"));
        }
        if !in_data {
            self.words += 1;
            let opens_data = self.open.last().is_some_and(|open| open.data);
            self.links += if opens_data { 0 } else { links(word) };
            if self.is_comparison(word) {
                // It is read as an IRI here, and perhaps by the parser as a comparison with what it holds.
                self.links += word[1..].chars().filter(|c| "+-*/|&!^".contains(*c)).count();
                let closes = |c: char| "'#()[]{}".contains(c);
                if word.contains(closes) && rest.chars().filter(|c| "([{<".contains(*c)).count() > NESTING {
                    return Some((NESTING, "brackets after a `<` without a space"));
                }
            }
        }
        self.last = word;
        if self.links > LINKS {
            return Some((LINKS, "operators, brackets and clauses"));
        }
        (self.words > WORDS).then_some((WORDS, "words"))
    }

    /// Tells whether `(` opens the arguments of a function that the parser tries in two forms.
    fn is_retried(&self) -> bool {
        let name = self.last;
        name.contains(':')
            || ["REGEX", "SUBSTR", "REPLACE", "GROUP_CONCAT"].iter().any(|f| name.eq_ignore_ascii_case(f))
    }

    /// Tells whether what looks like an IRI may be `<` and what is compared, as in `(?a <?b&&?c> 1)`.
    fn is_comparison(&self, word: &str) -> bool {
        let ends_operand = |c: char| c.is_alphanumeric() || "?$\"'):>_.-".contains(c);
        word.len() > 2
            && word.starts_with('<')
            && word.ends_with('>')
            && self.open.last().is_some_and(|open| open.round)
            && self.last.ends_with(ends_operand)
    }
}

/// Returns how many links of a chain a word may be.
fn links(word: &str) -> usize {
    const CLAUSES: [&str; 12] = [
        "UNION", "OPTIONAL", "MINUS", "BIND", "FILTER", "VALUES", "GRAPH", "SERVICE", "LATERAL", "EXISTS", "SELECT",
        "AS",
    ];
    match word {
        "!!" => 2,
        "||" | "&&" | "*" | "/" | "|" | "^" | "!" | "(" | "[" | "{" | "<<" | "<<(" | "{|" => 1,
        _ if word.starts_with(['+', '-']) => 1,
        _ => usize::from(CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        of_sparql(text).err().map(|error| error.to_string())
    }

    #[test]
    fn a_bound_says_where_it_is_passed_and_what_it_is() {
        let text = format!("ASK {{\n FILTER{}1{} }}", "(".repeat(100), ")".repeat(100));
        let place = "line 2, column 107: more than 100 brackets inside one another, which is the bound";
        assert!(told(&text).is_some_and(|told| told.starts_with(place)), "{:?}", told(&text));
        assert_eq!(told(&text.replacen('(', "", 1).replacen(')', "", 1)), None);
    }

    #[test]
    fn strings_iris_comments_and_data_do_not_count() {
        let many = "(".repeat(2_000);
        assert_eq!(told(&format!("# {many}\nASK {{ ?s <x:{many}> \"{many}\", '''{many}''' }}")), None);
        let rows = "(1 -2) ".repeat(60_000);
        assert_eq!(told(&format!("ASK {{ VALUES (?a ?b) {{ {rows} }} }}")), None);
        let triples = "<x:s> <x:p> (1 -2), [ <x:q> true ] . ".repeat(9_000);
        let data = format!("INSERT DATA {{ {triples} }} ; DELETE {{ {triples} }} INSERT {{ {triples} }} WHERE {{}}");
        assert_eq!(told(&data), None);
        assert!(told(&format!("DELETE WHERE {{ {triples} }}")).is_some());
        assert!(told(&format!("CONSTRUCT WHERE {{ {triples} }}")).is_some());
    }

    #[test]
    fn a_comparison_hides_nothing() {
        for hidden in ["(", "!", "1+"] {
            let text = format!("ASK {{ FILTER(?a <{}?b>2) }}", hidden.repeat(2_000));
            assert!(told(&text).is_some(), "{hidden}");
        }
        let quoted = format!("ASK {{ FILTER(?a <'x>'+{}1{}) }}", "(".repeat(2_000), ")".repeat(2_000));
        assert!(told(&quoted).is_some());
        assert_eq!(told("ASK { FILTER(?a<?b&&?c>?d) ?s ?p (<x:a'> <x:b#c> <x:(d)>) }"), None);
    }
}
