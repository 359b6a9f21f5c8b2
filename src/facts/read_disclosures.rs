//! Rows become disclosures. In: rows, and the names of all entities. Out: what became known to whom by which event.
//! Not here: whether its facts exist (`check`).

use super::plan::TablePlan;
use super::reader::{Reader, State};
use super::record::Disclosure;
use crate::csvw::{Row, Table};

impl Reader<'_> {
    /// Reads a disclosure; none where the row lacks what every disclosure has.
    pub(super) fn disclosure(
        &self,
        table: &Table<'_>,
        plan: &TablePlan<'_>,
        row: &Row,
        state: &mut State,
    ) -> Option<Disclosure> {
        let State { faults, dates, .. } = state;
        let text = |name: &str| plan.text(row, name).map(str::to_owned);
        let mut path = |name: &str, class: &str| {
            let value = plan.text(row, name)?;
            match self.names.resolve(value, &[class], || table.cell_location(row, name)) {
                Ok(reference) => Some(reference.path()),
                Err(fault) => {
                    faults.push(*fault);
                    None
                }
            }
        };
        let audience = path("audience", "Entity");
        let source = path("source", "Source");
        let mut date = |name: &str| dates.parse(plan.text(row, name)?);
        let facts = plan.cell(row, "fact").map(|cell| cell.0.as_slice()).unwrap_or_default();
        Some(Disclosure {
            id: text("id")?,
            facts: facts.iter().map(|fact| fact.trim_start_matches("fact:").to_owned()).collect(),
            audience,
            date: date("date")?,
            kind: text("kind")?,
            known_since: date("known_since"),
            source,
            locator: text("locator"),
            note: text("note"),
            place: table.cell_location(row, "fact"),
        })
    }
}
