//! What stands around the facts, as rows. In: the properties of each thing. Out: rows of the tables of disclosures,
//! names, judgements, predicates and redirects.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNodeRef};

use super::Contents;
use super::folder_facts::{cell, key, words};
use super::folder_rows::Rows;
use super::losses::local;
use super::things::Thing;
use crate::facts::confidence_cell;
use crate::vocab::{cg, dct, rdfs};

/// Returns the rows of disclosures.
pub(super) fn disclosures(contents: &Contents<'_>, things: &BTreeMap<&str, Thing<'_>>) -> Rows {
    let mut rows = Rows::default();
    for (iri, thing) in things.iter().filter(|(_, thing)| thing.is_a(cg::DISCLOSURE)) {
        let facts: Vec<_> = thing.iris(cg::DISCLOSES).map(|iri| local(contents.base, iri, "fact/")).collect();
        let audience = thing.iri(cg::TO_AUDIENCE).filter(|iri| *iri != cg::THE_PUBLIC.as_str());
        let cells = [
            ("id".to_owned(), local(contents.base, iri, "disclosure/")),
            ("fact".to_owned(), facts.join("|")),
            cell("audience", audience.map(|iri| local(contents.base, iri, "")).as_deref()),
            cell("date", thing.text(dct::DATE)),
            cell("until", thing.text(cg::UNTIL)),
            ("scope".to_owned(), thing.literals(cg::SCOPE).map(Literal::value).collect::<Vec<_>>().join("|")),
            cell("kind", thing.text(cg::DISCLOSURE_KIND)),
            cell("known_since", thing.text(cg::KNOWN_SINCE)),
        ];
        rows.push(cells.into_iter().chain(evidence(contents, thing)));
    }
    rows
}

/// Returns the rows of names that have a day of their own.
pub(super) fn names(contents: &Contents<'_>, things: &BTreeMap<&str, Thing<'_>>) -> Rows {
    let mut rows = Rows::default();
    for thing in things.values().filter(|thing| thing.is_a(cg::NAME)) {
        let name = thing.literals(rdfs::LABEL).next();
        let cells = [
            cell("entity", thing.iri(cg::NAME_OF).map(|iri| local(contents.base, iri, "")).as_deref()),
            cell("name", name.map(Literal::value)),
            cell("lang", name.and_then(Literal::language)),
            cell("kind", thing.text(cg::NAME_KIND)),
            cell("known_since", thing.text(cg::KNOWN_SINCE)),
        ];
        rows.push(cells.into_iter().chain(evidence(contents, thing)));
    }
    rows
}

/// Returns the rows of judgements.
pub(super) fn judgements(contents: &Contents<'_>, things: &BTreeMap<&str, Thing<'_>>) -> Rows {
    let mut rows = Rows::default();
    for thing in things.values().filter(|thing| thing.is_a(cg::JUDGEMENT)) {
        let cells = [
            cell("fact", thing.iri(cg::JUDGES).map(|iri| local(contents.base, iri, "fact/")).as_deref()),
            cell("status", thing.iri(cg::STATUS).map(words).as_deref()),
            cell("confidence", thing.text(cg::CONFIDENCE).map(confidence_cell)),
            cell("since", thing.text(cg::SINCE)),
            cell("by", thing.text(dct::CREATOR)),
        ];
        rows.push(cells.into_iter().chain(evidence(contents, thing)));
    }
    rows
}

/// Returns the cells by which a row of what stands around the facts ends.
fn evidence(contents: &Contents<'_>, thing: &Thing<'_>) -> [(String, String); 4] {
    [
        cell("source", thing.iri(dct::SOURCE).map(|iri| local(contents.base, iri, "src/")).as_deref()),
        cell("locator", thing.text(cg::LOCATOR)),
        cell("note", thing.text(rdfs::COMMENT)),
        cell("note_known_since", thing.text(cg::NOTE_KNOWN_SINCE)),
    ]
}

/// Returns the rows of the predicates that the case itself declares.
pub(super) fn predicates(contents: &Contents<'_>, things: &BTreeMap<&str, Thing<'_>>) -> Rows {
    let own = format!("{}rel/", contents.base);
    let mut rows = Rows::default();
    for (iri, thing) in things.iter().filter(|(iri, thing)| thing.is_a(cg::RELATION) && iri.starts_with(&own)) {
        let classes = |one: NamedNodeRef<'_>, several: NamedNodeRef<'_>| {
            let names = thing.iris(one).chain(thing.iris(several)).map(|iri| {
                if iri == rdfs::LITERAL.as_str() { "text".to_owned() } else { local(cg::NAMESPACE, iri, "") }
            });
            names.collect::<Vec<_>>().join("|")
        };
        let is_casegraph = |iri: &str| iri.starts_with(cg::NAMESPACE) || iri.starts_with(&own);
        let parent = thing.iris(rdfs::SUB_PROPERTY_OF).find(|iri| is_casegraph(iri)).map(|iri| key(contents.base, iri));
        let align: Vec<&str> = thing.iris(rdfs::SUB_PROPERTY_OF).filter(|iri| !is_casegraph(iri)).collect();
        let kind = if thing.iri(cg::TEMPORAL_KIND) == Some(cg::STATE.as_str()) { "state" } else { "event" };
        let mut cells = vec![
            ("key".to_owned(), key(contents.base, iri)),
            cell("inverse_label", thing.text(cg::INVERSE_LABEL)),
            cell("parent", parent.as_deref()),
            ("domain".to_owned(), classes(rdfs::DOMAIN, cg::DOMAIN_INCLUDES)),
            ("range".to_owned(), classes(rdfs::RANGE, cg::RANGE_INCLUDES)),
            cell("kind", Some(kind)),
            cell("symmetric", thing.text(cg::SYMMETRIC)),
            cell("functional", thing.text(cg::FUNCTIONAL)),
            ("align".to_owned(), align.join("|")),
            cell("note", thing.text(rdfs::COMMENT)),
        ];
        cells.extend(thing.literals(rdfs::LABEL).map(|label| {
            let header = label.language().map_or_else(|| "label".to_owned(), |lang| format!("label@{lang}"));
            (header, label.value().to_owned())
        }));
        rows.push(cells);
    }
    rows
}

/// Returns the rows of old ids and the new ones.
pub(super) fn redirects(contents: &Contents<'_>, things: &BTreeMap<&str, Thing<'_>>) -> Rows {
    let mut rows = Rows::default();
    for (iri, thing) in things {
        for new in thing.iris(dct::IS_REPLACED_BY) {
            let cell = |name: &str, iri: &str| (name.to_owned(), local(contents.base, iri, ""));
            rows.push([cell("old", iri), cell("new", new)]);
        }
    }
    rows
}
