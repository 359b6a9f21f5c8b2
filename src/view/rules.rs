//! What may be told by a property of what a record says. In: a pair of subject and object of the whole, and what a view shows.
//! Out: the object as it is told, or nothing; and what the property says that the whole does not say so.

use oxigraph::model::{NamedNode, NamedNodeRef};
use rdf_columns::TermId;
use rustc_hash::FxHashSet;

use super::dates::End;
use super::facts::{Fact, Standing};
use super::records::Kind;
use super::shown::{DATED, Pair, Shown};
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

/// What a note says, and since when.
const NOTE: [NamedNodeRef<'static>; 4] =
    [rdfs::COMMENT, cg::NOTE_KNOWN_SINCE, cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST];

/// What a pair says something of.
#[derive(Clone, Copy)]
pub(super) struct Of<'s> {
    pub(super) id: TermId,
    pub(super) kind: Kind,
    pub(super) fact: Option<&'s Fact>,
    pub(super) is_shown: bool,
}

/// What may be told by a property.
pub(super) struct Rule<'s> {
    name: NamedNode,
    says: Says,
    property: TermId,
    shown: &'s Shown,
}

impl<'s> Rule<'s> {
    pub(super) fn of(name: NamedNode, property: TermId, shown: &'s Shown) -> Self {
        Self { says: Says::of(&name), name, property, shown }
    }

    fn is(&self, name: NamedNodeRef<'_>) -> bool {
        self.name == name
    }

    fn is_one_of(&self, names: &[NamedNodeRef<'_>]) -> bool {
        names.iter().any(|name| self.is(*name))
    }

    /// Returns the pairs of the property that facts state, or statements of tables that make no facts: they stand or fall with
    /// those.
    pub(super) fn carried(&self) -> FxHashSet<Pair> {
        let records = &self.shown.records;
        let stating = records.subjects(rdf::PREDICATE, self.property).map(|id| records.record(id));
        let stated = stating.filter(|record| record.kind() == Kind::Statement || record.is_true(cg::ASSERTED));
        stated.filter_map(|record| Some((record.object(rdf::SUBJECT)?, record.object(rdf::OBJECT)?))).collect()
    }

    /// Returns what may be told of what a record says.
    pub(super) fn told(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        match of.fact {
            Some(fact) if of.is_shown => self.of_fact(fact, object),
            Some(_) if matches!(self.says, Says::Ends | Says::Predicate) && self.shown.is_told(of.id) => {
                self.shown.spoken(object)
            }
            _ if !of.is_shown => None,
            _ => match of.kind {
                Kind::Entity => self.of_entity(of, object),
                Kind::Case => self.of_case(of, object),
                _ => self.of_other(of, object),
            },
        }
    }

    fn of_fact(&self, fact: &Fact, object: TermId) -> Option<TermId> {
        let shown = self.shown;
        if shown.viewer.now.is_none() {
            return self.plainly(fact.id, Kind::Fact, object);
        }
        let tells_end = fact.dates.tells_end();
        let known_since = || {
            let mut dates = shown.records.record(fact.id).objects(cg::KNOWN_SINCE);
            fact.standing == Standing::Told && !dates.any(|date| shown.is_ahead(date))
        };
        let number = |days: Option<i64>| days.and_then(TermId::of_integer);
        match self.says {
            Says::Status => shown.status_of(fact),
            Says::Asserted => Some(TermId::of_boolean(shown.is_asserted(fact))),
            Says::Confidence => (fact.judged == Judged::AsRecorded).then_some(object),
            Says::Begin => fact.dates.has_begin.then_some(object),
            Says::End => tells_end.then_some(object),
            Says::EndKind => Some(match fact.dates.end {
                End::AsRecorded => object,
                End::Open => shown.terms.open,
                End::Unknown => shown.terms.unknown,
            }),
            Says::Qualifier => self.qualifies(fact, tells_end, object).then_some(object),
            Says::KnownSince => known_since().then_some(object),
            // It is about the last day, which may be that of an event still to come.
            Says::KnownQualifier => (known_since() && shown.known(fact).1 < LAST_DAY).then_some(object),
            Says::MinDays => number(fact.dates.shortest()),
            Says::MaxDays => number(fact.dates.longest()),
            Says::LagDays => (tells_end && shown.has_lag(fact, object)).then_some(object),
            Says::Dated => None,
            _ => self.plainly(fact.id, Kind::Fact, object),
        }
    }

    /// Tells whether a qualifier belongs to a date that is told.
    fn qualifies(&self, fact: &Fact, tells_end: bool, qualifier: TermId) -> bool {
        let records = &self.shown.records;
        let is_uncertain = records.text(qualifier) == cg::UNCERTAIN.as_str();
        let marks = if is_uncertain { ['?', '%'] } else { ['~', '%'] };
        let is_marked = |date| records.record(fact.id).text(date).is_some_and(|text| text.contains(marks));
        (fact.dates.has_begin && is_marked(cg::BEGIN)) || (tells_end && is_marked(cg::END))
    }

    fn of_entity(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        if let Some(names) = self.shown.around.names.get(&of.id) {
            let is_by_row = names.by_row || self.says == Says::Class;
            if !is_by_row || self.says == Says::Name {
                return None;
            }
        }
        self.plainly(of.id, of.kind, object)
    }

    /// Returns what the case says of itself as it did on the day.
    fn of_case(&self, of: &Of<'_>, object: TermId) -> Option<TermId> {
        let Some(now) = self.shown.viewer.now else { return self.plainly(of.id, of.kind, object) };
        let record = self.shown.records.record(of.id);
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
        let (shown, record) = (self.shown, self.shown.records.record(of.id));
        if of.kind == Kind::Statement && shown.plain_triple(record).is_none() {
            return None;
        }
        if of.kind == Kind::Relation {
            if record.iri().starts_with(cg::NAMESPACE) {
                return Some(object);
            }
            if shown.viewer.now.is_some() && self.is(rdfs::COMMENT) {
                return None;
            }
        }
        if let (Kind::Disclosure, Some(now)) = (of.kind, shown.viewer.now) {
            if self.is_one_of(&[cg::UNTIL, cg::UNTIL_EARLIEST, cg::UNTIL_LATEST]) {
                let until = record.days(cg::UNTIL_EARLIEST, cg::UNTIL_LATEST)?;
                return now.has_come(until).then_some(object);
            }
            if self.is(cg::SCOPE) {
                let scope = shown.records.text(object);
                let names = shown.around.names.values();
                let mut told = names.flat_map(|names| names.labels.iter().chain(&names.others));
                return told.any(|name| name.value() == scope).then_some(object);
            }
        }
        self.plainly(of.id, of.kind, object)
    }

    /// Returns what may be told of one thing that a record says: nothing of what lies ahead, and no note without a day.
    fn plainly(&self, id: TermId, kind: Kind, object: TermId) -> Option<TermId> {
        let shown = self.shown;
        if kind == Kind::Fact && self.says == Says::Ends {
            return shown.spoken(object);
        }
        let Some(now) = shown.viewer.now else { return shown.called(object) };
        let record = shown.records.record(id);
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

    /// Adds what the property says that the whole does not say so.
    pub(super) fn add(&self, graph: usize, pairs: &mut Vec<Pair>) {
        let shown = self.shown;
        let is_here = |id: TermId| shown.graph_of(id) == graph;
        let facts = || shown.facts.all().iter().filter(|fact| shown.around.shows(fact.id) && is_here(fact.id));
        let is_rewritten = shown.viewer.now.is_some();
        match self.name.as_ref() {
            name if is_rewritten && DATED.contains(&name) => {
                let day = |fact: &Fact| match name {
                    _ if name == cg::BEGIN_EARLIEST => fact.dates.begins.0,
                    _ if name == cg::BEGIN_LATEST => fact.dates.begins.1,
                    _ if name == cg::END_EARLIEST => fact.dates.ends.0,
                    _ if name == cg::END_LATEST => fact.dates.ends.1,
                    _ if name == cg::KNOWN_EARLIEST => shown.known(fact).0,
                    _ => shown.known(fact).1,
                };
                pairs.extend(facts().map(|fact| (fact.id, TermId::of_day(day(fact)))));
            }
            name if is_rewritten && name == cg::CONFIDENCE => {
                let judged = |fact: &Fact| match fact.judged {
                    Judged::By(judgement) => Some((fact.id, shown.records.record(judgement).object(cg::CONFIDENCE)?)),
                    _ => None,
                };
                pairs.extend(facts().filter_map(judged));
            }
            name if name == dct::SOURCE => {
                pairs.extend(facts().filter_map(|fact| Some((fact.id, shown.source_of(fact)?))));
            }
            name if is_rewritten && name == dct::TITLE => {
                let cases =
                    shown.records.of_kind(Kind::Case).filter(|case| is_here(case.id) && !shown.has_title(*case));
                pairs.extend(cases.filter_map(|case| Some((case.id, case.object(cg::WORKING_TITLE)?))));
            }
            name if name == rdf::TYPE => {
                let statement = shown.terms.statement;
                let spoken =
                    shown.facts.all().iter().filter(|fact| !shown.around.shows(fact.id) && shown.is_told(fact.id));
                pairs.extend(spoken.filter(|fact| is_here(fact.id)).map(|fact| (fact.id, statement)));
            }
            _ => {}
        }
        let stating: Vec<TermId> = shown.records.subjects(rdf::PREDICATE, self.property).collect();
        for id in stating.into_iter().filter(|id| shown.around.shows(*id) && is_here(*id)) {
            let is_asserted = shown.facts.of(id).is_none_or(|fact| shown.is_asserted(fact));
            pairs.extend(shown.plain_triple(shown.records.record(id)).filter(|_| is_asserted));
        }
    }
}
