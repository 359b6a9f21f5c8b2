//! The ledger of a case: which records stood in the store after its last import, each with its table and a fingerprint of
//! what it says. By it a later import finds what has changed without asking the store. One line a record:
//! `NODE TAB TABLE TAB f|- TAB FINGERPRINT`, the node below the base of the case or a whole IRI in angle brackets; a quad
//! that belongs to no record has no node. What small imports have changed since stands apart, in lines that end with what
//! has become of the record: `a`dded, `c`hanged or `g`one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};

use oxigraph::model::{NamedOrBlankNodeRef, Quad, TermRef};

use super::difference::Fate;
use crate::fingerprint::finish;

/// Bytes of changes that are kept apart even where the ledger is small.
const FEW: usize = 1 << 20;

/// The records that stood in the store.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    base: String,
    text: String,
    /// Where the next line begins. Records mostly come in the order of the lines, so that nothing need be looked up.
    at: usize,
    /// The lines from there on by the hash of their node or one of the next numbers, once one came out of order.
    index: Option<HashMap<u64, Line>>,
    /// What has changed since the lines were written, by node.
    later: BTreeMap<String, Later>,
    /// Quads that belong to no record.
    loose: BTreeSet<String>,
    /// Whether a record is a citation, which says something of a fact.
    pub(super) has_citations: bool,
    is_worn: bool,
}

/// A line, by its place in the text.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    seen: bool,
}

#[derive(Debug)]
struct Later {
    fate: Fate,
    table: Option<usize>,
    is_fact: bool,
    digest: String,
    seen: bool,
}

/// A record of a ledger.
pub(super) struct Record {
    pub(super) node: String,
    pub(super) table: Option<usize>,
    pub(super) is_fact: bool,
}

/// The parts of a line.
struct Parts<'l> {
    node: &'l str,
    table: Option<usize>,
    is_fact: bool,
    digest: &'l str,
    fate: Option<Fate>,
}

impl<'l> Parts<'l> {
    fn of(line: &'l str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (node, table, kind, digest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let fate = match parts.next() {
            None => None,
            Some("a") => Some(Fate::Added),
            Some("c") => Some(Fate::Changed),
            Some("g") => Some(Fate::Removed),
            Some(_) => return None,
        };
        Some(Self { node, table: table.parse().ok(), is_fact: kind == "f", digest, fate })
    }
}

impl Ledger {
    /// Reads a ledger and what has changed since; none where a line of the changes is not one.
    pub(super) fn parse(text: String, changes: &str, base: &str) -> Option<Self> {
        let mut ledger =
            Self { base: base.to_owned(), is_worn: changes.len() > FEW.max(text.len() / 4), ..Self::default() };
        let has = |part: &str| text.starts_with(&part[1..]) || text.contains(part);
        ledger.has_citations = has("\ncitation/") || changes.contains("citation/");
        if has("\n\t") {
            ledger.loose =
                text.lines().filter(|line| line.starts_with('\t')).map(|line| line[4..].to_owned()).collect();
        }
        for line in changes.lines() {
            let Parts { node, table, is_fact, digest, fate } = Parts::of(line)?;
            match fate {
                _ if node.is_empty() => {
                    ledger.loose.insert(digest.to_owned());
                }
                // What came and went since was never among the lines.
                Some(Fate::Removed) if ledger.later.get(node).is_some_and(|later| later.fate == Fate::Added) => {
                    ledger.later.remove(node);
                }
                fate => {
                    let was_added = ledger.later.get(node).is_some_and(|later| later.fate == Fate::Added);
                    let was_gone = ledger.later.get(node).is_some_and(|later| later.fate == Fate::Removed);
                    let fate = match fate? {
                        Fate::Changed if was_added => Fate::Added,
                        Fate::Added if was_gone => Fate::Changed,
                        fate => fate,
                    };
                    let later = Later { fate, table, is_fact, digest: digest.to_owned(), seen: false };
                    ledger.later.insert(node.to_owned(), later);
                }
            }
        }
        ledger.text = text;
        Some(ledger)
    }

    /// Tells whether so much stands apart that the lines should be written anew.
    pub(super) const fn is_worn(&self) -> bool {
        self.is_worn
    }

    /// Marks a record as seen; tells whether it is new or says something else.
    pub(super) fn see(&mut self, node: &str, digest: &[u8; 16]) -> Option<Fate> {
        let node = short(node, &self.base);
        let digest = to_hex(digest);
        let later = if self.later.is_empty() { None } else { self.later.get_mut(&*node) };
        let later = later.map(|later| {
            later.seen = true;
            (later.fate, later.digest == digest)
        });
        let known = match later {
            Some((Fate::Removed, _)) => None,
            Some((fate, is_same)) => {
                if fate == Fate::Changed {
                    self.find(&node);
                }
                Some(is_same)
            }
            None => self.find(&node).map(|line| {
                let mut parts = self.text[line..].split('\t');
                parts.nth(3).is_some_and(|rest| rest.starts_with(&digest))
            }),
        };
        match known {
            None => Some(Fate::Added),
            Some(false) => Some(Fate::Changed),
            Some(true) => None,
        }
    }

    /// Returns where the line of a node begins, and marks it as seen.
    fn find(&mut self, node: &str) -> Option<usize> {
        if self.index.is_none() {
            let start = self.skip(self.at);
            let rest = &self.text[start..];
            if rest.strip_prefix(node).is_some_and(|rest| rest.starts_with('\t')) {
                self.at = start + rest.find('\n').map_or(rest.len(), |end| end + 1);
                return Some(start);
            }
            self.index = Some(self.build_index());
        }
        let (text, index) = (&self.text, self.index.as_mut()?);
        let mut key = hash(node);
        while let Some(line) = index.get_mut(&key) {
            if text[line.start..].strip_prefix(node).is_some_and(|rest| rest.starts_with('\t')) {
                line.seen = true;
                return Some(line.start);
            }
            key = key.wrapping_add(1);
        }
        None
    }

    /// Returns where the next line of a record begins that has not gone since.
    fn skip(&self, mut at: usize) -> usize {
        let is_gone = |line: &str| {
            let node = line.split('\t').next().unwrap_or_default();
            node.is_empty() || self.later.get(node).is_some_and(|later| later.fate == Fate::Removed)
        };
        while self.text[at..].starts_with('\t')
            || (!self.later.is_empty() && at < self.text.len() && is_gone(&self.text[at..]))
        {
            at += self.text[at..].find('\n').map_or(self.text.len() - at, |end| end + 1);
        }
        at
    }

    fn build_index(&self) -> HashMap<u64, Line> {
        let mut index = HashMap::new();
        let mut start = self.at;
        for line in self.text[self.at..].split_inclusive('\n') {
            let node = line.split('\t').next().unwrap_or_default();
            if !node.is_empty() {
                let mut key = hash(node);
                while index.contains_key(&key) {
                    key = key.wrapping_add(1);
                }
                index.insert(key, Line { start, seen: false });
            }
            start += line.len();
        }
        index
    }

    /// Marks a quad that belongs to no record as seen; tells whether it was there.
    pub(super) fn see_loose(&mut self, quad: &Quad) -> bool {
        self.loose.remove(&to_hex(&quad_digest(quad)))
    }

    /// Tells whether quads that belong to no record have not been seen.
    pub(super) fn has_unseen_loose(&self) -> bool {
        !self.loose.is_empty()
    }

    /// Returns the records that have not been seen.
    pub(super) fn unseen(&self) -> Vec<Record> {
        let mut starts: Vec<usize> = if let Some(index) = &self.index {
            index.values().filter(|line| !line.seen).map(|line| line.start).collect()
        } else {
            let lines = self.text[self.at..].split_inclusive('\n');
            lines.scan(self.at, |start, line| Some(std::mem::replace(start, *start + line.len()))).collect()
        };
        starts.sort_unstable();
        let lines = starts.into_iter().filter_map(|start| Parts::of(self.text[start..].lines().next()?));
        let lines = lines.filter(|parts| !parts.node.is_empty() && !self.later.contains_key(parts.node));
        let lines = lines.map(|parts| self.record(parts.node, parts.table, parts.is_fact));
        let later = self.later.iter().filter(|(_, later)| !later.seen && later.fate != Fate::Removed);
        lines.chain(later.map(|(node, later)| self.record(node, later.table, later.is_fact))).collect()
    }

    fn record(&self, node: &str, table: Option<usize>, is_fact: bool) -> Record {
        let node = match node.strip_prefix('<') {
            Some(iri) => iri.trim_end_matches('>').to_owned(),
            None => format!("{}{node}", self.base),
        };
        Record { node, table, is_fact }
    }
}

/// Writes the line of a record.
pub(super) fn write_line(
    out: &mut dyn Write,
    base: &str,
    node: &str,
    table: Option<usize>,
    is_fact: bool,
    digest: &[u8; 16],
) -> io::Result<()> {
    let table = table.map(|table| table.to_string()).unwrap_or_default();
    let kind = if is_fact { "f" } else { "-" };
    writeln!(out, "{}\t{table}\t{kind}\t{}", short(node, base), to_hex(digest))
}

/// Returns the line of a quad that belongs to no record.
pub(super) fn loose_line(quad: &Quad) -> String {
    format!("\t\t-\t{}\n", to_hex(&quad_digest(quad)))
}

/// Returns the line that says what has become of a record.
pub(super) fn change_line(base: &str, record: &Record, digest: &[u8; 16], fate: Fate) -> String {
    let table = record.table.map(|table| table.to_string()).unwrap_or_default();
    let kind = if record.is_fact { "f" } else { "-" };
    let fate = match fate {
        Fate::Added => "a",
        Fate::Changed => "c",
        Fate::Removed => "g",
    };
    format!("{}\t{table}\t{kind}\t{}\t{fate}\n", short(&record.node, base), to_hex(digest))
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
    finish(hasher)
}

fn short<'n>(node: &'n str, base: &str) -> std::borrow::Cow<'n, str> {
    match node.strip_prefix(base) {
        Some(path) if !path.is_empty() && !path.starts_with('<') => path.into(),
        _ => format!("<{node}>").into(),
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn to_hex(digest: &[u8; 16]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://x.org/id/";

    fn lines(records: &[(&str, u8)]) -> String {
        let mut lines = Vec::new();
        for (node, digest) in records {
            write_line(&mut lines, BASE, node, Some(3), true, &[*digest; 16]).expect("a Vec takes all");
        }
        String::from_utf8(lines).expect("text")
    }

    fn fact(name: &str) -> String {
        format!("{BASE}fact/{name}")
    }

    fn gone(ledger: &Ledger) -> Vec<String> {
        ledger.unseen().into_iter().map(|record| record.node.replace(BASE, "")).collect()
    }

    #[test]
    fn a_ledger_tells_the_new_the_changed_and_the_gone_in_any_order() {
        let (one, two, three) = (fact("F1"), fact("F2"), fact("F3"));
        let text = lines(&[(&one, 1), (&two, 2), (&three, 3), ("https://y.org/z", 4)]);
        for order in [[&one, &two], [&two, &one]] {
            let mut ledger = Ledger::parse(text.clone(), "", BASE).expect("a ledger");
            for node in order {
                let wanted = (*node == two).then_some(Fate::Changed);
                assert_eq!(ledger.see(node, &[1; 16]), wanted, "{node}");
            }
            assert_eq!(ledger.see(&fact("F4"), &[1; 16]), Some(Fate::Added));
            assert_eq!(ledger.see(&fact("F"), &[1; 16]), Some(Fate::Added));
            assert_eq!(gone(&ledger), ["fact/F3", "https://y.org/z"]);
        }
    }

    #[test]
    fn changes_that_stand_apart_count() {
        let (one, two, new) = (fact("F1"), fact("F2"), fact("F9"));
        let text = lines(&[(&one, 1), (&two, 2)]);
        let record = |node: &str| Record { node: node.to_owned(), table: Some(3), is_fact: true };
        let changes =
            [(&one, 7, Fate::Changed), (&two, 0, Fate::Removed), (&new, 9, Fate::Added), (&new, 8, Fate::Changed)];
        let changes: String = changes
            .iter()
            .map(|(node, digest, fate)| change_line(BASE, &record(node), &[*digest; 16], *fate))
            .collect();
        let ledger = || Ledger::parse(text.clone(), &changes, BASE).expect("a ledger");
        assert_eq!(gone(&ledger()), ["fact/F1", "fact/F9"]);
        let mut same = ledger();
        assert_eq!(same.see(&one, &[7; 16]), None);
        assert_eq!(same.see(&new, &[8; 16]), None);
        assert_eq!(gone(&same), Vec::<String>::new());
        let mut other = ledger();
        assert_eq!(other.see(&two, &[2; 16]), Some(Fate::Added));
        assert_eq!(other.see(&one, &[1; 16]), Some(Fate::Changed));
        assert_eq!(gone(&other), ["fact/F9"]);
        assert!(Ledger::parse(text.clone(), "no ledger", BASE).is_none());
    }
}
