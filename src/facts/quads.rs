//! Records become quads, as `docs/model.md` lists them. In: the checked records of a case. Out: quads, sorted, each
//! once. No blank node is ever written. Not here: the log of imports (`store`).

use std::collections::{BTreeMap, HashMap};

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::bounds::Bounds;
use super::hash::digest_of_bytes;
use super::model::Predicate;
use super::record::{CaseFacts, Citation, Disclosure, End, Entity, Fact, Object};
use super::settings::CaseSettings;
use crate::date::{Day, Edtf, LAST_DAY};
use crate::vocab::{cg, dct, edtf, rdf, rdfs, skos, void, xsd};

impl CaseFacts {
    /// Returns the quads of the case, sorted.
    pub fn quads(&self) -> Vec<Quad> {
        let mut writer = Writer::new(&self.settings, &self.entities, &self.predicates);
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

/// Writes records as quads.
pub(super) struct Writer<'a> {
    settings: &'a CaseSettings,
    base: &'a str,
    graph: GraphName,
    /// When each source was published, where that is known.
    issued: HashMap<&'a str, &'a Edtf>,
    /// IRI of each predicate, and whether it is a stance.
    predicates: BTreeMap<&'a str, (NamedNode, bool)>,
    quads: Vec<Quad>,
}

impl<'a> Writer<'a> {
    /// Returns a writer for a case with these entities and predicates.
    pub(super) fn new(
        settings: &'a CaseSettings,
        entities: &'a BTreeMap<String, Entity>,
        predicates: &'a BTreeMap<String, Predicate>,
    ) -> Self {
        let base = settings.base.as_str();
        let known = |(key, predicate): (&'a String, &Predicate)| {
            (key.as_str(), (predicate.iri(base), is_claim(key, predicates)))
        };
        Self {
            settings,
            base,
            graph: GraphName::NamedNode(NamedNode::new_unchecked(settings.graph())),
            issued: entities
                .iter()
                .filter_map(|(path, entity)| Some((path.as_str(), entity.issued.as_ref()?)))
                .collect(),
            predicates: predicates.iter().map(known).collect(),
            quads: Vec::new(),
        }
    }

    /// Returns the quads that have been written since it was asked last.
    pub(super) fn take(&mut self) -> Vec<Quad> {
        std::mem::take(&mut self.quads)
    }

    fn add(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        self.quads.push(Quad::new(subject.clone(), predicate.into_owned(), object, self.graph.clone()));
    }

    fn add_text(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, text: Option<&String>) {
        if let Some(text) = text {
            self.add(subject, predicate, Literal::from(text.as_str()));
        }
    }

    fn add_days(&mut self, subject: &NamedNode, predicates: [NamedNodeRef<'_>; 2], days: (Day, Day)) {
        self.add(subject, predicates[0], Literal::new_typed_literal(days.0.to_string(), xsd::DATE));
        self.add(subject, predicates[1], Literal::new_typed_literal(days.1.to_string(), xsd::DATE));
    }

    fn add_date(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, date: &Edtf) {
        self.add(subject, predicate, Literal::new_typed_literal(date.as_str(), edtf::EDTF));
    }

    /// Returns the node with a path below the base.
    pub(super) fn node(&self, path: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{path}", self.base))
    }

    fn class(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{name}", cg::NAMESPACE))
    }

    /// Writes what the case says of itself.
    pub(super) fn case(&mut self) {
        let node = NamedNode::new_unchecked(self.settings.graph());
        self.add(&node, rdf::TYPE, void::DATASET.into_owned());
        self.add(&node, dct::TITLE, Literal::from(self.settings.title.as_str()));
        self.add_text(&node, dct::DESCRIPTION, self.settings.description.as_ref());
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
        let (predicate, is_claim) = self.relation(&fact.predicate);
        let is_asserted = self.is_asserted(fact, is_claim);
        self.add(&node, rdf::TYPE, cg::FACT.into_owned());
        if is_claim {
            self.add(&node, rdf::TYPE, cg::CLAIM.into_owned());
        }
        let (subject, object) = (self.node(&fact.subject.path()), self.object(fact));
        self.add(&node, rdf::SUBJECT, subject.clone());
        self.add(&node, rdf::PREDICATE, predicate.clone());
        self.add(&node, rdf::OBJECT, object.clone());
        self.dates(&node, fact);
        self.add(&node, cg::STATUS, Self::class(&camel_case(&fact.status)));
        self.add(&node, cg::ASSERTED, Literal::from(is_asserted));
        if let Some(confidence) = fact.confidence {
            self.add(&node, cg::CONFIDENCE, Literal::from(i64::from(confidence)));
        }
        if let Some(source) = &fact.source {
            let source = self.node(source);
            self.add(&node, dct::SOURCE, source);
        }
        self.add_text(&node, cg::LOCATOR, fact.locator.as_ref());
        self.add_text(&node, rdfs::COMMENT, fact.note.as_ref());
        if let Some(place) = &fact.made_at {
            let place = self.node(place);
            self.add(&node, cg::MADE_AT, place);
        }
        if is_asserted {
            // The plain triple that stands for the fact.
            self.add(&subject, predicate.as_ref(), object);
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
        let (predicate, is_claim) = match self.predicates.get(fact.predicate.as_str()) {
            Some((iri, is_claim)) => (iri.as_str(), *is_claim),
            None => (fact.predicate.as_str(), false),
        };
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
        let published = self.published(fact.source.as_ref());
        let confidence = fact.confidence.map(|confidence| confidence.to_string());
        let texts = [&fact.source, &fact.locator, &fact.made_at, &fact.note, &confidence].map(Option::as_deref);
        let dates = [fact.begin.as_ref(), fact.known_since.as_ref(), published].map(|date| date.map(Edtf::as_str));
        for text in texts.into_iter().chain([end]).chain(dates) {
            // Nothing differs from an empty text.
            add(text.unwrap_or("\u{0}"));
        }
        digest_of_bytes(buffer)
    }

    fn dates(&mut self, node: &NamedNode, fact: &Fact) {
        let published = self.published(fact.source.as_ref());
        let bounds = Bounds::of(fact, published);
        if let Some(begin) = &fact.begin {
            self.add_date(node, cg::BEGIN, begin);
        }
        let kind = match &fact.end {
            End::On(end) => {
                self.add_date(node, cg::END, end);
                cg::CLOSED
            }
            End::Open => cg::OPEN,
            End::Unknown => cg::UNKNOWN,
        };
        self.add(node, cg::END_KIND, kind.into_owned());
        let end = if let End::On(end) = &fact.end { Some(end) } else { None };
        for date in fact.begin.iter().chain(end) {
            if date.is_uncertain() {
                self.add(node, cg::QUALIFIER, cg::UNCERTAIN.into_owned());
            }
            if date.is_approximate() {
                self.add(node, cg::QUALIFIER, cg::APPROXIMATE.into_owned());
            }
        }
        if let Some(known) = &fact.known_since {
            self.add_date(node, cg::KNOWN_SINCE, known);
        }
        self.add_days(node, [cg::BEGIN_EARLIEST, cg::BEGIN_LATEST], bounds.begin);
        self.add_days(node, [cg::END_EARLIEST, cg::END_LATEST], bounds.end);
        self.add_days(node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], bounds.known);
        if let Some(lag) = bounds.lag_days {
            self.add(node, cg::LAG_DAYS, Literal::from(lag));
        }
        if let Some((least, greatest)) = bounds.days {
            self.add(node, cg::MIN_DAYS, Literal::from(least));
            self.add(node, cg::MAX_DAYS, Literal::from(greatest));
        }
    }

    /// Writes a further source of a fact.
    pub(super) fn citation(&mut self, citation: &Citation) {
        let source = self.node(&citation.source);
        let node = self.node(&citation.path());
        let fact = self.node(&format!("fact/{}", citation.fact));
        self.add(&node, rdf::TYPE, cg::CITATION.into_owned());
        self.add(&node, cg::CITES, source.clone());
        self.add(&fact, cg::CITATION_OF_FACT, node.clone());
        let stance = citation.stance.as_deref().unwrap_or("supports");
        self.add(&node, cg::STANCE, Self::class(stance));
        if stance == "supports" {
            self.add(&fact, dct::SOURCE, source);
        }
        self.add_text(&node, cg::LOCATOR, citation.locator.as_ref());
        if let Some(day) = &citation.accessed {
            self.add(&node, cg::ACCESSED, Literal::new_typed_literal(day.as_str(), xsd::DATE));
        }
    }

    /// Writes a disclosure.
    pub(super) fn disclosure(&mut self, disclosure: &Disclosure) {
        let node = self.node(&format!("disclosure/{}", disclosure.id));
        self.add(&node, rdf::TYPE, cg::DISCLOSURE.into_owned());
        for fact in &disclosure.facts {
            let fact = self.node(&format!("fact/{fact}"));
            self.add(&node, cg::DISCLOSES, fact);
        }
        let audience = disclosure.audience.as_ref().map_or_else(|| cg::THE_PUBLIC.into_owned(), |path| self.node(path));
        self.add(&node, cg::TO_AUDIENCE, audience);
        self.add(&node, cg::DISCLOSURE_KIND, Literal::from(disclosure.kind.as_str()));
        let date = &disclosure.date;
        self.add_date(&node, dct::DATE, date);
        self.add_days(&node, [cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST], (date.first(), date.last()));
        if let Some(known) = &disclosure.known_since {
            self.add_date(&node, cg::KNOWN_SINCE, known);
        }
        // What is told to the public is public by being told; what is told to another may stay secret for long.
        let published = self.published(disclosure.source.as_ref()).map_or(LAST_DAY, Edtf::last);
        let known = match (&disclosure.audience, &disclosure.known_since) {
            (_, Some(known)) => (known.first(), known.last()),
            (None, None) => (date.first(), date.last()),
            (Some(_), None) => (date.first(), published.max(date.first())),
        };
        self.add_days(&node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], known);
        if let Some(source) = &disclosure.source {
            let source = self.node(source);
            self.add(&node, dct::SOURCE, source);
        }
        self.add_text(&node, cg::LOCATOR, disclosure.locator.as_ref());
        self.add_text(&node, rdfs::COMMENT, disclosure.note.as_ref());
    }

    fn published(&self, source: Option<&String>) -> Option<&Edtf> {
        self.issued.get(source?.as_str()).copied()
    }

    /// Writes a predicate.
    pub(super) fn predicate(&mut self, predicate: &Predicate) {
        let node = predicate.iri(self.base);
        self.add(&node, rdf::TYPE, cg::RELATION.into_owned());
        self.add(&node, rdf::TYPE, rdf::PROPERTY.into_owned());
        for (text, lang) in &predicate.labels {
            let label = super::literal::label(text.clone(), lang.as_deref());
            self.add(&node, rdfs::LABEL, label);
        }
        self.add_text(&node, cg::INVERSE_LABEL, predicate.inverse_label.as_ref());
        self.add_text(&node, rdfs::COMMENT, predicate.note.as_ref());
        self.classes(&node, &predicate.domain, rdfs::DOMAIN, cg::DOMAIN_INCLUDES);
        self.classes(&node, &predicate.range, rdfs::RANGE, cg::RANGE_INCLUDES);
        let kind = if predicate.kind == "state" { cg::STATE } else { cg::EVENT };
        self.add(&node, cg::TEMPORAL_KIND, kind.into_owned());
        for (is_true, property) in [(predicate.symmetric, cg::SYMMETRIC), (predicate.functional, cg::FUNCTIONAL)] {
            if is_true {
                self.add(&node, property, Literal::from(true));
            }
        }
        let parent = predicate.parent.as_ref().map(|key| self.relation(key).0);
        for above in parent.into_iter().chain(predicate.align.iter().cloned()) {
            self.add(&node, rdfs::SUB_PROPERTY_OF, above);
        }
    }

    fn classes(
        &mut self,
        node: &NamedNode,
        names: &[String],
        one: NamedNodeRef<'static>,
        several: NamedNodeRef<'static>,
    ) {
        let property = if names.len() == 1 { one } else { several };
        for name in names {
            let class = if name == "text" { rdfs::LITERAL.into_owned() } else { Self::class(name) };
            self.add(node, property, class);
        }
    }

    /// Returns the IRI of a predicate, and whether it is a stance.
    fn relation(&self, key: &str) -> (NamedNode, bool) {
        match self.predicates.get(key) {
            Some(known) => known.clone(),
            None => (self.node(&format!("rel/{key}")), false),
        }
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
