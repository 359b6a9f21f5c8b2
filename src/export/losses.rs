//! What a format cannot hold. In: columns, and what was held. Out: a list by kind, each with its ids.

use std::fmt;

use oxigraph::model::NamedNodeRef;

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
        let instances = contents.columns.instances(class).into_iter();
        add(&mut losses, what, instances.map(|node| local(contents.base, &node.iri(), folder)));
    }
    let decided = [cg::SAME_ENTITY, cg::DIFFERENT_ENTITY, cg::UNSURE_ENTITY].into_iter();
    let decided = decided.flat_map(|decision| contents.columns.with_object(rdf::PREDICATE, decision));
    let ids = decided.map(|fact| local(contents.base, &fact.iri(), "fact/"));
    add(&mut losses, "decisions about identity (what is decided to be one is written as one)", ids);
    losses
}

/// Returns the part of an IRI after the base of the case and a folder.
pub(super) fn local(base: &str, iri: &str, folder: &str) -> String {
    let rest = iri.strip_prefix(base).unwrap_or(iri);
    rest.strip_prefix(folder).unwrap_or(rest).to_owned()
}
