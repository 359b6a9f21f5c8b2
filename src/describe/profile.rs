//! What the values of each column have in common. In: the rows of a file, once through. Out: for each column the readings
//! that take all its values, its empty cells, and whether values repeat. Kept in memory are a few values of each column
//! and, as long as no value repeats, a number for each.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use csvw::{Diagnostics, Extensions, GroupReader, Options, TableDescription};
use serde_json::{Value, json};

use super::placeholder::Placeholder;
use super::reading::Reading;
use super::rules::Rules;
use super::verify::Pair;
use super::{Error, shown};
use crate::facts::{EXTENSIONS, slug};

/// Values of a column that are kept to look at.
const SAMPLE: usize = 200;
/// Longest value that may identify its row.
const KEY_LENGTH: usize = 60;
const FOREIGN_WORDS: usize = 3;

/// What was read.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) rows: u64,
    pub(super) columns: Vec<ColumnProfile>,
    pub(super) readings: Vec<Reading>,
    /// The first words with letters beyond ASCII.
    pub(super) foreign_words: Vec<String>,
}

/// What the values of a column have in common.
#[derive(Debug)]
pub(super) struct ColumnProfile {
    pub(super) header: String,
    /// Cells with a value.
    pub(super) filled: u64,
    pub(super) empty: u64,
    /// Texts for no value, with how often they stand there: in any column, and unless it holds texts.
    pub(super) nulls: BTreeMap<String, u64>,
    pub(super) doubtful_nulls: BTreeMap<String, u64>,
    /// Dates that are likely to stand for something else, with how often they stand there.
    pub(super) placeholders: BTreeMap<String, (Placeholder, u64)>,
    pub(super) whole: Alive,
    /// What is read where cells are parted, for each separator.
    pub(super) parted: BTreeMap<char, Alive>,
    pub(super) sample: Vec<(u64, String)>,
    /// Whether each row has a value of its own, also once it is put into the form of an id.
    pub(super) is_unique: bool,
    /// Whether one says that something goes on (`..`).
    pub(super) has_open_end: bool,
    seen: HashSet<u64>,
}

/// The readings that are left, by position.
#[derive(Debug, Default)]
pub(super) struct Alive {
    pub(super) readings: Vec<usize>,
    /// The value, and its row, that ended each of the others.
    pub(super) ended: BTreeMap<usize, (u64, String)>,
    /// Cells that the separator parts.
    pub(super) cells: u64,
    /// Longest part in characters.
    pub(super) longest: usize,
}

impl Alive {
    fn see(&mut self, row: u64, text: &str, readings: &[Reading]) {
        let ended = &mut self.ended;
        self.readings.retain(|&at| {
            let takes = readings[at].takes(text);
            if !takes {
                ended.insert(at, (row, shown(text)));
            }
            takes
        });
    }
}

/// Reads a file to its end.
pub(super) fn read(file: &Pair<'_>, (dialect, width): (&Value, usize), rules: &Rules) -> Result<Profile, Error> {
    let columns: Vec<Value> = (0..width).map(|at| json!({"name": format!("c{at}")})).collect();
    let json = json!({"url": "a.csv", "suppressOutput": true, "dialect": dialect, "tableSchema": {"columns": columns}});
    let group = TableDescription::from_json(&json.to_string(), file.file).map_err(|_| Error::Empty)?.into();
    let extensions = Extensions { match_headers: false, ..EXTENSIONS };
    // A read that fails half-way is a fault of the file, which `verify` tells again.
    let options = Options { extensions, fault_limit: 1, ..Options::default() };
    let readings = Reading::all(rules);
    let mut profile = Profile { rows: 0, columns: Vec::new(), readings, foreign_words: Vec::new() };
    let mut faults = Diagnostics::default();
    let table = GroupReader::new(&group).read(0, file, &options, &mut faults, &mut |table, row| {
        if profile.columns.is_empty() {
            profile.start(table.columns.iter().map(|column| column.header.as_str()), rules);
        }
        profile.rows += 1;
        for at in 0..table.columns.len() {
            profile.see(at, row.number, row.value(at), rules);
        }
    });
    if profile.columns.is_empty() {
        profile.start(table.columns.iter().map(|column| column.header.as_str()), rules);
    }
    Ok(profile)
}

impl Profile {
    fn start<'h>(&mut self, headers: impl Iterator<Item = &'h str>, rules: &Rules) {
        let all = || Alive { readings: (0..self.readings.len()).collect(), ..Alive::default() };
        self.columns = headers
            .map(|header| ColumnProfile {
                header: header.trim().to_owned(),
                filled: 0,
                empty: 0,
                nulls: BTreeMap::new(),
                doubtful_nulls: BTreeMap::new(),
                placeholders: BTreeMap::new(),
                whole: all(),
                parted: rules.separators.iter().map(|separator| (*separator, all())).collect(),
                sample: Vec::new(),
                is_unique: true,
                has_open_end: false,
                seen: HashSet::new(),
            })
            .collect();
        let headers: Vec<String> = self.columns.iter().map(|column| column.header.clone()).collect();
        for header in &headers {
            self.note_foreign(header);
        }
    }

    fn see(&mut self, at: usize, row: u64, value: Option<&str>, rules: &Rules) {
        let Some(column) = self.columns.get_mut(at) else { return };
        let Some(text) = value else {
            column.empty += 1;
            return;
        };
        if rules.null.iter().any(|null| null == text) {
            *column.nulls.entry(text.to_owned()).or_default() += 1;
            return;
        }
        column.see_unique(text);
        if rules.null_unless_text.iter().any(|null| null == text) {
            *column.doubtful_nulls.entry(text.to_owned()).or_default() += 1;
            return;
        }
        column.filled += 1;
        column.has_open_end |= text == "..";
        if let Some(meaning) = rules.placeholder.of(text) {
            column.placeholders.entry(text.to_owned()).or_insert((meaning, 0)).1 += 1;
        }
        column.whole.see(row, text, &self.readings);
        for (separator, alive) in &mut column.parted {
            let mut parts = text.split(*separator).map(str::trim).filter(|part| !part.is_empty()).peekable();
            alive.cells += u64::from(text.contains(*separator) && parts.peek().is_some());
            for part in parts {
                alive.longest = alive.longest.max(part.chars().count());
                alive.see(row, part, &self.readings);
            }
        }
        if column.sample.len() < SAMPLE {
            column.sample.push((row, shown(text)));
        }
        if self.foreign_words.len() < FOREIGN_WORDS && !text.is_ascii() {
            self.note_foreign(text);
        }
    }

    fn note_foreign(&mut self, text: &str) {
        for word in text.split_whitespace().filter(|word| !word.is_ascii()) {
            let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
            if self.foreign_words.len() < FOREIGN_WORDS && !self.foreign_words.iter().any(|known| known == word) {
                self.foreign_words.push(word.to_owned());
            }
        }
    }
}

impl ColumnProfile {
    fn see_unique(&mut self, text: &str) {
        if !self.is_unique {
            return;
        }
        let mut hasher = DefaultHasher::new();
        slug(text).hash(&mut hasher);
        if text.chars().count() > KEY_LENGTH || !self.seen.insert(hasher.finish()) {
            self.is_unique = false;
            self.seen = HashSet::new();
        }
    }

    /// Tells whether a date stands for something of this kind.
    pub(super) fn has(&self, placeholder: Placeholder) -> bool {
        self.placeholders.values().any(|(meaning, _)| *meaning == placeholder)
    }

    /// Counts the cells that hold nothing, or a text that stands for it.
    pub(super) fn missing(&self) -> u64 {
        self.empty + self.nulls.values().sum::<u64>()
    }
}
