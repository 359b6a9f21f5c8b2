//! All that a view shows, and how. In: the records of a case, and what was decided of them. Out: what of a record may be told,
//! and how it is called. What follows from other records is worked out when it is asked for, and kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use oxigraph::model::{NamedNode, NamedNodeRef};
use rdf_columns::{Graph, Index, TermId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::audience::Viewer;
use super::dates::Dates;
use super::facts::{Fact, Facts, Standing};
use super::names::Names;
use super::records::{Kind, Record, Records};
use super::sources::{is_published, is_undated};
use super::status::{Evidence, Judged};
use crate::date::{Day, LAST_DAY, days_between};
use crate::vocab::{cg, dct, rdf};

/// A pair of a table.
pub(super) type Pair = (TermId, TermId);

/// All that a view shows.
pub(super) struct Shown {
    pub(super) records: Arc<Records>,
    pub(super) viewer: Viewer,
    pub(super) facts: Facts,
    pub(super) evidence: Evidence,
    pub(super) terms: Terms,
    /// Who is an end of a fact that was told under some names only, or to the audience alone.
    pub(super) partly_told: FxHashSet<TermId>,
    /// What nodes are called that would tell too much.
    pub(super) renamed: BTreeMap<TermId, NamedNode>,
    /// The properties that a view writes where the whole may not have them.
    pub(super) written: BTreeMap<TermId, NamedNodeRef<'static>>,
    /// What was worked out of each node, by its number; 0 where nothing was.
    pub(super) looks: Vec<AtomicU8>,
    /// The names of entities; none for those who are hidden.
    pub(super) names: Mutex<FxHashMap<TermId, Option<Arc<Names>>>>,
    /// The statuses whose facts stand as plain triples too.
    pub(super) accepted: OnceLock<FxHashSet<TermId>>,
    /// All names that are told.
    pub(super) told_names: OnceLock<FxHashSet<String>>,
    /// Which stand-ins for sources are used.
    pub(super) stand_ins: OnceLock<FxHashSet<TermId>>,
}

/// What a view makes of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) kind: Kind,
    /// Whether what is said of it is shown.
    pub(super) is_shown: bool,
    /// Whether it is a fact of which something is said, be it only what it says.
    pub(super) is_told: bool,
}

impl Look {
    const IS_SHOWN: u8 = 1 << 6;
    const IS_TOLD: u8 = 1 << 5;

    /// Returns it as a byte that is not 0.
    fn byte(self) -> u8 {
        let flags = [(self.is_shown, Self::IS_SHOWN), (self.is_told, Self::IS_TOLD)];
        flags.iter().filter(|(is, _)| *is).fold(self.kind as u8 + 1, |byte, (_, flag)| byte | flag)
    }

    fn of_byte(byte: u8) -> Option<Self> {
        let kind = *Kind::ALL.get(usize::from(byte & !(Self::IS_SHOWN | Self::IS_TOLD)).checked_sub(1)?)?;
        Some(Self { kind, is_shown: byte & Self::IS_SHOWN > 0, is_told: byte & Self::IS_TOLD > 0 })
    }
}

/// The numbers of terms that a view may write.
pub(super) struct Terms {
    pub(super) reported_claim: TermId,
    pub(super) asserted: TermId,
    pub(super) disputed: TermId,
    pub(super) open: TermId,
    pub(super) unknown: TermId,
    pub(super) later_source: TermId,
    pub(super) undated_source: TermId,
    pub(super) statement: TermId,
    /// The class of sources.
    pub(super) source: TermId,
    /// The titles of stand-ins: for a source of a later date, and for one without a date.
    pub(super) titles: [TermId; 2],
    /// The statuses that are accepted unless the case says otherwise.
    pub(super) usual: [TermId; 3],
}

impl Terms {
    /// Tells whether a view may write a term as an object where the whole has another one, or none.
    pub(super) fn is_written(&self, id: TermId) -> bool {
        [self.later_source, self.undated_source, self.statement].contains(&id) || self.titles.contains(&id)
    }
}

/// What may be told of the dates of a fact, and what is written anew for each.
pub(super) const DATED: [NamedNodeRef<'static>; 6] =
    [cg::BEGIN_EARLIEST, cg::BEGIN_LATEST, cg::END_EARLIEST, cg::END_LATEST, cg::KNOWN_EARLIEST, cg::KNOWN_LATEST];

impl Shown {
    /// Returns the fact that a record tells.
    pub(super) fn fact(&self, id: TermId) -> Option<Cow<'_, Fact>> {
        let record = self.records.record(id);
        (record.kind() == Kind::Fact).then(|| self.facts.of(&self.viewer, record))
    }

    pub(super) fn dates(&self, fact: &Fact) -> Dates {
        Dates::of(self.records.record(fact.id), &self.viewer, fact.known, fact.is_private())
    }

    /// Returns what the view makes of a node.
    pub(super) fn look(&self, id: TermId) -> Look {
        let place = if id.is_in_dictionary() { self.looks.get(id.index()) } else { None };
        let Some(place) = place else { return Look { kind: Kind::Other, is_shown: false, is_told: false } };
        if let Some(look) = Look::of_byte(place.load(Ordering::Relaxed)) {
            return look;
        }
        let record = self.records.record(id);
        let kind = record.kind();
        let fact = (kind == Kind::Fact).then(|| self.facts.of(&self.viewer, record));
        let is_shown = fact.as_ref().map_or_else(|| self.shows_as(record, kind), |fact| self.shows_fact(fact));
        let is_spoken_of = |fact: &Fact| fact.is_spoken_of && fact.standing != Standing::Hidden;
        let is_told = fact.is_some_and(|fact| is_shown || is_spoken_of(&fact));
        let look = Look { kind, is_shown, is_told };
        place.store(look.byte(), Ordering::Relaxed);
        look
    }

    /// Tells whether what is said of a node is shown.
    pub(super) fn shows(&self, id: TermId) -> bool {
        self.look(id).is_shown
    }

    /// Returns what stands for a source that may not be named.
    pub(super) fn stand_in(&self, id: TermId) -> Option<TermId> {
        self.viewer.now?;
        let record = self.records.record(id);
        if record.kind() == Kind::Source { self.stand_in_of(record) } else { None }
    }

    fn stand_in_of(&self, source: Record<'_>) -> Option<TermId> {
        self.viewer.now?;
        if is_published(source, &self.viewer) {
            return None;
        }
        // What stands for a source in one view does so in a view of it.
        let is_later = source.id == self.terms.later_source || !is_undated(source);
        Some(if is_later { self.terms.later_source } else { self.terms.undated_source })
    }

    pub(super) fn is_stand_in(&self, id: TermId) -> bool {
        id == self.terms.later_source || id == self.terms.undated_source
    }

    /// Tells whether anything of a graph is shown; of one of which nothing is, the name is not told either.
    pub(super) fn shows_any_of(&self, graph: &Graph) -> bool {
        let indexes = graph.tables().iter().filter_map(|(_, table)| table.by_subject().ok());
        indexes.flat_map(Index::iter).any(|(subject, _)| self.shows(subject))
    }

    /// Returns the graph in which a node is described.
    pub(super) fn graph_of(&self, id: TermId) -> usize {
        self.records.graph_of(id)
    }

    /// Returns what a term is called in the view; nothing where it names a record that is not shown.
    pub(super) fn called(&self, id: TermId) -> Option<TermId> {
        if !id.is_in_dictionary() {
            return Some(id);
        }
        self.called_as(id, self.look(id))
    }

    fn called_as(&self, id: TermId, look: Look) -> Option<TermId> {
        if look.is_shown || self.renamed.contains_key(&id) {
            return Some(id);
        }
        match look.kind {
            Kind::Source => self.stand_in_of(self.records.record(id)),
            Kind::Other => (!self.records.is_node(id) || !self.records.is_record(id)).then_some(id),
            _ => None,
        }
    }

    /// Returns what a term is called at an end of a fact: facts are named though they did not hold, and so is what no table
    /// describes.
    pub(super) fn spoken(&self, id: TermId) -> Option<TermId> {
        if !id.is_in_dictionary() {
            return Some(id);
        }
        match self.look(id) {
            Look { kind: Kind::Fact | Kind::Other, .. } => Some(id),
            look => self.called_as(id, look),
        }
    }

    /// Returns what stands for the sources of a fact where none of them may be named.
    pub(super) fn source_of(&self, fact: &Fact) -> Option<TermId> {
        self.viewer.now?;
        let record = self.records.record(fact.id);
        let mut sources = record.linked(dct::SOURCE).peekable();
        let first = *sources.peek()?;
        if sources.any(|source| self.shows(source.id)) {
            return None;
        }
        self.stand_in(first.id).or(Some(self.terms.later_source))
    }

    /// Returns since when a fact is known. A last day that lies ahead may be that of a later source: then there is none.
    pub(super) fn known(&self, fact: &Fact) -> (Day, Day) {
        let lies_ahead = self.viewer.now.is_some_and(|now| fact.known.1 > now.day);
        (fact.known.0, if lies_ahead { LAST_DAY } else { fact.known.1 })
    }

    pub(super) fn status_of(&self, fact: &Fact) -> Option<TermId> {
        match self.judged(fact) {
            Judged::As(status) if status == cg::REPORTED_CLAIM => Some(self.terms.reported_claim),
            Judged::As(status) if status == cg::DISPUTED => Some(self.terms.disputed),
            Judged::As(_) => Some(self.terms.asserted),
            Judged::By(judgement) => self.records.record(judgement).object(cg::STATUS),
            Judged::AsRecorded => self.records.record(fact.id).object(cg::STATUS),
        }
    }

    /// Tells whether a fact stands as a plain triple too.
    pub(super) fn is_asserted(&self, fact: &Fact) -> bool {
        if self.judged(fact) == Judged::AsRecorded {
            return self.records.record(fact.id).is_true(cg::ASSERTED);
        }
        let is_accepted = || self.status_of(fact).is_some_and(|status| self.accepted().contains(&status));
        fact.standing == Standing::Told && (fact.is_claim() || is_accepted())
    }

    /// Returns the statuses whose facts stand as plain triples too, as the case has them.
    fn accepted(&self) -> &FxHashSet<TermId> {
        self.accepted.get_or_init(|| {
            let facts = self.records.of_kind(Kind::Fact).filter(|fact| !self.viewer.is_claim(*fact));
            let said = facts.filter_map(|fact| Some((fact.object(cg::STATUS)?, fact.is_true(cg::ASSERTED))));
            let said: FxHashSet<(TermId, bool)> = said.collect();
            let usual = self.terms.usual.into_iter().filter(|status| !said.contains(&(*status, false)));
            usual.chain(said.iter().filter(|(_, is)| *is).map(|(status, _)| *status)).collect()
        })
    }

    /// Tells whether the day to which a lag counts has come: a fact may be known before anybody told it in public.
    pub(super) fn has_lag(&self, fact: &Fact, lag: TermId) -> bool {
        let Some(now) = self.viewer.now else { return false };
        let passed = days_between(self.dates(fact).ends.1, now.day);
        let lag = self.records.text(lag).parse();
        !fact.is_private() && fact.standing == Standing::Told && lag.is_ok_and(|lag: i64| lag <= passed)
    }

    /// Tells whether a term is a date that has not come.
    pub(super) fn is_ahead(&self, id: TermId) -> bool {
        let Some(now) = self.viewer.now else { return false };
        match id.day() {
            Some(day) => !now.has_come((day, day)),
            None if self.records.is_typed(id) => self.records.term(id).is_none_or(|term| now.is_ahead(&term)),
            None => false,
        }
    }

    /// Tells whether the sources of a record had all been published.
    pub(super) fn rests_on_published(&self, record: Record<'_>) -> bool {
        let property = if record.kind() == Kind::Citation { cg::CITES } else { dct::SOURCE };
        record.linked(property).all(|source| is_published(source, &self.viewer))
    }

    /// Returns subject and object of the triple that a fact or a statement is about, where both may be named.
    pub(super) fn plain_triple(&self, record: Record<'_>) -> Option<Pair> {
        let subject = self.spoken(record.object(rdf::SUBJECT)?).filter(|subject| self.records.is_node(*subject))?;
        Some((subject, self.spoken(record.object(rdf::OBJECT)?)?))
    }

    /// Tells whether the title of a case may be told, and not only its working title.
    pub(super) fn has_title(&self, case: Record<'_>) -> bool {
        let days = case.days(cg::TITLE_KNOWN_EARLIEST, cg::TITLE_KNOWN_LATEST);
        days.is_none() || self.viewer.has_come(days)
    }
}
