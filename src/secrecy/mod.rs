//! Gags and seals as windows of time, and how late the public learned. In: a graph, as a view shows it. Out: a [`Window`](crate::secrecy::Window)
//! for each gag and seal, with its bounds and how it ended, and a [`Lag`](crate::secrecy::Lag) for each party. Not here: drawing (`diagram`).

mod lag;
mod rows;
mod rules;
mod windows;

use std::sync::Arc;

use serde::Deserialize;

pub use lag::{Lag, lags};
pub use rules::{RulesError, SecrecyRules};
pub use windows::windows;

use crate::date::{Day, FIRST_DAY, LAST_DAY, lasted};
use crate::graph::{End, Fact};

/// What closes a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowKind {
    /// Somebody must not speak.
    Gag,
    /// Papers are closed to the public.
    Seal,
}

impl WindowKind {
    /// Returns the key: `gag` or `seal`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Gag => "gag",
            Self::Seal => "seal",
        }
    }
}

/// How a window ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It has ended, in the records that there are, for a part only.
    #[serde(rename = "lifted in part")]
    LiftedInPart,
    /// Somebody freed the bound party, or opened the papers.
    Lifted,
    /// A court took away the force of the demand.
    Quashed,
    /// The demand was withdrawn.
    Withdrawn,
    /// Its time ran out.
    Expired,
    /// It had not ended when its source was written.
    #[serde(rename = "still in force")]
    StillInForce,
    /// No record tells.
    Unknown,
}

impl How {
    /// Returns the answer in words, such as `lifted in part`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LiftedInPart => "lifted in part",
            Self::Lifted => "lifted",
            Self::Quashed => "quashed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::StillInForce => "still in force",
            Self::Unknown => "unknown",
        }
    }
}

/// A time during which something was not to be spoken of, or not to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Gag or seal.
    pub kind: WindowKind,
    /// Who must be silent; none where all are shut out.
    pub bound: Option<End>,
    /// What it is about.
    pub scope: End,
    /// The records that make the window, by id.
    pub records: Vec<Arc<Fact>>,
    /// Begin as written (EDTF).
    pub begin: Option<Arc<str>>,
    /// End as written (EDTF), each once where records differ.
    pub end: Vec<Arc<str>>,
    /// First and last day on which it can have begun.
    pub begins: (Day, Day),
    /// First and last day on which it can have ended.
    pub ends: (Day, Day),
    /// How it ended.
    pub how: How,
    /// The facts that tell how it ended, or what remains of it, by date.
    pub evidence: Vec<Arc<Fact>>,
}

impl Window {
    /// Returns the least number of days that it lasted, the last one counted; none where its begin or its end is not known.
    pub fn shortest(&self) -> Option<i64> {
        let has_end = self.how != How::Unknown || !self.end.is_empty();
        (self.begin.is_some() && has_end && self.begins.1 < LAST_DAY).then(|| lasted(self.begins.1, self.ends.0))
    }

    /// Returns the greatest number of days that it lasted; none where its begin or its end is not known.
    pub fn longest(&self) -> Option<i64> {
        (self.begins.0 > FIRST_DAY && self.ends.1 < LAST_DAY).then(|| lasted(self.begins.0, self.ends.1))
    }
}
