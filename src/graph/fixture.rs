//! A small affair for the tests, as quads: a letter, a gag, a denial, two dates of one event.

use std::collections::BTreeSet;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::{EntityGraph, Selection};
use crate::date::Edtf;
use crate::store::CaseStore;
use crate::view::View;
use crate::vocab::{cg, dct, edtf, rdf, rdfs, schema, skos, void, xsd};

const BASE: &str = "https://example.org/t/id/";

/// Quads under construction.
#[derive(Debug, Clone)]
pub(crate) struct Quads(pub(crate) Vec<Quad>);

fn iri(name: &str) -> NamedNode {
    NamedNode::new(format!("{BASE}{name}")).expect("IRI")
}

impl Quads {
    pub(crate) fn new(title: &str) -> Self {
        let mut quads = Self(Vec::new());
        let case = iri("graph/case");
        quads.add(&case, rdf::TYPE, void::DATASET.into_owned());
        quads.add(&case, dct::TITLE, Literal::from(title));
        quads.add(&case, void::URI_SPACE, Literal::from(BASE));
        quads
    }

    fn add(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        let graph = GraphName::from(iri("graph/case"));
        self.0.push(Quad::new(subject.clone(), predicate.into_owned(), object, graph));
    }

    pub(crate) fn entity(&mut self, id: &str, class: &str, label: &str) -> &mut Self {
        let node = iri(id);
        self.add(&node, rdf::TYPE, NamedNode::new(format!("{}{class}", cg::NAMESPACE)).expect("IRI"));
        self.add(&node, rdfs::LABEL, Literal::from(label));
        self
    }

    pub(crate) fn label(&mut self, id: &str, lang: &str, label: &str) -> &mut Self {
        self.add(&iri(id), skos::PREF_LABEL, Literal::new_language_tagged_literal(label, lang).expect("tag"));
        self
    }

    /// Adds a value that a column of a table states.
    pub(crate) fn property(&mut self, id: &str, key: &str, value: &str) -> &mut Self {
        let property = NamedNode::new(format!("{}{key}", cg::NAMESPACE)).expect("IRI");
        self.add(&iri(id), property.as_ref(), Literal::from(value));
        self
    }

    pub(crate) fn predicate(&mut self, key: &str, label: &str, kind: NamedNodeRef<'_>) -> &mut Self {
        let node = NamedNode::new(format!("{}{key}", cg::NAMESPACE)).expect("IRI");
        self.add(&node, rdf::TYPE, cg::RELATION.into_owned());
        self.add(&node, rdfs::LABEL, Literal::from(label));
        self.add(&node, cg::TEMPORAL_KIND, kind.into_owned());
        self
    }

    pub(crate) fn source(&mut self, id: &str, title: &str, url: &str) -> &mut Self {
        let node = iri(&format!("src/{id}"));
        self.add(&node, rdf::TYPE, cg::SOURCE.into_owned());
        self.add(&node, dct::TITLE, Literal::from(title));
        self.add(&node, dct::PUBLISHER, Literal::from("The Paper"));
        self.add(&node, schema::URL, NamedNode::new(url).expect("IRI"));
        for bound in [cg::ISSUED_EARLIEST, cg::ISSUED_LATEST] {
            self.add(&node, bound, Literal::new_typed_literal("2001-01-01", xsd::DATE));
        }
        self
    }

    /// Adds a fact. `dates` are begin, end (`..` for open) and known since; an end `fact:F1` is a fact, `"…` a text.
    pub(crate) fn fact(&mut self, id: &str, triple: [&str; 3], dates: [&str; 3], status: &str) -> &mut Self {
        let node = iri(&format!("fact/{id}"));
        let end = |name: &str| -> Term {
            match (name.strip_prefix("fact:"), name.strip_prefix('"')) {
                (Some(fact), _) => iri(&format!("fact/{fact}")).into(),
                (_, Some(text)) => Literal::from(text).into(),
                _ => iri(name).into(),
            }
        };
        let [subject, predicate, object] = triple;
        let [begin, finish, known] = dates;
        self.add(&node, rdf::TYPE, cg::FACT.into_owned());
        if ["affirms", "denies", "promises"].contains(&predicate) {
            self.add(&node, rdf::TYPE, cg::CLAIM.into_owned());
        }
        self.add(&node, rdf::SUBJECT, end(subject));
        self.add(&node, rdf::PREDICATE, NamedNode::new(format!("{}{predicate}", cg::NAMESPACE)).expect("IRI"));
        self.add(&node, rdf::OBJECT, end(object));
        let kind = match finish {
            "" => cg::UNKNOWN,
            ".." => cg::OPEN,
            _ => cg::CLOSED,
        };
        self.add(&node, cg::END_KIND, kind.into_owned());
        let read = |text: &str| Edtf::parse(text).map(|date| (date.first().to_string(), date.last().to_string()));
        let known_days = read(known).unwrap_or(("0001-01-01".into(), "9999-12-31".into()));
        let begins = read(begin).unwrap_or(("0001-01-01".into(), known_days.1.clone()));
        let ends = read(finish).unwrap_or_else(|_| {
            (if finish == ".." { known_days.0.clone() } else { begins.0.clone() }, "9999-12-31".into())
        });
        for (predicate, text) in [(cg::BEGIN, begin), (cg::END, finish), (cg::KNOWN_SINCE, known)] {
            if !text.is_empty() && text != ".." {
                self.add(&node, predicate, Literal::new_typed_literal(text, edtf::EDTF));
            }
        }
        for (predicate, day) in [
            (cg::BEGIN_EARLIEST, begins.0),
            (cg::BEGIN_LATEST, begins.1),
            (cg::END_EARLIEST, ends.0),
            (cg::END_LATEST, ends.1),
            (cg::KNOWN_EARLIEST, known_days.0),
            (cg::KNOWN_LATEST, known_days.1),
        ] {
            self.add(&node, predicate, Literal::new_typed_literal(day, xsd::DATE));
        }
        self.add(&node, cg::STATUS, NamedNode::new(format!("{}{status}", cg::NAMESPACE)).expect("IRI"));
        let asserted = ["confirmed", "asserted", "inferred"].contains(&status);
        self.add(&node, cg::ASSERTED, Literal::from(asserted));
        self.add(&node, cg::CONFIDENCE, Literal::from(80));
        self.add(&node, dct::SOURCE, iri("src/paper"));
        self
    }

    /// Adds a disclosure of a fact, to the public or to an audience, between two days; the public knows of it since then.
    pub(crate) fn disclosure(&mut self, id: &str, fact: &str, audience: Option<&str>, days: [&str; 2]) -> &mut Self {
        let node = iri(&format!("disclosure/{id}"));
        self.add(&node, rdf::TYPE, cg::DISCLOSURE.into_owned());
        let told = iri(&format!("fact/{fact}"));
        self.add(&node, cg::DISCLOSES, told.clone());
        self.add(&node, cg::TO_AUDIENCE, audience.map_or_else(|| cg::THE_PUBLIC.into_owned(), iri));
        for (bounds, day) in [
            ([cg::DISCLOSED_EARLIEST, cg::KNOWN_EARLIEST], days[0]),
            ([cg::DISCLOSED_LATEST, cg::KNOWN_LATEST], days[1]),
        ] {
            for bound in bounds {
                self.add(&node, bound, Literal::new_typed_literal(day, xsd::DATE));
            }
            // What is told in public is public by then.
            let day = Term::from(Literal::new_typed_literal(day, xsd::DATE));
            let is_bound = |quad: &Quad| quad.subject.to_string() == told.to_string() && quad.predicate == bounds[1];
            for quad in self.0.iter_mut().filter(|quad| audience.is_none() && is_bound(quad)) {
                if day.to_string() < quad.object.to_string() {
                    quad.object = day.clone();
                }
            }
        }
        self
    }

    pub(crate) fn store(&self) -> CaseStore {
        CaseStore::in_memory(self.0.iter().cloned()).expect("a store")
    }

    pub(crate) fn graph(&self) -> EntityGraph {
        EntityGraph::project(&self.store(), None).expect("graph")
    }

    /// Returns the graph of what could certainly be known on a day.
    pub(crate) fn known_on(&self, day: &str) -> EntityGraph {
        let view = View { known_on: day.parse().ok(), ..View::default() };
        let store = view.of(&self.store()).expect("a view");
        EntityGraph::project(&store, None).expect("graph").select(&Selection::from(&view))
    }
}

/// Returns the small affair.
pub(crate) fn affair() -> Quads {
    let mut quads = Quads::new("The letter");
    quads
        .predicate("issued", "issued", cg::EVENT)
        .predicate("addressedTo", "is addressed to", cg::EVENT)
        .predicate("withdrew", "withdrew", cg::EVENT)
        .predicate("imposedGagOn", "imposed silence on", cg::STATE)
        .predicate("partOf", "is part of", cg::STATE)
        .predicate("denies", "denies", cg::EVENT)
        .predicate("affirms", "affirms", cg::EVENT)
        .predicate("contradicts", "contradicts", cg::STATE)
        .source("paper", "Court opens the file", "https://example.org/paper?a=1&b=2")
        .entity("bureau", "Agency", "Bureau")
        .entity("ministry", "Agency", "Ministry")
        .entity("firm", "Company", "Firm")
        .entity("lone", "Person", "Nobody")
        .entity("letter", "Request", "Letter to Firm")
        .label("letter", "fr", "Lettre à Firm")
        .fact("F1", ["bureau", "issued", "letter"], ["2013", "2013", "2014-05-22"], "confirmed")
        .fact("F2", ["letter", "addressedTo", "firm"], ["2013", "2013", "2014-05-22"], "confirmed")
        .fact("F3", ["letter", "imposedGagOn", "firm"], ["2013-02", "2014-05-22", "2014-05-22"], "confirmed")
        .fact("F4", ["bureau", "withdrew", "letter"], ["2013-10", "2013-10", "2014-05-22"], "confirmed")
        .fact("F5", ["bureau", "withdrew", "letter"], ["", "2014-05-22", "2014-05-22"], "disputed")
        .fact("F6", ["bureau", "partOf", "ministry"], ["2001-01-01", "..", "2001-01-01"], "asserted")
        .fact("F7", ["firm", "denies", "fact:F5"], ["2014-05-23", "2014-05-23", "2014-05-23"], "confirmed")
        .fact("F8", ["bureau", "affirms", "fact:F5"], ["2014-05-24", "2014-05-24", "2014-05-24"], "confirmed")
        .fact("F9", ["firm", "affirms", "\"it obeys the law"], ["2014-05-24", "2014-05-24", "2014-05-24"], "confirmed")
        .fact("G1", ["fact:F4", "contradicts", "fact:F5"], ["", "", "2014-05-22"], "inferred");
    quads
}

/// Returns the affair with other words as the label of each entity, and in a note at each entity and fact.
pub(crate) fn with_labels(text: &str) -> Quads {
    let mut quads = affair();
    let mut things = BTreeSet::new();
    for quad in quads.0.iter_mut().filter(|quad| quad.subject.to_string().contains(BASE)) {
        if quad.predicate == rdfs::LABEL || quad.predicate == cg::STATUS {
            things.insert(quad.subject.to_string().trim_matches(['<', '>']).to_owned());
        }
        if quad.predicate == rdfs::LABEL {
            quad.object = Literal::from(text).into();
        }
    }
    for thing in things {
        quads.add(&NamedNode::new(thing).expect("IRI"), rdfs::COMMENT, Literal::from(text));
    }
    quads
}
