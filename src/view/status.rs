//! What was thought of a fact on the day. In: facts that are shown, judgements, citations and claims. Out: the latest
//! judgement of the day; without one, the status of the record where what it rests on is shown, else that with which the
//! fact was first told.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{NamedNode, NamedNodeRef};

use super::audience::Viewer;
use super::facts::{Fact, Facts, Standing};
use super::records::{Kind, Records};
use super::sources::is_published;
use crate::vocab::{cg, dct, rdf};

/// How a fact is judged on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judged {
    /// As its record does.
    AsRecorded,
    /// With the number of the record of a judgement.
    By(usize),
    /// As it was first told, or as what speaks of it makes it.
    As(NamedNode),
}

/// What is shown that speaks of a fact, by the number of its record.
#[derive(Default)]
struct Evidence {
    /// Local names of the predicates of claims about it.
    claims: HashMap<usize, HashSet<String>>,
    /// Facts that something shown contradicts or supersedes, or has another object for.
    against: HashSet<usize>,
}

/// Judges every fact that is known.
pub(super) fn judge(records: &Records, viewer: &Viewer<'_>, facts: &mut Facts<'_>) {
    let evidence = Evidence::of(records, viewer, facts);
    let judgements = latest(records, viewer);
    for fact in facts.all_mut() {
        fact.judged = match judgements.get(&fact.number) {
            _ if fact.standing == Standing::Hidden => Judged::AsRecorded,
            Some((_, number)) => Judged::By(*number),
            None => evidence.judge(records, viewer, fact),
        };
    }
}

/// Returns the latest judgement of each fact on the day: since when, and the number of its record.
fn latest<'r>(records: &'r Records, viewer: &Viewer<'_>) -> HashMap<usize, ((crate::date::Day, &'r str), usize)> {
    let mut latest = HashMap::new();
    let Some(now) = viewer.now else { return latest };
    for (number, judgement) in records.of_kind(Kind::Judgement) {
        let Some(since) = judgement.days(cg::SINCE_EARLIEST, cg::SINCE_LATEST).filter(|days| now.has_come(*days))
        else {
            continue;
        };
        // Of two of one day the one whose IRI comes last counts, as with decisions about identity.
        let rank = (since.1, judgement.iri_of());
        for fact in records.linked(judgement, cg::JUDGES) {
            let entry = latest.entry(fact).or_insert((rank, number));
            if rank >= entry.0 {
                *entry = (rank, number);
            }
        }
    }
    latest
}

impl Evidence {
    fn of(records: &Records, viewer: &Viewer<'_>, facts: &Facts<'_>) -> Self {
        let mut evidence = Self::default();
        let known = facts.all().iter().filter(|fact| fact.standing != Standing::Hidden);
        let mut functional: HashMap<(usize, usize), Vec<(usize, String)>> = HashMap::new();
        for fact in known {
            let predicate = fact.record.iri(rdf::PREDICATE).unwrap_or_default();
            let name = predicate.strip_prefix(cg::NAMESPACE).unwrap_or_default();
            let objects = records.linked(fact.record, rdf::OBJECT).filter(|end| facts.of(*end).is_some());
            if fact.is_claim() {
                let stance = viewer.stance(predicate);
                objects.for_each(|end| {
                    evidence.claims.entry(end).or_default().insert(stance.to_owned());
                });
            } else if name == "supersedes" {
                evidence.against.extend(objects);
            } else if name == "contradicts" {
                evidence.against.extend(objects.chain(records.linked(fact.record, rdf::SUBJECT)));
            } else if let Some(relation) = records.linked(fact.record, rdf::PREDICATE).next()
                && records.all()[relation].is_true(cg::FUNCTIONAL)
                && let (Some(subject), Some(object)) =
                    (records.linked(fact.record, rdf::SUBJECT).next(), fact.record.object(rdf::OBJECT))
            {
                functional.entry((subject, relation)).or_default().push((fact.number, object.to_string()));
            }
        }
        for same in functional.values().filter(|same| same.iter().any(|(_, object)| *object != same[0].1)) {
            evidence.against.extend(same.iter().map(|(fact, _)| *fact));
        }
        for fact in facts.all() {
            for citation in records.named_by(fact.record, cg::CITATION_OF_FACT) {
                let disputes = citation.iri(cg::STANCE) == Some(cg::DISPUTES.as_str());
                let mut sources = records.named_by(citation, cg::CITES);
                if disputes && sources.any(|source| is_published(source, viewer)) {
                    evidence.claims.entry(fact.number).or_default().insert("denies".to_owned());
                }
            }
        }
        evidence
    }

    fn judge(&self, records: &Records, viewer: &Viewer<'_>, fact: &Fact<'_>) -> Judged {
        let claims = self.claims.get(&fact.number);
        let is = |stance: &str| claims.is_some_and(|claims| claims.contains(stance));
        let status = fact.record.iri(cg::STATUS).and_then(|iri| iri.strip_prefix(cg::NAMESPACE)).unwrap_or_default();
        let first_told =
            || Judged::As(if is("affirms") { cg::REPORTED_CLAIM } else { cg::ASSERTED_STATUS }.into_owned());
        let keep_if = |holds: bool| if holds { Judged::AsRecorded } else { first_told() };
        let recorded = match status {
            "disputed" => keep_if(is("denies")),
            "retracted" => keep_if(is("retracts")),
            "refuted" => keep_if(self.against.contains(&fact.number)),
            "confirmed" => {
                let mut sources = records.named_by(fact.record, dct::SOURCE).peekable();
                keep_if(sources.peek().is_none() || sources.any(|source| is_published(source, viewer)))
            }
            _ => Judged::AsRecorded,
        };
        if fact.standing == Standing::Told {
            return recorded;
        }
        let said = |status: NamedNodeRef<'_>| Judged::As(status.into_owned());
        match status {
            "retracted" if is("retracts") => Judged::AsRecorded,
            "predicted" | "promised" | "opinion" => Judged::AsRecorded,
            _ if is("denies") => said(cg::DISPUTED),
            _ => said(cg::REPORTED_CLAIM),
        }
    }
}
