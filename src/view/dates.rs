//! What may be said of the dates of a fact. In: its record, the day of knowledge, and since when it is known. Out: begin
//! and end as far as they had come and were known, with bounds that give nothing away that had not.

use super::audience::Viewer;
use super::day::Now;
use super::records::Record;
use crate::date::{Day, FIRST_DAY, LAST_DAY, lasted};
use crate::vocab::{cg, rdf};

/// What is said of the end of a fact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum End {
    /// What its record says.
    #[default]
    AsRecorded,
    /// It lies ahead: on the day the fact still held.
    Open,
    /// It had come, and nobody knew, or nothing says that the fact had begun.
    Unknown,
}

/// The dates of a fact on the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    /// Whether the begin is told.
    pub(super) has_begin: bool,
    pub(super) begins: (Day, Day),
    pub(super) end: End,
    pub(super) ends: (Day, Day),
    /// Last day on which it can have begun, before that was cut down to the day of knowledge.
    begins_latest: Day,
}

impl Dates {
    /// Works out the dates of a fact that is known since some day, by somebody else than the audience alone or not.
    pub(super) fn of(record: Record<'_>, viewer: &Viewer, known: (Day, Day), is_private: bool) -> Self {
        let begins = record.days(cg::BEGIN_EARLIEST, cg::BEGIN_LATEST).unwrap_or((FIRST_DAY, LAST_DAY));
        let ends = record.days(cg::END_EARLIEST, cg::END_LATEST).unwrap_or((FIRST_DAY, LAST_DAY));
        let recorded = Self { has_begin: true, begins, end: End::AsRecorded, ends, begins_latest: begins.1 };
        let Some(now) = viewer.now else { return recorded };
        let announced = record.days(cg::END_KNOWN_EARLIEST, cg::END_KNOWN_LATEST).filter(|_| !is_private);
        let end_known = announced.unwrap_or((known.0.max(ends.0), known.1.max(ends.1)));
        let (begin, written_end) = (record.object(cg::BEGIN), record.object(cg::END));
        if begin.is_some() && begins == ends && (written_end.is_none() || written_end == begin) && announced.is_none() {
            // Begin and end are one date: who knows that it happened knows that it is over.
            let end = if begins.0 > now.day { End::Unknown } else { End::AsRecorded };
            let dates = Self { end, ..recorded }.begin_by(true, now, known);
            return Self { ends: if end == End::Unknown { (now.day, LAST_DAY) } else { dates.begins }, ..dates };
        }
        let (end, ends) = if ends.1 == LAST_DAY {
            (End::AsRecorded, (ends.0.min(now.day), LAST_DAY))
        } else if now.has_come(end_known) {
            (End::AsRecorded, ends)
        } else if ends.0 > now.day {
            // Of an event that is only known to be over by then, nothing says that it had begun.
            let had_begun = begin.is_some() || !viewer.is_event(record.object(rdf::PREDICATE));
            (if had_begun { End::Open } else { End::Unknown }, (now.day, LAST_DAY))
        } else {
            (End::Unknown, (begins.0, LAST_DAY))
        };
        Self { end, ends, ..recorded }.begin_by(begin.is_some(), now, known)
    }

    fn begin_by(mut self, says_begin: bool, now: Now, known: (Day, Day)) -> Self {
        let (first, last) = self.begins;
        if !says_begin {
            self.begins_latest = if first == FIRST_DAY { known.1.min(self.ends.1).min(now.day) } else { last };
            self.begins = (first.min(now.day), self.begins_latest.min(now.day));
        } else if first > now.day && !self.tells_end() {
            (self.has_begin, self.begins, self.begins_latest) = (false, (now.day, LAST_DAY), LAST_DAY);
        } else if !now.possible && first <= now.day && last > now.day && known.1 >= first {
            // What was known had begun. Where the answer is only possible, the date stays as vague as it is.
            self.begins.1 = now.day;
        }
        self.ends.0 = self.ends.0.max(self.begins.0);
        self
    }

    /// Tells whether the fact held on a day.
    pub(super) fn held(&self, on: Now) -> bool {
        if on.possible {
            self.begins.0 <= on.day && on.day <= self.ends.1
        } else {
            self.begins_latest <= on.day && on.day <= self.ends.0
        }
    }

    /// Tells whether the record tells of an end that may be told.
    pub(super) fn tells_end(&self) -> bool {
        self.end == End::AsRecorded && self.ends.1 < LAST_DAY
    }

    /// Returns the least number of days that the fact held, as far as that is known.
    pub(super) fn shortest(&self) -> Option<i64> {
        (self.has_begin && self.end != End::Unknown).then(|| lasted(self.begins.1, self.ends.0))
    }

    /// Returns the greatest number of days that the fact held, where its end is told.
    pub(super) fn longest(&self) -> Option<i64> {
        (self.has_begin && self.tells_end()).then(|| lasted(self.begins.0, self.ends.1))
    }
}
