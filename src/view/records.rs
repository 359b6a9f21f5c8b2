//! The quads of a case by what they are about. In: quads. Out: records, each with its kind and what it says. Not here: what
//! a view shows of them.

use std::collections::HashMap;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use crate::date::Day;
use crate::vocab::{cg, prov, rdf, void};

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Fact,
    Entity,
    Source,
    Name,
    Judgement,
    Citation,
    Disclosure,
    Relation,
    /// A statement of a table that makes no facts, about a record of the case.
    Statement,
    /// The case itself.
    Case,
    /// Part of the log of imports, which counts what is hidden.
    Log,
    /// What no table of casegraph's own describes.
    Other,
}

/// All that is said about one node.
pub(super) struct Record {
    pub(super) node: NamedOrBlankNode,
    pub(super) kind: Kind,
    pub(super) said: Vec<(NamedNode, Term, GraphName)>,
}

/// All records of some cases.
pub(super) struct Records {
    all: Vec<Record>,
    at: HashMap<NamedOrBlankNode, usize>,
}

impl Records {
    pub(super) fn read(quads: Vec<Quad>) -> Self {
        let mut records = Self { all: Vec::new(), at: HashMap::new() };
        let mut last = 0;
        for Quad { subject, predicate, object, graph_name } in quads {
            // Quads come in the order of their subjects, mostly.
            if records.all.get(last).is_none_or(|record| record.node != subject) {
                let next = records.all.len();
                last = *records.at.entry(subject.clone()).or_insert(next);
                if last == next {
                    records.all.push(Record { node: subject, kind: Kind::Other, said: Vec::new() });
                }
            }
            records.all[last].said.push((predicate, object, graph_name));
        }
        for record in &mut records.all {
            record.kind = kind(record);
        }
        records
    }

    pub(super) fn all(&self) -> &[Record] {
        &self.all
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (usize, &Record)> {
        self.all.iter().enumerate().filter(move |(_, record)| record.kind == kind)
    }

    /// Returns the number of the record about a node.
    pub(super) fn number(&self, node: &NamedOrBlankNode) -> Option<usize> {
        self.at.get(node).copied()
    }

    /// Returns the number of the record that a term names.
    pub(super) fn named(&self, term: &Term) -> Option<usize> {
        self.number(&as_node(term)?)
    }

    /// Returns the numbers of the records that a record names by a property.
    pub(super) fn linked<'r>(
        &'r self,
        record: &'r Record,
        predicate: NamedNodeRef<'static>,
    ) -> impl Iterator<Item = usize> {
        record.objects(predicate).filter_map(|term| self.named(term))
    }

    /// Returns the records that a record names by a property.
    pub(super) fn named_by<'r>(
        &'r self,
        record: &'r Record,
        predicate: NamedNodeRef<'static>,
    ) -> impl Iterator<Item = &'r Record> {
        self.linked(record, predicate).map(|number| &self.all[number])
    }
}

impl Record {
    pub(super) fn objects(&self, wanted: NamedNodeRef<'static>) -> impl Iterator<Item = &Term> {
        self.said.iter().filter(move |(predicate, ..)| *predicate == wanted).map(|(_, object, _)| object)
    }

    pub(super) fn object(&self, wanted: NamedNodeRef<'static>) -> Option<&Term> {
        self.objects(wanted).next()
    }

    pub(super) fn literals(&self, wanted: NamedNodeRef<'static>) -> impl Iterator<Item = &Literal> {
        self.objects(wanted).filter_map(|term| if let Term::Literal(literal) = term { Some(literal) } else { None })
    }

    pub(super) fn text(&self, wanted: NamedNodeRef<'static>) -> Option<&str> {
        self.literals(wanted).next().map(Literal::value)
    }

    pub(super) fn iri(&self, wanted: NamedNodeRef<'static>) -> Option<&str> {
        self.objects(wanted).find_map(|term| if let Term::NamedNode(node) = term { Some(node.as_str()) } else { None })
    }

    pub(super) fn is_true(&self, wanted: NamedNodeRef<'static>) -> bool {
        self.text(wanted).is_some_and(|text| text == "true" || text == "1")
    }

    pub(super) fn says(&self, wanted: NamedNodeRef<'static>) -> bool {
        self.object(wanted).is_some()
    }

    /// Returns the first and the last day of a date, where both are said.
    pub(super) fn days(&self, first: NamedNodeRef<'static>, last: NamedNodeRef<'static>) -> Option<(Day, Day)> {
        Some((self.text(first)?.parse().ok()?, self.text(last)?.parse().ok()?))
    }

    pub(super) fn iri_of(&self) -> &str {
        match &self.node {
            NamedOrBlankNode::NamedNode(node) => node.as_str(),
            NamedOrBlankNode::BlankNode(node) => node.as_str(),
        }
    }

    /// Returns the IRIs of its classes in casegraph's vocabulary.
    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.objects(rdf::TYPE).filter_map(|class| match class {
            Term::NamedNode(class) => class.as_str().strip_prefix(cg::NAMESPACE),
            _ => None,
        })
    }
}

fn kind(record: &Record) -> Kind {
    let mut kind = Kind::Other;
    for class in record.objects(rdf::TYPE) {
        let Term::NamedNode(class) = class else { continue };
        let class = class.as_ref();
        kind = match class {
            _ if class == cg::FACT || class == cg::CLAIM => return Kind::Fact,
            _ if class == cg::RELATION || class == rdf::PROPERTY => Kind::Relation,
            _ if class == cg::CITATION => Kind::Citation,
            _ if class == cg::DISCLOSURE => Kind::Disclosure,
            _ if class == cg::NAME => Kind::Name,
            _ if class == cg::JUDGEMENT => Kind::Judgement,
            _ if class == cg::SOURCE => Kind::Source,
            _ if class == rdf::STATEMENT => Kind::Statement,
            _ if class == prov::ACTIVITY || class == prov::ENTITY => Kind::Log,
            _ if class == void::DATASET => Kind::Case,
            _ if kind == Kind::Other && class.as_str().starts_with(cg::NAMESPACE) => Kind::Entity,
            _ => kind,
        };
    }
    kind
}

/// Returns a term as a node, where it is one.
pub(super) fn as_node(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}
