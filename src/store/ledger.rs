//! The ledger of a case: which records stood in the store after its last import, each with its table and a fingerprint of
//! its quads. By it a later import finds what has changed without asking the store. One line a record:
//! `NODE TAB TABLE TAB f|- TAB FINGERPRINT`, the node below the base of the case or a whole IRI in angle brackets; a quad
//! that belongs to no record has no node.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};

use oxigraph::model::{NamedOrBlankNodeRef, Quad, TermRef};

use super::unit::Unit;

/// The records that stood in the store.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    text: String,
    base: String,
    entries: Vec<Entry>,
    /// Position of each entry, by the hash of its node or by one of the next numbers.
    index: HashMap<u64, usize>,
    /// Quads that belong to no record.
    loose: BTreeSet<[u8; 16]>,
    /// Whether a record is a citation, which says something of a fact.
    pub(super) has_citations: bool,
}

#[derive(Debug)]
struct Entry {
    /// Where its node stands in the text.
    start: usize,
    end: usize,
    table: Option<usize>,
    is_fact: bool,
    digest: [u8; 16],
    seen: bool,
}

/// What a ledger says of a record that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Same,
    Changed,
    New,
}

/// A record of a ledger.
pub(super) struct Record {
    pub(super) node: String,
    pub(super) table: Option<usize>,
    pub(super) is_fact: bool,
}

impl Ledger {
    /// Reads a ledger; none where a line is not one of a ledger.
    pub(super) fn parse(text: String, base: &str) -> Option<Self> {
        let mut ledger = Self { base: base.to_owned(), ..Self::default() };
        let mut at = 0;
        for line in text.lines() {
            let mut parts = line.split('\t');
            let (node, table, kind, digest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            let digest = from_hex(digest)?;
            if node.is_empty() {
                ledger.loose.insert(digest);
            } else {
                ledger.has_citations |= node.starts_with("citation/");
                let table = if table.is_empty() { None } else { Some(table.parse().ok()?) };
                let entry = Entry { start: at, end: at + node.len(), table, is_fact: kind == "f", digest, seen: false };
                let mut key = hash(node);
                while ledger.index.contains_key(&key) {
                    key = key.wrapping_add(1);
                }
                ledger.index.insert(key, ledger.entries.len());
                ledger.entries.push(entry);
            }
            at += line.len() + 1;
        }
        ledger.text = text;
        Some(ledger)
    }

    /// Marks a record as seen, and says what the ledger knows of it.
    pub(super) fn see(&mut self, unit: &Unit) -> Known {
        let node = short(&unit.node, &self.base);
        let mut key = hash(&node);
        while let Some(&at) = self.index.get(&key) {
            let entry = &mut self.entries[at];
            if self.text.get(entry.start..entry.end) == Some(node.as_str()) {
                entry.seen = true;
                return if entry.digest == unit.digest { Known::Same } else { Known::Changed };
            }
            key = key.wrapping_add(1);
        }
        Known::New
    }

    /// Marks a quad that belongs to no record as seen; tells whether it was there.
    pub(super) fn see_loose(&mut self, digest: [u8; 16]) -> bool {
        self.loose.remove(&digest)
    }

    /// Tells whether quads that belong to no record have not been seen.
    pub(super) fn has_unseen_loose(&self) -> bool {
        !self.loose.is_empty()
    }

    /// Returns the records that have not been seen.
    pub(super) fn unseen(&self) -> impl Iterator<Item = Record> {
        self.entries.iter().filter(|entry| !entry.seen).map(|entry| {
            let node = self.text.get(entry.start..entry.end).unwrap_or_default();
            let node = match node.strip_prefix('<') {
                Some(iri) => iri.trim_end_matches('>').to_owned(),
                None => format!("{}{node}", self.base),
            };
            Record { node, table: entry.table, is_fact: entry.is_fact }
        })
    }
}

/// Writes the line of a record, or of each of the quads that belong to none.
pub(super) fn write_lines(out: &mut dyn Write, unit: &Unit, base: &str) -> io::Result<()> {
    if unit.node.is_empty() {
        for quad in &unit.quads {
            writeln!(out, "\t\t-\t{}", to_hex(&quad_digest(quad)))?;
        }
        return Ok(());
    }
    let table = unit.table.map(|table| table.to_string()).unwrap_or_default();
    let kind = if unit.is_fact { "f" } else { "-" };
    writeln!(out, "{}\t{table}\t{kind}\t{}", short(&unit.node, base), to_hex(&unit.digest))
}

/// Returns a fingerprint of a quad.
pub(super) fn quad_digest(quad: &Quad) -> [u8; 16] {
    let mut hasher = DefaultHasher::new();
    let mut write = |kind: u8, text: &str| {
        hasher.write_u8(kind);
        hasher.write(text.as_bytes());
        hasher.write_u8(0xFF);
    };
    match quad.subject.as_ref() {
        NamedOrBlankNodeRef::NamedNode(node) => write(0, node.as_str()),
        NamedOrBlankNodeRef::BlankNode(node) => write(1, node.as_str()),
    }
    write(0, quad.predicate.as_str());
    match quad.object.as_ref() {
        TermRef::NamedNode(node) => write(0, node.as_str()),
        TermRef::BlankNode(node) => write(1, node.as_str()),
        TermRef::Literal(literal) => {
            write(2, literal.value());
            write(3, literal.language().unwrap_or_else(|| literal.datatype().as_str()));
        }
        TermRef::Triple(triple) => write(4, &triple.to_string()),
    }
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&hasher.finish().to_be_bytes());
    // The state of the hasher holds 256 bits: it gives 64 others for one more byte.
    hasher.write_u8(0xFE);
    bytes[8..].copy_from_slice(&hasher.finish().to_be_bytes());
    bytes
}

fn short(node: &str, base: &str) -> String {
    match node.strip_prefix(base) {
        Some(path) if !path.is_empty() && !path.starts_with('<') => path.to_owned(),
        _ => format!("<{node}>"),
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn to_hex(digest: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*digest))
}

fn from_hex(text: &str) -> Option<[u8; 16]> {
    (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://x.org/id/";

    fn unit(node: &str, digest: u8) -> Unit {
        let node = if node.is_empty() { String::new() } else { format!("{BASE}{node}") };
        Unit { node, table: Some(3), is_fact: true, digest: [digest; 16], quads: Vec::new() }
    }

    #[test]
    fn a_ledger_tells_the_new_the_changed_and_the_gone() {
        let mut lines = Vec::new();
        for known in [unit("fact/F1", 1), unit("fact/F2", 2), unit("fact/F3", 3)] {
            write_lines(&mut lines, &known, BASE).expect("a Vec takes all");
        }
        let elsewhere = Unit { node: "https://y.org/z".into(), ..unit("", 4) };
        write_lines(&mut lines, &elsewhere, BASE).expect("a Vec takes all");
        let mut ledger = Ledger::parse(String::from_utf8(lines).expect("text"), BASE).expect("a ledger");
        assert_eq!(ledger.see(&unit("fact/F1", 1)), Known::Same);
        assert_eq!(ledger.see(&unit("fact/F2", 9)), Known::Changed);
        assert_eq!(ledger.see(&unit("fact/F4", 1)), Known::New);
        let gone: Vec<String> = ledger.unseen().map(|record| record.node).collect();
        assert_eq!(gone, ["https://x.org/id/fact/F3", "https://y.org/z"]);
        assert!(ledger.unseen().all(|record| record.table == Some(3) && record.is_fact));
    }

    #[test]
    fn what_is_not_a_ledger_is_none() {
        assert!(Ledger::parse("fact/F1\t3\tf\tzz\n".into(), BASE).is_none());
        assert_eq!(Ledger::parse(String::new(), BASE).expect("an empty one").unseen().count(), 0);
    }
}
