//! The function `REPLACE`, which may make a text of any length from short ones. In: its arguments. Out: what the engine's
//! own function gives, unless that is longer than a query may make. Not here: when to use it (`stop`).
//! <https://www.w3.org/TR/sparql11-query/#func-replace>

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term};
use regex::{Captures, Regex, RegexBuilder};

use super::limits::Limits;

/// The engine's own bound for a pattern, in bytes of what it is compiled to.
const SIZE: usize = 1_000_000;

/// Most patterns that are kept compiled.
const KEPT: usize = 16;

type Compiled = HashMap<(String, String), Option<Regex>>;

pub(super) struct Replacer {
    limits: Limits,
    compiled: Mutex<Compiled>,
}

impl Replacer {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, compiled: Mutex::default() }
    }

    /// Replaces each match in a text; nothing where the arguments are no texts or the pattern is wrong.
    pub(super) fn replace(&self, args: &[Term]) -> Option<Term> {
        let [Term::Literal(text), pattern, replacement, flags @ ..] = args else { return None };
        let is_text = text.language().is_some() || text.datatype() == xsd::STRING;
        let flags = flags.first().map_or(Some(""), plain)?;
        let regex = self.compile(plain(pattern)?, flags)?;
        let replacement = plain(replacement)?;
        if !is_text {
            return None;
        }
        let (mut made, mut fits) = (0, true);
        let references = replacement.matches('$').count();
        let replaced = regex.replace_all(text.value(), |captures: &Captures<'_>| {
            let mut part = String::new();
            let longest = replacement.len() + references * captures[0].len();
            fits = fits && self.limits.admits(made + longest);
            if fits {
                captures.expand(replacement, &mut part);
                made += part.len();
            }
            part
        });
        fits.then(|| match text.language() {
            Some(language) => with_language(text, replaced.into_owned(), language),
            None => Literal::from(replaced.into_owned()).into(),
        })
    }

    fn compile(&self, pattern: &str, flags: &str) -> Option<Regex> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (pattern.to_owned(), flags.to_owned());
        if let Some(regex) = compiled.get(&key) {
            return regex.clone();
        }
        if compiled.len() == KEPT {
            compiled.clear();
        }
        let regex = compile(pattern, flags);
        compiled.insert(key, regex.clone());
        regex
    }
}

/// Returns the text of a literal that has no language and no other datatype.
fn plain(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) if literal.datatype() == xsd::STRING => Some(literal.value()),
        _ => None,
    }
}

fn with_language(text: &Literal, value: String, language: &str) -> Term {
    match text.direction() {
        Some(direction) => {
            Literal::new_directional_language_tagged_literal_unchecked(value, language, direction).into()
        }
        None => Literal::new_language_tagged_literal_unchecked(value, language).into(),
    }
}

fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    let pattern = if flags.contains('q') { regex::escape(pattern) } else { pattern.to_owned() };
    let mut builder = RegexBuilder::new(&pattern);
    builder.size_limit(SIZE);
    for flag in flags.chars() {
        match flag {
            's' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'i' => builder.case_insensitive(true),
            'x' => builder.ignore_whitespace(true),
            'q' => &mut builder,
            _ => return None,
        };
    }
    builder.build().ok()
}
