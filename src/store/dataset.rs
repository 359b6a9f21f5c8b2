//! What can be asked for quads by pattern: a store, or a store as a view shows it. In: patterns. Out: quads as they are
//! found. Not here: SPARQL (`query`).

use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, TermRef};
use rdf_columns::{Graphs, TermId};

use super::{CaseStore, Engine, Error};
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
    /// All quads with a predicate.
    Property(NamedNode),
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

    /// Says what is going to be asked. A dataset that is far away fetches it at one go; others do nothing.
    fn prefetch(&self, _patterns: &[Pattern]) -> Result<(), Error> {
        Ok(())
    }

    /// Says that all of it is going to be read. A dataset that is far away fetches it at one go; others do nothing.
    fn prefetch_all(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Returns how many instances of a class a graph has.
    fn count(&self, class: NamedNodeRef<'_>, graph: NamedNodeRef<'_>) -> Result<usize, Error> {
        let quads = self.quads_for_pattern(None, Some(rdf::TYPE), Some(class.into()), Some(graph.into()));
        quads.map(|quad| quad.map(|_| 1)).sum()
    }

    /// Returns the columns that hold these quads and no others, where they are here.
    fn as_columns(&self) -> Option<&rdf_columns::Dataset> {
        None
    }

    /// Returns the engine that holds these quads and answers SPARQL itself, where there is one.
    fn as_engine(&self) -> Option<&dyn Engine> {
        None
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
        let data = &self.data;
        let find = |term: Option<TermRef<'_>>| {
            let Some(term) = term else { return Ok(Some(None)) };
            Ok::<Option<Option<TermId>>, Error>(data.find(term)?.map(Some))
        };
        let pattern = || -> Result<Option<_>, Error> {
            let graphs = match graph {
                None => Graphs::All,
                Some(GraphNameRef::DefaultGraph) => Graphs::One(None),
                Some(GraphNameRef::NamedNode(name)) => match data.find(name)? {
                    Some(name) => Graphs::One(Some(name)),
                    None => return Ok(None),
                },
                Some(GraphNameRef::BlankNode(name)) => match data.find(name)? {
                    Some(name) => Graphs::One(Some(name)),
                    None => return Ok(None),
                },
            };
            let (Some(subject), Some(predicate), Some(object)) =
                (find(subject.map(TermRef::from))?, find(predicate.map(TermRef::from))?, find(object)?)
            else {
                return Ok(None);
            };
            Ok(Some(data.quads(subject, predicate, object, graphs)))
        };
        match pattern() {
            Ok(quads) => Box::new(quads.into_iter().flatten().map(|quad| Ok(data.quad(quad?)?))),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn as_columns(&self) -> Option<&rdf_columns::Dataset> {
        Some(&self.data)
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

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, Literal, NamedNode};

    use super::*;
    use crate::vocab::xsd;

    #[test]
    fn numbers_come_out_in_their_usual_form_and_texts_as_they_are() {
        let node = NamedNode::new_unchecked("http://x.org/a");
        let normal_of = |literal: Literal| {
            let quad = Quad::new(node.clone(), node.clone(), literal, GraphName::DefaultGraph);
            sorted_quads(&CaseStore::in_memory([quad]).expect("a store")).expect("quads")[0].object.to_string()
        };
        let typed = |value: &str, datatype| normal_of(Literal::new_typed_literal(value, datatype));
        assert_eq!(typed("007", xsd::INTEGER), "\"7\"^^<http://www.w3.org/2001/XMLSchema#integer>");
        assert_eq!(typed("1", xsd::BOOLEAN), "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>");
        assert_eq!(typed("2013-05-01", xsd::DATE), "\"2013-05-01\"^^<http://www.w3.org/2001/XMLSchema#date>");
        assert_eq!(normal_of(Literal::new_simple_literal("007")), "\"007\"");
    }
}
