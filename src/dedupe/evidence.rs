//! What is known of an entity beside its names. In: columns and a graph. Out: values of identifiers and telling properties,
//! and who its neighbours are.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNodeRef;
use rdf_columns::TermKind;

use super::rules::Rules;
use crate::graph::{EntityGraph, Identity};
use crate::store::Columns;
use crate::vocab;

/// Values by property, and neighbours.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) identifiers: BTreeMap<String, BTreeSet<String>>,
    pub(super) telling: BTreeMap<String, BTreeSet<String>>,
    pub(super) neighbours: BTreeSet<String>,
}

/// Gathers what is known of each entity of a graph, by id; of those that are one together.
pub(super) fn gather(
    graph: &EntityGraph,
    columns: &Columns,
    rules: &Rules,
    identity: &Identity,
) -> BTreeMap<String, Evidence> {
    let ids: BTreeMap<&str, &str> = graph.entities().map(|entity| (entity.iri.as_str(), entity.id.as_str())).collect();
    let mut evidence: BTreeMap<String, Evidence> = BTreeMap::new();
    let identifiers = expanded(&rules.identifiers).map(|property| (property, true));
    for ((iri, name), identifies) in identifiers.chain(expanded(&rules.telling).map(|property| (property, false))) {
        for (subject, value) in columns.column(NamedNodeRef::new_unchecked(&iri)).pairs() {
            let is_value = matches!(columns.kind(value), Some(TermKind::Iri | TermKind::Literal));
            let Some(id) = ids.get(identity.of(&columns.text(subject))).filter(|_| is_value) else { continue };
            let of = evidence.entry((*id).to_owned()).or_default();
            let values = if identifies { &mut of.identifiers } else { &mut of.telling };
            values.entry(name.to_owned()).or_default().insert(columns.text(value).to_lowercase());
        }
    }
    for (from, _, to) in graph.links().filter(|(from, _, to)| from.id != to.id) {
        evidence.entry(from.id.clone()).or_default().neighbours.insert(to.id.clone());
        evidence.entry(to.id.clone()).or_default().neighbours.insert(from.id.clone());
    }
    evidence
}

/// Returns properties with their local names.
fn expanded(names: &[String]) -> impl Iterator<Item = (String, &str)> {
    names.iter().filter_map(|name| Some((vocab::expanded(name)?, name.split_once(':')?.1)))
}
