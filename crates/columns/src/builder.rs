//! Quads become a dataset. In: terms and quads, in any order and as often as they come. Out: the dataset of them.

use std::collections::{BTreeMap, HashMap};

use oxrdf::{GraphNameRef, QuadRef, TermRef};
use rustc_hash::FxBuildHasher;

use crate::ReadError;
use crate::dataset::{Dataset, Graph, Table};
use crate::dictionary;
use crate::id::TermId;
use crate::index::Index;
use crate::interner::Interner;
use crate::key;

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

    /// Returns the number of the IRI that some parts make, one after the other.
    pub fn iri(&mut self, parts: &[&str]) -> TermId {
        self.terms.iri(parts)
    }

    /// Returns the text of an IRI or blank node by its number.
    #[must_use]
    pub fn text(&self, id: TermId) -> Option<&str> {
        if id.is_in_dictionary() { key::text(self.terms.key(id.0)) } else { None }
    }

    /// Adds the quads of some graphs of a dataset; returns which numbers its terms have here, as far as they occur there.
    pub fn copy(
        &mut self,
        from: &Dataset,
        is_wanted: impl Fn(Option<TermId>) -> bool,
    ) -> Result<Vec<Option<TermId>>, ReadError> {
        let mut known = vec![None; from.term_count()];
        for graph in from.graphs().iter().filter(|graph| is_wanted(graph.name())) {
            let mut number = |id: TermId| -> Result<TermId, ReadError> {
                if !id.is_in_dictionary() {
                    return if id.is_held() { Ok(id) } else { Err(ReadError::Damaged) };
                }
                let known = known.get_mut(id.index()).ok_or(ReadError::Damaged)?;
                if known.is_none() {
                    *known = Some(self.terms.term(from.term(id)?.as_ref()));
                }
                known.ok_or(ReadError::Damaged)
            };
            let name = graph.name().map(&mut number).transpose()?;
            for (property, table) in graph.tables() {
                let property = number(*property)?;
                let pairs = self.graphs.entry(name).or_default().entry(property).or_default();
                for (subject, object) in table.by_subject()?.pairs() {
                    pairs.push((number(subject)?, number(object)?));
                }
            }
        }
        Ok(known)
    }

    /// Appends bytes that stand for a term, the same in every builder.
    pub fn write_key(&self, id: TermId, out: &mut Vec<u8>) {
        if id.is_in_dictionary() {
            out.extend_from_slice(self.terms.key(id.0));
        } else {
            out.extend(id.0.to_le_bytes());
        }
        out.push(0xFF);
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
    pub fn finish(self) -> Result<Dataset, TooManyTerms> {
        Ok(self.finish_with(&[])?.0)
    }

    /// Sorts what was added; returns too which numbers some terms have now, where a quad has them.
    pub fn finish_with(mut self, terms: &[TermId]) -> Result<(Dataset, Vec<Option<TermId>>), TooManyTerms> {
        if self.terms.len() > TermId::DICTIONARY {
            return Err(TooManyTerms);
        }
        let is_used = self.used();
        let order = self.terms.sorted();
        let mut dictionary = dictionary::Writer::default();
        let mut numbers = vec![TermId(0); order.len()];
        for (number, term) in (0..).zip(order.iter().filter(|term| is_used[**term as usize])) {
            dictionary.add(self.terms.key(*term));
            numbers[*term as usize] = TermId(number);
        }
        drop((order, self.terms));
        let number = |id: TermId| if id.is_in_dictionary() { numbers[id.index()] } else { id };
        let has_quad = |id: &TermId| is_used.get(id.index()).is_some_and(|is_used| *is_used);
        let asked = terms.iter().map(|id| has_quad(id).then(|| number(*id))).collect();
        let mut graphs = Vec::new();
        for (name, tables) in self.graphs {
            let mut sorted = Vec::new();
            #[expect(clippy::iter_over_hash_type, reason = "a graph sorts its tables")]
            for (property, mut pairs) in tables {
                for pair in &mut pairs {
                    *pair = (number(pair.0), number(pair.1));
                }
                sorted.push((number(property), Table::in_memory(Index::of(pairs))));
            }
            graphs.push(Graph::new(name.map(number), sorted));
        }
        graphs.sort_by_key(Graph::name);
        Ok((Dataset::new(dictionary.finish(), graphs), asked))
    }
}

impl Builder {
    /// Tells of each term whether a quad has it.
    fn used(&self) -> Vec<bool> {
        let mut used = vec![false; self.terms.len()];
        let mut mark = |id: TermId| {
            if id.is_in_dictionary() {
                used[id.index()] = true;
            }
        };
        for (name, tables) in &self.graphs {
            name.iter().copied().for_each(&mut mark);
            #[expect(clippy::iter_over_hash_type, reason = "marks have no order")]
            for (property, pairs) in tables {
                mark(*property);
                for (subject, object) in pairs {
                    mark(*subject);
                    mark(*object);
                }
            }
        }
        used
    }
}

impl<'q> Extend<QuadRef<'q>> for Builder {
    fn extend<I: IntoIterator<Item = QuadRef<'q>>>(&mut self, quads: I) {
        quads.into_iter().for_each(|quad| self.add_quad(quad));
    }
}
