//! What a view will ask about some quads, fetched at one go. In: a dataset that is far away and patterns that it has just
//! fetched. Out: nothing; what decides on these quads is then here too. Not here: deciding (`seen`).

use std::collections::BTreeSet;

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use crate::store::{Dataset, Error, Pattern};
use crate::vocab::{cg, dct, prov, rdf, rdfs};

/// Ways from a fact to what it brings with it, beside its sources.
pub(super) const BRINGS: &[NamedNodeRef<'_>] = &[rdf::SUBJECT, rdf::OBJECT, cg::CITATION_OF_FACT, cg::MADE_AT];
/// Ways from a citation to its source, from a source to the one it draws on, from a node to its source.
pub(super) const LEADS: &[NamedNodeRef<'_>] = &[cg::CITES, dct::SOURCE, prov::WAS_DERIVED_FROM];
/// Ways to a predicate: from facts that have it, and from those that are narrower.
const USES: &[NamedNodeRef<'_>] = &[rdf::PREDICATE, rdfs::SUB_PROPERTY_OF];

/// Fetches what decides whether the quads of some patterns are seen.
pub(super) fn look(data: &dyn Dataset, patterns: &[Pattern]) -> Result<(), Error> {
    let nodes = nodes(data, patterns)?;
    fetch_all(data, &nodes)?;
    let mut facts: BTreeSet<NamedNode> = BTreeSet::new();
    let mut ways = Vec::new();
    for node in &nodes {
        match kind(data, node)? {
            Kind::Fact => {
                facts.insert(node.clone());
            }
            Kind::Relation => ways.extend(USES.iter().map(|way| (*way, node))),
            Kind::Other => {
                let ways_to = BRINGS.iter().chain(LEADS).chain(&[cg::TO_AUDIENCE]);
                ways.extend(ways_to.map(|way| (*way, node)));
            }
        }
    }
    let ways: Vec<Pattern> =
        ways.into_iter().map(|(way, node)| Pattern::Object(way.into_owned(), node.clone())).collect();
    data.prefetch(&ways)?;
    let bringing = nodes_at(data, &ways, End::Subject)?;
    fetch_all(data, &bringing)?;
    facts.extend(bringing);
    let speaks_of = [rdf::SUBJECT, rdf::OBJECT];
    let ends: Vec<Pattern> = facts
        .iter()
        .flat_map(|fact| speaks_of.map(|end| Pattern::Subject(fact.clone(), Some(end.into_owned()))))
        .collect();
    fetch_all(data, &nodes_at(data, &ends, End::Object)?)
}

enum Kind {
    Fact,
    Relation,
    Other,
}

fn kind(data: &dyn Dataset, node: &NamedNode) -> Result<Kind, Error> {
    for quad in data.quads_for_pattern(Some(node.into()), Some(rdf::TYPE), None, None) {
        match quad?.object {
            Term::NamedNode(class) if class == cg::FACT => return Ok(Kind::Fact),
            Term::NamedNode(class) if class == cg::RELATION => return Ok(Kind::Relation),
            _ => {}
        }
    }
    Ok(Kind::Other)
}

fn fetch_all(data: &dyn Dataset, nodes: &BTreeSet<NamedNode>) -> Result<(), Error> {
    let patterns: Vec<Pattern> = nodes.iter().map(|node| Pattern::Subject(node.clone(), None)).collect();
    data.prefetch(&patterns)
}

fn nodes(data: &dyn Dataset, patterns: &[Pattern]) -> Result<BTreeSet<NamedNode>, Error> {
    let mut nodes = nodes_at(data, patterns, End::Subject)?;
    nodes.extend(nodes_at(data, patterns, End::Object)?);
    Ok(nodes)
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Subject,
    Object,
}

/// Returns the nodes at one end of the quads of some patterns.
fn nodes_at(data: &dyn Dataset, patterns: &[Pattern], end: End) -> Result<BTreeSet<NamedNode>, Error> {
    let mut nodes = BTreeSet::new();
    for pattern in patterns {
        let quads = match pattern {
            Pattern::Subject(subject, predicate) => {
                data.quads_for_pattern(Some(subject.into()), predicate.as_ref().map(NamedNode::as_ref), None, None)
            }
            Pattern::Object(predicate, object) => {
                data.quads_for_pattern(None, Some(predicate.as_ref()), Some(object.into()), None)
            }
        };
        for quad in quads {
            let quad = quad?;
            match (end, quad.subject, quad.object) {
                (End::Subject, NamedOrBlankNode::NamedNode(node), _) | (End::Object, _, Term::NamedNode(node)) => {
                    nodes.insert(node);
                }
                _ => {}
            }
        }
    }
    Ok(nodes)
}
