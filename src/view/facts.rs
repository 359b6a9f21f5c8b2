//! Which facts a view shows, and how each stands in it. In: the records, and who looks. Out: facts, those that are known,
//! those that are only spoken of, and those that held. A claim brings what it speaks of; what is no claim goes with it.

use rdf_columns::TermId;

use super::audience::{Viewer, Way};
use super::dates::Dates;
use super::records::{FactColumns, Kind, Records};
use super::status::{self, Judged};
use crate::date::{Day, FIRST_DAY, LAST_DAY};

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
pub(super) struct Fact {
    /// Number of its record.
    pub(super) id: TermId,
    /// The facts that it speaks of.
    speaks_of: Vec<TermId>,
    sort: Sort,
    /// The ways by which it is known.
    pub(super) ways: Vec<Way>,
    pub(super) standing: Standing,
    /// First and last day on which it can have become known.
    pub(super) known: (Day, Day),
    pub(super) dates: Dates,
    /// Whether it held on the day that the view asks for.
    pub(super) is_held: bool,
    /// Whether a fact that is shown speaks of it.
    pub(super) is_spoken_of: bool,
    pub(super) judged: Judged,
}

/// All facts on the day.
pub(super) struct Facts {
    /// In the order of their numbers.
    all: Vec<Fact>,
}

impl Facts {
    pub(super) fn read(records: &Records, viewer: &Viewer) -> Self {
        let columns = records.of_facts();
        let all = records.of_kind(Kind::Fact).map(|record| fact(records, &columns, viewer, record.id)).collect();
        let mut facts = Self { all };
        facts.spread();
        for fact in &mut facts.all {
            fact.dates = Dates::of(&columns, fact.id, viewer, fact.known, fact.is_private());
            fact.is_held = viewer.as_of.is_none_or(|day| fact.dates.held(day));
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
        if viewer.now.is_some() {
            status::judge(records, viewer, &mut facts);
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

    pub(super) fn all(&self) -> &[Fact] {
        &self.all
    }

    pub(super) fn all_mut(&mut self) -> &mut [Fact] {
        &mut self.all
    }

    fn at(&self, fact: TermId) -> Option<usize> {
        self.all.binary_search_by_key(&fact, |fact| fact.id).ok()
    }

    /// Returns the fact that a record tells.
    pub(super) fn of(&self, record: TermId) -> Option<&Fact> {
        self.at(record).map(|at| &self.all[at])
    }

    /// Returns the facts that the view shows.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Fact> {
        self.all.iter().filter(|fact| fact.is_shown())
    }
}

impl Fact {
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

    /// Tells whether only the audience knew it.
    pub(super) fn is_private(&self) -> bool {
        !self.ways.is_empty() && self.ways.iter().all(|way| way.is_private)
    }
}

fn fact(records: &Records, columns: &FactColumns<'_>, viewer: &Viewer, id: TermId) -> Fact {
    let ends = columns.subject.objects(id).chain(columns.object.objects(id));
    let speaks_of: Vec<TermId> = ends.filter(|end| records.kind(*end) == Kind::Fact).collect();
    let sort = if viewer.is_claim(columns, id) {
        Sort::Claim
    } else if viewer.is_identity(columns.predicate.object(id)) {
        Sort::Identity
    } else {
        Sort::Other
    };
    let ways = viewer.open_ways(records, columns, id);
    // A fact about facts that is no claim waits until they are shown.
    let is_told = !ways.is_empty() && (sort == Sort::Claim || speaks_of.is_empty() || viewer.now.is_none());
    let known = match viewer.now {
        Some(_) => first(&ways),
        None => columns.known(id).unwrap_or((FIRST_DAY, LAST_DAY)),
    };
    Fact {
        id,
        speaks_of,
        sort,
        ways,
        standing: if is_told { Standing::Told } else { Standing::Hidden },
        known,
        dates: Dates::default(),
        is_held: true,
        is_spoken_of: false,
        judged: Judged::AsRecorded,
    }
}

/// Returns the first and the last day on which the earliest of some ways can have opened.
fn first(ways: &[Way]) -> (Day, Day) {
    let of = |day: fn(&(Day, Day)) -> Day| ways.iter().map(|way| day(&way.since)).min().unwrap_or(LAST_DAY);
    (of(|days| days.0), of(|days| days.1))
}
