//! Records become quads, as `docs/model.md` lists them. In: the checked records of a case. Out: quads, sorted, each
//! once. No blank node is ever written. Not here: the log of imports (`store`).

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::bounds::Bounds;
use super::model::Predicate;
use super::record::{CaseFacts, Citation, Disclosure, End, Entity, Fact, Object};
use crate::date::{Day, Edtf, LAST_DAY};
use crate::vocab::{cg, dct, edtf, rdf, rdfs, skos, void, xsd};

impl CaseFacts {
    /// Returns the quads of the case, sorted.
    pub fn quads(&self) -> Vec<Quad> {
        let graph = GraphName::NamedNode(NamedNode::new_unchecked(self.settings.graph()));
        let mut writer = Writer { case: self, base: &self.settings.base, graph, quads: Vec::new() };
        writer.case();
        for (path, entity) in &self.entities {
            writer.entity(path, entity);
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
            let (old, new) = (writer.node(old), writer.node(new));
            writer.add(&old, dct::IS_REPLACED_BY, new);
        }
        let mut quads = writer.quads;
        quads.extend(self.plain.iter().cloned());
        quads.sort_by_cached_key(ToString::to_string);
        quads.dedup();
        quads
    }
}

struct Writer<'a> {
    case: &'a CaseFacts,
    base: &'a str,
    graph: GraphName,
    quads: Vec<Quad>,
}

impl Writer<'_> {
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

    fn node(&self, path: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{path}", self.base))
    }

    fn class(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{name}", cg::NAMESPACE))
    }

    fn case(&mut self) {
        let node = NamedNode::new_unchecked(self.case.settings.graph());
        self.add(&node, rdf::TYPE, void::DATASET.into_owned());
        self.add(&node, dct::TITLE, Literal::from(self.case.settings.title.as_str()));
        self.add_text(&node, dct::DESCRIPTION, self.case.settings.description.as_ref());
        self.add(&node, void::URI_SPACE, Literal::from(self.base));
    }

    fn entity(&mut self, path: &str, entity: &Entity) {
        let node = self.node(path);
        self.add(&node, rdf::TYPE, Self::class(&entity.class));
        let name = if path.starts_with("src/") { dct::TITLE } else { skos::PREF_LABEL };
        for label in &entity.labels {
            self.add(&node, rdfs::LABEL, label.clone());
            self.add(&node, name, label.clone());
        }
        for (property, value) in &entity.properties {
            self.add(&node, property.as_ref(), value.clone());
        }
        if let Some(date) = &entity.known_since {
            self.add_days(&node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], (date.first(), date.last()));
        }
        if let Some(date) = &entity.issued {
            self.add_days(&node, [cg::ISSUED_EARLIEST, cg::ISSUED_LATEST], (date.first(), date.last()));
        }
    }

    fn fact(&mut self, id: &str, fact: &Fact) {
        let node = self.node(&format!("fact/{id}"));
        let (subject, predicate) = (self.node(&fact.subject.path()), self.predicate_iri(&fact.predicate));
        let object: Term = match &fact.object {
            Object::Reference(reference) => self.node(&reference.path()).into(),
            Object::Literal(literal) => literal.clone().into(),
        };
        let is_claim = self.is_claim(&fact.predicate);
        self.add(&node, rdf::TYPE, cg::FACT.into_owned());
        if is_claim {
            self.add(&node, rdf::TYPE, cg::CLAIM.into_owned());
        }
        self.add(&node, rdf::SUBJECT, subject.clone());
        self.add(&node, rdf::PREDICATE, predicate.clone());
        self.add(&node, rdf::OBJECT, object.clone());
        self.dates(&node, fact);
        let is_asserted = is_claim || self.case.settings.assert.contains(&fact.status);
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
            self.add(&subject, predicate.as_ref(), object);
        }
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

    fn citation(&mut self, citation: &Citation) {
        let source = self.node(&citation.source);
        let name = citation.source.trim_start_matches("src/");
        let node = self.node(&format!("citation/{}--{name}", citation.fact));
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

    fn disclosure(&mut self, disclosure: &Disclosure) {
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
        self.case.entities.get(source?)?.issued.as_ref()
    }

    fn predicate(&mut self, predicate: &Predicate) {
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
        let parent = predicate.parent.as_ref().map(|key| self.predicate_iri(key));
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

    fn predicate_iri(&self, key: &str) -> NamedNode {
        self.case.predicates.get(key).map_or_else(|| self.node(&format!("rel/{key}")), |p| p.iri(self.base))
    }

    fn is_claim(&self, key: &str) -> bool {
        let stance = cg::STANCE_PREDICATE.as_str().trim_start_matches(cg::NAMESPACE);
        let mut key = Some(key);
        // A predicate cannot be far below `stanceOn`; the bound keeps a circle of parents from turning for ever.
        for _ in 0..8 {
            match key {
                Some(name) if name == stance => return true,
                Some(name) => key = self.case.predicates.get(name).and_then(|p| p.parent.as_deref()),
                None => return false,
            }
        }
        false
    }
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
