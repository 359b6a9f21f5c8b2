//! What the quads say of each thing. In: quads. Out: properties by subject, all graphs as one, sorted.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNodeRef, NamedOrBlankNode, Quad, Term};

/// The properties of one thing.
#[derive(Debug, Default)]
pub(super) struct Thing<'a>(BTreeMap<&'a str, Vec<&'a Term>>);

/// Returns the properties of each thing with an IRI, by IRI.
pub(super) fn things(quads: &[Quad]) -> BTreeMap<&str, Thing<'_>> {
    let mut things: BTreeMap<&str, Thing<'_>> = BTreeMap::new();
    for quad in quads {
        if let NamedOrBlankNode::NamedNode(subject) = &quad.subject {
            let values = things.entry(subject.as_str()).or_default().0.entry(quad.predicate.as_str()).or_default();
            if !values.contains(&&quad.object) {
                values.push(&quad.object);
            }
        }
    }
    things
}

impl<'a> Thing<'a> {
    pub(super) fn all(&self, property: NamedNodeRef<'_>) -> &[&'a Term] {
        self.of(property.as_str())
    }

    pub(super) fn of(&self, property: &str) -> &[&'a Term] {
        self.0.get(property).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &[&'a Term])> {
        self.0.iter().map(|(property, terms)| (*property, terms.as_slice()))
    }

    pub(super) fn literals(&self, property: NamedNodeRef<'_>) -> impl Iterator<Item = &'a Literal> {
        self.all(property)
            .iter()
            .filter_map(|term| if let Term::Literal(literal) = term { Some(literal) } else { None })
    }

    pub(super) fn iris(&self, property: NamedNodeRef<'_>) -> impl Iterator<Item = &'a str> {
        self.all(property)
            .iter()
            .filter_map(|term| if let Term::NamedNode(node) = term { Some(node.as_str()) } else { None })
    }

    pub(super) fn iri(&self, property: NamedNodeRef<'_>) -> Option<&'a str> {
        self.iris(property).next()
    }

    /// Returns a text: that of a literal, or an address.
    pub(super) fn text(&self, property: NamedNodeRef<'_>) -> Option<&'a str> {
        self.all(property).first().and_then(|term| text(term))
    }

    pub(super) fn is_a(&self, class: NamedNodeRef<'_>) -> bool {
        self.iris(crate::vocab::rdf::TYPE).any(|iri| iri == class.as_str())
    }

    /// Returns a literal in a language, else without one, else any.
    pub(super) fn in_language(&self, property: NamedNodeRef<'_>, lang: &str) -> Option<&'a str> {
        let literals = || self.literals(property);
        literals()
            .find(|literal| literal.language() == Some(lang))
            .or_else(|| literals().find(|literal| literal.language().is_none()))
            .or_else(|| literals().next())
            .map(Literal::value)
    }
}

/// Returns a term as text; none for a blank node or a triple.
pub(super) fn text(term: &Term) -> Option<&str> {
    match term {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}
