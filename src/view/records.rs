//! The records of some cases: what is said of one node. In: a dataset. Out: records by their numbers, each with its kind and
//! what it says. Not here: what a view shows of them.

use oxigraph::model::{NamedNodeRef, Term};
use rdf_columns::{Dataset, ReadError, TermId, TermKind};
use rustc_hash::FxHashMap;

use crate::date::Day;
use crate::store::{Column, Columns};
use crate::vocab::{cg, dct, prov, rdf, void};

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
    /// Kinds by number.
    kinds: Vec<Kind>,
    /// Numbers of each kind but [`Kind::Other`].
    by_kind: FxHashMap<u8, Vec<TermId>>,
}

/// A record by its number.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    pub(super) id: TermId,
    records: &'r Records,
}

impl Records {
    /// Returns the dataset that was read.
    pub(super) const fn data(&self) -> &Dataset {
        self.columns.data()
    }

    pub(super) fn read(data: &Dataset) -> Result<Self, ReadError> {
        let (kinds, by_kind) = (vec![Kind::Other; data.term_count()], FxHashMap::default());
        let mut records = Self { columns: Columns::of(data)?, kinds, by_kind };
        records.tell_kinds();
        records.fault()?;
        Ok(records)
    }

    fn tell_kinds(&mut self) {
        let mut classes = Vec::new();
        for (class, subjects) in self.columns.column(rdf::TYPE).by_objects() {
            classes.push((rank(&self.text(class)), subjects.to_vec()));
        }
        // The class of the highest rank counts.
        classes.sort_by_key(|((rank, _), _)| *rank);
        for ((_, kind), subjects) in classes {
            for subject in subjects {
                self.kinds[subject.index()] = kind;
            }
        }
        for (number, kind) in self.kinds.iter().enumerate().filter(|(_, kind)| **kind != Kind::Other) {
            self.by_kind.entry(*kind as u8).or_default().extend(TermId::from_index(number));
        }
    }

    /// Returns what could not be read, if anything.
    pub(super) fn fault(&self) -> Result<(), ReadError> {
        self.columns.fault()
    }

    pub(super) fn of_facts(&self) -> FactColumns<'_> {
        FactColumns {
            class: self.columns.column(rdf::TYPE),
            subject: self.columns.column(rdf::SUBJECT),
            predicate: self.columns.column(rdf::PREDICATE),
            object: self.columns.column(rdf::OBJECT),
            begin: self.columns.column(cg::BEGIN),
            end: self.columns.column(cg::END),
            status: self.columns.column(cg::STATUS),
            asserted: self.columns.column(cg::ASSERTED),
            source: self.columns.column(dct::SOURCE),
            made_at: self.columns.column(cg::MADE_AT),
            begins: [cg::BEGIN_EARLIEST, cg::BEGIN_LATEST].map(|name| self.columns.column(name)),
            ends: [cg::END_EARLIEST, cg::END_LATEST].map(|name| self.columns.column(name)),
            known: [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST].map(|name| self.columns.column(name)),
            end_known: [cg::END_KNOWN_EARLIEST, cg::END_KNOWN_LATEST].map(|name| self.columns.column(name)),
        }
    }

    pub(super) fn record(&self, id: TermId) -> Record<'_> {
        Record { id, records: self }
    }

    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Record<'_>> {
        let ids = self.by_kind.get(&(kind as u8)).map(Vec::as_slice).unwrap_or_default();
        ids.iter().map(|id| self.record(*id))
    }

    pub(super) fn kind(&self, id: TermId) -> Kind {
        if id.is_in_dictionary() { self.kinds.get(id.index()).copied().unwrap_or(Kind::Other) } else { Kind::Other }
    }

    /// Tells whether anything is said of a node.
    pub(super) fn is_record(&self, id: TermId) -> bool {
        if self.kind(id) != Kind::Other {
            return true;
        }
        id.is_in_dictionary() && self.columns.is_subject(id)
    }

    /// Returns the position of the graph in which a node has a class, or of the first one.
    pub(super) fn graph_of(&self, id: TermId) -> usize {
        self.columns.column(rdf::TYPE).graph_of(id)
    }

    /// Returns the subjects that have an object for a property.
    pub(super) fn subjects(&self, property: NamedNodeRef<'static>, object: TermId) -> impl Iterator<Item = TermId> {
        self.columns.column(property).subjects(object)
    }

    /// Returns all objects of a property.
    pub(super) fn objects_of(&self, property: NamedNodeRef<'static>) -> impl Iterator<Item = TermId> {
        self.columns.column(property).by_objects().map(|(object, _)| object)
    }

    /// Returns all subjects of a property.
    pub(super) fn all_subjects(&self, property: NamedNodeRef<'static>) -> impl Iterator<Item = TermId> {
        self.columns.column(property).all_subjects()
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

    /// Returns the local names of its classes in casegraph's vocabulary.
    pub(super) fn classes(self) -> impl Iterator<Item = String> + use<'r> {
        self.objects(rdf::TYPE)
            .filter_map(move |class| self.records.text(class).strip_prefix(cg::NAMESPACE).map(str::to_owned))
    }

    /// Returns the records that it names by a property.
    pub(super) fn linked(self, property: NamedNodeRef<'static>) -> impl Iterator<Item = Self> + use<'r> {
        self.objects(property).map(move |id| Self { id, ..self })
    }

    pub(super) fn iri(self) -> String {
        self.records.text(self.id)
    }
}

/// What is asked of every fact, resolved once.
pub(super) struct FactColumns<'r> {
    pub(super) class: Column<'r>,
    pub(super) subject: Column<'r>,
    pub(super) predicate: Column<'r>,
    pub(super) object: Column<'r>,
    pub(super) begin: Column<'r>,
    pub(super) end: Column<'r>,
    pub(super) status: Column<'r>,
    pub(super) asserted: Column<'r>,
    pub(super) source: Column<'r>,
    pub(super) made_at: Column<'r>,
    begins: [Column<'r>; 2],
    ends: [Column<'r>; 2],
    known: [Column<'r>; 2],
    end_known: [Column<'r>; 2],
}

impl FactColumns<'_> {
    pub(super) fn begins(&self, id: TermId) -> Option<(Day, Day)> {
        days(self.begins, id)
    }

    pub(super) fn ends(&self, id: TermId) -> Option<(Day, Day)> {
        days(self.ends, id)
    }

    pub(super) fn known(&self, id: TermId) -> Option<(Day, Day)> {
        days(self.known, id)
    }

    pub(super) fn end_known(&self, id: TermId) -> Option<(Day, Day)> {
        days(self.end_known, id)
    }
}

fn days([first, last]: [Column<'_>; 2], id: TermId) -> Option<(Day, Day)> {
    Some((first.object(id)?.day()?, last.object(id)?.day()?))
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
