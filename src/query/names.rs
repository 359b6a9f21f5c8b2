//! Short names of IRIs and labels beside them. In: the base of the case, and the store for labels.
//! Out: text that is safe on a terminal. Not here: layout (`table`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term, Triple};

use super::Answer;
use crate::store::{self, Columns, Near};
use crate::vocab::{self, rdfs};

/// The prefixes that hold in a case, and the labels of things.
#[derive(Debug, Clone)]
pub struct Names {
    base: String,
    prefixes: BTreeMap<String, String>,
    labels: BTreeMap<NamedNode, String>,
}

impl Names {
    /// Returns the preset prefixes and those of a case with this `base`; no labels.
    pub fn new(base: &str) -> Self {
        let general = vocab::PREFIXES.iter().map(|(prefix, namespace)| ((*prefix).to_owned(), (*namespace).to_owned()));
        let own = vocab::case_prefixes(base).map(|(prefix, namespace)| (prefix.to_owned(), namespace));
        Self { base: base.into(), prefixes: general.chain(own).collect(), labels: BTreeMap::new() }
    }

    /// Looks up the labels of all that an answer names.
    pub fn with_labels<'n>(mut self, data: impl Into<Near<'n>>, answer: &Answer) -> Result<Self, store::Error> {
        let mut nodes = BTreeSet::new();
        answer.for_each_iri(&mut |node| nodes.extend([node.as_str()]));
        self.labels = Columns::ask(data, |columns| {
            let label = |node: &&str| {
                columns.says(node, rdfs::LABEL).then_some(())?;
                let labels = columns.node(columns.find(node)?).values(rdfs::LABEL).into_iter();
                let labels = labels.filter_map(|label| match columns.term(label)? {
                    // The label without a language is the one that its author prefers.
                    Term::Literal(label) => {
                        let rank = label.language().map_or(0, |tag| if tag.starts_with("en") { 1 } else { 2 });
                        Some((rank, label.language().map(str::to_owned), label.value().to_owned()))
                    }
                    _ => None,
                });
                Some((NamedNode::new_unchecked(*node), labels.min()?.2))
            };
            Ok::<_, store::Error>(nodes.iter().filter_map(label).collect())
        })?;
        Ok(self)
    }

    /// Returns the base of the case.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns prefixes and namespaces by prefix.
    pub fn prefixes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.prefixes.iter().map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str()))
    }

    /// Returns the IRI that a prefixed name such as `cg:withdrew` stands for, if the prefix is known.
    pub fn expand(&self, name: &str) -> Option<String> {
        let (prefix, local) = name.split_once(':')?;
        Some(format!("{}{local}", self.prefixes.get(prefix)?))
    }

    /// Returns an IRI as a prefixed name where one fits, else in full.
    pub fn shorten_iri<'a>(&self, iri: &'a str) -> Cow<'a, str> {
        let plain = |local: &str| {
            local.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
                && !local.is_empty()
                && !local.starts_with(['-', '.'])
                && !local.ends_with('.')
        };
        self.prefixes
            .iter()
            .filter_map(|(prefix, namespace)| Some((prefix, iri.strip_prefix(namespace.as_str())?)))
            .filter(|(_, local)| plain(local))
            .min_by_key(|(_, local)| local.len())
            .map_or(Cow::Borrowed(iri), |(prefix, local)| Cow::Owned(format!("{prefix}:{local}")))
    }

    /// Returns a term for reading: IRIs shortened, literals as their bare text, as they are (see [`visible`]).
    pub fn shorten(&self, term: &Term) -> String {
        match term {
            Term::NamedNode(node) => self.shorten_iri(node.as_str()).into_owned(),
            Term::BlankNode(node) => node.to_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            Term::Triple(triple) => self.shorten_triple(triple),
        }
    }

    fn shorten_triple(&self, triple: &Triple) -> String {
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => self.shorten_iri(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => Cow::Owned(node.to_string()),
        };
        format!("{subject} {} {}", self.shorten_iri(triple.predicate.as_str()), self.shorten(&triple.object))
    }

    /// Returns the label of a term, unless it would only repeat the short name.
    pub fn label(&self, term: &Term) -> Option<&str> {
        let Term::NamedNode(node) = term else { return None };
        let label = self.labels.get(node)?;
        let short = self.shorten_iri(node.as_str());
        (short.split_once(':').map(|(_, local)| local) != Some(label)).then_some(label)
    }
}

/// Tells whether a character is a line break, commands a terminal, or turns the reading direction.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text with line breaks, terminal controls and characters that turn the reading direction made visible
/// (`\n`, `\u{1b}`), so that data cannot disturb what is around it.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) => write!(out, "{}", c.escape_unicode()).expect("writing to a string cannot fail"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_namespace_wins_and_what_is_no_name_stays_whole() {
        let names = Names::new("https://example.org/x/id/");
        assert_eq!(names.shorten_iri("https://example.org/x/id/microsoft"), ":microsoft");
        assert_eq!(names.shorten_iri("https://example.org/x/id/fact/F109"), "f:F109");
        assert_eq!(names.shorten_iri("https://w3id.org/casegraph/ns#withdrew"), "cg:withdrew");
        for whole in ["https://example.org/x/id/graph/case", "https://example.org/x/id/", "https://example.org/x/id/a."]
        {
            assert_eq!(names.shorten_iri(whole), whole);
        }
    }

    #[test]
    fn a_prefixed_name_expands() {
        let names = Names::new("https://example.org/x/id/");
        assert_eq!(names.expand(":a").as_deref(), Some("https://example.org/x/id/a"));
        assert_eq!(names.expand("schema:url").as_deref(), Some("https://schema.org/url"));
        assert_eq!(names.expand("nope:a"), None);
    }

    #[test]
    fn controls_are_made_visible_and_other_text_is_left_alone() {
        assert_eq!(visible("a\u{1b}[31mb\n\u{202e}\u{9b}"), "a\\u{1b}[31mb\\n\\u{202e}\\u{9b}");
        assert_eq!(visible("l'« affaire » 🙂 \\n"), "l'« affaire » 🙂 \\n");
    }
}
