//! What speaks of facts on the day. In: facts that are shown, judgements and claims. Out: the latest judgement of each fact,
//! and what claims and other facts say of it.

use oxigraph::model::NamedNodeRef;
use rdf_columns::TermId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::audience::{Viewer, stance};
use super::facts::{Facts, Standing};
use super::records::{Kind, Records};
use crate::date::Day;
use crate::vocab::{cg, rdf};

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
    pub(super) judgements: FxHashMap<TermId, TermId>,
    /// Local names of the predicates of claims about it.
    pub(super) claims: FxHashMap<TermId, FxHashSet<String>>,
    /// Facts that something shown contradicts or supersedes.
    pub(super) against: FxHashSet<TermId>,
    /// The statuses that need something to be shown.
    pub(super) statuses: FxHashMap<TermId, &'static str>,
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
