//! The class of an entity. In: what a node says that it is. Out: the key of one class, such as `Company`.

use super::project::tail;
use super::read::Resource;
use crate::vocab::{APPARATUS, cg, rdf};

/// Tells whether what has a class is an entity.
pub(super) fn is_of_entities(class: &str) -> bool {
    let mut others = [cg::FACT, cg::CLAIM, cg::SOURCE].into_iter().chain(APPARATUS);
    class.starts_with(cg::NAMESPACE) && !others.any(|other| other == *class)
}

/// Returns the key of the class of an entity; nothing where it has none.
pub(super) fn class(node: &Resource) -> String {
    let class = node.iris(rdf::TYPE).filter(|class| is_of_entities(class)).min();
    class.or_else(|| node.iris(rdf::TYPE).next()).map(|iri| tail(iri).to_owned()).unwrap_or_default()
}
