//! What an import changes, counted as a researcher counts: facts and other records, by table.

use std::collections::BTreeMap;

/// What an import changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What changes in each table, by its name; records that no table tells any more stand under an empty name.
    pub tables: BTreeMap<String, TableCounts>,
    /// Facts after the import.
    pub facts: usize,
    /// Quads of the store after the import, where they have been counted.
    pub quads: Option<usize>,
    /// Whether anything changes at all.
    pub is_empty: bool,
}

/// What changes in one table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Facts.
    pub facts: Counts,
    /// Entities, sources, citations and the like.
    pub others: Counts,
}

/// How many records an import adds, changes and removes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that are new.
    pub added: usize,
    /// Records that stay, and say something else.
    pub changed: usize,
    /// Records that are gone.
    pub removed: usize,
}

/// What happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Added,
    Changed,
    Removed,
}

impl Difference {
    /// Counts a record of a table.
    pub(super) fn count(&mut self, table: &str, is_fact: bool, fate: Fate) {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), TableCounts::default());
        }
        let Some(counts) = self.tables.get_mut(table) else { return };
        let counts = if is_fact { &mut counts.facts } else { &mut counts.others };
        match fate {
            Fate::Added => counts.added += 1,
            Fate::Changed => counts.changed += 1,
            Fate::Removed => counts.removed += 1,
        }
    }

    /// Returns what changes in the facts of all tables.
    pub fn all_facts(&self) -> Counts {
        self.tables.values().fold(Counts::default(), |sum, table| Counts {
            added: sum.added + table.facts.added,
            changed: sum.changed + table.facts.changed,
            removed: sum.removed + table.facts.removed,
        })
    }
}

impl Counts {
    /// Tells whether nothing changes.
    pub const fn is_empty(self) -> bool {
        self.added == 0 && self.changed == 0 && self.removed == 0
    }
}
