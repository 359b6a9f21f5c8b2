//! Facts about facts, found once: who affirms, denies and takes back what, what explains, replaces and contradicts what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Settlement, State};
use crate::graph::{End, EntityGraph, Fact, Status};

/// Facts by the id of the fact that they speak of.
#[derive(Default)]
pub(super) struct Links<'a> {
    /// Claims and relations by predicate and by the fact that is their object.
    onto: BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a Arc<Fact>>>>,
    /// Relations by predicate and by the fact that is their subject.
    from: BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a Arc<Fact>>>>,
}

impl<'a> Links<'a> {
    pub(super) fn of(graph: &'a EntityGraph) -> Self {
        let mut links = Self::default();
        for fact in graph.facts() {
            let key = fact.predicate.key.as_str();
            if let Some(id) = fact.object.fact() {
                links.onto.entry(key).or_default().entry(id).or_default().push(fact);
            }
            if let Some(id) = fact.subject.fact() {
                links.from.entry(key).or_default().entry(id).or_default().push(fact);
            }
        }
        links
    }

    /// Returns the facts that a predicate has as objects, by id, each with the facts that speak of it so.
    pub(super) fn all_onto(&self, predicate: &str) -> impl Iterator<Item = (&'a str, &[&'a Arc<Fact>])> {
        self.onto.get(predicate).into_iter().flatten().map(|(id, facts)| (*id, facts.as_slice()))
    }

    /// Returns the facts with a predicate whose object is a fact.
    pub(super) fn onto(&self, predicate: &str, id: &str) -> &[&'a Arc<Fact>] {
        self.onto.get(predicate).and_then(|by_id| by_id.get(id)).map_or(&[], Vec::as_slice)
    }

    /// Returns the facts with a predicate whose subject is a fact.
    pub(super) fn from(&self, predicate: &str, id: &str) -> &[&'a Arc<Fact>] {
        self.from.get(predicate).and_then(|by_id| by_id.get(id)).map_or(&[], Vec::as_slice)
    }

    /// Returns the facts that are marked as contradicting a fact.
    pub(super) fn contradicting(&self, graph: &'a EntityGraph, id: &str) -> Vec<&'a Arc<Fact>> {
        let ahead = self.from("contradicts", id).iter().map(|mark| &mark.object);
        let behind = self.onto("contradicts", id).iter().map(|mark| &mark.subject);
        ahead.chain(behind).filter_map(|end| graph.fact_at(end)).collect()
    }

    /// Returns why a record counts no more, where something says so.
    pub(super) fn put_aside(&self, fact: &Fact) -> Option<Settlement> {
        let decided =
            |by: Vec<String>, words: &str| Settlement::new(State::Decided, by, format!("{} {words}", fact.id));
        let all = |facts: &[&Arc<Fact>]| facts.iter().map(|fact| fact.id.clone()).collect::<Vec<_>>();
        let retractions = self.onto("retracts", &fact.id);
        let replacements = self.onto("supersedes", &fact.id);
        match fact.status {
            Status::Refuted => Some(decided(all(replacements), "is refuted")),
            Status::Retracted => Some(decided(all(retractions), "is retracted")),
            _ if !retractions.is_empty() => Some(decided(all(retractions), "is retracted")),
            _ if !replacements.is_empty() => Some(decided(all(replacements), "is superseded")),
            _ => None,
        }
    }

    /// Returns the explanation of one of some records.
    pub(super) fn explained(&self, graph: &EntityGraph, ids: impl IntoIterator<Item = &'a str>) -> Option<Settlement> {
        let found: Vec<_> = ids.into_iter().flat_map(|id| self.from("explainedBy", id)).collect();
        let first = found.first()?;
        let because = match &first.object {
            End::Fact(id) => graph.words(id).unwrap_or_else(|| id.clone()),
            other => graph.name(other).to_owned(),
        };
        Some(Settlement::new(State::Explained, found.iter().map(|fact| fact.id.clone()), because))
    }

    /// Returns what settles a contradiction of two records, marked or not.
    pub(super) fn between(&self, graph: &EntityGraph, one: &'a Fact, other: &'a Fact, marks: &[&'a str]) -> Settlement {
        match (self.put_aside(one), self.put_aside(other)) {
            (Some(settlement), None) => decided_for(settlement, other),
            (None, Some(settlement)) => decided_for(settlement, one),
            _ => self
                .explained(graph, marks.iter().copied())
                .or_else(|| self.explains_each_other(graph, one, other))
                .unwrap_or_else(Settlement::open),
        }
    }

    fn explains_each_other(&self, graph: &EntityGraph, one: &'a Fact, other: &'a Fact) -> Option<Settlement> {
        let joins = |from: &Fact, to: &Fact| {
            let explanations = self.from("explainedBy", &from.id).iter();
            explanations.copied().find(|fact| fact.object.fact() == Some(&to.id)).cloned()
        };
        let fact = joins(one, other).or_else(|| joins(other, one))?;
        Some(Settlement::new(State::Explained, [fact.id.clone()], graph.sentence(&fact)))
    }
}

fn decided_for(settlement: Settlement, better: &Fact) -> Settlement {
    let by = if settlement.by.is_empty() { vec![better.id.clone()] } else { settlement.by };
    Settlement { because: format!("{}; {} stands", settlement.because, better.id), by, ..settlement }
}
