//! What a later day shows that an earlier one did not. In: the graphs of two days of knowledge, or one graph and two days
//! of validity. Out: each fact that came, went or was corrected, and why: what happened since is kept apart from what was only disclosed since.
//! Not here: how it is drawn (`diagram`) or written (`cli`).

mod between;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::date::Day;
use crate::graph::{EntityGraph, Fact};

/// Which time the two days lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Time {
    /// What the public, or an audience, could know.
    Known,
    /// What held.
    Held,
}

/// Two days of one time, the earlier first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// The time that the days lie on.
    pub time: Time,
    /// The day to start from.
    pub earlier: Day,
    /// The day to arrive at.
    pub later: Day,
    /// The audience that could know; none for the public.
    pub known_to: Option<String>,
    /// Whether a fact that the dates only allow counts as seen.
    pub possible: bool,
}

/// Why a fact differs between the two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It began after the earlier day.
    Happened,
    /// It began on or before the earlier day, and became public after it.
    Disclosed,
    /// It became public after the earlier day, and its dates do not settle on which side of it it began; or, where
    /// what held is compared, they do not settle whether it began before or whether it still held.
    Unsettled,
    /// A further record of what was already known.
    Repeated,
    /// Another record took its place, or it took the place of another.
    Corrected,
    /// It was seen on the earlier day and ended, was taken back, or could no longer be known.
    Withdrawn,
    /// It was known, and is now told with another status or with a name that it lacked.
    Revised,
}

impl Kind {
    /// Every kind, in the order in which they are told.
    pub const ALL: &[Self] = &[
        Self::Happened,
        Self::Disclosed,
        Self::Unsettled,
        Self::Corrected,
        Self::Withdrawn,
        Self::Revised,
        Self::Repeated,
    ];

    /// Returns the key, as style files have it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Happened => "happened",
            Self::Disclosed => "disclosed",
            Self::Unsettled => "unsettled",
            Self::Repeated => "repeated",
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
            Self::Revised => "revised",
        }
    }
}

/// One fact that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Why it is here.
    pub kind: Kind,
    /// The fact as the later day shows it; of one that it no longer shows, as the earlier did.
    pub fact: Arc<Fact>,
    /// What else there is to say, such as `before: F115, 2014-05-20`; empty for nothing.
    pub why: String,
}

/// What differs between two days.
#[derive(Debug, Clone)]
pub struct Diff {
    days: Days,
    graph: EntityGraph,
    changes: BTreeMap<String, Change>,
}

impl Diff {
    /// Compares the graphs of what could be known on two days.
    pub fn known(before: &EntityGraph, later: &EntityGraph, days: Days) -> Self {
        between::known(before, later, days)
    }

    /// Compares what of a graph held on two days.
    pub fn held(graph: &EntityGraph, days: Days) -> Self {
        between::held(graph, days)
    }

    /// Returns the two days.
    pub const fn days(&self) -> &Days {
        &self.days
    }

    /// Returns all that either day shows, and what happened between them.
    pub const fn graph(&self) -> &EntityGraph {
        &self.graph
    }

    /// Returns the changes by kind, in the order of [`Kind::ALL`], then by first day and id.
    pub fn changes(&self) -> Vec<&Change> {
        let place = |kind: Kind| Kind::ALL.iter().position(|other| *other == kind);
        let mut changes: Vec<&Change> = self.changes.values().collect();
        changes.sort_by_key(|change| (place(change.kind), change.fact.begins, change.fact.id.as_str()));
        changes
    }

    /// Returns the change of a fact, by its id.
    pub fn change(&self, id: &str) -> Option<&Change> {
        self.changes.get(id)
    }

    /// Returns the kind of change that tells most of some facts; none where none of them changed.
    pub fn kind_among<'f>(&self, facts: impl IntoIterator<Item = &'f Fact>) -> Option<Kind> {
        let place = |kind: &Kind| Kind::ALL.iter().position(|other| other == kind);
        facts.into_iter().filter_map(|fact| self.change(&fact.id)).map(|change| change.kind).min_by_key(place)
    }

    /// Returns how many changes of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.changes.values().filter(|change| change.kind == kind).count()
    }
}

impl Days {
    /// Returns what a change of a kind means between these days, in words.
    pub fn words(&self, kind: Kind) -> String {
        let day = self.earlier;
        match kind {
            Kind::Happened => format!("newly happened, after {day}"),
            Kind::Disclosed => format!("newly disclosed, of {day} or before"),
            Kind::Unsettled if self.time == Time::Known => format!("newly known, not settled whether after {day}"),
            Kind::Unsettled => "not settled by the dates: begun before or since, still so or over".to_owned(),
            Kind::Corrected => "corrected".to_owned(),
            Kind::Withdrawn if self.time == Time::Known => "withdrawn, or known to be over".to_owned(),
            Kind::Withdrawn => "over".to_owned(),
            Kind::Revised => "told with another status, or with a name".to_owned(),
            Kind::Repeated => "another record of what was known".to_owned(),
        }
    }

    /// Returns the two days in words, such as `known on 2014-05-01, and on 2014-06-01`.
    pub fn describe(&self) -> String {
        let time = match self.time {
            Time::Known => "known on",
            Time::Held => "as of",
        };
        let sure = if self.possible { "certain or possible" } else { "certain" };
        let to = self.known_to.as_ref().map(|audience| format!(" to {audience}")).unwrap_or_default();
        format!("{time} {}, and on {}{to} ({sure})", self.earlier, self.later)
    }
}
