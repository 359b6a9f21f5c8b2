//! Measures by shortest paths. In: a network. Out: betweenness and closeness of each node. Sources are dealt out to
//! threads in blocks of fixed size and their shares added in the order of the blocks, so that the last digit of a sum
//! does not depend on the number of threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Network;

/// Fewest nodes for which threads pay.
const WORTH_THREADS: usize = 200;
/// Most blocks that the sources are dealt out in.
const BLOCKS: usize = 64;

/// Returns the betweenness of each node: the share of shortest paths between two others that pass through it, summed over
/// all pairs and divided by the number of pairs, (n-1)(n-2), of which an undirected network has half. Each is 0 in a
/// network of fewer than three nodes. Brandes, "A faster algorithm for betweenness centrality" (2001).
pub fn betweenness(network: &Network) -> Vec<f64> {
    let count = network.node_count();
    let shares = by_blocks(
        count,
        || Search::new(count),
        |search, sources| {
            let mut share = vec![0.0; count];
            for source in sources {
                search.run(source, |node| network.outward(node));
                search.accumulate(source, |node| network.outward(node), &mut share);
            }
            share
        },
    );
    let mut total = vec![0.0; count];
    for share in shares {
        for (sum, part) in total.iter_mut().zip(share) {
            *sum += part;
        }
    }
    // Each path of an undirected network is found from both its ends, as are its pairs.
    let pairs = if count > 2 { real(count - 1) * real(count - 2) } else { 1.0 };
    total.into_iter().map(|sum| sum / pairs).collect()
}

/// Returns the closeness of each node: how many nodes have a path to it (itself left out), divided by the sum of their
/// distances, times the share of all other nodes that they are. 0 for a node that none can reach. Wasserman and Faust,
/// "Social network analysis" (1994), 5.2; in a directed network distances are those towards the node.
pub fn closeness(network: &Network) -> Vec<f64> {
    let count = network.node_count();
    let parts = by_blocks(
        count,
        || Search::new(count),
        |search, sources| {
            let of = |source| {
                search.run(source, |node| network.inward(node));
                let reached = search.order.len() - 1;
                let sum: usize = search.order.iter().map(|node| search.distance[*node as usize] as usize).sum();
                if sum == 0 { 0.0 } else { real(reached) / real(sum) * (real(reached) / real(count - 1)) }
            };
            sources.map(of).collect::<Vec<_>>()
        },
    );
    parts.into_iter().flatten().collect()
}

/// Returns a count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts of nodes are far below 2^52")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

/// Cuts `0..count` into blocks, has each done by some thread, and returns the results in the order of the blocks.
fn by_blocks<S, T: Send>(
    count: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, std::ops::Range<usize>) -> T + Sync,
) -> Vec<T> {
    let size = count.div_ceil(BLOCKS).max(1);
    let blocks = count.div_ceil(size);
    let block = |number: usize| number * size..((number + 1) * size).min(count);
    let threads = if count < WORTH_THREADS { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    if threads == 1 {
        let mut state = start();
        return (0..blocks).map(|number| work(&mut state, block(number))).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<T>>> = (0..blocks).map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..threads.min(blocks) {
            scope.spawn(|| {
                let mut state = start();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(place) = results.get(number) else { break };
                    let result = work(&mut state, block(number));
                    *place.lock().expect("nothing fails while the lock is held") = Some(result);
                }
            });
        }
    });
    results.into_iter().filter_map(|place| place.into_inner().expect("nothing fails while the lock is held")).collect()
}

/// A breadth-first search, whose memory serves one source after the other.
struct Search {
    distance: Vec<u32>,
    paths: Vec<f64>,
    dependency: Vec<f64>,
    order: Vec<u32>,
}

impl Search {
    const UNSEEN: u32 = u32::MAX;

    fn new(count: usize) -> Self {
        Self {
            distance: vec![Self::UNSEEN; count],
            paths: vec![0.0; count],
            dependency: vec![0.0; count],
            order: Vec::with_capacity(count),
        }
    }

    /// Finds distance and number of shortest paths from a source to every node that it reaches.
    fn run<'a>(&mut self, source: usize, next: impl Fn(usize) -> &'a [u32]) {
        for node in self.order.drain(..) {
            self.distance[node as usize] = Self::UNSEEN;
            self.paths[node as usize] = 0.0;
        }
        self.distance[source] = 0;
        self.paths[source] = 1.0;
        self.order.extend(u32::try_from(source));
        let mut place = 0;
        while let Some(node) = self.order.get(place).map(|node| *node as usize) {
            place += 1;
            let (step, ways) = (self.distance[node] + 1, self.paths[node]);
            for other in next(node) {
                let at = *other as usize;
                if self.distance[at] == Self::UNSEEN {
                    self.distance[at] = step;
                    self.order.push(*other);
                }
                if self.distance[at] == step {
                    self.paths[at] += ways;
                }
            }
        }
    }

    /// Adds what the source's shortest paths give to the nodes between, from the farthest inwards.
    fn accumulate<'a>(&mut self, source: usize, next: impl Fn(usize) -> &'a [u32], share: &mut [f64]) {
        for node in self.order.iter().rev().map(|node| *node as usize) {
            let step = self.distance[node] + 1;
            let beyond = next(node).iter().map(|other| *other as usize).filter(|other| self.distance[*other] == step);
            let sum: f64 = beyond.map(|other| (1.0 + self.dependency[other]) / self.paths[other]).sum();
            self.dependency[node] = self.paths[node] * sum;
            if node != source {
                share[node] += self.dependency[node];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of three nodes and one node apart.
    fn path() -> Network {
        Network::new(["a", "b", "c", "d"].map(str::to_owned).to_vec(), [(0, 1), (1, 2)], false)
    }

    fn assert_near(found: &[f64], wanted: &[f64]) {
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} is not {wanted:?}");
    }

    #[test]
    fn the_node_in_the_middle_is_between() {
        assert_near(&betweenness(&path()), &[0.0, 1.0 / 3.0, 0.0, 0.0]);
    }

    #[test]
    fn a_node_that_reaches_few_is_less_close() {
        assert_near(&closeness(&path()), &[4.0 / 9.0, 2.0 / 3.0, 4.0 / 9.0, 0.0]);
    }

    #[test]
    fn directed_closeness_counts_those_who_come() {
        let network = Network::new(["a", "b", "c"].map(str::to_owned).to_vec(), [(0, 1), (1, 2)], true);
        assert_near(&closeness(&network), &[0.0, 0.5, 2.0 / 3.0]);
        assert_near(&betweenness(&network), &[0.0, 0.5, 0.0]);
    }

    #[test]
    fn a_network_of_nobody_has_no_measures() {
        assert!(betweenness(&Network::default()).is_empty() && closeness(&Network::default()).is_empty());
    }

    #[test]
    fn many_threads_give_the_same_bits_as_one() {
        let count = 300;
        let edges = (0..count).flat_map(|node| [(node, (node * 7 + 3) % count), (node, (node * node + 1) % count)]);
        let network = Network::new((0..count).map(|node| node.to_string()).collect(), edges, false);
        assert_eq!(betweenness(&network), betweenness(&network));
    }
}
