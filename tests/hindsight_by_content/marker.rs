//! A case with a later text in every place that can hold one. In: the word and the year that mark what is later, and how often each
//! hidden row stands. Out: the files of the case, made from the descriptions of the built-in tables, so that none is forgotten.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{files_below, read, repository};

/// The day of knowledge: all that is shown was public by then.
pub(super) const DAY: &str = "2015-06-01";

/// What marks that which is later.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker {
    /// Stands in every later text and id, in lower case.
    pub(super) word: &'static str,
    /// Begins every later date.
    pub(super) year: &'static str,
    /// Three digits that begin every later number.
    pub(super) digits: &'static str,
    /// So many rows of each kind are hidden.
    pub(super) copies: usize,
}

type Row = BTreeMap<String, String>;

/// Returns the built-in tables by name, each with its columns.
pub(super) fn built_in() -> BTreeMap<String, Value> {
    let files = files_below(&repository("data/tables")).into_iter();
    let tables = files.filter_map(|file| Some(file.to_str()?.strip_suffix(".csv-metadata.json")?.to_owned()));
    tables
        .map(|name| {
            let text = read(&format!("data/tables/{name}.csv-metadata.json"));
            (name, serde_json::from_str(&text).expect("a description"))
        })
        .collect()
}

fn columns(table: &Value) -> &[Value] {
    table["tableSchema"]["columns"].as_array().map_or(&[], Vec::as_slice)
}

fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).collect()
}

impl Marker {
    fn id(&self, table: &str, copy: usize) -> String {
        format!("{}-{table}-{copy}", self.word)
    }

    /// Returns a cell that may not be told.
    fn cell(&self, table: &str, column: &Value, copy: usize) -> String {
        let name = column["name"].as_str().unwrap_or_default();
        let (word, year, digits) = (self.word, self.year, self.digits);
        let refers = column.get("https://w3id.org/casegraph/ns#refersTo");
        let class = refers.and_then(|class| class.as_str().or_else(|| class[0].as_str()));
        let of_class = |class: &str| match class {
            "Agency" => "agencies".to_owned(),
            "Company" | "Entity" => "companies".to_owned(),
            "Person" => "people".to_owned(),
            class => format!("{}s", class.to_lowercase()),
        };
        let datatype = &column["datatype"];
        let format = datatype["format"].as_str().or_else(|| datatype.as_str()).unwrap_or_default();
        match (name, class) {
            ("id", _) if table == "relations" || table == "claims" => format!("{word}.{table}.{copy}"),
            ("id", _) => self.id(table, copy),
            ("parent", _) if table == "predicates" => "stanceOn".to_owned(),
            ("parent", _) => format!("shown-{table}"),
            ("about" | "fact", _) | (_, Some("Fact")) => format!("{word}.relations.{copy}"),
            ("predicate" | "key", _) => format!("{word}Uses{copy}"),

            ("domain" | "range", _) => "Entity".to_owned(),
            ("align", _) => format!("https://{word}.example/align"),
            ("symmetric" | "functional", _) => "false".to_owned(),
            // Rows of their own have them: an object stands in their place here.
            ("value" | "value_type" | "text", _) => String::new(),
            ("old", _) => format!("{word}-old-{copy}"),
            ("other", _) => "shown-companies".to_owned(),
            ("scope", _) => format!("{word} label companies {copy}"),
            ("entity", _) => self.id("companies", copy),
            ("name", _) if table == "names" => format!("{word} name {copy}"),
            ("issuer", _) => self.id("agencies", copy),
            (_, Some(class)) => self.id(&of_class(class), copy),
            ("docket", _) => format!("{word} {digits}/{copy}"),
            ("ecli", _) => format!("ECLI:EU:C:{year}:{digits}"),
            ("wikidata", _) => format!("Q{digits}{copy}"),
            ("lei", _) => lei(&format!("{:A<18}", word.to_uppercase())),
            ("cik", _) => format!("{digits}{copy:07}"),
            ("isin", _) => isin(&format!("US{:A<8}{copy}", &word.to_uppercase()[..6])),
            ("sha256", _) => format!("{digits}{copy:061}"),
            ("url" | "archived_url" | "eli", _) => format!("https://{word}.example/{table}/{name}/{copy}"),
            ("accessed", _) => format!("{year}-07-0{copy}"),
            ("lang", _) => "en".to_owned(),
            ("country", _) => "FR".to_owned(),
            ("confidence", _) => "low".to_owned(),
            ("date" | "begin" | "filed" | "founded" | "in_force" | "made_on", _) => format!("{year}-01-0{copy}"),
            _ if datatype["@id"].as_str().is_some_and(|id| id.ends_with("/EDTF")) => format!("{year}-03-0{copy}"),
            _ if format.contains('|') => format.split('|').next().unwrap_or_default().to_owned(),
            _ => format!("{word} {} {table} {copy}", name.replace('_', " ")),
        }
    }

    fn hidden(&self, table: &str, description: &Value, copy: usize) -> Row {
        let cells = columns(description).iter().filter_map(|column| {
            let name = column["name"].as_str()?;
            Some((name.to_owned(), self.cell(table, column, copy)))
        });
        cells.collect()
    }

    /// Returns a row that is shown, with what of it is later.
    fn shown(&self, table: &str, description: &Value) -> Row {
        let (word, year) = (self.word, self.year);
        let mut shown = Row::new();
        for column in columns(description) {
            let name = column["name"].as_str().unwrap_or_default();
            let cell = match name {
                "id" => format!("shown-{table}"),
                "label" => format!("Shown {table}"),
                "known_since" => "2014-01-01".to_owned(),
                "source" => self.id("sources", 1),
                "locator" | "note" => format!("{word} {name} of shown {table}"),
                "dissolved" | "closed" | "repealed" | "sealed_to" | "gag_to" => format!("{year}-05-01"),
                "founded" | "filed" | "in_force" | "gag_from" => "2012".to_owned(),
                "kind" if column["required"] == true => self.cell(table, column, 1),
                _ => String::new(),
            };
            shown.insert(name.to_owned(), cell);
        }
        if table == "orders" {
            shown.insert("court".to_owned(), "shown-courts".to_owned());
        }
        if table == "requests" {
            shown.insert("recipient".to_owned(), "shown-companies".to_owned());
        }
        shown
    }

    /// Returns the rows of each table.
    #[expect(clippy::too_many_lines, reason = "a list of rows")]
    pub(super) fn rows(&self) -> BTreeMap<String, Vec<Row>> {
        let (word, year) = (self.word, self.year);
        let mut tables: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for (name, description) in built_in() {
            let rows = tables.entry(name.clone()).or_default();
            rows.extend((1..=self.copies).map(|copy| self.hidden(&name, &description, copy)));
            if description.get("https://w3id.org/casegraph/ns#entity").is_some() && name != "sources" {
                rows.push(self.shown(&name, &description));
            }
        }
        let mut add =
            |table: &str, cells: &[(&str, &str)]| tables.entry(table.to_owned()).or_default().push(row(cells));
        let later = format!("{year}-05-02");
        let text = |what: &str| format!("{word} {what}");
        let doe = format!("{word}-doe");
        let (source, locator, note) = (self.id("sources", 1), text("locator"), text("note"));
        add(
            "sources",
            &[
                ("id", "shown-source"),
                ("title", "Shown source"),
                ("date", "2014"),
                ("kind", "news"),
                ("note", &note),
                ("derived_from", &source),
            ],
        );
        add("people", &[("id", &doe), ("label", &text("doe")), ("alias", &text("alias"))]);
        add(
            "people",
            &[
                ("id", &format!("{word}-nobody")),
                ("label", &text("nobody")),
                ("role", &text("role")),
                ("known_since", &later),
            ],
        );
        add(
            "names",
            &[("entity", &doe), ("name", "John Doe 1"), ("kind", "docket-name"), ("known_since", "2014-01-01")],
        );
        for name in ["doe", "alias"] {
            add(
                "names",
                &[
                    ("entity", &doe),
                    ("name", &text(name)),
                    ("kind", "legal"),
                    ("known_since", &later),
                    ("source", &source),
                    ("locator", &locator),
                    ("note", &note),
                ],
            );
        }
        let told = |id: &'static str, object: &str, more: &[(&'static str, &str)]| {
            let mut cells = row(&[
                ("id", id),
                ("subject", "shown-companies"),
                ("predicate", "sued"),
                ("object", object),
                ("begin", "2013-05"),
                ("end", "2013-05"),
                ("known_since", "2014-02-01"),
                ("status", "asserted"),
                ("source", &source),
                ("locator", &locator),
                ("note", &note),
            ]);
            cells.extend(row(more));
            cells
        };
        let facts = [
            told("R1", "shown-people", &[("predicate", "mustTell"), ("end", &later)]),
            told("R2", "shown-agencies", &[("status", "refuted"), ("confidence", "11")]),
            told("R3", &doe, &[]),
            told("R4", &format!("{word}-nobody"), &[]),
            told(
                "R5",
                "shown-groups",
                &[("known_since", &later), ("begin", "2013-06"), ("end", &later), ("status", "confirmed")],
            ),
            told("R6", "shown-courts", &[("subject", &format!("{word}-companies-1")), ("known_since", &later)]),
            told("R7", "shown-courts", &[("status", "retracted")]),
        ];
        let value = told(
            "R8",
            "",
            &[
                ("subject", "shown-agencies"),
                ("predicate", "limits"),
                ("value", &text("value")),
                ("value_type", "en"),
                ("known_since", &later),
            ],
        );
        tables.entry("relations".to_owned()).or_default().extend(facts.into_iter().chain([value]));
        let mut add =
            |table: &str, cells: &[(&str, &str)]| tables.entry(table.to_owned()).or_default().push(row(cells));
        add(
            "claims",
            &[
                ("id", "K1"),
                ("claimant", "shown-people"),
                ("stance", "denies"),
                ("about", "R5"),
                ("made_on", "2014-03-01"),
                ("known_since", "2014-03-01"),
                ("status", "confirmed"),
                ("source", &source),
                ("locator", &locator),
                ("note", &note),
            ],
        );
        add(
            "claims",
            &[
                ("id", &format!("{word}-retracts")),
                ("claimant", "shown-people"),
                ("stance", "retracts"),
                ("about", "R7"),
                ("made_on", &later),
                ("known_since", &later),
                ("status", "confirmed"),
            ],
        );
        add(
            "claims",
            &[
                ("id", &format!("{word}-text")),
                ("claimant", "shown-people"),
                ("stance", "opines"),
                ("text", &text("text")),
                ("lang", "en"),
                ("known_since", &later),
                ("status", "opinion"),
            ],
        );
        add("citations", &[("fact", "R1"), ("source", &source), ("stance", "disputes"), ("locator", &locator)]);
        add(
            "disclosures",
            &[("id", &format!("{word}-told")), ("fact", "R5"), ("date", &later), ("kind", "leak"), ("note", &note)],
        );
        add(
            "disclosures",
            &[
                ("id", "shown-told"),
                ("fact", "R1|R5"),
                ("date", "2014-06-01"),
                ("audience", "shown-courts"),
                ("kind", "notice"),
                ("known_since", "2014-07-01"),
                ("source", &source),
                ("locator", &locator),
                ("note", &note),
            ],
        );
        add(
            "decisions",
            &[
                ("id", &format!("{word}-d")),
                ("one", "shown-companies"),
                ("decision", "same"),
                ("other", "shown-groups"),
                ("by", &text("by")),
                ("decided_on", &later),
                ("why", &text("why")),
            ],
        );
        add(
            "judgements",
            &[("fact", "R2"), ("status", "refuted"), ("since", &later), ("by", &text("judge")), ("note", &note)],
        );
        add(
            "predicates",
            &[
                ("key", "mustTell"),
                ("label", "must tell"),
                ("domain", "Entity"),
                ("range", "Entity"),
                ("kind", "state"),
                ("note", &note),
            ],
        );
        tables
    }

    /// Writes the case folder.
    pub(super) fn write(&self, folder: &Path) {
        let (word, year) = (self.word, self.year);
        let tables = built_in();
        for (name, rows) in self.rows() {
            let header: Vec<&str> =
                columns(&tables[&name]).iter().filter_map(|column| column["name"].as_str()).collect();
            let mut writer = csv::Writer::from_path(folder.join(format!("{name}.csv"))).expect("a table");
            writer.write_record(&header).expect("a header");
            for row in rows {
                writer
                    .write_record(header.iter().map(|column| row.get(*column).map_or("", String::as_str)))
                    .expect("a row");
            }
            writer.flush().expect("a table");
        }
        let file = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
        file(
            "case.toml",
            &format!(
                "title = \"Working title\"\n\
             description = \"The {word} description\"\nbase = \"https://example.org/marker/id/\"\n"
            ),
        );
        let mut plain = "no,paid,since\n".to_owned();
        (1..=self.copies)
            .for_each(|copy| writeln!(plain, "{copy},{word} payment {copy},{year}-01-01").expect("a text"));
        file("payments.csv", &plain);
        file("payments.csv-metadata.json", PAYMENTS);
        file("bare.csv", &plain);
        file(
            "bare.csv-metadata.json",
            &PAYMENTS.replace("payments.csv", "bare.csv").replace(KNOWN, "").replace("pay-", "bare-"),
        );
        fs::create_dir_all(folder.join("queries")).expect("a folder");
        file(
            "queries/own.rq",
            &format!(
                "# title: The {word} question\n# question: What did the {word} do?\n# known_since: {year}\n# working_title: Own question\n\n\
             SELECT ?s {{ ?s a cg:Fact }}\n"
            ),
        );
    }
}

/// Returns the digits of a code whose letters count from 10 for A.
fn digits(code: &str) -> Vec<u32> {
    let values = code.chars().filter_map(|c| c.to_digit(36));
    values.flat_map(|value| if value > 9 { vec![value / 10, value % 10] } else { vec![value] }).collect()
}

/// Adds the check digits of ISO 7064 MOD 97-10.
fn lei(code: &str) -> String {
    let rest = digits(&format!("{code}00")).into_iter().fold(0, |rest, digit| (rest * 10 + digit) % 97);
    format!("{code}{:02}", 98 - rest)
}

/// Adds the check digit of ISO 6166.
fn isin(code: &str) -> String {
    let sum: u32 = digits(code)
        .into_iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 } else { digit })
        .map(|n| n / 10 + n % 10)
        .sum();
    format!("{code}{}", (10 - sum % 10) % 10)
}

const KNOWN: &str = r#""https://w3id.org/casegraph/ns#knownSince": "{since}","#;
const PAYMENTS: &str = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "payments.csv",
"https://w3id.org/casegraph/ns#knownSince": "{since}",
"tableSchema": {"aboutUrl": "pay-{no}", "columns": [{"name": "no"}, {"name": "paid"}, {"name": "since", "datatype": "date"}]}}
"#;
