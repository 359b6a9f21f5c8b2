//! Finds the windows of secrecy and how each ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::rules::{Place, WindowRule};
use super::{How, SecrecyRules, Window};
use crate::date::FIRST_DAY;
use crate::graph::{End, EndKind, EntityGraph, Fact};

/// The accepted facts of which the rules speak, by predicate and end.
#[derive(Default)]
struct Accepted<'a> {
    by_subject: BTreeMap<&'a str, BTreeMap<&'a End, Vec<&'a Arc<Fact>>>>,
    by_object: BTreeMap<&'a str, BTreeMap<&'a End, Vec<&'a Arc<Fact>>>>,
}

impl<'a> Accepted<'a> {
    fn of(graph: &'a EntityGraph, rules: &SecrecyRules) -> Self {
        let named = rules.predicates();
        let mut accepted = Self::default();
        for fact in graph.facts().filter(|fact| fact.asserted && named.contains(fact.predicate.key.as_str())) {
            let key = fact.predicate.key.as_str();
            accepted.by_subject.entry(key).or_default().entry(&fact.subject).or_default().push(fact);
            accepted.by_object.entry(key).or_default().entry(&fact.object).or_default().push(fact);
        }
        accepted
    }

    /// Returns the facts with a predicate by what stands at one of their ends.
    fn at(&self, predicate: &str, place: Place) -> impl Iterator<Item = (&'a End, &[&'a Arc<Fact>])> {
        let facts = match place {
            Place::Subject => self.by_subject.get(predicate),
            Place::Object => self.by_object.get(predicate),
        };
        facts.into_iter().flatten().map(|(end, facts)| (*end, facts.as_slice()))
    }

    /// Returns the facts with a predicate that have something at one of their ends.
    fn naming(&self, predicate: &str, place: Option<Place>, end: Option<&End>) -> &[&'a Arc<Fact>] {
        let facts = match place {
            Some(Place::Subject) => self.by_subject.get(predicate),
            Some(Place::Object) => self.by_object.get(predicate),
            None => None,
        };
        facts.zip(end).and_then(|(facts, end)| facts.get(end)).map_or(&[], Vec::as_slice)
    }
}

/// Returns the windows of a graph by their first possible day, those without a begin last.
pub fn windows(graph: &EntityGraph, rules: &SecrecyRules) -> Vec<Window> {
    let accepted = Accepted::of(graph, rules);
    let (only_end, whole): (Vec<_>, Vec<_>) = rules.window.iter().partition(|rule| rule.only_end);
    let mut found = Vec::new();
    for rule in whole {
        let facts = accepted.at(&rule.predicate, rule.scope).flat_map(|(_, facts)| facts.iter().copied());
        found.extend(facts.map(|fact| told(rule, fact)));
    }
    let mut by_scope: BTreeMap<End, Vec<Window>> = BTreeMap::new();
    for window in &found {
        by_scope.entry(window.scope.clone()).or_default().push(window.clone());
    }
    for rule in only_end {
        let opened = accepted.at(&rule.predicate, rule.scope).filter_map(|(scope, facts)| opened(rule, scope, facts));
        found.extend(opened.filter(|window| {
            let told = by_scope.get(&window.scope).into_iter().flatten();
            !told.into_iter().any(|told| covers(told, window))
        }));
    }
    for window in &mut found {
        end(&accepted, rules, window);
    }
    found.sort_by_cached_key(|window| {
        let ids: Vec<_> = window.records.iter().map(|fact| fact.id.clone()).collect();
        (window.begins.0 == FIRST_DAY, window.begins, window.ends, ids)
    });
    found
}

/// A window that one fact tells of.
fn told(rule: &WindowRule, fact: &Arc<Fact>) -> Window {
    Window {
        kind: rule.kind,
        bound: rule.bound.map(|place| place.of(fact).clone()),
        scope: rule.scope.of(fact).clone(),
        begin: fact.begin.clone(),
        end: fact.end.iter().cloned().collect(),
        begins: if fact.begin.is_some() { fact.begins } else { (FIRST_DAY, fact.begins.1) },
        ends: fact.ends,
        how: if fact.end_kind == EndKind::Open { How::StillInForce } else { How::Unknown },
        evidence: Vec::new(),
        records: vec![Arc::clone(fact)],
    }
}

/// A window whose end alone is told: several records of it span its end together.
fn opened(rule: &WindowRule, scope: &End, facts: &[&Arc<Fact>]) -> Option<Window> {
    let mut facts: Vec<_> = facts.iter().copied().cloned().collect();
    facts.sort_by(|a, b| (a.begins, &a.id).cmp(&(b.begins, &b.id)));
    let first = facts.first()?;
    let ends = (first.begins.0, facts.iter().map(|fact| fact.begins.1).max()?);
    let mut seen = BTreeSet::new();
    let end = facts.iter().filter_map(|fact| fact.begin.clone()).filter(|text| seen.insert(text.clone())).collect();
    Some(Window {
        kind: rule.kind,
        bound: rule.bound.map(|place| place.of(first).clone()),
        scope: scope.clone(),
        begin: None,
        end,
        begins: (FIRST_DAY, ends.1),
        ends,
        how: How::Unknown,
        evidence: Vec::new(),
        records: facts,
    })
}

/// Tells whether a window that is told of is the one that an opening ended.
fn covers(told: &Window, opened: &Window) -> bool {
    told.kind == opened.kind
        && told.scope == opened.scope
        && told.begins.0 <= opened.ends.1
        && opened.ends.0 <= told.ends.1
}

/// Finds what tells how a window ended, and what remains of it.
fn end(accepted: &Accepted<'_>, rules: &SecrecyRules, window: &mut Window) {
    let mut evidence: Vec<(How, Arc<Fact>)> = Vec::new();
    for rule in &rules.ending {
        let of_scope = accepted.naming(&rule.predicate, rule.scope, Some(&window.scope));
        let of_bound = accepted.naming(&rule.predicate, rule.bound, window.bound.as_ref());
        let ending = of_scope.iter().chain(of_bound).filter(|fact| can_fall_within(fact, window));
        evidence.extend(ending.map(|fact| (rule.how, Arc::clone(fact))));
    }
    // A record may be the window and its end at once, and more of it may be left than is gone.
    let rests = remains(accepted, rules, window);
    evidence.sort_by(|a, b| (a.1.begins, &a.1.id).cmp(&(b.1.begins, &b.1.id)));
    // "Still so" is the word of a source of one day; what ended it later counts.
    let is_open = window.how == How::StillInForce;
    let later = |fact: &Fact| !is_open || fact.begins.1 > window.ends.0;
    let how = evidence.iter().filter(|(_, fact)| later(fact)).map(|(how, _)| *how).min();
    if let Some(how) = how.filter(|how| is_open && *how != How::Withdrawn) {
        let last: Vec<_> = evidence.iter().filter(|(found, fact)| *found == how && later(fact)).collect();
        let days = last.iter().map(|(_, fact)| fact.begins);
        let first = days.clone().map(|days| days.0).min().unwrap_or(window.ends.0);
        let end = last.iter().filter_map(|(_, fact)| fact.begin.clone()).collect();
        window.ends = (first.max(window.ends.0), days.map(|days| days.1).max().unwrap_or(window.ends.1));
        window.end = end;
    }
    if !is_open || how.is_some() {
        let has_ended = how.is_some() || !window.end.is_empty();
        window.how = match how {
            _ if has_ended && !rests.is_empty() => How::LiftedInPart,
            Some(how) => how,
            None => How::Unknown,
        };
    }
    window.evidence = evidence.into_iter().map(|(_, fact)| fact).chain(rests).collect();
    let mut seen = BTreeSet::new();
    window.evidence.retain(|fact| seen.insert(fact.id.clone()));
}

fn can_fall_within(fact: &Fact, window: &Window) -> bool {
    window.begins.0 <= fact.begins.1 && fact.begins.0 <= window.ends.1
}

/// Returns what the bound party must still be silent about, of all that a demand asked for.
fn remains(accepted: &Accepted<'_>, rules: &SecrecyRules, window: &Window) -> Vec<Arc<Fact>> {
    let mut found = Vec::new();
    for rule in &rules.window {
        let Some(part_of) = &rule.part_of else { continue };
        let asked = accepted.naming(part_of, Some(Place::Subject), Some(&window.scope));
        let parts: BTreeSet<&End> = asked.iter().map(|fact| &fact.object).collect();
        let rests = accepted.naming(&rule.predicate, rule.bound, window.bound.as_ref());
        let rests = rests.iter().filter(|fact| fact.end_kind != EndKind::Closed && parts.contains(rule.scope.of(fact)));
        found.extend(rests.map(|fact| Arc::clone(fact)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{How, SecrecyRules, Window, WindowKind, windows};
    use crate::graph::fixture::{Quads, affair};
    use crate::vocab::cg;

    fn found(quads: &Quads) -> Vec<Window> {
        windows(&quads.graph(), &SecrecyRules::default())
    }

    #[test]
    fn a_gag_has_its_shortest_and_longest_length_in_days() {
        let windows = found(&affair());
        assert_eq!(windows.len(), 1);
        assert_eq!((windows[0].kind, windows[0].begin.as_deref()), (WindowKind::Gag, Some("2013-02")));
        assert_eq!((windows[0].shortest(), windows[0].longest()), (Some(449), Some(476)));
        assert_eq!(windows[0].how, How::Withdrawn);
        assert_eq!(windows[0].evidence[0].id, "F4", "F5 is disputed and counts for nothing");
    }

    #[test]
    fn what_must_still_be_kept_secret_makes_the_lifting_partial() {
        let mut quads = affair();
        quads
            .fact("L1", ["bureau", "liftedGagOn", "firm"], ["2014-05-22", "2014-05-22", "2014-05-22"], "confirmed")
            .fact("R1", ["letter", "requestedDataAbout", "lone"], ["2013", "2013", "2014-05-22"], "confirmed");
        assert_eq!(found(&quads)[0].how, How::Lifted);
        quads.fact("M1", ["firm", "mustNotReveal", "lone"], ["", "..", "2014-05-22"], "confirmed");
        let windows = found(&quads);
        assert_eq!((windows[0].how, windows.len()), (How::LiftedInPart, 2));
        let rest = windows.iter().find(|window| window.records[0].id == "M1").expect("a window of its own");
        assert_eq!((rest.how, rest.shortest(), rest.longest()), (How::StillInForce, None, None));
    }

    #[test]
    fn papers_that_were_opened_had_been_sealed_and_nobody_knows_since_when() {
        let mut quads = Quads::new("Papers");
        let day = "2014-05-21";
        quads
            .predicate("unsealed", "unsealed", cg::EVENT)
            .predicate("keptSealed", "kept sealed", cg::STATE)
            .entity("court", "Court", "Court")
            .entity("papers", "Document", "Papers")
            .entity("rest", "Document", "Rest")
            .fact("U1", ["court", "unsealed", "papers"], [day, day, day], "confirmed")
            .fact("K1", ["court", "keptSealed", "rest"], [day, "..", day], "confirmed");
        let ends: Vec<_> = found(&quads).iter().map(|window| (window.how, window.longest())).collect();
        assert_eq!(ends, [(How::StillInForce, None), (How::Lifted, None)]);
        quads.fact("U2", ["court", "unsealed", "rest"], ["2016", "2016", "2016"], "confirmed");
        let windows = found(&quads);
        assert_eq!(windows.len(), 2, "the seal that K1 tells of is the one that U2 ended");
        assert_eq!((windows[0].how, windows[0].records[0].id.as_str()), (How::Lifted, "K1"));
        assert_eq!((windows[0].shortest(), windows[0].longest()), (Some(591), Some(956)));
    }
}
