//! Facts and what stands around them, as rows. In: the properties of each thing. Out: rows of the tables of relations,
//! claims, decisions and citations. Not here: entities (`folder`), facts that columns of entities make (`folder_columns`),
//! disclosures and predicates (`folder_citations`).

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{Literal, NamedNodeRef, Term};

use super::Contents;
use super::folder_columns;
use super::folder_rows::Rows;
use super::losses::local;
use super::things::Thing;
use crate::date::{Day, Edtf, FIRST_DAY};
use crate::facts::{Cells, ColumnFacts, Model, Published, Telling, confidence_cell, public};
use crate::graph::EntityGraph;
use crate::vocab::{cg, dct, rdf, rdfs, xsd};

/// Predicates whose facts stand in `claims.csv`, where that table has a place for all that they say.
const STANCES: [&str; 6] = ["affirms", "denies", "retracts", "predicts", "promises", "opines"];

/// The facts of a case.
pub(super) struct Facts<'a> {
    base: &'a str,
    graph: &'a EntityGraph,
    by_iri: BTreeMap<&'a str, &'a Thing<'a>>,
    things: &'a BTreeMap<&'a str, Thing<'a>>,
    /// Rows of `relations` by id, those left out that stand in other tables.
    relations: BTreeMap<String, Cells>,
    /// The disclosures to the public by the facts that they tell.
    told: BTreeMap<&'a str, Vec<Telling>>,
    /// Subject, predicate and object of the facts that stand as plain triples.
    asserted: BTreeSet<(&'a str, &'a str, String)>,
    model: &'a Model,
}

impl<'a> Facts<'a> {
    pub(super) fn of(contents: &Contents<'a>, things: &'a BTreeMap<&'a str, Thing<'a>>, model: &'a Model) -> Self {
        let by_iri: BTreeMap<&str, &Thing<'_>> =
            things.iter().filter(|(_, thing)| thing.is_a(cg::FACT)).map(|(iri, thing)| (*iri, thing)).collect();
        let asserted = by_iri.values().filter(|fact| fact.text(cg::ASSERTED) == Some("true"));
        let plain = |fact: &&Thing<'a>| {
            let object = fact.all(rdf::OBJECT).first()?;
            Some((fact.iri(rdf::SUBJECT)?, fact.iri(rdf::PREDICATE)?, object.to_string()))
        };
        let asserted = asserted.filter_map(plain).collect();
        let mut facts = Self {
            base: contents.base,
            graph: contents.graph,
            by_iri,
            things,
            relations: BTreeMap::new(),
            told: told(things),
            asserted,
            model,
        };
        // No row is about what is only spoken of.
        let is_about = |fact: &Thing<'_>| fact.iris(rdf::SUBJECT).any(|iri| facts.words(iri).is_some());
        let relations = facts.by_iri.iter().filter(|(_, fact)| !facts.is_claim(fact) && !is_about(fact));
        facts.relations =
            relations.map(|(iri, fact)| (local(facts.base, iri, "fact/"), facts.relation(iri, fact))).collect();
        facts
    }

    /// Tells whether a fact says in a plain triple what a cell would say again.
    pub(super) fn say(&self, subject: &str, property: &str, object: &Term) -> bool {
        self.asserted.contains(&(subject, property, object.to_string()))
    }

    /// Puts facts into the columns of entities. `rows` are the rows of a table by id.
    pub(super) fn fill_columns(&mut self, table: &ColumnFacts<'_>, rows: &mut BTreeMap<String, Cells>) {
        let filled = folder_columns::fill(table, rows, &self.relations, &|text, classes| self.is_one_of(text, classes));
        self.relations.retain(|id, _| !filled.contains(id));
    }

    /// Takes the facts that are rows of a table of their own, such as that of decisions.
    pub(super) fn take_rows(&mut self, table: &ColumnFacts<'_>) -> Rows {
        let mut rows = Rows::default();
        let facts = std::mem::take(&mut self.relations);
        for (id, fact) in facts {
            match table.cells(&fact, &|text, classes| self.is_one_of(text, classes)).pop() {
                Some(cells) => rows.push(cells),
                None => drop(self.relations.insert(id, fact)),
            }
        }
        rows
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

    /// Returns the facts that stand in no other table.
    pub(super) fn relations(&self) -> Rows {
        self.relations.values().cloned().collect()
    }

    fn relation(&self, iri: &str, fact: &Thing<'_>) -> Cells {
        let mut cells = self.ends(iri, fact, ["subject", "predicate", "object", "value", "value_type"]);
        cells.extend([cell("begin", fact.text(cg::BEGIN)), ("end".to_owned(), end(fact))]);
        cells.extend(self.evidence(iri, fact));
        cells
    }

    pub(super) fn claims(&self) -> Rows {
        let mut rows = Rows::default();
        for (iri, fact) in self.by_iri.iter().filter(|(_, fact)| self.is_claim(fact)) {
            let mut cells = self.ends(iri, fact, ["claimant", "stance", "about", "text", "lang"]);
            let (begin, end) = (fact.text(cg::BEGIN), end(fact));
            cells.extend([cell("made_on", begin)]);
            if begin != Some(end.as_str()) {
                cells.insert("made_to".to_owned(), end);
            }
            let place = fact.iri(cg::MADE_AT).map(|iri| local(self.base, iri, "src/"));
            cells.extend([cell("made_at", place.as_deref())]);
            cells.extend(self.evidence(iri, fact));
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
        let about_fact = fact.iris(rdf::OBJECT).all(|iri| self.by_iri.contains_key(iri) || self.words(iri).is_some());
        let by_entity = fact.iris(rdf::SUBJECT).all(|iri| !self.by_iri.contains_key(iri));
        // A claim with a first day alone would be read as said on that day.
        let dated = fact.text(cg::BEGIN).is_none() || !end(fact).is_empty();
        is_stance && is_text && about_fact && by_entity && dated
    }

    /// Returns the words of what is no fact and only spoken of: a view may show a claim about what did not hold.
    fn words(&self, iri: &str) -> Option<String> {
        let id = iri.strip_prefix(self.base)?.strip_prefix("fact/")?;
        self.graph.words(id).filter(|_| !self.by_iri.contains_key(iri))
    }

    /// Returns the cells of id, subject, predicate and object, or value and its type.
    fn ends(&self, iri: &str, fact: &Thing<'_>, names: [&str; 5]) -> Cells {
        let [subject, predicate, object, value, value_type] = names;
        let mut cells = Cells::from([
            ("id".to_owned(), local(self.base, iri, "fact/")),
            cell(subject, fact.iri(rdf::SUBJECT).map(|iri| self.reference(iri, subject)).as_deref()),
            cell(predicate, fact.iri(rdf::PREDICATE).map(|iri| key(self.base, iri)).as_deref()),
        ]);
        match fact.all(rdf::OBJECT).first() {
            Some(Term::Literal(literal)) => {
                cells.extend([cell(value, Some(literal.value())), (value_type.to_owned(), type_of(literal))]);
            }
            Some(Term::NamedNode(node)) => cells.extend([match self.words(node.as_str()) {
                Some(words) => (value.to_owned(), words),
                None => (object.to_owned(), self.reference(node.as_str(), object)),
            }]),
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
        let id = local(self.base, iri, "src/");
        // An entity of the same id comes before a source.
        let is_shared =
            iri.ends_with(&format!("src/{id}")) && self.things.contains_key(format!("{}{id}", self.base).as_str());
        if is_shared { format!("src/{id}") } else { id }
    }

    fn evidence(&self, iri: &str, fact: &Thing<'_>) -> [(String, String); 8] {
        [
            cell("end_known_since", fact.text(cg::END_KNOWN_SINCE)),
            cell("known_since", fact.text(cg::KNOWN_SINCE)),
            cell("status", fact.iri(cg::STATUS).map(words).as_deref()),
            cell("confidence", fact.text(cg::CONFIDENCE).map(confidence_cell)),
            cell("source", self.own_source(iri, fact).map(|iri| local(self.base, iri, "src/")).as_deref()),
            cell("locator", fact.text(cg::LOCATOR)),
            cell("note", fact.text(rdfs::COMMENT)),
            cell("note_known_since", fact.text(cg::NOTE_KNOWN_SINCE)),
        ]
    }

    /// Returns the source that a fact's own row names: the one that no row of `citations` does; where all are in citations,
    /// the one without which its days would be others.
    fn own_source(&self, iri: &str, fact: &Thing<'a>) -> Option<&'a str> {
        let cited: BTreeSet<&str> = fact
            .iris(cg::CITATION_OF_FACT)
            .filter_map(|iri| self.things.get(iri))
            .filter(|citation| citation.iri(cg::STANCE) == Some(cg::SUPPORTS.as_str()))
            .filter_map(|citation| citation.iri(cg::CITES))
            .collect();
        fact.iris(dct::SOURCE).find(|iri| !cited.contains(iri)).or_else(|| {
            if self.has_days_of(iri, fact, None) {
                return None;
            }
            cited.into_iter().find(|source| self.has_days_of(iri, fact, self.things.get(source)))
        })
    }

    /// Tells whether the days of a fact are those that a source, or none, would give it.
    fn has_days_of(&self, iri: &str, fact: &Thing<'a>, source: Option<&Thing<'_>>) -> bool {
        let published = source.and_then(|source| {
            let accessed = source.text(cg::ACCESSED).and_then(|text| text.get(..10)?.parse().ok());
            Published::new(date(source, dct::ISSUED).as_ref(), accessed)
        });
        let day = |property| fact.text(property).and_then(|text| text.parse::<Day>().ok());
        let begin = date(fact, cg::BEGIN).map_or(FIRST_DAY, |begin| begin.first());
        let told = self.told.get(iri).map(Vec::as_slice).unwrap_or_default();
        let (known, _) = public(date(fact, cg::KNOWN_SINCE).as_ref(), begin, published, told);
        let open = published.and_then(|source| source.first).unwrap_or(known.0).max(begin);
        let is_open = fact.iri(cg::END_KIND) == Some(cg::OPEN.as_str());
        (day(cg::KNOWN_EARLIEST), day(cg::KNOWN_LATEST)) == (Some(known.0), Some(known.1))
            && (!is_open || day(cg::END_EARLIEST) == Some(open))
    }

    /// Tells whether what a cell names is an entity of one of some classes.
    fn is_one_of(&self, text: &str, classes: &[&str]) -> bool {
        let entity = self.things.get(format!("{}{text}", self.base).as_str()).filter(|_| classes != ["Source"]);
        let source = || self.things.get(format!("{}src/{text}", self.base).as_str());
        let thing = entity.or_else(source);
        thing.is_some_and(|thing| {
            let mut types = thing.iris(rdf::TYPE).filter_map(|iri| iri.strip_prefix(cg::NAMESPACE));
            types.any(|class| classes.iter().any(|wanted| self.model.is_a(class, wanted)))
        })
    }
}

pub(super) fn cell(name: &str, text: Option<&str>) -> (String, String) {
    (name.to_owned(), text.unwrap_or_default().to_owned())
}

fn date(thing: &Thing<'_>, property: NamedNodeRef<'_>) -> Option<Edtf> {
    Edtf::parse(thing.text(property)?).ok()
}

fn told<'a>(things: &BTreeMap<&'a str, Thing<'a>>) -> BTreeMap<&'a str, Vec<Telling>> {
    let mut told: BTreeMap<&str, Vec<Telling>> = BTreeMap::new();
    for thing in things.values().filter(|thing| thing.iri(cg::TO_AUDIENCE) == Some(cg::THE_PUBLIC.as_str())) {
        let Some(day) = date(thing, dct::DATE) else { continue };
        let telling = Telling::new(&day, date(thing, cg::UNTIL).as_ref(), !thing.all(cg::SCOPE).is_empty());
        for fact in thing.iris(cg::DISCLOSES) {
            told.entry(fact).or_default().push(telling);
        }
    }
    told
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
pub(super) fn key(base: &str, iri: &str) -> String {
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
pub(super) fn words(iri: &str) -> String {
    let mut text = String::new();
    for c in local(cg::NAMESPACE, iri, "").chars() {
        if c.is_uppercase() {
            text.push('-');
        }
        text.extend(c.to_lowercase());
    }
    text
}
