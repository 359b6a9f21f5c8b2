//! What was promised, and what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::links::Links;
use super::{Entry, Kind, Settlement, State, side};
use crate::graph::{End, EntityGraph, Fact, Status};

const OUTCOMES: [(&str, State); 3] =
    [("fulfils", State::Kept), ("partlyFulfils", State::PartlyKept), ("breaks", State::Broken)];

/// Finds the promises: what a speaker promised, and what stands in the record as promised.
pub(super) fn promises(graph: &EntityGraph, links: &Links<'_>) -> Vec<Entry> {
    let mut promised: BTreeMap<&str, Vec<&Arc<Fact>>> = BTreeMap::new();
    for fact in graph.facts() {
        match (fact.predicate.key.as_str(), &fact.object) {
            ("promises", End::Fact(about)) => promised.entry(about).or_default().push(fact),
            ("promises", _) => promised.entry(&fact.id).or_default().push(fact),
            _ if fact.status == Status::Promised && !fact.is_claim => {
                promised.entry(&fact.id).or_default();
            }
            _ => {}
        }
    }
    let entries = promised.into_iter().filter_map(|(id, claims)| {
        let about = graph.fact(id)?;
        let outcomes = outcomes(links, about, &claims);
        // Where nobody is on record as promising, the record of what was promised speaks.
        let words = if claims.is_empty() { vec![Arc::clone(about)] } else { claims.into_iter().cloned().collect() };
        let what = if about.is_claim { graph.name(&about.object).to_owned() } else { graph.sentence(about) };
        let settlement = settle(links, about, &outcomes);
        let done = outcomes.into_iter().map(|(_, link)| deed(graph, link));
        let entry = Entry::new(Kind::Promise, what, [side("promised", words), side("done", done)], settlement);
        Some(Entry { about: Some(Arc::clone(about)), ..entry })
    });
    entries.collect()
}

/// Returns the links that tell of an outcome, to the proposition or to a promise of it.
fn outcomes<'a>(links: &Links<'a>, about: &Fact, claims: &[&Arc<Fact>]) -> Vec<(State, &'a Arc<Fact>)> {
    let mut found = BTreeMap::new();
    for id in std::iter::once(&about.id).chain(claims.iter().map(|claim| &claim.id)) {
        for (predicate, state) in OUTCOMES {
            for link in links.onto(predicate, id) {
                found.insert(&link.id, (state, *link));
            }
        }
    }
    found.into_values().collect()
}

/// Returns the fact that kept or broke a promise; where an entity did, the link itself.
fn deed(graph: &EntityGraph, link: &Arc<Fact>) -> Arc<Fact> {
    match &link.subject {
        End::Fact(id) => Arc::clone(graph.fact(id).unwrap_or(link)),
        _ => Arc::clone(link),
    }
}

fn settle(links: &Links<'_>, about: &Fact, outcomes: &[(State, &Arc<Fact>)]) -> Settlement {
    let by = || outcomes.iter().map(|(_, link)| link.id.clone());
    let has = |state| outcomes.iter().any(|(found, _)| *found == state);
    match (has(State::Kept), has(State::Broken), has(State::PartlyKept)) {
        (true, true, _) => Settlement::new(State::Open, by(), "one record says kept, another broken"),
        (true, false, _) => Settlement::new(State::Kept, by(), ""),
        (false, true, _) => Settlement::new(State::Broken, by(), ""),
        (false, false, true) => Settlement::new(State::PartlyKept, by(), ""),
        (false, false, false) => links.put_aside(about).unwrap_or_else(Settlement::open),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Rules, State, ledger};
    use crate::graph::fixture::{Quads, affair};

    fn state(quads: &Quads) -> State {
        let entries = ledger(&quads.graph(), &Rules::default());
        let promises: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::Promise).collect();
        assert_eq!(promises.len(), 1, "a promise counts once, whoever repeats it");
        promises[0].settlement.state
    }

    #[test]
    fn a_promise_is_open_until_a_deed_keeps_or_breaks_it() {
        let mut quads = affair();
        quads
            .fact("P1", ["firm", "notifies", "lone"], ["2014", "..", "2014"], "promised")
            .fact("C1", ["firm", "promises", "fact:P1"], ["2014", "2014", "2014"], "confirmed")
            .fact("C2", ["lone", "promises", "fact:P1"], ["2014", "2014", "2014"], "confirmed");
        assert_eq!(state(&quads), State::Open);
        quads.fact("L1", ["fact:F2", "partlyFulfils", "fact:P1"], ["", "", "2015"], "inferred");
        assert_eq!(state(&quads), State::PartlyKept);
        quads.fact("L2", ["fact:F6", "breaks", "fact:P1"], ["", "", "2016"], "inferred");
        assert_eq!(state(&quads), State::Broken);
        quads.fact("L3", ["fact:F6", "fulfils", "fact:C1"], ["", "", "2017"], "inferred");
        assert_eq!(state(&quads), State::Open, "two records that disagree decide nothing");
    }

    #[test]
    fn a_promise_in_words_is_kept_by_a_deed_that_names_the_claim() {
        let mut quads = affair();
        quads.fact("C1", ["firm", "promises", "\"to tell its customers"], ["2014", "2014", "2014"], "confirmed").fact(
            "L1",
            ["fact:F2", "fulfils", "fact:C1"],
            ["", "", "2015"],
            "inferred",
        );
        assert_eq!(state(&quads), State::Kept);
    }
}
