//! Rows become what stands around entities and facts. In: rows, and the names of all entities. Out: further sources,
//! disclosures, names that have a day of their own, judgements. Not here: whether their facts exist (`state`).

use super::literal::{confidence, label};
use super::plan::Line;
use super::reader::Reader;
use super::record::{Citation, Disclosure, Evidence, Judgement, Name, Record};
use super::state::State;
use crate::date::Edtf;

/// A row, and what its cells say.
struct Cells<'c, 'a> {
    reader: &'c Reader<'a>,
    line: Line<'c>,
    state: &'c mut State,
}

impl Reader<'_> {
    /// Reads what a row is by the record of its table; none where it is another kind, or lacks what every such row has.
    pub(super) fn record(&self, line: Line<'_>, state: &mut State) -> Option<Record> {
        let mut cells = Cells { reader: self, line, state };
        match line.plan.record? {
            "Citation" => cells.citation().map(|citation| Record::Citation(Box::new(citation))),
            "Disclosure" => cells.disclosure().map(|disclosure| Record::Disclosure(Box::new(disclosure))),
            "Name" => cells.name().map(|name| Record::Name(Box::new(name))),
            "Judgement" => cells.judgement().map(|judgement| Record::Judgement(Box::new(judgement))),
            _ => None,
        }
    }
}

impl Cells<'_, '_> {
    fn text(&self, name: &str) -> Option<String> {
        self.line.text(name).map(str::to_owned)
    }

    fn date(&mut self, name: &str) -> Option<Edtf> {
        self.state.dates.parse(self.line.text(name)?)
    }

    fn facts(&self) -> impl Iterator<Item = String> {
        self.line.texts("fact").map(|fact| fact.trim_start_matches("fact:").to_owned())
    }

    /// Returns the path of what a cell refers to.
    fn path(&mut self, name: &str, class: &str) -> Option<String> {
        let found = self.reader.names.resolve(self.line.text(name)?, &[class], || self.line.cell(name));
        found.map(|reference| reference.path()).map_err(|fault| self.state.faults.push(*fault)).ok()
    }

    fn evidence(&mut self) -> Evidence {
        Evidence {
            source: self.path("source", "Source"),
            locator: self.text("locator"),
            note: self.text("note"),
            note_known_since: self.date("note_known_since"),
        }
    }

    fn citation(&mut self) -> Option<Citation> {
        let fact = self.facts().next()?;
        Some(Citation {
            fact,
            source: self.path("source", "Source")?,
            locator: self.text("locator"),
            stance: self.text("stance"),
            accessed: self.text("accessed"),
            place: self.line.cell("fact"),
        })
    }

    fn disclosure(&mut self) -> Option<Disclosure> {
        let (audience, evidence) = (self.path("audience", "Entity"), self.evidence());
        Some(Disclosure {
            id: self.text("id")?,
            facts: self.facts().collect(),
            audience,
            date: self.date("date")?,
            until: self.date("until"),
            scope: self.line.texts("scope").map(str::to_owned).collect(),
            kind: self.text("kind")?,
            known_since: self.date("known_since"),
            evidence,
            place: self.line.cell("fact"),
        })
    }

    fn name(&mut self) -> Option<Name> {
        let (entity, evidence) = (self.path("entity", "Entity"), self.evidence());
        Some(Name {
            entity: entity?,
            text: label(self.text("name")?, self.line.text("lang")),
            kind: self.text("kind")?,
            known_since: self.date("known_since"),
            evidence,
        })
    }

    fn judgement(&mut self) -> Option<Judgement> {
        let fact = self.facts().next();
        let evidence = self.evidence();
        Some(Judgement {
            fact: fact?,
            status: self.text("status")?,
            confidence: self.line.text("confidence").and_then(confidence),
            since: self.date("since")?,
            by: self.text("by"),
            evidence,
            place: self.line.cell("fact"),
        })
    }
}
