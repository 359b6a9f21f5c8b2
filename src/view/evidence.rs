//! What the quads say of each fact, as far as a view needs it.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad, Term, Triple};

use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::vocab::{cg, dct, rdf};

/// First and last day on which a fact can have begun, ended and become public.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) begin: (Day, Day),
    pub(super) end: (Day, Day),
    pub(super) known: (Day, Day),
}

/// One fact, and the nodes that it brings with it.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    pub(super) bounds: Bounds,
    pub(super) is_asserted: bool,
    pub(super) subject: Option<NamedOrBlankNode>,
    pub(super) predicate: Option<NamedNode>,
    pub(super) object: Option<Term>,
    /// Sources, citations and the place of a claim.
    pub(super) brings: Vec<NamedOrBlankNode>,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            // A fact without bounds says nothing of its dates: it may have held and been known on any day.
            bounds: Bounds { begin: (FIRST_DAY, LAST_DAY), end: (FIRST_DAY, LAST_DAY), known: (FIRST_DAY, LAST_DAY) },
            is_asserted: false,
            subject: None,
            predicate: None,
            object: None,
            brings: Vec::new(),
        }
    }
}

impl Evidence {
    /// Returns the plain triple that the fact carries.
    pub(super) fn triple(&self) -> Option<Triple> {
        Some(Triple::new(self.subject.clone()?, self.predicate.clone()?, self.object.clone()?))
    }

    /// Returns the two ends that are nodes.
    pub(super) fn ends(&self) -> impl Iterator<Item = NamedOrBlankNode> {
        let object = self.object.as_ref().and_then(node);
        self.subject.clone().into_iter().chain(object)
    }

    fn read(&mut self, quad: &Quad) {
        let days = |slot: &mut Day| {
            if let Term::Literal(literal) = &quad.object
                && let Ok(day) = literal.value().parse()
            {
                *slot = day;
            }
        };
        let bounds = &mut self.bounds;
        match quad.predicate.as_ref() {
            p if p == rdf::SUBJECT => self.subject = node(&quad.object),
            p if p == rdf::PREDICATE => self.predicate = named(&quad.object),
            p if p == rdf::OBJECT => self.object = Some(quad.object.clone()),
            p if p == cg::ASSERTED => self.is_asserted = quad.object.to_string().starts_with("\"true\""),
            p if p == cg::BEGIN_EARLIEST => days(&mut bounds.begin.0),
            p if p == cg::BEGIN_LATEST => days(&mut bounds.begin.1),
            p if p == cg::END_EARLIEST => days(&mut bounds.end.0),
            p if p == cg::END_LATEST => days(&mut bounds.end.1),
            p if p == cg::KNOWN_EARLIEST => days(&mut bounds.known.0),
            p if p == cg::KNOWN_LATEST => days(&mut bounds.known.1),
            p if p == dct::SOURCE || p == cg::CITATION_OF_FACT || p == cg::MADE_AT => {
                self.brings.extend(node(&quad.object));
            }
            _ => {}
        }
    }
}

/// Reads the facts among some quads, by node.
pub(super) fn facts(quads: &[Quad]) -> HashMap<NamedOrBlankNode, Evidence> {
    let is_fact = |quad: &&Quad| quad.predicate == rdf::TYPE && named(&quad.object).is_some_and(|o| o == cg::FACT);
    let nodes: HashSet<&NamedOrBlankNode> = quads.iter().filter(is_fact).map(|quad| &quad.subject).collect();
    let mut facts: HashMap<NamedOrBlankNode, Evidence> = HashMap::with_capacity(nodes.len());
    for quad in quads.iter().filter(|quad| nodes.contains(&quad.subject)) {
        facts.entry(quad.subject.clone()).or_default().read(quad);
    }
    facts
}

/// Returns a term as a node, where it is one.
pub(super) fn node(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}

fn named(term: &Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone()),
        _ => None,
    }
}
