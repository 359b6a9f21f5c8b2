//! Datasets in files. In: a dataset, and bytes that are kept with it. Out: a file of parts, each with its checksum, and the
//! dataset of such a file, of which no part is read before it is asked for.
//!
//! A file begins with [`MAGIC`] and the version of its form. Then come its parts, then a list of them (JSON), and in the last
//! 32 bytes where that list lies, with checksums.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use oxrdf::Term;
use serde::{Deserialize, Serialize};

use crate::ReadError;
use crate::dataset::{Dataset, Graph, Table};
use crate::dictionary::Dictionary;
use crate::id::TermId;
use crate::index::Index;
use crate::sections::{Place, SectionWriter, Sections};

/// First bytes of every file.
pub const MAGIC: &[u8; 8] = b"rdf-cols";
/// The version of the form that is written, and the only one that is read.
pub const VERSION: u32 = 1;
/// Bytes of the end of a file.
const TRAILER: u64 = 32;

/// The parts of a file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    terms: usize,
    dictionary: Vec<Place>,
    graphs: Vec<StoredGraph>,
    attachments: BTreeMap<String, Place>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredGraph {
    name: Option<u32>,
    tables: Vec<StoredTable>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredTable {
    property: u32,
    pairs: usize,
    by_subject: IndexPlace,
    by_object: IndexPlace,
}

/// Where the parts of an index lie.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct IndexPlace {
    /// First key and number of keys, where they are all the numbers from that one on.
    range: Option<(u32, usize)>,
    /// Number of keys and where they lie, where they are not.
    keys: Option<(usize, Place)>,
    starts: Option<Place>,
    values: Place,
}

impl IndexPlace {
    fn write<W: Write>(index: &Index, out: &mut SectionWriter<W>) -> io::Result<Self> {
        let keys = match index.key_range() {
            Some(_) => None,
            None => Some((index.key_count(), out.numbers(index.keys().map(|id| id.0))?)),
        };
        let values = out.numbers(index.all_values().iter().map(|id| id.0))?;
        let starts = index.starts().map(|starts| out.numbers(starts.iter().copied())).transpose()?;
        Ok(Self { range: index.key_range(), keys, starts, values })
    }

    /// Tells whether a key may be there, as far as that is known without reading.
    pub(crate) fn may_have(&self, key: TermId) -> bool {
        self.range.is_none_or(|(first, len)| key.0.checked_sub(first).is_some_and(|at| (at as usize) < len))
    }

    pub(crate) fn read(&self, file: &Sections, pairs: usize) -> Result<Index, ReadError> {
        let keys = self.keys.map_or(Ok(Vec::new()), |(len, place)| file.ids(place, len))?;
        let len = self.range.map_or(keys.len(), |(_, len)| len);
        let starts = self.starts.map(|place| file.numbers(place, len.saturating_add(1))).transpose()?;
        Index::from_parts(self.range, keys, starts, file.ids(self.values, pairs)?)
    }
}

impl Dataset {
    /// Writes the dataset, and bytes that are kept with it under some names.
    ///
    /// # Errors
    ///
    /// The writer fails, or the dataset is that of a file which can no longer be read.
    pub fn write<W: Write>(&self, out: W, attachments: &BTreeMap<String, Vec<u8>>) -> Result<W, ReadError> {
        let mut out = SectionWriter::new(out);
        out.write(MAGIC)?;
        out.write(&VERSION.to_le_bytes())?;
        let mut contents = Contents { terms: self.dictionary().len(), ..Contents::default() };
        for chunk in self.dictionary().chunks() {
            contents.dictionary.push(out.write(chunk?)?);
        }
        for graph in self.graphs() {
            let mut tables = Vec::new();
            for (property, table) in graph.tables() {
                let by_subject = IndexPlace::write(table.by_subject()?, &mut out)?;
                let by_object = IndexPlace::write(&table.inverse()?, &mut out)?;
                tables.push(StoredTable { property: property.0, pairs: table.len(), by_subject, by_object });
            }
            contents.graphs.push(StoredGraph { name: graph.name().map(|name| name.0), tables });
        }
        for (name, bytes) in attachments {
            contents.attachments.insert(name.clone(), out.write(bytes)?);
        }
        let list = serde_json::to_vec(&contents).map_err(io::Error::from)?;
        let Place(offset, length, sum) = out.write(&list)?;
        let mut trailer = Vec::new();
        trailer.extend(offset.to_le_bytes());
        trailer.extend(length.to_le_bytes());
        trailer.extend(sum.to_le_bytes());
        trailer.extend(crc32fast::hash(&trailer).to_le_bytes());
        trailer.extend_from_slice(MAGIC);
        out.write(&trailer)?;
        Ok(out.finish()?)
    }
}

/// A file that holds a dataset.
pub struct DatasetFile {
    /// The dataset.
    pub dataset: Dataset,
    file: Arc<Sections>,
    contents: Contents,
    list: Vec<u8>,
}

impl DatasetFile {
    /// Opens a file. Only its list of parts is read.
    ///
    /// # Errors
    ///
    /// It cannot be read, it is no such file or one of another version, or its end is damaged.
    pub fn open(file: File) -> Result<Self, ReadError> {
        let file = Arc::new(Sections::new(file)?);
        let head = file.bytes(0, 12).map_err(|_| ReadError::NotADataset)?;
        let (magic, version) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(ReadError::NotADataset);
        }
        match version.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)) {
            Some(VERSION) => {}
            other => return Err(ReadError::OtherVersion(other.unwrap_or_default())),
        }
        let trailer = file.bytes(file.len().checked_sub(TRAILER).ok_or(ReadError::Damaged)?, TRAILER)?;
        let list = file.read(place(&trailer).ok_or(ReadError::Damaged)?)?;
        let contents: Contents = serde_json::from_slice(&list).map_err(|_| ReadError::Damaged)?;
        let dictionary = Dictionary::in_file(contents.terms, &contents.dictionary, Arc::clone(&file))?;
        let graphs = contents.graphs.iter().map(|graph| {
            let tables = graph.tables.iter().map(|table| {
                let StoredTable { property, pairs, by_subject, by_object } = *table;
                // Each number takes a byte at least.
                if pairs as u64 > by_subject.values.1.min(file.len()) {
                    return Err(ReadError::Damaged);
                }
                Ok((TermId(property), Table::in_file(pairs, Arc::clone(&file), by_subject, by_object)))
            });
            Ok(Graph::new(graph.name.map(TermId), tables.collect::<Result<_, _>>()?))
        });
        let graphs = graphs.collect::<Result<_, ReadError>>()?;
        let dataset = Dataset::new(dictionary, graphs);
        Ok(Self { dataset, file, contents, list })
    }

    /// Returns the list of the parts of the file with their checksums: another one where any part differs.
    #[must_use]
    pub fn list(&self) -> &[u8] {
        &self.list
    }

    /// Returns the bytes that are kept under a name.
    pub fn attachment(&self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.contents.attachments.get(name).map(|place| self.file.read(*place)).transpose()
    }

    /// Reads all of it.
    ///
    /// # Errors
    ///
    /// Some part is not what was written, or does not fit the others.
    pub fn verify(&self) -> Result<(), ReadError> {
        self.dataset.dictionary().verify()?;
        let graphs = self.dataset.graphs();
        is_sound(graphs.is_sorted_by(|a, b| a.name() < b.name()))?;
        for graph in graphs {
            graph.name().map_or(Ok(()), |name| self.verify_node(name))?;
            is_sound(graph.tables().is_sorted_by(|(a, _), (b, _)| a < b))?;
            for (property, table) in graph.tables() {
                is_sound(matches!(self.dataset.term(*property)?, Term::NamedNode(_)))?;
                let (by_subject, by_object) = (table.by_subject()?, table.by_object()?);
                is_sound(by_subject.pairs().is_sorted_by(|a, b| a < b) && by_subject.inverse() == *by_object)?;
                by_subject.iter().try_for_each(|(subject, _)| self.verify_node(subject))?;
                let is_term = |id: TermId| id.is_held() || id.index() < self.contents.terms;
                by_object.iter().try_for_each(|(object, _)| is_sound(is_term(object)))?;
            }
        }
        self.contents.attachments.values().try_for_each(|place| self.file.read(*place).map(drop))
    }

    fn verify_node(&self, id: TermId) -> Result<(), ReadError> {
        is_sound(id.index() < self.contents.terms && self.dataset.is_node(id)?)
    }
}

fn is_sound(is_sound: bool) -> Result<(), ReadError> {
    if is_sound { Ok(()) } else { Err(ReadError::Damaged) }
}

/// Returns where the list of parts lies, by the end of a file.
fn place(trailer: &[u8]) -> Option<Place> {
    let (offset, rest) = trailer.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (sum, rest) = rest.split_first_chunk()?;
    let (own, magic) = rest.split_first_chunk()?;
    let is_sound = crc32fast::hash(&trailer[..20]) == u32::from_le_bytes(*own) && magic == MAGIC;
    is_sound.then(|| Place(u64::from_le_bytes(*offset), u64::from_le_bytes(*length), u32::from_le_bytes(*sum)))
}
