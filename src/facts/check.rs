//! Checks between records. In: facts as they are read, and the predicates of a case. Out: faults: predicates that nobody
//! declares, ends of the wrong class, facts that are not there, ends before beginnings. Not here: single cells (`cells`,
//! `csvw`).

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Diagnostic, Diagnostics, Location};

use super::model::{Model, Predicate};
use super::names::{article, id, one_of};
use super::read_facts::Parts;
use super::reader::{Reader, State};
use super::record::{Apparatus, End, Fact, Object, Reference};
use crate::code;

/// A reference to a fact that no row before it tells.
pub(super) struct Pending {
    fact: String,
    place: Location,
    /// What is wrong if the fact is told later.
    otherwise: Option<Box<Diagnostic>>,
}

/// An end of a fact.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Subject,
    Object,
}

/// Finds what is wrong with the predicates that a case declares.
pub(super) fn check_predicates(predicates: &BTreeMap<String, Predicate>, model: &Model, faults: &mut Diagnostics) {
    for predicate in predicates.values().filter(|predicate| !predicate.built_in) {
        for class in predicate.domain.iter().chain(&predicate.range) {
            if !model.is_class(class) && class != "text" {
                let message = format!("`{class}` is not a class");
                let fault = Diagnostic::error(code::WRONG_CLASS, predicate.place.clone(), message);
                faults.push(fault.suggest(class, model.classes()));
            }
        }
        if let Some(parent) = &predicate.parent
            && !predicates.contains_key(parent)
        {
            let message = format!("`{parent}`, the parent of `{}`, is not a declared predicate", predicate.key);
            let fault = Diagnostic::error(code::UNKNOWN_PREDICATE, predicate.place.clone(), message);
            faults.push(fault.suggest(parent, predicates.keys().map(String::as_str)));
        }
        let parent = |key: &str| predicates.get(key).and_then(|predicate| predicate.parent.as_deref());
        let above = std::iter::successors(parent(&predicate.key), |key| parent(key));
        if above.take(predicates.len()).any(|key| key == predicate.key) {
            let message = format!("`{}` is, by its parents, above itself", predicate.key);
            faults.push(Diagnostic::error(code::UNKNOWN_PREDICATE, predicate.place.clone(), message));
        }
    }
}

impl State {
    /// Notes the facts that are named around facts.
    pub(super) fn refer_from(&mut self, record: &Apparatus) {
        let (facts, place) = match record {
            Apparatus::Citation(citation) => (std::slice::from_ref(&citation.fact), &citation.place),
            Apparatus::Disclosure(disclosure) => (disclosure.facts.as_slice(), &disclosure.place),
            Apparatus::Judgement(judgement) => (std::slice::from_ref(&judgement.fact), &judgement.place),
            Apparatus::Name(_) => return,
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

impl Reader<'_> {
    /// Finds what is wrong with a fact.
    pub(super) fn check_fact(&self, id: &str, fact: &Fact, parts: &Parts<'_, '_>, state: &mut State) {
        if !state.used.contains(&fact.predicate) {
            state.used.insert(fact.predicate.clone());
        }
        check_end(fact, parts, &mut state.faults);
        self.around.check(id, fact, parts, state);
        let predicate = self.predicates.get(&fact.predicate);
        let object = match &fact.object {
            Object::Reference(reference) => Some(reference),
            Object::Literal(_) => None,
        };
        for (side, end) in [(Side::Subject, Some(&fact.subject)), (Side::Object, object)] {
            let place = || side_place(side, fact, parts);
            let class = || predicate.and_then(|predicate| self.check_class(predicate, side, end, place));
            match end {
                Some(Reference::Fact(other)) if other == id => {
                    let fault = Diagnostic::error(code::UNKNOWN_FACT, place(), "a fact cannot be about itself");
                    state.faults.push(fault.hint("write the id of the fact that is meant"));
                }
                Some(Reference::Fact(other)) => {
                    let otherwise = class();
                    state.refer(other, place, otherwise);
                }
                _ => state.faults.extend(class().map(|fault| *fault)),
            }
        }
    }

    fn check_class(
        &self,
        predicate: &Predicate,
        side: Side,
        end: Option<&Reference>,
        place: impl Fn() -> Location,
    ) -> Option<Box<Diagnostic>> {
        let class = match end {
            None => "text",
            Some(Reference::Fact(_)) => "Fact",
            Some(Reference::Entity(path)) => self.names.class_of(path)?,
        };
        let (allowed, word) = match side {
            Side::Subject => (&predicate.domain, "subject"),
            Side::Object => (&predicate.range, "object"),
        };
        if allowed.iter().any(|wanted| self.model.is_a(class, wanted)) {
            return None;
        }
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let what = match end {
            Some(reference) => format!("`{}` is {}", shown(reference), article(class)),
            None => "the value is a text".to_owned(),
        };
        let message = format!("{what}, and `{}` takes {} as its {word}", predicate.key, one_of(&allowed));
        Some(Box::new(Diagnostic::error(code::WRONG_CLASS, place(), message)))
    }
}

fn check_end(fact: &Fact, parts: &Parts<'_, '_>, faults: &mut Diagnostics) {
    if let (Some(begin), End::On(end)) = (&fact.begin, &fact.end)
        && end.last() < begin.first()
    {
        let message = format!("`{end}` is before the beginning, `{begin}`");
        let place = parts.fact.end.place(parts.table, parts.row);
        let fault = Diagnostic::error(code::END_BEFORE_BEGIN, place, message);
        faults.push(fault.hint("exchange the two, or leave the end empty if it is not known"));
    }
    if let (Some(known), false) = (&fact.end_known_since, matches!(fact.end, End::On(_))) {
        let message = format!("`{known}` says since when the end is known, and there is no end");
        let place = parts.fact.end_known_since.place(parts.table, parts.row);
        let fault = Diagnostic::error(code::INCOMPLETE, place, message);
        faults.push(fault.hint("write the end, or leave this cell empty too"));
    }
}

fn side_place(side: Side, fact: &Fact, parts: &Parts<'_, '_>) -> Location {
    let text = match (side, &fact.object) {
        (Side::Subject, _) => &parts.fact.subject.text,
        (Side::Object, Object::Reference(_)) => &parts.fact.object.text,
        (Side::Object, Object::Literal(_)) => &parts.fact.text,
    };
    text.place(parts.table, parts.row)
}

fn shown(reference: &Reference) -> &str {
    match reference {
        Reference::Entity(path) => id(path),
        Reference::Fact(id) => id,
    }
}
