//! What an import changes, record by record: by the marks of the last import, or where there are none by what is said of each
//! node. In: a case before and after. Out: the difference.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rdf_columns::{Builder, Dataset, Graphs, ReadError};

use super::Error;
use super::difference::{Difference, Fate};
use super::import::{Import, ReadCase};
use super::marks::{Marks, finish};
use crate::record_mark::RecordMark;
use crate::vocab::cg;

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

/// What is said of a node: the sum of fingerprints, and whether it is a fact.
type Said = (u64, bool);

/// Compares the graph of a case in a dataset of which no marks are known; a dataset without the graph has none of its records.
/// Of the case that is new, the quads are made anew on the way.
pub(super) fn compare_subjects(old: &Dataset, import: &Import, new: &mut ReadCase) -> Result<Difference, Error> {
    if old.find_iri(&import.graph)?.is_none_or(|graph| old.graph(Some(graph)).is_none()) {
        return Ok(new.added(import));
    }
    let data = finish(std::mem::take(&mut new.quads), new.records.iter_mut())?;
    let difference = compare_datasets(old, &data, import, new.records.clone())?;
    let mut quads = Builder::default();
    let here = quads.copy(&data, |_| true)?;
    for mark in &mut new.records {
        mark.node = mark.node.and_then(|node| here.get(node.index()).copied().flatten());
    }
    new.quads = quads;
    Ok(difference)
}

/// Compares the graph of a case in two datasets; `marks` are those of its records in the second.
pub(super) fn compare_datasets(
    old: &Dataset,
    new: &Dataset,
    import: &Import,
    marks: Vec<RecordMark>,
) -> Result<Difference, ReadError> {
    let mut before = subjects(old, &import.graph)?;
    let after = subjects(new, &import.graph)?;
    let mut difference = Difference { is_empty: before == after, ..Difference::default() };
    for mark in Marks::of(marks, Vec::new()).records {
        let Some(node) = mark.node else { continue };
        let node = new.text(node)?;
        let Some(now) = after.get(&node) else { continue };
        let fate = match before.remove(&node) {
            None => Fate::Added,
            Some(then) if then != *now => Fate::Changed,
            Some(_) => continue,
        };
        difference.count(import.table(mark.file), mark.is_fact, fate);
    }
    for (_, (_, is_fact)) in before.into_iter().filter(|(subject, _)| !after.contains_key(subject)) {
        difference.count("", is_fact, Fate::Removed);
    }
    Ok(difference)
}

/// Returns what a graph says of each subject.
fn subjects(data: &Dataset, graph: &str) -> Result<BTreeMap<String, Said>, ReadError> {
    let mut subjects: BTreeMap<String, Said> = BTreeMap::new();
    let Some(graph) = data.find_iri(graph)? else { return Ok(subjects) };
    let status = data.find_iri(cg::STATUS.as_str())?;
    for quad in data.quads(None, None, None, Graphs::One(Some(graph))) {
        let quad = quad?;
        let mut hasher = DefaultHasher::new();
        data.text(quad.predicate)?.hash(&mut hasher);
        data.term(quad.object)?.hash(&mut hasher);
        let said = subjects.entry(data.text(quad.subject)?).or_default();
        said.0 = said.0.wrapping_add(hasher.finish());
        said.1 |= Some(quad.predicate) == status;
    }
    Ok(subjects)
}
