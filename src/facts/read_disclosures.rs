//! Rows become disclosures. In: tables, and the names of all entities. Out: what became known to whom by which event.
//! Not here: whether its facts exist (`check`).

use super::cells::{record, text};
use super::reader::Reader;
use super::record::Disclosure;
use crate::csvw::{Cell, Row, Table};
use crate::date::Edtf;
use crate::diagnostic::Diagnostics;

impl Reader<'_> {
    /// Reads the disclosures of all tables, in the order of the files.
    pub(super) fn disclosures(&self, tables: &[Table<'_>], faults: &mut Diagnostics) -> Vec<Disclosure> {
        let mut disclosures = Vec::new();
        for table in tables.iter().filter(|table| record(table) == Some("Disclosure")) {
            for row in &table.rows {
                disclosures.extend(self.disclosure(table, row, faults));
            }
        }
        disclosures
    }

    fn disclosure(&self, table: &Table<'_>, row: &Row, faults: &mut Diagnostics) -> Option<Disclosure> {
        let path = |name: &str, class: &str, faults: &mut Diagnostics| {
            let value = text(table, row, name)?;
            match self.names.resolve(&value, &[class], &table.cell_location(row, name)) {
                Ok(reference) => Some(reference.path()),
                Err(fault) => {
                    faults.push(*fault);
                    None
                }
            }
        };
        let audience = path("audience", "Entity", faults);
        let source = path("source", "Source", faults);
        let date = |name: &str| Edtf::parse(&text(table, row, name)?).ok();
        let facts = table.cell(row, "fact").map(|cell: &Cell| cell.0.as_slice()).unwrap_or_default();
        Some(Disclosure {
            id: text(table, row, "id")?,
            facts: facts.iter().map(|fact| fact.trim_start_matches("fact:").to_owned()).collect(),
            audience,
            date: date("date")?,
            kind: text(table, row, "kind")?,
            known_since: date("known_since"),
            source,
            locator: text(table, row, "locator"),
            note: text(table, row, "note"),
            place: table.cell_location(row, "fact"),
        })
    }
}
