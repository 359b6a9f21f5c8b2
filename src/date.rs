//! Dates as records give them. In: EDTF text (ISO 8601-2, levels 0 to 2). Out: its first and last calendar day, and
//! whether it is doubtful. Not here: what a missing date means for a fact (`facts`).
//! <https://www.loc.gov/standards/datetime/>

use std::fmt;

use edtf_core::{Bound, SetKind};

/// A calendar day of the proleptic Gregorian calendar, without time zone: a court's date is a local day.
pub use jiff::civil::Date as Day;

/// The day that stands for "no known beginning".
pub const FIRST_DAY: Day = Day::constant(1, 1, 1);
/// The day that stands for "no known end".
pub const LAST_DAY: Day = Day::constant(9999, 12, 31);

/// One date of EDTF, such as `2013`, `2013-10-05?` or `[2013-06-09..2013-06-22]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edtf {
    text: String,
    first: Day,
    last: Day,
    uncertain: bool,
    approximate: bool,
}

/// Why a text is not a date that a fact can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is not EDTF.
    #[error("{0}")]
    Syntax(&'static str),
    /// The text is an interval, and begin and end have a column each.
    #[error("an interval takes two columns, one for each end")]
    Interval,
    /// The text is a set that stands for all its members.
    #[error("a set in braces means several dates at once")]
    AllOf,
    /// The year lies outside 1 to 9999.
    #[error("years run from 0001 to 9999")]
    Range,
}

impl Edtf {
    /// Reads one date; surrounding space is not allowed.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let date = edtf_core::Edtf::parse(text).map_err(|e| Error::Syntax(e.message))?;
        match &date {
            edtf_core::Edtf::Interval(_) => return Err(Error::Interval),
            edtf_core::Edtf::Set(set) if set.kind == SetKind::AllMembers => return Err(Error::AllOf),
            _ => {}
        }
        let bounds = date.bounds();
        Ok(Self {
            text: text.to_owned(),
            first: day(bounds.earliest).ok_or(Error::Range)?,
            last: day(bounds.latest).ok_or(Error::Range)?,
            uncertain: date.is_uncertain(),
            approximate: date.is_approximate(),
        })
    }

    /// Returns the text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the first day that the date can mean.
    pub const fn first(&self) -> Day {
        self.first
    }

    /// Returns the last day that the date can mean.
    pub const fn last(&self) -> Day {
        self.last
    }

    /// Tells whether the record is marked as doubtful: `?` or `%`.
    pub const fn is_uncertain(&self) -> bool {
        self.uncertain
    }

    /// Tells whether the date is marked as an estimate: `~` or `%`.
    pub const fn is_approximate(&self) -> bool {
        self.approximate
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn day(bound: Bound) -> Option<Day> {
    match bound {
        Bound::NegativeInfinity => Some(FIRST_DAY),
        Bound::PositiveInfinity => Some(LAST_DAY),
        Bound::Unknown => None,
        Bound::Date(date) => {
            let year = i16::try_from(date.year).ok()?;
            (1..=9999).contains(&year).then_some(())?;
            Day::new(year, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
        }
    }
}

/// Returns how many days lie from one day to another; negative if `to` is the earlier.
pub fn days_between(from: Day, to: Day) -> i64 {
    i64::from((to - from).get_days())
}

/// Returns how many days something lasted from its first day to its last, both counted; at least one.
pub fn lasted(first: Day, last: Day) -> i64 {
    days_between(first, last).max(0) + 1
}

/// Returns the present time in UTC, to the second, as an xsd:dateTime.
pub fn now() -> String {
    date_time(jiff::Timestamp::now())
}

/// Returns the time that lies some seconds after the beginning of 1970, in UTC, as an xsd:dateTime; none where it is out
/// of range.
pub fn after_1970(seconds: i64) -> Option<String> {
    jiff::Timestamp::from_second(seconds).ok().map(date_time)
}

fn date_time(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(text: &str) -> (String, String) {
        let date = Edtf::parse(text).expect(text);
        (date.first().to_string(), date.last().to_string())
    }

    #[test]
    fn a_vague_date_spans_all_it_can_mean() {
        assert_eq!(bounds("2013"), ("2013-01-01".into(), "2013-12-31".into()));
        assert_eq!(bounds("2013-02"), ("2013-02-01".into(), "2013-02-28".into()));
        assert_eq!(bounds("201X"), ("2010-01-01".into(), "2019-12-31".into()));
        assert_eq!(bounds("[2013-06-09..2013-06-22]"), ("2013-06-09".into(), "2013-06-22".into()));
        assert_eq!(bounds("[..2013-10]"), ("0001-01-01".into(), "2013-10-31".into()));
    }

    #[test]
    fn doubt_is_kept_and_does_not_widen() {
        let date = Edtf::parse("2014-03-19?").expect("EDTF");
        assert!(date.is_uncertain() && !date.is_approximate());
        assert_eq!(date.first(), date.last());
    }

    #[test]
    fn what_a_fact_cannot_carry_is_refused() {
        assert_eq!(Edtf::parse("2013/2014"), Err(Error::Interval));
        assert_eq!(Edtf::parse("{2013,2014}"), Err(Error::AllOf));
        assert!(matches!(Edtf::parse("22 May 2014"), Err(Error::Syntax(_))));
        assert_eq!(Edtf::parse("-0044"), Err(Error::Range));
    }

    #[test]
    fn days_are_counted_across_years() {
        let day = |text: &str| text.parse().expect("day");
        assert_eq!(days_between(day("2013-10-31"), day("2014-05-22")), 203);
    }
}
