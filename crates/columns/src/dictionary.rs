//! The terms of a dataset, sorted by their keys, each written as what differs from the one before it. In: keys. Out: the
//! number of a key and the key of a number. Keys are kept in blocks, and blocks in chunks, which a file reads one by one.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use oxrdf::{Term, TermRef};

use crate::ReadError;
use crate::id::{TermId, TermKind};
use crate::key;
use crate::sections::{Place, Sections};

/// Terms of a block: the first is whole, each other one is made from the one before it.
const BLOCK: usize = 16;
/// Blocks of a chunk: some 100 KB of text.
const CHUNK: usize = 256;

/// Sorted terms.
pub(crate) struct Dictionary {
    len: usize,
    chunks: Vec<Chunk>,
    file: Option<Arc<Sections>>,
    /// The first error that a query met; evaluators pass some errors over.
    pub(crate) fault: OnceLock<ReadError>,
    /// Where blank nodes begin, which come after IRIs, then texts, typed literals and triples.
    kinds: OnceLock<[usize; 4]>,
}

/// Some blocks with their bytes.
struct Chunk {
    /// Where its bytes lie in the file, where there is one.
    place: Place,
    bytes: OnceLock<Box<[u8]>>,
}

/// Makes a dictionary of keys that come in order.
#[derive(Default)]
pub(crate) struct Writer {
    len: usize,
    chunks: Vec<Vec<u8>>,
    /// Blocks of the chunk that is being written.
    blocks: Vec<Vec<u8>>,
    block: Vec<u8>,
    last: Vec<u8>,
}

impl Writer {
    /// Adds the key that comes after all those before.
    pub(crate) fn add(&mut self, key: &[u8]) {
        let shared = if self.len.is_multiple_of(BLOCK) {
            self.end_block();
            0
        } else {
            self.last.iter().zip(key).take_while(|(a, b)| a == b).count()
        };
        write_number(shared, &mut self.block);
        write_number(key.len() - shared, &mut self.block);
        self.block.extend_from_slice(&key[shared..]);
        self.last.clear();
        self.last.extend_from_slice(key);
        self.len += 1;
    }

    fn end_block(&mut self) {
        if !self.block.is_empty() {
            self.blocks.push(std::mem::take(&mut self.block));
        }
        if self.blocks.len() == CHUNK {
            self.end_chunk();
        }
    }

    /// A chunk begins with where each of its blocks ends.
    fn end_chunk(&mut self) {
        let mut chunk = Vec::new();
        let mut end = 4 * self.blocks.len();
        for block in &self.blocks {
            end += block.len();
            chunk.extend(u32::try_from(end).expect("a chunk has less than 4 GB").to_le_bytes());
        }
        self.blocks.drain(..).for_each(|block| chunk.extend(block));
        self.chunks.push(chunk);
    }

    pub(crate) fn finish(mut self) -> Dictionary {
        self.end_block();
        if !self.blocks.is_empty() {
            self.end_chunk();
        }
        let chunk = |bytes: Vec<u8>| Chunk { place: Place::default(), bytes: OnceLock::from(bytes.into_boxed_slice()) };
        Dictionary {
            len: self.len,
            chunks: self.chunks.into_iter().map(chunk).collect(),
            file: None,
            fault: OnceLock::new(),
            kinds: OnceLock::new(),
        }
    }
}

impl Dictionary {
    /// Returns the dictionary that lies in a file.
    pub(crate) fn in_file(len: usize, places: &[Place], file: Arc<Sections>) -> Result<Self, ReadError> {
        if places.len() != len.div_ceil(BLOCK * CHUNK) || len > TermId::DICTIONARY {
            return Err(ReadError::Damaged);
        }
        let chunk = |place: &Place| Chunk { place: *place, bytes: OnceLock::new() };
        let chunks = places.iter().map(chunk).collect();
        Ok(Self { len, chunks, file: Some(file), fault: OnceLock::new(), kinds: OnceLock::new() })
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Returns the bytes of each chunk.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Result<&[u8], ReadError>> {
        (0..self.chunks.len()).map(|chunk| self.chunk(chunk))
    }

    fn chunk(&self, at: usize) -> Result<&[u8], ReadError> {
        let chunk = self.chunks.get(at).ok_or(ReadError::Damaged)?;
        if let Some(bytes) = chunk.bytes.get() {
            return Ok(bytes);
        }
        let bytes = self.file.as_ref().ok_or(ReadError::Damaged)?.read(chunk.place)?;
        Ok(chunk.bytes.get_or_init(|| bytes.into_boxed_slice()))
    }

    /// Returns the bytes of a block.
    fn block(&self, at: usize) -> Result<&[u8], ReadError> {
        let chunk = self.chunk(at / CHUNK)?;
        let blocks = (self.len.div_ceil(BLOCK) - at / CHUNK * CHUNK).min(CHUNK);
        let end = |block: usize| {
            let bytes = chunk.get(4 * block..)?.first_chunk()?;
            usize::try_from(u32::from_le_bytes(*bytes)).ok()
        };
        let start = match at % CHUNK {
            0 => Some(4 * blocks),
            block => end(block - 1),
        };
        let range = start.ok_or(ReadError::Damaged)?..end(at % CHUNK).ok_or(ReadError::Damaged)?;
        chunk.get(range).ok_or(ReadError::Damaged)
    }

    fn kinds(&self) -> Result<[usize; 4], ReadError> {
        if let Some(kinds) = self.kinds.get() {
            return Ok(*kinds);
        }
        let from = |kind: u8| self.place_of(&[kind]);
        let kinds = [from(key::BLANK)?, from(key::TEXT)?, from(key::TYPED)?, from(key::TRIPLE)?];
        Ok(*self.kinds.get_or_init(|| kinds))
    }

    /// Tells what a number stands for.
    pub(crate) fn kind(&self, number: usize) -> Result<TermKind, ReadError> {
        let [blank, text, _, triple] = self.kinds()?;
        Ok(match number {
            _ if number < blank => TermKind::Iri,
            _ if number < text => TermKind::BlankNode,
            _ if number < triple => TermKind::Literal,
            _ => TermKind::Triple,
        })
    }

    /// Tells whether a number stands for a literal with a datatype that is neither `xsd:string` nor one of texts in a language.
    pub(crate) fn is_typed(&self, number: usize) -> Result<bool, ReadError> {
        let [_, _, from, to] = self.kinds()?;
        Ok((from..to).contains(&number))
    }

    /// Gives the key of a number to a function.
    pub(crate) fn with_key<T>(&self, number: usize, read: impl FnOnce(&[u8]) -> T) -> Result<T, ReadError> {
        if number >= self.len {
            return Err(ReadError::Damaged);
        }
        let mut keys = Keys::of(self.block(number / BLOCK)?);
        for _ in 0..=number % BLOCK {
            keys.next()?.ok_or(ReadError::Damaged)?;
        }
        Ok(read(&keys.key))
    }

    /// Returns the term of a number of the dictionary.
    pub(crate) fn term(&self, number: usize) -> Result<Term, ReadError> {
        self.with_key(number, key::read)?.ok_or(ReadError::Damaged)
    }

    /// Reads all terms: each is there once and in its place, in the one form in which it is looked for.
    pub(crate) fn verify(&self) -> Result<(), ReadError> {
        let mut last = Vec::new();
        let mut count = 0;
        for block in 0..self.len.div_ceil(BLOCK) {
            let mut keys = Keys::of(self.block(block)?);
            for _ in 0..BLOCK {
                let Some(key) = keys.next()? else { break };
                let again = key::read(key).filter(|term| {
                    let mut again = Vec::new();
                    key::write(term.as_ref(), &mut again);
                    again == key
                        && !matches!(term, Term::Literal(literal) if TermId::of_literal(literal.as_ref()).is_some())
                });
                if again.is_none() || count > 0 && *key <= *last {
                    return Err(ReadError::Damaged);
                }
                last.clear();
                last.extend_from_slice(key);
                count += 1;
            }
            if !keys.rest.is_empty() {
                return Err(ReadError::Damaged);
            }
        }
        if count == self.len { Ok(()) } else { Err(ReadError::Damaged) }
    }

    /// Returns the number of a term, where the dictionary has it.
    pub(crate) fn find_term(&self, term: TermRef<'_>) -> Result<Option<TermId>, ReadError> {
        let mut wanted = Vec::new();
        key::write(term, &mut wanted);
        self.find(&wanted)
    }

    /// Returns the number of a key, where the dictionary has it.
    pub(crate) fn find(&self, wanted: &[u8]) -> Result<Option<TermId>, ReadError> {
        let at = self.place_of(wanted)?;
        let is_it = at < self.len && self.with_key(at, |key| key == wanted)?;
        Ok(is_it.then(|| u32::try_from(at).map(TermId).ok()).flatten())
    }

    /// Returns the number of the first key that is not less than another one.
    pub(crate) fn place_of(&self, wanted: &[u8]) -> Result<usize, ReadError> {
        let (mut from, mut to) = (0, self.len.div_ceil(BLOCK));
        // The last block whose first key is not greater.
        while to - from > 1 {
            let middle = usize::midpoint(from, to);
            let mut keys = Keys::of(self.block(middle)?);
            keys.next()?.ok_or(ReadError::Damaged)?;
            if keys.key.as_slice() <= wanted { from = middle } else { to = middle }
        }
        if self.len == 0 {
            return Ok(0);
        }
        let mut keys = Keys::of(self.block(from)?);
        let mut at = from * BLOCK;
        while let Some(key) = keys.next()? {
            if key.cmp(wanted) != Ordering::Less {
                break;
            }
            at += 1;
        }
        Ok(at)
    }
}

/// The keys of a block, one after the other.
struct Keys<'b> {
    rest: &'b [u8],
    key: Vec<u8>,
}

impl<'b> Keys<'b> {
    fn of(block: &'b [u8]) -> Self {
        Self { rest: block, key: Vec::with_capacity(128) }
    }

    fn next(&mut self) -> Result<Option<&[u8]>, ReadError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (shared, rest) = read_number(self.rest).ok_or(ReadError::Damaged)?;
        let (own, rest) = read_number(rest).ok_or(ReadError::Damaged)?;
        let (own, rest) = rest.split_at_checked(own).ok_or(ReadError::Damaged)?;
        if shared > self.key.len() {
            return Err(ReadError::Damaged);
        }
        self.key.truncate(shared);
        self.key.extend_from_slice(own);
        self.rest = rest;
        Ok(Some(&self.key))
    }
}

/// Writes a number in groups of seven bits, the lowest first (LEB128).
fn write_number(mut number: usize, out: &mut Vec<u8>) {
    while number > 0x7F {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        number |= usize::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_place_and_comes_back() {
        let keys: Vec<Vec<u8>> =
            (0..10_000).map(|n| format!("\u{1}https://example.org/{:07}", n * 3).into_bytes()).collect();
        let mut writer = Writer::default();
        for key in &keys {
            writer.add(key);
        }
        let dictionary = writer.finish();
        assert_eq!(dictionary.len(), keys.len());
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(dictionary.with_key(number, <[u8]>::to_vec), Ok(key.clone()));
            assert_eq!(dictionary.find(key).map(|id| id.map(TermId::index)), Ok(Some(number)));
            let between = [key.as_slice(), b"x"].concat();
            assert_eq!((dictionary.find(&between), dictionary.place_of(&between)), (Ok(None), Ok(number + 1)));
        }
        assert_eq!((dictionary.place_of(b""), dictionary.with_key(10_000, |_| ())), (Ok(0), Err(ReadError::Damaged)));
        let none = Writer::default().finish();
        assert_eq!((none.find(b"x"), none.place_of(b"x")), (Ok(None), Ok(0)));
    }
}
