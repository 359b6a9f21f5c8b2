//! Quads of a store. In: terms. Out: the quads that have them, as they are found. Not here: SPARQL (`query`), what is said of
//! nodes (`columns`).

use oxigraph::model::{GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef, Quad, TermRef};
use rdf_columns::{Graphs, TermId};

use super::{CaseStore, Error};

impl CaseStore {
    /// Returns the quads that have these terms; `None` stands for any term, and for any graph.
    pub fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Box<dyn Iterator<Item = Result<Quad, Error>> + '_> {
        let data = self.columns();
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

    /// Returns all quads.
    pub fn quads(&self) -> Box<dyn Iterator<Item = Result<Quad, Error>> + '_> {
        self.quads_for_pattern(None, None, None, None)
    }

    /// Returns how many quads have a predicate and an object, in one graph or in all.
    pub(super) fn count(
        &self,
        predicate: NamedNodeRef<'_>,
        object: NamedNodeRef<'_>,
        graph: Option<NamedNodeRef<'_>>,
    ) -> Result<usize, Error> {
        let data = self.columns();
        let graph = graph.map(|graph| data.find(graph)).transpose()?;
        let (Some(predicate), Some(object)) = (data.find(predicate)?, data.find(object)?) else { return Ok(0) };
        let graphs = data.graphs().iter().filter(|of| graph.is_none_or(|graph| graph.is_some() && of.name() == graph));
        let tables = graphs.filter_map(|graph| graph.table(predicate));
        tables.map(|table| Ok(table.subjects(object)?.count())).sum()
    }
}

/// Returns all quads of a store, sorted by their N-Quads.
pub fn sorted_quads(store: &CaseStore) -> Result<Vec<Quad>, Error> {
    let mut quads = store.quads().collect::<Result<Vec<_>, _>>()?;
    quads.sort_by_cached_key(ToString::to_string);
    Ok(quads)
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
