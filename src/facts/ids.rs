//! The ids of the facts of a case, in little memory: a fingerprint of 128 bits each, with the row that tells the fact.
//! At that length two different ids do not share one.

use std::collections::HashMap;
use std::hash::Hasher;

use csvw::{Location, Row};
use siphasher::sip128::{Hasher128, SipHasher13};

type Fingerprint = [u8; 16];

/// The ids of facts, also of those that could not be read, so that one fault is told once.
#[derive(Default)]
pub(super) struct FactIds {
    places: HashMap<Fingerprint, Place>,
    files: Vec<String>,
    /// How many facts were read.
    pub(super) count: usize,
}

/// A row, by the position of its file; a number too great for it is kept as the greatest.
#[derive(Clone, Copy)]
struct Place {
    file: u32,
    row: u32,
    line: u32,
}

const NO_FILE: u32 = u32::MAX;

impl FactIds {
    /// Adds an id; tells whether it is new.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let mut is_new = false;
        self.places.entry(fingerprint(id)).or_insert_with(|| {
            is_new = true;
            Place { file: NO_FILE, row: 0, line: 0 }
        });
        is_new
    }

    /// Notes the row of a fact that was read.
    pub(super) fn locate(&mut self, id: &str, file: &str, row: &Row) {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
        let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let place = Place {
            file: u32::try_from(self.files.len() - 1).unwrap_or(NO_FILE),
            row: short(row.number),
            line: short(row.line),
        };
        self.places.insert(fingerprint(id), place);
        self.count += 1;
    }

    /// Returns the row of the fact with an id; none where no fact was read.
    pub(super) fn place(&self, id: &str) -> Option<Location> {
        let place = self.places.get(&fingerprint(id))?;
        let file = self.files.get(usize::try_from(place.file).ok()?)?;
        Some(Location::row(file.as_str(), place.row.into(), place.line.into()))
    }

    /// Tells whether an id is that of a fact.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.places.contains_key(&fingerprint(id))
    }
}

fn fingerprint(id: &str) -> Fingerprint {
    let mut hasher = SipHasher13::new();
    hasher.write(id.as_bytes());
    hasher.finish128().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_the_row_of_its_fact() {
        let mut ids = FactIds::default();
        assert!(ids.insert("F1") && !ids.insert("F1"));
        assert!(ids.contains("F1") && ids.place("F1").is_none() && !ids.contains("F2"));
        let mut row = Row::default();
        (row.number, row.line) = (7, 9);
        ids.locate("F1", "relations.csv", &row);
        assert_eq!(ids.place("F1"), Some(Location::row("relations.csv", 7, 9)));
        assert_eq!(ids.count, 1);
    }
}
