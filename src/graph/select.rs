//! Selects facts and entities. In: a graph and a [`Selection`]. Out: the part of the graph that fits, which remembers
//! the selection and the view, so that a drawing can state them. Not here: what a day leaves of a case (`view`).

use std::collections::BTreeSet;

use csvw::nearest;

use super::{Answer, EntityGraph, Error, Fact, Status};
use crate::view::View;

/// Which facts to keep. Empty sets and `None` keep all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Class keys of the entities at the ends, such as `Company`.
    pub classes: BTreeSet<String>,
    /// Keys of the predicates.
    pub predicates: BTreeSet<String>,
    /// The researcher's judgements.
    pub statuses: BTreeSet<Status>,
    /// Least confidence, 0 to 100; facts without one are left out.
    pub min_confidence: Option<u8>,
    /// The view of the case that the graph was read from: it filters nothing here, but drawings state it.
    pub view: View,
    /// Facts that also stand as plain triples.
    pub asserted_only: bool,
    /// Ids of facts; the entities stay without them.
    pub facts: Option<BTreeSet<String>>,
}

impl From<&View> for Selection {
    /// Returns the selection that keeps all that a view shows, and states the view.
    fn from(view: &View) -> Self {
        Self { view: view.clone(), ..Self::default() }
    }
}

impl Selection {
    /// Tells whether it keeps all of a whole case.
    pub fn is_empty(&self) -> bool {
        let whole = View { possible: self.view.possible, ..View::default() };
        *self == Self { view: whole, ..Self::default() }
    }

    /// Adds a status by its key.
    pub fn add_status(&mut self, key: &str) -> Result<(), Error> {
        let status = Status::parse(key).ok_or_else(|| Error::UnknownStatus {
            name: key.to_owned(),
            suggestion: nearest(key, Status::ALL.iter().map(|s| s.key())).map(str::to_owned),
        })?;
        self.statuses.insert(status);
        Ok(())
    }

    /// Tells whether a fact that the view shows is certain on its days, or only possible.
    pub fn certainty(&self, fact: &Fact) -> Answer {
        let held = self.view.as_of.map_or(Answer::Certain, |day| fact.held_on(day));
        let was_known = self.view.known_on.is_none_or(|day| fact.known.1 <= day);
        if was_known { held } else { held.min(Answer::Possible) }
    }

    /// Tells whether it keeps a fact; `class_of` gives the class key of an entity by its id.
    pub(super) fn keeps<'a>(&self, fact: &Fact, class_of: impl Fn(&str) -> Option<&'a str>) -> bool {
        let class_fits = |id| class_of(id).is_some_and(|class| self.classes.contains(class));
        (self.predicates.is_empty() || self.predicates.contains(&fact.predicate.key))
            && (self.statuses.is_empty() || self.statuses.contains(&fact.status))
            && self.min_confidence.is_none_or(|least| fact.confidence.is_some_and(|c| c >= least))
            && (!self.asserted_only || fact.asserted)
            && self.facts.as_ref().is_none_or(|ids| ids.contains(&fact.id))
            && (self.classes.is_empty() || fact.entities().all(class_fits))
    }

    /// Returns the filters in words, one each, for the stamp of a drawing.
    pub fn describe(&self) -> Vec<String> {
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
        let mut words = Vec::new();
        let View { as_of, known_on, known_to, possible } = &self.view;
        words.extend(as_of.map(|day| format!("as of {day}")));
        let to = known_to.as_ref().map(|audience| format!(" to {audience}")).unwrap_or_default();
        words.extend(known_on.map(|day| format!("known on {day}{to}")));
        if !possible && !self.view.is_whole() {
            words.push("certain dates only".to_owned());
        }
        if !self.classes.is_empty() {
            words.push(format!("classes: {}", list(&self.classes)));
        }
        if !self.predicates.is_empty() {
            words.push(format!("relations: {}", list(&self.predicates)));
        }
        if !self.statuses.is_empty() {
            let keys: Vec<_> = self.statuses.iter().map(|status| status.key()).collect();
            words.push(format!("status: {}", keys.join(", ")));
        }
        if let Some(confidence) = self.min_confidence {
            words.push(format!("confidence from {confidence}"));
        }
        if self.asserted_only {
            words.push("asserted facts only".to_owned());
        }
        words
    }
}

impl EntityGraph {
    /// Returns the graph with only the facts of these ids; entities stay.
    #[must_use]
    pub fn keeping(&self, ids: &BTreeSet<&str>) -> Self {
        let facts = self.facts().filter(|fact| ids.contains(fact.id.as_str()));
        let mut kept = self.with(self.entities().cloned(), facts.cloned());
        kept.selection.facts = Some(ids.iter().map(|id| (*id).to_owned()).collect());
        kept
    }

    /// Returns the graph with some facts of another, by their ids, and the entities at their ends.
    #[must_use]
    pub fn and(&self, other: &Self, ids: &BTreeSet<&str>) -> Self {
        let facts: Vec<_> = other.facts().filter(|fact| ids.contains(fact.id.as_str())).cloned().collect();
        let entities = facts.iter().flat_map(|fact| fact.entities()).filter_map(|id| other.entity(id));
        let entities: Vec<_> = entities.filter(|entity| self.entity(&entity.id).is_none()).cloned().collect();
        self.with(self.entities().cloned().chain(entities), self.facts().cloned().chain(facts))
    }

    /// Returns the graph with all entities of another.
    #[must_use]
    pub(super) fn with_entities_of(&self, other: &Self) -> Self {
        self.with(other.entities().cloned(), self.facts().cloned())
    }

    /// Returns the part of the graph that a selection keeps.
    ///
    /// Under a filter that concerns facts, an entity stays where a fact about it does. A fact about a fact stays without that
    /// one: a denial of a disputed fact is worth seeing where disputed facts themselves are not wanted.
    #[must_use]
    pub fn select(&self, selection: &Selection) -> Self {
        if selection.is_empty() {
            return Self { selection: selection.clone(), ..self.clone() };
        }
        let class_of = |id: &str| self.entity(id).map(|entity| entity.class.as_str());
        let facts: Vec<_> = self.facts().filter(|fact| selection.keeps(fact, class_of)).cloned().collect();
        let spoken_of: BTreeSet<&str> = facts.iter().flat_map(|fact| fact.entities()).collect();
        let by_class = |class: &str| selection.classes.is_empty() || selection.classes.contains(class);
        let only_classes = Selection { classes: BTreeSet::new(), facts: None, ..selection.clone() }.is_empty();
        let entities =
            self.entities().filter(|e| by_class(&e.class) && (only_classes || spoken_of.contains(e.id.as_str())));
        let part = self.with(entities.cloned(), facts.iter().cloned());
        Self { selection: selection.clone(), ..part }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::affair;
    use super::*;

    fn ids(selection: &Selection) -> Vec<String> {
        affair().graph().select(selection).facts().map(|fact| fact.id.clone()).collect()
    }

    #[test]
    fn filters_by_class_predicate_and_status_narrow_each_other() {
        let mut selection = Selection { predicates: BTreeSet::from(["withdrew".to_owned()]), ..Selection::default() };
        assert_eq!(ids(&selection), ["F4", "F5"]);
        selection.add_status("confirmed").expect("status");
        assert_eq!(ids(&selection), ["F4"]);
        selection.classes.insert("Company".to_owned());
        assert!(ids(&selection).is_empty());
        assert_eq!(selection.describe(), ["classes: Company", "relations: withdrew", "status: confirmed"]);
    }

    #[test]
    fn a_misspelt_status_gets_a_suggestion() {
        let error = Selection::default().add_status("confrimed").expect_err("no status");
        assert_eq!(error.to_string(), "`confrimed` is not a status; did you mean `confirmed`?");
    }
}
