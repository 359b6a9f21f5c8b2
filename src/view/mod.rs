//! What held on a day, and what could be known on a day, by the public or by another audience. In: a case as a dataset, and
//! a view. Out: the quads that somebody on that day could have written down: facts, sources, ends, names and statuses as
//! they stood, and nothing else. Every question, count, label and drawing made from them is free of hindsight. The table of
//! `docs/model.md` says what may be said from which day. Not here: questions (`query`), drawings (`diagram`).

mod audience;
mod dates;
mod day;
mod entities;
mod facts;
mod judging;
mod names;
mod records;
mod rules;
mod shown;
mod sources;
mod status;
mod writing;

use std::fmt;
use std::sync::Arc;

pub use audience::AGENTS;

use crate::date::Day;
use crate::store::{self, CaseStore};
use records::Records;

/// What a reader sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// Only facts that held on this day.
    pub as_of: Option<Day>,
    /// Only what could be known on this day: by the public, unless `known_to` names somebody else.
    pub known_on: Option<Day>,
    /// Id or IRI of the audience that is asked for; none for the public.
    pub known_to: Option<String>,
    /// Keep what the dates allow, not only what they make certain.
    pub possible: bool,
}

/// Why a view cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody who can know something has the id.
    #[error("`{0}` is not the id of a person, a company, an agency, a court or a group of this case")]
    UnknownAudience(String),
    /// An audience is named, and no day.
    #[error("what `{0}` could know depends on the day, and none is given")]
    NoDay(String),
    /// The case cannot be read, or what is seen of it cannot be kept.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl View {
    /// Tells whether everything is seen.
    pub const fn is_whole(&self) -> bool {
        self.as_of.is_none() && self.known_on.is_none() && self.known_to.is_none()
    }

    /// Returns the view as a part of the name of a file, such as `-known-on-2014-05-21`; nothing for a whole case.
    pub fn in_file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '_' };
        let known_on = self.known_on.map(|day| format!("-known-on-{day}"));
        let audience = |name: &String| format!("-to-{}", name.chars().map(plain).collect::<String>());
        let as_of = self.as_of.map(|day| format!("-as-of-{day}"));
        let possible = (self.possible && !self.is_whole()).then(|| "-possible".to_owned());
        [known_on, self.known_to.as_ref().map(audience), as_of, possible].into_iter().flatten().collect()
    }

    /// Returns what it shows of a dataset, as a store of its own.
    pub fn of(&self, data: &CaseStore) -> Result<CaseStore, Error> {
        match (&self.known_to, self.known_on) {
            (Some(audience), None) => Err(Error::NoDay(audience.clone())),
            _ if self.is_whole() => Ok(data.clone()),
            _ => Whole::of(data)?.seen(self),
        }
    }
}

/// Some cases as they are, read once for many views.
pub struct Whole(Arc<Records>);

impl Whole {
    /// Reads a dataset.
    pub fn of(data: &CaseStore) -> Result<Self, Error> {
        Ok(Self(Arc::new(Records::read(data.columns()).map_err(store::Error::from)?)))
    }

    /// Returns what a view that does not see everything shows of them.
    pub fn seen(&self, view: &View) -> Result<CaseStore, Error> {
        let viewer = audience::Viewer::of(view, &self.0)?;
        Ok(CaseStore::of(writing::derive(&self.0, viewer).map_err(store::Error::from)?))
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
            let to = self.known_to.as_ref().map(|audience| format!(" to {audience}")).unwrap_or_default();
            words.push(format!("known on {day}{to}"));
        }
        if words.is_empty() {
            return Ok(());
        }
        write!(f, "{} ({})", words.join(", "), if self.possible { "certain or possible" } else { "certain" })
    }
}
