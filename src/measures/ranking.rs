//! Nodes in the order of a measure, and what changed of it between two days. In: a network. Out: ranks. Values that differ
//! by less than a trillionth share a rank, so that no rounding decides an order.

use std::collections::BTreeMap;

use csvw::nearest;

use super::distances::real;
use super::{Error, Network, betweenness, closeness, eigenvector, pagerank};

/// A measure of how central a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// How many others it has to do with.
    Degree,
    /// How many shortest paths pass through it: [`betweenness`].
    Betweenness,
    /// How near the others are: [`closeness`].
    Closeness,
    /// Whether its neighbours are central in turn: [`eigenvector`].
    Eigenvector,
    /// How often a walker comes by: [`pagerank`].
    Pagerank,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 5] = [Self::Degree, Self::Betweenness, Self::Closeness, Self::Eigenvector, Self::Pagerank];

    /// Returns the name, in one word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Degree => "degree",
            Self::Betweenness => "betweenness",
            Self::Closeness => "closeness",
            Self::Eigenvector => "eigenvector",
            Self::Pagerank => "pagerank",
        }
    }

    /// Finds a measure by its name.
    pub fn parse(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|measure| measure.key().eq_ignore_ascii_case(name)).ok_or_else(|| {
            Error::UnknownMeasure {
                name: name.to_owned(),
                suggestion: nearest(name, Self::ALL.map(Self::key)).map(str::to_owned),
            }
        })
    }

    /// Takes the measure of each node. The degree is the number of edges, not a share.
    pub fn of(self, network: &Network) -> Result<Vec<f64>, Error> {
        Ok(match self {
            Self::Degree => network.degrees().into_iter().map(real).collect(),
            Self::Betweenness => betweenness(network),
            Self::Closeness => closeness(network),
            Self::Eigenvector => eigenvector(network)?,
            Self::Pagerank => pagerank(network),
        })
    }
}

/// A node with its place in the order of a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Id of the entity.
    pub id: String,
    /// Its place, from 1; equal values share a place, and the next one is left out.
    pub rank: usize,
    /// The measure.
    pub value: f64,
}

/// Returns all nodes by a measure, the greatest value first and equals by id.
pub fn ranking(network: &Network, measure: Measure) -> Result<Vec<Ranked>, Error> {
    let values = measure.of(network)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| coarse(values[*b]).total_cmp(&coarse(values[*a])).then(a.cmp(b)));
    let mut ranked: Vec<Ranked> = Vec::with_capacity(order.len());
    for (place, node) in order.into_iter().enumerate() {
        let value = values[node];
        let rank = match ranked.last() {
            Some(before) if coarse(before.value).total_cmp(&coarse(value)).is_eq() => before.rank,
            _ => place + 1,
        };
        ranked.push(Ranked { id: network.ids()[node].clone(), rank, value });
    }
    Ok(ranked)
}

fn coarse(value: f64) -> f64 {
    (value * 1e12).round() / 1e12
}

/// How the measure of one entity differs between two days.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Id of the entity.
    pub id: String,
    /// Its place on the earlier day; none where it was not there.
    pub earlier: Option<Ranked>,
    /// Its place on the later day.
    pub later: Option<Ranked>,
}

impl Change {
    /// Returns by how much the measure grew; an entity that is not there has none of it.
    pub fn growth(&self) -> f64 {
        let value = |ranked: &Option<Ranked>| ranked.as_ref().map_or(0.0, |ranked| ranked.value);
        value(&self.later) - value(&self.earlier)
    }
}

/// Sets two rankings side by side: the greatest change first, whether up or down, and equals by id.
pub fn changes(earlier: &[Ranked], later: &[Ranked]) -> Vec<Change> {
    let mut sides: BTreeMap<&str, (Option<&Ranked>, Option<&Ranked>)> = BTreeMap::new();
    for ranked in earlier {
        sides.entry(&ranked.id).or_default().0 = Some(ranked);
    }
    for ranked in later {
        sides.entry(&ranked.id).or_default().1 = Some(ranked);
    }
    let mut changes: Vec<Change> = sides
        .into_iter()
        .map(|(id, (earlier, later))| Change { id: id.to_owned(), earlier: earlier.cloned(), later: later.cloned() })
        .collect();
    changes.sort_by(|a, b| coarse(b.growth().abs()).total_cmp(&coarse(a.growth().abs())).then_with(|| a.id.cmp(&b.id)));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(edges: &[(usize, usize)]) -> Network {
        Network::new(["a", "b", "c", "d"].map(str::to_owned).to_vec(), edges.iter().copied(), false)
    }

    fn places(ranked: &[Ranked]) -> Vec<(&str, usize)> {
        ranked.iter().map(|ranked| (ranked.id.as_str(), ranked.rank)).collect()
    }

    #[test]
    fn equals_share_a_place_and_stand_by_id() {
        let ranked = ranking(&network(&[(1, 0), (1, 2), (1, 3)]), Measure::Betweenness).expect("a ranking");
        assert_eq!(places(&ranked), [("b", 1), ("a", 2), ("c", 2), ("d", 2)]);
    }

    #[test]
    fn a_change_counts_up_or_down_and_the_newcomer_began_at_nothing() {
        let earlier = ranking(&network(&[(0, 1)]), Measure::Degree).expect("a ranking");
        let later = ranking(&network(&[(2, 3), (2, 1)]), Measure::Degree).expect("a ranking");
        let found: Vec<_> = changes(&earlier[..3], &later).iter().map(|c| (c.id.clone(), c.growth())).collect();
        let wanted = [("c", 2.0), ("a", -1.0), ("d", 1.0), ("b", 0.0)].map(|(id, growth)| (id.to_owned(), growth));
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_misspelt_measure_gets_a_suggestion() {
        let error = Measure::parse("betweeness").expect_err("no measure");
        assert_eq!(error.to_string(), "`betweeness` is not a measure; did you mean `betweenness`?");
    }
}
