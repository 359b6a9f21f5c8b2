//! The network that measures are taken on. In: a graph of entities and facts, or numbered edges. Out: for each node its
//! neighbours, in one block of memory. Parallel facts count once; a fact of an entity about itself counts not at all.

use crate::graph::EntityGraph;

/// Nodes by number and who is next to whom.
#[derive(Debug, Clone, Default)]
pub struct Network {
    ids: Vec<String>,
    is_directed: bool,
    outward: Lists,
    inward: Lists,
}

/// Lists of neighbours, one after the other.
#[derive(Debug, Clone, Default)]
struct Lists {
    starts: Vec<usize>,
    nodes: Vec<u32>,
}

impl Lists {
    /// Puts sorted pairs into lists.
    fn new(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0; count + 1];
        for (from, _) in pairs {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..count {
            starts[node + 1] += starts[node];
        }
        Self { starts, nodes: pairs.iter().map(|(_, to)| *to).collect() }
    }

    fn of(&self, node: usize) -> &[u32] {
        &self.nodes[self.starts[node]..self.starts[node + 1]]
    }
}

impl Network {
    /// Returns the network of a graph, with every entity as a node, by id. A directed one has edges from subject to object
    /// (both ways, where the relation is symmetric).
    pub fn of(graph: &EntityGraph, is_directed: bool) -> Self {
        let ids: Vec<String> = graph.entities().map(|entity| entity.id.clone()).collect();
        let mut edges = Vec::new();
        for (from, fact, to) in graph.numbered_links() {
            edges.push((from, to));
            if fact.predicate.symmetric {
                edges.push((to, from));
            }
        }
        Self::new(ids, edges, is_directed)
    }

    /// Makes a network of nodes and edges between them, by place in `ids`; an edge from or to no node is left out.
    pub fn new(ids: Vec<String>, edges: impl IntoIterator<Item = (usize, usize)>, is_directed: bool) -> Self {
        let count = ids.len();
        let number = |node: usize| u32::try_from(node).ok().filter(|_| node < count);
        let mut pairs = Vec::new();
        for (from, to) in edges {
            if let (Some(from), Some(to)) = (number(from), number(to))
                && from != to
            {
                pairs.push((from, to));
                if !is_directed {
                    pairs.push((to, from));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let outward = Lists::new(count, &pairs);
        let inward = if is_directed {
            for pair in &mut pairs {
                *pair = (pair.1, pair.0);
            }
            pairs.sort_unstable();
            Lists::new(count, &pairs)
        } else {
            Lists::default()
        };
        Self { ids, is_directed, outward, inward }
    }

    /// Returns the ids of the nodes, by number.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Returns how many nodes there are.
    pub fn node_count(&self) -> usize {
        self.ids.len()
    }

    /// Returns how many edges there are.
    pub fn edge_count(&self) -> usize {
        if self.is_directed { self.outward.nodes.len() } else { self.outward.nodes.len() / 2 }
    }

    /// Tells whether edges have a direction.
    pub fn is_directed(&self) -> bool {
        self.is_directed
    }

    /// Returns the nodes that an edge from a node leads to, by number.
    pub fn outward(&self, node: usize) -> &[u32] {
        self.outward.of(node)
    }

    /// Returns the nodes that an edge to a node comes from, by number.
    pub fn inward(&self, node: usize) -> &[u32] {
        if self.is_directed { self.inward.of(node) } else { self.outward.of(node) }
    }

    /// Returns how many edges each node has; in a directed network those that come and those that go.
    pub fn degrees(&self) -> Vec<usize> {
        let coming = |node| if self.is_directed { self.inward(node).len() } else { 0 };
        let degree = |node| self.outward(node).len() + coming(node);
        (0..self.node_count()).map(degree).collect()
    }

    /// Returns the same network without directions.
    #[must_use]
    pub fn undirected(&self) -> Self {
        let edges = (0..self.node_count())
            .flat_map(|node| self.outward(node).iter().map(move |other| (node, *other as usize)))
            .collect::<Vec<_>>();
        Self::new(self.ids.clone(), edges, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;

    #[test]
    fn parallel_facts_are_one_edge_and_entities_without_facts_are_nodes() {
        let network = Network::of(&affair().graph(), false);
        assert_eq!(network.ids(), ["bureau", "firm", "letter", "lone", "ministry"]);
        assert_eq!(network.degrees(), [2, 1, 2, 0, 1]);
        assert_eq!(network.edge_count(), 3);
    }

    #[test]
    fn directions_are_those_of_the_facts() {
        let network = Network::of(&affair().graph(), true);
        assert_eq!((network.outward(0), network.inward(0)), ([2, 4].as_slice(), [].as_slice()));
        assert_eq!(network.undirected().degrees(), Network::of(&affair().graph(), false).degrees());
    }

    #[test]
    fn an_edge_to_itself_or_to_nowhere_is_none() {
        let network = Network::new(vec!["a".into(), "b".into()], [(0, 0), (0, 7), (1, 0), (0, 1)], false);
        assert_eq!(network.edge_count(), 1);
    }
}
