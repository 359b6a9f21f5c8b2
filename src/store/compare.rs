//! What an import changes, record by record: by the marks of the last import, or where there are none by what is said of each
//! node. In: a case before and after. Out: the difference.

use std::collections::BTreeMap;

use rdf_columns::{Builder, Dataset, Graphs, ReadError, TermId};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::Error;
use super::difference::{Difference, Fate};
use super::import::{Import, ReadCase};
use super::marks::{Marks, finish};
use crate::record_mark::RecordMark;

/// Compares the marks of a case with those of its last import.
pub(super) fn compare_records(
    old: &Dataset,
    known: &Marks,
    import: &Import,
    new: &ReadCase,
) -> Result<Difference, ReadError> {
    let mut difference = Difference::default();
    let marks = Marks::of(new.records.clone(), Vec::new());
    let mut now: Vec<(&str, &RecordMark)> =
        marks.records.iter().filter_map(|mark| Some((new.quads.text(mark.node?)?, mark))).collect();
    now.sort_unstable_by_key(|(node, _)| *node);
    let mut now = now.into_iter().peekable();
    let table = |mark: &RecordMark| import.table(mark.file);
    for mark in &known.records {
        let Some(node) = mark.node else { continue };
        let node = old.text(node)?;
        while let Some((_, added)) = now.next_if(|(other, _)| *other < node.as_str()) {
            difference.count(table(added), added.is_fact, Fate::Added);
        }
        match now.next_if(|(other, _)| *other == node) {
            Some((_, same)) if same.fingerprint == mark.fingerprint && same.is_fact == mark.is_fact => {}
            Some((_, changed)) => difference.count(table(changed), changed.is_fact, Fate::Changed),
            None => {
                let table = mark.file.and_then(|file| known.tables.get(file as usize)).map_or("", String::as_str);
                difference.count(table, mark.is_fact, Fate::Removed);
            }
        }
    }
    for (_, added) in now {
        difference.count(table(added), added.is_fact, Fate::Added);
    }
    difference.is_empty = difference.tables.is_empty() && marks.unowned == known.unowned;
    Ok(difference)
}

impl ReadCase {
    /// Returns the difference to a store that has nothing of the case.
    pub(super) fn added(&self, import: &Import) -> Difference {
        let mut difference = Difference::default();
        for mark in Marks::of(self.records.clone(), Vec::new()).records {
            difference.count(import.table(mark.file), mark.is_fact, Fate::Added);
        }
        difference
    }
}

/// Compares the graph of a case in a dataset of which no marks are known; a dataset without the graph has none of its records.
/// Of the case that is new, the quads are made anew on the way.
pub(super) fn compare_subjects(old: &Dataset, import: &Import, new: &mut ReadCase) -> Result<Difference, Error> {
    if old.find_iri(&import.graph)?.is_none_or(|graph| old.graph(Some(graph)).is_none()) {
        return Ok(new.added(import));
    }
    let data = finish(std::mem::take(&mut new.quads), new.records.iter_mut())?;
    let (before, after) = (fingerprints(old, &import.graph)?, fingerprints(&data, &import.graph)?);
    let difference = compare_fingerprints(&before, &after, &data, import, new.records.clone())?;
    let mut quads = Builder::default();
    let here = quads.copy(&data, |_| true)?;
    for mark in &mut new.records {
        mark.node = mark.node.and_then(|node| here.get(node.index()).copied().flatten());
    }
    new.quads = quads;
    Ok(difference)
}

/// Compares what is said of the subjects of a case before and after; `marks` are those of the records of the dataset that is new.
pub(super) fn compare_fingerprints(
    before: &BTreeMap<String, u64>,
    after: &BTreeMap<String, u64>,
    new: &Dataset,
    import: &Import,
    marks: Vec<RecordMark>,
) -> Result<Difference, ReadError> {
    let mut difference = Difference { is_empty: before == after, ..Difference::default() };
    for mark in Marks::of(marks, Vec::new()).records {
        let Some(node) = mark.node else { continue };
        let node = new.text(node)?;
        let fate = match (before.get(&node), after.get(&node)) {
            (None, Some(_)) => Fate::Added,
            (Some(then), Some(now)) if then != now => Fate::Changed,
            _ => continue,
        };
        difference.count(import.table(mark.file), mark.is_fact, fate);
    }
    let facts = format!("{}fact/", import.base);
    for gone in before.keys().filter(|subject| !after.contains_key(*subject)) {
        difference.count("", gone.starts_with(&facts), Fate::Removed);
    }
    Ok(difference)
}

/// Returns a fingerprint of what a graph says of each subject: the sum of those of its quads.
pub(super) fn fingerprints(data: &Dataset, graph: &str) -> Result<BTreeMap<String, u64>, ReadError> {
    let Some(graph) = data.find_iri(graph)? else { return Ok(BTreeMap::new()) };
    let mut subjects: FxHashMap<TermId, u64> = FxHashMap::default();
    for quad in data.quads(None, None, None, Graphs::One(Some(graph))) {
        let quad = quad?;
        let said = format!("{} {}", data.text(quad.predicate)?, data.term(quad.object)?);
        let digest = Sha256::digest(said.as_bytes());
        let fingerprint = digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        let sum = subjects.entry(quad.subject).or_default();
        *sum = sum.wrapping_add(fingerprint);
    }
    subjects.into_iter().map(|(subject, fingerprint)| Ok((data.text(subject)?, fingerprint))).collect()
}
