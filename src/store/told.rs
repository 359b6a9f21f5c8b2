//! What a link tells of its fact, so that a view or a selection can decide on it unread. In: the quads of a fact. Out: the
//! values of a few properties in one text, each after a tab; `=` where a value is that before it. A star stands where they
//! cannot be told so.

use std::borrow::Cow;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNodeRef, Quad, Term};

use super::ledger_line::short;
use crate::vocab::{cg, rdf};

/// The properties that are told.
const TOLD: [NamedNodeRef<'_>; 10] = [
    cg::BEGIN_EARLIEST,
    cg::BEGIN_LATEST,
    cg::END_EARLIEST,
    cg::END_LATEST,
    cg::KNOWN_EARLIEST,
    cg::KNOWN_LATEST,
    cg::CONFIDENCE,
    cg::ASSERTED,
    cg::STATUS,
    rdf::PREDICATE,
];

/// What stands where the values cannot be told.
const UNTOLD: &str = "\t*";

/// Returns what its quads tell of a fact.
pub(super) fn told(fact: &str, quads: &[Quad]) -> Cow<'static, str> {
    let mut values: [Option<Cow<'_, str>>; TOLD.len()] = Default::default();
    let is_own =
        |quad: &&Quad| matches!(quad.subject.as_ref(), NamedOrBlankNodeRef::NamedNode(own) if own.as_str() == fact);
    for quad in quads.iter().filter(is_own) {
        let Some(at) = TOLD.iter().position(|predicate| quad.predicate == *predicate) else { continue };
        let value = match &quad.object {
            Term::NamedNode(node) => short(node.as_str(), cg::NAMESPACE),
            Term::Literal(literal) if is_plain(literal.value()) => literal.value().into(),
            _ => return UNTOLD.into(),
        };
        if values[at].replace(value).is_some() {
            return UNTOLD.into();
        }
    }
    let (mut text, mut before) = (String::new(), "");
    for value in &values {
        let value = value.as_deref().unwrap_or_default();
        text.push('\t');
        text.push_str(if !value.is_empty() && value == before { "=" } else { value });
        before = value;
    }
    text.into()
}

fn is_plain(value: &str) -> bool {
    !value.is_empty() && !value.starts_with(['=', '*', '<']) && !value.contains(char::is_control)
}

/// What is told of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told(Box<str>);

impl Told {
    /// Reads what [`told`] wrote, without its first tab.
    pub(super) fn of(text: &str) -> Option<Self> {
        (text != &UNTOLD[1..]).then(|| Self(text.into()))
    }

    /// Returns the value of a property, of a literal its lexical form and of a term of casegraph's vocabulary its name;
    /// none where this property is not told.
    pub fn value(&self, predicate: NamedNodeRef<'_>) -> Option<Option<&str>> {
        let at = TOLD.iter().position(|told| *told == predicate)?;
        let mut value = "";
        for part in self.0.split('\t').take(at + 1) {
            if part != "=" {
                value = part;
            }
        }
        let value = value.strip_prefix('<').map_or(value, |iri| iri.trim_end_matches('>'));
        Some((!value.is_empty()).then_some(value))
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, Literal, NamedNode};

    use super::*;

    const FACT: &str = "https://x.org/id/fact/F1";

    fn quad(subject: &str, predicate: NamedNodeRef<'_>, object: impl Into<Term>) -> Quad {
        Quad::new(NamedNode::new_unchecked(subject), predicate.into_owned(), object, GraphName::DefaultGraph)
    }

    fn days(earliest: &str, latest: &str) -> Vec<Quad> {
        let day = |predicate, text: &str| quad(FACT, predicate, Literal::from(text));
        vec![day(cg::KNOWN_LATEST, latest), day(cg::KNOWN_EARLIEST, earliest)]
    }

    fn read(quads: &[Quad]) -> Option<Told> {
        Told::of(&told(FACT, quads)[1..])
    }

    #[test]
    fn what_is_told_is_what_the_fact_says() {
        let own = NamedNode::new_unchecked("https://x.org/id/rel/shadowed");
        let mut quads = days("2014-05-22", "2014-05-22");
        quads.push(quad(FACT, cg::STATUS, NamedNode::new_unchecked(format!("{}confirmed", cg::NAMESPACE))));
        quads.push(quad(FACT, rdf::PREDICATE, own.clone()));
        quads.push(quad("https://x.org/id/other", cg::STATUS, own.clone()));
        let told = read(&quads).expect("values");
        for (predicate, value) in [
            (cg::KNOWN_EARLIEST, Some("2014-05-22")),
            (cg::KNOWN_LATEST, Some("2014-05-22")),
            (cg::BEGIN_EARLIEST, None),
            (cg::CONFIDENCE, None),
            (cg::STATUS, Some("confirmed")),
            (rdf::PREDICATE, Some(own.as_str())),
        ] {
            assert_eq!(told.value(predicate), Some(value), "{predicate}");
        }
        assert_eq!(told.value(rdf::SUBJECT), None);
    }

    #[test]
    fn a_day_that_is_missing_between_others_is_missing() {
        let told = read(&days("2014-05-22", "")[1..]).expect("values");
        assert_eq!(told.value(cg::KNOWN_EARLIEST), Some(Some("2014-05-22")));
        assert_eq!(told.value(cg::KNOWN_LATEST), Some(None));
    }

    #[test]
    fn what_would_be_misread_is_not_told() {
        for value in ["=", "*", "<x>", "a\tb", "a\nb", ""] {
            assert_eq!(read(&days("2014-05-22", value)), None, "{value:?}");
        }
        let twice = [days("2014-05-22", "2014-05-22"), days("2014-05-23", "2014-05-23")].concat();
        assert_eq!(read(&twice), None);
    }
}
