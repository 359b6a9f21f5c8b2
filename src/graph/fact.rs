//! A fact as an edge carries it: ends, dates with their bounds, status, evidence; and the three-valued questions that
//! can be put to its dates. Values only; `project` reads them from a store.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{Predicate, Source, TemporalKind};
use crate::date::{Day, FIRST_DAY, LAST_DAY};

/// One proposition as one record tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Name inside the case, after `fact/`.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// What the fact is about.
    pub subject: End,
    /// The relation.
    pub predicate: Arc<Predicate>,
    /// What the subject is related to.
    pub object: End,
    /// The researcher's judgement.
    pub status: Status,
    /// Whether it also stands as a plain triple.
    pub asserted: bool,
    /// Confidence from 0 to 100.
    pub confidence: Option<u8>,
    /// Begin as written (EDTF).
    pub begin: Option<Arc<str>>,
    /// End as written (EDTF).
    pub end: Option<Arc<str>>,
    /// Date since when the end is known, where it has one of its own, as written (EDTF).
    pub end_known_since: Option<Arc<str>>,
    /// Date on which it became public, as written (EDTF).
    pub known_since: Option<Arc<str>>,
    /// First and last day on which it can have begun.
    pub begins: (Day, Day),
    /// First and last day on which it can have ended.
    pub ends: (Day, Day),
    /// First and last day on which it can have become public.
    pub known: (Day, Day),
    /// Days from its latest end to the first that told of it in public, as the dataset has them.
    pub lag: Option<i64>,
    /// What is said of the end.
    pub end_kind: EndKind,
    /// Doubt about begin or end.
    pub qualifier: Option<Qualifier>,
    /// Sources, by id.
    pub sources: Vec<Arc<Source>>,
    /// Place in the first source.
    pub locator: Option<String>,
    /// Remark of the researcher.
    pub note: Option<String>,
    /// Whether the predicate is a stance.
    pub is_claim: bool,
    /// Id of the hearing or document where a claim was made.
    pub made_at: Option<String>,
    /// What was thought of it from some day on, by that day.
    pub judgements: Vec<Judgement>,
}

/// What was thought of a fact from some day on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Judgement {
    /// The day (EDTF).
    pub since: String,
    /// The status from then on.
    pub status: Status,
    /// Confidence from 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// Who judged so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What stands at one end of a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// An entity, by id.
    Entity(String),
    /// Another fact, by id.
    Fact(String),
    /// A literal.
    Text {
        /// Its text.
        value: String,
        /// Its language tag.
        lang: Option<String>,
    },
    /// An IRI that is neither entity nor fact of the store.
    Other(String),
}

macro_rules! statuses {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// The researcher's judgement of a fact.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Status { $($(#[doc = $doc])+ $variant,)+ }

        impl Status {
            /// Every status, from the best founded to the least.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the key, as in the vocabulary.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

statuses! {
    /// An official or primary page says so, or two sources do.
    Confirmed = "confirmed",
    /// One source says so in its own voice.
    Asserted = "asserted",
    /// The researcher concludes it.
    Inferred = "inferred",
    /// A source reports that someone says so.
    ReportedClaim = "reportedClaim",
    /// Sources disagree.
    Disputed = "disputed",
    /// A matter of judgement.
    Opinion = "opinion",
    /// Somebody expects it.
    Predicted = "predicted",
    /// Somebody undertook it.
    Promised = "promised",
    /// Better evidence speaks against it.
    Refuted = "refuted",
    /// Its author took it back.
    Retracted = "retracted",
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl End {
    /// Returns the id of the entity, where there is one.
    pub fn entity(&self) -> Option<&str> {
        if let Self::Entity(id) = self { Some(id) } else { None }
    }

    /// Returns the id of the fact, where there is one.
    pub fn fact(&self) -> Option<&str> {
        if let Self::Fact(id) = self { Some(id) } else { None }
    }
}

impl Status {
    /// Reads a key; hyphens and case do not matter.
    pub fn parse(key: &str) -> Option<Self> {
        let bare = |text: &str| text.replace(['-', '_', ' '], "").to_lowercase();
        Self::ALL.iter().copied().find(|status| bare(status.key()) == bare(key))
    }

    /// Returns the key in words, such as `reported claim`.
    pub fn words(self) -> String {
        self.key().replace("reportedClaim", "reported claim")
    }
}

/// Doubt about a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// The record is doubtful: `?`.
    Uncertain,
    /// The date is an estimate: `~`.
    Approximate,
    /// Both: `%`.
    Both,
}

impl Qualifier {
    /// Returns the doubt about a date that is uncertain, approximate, or both; none about one that is neither.
    pub const fn of(is_uncertain: bool, is_approximate: bool) -> Option<Self> {
        match (is_uncertain, is_approximate) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Uncertain),
            (false, true) => Some(Self::Approximate),
            (false, false) => None,
        }
    }

    /// Returns the doubt in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Uncertain => "doubtful",
            Self::Approximate => "estimate",
            Self::Both => "doubtful estimate",
        }
    }
}

/// What is said of the end of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndKind {
    /// It is a date.
    Closed,
    /// The fact still held when its source was written.
    Open,
    /// Nothing is known.
    Unknown,
}

/// An answer about vague dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Whatever the dates mean, no.
    No,
    /// Some readings of the dates say yes.
    Possible,
    /// Whatever the dates mean, yes.
    Certain,
}

impl Fact {
    /// Returns the ids of subject and object where both are entities.
    pub fn link(&self) -> Option<(&str, &str)> {
        self.subject.entity().zip(self.object.entity())
    }

    /// Returns the ids of the entities at its ends.
    pub fn entities(&self) -> impl Iterator<Item = &str> {
        [&self.subject, &self.object].into_iter().filter_map(End::entity)
    }

    /// Tells whether the fact held on a day.
    pub fn held_on(&self, day: Day) -> Answer {
        if self.begins.1 <= day && day <= self.ends.0 {
            Answer::Certain
        } else if self.begins.0 <= day && day <= self.ends.1 {
            Answer::Possible
        } else {
            Answer::No
        }
    }

    /// Tells whether neither begin nor end is dated.
    pub fn is_undated(&self) -> bool {
        self.begin.is_none() && self.end.is_none()
    }

    /// Tells whether the fact lasts: its predicate tells of a state, or its end differs from its begin.
    pub fn lasts(&self) -> bool {
        match self.predicate.kind {
            Some(TemporalKind::Event) => {
                self.end_kind == EndKind::Closed && self.end != self.begin && self.spans_days()
            }
            _ => self.end_kind != EndKind::Closed || self.end != self.begin,
        }
    }

    fn spans_days(&self) -> bool {
        self.begin.is_some() && self.end.is_some() && self.ends.1 > self.begins.1
    }

    /// Returns the dates in words: `2013-10`, `2013-02 to 2016-12`, `since 2007-09-11`, `until 2014-05-22`, or nothing.
    pub fn when(&self) -> String {
        match (&self.begin, &self.end, self.end_kind) {
            (Some(begin), Some(end), _) if begin == end => spoken(begin),
            (Some(begin), Some(end), _) => format!("{} to {}", spoken(begin), spoken(end)),
            (Some(begin), None, EndKind::Open) => format!("since {}", spoken(begin)),
            (Some(begin), None, _) => match self.predicate.kind {
                Some(TemporalKind::Event) => spoken(begin),
                _ => format!("from {}", spoken(begin)),
            },
            (None, Some(end), _) => format!("until {}", spoken(end)),
            (None, None, EndKind::Open) => format!("still so on {}", self.ends.0),
            (None, None, _) => String::new(),
        }
    }

    /// Returns the dates in a few characters, for a label: of a vague date just the part that is certain.
    pub fn when_briefly(&self) -> String {
        let brief = |date: &Arc<str>| common_part(date);
        match (&self.begin, &self.end, self.end_kind) {
            (Some(begin), Some(end), _) if brief(begin) == brief(end) => brief(begin),
            (Some(begin), Some(end), _) => format!("{} to {}", brief(begin), brief(end)),
            (Some(begin), None, EndKind::Open) => format!("since {}", brief(begin)),
            (Some(begin), None, _) => match self.predicate.kind {
                Some(TemporalKind::State) => format!("from {}", brief(begin)),
                _ => brief(begin),
            },
            (None, Some(end), _) => format!("until {}", brief(end)),
            (None, None, _) => String::new(),
        }
    }

    /// Returns the days from the latest end of an event to its disclosure, or from its begin where no end is given.
    pub fn lag_days(&self) -> Option<i64> {
        if let Some(lag) = self.lag {
            return Some(lag).filter(|days| *days > 0);
        }
        self.known_since.as_ref()?;
        let happened = if self.end_kind == EndKind::Closed { self.ends.1 } else { self.begins.1 };
        let dated = self.begin.is_some() || self.end.is_some();
        (dated && happened > FIRST_DAY && happened < LAST_DAY && self.known.0 > happened)
            .then(|| crate::date::days_between(happened, self.known.0))
    }
}

/// Puts a set of EDTF into words; other dates stay as written.
fn spoken(date: &str) -> String {
    let Some(inner) = date.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return date.to_owned() };
    match inner.split_once("..") {
        Some(("", last)) => format!("{last} or before"),
        Some((first, "")) => format!("{first} or after"),
        Some((first, last)) => format!("{first} / {last}"),
        None => inner.replace(',', " or "),
    }
}

/// Cuts a set of dates to the year or month that all its members share.
fn common_part(date: &str) -> String {
    let Some(inner) = date.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return date.to_owned() };
    let Some((first, last)) = inner.split_once("..").or_else(|| inner.split_once(',')) else { return inner.to_owned() };
    if first.is_empty() || last.is_empty() {
        return spoken(date);
    }
    let shared = first.split('-').zip(last.split('-')).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let shared = shared.collect::<Vec<_>>().join("-");
    if shared.is_empty() { format!("{}/{}", &first[..first.len().min(4)], &last[..last.len().min(4)]) } else { shared }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_dates_is_put_into_words() {
        assert_eq!(spoken("[2013-06-09..2013-06-22]"), "2013-06-09 / 2013-06-22");
        assert_eq!(spoken("[..2013-10]"), "2013-10 or before");
        assert_eq!(spoken("2013?"), "2013?");
    }

    #[test]
    fn a_label_shows_what_all_readings_of_a_date_share() {
        assert_eq!(common_part("[2014-05-21..2014-05-22]"), "2014-05");
        assert_eq!(common_part("[2013-01-01..2013-06-22]"), "2013");
        assert_eq!(common_part("[2012-12..2013-01]"), "2012/2013");
        assert_eq!(common_part("[..2013-10]"), "2013-10 or before");
    }

    #[test]
    fn a_status_is_read_in_any_spelling() {
        assert_eq!(Status::parse("reported-claim"), Some(Status::ReportedClaim));
        assert_eq!(Status::parse("Confirmed"), Some(Status::Confirmed));
        assert_eq!(Status::parse("sure"), None);
    }
}
