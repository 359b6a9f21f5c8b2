//! What was thought of a fact on the day. In: facts that are shown, judgements, citations and claims. Out: the latest
//! judgement of the day; without one, the status of the record where what it rests on is shown, else that with which the
//! fact was first told.

use oxigraph::model::NamedNodeRef;
use rdf_columns::TermId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::audience::{Viewer, stance};
use super::facts::{Fact, Facts, Standing};
use super::records::{Kind, Records};
use super::shown::Shown;
use super::sources::is_published;
use crate::date::Day;
use crate::vocab::{cg, dct, rdf};

/// How a fact is judged on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// As its record does.
    AsRecorded,
    /// By the record of a judgement.
    By(TermId),
    /// As it was first told, or as what speaks of it makes it.
    As(NamedNodeRef<'static>),
}

/// What is shown that speaks of facts, by the numbers of their records.
#[derive(Default)]
pub(super) struct Evidence {
    /// The latest judgement of each fact.
    judgements: FxHashMap<TermId, TermId>,
    /// Local names of the predicates of claims about it.
    claims: FxHashMap<TermId, FxHashSet<String>>,
    /// Facts that something shown contradicts or supersedes.
    against: FxHashSet<TermId>,
    /// The statuses that need something to be shown.
    statuses: FxHashMap<TermId, &'static str>,
}

/// Returns the latest judgement of each fact on the day.
fn latest(records: &Records, viewer: &Viewer) -> FxHashMap<TermId, TermId> {
    let mut latest: FxHashMap<TermId, ((Day, String), TermId)> = FxHashMap::default();
    let Some(now) = viewer.now else { return FxHashMap::default() };
    for judgement in records.of_kind(Kind::Judgement) {
        let Some(since) = judgement.days(cg::SINCE_EARLIEST, cg::SINCE_LATEST).filter(|days| now.has_come(*days))
        else {
            continue;
        };
        // Of two of one day the one whose IRI comes last counts, as with decisions about identity.
        let rank = (since.1, judgement.iri());
        for fact in judgement.objects(cg::JUDGES) {
            if latest.get(&fact).is_none_or(|(known, _)| rank >= *known) {
                latest.insert(fact, (rank.clone(), judgement.id));
            }
        }
    }
    latest.into_iter().map(|(fact, (_, judgement))| (fact, judgement)).collect()
}

const STATUSES: [&str; 7] = ["disputed", "retracted", "refuted", "confirmed", "predicted", "promised", "opinion"];

impl Evidence {
    pub(super) fn of(records: &Records, viewer: &Viewer, facts: &Facts) -> Self {
        if viewer.now.is_none() {
            return Self::default();
        }
        let named = |name: &str| records.find(&format!("{}{name}", cg::NAMESPACE));
        let (supersedes, contradicts) = (named("supersedes"), named("contradicts"));
        let statuses = STATUSES.into_iter().filter_map(|name| Some((named(name)?, name))).collect();
        let mut evidence = Self { judgements: latest(records, viewer), statuses, ..Self::default() };
        for fact in facts.tied().iter().filter(|fact| fact.standing != Standing::Hidden) {
            let record = records.record(fact.id);
            let Some(predicate) = record.object(rdf::PREDICATE) else { continue };
            let objects = record.objects(rdf::OBJECT).filter(|end| records.kind(*end) == Kind::Fact);
            if fact.is_claim() {
                let stance = stance(records, predicate);
                objects.for_each(|end| {
                    evidence.claims.entry(end).or_default().insert(stance.clone());
                });
            } else if Some(predicate) == supersedes {
                evidence.against.extend(objects);
            } else if Some(predicate) == contradicts {
                evidence.against.extend(objects.chain(record.objects(rdf::SUBJECT)));
            }
        }
        evidence
    }
}

impl Shown {
    /// Returns how a fact is judged that is known.
    pub(super) fn judged(&self, fact: &Fact) -> Judged {
        if self.viewer.now.is_none() || fact.standing == Standing::Hidden {
            return Judged::AsRecorded;
        }
        if let Some(judgement) = self.evidence.judgements.get(&fact.id) {
            return Judged::By(*judgement);
        }
        let record = self.records.record(fact.id);
        let status = record.object(cg::STATUS).and_then(|status| self.evidence.statuses.get(&status)).copied();
        let status = status.unwrap_or_default();
        if status.is_empty() && fact.standing == Standing::Told {
            return Judged::AsRecorded;
        }
        let claims = self.evidence.claims.get(&fact.id);
        let is_said = |stance: &str| claims.is_some_and(|claims| claims.contains(stance));
        let is_denied = || is_said("denies") || self.is_cited_against(fact);
        let keep_if = |holds: bool| {
            let first_told = if is_said("affirms") { cg::REPORTED_CLAIM } else { cg::ASSERTED_STATUS };
            if holds { Judged::AsRecorded } else { Judged::As(first_told) }
        };
        if fact.standing == Standing::Told {
            return match status {
                "disputed" => keep_if(is_denied()),
                "retracted" => keep_if(is_said("retracts")),
                "refuted" => keep_if(self.evidence.against.contains(&fact.id) || self.has_other_object(fact)),
                "confirmed" => {
                    let mut sources = record.linked(dct::SOURCE).peekable();
                    keep_if(sources.peek().is_none() || sources.any(|source| is_published(source, &self.viewer)))
                }
                _ => Judged::AsRecorded,
            };
        }
        match status {
            "retracted" if is_said("retracts") => Judged::AsRecorded,
            "predicted" | "promised" | "opinion" => Judged::AsRecorded,
            _ if is_denied() => Judged::As(cg::DISPUTED),
            _ => Judged::As(cg::REPORTED_CLAIM),
        }
    }

    /// Tells whether a published source disputes a fact.
    fn is_cited_against(&self, fact: &Fact) -> bool {
        let Some(disputes) = self.records.find(cg::DISPUTES.as_str()) else { return false };
        let mut citations = self.records.record(fact.id).linked(cg::CITATION_OF_FACT);
        citations.any(|citation| {
            citation.kind() == Kind::Citation
                && citation.object(cg::STANCE) == Some(disputes)
                && citation.linked(cg::CITES).any(|source| is_published(source, &self.viewer))
        })
    }

    /// Tells whether another fact that is known gives the subject another object by a predicate that has one alone.
    fn has_other_object(&self, fact: &Fact) -> bool {
        let said = |id: TermId| {
            let record = self.records.record(id);
            Some((record.object(rdf::SUBJECT)?, record.object(rdf::PREDICATE)?, record.object(rdf::OBJECT)?))
        };
        let Some((subject, predicate, object)) = said(fact.id) else { return false };
        if fact.is_claim() || !self.records.record(predicate).is_true(cg::FUNCTIONAL) {
            return false;
        }
        let mut others = self.records.subjects(rdf::SUBJECT, subject);
        others.any(|other| {
            said(other).is_some_and(|(_, by, to)| by == predicate && to != object)
                && self.fact(other).is_some_and(|other| other.standing != Standing::Hidden && !other.is_claim())
        })
    }
}
