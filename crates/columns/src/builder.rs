//! Quads become a dataset. In: terms and quads, in any order and as often as they come. Out: the dataset of them.

use std::collections::{BTreeMap, HashMap};

use oxrdf::{GraphNameRef, NamedNodeRef, QuadRef, TermRef};
use rustc_hash::FxBuildHasher;

use crate::dataset::{Dataset, Graph, Table};
use crate::dictionary;
use crate::id::TermId;
use crate::index::Index;
use crate::interner::Interner;

/// Gathers quads for a [`Dataset`]. The numbers that it gives to terms are its own: those of the dataset differ.
#[derive(Default)]
pub struct Builder {
    terms: Interner,
    graphs: BTreeMap<Option<TermId>, Tables>,
}

/// The pairs of each property, as they came.
type Tables = HashMap<TermId, Vec<(TermId, TermId)>, FxBuildHasher>;

/// There are more terms than numbers for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the dataset has more than two billion different terms")]
pub struct TooManyTerms;

impl Builder {
    /// Returns the number of a term.
    pub fn term<'t>(&mut self, term: impl Into<TermRef<'t>>) -> TermId {
        self.terms.term(term.into())
    }

    /// Returns the number of an IRI.
    pub fn named_node(&mut self, node: NamedNodeRef<'_>) -> TermId {
        self.terms.named_node(node)
    }

    /// Returns the number of the IRI that begins with one text and ends with another.
    pub fn iri(&mut self, first: &str, second: &str) -> TermId {
        self.terms.iri(first, second)
    }

    /// Adds a quad by the numbers that this builder gave to its terms; no graph stands for the default graph.
    pub fn add(&mut self, subject: TermId, predicate: TermId, object: TermId, graph: Option<TermId>) {
        self.graphs.entry(graph).or_default().entry(predicate).or_default().push((subject, object));
    }

    /// Adds a quad.
    pub fn add_quad(&mut self, quad: QuadRef<'_>) {
        let graph = match quad.graph_name {
            GraphNameRef::NamedNode(node) => Some(self.term(node)),
            GraphNameRef::BlankNode(node) => Some(self.term(node)),
            GraphNameRef::DefaultGraph => None,
        };
        let subject = self.term(quad.subject);
        let (predicate, object) = (self.term(quad.predicate), self.term(quad.object));
        self.add(subject, predicate, object, graph);
    }

    /// Sorts what was added.
    pub fn finish(mut self) -> Result<Dataset, TooManyTerms> {
        if self.terms.len() > TermId::DICTIONARY {
            return Err(TooManyTerms);
        }
        let order = self.terms.sorted();
        let mut dictionary = dictionary::Writer::default();
        let mut numbers = vec![TermId(0); order.len()];
        for (number, term) in (0..).zip(&order) {
            dictionary.add(self.terms.key(*term));
            numbers[*term as usize] = TermId(number);
        }
        drop((order, self.terms));
        let number = |id: TermId| if id.is_in_dictionary() { numbers[id.index()] } else { id };
        let mut graphs = Vec::new();
        for (name, tables) in self.graphs {
            let mut sorted = Vec::new();
            #[expect(clippy::iter_over_hash_type, reason = "a graph sorts its tables")]
            for (property, mut pairs) in tables {
                for pair in &mut pairs {
                    *pair = (number(pair.0), number(pair.1));
                }
                pairs.sort_unstable();
                pairs.dedup();
                sorted.push((number(property), Table::in_memory(Index::of(&pairs))));
            }
            graphs.push(Graph::new(name.map(number), sorted));
        }
        graphs.sort_by_key(Graph::name);
        Ok(Dataset::new(dictionary.finish(), graphs))
    }
}

impl<'q> Extend<QuadRef<'q>> for Builder {
    fn extend<I: IntoIterator<Item = QuadRef<'q>>>(&mut self, quads: I) {
        quads.into_iter().for_each(|quad| self.add_quad(quad));
    }
}
