//! Dates as a person reads them. In: EDTF text. Out: the first and the last day that it can mean, as texts that sort.

/// First and last day, such as `2014-05-01` and `2014-05-31`.
pub(super) type Span = (String, String);

pub(super) const NEVER: &str = "9999-12-31";
const EVER: &str = "0001-01-01";

/// Reads a date, an interval or a set of dates; nothing where none is given or where it is open.
pub(super) fn span(text: &str) -> Option<Span> {
    let text: String = text.trim().chars().filter(|c| !"?~%".contains(*c)).collect();
    if let Some(inside) = text.strip_prefix(['[', '{']) {
        let parts: Vec<&str> =
            inside.trim_end_matches([']', '}']).split([',', ' ']).filter(|p| !p.is_empty()).collect();
        let ends = parts.iter().map(|part| part.split_once("..").map_or_else(|| span(part), |(a, b)| ends(a, b)));
        return ends.collect::<Option<Vec<_>>>()?.into_iter().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    }
    match text.split_once('/') {
        Some((first, last)) => ends(first.trim_end_matches(".."), last.trim_start_matches("..")),
        None => Some((day(&text, false)?, day(&text, true)?)),
    }
}

fn ends(first: &str, last: &str) -> Option<Span> {
    let or = |text: &str, is_last, open: &str| if text.is_empty() { Some(open.to_owned()) } else { day(text, is_last) };
    Some((or(first, false, EVER)?, or(last, true, NEVER)?))
}

fn day(text: &str, is_last: bool) -> Option<String> {
    let text = text.split('T').next().unwrap_or_default();
    let filled = |part: &str, x: char| part.replace('X', &x.to_string());
    let mut parts = text.split('-');
    let year = filled(parts.next()?, if is_last { '9' } else { '0' });
    let mut year: u16 = year.parse().ok()?;
    let month = parts.next().filter(|month| !month.contains('X'));
    let day = parts.next().filter(|day| !day.contains('X'));
    let (first, last): (u16, u16) = match month {
        None => (1, 12),
        Some("21") => (3, 5),
        Some("22") => (6, 8),
        Some("23") => (9, 11),
        Some("24") => (12, 14),
        Some(month) => (month.parse().ok()?, month.parse().ok()?),
    };
    let mut month = if is_last { last } else { first };
    if month > 12 {
        (year, month) = (year + 1, month - 12);
    }
    let day: u16 = match day {
        Some(day) => day.parse().ok()?,
        None if !is_last => 1,
        None => match month {
            4 | 6 | 9 | 11 => 30,
            2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
            2 => 28,
            _ => 31,
        },
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// A day of knowledge, and whether what is possible counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Today {
    pub(super) day: String,
    pub(super) possible: bool,
}

impl Today {
    pub(super) fn certain(day: &str) -> Self {
        Self { day: day.to_owned(), possible: false }
    }

    /// Tells whether a date has come; none never has.
    pub(super) fn has_come(&self, date: Option<&Span>) -> bool {
        date.is_some_and(|(first, last)| if self.possible { *first <= self.day } else { *last <= self.day })
    }

    /// Tells whether a date lies wholly ahead; one that is as vague as to mean today as well does not.
    pub(super) fn is_ahead(&self, date: &Span) -> bool {
        date.0 > self.day && date.0 != NEVER
    }
}

#[test]
fn dates_mean_what_a_person_reads() {
    for (text, first, last) in [
        ("2014-05-22", "2014-05-22", "2014-05-22"),
        ("2014-02?", "2014-02-01", "2014-02-28"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("196X", "1960-01-01", "1969-12-31"),
        ("2014-24", "2014-12-01", "2015-02-28"),
        ("2014-05-XX", "2014-05-01", "2014-05-31"),
        ("[2013-06-09..2013-10]", "2013-06-09", "2013-10-31"),
        ("[..2014]", EVER, "2014-12-31"),
        ("{2013,2015-01}", "2013-01-01", "2015-01-31"),
        ("2013~/..", "2013-01-01", NEVER),
    ] {
        assert_eq!(span(text), Some((first.to_owned(), last.to_owned())), "{text}");
    }
    assert_eq!((span(""), span("..")), (None, None));
}
