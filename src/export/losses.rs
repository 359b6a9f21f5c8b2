//! What a format cannot hold. In: quads, and what was held. Out: a list by kind, each with its ids.

use std::fmt;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};

use super::Contents;
use crate::vocab::{cg, prov, rdf};

/// Things of one kind that a format cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// What is lost, such as `disclosures`.
    pub what: String,
    /// Ids of what is lost, sorted.
    pub ids: Vec<String>,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.ids.len(), self.what, self.ids.join(", "))
    }
}

/// Kinds of records around the facts, by class.
const APPARATUS: [(NamedNodeRef<'_>, &str, &str); 7] = [
    (cg::CITATION, "citation/", "citations, with their stances and locators"),
    (cg::DISCLOSURE, "disclosure/", "disclosures"),
    (cg::NAME, "name/", "days since when names are public"),
    (cg::JUDGEMENT, "judgement/", "judgements of earlier days"),
    (cg::RELATION, "rel/", "declarations of predicates"),
    (cg::SOURCE, "src/", "sources as records, with reliability, language and hash"),
    (prov::ACTIVITY, "import/", "records of imports"),
];

/// Adds a kind of loss, where there is any.
pub(crate) fn add(losses: &mut Vec<Loss>, what: &str, ids: impl IntoIterator<Item = String>) {
    let mut ids: Vec<String> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if !ids.is_empty() {
        losses.push(Loss { what: what.to_owned(), ids });
    }
}

/// Returns the records of the kinds that a format does not hold; `held` are the classes that it does.
pub(super) fn apparatus(contents: &Contents<'_>, held: &[NamedNodeRef<'_>]) -> Vec<Loss> {
    let mut losses = Vec::new();
    for (class, folder, what) in APPARATUS {
        if held.contains(&class) {
            continue;
        }
        let instances = contents.quads.iter().filter(|quad| {
            quad.predicate == rdf::TYPE && matches!(&quad.object, Term::NamedNode(node) if node.as_ref() == class)
        });
        let ids = instances.filter_map(|quad| match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => Some(local(contents.base, node.as_str(), folder)),
            NamedOrBlankNode::BlankNode(_) => None,
        });
        add(&mut losses, what, ids);
    }
    let decisions = [cg::SAME_ENTITY, cg::DIFFERENT_ENTITY, cg::UNSURE_ENTITY];
    let decided = contents.quads.iter().filter(|quad| {
        quad.predicate == rdf::PREDICATE
            && matches!(&quad.object, Term::NamedNode(node) if decisions.contains(&node.as_ref()))
    });
    let ids = decided.map(|quad| local(contents.base, quad.subject.to_string().trim_matches(['<', '>']), "fact/"));
    add(&mut losses, "decisions about identity (what is decided to be one is written as one)", ids);
    losses
}

/// Returns the part of an IRI after the base of the case and a folder.
pub(super) fn local(base: &str, iri: &str, folder: &str) -> String {
    let rest = iri.strip_prefix(base).unwrap_or(iri);
    rest.strip_prefix(folder).unwrap_or(rest).to_owned()
}
