//! What may be told by a property of what a record says. In: a pair of subject and object of the whole, and what a view shows.
//! Out: the object as it is told, or nothing; what the property says that the whole does not say so; and both as a table.

use std::sync::Arc;

use oxigraph::model::{NamedNode, NamedNodeRef};
use rdf_columns::{Derivation, Index, ReadError, Table, TermId};
use rustc_hash::FxHashSet;

use super::dates::End;
use super::facts::{Fact, Standing};
use super::records::{Kind, Record};
use super::shown::{DATED, Look, Pair, Shown};
use super::status::Judged;
use crate::date::LAST_DAY;
use crate::vocab::{cg, dct, prov, rdf, rdfs, skos, void};

/// What a property says, as far as that matters for when it may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Class,
    /// Subject or object of a fact.
    Ends,
    Predicate,
    Status,
    Asserted,
    Confidence,
    Begin,
    End,
    EndKind,
    Qualifier,
    KnownSince,
    KnownQualifier,
    MinDays,
    MaxDays,
    LagDays,
    Dated,
    Note,
    Locator,
    Replacement,
    Source,
    Name,
    Other,
}

impl Says {
    fn of(property: &NamedNode) -> Self {
        match property.as_ref() {
            name if name == rdf::TYPE => Self::Class,
            name if name == rdf::SUBJECT || name == rdf::OBJECT => Self::Ends,
            name if name == rdf::PREDICATE => Self::Predicate,
            name if name == cg::STATUS => Self::Status,
            name if name == cg::ASSERTED => Self::Asserted,
            name if name == cg::CONFIDENCE => Self::Confidence,
            name if name == cg::BEGIN => Self::Begin,
            name if name == cg::END || name == cg::END_KNOWN_SINCE => Self::End,
            name if name == cg::END_KIND => Self::EndKind,
            name if name == cg::QUALIFIER => Self::Qualifier,
            name if name == cg::KNOWN_SINCE => Self::KnownSince,
            name if name == cg::KNOWN_QUALIFIER => Self::KnownQualifier,
            name if name == cg::MIN_DAYS => Self::MinDays,
            name if name == cg::MAX_DAYS => Self::MaxDays,
            name if name == cg::LAG_DAYS => Self::LagDays,
            name if DATED.contains(&name) || name == cg::END_KNOWN_EARLIEST || name == cg::END_KNOWN_LATEST => {
                Self::Dated
            }
            name if NOTE.contains(&name) => Self::Note,
            name if name == cg::LOCATOR => Self::Locator,
            name if name == dct::IS_REPLACED_BY => Self::Replacement,
            name if name == dct::SOURCE || name == prov::WAS_DERIVED_FROM || name == cg::CITES => Self::Source,
            name if name == rdfs::LABEL || name == skos::PREF_LABEL || name == skos::ALT_LABEL => Self::Name,
            _ => Self::Other,
        }
    }
}

/// What a view writes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// A bound of a date, by its place in [`DATED`].
    Day(usize),
    Confidence,
    Source,
    Title,
    Labels,
    OtherNames,
}

impl Writes {
    fn of(property: &NamedNode) -> Option<Self> {
        match property.as_ref() {
            name if name == cg::CONFIDENCE => Some(Self::Confidence),
            name if name == dct::SOURCE => Some(Self::Source),
            name if name == dct::TITLE => Some(Self::Title),
            name if name == rdfs::LABEL || name == skos::PREF_LABEL => Some(Self::Labels),
            name if name == skos::ALT_LABEL => Some(Self::OtherNames),
            name => DATED.iter().position(|dated| *dated == name).map(Self::Day),
        }
    }
}

/// What a note says, and since when.
const NOTE: [NamedNodeRef<'static>; 4] =
    [rdfs::COMMENT, cg::NOTE_KNOWN_SINCE, cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST];

/// What a pair says something of.
struct Of<'s> {
    record: Record<'s>,
    look: Look,
}

/// What may be told by a property in a graph.
pub(super) struct Rule {
    name: NamedNode,
    says: Says,
    writes: Option<Writes>,
    property: TermId,
    /// The position of the graph.
    graph: usize,
    /// Whether facts or statements state something by it.
    is_stated: bool,
    shown: Arc<Shown>,
}

impl Rule {
    pub(super) fn of(name: NamedNode, property: TermId, graph: usize, shown: &Arc<Shown>) -> Self {
        let is_stated = shown.records.subjects(rdf::PREDICATE, property).next().is_some();
        Self {
            says: Says::of(&name),
            writes: Writes::of(&name),
            name,
            property,
            graph,
            is_stated,
            shown: Arc::clone(shown),
        }
    }

    /// Returns the table of the whole.
    fn whole(&self) -> Option<&Table> {
        self.shown.records.data().graphs()[self.graph].table(self.property)
    }

    fn subject(&self, id: TermId) -> Of<'_> {
        let record = self.shown.records.record(id);
        Of { record, look: self.shown.look(id) }
    }

    fn is(&self, name: NamedNodeRef<'_>) -> bool {
        self.name == name
    }

    fn is_one_of(&self, names: &[NamedNodeRef<'_>]) -> bool {
        names.iter().any(|name| self.is(*name))
    }

    /// Returns the facts and statements that state something by the property, all or those about a subject.
    fn stating(&self, subject: Option<TermId>) -> Vec<TermId> {
        let records = &self.shown.records;
        match subject {
            _ if !self.is_stated => Vec::new(),
            None => records.subjects(rdf::PREDICATE, self.property).collect(),
            Some(subject) => {
                let by_this = |id: &TermId| records.record(*id).objects(rdf::PREDICATE).any(|by| by == self.property);
                records.subjects(rdf::SUBJECT, subject).filter(by_this).collect()
            }
        }
    }

    /// Returns the pairs that facts state, or statements of tables that make no facts: they stand or fall with those.
    fn carried(&self, stating: &[TermId]) -> FxHashSet<Pair> {
        let stating = stating.iter().map(|id| self.shown.records.record(*id));
        let stated = stating.filter(|record| record.kind() == Kind::Statement || record.is_true(cg::ASSERTED));
        stated.filter_map(|record| Some((record.object(rdf::SUBJECT)?, record.object(rdf::OBJECT)?))).collect()
    }

    /// Returns the pairs that facts and statements state which are shown.
    fn stated<'r>(&'r self, stating: &'r [TermId]) -> impl Iterator<Item = Pair> + 'r {
        let shown = &self.shown;
        let here = stating.iter().filter(|id| shown.graph_of(**id) == self.graph && shown.shows(**id));
        here.filter(|id| shown.fact(**id).is_none_or(|fact| shown.is_asserted(&fact)))
            .filter_map(|id| shown.plain_triple(shown.records.record(*id)))
    }

    /// Tells whether the property may say something that the whole does not say so.
    fn may_add(&self) -> bool {
        self.is_stated || self.writes.is_some() || self.says == Says::Class
    }

    /// Returns the pairs of the whole, as they are told.
    fn kept_pairs(&self) -> Result<Vec<Pair>, ReadError> {
        let mut pairs = Vec::new();
        for (subject, objects) in self.whole().map(Table::by_subject).transpose()?.into_iter().flat_map(Index::iter) {
            let of = self.subject(subject);
            pairs.extend(objects.iter().filter_map(|object| Some((subject, self.told(&of, *object)?))));
        }
        self.shown.records.fault()?;
        Ok(pairs)
    }

    /// Returns what is told of a subject, but for what facts state.
    fn told_of(&self, subject: TermId, carried: &FxHashSet<Pair>) -> Result<Vec<TermId>, ReadError> {
        let mut objects = Vec::new();
        let of = self.subject(subject);
        if let Some(table) = self.whole() {
            let whole = table.objects(subject)?.filter(|object| !carried.contains(&(subject, *object)));
            objects.extend(whole.filter_map(|object| self.told(&of, object)));
        }
        self.add(&of, &mut objects);
        Ok(objects)
    }

    /// Returns what may be told of what a record says.
    fn told(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        match of.look {
            Look { kind: Kind::Fact, is_told: true, .. } if self.says == Says::Ends => self.shown.spoken(object),
            Look { kind: Kind::Fact, is_shown: true, .. } => {
                self.of_fact(&self.shown.facts.of(&self.shown.viewer, of.record), object)
            }
            Look { is_told: true, .. } if self.says == Says::Predicate => self.shown.spoken(object),
            Look { is_shown: false, .. } => None,
            Look { kind: Kind::Entity, .. } => self.of_entity(of, object),
            Look { kind: Kind::Case, .. } => self.of_case(of, object),
            _ => self.of_other(of, object),
        }
    }

    fn of_fact(&self, fact: &Fact, object: TermId) -> Option<TermId> {
        let shown = &self.shown;
        let record = shown.records.record(fact.id);
        if shown.viewer.now.is_none() {
            return self.plainly(record, Kind::Fact, object);
        }
        let dates = || shown.dates(fact);
        let known_since = || {
            let mut dates = record.objects(cg::KNOWN_SINCE);
            fact.standing == Standing::Told && !dates.any(|date| shown.is_ahead(date))
        };
        let number = |days: Option<i64>| days.and_then(TermId::of_integer);
        match self.says {
            Says::Status => shown.status_of(fact),
            Says::Asserted => Some(TermId::of_boolean(shown.is_asserted(fact))),
            Says::Confidence => (shown.judged(fact) == Judged::AsRecorded).then_some(object),
            Says::Begin => dates().has_begin.then_some(object),
            Says::End => dates().tells_end().then_some(object),
            Says::EndKind => Some(match dates().end {
                End::AsRecorded => object,
                End::Open => shown.terms.open,
                End::Unknown => shown.terms.unknown,
            }),
            Says::Qualifier => self.qualifies(record, fact, object).then_some(object),
            Says::KnownSince => known_since().then_some(object),
            // It is about the last day, which may be that of an event still to come.
            Says::KnownQualifier => (known_since() && shown.known(fact).1 < LAST_DAY).then_some(object),
            Says::MinDays => number(dates().shortest()),
            Says::MaxDays => number(dates().longest()),
            Says::LagDays => (dates().tells_end() && shown.has_lag(fact, object)).then_some(object),
            Says::Dated => None,
            _ => self.plainly(record, Kind::Fact, object),
        }
    }

    /// Tells whether a qualifier belongs to a date that is told.
    fn qualifies(&self, record: Record<'_>, fact: &Fact, qualifier: TermId) -> bool {
        let is_uncertain = record.text_of(qualifier) == cg::UNCERTAIN.as_str();
        let marks = if is_uncertain { ['?', '%'] } else { ['~', '%'] };
        let is_marked = |date| record.text(date).is_some_and(|text| text.contains(marks));
        let dates = self.shown.dates(fact);
        (dates.has_begin && is_marked(cg::BEGIN)) || (dates.tells_end() && is_marked(cg::END))
    }

    fn of_entity(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        if let Some(names) = self.shown.names(of.record.id) {
            let is_by_row = names.by_row || self.says == Says::Class;
            if !is_by_row || self.says == Says::Name {
                return None;
            }
        }
        self.plainly(of.record, of.look.kind, object)
    }

    /// Returns what the case says of itself as it did on the day.
    fn of_case(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        let Some(now) = self.shown.viewer.now else { return self.plainly(of.record, of.look.kind, object) };
        let record = of.record;
        let has_come = |first, last| record.days(first, last).map(|days| now.has_come(days));
        let is_told = match self.name.as_ref() {
            name if name == rdf::TYPE || name == void::URI_SPACE => true,
            name if name == dct::TITLE => self.shown.has_title(record),
            name if name == dct::DESCRIPTION => {
                has_come(cg::DESCRIPTION_KNOWN_EARLIEST, cg::DESCRIPTION_KNOWN_LATEST).unwrap_or(false)
            }
            _ => false,
        };
        is_told.then_some(object)
    }

    fn of_other(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        let (shown, record) = (&self.shown, of.record);
        if of.look.kind == Kind::Statement && shown.plain_triple(record).is_none() {
            return None;
        }
        if of.look.kind == Kind::Relation {
            if record.iri().starts_with(cg::NAMESPACE) {
                return Some(object);
            }
            if shown.viewer.now.is_some() && self.is(rdfs::COMMENT) {
                return None;
            }
        }
        if let (Kind::Disclosure, Some(now)) = (of.look.kind, shown.viewer.now) {
            if self.is_one_of(&[cg::UNTIL, cg::UNTIL_EARLIEST, cg::UNTIL_LATEST]) {
                let until = record.days(cg::UNTIL_EARLIEST, cg::UNTIL_LATEST)?;
                return now.has_come(until).then_some(object);
            }
            if self.is(cg::SCOPE) {
                return shown.told_names().contains(&record.text_of(object)).then_some(object);
            }
        }
        self.plainly(of.record, of.look.kind, object)
    }

    /// Returns what may be told of one thing that a record says: nothing of what lies ahead, and no note without a day.
    fn plainly(&self, record: Record<'_>, kind: Kind, object: TermId) -> Option<TermId> {
        let shown = &self.shown;
        let Some(now) = shown.viewer.now else { return shown.called(object) };
        let note_days = || record.days(cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST);
        let is_note = kind != Kind::Other && self.says == Says::Note;
        if is_note && !note_days().is_some_and(|days| now.has_come(days))
            || self.says == Says::Locator && !shown.rests_on_published(record)
            || self.says == Says::Replacement
            || shown.is_ahead(object)
        {
            return None;
        }
        let object = shown.called(object)?;
        // What stands for a source is written for facts alone, once, where they have no other.
        (!(self.says == Says::Source && shown.is_stand_in(object))).then_some(object)
    }

    /// Adds what the property says of a subject that the whole does not say so.
    fn add(&self, of: &Of<'_>, objects: &mut Vec<TermId>) {
        let shown = &self.shown;
        let id = of.record.id;
        if shown.is_stand_in(id) {
            objects.extend(self.of_stand_in(id));
        }
        let is_only_told = of.look.is_told && !of.look.is_shown && self.says == Says::Class;
        if (self.writes.is_none() && !is_only_told) || shown.graph_of(id) != self.graph {
            return;
        }
        if is_only_told {
            objects.push(shown.terms.statement);
        }
        if shown.viewer.now.is_none() {
            return;
        }
        let fact = (of.look.kind == Kind::Fact && of.look.is_shown).then(|| shown.facts.of(&shown.viewer, of.record));
        match (&fact, self.writes) {
            (Some(fact), Some(Writes::Day(day))) => {
                let dates = shown.dates(fact);
                objects.push(TermId::of_day(match day {
                    0 => dates.begins.0,
                    1 => dates.begins.1,
                    2 => dates.ends.0,
                    3 => dates.ends.1,
                    4 => shown.known(fact).0,
                    _ => shown.known(fact).1,
                }));
            }
            (Some(fact), Some(Writes::Confidence)) => {
                if let Judged::By(judgement) = shown.judged(fact) {
                    objects.extend(of.record.beside(judgement).object(cg::CONFIDENCE));
                }
            }
            (Some(fact), Some(Writes::Source)) => objects.extend(shown.source_of(fact)),
            (_, Some(Writes::Title)) if of.look.kind == Kind::Case && !shown.has_title(of.record) => {
                objects.extend(of.record.object(cg::WORKING_TITLE));
            }
            (_, Some(Writes::Labels | Writes::OtherNames)) if of.look.kind == Kind::Entity => {
                let names = shown.names(id);
                let is_label = self.writes == Some(Writes::Labels);
                objects.extend(names.iter().flat_map(|names| if is_label { &names.labels } else { &names.others }));
            }
            _ => {}
        }
    }

    /// Returns what is said of a node that stands for sources.
    fn of_stand_in(&self, id: TermId) -> Option<TermId> {
        let (shown, terms) = (&self.shown, &self.shown.terms);
        let graph = shown.records.of_kind(Kind::Case).next().map_or(0, |case| shown.graph_of(case.id));
        let title = terms.titles[usize::from(id != terms.later_source)];
        let object = match self.name.as_ref() {
            name if name == rdf::TYPE => terms.source,
            name if name == rdfs::LABEL || name == dct::TITLE => title,
            _ => return None,
        };
        (graph == self.graph && shown.stand_ins().contains(&id)).then_some(object)
    }

    /// Returns those of whom the property may say something that the whole does not say so.
    fn others(&self) -> Vec<TermId> {
        let shown = &self.shown;
        let of_kind = |kind| shown.records.of_kind(kind).map(|record| record.id).collect();
        match self.writes.filter(|_| shown.viewer.now.is_some()) {
            Some(Writes::Day(_) | Writes::Confidence) => of_kind(Kind::Fact),
            Some(Writes::Title) => of_kind(Kind::Case),
            Some(Writes::Labels | Writes::OtherNames) => of_kind(Kind::Entity),
            Some(Writes::Source) | None => Vec::new(),
        }
    }
}

impl Derivation for Rule {
    fn pairs(&self) -> Result<Vec<Pair>, ReadError> {
        if !self.may_add() {
            return self.kept_pairs();
        }
        let stating = self.stating(None);
        let carried = self.carried(&stating);
        let mut subjects = self.others();
        if let Some(whole) = self.whole() {
            subjects.extend(whole.by_subject()?.iter().map(|(subject, _)| subject));
        }
        subjects.extend([self.shown.terms.later_source, self.shown.terms.undated_source]);
        subjects.sort_unstable();
        subjects.dedup();
        let mut pairs = Vec::with_capacity(subjects.len());
        for subject in subjects {
            pairs.extend(self.told_of(subject, &carried)?.into_iter().map(|object| (subject, object)));
        }
        pairs.extend(self.stated(&stating));
        self.shown.records.fault()?;
        Ok(pairs)
    }

    fn objects(&self, subject: TermId) -> Result<Option<Vec<TermId>>, ReadError> {
        if self.is_stated && self.shown.is_stand_in(subject) {
            return Ok(None);
        }
        let stating = self.stating(Some(subject));
        let mut objects = self.told_of(subject, &self.carried(&stating))?;
        objects.extend(self.stated(&stating).map(|(_, object)| object));
        self.shown.records.fault()?;
        Ok(Some(objects))
    }

    fn subjects(&self, object: TermId) -> Result<Option<Vec<TermId>>, ReadError> {
        let shown = &self.shown;
        let is_written = match self.says {
            Says::Status | Says::Asserted | Says::Confidence | Says::EndKind | Says::Dated => true,
            _ => self.is(dct::TITLE),
        };
        if (is_written && shown.viewer.now.is_some()) || !object.is_in_dictionary() || shown.terms.is_written(object) {
            return Ok(None);
        }
        if !self.may_add() {
            let Some(whole) = self.whole() else { return Ok(Some(Vec::new())) };
            let is_told = |subject: &TermId| self.told(&self.subject(*subject), object) == Some(object);
            let subjects = whole.subjects(object)?.filter(is_told).collect();
            shown.records.fault()?;
            return Ok(Some(subjects));
        }
        let mut candidates = Vec::new();
        if object == shown.terms.source {
            candidates.extend([shown.terms.later_source, shown.terms.undated_source]);
        }
        if let Some(whole) = self.whole() {
            candidates.extend(whole.subjects(object)?);
        }
        if self.is_stated {
            let facts = shown.records.subjects(rdf::OBJECT, object).map(|fact| shown.records.record(fact));
            candidates.extend(facts.filter_map(|fact| fact.object(rdf::SUBJECT)));
        }
        if self.says == Says::Name {
            for name in [rdfs::LABEL, skos::PREF_LABEL, skos::ALT_LABEL] {
                let named = shown.records.subjects(name, object).map(|id| shown.records.record(id));
                candidates.extend(named.flat_map(|record| record.objects(cg::NAME_OF).chain([record.id])));
            }
            candidates.extend(shown.renamed.keys());
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut subjects = Vec::new();
        for subject in candidates {
            if self.objects(subject)?.is_some_and(|objects| objects.contains(&object)) {
                subjects.push(subject);
            }
        }
        Ok(Some(subjects))
    }
}
