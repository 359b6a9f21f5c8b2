//! Fewer lines for the same facts. In: a graph. Out: records of one relation between the same two entities as one
//! [`Strand`], and strands of one relation and one judgement that meet at one entity as one [`Bundle`], which is drawn
//! with a single label. Every fact stays in exactly one of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Answer, EntityGraph, Fact, Status};

/// Fewer strands than this are drawn each by itself.
const LEAST: usize = 3;

/// All records of one relation between two entities.
#[derive(Debug, Clone)]
pub(super) struct Strand<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) facts: Vec<&'a Fact>,
}

impl<'a> Strand<'a> {
    /// Returns its ends whatever its direction.
    pub(super) fn pair(&self) -> (&'a str, &'a str) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    /// Tells whether all records are of one relation.
    pub(super) fn is_of_one_relation(&self) -> bool {
        let best = self.best();
        self.facts.iter().all(|fact| fact.predicate.key == best.predicate.key)
    }

    /// Returns the best founded of the records.
    pub(super) fn best(&self) -> &'a Fact {
        self.facts.iter().copied().min_by_key(|fact| (fact.status, &fact.id)).expect("a strand has a fact")
    }

    fn look(&self, graph: &EntityGraph) -> (&'a str, Status, Answer) {
        let best = self.best();
        (&best.predicate.key, best.status, graph.selection().certainty(best))
    }
}

/// Strands that meet.
#[derive(Debug, Clone)]
pub(super) struct Bundle<'a> {
    /// The entity where they meet.
    pub(super) hub: &'a str,
    /// Whether they lead to the hub or from it.
    pub(super) inward: bool,
    pub(super) strands: Vec<Strand<'a>>,
}

/// Puts the records of one relation between the same two entities together; a symmetric one has no direction.
pub(super) fn strands(graph: &EntityGraph) -> Vec<Strand<'_>> {
    let mut merged: BTreeMap<(&str, &str, &str), Vec<&Fact>> = BTreeMap::new();
    for (from, fact, to) in graph.links() {
        let flip = fact.predicate.symmetric && to.id < from.id;
        let (from, to) = if flip { (to, from) } else { (from, to) };
        merged.entry((&from.id, &to.id, &fact.predicate.key)).or_default().push(fact);
    }
    merged.into_iter().map(|((from, to, _), facts)| Strand { from, to, facts }).collect()
}

/// Puts the strands between two entities together where they are more than `most` of that pair allows: side by side
/// their labels would cover each other.
pub(super) fn thinned<'a>(strands: Vec<Strand<'a>>, most: impl Fn(&Strand<'a>) -> usize) -> Vec<Strand<'a>> {
    let mut pairs: BTreeMap<(&str, &str), Vec<Strand<'a>>> = BTreeMap::new();
    for strand in strands {
        pairs.entry((strand.from, strand.to)).or_default().push(strand);
    }
    pairs
        .into_values()
        .flat_map(|mut strands| match strands.first().map(&most) {
            Some(most) if strands.len() > most => {
                let facts = strands.iter().flat_map(|strand| strand.facts.iter().copied()).collect();
                strands.truncate(1);
                strands.into_iter().map(|strand| Strand { facts: Vec::clone(&facts), ..strand }).collect()
            }
            _ => strands,
        })
        .collect()
}

/// Returns every fact as a strand of its own where there are at most `most` between two entities; where there are more,
/// those of one relation together, or, if these are too many too, all.
pub(super) fn few(graph: &EntityGraph, most: usize) -> Vec<Strand<'_>> {
    let single =
        graph.links().map(|(from, fact, to)| Strand { from: &from.id, to: &to.id, facts: vec![fact.as_ref()] });
    let single: Vec<_> = single.collect();
    let facts = by_pair(&single);
    let merged: Vec<_> = strands(graph).into_iter().filter(|strand| facts[&strand.pair()] > most).collect();
    let lines = by_pair(&merged);
    let mut few: Vec<_> = single.into_iter().filter(|strand| facts[&strand.pair()] <= most).collect();
    few.extend(thinned(merged, |strand| if lines[&strand.pair()] > most { 1 } else { most }));
    few.sort_by_key(|strand| &strand.best().id);
    few
}

/// Puts all strands between the same two entities together, whatever their direction.
pub(super) fn merged(strands: Vec<Strand<'_>>) -> Vec<Strand<'_>> {
    let mut pairs: BTreeMap<_, Strand<'_>> = BTreeMap::new();
    for mut strand in strands {
        let (from, to) = strand.pair();
        pairs.entry((from, to)).or_insert(Strand { from, to, facts: Vec::new() }).facts.append(&mut strand.facts);
    }
    pairs.into_values().collect()
}

fn by_pair<'a>(strands: &[Strand<'a>]) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut count = BTreeMap::new();
    for strand in strands {
        *count.entry(strand.pair()).or_default() += 1;
    }
    count
}

/// Bundles what can be bundled and returns the rest; `may_bundle` tells whether a strand may be part of one.
pub(super) fn bundles<'a>(
    graph: &EntityGraph,
    strands: Vec<Strand<'a>>,
    may_bundle: impl Fn(&Strand<'a>) -> bool,
) -> (Vec<Bundle<'a>>, Vec<Strand<'a>>) {
    let (able, mut single): (Vec<_>, Vec<_>) = strands.into_iter().partition(|strand| may_bundle(strand));
    let (mut found, rest) = gather(graph, able, true);
    let (outward, rest) = gather(graph, rest, false);
    found.extend(outward);
    single.extend(rest);
    single.sort_by(|a, b| (a.from, a.to, &a.best().id).cmp(&(b.from, b.to, &b.best().id)));
    (found, single)
}

fn gather<'a>(graph: &EntityGraph, strands: Vec<Strand<'a>>, inward: bool) -> (Vec<Bundle<'a>>, Vec<Strand<'a>>) {
    let mut groups: BTreeMap<_, Vec<Strand<'a>>> = BTreeMap::new();
    for strand in strands {
        let hub = if inward { strand.to } else { strand.from };
        groups.entry((hub, strand.look(graph))).or_default().push(strand);
    }
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    for ((hub, _), strands) in groups {
        if strands.len() >= LEAST {
            found.push(Bundle { hub, inward, strands });
        } else {
            rest.extend(strands);
        }
    }
    (found, rest)
}

/// Returns the label of some records of one relation: the relation, the dates, how many records.
pub(super) fn label<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> String {
    let mut facts: Vec<_> = facts.into_iter().collect();
    facts.sort_by_key(|fact| (fact.begin.is_none(), fact.begins, fact.ends, &fact.id));
    let Some(first) = facts.first() else { return String::new() };
    let relations: BTreeSet<_> = facts.iter().map(|fact| &fact.predicate.key).collect();
    let relation = match relations.len() {
        1 => super::text::wrap(&first.predicate.label, 24, 2),
        several => format!("{several} relations"),
    };
    let times = if facts.len() > 1 { format!(" ×{}", facts.len()) } else { String::new() };
    let mut dates: Vec<_> = facts.iter().map(|fact| fact.when_briefly()).filter(|when| !when.is_empty()).collect();
    dates.dedup();
    let dates = match dates.as_slice() {
        [] => String::new(),
        [date] => format!("\n{date}"),
        [first, .., last] => format!("\n{first} … {}", last.trim_start_matches("since ")),
    };
    format!("{relation}{times}{dates}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;

    fn between<'a>(strands: &'a [Strand<'_>], pair: (&str, &str)) -> Vec<Vec<&'a str>> {
        let strands = strands.iter().filter(|strand| strand.pair() == pair);
        strands.map(|strand| strand.facts.iter().map(|fact| fact.id.as_str()).collect()).collect()
    }

    #[test]
    fn only_between_two_entities_with_many_facts_does_a_line_stand_for_several() {
        let mut quads = affair();
        for at in 1..=4 {
            quads.fact(&format!("W{at}"), ["bureau", "withdrew", "letter"], ["", "", "2014"], "confirmed");
        }
        let graph = quads.graph();
        let strands = few(&graph, 4);
        assert_eq!(between(&strands, ("firm", "letter")), [["F2"], ["F3"]]);
        assert_eq!(between(&strands, ("bureau", "letter")), [vec!["F1"], vec!["F4", "F5", "W1", "W2", "W3", "W4"]]);
        let facts = |strands: &[Strand<'_>]| strands.iter().map(|strand| strand.facts.len()).sum::<usize>();
        assert_eq!(facts(&strands), graph.links().count());
        let fewest = few(&graph, 1);
        assert_eq!(between(&fewest, ("bureau", "letter")).len(), 1);
        assert_eq!(facts(&fewest), graph.links().count());
    }
}
