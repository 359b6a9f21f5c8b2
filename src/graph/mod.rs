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
mod merged;
mod neighbourhood;
mod paths;
mod project;
mod proposition;
mod select;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use crate::view;

pub use disclosure::Disclosure;
pub use ego::{Ego, EgoLimits};
pub use entity::{CaseInfo, Entity, Name, Predicate, Source, TemporalKind, is_web_address};
pub use fact::{Answer, End, EndKind, Fact, Judgement, Qualifier, Status};
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
    /// By id; the place of an entity is the number of its node.
    entities: Vec<Arc<Entity>>,
    /// By id.
    facts: Vec<Arc<Fact>>,
    /// Edges are in the order of their facts.
    graph: DiGraph<Arc<Entity>, Arc<Fact>>,
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
        let entities = sorted(entities, |entity| &entity.id);
        let facts = sorted(facts, |fact| &fact.id);
        let mut graph = DiGraph::with_capacity(entities.len(), facts.len());
        let nodes = entities.iter().map(|entity| (entity.id.as_str(), graph.add_node(Arc::clone(entity))));
        let nodes: FxHashMap<&str, NodeIndex> = nodes.collect();
        for fact in &facts {
            if let Some((from, to)) = fact.link()
                && let (Some(&from), Some(&to)) = (nodes.get(from), nodes.get(to))
            {
                graph.add_edge(from, to, Arc::clone(fact));
            }
        }
        Self { case, entities, facts, graph, spoken_of: Arc::default(), selection: Selection::default() }
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
        self.entities.iter()
    }

    /// Returns all facts by id: between entities, about facts, with texts.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = &Arc<Fact>> {
        self.facts.iter()
    }

    /// Returns the facts that have an entity at one end, by id.
    pub fn facts_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Arc<Fact>> {
        self.facts.iter().filter(move |fact| [&fact.subject, &fact.object].iter().any(|end| end.entity() == Some(id)))
    }

    /// Returns the facts that join two entities, by id.
    pub fn links(&self) -> impl Iterator<Item = (&Arc<Entity>, &Arc<Fact>, &Arc<Entity>)> {
        self.numbered_links().map(|(from, fact, to)| (&self.entities[from], fact, &self.entities[to]))
    }

    /// Returns the facts that join two entities, by id, with the places of these among [`EntityGraph::entities`].
    pub fn numbered_links(&self) -> impl Iterator<Item = (usize, &Arc<Fact>, usize)> {
        self.graph.edge_references().map(|edge| (edge.source().index(), edge.weight(), edge.target().index()))
    }

    /// Returns the entity with an id.
    pub fn entity(&self, id: &str) -> Option<&Arc<Entity>> {
        self.place(id).map(|place| &self.entities[place])
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.entities.binary_search_by(|entity| entity.id.as_str().cmp(id)).ok()
    }

    /// Returns the node of an entity, by its id.
    fn node(&self, id: &str) -> Option<NodeIndex> {
        self.place(id).map(NodeIndex::new)
    }

    /// Returns the fact with an id.
    pub fn fact(&self, id: &str) -> Option<&Arc<Fact>> {
        self.facts.binary_search_by(|fact| fact.id.as_str().cmp(id)).ok().map(|place| &self.facts[place])
    }

    /// Returns the fact that stands at an end.
    pub fn fact_at(&self, end: &End) -> Option<&Arc<Fact>> {
        self.fact(end.fact()?)
    }

    /// Returns the name of one end of a fact: an entity's label, a text, or `fact F109`.
    pub fn name<'a>(&'a self, end: &'a End) -> &'a str {
        match end {
            End::Entity(id) => self.entity(id).map_or(id, |e| &e.label),
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
        let words = |id: &String| match self.fact(id) {
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
        self.node(id).map_or(0, |node| self.graph.neighbors_undirected(node).count())
    }

    /// Returns the entities of each class that occurs, by class key.
    pub fn by_class(&self) -> BTreeMap<&str, Vec<&Arc<Entity>>> {
        let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for entity in &self.entities {
            groups.entry(&entity.class).or_default().push(entity);
        }
        groups
    }

    /// Returns the part of the graph with these entities and the facts among them; claims about kept facts stay.
    #[must_use]
    pub fn restricted_to(&self, ids: &BTreeSet<String>) -> Self {
        let facts = self.facts.iter().filter(|f| f.link().is_none_or(|(a, b)| ids.contains(a) && ids.contains(b)));
        let entities = self.entities.iter().filter(|e| ids.contains(&e.id));
        self.with(entities.cloned(), facts.cloned())
    }

    /// Returns the graph without the facts that join entities and are not among these, by IRI.
    #[must_use]
    fn with_links(&self, facts: &BTreeSet<String>) -> Self {
        let facts = self.facts.iter().filter(|fact| fact.link().is_none() || facts.contains(&fact.iri));
        self.with(self.entities.iter().cloned(), facts.cloned())
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

/// Returns things in the order of their ids; of several with one id the last.
fn sorted<T>(things: impl IntoIterator<Item = Arc<T>>, id: impl Fn(&T) -> &String) -> Vec<Arc<T>> {
    let mut things: Vec<Arc<T>> = things.into_iter().collect();
    things.sort_by(|a, b| id(a).cmp(id(b)));
    things.dedup_by(|later, earlier| {
        let is_one = id(later) == id(earlier);
        if is_one {
            std::mem::swap(later, earlier);
        }
        is_one
    });
    things
}
