//! The class of an entity. In: what a node says that it is. Out: the key of one class, such as `Company`.

use crate::store::Node;
use crate::vocab::{APPARATUS, cg, local_name, rdf};

/// Tells whether what has a class is an entity.
pub(super) fn is_of_entities(class: &str) -> bool {
    let mut others = [cg::FACT, cg::CLAIM, cg::SOURCE].into_iter().chain(APPARATUS);
    class.starts_with(cg::NAMESPACE) && !others.any(|other| other == *class)
}

/// Returns the key of the class of an entity; nothing where it has none.
pub(super) fn class(entity: Node<'_>) -> String {
    let classes: Vec<String> = entity.nodes(rdf::TYPE).map(Node::iri).collect();
    let class = classes.iter().filter(|class| is_of_entities(class)).min().or(classes.first());
    class.map(|iri| local_name(iri).to_owned()).unwrap_or_default()
}
