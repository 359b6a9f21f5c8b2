//! Bytes become UTF-8, a piece at a time. In: a reader and the name of an encoding. Out: a buffer of text; a byte order
//! mark outweighs the name. Not here: rows and cells (`records`).

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

/// Bytes read at once.
const CHUNK: usize = 1 << 18;

/// A window on the text of a file.
pub(crate) struct Text<'r> {
    source: Box<dyn Read + 'r>,
    encoding: &'static Encoding,
    decoder: Option<Decoder>,
    started: bool,
    raw: Vec<u8>,
    buffer: Vec<u8>,
    start: usize,
    /// Whether the source is used up.
    pub ended: bool,
    /// Whether it ended because bytes were not text of the encoding.
    pub malformed: bool,
}

impl<'r> Text<'r> {
    /// Opens a text; an unknown encoding counts as UTF-8.
    pub(crate) fn new(source: Box<dyn Read + 'r>, encoding: &str) -> Self {
        let encoding = Encoding::for_label(encoding.as_bytes()).unwrap_or(UTF_8);
        let (raw, buffer) = (Vec::new(), Vec::new());
        Self { source, encoding, decoder: None, started: false, raw, buffer, start: 0, ended: false, malformed: false }
    }

    /// Returns what is read and not yet taken.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Drops bytes from the front.
    pub(crate) fn take(&mut self, count: usize) {
        self.start = (self.start + count).min(self.buffer.len());
    }

    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Reads more, in pieces that grow with what is waiting, so that a long row costs no more than its length.
    pub(crate) fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let wanted = CHUNK.max(self.buffer.len());
        let mut piece = std::mem::take(&mut self.raw);
        piece.clear();
        let count = self.source.by_ref().take(wanted as u64).read_to_end(&mut piece)?;
        self.ended = count < wanted;
        let mut bytes = piece.as_slice();
        if !self.started {
            self.started = true;
            let mark = Encoding::for_bom(bytes);
            self.encoding = mark.map_or(self.encoding, |(found, _)| found);
            bytes = &bytes[mark.map_or(0, |(_, length)| length)..];
            self.decoder = (self.encoding != UTF_8).then(|| self.encoding.new_decoder_without_bom_handling());
        }
        match &mut self.decoder {
            None => self.buffer.extend_from_slice(bytes),
            Some(decoder) => {
                let before = self.buffer.len();
                let most =
                    decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 4 + 16);
                self.buffer.resize(before + most, 0);
                let (result, _, written) =
                    decoder.decode_to_utf8_without_replacement(bytes, &mut self.buffer[before..], self.ended);
                self.buffer.truncate(before + written);
                if matches!(result, DecoderResult::Malformed(..)) {
                    (self.ended, self.malformed) = (true, true);
                }
            }
        }
        self.raw = piece;
        Ok(())
    }
}

/// Tells whether all bytes of a file are text of an encoding; an unknown one counts as UTF-8. After a byte that is none,
/// nothing that was read before it can be trusted either.
pub fn is_text(bytes: &[u8], encoding: &str) -> bool {
    let (_, _, is_broken) = Encoding::for_label(encoding.as_bytes()).unwrap_or(UTF_8).decode(bytes);
    !is_broken
}
