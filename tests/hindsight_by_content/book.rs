//! A case folder as a person reads it. In: CSV files and the descriptions of their columns. Out: rows, the facts that they
//! tell, and since when each was public. Nothing of the program's own reading is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::days::{NEVER, Span, Today, span};
use crate::program::{files_below, read};

const CG: &str = "https://w3id.org/casegraph/ns#";
const STANCES: [&str; 7] = ["stanceOn", "affirms", "denies", "retracts", "predicts", "promises", "opines"];

/// A CSV file of a case.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) file: String,
    /// The built-in table that it is of, such as `relations`.
    pub(super) name: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    description: Value,
    /// What the description says of each column.
    pub(super) columns: Vec<Column>,
}

/// What a column holds.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) is_reference: bool,
    pub(super) is_date: bool,
    /// Whether it takes a few words that are always the same.
    pub(super) is_choice: bool,
    pub(super) is_several: bool,
    /// Whether any text will do.
    pub(super) is_free: bool,
}

/// A fact that a row tells.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) id: String,
    /// Ids of the entities and facts that it speaks of, and where it was said.
    pub(super) ends: Vec<String>,
    pub(super) predicate: String,
    pub(super) is_claim: bool,
    pub(super) known: Span,
    /// Number of the table and of the row.
    pub(super) place: (usize, usize),
}

/// A case folder.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) tables: Vec<Table>,
    pub(super) settings: toml::Table,
    pub(super) facts: BTreeMap<String, Told>,
    /// Ids of the facts of each row.
    pub(super) facts_at: BTreeMap<(usize, usize), Vec<String>>,
    /// Ids by id, label, alias and old id.
    ids: BTreeMap<String, String>,
    published: BTreeMap<String, Span>,
}

impl Column {
    fn of(description: &Value, header: &str) -> Self {
        let name = header.split('@').next().unwrap_or_default();
        let columns = description["tableSchema"]["columns"].as_array().into_iter().flatten();
        let Some(column) = columns.into_iter().find(|column| column["name"] == name) else { return Self::default() };
        let datatype = &column["datatype"];
        let few = ["lang", "country", "confidence", "value_type", "kind", "status", "level"];
        let is_word = |format: &str| format.chars().all(|c| c.is_ascii_alphabetic() || "|-".contains(c));
        Self {
            is_reference: column.get(format!("{CG}refersTo")).is_some(),
            is_date: datatype["@id"].as_str().is_some_and(|id| id.ends_with("/EDTF")),
            is_choice: few.contains(&name) || datatype["format"].as_str().is_some_and(is_word),
            is_several: column.get("separator").is_some(),
            is_free: datatype.is_null() && !few.contains(&name) && !["key", "predicate"].contains(&name),
        }
    }
}

impl Table {
    pub(super) fn cell<'a>(&'a self, row: &'a [String], column: &str) -> &'a str {
        let at = self.header.iter().position(|name| name == column);
        at.and_then(|at| row.get(at)).map_or("", |cell| cell.trim())
    }

    pub(super) fn is_of_entities(&self) -> bool {
        self.description.get(format!("{CG}entity")).is_some()
    }

    fn column(&self, name: &str) -> Option<&Column> {
        Some(&self.columns[self.header.iter().position(|column| column == name)?])
    }

    fn templates(&self) -> impl Iterator<Item = &Value> {
        self.description[format!("{CG}facts")].as_array().into_iter().flatten()
    }

    /// Fills a template such as `{id}--issuer`; of `{a|b}` the first that is given.
    fn fill(&self, row: &[String], template: &Value) -> String {
        let mut text = String::new();
        for part in template.as_str().unwrap_or_default().split('{') {
            let Some((columns, rest)) = part.split_once('}') else {
                text += part;
                continue;
            };
            text += columns
                .split('|')
                .map(|column| self.cell(row, column))
                .find(|cell| !cell.is_empty())
                .unwrap_or_default();
            text += rest;
        }
        text
    }
}

impl Book {
    pub(super) fn read(folder: &Path) -> Self {
        let mut tables = Vec::new();
        for path in files_below(folder) {
            let file = path.to_string_lossy().into_owned();
            let Some(name) = file.strip_suffix(".csv").and_then(|stem| stem.split('-').next()) else { continue };
            let description = format!("data/tables/{name}.csv-metadata.json");
            if file.contains(['/', '\\']) || !crate::program::repository(&description).exists() {
                continue;
            }
            let mut reader = csv::Reader::from_path(folder.join(&path)).expect("a table");
            let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
            let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
            let description: Value = serde_json::from_str(&read(&description)).expect("a description");
            let header: Vec<String> = header;
            let columns = header.iter().map(|column| Column::of(&description, column)).collect();
            tables.push(Table { name: name.to_owned(), file, header, rows, description, columns });
        }
        let settings = fs::read_to_string(folder.join("case.toml")).unwrap_or_default();
        let settings = settings.parse().expect("settings");
        let empty = BTreeMap::new();
        let mut book = Self {
            tables,
            settings,
            facts: BTreeMap::new(),
            facts_at: BTreeMap::new(),
            ids: BTreeMap::new(),
            published: empty,
        };
        book.ids = book.read_ids();
        book.published = book.read_published();
        book.facts = book.read_facts();
        book.disclose();
        for fact in book.facts.values() {
            book.facts_at.entry(fact.place).or_default().push(fact.id.clone());
        }
        book
    }

    pub(super) fn write(&self, folder: &Path) {
        for table in &self.tables {
            let mut writer = csv::Writer::from_path(folder.join(&table.file)).expect("a table");
            writer.write_record(&table.header).expect("a header");
            table.rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
            writer.flush().expect("a table");
        }
        fs::write(folder.join("case.toml"), self.settings.to_string()).expect("settings");
    }

    /// Returns all rows with their table.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&Table, &[String])> {
        self.tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row.as_slice())))
    }

    pub(super) fn rows_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a Table, &'a [String])> {
        self.rows().filter(move |(table, _)| table.name == name)
    }

    /// Returns the id that a cell means.
    pub(super) fn id(&self, cell: &str) -> String {
        let cell = cell.trim();
        let cell = cell.strip_prefix("fact:").unwrap_or(cell);
        self.ids.get(cell).map_or_else(|| cell.to_owned(), Clone::clone)
    }

    fn read_ids(&self) -> BTreeMap<String, String> {
        let mut ids = BTreeMap::new();
        for (table, row) in self.rows().filter(|(table, _)| table.is_of_entities()) {
            let id = table.cell(row, "id");
            for (name, cell) in table.header.iter().zip(row) {
                if ["id", "label", "alias"].contains(&name.split('@').next().unwrap_or_default()) {
                    cell.split('|')
                        .filter(|name| !name.is_empty())
                        .for_each(|name| drop(ids.insert(name.trim().to_owned(), id.to_owned())));
                }
            }
        }
        let redirects = self.rows_of("redirects").map(|(table, row)| (table.cell(row, "old"), table.cell(row, "new")));
        ids.extend(redirects.map(|(old, new)| (old.to_owned(), new.to_owned())));
        ids
    }

    /// Returns when a source was published, or was there at the latest.
    pub(super) fn published(&self, source: &str) -> Option<&Span> {
        self.published.get(source)
    }

    fn read_published(&self) -> BTreeMap<String, Span> {
        let rows = self.rows_of("sources").filter_map(|(table, row)| {
            let read = || span(table.cell(row, "accessed")).map(|(_, last)| (last.clone(), last));
            Some((table.cell(row, "id").to_owned(), span(table.cell(row, "date")).or_else(read)?))
        });
        rows.collect()
    }

    fn read_facts(&self) -> BTreeMap<String, Told> {
        let mut facts = BTreeMap::new();
        for (at, table) in self.tables.iter().enumerate() {
            for (number, row) in table.rows.iter().enumerate() {
                for template in table.templates() {
                    for told in self.tell(table, row, template, (at, number)) {
                        facts.insert(told.id.clone(), told);
                    }
                }
            }
        }
        facts
    }

    fn tell(&self, table: &Table, row: &[String], template: &Value, place: (usize, usize)) -> Vec<Told> {
        let part = |name: &str| table.fill(row, &template[format!("{CG}{name}")]);
        let when = template.get(format!("{CG}when")).map(|when| table.fill(row, when));
        let object_of = template[format!("{CG}object")].as_str().unwrap_or_default();
        let column = object_of.trim_matches(['{', '}']);
        let is_several = table.column(column).is_some_and(|column| column.is_several);
        let objects = part("object");
        let subject =
            if template.get(format!("{CG}subject")).is_some() { part("subject") } else { table.cell(row, "id").into() };
        if when.is_some_and(|when| when.is_empty())
            || subject.is_empty()
            || (objects.is_empty() && part("text").is_empty())
        {
            return Vec::new();
        }
        let known_since = template.get(format!("{CG}knownSince")).map(|since| table.fill(row, since));
        let known_since = known_since.unwrap_or_else(|| table.cell(row, "known_since").to_owned());
        let source = table.cell(row, "source").to_owned();
        let predicate = part("predicate");
        let of = |id: String, object: &str| {
            let ends = [subject.as_str(), object, table.cell(row, "made_at")];
            Told {
                id,
                ends: ends.into_iter().filter(|end| !end.is_empty()).map(|end| self.id(end)).collect(),
                is_claim: STANCES.contains(&predicate.as_str()),
                predicate: predicate.clone(),
                known: span(&known_since).unwrap_or_else(|| self.by_source(&source, &part("begin"))),
                place,
            }
        };
        let id = part("id");
        if is_several {
            let values = objects.split('|').map(str::trim).filter(|value| !value.is_empty());
            return values.map(|value| of(format!("{id}--{value}"), value)).collect();
        }
        // A row without an id is known by its place alone.
        let id = if id.is_empty() { format!("row {place:?}") } else { id };
        vec![of(id, &objects)]
    }

    fn by_source(&self, source: &str, begin: &str) -> Span {
        let begin = span(begin).map_or_else(|| "0001-01-01".to_owned(), |begin| begin.0);
        match self.published(source) {
            Some((first, last)) => (begin.min(first.clone()), last.clone()),
            None => (begin, NEVER.to_owned()),
        }
    }

    /// Moves facts to the day of their first public disclosure.
    fn disclose(&mut self) {
        let told = self.rows_of("disclosures").filter(|(table, row)| table.cell(row, "audience").is_empty());
        let told: Vec<(String, Span)> = told
            .filter_map(|(table, row)| Some((table.cell(row, "fact").to_owned(), span(table.cell(row, "date"))?)))
            .collect();
        for (facts, (first, last)) in told {
            for fact in facts.split('|') {
                if let Some(fact) = self.facts.get_mut(fact.trim().trim_start_matches("fact:")) {
                    fact.known = (fact.known.0.clone().min(first.clone()), fact.known.1.clone().min(last.clone()));
                }
            }
        }
    }

    /// Returns the days on which something certainly became known.
    pub(super) fn days(&self) -> BTreeSet<String> {
        self.facts.values().map(|fact| fact.known.1.clone()).filter(|day| day != NEVER).collect()
    }

    /// Tells whether a source was published.
    pub(super) fn is_published(&self, source: &str, today: &Today) -> bool {
        today.has_come(self.published(source))
    }
}
