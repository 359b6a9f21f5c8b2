//! The seal of a store file: a comment at its end with the SHA-256 of all text before it. In: text on its way into a file or
//! out of one. Out: the same text, sealed; or its sum, and what its seal says.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::ledger_line::to_hex;

/// What the line of the seal begins with.
const MARK: &str = "# sealed ";
/// Bytes of that line, with its end.
const LENGTH: usize = MARK.len() + 64 + 1;

/// Text that is written and is to be sealed.
pub(super) struct Sealing<W> {
    out: W,
    sum: Sha256,
}

impl<W: Write> Sealing<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, sum: Sha256::new() }
    }

    /// Writes the seal.
    pub(super) fn finish(mut self) -> io::Result<W> {
        writeln!(self.out, "{MARK}{}", to_hex(&self.sum.finalize()))?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Text that is read and may end with a seal.
pub(super) struct Unsealing<R> {
    text: R,
    sum: Sha256,
    /// What was read last: it may be the seal, which is no part of what is sealed.
    end: Vec<u8>,
}

impl<R: Read> Unsealing<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, sum: Sha256::new(), end: Vec::new() }
    }

    /// Returns the sum of what was read, in hexadecimal, and the sum that its seal states, where it has one.
    pub(super) fn finish(mut self) -> (String, Option<String>) {
        let line = str::from_utf8(&self.end).ok().and_then(|line| line.strip_prefix(MARK)?.strip_suffix('\n'));
        let stated = line.map(str::to_owned);
        if stated.is_none() {
            self.sum.update(&self.end);
        }
        (to_hex(&self.sum.finalize()), stated)
    }
}

impl<R: Read> Read for Unsealing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        self.end.extend_from_slice(&buffer[..read]);
        let before = self.end.len().saturating_sub(LENGTH);
        self.sum.update(&self.end[..before]);
        self.end.drain(..before);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &str) -> Vec<u8> {
        let mut sealing = Sealing::new(Vec::new());
        sealing.write_all(text.as_bytes()).expect("memory");
        sealing.finish().expect("memory")
    }

    /// Reads in steps of some bytes.
    fn finish(text: &[u8], step: usize) -> (String, Option<String>) {
        let mut unsealing = Unsealing::new(text);
        while unsealing.read(&mut vec![0; step]).expect("memory") > 0 {}
        unsealing.finish()
    }

    #[test]
    fn a_seal_is_the_sha_256_of_what_stands_before_it() {
        // The second test vector of FIPS 180-2 is that of "abc"; the first line of its sum, and nothing else.
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let text = sealed("abc");
        assert_eq!(text, format!("abc# sealed {sum}\n").as_bytes());
        for step in [1, 7, 64, 1000] {
            assert_eq!(finish(&text, step), (sum.to_owned(), Some(sum.to_owned())));
            assert_eq!(finish(b"abc", step), (sum.to_owned(), None));
        }
    }

    #[test]
    fn what_was_changed_cut_or_added_to_has_another_sum_or_no_seal() {
        let text = sealed("some text\n".repeat(30).as_str());
        for at in 0..text.len() - LENGTH {
            let mut changed = text.clone();
            changed[at] ^= 1;
            let (sum, stated) = finish(&changed, 64);
            assert_ne!(Some(sum), stated, "byte {at}");
        }
        assert_eq!(finish(&text[..text.len() - 1], 64).1, None);
        assert_eq!(finish(&[&text[..], b"more"].concat(), 64).1, None);
    }
}
