//! Finds the changes. In: the graphs of two days of knowledge, or one graph and two days of validity. Out: a [`Diff`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::rules::Rules;
use super::{Change, Days, Diff, Kind};
use crate::date::Day;
use crate::graph::{Answer, End, EndKind, EntityGraph, Fact};

/// How ids of entities begin that had no name yet; `docs/model.md` keeps them for views.
const UNNAMED: &str = "unnamed-";

pub(super) fn known(before: &EntityGraph, later: &EntityGraph, days: Days) -> Diff {
    let search = Search {
        before,
        later,
        days: &days,
        corrections: corrections(before, later),
        named: named(before, later),
        told: told(before),
    };
    let changes = later.facts().filter_map(|fact| search.change(fact)).chain(search.gone());
    let changes: BTreeMap<String, Change> = changes.map(|change| (change.fact.id.clone(), change)).collect();
    let gone: BTreeSet<&str> = changes.keys().map(String::as_str).filter(|id| later.fact(id).is_none()).collect();
    let graph = later.and(before, &gone);
    Diff { days, graph, changes }
}

pub(super) fn held(graph: &EntityGraph, days: Days) -> Diff {
    let least = if days.possible { Answer::Possible } else { Answer::Certain };
    let held = |fact: &Fact, day: Day| fact.held_on(day) >= least;
    let mut changes = BTreeMap::new();
    let mut drawn = BTreeSet::new();
    for fact in graph.facts() {
        let (was, is) = (held(fact, days.earlier), held(fact, days.later));
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
    later: &'a EntityGraph,
    days: &'a Days,
    /// Facts of the earlier day that a record of the later changes.
    corrections: BTreeMap<&'a str, (Kind, String)>,
    /// Facts of the later day whose id of the earlier day hid a name, with that id.
    named: BTreeMap<&'a str, &'a str>,
    /// Facts of the earlier day by what they say.
    told: FxHashMap<Said<'a>, Vec<&'a Arc<Fact>>>,
}

/// Subject, key of the predicate, object.
type Said<'a> = (&'a End, &'a str, &'a End);

fn said(fact: &Fact) -> Said<'_> {
    (&fact.subject, &fact.predicate.key, &fact.object)
}

fn told(graph: &EntityGraph) -> FxHashMap<Said<'_>, Vec<&Arc<Fact>>> {
    let mut told: FxHashMap<Said<'_>, Vec<&Arc<Fact>>> = FxHashMap::default();
    for fact in graph.facts() {
        told.entry(said(fact)).or_default().push(fact);
    }
    told
}

impl Search<'_> {
    fn change(&self, fact: &Arc<Fact>) -> Option<Change> {
        let old = self.named.get(fact.id.as_str()).copied().unwrap_or(&fact.id);
        let (kind, why) = match self.before.fact(old) {
            Some(old) => self.of_old(old, fact)?,
            None => self.of_new(fact),
        };
        Some(Change { kind, fact: Arc::clone(fact), why })
    }

    fn of_old(&self, old: &Fact, fact: &Fact) -> Option<(Kind, String)> {
        if let Some(correction) = self.corrections.get(fact.id.as_str()) {
            return Some(correction.clone());
        }
        if old.end_kind != EndKind::Closed && fact.end_kind == EndKind::Closed {
            return Some((Kind::Withdrawn, ended(fact)));
        }
        if old.begin.is_none() && fact.begin.is_some() && self.days.earlier < fact.begins.0 {
            return Some((Kind::Happened, "announced before".to_owned()));
        }
        let status =
            (old.status != fact.status).then(|| format!("{}, then {}", old.status.words(), fact.status.words()));
        let ends = [(&old.subject, &fact.subject), (&old.object, &fact.object)];
        let names = ends.into_iter().filter(|(old, new)| is_unnamed(old) && old != new);
        let names = names.map(|(_, new)| format!("now named: {}", self.later.name(new)));
        let why: Vec<String> = status.into_iter().chain(names).collect();
        (!why.is_empty()).then(|| (Kind::Revised, why.join("; ")))
    }

    /// Returns the facts of the earlier day that the later does not show, as where papers were sealed again.
    fn gone(&self) -> impl Iterator<Item = Change> {
        let renamed: BTreeSet<&str> = self.named.values().copied().collect();
        let gone = self
            .before
            .facts()
            .filter(move |fact| self.later.fact(&fact.id).is_none() && !renamed.contains(fact.id.as_str()));
        gone.map(|fact| Change {
            kind: Kind::Withdrawn,
            fact: Arc::clone(fact),
            why: "no longer to be known".to_owned(),
        })
    }

    fn of_new(&self, fact: &Fact) -> (Kind, String) {
        if self.days.earlier < fact.begins.0 {
            return (Kind::Happened, String::new());
        }
        let told = self.told.get(&said(fact)).map(Vec::as_slice).unwrap_or_default();
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

fn is_unnamed(end: &End) -> bool {
    matches!(end, End::Entity(id) if id.starts_with(UNNAMED))
}

/// Pairs the facts of the later day that are new by their id with those of the earlier one whose id hid a name.
fn named<'a>(before: &'a EntityGraph, later: &'a EntityGraph) -> BTreeMap<&'a str, &'a str> {
    let mut hidden: Vec<&Arc<Fact>> =
        before.facts().filter(|old| old.id.contains(UNNAMED) && later.fact(&old.id).is_none()).collect();
    let mut named = BTreeMap::new();
    if hidden.is_empty() {
        return named;
    }
    for fact in later.facts().filter(|fact| before.fact(&fact.id).is_none()) {
        let is_end = |old: &End, new: &End| old == new || is_unnamed(old);
        let found = hidden.iter().position(|old| {
            old.predicate.key == fact.predicate.key
                && old.known == fact.known
                && is_end(&old.subject, &fact.subject)
                && is_end(&old.object, &fact.object)
        });
        if let Some(at) = found {
            named.insert(fact.id.as_str(), hidden.remove(at).id.as_str());
        }
    }
    named
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
    use crate::diff::Time;
    use crate::graph::fixture::{Quads, affair};

    fn days(time: Time, earlier: &str, later: &str) -> Days {
        let day = |text: &str| -> Day { text.parse().expect("a day") };
        Days { time, earlier: day(earlier), later: day(later), known_to: None, possible: false }
    }

    fn between(quads: &Quads, earlier: &str, later: &str) -> Diff {
        let [before, after] = [earlier, later].map(|day| quads.known_on(day));
        Diff::known(&before, &after, days(Time::Known, earlier, later))
    }

    fn told(diff: &Diff) -> Vec<(&'static str, &str, &str)> {
        diff.changes().iter().map(|c| (c.kind.key(), c.fact.id.as_str(), c.why.as_str())).collect()
    }

    #[test]
    fn an_old_event_that_comes_out_is_disclosed_and_never_new() {
        let mut quads = affair();
        quads.fact("F0", ["bureau", "issued", "letter"], ["2014-05-10", "2014-05-10", "2014-05-22"], "asserted");
        let diff = between(&quads, "2014-05-01", "2014-05-22");
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
        let diff = between(&affair(), "2014-05-22", "2014-05-23");
        assert_eq!(told(&diff), [("happened", "F7", ""), ("revised", "F5", "asserted, then disputed")]);
        assert!(diff.graph().fact("F8").is_none());
    }

    #[test]
    fn a_second_date_for_one_event_corrects_the_first_if_its_evidence_is_as_good() {
        let mut quads = affair();
        quads
            .fact("N1", ["bureau", "withdrew", "letter"], ["2013-11", "2013-11", "2015-01-01"], "confirmed")
            .fact("N2", ["letter", "addressedTo", "firm"], ["2012", "2012", "2015-01-01"], "disputed")
            .fact("N3", ["bureau", "issued", "letter"], ["2013", "2013", "2015-01-01"], "confirmed");
        let diff = between(&quads, "2014-06-01", "2015-01-01");
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
        let diff = between(&quads, "2014-06-01", "2015-01-01");
        let kind = |id: &str| diff.change(id).map(|change| (change.kind, change.why.as_str()));
        assert_eq!(kind("F5"), Some((Kind::Corrected, "by N1: Firm withdrew Letter to Firm")));
        assert_eq!(kind("F9"), Some((Kind::Withdrawn, "retracts: N3")));
        assert_eq!(kind("N1"), Some((Kind::Disclosed, "public 307 days after")));
    }

    #[test]
    fn an_end_that_had_not_come_is_told_when_it_has() {
        let mut quads = affair();
        quads.fact("S1", ["letter", "imposedGagOn", "bureau"], ["2010", "2014-09", "2013-01"], "confirmed");
        let diff = between(&quads, "2014-06-01", "2014-12-31");
        assert_eq!(told(&diff), [("withdrawn", "S1", "ended 2014-09")]);
    }

    #[test]
    fn between_two_days_of_validity_things_begin_and_end() {
        let diff = Diff::held(&affair().graph(), days(Time::Held, "2013-06-01", "2014-05-23"));
        let told = told(&diff);
        assert!(told.contains(&("happened", "F4", "")), "{told:?}");
        assert!(!told.iter().any(|(_, id, _)| ["F1", "F6"].contains(id)), "{told:?}");
        let diff = Diff::held(&affair().graph(), days(Time::Held, "2001-01-01", "2014-06-01"));
        let kind = |id: &str| diff.change(id).map(|change| (change.kind, change.why.as_str()));
        assert_eq!(kind("F6"), Some((Kind::Unsettled, "nobody says whether it still held")));
        let diff = Diff::held(&affair().graph(), days(Time::Held, "2014-01-01", "2014-06-01"));
        assert_eq!(
            diff.change("F3").map(|change| (change.kind, change.why.as_str())),
            Some((Kind::Withdrawn, "ended 2014-05-22"))
        );
    }
}
