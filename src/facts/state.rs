//! What is remembered from row to row. In: faults, ids and references as they are met. Out: references that name no fact, once
//! all rows are read.

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Diagnostic, Diagnostics, Location};

use super::dates::Dates;
use super::ids::FactIds;
use super::record::Record;
use crate::code;

/// What is remembered from row to row.
#[derive(Default)]
pub(super) struct State {
    pub(super) faults: Diagnostics,
    pub(super) dates: Dates,
    pub(super) ids: FactIds,
    /// References to facts that no row has told yet.
    pending: Vec<Pending>,
    /// Keys of the predicates of facts.
    pub(super) used: BTreeSet<String>,
    /// Paths of the entities in the facts of each disclosure that told some names only, by its position.
    pub(super) scoped: BTreeMap<usize, BTreeSet<String>>,
    /// The ids of all facts as text, where they are wanted.
    pub(super) listed: Option<BTreeSet<String>>,
}

/// A reference to a fact that no row before it tells.
pub(super) struct Pending {
    fact: String,
    place: Location,
    /// What is wrong if the fact is told later.
    otherwise: Option<Box<Diagnostic>>,
}

impl State {
    /// Returns a state that keeps the ids of facts as text.
    pub(super) fn listing() -> Self {
        Self { listed: Some(BTreeSet::new()), ..Self::default() }
    }

    /// Adds the id of a fact; tells whether it is new.
    pub(super) fn own_id(&mut self, id: &str) -> bool {
        if let Some(listed) = &mut self.listed {
            listed.insert(id.to_owned());
        }
        self.ids.insert(id)
    }

    /// Notes the facts that are named around facts.
    pub(super) fn refer_from(&mut self, record: &Record) {
        let (facts, place) = match record {
            Record::Citation(citation) => (std::slice::from_ref(&citation.fact), &citation.place),
            Record::Disclosure(disclosure) => (disclosure.facts.as_slice(), &disclosure.place),
            Record::Judgement(judgement) => (std::slice::from_ref(&judgement.fact), &judgement.place),
            Record::Entity { .. } | Record::Fact(..) | Record::Name(_) | Record::Plain(_) => return,
        };
        for fact in facts {
            self.refer(fact, || place.clone(), None);
        }
    }

    /// Notes that a cell refers to a fact; `otherwise` is what is wrong if there is such a fact.
    pub(super) fn refer(&mut self, fact: &str, place: impl Fn() -> Location, otherwise: Option<Box<Diagnostic>>) {
        if self.ids.contains(fact) {
            self.faults.extend(otherwise.map(|fault| *fault));
        } else {
            self.pending.push(Pending { fact: fact.to_owned(), place: place(), otherwise });
        }
    }

    /// Tells which references still name no fact, once all rows are read.
    pub(super) fn settle(&mut self) -> Vec<Pending> {
        let mut unknown = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            if self.ids.contains(&pending.fact) {
                self.faults.extend(pending.otherwise.map(|fault| *fault));
            } else {
                unknown.push(pending);
            }
        }
        unknown
    }
}

impl Pending {
    /// Returns the fault of a reference to a fact that is not there; `ids` are those of all facts.
    pub(super) fn fault(self, ids: &BTreeSet<String>) -> Diagnostic {
        let message = format!("`{}` is not the id of any fact", self.fact);
        let fault = Diagnostic::error(code::UNKNOWN_FACT, self.place, message);
        fault.suggest(&self.fact, ids.iter().map(String::as_str))
    }
}
