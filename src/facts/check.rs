//! Checks between records. In: the records of a case. Out: faults: predicates that nobody declares, ends of the wrong
//! class, facts that are not there, ends before beginnings. Not here: single cells (`cells`, `csvw`).

use super::model::{Model, Predicate};
use super::names::{article, id, one_of};
use super::read_facts::FactsRead;
use super::record::{CaseFacts, End, Fact, Object, Reference};
use crate::csvw::Table;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;

/// Checks the records of a case against each other.
pub(super) struct Checker<'a> {
    pub(super) case: &'a CaseFacts,
    pub(super) model: &'a Model,
    pub(super) tables: &'a [Table<'a>],
    pub(super) read: &'a FactsRead,
}

/// An end of a fact.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Subject,
    Object,
}

impl Checker<'_> {
    /// Finds all faults.
    pub(super) fn check(&self, faults: &mut Diagnostics) {
        for predicate in self.case.predicates.values().filter(|predicate| !predicate.built_in) {
            self.check_predicate(predicate, faults);
        }
        for (id, fact) in &self.case.facts {
            self.check_fact(id, fact, faults);
        }
        for citation in &self.case.citations {
            if !self.read.ids.contains(&citation.fact) {
                faults.push(self.unknown_fact(&citation.fact, citation.place.clone()));
            }
        }
        for disclosure in &self.case.disclosures {
            for fact in disclosure.facts.iter().filter(|fact| !self.read.ids.contains(*fact)) {
                faults.push(self.unknown_fact(fact, disclosure.place.clone()));
            }
        }
    }

    fn check_predicate(&self, predicate: &Predicate, faults: &mut Diagnostics) {
        for class in predicate.domain.iter().chain(&predicate.range) {
            if !self.model.is_class(class) && class != "text" {
                let message = format!("`{class}` is not a class");
                let fault = Diagnostic::error(Code::WrongClass, predicate.place.clone(), message);
                faults.push(fault.suggest(class, self.model.classes()));
            }
        }
        if let Some(parent) = &predicate.parent
            && !self.case.predicates.contains_key(parent)
        {
            let message = format!("`{parent}`, the parent of `{}`, is not a declared predicate", predicate.key);
            let fault = Diagnostic::error(Code::UnknownPredicate, predicate.place.clone(), message);
            faults.push(fault.suggest(parent, self.case.predicates.keys().map(String::as_str)));
        }
        let parent = |key: &str| self.case.predicates.get(key).and_then(|predicate| predicate.parent.as_deref());
        let above = std::iter::successors(parent(&predicate.key), |key| parent(key));
        if above.take(self.case.predicates.len()).any(|key| key == predicate.key) {
            let message = format!("`{}` is, by its parents, above itself", predicate.key);
            faults.push(Diagnostic::error(Code::UnknownPredicate, predicate.place.clone(), message));
        }
    }

    fn check_fact(&self, id: &str, fact: &Fact, faults: &mut Diagnostics) {
        self.check_order(id, fact, faults);
        let predicate = self.case.predicates.get(&fact.predicate);
        let object = match &fact.object {
            Object::Reference(reference) => Some(reference),
            Object::Literal(_) => None,
        };
        for (side, end) in [(Side::Subject, Some(&fact.subject)), (Side::Object, object)] {
            if let Some(Reference::Fact(other)) = end
                && other == id
            {
                let fault =
                    Diagnostic::error(Code::UnknownFact, self.side(id, fact, side), "a fact cannot be about itself");
                faults.push(fault.hint("write the id of the fact that is meant"));
            } else if let Some(Reference::Fact(other)) = end
                && !self.read.ids.contains(other)
            {
                faults.push(self.unknown_fact(other, self.side(id, fact, side)));
            } else if let Some(predicate) = predicate {
                self.check_class(id, fact, predicate, side, end, faults);
            }
        }
    }

    fn check_order(&self, id: &str, fact: &Fact, faults: &mut Diagnostics) {
        if let (Some(begin), End::On(end)) = (&fact.begin, &fact.end)
            && end.last() < begin.first()
        {
            let message = format!("`{end}` is before the beginning, `{begin}`");
            let place = self.read.place(id, self.tables, |template| &template.end);
            let fault = Diagnostic::error(Code::EndBeforeBegin, place, message);
            faults.push(fault.hint("exchange the two, or leave the end empty if it is not known"));
        }
    }

    fn check_class(
        &self,
        id: &str,
        fact: &Fact,
        predicate: &Predicate,
        side: Side,
        end: Option<&Reference>,
        faults: &mut Diagnostics,
    ) {
        let class = match end {
            None => "text",
            Some(Reference::Fact(_)) => "Fact",
            Some(Reference::Entity(path)) => match self.case.entities.get(path) {
                Some(entity) => &entity.class,
                None => return,
            },
        };
        let (allowed, word) = match side {
            Side::Subject => (&predicate.domain, "subject"),
            Side::Object => (&predicate.range, "object"),
        };
        if allowed.iter().any(|wanted| self.model.is_a(class, wanted)) {
            return;
        }
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let what = match end {
            Some(reference) => format!("`{}` is {}", shown(reference), article(class)),
            None => "the value is a text".to_owned(),
        };
        let message = format!("{what}, and `{}` takes {} as its {word}", predicate.key, one_of(&allowed));
        faults.push(Diagnostic::error(Code::WrongClass, self.side(id, fact, side), message));
    }

    fn unknown_fact(&self, id: &str, place: Location) -> Diagnostic {
        let message = format!("`{id}` is not the id of any fact");
        let fault = Diagnostic::error(Code::UnknownFact, place, message);
        fault.suggest(id, self.read.ids.iter().map(String::as_str))
    }

    fn side(&self, id: &str, fact: &Fact, side: Side) -> Location {
        self.read.place(id, self.tables, |template| match (side, &fact.object) {
            (Side::Subject, _) => &template.subject,
            (Side::Object, Object::Reference(_)) => &template.object,
            (Side::Object, Object::Literal(_)) => &template.text,
        })
    }
}

fn shown(reference: &Reference) -> &str {
    match reference {
        Reference::Entity(path) => id(path),
        Reference::Fact(id) => id,
    }
}
