//! What is printed. In: bytes. Out: the same bytes to a file or a pipe, whatever they are; on a terminal, characters that
//! would command it, or turn the reading direction, are shown instead (`\u{1b}`). Only the program's own styles pass.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, StderrLock, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};

use crate::query::is_hostile;

/// A stream that people or programs read.
pub(super) struct Screen<W: Write> {
    inner: W,
    /// Whether controls are shown.
    shows: bool,
    is_styled: bool,
    /// The beginning of a character or of a line break.
    rest: Vec<u8>,
}

/// How a text stands out.
#[derive(Clone, Copy)]
pub(super) enum Style {
    Bold,
    Error,
    Warning,
}

/// Standard output cannot be written to.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output")]
struct Unwritten(#[source] io::Error);

/// Returns standard output.
pub(super) fn stdout() -> Screen<Named<StdoutLock<'static>>> {
    let out = io::stdout();
    let (shows, is_styled) = (out.is_terminal(), AutoStream::choice(&out) != ColorChoice::Never);
    // Nothing is taken out here; it only readies the consoles that have to be asked for styles.
    Screen::new(Named(AutoStream::always_ansi(out.lock())), shows, is_styled)
}

/// Returns standard error. What stands there is for people, also by way of a file.
pub(super) fn stderr() -> Screen<AutoStream<StderrLock<'static>>> {
    let err = io::stderr();
    let is_styled = AutoStream::choice(&err) != ColorChoice::Never;
    Screen::new(AutoStream::always_ansi(err.lock()), true, is_styled)
}

impl<W: Write> Screen<W> {
    /// Wraps a stream: whether its reader is shown controls, and styles.
    pub(super) fn new(inner: W, shows: bool, is_styled: bool) -> Self {
        Self { inner, shows, is_styled, rest: Vec::new() }
    }

    /// Writes a text in a style.
    pub(super) fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        let (begin, end) = match style {
            _ if !self.is_styled => ("", ""),
            Style::Bold => ("\u{1b}[1m", "\u{1b}[0m"),
            Style::Error => ("\u{1b}[1;31m", "\u{1b}[0m"),
            Style::Warning => ("\u{1b}[1;33m", "\u{1b}[0m"),
        };
        self.inner.write_all(begin.as_bytes())?;
        self.write_all(text.as_bytes())?;
        self.inner.write_all(end.as_bytes())
    }

    /// Writes what is whole of the rest, or all of it.
    fn show(&mut self, is_all: bool) -> io::Result<()> {
        let mut shown = String::new();
        let mut rest = self.rest.as_slice();
        loop {
            let (text, bad) = match str::from_utf8(rest) {
                Ok(text) => (text, 0),
                Err(error) => {
                    let (text, after) = rest.split_at(error.valid_up_to());
                    let bad = error.error_len().unwrap_or(if is_all { after.len() } else { 0 });
                    (str::from_utf8(text).unwrap_or_default(), bad)
                }
            };
            let held = usize::from(!is_all && text.len() == rest.len() && text.ends_with('\r'));
            let (text, after) = rest.split_at(text.len() - held);
            show(str::from_utf8(text).unwrap_or_default(), &mut shown);
            for byte in &after[..bad] {
                write!(shown, "\\x{byte:02x}").expect("a String takes all that is written");
            }
            rest = &after[bad..];
            if bad == 0 {
                break;
            }
        }
        self.rest = rest.to_vec();
        self.inner.write_all(shown.as_bytes())
    }
}

/// Shows a text; line breaks and tabs are what they are.
fn show(text: &str, shown: &mut String) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' if characters.peek() == Some(&'\n') => shown.push(c),
            c if is_hostile(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.shows {
            return self.inner.write(bytes);
        }
        self.rest.extend_from_slice(bytes);
        self.show(false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.rest.is_empty() {
            self.show(true)?;
        }
        self.inner.flush()
    }
}

/// Standard output, which its errors name.
pub(super) struct Named<W: anstream::stream::RawStream>(AutoStream<W>);

impl<W: anstream::stream::RawStream + anstream::stream::AsLockedWrite> Write for Named<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(named)
    }
}

fn named(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Unwritten(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(parts: &[&[u8]], shows: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out, shows, false);
        for part in parts {
            screen.write_all(part).expect("a vector takes all");
        }
        screen.flush().expect("a vector takes all");
        out
    }

    #[test]
    fn each_control_is_shown_on_a_terminal_and_left_alone_elsewhere() {
        let hostile = (0..0x20).chain(0x7f..=0x9f).chain(0x202a..=0x202e).chain(0x2066..=0x2069);
        for c in hostile.filter_map(char::from_u32).filter(|c| !matches!(c, '\n' | '\t')) {
            let text = format!("a{c}b");
            let shown = format!("a\\u{{{:x}}}b", u32::from(c));
            assert_eq!(String::from_utf8_lossy(&written(&[text.as_bytes()], true)), shown);
            assert_eq!(written(&[text.as_bytes()], false), text.as_bytes());
        }
        let harmless = "a\tb\r\nä \u{5d0} 日\n";
        assert_eq!(written(&[harmless.as_bytes()], true), harmless.as_bytes());
    }

    #[test]
    fn characters_may_come_in_parts_and_bytes_be_none() {
        let text = "é\u{9b}31m\r\n\u{202e}\r".as_bytes();
        let parts: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(String::from_utf8_lossy(&written(&parts, true)), "é\\u{9b}31m\r\n\\u{202e}\\u{d}");
        assert_eq!(written(&[b"\x9b31m\xe2\x80"], true), b"\\x9b31m\\xe2\\x80");
        assert_eq!(written(&[b"\x9b31m", b"\xe2\x80"], false), b"\x9b31m\xe2\x80");
    }

    #[test]
    fn styles_are_the_programs_own() {
        let mut out = Vec::new();
        Screen::new(&mut out, true, true).styled(Style::Error, "\u{1b}[1;31merror").expect("a vector takes all");
        assert_eq!(String::from_utf8_lossy(&out), "\u{1b}[1;31m\\u{1b}[1;31merror\u{1b}[0m");
    }
}
