//! Reads what a dataset says about one node, over all named graphs. In: a dataset, an IRI. Out: its properties, sorted.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNodeRef, Quad, Term};

use crate::store::{self, Dataset};

/// The properties of one node: values by the IRI of the predicate.
pub(super) struct Resource(BTreeMap<String, Vec<Term>>);

impl Resource {
    /// Reads all the triples of a subject; the same triple in two graphs counts once.
    pub(super) fn read(data: &dyn Dataset, iri: &str) -> Result<Self, store::Error> {
        Self::gather(data.quads_for_pattern(Some(NamedNodeRef::new_unchecked(iri).into()), None, None, None))
    }

    /// Reads the triples of a subject that have one of some predicates.
    pub(super) fn read_of(data: &dyn Dataset, iri: &str, of: &[NamedNodeRef<'_>]) -> Result<Self, store::Error> {
        let subject = NamedOrBlankNodeRef::from(NamedNodeRef::new_unchecked(iri));
        Self::gather(
            of.iter().flat_map(|predicate| data.quads_for_pattern(Some(subject), Some(*predicate), None, None)),
        )
    }

    fn gather(quads: impl Iterator<Item = Result<Quad, store::Error>>) -> Result<Self, store::Error> {
        let mut properties: BTreeMap<String, Vec<Term>> = BTreeMap::new();
        for quad in quads {
            let quad = quad?;
            let values = properties.entry(quad.predicate.into_string()).or_default();
            if !values.contains(&quad.object) {
                values.push(quad.object);
            }
        }
        for values in properties.values_mut() {
            values.sort_by_cached_key(ToString::to_string);
        }
        Ok(Self(properties))
    }

    /// Returns the values of a predicate, sorted.
    pub(super) fn all(&self, predicate: NamedNodeRef<'_>) -> &[Term] {
        self.0.get(predicate.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Returns the IRIs that a predicate points to.
    pub(super) fn iris(&self, predicate: NamedNodeRef<'_>) -> impl Iterator<Item = &str> {
        self.all(predicate).iter().filter_map(|term| match term {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        })
    }

    /// Returns the first IRI that a predicate points to.
    pub(super) fn iri(&self, predicate: NamedNodeRef<'_>) -> Option<&str> {
        self.iris(predicate).next()
    }

    /// Returns the first value of a predicate as text.
    pub(super) fn text(&self, predicate: NamedNodeRef<'_>) -> Option<&str> {
        self.all(predicate).iter().find_map(|term| match term {
            Term::Literal(literal) => Some(literal.value()),
            _ => None,
        })
    }

    /// Tells whether a predicate has the value `true`.
    pub(super) fn is_true(&self, predicate: NamedNodeRef<'_>) -> bool {
        matches!(self.text(predicate), Some("true" | "1"))
    }

    /// Returns a text in a language, of one of several predicates: first in the language, then without any, then any.
    pub(super) fn in_language(&self, predicates: &[NamedNodeRef<'_>], lang: Option<&str>) -> Option<&str> {
        let literals = || {
            predicates.iter().flat_map(|predicate| self.all(*predicate)).filter_map(|term| match term {
                Term::Literal(literal) => Some(literal),
                _ => None,
            })
        };
        literals()
            .find(|l| lang.is_some() && l.language() == lang)
            .or_else(|| literals().find(|l| l.language().is_none()))
            .or_else(|| literals().next())
            .map(oxigraph::model::Literal::value)
    }
}
