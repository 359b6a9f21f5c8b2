//! The class of an entity. In: what a node says that it is. Out: the key of one class, such as `Company`.

use std::collections::{BTreeSet, HashMap};

use oxigraph::model::NamedNode;

use super::project::tail;
use super::read::Resource;
use crate::store::{self, Dataset};
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

/// The classes of many entities, each read once.
#[derive(Default)]
pub(super) struct Classes(HashMap<String, String>);

impl Classes {
    /// Reads the classes of some entities, by IRI.
    pub(super) fn read<'e>(
        &mut self,
        data: &dyn Dataset,
        entities: impl Iterator<Item = &'e str>,
    ) -> Result<(), store::Error> {
        let new: BTreeSet<&str> = entities.filter(|iri| !self.0.contains_key(*iri)).collect();
        let new: Vec<NamedNode> = new.into_iter().map(NamedNode::new_unchecked).collect();
        let read = Resource::read_all(data, &new, &[rdf::TYPE])?;
        self.0.extend(new.into_iter().zip(&read).map(|(entity, node)| (entity.into_string(), class(node))));
        Ok(())
    }

    /// Returns the class of an entity that was read.
    pub(super) fn of(&self, iri: &str) -> Option<&str> {
        self.0.get(iri).map(String::as_str)
    }
}
