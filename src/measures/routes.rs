//! The shortest ways from one node to another, the next shortest after them, and so on. In: a network, two nodes, a
//! number. Out: paths that pass no node twice, by length and then by the ids on them. Yen, "Finding the k shortest loopless
//! paths in a network" (1971). All shortest paths alone: [`EntityGraph::shortest_paths`](crate::graph::EntityGraph).

use std::collections::{BTreeSet, VecDeque};

use super::Network;

/// A path: the nodes on it, by number, from the first to the last.
pub type Route = Vec<usize>;

/// Returns at most `most` paths between two nodes, the shortest first; none where nothing joins the two.
pub fn routes(network: &Network, from: usize, to: usize, most: usize) -> Vec<Route> {
    let mut found: Vec<Route> = Vec::new();
    let mut candidates: BTreeSet<(usize, Route)> = BTreeSet::new();
    candidates.extend(shortest(network, &[from], to, &BTreeSet::new()).map(|route| (route.len(), route)));
    while found.len() < most {
        let Some((_, route)) = candidates.pop_first() else { break };
        for place in 0..route.len().saturating_sub(1) {
            let root = &route[..=place];
            let taken: BTreeSet<usize> = found
                .iter()
                .chain([&route])
                .filter(|other| other.starts_with(root))
                .filter_map(|other| other.get(place + 1).copied())
                .collect();
            candidates.extend(shortest(network, root, to, &taken).map(|route| (route.len(), route)));
        }
        found.push(route);
    }
    found
}

/// Returns the shortest path that begins with `root` and does not go on from there to a node of `taken`; of several the
/// first by id.
fn shortest(network: &Network, root: &[usize], to: usize, taken: &BTreeSet<usize>) -> Option<Route> {
    let start = *root.last()?;
    let passed: BTreeSet<usize> = root[..root.len() - 1].iter().copied().collect();
    let mut left = vec![usize::MAX; network.node_count()];
    *left.get_mut(to)? = 0;
    let mut queue = VecDeque::from([to]);
    while let Some(node) = queue.pop_front() {
        for other in network.inward(node).iter().map(|other| *other as usize) {
            let is_open = !(passed.contains(&other) || other == start && taken.contains(&node));
            if is_open && left[other] == usize::MAX {
                left[other] = left[node] + 1;
                // What lies behind the start leads through it.
                if other != start {
                    queue.push_back(other);
                }
            }
        }
    }
    if left[start] == usize::MAX {
        return None;
    }
    let mut route = root.to_vec();
    let mut here = start;
    while here != to {
        let next = network.outward(here).iter().map(|other| *other as usize).find(|other| {
            left[*other] != usize::MAX
                && left[*other] + 1 == left[here]
                && !(here == start && taken.contains(other))
                && !passed.contains(other)
        })?;
        route.push(next);
        here = next;
    }
    Some(route)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder() -> Network {
        // 0-1-2-3 with a detour 1-4-2 and a long way round 0-5-6-7-3.
        let edges = [(0, 1), (1, 2), (2, 3), (1, 4), (4, 2), (0, 5), (5, 6), (6, 7), (7, 3)];
        Network::new((0..9).map(|node| node.to_string()).collect(), edges, false)
    }

    #[test]
    fn paths_come_by_length_and_none_passes_a_node_twice() {
        let wanted = [vec![0, 1, 2, 3], vec![0, 1, 4, 2, 3], vec![0, 5, 6, 7, 3]];
        assert_eq!(routes(&ladder(), 0, 3, 10), wanted);
        assert_eq!(routes(&ladder(), 0, 3, 2), wanted[..2]);
    }

    #[test]
    fn nodes_apart_have_no_path_and_a_node_is_its_own() {
        assert!(routes(&ladder(), 0, 8, 5).is_empty());
        assert_eq!(routes(&ladder(), 4, 4, 5), [vec![4]]);
    }

    #[test]
    fn directions_hold() {
        let network = Network::new(["a", "b", "c"].map(str::to_owned).to_vec(), [(0, 1), (1, 2), (0, 2)], true);
        assert_eq!(routes(&network, 0, 2, 5), [vec![0, 2], vec![0, 1, 2]]);
        assert!(routes(&network, 2, 0, 5).is_empty());
    }
}
