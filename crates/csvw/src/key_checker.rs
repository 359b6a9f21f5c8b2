//! Keys that are not as they should be. In: the keys of all tables of a group. Out: a fault for each row whose key another row
//! has, or that refers to none. <https://www.w3.org/TR/tabular-data-model/#validating-tables>

use std::collections::BTreeMap;

use crate::code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::keys::{Keys, TableKeys};
use crate::location::Location;
use crate::metadata::{ForeignKey, TableDescription, TableGroup};
use crate::options::Options;
use crate::records::Record;
use crate::report::Report;
use crate::resources::Resources;
use crate::rows::open_table;

/// Tells of keys that are not as they should be; their values are read again from the file.
pub(crate) struct KeyChecker<'v> {
    pub group: &'v TableGroup,
    /// The keys of each table, ready to be searched.
    pub keys: &'v [TableKeys],
    pub resources: &'v dyn Resources,
    pub options: &'v Options<'v>,
}

impl KeyChecker<'_> {
    /// Checks the keys of the table at a position of the group.
    pub(crate) fn check(&self, at: usize, faults: &mut Diagnostics) {
        let (table, keys) = (&self.group.tables[at], &self.keys[at]);
        let mut report = Report::new(self.options, faults);
        self.check_primary(table, &keys.primary, &mut report);
        for (key, references) in table.schema.foreign_keys.iter().zip(&keys.references) {
            if let Some(target) = self.group.referenced_table(key) {
                self.check_foreign(table, key, references, target, &mut report);
            }
        }
        report.finish(&self.resources.name(&table.url));
    }

    fn check_primary(&self, table: &TableDescription, keys: &Keys, report: &mut Report<'_>) {
        let names = &table.schema.primary_key;
        let duplicates: BTreeMap<u64, u64> = keys.duplicates().into_iter().collect();
        self.tell(table, names, &duplicates, report, |values, first, place| {
            let message = format!("`{}` is already the {} of row {first}", values.join("`, `"), names.join(", "));
            let rule = table.schema.key_source.rule("primaryKey");
            Some(Diagnostic { rule, ..Diagnostic::error(code::DUPLICATE_KEY, place, message) })
        });
    }

    fn check_foreign(
        &self,
        table: &TableDescription,
        key: &ForeignKey,
        references: &Keys,
        target: usize,
        report: &mut Report<'_>,
    ) {
        let Some(targets) = self.keys[target].targets.get(&key.referenced) else { return };
        let broken: BTreeMap<u64, usize> = references.not_unique_in(targets).into_iter().collect();
        let name = self.resources.name(&self.group.tables[target].url);
        let columns = key.referenced.join(", ");
        self.tell(table, &key.columns, &broken, report, |values, count, place| {
            let shown = values.join("`, `");
            let message = match count {
                0 if self.options.lookup.is_some_and(|lookup| lookup(key, values)) => return None,
                0 => format!("`{shown}` is not the {columns} of any row of {name}"),
                _ => format!("`{shown}` is the {columns} of {count} rows of {name}, so it refers to no one of them"),
            };
            let rule = key.source.rule("foreign key");
            Some(Diagnostic { rule, ..Diagnostic::error(code::FOREIGN_KEY, place, message) })
        });
    }

    fn tell<T: Copy>(
        &self,
        table: &TableDescription,
        names: &[String],
        found: &BTreeMap<u64, T>,
        report: &mut Report<'_>,
        fault: impl Fn(&[String], T, Location) -> Option<Diagnostic>,
    ) {
        if found.is_empty() {
            return;
        }
        // The faults of the rows themselves are told already.
        let mut told = Diagnostics::default();
        let mut quiet = Report::new(self.options, &mut told);
        let Some(mut rows) = open_table(table, self.resources, self.options, &mut quiet) else { return };
        let Some(positions) = rows.positions(names) else { return };
        let mut record = Record::default();
        while rows.next(&mut record, &mut quiet).is_some() {
            let Some(&detail) = found.get(&record.row) else { continue };
            let cells = rows.cells(&record, &mut quiet);
            let text =
                |at: &usize| cells[*at].values().iter().map(|value| value.text.as_ref()).collect::<Vec<_>>().join(" ");
            let values: Vec<String> = positions.iter().map(text).collect();
            let place = rows.cell_location(&record, &rows.columns[positions[0]]);
            if let Some(fault) = fault(&values, detail, place) {
                report.push(fault);
            }
        }
    }
}
