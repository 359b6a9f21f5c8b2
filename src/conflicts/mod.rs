//! The ledger of contradictions. In: a graph, as a view shows it. Out: an [`Entry`](crate::conflicts::Entry) for each pair or group of records
//! that do not agree, with both sides, and whether it is open, explained or decided. Nothing is decided here that no
//! record decides, and nothing is merged or dropped. Not here: words on a page (`report`), formats (`cli`).

mod denials;
mod links;
mod promises;
mod records;
mod rows;
mod rules;

use std::sync::Arc;

pub use rules::{Rules, RulesError};

use crate::graph::{Answer, EntityGraph, Fact};
use links::Links;

/// Why two records do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One proposition is affirmed and denied.
    Denied,
    /// One thing has different values or dates, or a person has marked two facts as contradicting each other.
    Rival,
    /// Records of one event differ by a few days: order, release, report.
    Event,
    /// A statement was made before the fact that speaks against it became public.
    Overtaken,
    /// A denial was made by somebody who was bound to silence.
    Gagged,
    /// Something was promised.
    Promise,
}

impl Kind {
    /// Every kind, in the order of the ledger.
    pub const ALL: [Self; 6] = [Self::Denied, Self::Rival, Self::Event, Self::Overtaken, Self::Gagged, Self::Promise];

    /// Returns the key, such as `denied`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Rival => "rival",
            Self::Event => "event",
            Self::Overtaken => "overtaken",
            Self::Gagged => "gagged",
            Self::Promise => "promise",
        }
    }

    /// Reads a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// What has become of a contradiction, or of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// No record settles it.
    Open,
    /// A record tells why both can have been said.
    Explained,
    /// A record, or its status, puts one side aside.
    Decided,
    /// The promise was kept.
    Kept,
    /// The promise was kept in part.
    PartlyKept,
    /// The promise was broken.
    Broken,
}

impl State {
    /// Returns the state in words, such as `partly kept`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Explained => "explained",
            Self::Decided => "decided",
            Self::Kept => "kept",
            Self::PartlyKept => "partly kept",
            Self::Broken => "broken",
        }
    }
}

/// One side of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What the records do, such as `affirmed`.
    pub role: &'static str,
    /// The records, by date.
    pub records: Vec<Arc<Fact>>,
}

/// How an entry is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Whether it is.
    pub state: State,
    /// Ids of the facts that settle it, sorted.
    pub by: Vec<String>,
    /// Why, in words; empty where it is open.
    pub because: String,
}

impl Settlement {
    fn open() -> Self {
        Self { state: State::Open, by: Vec::new(), because: String::new() }
    }

    fn new(state: State, by: impl IntoIterator<Item = String>, because: impl Into<String>) -> Self {
        let mut by: Vec<String> = by.into_iter().collect();
        by.sort_unstable();
        by.dedup();
        Self { state, by, because: because.into() }
    }
}

/// Records that do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Why they do not.
    pub kind: Kind,
    /// What they are about, in words.
    pub what: String,
    /// The proposition that is spoken of, where it is a fact of its own.
    pub about: Option<Arc<Fact>>,
    /// What stands on one side.
    pub one: Side,
    /// What stands on the other; empty for a promise of which nothing more is known.
    pub other: Side,
    /// Whether the dates leave no doubt that it is so.
    pub certainty: Answer,
    /// What settles it.
    pub settlement: Settlement,
    /// Ids of the facts by which a person has marked the contradiction, sorted.
    pub marks: Vec<String>,
}

impl Entry {
    /// Makes an entry that is certain, about nothing that is a fact of its own, and marked by nobody.
    fn new(kind: Kind, what: String, sides: [Side; 2], settlement: Settlement) -> Self {
        let [one, other] = sides;
        Self { kind, what, about: None, one, other, certainty: Answer::Certain, settlement, marks: Vec::new() }
    }
}

/// Returns the contradictions and promises of a graph, by kind and then by the ids of their records.
pub fn ledger(graph: &EntityGraph, rules: &Rules) -> Vec<Entry> {
    let links = Links::of(graph);
    let mut entries = denials::affirmed_and_denied(graph, &links);
    entries.extend(records::rivals_and_events(graph, &links, rules));
    entries.extend(denials::overtaken(graph, &links));
    entries.extend(denials::gagged(graph, &links, rules));
    entries.extend(promises::promises(graph, &links));
    entries.sort_by_cached_key(|entry| (entry.kind, ids(&entry.one), ids(&entry.other)));
    entries
}

fn ids(side: &Side) -> Vec<String> {
    side.records.iter().map(|fact| fact.id.clone()).collect()
}

fn side(role: &'static str, records: impl IntoIterator<Item = Arc<Fact>>) -> Side {
    let mut records: Vec<_> = records.into_iter().collect();
    records.sort_by(|a, b| (a.begins, &a.id).cmp(&(b.begins, &b.id)));
    Side { role, records }
}
