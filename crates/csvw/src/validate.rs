//! Validation. In: a group of tables and their files. Out: every fault of rows, cells and keys, each with its place and
//! the place in the metadata that states the rule. <https://www.w3.org/TR/tabular-data-model/#validating-tables>

use std::collections::BTreeMap;

use crate::code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::iri_plan::RowValues;
use crate::keys::Keys;
use crate::location::Location;
use crate::metadata::{ForeignKey, TableDescription, TableGroup};
use crate::options::{Options, Policy};
use crate::plan::TablePlan;
use crate::records::Record;
use crate::report::Report;
use crate::resources::Resources;
use crate::rows::{Rows, open_table};

/// The keys of one table: its primary key, what other tables refer to, and what it refers to.
#[derive(Default)]
struct TableKeys {
    primary: Keys,
    /// By the names of the columns referred to.
    targets: BTreeMap<Vec<String>, Keys>,
    /// One for each foreign key.
    references: Vec<Keys>,
}

/// Checks every table of a group under the options' extensions; the policy is that of validation.
pub fn validate(group: &TableGroup, resources: &dyn Resources, options: &Options<'_>, faults: &mut Diagnostics) {
    let options = Options { policy: Policy::Validate, ..options.clone() };
    let mut keys: Vec<TableKeys> = group.tables.iter().map(|_| TableKeys::default()).collect();
    for (at, table) in group.tables.iter().enumerate() {
        keys[at].references = vec![Keys::default(); table.schema.foreign_keys.len()];
        for key in &table.schema.foreign_keys {
            if let Some(target) = group.referenced_table(key) {
                keys[target].targets.entry(key.referenced.clone()).or_default();
            }
        }
    }
    for (table, keys) in group.tables.iter().zip(&mut keys) {
        let mut report = Report::new(&options, faults);
        check_rows(table, keys, resources, &options, &mut report);
        report.finish(&resources.name(&table.url));
    }
    for table_keys in &mut keys {
        table_keys.primary.sort();
        table_keys.targets.values_mut().chain(&mut table_keys.references).for_each(Keys::sort);
    }
    for (at, table) in group.tables.iter().enumerate() {
        let mut report = Report::new(&options, faults);
        let checker = KeyChecker { group, table, resources, options: &options };
        checker.check_primary(&keys[at].primary, &mut report);
        for (key, references) in table.schema.foreign_keys.iter().zip(&keys[at].references) {
            let target = group.referenced_table(key).and_then(|target| keys[target].targets.get(&key.referenced));
            if let Some(target) = target {
                checker.check_foreign(key, references, target, &mut report);
            }
        }
        report.finish(&resources.name(&table.url));
    }
}

fn positions(rows: &Rows<'_>, names: &[String]) -> Option<Vec<usize>> {
    names.iter().map(|name| rows.columns.iter().position(|column| column.column.name == *name)).collect()
}

fn check_rows(
    table: &TableDescription,
    keys: &mut TableKeys,
    resources: &dyn Resources,
    options: &Options<'_>,
    report: &mut Report<'_>,
) {
    let Some(mut rows) = open_table(table, resources, options, report) else { return };
    let primary = positions(&rows, &table.schema.primary_key).filter(|positions| !positions.is_empty());
    let targets: Vec<_> = keys.targets.keys().map(|names| positions(&rows, names)).collect();
    let references: Vec<_> = table.schema.foreign_keys.iter().map(|key| positions(&rows, &key.columns)).collect();
    let plan = TablePlan::new(table, &rows, report);
    let mut subjects = Vec::new();
    let open = options.extensions.open_keys;
    let mut record = Record::default();
    while let Some(number) = rows.next(&mut record, report) {
        let cells = rows.cells(&record, report);
        if let Some(primary) = &primary {
            keys.primary.add(&cells, primary, record.row, open);
        }
        for (target, positions) in keys.targets.values_mut().zip(&targets) {
            if let Some(positions) = positions {
                target.add(&cells, positions, record.row, open);
            }
        }
        for (reference, positions) in keys.references.iter_mut().zip(&references) {
            if let Some(positions) = positions {
                reference.add(&cells, positions, record.row, open);
            }
        }
        if !table.suppress_output {
            let values = RowValues { cells: &cells, number, source: record.row };
            plan.check(options, &rows, &record, values, &mut subjects, report);
        }
    }
}

/// Tells of keys that are not as they should be; their values are read again from the file.
struct KeyChecker<'v> {
    group: &'v TableGroup,
    table: &'v TableDescription,
    resources: &'v dyn Resources,
    options: &'v Options<'v>,
}

impl KeyChecker<'_> {
    fn check_primary(&self, keys: &Keys, report: &mut Report<'_>) {
        let names = &self.table.schema.primary_key;
        let duplicates: BTreeMap<u64, u64> = keys.duplicates().into_iter().collect();
        self.tell(names, &duplicates, report, |values, first, place| {
            let message = format!("`{}` is already the {} of row {first}", values.join("`, `"), names.join(", "));
            let rule = self.table.schema.key_source.rule("primaryKey");
            Some(Diagnostic { rule, ..Diagnostic::error(code::DUPLICATE_KEY, place, message) })
        });
    }

    fn check_foreign(&self, key: &ForeignKey, references: &Keys, target: &Keys, report: &mut Report<'_>) {
        let broken: BTreeMap<u64, usize> = references.not_unique_in(target).into_iter().collect();
        let name = self.group.referenced_table(key).map(|at| self.resources.name(&self.group.tables[at].url));
        let name = name.unwrap_or_default();
        let columns = key.referenced.join(", ");
        self.tell(&key.columns, &broken, report, |values, count, place| {
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
        let Some(mut rows) = open_table(self.table, self.resources, self.options, &mut quiet) else { return };
        let Some(positions) = positions(&rows, names) else { return };
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
