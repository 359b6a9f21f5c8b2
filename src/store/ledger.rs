//! The ledger of a case: which records stood in the store after its last import, each with its table and a fingerprint of
//! what it says. By it a later import finds what has changed without asking the store, and which quads it must leave since
//! other records make them too.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use oxigraph::model::Quad;

use super::difference::Fate;
use super::ledger_line::{Parts, SHARED, quad_digest, short, to_hex};

/// The records that stood in the store.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    base: String,
    text: String,
    /// Where the next line begins. Records mostly come in the order of the lines, so that nothing need be looked up.
    at: usize,
    /// The lines from there on by the hash of their node or one of the next numbers, once one came out of order.
    index: Option<HashMap<u64, Line>>,
    /// Quads that belong to no record, and whether they have been seen.
    loose: BTreeMap<String, bool>,
}

/// A line, by its place in the text.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    seen: bool,
}

/// A record of a ledger.
pub(super) struct Record {
    pub(super) node: String,
    pub(super) table: Option<usize>,
    pub(super) is_fact: bool,
}

impl Ledger {
    /// Reads a ledger of a case with this base.
    pub(super) fn parse(text: String, base: &str) -> Self {
        let mut ledger = Self { base: base.to_owned(), ..Self::default() };
        if text.starts_with('\t') || text.contains("\n\t") {
            let loose = text.lines().filter(|line| line.starts_with('\t')).filter_map(Parts::of);
            ledger.loose = loose.map(|parts| (parts.digest.to_owned(), false)).collect();
        }
        ledger.text = text;
        ledger
    }

    /// Marks a record as seen; tells whether it is new or says something else.
    pub(super) fn see(&mut self, node: &str, digest: &[u8; 16]) -> Option<Fate> {
        let node = short(node, &self.base);
        let digest = to_hex(digest);
        let Some(line) = self.find(&node) else { return Some(Fate::Added) };
        let is_same = self.text[line..].split('\t').nth(3).is_some_and(|rest| rest.starts_with(&digest));
        (!is_same).then_some(Fate::Changed)
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

    /// Returns where the next line of a record begins.
    fn skip(&self, mut at: usize) -> usize {
        while self.text[at..].starts_with('\t') {
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
        self.loose.get_mut(&to_hex(&quad_digest(quad))).map(|seen| *seen = true).is_some()
    }

    /// Tells whether quads that belong to no record have not been seen.
    pub(super) fn has_unseen_loose(&self) -> bool {
        self.loose.values().any(|seen| !seen)
    }

    /// Returns those of some quads that are made, beside other records, by one that is not `outdated`.
    pub(super) fn made_by_others<'q>(&self, quads: &'q [Quad], outdated: &HashSet<&str>) -> HashSet<&'q Quad> {
        let digests: Vec<String> = quads.iter().map(|quad| to_hex(&quad_digest(quad))).collect();
        let mut wanted: HashMap<&str, Vec<&Quad>> = HashMap::new();
        for (digest, quad) in digests.iter().zip(quads) {
            wanted.entry(&digest[..SHARED]).or_default().push(quad);
        }
        let mut made: HashSet<&Quad> = HashSet::new();
        let outdated: HashSet<_> = outdated.iter().map(|node| short(node, &self.base)).collect();
        let mut find = |node: &str, shared: &str| {
            for at in (0..shared.len()).step_by(SHARED) {
                if let Some(quads) = shared.get(at..at + SHARED).and_then(|digest| wanted.get(digest))
                    && !outdated.contains(node)
                {
                    made.extend(quads);
                }
            }
        };
        // Most of a million lines share nothing that is wanted: they are not taken apart.
        for (rest, shared) in self.text.lines().filter_map(|line| line.rsplit_once('\t')) {
            let node = rest.split('\t').next().unwrap_or_default();
            if !shared.is_empty() {
                find(node, shared);
            }
        }
        for digest in self.loose.keys() {
            find("", &digest[..SHARED]);
        }
        made
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
        let lines = lines.filter(|parts| !parts.node.is_empty());
        lines.map(|parts| Record { node: self.whole(parts.node), table: parts.table, is_fact: parts.is_fact }).collect()
    }

    fn whole(&self, node: &str) -> String {
        match node.strip_prefix('<') {
            Some(iri) => iri.trim_end_matches('>').to_owned(),
            None => format!("{}{node}", self.base),
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, NamedNode};

    use super::super::ledger_line::{Entry, loose_line};
    use super::*;

    const BASE: &str = "https://x.org/id/";

    fn entry(node: &str, digest: u8) -> Entry<'_> {
        Entry { node, table: Some(3), is_fact: true, digest: [digest; 16], shared: String::new() }
    }

    fn lines(records: &[(&str, u8)]) -> String {
        records.iter().map(|(node, digest)| entry(node, *digest).line(BASE)).collect()
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
            let mut ledger = Ledger::parse(text.clone(), BASE);
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
    fn a_quad_stays_while_a_record_that_is_as_before_makes_it() {
        let quad = |name: &str| {
            let node = NamedNode::new_unchecked(fact(name));
            Quad::new(node.clone(), node.clone(), node, GraphName::DefaultGraph)
        };
        let quads = ["A", "B", "C", "D"].map(quad);
        let shared =
            |quads: &[&Quad]| quads.iter().map(|quad| to_hex(&quad_digest(quad))[..SHARED].to_owned()).collect();
        let (one, two, three) = (fact("F1"), fact("F2"), fact("F3"));
        let [a, b, c, d] = &quads;
        let text = [(&one, vec![a, b]), (&two, vec![b, c]), (&three, vec![c])];
        let text = text.map(|(node, quads)| Entry { shared: shared(&quads), ..entry(node, 1) }.line(BASE)).concat();
        let text = text + &loose_line(d);
        let made = |outdated: &[&str]| {
            let ledger = Ledger::parse(text.clone(), BASE);
            let made = ledger.made_by_others(&quads, &outdated.iter().copied().collect());
            quads.iter().filter(|quad| made.contains(quad)).cloned().collect::<Vec<_>>()
        };
        assert_eq!(made(&[&one]), [b.clone(), c.clone(), d.clone()]);
        assert_eq!(made(&[&one, &two]), [c.clone(), d.clone()]);
        assert_eq!(made(&[&one, &two, &three]), std::slice::from_ref(d));
    }
}
