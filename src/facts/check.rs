//! Checks between records. In: the records of a case. Out: faults: predicates that nobody declares, ends of the wrong
//! class, facts that are not there, ends before beginnings. Not here: single cells (`cells`, `csvw`).

use std::collections::BTreeSet;

use super::model::{Model, Predicate};
use super::names::{article, id, one_of};
use super::record::{CaseFacts, End, Fact, Object, Reference};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Checks all records; `ids` are the ids of all facts, also of those that could not be read.
pub(super) fn check(case: &CaseFacts, model: &Model, ids: &BTreeSet<String>, faults: &mut Diagnostics) {
    for predicate in case.predicates.values().filter(|predicate| !predicate.built_in) {
        check_predicate(predicate, case, model, faults);
    }
    for fact in case.facts.values() {
        let references = [Some(&fact.subject), object_reference(fact)];
        for reference in references.into_iter().flatten() {
            check_fact_reference(reference, fact, ids, faults);
        }
        check_order(fact, faults);
        match case.predicates.get(&fact.predicate) {
            Some(predicate) => check_classes(fact, predicate, case, model, faults),
            None => {
                let message = format!("`{}` is not a declared predicate", fact.predicate);
                let keys = case.predicates.keys().map(String::as_str);
                let fault = Diagnostic::error(Code::UnknownPredicate, fact.place.clone(), message);
                faults.push(fault.suggest(&fact.predicate, keys).hint("or declare it in predicates.csv"));
            }
        }
    }
    for citation in case.citations.iter().filter(|citation| !ids.contains(&citation.fact)) {
        let message = format!("`{}` is not the id of any fact", citation.fact);
        let fault = Diagnostic::error(Code::UnknownFact, citation.place.clone(), message);
        faults.push(fault.suggest(&citation.fact, ids.iter().map(String::as_str)));
    }
}

fn object_reference(fact: &Fact) -> Option<&Reference> {
    match &fact.object {
        Object::Reference(reference) => Some(reference),
        Object::Literal(_) => None,
    }
}

fn check_predicate(predicate: &Predicate, case: &CaseFacts, model: &Model, faults: &mut Diagnostics) {
    for class in predicate.domain.iter().chain(&predicate.range) {
        if !model.is_class(class) && class != "text" {
            let message = format!("`{class}` is not a class");
            let fault = Diagnostic::error(Code::WrongClass, predicate.place.clone(), message);
            faults.push(fault.suggest(class, model.classes()));
        }
    }
    if let Some(parent) = predicate.parent.as_ref().filter(|parent| !case.predicates.contains_key(*parent)) {
        let message = format!("`{parent}`, the parent of `{}`, is not a declared predicate", predicate.key);
        let fault = Diagnostic::error(Code::UnknownPredicate, predicate.place.clone(), message);
        faults.push(fault.suggest(parent, case.predicates.keys().map(String::as_str)));
    }
}

fn check_fact_reference(reference: &Reference, fact: &Fact, ids: &BTreeSet<String>, faults: &mut Diagnostics) {
    if let Reference::Fact(id) = reference
        && !ids.contains(id)
    {
        let message = format!("`{id}` is not the id of any fact");
        let fault = Diagnostic::error(Code::UnknownFact, fact.place.clone(), message);
        faults.push(fault.suggest(id, ids.iter().map(String::as_str)));
    }
}

fn check_order(fact: &Fact, faults: &mut Diagnostics) {
    if let (Some(begin), End::On(end)) = (&fact.begin, &fact.end)
        && end.last() < begin.first()
    {
        let message = format!("`{end}` is before the beginning, `{begin}`");
        let fault = Diagnostic::error(Code::EndBeforeBegin, fact.place.clone(), message);
        faults.push(fault.hint("exchange the two, or leave the end empty if it is not known"));
    }
}

fn check_classes(fact: &Fact, predicate: &Predicate, case: &CaseFacts, model: &Model, faults: &mut Diagnostics) {
    let class_of = |reference: &Reference| match reference {
        Reference::Entity(path) => case.entities.get(path).map(|entity| entity.class.as_str()),
        Reference::Fact(_) => Some("Fact"),
    };
    let object = object_reference(fact);
    let ends = [
        ("subject", &predicate.domain, class_of(&fact.subject), Some(&fact.subject)),
        ("object", &predicate.range, object.map_or(Some("text"), class_of), object),
    ];
    for (end, allowed, class, reference) in ends {
        let Some(class) = class else { continue };
        if allowed.iter().any(|wanted| model.is_a(class, wanted)) {
            continue;
        }
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let shown = reference.map_or_else(|| "a text".to_owned(), |r| format!("`{}`", id(&r.path())));
        let class = if class == "text" { "no entity".to_owned() } else { article(class) };
        let message = format!("{shown} is {class}, and `{}` takes {} as its {end}", predicate.key, one_of(&allowed));
        faults.push(Diagnostic::error(Code::WrongClass, fact.place.clone(), message));
    }
}
