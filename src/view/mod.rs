//! What held on a day, and what the public could know on a day. In: a dataset and two dates. Out: a dataset
//! with the quads that a reader of that day could have written down, and no others: every question, count, label and
//! drawing made from them is free of hindsight. Not here: questions (`query`), drawings (`diagram`).

mod ahead;
mod all_facts;
mod condition;
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

impl View {
    /// Tells whether everything is seen.
    pub const fn is_whole(&self) -> bool {
        self.as_of.is_none() && self.known_on.is_none()
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
