//! How facts became known, as a dataset tells it. In: a dataset and the graph of it. Out: its disclosures, sorted. Not here:
//! what follows from them for an audience (`known`).

use std::collections::BTreeMap;

use super::project::bounds;
use super::{EntityGraph, Error, Source};
use crate::date::Day;
use crate::store::{CaseStore, Columns, Node};
use crate::vocab::{cg, dct, rdfs};

/// An event by which facts became known to an audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Name inside the case, after `disclosure/`.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// Ids of the facts that became known by it, sorted.
    pub facts: Vec<String>,
    /// Id of the audience; none for the public.
    pub audience: Option<String>,
    /// Date as written (EDTF).
    pub date: Option<String>,
    /// First and last day on which it can have happened.
    pub days: (Day, Day),
    /// How the facts became known, such as `unsealing`.
    pub kind: Option<String>,
    /// The source that tells it.
    pub source: Option<Source>,
    /// Remark of the researcher.
    pub note: Option<String>,
}

impl EntityGraph {
    /// Reads the disclosures of the graph's facts from the dataset that the graph was projected from, by first day and id.
    pub fn disclosures(&self, data: &CaseStore, lang: Option<&str>) -> Result<Vec<Disclosure>, Error> {
        let facts: BTreeMap<&str, &str> = self.facts().map(|fact| (fact.iri.as_str(), fact.id.as_str())).collect();
        let entities: BTreeMap<&str, &str> = self.entities().map(|e| (e.iri.as_str(), e.id.as_str())).collect();
        let case = self.case();
        let read = |node: Node<'_>| {
            let told = node.nodes(cg::DISCLOSES).map(Node::iri);
            let mut told: Vec<String> =
                told.filter_map(|iri| facts.get(iri.as_str()).map(|id| (*id).to_owned())).collect();
            told.sort_unstable();
            let audience = node.node(cg::TO_AUDIENCE).map(Node::iri).filter(|iri| iri != cg::THE_PUBLIC.as_str());
            let id =
                |iri: String| entities.get(iri.as_str()).map_or_else(|| case.local(&iri, ""), |id| (*id).to_owned());
            let iri = node.iri();
            (!told.is_empty()).then(|| Disclosure {
                id: case.local(&iri, "disclosure/"),
                facts: told,
                audience: audience.map(id),
                date: node.text(dct::DATE),
                days: bounds(node, cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST),
                kind: node.text(cg::DISCLOSURE_KIND),
                source: node.node(dct::SOURCE).map(|source| Source::read(source, case, lang)),
                note: node.in_language(&[rdfs::COMMENT], lang),
                iri,
            })
        };
        let mut disclosures: Vec<Disclosure> = Columns::ask(data, |columns| {
            Ok::<_, Error>(columns.instances(cg::DISCLOSURE).into_iter().filter_map(read).collect())
        })?;
        disclosures.sort_by(|a, b| (a.days, &a.id).cmp(&(b.days, &b.id)));
        Ok(disclosures)
    }
}
