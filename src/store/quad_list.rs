//! Quads in memory that are read once. In: quads. Out: a dataset that is made much sooner than a store that indexes them
//! for SPARQL, and answers by subject and by predicate.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, TermRef};

use super::{Dataset, Quads};

/// A dataset that is a list.
pub struct QuadList {
    quads: Vec<Quad>,
    by_subject: HashMap<NamedOrBlankNode, Vec<usize>>,
    by_predicate: HashMap<NamedNode, Vec<usize>>,
}

impl QuadList {
    /// Makes a dataset of some quads; the same quad twice counts once.
    pub fn new(mut quads: Vec<Quad>) -> Self {
        let mut seen = HashSet::with_capacity(quads.len());
        let mut is_first = quads.iter().map(|quad| seen.insert(quad)).collect::<Vec<_>>().into_iter();
        quads.retain(|_| is_first.next().unwrap_or_default());
        let mut list = Self { quads, by_subject: HashMap::new(), by_predicate: HashMap::new() };
        for (at, quad) in list.quads.iter().enumerate() {
            list.by_subject.entry(quad.subject.clone()).or_default().push(at);
            list.by_predicate.entry(quad.predicate.clone()).or_default().push(at);
        }
        list
    }
}

impl Dataset for QuadList {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        let of = |places: Option<&'_ Vec<usize>>| places.cloned().unwrap_or_default();
        let places = match (subject, predicate) {
            (Some(subject), _) => of(self.by_subject.get(&subject.into_owned())),
            (None, Some(predicate)) => of(self.by_predicate.get(&predicate.into_owned())),
            (None, None) => (0..self.quads.len()).collect(),
        };
        let fits = |quad: &&Quad| {
            predicate.is_none_or(|predicate| quad.predicate == predicate)
                && object.is_none_or(|object| quad.object.as_ref() == object)
                && graph.is_none_or(|graph| quad.graph_name.as_ref() == graph)
        };
        let found: Vec<_> = places.into_iter().map(|at| &self.quads[at]).filter(fits).collect();
        Box::new(found.into_iter().map(|quad| Ok(quad.clone())))
    }
}
