//! Records become quads, as `docs/model.md` lists them. In: the checked records of a case. Out: quads, sorted, each
//! once. No blank node is ever written. Not here: what stands around the facts (`quads_apparatus`), the log of imports
//! (`store`).

use std::collections::{BTreeMap, HashMap};

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::bounds::{Bounds, Doubt, Published, Tellings, ends_with_begin};
use super::hash::digest_of_bytes;
use super::model::Predicate;
use super::record::{CaseFacts, End, Entity, Fact, Object};
use super::settings::CaseSettings;
use crate::date::{Day, Edtf};
use crate::vocab::{cg, dct, edtf, rdf, rdfs, skos, void, xsd};

/// Since when a note may be told.
const NOTE_KNOWN: [NamedNodeRef<'_>; 3] = [cg::NOTE_KNOWN_SINCE, cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST];

impl CaseFacts {
    /// Returns the quads of the case, sorted.
    pub fn quads(&self) -> Vec<Quad> {
        let told = Tellings::of(&self.disclosures);
        let mut writer = Writer::new(&self.settings, &self.entities, &self.predicates, &told);
        writer.case();
        for (path, entity) in &self.entities {
            writer.entity(path, entity, &entity.properties);
        }
        for (id, fact) in &self.facts {
            writer.fact(id, fact);
        }
        for citation in &self.citations {
            writer.citation(citation);
        }
        for disclosure in &self.disclosures {
            writer.disclosure(disclosure);
        }
        for name in &self.names {
            writer.name(name);
        }
        for judgement in &self.judgements {
            writer.judgement(judgement);
        }
        for predicate in self.predicates.values() {
            writer.predicate(predicate);
        }
        for (old, new) in &self.redirects {
            writer.redirect(old, new);
        }
        let mut quads = writer.take();
        quads.extend(self.plain.iter().cloned());
        quads.sort_by_cached_key(ToString::to_string);
        quads.dedup();
        quads
    }
}

/// What facts with a predicate depend on.
#[derive(Clone)]
pub(super) struct Relation {
    pub(super) iri: NamedNode,
    /// Whether it is a stance.
    is_claim: bool,
    /// Whether it tells of something that happens.
    is_event: bool,
}

/// Writes records as quads.
pub(super) struct Writer<'a> {
    settings: &'a CaseSettings,
    pub(super) base: &'a str,
    graph: GraphName,
    /// When each source was published, where that is known.
    published: HashMap<&'a str, Published>,
    told: &'a Tellings,
    predicates: BTreeMap<&'a str, Relation>,
    quads: Vec<Quad>,
}

impl<'a> Writer<'a> {
    /// Returns a writer for a case with these entities and predicates.
    pub(super) fn new(
        settings: &'a CaseSettings,
        entities: &'a BTreeMap<String, Entity>,
        predicates: &'a BTreeMap<String, Predicate>,
        told: &'a Tellings,
    ) -> Self {
        let base = settings.base.as_str();
        let known = |(key, predicate): (&'a String, &Predicate)| {
            let (is_claim, is_event) = (is_claim(key, predicates), predicate.kind == "event");
            (key.as_str(), Relation { iri: predicate.iri(base), is_claim, is_event })
        };
        Self {
            settings,
            base,
            graph: GraphName::NamedNode(NamedNode::new_unchecked(settings.graph())),
            published: entities
                .iter()
                .filter_map(|(path, entity)| Some((path.as_str(), Published::of(entity)?)))
                .collect(),
            told,
            predicates: predicates.iter().map(known).collect(),
            quads: Vec::new(),
        }
    }

    /// Returns the quads that have been written since it was asked last.
    pub(super) fn take(&mut self) -> Vec<Quad> {
        std::mem::take(&mut self.quads)
    }

    pub(super) fn add(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        self.quads.push(Quad::new(subject.clone(), predicate.into_owned(), object, self.graph.clone()));
    }

    pub(super) fn add_text(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, text: Option<&String>) {
        if let Some(text) = text {
            self.add(subject, predicate, Literal::from(text.as_str()));
        }
    }

    pub(super) fn add_days(&mut self, subject: &NamedNode, predicates: [NamedNodeRef<'_>; 2], days: (Day, Day)) {
        self.add(subject, predicates[0], Literal::new_typed_literal(days.0.to_string(), xsd::DATE));
        self.add(subject, predicates[1], Literal::new_typed_literal(days.1.to_string(), xsd::DATE));
    }

    /// Writes a date as it is written, with its first and last day.
    pub(super) fn add_date(&mut self, subject: &NamedNode, predicates: [NamedNodeRef<'_>; 3], date: Option<&Edtf>) {
        if let Some(date) = date {
            self.add(subject, predicates[0], Literal::new_typed_literal(date.as_str(), edtf::EDTF));
            self.add_days(subject, [predicates[1], predicates[2]], (date.first(), date.last()));
        }
    }

    pub(super) fn add_doubt(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, doubt: Doubt) {
        for (is_so, value) in [(doubt.uncertain, cg::UNCERTAIN), (doubt.approximate, cg::APPROXIMATE)] {
            if is_so {
                self.add(subject, predicate, value.into_owned());
            }
        }
    }

    /// Writes where something stands, and what the researcher remarks.
    pub(super) fn add_evidence(
        &mut self,
        subject: &NamedNode,
        source: Option<&String>,
        locator: Option<&String>,
        note: (Option<&String>, Option<&Edtf>),
    ) {
        if let Some(source) = source {
            let source = self.node(source);
            self.add(subject, dct::SOURCE, source);
        }
        self.add_text(subject, cg::LOCATOR, locator);
        self.add_text(subject, rdfs::COMMENT, note.0);
        self.add_date(subject, NOTE_KNOWN, note.1);
    }

    /// Returns the node with a path below the base.
    pub(super) fn node(&self, path: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{path}", self.base))
    }

    pub(super) fn class(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{name}", cg::NAMESPACE))
    }

    /// Writes what the case says of itself.
    pub(super) fn case(&mut self) {
        let node = NamedNode::new_unchecked(self.settings.graph());
        self.add(&node, rdf::TYPE, void::DATASET.into_owned());
        self.add(&node, dct::TITLE, Literal::from(self.settings.title.as_str()));
        let settings = self.settings;
        let title = [cg::TITLE_KNOWN_SINCE, cg::TITLE_KNOWN_EARLIEST, cg::TITLE_KNOWN_LATEST];
        self.add_date(&node, title, settings.title_known_since.as_ref());
        self.add_text(&node, cg::WORKING_TITLE, settings.working_title.as_ref());
        self.add_text(&node, dct::DESCRIPTION, settings.description.as_ref());
        let description = [cg::DESCRIPTION_KNOWN_SINCE, cg::DESCRIPTION_KNOWN_EARLIEST, cg::DESCRIPTION_KNOWN_LATEST];
        self.add_date(&node, description, settings.description_known_since.as_ref());
        self.add(&node, void::URI_SPACE, Literal::from(self.base));
    }

    /// Writes that an old id has been replaced.
    pub(super) fn redirect(&mut self, old: &str, new: &str) {
        let (old, new) = (self.node(old), self.node(new));
        self.add(&old, dct::IS_REPLACED_BY, new);
    }

    /// Writes further properties of an entity.
    pub(super) fn properties(&mut self, path: &str, properties: &[(NamedNode, Term)]) {
        let node = self.node(path);
        for (property, value) in properties {
            self.add(&node, property.as_ref(), value.clone());
            if let (true, Term::Literal(date)) = (*property == cg::NOTE_KNOWN_SINCE, value) {
                self.add_date(&node, NOTE_KNOWN, Edtf::parse(date.value()).ok().as_ref());
            }
        }
    }

    /// Writes an entity, and what its row states beside its labels.
    pub(super) fn entity(&mut self, path: &str, entity: &Entity, properties: &[(NamedNode, Term)]) {
        let node = self.node(path);
        self.add(&node, rdf::TYPE, Self::class(&entity.class));
        let name = if path.starts_with("src/") { dct::TITLE } else { skos::PREF_LABEL };
        for label in &entity.labels {
            self.add(&node, rdfs::LABEL, label.clone());
            self.add(&node, name, label.clone());
        }
        let is_label = |name: &&Literal| entity.labels.iter().any(|label| label.value() == name.value());
        for name in entity.names.iter().filter(|name| !is_label(name)) {
            self.add(&node, skos::ALT_LABEL, name.clone());
        }
        self.properties(path, properties);
        if let Some(date) = &entity.known_since {
            self.add_days(&node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], (date.first(), date.last()));
        }
        if let Some(date) = &entity.issued {
            self.add_days(&node, [cg::ISSUED_EARLIEST, cg::ISSUED_LATEST], (date.first(), date.last()));
        }
    }

    /// Writes a fact, and the plain triple where it is asserted.
    pub(super) fn fact(&mut self, id: &str, fact: &Fact) {
        let node = self.node(&format!("fact/{id}"));
        let Relation { iri: predicate, is_claim, is_event } = self.relation(&fact.predicate);
        let is_asserted = self.is_asserted(fact, is_claim);
        self.add(&node, rdf::TYPE, cg::FACT.into_owned());
        if is_claim {
            self.add(&node, rdf::TYPE, cg::CLAIM.into_owned());
        }
        let (subject, object) = (self.node(&fact.subject.path()), self.object(fact));
        self.add(&node, rdf::SUBJECT, subject.clone());
        self.add(&node, rdf::PREDICATE, predicate.clone());
        self.add(&node, rdf::OBJECT, object.clone());
        self.dates(&node, id, fact, is_event);
        self.judged(&node, &fact.status, fact.confidence);
        self.add(&node, cg::ASSERTED, Literal::from(is_asserted));
        let remark = (fact.note.as_ref(), fact.note_known_since.as_ref());
        self.add_evidence(&node, fact.source.as_ref(), fact.locator.as_ref(), remark);
        if let Some(place) = &fact.made_at {
            let place = self.node(place);
            self.add(&node, cg::MADE_AT, place);
        }
        if is_asserted {
            // The plain triple that stands for the fact.
            self.add(&subject, predicate.as_ref(), object);
        }
    }

    /// Writes a status, and how sure it is.
    pub(super) fn judged(&mut self, node: &NamedNode, status: &str, confidence: Option<u8>) {
        self.add(node, cg::STATUS, Self::class(&camel_case(status)));
        if let Some(confidence) = confidence {
            self.add(node, cg::CONFIDENCE, Literal::from(i64::from(confidence)));
        }
    }

    fn object(&self, fact: &Fact) -> Term {
        match &fact.object {
            Object::Reference(reference) => self.node(&reference.path()).into(),
            Object::Literal(literal) => literal.clone().into(),
        }
    }

    fn is_asserted(&self, fact: &Fact, is_claim: bool) -> bool {
        is_claim || self.settings.assert.contains(&fact.status)
    }

    /// Returns a fingerprint of all that the quads of a fact depend on, without making them.
    pub(super) fn fact_digest(&self, id: &str, fact: &Fact, buffer: &mut Vec<u8>) -> [u8; 16] {
        buffer.clear();
        let mut add = |text: &str| {
            buffer.extend_from_slice(text.as_bytes());
            buffer.push(0xFF);
        };
        let known = self.predicates.get(fact.predicate.as_str());
        let predicate = known.map_or(fact.predicate.as_str(), |relation| relation.iri.as_str());
        let is_claim = known.is_some_and(|relation| relation.is_claim);
        let is_event = known.is_some_and(|relation| relation.is_event);
        let flag = |is_true: bool| if is_true { "1" } else { "0" };
        for text in [id, predicate, flag(is_claim), flag(self.is_asserted(fact, is_claim)), &fact.status] {
            add(text);
        }
        let (kind, subject) = fact.subject.parts();
        add(kind);
        add(subject);
        match &fact.object {
            Object::Reference(reference) => {
                let (kind, object) = reference.parts();
                add(kind);
                add(object);
            }
            Object::Literal(literal) => {
                add("literal");
                add(literal.value());
                add(literal.language().unwrap_or_else(|| literal.datatype().as_str()));
            }
        }
        let end = match &fact.end {
            End::Unknown => None,
            End::Open => Some(".."),
            End::On(date) => Some(date.as_str()),
        };
        let confidence = fact.confidence.map(|confidence| confidence.to_string());
        let texts = [&fact.source, &fact.locator, &fact.made_at, &fact.note, &confidence].map(Option::as_deref);
        let dates = [&fact.begin, &fact.known_since, &fact.end_known_since, &fact.note_known_since];
        for text in texts.into_iter().chain([end]).chain(dates.map(|date| date.as_ref().map(Edtf::as_str))) {
            // Nothing differs from an empty text.
            add(text.unwrap_or("\u{0}"));
        }
        // Source, disclosures and predicate have a say in the bounds.
        let bounds = self.bounds(id, fact, is_event);
        for day in [bounds.end.0, bounds.end.1, bounds.known.0, bounds.known.1] {
            buffer.extend(day.year().to_be_bytes());
            buffer.extend([day.month(), day.day()].map(i8::unsigned_abs));
        }
        buffer.extend([bounds.known_doubt.uncertain, bounds.known_doubt.approximate].map(u8::from));
        buffer.extend(bounds.lag_days.unwrap_or(-1).to_be_bytes());
        digest_of_bytes(buffer)
    }

    fn bounds(&self, id: &str, fact: &Fact, is_event: bool) -> Bounds {
        Bounds::of(fact, is_event, self.published(fact.source.as_ref()), self.told.about(id))
    }

    fn dates(&mut self, node: &NamedNode, id: &str, fact: &Fact, is_event: bool) {
        let bounds = self.bounds(id, fact, is_event);
        let (kind, end) = match &fact.end {
            End::On(end) => (cg::CLOSED, Some(end)),
            End::Open => (cg::OPEN, None),
            End::Unknown if ends_with_begin(fact, is_event) => (cg::CLOSED, None),
            End::Unknown => (cg::UNKNOWN, None),
        };
        self.add(node, cg::END_KIND, kind.into_owned());
        for (property, date) in
            [(cg::BEGIN, fact.begin.as_ref()), (cg::END, end), (cg::KNOWN_SINCE, fact.known_since.as_ref())]
        {
            if let Some(date) = date {
                self.add(node, property, Literal::new_typed_literal(date.as_str(), edtf::EDTF));
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
                self.add(node, property, Literal::from(days));
            }
        }
    }

    pub(super) fn published(&self, source: Option<&String>) -> Option<Published> {
        self.published.get(source?.as_str()).copied()
    }

    pub(super) fn relation(&self, key: &str) -> Relation {
        let unknown = || Relation { iri: self.node(&format!("rel/{key}")), is_claim: false, is_event: false };
        self.predicates.get(key).cloned().unwrap_or_else(unknown)
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
