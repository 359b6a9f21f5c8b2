//! Facts and what stands around them, as rows. In: the properties of each thing. Out: rows of the tables of relations,
//! claims, citations, disclosures and predicates. Not here: entities (`folder`).

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{Literal, NamedNodeRef, Term};

use super::Contents;
use super::folder_rows::Rows;
use super::losses::local;
use super::things::Thing;
use crate::vocab::{cg, dct, rdf, rdfs, xsd};

/// Predicates whose facts stand in `claims.csv`, where that table has a place for all that they say.
const STANCES: [&str; 6] = ["affirms", "denies", "retracts", "predicts", "promises", "opines"];

type Cells = Vec<(String, String)>;

/// The facts of a case.
pub(super) struct Facts<'a> {
    base: &'a str,
    by_iri: BTreeMap<&'a str, &'a Thing<'a>>,
    things: &'a BTreeMap<&'a str, Thing<'a>>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(contents: &Contents<'a>, things: &'a BTreeMap<&'a str, Thing<'a>>) -> Self {
        let facts = things.iter().filter(|(_, thing)| thing.is_a(cg::FACT)).map(|(iri, thing)| (*iri, thing));
        Self { base: contents.base, by_iri: facts.collect(), things }
    }

    /// Returns the statuses that are accepted: those of facts that stand as plain triples, and of the three that do by
    /// default those of which there is no fact.
    pub(super) fn assert(&self) -> Vec<String> {
        let mut judged: BTreeMap<String, bool> = BTreeMap::new();
        for fact in self.by_iri.values().filter(|fact| !fact.is_a(cg::CLAIM)) {
            let Some(status) = fact.iri(cg::STATUS) else { continue };
            judged.insert(words(status), fact.text(cg::ASSERTED) == Some("true"));
        }
        for status in ["confirmed", "asserted", "inferred"] {
            judged.entry(status.to_owned()).or_insert(true);
        }
        judged.into_iter().filter(|(_, is_asserted)| *is_asserted).map(|(status, _)| status).collect()
    }

    pub(super) fn relations(&self) -> Rows {
        let mut rows = Rows::default();
        for (iri, fact) in self.by_iri.iter().filter(|(_, fact)| !self.is_claim(fact)) {
            let mut cells = self.ends(iri, fact, ["subject", "predicate", "object", "value", "value_type"]);
            cells.extend([cell("begin", fact.text(cg::BEGIN)), ("end".to_owned(), end(fact))]);
            cells.extend(self.evidence(fact));
            rows.push(cells);
        }
        rows
    }

    pub(super) fn claims(&self) -> Rows {
        let mut rows = Rows::default();
        for (iri, fact) in self.by_iri.iter().filter(|(_, fact)| self.is_claim(fact)) {
            let mut cells = self.ends(iri, fact, ["claimant", "stance", "about", "text", "lang"]);
            let (begin, end) = (fact.text(cg::BEGIN), end(fact));
            cells.push(cell("made_on", begin));
            if begin != Some(end.as_str()) {
                cells.push(("made_to".to_owned(), end));
            }
            let place = fact.iri(cg::MADE_AT).map(|iri| local(self.base, iri, "src/"));
            cells.push(cell("made_at", place.as_deref()));
            cells.extend(self.evidence(fact));
            rows.push(cells);
        }
        rows
    }

    pub(super) fn citations(&self) -> Rows {
        let mut rows = Rows::default();
        for (iri, fact) in &self.by_iri {
            for citation in fact.iris(cg::CITATION_OF_FACT).filter_map(|iri| self.things.get(iri)) {
                let Some(source) = citation.iri(cg::CITES) else { continue };
                let stance = citation.iri(cg::STANCE).map(|iri| local(cg::NAMESPACE, iri, ""));
                rows.push([
                    ("fact".to_owned(), local(self.base, iri, "fact/")),
                    ("source".to_owned(), local(self.base, source, "src/")),
                    cell("locator", citation.text(cg::LOCATOR)),
                    cell("stance", stance.as_deref()),
                    cell("accessed", citation.text(cg::ACCESSED)),
                ]);
            }
        }
        rows
    }

    /// Tells whether a fact fits the table of claims: a stance towards a fact or a text, said on a date.
    fn is_claim(&self, fact: &Thing<'_>) -> bool {
        let is_stance =
            fact.iri(rdf::PREDICATE).is_some_and(|iri| STANCES.contains(&local(cg::NAMESPACE, iri, "").as_str()));
        let is_text =
            fact.literals(rdf::OBJECT).all(|text| text.language().is_some() || text.datatype() == xsd::STRING);
        let about_fact = fact.iris(rdf::OBJECT).all(|iri| self.by_iri.contains_key(iri));
        let by_entity = fact.iris(rdf::SUBJECT).all(|iri| !self.by_iri.contains_key(iri));
        // A claim with a first day alone would be read as said on that day.
        let dated = fact.text(cg::BEGIN).is_none() || !end(fact).is_empty();
        let dated = dated && (fact.text(cg::BEGIN).is_some() || end(fact).is_empty());
        is_stance && is_text && about_fact && by_entity && dated
    }

    /// Returns the cells of id, subject, predicate and object, or value and its type.
    fn ends(&self, iri: &str, fact: &Thing<'_>, names: [&str; 5]) -> Cells {
        let [subject, predicate, object, value, value_type] = names;
        let mut cells = vec![
            ("id".to_owned(), local(self.base, iri, "fact/")),
            cell(subject, fact.iri(rdf::SUBJECT).map(|iri| self.reference(iri, subject)).as_deref()),
            cell(predicate, fact.iri(rdf::PREDICATE).map(|iri| key(self.base, iri)).as_deref()),
        ];
        match fact.all(rdf::OBJECT).first() {
            Some(Term::Literal(literal)) => {
                cells.push(cell(value, Some(literal.value())));
                cells.push((value_type.to_owned(), type_of(literal)));
            }
            Some(Term::NamedNode(node)) => cells.push((object.to_owned(), self.reference(node.as_str(), object))),
            _ => {}
        }
        cells
    }

    /// Returns an id; that of a fact is marked where a column takes entities too.
    fn reference(&self, iri: &str, column: &str) -> String {
        if self.by_iri.contains_key(iri) {
            let id = local(self.base, iri, "fact/");
            return if column == "about" { id } else { format!("fact:{id}") };
        }
        local(self.base, iri, "src/")
    }

    fn evidence(&self, fact: &Thing<'_>) -> Cells {
        let cited: BTreeSet<&str> = fact
            .iris(cg::CITATION_OF_FACT)
            .filter_map(|iri| self.things.get(iri))
            .filter(|citation| citation.iri(cg::STANCE) == Some(cg::SUPPORTS.as_str()))
            .filter_map(|citation| citation.iri(cg::CITES))
            .collect();
        let source = fact.iris(dct::SOURCE).find(|iri| !cited.contains(iri));
        vec![
            cell("known_since", fact.text(cg::KNOWN_SINCE)),
            cell("status", fact.iri(cg::STATUS).map(words).as_deref()),
            cell("confidence", fact.text(cg::CONFIDENCE)),
            cell("source", source.map(|iri| local(self.base, iri, "src/")).as_deref()),
            cell("locator", fact.text(cg::LOCATOR)),
            cell("note", fact.text(rdfs::COMMENT)),
        ]
    }
}

/// Returns the rows of disclosures.
pub(super) fn disclosures(contents: &Contents<'_>, things: &BTreeMap<&str, Thing<'_>>) -> Rows {
    let mut rows = Rows::default();
    for (iri, thing) in things.iter().filter(|(_, thing)| thing.is_a(cg::DISCLOSURE)) {
        let facts: Vec<_> = thing.iris(cg::DISCLOSES).map(|iri| local(contents.base, iri, "fact/")).collect();
        let audience = thing.iri(cg::TO_AUDIENCE).filter(|iri| *iri != cg::THE_PUBLIC.as_str());
        rows.push([
            ("id".to_owned(), local(contents.base, iri, "disclosure/")),
            ("fact".to_owned(), facts.join("|")),
            cell("audience", audience.map(|iri| local(contents.base, iri, "")).as_deref()),
            cell("date", thing.text(dct::DATE)),
            cell("kind", thing.text(cg::DISCLOSURE_KIND)),
            cell("known_since", thing.text(cg::KNOWN_SINCE)),
            cell("source", thing.iri(dct::SOURCE).map(|iri| local(contents.base, iri, "src/")).as_deref()),
            cell("locator", thing.text(cg::LOCATOR)),
            cell("note", thing.text(rdfs::COMMENT)),
        ]);
    }
    rows
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

fn cell(name: &str, text: Option<&str>) -> (String, String) {
    (name.to_owned(), text.unwrap_or_default().to_owned())
}

/// Returns the end as a cell states it.
fn end(fact: &Thing<'_>) -> String {
    match fact.text(cg::END) {
        Some(end) => end.to_owned(),
        None if fact.iri(cg::END_KIND) == Some(cg::OPEN.as_str()) => "..".to_owned(),
        None => String::new(),
    }
}

/// Returns the key of a predicate.
fn key(base: &str, iri: &str) -> String {
    match iri.strip_prefix(cg::NAMESPACE) {
        Some(key) => key.to_owned(),
        None => local(base, iri, "rel/"),
    }
}

/// Returns the type of a value: a language tag, or the name of a datatype.
fn type_of(literal: &Literal) -> String {
    match literal.language() {
        Some(lang) => lang.to_owned(),
        None if literal.datatype() == xsd::STRING => String::new(),
        None => local(xsd::NAMESPACE, literal.datatype().as_str(), ""),
    }
}

/// Returns a status as a cell states it: `reported-claim` for `cg:reportedClaim`.
fn words(iri: &str) -> String {
    let mut text = String::new();
    for c in local(cg::NAMESPACE, iri, "").chars() {
        if c.is_uppercase() {
            text.push('-');
        }
        text.extend(c.to_lowercase());
    }
    text
}
