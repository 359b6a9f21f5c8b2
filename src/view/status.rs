//! What was thought of a fact on the day. In: facts that are shown, judgements, citations and claims. Out: the latest
//! judgement of the day; without one, the status of the record where what it rests on is shown, else that with which the
//! fact was first told.

use oxigraph::model::NamedNodeRef;
use rdf_columns::TermId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::audience::{Viewer, stance};
use super::facts::{Fact, Facts, Standing};
use super::records::{FactColumns, Kind, Records};
use super::sources::is_published;
use crate::date::Day;
use crate::vocab::cg;

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

/// What is shown that speaks of a fact, by the number of its record.
#[derive(Default)]
struct Evidence {
    /// Local names of the predicates of claims about it.
    claims: FxHashMap<TermId, FxHashSet<String>>,
    /// Facts that something shown contradicts or supersedes, or has another object for.
    against: FxHashSet<TermId>,
}

/// Judges every fact that is known.
pub(super) fn judge(records: &Records, viewer: &Viewer, facts: &mut Facts) {
    let evidence = Evidence::of(records, viewer, facts);
    let judgements = latest(records, viewer);
    let statuses = Statuses::of(records);
    let columns = records.of_facts();
    for fact in facts.all_mut() {
        fact.judged = match judgements.get(&fact.id) {
            _ if fact.standing == Standing::Hidden => Judged::AsRecorded,
            Some((_, judgement)) => Judged::By(*judgement),
            None => evidence.judge(records, &columns, viewer, &statuses, fact),
        };
    }
}

/// Returns the latest judgement of each fact on the day: since when, and which.
fn latest(records: &Records, viewer: &Viewer) -> FxHashMap<TermId, ((Day, String), TermId)> {
    let mut latest: FxHashMap<TermId, ((Day, String), TermId)> = FxHashMap::default();
    let Some(now) = viewer.now else { return latest };
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
    latest
}

/// The statuses that need something to be shown.
struct Statuses(FxHashMap<TermId, &'static str>);

impl Statuses {
    fn of(records: &Records) -> Self {
        let known = ["disputed", "retracted", "refuted", "confirmed", "predicted", "promised", "opinion"];
        let find = |name: &'static str| Some((records.find(&format!("{}{name}", cg::NAMESPACE))?, name));
        Self(known.into_iter().filter_map(find).collect())
    }
}

impl Evidence {
    fn of(records: &Records, viewer: &Viewer, facts: &Facts) -> Self {
        let mut evidence = Self::default();
        let mut functional: FxHashMap<(TermId, TermId), Vec<(TermId, TermId)>> = FxHashMap::default();
        let named = |name: &str| records.find(&format!("{}{name}", cg::NAMESPACE));
        let (supersedes, contradicts) = (named("supersedes"), named("contradicts"));
        let (columns, one_way) = (records.of_facts(), records.subjects(cg::FUNCTIONAL, TermId::of_boolean(true)));
        let one_way: FxHashSet<TermId> = one_way.collect();
        for fact in facts.all().iter().filter(|fact| fact.standing != Standing::Hidden) {
            let Some(predicate) = columns.predicate.object(fact.id) else { continue };
            let objects = columns.object.objects(fact.id).filter(|end| facts.of(*end).is_some());
            if fact.is_claim() {
                let stance = stance(records, predicate);
                objects.for_each(|end| {
                    evidence.claims.entry(end).or_default().insert(stance.clone());
                });
            } else if Some(predicate) == supersedes {
                evidence.against.extend(objects);
            } else if Some(predicate) == contradicts {
                evidence.against.extend(objects.chain(columns.subject.objects(fact.id)));
            } else if one_way.contains(&predicate)
                && let (Some(subject), Some(object)) = (columns.subject.object(fact.id), columns.object.object(fact.id))
            {
                functional.entry((subject, predicate)).or_default().push((fact.id, object));
            }
        }
        for same in functional.values().filter(|same| same.iter().any(|(_, object)| *object != same[0].1)) {
            evidence.against.extend(same.iter().map(|(fact, _)| *fact));
        }
        let disputes = records.find(cg::DISPUTES.as_str());
        for citation in records.of_kind(Kind::Citation) {
            if disputes.is_some()
                && citation.object(cg::STANCE) == disputes
                && citation.linked(cg::CITES).any(|source| is_published(source, viewer))
            {
                for fact in records.subjects(cg::CITATION_OF_FACT, citation.id) {
                    evidence.claims.entry(fact).or_default().insert("denies".to_owned());
                }
            }
        }
        evidence
    }

    fn judge(
        &self,
        records: &Records,
        columns: &FactColumns<'_>,
        viewer: &Viewer,
        statuses: &Statuses,
        fact: &Fact,
    ) -> Judged {
        let status =
            columns.status.object(fact.id).and_then(|status| statuses.0.get(&status)).copied().unwrap_or_default();
        if status.is_empty() && fact.standing == Standing::Told {
            return Judged::AsRecorded;
        }
        let claims = self.claims.get(&fact.id);
        let is = |stance: &str| claims.is_some_and(|claims| claims.contains(stance));
        let keep_if = |holds: bool| {
            let first_told = if is("affirms") { cg::REPORTED_CLAIM } else { cg::ASSERTED_STATUS };
            if holds { Judged::AsRecorded } else { Judged::As(first_told) }
        };
        if fact.standing == Standing::Told {
            return match status {
                "disputed" => keep_if(is("denies")),
                "retracted" => keep_if(is("retracts")),
                "refuted" => keep_if(self.against.contains(&fact.id)),
                "confirmed" => {
                    let mut sources = columns.source.objects(fact.id).peekable();
                    let is_told = |source| is_published(records.record(source), viewer);
                    keep_if(sources.peek().is_none() || sources.any(is_told))
                }
                _ => Judged::AsRecorded,
            };
        }
        match status {
            "retracted" if is("retracts") => Judged::AsRecorded,
            "predicted" | "promised" | "opinion" => Judged::AsRecorded,
            _ if is("denies") => Judged::As(cg::DISPUTED),
            _ => Judged::As(cg::REPORTED_CLAIM),
        }
    }
}
