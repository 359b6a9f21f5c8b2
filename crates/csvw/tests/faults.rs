//! One pass over a bad file: every fault is found, each with its place, its value and the line that states the rule.

use std::collections::BTreeMap;
use std::io::{self, Read};

use csvw::{
    Diagnostics, Extensions, ForeignKey, Options, Policy, Resources, Severity, TableGroup, code, convert, validate,
};
use oxrdf::GraphName;

struct Files(BTreeMap<String, String>);

impl Resources for Files {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        let text = self.0.get(iri).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(text.as_bytes()))
    }

    fn name(&self, iri: &str) -> String {
        iri.trim_start_matches("http://x.org/").to_owned()
    }
}

fn files(named: &[(&str, &str)]) -> Files {
    Files(named.iter().map(|(name, text)| (format!("http://x.org/{name}"), (*text).to_owned())).collect())
}

fn find(files: &Files, faults: &mut Diagnostics) -> TableGroup {
    TableGroup::find("http://x.org/a.csv", None, files, faults).expect("metadata")
}

fn validated(named: &[(&str, &str)], options: &Options<'_>) -> Vec<String> {
    let (files, mut faults) = (files(named), Diagnostics::default());
    let group = find(&files, &mut faults);
    validate(&group, &files, options, &mut faults);
    faults.sorted().iter().map(ToString::to_string).collect()
}

fn converted(named: &[(&str, &str)], extensions: Extensions) -> (Vec<String>, Diagnostics) {
    let (files, mut faults, mut quads) = (files(named), Diagnostics::default(), Vec::new());
    let group = find(&files, &mut faults);
    let options = Options { policy: Policy::Convert, extensions, minimal: true, ..Options::default() };
    let mut sink = |quad: oxrdf::QuadRef<'_>| {
        quads.push(quad.to_string());
        Ok(())
    };
    convert(&group, &files, &options, GraphName::DefaultGraph, &mut sink, &mut faults).expect("the sink takes all");
    quads.sort();
    (quads, faults)
}

#[test]
fn the_readme_shows_the_files_of_its_example() {
    let readme = include_str!("../README.md");
    assert!(readme.contains(include_str!("../examples/people.csv")));
    assert!(readme.contains(include_str!("../examples/people.csv-metadata.json")));
}

const METADATA: &str = r##"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv",
 "tableSchema": {"primaryKey": "id", "aboutUrl": "#{id}", "columns": [
  {"name": "id", "titles": "id", "required": true},
  {"name": "day", "titles": "day", "datatype": {"base": "date", "format": "dd/MM/yyyy"}},
  {"name": "staff", "titles": "staff", "datatype": "integer"}]}}"##;

#[test]
fn all_six_faults_of_a_bad_file_are_told_in_one_pass() {
    let csv = "id,day,staff\na,31/12/2013,5\nb,31/13/2013,5\nc,,twelve\n,,\nb,,\nd\ne,,,x\n";
    let faults = validated(&[("a.csv", csv), ("csv-metadata.json", METADATA)], &Options::default());
    insta::assert_snapshot!(faults.join("\n"), @r"
    error[bad-value]: `31/13/2013` is not a day of the form dd/MM/yyyy
      at a.csv row 3, column B `day`
      rule: csv-metadata.json line 4, column 48: datatype date
    error[bad-value]: `twelve` is not a whole number
      at a.csv row 4, column C `staff`
      rule: csv-metadata.json line 5, column 52: datatype integer
    error[required]: the cell is empty, and every row needs its `id`
      at a.csv row 5, column A `id`
      rule: csv-metadata.json line 3, column 3: required
    error[duplicate-key]: `b` is already the id of row 3
      at a.csv row 6, column A `id`
      rule: csv-metadata.json line 2, column 18: primaryKey
    error[ragged-row]: the row has 1 cell, the header has 3
      at a.csv row 7
      rule: csv-metadata.json line 4, column 3: column 2 of 3, `day`
      hint: add a comma for each empty cell at its end
    error[ragged-row]: the row has 4 cells, the header has 3
      at a.csv row 8
      rule: csv-metadata.json line 5, column 3: column 3 of 3, `staff`
      hint: a cell that holds a comma must stand in quotes
    ");
}

#[test]
fn many_faults_of_one_kind_are_counted() {
    let rows: String = "x,,y\n".repeat(50);
    let csv = format!("id,day,staff\n{rows}");
    let options = Options { fault_limit: 2, ..Options::default() };
    let faults = validated(&[("a.csv", &csv), ("csv-metadata.json", METADATA)], &options);
    assert_eq!(faults.iter().filter(|fault| fault.contains("`y` is not a whole number")).count(), 2);
    assert!(faults.iter().any(|fault| fault.contains("48 more faults of this kind in column C")), "{faults:?}");
}

const REFERRING: &str = r#"{"@context": "http://www.w3.org/ns/csvw", "tables": [
 {"url": "a.csv", "tableSchema": {"columns": [{"name": "who", "titles": "who"}],
  "foreignKeys": [{"columnReference": "who", "reference": {"resource": "b.csv", "columnReference": "id"}}]}},
 {"url": "b.csv", "tableSchema": {"columns": [{"name": "id", "titles": "id"}]}}]}"#;

#[test]
fn references_are_resolved_in_the_tables_and_then_in_what_the_caller_knows() {
    let named = [("a.csv", "who\nx\ny\nz\n"), ("b.csv", "id\nx\nz\nz\n"), ("csv-metadata.json", REFERRING)];
    let faults = validated(&named, &Options::default());
    insta::assert_snapshot!(faults.join("\n"), @r"
    error[foreign-key]: `y` is not the id of any row of b.csv
      at a.csv row 3, column A `who`
      rule: csv-metadata.json line 3, column 19: foreign key
    error[foreign-key]: `z` is the id of 2 rows of b.csv, so it refers to no one of them
      at a.csv row 4, column A `who`
      rule: csv-metadata.json line 3, column 19: foreign key
    ");
    let lookup = |_: &ForeignKey, values: &[String]| values == ["y"];
    let options = Options { lookup: Some(&lookup), ..Options::default() };
    assert_eq!(validated(&named, &options).len(), 1);
}

const LINKS: &str = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv",
 "tableSchema": {"aboutUrl": "http://x.org/{id}", "columns": [
  {"name": "id", "titles": "id", "suppressOutput": true},
  {"name": "heard", "titles": "heard", "separator": ";", "propertyUrl": "schema:attendee", "valueUrl": "http://x.org/{heard}"}]}}"#;

#[test]
fn the_standard_makes_one_link_of_a_list_and_the_extension_one_of_each_value() {
    let named = [("a.csv", "heard,id\na;b,1\n,2\n"), ("csv-metadata.json", LINKS)];
    let (quads, faults) = converted(&named, Extensions::ALL);
    assert_eq!(faults.count(Severity::Warning), 0, "{faults:?}");
    assert_eq!(
        quads,
        [
            "<http://x.org/1> <http://schema.org/attendee> <http://x.org/a>",
            "<http://x.org/1> <http://schema.org/attendee> <http://x.org/b>"
        ]
    );
    let named = [("a.csv", "id,heard\n1,a;b\n2,\n"), ("csv-metadata.json", LINKS)];
    let (quads, _) = converted(&named, Extensions::NONE);
    assert_eq!(
        quads,
        [
            "<http://x.org/1> <http://schema.org/attendee> <http://x.org/a,b>",
            "<http://x.org/2> <http://schema.org/attendee> <http://x.org/>"
        ]
    );
}

#[test]
fn a_row_without_a_subject_is_a_fault_of_the_extension() {
    let named = [("a.csv", "id,heard\n,a\n"), ("csv-metadata.json", LINKS)];
    assert_eq!(converted(&named, Extensions::NONE).0.len(), 1);
    let (quads, faults) = converted(&named, Extensions::ALL);
    assert!(quads.is_empty());
    assert!(faults.iter().any(|fault| fault.code == code::NO_SUBJECT));
}

#[test]
fn skipped_rows_and_comments_become_annotations_and_places_stay_those_of_the_file() {
    let metadata = r##"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv",
      "dialect": {"skipRows": 1, "commentPrefix": "#", "skipColumns": 1, "skipBlankRows": true, "headerRowCount": 2},
      "tableSchema": {"columns": [{"titles": "staff", "datatype": "integer"}]}}"##;
    let csv = "Report \"of\" 2013\n#, staff\nno,number\nno,staff\n1,5\n# updated\n,\n2,many\n";
    let (files, mut faults, mut quads) =
        (files(&[("a.csv", csv), ("csv-metadata.json", metadata)]), Diagnostics::default(), Vec::new());
    let group = find(&files, &mut faults);
    let options = Options { policy: Policy::Convert, ..Options::default() };
    let mut sink = |quad: oxrdf::QuadRef<'_>| {
        quads.push(quad.to_string());
        Ok(())
    };
    convert(&group, &files, &options, GraphName::DefaultGraph, &mut sink, &mut faults).expect("the sink takes all");
    let told: Vec<_> = faults.sorted().iter().map(|fault| format!("{} at {}", fault.message, fault.location)).collect();
    assert_eq!(told, ["`many` is not a whole number at a.csv row 8, column B `number`"]);
    let comments = quads.iter().filter(|quad| quad.contains("#comment>")).count();
    assert_eq!(comments, 3, "{quads:?}");
    assert!(quads.iter().any(|quad| quad.contains("<http://x.org/a.csv#row=8>")), "{quads:?}");
}

#[test]
fn a_table_whose_address_is_no_iri_makes_no_broken_triples() {
    let (none, mut faults, mut count) = (files(&[("a.csv", "id\n1\n")]), Diagnostics::default(), 0);
    let json = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "http://x.org/a.csv"}"#;
    let mut group = TableGroup::read(json, "a.json", None, &none, &mut faults).expect("group");
    let Files(map) = none;
    let relative = Files(map.into_values().map(|text| ("a.csv".to_owned(), text)).collect());
    group.tables[0].url = "a.csv".to_owned();
    let mut sink = |quad: oxrdf::QuadRef<'_>| {
        count += 1;
        assert!(!quad.to_string().contains("<a.csv"), "{quad}");
        Ok(())
    };
    let options = Options { policy: Policy::Convert, ..Options::default() };
    convert(&group, &relative, &options, GraphName::DefaultGraph, &mut sink, &mut faults).expect("the sink takes all");
    assert!(count > 0 && faults.iter().any(|fault| fault.message.contains("is not an IRI")), "{faults:?}");
}

#[test]
fn a_spreadsheet_in_windows_1252_with_semicolons_and_decimal_commas_is_read_by_its_description() {
    let metadata = r##"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "dialect": {"delimiter": ";"},
      "tableSchema": {"aboutUrl": "#{_row}", "columns": [
       {"titles": "paid", "datatype": {"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}}},
       {"titles": "day", "datatype": {"base": "date", "format": "d/M/yyyy"}}]}}"##;
    let named = [("a.csv", "paid;day\n1.234,50;31/12/2013\n"), ("csv-metadata.json", metadata)];
    let (quads, _) = converted(&named, Extensions::NONE);
    assert_eq!(
        quads,
        [
            "<http://x.org/a.csv#1> <http://x.org/a.csv#day> \"2013-12-31\"^^<http://www.w3.org/2001/XMLSchema#date>",
            "<http://x.org/a.csv#1> <http://x.org/a.csv#paid> \"1234.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>"
        ]
    );
}
