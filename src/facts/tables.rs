//! The tables of a case, each read once. In: the files of a case and what describes them. Out: rows, with the plan by which
//! they are read, and every fault of cells, rows and keys. Rows that others refer to are kept; those of facts are not.

use std::collections::BTreeMap;

use csvw::{Diagnostics, GroupReader, Options, Row, TableGroup, is_text};

use super::cells::in_a_case;
use super::describe::{CaseFiles, Described, Source};
use super::plan::{Line, TablePlan};
use super::{ANNOTATION, EXTENSIONS};

/// Reads the tables of a case.
pub(super) struct Tables<'d> {
    pub(super) described: &'d Described<'d>,
    pub(super) files: CaseFiles<'d, 'd>,
    /// The readers of groups that are not read to their end, by position.
    readers: BTreeMap<usize, GroupReader<'d>>,
    /// How many rows each file has, by its position.
    pub(super) rows: BTreeMap<usize, usize>,
}

/// The rows of a table, in memory.
pub(super) struct Kept<'d> {
    pub(super) source: &'d Source<'d>,
    pub(super) plan: TablePlan<'d>,
    rows: Vec<Row>,
}

impl<'d> Tables<'d> {
    pub(super) fn new(described: &'d Described<'d>, files: CaseFiles<'d, 'd>) -> Self {
        Self { described, files, readers: BTreeMap::new(), rows: BTreeMap::new() }
    }

    /// Returns the reader of a group.
    pub(super) fn reader(&mut self, group: usize) -> &mut GroupReader<'d> {
        self.readers.entry(group).or_insert_with(|| GroupReader::new(&self.described.groups[group]))
    }

    /// Tells of keys of a group that are there twice, and of references to rows that are not there, once all its tables are
    /// read.
    pub(super) fn finish(&mut self, group: usize, faults: &mut Diagnostics) {
        if let Some(reader) = self.readers.remove(&group) {
            reader.finish(&self.files, &table_options(&self.described.groups[group]), faults);
        }
    }

    /// Goes through the rows of a source; returns the plan by which they were read.
    pub(super) fn read(
        &mut self,
        source: &'d Source<'d>,
        faults: &mut Diagnostics,
        each: &mut dyn FnMut(Line<'_>),
    ) -> TablePlan<'d> {
        let (mut plan, mut count, mut found) = (None, 0, Diagnostics::default());
        let options = table_options(&self.described.groups[source.group]);
        // After a byte of another encoding nothing that was read before it can be trusted.
        let is_text = is_text(&source.file.bytes, &self.described.table(source).dialect.encoding);
        let files = self.files;
        let table = self.reader(source.group).read(source.table, &files, &options, &mut found, &mut |table, row| {
            if is_text {
                count += 1;
                let plan = plan.get_or_insert_with(|| TablePlan::new(table.clone(), &source.templates));
                each(Line { plan, row });
            }
        });
        // A built-in table has its group for itself.
        if self.described.groups[source.group].context.file.is_empty() {
            self.finish(source.group, &mut found);
        }
        let plan = plan.unwrap_or_else(|| TablePlan::new(table, &source.templates));
        faults.extend(found.into_iter().map(|fault| in_a_case(fault, &plan)));
        self.rows.insert(source.at, count);
        plan
    }

    /// Reads the rows that others refer to.
    pub(super) fn keep(&mut self, faults: &mut Diagnostics) -> Vec<Kept<'d>> {
        let described = self.described;
        let mut all = Vec::new();
        for source in described.sources.iter().filter(|source| is_referred_to(described, source)) {
            let mut rows = Vec::new();
            let plan = self.read(source, faults, &mut |line| rows.push(line.row.clone()));
            all.push(Kept { source, plan, rows });
        }
        all
    }
}

impl Kept<'_> {
    /// Returns the rows.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|row| Line { plan: &self.plan, row })
    }
}

/// Returns the rows that hold one kind of record.
pub(super) fn lines_of<'k>(kept: &'k [Kept<'_>], record: &'k str) -> impl Iterator<Item = Line<'k>> {
    kept.iter().filter(move |table| table.plan.record == Some(record)).flat_map(Kept::lines)
}

/// Tells whether what the rows are has to be known before facts are read.
fn is_referred_to(described: &Described<'_>, source: &Source<'_>) -> bool {
    let table = described.table(source);
    let annotation = |name: &str| table.annotation(&format!("{ANNOTATION}{name}"));
    let declares = |column: &csvw::Column| column.is_annotated(&format!("{ANNOTATION}declares"));
    annotation("entity").is_some()
        || annotation("record").is_some_and(|record| !["Fact", "Citation"].contains(&record))
        || table.schema.columns.iter().any(declares)
}

/// Returns how the tables of a group are read: every fault is told, and of a built-in table none by its rule in the metadata,
/// which nobody who writes one has at hand.
pub(super) fn table_options(group: &TableGroup) -> Options<'static> {
    let names_rules = !group.context.file.is_empty();
    Options { extensions: EXTENSIONS, fault_limit: u64::MAX, names_rules, ..Options::default() }
}
