//! The tables of a group, each read once. In: a group and its files. Out: rows of checked cells, or quads, and every fault of
//! rows, cells and keys, each with its place and the place in the metadata that states the rule.
//! <https://www.w3.org/TR/tabular-data-model/#validating-tables>

use std::io;

use oxrdf::GraphName;

use crate::convert::{Error, GroupConverter};
use crate::diagnostic::Diagnostics;
use crate::emit::Sink;
use crate::iri_plan::RowValues;
use crate::key_checker::KeyChecker;
use crate::keys::TableKeys;
use crate::metadata::TableGroup;
use crate::options::{Options, Policy};
use crate::rdf_plan::RdfPlan;
use crate::records::Record;
use crate::report::Report;
use crate::resources::Resources;
use crate::row::{Row, Table};
use crate::rows::open_table;

/// Takes the rows of a table, with the columns that they are read by.
pub type Each<'e, 'g> = &'e mut dyn FnMut(&Table<'g>, &Row);

/// Reads the tables of a group in constant memory, but for their keys: 20 bytes a key.
#[derive(Debug)]
pub struct GroupReader<'g> {
    group: &'g TableGroup,
    /// One for each table; none where nobody compares keys.
    keys: Vec<TableKeys>,
    is_read: Vec<bool>,
}

impl<'g> GroupReader<'g> {
    /// Returns a reader that compares keys at its end.
    pub fn new(group: &'g TableGroup) -> Self {
        Self { keys: TableKeys::of(group), ..Self::without_keys(group) }
    }

    fn without_keys(group: &'g TableGroup) -> Self {
        Self { group, keys: Vec::new(), is_read: vec![false; group.tables.len()] }
    }

    /// Tells whether the table at a position of the group has been read.
    pub fn is_read(&self, at: usize) -> bool {
        self.is_read[at]
    }

    /// Reads the table at a position of the group, and hands each row to `each`. Rows with faults are handed over as far as
    /// they can be read, so that one pass finds all.
    pub fn read(
        &mut self,
        at: usize,
        resources: &dyn Resources,
        options: &Options<'_>,
        faults: &mut Diagnostics,
        each: Each<'_, 'g>,
    ) -> Table<'g> {
        let table = self.pass(at, resources, options, faults, Some(each), None);
        table.expect("nothing is written")
    }

    /// Converts the tables that have not been read yet; those that stay out of the conversion are read for their keys. Faults of
    /// the data are errors or warnings as the options' policy says; the quads of what could be read come in either case,
    /// those of a row after it is handed to `each`.
    pub fn convert(
        &mut self,
        resources: &dyn Resources,
        options: &Options<'_>,
        graph: GraphName,
        sink: &mut Sink<'_>,
        faults: &mut Diagnostics,
        mut each: Option<Each<'_, 'g>>,
    ) -> Result<(), Error> {
        let group = self.group;
        let mut converter = GroupConverter::new(group, graph, options, sink)?;
        for (at, table) in group.tables.iter().enumerate() {
            if table.suppress_output && self.keys.is_empty() || self.is_read[at] {
                continue;
            }
            if table.suppress_output {
                self.pass(at, resources, options, faults, None, None)?;
            } else {
                let each: Option<Each<'_, 'g>> = match &mut each {
                    Some(each) => Some(&mut **each),
                    None => None,
                };
                self.pass(at, resources, options, faults, each, Some(&mut converter))?;
            }
        }
        Ok(())
    }

    /// Tells of keys that are not as they should be; their values are read again from the files.
    pub fn finish(mut self, resources: &dyn Resources, options: &Options<'_>, faults: &mut Diagnostics) {
        self.keys.iter_mut().for_each(TableKeys::sort);
        let checker = KeyChecker { group: self.group, keys: &self.keys, resources, options };
        (0..self.keys.len()).for_each(|at| checker.check(at, faults));
    }

    fn pass(
        &mut self,
        at: usize,
        resources: &dyn Resources,
        options: &Options<'_>,
        faults: &mut Diagnostics,
        mut each: Option<Each<'_, 'g>>,
        converter: Option<&mut GroupConverter<'_, '_>>,
    ) -> io::Result<Table<'g>> {
        self.is_read[at] = true;
        let description = &self.group.tables[at];
        let file = resources.name(&description.url);
        let mut report = Report::new(options, faults);
        let mut table = Table { file: file.clone(), description, columns: Vec::new() };
        if let Some(mut rows) = open_table(description, resources, options, &mut report) {
            table.columns = std::mem::take(&mut rows.matched);
            let mut keys =
                self.keys.get_mut(at).map(|keys| keys.columns(description, &rows, options.extensions.open_keys));
            let plan = RdfPlan::new(description, &rows, &mut report);
            let mut converter = converter.map(|group| group.table(description, &plan)).transpose()?;
            let (mut record, mut row, mut subjects) = (Record::default(), Row::default(), Vec::new());
            while let Some(number) = rows.next(&mut record, &mut report) {
                let cells = rows.cells(&record, &mut report);
                let values = RowValues { cells: &cells, number, source: record.row };
                if let Some(keys) = &mut keys {
                    keys.add(&cells, record.row);
                }
                if let Some(each) = &mut each {
                    (row.number, row.line) = (record.row, record.line);
                    row.fill(cells.iter().take(table.columns.len()));
                    each(&table, &row);
                }
                if let Some(converter) = &mut converter {
                    converter.emit_row(&rows, &record, values, &mut report)?;
                } else if !description.suppress_output {
                    plan.check(options, &rows, &record, values, &mut subjects, &mut report);
                }
            }
            if let Some(converter) = converter {
                converter.finish(&rows.comments)?;
            }
        }
        report.finish(&file);
        Ok(table)
    }
}

/// Checks every table of a group under the options' extensions; the policy is that of validation.
pub fn validate(group: &TableGroup, resources: &dyn Resources, options: &Options<'_>, faults: &mut Diagnostics) {
    let options = Options { policy: Policy::Validate, ..options.clone() };
    let mut reader = GroupReader::new(group);
    for at in 0..group.tables.len() {
        // What is only written where somebody reads it cannot fail.
        let _table = reader.pass(at, resources, &options, faults, None, None);
    }
    reader.finish(resources, &options, faults);
}

/// Converts the tables of a group. Faults of the data are errors or warnings as the options' policy says; the quads of
/// what could be read come in either case. Keys are not checked.
pub fn convert(
    group: &TableGroup,
    resources: &dyn Resources,
    options: &Options<'_>,
    graph: GraphName,
    sink: &mut Sink<'_>,
    faults: &mut Diagnostics,
) -> Result<(), Error> {
    GroupReader::without_keys(group).convert(resources, options, graph, sink, faults, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use crate::decode::is_text;
    use crate::metadata::TableDescription;
    use crate::options::Extensions;
    use crate::resources::Bytes;

    fn group() -> TableGroup {
        let json = r#"{"url": "http://x.org/people.csv", "tableSchema": {"primaryKey": "id", "columns": [
            {"name": "id", "required": true},
            {"name": "label", "required": true, "http://x.org/translatable": true},
            {"name": "alias", "separator": "|"},
            {"name": "kind", "datatype": {"base": "string", "format": "judge|witness"}}]}}"#;
        TableDescription::from_json(json, "people.csv-metadata.json").expect("metadata").into()
    }

    fn options() -> Options<'static> {
        let extensions = Extensions { translatable: Some("http://x.org/translatable"), ..Extensions::ALL };
        Options { extensions, names_rules: false, ..Options::default() }
    }

    /// Reads a file, and shows what a column without a language has in each row.
    fn read(csv: &[u8], options: &Options<'_>, column: &str) -> (Vec<Vec<String>>, Diagnostics) {
        let (group, mut faults, mut rows) = (group(), Diagnostics::default(), Vec::new());
        let (file, mut reader) = (Bytes { name: "people.csv", bytes: csv }, GroupReader::new(&group));
        reader.read(0, &file, options, &mut faults, &mut |table, row| {
            let at = table.position(column).expect("a column of the file");
            rows.push(row.values(at).map(str::to_owned).collect());
        });
        reader.finish(&file, options, &mut faults);
        (rows, faults)
    }

    fn faults_of(csv: &str) -> Vec<String> {
        let (_, faults) = read(csv.as_bytes(), &options(), "id");
        faults.sorted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn columns_are_found_by_header_in_any_order() {
        let csv = b"alias,label@fr,id,label\na|b,Marie,m,Mary\n,,o,Olga\n";
        for (column, values) in [
            ("id", [vec!["m"], vec!["o"]]),
            ("label", [vec!["Mary"], vec!["Olga"]]),
            ("alias", [vec!["a", "b"], vec![]]),
        ] {
            let (rows, faults) = read(csv, &options(), column);
            assert!(!faults.has_errors(), "{faults:?}");
            assert_eq!(rows, values, "{column}");
        }
    }

    #[test]
    fn a_translation_may_be_missing_where_the_text_is_there() {
        assert_eq!(faults_of("id,label,label@fr\nm,Mary,\n"), Vec::<String>::new());
        assert!(faults_of("id,label@fr\nm,\n")[0].starts_with("error[missing-column]"));
    }

    #[test]
    fn columns_are_found_by_position_where_the_standard_alone_holds() {
        let options = Options { policy: Policy::Convert, ..Options::default() };
        let (rows, faults) = read(b"id,label,alias,kind\nm,Mary,a|b,judge\n", &options, "alias");
        assert_eq!((rows, faults.iter().count()), (vec![vec!["a".to_owned(), "b".to_owned()]], 0));
    }

    #[test]
    fn an_unknown_header_gets_a_suggestion() {
        assert_eq!(
            faults_of("id,label,alais\nm,Mary,\n"),
            [
                "error[unknown-header]: `alais` is not a column of this table\n  at people.csv row 1, column C `alais`\n  \
              hint: did you mean `alias`?"
            ]
        );
    }

    #[test]
    fn every_fault_of_a_file_is_found_in_one_pass() {
        let faults = faults_of("id,label,kind\nm,Mary,juge\nm,,judge\nn\no,Olga,judge,more\n");
        let codes: Vec<_> = faults.iter().map(|fault| fault.split(']').next().unwrap_or_default()).collect();
        assert_eq!(
            codes,
            ["error[bad-value", "error[duplicate-key", "error[required", "error[ragged-row", "error[ragged-row"]
        );
    }

    #[test]
    fn rows_that_end_in_a_carriage_return_are_read() {
        let (rows, faults) = read(b"id,label\rm,Mary\ro,Olga\r", &options(), "id");
        assert!(!faults.has_errors(), "{faults:?}");
        assert_eq!(rows, [["m"], ["o"]]);
    }

    #[test]
    fn bytes_of_another_encoding_are_told() {
        let (_, faults) = read(b"id,label\nm,Malm\xF6\n", &options(), "id");
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [code::WRONG_ENCODING]);
        assert!(
            !is_text(b"Malm\xF6", "utf-8") && is_text(b"Malm\xF6", "windows-1252") && is_text(b"\xFF\xFEa\0", "utf-8")
        );
    }

    #[test]
    fn an_empty_file_says_what_belongs_in_it() {
        assert!(faults_of("")[0].starts_with("error[empty-file]: the file is empty: it has no header row"));
        assert!(faults_of("\n\n")[0].starts_with("error[empty-file]"));
    }
}
