//! How many days lay between an event and its disclosure, by party.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::SecrecyRules;
use crate::graph::{Entity, EntityGraph};

/// The lags of the facts about one party that became public after they had happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The party.
    pub party: Arc<Entity>,
    /// How many facts there are.
    pub count: usize,
    /// Median of their lags in days; of two middle ones the smaller.
    pub median: i64,
    /// Longest lag in days.
    pub longest: i64,
    /// Id of the fact with the longest lag.
    pub longest_fact: String,
}

/// Returns the lags by party, in the order of the classes in the rules, the longest first.
pub fn lags(graph: &EntityGraph, rules: &SecrecyRules) -> Vec<Lag> {
    let mut by_party: BTreeMap<&str, Vec<(i64, &str)>> = BTreeMap::new();
    for fact in graph.facts().filter(|fact| fact.asserted && !fact.is_claim) {
        let Some(days) = fact.lag_days() else { continue };
        for party in fact.entities().collect::<BTreeSet<_>>() {
            by_party.entry(party).or_default().push((days, &fact.id));
        }
    }
    let mut lags = Vec::new();
    for (id, mut days) in by_party {
        let Some(party) = graph.entity(id).filter(|party| rules.lag_classes.contains(&party.class)) else { continue };
        days.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1)));
        let Some(&(longest, fact)) = days.last() else { continue };
        lags.push(Lag {
            party: Arc::clone(party),
            count: days.len(),
            median: days[(days.len() - 1) / 2].0,
            longest,
            longest_fact: fact.to_owned(),
        });
    }
    let rank = |lag: &Lag| rules.lag_classes.iter().position(|class| *class == lag.party.class);
    lags.sort_by_cached_key(|lag| (rank(lag), -lag.longest, lag.party.id.clone()));
    lags
}

#[cfg(test)]
mod tests {
    use super::super::{SecrecyRules, lags};
    use crate::graph::fixture::affair;

    #[test]
    fn a_lag_counts_from_the_last_day_of_the_event_for_each_party_of_the_classes() {
        let found = lags(&affair().graph(), &SecrecyRules::default());
        let rows: Vec<_> =
            found.iter().map(|lag| (lag.party.id.as_str(), lag.count, lag.median, lag.longest)).collect();
        // F1 and F2: 2013 to 22 May 2014; F4: October 2013 to 22 May 2014. A request is no party.
        assert_eq!(rows, [("bureau", 2, 142, 203), ("firm", 1, 142, 142)]);
        assert_eq!(found[0].longest_fact, "F4");
    }
}
