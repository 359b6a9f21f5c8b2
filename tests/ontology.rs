//! The vocabulary in data/ontology.ttl holds every term that a case writes, and defines each.

use std::collections::{BTreeMap, BTreeSet};

use casegraph::case::{Case, read_sound};
use casegraph::facts::Model;
use casegraph::store::sorted_quads;
use casegraph::vocab::{cg, rdf, rdfs, skos};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Quad, Term};

use crate::program::{read, repository};

const CASES: [&str; 2] = ["data/microsoft-nsl", "examples/harbour-lights"];

fn ontology() -> Vec<Quad> {
    let turtle = read("data/ontology.ttl");
    RdfParser::from_format(RdfFormat::Turtle).for_slice(&turtle).collect::<Result<_, _>>().expect("Turtle")
}

/// Returns the terms of casegraph's namespace that a graph defines, by their local names.
pub(crate) fn declared() -> BTreeSet<String> {
    let typed = ontology().into_iter().filter(|quad| quad.predicate == rdf::TYPE);
    typed.filter_map(|quad| local(&quad.subject.to_string())).collect()
}

fn local(term: &str) -> Option<String> {
    let name = term.trim_matches(['<', '>']).strip_prefix(cg::NAMESPACE)?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[test]
fn every_term_that_a_case_writes_is_defined() {
    let (declared, model) = (declared(), Model::built_in());
    for folder in CASES {
        let case = Case::open(&repository(folder)).expect("a sound case");
        let mut unknown = BTreeSet::new();
        for quad in sorted_quads(case.whole().expect("a case")).expect("quads") {
            let terms = [quad.subject.to_string(), quad.predicate.to_string(), quad.object.to_string()];
            unknown.extend(
                terms
                    .iter()
                    .filter_map(|term| local(term))
                    .filter(|name| !declared.contains(name) && !model.predicates().contains_key(name)),
            );
        }
        assert!(unknown.is_empty(), "{folder} writes cg: terms that nothing defines: {unknown:?}");
    }
}

#[test]
fn every_class_has_labels_a_definition_and_a_place_among_other_terms() {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut classes = BTreeSet::new();
    for quad in ontology() {
        if quad.predicate == rdf::TYPE && quad.object.to_string().ends_with("#Class>") {
            classes.insert(quad.subject.to_string());
        }
        let lang = match &quad.object {
            Term::Literal(literal) => literal.language().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        told.entry(quad.subject.to_string()).or_default().insert(format!("{} {lang}", quad.predicate.as_str()));
    }
    assert!(classes.len() > 15, "{classes:?}");
    let mut faults = Vec::new();
    for class in &classes {
        let has = |predicate: &str, lang: &str| told[class].contains(&format!("{predicate} {lang}"));
        let is_placed =
            has(rdfs::SUB_CLASS_OF.as_str(), "") || has("http://www.w3.org/2004/02/skos/core#closeMatch", "");
        let is_named = has(rdfs::LABEL.as_str(), "en") && has(rdfs::LABEL.as_str(), "fr");
        if !(is_named && has(rdfs::COMMENT.as_str(), "en") && is_placed) {
            faults.push(class.clone());
        }
    }
    assert!(faults.is_empty(), "without a label, a comment or an alignment: {faults:?}");
}

#[test]
fn a_predicate_takes_what_the_columns_that_use_it_take() {
    let model = Model::built_in();
    let mut faults = Vec::new();
    for table in model.table_names() {
        let description = model.table(table).expect("a table by its name");
        let Some(facts) = description.annotations.get(&format!("{}facts", cg::NAMESPACE)) else { continue };
        for fact in facts.as_array().expect("a list of facts") {
            let part = |name: &str| fact[format!("{}{name}", cg::NAMESPACE)].as_str();
            let Some(predicate) = part("predicate").and_then(|key| model.predicates().get(key)) else { continue };
            for (template, allowed) in [(part("subject"), &predicate.domain), (part("object"), &predicate.range)] {
                let column = template.and_then(|t| t.strip_prefix('{')?.strip_suffix('}'));
                let column = column.and_then(|name| description.column(name));
                let classes = column.map(|c| c.annotation_texts(&format!("{}refersTo", cg::NAMESPACE)));
                for class in classes.unwrap_or_default().into_iter().filter(|class| *class != "Entity") {
                    if !allowed.iter().any(|wanted| model.is_a(class, wanted)) {
                        faults.push(format!("{table}: {template:?} takes {class}, `{}` does not", predicate.key));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_case_of_ours_has_a_warning() {
    for folder in CASES {
        let (_, warnings) = read_sound(&repository(folder)).expect("a sound case");
        assert_eq!(warnings, [], "{folder}");
    }
}

#[test]
fn preferred_labels_stand_beside_labels() {
    let case = Case::open(&repository(CASES[1])).expect("a sound case");
    let quads = sorted_quads(case.whole().expect("a case")).expect("quads");
    let named = |property: &str| quads.iter().filter(|quad| quad.predicate.as_str() == property).count();
    assert!(named(skos::PREF_LABEL.as_str()) > 10 && named(rdfs::LABEL.as_str()) > named(skos::PREF_LABEL.as_str()));
}
