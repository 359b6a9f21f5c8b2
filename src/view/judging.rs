//! How a fact is judged on the day. In: a fact, and what is shown that speaks of facts. Out: the latest judgement; without one,
//! the status of the record where what it rests on is shown, else that with which the fact was first told.

use rdf_columns::TermId;

use super::facts::{Fact, Standing};
use super::records::Kind;
use super::shown::Shown;
use super::sources::is_published;
use super::status::Judged;
use crate::vocab::{cg, dct, rdf};

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
