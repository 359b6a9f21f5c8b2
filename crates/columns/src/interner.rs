//! Terms on their way into a dataset, each numbered when it is first met. In: terms. Out: their numbers for the time being.

use std::hash::Hasher;

use hashbrown::HashTable;
use oxrdf::TermRef;
use rustc_hash::FxHasher;

use crate::id::TermId;
use crate::key;

/// Keys of terms, one after the other, and where each is found.
#[derive(Default)]
pub(crate) struct Interner {
    keys: Vec<u8>,
    /// Where each key ends.
    ends: Vec<usize>,
    at: HashTable<u32>,
    key: Vec<u8>,
}

impl Interner {
    /// Returns the number of a term; a value has the number that holds it.
    pub(crate) fn term(&mut self, term: TermRef<'_>) -> TermId {
        if let TermRef::Literal(literal) = term {
            if let Some(value) = TermId::of_literal(literal) {
                return value;
            }
            if let Some(canonical) = TermId::canonical(literal) {
                return self.term(canonical.as_ref());
            }
        }
        self.key.clear();
        key::write(term, &mut self.key);
        self.number()
    }

    /// Returns the number of an IRI that is put together from some parts.
    pub(crate) fn iri(&mut self, parts: &[&str]) -> TermId {
        self.key.clear();
        self.key.push(key::IRI);
        for part in parts {
            self.key.extend_from_slice(part.as_bytes());
        }
        self.number()
    }

    fn number(&mut self) -> TermId {
        let (keys, ends) = (&self.keys, &self.ends);
        let entry = self.at.entry(
            hash(&self.key),
            |number| slice(keys, ends, *number as usize) == self.key,
            |number| hash(slice(keys, ends, *number as usize)),
        );
        let number = *entry
            .or_insert_with(|| u32::try_from(ends.len()).expect("terms are counted before they are too many"))
            .get();
        if number as usize == self.ends.len() {
            self.keys.extend_from_slice(&self.key);
            self.ends.push(self.keys.len());
        }
        TermId(number)
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the key of a number.
    pub(crate) fn key(&self, number: u32) -> &[u8] {
        slice(&self.keys, &self.ends, number as usize)
    }

    /// Returns all numbers in the order of their keys.
    pub(crate) fn sorted(&mut self) -> Vec<u32> {
        self.at = HashTable::new();
        let mut order: Vec<u32> = (0..).take(self.len()).collect();
        order.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        order
    }
}

fn slice<'k>(keys: &'k [u8], ends: &[usize], number: usize) -> &'k [u8] {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &keys[start..ends[number]]
}

fn hash(key: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(key);
    hasher.finish()
}
