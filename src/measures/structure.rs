//! What hangs together, and what holds it together. In: a network, whose directions do not count here. Out: components,
//! bridges and cut vertices. One walk in depth finds all (Hopcroft and Tarjan, 1973), without recursion, so that a long
//! chain of facts cannot overflow the stack.

use super::Network;

/// An edge without which a component would fall apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bridge {
    /// The nodes that it joins, by number, the lower first.
    pub ends: (usize, usize),
    /// How many nodes there are on the side of each end, itself counted.
    pub sides: (usize, usize),
}

/// A node without which its component would fall apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CutVertex {
    /// The node, by number.
    pub node: usize,
    /// Into how many parts the rest of its component would fall.
    pub parts: usize,
}

/// Returns the components, each a sorted list of nodes: the greatest first, those of equal size by their first node.
pub fn components(network: &Network) -> Vec<Vec<usize>> {
    let mut walk = Walk::of(network);
    walk.components.iter_mut().for_each(|nodes| nodes.sort_unstable());
    walk.components.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes.first().copied()));
    walk.components
}

/// Returns the bridges, by the numbers of their ends.
pub fn bridges(network: &Network) -> Vec<Bridge> {
    let mut bridges = Walk::of(network).bridges;
    bridges.sort_unstable();
    bridges
}

/// Returns the cut vertices, by number.
pub fn cut_vertices(network: &Network) -> Vec<CutVertex> {
    let walk = Walk::of(network);
    walk.parts
        .iter()
        .enumerate()
        .filter(|(_, parts)| **parts > 1)
        .map(|(node, parts)| CutVertex { node, parts: *parts })
        .collect()
}

/// What a walk in depth over all nodes learns.
struct Walk {
    /// Place of each node in the order of the walk.
    met: Vec<usize>,
    /// The earliest place that a node's subtree has an edge to.
    low: Vec<usize>,
    /// Nodes in the subtree of each.
    size: Vec<usize>,
    /// Parts of its component without it.
    parts: Vec<usize>,
    components: Vec<Vec<usize>>,
    bridges: Vec<Bridge>,
}

impl Walk {
    const NOT_MET: usize = usize::MAX;

    fn of(network: &Network) -> Self {
        if network.is_directed() {
            return Self::of(&network.undirected());
        }
        let count = network.node_count();
        let mut walk = Self {
            met: vec![Self::NOT_MET; count],
            low: vec![0; count],
            size: vec![1; count],
            parts: vec![0; count],
            components: Vec::new(),
            bridges: Vec::new(),
        };
        let mut time = 0;
        for root in 0..count {
            if walk.met[root] == Self::NOT_MET {
                walk.descend(network, root, &mut time);
            }
        }
        walk
    }

    fn descend(&mut self, network: &Network, root: usize, time: &mut usize) {
        let mut nodes = Vec::new();
        let mut found = Vec::new();
        let mut stack = vec![(root, root, 0)];
        self.meet(root, time, &mut nodes);
        while let Some((node, parent, next)) = stack.last_mut() {
            let (node, parent) = (*node, *parent);
            if let Some(other) = network.outward(node).get(*next).map(|other| *other as usize) {
                *next += 1;
                if self.met[other] == Self::NOT_MET {
                    self.meet(other, time, &mut nodes);
                    stack.push((other, node, 0));
                } else if other != parent {
                    self.low[node] = self.low[node].min(self.met[other]);
                }
                continue;
            }
            stack.pop();
            if node != root {
                self.size[parent] += self.size[node];
                self.low[parent] = self.low[parent].min(self.low[node]);
                if self.low[node] > self.met[parent] {
                    found.push((parent, node));
                }
                if self.low[node] >= self.met[parent] {
                    // What hangs on the parent alone; the part above it comes on top, which a root has not.
                    self.parts[parent] += if self.parts[parent] == 0 && parent != root { 2 } else { 1 };
                }
            }
        }
        let all = nodes.len();
        self.bridges.extend(found.into_iter().map(|(parent, node)| {
            let (below, above) = (self.size[node], all - self.size[node]);
            if parent < node {
                Bridge { ends: (parent, node), sides: (above, below) }
            } else {
                Bridge { ends: (node, parent), sides: (below, above) }
            }
        }));
        self.components.push(nodes);
    }

    fn meet(&mut self, node: usize, time: &mut usize, nodes: &mut Vec<usize>) {
        self.met[node] = *time;
        self.low[node] = *time;
        *time += 1;
        nodes.push(node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two triangles joined by an edge, a pair, and a node alone.
    fn network() -> Network {
        let ids = (0..9).map(|node| node.to_string()).collect();
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3), (6, 7)];
        Network::new(ids, edges, false)
    }

    #[test]
    fn components_come_from_the_greatest_to_the_least() {
        assert_eq!(components(&network()), [vec![0, 1, 2, 3, 4, 5], vec![6, 7], vec![8]]);
    }

    #[test]
    fn a_bridge_tells_what_lies_on_its_sides() {
        let bridge = |ends, sides| Bridge { ends, sides };
        assert_eq!(bridges(&network()), [bridge((2, 3), (3, 3)), bridge((6, 7), (1, 1))]);
    }

    #[test]
    fn a_cut_vertex_tells_how_many_parts_it_holds_together() {
        assert_eq!(cut_vertices(&network()), [CutVertex { node: 2, parts: 2 }, CutVertex { node: 3, parts: 2 }]);
        let star = Network::new((0..4).map(|n| n.to_string()).collect(), [(3, 0), (3, 1), (3, 2)], true);
        assert_eq!(cut_vertices(&star), [CutVertex { node: 3, parts: 3 }]);
    }

    #[test]
    fn a_chain_of_any_length_is_walked() {
        let count = 200_000;
        let chain = Network::new((0..count).map(|n| n.to_string()).collect(), (1..count).map(|n| (n - 1, n)), false);
        assert_eq!((bridges(&chain).len(), cut_vertices(&chain).len()), (count - 1, count - 2));
    }
}
