//! Starter metadata for a CSV file. In: its bytes, read several times over, and the rules of `data/describe.toml`. Out:
//! CSVW metadata that the file fits, what was assumed, and what is in doubt. Not here: files and words on a screen (`cli`).

mod annotate;
mod column;
mod compose;
mod decide;
mod encoding;
mod layout;
mod name;
mod number;
mod placeholder;
mod profile;
mod reading;
mod roles;
mod rules;
mod verify;
mod words;

use std::io::{self, Read};

use csvw::Diagnostic;

/// Opens the file from its start, each time it is called.
pub type Open<'o> = &'o dyn Fn() -> io::Result<Box<dyn Read>>;

/// What the caller knows beforehand.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Id or name of the agency that issued all the demands of the file.
    pub issuer: Option<String>,
    /// Whether the month comes first in dates that can be read either way.
    pub month_first: bool,
}

/// A sentence about the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Whether the file leaves no other reading.
    pub is_sure: bool,
    /// The sentence, without a full stop.
    pub text: String,
}

/// What was found out about a file.
#[derive(Debug, Clone)]
pub struct Described {
    /// CSVW metadata, as JSON.
    pub metadata: String,
    /// The file in a line: rows, columns, encoding, delimiter.
    pub summary: String,
    /// What was assumed, in the order of the file.
    pub notes: Vec<Note>,
    /// Faults of the file that no metadata can describe, such as a row that is too short; sorted.
    pub faults: Vec<Diagnostic>,
}

/// Most columns that are described. They are compared with each other; so many take seconds.
pub const MOST_COLUMNS: usize = 4096;

/// Why a file cannot be described.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] io::Error),
    /// The file has no row.
    #[error("the file is empty")]
    Empty,
    /// The file has more than [`MOST_COLUMNS`] columns.
    #[error("the file has more than {MOST_COLUMNS} columns")]
    TooWide,
}

impl Note {
    fn sure(text: impl Into<String>) -> Self {
        Self { is_sure: true, text: text.into() }
    }

    fn unsure(text: impl Into<String>) -> Self {
        Self { is_sure: false, text: text.into() }
    }
}

/// Describes a CSV file; `file` is its name without folders.
pub fn describe(open: Open<'_>, file: &str, hints: &Hints) -> Result<Described, Error> {
    let rules = rules::Rules::embedded();
    let mut notes = Vec::new();
    let found = encoding::detect(open()?)?;
    notes.extend(found.note());
    let layout = layout::Layout::of_sample(&found.sample_text());
    notes.extend(layout.notes());
    if layout.width > MOST_COLUMNS {
        return Err(Error::TooWide);
    }
    let dialect = compose::dialect(&found, &layout);
    let pair = verify::Pair { open, file, metadata: "" };
    let read = profile::read(&pair, (&dialect, layout.width), &rules)?;
    if read.columns.is_empty() {
        return Err(Error::Empty);
    }
    notes.extend(found.examples_note(&read.foreign_words));
    let columns = decide::decide(&read, &layout, &rules, hints, &mut notes);
    let key = column::key(&read, &columns, &mut notes);
    let plain = compose::metadata(file, &dialect, &columns, key, None);
    let faults = verify::faults(open, file, &plain);
    let compose = |annotation| compose::metadata(file, &dialect, &columns, key, Some(annotation));
    // Whatever is proposed must not make faults of its own; what does is left out.
    let (mut metadata, mut left_out) = (plain, None);
    for with_assumptions in [true, false] {
        let mut own = Vec::new();
        let Some(annotation) = annotate::annotate(file, &columns, key, &rules, hints, with_assumptions, &mut own)
        else {
            notes.extend(own);
            break;
        };
        let proposed = compose(annotation);
        let Some(fault) = verify::case_fault(open, file, &proposed, hints.issuer.as_deref(), &faults)? else {
            metadata = proposed;
            notes.extend(own);
            notes.extend(
                left_out.map(|reason| Note::unsure(format!("facts that rest on assumptions are left out: {reason}"))),
            );
            left_out = None;
            break;
        };
        left_out = Some(format!("{}, at {}", fault.message, fault.location));
    }
    notes.extend(left_out.map(|reason| Note::unsure(format!("what a row is: left out, because {reason}"))));
    let summary = format!(
        "{} of {}, {}, {}",
        counted(read.rows, "row", "rows"),
        counted(columns.len() as u64, "column", "columns"),
        found.title(),
        layout.title()
    );
    Ok(Described { metadata, summary, notes, faults })
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Returns a text as messages show it: cut where it is long.
fn shown(text: &str) -> String {
    const LENGTH: usize = 40;
    let text = text.replace(char::is_control, " ");
    if text.chars().count() <= LENGTH { text } else { text.chars().take(LENGTH).collect::<String>() + "…" }
}
