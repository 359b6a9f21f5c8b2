//! The types of a case: the classes that its entities have. In: a graph. Out: types with ids and names, and which of them
//! a class counts among. Ids are the keys of classes, in the namespace of the vocabulary.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Named;
use crate::facts::Model;
use crate::graph::EntityGraph;
use crate::vocab::cg;

static MODEL: LazyLock<Model> = LazyLock::new(Model::built_in);

/// Classes that occur, with their names.
#[derive(Debug, Clone)]
pub struct Kinds(BTreeMap<String, String>);

impl Kinds {
    /// Gathers the classes of a graph; `name` returns what a class is called, by its key.
    pub fn of(graph: &EntityGraph, name: impl Fn(&str) -> String) -> Self {
        Self(graph.by_class().into_keys().map(|class| (class.to_owned(), name(class))).collect())
    }

    /// Returns the types by id.
    pub(super) fn all(&self) -> impl Iterator<Item = Named> {
        self.0.iter().map(|(id, name)| Named { id: id.clone(), name: name.clone() })
    }

    /// Returns a class as a type.
    pub(super) fn named(&self, class: &str) -> Named {
        Named { id: class.to_owned(), name: self.0.get(class).cloned().unwrap_or_else(|| class.to_owned()) }
    }

    /// Tells whether a class is a type, or one below it. A type goes by its id, its IRI or its name.
    pub(super) fn is_among(&self, class: &str, wanted: &str) -> bool {
        let key = wanted.strip_prefix(cg::NAMESPACE).unwrap_or(wanted);
        class == key
            || MODEL.is_a(class, key)
            || self.0.get(class).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
    }
}
