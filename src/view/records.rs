//! The records of some cases: what is said of one node. In: a dataset. Out: records by their numbers, each with its kind and
//! what it says. Not here: what a view shows of them.

use oxigraph::model::{NamedNodeRef, Term};
use rdf_columns::{Dataset, ReadError, TermId, TermKind};
use rustc_hash::FxHashMap;

use crate::date::Day;
use crate::store::Columns;
use crate::vocab::{cg, prov, rdf, void};

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Fact,
    Entity,
    Source,
    Name,
    Judgement,
    Citation,
    Disclosure,
    Relation,
    /// A statement of a table that makes no facts, about a record of the case.
    Statement,
    /// The case itself.
    Case,
    /// Part of the log of imports, which counts what is hidden.
    Log,
    /// What no table of casegraph's own describes.
    Other,
}

/// All records of some cases, which are read once for many views.
pub(super) struct Records {
    columns: Columns,
    /// What an instance of each class is, and how much that counts beside its other classes.
    classes: FxHashMap<TermId, (u8, Kind)>,
}

/// A record by its number.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    pub(super) id: TermId,
    records: &'r Records,
}

impl Kind {
    /// All kinds, each at its number.
    pub(super) const ALL: [Self; 12] = [
        Self::Fact,
        Self::Entity,
        Self::Source,
        Self::Name,
        Self::Judgement,
        Self::Citation,
        Self::Disclosure,
        Self::Relation,
        Self::Statement,
        Self::Case,
        Self::Log,
        Self::Other,
    ];
}

impl Records {
    /// Returns the dataset that was read.
    pub(super) const fn data(&self) -> &Dataset {
        self.columns.data()
    }

    pub(super) fn read(data: &Dataset) -> Result<Self, ReadError> {
        let columns = Columns::of(data)?;
        let classes = columns.column(rdf::TYPE).by_objects().map(|(class, _)| (class, rank(&columns.text(class))));
        let records = Self { classes: classes.collect(), columns };
        records.fault()?;
        Ok(records)
    }

    /// Returns what could not be read, if anything.
    pub(super) fn fault(&self) -> Result<(), ReadError> {
        self.columns.fault()
    }

    pub(super) fn record(&self, id: TermId) -> Record<'_> {
        Record { id, records: self }
    }

    /// Returns the records of a kind, in the order of their numbers.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Record<'_>> {
        let classes = self.classes.iter().filter(|(_, (_, of))| *of == kind).map(|(class, _)| *class);
        let mut ids: Vec<TermId> = classes.flat_map(|class| self.subjects(rdf::TYPE, class)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().filter(move |id| self.kind(*id) == kind).map(|id| self.record(id))
    }

    /// Tells what a node is: of its classes that of the highest rank counts.
    pub(super) fn kind(&self, id: TermId) -> Kind {
        if !id.is_in_dictionary() {
            return Kind::Other;
        }
        let ranks = self.columns.column(rdf::TYPE).objects(id).filter_map(|class| self.classes.get(&class));
        ranks.max_by_key(|(rank, _)| *rank).map_or(Kind::Other, |(_, kind)| *kind)
    }

    /// Tells whether anything is said of a node.
    pub(super) fn is_record(&self, id: TermId) -> bool {
        self.kind(id) != Kind::Other || (id.is_in_dictionary() && self.columns.is_subject(id))
    }

    /// Returns the position of the graph in which a node has a class, or of the first one.
    pub(super) fn graph_of(&self, id: TermId) -> usize {
        self.columns.column(rdf::TYPE).graph_of(id)
    }

    /// Returns the subjects that have an object for a property.
    pub(super) fn subjects(&self, property: NamedNodeRef<'static>, object: TermId) -> impl Iterator<Item = TermId> {
        self.columns.column(property).subjects(object)
    }

    /// Returns all objects of a property, those of each graph in the order of their numbers.
    pub(super) fn objects_of(&self, property: NamedNodeRef<'static>) -> impl Iterator<Item = TermId> {
        self.columns.column(property).by_objects().map(|(object, _)| object)
    }

    /// Returns the number of an IRI; none where nobody names it.
    pub(super) fn find(&self, iri: &str) -> Option<TermId> {
        self.columns.find(iri)
    }

    pub(super) fn text(&self, id: TermId) -> String {
        self.columns.text(id)
    }

    pub(super) fn term(&self, id: TermId) -> Option<Term> {
        self.columns.term(id)
    }

    /// Tells whether a number stands for a literal that may be a date in words.
    pub(super) fn is_typed(&self, id: TermId) -> bool {
        self.columns.is_typed(id)
    }

    pub(super) fn is_node(&self, id: TermId) -> bool {
        matches!(self.columns.kind(id), Some(TermKind::Iri | TermKind::BlankNode))
    }
}

impl<'r> Record<'r> {
    pub(super) fn kind(self) -> Kind {
        self.records.kind(self.id)
    }

    pub(super) fn objects(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = TermId> + use<'r> {
        self.records.columns.column(property).objects(self.id)
    }

    pub(super) fn object(self, property: NamedNodeRef<'static>) -> Option<TermId> {
        self.objects(property).next()
    }

    /// Returns the objects of a property as terms.
    pub(super) fn terms(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = Term> + use<'r> {
        self.objects(property).filter_map(move |object| self.records.term(object))
    }

    /// Returns the text of the first object.
    pub(super) fn text(self, property: NamedNodeRef<'static>) -> Option<String> {
        self.object(property).map(|object| self.records.text(object))
    }

    pub(super) fn is_true(self, property: NamedNodeRef<'static>) -> bool {
        self.records.columns.node(self.id).is_true(property)
    }

    /// Returns the first and the last day of a date, where both are said.
    pub(super) fn days(self, first: NamedNodeRef<'static>, last: NamedNodeRef<'static>) -> Option<(Day, Day)> {
        Some((self.object(first)?.day()?, self.object(last)?.day()?))
    }

    /// Returns the days between which it became known, where it says so.
    pub(super) fn known(self) -> Option<(Day, Day)> {
        self.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST)
    }

    /// Returns what a fact is about: subject, object, and where a claim was made.
    pub(super) fn ends(self) -> impl Iterator<Item = TermId> + use<'r> {
        [rdf::SUBJECT, rdf::OBJECT, cg::MADE_AT].into_iter().flat_map(move |end| self.objects(end))
    }

    /// Returns the local names of its classes in casegraph's vocabulary.
    pub(super) fn classes(self) -> impl Iterator<Item = String> + use<'r> {
        self.objects(rdf::TYPE)
            .filter_map(move |class| self.records.text(class).strip_prefix(cg::NAMESPACE).map(str::to_owned))
    }

    /// Returns the records that it names by a property.
    pub(super) fn linked(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = Self> + use<'r> {
        self.objects(property).map(move |id| Self { id, ..self })
    }

    /// Returns another record of the same case.
    pub(super) const fn beside(self, id: TermId) -> Self {
        Self { id, ..self }
    }

    /// Tells whether a term is a literal.
    pub(super) fn is_literal(self, id: TermId) -> bool {
        self.records.columns.kind(id) == Some(TermKind::Literal)
    }

    /// Returns a term's text.
    pub(super) fn text_of(self, id: TermId) -> String {
        self.records.text(id)
    }

    pub(super) fn iri(self) -> String {
        self.records.text(self.id)
    }
}

/// Returns what an instance of a class is, and how much that counts beside its other classes.
fn rank(class: &str) -> (u8, Kind) {
    let is = |known: NamedNodeRef<'_>| class == known.as_str();
    match class {
        _ if is(cg::FACT) || is(cg::CLAIM) => (9, Kind::Fact),
        _ if is(cg::RELATION) || is(rdf::PROPERTY) => (8, Kind::Relation),
        _ if is(cg::CITATION) => (7, Kind::Citation),
        _ if is(cg::DISCLOSURE) => (6, Kind::Disclosure),
        _ if is(cg::NAME) => (5, Kind::Name),
        _ if is(cg::JUDGEMENT) => (4, Kind::Judgement),
        _ if is(cg::SOURCE) => (3, Kind::Source),
        _ if is(rdf::STATEMENT) => (3, Kind::Statement),
        _ if is(prov::ACTIVITY) || is(prov::ENTITY) => (2, Kind::Log),
        _ if is(void::DATASET) => (2, Kind::Case),
        _ if class.starts_with(cg::NAMESPACE) => (1, Kind::Entity),
        _ => (0, Kind::Other),
    }
}
