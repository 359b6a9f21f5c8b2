//! What can be asked for quads by pattern: a store, or a store as a view shows it. In: patterns. Out: quads as they are
//! found. Not here: SPARQL (`query`).

use std::collections::BTreeSet;
use std::sync::Arc;

use oxigraph::model::{
    GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
};
use oxigraph::store::Store;

use super::links::between_entities;
use super::objects::{objects_by_pattern, objects_in};
use super::solutions::{count_in, quads_with_text_in};
use super::{CaseStore, Engine, Error, Link, LinkIndex, Said, facts_at_by_pattern, links_by_pattern};
use crate::vocab::rdf;

/// Quads as they are found.
pub type Quads<'a> = Box<dyn Iterator<Item = Result<Quad, Error>> + 'a>;

/// Quads that are going to be asked for, in any graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// All quads of a subject, or those with one predicate.
    Subject(NamedNode, Option<NamedNode>),
    /// The quads with a predicate and an object.
    Object(NamedNode, NamedNode),
}

/// An RDF dataset that is read by pattern. <https://www.w3.org/TR/rdf11-concepts/#section-dataset>
pub trait Dataset: Send + Sync {
    /// Returns the quads that have these terms; `None` stands for any term, and for any graph.
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_>;

    /// Tells whether each question is a journey.
    fn is_far(&self) -> bool {
        false
    }

    /// Says what is going to be asked. A dataset that is far away fetches it at one go; others do nothing.
    fn prefetch(&self, _patterns: &[Pattern]) -> Result<(), Error> {
        Ok(())
    }

    /// Says that all of it is going to be read. A dataset that is far away fetches it at one go; others do nothing.
    fn prefetch_all(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the objects that some subjects have for some predicates, in any graph and in any order.
    fn objects(&self, subjects: &[NamedNode], predicates: &[NamedNodeRef<'_>]) -> Result<Vec<Said>, Error> {
        objects_by_pattern(self, subjects, predicates)
    }

    /// Returns how many instances of a class a graph has.
    fn count(&self, class: NamedNodeRef<'_>, graph: NamedNodeRef<'_>) -> Result<usize, Error> {
        let quads = self.quads_for_pattern(None, Some(rdf::TYPE), Some(class.into()), Some(graph.into()));
        quads.map(|quad| quad.map(|_| 1)).sum()
    }

    /// Returns quads that have a predicate and a text as object, whatever the case of its letters: all of them, in some graph.
    fn quads_with_text(&self, predicate: NamedNodeRef<'_>, lowercase: &str) -> Result<Vec<Quad>, Error> {
        let is_wanted = |quad: &Result<Quad, Error>| match quad {
            Ok(quad) => matches!(&quad.object, Term::Literal(text) if text.value().to_lowercase() == lowercase),
            Err(_) => true,
        };
        self.quads_for_pattern(None, Some(predicate), None, None).filter(is_wanted).collect()
    }

    /// Returns the links of exactly this dataset, where they are kept beside the quads.
    fn link_index(&self) -> Option<&LinkIndex> {
        None
    }

    /// Returns the facts that have one of some nodes at an end.
    fn facts_at(&self, nodes: &BTreeSet<NamedNode>) -> Result<BTreeSet<NamedNode>, Error> {
        match self.link_index() {
            Some(index) => index.facts_at(nodes).map_err(Error::Links),
            None => facts_at_by_pattern(self, nodes),
        }
    }

    /// Returns the facts that join some nodes with others, or with any, in either direction, each once. Both ends have IRIs
    /// and are no facts themselves.
    fn links(&self, nodes: &BTreeSet<NamedNode>, others: Option<&BTreeSet<NamedNode>>) -> Result<Vec<Link>, Error> {
        let Some(index) = self.link_index() else { return links_by_pattern(self, nodes, others) };
        let links = index.links(nodes, others).map_err(Error::Links)?;
        between_entities(self, links, |node| index.may_be_fact(node.as_str()))
    }

    /// Returns the Oxigraph store that holds these quads and no others, where there is one: it answers SPARQL fastest.
    fn as_oxigraph(&self) -> Option<&Store> {
        None
    }

    /// Returns the engine that holds these quads and answers SPARQL itself, where there is one.
    fn as_engine(&self) -> Option<&dyn Engine> {
        None
    }
}

impl Dataset for Store {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        let quads = Self::quads_for_pattern(self, subject, predicate, object, graph);
        Box::new(quads.map(|quad| quad.map_err(Error::from)))
    }

    fn as_oxigraph(&self) -> Option<&Store> {
        Some(self)
    }
}

impl Dataset for CaseStore {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        Dataset::quads_for_pattern(&self.store, subject, predicate, object, graph)
    }

    fn objects(&self, subjects: &[NamedNode], predicates: &[NamedNodeRef<'_>]) -> Result<Vec<Said>, Error> {
        if self.is_on_disk {
            objects_in(&self.store, subjects, predicates)
        } else {
            objects_by_pattern(self, subjects, predicates)
        }
    }

    fn count(&self, class: NamedNodeRef<'_>, graph: NamedNodeRef<'_>) -> Result<usize, Error> {
        count_in(&self.store, class, graph)
    }

    fn quads_with_text(&self, predicate: NamedNodeRef<'_>, lowercase: &str) -> Result<Vec<Quad>, Error> {
        quads_with_text_in(&self.store, predicate, lowercase)
    }

    fn link_index(&self) -> Option<&LinkIndex> {
        self.links.as_ref()
    }

    fn as_oxigraph(&self) -> Option<&Store> {
        Some(&self.store)
    }
}

impl<D: Dataset + ?Sized> Dataset for Arc<D> {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        (**self).quads_for_pattern(subject, predicate, object, graph)
    }

    fn is_far(&self) -> bool {
        (**self).is_far()
    }

    fn prefetch(&self, patterns: &[Pattern]) -> Result<(), Error> {
        (**self).prefetch(patterns)
    }

    fn prefetch_all(&self) -> Result<(), Error> {
        (**self).prefetch_all()
    }

    fn objects(&self, subjects: &[NamedNode], predicates: &[NamedNodeRef<'_>]) -> Result<Vec<Said>, Error> {
        (**self).objects(subjects, predicates)
    }

    fn count(&self, class: NamedNodeRef<'_>, graph: NamedNodeRef<'_>) -> Result<usize, Error> {
        (**self).count(class, graph)
    }

    fn quads_with_text(&self, predicate: NamedNodeRef<'_>, lowercase: &str) -> Result<Vec<Quad>, Error> {
        (**self).quads_with_text(predicate, lowercase)
    }

    fn link_index(&self) -> Option<&LinkIndex> {
        (**self).link_index()
    }

    fn facts_at(&self, nodes: &BTreeSet<NamedNode>) -> Result<BTreeSet<NamedNode>, Error> {
        (**self).facts_at(nodes)
    }

    fn links(&self, nodes: &BTreeSet<NamedNode>, others: Option<&BTreeSet<NamedNode>>) -> Result<Vec<Link>, Error> {
        (**self).links(nodes, others)
    }

    fn as_engine(&self) -> Option<&dyn Engine> {
        (**self).as_engine()
    }

    fn as_oxigraph(&self) -> Option<&Store> {
        (**self).as_oxigraph()
    }
}

/// Returns all quads of a dataset, sorted by their N-Quads.
pub fn sorted_quads(data: &dyn Dataset) -> Result<Vec<Quad>, Error> {
    let mut quads = data.quads_for_pattern(None, None, None, None).collect::<Result<Vec<_>, _>>()?;
    quads.sort_by_cached_key(ToString::to_string);
    Ok(quads)
}

/// Returns the IRIs of the instances of a class, sorted, each once.
pub fn instances(data: &dyn Dataset, class: NamedNodeRef<'_>) -> Result<Vec<String>, Error> {
    let mut iris = Vec::new();
    for quad in data.quads_for_pattern(None, Some(rdf::TYPE), Some(class.into()), None) {
        if let NamedOrBlankNode::NamedNode(node) = quad?.subject {
            iris.push(node.into_string());
        }
    }
    iris.sort_unstable();
    iris.dedup();
    Ok(iris)
}
