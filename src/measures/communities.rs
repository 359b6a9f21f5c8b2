//! Groups of entities that have more to do with each other than with the rest. In: a network, whose directions do not
//! count here. Out: a community for each node, and how well the division fits. The method is that of Leiden (Traag,
//! Waltman and van Eck, 2019), which leaves no community that hangs together only by way of another.

use std::collections::BTreeMap;

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig};

use super::distances::real;
use super::{Error, Network};

/// A division of a network into communities.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// Nodes of each community, sorted: the greatest first, those of equal size by their first node.
    pub groups: Vec<Vec<usize>>,
    /// Modularity: the share of edges inside communities, less what chance would put there; at most 1.
    pub modularity: f64,
}

impl Communities {
    /// Returns the community of each node, by its place in `groups`.
    pub fn by_node(&self) -> BTreeMap<usize, usize> {
        let places = self.groups.iter().enumerate();
        places.flat_map(|(place, nodes)| nodes.iter().map(move |node| (*node, place))).collect()
    }
}

/// Runs from different beginnings, of which the best counts.
const RUNS: u64 = 20;

/// Divides a network: of some runs the division that fits best. A resolution above 1 makes more and smaller communities; the
/// same seed gives the same division.
pub fn communities(network: &Network, resolution: f64, seed: u64) -> Result<Communities, Error> {
    if !(resolution.is_finite() && resolution > 0.0) {
        return Err(Error::Resolution(resolution));
    }
    if network.is_directed() {
        return communities(&network.undirected(), resolution, seed);
    }
    let count = network.node_count();
    let failed = |_| Error::Resolution(resolution);
    let mut builder = GraphDataBuilder::new(count);
    for node in 0..count {
        for other in network.outward(node).iter().map(|other| *other as usize).filter(|other| node < *other) {
            builder.add_edge(node, other, 1.0).map_err(failed)?;
        }
    }
    let data = builder.build().map_err(failed)?;
    let mut best: Option<Communities> = None;
    for run in 0..RUNS {
        let config = LeidenConfig::builder().resolution(resolution).seed(seed.wrapping_add(run)).build();
        let found = Leiden::new(config).run(&data).map_err(failed)?;
        let found = division(network, found.partition.as_slice(), resolution);
        if best.as_ref().is_none_or(|best| found.modularity > best.modularity + 1e-12) {
            best = Some(found);
        }
    }
    Ok(best.unwrap_or(Communities { groups: Vec::new(), modularity: 0.0 }))
}

/// Orders the communities of a run, and tells how well they fit.
fn division(network: &Network, community: &[usize], resolution: f64) -> Communities {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, community) in community.iter().enumerate() {
        groups.entry(*community).or_default().push(node);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes.first().copied()));
    Communities { groups, modularity: modularity(network, community, resolution) }
}

/// Returns the modularity of a division; 0 for a network without edges.
fn modularity(network: &Network, community: &[usize], resolution: f64) -> f64 {
    let edges = network.edge_count();
    if edges == 0 {
        return 0.0;
    }
    let mut inside: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for node in 0..network.node_count() {
        let (within, degrees) = inside.entry(community[node]).or_default();
        *degrees += network.outward(node).len();
        *within += network.outward(node).iter().filter(|other| community[**other as usize] == community[node]).count();
    }
    let part = |(within, degrees): (usize, usize)| {
        let share = real(degrees) / real(2 * edges);
        real(within) / real(2 * edges) - resolution * share * share
    };
    inside.into_values().map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three cliques of five in a ring, and a node alone.
    fn ring() -> Network {
        let mut edges = Vec::new();
        for clique in 0..3 {
            for a in 0..5 {
                edges.extend((a + 1..5).map(|b| (clique * 5 + a, clique * 5 + b)));
            }
            edges.push((clique * 5, (clique * 5 + 6) % 15));
        }
        Network::new((0..16).map(|node| node.to_string()).collect(), edges, false)
    }

    #[test]
    fn cliques_are_communities() {
        let found = communities(&ring(), 1.0, 7).expect("communities");
        let groups: Vec<Vec<usize>> = vec![(0..5).collect(), (5..10).collect(), (10..15).collect(), vec![15]];
        assert_eq!(found.groups, groups);
        assert!((found.modularity - (30.0 / 33.0 - 1.0 / 3.0)).abs() < 1e-12, "{}", found.modularity);
    }

    #[test]
    fn the_same_seed_gives_the_same_communities() {
        let count = 400;
        let edges = (0..count).flat_map(|node| [(node, (node * 7 + 3) % count), (node, (node * node + 1) % count)]);
        let network = Network::new((0..count).map(|node| node.to_string()).collect(), edges, false);
        assert_eq!(communities(&network, 1.0, 1).expect("once"), communities(&network, 1.0, 1).expect("twice"));
    }

    #[test]
    fn a_resolution_of_nothing_is_refused() {
        assert!(communities(&ring(), 0.0, 1).is_err() && communities(&ring(), f64::NAN, 1).is_err());
        assert!(communities(&Network::default(), 1.0, 1).expect("nobody").groups.is_empty());
    }
}
