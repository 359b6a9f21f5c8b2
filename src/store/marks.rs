//! The marks of the records of a case. In: marks, as the records came. Out: one to a record, and the same as bytes, for a case
//! file to keep.

use rdf_columns::{Builder, Dataset, TermId, TooManyTerms};

use crate::record_mark::RecordMark;

/// The marks of a case.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Names of the files of the case.
    pub(super) tables: Vec<String>,
    /// One to a record, in the order of their numbers.
    pub(super) records: Vec<RecordMark>,
    /// Sum of the fingerprints of what belongs to no record.
    pub(super) unowned: u64,
}

/// Makes the dataset of quads, and gives marks the numbers that their nodes have in it.
pub(super) fn finish<'m>(
    quads: Builder,
    marks: impl Iterator<Item = &'m mut RecordMark>,
) -> Result<Dataset, TooManyTerms> {
    let owned: Vec<_> = marks.filter(|mark| mark.node.is_some()).collect();
    let nodes: Vec<TermId> = owned.iter().filter_map(|mark| mark.node).collect();
    let (data, numbers) = quads.finish_with(&nodes)?;
    owned.into_iter().zip(numbers).for_each(|(mark, number)| mark.node = number);
    Ok(data)
}

/// Bytes of a mark in a file.
const BYTES: usize = 16;
/// Stands for no file.
const NO_FILE: u32 = (1 << 31) - 1;

impl Marks {
    /// Gathers marks: those of one record become one, and so do those of none.
    pub(super) fn of(marks: Vec<RecordMark>, tables: Vec<String>) -> Self {
        let mut gathered = Self { tables, ..Self::default() };
        let (mut owned, unowned): (Vec<_>, Vec<_>) = marks.into_iter().partition(|mark| mark.node.is_some());
        gathered.unowned = unowned.iter().fold(0, |sum, mark| sum.wrapping_add(mark.fingerprint));
        owned.sort_by_key(|mark| mark.node);
        for mark in owned {
            match gathered.records.last_mut().filter(|last| last.node == mark.node) {
                Some(last) => last.fingerprint = last.fingerprint.wrapping_add(mark.fingerprint),
                None => gathered.records.push(mark),
            }
        }
        gathered
    }

    /// Returns the marks with the numbers that their nodes have elsewhere.
    pub(super) fn renumbered(self, numbers: &[Option<TermId>]) -> Vec<RecordMark> {
        let number = |node: TermId| numbers.get(node.index()).copied().flatten();
        let unowned = RecordMark { node: None, file: None, is_fact: false, fingerprint: self.unowned };
        let owned = self.records.into_iter().map(|mark| RecordMark { node: mark.node.and_then(number), ..mark });
        owned.chain([unowned]).collect()
    }

    /// Writes marks; their tables are not among them.
    pub(super) fn write(marks: Vec<RecordMark>) -> Vec<u8> {
        let marks = Self::of(marks, Vec::new());
        let mut bytes = marks.unowned.to_le_bytes().to_vec();
        for RecordMark { node, file, is_fact, fingerprint } in marks.records {
            let node = node.and_then(|node| u32::try_from(node.index()).ok()).unwrap_or(u32::MAX);
            bytes.extend(node.to_le_bytes());
            bytes.extend((file.unwrap_or(NO_FILE) | u32::from(is_fact) << 31).to_le_bytes());
            bytes.extend(fingerprint.to_le_bytes());
        }
        bytes
    }

    /// Reads marks; none where the bytes are no marks.
    pub(super) fn read(bytes: &[u8], tables: Vec<String>) -> Option<Self> {
        let (unowned, rest) = bytes.split_first_chunk()?;
        let (marks, []) = rest.as_chunks::<BYTES>() else { return None };
        let mut records = Vec::with_capacity(marks.len());
        for mark in marks {
            let (node, rest) = mark.split_first_chunk()?;
            let (file, fingerprint) = rest.split_first_chunk()?;
            let file = u32::from_le_bytes(*file);
            records.push(RecordMark {
                node: Some(TermId::from_index(usize::try_from(u32::from_le_bytes(*node)).ok()?)?),
                file: Some(file & NO_FILE).filter(|file| *file != NO_FILE),
                is_fact: file > NO_FILE,
                fingerprint: u64::from_le_bytes(*fingerprint.first_chunk()?),
            });
        }
        Some(Self { tables, records, unowned: u64::from_le_bytes(*unowned) })
    }
}
