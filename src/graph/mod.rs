//! Entities and facts as a graph. In: a store of quads as `docs/model.md` lays them out. Out: an [`EntityGraph`](crate::graph::EntityGraph) whose
//! nodes are entities and whose edges are facts, whole or selected. Not here: SPARQL (`query`), drawing (`diagram`).

mod case;
mod class;
mod disclosure;
mod ego;
mod entity;
mod fact;
mod find;
#[cfg(test)]
pub(crate) mod fixture;
mod identity;
mod joined;
mod links;
mod near;
mod paths;
mod project;
mod proposition;
mod select;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};

use crate::view;

pub use disclosure::Disclosure;
pub use ego::{Ego, EgoLimits};
pub use entity::{CaseInfo, Entity, Predicate, Source, TemporalKind};
pub use fact::{Answer, End, EndKind, Fact, Qualifier, Status};
pub use identity::Identity;
pub use paths::{Paths, Step};
pub use select::Selection;

/// What can go wrong on the way from a store to a graph.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// A view of the case cannot be shown.
    #[error(transparent)]
    View(view::Error),
    /// No entity goes by that name.
    #[error("`{name}` is not an entity of this case{}", .suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownEntity {
        /// What was asked for.
        name: String,
        /// The id that is nearest in spelling.
        suggestion: Option<String>,
    },
    /// Several entities share the label.
    #[error("`{name}` is the label of several entities: {}; use the id", ids.join(", "))]
    AmbiguousEntity {
        /// What was asked for.
        name: String,
        /// Ids of the entities that fit.
        ids: Vec<String>,
    },
    /// A status is not one of the ten.
    #[error("`{name}` is not a status{}", .suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    UnknownStatus {
        /// What was asked for.
        name: String,
        /// The status that is nearest in spelling.
        suggestion: Option<String>,
    },
}

impl From<view::Error> for Error {
    fn from(error: view::Error) -> Self {
        match error {
            view::Error::Store(error) => Self::Store(error),
            other => Self::View(other),
        }
    }
}

/// The entities of a case and the facts about them, sorted by id.
///
/// Facts between two entities are the edges of [`EntityGraph::graph`]; facts that have a text or another fact at one
/// end are kept beside them.
#[derive(Debug, Clone, Default)]
pub struct EntityGraph {
    case: CaseInfo,
    entities: BTreeMap<String, Arc<Entity>>,
    facts: BTreeMap<String, Arc<Fact>>,
    graph: DiGraph<Arc<Entity>, Arc<Fact>>,
    nodes: BTreeMap<String, NodeIndex>,
    /// Words of what facts speak of and is no fact, by id.
    spoken_of: Arc<BTreeMap<String, String>>,
    selection: Selection,
}

impl EntityGraph {
    /// Puts entities and facts together; whatever the order they come in, the graph is the same.
    pub fn new(
        case: CaseInfo,
        entities: impl IntoIterator<Item = Arc<Entity>>,
        facts: impl IntoIterator<Item = Arc<Fact>>,
    ) -> Self {
        let entities: BTreeMap<_, _> = entities.into_iter().map(|e| (e.id.clone(), e)).collect();
        let facts: BTreeMap<_, _> = facts.into_iter().map(|f| (f.id.clone(), f)).collect();
        let mut graph = DiGraph::with_capacity(entities.len(), facts.len());
        let nodes: BTreeMap<_, _> =
            entities.values().map(|entity| (entity.id.clone(), graph.add_node(Arc::clone(entity)))).collect();
        for fact in facts.values() {
            if let (End::Entity(from), End::Entity(to)) = (&fact.subject, &fact.object)
                && let (Some(&from), Some(&to)) = (nodes.get(from), nodes.get(to))
            {
                graph.add_edge(from, to, Arc::clone(fact));
            }
        }
        Self { case, entities, facts, graph, nodes, spoken_of: Arc::default(), selection: Selection::default() }
    }

    /// Returns the case's title and base.
    pub fn case(&self) -> &CaseInfo {
        &self.case
    }

    /// Returns the petgraph graph: entities joined by facts, parallel facts apart.
    pub fn graph(&self) -> &DiGraph<Arc<Entity>, Arc<Fact>> {
        &self.graph
    }

    /// Returns the selection that this graph was cut by; the empty one for a whole graph.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Returns the entities by id.
    pub fn entities(&self) -> impl ExactSizeIterator<Item = &Arc<Entity>> {
        self.entities.values()
    }

    /// Returns all facts by id: between entities, about facts, with texts.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = &Arc<Fact>> {
        self.facts.values()
    }

    /// Returns the facts that have an entity at one end, by id.
    pub fn facts_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Arc<Fact>> {
        let is_it = move |end: &End| matches!(end, End::Entity(own) if own == id);
        self.facts.values().filter(move |fact| is_it(&fact.subject) || is_it(&fact.object))
    }

    /// Returns the facts that join two entities, by id.
    pub fn links(&self) -> impl Iterator<Item = (&Arc<Entity>, &Arc<Fact>, &Arc<Entity>)> {
        self.facts.values().filter_map(|fact| {
            let (from, to) = fact.link()?;
            Some((self.entities.get(from)?, fact, self.entities.get(to)?))
        })
    }

    /// Returns the entity with an id.
    pub fn entity(&self, id: &str) -> Option<&Arc<Entity>> {
        self.entities.get(id)
    }

    /// Returns the fact with an id.
    pub fn fact(&self, id: &str) -> Option<&Arc<Fact>> {
        self.facts.get(id)
    }

    /// Returns the name of one end of a fact: an entity's label, a text, or `fact F109`.
    pub fn name<'a>(&'a self, end: &'a End) -> &'a str {
        match end {
            End::Entity(id) => self.entities.get(id).map_or(id, |e| &e.label),
            End::Fact(id) => id,
            End::Text { value, .. } => value,
            End::Other(iri) => iri,
        }
    }

    /// Returns a fact in words, such as `FBI withdrew NSL to Microsoft`; facts about facts are spelled out once.
    pub fn sentence(&self, fact: &Fact) -> String {
        self.spell([&fact.subject, &fact.object], &fact.predicate, 1)
    }

    fn spell(&self, [subject, object]: [&End; 2], predicate: &Predicate, depth: usize) -> String {
        let words = |id: &String| match self.facts.get(id) {
            Some(fact) => Some(self.spell([&fact.subject, &fact.object], &fact.predicate, depth - 1)),
            None => self.spoken_of.get(id).cloned(),
        };
        let end = |end: &End| match end {
            End::Fact(id) if depth > 0 => words(id).map_or_else(|| id.clone(), |words| format!("“{words}”")),
            other => self.name(other).to_owned(),
        };
        format!("{} {} {}", end(subject), predicate.label, end(object))
    }

    /// Returns how many facts have the entity at one end.
    pub fn degree(&self, id: &str) -> usize {
        self.nodes.get(id).map_or(0, |&node| self.graph.neighbors_undirected(node).count())
    }

    /// Returns the entities of each class that occurs, by class key.
    pub fn by_class(&self) -> BTreeMap<&str, Vec<&Arc<Entity>>> {
        let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for entity in self.entities.values() {
            groups.entry(&entity.class).or_default().push(entity);
        }
        groups
    }

    /// Returns the part of the graph with these entities and the facts among them; claims about kept facts stay.
    #[must_use]
    pub fn restricted_to(&self, ids: &BTreeSet<String>) -> Self {
        let facts = self.facts.values().filter(|f| f.link().is_none_or(|(a, b)| ids.contains(a) && ids.contains(b)));
        let entities = self.entities.values().filter(|e| ids.contains(&e.id));
        self.with(entities.cloned(), facts.cloned())
    }

    /// Returns the graph without the facts that join entities and are not among these, by IRI.
    #[must_use]
    fn with_links(&self, facts: &BTreeSet<String>) -> Self {
        let facts = self.facts.values().filter(|fact| fact.link().is_none() || facts.contains(&fact.iri));
        self.with(self.entities.values().cloned(), facts.cloned())
    }

    /// Returns a graph of the same case and selection.
    fn with(
        &self,
        entities: impl IntoIterator<Item = Arc<Entity>>,
        facts: impl IntoIterator<Item = Arc<Fact>>,
    ) -> Self {
        let (selection, spoken_of) = (self.selection.clone(), Arc::clone(&self.spoken_of));
        Self { spoken_of, selection, ..Self::new(self.case.clone(), entities, facts) }
    }
}
