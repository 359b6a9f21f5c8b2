//! Rows become what stands around entities and facts. In: rows, and the names of all entities. Out: further sources,
//! disclosures, names that have a day of their own, judgements. Not here: whether their facts exist (`check`).

use csvw::{Location, Row, Table};

use super::literal::{confidence, label};
use super::plan::TablePlan;
use super::reader::{Reader, State};
use super::record::{Apparatus, Citation, Disclosure, Judgement, Name};
use crate::date::Edtf;

/// A row, and what its cells say.
struct Cells<'c, 'a, 'd> {
    reader: &'c Reader<'a>,
    table: &'c Table<'d>,
    plan: &'c TablePlan<'d>,
    row: &'c Row,
    state: &'c mut State,
}

impl Reader<'_> {
    /// Reads what a row is by the record of its table; none where it is another kind, or lacks what every such row has.
    pub(super) fn apparatus(
        &self,
        record: &str,
        table: &Table<'_>,
        plan: &TablePlan<'_>,
        row: &Row,
        state: &mut State,
    ) -> Option<Apparatus> {
        let mut cells = Cells { reader: self, table, plan, row, state };
        match record {
            "Citation" => cells.citation().map(Apparatus::Citation),
            "Disclosure" => cells.disclosure().map(Apparatus::Disclosure),
            "Name" => cells.name().map(Apparatus::Name),
            "Judgement" => cells.judgement().map(Apparatus::Judgement),
            _ => None,
        }
    }
}

impl Cells<'_, '_, '_> {
    fn text(&self, name: &str) -> Option<String> {
        self.plan.text(self.row, name).map(str::to_owned)
    }

    fn date(&mut self, name: &str) -> Option<Edtf> {
        self.state.dates.parse(self.plan.text(self.row, name)?)
    }

    fn place(&self, name: &str) -> Location {
        self.table.cell_location(self.row, name)
    }

    fn fact(&self) -> Option<String> {
        Some(self.plan.text(self.row, "fact")?.trim_start_matches("fact:").to_owned())
    }

    /// Returns the path of what a cell refers to.
    fn path(&mut self, name: &str, class: &str) -> Option<String> {
        let value = self.plan.text(self.row, name)?;
        match self.reader.names.resolve(value, &[class], || self.table.cell_location(self.row, name)) {
            Ok(reference) => Some(reference.path()),
            Err(fault) => {
                self.state.faults.push(*fault);
                None
            }
        }
    }

    fn citation(&mut self) -> Option<Citation> {
        Some(Citation {
            fact: self.fact()?,
            source: self.path("source", "Source")?,
            locator: self.text("locator"),
            stance: self.text("stance"),
            accessed: self.text("accessed"),
            place: self.place("fact"),
        })
    }

    fn disclosure(&mut self) -> Option<Disclosure> {
        let (audience, source) = (self.path("audience", "Entity"), self.path("source", "Source"));
        let several = |name: &str| self.plan.cell(self.row, name).map(|cell| cell.0.as_slice()).unwrap_or_default();
        let facts = several("fact").iter().map(|fact| fact.trim_start_matches("fact:").to_owned()).collect();
        let scope = several("scope").to_vec();
        Some(Disclosure {
            id: self.text("id")?,
            facts,
            audience,
            date: self.date("date")?,
            until: self.date("until"),
            scope,
            kind: self.text("kind")?,
            known_since: self.date("known_since"),
            source,
            locator: self.text("locator"),
            note: self.text("note"),
            note_known_since: self.date("note_known_since"),
            place: self.place("fact"),
        })
    }

    fn name(&mut self) -> Option<Name> {
        let (entity, source) = (self.path("entity", "Entity"), self.path("source", "Source"));
        Some(Name {
            entity: entity?,
            name: label(self.text("name")?, self.plan.text(self.row, "lang")),
            kind: self.text("kind")?,
            known_since: self.date("known_since"),
            source,
            locator: self.text("locator"),
            note: self.text("note"),
            note_known_since: self.date("note_known_since"),
        })
    }

    fn judgement(&mut self) -> Option<Judgement> {
        let source = self.path("source", "Source");
        Some(Judgement {
            fact: self.fact()?,
            status: self.text("status")?,
            confidence: self.plan.text(self.row, "confidence").and_then(confidence),
            since: self.date("since")?,
            by: self.text("by"),
            source,
            locator: self.text("locator"),
            note: self.text("note"),
            note_known_since: self.date("note_known_since"),
            place: self.place("fact"),
        })
    }
}
