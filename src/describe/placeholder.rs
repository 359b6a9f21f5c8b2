//! Dates that programs write where they know none. In: a cell, and the dates that `data/describe.toml` names. Out: what
//! such a date is likely to stand for.

use serde::Deserialize;

/// What stands in the place of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// Something goes on.
    GoesOn,
    /// No date is known.
    NotKnown,
    /// The year has lost its century.
    TwoDigits,
}

/// The dates that are placeholders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Placeholders {
    goes_on: Vec<Written>,
    not_known: Vec<Written>,
}

/// A date in whatever order it is written: its year, then day and month by size; zeros where there is only a year.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Written(u16, u8, u8);

impl TryFrom<String> for Written {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text).ok_or_else(|| format!("`{text}` is not a date"))
    }
}

impl Written {
    fn read(text: &str) -> Option<Self> {
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let date = text.split(['T', ' ']).next()?;
        let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
        if !parts.iter().all(is_number) {
            return None;
        }
        let (year, one, other) = match parts[..] {
            [date] if date.len() == 8 => (&date[..4], &date[4..6], &date[6..]),
            [year] if year.len() == 4 => (year, "0", "0"),
            [year, one, other] | [one, other, year] if year.len() == 4 => (year, one, other),
            _ => return None,
        };
        let (one, other): (u8, u8) = (one.parse().ok()?, other.parse().ok()?);
        Some(Self(year.parse().ok()?, one.min(other), one.max(other)))
    }
}

impl Placeholders {
    /// Returns what a cell is likely to stand for, if it is no date that is meant.
    pub(super) fn of(&self, text: &str) -> Option<Placeholder> {
        let date = Written::read(text)?;
        if self.goes_on.contains(&date) {
            Some(Placeholder::GoesOn)
        } else if self.not_known.contains(&date) {
            Some(Placeholder::NotKnown)
        } else {
            (date.0 < 100).then_some(Placeholder::TwoDigits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::Rules;
    use super::*;

    #[test]
    fn a_placeholder_is_one_in_every_order_and_with_a_time() {
        let placeholders = Rules::embedded().placeholder;
        let all = |texts: &[&str]| texts.iter().map(|text| placeholders.of(text)).collect::<Vec<_>>();
        let open = ["9999-12-31", "99991231", "31/12/9999", "12/31/9999", "31.12.9999", "9999-12-31T23:59:59", "9999"];
        assert_eq!(all(&open), [Some(Placeholder::GoesOn); 7]);
        let unknown = ["1900-01-01", "1/1/1900", "01.01.1970 00:00", "0001-01-01", "1899-12-30"];
        assert_eq!(all(&unknown), [Some(Placeholder::NotKnown); 5]);
        assert_eq!(all(&["0013-05-02", "02/05/0013", "0013"]), [Some(Placeholder::TwoDigits); 3]);
        let meant =
            ["2013-12-31", "1900-01-02", "1900", "31.12.13", "..", "2013-12", "9999-12-31-1", "1.2.3.4", "A9", ""];
        assert_eq!(all(&meant), [None; 10]);
    }
}
