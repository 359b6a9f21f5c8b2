//! Facts that join nodes, found together. In: nodes. Out: the facts with one of them at an end. An Oxigraph store joins
//! its sorted numbers without unpacking terms; any other dataset is read by pattern.

use std::collections::BTreeSet;

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use oxigraph::store::Store;

use super::{Dataset, Error, Pattern, each_solution};
use crate::vocab::rdf;

/// A fact that joins two named nodes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The fact.
    pub fact: NamedNode,
    /// Its subject.
    pub subject: NamedNode,
    /// Its object.
    pub object: NamedNode,
}

impl Link {
    /// Returns the IRIs of subject, fact and object.
    pub fn parts(&self) -> [&str; 3] {
        [&self.subject, &self.fact, &self.object].map(NamedNode::as_str)
    }
}

/// What may be at the other end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// Any named node.
    Any,
    /// One of the same nodes.
    Among,
}

/// Both ends of a fact.
const ENDS: [NamedNodeRef<'_>; 2] = [rdf::SUBJECT, rdf::OBJECT];

/// Finds links by pattern.
pub fn links_by_pattern(
    data: &(impl Dataset + ?Sized),
    nodes: &BTreeSet<NamedNode>,
    other: Other,
) -> Result<BTreeSet<Link>, Error> {
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
    let ends = |fact: &NamedNode| ENDS.map(|end| Pattern::Subject(fact.clone(), Some(end.into())));
    data.prefetch(&facts.iter().flat_map(ends).collect::<Vec<_>>())?;
    let end = |fact: &NamedNode, end| -> Result<Option<NamedNode>, Error> {
        let first = data.quads_for_pattern(Some(fact.into()), Some(end), None, None).next().transpose()?;
        Ok(first.and_then(|quad| named(quad.object)))
    };
    let mut links = BTreeSet::new();
    for fact in facts {
        if let (Some(subject), Some(object)) = (end(&fact, rdf::SUBJECT)?, end(&fact, rdf::OBJECT)?)
            && (other == Other::Any || (nodes.contains(&subject) && nodes.contains(&object)))
        {
            links.insert(Link { fact, subject, object });
        }
    }
    Ok(links)
}

/// Finds links in an Oxigraph store.
pub(super) fn links_in(store: &Store, nodes: &BTreeSet<NamedNode>, other: Other) -> Result<BTreeSet<Link>, Error> {
    let mut links = BTreeSet::new();
    if nodes.is_empty() {
        return Ok(links);
    }
    let nodes = nodes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let end = |end: NamedNodeRef<'_>, name: &str| format!("VALUES ?{name} {{ {nodes} }} ?fact {end} ?{name}");
    let (subject, object) = (end(rdf::SUBJECT, "subject"), end(rdf::OBJECT, "object"));
    match other {
        Other::Any => {
            collect(store, &format!("SELECT * {{ {subject} ; {} ?object }}", rdf::OBJECT), &mut links)?;
            collect(store, &format!("SELECT * {{ {object} ; {} ?subject }}", rdf::SUBJECT), &mut links)?;
        }
        Other::Among => {
            // As subqueries: two runs through sorted keys and one table in memory, where a look at every fact of a node
            // with very many would be a jump on the disk each.
            let query = format!("SELECT * {{ {{ SELECT * {{ {subject} }} }} {{ SELECT * {{ {object} }} }} }}");
            collect(store, &query, &mut links)?;
        }
    }
    Ok(links)
}

fn collect(store: &Store, query: &str, links: &mut BTreeSet<Link>) -> Result<(), Error> {
    each_solution(store, query, |solution| {
        let node = |name: &str| solution.get(name).cloned().and_then(named);
        if let (Some(fact), Some(subject), Some(object)) = (node("fact"), node("subject"), node("object")) {
            links.insert(Link { fact, subject, object });
        }
    })
}

fn named(term: Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}
