//! What speakers say against each other, against a fact that came out later, and under a gag.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::links::Links;
use super::{Entry, Kind, Rules, Settlement, Side, side};
use crate::date::Day;
use crate::graph::{Answer, End, EndKind, EntityGraph, Fact};

/// Finds the propositions that are affirmed, by a speaker or by an accepted record, and denied.
pub(super) fn affirmed_and_denied(graph: &EntityGraph, links: &Links<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (id, denials) in links.all_onto("denies") {
        let Some(about) = graph.fact(id) else { continue };
        let mut affirmations: Vec<&Arc<Fact>> = links.onto("affirms", &about.id).to_vec();
        if about.asserted {
            affirmations.push(about);
        }
        if affirmations.is_empty() {
            continue;
        }
        let settlement = settle(graph, links, about, &affirmations, denials);
        let affirmed = side("affirmed", affirmations.into_iter().cloned());
        let sides = [affirmed, side("denied", denials.iter().copied().cloned())];
        let entry = Entry::new(Kind::Denied, graph.sentence(about), sides, settlement);
        entries.push(Entry { about: Some(Arc::clone(about)), ..entry });
    }
    entries
}

fn settle<'a>(
    graph: &EntityGraph,
    links: &Links<'a>,
    about: &Fact,
    affirmations: &[&'a Arc<Fact>],
    denials: &[&'a Arc<Fact>],
) -> Settlement {
    if let Some(settlement) = links.put_aside(about) {
        return settlement;
    }
    for claims in [denials, affirmations] {
        let aside: Option<Vec<_>> = claims.iter().map(|claim| links.put_aside(claim)).collect();
        if let Some(aside) = aside {
            let because = aside.iter().map(|settlement| settlement.because.as_str()).collect::<Vec<_>>().join("; ");
            let by = aside.iter().flat_map(|settlement| settlement.by.clone());
            return Settlement::new(super::State::Decided, by, because);
        }
    }
    // What explains the proposition itself says why it came about, not why it is denied.
    let claims = affirmations.iter().chain(denials).map(|claim| claim.id.as_str()).filter(|id| *id != about.id);
    links.explained(graph, claims).unwrap_or_else(Settlement::open)
}

/// Finds statements that were made before a fact that speaks against them became public.
pub(super) fn overtaken(graph: &EntityGraph, links: &Links<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for claim in graph.facts().filter(|fact| fact.is_claim && fact.begin.is_some()) {
        let mut against: BTreeMap<&str, &Arc<Fact>> = BTreeMap::new();
        let mut add = |facts: Vec<&'_ Arc<Fact>>| {
            for fact in facts {
                if let Some(fact) = graph.fact(&fact.id) {
                    against.insert(&fact.id, fact);
                }
            }
        };
        add(links.contradicting(graph, &claim.id));
        match (claim.predicate.key.as_str(), graph.fact_at(&claim.object)) {
            ("denies", Some(about)) if about.asserted && !about.is_claim => add(vec![about]),
            ("affirms", Some(about)) => add(links.contradicting(graph, &about.id)),
            _ => {}
        }
        // Two claims are two voices; only a fact of the record overtakes a statement.
        against.retain(|_, fact| !fact.is_claim && fact.asserted && claim.begins.0 < fact.known.0);
        for fact in against.into_values() {
            let certainty = if claim.begins.1 < fact.known.0 { Answer::Certain } else { Answer::Possible };
            let sides = [side("said", [Arc::clone(claim)]), side("public later", [Arc::clone(fact)])];
            entries.push(statement(graph, links, claim, Kind::Overtaken, sides, certainty));
        }
    }
    entries
}

/// Returns the entry of what somebody said.
fn statement(
    graph: &EntityGraph,
    links: &Links<'_>,
    claim: &Fact,
    kind: Kind,
    sides: [Side; 2],
    certainty: Answer,
) -> Entry {
    let explained = links.from("explainedBy", &claim.id).first().map(|fact| fact.id.clone());
    let settlement = match (links.put_aside(claim), explained) {
        (Some(settlement), _) => settlement,
        (None, Some(id)) => {
            let because = graph.words(&id).unwrap_or_default();
            Settlement::new(super::State::Explained, [id], because)
        }
        (None, None) => Settlement::open(),
    };
    let about = graph.fact_at(&claim.object).cloned();
    Entry { about, certainty, ..Entry::new(kind, graph.sentence(claim), sides, settlement) }
}

/// Finds denials by speakers who were, or may have been, bound to silence on the day.
pub(super) fn gagged(graph: &EntityGraph, links: &Links<'_>, rules: &Rules) -> Vec<Entry> {
    let mut gags: BTreeMap<&End, Vec<&Arc<Fact>>> = BTreeMap::new();
    let mut speaks_for: BTreeMap<&End, BTreeSet<&End>> = BTreeMap::new();
    for fact in graph.facts() {
        if fact.asserted && rules.gags.contains(&fact.predicate.key) {
            gags.entry(&fact.object).or_default().push(fact);
        }
        if rules.speaks_for.contains(&fact.predicate.key) {
            speaks_for.entry(&fact.subject).or_default().insert(&fact.object);
        }
    }
    let mut entries = Vec::new();
    let denials = graph.facts().filter(|fact| fact.is_claim && fact.predicate.key == "denies" && fact.begin.is_some());
    for claim in denials {
        // Whether a gag on a party binds those who speak for it is a question of law, not of dates.
        let parties = speaks_for.get(&claim.subject).into_iter().flatten().filter(|party| **party != &claim.subject);
        let bound = parties.map(|party| (*party, Answer::Possible)).chain([(&claim.subject, Answer::Certain)]);
        for (party, most) in bound {
            for gag in gags.get(party).into_iter().flatten() {
                let certainty = falls_within(claim, gag).min(most);
                if certainty == Answer::No {
                    continue;
                }
                let sides = [side("denied", [Arc::clone(claim)]), side("silenced", [Arc::clone(gag)])];
                entries.push(statement(graph, links, claim, Kind::Gagged, sides, certainty));
            }
        }
    }
    entries
}

/// Tells whether a statement was made while a state lasted.
fn falls_within(claim: &Fact, state: &Fact) -> Answer {
    let last: Day = if claim.end_kind == EndKind::Closed { claim.ends.1 } else { claim.begins.1 };
    if state.begins.1 <= claim.begins.0 && last <= state.ends.0 {
        Answer::Certain
    } else if claim.begins.0 <= state.ends.1 && state.begins.0 <= last {
        Answer::Possible
    } else {
        Answer::No
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Rules, State, ledger};
    use crate::graph::Answer;
    use crate::graph::fixture::{Quads, affair};

    fn found(quads: &Quads, kind: Kind) -> Vec<(String, State, Answer)> {
        let entries = ledger(&quads.graph(), &Rules::default());
        let of_kind = entries.iter().filter(|entry| entry.kind == kind);
        of_kind.map(|entry| (entry.one.records[0].id.clone(), entry.settlement.state, entry.certainty)).collect()
    }

    #[test]
    fn what_one_affirms_and_another_denies_is_open_until_somebody_takes_it_back() {
        let mut quads = affair();
        let entries = ledger(&quads.graph(), &Rules::default());
        let denied: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::Denied).collect();
        assert_eq!(denied.len(), 1);
        assert_eq!((denied[0].one.records[0].id.as_str(), denied[0].other.records[0].id.as_str()), ("F8", "F7"));
        assert_eq!(denied[0].settlement.state, State::Open);
        quads.fact("R1", ["firm", "retracts", "fact:F7"], ["2014-06", "2014-06", "2014-06"], "confirmed");
        assert_eq!(found(&quads, Kind::Denied), [("F8".to_owned(), State::Decided, Answer::Certain)]);
    }

    #[test]
    fn a_reason_given_for_a_denial_explains_it() {
        let mut quads = affair();
        quads.fact("E1", ["fact:F7", "explainedBy", "\"they knew it by another name"], ["", "", "2015"], "inferred");
        assert_eq!(found(&quads, Kind::Denied)[0].1, State::Explained);
    }

    #[test]
    fn a_denial_under_a_gag_is_as_certain_as_the_dates_of_the_gag() {
        let mut quads = affair();
        assert_eq!(found(&quads, Kind::Gagged), [], "F7 was said the day after the gag ended");
        quads
            .fact("D1", ["firm", "denies", "fact:F1"], ["2013-06-01", "2013-06-01", "2013-06-01"], "confirmed")
            .fact("D2", ["firm", "denies", "fact:F1"], ["2013-02-10", "2013-02-10", "2013-02-10"], "confirmed")
            .fact("D3", ["lone", "denies", "fact:F1"], ["2013-06-01", "2013-06-01", "2013-06-01"], "confirmed")
            .fact("P1", ["lone", "holdsPositionAt", "firm"], ["2010", "..", "2010"], "confirmed");
        let wanted = [("D1", Answer::Certain), ("D2", Answer::Possible), ("D3", Answer::Possible)];
        assert_eq!(found(&quads, Kind::Gagged), wanted.map(|(id, sure)| (id.to_owned(), State::Open, sure)));
    }

    #[test]
    fn a_statement_is_overtaken_only_by_what_became_public_later() {
        let mut quads = affair();
        quads.fact("D1", ["firm", "denies", "fact:F1"], ["2014-01-01", "2014-01-01", "2014-01-01"], "confirmed").fact(
            "D2",
            ["firm", "denies", "fact:F1"],
            ["2014-06-01", "2014-06-01", "2014-06-01"],
            "confirmed",
        );
        assert_eq!(found(&quads, Kind::Overtaken), [("D1".to_owned(), State::Open, Answer::Certain)]);
    }
}
