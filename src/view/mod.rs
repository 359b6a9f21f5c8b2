//! What held on a day, and what the public could know on a day. In: a dataset and two dates. Out: a dataset
//! with the quads that a reader of that day could have written down, and no others: every question, count, label and
//! drawing made from them is free of hindsight. Not here: questions (`query`), drawings (`diagram`).

mod node;
mod seen;

use std::fmt;

pub use seen::Seen;

use crate::date::Day;

/// Which facts a reader sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct View {
    /// Only facts that held on this day.
    pub as_of: Option<Day>,
    /// Only facts that were public on this day.
    pub known_on: Option<Day>,
    /// Keep facts that the dates allow, not only those that they make certain.
    pub possible: bool,
}

/// How sure an answer about dates is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The dates exclude it.
    No,
    /// The dates allow it.
    Possible,
    /// The dates leave no other reading.
    Certain,
}

impl View {
    /// Tells whether everything is seen.
    pub const fn is_whole(&self) -> bool {
        self.as_of.is_none() && self.known_on.is_none()
    }

    /// Answers whether a fact with these bounds is seen.
    fn certainty(&self, bounds: &node::Bounds) -> Certainty {
        let held = self.as_of.map_or(Certainty::Certain, |day| {
            answer(bounds.begin.1 <= day && day <= bounds.end.0, bounds.begin.0 <= day && day <= bounds.end.1)
        });
        let known =
            self.known_on.map_or(Certainty::Certain, |day| answer(bounds.known.1 <= day, bounds.known.0 <= day));
        held.min(known)
    }

    fn least(&self) -> Certainty {
        if self.possible { Certainty::Possible } else { Certainty::Certain }
    }
}

fn answer(certain: bool, possible: bool) -> Certainty {
    match (certain, possible) {
        (true, _) => Certainty::Certain,
        (false, true) => Certainty::Possible,
        (false, false) => Certainty::No,
    }
}

impl fmt::Display for View {
    /// Writes the stamp that every output under a view carries, such as `known on 2014-05-21 (certain)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if let Some(day) = self.as_of {
            words.push(format!("as of {day}"));
        }
        if let Some(day) = self.known_on {
            words.push(format!("known on {day}"));
        }
        if words.is_empty() {
            return Ok(());
        }
        write!(f, "{} ({})", words.join(", "), if self.possible { "certain or possible" } else { "certain" })
    }
}
