//! Parts of a file, each with its checksum. In: where a part lies. Out: its bytes, as they were written or not at all.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::ReadError;
use crate::id::TermId;

/// Where a part of a file lies, and the checksum (CRC-32) of its bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place(pub(crate) u64, pub(crate) u64, pub(crate) u32);

/// A file that is read part by part.
pub(crate) struct Sections {
    file: Mutex<File>,
    len: u64,
}

impl Sections {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: Mutex::new(file), len })
    }

    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// Reads bytes that have no checksum of their own.
    pub(crate) fn bytes(&self, offset: u64, length: u64) -> Result<Vec<u8>, ReadError> {
        if offset.checked_add(length).is_none_or(|end| end > self.len) {
            return Err(ReadError::Damaged);
        }
        let mut bytes = Vec::new();
        let room = usize::try_from(length).map_err(|_| ReadError::Damaged)?;
        bytes.try_reserve_exact(room).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        (&*file).take(length).read_to_end(&mut bytes)?;
        // Who wrote over it may have cut it since it was opened.
        if bytes.len() == room { Ok(bytes) } else { Err(ReadError::Damaged) }
    }

    pub(crate) fn read(&self, Place(offset, length, sum): Place) -> Result<Vec<u8>, ReadError> {
        let bytes = self.bytes(offset, length)?;
        if crc32fast::hash(&bytes) == sum { Ok(bytes) } else { Err(ReadError::Damaged) }
    }

    /// Reads `len` numbers.
    pub(crate) fn numbers(&self, place: Place, len: usize) -> Result<Vec<u32>, ReadError> {
        // Each number takes a byte at least.
        if len as u64 > place.1 {
            return Err(ReadError::Damaged);
        }
        decode(&self.read(place)?, len).ok_or(ReadError::Damaged)
    }

    pub(crate) fn ids(&self, place: Place, len: usize) -> Result<Vec<TermId>, ReadError> {
        Ok(self.numbers(place, len)?.into_iter().map(TermId).collect())
    }
}

/// Writes parts one after the other.
pub(crate) struct SectionWriter<W> {
    out: W,
    at: u64,
}

impl<W: Write> SectionWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, at: 0 }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<Place> {
        self.out.write_all(bytes)?;
        let place = Place(self.at, bytes.len() as u64, crc32fast::hash(bytes));
        self.at += place.1;
        Ok(place)
    }

    pub(crate) fn numbers(&mut self, numbers: impl Iterator<Item = u32>) -> io::Result<Place> {
        self.write(&encode(numbers))
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes each number as what it differs from the one before it, in groups of seven bits (LEB128 of zigzag numbers): what
/// ascends in small steps takes a byte a number.
fn encode(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut last = 0_u32;
    for number in numbers {
        let step = number.wrapping_sub(last).cast_signed();
        let mut rest = (step << 1 ^ step >> 31).cast_unsigned();
        while rest > 0x7F {
            bytes.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        bytes.push(rest.to_le_bytes()[0]);
        last = number;
    }
    bytes
}

fn decode(bytes: &[u8], len: usize) -> Option<Vec<u32>> {
    let mut numbers = Vec::with_capacity(len);
    let (mut last, mut rest, mut shift) = (0_u32, 0_u32, 0_u32);
    for byte in bytes {
        rest |= u32::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            let step = (rest >> 1) ^ (rest & 1).wrapping_neg();
            last = last.wrapping_add(step);
            numbers.push(last);
            (rest, shift) = (0, 0);
        } else {
            shift += 7;
        }
    }
    (numbers.len() == len && shift == 0).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_others_are_refused() {
        let numbers = [0, 1, 2, 3, 3, u32::MAX, 0, 1 << 31, 77, 76, 300, 1 << 20];
        let bytes = encode(numbers.into_iter());
        assert_eq!(decode(&bytes, numbers.len()), Some(numbers.to_vec()));
        assert_eq!(decode(&bytes, numbers.len() - 1), None);
        assert_eq!(decode(&bytes[..bytes.len() - 1], numbers.len()), None);
        assert_eq!(decode(&[0xFF; 12], 1), None);
        assert_eq!(encode(0..100).len(), 100);
    }
}
