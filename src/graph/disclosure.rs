//! How facts became known, as a dataset tells it. In: a dataset and the graph of it. Out: its disclosures, sorted. Not here:
//! what follows from them for an audience (`known`).

use std::collections::BTreeMap;

use super::project::{bounds, local, read_source};
use super::read::Resource;
use super::{EntityGraph, Error, Source};
use crate::date::Day;
use crate::store::{Dataset, instances};
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
    pub fn disclosures(&self, data: &dyn Dataset, lang: Option<&str>) -> Result<Vec<Disclosure>, Error> {
        let facts: BTreeMap<&str, &str> = self.facts().map(|fact| (fact.iri.as_str(), fact.id.as_str())).collect();
        let entities: BTreeMap<&str, &str> = self.entities().map(|e| (e.iri.as_str(), e.id.as_str())).collect();
        let mut disclosures = Vec::new();
        for iri in instances(data, cg::DISCLOSURE)? {
            let node = Resource::read(data, &iri)?;
            let mut told: Vec<String> =
                node.iris(cg::DISCLOSES).filter_map(|iri| facts.get(iri).map(|id| (*id).to_owned())).collect();
            told.sort_unstable();
            if told.is_empty() {
                continue;
            }
            let audience = node.iri(cg::TO_AUDIENCE).filter(|iri| *iri != cg::THE_PUBLIC.as_str());
            let source = node.iri(dct::SOURCE).map(|iri| read_source(data, self.case(), lang, iri)).transpose()?;
            disclosures.push(Disclosure {
                id: local(self.case(), &iri, "disclosure/"),
                facts: told,
                audience: audience
                    .map(|iri| entities.get(iri).map_or_else(|| local(self.case(), iri, ""), |id| (*id).to_owned())),
                date: node.text(dct::DATE).map(str::to_owned),
                days: bounds(&node, cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST),
                kind: node.text(cg::DISCLOSURE_KIND).map(str::to_owned),
                source,
                note: node.in_language(&[rdfs::COMMENT], lang).map(str::to_owned),
                iri,
            });
        }
        disclosures.sort_by(|a, b| (a.days, &a.id).cmp(&(b.days, &b.id)));
        Ok(disclosures)
    }
}
