//! Facts that join entities, as those who walk along them see them. In: entities. Out: the facts at them. A graph knows
//! entities and facts by their IRIs, a dataset by their numbers.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use super::{EntityGraph, Error};

/// A fact that joins two entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link<I> {
    pub(super) fact: I,
    pub(super) subject: I,
    pub(super) object: I,
}

impl<I: Copy + Ord> Link<I> {
    /// Returns its subject and object.
    pub(super) const fn ends(&self) -> [I; 2] {
        [self.subject, self.object]
    }

    /// Tells whether it joins two sets of entities.
    pub(super) fn joins(&self, some: &BTreeSet<I>, others: &BTreeSet<I>) -> bool {
        let leads = |from, to| some.contains(from) && others.contains(to);
        leads(&self.subject, &self.object) || leads(&self.object, &self.subject)
    }
}

/// Where there are facts to walk along.
pub(super) trait Links {
    /// What stands for an entity or a fact.
    type Id: Copy + Ord + Hash;

    /// Returns the facts that join some entities with others, or with any.
    fn links(
        &mut self,
        from: &BTreeSet<Self::Id>,
        to: Option<&BTreeSet<Self::Id>>,
    ) -> Result<Vec<Link<Self::Id>>, Error>;

    /// Sorts by IRI, and leaves each there once.
    fn sort(&self, ids: &mut Vec<Self::Id>);
}

/// The facts of a graph.
pub(super) struct LinksOfGraph<'g> {
    pub(super) graph: &'g EntityGraph,
    pub(super) nodes: HashMap<&'g str, NodeIndex>,
}

impl<'g> LinksOfGraph<'g> {
    pub(super) fn new(graph: &'g EntityGraph) -> Self {
        let nodes = graph.nodes.values().map(|node| (graph.graph[*node].iri.as_str(), *node)).collect();
        Self { graph, nodes }
    }
}

impl<'g> Links for LinksOfGraph<'g> {
    type Id = &'g str;

    fn links(&mut self, from: &BTreeSet<&'g str>, to: Option<&BTreeSet<&'g str>>) -> Result<Vec<Link<&'g str>>, Error> {
        let graph = &self.graph.graph;
        let at = from.iter().flat_map(|iri| {
            let node = self.nodes[iri];
            // What comes from one of the entities is found there.
            let incoming = graph.edges_directed(node, Direction::Incoming);
            let incoming = incoming.filter(|edge| !from.contains(graph[edge.source()].iri.as_str()));
            graph.edges_directed(node, Direction::Outgoing).chain(incoming)
        });
        let links = at.map(|edge| {
            let [subject, object] = [edge.source(), edge.target()].map(|node| graph[node].iri.as_str());
            Link { fact: edge.weight().iri.as_str(), subject, object }
        });
        Ok(links.filter(|link| to.is_none_or(|to| link.joins(from, to))).collect())
    }

    fn sort(&self, ids: &mut Vec<&'g str>) {
        ids.sort_unstable();
        ids.dedup();
    }
}
