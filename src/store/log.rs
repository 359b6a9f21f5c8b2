//! The log of imports. In: what an import changed. Out: its quads, as `docs/model.md` lists them; and from a store, the
//! imports that it has seen.

use std::collections::BTreeSet;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};
use rdf_columns::ReadError;

use super::Error;
use super::dataset::{Dataset, instances};
use super::difference::{Counts, Difference};
use super::import::{Import, ImportedFile};
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
    /// Returns the quads of the log; `earlier` imports have gone before.
    pub(super) fn log(&self, difference: &Difference, files: &[ImportedFile], earlier: usize) -> Vec<Quad> {
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

/// Returns how many imports a log holds.
pub(super) fn count(data: &rdf_columns::Dataset, log_graph: &str) -> Result<usize, ReadError> {
    let [graph, class, activity] =
        [log_graph, rdf::TYPE.as_str(), prov::ACTIVITY.as_str()].map(|iri| data.find_iri(iri));
    let (Some(graph), Some(class), Some(activity)) = (graph?, class?, activity?) else { return Ok(0) };
    let types = data.graph(Some(graph)).and_then(|graph| graph.table(class));
    types.map_or(Ok(0), |types| Ok(types.by_object()?.values(activity).len()))
}

/// Returns the imports that a dataset tells of, the oldest first.
pub fn imports(data: &dyn Dataset) -> Result<Vec<LoggedImport>, Error> {
    let mut imports = BTreeSet::new();
    for activity in instances(data, prov::ACTIVITY)? {
        let objects = |subject: &str, property: NamedNodeRef<'_>| {
            let subject = NamedNodeRef::new_unchecked(subject);
            let quads = data.quads_for_pattern(Some(subject.into()), Some(property), None, None);
            quads.map(|quad| quad.map(|quad| quad.object)).collect::<Result<Vec<Term>, _>>()
        };
        let text = |property: NamedNodeRef<'_>| {
            let texts = objects(&activity, property)?.into_iter().filter_map(literal).min();
            Ok::<_, Error>(texts.unwrap_or_default())
        };
        let number = |property: NamedNodeRef<'_>| text(property).map(|text| text.parse().unwrap_or_default());
        let mut files = BTreeSet::new();
        for file in objects(&activity, prov::USED)? {
            if let Term::NamedNode(file) = file {
                files.extend(objects(file.as_str(), rdfs::LABEL)?.into_iter().filter_map(literal));
            }
        }
        imports.insert(LoggedImport {
            time: text(prov::STARTED_AT_TIME)?,
            agent: text(prov::WAS_ASSOCIATED_WITH)?,
            facts: (number(cg::FACTS_ADDED)?, number(cg::FACTS_CHANGED)?, number(cg::FACTS_REMOVED)?),
            files: files.into_iter().collect(),
            iri: activity,
        });
    }
    Ok(imports.into_iter().collect())
}

fn literal(term: Term) -> Option<String> {
    match term {
        Term::Literal(literal) => Some(literal.value().to_owned()),
        _ => None,
    }
}
