//! What is known of an entity beside its names. In: quads and a graph. Out: values of identifiers and telling properties,
//! and who its neighbours are.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedOrBlankNode, Quad, Term};

use super::rules::Rules;
use crate::graph::{EntityGraph, Identity};
use crate::vocab::PREFIXES;

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
    quads: &[Quad],
    rules: &Rules,
    identity: &Identity,
) -> BTreeMap<String, Evidence> {
    let ids: BTreeMap<&str, &str> = graph.entities().map(|entity| (entity.iri.as_str(), entity.id.as_str())).collect();
    let mut evidence: BTreeMap<String, Evidence> = BTreeMap::new();
    let (identifiers, telling) = (expanded(&rules.identifiers), expanded(&rules.telling));
    for quad in quads {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else { continue };
        let Some(id) = ids.get(identity.of(subject.as_str())) else { continue };
        let value = match &quad.object {
            Term::NamedNode(node) => node.as_str(),
            Term::Literal(literal) => literal.value(),
            _ => continue,
        };
        let of = evidence.entry((*id).to_owned()).or_default();
        for (names, map) in [(&identifiers, &mut of.identifiers), (&telling, &mut of.telling)] {
            if let Some(name) = names.get(quad.predicate.as_str()) {
                map.entry(name.clone()).or_default().insert(value.to_lowercase());
            }
        }
    }
    for (from, _, to) in graph.links().filter(|(from, _, to)| from.id != to.id) {
        evidence.entry(from.id.clone()).or_default().neighbours.insert(to.id.clone());
        evidence.entry(to.id.clone()).or_default().neighbours.insert(from.id.clone());
    }
    evidence
}

/// Returns the local names of properties by their IRIs.
fn expanded(names: &[String]) -> BTreeMap<String, String> {
    let full = |name: &String| {
        let (prefix, local) = name.split_once(':')?;
        let (_, namespace) = PREFIXES.iter().find(|(known, _)| *known == prefix)?;
        Some((format!("{namespace}{local}"), local.to_owned()))
    };
    names.iter().filter_map(full).collect()
}
