//! Pairs that may be one. In: a graph, its quads, rules. Out: pairs with score and reasons, the surest first. Only entities
//! that share a word, the beginning of one, an identifier or initials are compared, so that a large case stays quick.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{Quad, Term};

use super::evidence::{Evidence, gather};
use super::names::{Name, Weights, likeness};
use super::rules::Rules;
use crate::graph::{Entity, EntityGraph};
use crate::vocab::{cg, rdf};

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

/// Returns the pairs that may be one and that nobody has decided about, the surest first.
pub fn pairs(graph: &EntityGraph, quads: &[Quad], rules: &Rules) -> Vec<Pair> {
    let names: BTreeMap<&str, Vec<Name>> =
        graph.entities().map(|entity| (entity.id.as_str(), names(entity, rules))).collect();
    let weights = Weights::of(names.values().map(Vec::as_slice));
    let evidence = gather(graph, quads, rules);
    let decided = decided(graph, quads);
    let mut found = Vec::new();
    for (a, b) in blocks(&names, &evidence) {
        let (Some(one), Some(other)) = (graph.entity(a), graph.entity(b)) else { continue };
        if decided.contains(&(a.to_owned(), b.to_owned())) || !rules.may_be_one(&one.class, &other.class) {
            continue;
        }
        let nothing = Evidence::default();
        let known = |id: &str| evidence.get(id).unwrap_or(&nothing);
        let mut weighing = Weighing::of_names(&names[a], &names[b], &weights);
        weighing.identifiers(known(a), known(b));
        weighing.rest((one, known(a)), (other, known(b)));
        if weighing.score >= rules.least {
            let (one, other) = if graph.degree(b) > graph.degree(a) { (b, a) } else { (a, b) };
            let score = (weighing.score.clamp(0.0, 1.0) * 1000.0).round() / 1000.0;
            found.push(Pair { one: one.to_owned(), other: other.to_owned(), score, reasons: weighing.reasons });
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other))));
    found
}

fn names(entity: &Entity, rules: &Rules) -> Vec<Name> {
    let all = std::iter::once(&entity.label).chain(&entity.aliases);
    let mut names: Vec<Name> = all.map(|name| Name::new(name, rules)).filter(|name| !name.words.is_empty()).collect();
    let short: Vec<Name> = names.iter().filter_map(|name| name.without_initials(rules)).collect();
    names.extend(short);
    names.dedup();
    names
}

/// Returns the pairs that a decision is about, the smaller id first.
fn decided(graph: &EntityGraph, quads: &[Quad]) -> BTreeSet<(String, String)> {
    let ids: BTreeMap<&str, &str> = graph.entities().map(|entity| (entity.iri.as_str(), entity.id.as_str())).collect();
    let mut ends: BTreeMap<String, [Option<&str>; 2]> = BTreeMap::new();
    let mut decisions = BTreeSet::new();
    for quad in quads {
        let Term::NamedNode(object) = &quad.object else { continue };
        let place = [rdf::SUBJECT, rdf::OBJECT].iter().position(|part| *part == quad.predicate);
        if let (Some(place), Some(id)) = (place, ids.get(object.as_str())) {
            ends.entry(quad.subject.to_string()).or_default()[place] = Some(id);
        }
        let is_decision = [cg::SAME_ENTITY, cg::DIFFERENT_ENTITY, cg::UNSURE_ENTITY].contains(&object.as_ref());
        if quad.predicate == rdf::PREDICATE && is_decision {
            decisions.insert(quad.subject.to_string());
        }
    }
    let pair = |fact: &String| match ends.get(fact)? {
        [Some(a), Some(b)] => Some(((*a.min(b)).to_owned(), (*a.max(b)).to_owned())),
        _ => None,
    };
    decisions.iter().filter_map(pair).collect()
}

/// Returns the pairs that are worth comparing, the smaller id first.
fn blocks<'a>(
    names: &BTreeMap<&'a str, Vec<Name>>,
    evidence: &'a BTreeMap<String, Evidence>,
) -> BTreeSet<(&'a str, &'a str)> {
    let mut keys: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (id, names) in names {
        for name in names {
            let initials: String = name.words.iter().filter_map(|word| word.chars().next()).collect();
            let begins = name.words.iter().map(|word| format!("begin {}", word.chars().take(4).collect::<String>()));
            let whole = name.words.iter().map(|word| format!("word {word}"));
            let short = [format!("word {initials}")];
            for key in begins.chain(whole).chain(short) {
                keys.entry(key).or_default().insert(id);
            }
        }
    }
    for (id, evidence) in evidence {
        for (property, values) in &evidence.identifiers {
            for value in values {
                keys.entry(format!("{property} {value}")).or_default().insert(id);
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for ids in keys.values().filter(|ids| ids.len() <= TOO_COMMON) {
        let ids: Vec<&str> = ids.iter().copied().collect();
        for (at, a) in ids.iter().enumerate() {
            pairs.extend(ids[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}

/// The score of a pair under way.
struct Weighing {
    score: f64,
    reasons: Vec<String>,
}

impl Weighing {
    fn of_names(a: &[Name], b: &[Name], weights: &Weights) -> Self {
        let mut best = (0.0, "", "", "");
        for one in a {
            for other in b {
                let (likeness, why) = likeness(one, other, weights);
                if likeness > best.0 {
                    best = (likeness, why, one.written.as_str(), other.written.as_str());
                }
            }
        }
        let (score, why, one, other) = best;
        let reasons = if score > 0.0 { vec![format!("{why}: {one} / {other}")] } else { Vec::new() };
        // A name alone never makes it sure.
        Self { score: score * 0.9, reasons }
    }

    fn identifiers(&mut self, a: &Evidence, b: &Evidence) {
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for (property, values) in &a.identifiers {
            let Some(others) = b.identifiers.get(property) else { continue };
            match values.intersection(others).next() {
                Some(value) => same.push(format!("same {property} {value}")),
                None => different.push(format!("other {property}")),
            }
        }
        if !same.is_empty() {
            self.score = self.score.max(0.9) + 0.08;
        }
        if !different.is_empty() {
            self.score = if same.is_empty() { self.score.min(0.4) } else { self.score - 0.2 };
        }
        self.reasons.extend(same.into_iter().chain(different));
    }

    fn rest(&mut self, (one, a): (&Entity, &Evidence), (other, b): (&Entity, &Evidence)) {
        for (property, values) in &a.telling {
            if let Some(others) = b.telling.get(property)
                && values.is_disjoint(others)
            {
                self.score -= 0.2;
                self.reasons.push(format!("other {property}"));
            }
        }
        if one.class != other.class {
            self.score -= 0.05;
            self.reasons.push(format!("{} and {}", one.class, other.class));
        }
        let shared = a.neighbours.intersection(&b.neighbours).count();
        let fewest = a.neighbours.len().min(b.neighbours.len());
        if shared > 0 {
            self.score += 0.1 * share(shared, fewest);
            self.reasons.push(format!("{shared} of {fewest} neighbours in common"));
        }
        // What has to do with another is seldom that other: a firm and its owner, a case and its papers.
        if a.neighbours.contains(&other.id) {
            self.score -= 0.3;
            self.reasons.push("a fact joins the two".to_owned());
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of neighbours")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
