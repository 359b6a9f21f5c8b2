//! Keys of large tables. In: the values of key columns, row after row. Out: which rows share a key, or refer to none. A
//! key is kept as a hash of 128 bits with its row, 20 bytes in all; at that length two different keys do not collide.

use std::collections::BTreeMap;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::cell::{CellValue, Value};
use crate::metadata::{TableDescription, TableGroup};
use crate::rows::Rows;

/// A key and the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: [u8; 16],
    row: u32,
}

/// Keys by the same columns of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    entries: Vec<Entry>,
}

/// All keys of one table: its primary key, what other tables refer to, and what it refers to.
#[derive(Debug, Default)]
pub(crate) struct TableKeys {
    pub primary: Keys,
    /// By the names of the columns referred to.
    pub targets: BTreeMap<Vec<String>, Keys>,
    /// One for each foreign key.
    pub references: Vec<Keys>,
}

/// The keys of a table with the positions of their columns in its file.
pub(crate) struct KeyColumns<'k> {
    keys: Vec<(&'k mut Keys, Vec<usize>)>,
    /// Whether a key with an empty cell is none.
    open: bool,
}

impl TableKeys {
    /// Returns the keys that the tables of a group will have.
    pub(crate) fn of(group: &TableGroup) -> Vec<Self> {
        let mut all: Vec<Self> = group.tables.iter().map(|_| Self::default()).collect();
        for (at, table) in group.tables.iter().enumerate() {
            all[at].references = vec![Keys::default(); table.schema.foreign_keys.len()];
            for key in &table.schema.foreign_keys {
                if let Some(target) = group.referenced_table(key) {
                    all[target].targets.entry(key.referenced.clone()).or_default();
                }
            }
        }
        all
    }

    /// Finds the columns of the keys in the file; keys whose columns it lacks are left out.
    pub(crate) fn columns(&mut self, table: &TableDescription, rows: &Rows<'_>, open: bool) -> KeyColumns<'_> {
        let schema = &table.schema;
        let references = self.references.iter_mut().zip(schema.foreign_keys.iter().map(|key| &key.columns));
        let targets = self.targets.iter_mut().map(|(names, keys)| (keys, names));
        let all = std::iter::once((&mut self.primary, &schema.primary_key)).chain(targets).chain(references);
        let keys = all.filter_map(|(keys, names)| Some((keys, rows.positions(names)?))).collect();
        KeyColumns { keys, open }
    }

    /// Makes the keys ready to be searched.
    pub(crate) fn sort(&mut self) {
        self.targets.values_mut().chain(&mut self.references).chain([&mut self.primary]).for_each(Keys::sort);
    }
}

impl KeyColumns<'_> {
    /// Adds the keys of a row.
    pub(crate) fn add(&mut self, cells: &[CellValue<'_>], row: u64) {
        for (keys, positions) in &mut self.keys {
            keys.add(cells, positions, row, self.open);
        }
    }
}

impl Keys {
    /// Adds the key of a row. With `open`, a key with an empty cell is none.
    fn add(&mut self, cells: &[CellValue<'_>], positions: &[usize], row: u64, open: bool) {
        let values = |at: &usize| cells.get(*at).map(CellValue::values).unwrap_or_default();
        if open && positions.iter().any(|at| values(at).is_empty()) {
            return;
        }
        let hash = hash(positions.iter().map(values));
        self.entries.push(Entry { hash, row: u32::try_from(row).unwrap_or(u32::MAX) });
    }

    /// Makes the keys ready to be searched.
    fn sort(&mut self) {
        self.entries.sort_unstable();
    }

    /// Returns the rows whose key an earlier row has, each with the first such row; the keys must be sorted.
    pub(crate) fn duplicates(&self) -> Vec<(u64, u64)> {
        let groups = self.entries.chunk_by(|a, b| a.hash == b.hash);
        let mut found: Vec<(u64, u64)> = groups
            .flat_map(|group| group[1..].iter().map(|entry| (u64::from(entry.row), u64::from(group[0].row))))
            .collect();
        found.sort_unstable();
        found
    }

    /// Returns the rows whose key is not there, or there more than once, in the keys of another table, with how often;
    /// both must be sorted.
    pub(crate) fn not_unique_in(&self, target: &Self) -> Vec<(u64, usize)> {
        let mut found = Vec::new();
        let mut rest = target.entries.as_slice();
        for group in self.entries.chunk_by(|a, b| a.hash == b.hash) {
            let hash = group[0].hash;
            let smaller = rest.iter().take_while(|other| other.hash < hash).count();
            rest = &rest[smaller..];
            let count = rest.iter().take_while(|other| other.hash == hash).count();
            if count != 1 {
                found.extend(group.iter().map(|entry| (u64::from(entry.row), count)));
            }
        }
        found.sort_unstable();
        found
    }
}

fn hash<'c>(cells: impl Iterator<Item = &'c [Value<'c>]>) -> [u8; 16] {
    let mut hasher = SipHasher13::new();
    for values in cells {
        hasher.write_usize(values.len());
        for value in values {
            hasher.write(value.text.as_bytes());
            hasher.write_u8(0xFF);
        }
    }
    hasher.finish128().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &'static [&'static str]) -> Vec<CellValue<'static>> {
        texts.iter().map(|text| CellValue::One(Value { text: (*text).into(), is_valid: true })).collect()
    }

    #[test]
    fn rows_that_share_a_key_are_found_with_the_first_of_them() {
        let mut keys = Keys::default();
        for (row, texts) in [&["a", "b"], &["ab", ""], &["a", "b"], &["a", "c"], &["a", "b"]].iter().enumerate() {
            keys.add(&cells(*texts), &[0, 1], row as u64 + 2, true);
        }
        keys.sort();
        assert_eq!(keys.duplicates(), [(4, 2), (6, 2)]);
    }

    #[test]
    fn references_must_find_exactly_one_row() {
        let (mut from, mut to) = (Keys::default(), Keys::default());
        for (row, text) in [["a"], ["b"], ["b"]].iter().enumerate() {
            to.add(&[CellValue::One(Value { text: text[0].into(), is_valid: true })], &[0], row as u64, true);
        }
        from.add(&cells(&["a"]), &[0], 1, true);
        from.add(&cells(&["b"]), &[0], 2, true);
        from.add(&cells(&["c"]), &[0], 3, true);
        from.add(&[CellValue::Null], &[0], 4, true);
        to.sort();
        from.sort();
        assert_eq!(from.not_unique_in(&to), [(2, 2), (3, 0)]);
        from.add(&[CellValue::Null], &[0], 5, false);
        from.sort();
        assert_eq!(from.not_unique_in(&to), [(2, 2), (3, 0), (5, 0)]);
    }
}
