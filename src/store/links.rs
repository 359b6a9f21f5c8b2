//! Facts at nodes. In: nodes. Out: the facts with one of them at an end, or only those with another entity at the other end,
//! read by pattern.

use std::collections::{BTreeSet, HashSet};

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::{Dataset, Error, Pattern};
use crate::vocab::rdf;

/// A fact that joins two entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The fact.
    pub fact: NamedNode,
    /// Its subject.
    pub subject: NamedNode,
    /// Its object.
    pub object: NamedNode,
}

impl Link {
    /// Returns the IRIs of its subject and object.
    pub fn ends(&self) -> [&str; 2] {
        [&self.subject, &self.object].map(NamedNode::as_str)
    }
}

/// Both ends of a fact.
const ENDS: [NamedNodeRef<'_>; 2] = [rdf::SUBJECT, rdf::OBJECT];

/// Finds the facts that have one of some nodes at an end.
pub fn facts_at(data: &dyn Dataset, nodes: &BTreeSet<NamedNode>) -> Result<BTreeSet<NamedNode>, Error> {
    let at_end = |node: &NamedNode| ENDS.map(|end| Pattern::Object(end.into(), node.clone()));
    data.prefetch(&nodes.iter().flat_map(at_end).collect::<Vec<_>>())?;
    let mut facts = BTreeSet::new();
    for node in nodes {
        for end in ENDS {
            for quad in data.quads_for_pattern(None, Some(end), Some(node.as_ref().into()), None) {
                if let NamedOrBlankNode::NamedNode(fact) = quad?.subject {
                    facts.insert(fact);
                }
            }
        }
    }
    Ok(facts)
}

/// Finds the facts that join some nodes with others, or with any, in either direction, each once. Both ends have IRIs and are
/// no facts themselves.
pub fn links(
    data: &dyn Dataset,
    nodes: &BTreeSet<NamedNode>,
    others: Option<&BTreeSet<NamedNode>>,
) -> Result<Vec<Link>, Error> {
    // What joins two sets is looked for at the smaller one.
    let (nodes, others) = match others {
        Some(others) if others.len() < nodes.len() => (others, Some(nodes)),
        _ => (nodes, others),
    };
    let facts = facts_at(data, nodes)?;
    let ends = |fact: &NamedNode| ENDS.map(|end| Pattern::Subject(fact.clone(), Some(end.into())));
    data.prefetch(&facts.iter().flat_map(ends).collect::<Vec<_>>())?;
    let end = |fact: &NamedNode, end| -> Result<Option<NamedNode>, Error> {
        let first = data.quads_for_pattern(Some(fact.into()), Some(end), None, None).next().transpose()?;
        Ok(first.and_then(|quad| named(quad.object)))
    };
    let mut links = Vec::new();
    for fact in facts {
        if let (Some(subject), Some(object)) = (end(&fact, rdf::SUBJECT)?, end(&fact, rdf::OBJECT)?) {
            let link = Link { fact, subject, object };
            let joins = |others: &BTreeSet<NamedNode>| {
                let leads = |from, to| nodes.contains(from) && others.contains(to);
                leads(&link.subject, &link.object) || leads(&link.object, &link.subject)
            };
            if others.is_none_or(joins) {
                links.push(link);
            }
        }
    }
    between_entities(data, links)
}

/// Leaves out what has a fact at an end.
fn between_entities(data: &dyn Dataset, mut links: Vec<Link>) -> Result<Vec<Link>, Error> {
    let ends: BTreeSet<NamedNode> = links.iter().flat_map(|link| [&link.subject, &link.object]).cloned().collect();
    let patterns = ends.iter().map(|end| Pattern::Subject(end.clone(), Some(rdf::PREDICATE.into())));
    data.prefetch(&patterns.collect::<Vec<_>>())?;
    let mut facts = HashSet::new();
    for end in ends {
        let first = data.quads_for_pattern(Some(end.as_ref().into()), Some(rdf::PREDICATE), None, None).next();
        if first.transpose()?.is_some() {
            facts.insert(end);
        }
    }
    if !facts.is_empty() {
        links.retain(|link| !facts.contains(&link.subject) && !facts.contains(&link.object));
    }
    Ok(links)
}

fn named(term: Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}
