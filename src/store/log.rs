//! The log of imports. In: what an import changed. Out: its quads, as `docs/model.md` lists them; and from a store, the
//! imports that it has seen.

use std::collections::BTreeSet;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::Error;
use super::columns::Columns;
use super::difference::{Counts, Difference};
use super::import::{Import, ImportedFile};
use super::near::Near;
use crate::vocab::{cg, prov, rdf, rdfs, xsd};

/// An import that a store has seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoggedImport {
    /// When it began, as an xsd:dateTime in UTC.
    pub time: String,
    /// Its IRI.
    pub iri: String,
    /// What imported.
    pub agent: String,
    /// Facts added, changed and removed.
    pub facts: (usize, usize, usize),
    /// Names of its files, sorted.
    pub files: Vec<String>,
}

impl Import {
    /// Returns how many imports of the case are logged.
    pub fn count_earlier<'n>(&self, data: impl Into<Near<'n>>) -> Result<usize, Error> {
        let log = NamedNodeRef::new_unchecked(&self.log_graph);
        data.into().count(rdf::TYPE, prov::ACTIVITY, Some(log))
    }

    /// Returns the quads of the log of an import that changes something; `earlier` imports have gone before.
    pub fn log(&self, difference: &Difference, files: &[ImportedFile], earlier: usize) -> Vec<Quad> {
        let graph = GraphName::NamedNode(NamedNode::new_unchecked(self.log_graph.as_str()));
        let stamp: String = self.time.chars().filter(char::is_ascii_alphanumeric).collect();
        let activity = NamedNode::new_unchecked(format!("{}import/{stamp}-{}", self.base, earlier + 1));
        let mut quads = Vec::new();
        let mut add = |subject: &NamedNode, predicate: NamedNodeRef<'_>, object: Term| {
            quads.push(Quad::new(subject.clone(), predicate.into_owned(), object, graph.clone()));
        };
        let number = |count: usize| Literal::from(u64::try_from(count).unwrap_or(u64::MAX)).into();
        add(&activity, rdf::TYPE, prov::ACTIVITY.into_owned().into());
        let time = Literal::new_typed_literal(self.time.as_str(), xsd::DATE_TIME);
        add(&activity, prov::STARTED_AT_TIME, time.into());
        add(&activity, prov::WAS_ASSOCIATED_WITH, Literal::from(self.agent.as_str()).into());
        let Counts { added, changed, removed } = difference.all_facts();
        add(&activity, cg::FACTS_ADDED, number(added));
        add(&activity, cg::FACTS_CHANGED, number(changed));
        add(&activity, cg::FACTS_REMOVED, number(removed));
        for file in files {
            let node = NamedNode::new_unchecked(format!("{}file/{}", self.base, file.sha256));
            add(&activity, prov::USED, node.clone().into());
            add(&node, rdf::TYPE, prov::ENTITY.into_owned().into());
            add(&node, rdfs::LABEL, Literal::from(file.name.as_str()).into());
            add(&node, cg::SHA256, Literal::from(file.sha256.as_str()).into());
            add(&node, cg::ROWS, number(file.rows));
        }
        quads
    }
}

/// Returns the imports that a dataset tells of, the oldest first.
pub fn imports<'n>(data: impl Into<Near<'n>>) -> Result<Vec<LoggedImport>, Error> {
    Columns::ask(data, |columns| {
        let imports = columns.instances(prov::ACTIVITY).into_iter().map(|activity| {
            let text = |property| activity.texts(property).min().unwrap_or_default();
            let number = |property| text(property).parse().unwrap_or_default();
            let files: BTreeSet<String> = activity.nodes(prov::USED).flat_map(|file| file.texts(rdfs::LABEL)).collect();
            LoggedImport {
                time: text(prov::STARTED_AT_TIME),
                agent: text(prov::WAS_ASSOCIATED_WITH),
                facts: (number(cg::FACTS_ADDED), number(cg::FACTS_CHANGED), number(cg::FACTS_REMOVED)),
                files: files.into_iter().collect(),
                iri: activity.iri(),
            }
        });
        Ok(imports.collect::<BTreeSet<_>>().into_iter().collect())
    })
}
