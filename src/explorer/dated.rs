//! What is recorded of names, judgements and ends, each with its day. In: a dataset, as a view shows it. Out: names by
//! entity, judgements by fact, in the order of their days.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::graph::{self, Status};
use crate::store::{CaseStore, Columns, Node};
use crate::vocab::{cg, dct, rdfs};

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
    pub fn read(data: &CaseStore) -> Result<Self, graph::Error> {
        Columns::ask(data, |columns| Ok(Self::of(columns)))
    }

    fn of(columns: &Columns) -> Self {
        let mut dated = Self::default();
        let text = |value: Option<_>| value.map(|value| columns.text(value));
        for node in columns.instances(cg::NAME) {
            let (Some(of), Some(name)) = (text(node.value(cg::NAME_OF)), node.text(rdfs::LABEL)) else { continue };
            let (since, kind) = (node.text(cg::KNOWN_SINCE), text(node.value(cg::NAME_KIND)));
            dated.names.entry(of).or_default().push(Name { since, text: name, kind });
        }
        for node in columns.instances(cg::JUDGEMENT) {
            let (Some(of), Some(since)) = (text(node.value(cg::JUDGES)), node.text(cg::SINCE)) else { continue };
            let status = node.node(cg::STATUS).map(Node::iri);
            let status = status.and_then(|iri| Status::parse(iri.strip_prefix(cg::NAMESPACE)?));
            let confidence = node.text(cg::CONFIDENCE).and_then(|text| text.parse().ok());
            let status = status.unwrap_or(Status::Asserted).key();
            let judgement = Judgement { since, status, confidence, by: text(node.value(dct::CREATOR)) };
            dated.judgements.entry(of).or_default().push(judgement);
        }
        dated.names.values_mut().for_each(|names| names.sort());
        dated.judgements.values_mut().for_each(|judgements| judgements.sort());
        let ends = columns.column(cg::END_KNOWN_SINCE).pairs().filter(|(fact, _)| columns.is_iri(*fact));
        dated.ends = ends.map(|(fact, since)| (columns.text(fact), columns.text(since))).collect();
        dated
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
