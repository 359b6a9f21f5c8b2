//! Records that give one thing different values or dates, records of one event that differ by a few days, and pairs that
//! a person has marked as contradicting each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::links::Links;
use super::{Entry, Kind, Rules, Settlement, State, side};
use crate::date::days_between;
use crate::graph::{End, EntityGraph, Fact, Status, TemporalKind};

/// A pair of records, the one with the smaller id first.
type Pair<'a> = (&'a str, &'a str);

/// Finds the records that do not agree with each other.
pub(super) fn rivals_and_events(graph: &EntityGraph, links: &Links<'_>, rules: &Rules) -> Vec<Entry> {
    let mut pairs: BTreeMap<Pair<'_>, Kind> = BTreeMap::new();
    let mut marks: BTreeMap<Pair<'_>, Vec<&str>> = BTreeMap::new();
    let alike = Alike::of(graph);
    for group in alike.groups(
        |_, [_, predicate, object]| [0, predicate, object],
        |fact| rules.one_event.contains(&fact.predicate.key),
    ) {
        add(&mut pairs, &group, Kind::Event, |a, b| is_near(a, b, rules), |a, b| a.begins.1 < b.begins.0);
    }
    // A symmetric relation reads the same from both sides.
    let triple = |fact: &Fact, [subject, predicate, object]: [usize; 3]| {
        if fact.predicate.symmetric && object < subject {
            [object, predicate, subject]
        } else {
            [subject, predicate, object]
        }
    };
    for group in alike.groups(triple, |fact| !rules.repeatable.contains(&fact.predicate.key)) {
        add(&mut pairs, &group, Kind::Rival, |_, _| true, have_rival_dates);
    }
    let functional = |fact: &Fact| fact.predicate.functional || rules.functional.contains(&fact.predicate.key);
    for group in alike.groups(|_, [subject, predicate, _]| [subject, predicate, 0], functional) {
        add(&mut pairs, &group, Kind::Rival, |_, _| true, have_rival_values);
    }
    for mark in graph.facts().filter(|fact| fact.predicate.key == "contradicts") {
        if let (Some(one), Some(other)) = (graph.fact_at(&mark.subject), graph.fact_at(&mark.object)) {
            let pair = ordered(one, other);
            pairs.entry(pair).or_insert(Kind::Rival);
            marks.entry(pair).or_default().push(&mark.id);
        }
    }
    let entries = pairs.into_iter().filter_map(|((a, b), kind)| {
        let marks = marks.get(&(a, b)).map_or(&[][..], Vec::as_slice);
        Some(entry(graph, links, rules, (graph.fact(a)?, graph.fact(b)?), kind, marks))
    });
    entries.collect()
}

fn entry(
    graph: &EntityGraph,
    links: &Links<'_>,
    rules: &Rules,
    (a, b): (&Arc<Fact>, &Arc<Fact>),
    kind: Kind,
    marks: &[&str],
) -> Entry {
    let (earlier, later) = if (b.begins, &b.id) < (a.begins, &a.id) { (b, a) } else { (a, b) };
    let settlement = match links.between(graph, earlier, later, marks) {
        Settlement { state: State::Open, .. } if kind == Kind::Event => steps(graph, rules, earlier, later),
        settlement => settlement,
    };
    let note = marks.iter().find_map(|id| graph.fact(id)?.note.clone());
    let names = if kind == Kind::Event { ["earlier", "later"] } else { ["one account", "other account"] };
    let sides = [side(names[0], [Arc::clone(earlier)]), side(names[1], [Arc::clone(later)])];
    let what = note.unwrap_or_else(|| what(graph, earlier, later));
    let marks = marks.iter().map(|id| (*id).to_owned()).collect();
    Entry { marks, ..Entry::new(kind, what, sides, settlement) }
}

/// Says what both records are about: the triple, or the part of it that they share.
fn what(graph: &EntityGraph, a: &Fact, b: &Fact) -> String {
    let label = &a.predicate.label;
    match (a.subject == b.subject, a.object == b.object) {
        (true, false) => format!("{} {label} …", graph.name(&a.subject)),
        (false, true) => format!("… {label} {}", graph.name(&a.object)),
        _ => graph.sentence(a),
    }
}

/// Explains two dates by the steps of one event, where the rules know such steps and both records are accepted.
fn steps(graph: &EntityGraph, rules: &Rules, earlier: &Fact, later: &Fact) -> Settlement {
    let class = |end: &End| match end {
        End::Entity(id) => graph.entity(id).map_or("", |entity| entity.class.as_str()),
        _ => "",
    };
    let known = rules.steps.iter().find(|steps| {
        steps.predicates.contains(&earlier.predicate.key)
            && steps.first.contains(class(&earlier.subject))
            && steps.second.contains(class(&later.subject))
    });
    match known {
        Some(steps) if earlier.asserted && later.asserted => {
            Settlement::new(State::Explained, [earlier.id.clone(), later.id.clone()], steps.words.clone())
        }
        _ => Settlement::open(),
    }
}

/// The facts of the record with numbers for subject, predicate and object, of which equal ones stand for equals.
struct Alike<'a>(Vec<([usize; 3], &'a Arc<Fact>)>);

impl<'a> Alike<'a> {
    fn of(graph: &'a EntityGraph) -> Self {
        let mut ends: FxHashMap<&End, usize> = FxHashMap::default();
        let mut predicates: FxHashMap<&str, usize> = FxHashMap::default();
        let numbered = graph.facts().filter(|fact| tells_what_was(fact)).map(|fact| {
            let [subject, object] = [&fact.subject, &fact.object].map(|end| {
                let next = ends.len();
                *ends.entry(end).or_insert(next)
            });
            let next = predicates.len();
            ([subject, *predicates.entry(&fact.predicate.key).or_insert(next), object], fact)
        });
        Self(numbered.collect())
    }

    /// Groups those that are kept by a part of their numbers, each group by first day and id; one of one is left out.
    fn groups(
        &self,
        part: impl Fn(&Fact, [usize; 3]) -> [usize; 3],
        keep: impl Fn(&Fact) -> bool,
    ) -> Vec<Vec<&'a Arc<Fact>>> {
        let kept = self.0.iter().filter(|(_, fact)| keep(fact));
        let mut keyed: Vec<([usize; 3], &Arc<Fact>)> = kept.map(|(key, fact)| (part(fact, *key), *fact)).collect();
        let place = |fact: &'a Fact| (fact.begins, &fact.id);
        keyed.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| place(one).cmp(&place(other))));
        let groups = keyed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
        groups.map(|group| group.iter().map(|(_, fact)| *fact).collect()).collect()
    }
}

fn add<'a>(
    pairs: &mut BTreeMap<Pair<'a>, Kind>,
    group: &[&'a Arc<Fact>],
    kind: Kind,
    within: impl Fn(&Fact, &Fact) -> bool,
    disagree: impl Fn(&Fact, &Fact) -> bool,
) {
    for (at, a) in group.iter().enumerate() {
        let near = group[at + 1..].iter().take_while(|b| within(a, b));
        for b in near.filter(|b| disagree(a, b)) {
            pairs.entry(ordered(a, b)).or_insert(kind);
        }
    }
}

fn ordered<'a>(a: &'a Fact, b: &'a Fact) -> Pair<'a> {
    if a.id <= b.id { (&a.id, &b.id) } else { (&b.id, &a.id) }
}

/// A claim, a promise and a forecast do not tell what was, so two of them can stand side by side.
fn tells_what_was(fact: &Fact) -> bool {
    !fact.is_claim && !matches!(fact.status, Status::Promised | Status::Predicted | Status::Opinion)
}

/// Tells whether two records, the earlier first, lie no further apart than the rules allow for one event.
fn is_near(a: &Fact, b: &Fact, rules: &Rules) -> bool {
    days_between(a.begins.1, b.begins.0) <= i64::from(rules.one_event_days)
}

fn have_rival_dates(a: &Fact, b: &Fact) -> bool {
    let begin_apart = a.begins.1 < b.begins.0;
    match a.predicate.kind {
        Some(TemporalKind::Event) => begin_apart,
        // What ended before it began again lasted twice.
        _ => begin_apart && b.begins.0 <= a.ends.1 || a.ends.1 < b.ends.0 && b.begins.0 <= a.begins.1 && both_end(a, b),
    }
}

fn both_end(a: &Fact, b: &Fact) -> bool {
    a.end.is_some() && b.end.is_some()
}

fn have_rival_values(a: &Fact, b: &Fact) -> bool {
    let can_meet = a.begins.0 <= b.ends.1 && b.begins.0 <= a.ends.1;
    a.object != b.object && (a.predicate.kind == Some(TemporalKind::Event) || can_meet)
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Rules, State, ledger};
    use crate::graph::fixture::{Quads, affair};
    use crate::vocab::cg;

    fn pairs(quads: &Quads, kind: Kind) -> Vec<(String, String, State)> {
        let entries = ledger(&quads.graph(), &Rules::default());
        let of_kind = entries.iter().filter(|entry| entry.kind == kind);
        let id = |side: &super::super::Side| side.records[0].id.clone();
        of_kind.map(|entry| (id(&entry.one), id(&entry.other), entry.settlement.state)).collect()
    }

    fn opening() -> Quads {
        let mut quads = Quads::new("The papers");
        let known = "2014-05-22";
        quads
            .predicate("unsealed", "unsealed", cg::EVENT)
            .entity("judge", "Person", "Judge")
            .entity("court", "Court", "Court")
            .entity("papers", "Document", "Papers")
            .fact("U1", ["judge", "unsealed", "papers"], ["2014-05-21", "2014-05-21", known], "confirmed")
            .fact("U2", ["court", "unsealed", "papers"], ["2014-05-22", "2014-05-22", known], "confirmed")
            .fact("U3", ["court", "unsealed", "papers"], ["2014-05-20", "2014-05-20", known], "disputed")
            .fact("U4", ["court", "unsealed", "papers"], ["2014-05", "2014-05", known], "asserted");
        quads
    }

    #[test]
    fn an_order_and_its_release_are_explained_and_a_third_date_stays_open() {
        let found = pairs(&opening(), Kind::Event);
        let wanted = [("U1", "U2", State::Explained), ("U3", "U1", State::Open), ("U3", "U2", State::Open)];
        assert_eq!(found, wanted.map(|(a, b, state)| (a.to_owned(), b.to_owned(), state)));
    }

    #[test]
    fn dates_too_far_apart_tell_of_two_events_unless_the_triple_is_the_same() {
        let mut quads = opening();
        quads.fact("U5", ["judge", "unsealed", "papers"], ["2015", "2015", "2015"], "confirmed");
        assert_eq!(pairs(&quads, Kind::Event).len(), 3);
        assert_eq!(pairs(&quads, Kind::Rival), [("U1".to_owned(), "U5".to_owned(), State::Open)]);
    }

    #[test]
    fn a_state_that_ended_before_it_began_again_is_no_contradiction() {
        let mut quads = affair();
        quads.fact("S1", ["bureau", "partOf", "firm"], ["2001", "2002", "2001"], "asserted").fact(
            "S2",
            ["bureau", "partOf", "firm"],
            ["2004", "..", "2004"],
            "asserted",
        );
        assert_eq!(pairs(&quads, Kind::Rival).len(), 1, "G1 alone");
        quads.fact("S3", ["bureau", "partOf", "firm"], ["2006", "..", "2006"], "refuted");
        let found = pairs(&quads, Kind::Rival);
        assert_eq!(found[1..], [("S2".to_owned(), "S3".to_owned(), State::Decided)]);
    }

    #[test]
    fn a_relation_with_one_object_at_a_time_has_rivals_where_two_can_have_held_together() {
        let mut quads = Quads::new("Owners");
        quads
            .predicate("ownedBy", "is owned by", cg::STATE)
            .entity("firm", "Company", "Firm")
            .entity("a", "Company", "A")
            .entity("b", "Company", "B")
            .fact("O1", ["firm", "ownedBy", "a"], ["2001", "2004", "2001"], "asserted")
            .fact("O2", ["firm", "ownedBy", "b"], ["2005", "..", "2005"], "asserted");
        assert_eq!(pairs(&quads, Kind::Rival), []);
        quads.fact("O3", ["firm", "ownedBy", "b"], ["2003", "2003", "2003"], "asserted");
        let found = pairs(&quads, Kind::Rival);
        assert_eq!(found, [("O1".to_owned(), "O3".to_owned(), State::Open)]);
    }

    #[test]
    fn a_mark_that_is_explained_or_superseded_is_settled_by_that_fact() {
        let mut quads = affair();
        quads.fact("E1", ["fact:G1", "explainedBy", "\"two letters"], ["", "", "2015"], "inferred");
        let entries = ledger(&quads.graph(), &Rules::default());
        let rival = entries.iter().find(|entry| entry.kind == Kind::Rival).expect("the two dates of F4 and F5");
        assert_eq!((rival.settlement.state, rival.settlement.because.as_str()), (State::Explained, "two letters"));
        assert_eq!((rival.settlement.by.clone(), rival.marks.clone()), (vec!["E1".to_owned()], vec!["G1".to_owned()]));
        quads.fact("E2", ["fact:F4", "supersedes", "fact:F5"], ["", "", "2015"], "inferred");
        assert_eq!(pairs(&quads, Kind::Rival)[0].2, State::Decided);
    }
}
