//! What stands around entities and facts becomes quads, as `docs/model.md` lists them. In: citations, disclosures, names,
//! judgements, predicates. Out: quads.

use oxigraph::model::{LiteralRef, NamedNodeRef};
use rdf_columns::TermId;

use super::model::Predicate;
use super::quads::Writer;
use super::record::{Citation, Disclosure, Judgement, Name};
use crate::date::LAST_DAY;
use crate::vocab::{cg, dct, rdf, rdfs, xsd};

const KNOWN: [NamedNodeRef<'static>; 3] = [cg::KNOWN_SINCE, cg::KNOWN_EARLIEST, cg::KNOWN_LATEST];

impl Writer<'_> {
    /// Writes a further source of a fact.
    pub(super) fn citation(&mut self, citation: &Citation) -> TermId {
        let source = self.node(&citation.source);
        let node = self.node(&citation.path());
        let fact = self.fact_node(&citation.fact);
        self.add_term(node, rdf::TYPE, cg::CITATION);
        self.add(node, cg::CITES, source);
        self.add(fact, cg::CITATION_OF_FACT, node);
        let stance = citation.stance.as_deref().unwrap_or("supports");
        let class = self.class(stance);
        self.add(node, cg::STANCE, class);
        if stance == "supports" {
            self.add(fact, dct::SOURCE, source);
        }
        self.add_text(node, cg::LOCATOR, citation.locator.as_ref());
        if let Some(day) = &citation.accessed {
            let day = self.quads.term(LiteralRef::new_typed_literal(day, xsd::DATE));
            self.add(node, cg::ACCESSED, day);
        }
        node
    }

    /// Writes a disclosure.
    pub(super) fn disclosure(&mut self, disclosure: &Disclosure) -> TermId {
        let node = self.node(&disclosure.path());
        self.add_term(node, rdf::TYPE, cg::DISCLOSURE);
        for fact in &disclosure.facts {
            let fact = self.fact_node(fact);
            self.add(node, cg::DISCLOSES, fact);
        }
        let audience = match &disclosure.audience {
            Some(path) => self.node(path),
            None => self.vocabulary(cg::THE_PUBLIC),
        };
        self.add(node, cg::TO_AUDIENCE, audience);
        self.add_text(node, cg::DISCLOSURE_KIND, Some(&disclosure.kind));
        for name in &disclosure.scope {
            self.add_text(node, cg::SCOPE, Some(name));
        }
        let date = &disclosure.date;
        self.add_date(node, [dct::DATE, cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST], Some(date));
        self.add_date(node, [cg::UNTIL, cg::UNTIL_EARLIEST, cg::UNTIL_LATEST], disclosure.until.as_ref());
        // What is told to the public is public by being told; what is told to another may stay secret for long.
        let published = self.published(disclosure.evidence.source.as_ref()).map_or(LAST_DAY, |source| source.last);
        match (&disclosure.audience, &disclosure.known_since) {
            (_, Some(known)) => self.add_date(node, KNOWN, Some(known)),
            (None, None) => self.add_days(node, [KNOWN[1], KNOWN[2]], (date.first(), date.last())),
            (Some(_), None) => {
                self.add_days(node, [KNOWN[1], KNOWN[2]], (date.first(), published.max(date.first())));
            }
        }
        self.add_evidence(node, &disclosure.evidence);
        node
    }

    /// Writes a name that has a day of its own.
    pub(super) fn name(&mut self, name: &Name) -> TermId {
        let (node, entity) = (self.node(&name.path()), self.node(&name.entity));
        self.add_term(node, rdf::TYPE, cg::NAME);
        self.add(node, cg::NAME_OF, entity);
        let label = self.quads.term(&name.text);
        self.add(node, rdfs::LABEL, label);
        self.add_text(node, cg::NAME_KIND, Some(&name.kind));
        self.add_date(node, KNOWN, name.known_since.as_ref());
        self.add_evidence(node, &name.evidence);
        node
    }

    /// Writes what was held of a fact since some day.
    pub(super) fn judgement(&mut self, judgement: &Judgement) -> TermId {
        let node = self.node(&judgement.path());
        let fact = self.fact_node(&judgement.fact);
        self.add_term(node, rdf::TYPE, cg::JUDGEMENT);
        self.add(node, cg::JUDGES, fact);
        self.judged(node, &judgement.status, judgement.confidence);
        self.add_date(node, [cg::SINCE, cg::SINCE_EARLIEST, cg::SINCE_LATEST], Some(&judgement.since));
        self.add_text(node, dct::CREATOR, judgement.by.as_ref());
        self.add_evidence(node, &judgement.evidence);
        node
    }

    /// Writes a predicate.
    pub(super) fn predicate(&mut self, predicate: &Predicate) -> TermId {
        let node = self.quads.term(&predicate.iri(self.base));
        self.add_term(node, rdf::TYPE, cg::RELATION);
        self.add_term(node, rdf::TYPE, rdf::PROPERTY);
        for (text, lang) in &predicate.labels {
            let label = self.quads.term(&super::literal::label(text.clone(), lang.as_deref()));
            self.add(node, rdfs::LABEL, label);
        }
        self.add_text(node, cg::INVERSE_LABEL, predicate.inverse_label.as_ref());
        self.add_text(node, rdfs::COMMENT, predicate.note.as_ref());
        self.classes(node, &predicate.domain, rdfs::DOMAIN, cg::DOMAIN_INCLUDES);
        self.classes(node, &predicate.range, rdfs::RANGE, cg::RANGE_INCLUDES);
        let kind = if predicate.kind == "state" { cg::STATE } else { cg::EVENT };
        self.add_term(node, cg::TEMPORAL_KIND, kind);
        for (is_true, property) in [(predicate.symmetric, cg::SYMMETRIC), (predicate.functional, cg::FUNCTIONAL)] {
            if is_true {
                self.add(node, property, TermId::of_boolean(true));
            }
        }
        let parent = predicate.parent.as_ref().map(|key| self.relation(key).iri);
        let aligned: Vec<TermId> = predicate.align.iter().map(|above| self.quads.term(above)).collect();
        for above in parent.into_iter().chain(aligned) {
            self.add(node, rdfs::SUB_PROPERTY_OF, above);
        }
        node
    }

    fn classes(&mut self, node: TermId, names: &[String], one: NamedNodeRef<'static>, several: NamedNodeRef<'static>) {
        let property = if names.len() == 1 { one } else { several };
        for name in names {
            let class = if name == "text" { self.vocabulary(rdfs::LITERAL) } else { self.class(name) };
            self.add(node, property, class);
        }
    }
}
