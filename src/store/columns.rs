//! A dataset by its properties, over all its graphs. In: a dataset, here or far away. Out: what is said of a node, and which
//! nodes a node is said of, by their numbers. Of a dataset that is far away only what is asked for is fetched: the question
//! is put to what is here, until nothing more was missed. Not here: any pattern (`dataset`).

use std::collections::BTreeSet;
use std::sync::OnceLock;

use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use rdf_columns::{Graph, Index, ReadError, Table, TermId, TermKind};
use rustc_hash::FxHashMap;

use super::Error;
use super::near::{Near, Part, Pattern};
use crate::date::Day;
use crate::vocab::rdf;

/// The columns of a dataset by property.
pub struct Columns {
    data: rdf_columns::Dataset,
    /// For each property, in which graphs it has a table, and which one.
    tables: FxHashMap<String, Vec<(usize, usize)>>,
    /// Why something could not be read; whoever reads asks for it in the end.
    fault: OnceLock<ReadError>,
    /// Where only a part of the dataset is here, which one.
    part: Option<Part>,
}

/// The pairs of subject and object of one property.
#[derive(Clone, Copy)]
pub struct Column<'c> {
    columns: &'c Columns,
    property: NamedNodeRef<'c>,
    tables: &'c [(usize, usize)],
}

/// A node, and what is said of it.
#[derive(Clone, Copy)]
pub struct Node<'c> {
    /// Its number.
    pub id: TermId,
    columns: &'c Columns,
}

impl Columns {
    /// Reads the properties of a dataset.
    pub fn of(data: &rdf_columns::Dataset) -> Result<Self, ReadError> {
        let mut tables: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
        for (graph, of_graph) in data.graphs().iter().enumerate() {
            for (table, (property, _)) in of_graph.tables().iter().enumerate() {
                tables.entry(data.text(*property)?).or_default().push((graph, table));
            }
        }
        Ok(Self { data: data.clone(), tables, fault: OnceLock::new(), part: None })
    }

    /// Puts a question. Where the dataset is far away, it is put to what is here of it, and again as often as it missed
    /// something.
    pub fn ask<'n, T, E: From<Error>>(
        data: impl Into<Near<'n>>,
        question: impl Fn(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let (data, mut part) = (data.into(), Part::default());
        loop {
            let (columns, far) = match data {
                Near::Here(store) => (Self::of(store.columns()).map_err(Error::from)?, None),
                Near::There(far) => {
                    let columns = Self::of(&part.data()?).map_err(Error::from)?;
                    (Self { part: Some(part), ..columns }, Some(far))
                }
            };
            let answer = question(&columns);
            columns.fault().map_err(Error::from)?;
            match (columns.part, far) {
                (Some(asked), Some(far)) if !asked.is_settled() => part = asked.with_missed(far)?,
                _ => return answer,
            }
        }
    }

    /// Fails where something that was asked for is not here yet, so that nobody draws a conclusion from that.
    /// [`Columns::ask`] fetches it, and puts the question again.
    pub fn settled(&self) -> Result<(), Error> {
        if self.part.as_ref().is_none_or(Part::is_settled) { Ok(()) } else { Err(Error::Incomplete) }
    }

    /// Fails where something could not be read.
    pub fn fault(&self) -> Result<(), ReadError> {
        self.fault.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Returns what was read; nothing where it could not be.
    fn read_or_note<T>(&self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error| self.fault.get_or_init(|| error)).ok()
    }

    /// Returns the dataset.
    pub const fn data(&self) -> &rdf_columns::Dataset {
        &self.data
    }

    /// Returns the column of a property.
    pub fn column<'c>(&'c self, property: NamedNodeRef<'c>) -> Column<'c> {
        let tables = self.tables.get(property.as_str()).map(Vec::as_slice).unwrap_or_default();
        Column { columns: self, property, tables }
    }

    /// Returns the IRIs of all properties, sorted.
    pub fn properties(&self) -> BTreeSet<&str> {
        self.tables.keys().map(String::as_str).collect()
    }

    /// Returns a node by its number.
    pub const fn node(&self, id: TermId) -> Node<'_> {
        Node { id, columns: self }
    }

    /// Returns the instances of a class that have an IRI, sorted.
    pub fn instances(&self, class: NamedNodeRef<'_>) -> Vec<Node<'_>> {
        self.with_object(rdf::TYPE, class)
    }

    /// Returns the nodes with an IRI that have an object for a property, sorted.
    pub fn with_object(&self, property: NamedNodeRef<'static>, object: NamedNodeRef<'_>) -> Vec<Node<'_>> {
        let Some(object) = self.find(object.as_str()) else {
            self.note(|| Some(Pattern::Object(property.into(), object.into())));
            return Vec::new();
        };
        let mut ids: Vec<TermId> = self.column(property).subjects(object).filter(|id| self.is_iri(*id)).collect();
        self.sort(&mut ids);
        ids.into_iter().map(|id| self.node(id)).collect()
    }

    /// Returns the node of an IRI that is subject or object of some properties; none where it is nowhere.
    pub fn named_by(&self, iri: &str, properties: &[NamedNodeRef<'static>]) -> Option<Node<'_>> {
        let found = self.find(iri);
        if found.is_none() {
            for property in properties {
                self.note(|| Some(Pattern::Subject(NamedNode::new_unchecked(iri), Some((*property).into()))));
                self.note(|| Some(Pattern::Object((*property).into(), NamedNode::new_unchecked(iri))));
            }
        }
        found.map(|id| self.node(id))
    }

    /// Returns the number of an IRI; none where nobody names it.
    pub fn find(&self, iri: &str) -> Option<TermId> {
        self.read_or_note(self.data.find_iri(iri))?
    }

    /// Tells whether something is said of an IRI by a property.
    pub fn says(&self, iri: &str, property: NamedNodeRef<'static>) -> bool {
        let found = self.find(iri);
        if found.is_none() {
            self.note(|| Some(Pattern::Subject(NamedNode::new_unchecked(iri), Some(property.into()))));
        }
        found.is_some_and(|id| self.node(id).says(property))
    }

    /// Returns the text of a term: an IRI, the label of a blank node, the lexical form of a literal.
    pub fn text(&self, id: TermId) -> String {
        self.read_or_note(self.data.text(id)).unwrap_or_default()
    }

    /// Returns a term.
    pub fn term(&self, id: TermId) -> Option<Term> {
        self.read_or_note(self.data.term(id))
    }

    /// Tells what a term is.
    pub fn kind(&self, id: TermId) -> Option<TermKind> {
        self.read_or_note(self.data.kind(id))
    }

    /// Tells whether a term is a literal with a datatype of its own, and no value that its number holds.
    pub fn is_typed(&self, id: TermId) -> bool {
        self.read_or_note(self.data.is_typed(id)).unwrap_or_default()
    }

    /// Tells whether anything is said of a node of a dataset that is here.
    pub fn is_subject(&self, id: TermId) -> bool {
        self.tables().any(|table| self.read_or_note(table.has_subject(id)).unwrap_or_default())
    }

    /// Tells whether anything is said of an IRI, or by it of something else.
    pub fn occurs(&self, iri: &str) -> bool {
        let found = self.named_by(iri, &[rdf::TYPE, rdf::SUBJECT, rdf::OBJECT]).map(|node| node.id);
        let is_object = |id| self.tables().any(|table| self.subjects_in(table, id).next().is_some());
        found.is_some_and(|id| self.is_subject(id) || is_object(id))
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        self.data.graphs().iter().flat_map(Graph::tables).map(|(_, table)| table)
    }

    fn subjects_in<'t>(&self, table: &'t Table, object: TermId) -> impl Iterator<Item = TermId> + use<'t> {
        self.read_or_note(table.subjects(object)).into_iter().flatten()
    }

    /// Tells whether a term is an IRI.
    pub fn is_iri(&self, id: TermId) -> bool {
        self.kind(id) == Some(TermKind::Iri)
    }

    /// Sorts nodes by their texts, and leaves each there once.
    pub fn sort(&self, ids: &mut Vec<TermId>) {
        ids.sort_unstable();
        ids.dedup();
        // A derived dataset calls some terms otherwise, and leaves them in their place.
        if self.data.has_derived_terms() && ids.iter().any(|id| self.data.is_derived(*id)) {
            ids.sort_by_cached_key(|id| self.text(*id));
        }
    }

    /// Notes what is asked for, where it may have to be fetched.
    fn note(&self, pattern: impl FnOnce() -> Option<Pattern>) {
        if let Some(part) = &self.part {
            part.note(pattern());
        }
    }

    /// Returns an IRI by its number.
    fn named(&self, id: TermId) -> Option<NamedNode> {
        self.is_iri(id).then(|| NamedNode::new_unchecked(self.text(id)))
    }
}

impl<'c> Column<'c> {
    fn tables(self) -> impl Iterator<Item = &'c Table> {
        self.tables.iter().map(|(graph, table)| &self.columns.data.graphs()[*graph].tables()[*table].1)
    }

    fn by_subject(self) -> impl Iterator<Item = &'c Index> {
        self.tables().filter_map(move |table| self.columns.read_or_note(table.by_subject()))
    }

    fn by_object(self) -> impl Iterator<Item = &'c Index> {
        self.tables().filter_map(move |table| self.columns.read_or_note(table.by_object()))
    }

    /// Returns the objects of a subject; one that two graphs have comes twice.
    pub fn objects(self, subject: TermId) -> impl Iterator<Item = TermId> + use<'c> {
        self.columns.note(|| Some(Pattern::Subject(self.columns.named(subject)?, Some(self.property.into()))));
        self.tables().filter_map(move |table| self.columns.read_or_note(table.objects(subject))).flatten()
    }

    /// Returns the first object of a subject.
    pub fn object(self, subject: TermId) -> Option<TermId> {
        self.objects(subject).next()
    }

    /// Returns the position of the graph in which a subject has the property, or of the first one.
    pub fn graph_of(self, subject: TermId) -> usize {
        let mut graphs = self.tables.iter().map(|(graph, _)| *graph);
        if self.tables.len() == 1 {
            return graphs.next().unwrap_or_default();
        }
        let has = |table: &Table| self.columns.read_or_note(table.has_subject(subject)).unwrap_or_default();
        graphs.zip(self.tables()).find(|(_, table)| has(table)).map_or(0, |(graph, _)| graph)
    }

    /// Returns the subjects of an object; one that two graphs have comes twice.
    pub fn subjects(self, object: TermId) -> impl Iterator<Item = TermId> + use<'c> {
        self.columns.note(|| Some(Pattern::Object(self.property.into(), self.columns.named(object)?)));
        self.tables().filter_map(move |table| self.columns.read_or_note(table.subjects(object))).flatten()
    }

    /// Returns all objects, each with its subjects; one that two graphs have comes twice.
    pub fn by_objects(self) -> impl Iterator<Item = (TermId, &'c [TermId])> {
        self.columns.note(|| Some(Pattern::Property(self.property.into())));
        self.by_object().flat_map(Index::iter)
    }

    /// Returns all pairs of subject and object.
    pub fn pairs(self) -> impl Iterator<Item = (TermId, TermId)> {
        self.columns.note(|| Some(Pattern::Property(self.property.into())));
        self.by_subject().flat_map(Index::pairs)
    }
}

impl Node<'_> {
    /// Returns the text of the node: its IRI, where it has one.
    pub fn iri(self) -> String {
        self.columns.text(self.id)
    }

    /// Returns the values of a property, sorted as N-Triples, each once.
    pub fn values(self, property: NamedNodeRef<'static>) -> Vec<TermId> {
        let mut values: Vec<TermId> = self.columns.column(property).objects(self.id).collect();
        if values.len() > 1 {
            values.sort_by_cached_key(|id| self.columns.term(*id).map(|term| term.to_string()));
            values.dedup();
        }
        values
    }

    /// Returns the first value of a property.
    pub fn value(self, property: NamedNodeRef<'static>) -> Option<TermId> {
        self.first(property, |_| true)
    }

    /// Returns the first value of a property that is wanted.
    fn first(self, property: NamedNodeRef<'static>, is_wanted: impl Fn(TermId) -> bool) -> Option<TermId> {
        let mut values = self.columns.column(property).objects(self.id);
        match (values.next()?, values.next()) {
            // Most properties of most nodes have one value, for which there is nothing to sort.
            (only, None) => Some(only).filter(|id| is_wanted(*id)),
            _ => self.values(property).into_iter().find(|id| is_wanted(*id)),
        }
    }

    /// Tells whether it has a property.
    pub fn says(self, property: NamedNodeRef<'static>) -> bool {
        self.columns.column(property).objects(self.id).next().is_some()
    }

    /// Returns the nodes with an IRI that a property points to.
    pub fn nodes(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = Self> {
        let values = self.values(property).into_iter().filter(move |id| self.columns.is_iri(*id));
        values.map(move |id| Self { id, ..self })
    }

    /// Returns the first node with an IRI that a property points to.
    pub fn node(self, property: NamedNodeRef<'static>) -> Option<Self> {
        self.first(property, |id| self.columns.is_iri(id)).map(|id| Self { id, ..self })
    }

    /// Returns the texts of literals that a property has.
    pub fn texts(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = String> {
        self.literals(property).map(move |id| self.columns.text(id))
    }

    /// Returns the first text of a property.
    pub fn text(self, property: NamedNodeRef<'static>) -> Option<String> {
        self.literal(property).map(|id| self.columns.text(id))
    }

    /// Returns the literals that a property has.
    pub fn literals(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = TermId> {
        let values = self.values(property).into_iter();
        values.filter(move |id| self.columns.kind(*id) == Some(TermKind::Literal))
    }

    /// Returns the first day of a property.
    pub fn day(self, property: NamedNodeRef<'static>) -> Option<Day> {
        let day = self.literal(property)?;
        day.day().or_else(|| self.columns.text(day).parse().ok())
    }

    /// Returns the first literal of a property.
    pub fn literal(self, property: NamedNodeRef<'static>) -> Option<TermId> {
        self.first(property, |id| self.columns.kind(id) == Some(TermKind::Literal))
    }

    /// Tells whether a property has the value `true`.
    pub fn is_true(self, property: NamedNodeRef<'static>) -> bool {
        self.literal(property).is_some_and(|value| {
            value == TermId::of_boolean(true)
                || (value.is_in_dictionary() && matches!(self.columns.text(value).as_str(), "true" | "1"))
        })
    }

    /// Returns a text in a language, of one of several properties: first in the language, then without any, then any.
    pub fn in_language(self, properties: &[NamedNodeRef<'static>], lang: Option<&str>) -> Option<String> {
        let literals: Vec<TermId> = properties.iter().flat_map(|property| self.literals(*property)).collect();
        if let [only] = literals.as_slice() {
            return Some(self.columns.text(*only));
        }
        let literals: Vec<_> = literals.into_iter().filter_map(|id| self.columns.term(id)).collect();
        let texts = || {
            literals.iter().filter_map(|term| match term {
                Term::Literal(literal) => Some(literal),
                _ => None,
            })
        };
        texts()
            .find(|text| lang.is_some() && text.language() == lang)
            .or_else(|| texts().find(|text| text.language().is_none()))
            .or_else(|| texts().next())
            .map(|text| text.value().to_owned())
    }
}
