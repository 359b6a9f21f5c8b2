//! Which encoding a file has. In: its bytes, to the end. Out: a name of the Encoding Standard, and a sample of the text.

use std::io::{self, Read};

use super::{Note, shown};

/// Bytes that are kept to look at.
const SAMPLE: usize = 1 << 18;
const CHUNK: usize = 1 << 16;

/// The encoding of a file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Name in the Encoding Standard.
    pub(super) name: &'static str,
    has_mark: bool,
    sample: Vec<u8>,
}

/// Reads a file to its end.
pub(super) fn detect(mut source: Box<dyn Read>) -> io::Result<Found> {
    let (mut sample, mut piece) = (Vec::new(), vec![0; CHUNK]);
    let (mut open, mut is_utf8) = (Vec::new(), true);
    loop {
        let count = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = &piece[..count];
        sample.extend_from_slice(&bytes[..count.min(SAMPLE - sample.len().min(SAMPLE))]);
        if is_utf8 {
            open.extend_from_slice(bytes);
            is_utf8 = keep_open_end(&mut open);
        }
    }
    let (name, has_mark) = name_of(&sample, is_utf8 && open.is_empty());
    Ok(Found { name, has_mark, sample })
}

/// Drops what is whole UTF-8, and keeps a character that is not yet complete; false where there is none.
fn keep_open_end(bytes: &mut Vec<u8>) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.clear(),
        Err(error) if error.error_len().is_none() => drop(bytes.drain(..error.valid_up_to())),
        Err(_) => return false,
    }
    true
}

fn name_of(sample: &[u8], is_utf8: bool) -> (&'static str, bool) {
    let zeros = |start: usize| sample.iter().skip(start).step_by(2).take(512).filter(|byte| **byte == 0).count();
    match sample {
        [0xEF, 0xBB, 0xBF, ..] if is_utf8 => ("utf-8", true),
        [0xFF, 0xFE, ..] => ("utf-16le", true),
        [0xFE, 0xFF, ..] => ("utf-16be", true),
        _ if zeros(1) * 3 > sample.len().min(1024) => ("utf-16le", false),
        _ if zeros(0) * 3 > sample.len().min(1024) => ("utf-16be", false),
        _ if is_utf8 => ("utf-8", false),
        _ => ("windows-1252", false),
    }
}

impl Found {
    /// Returns the encoding as people call it.
    pub(super) fn title(&self) -> &'static str {
        match self.name {
            "utf-8" => "UTF-8",
            "utf-16le" | "utf-16be" => "UTF-16",
            _ => "Windows-1252",
        }
    }

    /// Returns the beginning of the text, good enough to find its delimiters.
    pub(super) fn sample_text(&self) -> String {
        let units = |of: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = self.sample.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        };
        let text = match self.name {
            "utf-16le" => units(u16::from_le_bytes),
            "utf-16be" => units(u16::from_be_bytes),
            "utf-8" => String::from_utf8_lossy(&self.sample).into_owned(),
            _ => self.sample.iter().map(|byte| char::from(*byte)).collect(),
        };
        text.trim_start_matches('\u{feff}').to_owned()
    }

    /// Says what the encoding rests on, unless it is plain UTF-8.
    pub(super) fn note(&self) -> Option<Note> {
        let title = self.title();
        match (self.name, self.has_mark) {
            ("utf-8", false) => None,
            ("windows-1252", _) => Some(Note::sure(
                "the bytes are not UTF-8; they are read as Windows-1252, as spreadsheets on Windows write them in western \
                 Europe and America",
            )),
            (_, true) => Some(Note::sure(format!("a byte order mark says that the text is {title}"))),
            (_, false) => Some(Note::unsure(format!("every other byte is zero, so the text is read as {title}"))),
        }
    }

    /// Shows words by which a reader can tell whether the encoding is right, where it is a guess.
    pub(super) fn examples_note(&self, words: &[String]) -> Option<Note> {
        if self.name != "windows-1252" || words.is_empty() {
            return None;
        }
        let words: Vec<String> = words.iter().map(|word| format!("`{}`", shown(word))).collect();
        Some(Note::unsure(format!(
            "the encoding: if {} should look otherwise, put another name for `windows-1252` into the metadata",
            words.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &'static [u8]) -> &'static str {
        detect(Box::new(bytes)).expect("a slice can be read").name
    }

    #[test]
    fn marks_count_first_then_the_bytes_themselves() {
        assert_eq!(name(b"a,b\n\xC3\xA9,1\n"), "utf-8");
        assert_eq!(name(b"\xEF\xBB\xBFa,b\n"), "utf-8");
        assert_eq!(name(b"a;b\nSoci\xE9t\xE9;1\n"), "windows-1252");
        assert_eq!(name(b"\xFF\xFEa\0,\0b\0"), "utf-16le");
        assert_eq!(name(b"a\0,\0b\0\n\0c\0,\0d\0\n\0"), "utf-16le");
        assert_eq!(name(b"\xC3"), "windows-1252");
        assert_eq!(name(b""), "utf-8");
    }

    #[test]
    fn a_character_may_lie_across_two_pieces() {
        let mut bytes = vec![b'a'; CHUNK - 1];
        bytes.extend("é".as_bytes());
        assert_eq!(detect(Box::new(io::Cursor::new(bytes))).expect("bytes").name, "utf-8");
    }
}
