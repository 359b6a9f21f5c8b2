//! Dates in cells. In: text that should be EDTF. Out: the date, or what the researcher may have meant.

use std::collections::HashMap;

use csvw::{Diagnostic, Location};

use crate::code;
use crate::date::{Day, Edtf, Error};

/// How many dates are kept; a case has far fewer that differ.
const KEPT: usize = 10_000;

/// Dates that have been read: most stand in many cells.
#[derive(Default)]
pub(super) struct Dates {
    known: HashMap<String, Option<Edtf>>,
}

impl Dates {
    /// Reads a date; none where the text is no date.
    pub(super) fn parse(&mut self, text: &str) -> Option<Edtf> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        let date = Edtf::parse(text).ok();
        self.known.insert(text.to_owned(), date.clone());
        date
    }

    /// Returns the fault of a text that is not a date.
    pub(super) fn fault(&mut self, text: &str, place: impl Fn() -> Location) -> Option<Diagnostic> {
        if self.known.get(text).is_some_and(Option::is_some) {
            return None;
        }
        self.parse(text);
        let error = Edtf::parse(text).err()?;
        Some(fault(text, error, &place()))
    }
}

const ADVICE: &str = "write 2013, 2013-10, 2013-10-05, 201X, 2013~ (about), 2013? (doubtful) or \
                      [2013-06-09..2013-06-22] (one day between the two)";

/// Returns the fault of a text that is not a date, with advice: the same date as EDTF writes it, where one can be read.
fn fault(text: &str, error: Error, place: &Location) -> Diagnostic {
    let fault = |message: String| Diagnostic::error(code::BAD_DATE, place.clone(), message);
    let message = format!("`{text}` is not a date of EDTF");
    match (error, guess(text)) {
        (Error::Interval, _) => {
            fault(format!("{message}: {error}")).hint("write the two ends into the columns for begin and end")
        }
        // The parser's reason is about another reading than the one that was meant.
        (_, Some(guess)) => fault(message).hint(format!("did you mean {guess}?")),
        (_, None) => fault(format!("{message}: {error}")).hint(ADVICE),
    }
}

fn guess(text: &str) -> Option<String> {
    let day = |format: &str| day_in(format, text).map(|day| day.to_string());
    for format in ["%d %B %Y", "%d. %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"] {
        if let Some(found) = day(format) {
            return Some(found);
        }
    }
    for format in ["%B %Y", "%b %Y"] {
        if let Some(found) = day_in(&format!("%d {format}"), &format!("1 {text}")) {
            return Some(found.strftime("%Y-%m").to_string());
        }
    }
    let numbers = text.replace(['.', '-'], "/");
    let (first, second) = (day_in("%d/%m/%Y", &numbers), day_in("%m/%d/%Y", &numbers));
    match (first, second) {
        (Some(a), Some(b)) if a != b => Some(format!("{a} (day first) or {b} (month first)")),
        (Some(day), _) | (None, Some(day)) => Some(day.to_string()),
        (None, None) => padded(text),
    }
}

fn padded(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let text = match parts.as_slice() {
        [year, month] => format!("{year}-{month:0>2}"),
        [year, month, day] => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => return None,
    };
    Edtf::parse(&text).is_ok().then_some(text)
}

fn day_in(format: &str, text: &str) -> Option<Day> {
    Day::strptime(format, text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_as_people_write_it_is_shown_as_edtf_writes_it() {
        for (text, meant) in [
            ("22 May 2014", "did you mean 2014-05-22?"),
            ("May 2014", "did you mean 2014-05?"),
            ("31/12/2013", "did you mean 2013-12-31?"),
            ("05.06.2013", "did you mean 2013-06-05 (day first) or 2013-05-06 (month first)?"),
            ("2013-6-9", "did you mean 2013-06-09?"),
        ] {
            assert_eq!(fault(text, Error::Syntax(""), &Location::default()).hints, [meant], "{text}");
        }
        assert_eq!(fault("last spring", Error::Syntax(""), &Location::default()).hints, [ADVICE]);
    }
}
