//! Which facts a view shows. In: the records, and who looks. Out: facts, those that are known, those that are only spoken of,
//! and those that held. A claim brings what it speaks of; what is no claim goes with it. How most facts stand follows from
//! their own dates, and is worked out when it is asked for; those that others speak of, that were disclosed, or of which
//! the audience was a party, are decided together.

use std::borrow::Cow;

use rdf_columns::TermId;
use rustc_hash::FxHashMap;

use super::audience::{Viewer, Way};
use super::dates::Dates;
use super::records::{Kind, Record, Records};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::vocab::rdf;

/// How a fact stands on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Hidden,
    /// Nobody told it, but a claim that is known speaks of it.
    AsSaid,
    Told,
}

/// What a fact is, by its predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Claim,
    /// A decision about who is one with whom.
    Identity,
    Other,
}

/// A fact on the day.
#[derive(Clone)]
pub(super) struct Fact {
    /// Number of its record.
    pub(super) id: TermId,
    /// The facts that it speaks of.
    speaks_of: Vec<TermId>,
    sort: Sort,
    /// The ways by which it is known, unless it is by its own date alone.
    pub(super) ways: Vec<Way>,
    pub(super) standing: Standing,
    /// First and last day on which it can have become known.
    pub(super) known: (Day, Day),
    /// Whether it held on the day that the view asks for.
    pub(super) is_held: bool,
    /// Whether a fact that is shown speaks of it.
    pub(super) is_spoken_of: bool,
}

/// The facts that do not stand by themselves.
pub(super) struct Facts {
    /// In the order of their numbers.
    all: Vec<Fact>,
    places: FxHashMap<TermId, usize>,
}

impl Facts {
    pub(super) fn read(records: &Records, viewer: &Viewer) -> Self {
        let ids = tied(records, viewer);
        let all: Vec<Fact> = ids.into_iter().map(|id| decided(viewer, records.record(id))).collect();
        let places = all.iter().enumerate().map(|(at, fact)| (fact.id, at)).collect();
        let mut facts = Self { all, places };
        facts.spread();
        for fact in &mut facts.all {
            fact.is_held = fact.held(viewer, records.record(fact.id));
        }
        facts.mark_spoken_of();
        if viewer.as_of.is_some_and(|day| day.possible) {
            // What somebody said may stand until it is taken back: nothing says when it ended.
            facts
                .all
                .iter_mut()
                .filter(|fact| fact.is_claim() && fact.is_spoken_of)
                .for_each(|fact| fact.is_held = true);
        }
        facts
    }

    /// Shows what claims speak of, and what speaks of facts that are shown, until nothing more is to be shown.
    fn spread(&mut self) {
        loop {
            let mut has_changed = false;
            for at in 0..self.all.len() {
                let fact = &self.all[at];
                let brings =
                    fact.standing != Standing::Hidden && (fact.is_claim() || fact.standing == Standing::AsSaid);
                let ends: Vec<usize> = fact.speaks_of.iter().filter_map(|end| self.at(*end)).collect();
                if brings {
                    let known = fact.known;
                    for end in ends {
                        let end = &mut self.all[end];
                        let earlier = (known.0.min(end.known.0), known.1.min(end.known.1));
                        if end.standing == Standing::Hidden
                            || (end.standing == Standing::AsSaid && end.known != earlier)
                        {
                            has_changed = true;
                            end.known = if end.standing == Standing::Hidden { known } else { earlier };
                            end.standing = Standing::AsSaid;
                        }
                    }
                } else if fact.standing == Standing::Hidden
                    && !fact.ways.is_empty()
                    && ends.iter().all(|end| self.all[*end].standing != Standing::Hidden)
                {
                    has_changed = true;
                    let fact = &mut self.all[at];
                    (fact.standing, fact.known) = (Standing::Told, first(&fact.ways));
                }
            }
            if !has_changed {
                return;
            }
        }
    }

    fn mark_spoken_of(&mut self) {
        let mut open: Vec<usize> = (0..self.all.len()).filter(|at| self.all[*at].is_shown()).collect();
        while let Some(at) = open.pop() {
            for end in self.all[at].speaks_of.clone() {
                let Some(end) = self.at(end) else { continue };
                if !self.all[end].is_spoken_of {
                    self.all[end].is_spoken_of = true;
                    if !self.all[end].is_shown() {
                        open.push(end);
                    }
                }
            }
        }
    }

    /// Returns the facts that were decided together.
    pub(super) fn tied(&self) -> &[Fact] {
        &self.all
    }

    fn at(&self, fact: TermId) -> Option<usize> {
        self.places.get(&fact).copied()
    }

    /// Returns the fact that a record tells, which is that of one.
    pub(super) fn of(&self, viewer: &Viewer, record: Record<'_>) -> Cow<'_, Fact> {
        self.at(record.id).map_or_else(|| Cow::Owned(Fact::alone(viewer, record)), |at| Cow::Borrowed(&self.all[at]))
    }
}

impl Fact {
    /// Returns how a fact stands that is known by its own date alone.
    fn alone(viewer: &Viewer, record: Record<'_>) -> Self {
        let known = record.known().unwrap_or((FIRST_DAY, LAST_DAY));
        let mut fact = Self {
            id: record.id,
            speaks_of: Vec::new(),
            sort: Sort::Other,
            ways: Vec::new(),
            standing: if viewer.has_come(Some(known)) { Standing::Told } else { Standing::Hidden },
            known,
            is_held: true,
            is_spoken_of: false,
        };
        fact.is_held = fact.held(viewer, record);
        fact
    }

    fn held(&self, viewer: &Viewer, record: Record<'_>) -> bool {
        viewer.as_of.is_none_or(|day| Dates::of(record, viewer, self.known, self.is_private()).held(day))
    }

    pub(super) fn is_claim(&self) -> bool {
        self.sort == Sort::Claim
    }

    pub(super) fn is_identity(&self) -> bool {
        self.sort == Sort::Identity
    }

    /// Tells whether the view shows it as a fact.
    pub(super) fn is_shown(&self) -> bool {
        self.standing != Standing::Hidden && self.is_held
    }

    /// Tells whether somebody else than the audience alone knew it by all the names that are in it.
    pub(super) fn is_told_by_all_names(&self) -> bool {
        let is_open = |way: &Way| !way.is_private && way.scope.is_empty();
        self.standing == Standing::AsSaid || self.ways.is_empty() || self.ways.iter().any(is_open)
    }

    /// Tells whether only the audience knew it.
    pub(super) fn is_private(&self) -> bool {
        !self.ways.is_empty() && self.ways.iter().all(|way| way.is_private)
    }
}

/// Returns the facts that must be decided together, in the order of their numbers: those that were disclosed or that the
/// audience is an end of, claims, decisions about identity, facts about facts, and what those speak of.
fn tied(records: &Records, viewer: &Viewer) -> Vec<TermId> {
    let mut ids: Vec<TermId> = viewer.disclosed().collect();
    let predicates = viewer.identity().flat_map(|predicate| records.subjects(rdf::PREDICATE, predicate));
    let claims = viewer.claim().into_iter().flat_map(|claim| records.subjects(rdf::TYPE, claim));
    ids.extend(predicates.chain(claims));
    for end in [rdf::SUBJECT, rdf::OBJECT] {
        ids.extend(viewer.audience.into_iter().flat_map(|audience| records.subjects(end, audience)));
        for spoken_of in records.objects_of(end).filter(|end| records.kind(*end) == Kind::Fact) {
            ids.extend(records.subjects(end, spoken_of).chain([spoken_of]));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| records.kind(*id) == Kind::Fact);
    ids
}

/// Returns a fact by itself, before others make it known or speak of it.
fn decided(viewer: &Viewer, record: Record<'_>) -> Fact {
    let ends = record.objects(rdf::SUBJECT).chain(record.objects(rdf::OBJECT));
    let speaks_of: Vec<TermId> = ends.filter(|end| record.beside(*end).kind() == Kind::Fact).collect();
    let sort = if viewer.is_claim(record) {
        Sort::Claim
    } else if viewer.is_identity(record.object(rdf::PREDICATE)) {
        Sort::Identity
    } else {
        Sort::Other
    };
    let ways = viewer.open_ways(record);
    // A fact about facts that is no claim waits until they are shown.
    let is_told = !ways.is_empty() && (sort == Sort::Claim || speaks_of.is_empty() || viewer.now.is_none());
    let known = match viewer.now {
        Some(_) => first(&ways),
        None => record.known().unwrap_or((FIRST_DAY, LAST_DAY)),
    };
    let standing = if is_told { Standing::Told } else { Standing::Hidden };
    Fact { id: record.id, speaks_of, sort, ways, standing, known, is_held: true, is_spoken_of: false }
}

/// Returns the first and the last day on which the earliest of some ways can have opened.
fn first(ways: &[Way]) -> (Day, Day) {
    let of = |day: fn(&(Day, Day)) -> Day| ways.iter().map(|way| day(&way.since)).min().unwrap_or(LAST_DAY);
    (of(|days| days.0), of(|days| days.1))
}
