//! A dataset: terms by number, and for each graph and property the pairs of subject and object in both orders. In: numbers.
//! Out: the quads that have them. Not here: SPARQL (`query`), files (`file`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use oxrdf::vocab::xsd;
use oxrdf::{GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef};

use crate::ReadError;
use crate::dictionary::{self, Dictionary};
use crate::file::IndexPlace;
use crate::id::{TermId, TermKind};
use crate::index::Index;
use crate::key;
use crate::sections::Sections;

/// A quad by the numbers of its terms; no graph stands for the default graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuadIds {
    /// The subject.
    pub subject: TermId,
    /// The predicate.
    pub predicate: TermId,
    /// The object.
    pub object: TermId,
    /// The name of the graph; none for the default graph.
    pub graph: Option<TermId>,
}

/// Which graphs are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Graphs {
    /// All, the default graph too.
    All,
    /// One, by its name; none for the default graph.
    One(Option<TermId>),
}

/// An RDF dataset that does not change. <https://www.w3.org/TR/rdf11-concepts/#section-dataset>
#[derive(Clone)]
pub struct Dataset {
    terms: Terms,
    /// In the order of their names, the default graph first.
    graphs: Vec<Graph>,
}

/// The terms of a dataset: a dictionary, and what a derived dataset adds to it or calls otherwise.
#[derive(Clone)]
pub(crate) struct Terms {
    pub(crate) dictionary: Arc<Dictionary>,
    added: Arc<Added>,
}

/// Terms that a derived dataset has beside those of its dictionary.
#[derive(Debug, Clone, Default)]
pub struct Added {
    /// Terms with the numbers after those of the dictionary.
    terms: Vec<Term>,
    /// What numbers of the dictionary stand for instead.
    renamed: HashMap<TermId, Term>,
    numbers: HashMap<Term, TermId>,
}

/// A graph of a dataset.
#[derive(Clone)]
pub struct Graph {
    name: Option<TermId>,
    tables: Arc<Vec<(TermId, Table)>>,
}

/// The pairs of subject and object of one property in one graph.
pub struct Table {
    len: usize,
    source: Source,
    by_subject: OnceLock<Index>,
    by_object: OnceLock<Index>,
}

/// Where a table comes from, as long as it has not been asked for.
pub(crate) enum Source {
    Memory,
    File(Box<InFile>),
    Derived(Derived),
}

/// Where a table lies in a file.
pub(crate) struct InFile {
    file: Arc<Sections>,
    by_subject: IndexPlace,
    by_object: IndexPlace,
}

/// What a derived table says. Lists come in any order.
pub trait Derivation: Send + Sync {
    /// Returns all pairs of subject and object.
    fn pairs(&self) -> Result<Vec<(TermId, TermId)>, ReadError>;

    /// Returns the objects of a subject; none where only all pairs tell.
    fn objects(&self, subject: TermId) -> Result<Option<Vec<TermId>>, ReadError>;

    /// Returns the subjects of an object; none where only all pairs tell.
    fn subjects(&self, object: TermId) -> Result<Option<Vec<TermId>>, ReadError>;
}

/// A derivation, and how often one subject or object was asked for.
pub(crate) struct Derived {
    derivation: Box<dyn Derivation>,
    asked: AtomicUsize,
}

/// Some numbers in ascending order, each once.
pub enum Values<'t> {
    /// Part of an index.
    Kept(std::slice::Iter<'t, TermId>),
    /// Made for whoever asked.
    Made(std::vec::IntoIter<TermId>),
}

impl Values<'_> {
    fn made(mut values: Vec<TermId>) -> Self {
        values.sort_unstable();
        values.dedup();
        Self::Made(values.into_iter())
    }
}

impl Iterator for Values<'_> {
    type Item = TermId;

    fn next(&mut self) -> Option<TermId> {
        match self {
            Self::Kept(values) => values.next().copied(),
            Self::Made(values) => values.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Kept(values) => values.size_hint(),
            Self::Made(values) => values.size_hint(),
        }
    }
}

impl Default for Dataset {
    fn default() -> Self {
        Self::new(dictionary::Writer::default().finish(), Vec::new())
    }
}

impl Dataset {
    pub(crate) fn new(dictionary: Dictionary, graphs: Vec<Graph>) -> Self {
        Self { terms: Terms { dictionary: Arc::new(dictionary), added: Arc::default() }, graphs }
    }

    /// Returns the number of a term; none where the dataset does not know it.
    pub fn find<'t>(&self, term: impl Into<TermRef<'t>>) -> Result<Option<TermId>, ReadError> {
        self.terms.find(term.into())
    }

    /// Returns the number of an IRI; none where the dataset does not know it.
    pub fn find_iri(&self, iri: &str) -> Result<Option<TermId>, ReadError> {
        self.find(NamedNodeRef::new_unchecked(iri))
    }

    /// Returns the term of a number.
    pub fn term(&self, id: TermId) -> Result<Term, ReadError> {
        self.terms.term(id)
    }

    /// Returns the text of a number: an IRI, the label of a blank node, the lexical form of a literal, or a triple.
    pub fn text(&self, id: TermId) -> Result<String, ReadError> {
        if let Some(value) = id.value() {
            return Ok(value.to_string());
        }
        if !self.terms.is_renamed_or_added(id)
            && let Some(text) = self.terms.dictionary.with_key(id.index(), |key| key::text(key).map(str::to_owned))?
        {
            return Ok(text);
        }
        Ok(match self.term(id)? {
            Term::NamedNode(node) => node.into_string(),
            Term::BlankNode(node) => node.into_string(),
            Term::Literal(literal) => literal.destruct().0,
            triple @ Term::Triple(_) => triple.to_string(),
        })
    }

    /// Tells what a number stands for.
    pub fn kind(&self, id: TermId) -> Result<TermKind, ReadError> {
        if !id.is_in_dictionary() {
            return Ok(TermKind::Literal);
        }
        if !self.terms.is_renamed_or_added(id) {
            return self.terms.dictionary.kind(id.index());
        }
        Ok(match self.term(id)? {
            Term::NamedNode(_) => TermKind::Iri,
            Term::BlankNode(_) => TermKind::BlankNode,
            Term::Literal(_) => TermKind::Literal,
            Term::Triple(_) => TermKind::Triple,
        })
    }

    /// Tells whether a number stands for an IRI or a blank node.
    pub fn is_node(&self, id: TermId) -> Result<bool, ReadError> {
        Ok(matches!(self.kind(id)?, TermKind::Iri | TermKind::BlankNode))
    }

    /// Tells whether a number stands for a literal with a datatype that is neither `xsd:string` nor one of texts in a language,
    /// and is no value that the number itself holds.
    pub fn is_typed(&self, id: TermId) -> Result<bool, ReadError> {
        if self.terms.is_renamed_or_added(id) {
            let term = self.term(id)?;
            return Ok(
                matches!(&term, Term::Literal(literal) if literal.language().is_none() && literal.datatype() != xsd::STRING),
            );
        }
        Ok(id.is_in_dictionary() && self.terms.dictionary.is_typed(id.index())?)
    }

    /// Tells whether a term is one that a derived dataset added, or calls otherwise than the dataset it comes from.
    #[must_use]
    pub fn is_derived(&self, id: TermId) -> bool {
        self.terms.is_renamed_or_added(id)
    }

    /// Tells whether any term is one that [`Dataset::is_derived`] tells of. Where none is, numbers are in the order of their
    /// terms: IRIs, blank nodes, literals, each kind by its text.
    #[must_use]
    pub fn has_derived_terms(&self) -> bool {
        !self.terms.added.numbers.is_empty()
    }

    /// Returns one more than the greatest number of a term that does not hold a value itself.
    #[must_use]
    pub fn term_count(&self) -> usize {
        self.terms.dictionary.len() + self.terms.added.terms.len()
    }

    /// Returns the numbers of the IRIs that begin with a text.
    pub fn iris_with_prefix(&self, prefix: &str) -> Result<std::ops::Range<usize>, ReadError> {
        let mut key = vec![key::IRI];
        key.extend_from_slice(prefix.as_bytes());
        let from = self.terms.dictionary.place_of(&key)?;
        // No text of UTF-8 has this byte.
        key.push(0xFF);
        Ok(from..self.terms.dictionary.place_of(&key)?)
    }

    /// Returns the graphs, the default graph first where it has quads.
    #[must_use]
    pub fn graphs(&self) -> &[Graph] {
        &self.graphs
    }

    /// Returns the graph with a name, or the default graph.
    #[must_use]
    pub fn graph(&self, name: Option<TermId>) -> Option<&Graph> {
        self.graphs.iter().find(|graph| graph.name == name)
    }

    /// Returns the number of quads; a triple in two graphs counts twice.
    #[must_use]
    pub fn len(&self) -> usize {
        self.graphs.iter().flat_map(Graph::tables).map(|(_, table)| table.len()).sum()
    }

    /// Tells whether there is no quad.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a dataset of some of the graphs.
    #[must_use]
    pub fn with_graphs(&self, is_wanted: impl Fn(Option<TermId>) -> bool) -> Self {
        let graphs = self.graphs.iter().filter(|graph| is_wanted(graph.name)).cloned().collect();
        Self { terms: self.terms.clone(), graphs }
    }

    /// Returns the dataset in which other graphs with their tables take the place of these.
    #[must_use]
    pub fn derived(&self, added: Added, graphs: Vec<Graph>) -> Self {
        Self { terms: Terms { dictionary: Arc::clone(&self.terms.dictionary), added: Arc::new(added) }, graphs }
    }

    /// Returns an empty list of further terms, to derive a dataset from this one.
    #[must_use]
    pub fn added(&self) -> Added {
        (*self.terms.added).clone()
    }

    /// Returns the first error that a query met. Evaluators take a term that cannot be read for one that an expression has
    /// no value for, so that an answer is right only where there was none.
    #[must_use]
    pub fn fault(&self) -> Option<ReadError> {
        self.terms.dictionary.fault.get().cloned()
    }

    pub(crate) fn dictionary(&self) -> &Dictionary {
        &self.terms.dictionary
    }

    /// Returns the quads that have these terms, by number; `None` stands for any term. Graphs come in the order of their
    /// names, properties in that of their numbers.
    pub fn quads(
        &self,
        subject: Option<TermId>,
        predicate: Option<TermId>,
        object: Option<TermId>,
        graphs: Graphs,
    ) -> impl Iterator<Item = Result<QuadIds, ReadError>> {
        let is_asked = move |graph: &&Graph| match graphs {
            Graphs::All => true,
            Graphs::One(name) => name == graph.name,
        };
        self.graphs.iter().filter(is_asked).flat_map(move |graph| {
            graph.triples(subject, predicate, object).map(|triple| {
                let (subject, predicate, object) = triple?;
                Ok(QuadIds { subject, predicate, object, graph: graph.name })
            })
        })
    }

    /// Returns the terms of a quad.
    pub fn quad(&self, ids: QuadIds) -> Result<Quad, ReadError> {
        let node = |id| match self.term(id)? {
            Term::NamedNode(node) => Ok(NamedOrBlankNode::NamedNode(node)),
            Term::BlankNode(node) => Ok(node.into()),
            _ => Err(ReadError::Damaged),
        };
        let Term::NamedNode(predicate) = self.term(ids.predicate)? else { return Err(ReadError::Damaged) };
        let graph = ids.graph.map_or(Ok(GraphName::DefaultGraph), |name| node(name).map(GraphName::from))?;
        Ok(Quad::new(node(ids.subject)?, predicate, self.term(ids.object)?, graph))
    }
}

impl Terms {
    pub(crate) fn find(&self, term: TermRef<'_>) -> Result<Option<TermId>, ReadError> {
        if let TermRef::Literal(literal) = term {
            if let Some(value) = TermId::of_literal(literal) {
                return Ok(Some(value));
            }
            if let Some(canonical) = TermId::canonical(literal) {
                return self.find(canonical.as_ref());
            }
        }
        if !self.added.numbers.is_empty()
            && let Some(id) = self.added.numbers.get(&term.into_owned())
        {
            return Ok(Some(*id));
        }
        Ok(self.dictionary.find_term(term)?.filter(|id| !self.added.renamed.contains_key(id)))
    }

    pub(crate) fn term(&self, id: TermId) -> Result<Term, ReadError> {
        if let Some(value) = id.value() {
            return Ok(value.literal().into());
        }
        match id.index().checked_sub(self.dictionary.len()) {
            Some(added) => self.added.terms.get(added).cloned().ok_or(ReadError::Damaged),
            None => {
                self.added.renamed.get(&id).map_or_else(|| self.dictionary.term(id.index()), |term| Ok(term.clone()))
            }
        }
    }

    fn is_renamed_or_added(&self, id: TermId) -> bool {
        id.is_in_dictionary() && (id.index() >= self.dictionary.len() || self.added.renamed.contains_key(&id))
    }
}

impl Added {
    /// Lets a number stand for another term.
    pub fn rename(&mut self, id: TermId, term: Term) {
        self.numbers.insert(term.clone(), id);
        self.renamed.insert(id, term);
    }

    /// Returns the number of a term in the derived dataset, which knows it from now on.
    pub fn term(&mut self, base: &Dataset, term: Term) -> Result<TermId, ReadError> {
        if let Some(id) = self.numbers.get(&term) {
            return Ok(*id);
        }
        if let Some(id) = base.find(&term)?.filter(|id| !self.renamed.contains_key(id)) {
            return Ok(id);
        }
        let number = base.terms.dictionary.len() + self.terms.len();
        let id = TermId(u32::try_from(number).map_err(|_| ReadError::Damaged)?);
        self.terms.push(term.clone());
        self.numbers.insert(term, id);
        Ok(id)
    }
}

impl Graph {
    /// Returns a graph of some tables, each with the number of its property.
    #[must_use]
    pub fn new(name: Option<TermId>, mut tables: Vec<(TermId, Table)>) -> Self {
        tables.sort_by_key(|(property, _)| *property);
        Self { name, tables: Arc::new(tables) }
    }

    /// Returns the name; none for the default graph.
    #[must_use]
    pub const fn name(&self) -> Option<TermId> {
        self.name
    }

    /// Returns the tables of all properties, in the order of their numbers.
    #[must_use]
    pub fn tables(&self) -> &[(TermId, Table)] {
        &self.tables
    }

    /// Returns the table of a property.
    #[must_use]
    pub fn table(&self, property: TermId) -> Option<&Table> {
        let at = self.tables.binary_search_by_key(&property, |(property, _)| *property).ok()?;
        Some(&self.tables[at].1)
    }

    /// Returns the triples that have these terms.
    pub(crate) fn triples(
        &self,
        subject: Option<TermId>,
        predicate: Option<TermId>,
        object: Option<TermId>,
    ) -> impl Iterator<Item = Result<(TermId, TermId, TermId), ReadError>> {
        let tables = match predicate {
            None => &self.tables[..],
            Some(predicate) => match self.tables.binary_search_by_key(&predicate, |(property, _)| *property) {
                Ok(at) => &self.tables[at..=at],
                Err(_) => &[],
            },
        };
        tables.iter().flat_map(move |(predicate, table)| {
            Matches::of(table, subject, object).map(move |pair| {
                let (subject, object) = pair?;
                Ok((subject, *predicate, object))
            })
        })
    }
}

impl Table {
    pub(crate) fn in_memory(by_subject: Index) -> Self {
        Self {
            len: by_subject.len(),
            source: Source::Memory,
            by_subject: OnceLock::from(by_subject),
            by_object: OnceLock::new(),
        }
    }

    pub(crate) fn in_file(len: usize, file: Arc<Sections>, by_subject: IndexPlace, by_object: IndexPlace) -> Self {
        let source = Source::File(Box::new(InFile { file, by_subject, by_object }));
        Self { len, source, by_subject: OnceLock::new(), by_object: OnceLock::new() }
    }

    /// Returns a table that is made as it is asked for; `len` is a guess at the number of its pairs.
    pub fn derived(len: usize, derivation: impl Derivation + 'static) -> Self {
        let source = Source::Derived(Derived { derivation: Box::new(derivation), asked: AtomicUsize::new(0) });
        Self { len, source, by_subject: OnceLock::new(), by_object: OnceLock::new() }
    }

    /// Returns the objects of a subject.
    pub fn objects(&self, subject: TermId) -> Result<Values<'_>, ReadError> {
        if let Some(derivation) = self.by_one(&self.by_subject)
            && let Some(objects) = derivation.objects(subject)?
        {
            return Ok(Values::made(objects));
        }
        Ok(Values::Kept(self.by_subject()?.values(subject).iter()))
    }

    /// Returns the subjects of an object.
    pub fn subjects(&self, object: TermId) -> Result<Values<'_>, ReadError> {
        if let Some(derivation) = self.by_one(&self.by_object)
            && let Some(subjects) = derivation.subjects(object)?
        {
            return Ok(Values::made(subjects));
        }
        Ok(Values::Kept(self.by_object()?.values(object).iter()))
    }

    /// Tells whether a subject has the property.
    pub fn has_subject(&self, subject: TermId) -> Result<bool, ReadError> {
        if let Source::File(place) = &self.source
            && !place.by_subject.may_have(subject)
        {
            return Ok(false);
        }
        Ok(self.objects(subject)?.next().is_some())
    }

    /// Tells whether a pair is there.
    pub fn contains(&self, subject: TermId, object: TermId) -> Result<bool, ReadError> {
        Ok(match self.objects(subject)? {
            Values::Kept(objects) => objects.as_slice().binary_search(&object).is_ok(),
            Values::Made(mut objects) => objects.any(|found| found == object),
        })
    }

    /// Returns how to derive what is said of one term. Where many were asked for, all pairs together come cheaper.
    fn by_one(&self, index: &OnceLock<Index>) -> Option<&dyn Derivation> {
        let Source::Derived(derived) = &self.source else { return None };
        let is_made = index.get().is_some() || self.by_subject.get().is_some();
        let is_one = !is_made && derived.asked.fetch_add(1, Ordering::Relaxed) <= self.len / 16;
        is_one.then_some(&*derived.derivation)
    }

    /// Returns the number of pairs; of a derived table that has not been asked for, a guess.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_subject.get().map_or(self.len, Index::len)
    }

    /// Tells whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the objects of each subject.
    pub fn by_subject(&self) -> Result<&Index, ReadError> {
        if let Some(index) = self.by_subject.get() {
            return Ok(index);
        }
        let index = match &self.source {
            Source::Memory => return Err(ReadError::Damaged),
            Source::File(place) => place.by_subject.read(&place.file, self.len)?,
            Source::Derived(derived) => Index::of(derived.derivation.pairs()?),
        };
        Ok(self.by_subject.get_or_init(|| index))
    }

    /// Returns the subjects of each object.
    pub fn by_object(&self) -> Result<&Index, ReadError> {
        if let Some(index) = self.by_object.get() {
            return Ok(index);
        }
        let index = self.inverse()?;
        Ok(self.by_object.get_or_init(|| index))
    }

    /// Returns the subjects of each object, and does not keep them.
    pub(crate) fn inverse(&self) -> Result<Index, ReadError> {
        match (self.by_object.get(), &self.source) {
            (Some(index), _) => Ok(index.clone()),
            (None, Source::File(place)) => place.by_object.read(&place.file, self.len),
            (None, _) => Ok(self.by_subject()?.inverse()),
        }
    }
}

/// The pairs of a table that have some terms.
enum Matches<'t> {
    None,
    Damaged(ReadError),
    One(TermId, TermId),
    Objects(TermId, Values<'t>),
    Subjects(TermId, Values<'t>),
    All(&'t Index, (usize, usize)),
}

impl<'t> Matches<'t> {
    fn of(table: &'t Table, subject: Option<TermId>, object: Option<TermId>) -> Self {
        let found = || {
            Ok(match (subject, object) {
                (Some(subject), Some(object)) if table.contains(subject, object)? => Self::One(subject, object),
                (Some(_), Some(_)) => Self::None,
                (Some(subject), None) => Self::Objects(subject, table.objects(subject)?),
                (None, Some(object)) => Self::Subjects(object, table.subjects(object)?),
                (None, None) => Self::All(table.by_subject()?, (0, 0)),
            })
        };
        found().unwrap_or_else(Self::Damaged)
    }
}

impl Iterator for Matches<'_> {
    type Item = Result<(TermId, TermId), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::None => None,
            Self::Damaged(error) => {
                let error = error.clone();
                *self = Self::None;
                Some(Err(error))
            }
            Self::One(subject, object) => {
                let pair = (*subject, *object);
                *self = Self::None;
                Some(Ok(pair))
            }
            Self::Objects(subject, objects) => objects.next().map(|object| Ok((*subject, object))),
            Self::Subjects(object, subjects) => subjects.next().map(|subject| Ok((subject, *object))),
            Self::All(index, place) => index.pair(place).map(Ok),
        }
    }
}
