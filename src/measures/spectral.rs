//! Measures by repeated passing on. In: a network. Out: eigenvector centrality and pagerank of each node.

use super::distances::real;
use super::{Error, Network};

/// Rounds after which the power method gives up.
const MOST_ROUNDS: usize = 5_000;
/// Change of all values together at which the power method has settled.
const SETTLED: f64 = 1e-14;
/// Share of a node's rank that it passes on to its neighbours; the rest goes to all alike.
const PASSED_ON: f64 = 0.85;

/// Returns the eigenvector centrality of each node: high where the neighbours' are high; the vector has length 1. In a
/// directed network a node receives from those whose edges lead to it. As networkx: the power method on the matrix plus
/// the identity, which settles on bipartite networks too, from equal values. In a network of several components the one
/// with the greatest eigenvalue takes all.
pub fn eigenvector(network: &Network) -> Result<Vec<f64>, Error> {
    let count = network.node_count();
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut values = vec![1.0 / real(count); count];
    for _ in 0..MOST_ROUNDS {
        let mut next: Vec<f64> = (0..count)
            .map(|node| values[node] + network.inward(node).iter().map(|other| values[*other as usize]).sum::<f64>())
            .collect();
        let length = next.iter().map(|value| value * value).sum::<f64>().sqrt();
        for value in &mut next {
            *value /= length;
        }
        let change = difference(&next, &values);
        values = next;
        if change < real(count) * SETTLED {
            return Ok(values);
        }
    }
    Err(Error::NoConvergence)
}

/// Returns the pagerank of each node: the share of time that a walker spends there who follows an edge 85 times of 100, any
/// of a node's edges alike, and else begins anew anywhere; from a node without edges it begins anew. The sum is 1. An
/// undirected edge can be walked both ways.
pub fn pagerank(network: &Network) -> Vec<f64> {
    let count = network.node_count();
    if count == 0 {
        return Vec::new();
    }
    let even = 1.0 / real(count);
    let mut values = vec![even; count];
    for _ in 0..MOST_ROUNDS {
        let passed: Vec<f64> = (0..count)
            .map(|node| match network.outward(node).len() {
                0 => 0.0,
                edges => values[node] / real(edges),
            })
            .collect();
        let lost: f64 = (0..count).filter(|node| network.outward(*node).is_empty()).map(|node| values[node]).sum();
        let base = (1.0 - PASSED_ON) * even + PASSED_ON * lost * even;
        let next: Vec<f64> = (0..count)
            .map(|node| {
                base + PASSED_ON * network.inward(node).iter().map(|other| passed[*other as usize]).sum::<f64>()
            })
            .collect();
        let change = difference(&next, &values);
        values = next;
        if change < SETTLED {
            break;
        }
    }
    values
}

fn difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(edges: &[(usize, usize)], is_directed: bool) -> Network {
        Network::new(["a", "b", "c", "d"].map(str::to_owned).to_vec(), edges.iter().copied(), is_directed)
    }

    #[test]
    fn the_middle_of_a_star_outranks_its_points() {
        let star = network(&[(0, 1), (0, 2), (0, 3)], false);
        let values = eigenvector(&star).expect("a star settles");
        assert!(
            (values[0] - 0.5f64.sqrt()).abs() < 1e-9 && (values[1] - 1.0 / 6.0f64.sqrt()).abs() < 1e-9,
            "{values:?}"
        );
        let ranks = pagerank(&star);
        assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12 && ranks[0] > ranks[1]);
    }

    #[test]
    fn a_chain_without_a_circle_has_no_eigenvector() {
        assert!(matches!(eigenvector(&network(&[(0, 1), (1, 2), (2, 3)], true)), Err(Error::NoConvergence)));
    }

    #[test]
    fn a_network_without_edges_ranks_all_alike() {
        assert!(pagerank(&network(&[], false)).iter().all(|rank| (rank - 0.25).abs() < 1e-12));
        assert!(eigenvector(&Network::default()).expect("nothing").is_empty());
    }
}
