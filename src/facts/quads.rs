//! Records become quads, as `docs/model.md` lists them. In: the checked records of a case. Out: quads, sorted, each
//! once. No blank node is ever written. Not here: what stands around the facts (`quads_citations`), the log of imports
//! (`store`).

use std::collections::{BTreeMap, HashMap};

use oxigraph::model::{Literal, LiteralRef, NamedNode, NamedNodeRef, Quad, Term};
use rdf_columns::{Builder, TermId};
use rustc_hash::FxBuildHasher;

use super::bounds::{Bounds, Doubt, Published, Tellings, ends_with_begin};
use super::case_index::CaseIndex;
use super::hash::fingerprint;
use super::model::Predicate;
use super::record::{End, Entity, Evidence, Fact, Object, Record, Reference};
use crate::date::{Day, Edtf};
use crate::vocab::{cg, dct, edtf, rdf, rdfs, skos, void};

/// Since when a note may be told.
const NOTE_KNOWN: [NamedNodeRef<'_>; 3] = [cg::NOTE_KNOWN_SINCE, cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST];

/// What facts with a predicate depend on.
#[derive(Clone, Copy)]
pub(super) struct Relation {
    pub(super) iri: TermId,
    /// Whether it is a stance.
    is_claim: bool,
    /// Whether it tells of something that happens.
    is_event: bool,
}

/// Writes records as quads.
pub(super) struct Writer<'a> {
    index: &'a CaseIndex<'a>,
    pub(super) base: &'a str,
    graph: TermId,
    /// When each source was published, where that is known.
    published: HashMap<&'a str, Published>,
    told: &'a Tellings,
    predicates: BTreeMap<&'a str, Relation>,
    pub(super) quads: Builder,
    /// The numbers of the terms of the vocabularies, by where their text lies.
    vocabulary: HashMap<*const u8, TermId, FxBuildHasher>,
    /// What was written since a fingerprint was asked for last; none where nobody asks.
    written: Option<Vec<u8>>,
}

impl<'a> Writer<'a> {
    /// Returns a writer for the records of a case, of which disclosures told some to the public.
    pub(super) fn new(index: &'a CaseIndex<'a>, told: &'a Tellings) -> Self {
        let base = index.settings.base.as_str();
        let mut quads = Builder::default();
        let graph = quads.iri(&[&index.settings.graph()]);
        let known = |(key, predicate): (&'a String, &Predicate)| {
            let (is_claim, is_event) = (is_claim(key, &index.predicates), predicate.kind == "event");
            (key.as_str(), Relation { iri: quads.term(&predicate.iri(base)), is_claim, is_event })
        };
        let predicates = index.predicates.iter().map(known).collect();
        let published = |(path, entity): (&'a String, &Entity)| Some((path.as_str(), Published::of(entity)?));
        let published = index.entities.iter().filter_map(published).collect();
        Self { index, base, graph, published, told, predicates, quads, vocabulary: HashMap::default(), written: None }
    }

    /// Writes a record; returns its node, none where it only adds to another record.
    pub(super) fn record(&mut self, record: &Record) -> Option<TermId> {
        Some(match record {
            Record::Entity { path, properties, is_first } => {
                let Some(entity) = self.index.entities.get(path).filter(|_| *is_first) else {
                    self.properties(path, properties);
                    return None;
                };
                self.entity(path, entity, properties)
            }
            Record::Fact(id, fact) => self.fact(id, fact),
            Record::Citation(citation) => self.citation(citation),
            Record::Disclosure(disclosure) => self.disclosure(disclosure),
            Record::Name(name) => self.name(name),
            Record::Judgement(judgement) => self.judgement(judgement),
            Record::Plain(quad) => {
                self.plain(quad);
                return None;
            }
        })
    }

    /// Keeps fingerprints of records from now on.
    pub(super) fn keep_fingerprints(&mut self) {
        self.written = Some(Vec::new());
    }

    /// Returns a fingerprint of what has been written since it was asked for last: another one where any quad differs.
    pub(super) fn fingerprint(&mut self) -> u64 {
        let Some(written) = &mut self.written else { return 0 };
        let said = fingerprint(written);
        written.clear();
        said
    }

    /// Adds a triple with a property of a vocabulary.
    pub(super) fn add(&mut self, subject: TermId, property: NamedNodeRef<'static>, object: TermId) {
        let property = self.vocabulary(property);
        self.add_triple(subject, property, object);
    }

    fn add_triple(&mut self, subject: TermId, property: TermId, object: TermId) {
        self.quads.add(subject, property, object, Some(self.graph));
        if let Some(written) = &mut self.written {
            for id in [subject, property, object] {
                self.quads.write_key(id, written);
            }
        }
    }

    /// Writes a quad of a table that makes no facts.
    fn plain(&mut self, quad: &Quad) {
        let (subject, property) = (self.quads.term(&quad.subject), self.quads.term(&quad.predicate));
        let object = self.quads.term(&quad.object);
        self.add_triple(subject, property, object);
    }

    /// Returns the number of a term of a vocabulary.
    pub(super) fn vocabulary(&mut self, node: NamedNodeRef<'static>) -> TermId {
        *self.vocabulary.entry(node.as_str().as_ptr()).or_insert_with(|| self.quads.iri(&[node.as_str()]))
    }

    pub(super) fn text(&mut self, text: &str) -> TermId {
        self.quads.term(LiteralRef::new_simple_literal(text))
    }

    pub(super) fn add_text(&mut self, subject: TermId, property: NamedNodeRef<'static>, text: Option<&String>) {
        if let Some(text) = text {
            let text = self.text(text);
            self.add(subject, property, text);
        }
    }

    pub(super) fn add_term(&mut self, subject: TermId, property: NamedNodeRef<'static>, term: NamedNodeRef<'static>) {
        let term = self.vocabulary(term);
        self.add(subject, property, term);
    }

    pub(super) fn add_number(&mut self, subject: TermId, property: NamedNodeRef<'static>, number: i64) {
        let number = TermId::of_integer(number).unwrap_or_else(|| self.quads.term(&Literal::from(number)));
        self.add(subject, property, number);
    }

    pub(super) fn add_days(&mut self, subject: TermId, properties: [NamedNodeRef<'static>; 2], days: (Day, Day)) {
        self.add(subject, properties[0], TermId::of_day(days.0));
        self.add(subject, properties[1], TermId::of_day(days.1));
    }

    fn add_edtf(&mut self, subject: TermId, property: NamedNodeRef<'static>, date: &Edtf) {
        let date = self.quads.term(LiteralRef::new_typed_literal(date.as_str(), edtf::EDTF));
        self.add(subject, property, date);
    }

    /// Writes a date as it is written, with its first and last day.
    pub(super) fn add_date(&mut self, subject: TermId, properties: [NamedNodeRef<'static>; 3], date: Option<&Edtf>) {
        if let Some(date) = date {
            self.add_edtf(subject, properties[0], date);
            self.add_days(subject, [properties[1], properties[2]], (date.first(), date.last()));
        }
    }

    pub(super) fn add_doubt(&mut self, subject: TermId, property: NamedNodeRef<'static>, doubt: Doubt) {
        for (is_so, value) in [(doubt.uncertain, cg::UNCERTAIN), (doubt.approximate, cg::APPROXIMATE)] {
            if is_so {
                self.add_term(subject, property, value);
            }
        }
    }

    /// Writes where something stands, and what the researcher remarks.
    pub(super) fn add_evidence(&mut self, subject: TermId, evidence: &Evidence) {
        if let Some(source) = &evidence.source {
            let source = self.node(source);
            self.add(subject, dct::SOURCE, source);
        }
        self.add_text(subject, cg::LOCATOR, evidence.locator.as_ref());
        self.add_text(subject, rdfs::COMMENT, evidence.note.as_ref());
        self.add_date(subject, NOTE_KNOWN, evidence.note_known_since.as_ref());
    }

    /// Returns the node with a path below the base.
    pub(super) fn node(&mut self, path: &str) -> TermId {
        self.quads.iri(&[self.base, path])
    }

    /// Returns the node of a fact.
    pub(super) fn fact_node(&mut self, id: &str) -> TermId {
        self.quads.iri(&[self.base, "fact/", id])
    }

    /// Returns the node of what a fact is about.
    fn reference(&mut self, reference: &Reference) -> TermId {
        match reference {
            Reference::Entity(path) => self.node(path),
            Reference::Fact(id) => self.fact_node(id),
        }
    }

    pub(super) fn class(&mut self, name: &str) -> TermId {
        self.quads.iri(&[cg::NAMESPACE, name])
    }

    /// Writes what the case says of itself.
    pub(super) fn case(&mut self) -> TermId {
        let (node, settings) = (self.graph, &self.index.settings);
        self.add_term(node, rdf::TYPE, void::DATASET);
        self.add_text(node, dct::TITLE, Some(&settings.title));
        let title = [cg::TITLE_KNOWN_SINCE, cg::TITLE_KNOWN_EARLIEST, cg::TITLE_KNOWN_LATEST];
        self.add_date(node, title, settings.title_known_since.as_ref());
        self.add_text(node, cg::WORKING_TITLE, settings.working_title.as_ref());
        self.add_text(node, dct::DESCRIPTION, settings.description.as_ref());
        let description = [cg::DESCRIPTION_KNOWN_SINCE, cg::DESCRIPTION_KNOWN_EARLIEST, cg::DESCRIPTION_KNOWN_LATEST];
        self.add_date(node, description, settings.description_known_since.as_ref());
        self.add_text(node, void::URI_SPACE, Some(&settings.base));
        node
    }

    /// Writes that an old id has been replaced.
    pub(super) fn redirect(&mut self, old: &str, new: &str) -> TermId {
        let (old, new) = (self.node(old), self.node(new));
        self.add(old, dct::IS_REPLACED_BY, new);
        old
    }

    /// Writes further properties of an entity.
    fn properties(&mut self, path: &str, properties: &[(NamedNode, Term)]) {
        let node = self.node(path);
        for (property, value) in properties {
            let (property_node, object) = (self.quads.term(property), self.quads.term(value));
            self.add_triple(node, property_node, object);
            if let (true, Term::Literal(date)) = (*property == cg::NOTE_KNOWN_SINCE, value) {
                self.add_date(node, NOTE_KNOWN, Edtf::parse(date.value()).ok().as_ref());
            }
        }
    }

    /// Writes an entity, and what its row states beside its labels.
    pub(super) fn entity(&mut self, path: &str, entity: &Entity, properties: &[(NamedNode, Term)]) -> TermId {
        let node = self.node(path);
        let class = self.class(&entity.class);
        self.add(node, rdf::TYPE, class);
        let name = if path.starts_with("src/") { dct::TITLE } else { skos::PREF_LABEL };
        for label in &entity.labels {
            let label = self.quads.term(label);
            self.add(node, rdfs::LABEL, label);
            self.add(node, name, label);
        }
        let is_label = |name: &&Literal| entity.labels.iter().any(|label| label.value() == name.value());
        for name in entity.names.iter().filter(|name| !is_label(name)) {
            let name = self.quads.term(name);
            self.add(node, skos::ALT_LABEL, name);
        }
        self.properties(path, properties);
        if let Some(date) = &entity.known_since {
            self.add_days(node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], (date.first(), date.last()));
        }
        if let Some(date) = &entity.issued {
            self.add_days(node, [cg::ISSUED_EARLIEST, cg::ISSUED_LATEST], (date.first(), date.last()));
        }
        node
    }

    /// Writes a fact, and the plain triple where it is asserted.
    fn fact(&mut self, id: &str, fact: &Fact) -> TermId {
        let node = self.fact_node(id);
        let Relation { iri: predicate, is_claim, is_event } = self.relation(&fact.predicate);
        let is_asserted = is_claim || self.index.settings.assert.contains(&fact.status);
        self.add_term(node, rdf::TYPE, cg::FACT);
        if is_claim {
            self.add_term(node, rdf::TYPE, cg::CLAIM);
        }
        let subject = self.reference(&fact.subject);
        let object = match &fact.object {
            Object::Reference(reference) => self.reference(reference),
            Object::Literal(literal) => self.quads.term(literal),
        };
        self.add(node, rdf::SUBJECT, subject);
        self.add(node, rdf::PREDICATE, predicate);
        self.add(node, rdf::OBJECT, object);
        self.dates(node, id, fact, is_event);
        self.judged(node, &fact.status, fact.confidence);
        self.add(node, cg::ASSERTED, TermId::of_boolean(is_asserted));
        self.add_evidence(node, &fact.evidence);
        if let Some(place) = &fact.made_at {
            let place = self.node(place);
            self.add(node, cg::MADE_AT, place);
        }
        if is_asserted {
            // The plain triple that stands for the fact.
            self.add_triple(subject, predicate, object);
        }
        node
    }

    /// Writes a status, and how sure it is.
    pub(super) fn judged(&mut self, node: TermId, status: &str, confidence: Option<u8>) {
        let status = self.class(&camel_case(status));
        self.add(node, cg::STATUS, status);
        if let Some(confidence) = confidence {
            self.add_number(node, cg::CONFIDENCE, confidence.into());
        }
    }

    fn bounds(&self, id: &str, fact: &Fact, is_event: bool) -> Bounds {
        Bounds::of(fact, is_event, self.published(fact.evidence.source.as_ref()), self.told.about(id))
    }

    fn dates(&mut self, node: TermId, id: &str, fact: &Fact, is_event: bool) {
        let bounds = self.bounds(id, fact, is_event);
        let (kind, end) = match &fact.end {
            End::On(end) => (cg::CLOSED, Some(end)),
            End::Open => (cg::OPEN, None),
            End::Unknown if ends_with_begin(fact, is_event) => (cg::CLOSED, None),
            End::Unknown => (cg::UNKNOWN, None),
        };
        self.add_term(node, cg::END_KIND, kind);
        for (property, date) in
            [(cg::BEGIN, fact.begin.as_ref()), (cg::END, end), (cg::KNOWN_SINCE, fact.known_since.as_ref())]
        {
            if let Some(date) = date {
                self.add_edtf(node, property, date);
            }
        }
        for date in fact.begin.iter().chain(end) {
            self.add_doubt(node, cg::QUALIFIER, Doubt::of(date));
        }
        self.add_doubt(node, cg::KNOWN_QUALIFIER, bounds.known_doubt);
        let end_known = [cg::END_KNOWN_SINCE, cg::END_KNOWN_EARLIEST, cg::END_KNOWN_LATEST];
        self.add_date(node, end_known, fact.end_known_since.as_ref());
        self.add_days(node, [cg::BEGIN_EARLIEST, cg::BEGIN_LATEST], bounds.begin);
        self.add_days(node, [cg::END_EARLIEST, cg::END_LATEST], bounds.end);
        self.add_days(node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], bounds.known);
        let lengths =
            [(cg::LAG_DAYS, bounds.lag_days), (cg::MIN_DAYS, bounds.shortest), (cg::MAX_DAYS, bounds.longest)];
        for (property, days) in lengths {
            if let Some(days) = days {
                self.add_number(node, property, days);
            }
        }
    }

    pub(super) fn published(&self, source: Option<&String>) -> Option<Published> {
        self.published.get(source?.as_str()).copied()
    }

    pub(super) fn relation(&mut self, key: &str) -> Relation {
        let known = self.predicates.get(key).copied();
        known.unwrap_or_else(|| Relation { iri: self.node(&format!("rel/{key}")), is_claim: false, is_event: false })
    }
}

fn is_claim(key: &str, predicates: &BTreeMap<String, Predicate>) -> bool {
    let stance = cg::STANCE_PREDICATE.as_str().trim_start_matches(cg::NAMESPACE);
    let mut key = Some(key);
    // A predicate cannot be far below `stanceOn`; the bound keeps a circle of parents from turning for ever.
    for _ in 0..8 {
        match key {
            Some(name) if name == stance => return true,
            Some(name) => key = predicates.get(name).and_then(|p| p.parent.as_deref()),
            None => return false,
        }
    }
    false
}

fn camel_case(text: &str) -> String {
    let mut words = text.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut out, word| {
        let mut letters = word.chars();
        out.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        out.extend(letters);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_of_two_words_becomes_one_name() {
        assert_eq!(camel_case("reported-claim"), "reportedClaim");
        assert_eq!(camel_case("confirmed"), "confirmed");
    }
}
