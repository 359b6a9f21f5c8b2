//! What `describe` writes fits the file that it was made of, whatever is in it.

use std::io::{Cursor, Read};

use casegraph::code;
use casegraph::describe::{Described, Error, Hints, describe};
use casegraph::facts::{CaseFile, CaseSettings, Model, Wanted, load_case};
use csvw::{Severity, TableDescription};
use proptest::prelude::*;

const HEADERS: &[&str] = &[
    "id",
    "file number",
    "issue date",
    "release date",
    "end",
    "company",
    "agency",
    "url",
    "comment",
    "name",
    "amount",
    "paid",
    "year",
    "Datum",
    "Firma",
    "Größe",
    "",
    "label@fr",
    "a b",
    "a-b",
    "2013",
    "会社",
    "known_since",
    "source",
];

const VALUES: &[&str] = &[
    "",
    "-",
    "n/a",
    "NA",
    "unknown",
    "a",
    "A",
    "Acme, Inc.",
    "x;y",
    "x|y",
    "x; y; z",
    "two\nlines",
    "say \"so\"",
    "..",
    "1",
    "0",
    "42",
    "007",
    "1.234",
    "1,234",
    "1.234,5",
    "1,234.5",
    "1 234",
    "-5",
    "+5",
    "12%",
    "1e5",
    "NaN",
    "INF",
    "yes",
    "no",
    "true",
    "Y",
    "oui",
    "2013",
    "0042",
    "2013-12",
    "2013~",
    "2013-12-31",
    "2014-01-05",
    "20131231",
    "31/12/2013",
    "12/31/2013",
    "01/02/2013",
    "5.1.2014",
    "31.12.13",
    "31 Dec 2013",
    "2013/12/31",
    "29/02/2013",
    "2013-12-31 10:00",
    "2013-12-31T10:00:00Z",
    "10:30",
    "https://example.org/a",
    "https://example.org/a;https://example.org/b",
    "http://a b",
    "note: this",
    "é",
    "会社",
    " padded ",
];

fn described(bytes: &[u8], name: &str) -> Result<Described, Error> {
    let bytes = bytes.to_vec();
    let open = || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn Read>);
    describe(&open, name, &Hints::default())
}

/// Columns of values that are alike, as columns are.
fn column() -> impl Strategy<Value = (String, Vec<&'static str>)> {
    let values = prop_oneof![
        prop::collection::vec(prop::sample::select(VALUES), 1..3),
        prop::collection::vec(prop::sample::select(VALUES), 1..8),
    ];
    (prop::sample::select(HEADERS).prop_map(str::to_owned), values)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_file_fits_the_metadata_that_was_made_of_it(
        columns in prop::collection::vec(column(), 1..6),
        picks in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 6), 0..12),
        delimiter in prop::sample::select(&[',', ';', '\t', '|'][..]),
        name in prop::sample::select(&["letters.csv", "data.csv", "companies list.csv", "März 50%.csv"][..]),
    ) {
        let mut csv = String::new();
        for (at, (header, _)) in columns.iter().enumerate() {
            if at > 0 {
                csv.push(delimiter);
            }
            // One header twice is a fault of the file.
            csv.push_str(&quoted(&format!("{header}{}", if at == 0 { String::new() } else { format!(" {at}") })));
        }
        csv.push('\n');
        for row in &picks {
            let cells: Vec<String> =
                columns.iter().zip(row).map(|((_, values), pick)| quoted(pick.get::<&str>(values.as_slice()))).collect();
            csv.push_str(&cells.join(&delimiter.to_string()));
            csv.push('\n');
        }
        let Ok(found) = described(csv.as_bytes(), name) else { return Ok(()) };
        TableDescription::from_json(&found.metadata, "a.json").expect("metadata that can be read");
        let of_file = [code::RAGGED_ROW, code::UNCLOSED_QUOTE, code::UNKNOWN_HEADER, code::DUPLICATE_HEADER];
        for fault in &found.faults {
            prop_assert!(of_file.contains(&fault.code), "{fault}\n{csv}\n{}", found.metadata);
        }
        let files = [
            CaseFile { name: name.to_owned(), bytes: csv.clone().into_bytes() },
            CaseFile { name: format!("{name}-metadata.json"), bytes: found.metadata.clone().into_bytes() },
        ];
        let settings = CaseSettings::from_toml("", "case").expect("settings");
        let (_, faults) = load_case(settings, &files, &Model::built_in(), Wanted::Faults);
        for fault in faults.sorted().iter().filter(|fault| fault.severity == Severity::Error) {
            prop_assert!(of_file.contains(&fault.code), "{fault}\n{csv}\n{}", found.metadata);
        }
    }

    #[test]
    fn any_bytes_are_described_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(found) = described(&bytes, "a.csv") {
            prop_assert!(TableDescription::from_json(&found.metadata, "a.json").is_ok(), "{}", found.metadata);
        }
    }
}

#[test]
fn a_value_far_down_the_file_counts_as_much_as_one_at_its_top() {
    let mut csv = "day,amount\n".to_owned();
    for _ in 0..50_000 {
        csv.push_str("01/02/2013,12\n");
    }
    csv.push_str("01/31/2013,about 12\n");
    let found = described(csv.as_bytes(), "figures.csv").expect("a description");
    assert!(found.metadata.contains("\"MM/dd/yyyy\""), "{}", found.metadata);
    let texts: Vec<&str> = found.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(
        texts.contains(&"`day`: dates of the form MM/dd/yyyy, month first: `01/31/2013` leaves no other reading"),
        "{texts:#?}"
    );
    let kept =
        "`amount`: kept as text, because `about 12` in row 50002 is none of the whole numbers that most others are";
    assert!(texts.contains(&kept), "{texts:#?}");
    assert_eq!(found.faults, []);
}

#[test]
fn text_of_sixteen_bits_is_read_too() {
    let units = "\u{feff}firma\tbetrag\nMöwe\t1,5\nØrsted\t2,5\n".encode_utf16().flat_map(u16::to_le_bytes);
    let found = described(&units.collect::<Vec<u8>>(), "liste.csv").expect("a description");
    assert!(found.summary.ends_with("UTF-16, cells parted by tabs"), "{}", found.summary);
    assert_eq!(found.faults, []);
}

#[test]
fn facts_that_the_rows_contradict_are_not_proposed() {
    let csv =
        "file number,company,issue date,release date\na1,Acme,2015-01-01,2013-01-01\na2,Bree,2012-01-01,2013-01-01\n";
    let found = described(csv.as_bytes(), "letters.csv").expect("a description");
    assert!(!found.metadata.contains("imposedGagOn") && found.metadata.contains("addressedTo"), "{}", found.metadata);
    assert!(
        found.notes.iter().any(|note| note.text.contains("`2013-01-01` is before the beginning")),
        "{:?}",
        found.notes
    );
}
