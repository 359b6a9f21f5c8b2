//! Pairs that may be one. In: a graph, the columns that it was read from, rules. Out: pairs with score and reasons, the surest first. Only entities
//! that share a word, the beginning of one, an identifier or initials are compared, so that a large case stays quick.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, gather};
use super::lookup::Lookup;
use super::rules::Rules;
use super::weighing::Weighing;
use crate::graph::{Entity, EntityGraph, Identity};
use crate::store::Columns;

/// Entities that share a word are compared unless more than so many have it.
const TOO_COMMON: usize = 60;

/// Two entities that may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Id of the one that more facts speak of; of equals the first.
    pub one: String,
    /// Id of the other.
    pub other: String,
    /// How sure it is that they are one, 0 to 1.
    pub score: f64,
    /// What speaks for it and against it.
    pub reasons: Vec<String>,
}

/// Returns the pairs that may be one and that nobody has decided about, the surest first. What is one already is compared
/// as one, and a decision about any of it holds for all of it.
pub fn pairs(graph: &EntityGraph, columns: &Columns, rules: &Rules) -> Vec<Pair> {
    let (lookup, identity) = (Lookup::of(graph, rules), Identity::of_columns(columns));
    let evidence = gather(graph, columns, rules, &identity);
    let mut found = Vec::new();
    for (a, b) in blocks(&lookup, &evidence) {
        let (Some(one), Some(other)) = (graph.entity(a), graph.entity(b)) else { continue };
        if identity.is_decided(&one.iri, &other.iri) || !rules.may_be_one(&one.class, &other.class) {
            continue;
        }
        let nothing = Evidence::default();
        let known = |id: &str| evidence.get(id).unwrap_or(&nothing);
        let mut weighing = Weighing::default();
        if let Some((likeness, why)) = lookup.likeness(a, b) {
            weighing.name(likeness, why);
        }
        weigh(&mut weighing, (one, known(a)), (other, known(b)));
        if weighing.score >= rules.least {
            let (one, other) = if graph.degree(b) > graph.degree(a) { (b, a) } else { (a, b) };
            let score = weighing.rounded();
            found.push(Pair { one: one.to_owned(), other: other.to_owned(), score, reasons: weighing.reasons });
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other))));
    found
}

/// Returns the pairs that are worth comparing, the smaller id first.
fn blocks<'a>(lookup: &'a Lookup, evidence: &'a BTreeMap<String, Evidence>) -> BTreeSet<(&'a str, &'a str)> {
    let mut identified: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (id, evidence) in evidence {
        for (property, values) in &evidence.identifiers {
            for value in values {
                identified.entry((property, value)).or_default().insert(id);
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for ids in lookup.blocks().chain(identified.into_values()).filter(|ids| ids.len() <= TOO_COMMON) {
        let ids: Vec<&str> = ids.into_iter().collect();
        for (at, a) in ids.iter().enumerate() {
            pairs.extend(ids[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}

/// Weighs what is known of two entities beside their names.
fn weigh(weighing: &mut Weighing, (one, a): (&Entity, &Evidence), (other, b): (&Entity, &Evidence)) {
    let (mut same, mut different) = (Vec::new(), Vec::new());
    for (property, values) in &a.identifiers {
        let Some(others) = b.identifiers.get(property) else { continue };
        match values.intersection(others).next() {
            Some(value) => same.push(format!("same {property} {value}")),
            None => different.push(format!("other {property}")),
        }
    }
    weighing.identifiers(same, different);
    for (property, values) in &a.telling {
        if b.telling.get(property).is_some_and(|others| values.is_disjoint(others)) {
            weighing.other(property);
        }
    }
    if one.class != other.class {
        weighing.add(-0.05, format!("{} and {}", one.class, other.class));
    }
    let shared = a.neighbours.intersection(&b.neighbours).count();
    let fewest = a.neighbours.len().min(b.neighbours.len());
    if shared > 0 {
        weighing.add(0.1 * share(shared, fewest), format!("{shared} of {fewest} neighbours in common"));
    }
    // What has to do with another is seldom that other: a firm and its owner, a case and its papers.
    if a.neighbours.contains(&other.id) {
        weighing.add(-0.3, "a fact joins the two".to_owned());
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of neighbours")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
