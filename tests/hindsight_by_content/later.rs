//! What of a case folder may be told on a day. In: rows and a day. Out: each text of it, told or later, as docs/model.md
//! says in its section "From which day".

use std::collections::BTreeSet;

use super::book::{Book, Table};
use super::days::{NEVER, Today, span};

/// A text of a case that may not be told yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Later {
    /// Where it stands, such as `sources.csv title`.
    pub(super) place: String,
    pub(super) text: String,
}

/// Columns that name what other rows tell, or classes.
const SKIPPED: [&str; 7] = ["fact", "predicate", "new", "domain", "range", "parent", "align"];

/// A case on a day.
pub(super) struct Telling<'b> {
    book: &'b Book,
    today: Today,
    /// Ids of facts that are told, and of those that are only spoken of.
    pub(super) told: BTreeSet<String>,
    pub(super) said: BTreeSet<String>,
    pub(super) entities: BTreeSet<String>,
    pub(super) disclosures: BTreeSet<String>,
    pub(super) predicates: BTreeSet<String>,
}

impl<'b> Telling<'b> {
    pub(super) fn of(book: &'b Book, today: &Today) -> Self {
        let empty = BTreeSet::new;
        let mut telling = Self {
            book,
            today: today.clone(),
            told: empty(),
            said: empty(),
            entities: empty(),
            disclosures: empty(),
            predicates: empty(),
        };
        telling.spread();
        telling.disclose();
        telling.mention();
        telling
    }

    /// Tells whether a fact is told or spoken of.
    pub(super) fn knows(&self, fact: &str) -> bool {
        self.told.contains(fact) || self.said.contains(fact)
    }

    /// A claim brings what it speaks of; any other fact waits for that.
    fn spread(&mut self) {
        loop {
            let before = (self.told.len(), self.said.len());
            for (id, fact) in &self.book.facts {
                let mut about = fact.ends.iter().filter(|end| self.book.facts.contains_key(*end));
                let is_known = self.today.has_come(Some(&fact.known));
                if is_known && (fact.is_claim || about.clone().all(|end| self.knows(end))) {
                    self.told.insert(id.clone());
                }
                if (self.told.contains(id) && fact.is_claim) || self.said.contains(id) {
                    self.said.extend(about.by_ref().cloned());
                }
            }
            if before == (self.told.len(), self.said.len()) {
                self.said.retain(|fact| !self.told.contains(fact));
                return;
            }
        }
    }

    fn disclose(&mut self) {
        for (table, row) in self.book.rows_of("disclosures") {
            let cell = |column: &str| table.cell(row, column);
            let date = span(cell("date"));
            let known = span(cell("known_since")).or_else(|| {
                if cell("audience").is_empty() {
                    return date;
                }
                let source = self.book.published(cell("source"));
                Some((date?.0, source.map_or_else(|| NEVER.to_owned(), |source| source.1.clone())))
            });
            let facts = cell("fact").split('|').map(|fact| fact.trim().trim_start_matches("fact:"));
            if self.today.has_come(known.as_ref()) && facts.into_iter().any(|fact| self.knows(fact)) {
                self.disclosures.insert(cell("id").to_owned());
                self.entities.extend(Some(self.book.id(cell("audience"))).filter(|id| !id.is_empty()));
            }
        }
    }

    fn mention(&mut self) {
        for fact in self.told.iter().chain(&self.said).map(|id| &self.book.facts[id]) {
            self.predicates.insert(fact.predicate.clone());
            // Who is one with whom is for an editor to say; it brings nobody in.
            if self.book.tables[fact.place.0].name != "decisions" {
                self.entities.extend(fact.ends.iter().cloned());
            }
        }
        for (table, row) in self.book.rows().filter(|(table, _)| table.is_of_entities()) {
            if self.has_come(table.cell(row, "known_since")) {
                self.entities.insert(table.cell(row, "id").to_owned());
            }
        }
        for (table, row) in self.book.rows_of("predicates").chain(self.book.rows_of("predicates")) {
            if self.predicates.contains(table.cell(row, "key")) {
                self.predicates.insert(table.cell(row, "parent").to_owned());
            }
        }
    }

    fn has_come(&self, date: &str) -> bool {
        self.today.has_come(span(date).as_ref())
    }

    fn is_ahead(&self, date: &str) -> bool {
        span(date).is_some_and(|date| self.today.is_ahead(&date))
    }

    /// Tells whether a name of an entity is public: by its own row in names.csv, else with the entity.
    fn names(&self, id: &str, name: &str, known_since: &str) -> bool {
        let mut rows = self.book.rows_of("names");
        let own =
            rows.find(|(table, row)| self.book.id(table.cell(row, "entity")) == id && table.cell(row, "name") == name);
        let since = own.map(|(table, row)| table.cell(row, "known_since")).filter(|since| !since.is_empty());
        since.map_or_else(|| known_since.is_empty() || self.has_come(known_since), |since| self.has_come(since))
    }

    /// Tells whether an entity goes by a label of its own row: else its id and its columns are as unknown as its name.
    pub(super) fn is_named(&self, table: &Table, row: &[String]) -> bool {
        let (id, since) = (table.cell(row, "id"), table.cell(row, "known_since"));
        let mut labels =
            table.header.iter().zip(row).filter(|(name, label)| name.starts_with("label") && !label.is_empty());
        self.entities.contains(id) && labels.any(|(_, label)| self.names(id, label, since))
    }

    fn source_told(&self, table: &Table, row: &[String]) -> bool {
        let source = table.cell(row, "source");
        source.is_empty() || self.book.is_published(source, &self.today)
    }

    /// Tells whether what a cell says may be told; a vague date that means today as well is not ahead.
    pub(super) fn tells(&self, place: (usize, usize), at: usize) -> bool {
        let table = &self.book.tables[place.0];
        let column = table.header[at].as_str();
        let row = &table.rows[place.1];
        let cell = |column: &str| table.cell(row, column);
        let is_name = ["label", "alias"].contains(&column.split('@').next().unwrap_or_default());
        let told = match table.name.as_str() {
            _ if column == "note" => table.name != "predicates" && self.has_come(cell("note_known_since")),
            "sources" => self.book.is_published(cell("id"), &self.today),
            "citations" => self.knows(cell("fact")) && self.source_told(table, row),
            "disclosures" => self.disclosures.contains(cell("id")),
            "predicates" => self.predicates.contains(cell("key")),
            "redirects" => false,
            "decisions" => self.has_come(cell("decided_on")),
            "judgements" => self.has_come(cell("since")) && self.knows(cell("fact").trim_start_matches("fact:")),
            "names" => {
                let id = self.book.id(cell("entity"));
                self.entities.contains(&id) && self.names(&id, cell("name"), "")
            }
            _ if table.is_of_entities() && is_name => {
                let mut names = cell(column).split('|').map(str::trim);
                self.entities.contains(cell("id"))
                    && names.all(|name| self.names(cell("id"), name, cell("known_since")))
            }
            _ if table.is_of_entities() => self.is_named(table, row),
            _ => self.book.facts_at.get(&place).is_some_and(|facts| facts.iter().any(|fact| self.knows(fact))),
        };
        let is_late_place = column == "locator" && table.name != "citations" && !self.source_told(table, row);
        told && !is_late_place && !(table.columns[at].is_date && self.is_ahead(cell(column)))
    }

    /// Returns all texts of the case: those that are told, and those that are later.
    pub(super) fn texts(&self) -> (BTreeSet<String>, BTreeSet<Later>) {
        let (mut told, mut later) = (BTreeSet::new(), BTreeSet::new());
        let mut add = |is_told: bool, place: &str, text: &str| {
            if is_told {
                told.insert(text.to_owned());
            } else if text.chars().filter(|c| c.is_alphanumeric()).count() > 3 {
                later.insert(Later { place: place.to_owned(), text: text.to_owned() });
            }
        };
        for (at, table) in self.book.tables.iter().enumerate() {
            for (number, row) in table.rows.iter().enumerate() {
                // A vague date that means today as well may be told, and so may its last day.
                let dates = table.columns.iter().zip(row).filter(|(column, _)| column.is_date);
                let vague = dates
                    .filter_map(|(_, cell)| span(cell))
                    .filter(|(first, last)| *first <= self.today.day && *last > self.today.day);
                vague.for_each(|(_, last)| add(true, "", &last));
                for (column_at, (column, cell)) in table.columns.iter().zip(row).enumerate() {
                    if column.is_reference
                        || column.is_date
                        || column.is_choice
                        || SKIPPED.contains(&table.header[column_at].as_str())
                    {
                        continue;
                    }
                    let place = format!("{} {}", table.file, table.header[column_at]);
                    let is_told = self.tells((at, number), column_at);
                    let separator = if column.is_several { '|' } else { '\0' };
                    cell.split(separator).for_each(|text| add(is_told, &place, text.trim()));
                }
            }
        }
        let text = |key: &str| self.book.settings.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let titled = text("title_known_since").is_empty() || self.has_come(text("title_known_since"));
        add(titled, "case.toml title", text("title"));
        add(self.has_come(text("description_known_since")), "case.toml description", text("description"));
        told.extend(["base", "working_title"].map(|key| text(key).to_owned()));
        (told, later)
    }
}
