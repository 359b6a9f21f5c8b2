//! Checks between records. In: facts as they are read. Out: faults: ends of the wrong class, facts about themselves, ends before
//! beginnings. Not here: single cells (`cells`, `csvw`), predicates (`case_index`), facts that are not there (`state`).

use csvw::{Diagnostic, Diagnostics, Location};

use super::fact_template::Part;
use super::model::Predicate;
use super::names::{article, id, one_of};
use super::plan::{FactPlan, Line};
use super::reader::Reader;
use super::record::{End, Fact, Object, Reference};
use super::state::State;
use crate::code;

/// An end of a fact.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Subject,
    Object,
}

impl Reader<'_> {
    /// Finds what is wrong with a fact.
    pub(super) fn check_fact(&self, id: &str, fact: &Fact, plan: &FactPlan<'_>, line: Line<'_>, state: &mut State) {
        if !state.used.contains(&fact.predicate) {
            state.used.insert(fact.predicate.clone());
        }
        check_end(fact, plan, line, &mut state.faults);
        self.around.check(id, fact, || line.cell_of(&plan[Part::KnownSince]), state);
        let predicate = self.index.predicates.get(&fact.predicate);
        let object = match &fact.object {
            Object::Reference(reference) => Some(reference),
            Object::Literal(_) => None,
        };
        for (side, end) in [(Side::Subject, Some(&fact.subject)), (Side::Object, object)] {
            let place = || line.cell_of(&plan[part_of(side, fact)]);
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
        if allowed.iter().any(|wanted| self.index.model.is_a(class, wanted)) {
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

fn check_end(fact: &Fact, plan: &FactPlan<'_>, line: Line<'_>, faults: &mut Diagnostics) {
    if let (Some(begin), End::On(end)) = (&fact.begin, &fact.end)
        && end.last() < begin.first()
    {
        let message = format!("`{end}` is before the beginning, `{begin}`");
        let fault = Diagnostic::error(code::END_BEFORE_BEGIN, line.cell_of(&plan[Part::End]), message);
        faults.push(fault.hint("exchange the two, or leave the end empty if it is not known"));
    }
    if let (Some(known), false) = (&fact.end_known_since, matches!(fact.end, End::On(_))) {
        let message = format!("`{known}` says since when the end is known, and there is no end");
        let fault = Diagnostic::error(code::INCOMPLETE, line.cell_of(&plan[Part::EndKnownSince]), message);
        faults.push(fault.hint("write the end, or leave this cell empty too"));
    }
}

fn part_of(side: Side, fact: &Fact) -> Part {
    match (side, &fact.object) {
        (Side::Subject, _) => Part::Subject,
        (Side::Object, Object::Reference(_)) => Part::Object,
        (Side::Object, Object::Literal(_)) => Part::Text,
    }
}

fn shown(reference: &Reference) -> &str {
    match reference {
        Reference::Entity(path) => id(path),
        Reference::Fact(id) => id,
    }
}
