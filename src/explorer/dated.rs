//! What is recorded of names, judgements and ends, each with its day. In: a dataset, as a view shows it. Out: names by
//! entity, judgements by fact, in the order of their days.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Quad, Term};
use serde::Serialize;

use crate::graph::{self, Status};
use crate::store::{self, Dataset};
use crate::vocab::{cg, dct, rdf, rdfs};

/// What has a day of its own, by the IRI that it is said of.
#[derive(Debug, Clone, Default)]
pub struct Dated {
    names: BTreeMap<String, Vec<Name>>,
    judgements: BTreeMap<String, Vec<Judgement>>,
    ends: BTreeMap<String, String>,
}

/// A name of an entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Name {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(rename = "name")]
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
}

/// What was thought of a fact from some day on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Judgement {
    since: String,
    /// Key of the status.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl Dated {
    /// Reads it from a dataset.
    pub fn read(data: &dyn Dataset) -> Result<Self, graph::Error> {
        let mut dated = Self::default();
        for row in rows(data, cg::NAME)? {
            let (Some(of), Some(name)) = (text(&row, cg::NAME_OF), text(&row, rdfs::LABEL)) else { continue };
            let kind = text(&row, cg::NAME_KIND);
            dated.names.entry(of).or_default().push(Name { since: text(&row, cg::KNOWN_SINCE), text: name, kind });
        }
        for row in rows(data, cg::JUDGEMENT)? {
            let (Some(of), Some(since)) = (text(&row, cg::JUDGES), text(&row, cg::SINCE)) else { continue };
            let status = text(&row, cg::STATUS).and_then(|iri| Status::parse(iri.strip_prefix(cg::NAMESPACE)?));
            let confidence = text(&row, cg::CONFIDENCE).and_then(|text| text.parse().ok());
            let status = status.unwrap_or(Status::Asserted).key();
            let judgement = Judgement { since, status, confidence, by: text(&row, dct::CREATOR) };
            dated.judgements.entry(of).or_default().push(judgement);
        }
        dated.names.values_mut().for_each(|names| names.sort());
        dated.judgements.values_mut().for_each(|judgements| judgements.sort());
        for quad in data.quads_for_pattern(None, Some(cg::END_KNOWN_SINCE), None, None) {
            let Quad { subject, object, .. } = quad?;
            dated.ends.extend(iri(&subject).zip(value(&object)));
        }
        Ok(dated)
    }

    /// Returns the names of an entity that have a row of their own.
    pub(super) fn names(&self, entity: &str) -> &[Name] {
        self.names.get(entity).map_or(&[], Vec::as_slice)
    }

    /// Returns the judgements of a fact.
    pub(super) fn judgements(&self, fact: &str) -> &[Judgement] {
        self.judgements.get(fact).map_or(&[], Vec::as_slice)
    }

    /// Returns since when the end of a fact is known, where that is recorded.
    pub(super) fn end_known_since(&self, fact: &str) -> Option<&str> {
        self.ends.get(fact).map(String::as_str)
    }
}

/// Returns what is said of each node of a class.
fn rows(data: &dyn Dataset, class: NamedNodeRef<'_>) -> Result<Vec<Vec<Quad>>, store::Error> {
    let of_class = data.quads_for_pattern(None, Some(rdf::TYPE), Some(class.into()), None);
    let nodes = of_class.map(|quad| Ok(quad?.subject)).collect::<Result<Vec<_>, store::Error>>()?;
    nodes.iter().map(|node| data.quads_for_pattern(Some(node.as_ref()), None, None, None).collect()).collect()
}

fn text(row: &[Quad], predicate: NamedNodeRef<'_>) -> Option<String> {
    row.iter().find(|quad| quad.predicate == predicate).and_then(|quad| value(&quad.object))
}

fn value(term: &Term) -> Option<String> {
    match term {
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        Term::Literal(literal) => Some(literal.value().to_owned()),
        _ => None,
    }
}

fn iri(node: &NamedOrBlankNode) -> Option<String> {
    match node {
        NamedOrBlankNode::NamedNode(node) => Some(node.as_str().to_owned()),
        NamedOrBlankNode::BlankNode(_) => None,
    }
}
