//! Questions about a small part of a case, wherever that lies. In: a store, or what fetches from one that is far away. Out:
//! which part is here, and which was missed. Not here: the questions (`columns`), how it is fetched (`remote`).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use oxigraph::model::{NamedNode, NamedNodeRef, Quad};
use rdf_columns::Builder;

use super::{CaseStore, Error};

/// Properties of one node that are asked for one by one; where there are more, all are fetched.
const ONE_BY_ONE: usize = 10;

/// Quads that are wanted, in any graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// All quads of a subject, or those with one predicate.
    Subject(NamedNode, Option<NamedNode>),
    /// The quads with a predicate and an object.
    Object(NamedNode, NamedNode),
    /// All quads with a predicate.
    Property(NamedNode),
}

/// A store that is far away.
pub trait Fetch {
    /// Returns all quads that have one of some patterns.
    fn fetch(&self, patterns: &[Pattern]) -> Result<Vec<Quad>, Error>;

    /// Returns how many quads have a predicate and an object, in one graph or in all.
    fn count(
        &self,
        predicate: NamedNodeRef<'_>,
        object: NamedNodeRef<'_>,
        graph: Option<NamedNodeRef<'_>>,
    ) -> Result<usize, Error>;
}

/// What is asked about a small part of a case.
#[derive(Clone, Copy)]
pub enum Near<'a> {
    /// A store that is here.
    Here(&'a CaseStore),
    /// One that is far away.
    There(&'a dyn Fetch),
}

impl<'a> From<&'a CaseStore> for Near<'a> {
    fn from(store: &'a CaseStore) -> Self {
        Self::Here(store)
    }
}

impl Near<'_> {
    /// Returns how many quads have a predicate and an object, in one graph or in all.
    pub fn count(
        self,
        predicate: NamedNodeRef<'_>,
        object: NamedNodeRef<'_>,
        graph: Option<NamedNodeRef<'_>>,
    ) -> Result<usize, Error> {
        match self {
            Self::Here(store) => store.count(predicate, object, graph),
            Self::There(far) => far.count(predicate, object, graph),
        }
    }
}

/// The part of a far dataset that is here.
#[derive(Default)]
pub(super) struct Part {
    quads: Vec<Quad>,
    /// What it answers.
    known: BTreeSet<Pattern>,
    /// What was asked for beyond that.
    missed: Mutex<BTreeSet<Pattern>>,
}

impl Part {
    /// Returns what is here.
    pub(super) fn data(&self) -> Result<rdf_columns::Dataset, Error> {
        let mut builder = Builder::default();
        self.quads.iter().for_each(|quad| builder.add_quad(quad.as_ref()));
        Ok(builder.finish()?)
    }

    /// Notes what is asked for, where it is not here.
    pub(super) fn note(&self, pattern: Option<Pattern>) {
        self.missed().extend(pattern.filter(|pattern| !self.answers(pattern)));
    }

    /// Tells whether all that was asked for is here.
    pub(super) fn is_settled(&self) -> bool {
        self.missed().is_empty()
    }

    /// Returns the part with what was asked for beyond it; of a node about which much is asked, all.
    pub(super) fn with_missed(mut self, far: &dyn Fetch) -> Result<Self, Error> {
        let missed = std::mem::take(&mut *self.missed());
        let mut properties: HashMap<&NamedNode, usize> = HashMap::new();
        for pattern in &missed {
            if let Pattern::Subject(subject, Some(_)) = pattern {
                *properties.entry(subject).or_default() += 1;
            }
        }
        let whole = |subject: &NamedNode| properties.get(subject).is_some_and(|count| *count > ONE_BY_ONE);
        let patterns = missed.iter().map(|pattern| match pattern {
            Pattern::Subject(subject, Some(_)) if whole(subject) => Pattern::Subject(subject.clone(), None),
            other => other.clone(),
        });
        let patterns: BTreeSet<Pattern> = patterns.collect();
        self.quads.extend(far.fetch(&patterns.iter().cloned().collect::<Vec<_>>())?);
        self.known.extend(patterns);
        Ok(self)
    }

    /// Tells whether it answers a pattern, or one that says more.
    fn answers(&self, pattern: &Pattern) -> bool {
        self.known.contains(pattern)
            || match pattern {
                Pattern::Subject(subject, Some(_)) => self.known.contains(&Pattern::Subject(subject.clone(), None)),
                Pattern::Object(predicate, _) => self.known.contains(&Pattern::Property(predicate.clone())),
                _ => false,
            }
    }

    fn missed(&self) -> MutexGuard<'_, BTreeSet<Pattern>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
