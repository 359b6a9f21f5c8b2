//! Finds the changes. In: a graph, two days. Out: a [`Diff`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::rules::Rules;
use super::{Change, Days, Diff, Kind, Time};
use crate::graph::{Answer, End, EndKind, EntityGraph, Fact, Selection};

pub(super) fn compare(graph: &EntityGraph, days: Days) -> Diff {
    match days.time {
        Time::Known => known(graph, days),
        Time::Held => held(graph, days),
    }
}

fn selection(graph: &EntityGraph, days: Days, day: crate::date::Day) -> Selection {
    let filters = Selection { certain_only: !days.possible, ..graph.selection().clone() };
    match days.time {
        Time::Known => Selection { known_on: Some(day), ..filters },
        Time::Held => Selection { held_on: Some(day), ..filters },
    }
}

fn known(graph: &EntityGraph, days: Days) -> Diff {
    let later = graph.select(&selection(graph, days, days.later));
    let before = graph.select(&selection(graph, days, days.earlier));
    let search = Search { before: &before, days, corrections: corrections(&before, &later) };
    let changes = later.facts().filter_map(|fact| search.change(fact));
    let changes: BTreeMap<String, Change> = changes.map(|change| (change.fact.id.clone(), change)).collect();
    Diff { days, changes, graph: later }
}

fn held(graph: &EntityGraph, days: Days) -> Diff {
    let later = graph.select(&selection(graph, days, days.later));
    let before = graph.select(&selection(graph, days, days.earlier));
    let mut changes = BTreeMap::new();
    let mut drawn = BTreeSet::new();
    for fact in graph.facts() {
        let (was, is) = (before.fact(&fact.id).is_some(), later.fact(&fact.id).is_some());
        // What began and ended between the two days stands in neither.
        let between = days.earlier < fact.begins.0 && fact.begins.1 <= days.later;
        let change = match (was, is) {
            (true, true) => None,
            (true, false) if fact.held_on(days.later) == Answer::No => Some((Kind::Withdrawn, ended(fact))),
            (true, false) => Some((Kind::Unsettled, "nobody says whether it still held".to_owned())),
            (false, _) if between => Some((Kind::Happened, String::new())),
            (false, true) if days.earlier < fact.begins.0 => Some((Kind::Happened, String::new())),
            (false, true) => Some((Kind::Unsettled, String::new())),
            (false, false) => continue,
        };
        drawn.insert(fact.id.as_str());
        if let Some((kind, why)) = change {
            changes.insert(fact.id.clone(), Change { kind, fact: Arc::clone(fact), why });
        }
    }
    Diff { days, changes, graph: graph.keeping(&drawn) }
}

fn ended(fact: &Fact) -> String {
    fact.end.as_ref().map(|end| format!("ended {end}")).unwrap_or_default()
}

/// What is known of the earlier day while the facts of the later are looked at.
struct Search<'a> {
    before: &'a EntityGraph,
    days: Days,
    /// Facts of the earlier day that a record of the later changes.
    corrections: BTreeMap<&'a str, (Kind, String)>,
}

impl Search<'_> {
    fn change(&self, fact: &Arc<Fact>) -> Option<Change> {
        let (kind, why) = match self.before.fact(&fact.id) {
            Some(old) => self.of_old(old, fact)?,
            None => self.of_new(fact),
        };
        Some(Change { kind, fact: Arc::clone(fact), why })
    }

    fn of_old(&self, old: &Fact, fact: &Fact) -> Option<(Kind, String)> {
        if let Some(correction) = self.corrections.get(fact.id.as_str()) {
            return Some(correction.clone());
        }
        (old.end_kind != EndKind::Closed && fact.end_kind == EndKind::Closed).then(|| (Kind::Withdrawn, ended(fact)))
    }

    fn of_new(&self, fact: &Fact) -> (Kind, String) {
        if self.days.earlier < fact.begins.0 {
            return (Kind::Happened, String::new());
        }
        let same = |old: &&Arc<Fact>| {
            old.subject == fact.subject && old.predicate.key == fact.predicate.key && old.object == fact.object
        };
        let told: Vec<&Arc<Fact>> = self.before.facts().filter(same).collect();
        let dates = |fact: &Fact| (fact.begin.clone(), fact.end.clone());
        if let Some(old) = told.first() {
            let says = |old: &Fact| format!("before: {}, {}", old.id, if_any(&old.when(), "undated"));
            if fact.is_undated() || told.iter().any(|old| dates(old) == dates(fact)) {
                return (Kind::Repeated, says(old));
            }
            return match told.iter().find(|old| fact.status <= old.status) {
                Some(old) => (Kind::Corrected, says(old)),
                None => (Kind::Repeated, says(old)),
            };
        }
        if fact.is_undated() {
            (Kind::Unsettled, "undated".to_owned())
        } else if fact.begins.1 <= self.days.earlier {
            (Kind::Disclosed, lag(fact))
        } else {
            (Kind::Unsettled, String::new())
        }
    }
}

fn lag(fact: &Fact) -> String {
    fact.lag_days().map_or_else(String::new, |days| format!("public {days} days after"))
}

fn if_any<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Finds the facts of the earlier day that a fact new on the later one contradicts, supersedes or takes back.
fn corrections<'a>(before: &EntityGraph, later: &'a EntityGraph) -> BTreeMap<&'a str, (Kind, String)> {
    let rules = Rules::default();
    let mut found = BTreeMap::new();
    for link in later.facts() {
        let key = link.predicate.key.as_str();
        let End::Fact(object) = &link.object else { continue };
        if rules.withdraws.contains(key) && before.fact(&link.id).is_none() && before.fact(object).is_some() {
            found.insert(object.as_str(), (Kind::Withdrawn, format!("{key}: {}", link.id)));
        }
        let End::Fact(subject) = &link.subject else { continue };
        let mut correct = |new: &'a str, old: &'a str, by_status: bool| {
            let (Some(new), Some(fact)) = (later.fact(new), before.fact(old)) else { return };
            let is_new = before.fact(&new.id).is_none() || before.fact(&link.id).is_none();
            if is_new && (!by_status || new.status < fact.status) {
                found.entry(old).or_insert((Kind::Corrected, format!("by {}: {}", new.id, later.sentence(new))));
            }
        };
        if rules.corrects.contains(key) {
            correct(subject, object, false);
        } else if rules.corrects_by_status.contains(key) {
            correct(subject, object, true);
            correct(object, subject, true);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Day;
    use crate::graph::fixture::affair;

    fn days(time: Time, earlier: &str, later: &str) -> Days {
        let day = |text: &str| -> Day { text.parse().expect("a day") };
        Days { time, earlier: day(earlier), later: day(later), possible: false }
    }

    fn told(diff: &Diff) -> Vec<(&'static str, &str, &str)> {
        diff.changes().iter().map(|c| (c.kind.key(), c.fact.id.as_str(), c.why.as_str())).collect()
    }

    #[test]
    fn an_old_event_that_comes_out_is_disclosed_and_never_new() {
        let mut quads = affair();
        quads.fact("F0", ["bureau", "issued", "letter"], ["2014-05-10", "2014-05-10", "2014-05-22"], "asserted");
        let diff = Diff::between(&quads.graph(), days(Time::Known, "2014-05-01", "2014-05-22"));
        assert_eq!(
            told(&diff),
            [
                ("happened", "F0", ""),
                ("disclosed", "F1", "public 142 days after"),
                ("disclosed", "F2", "public 142 days after"),
                ("disclosed", "F3", ""),
                ("disclosed", "F4", "public 203 days after"),
                ("unsettled", "F5", ""),
                ("unsettled", "G1", "undated"),
            ]
        );
    }

    #[test]
    fn nothing_that_came_later_than_the_second_day_is_told() {
        let diff = Diff::between(&affair().graph(), days(Time::Known, "2014-05-22", "2014-05-23"));
        assert_eq!(told(&diff), [("happened", "F7", "")]);
        assert!(diff.graph().fact("F8").is_none());
    }

    #[test]
    fn a_second_date_for_one_event_corrects_the_first_if_its_evidence_is_as_good() {
        let mut quads = affair();
        quads
            .fact("N1", ["bureau", "withdrew", "letter"], ["2013-11", "2013-11", "2015-01-01"], "confirmed")
            .fact("N2", ["letter", "addressedTo", "firm"], ["2012", "2012", "2015-01-01"], "disputed")
            .fact("N3", ["bureau", "issued", "letter"], ["2013", "2013", "2015-01-01"], "confirmed");
        let diff = Diff::between(&quads.graph(), days(Time::Known, "2014-06-01", "2015-01-01"));
        assert_eq!(
            told(&diff),
            [
                ("corrected", "N1", "before: F4, 2013-10"),
                ("repeated", "N2", "before: F2, 2013"),
                ("repeated", "N3", "before: F1, 2013"),
            ]
        );
    }

    #[test]
    fn a_contradiction_by_better_evidence_corrects_and_a_retraction_withdraws() {
        let mut quads = affair();
        quads
            .predicate("retracts", "takes back", crate::vocab::cg::EVENT)
            .fact("N1", ["firm", "withdrew", "letter"], ["2014-02", "2014-02", "2015-01-01"], "confirmed")
            .fact("N2", ["fact:N1", "contradicts", "fact:F5"], ["", "", "2015-01-01"], "inferred")
            .fact("N3", ["firm", "retracts", "fact:F9"], ["2015-01-01", "2015-01-01", "2015-01-01"], "confirmed");
        let diff = Diff::between(&quads.graph(), days(Time::Known, "2014-06-01", "2015-01-01"));
        let kind = |id: &str| diff.change(id).map(|change| (change.kind, change.why.as_str()));
        assert_eq!(kind("F5"), Some((Kind::Corrected, "by N1: Firm withdrew Letter to Firm")));
        assert_eq!(kind("F9"), Some((Kind::Withdrawn, "retracts: N3")));
        assert_eq!(kind("N1"), Some((Kind::Disclosed, "public 307 days after")));
    }

    #[test]
    fn an_end_that_had_not_come_is_told_when_it_has() {
        let mut quads = affair();
        quads.fact("S1", ["letter", "imposedGagOn", "bureau"], ["2010", "2014-09", "2013-01"], "confirmed");
        let diff = Diff::between(&quads.graph(), days(Time::Known, "2014-06-01", "2014-12-31"));
        assert_eq!(told(&diff), [("withdrawn", "S1", "ended 2014-09")]);
    }

    #[test]
    fn between_two_days_of_validity_things_begin_and_end() {
        let diff = Diff::between(&affair().graph(), days(Time::Held, "2013-06-01", "2014-05-23"));
        let told = told(&diff);
        assert!(told.contains(&("happened", "F4", "")), "{told:?}");
        assert!(!told.iter().any(|(_, id, _)| ["F1", "F6"].contains(id)), "{told:?}");
        let diff = Diff::between(&affair().graph(), days(Time::Held, "2001-01-01", "2014-06-01"));
        let kind = |id: &str| diff.change(id).map(|change| (change.kind, change.why.as_str()));
        assert_eq!(kind("F6"), Some((Kind::Unsettled, "nobody says whether it still held")));
        let diff = Diff::between(&affair().graph(), days(Time::Held, "2014-01-01", "2014-06-01"));
        assert_eq!(
            diff.change("F3").map(|change| (change.kind, change.why.as_str())),
            Some((Kind::Withdrawn, "ended 2014-05-22"))
        );
    }
}
