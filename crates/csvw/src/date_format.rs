//! Dates and times as people write them. In: a date pattern of UAX 35 and the text of a value. Out: the value as XML
//! Schema writes it. <https://www.w3.org/TR/tabular-data-model/#formats-for-dates-and-times>

use std::fmt::Write;

use crate::base::Base;

const DATES: &[&str] = &[
    "yyyy-MM-dd",
    "yyyyMMdd",
    "dd-MM-yyyy",
    "d-M-yyyy",
    "MM-dd-yyyy",
    "M-d-yyyy",
    "dd/MM/yyyy",
    "d/M/yyyy",
    "MM/dd/yyyy",
    "M/d/yyyy",
    "dd.MM.yyyy",
    "d.M.yyyy",
    "MM.dd.yyyy",
    "M.d.yyyy",
];

const TIMES: &[&str] = &["HH:mm:ss", "HHmmss", "HH:mm", "HHmm"];

/// A pattern that the standard asks for, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateFormat(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Year,
    /// Month, day, hour, minute or second, with the least number of its digits.
    Field(char, usize),
    /// Most digits of a fraction of a second.
    Fraction(usize),
    /// A zone of so many letters; whether `Z` stands for UTC.
    Zone(usize, bool),
    Literal(char),
}

impl DateFormat {
    /// Takes a pattern apart; nothing where it is not one of the standard's for this datatype.
    pub(crate) fn parse(pattern: &str, base: Base) -> Option<Self> {
        let unzoned = pattern.trim_end_matches(['X', 'x']);
        let zone = &pattern[unzoned.len()..];
        let (body, space) = match unzoned.strip_suffix(' ') {
            Some(body) if !zone.is_empty() => (body, true),
            _ => (unzoned, false),
        };
        let (date, separator, time) = split(body, base)?;
        let (plain_time, fraction) = match time.split_once('.') {
            Some((plain, digits)) if !digits.is_empty() && digits.bytes().all(|b| b == b'S') => (plain, digits.len()),
            Some(_) => return None,
            None => (time, 0),
        };
        let date_known = date.is_empty() || DATES.contains(&date);
        let time_known = plain_time.is_empty() || TIMES.contains(&plain_time);
        let fraction_fits = fraction == 0 || plain_time == "HH:mm:ss";
        let zone_fits = zone.len() <= 3 && (zone.bytes().all(|b| b == b'X') || zone.bytes().all(|b| b == b'x'));
        if !(date_known && time_known && fraction_fits && zone_fits) {
            return None;
        }
        let mut parts = Vec::new();
        push_fields(date, &mut parts);
        parts.extend(separator.map(Part::Literal));
        push_fields(plain_time, &mut parts);
        if fraction > 0 {
            parts.push(Part::Fraction(fraction));
        }
        if space {
            parts.push(Part::Literal(' '));
        }
        if !zone.is_empty() {
            parts.push(Part::Zone(zone.len(), zone.starts_with('X')));
        }
        Some(Self(parts))
    }

    /// Returns the value as XML Schema writes it; it may still be no day of the calendar.
    pub(crate) fn read(&self, text: &str) -> Option<String> {
        let mut rest = text;
        let (mut year, mut month, mut day) = ("", "", "");
        let (mut hour, mut minute, mut second, mut fraction) = ("", "", "00", "");
        let mut zone = String::new();
        for part in &self.0 {
            match *part {
                Part::Year => year = digits(&mut rest, 4, 4)?,
                Part::Field('M', least) => month = digits(&mut rest, least, 2)?,
                Part::Field('d', least) => day = digits(&mut rest, least, 2)?,
                Part::Field('H', _) => hour = digits(&mut rest, 2, 2)?,
                Part::Field('m', _) => minute = digits(&mut rest, 2, 2)?,
                Part::Field(..) => second = digits(&mut rest, 2, 2)?,
                Part::Literal(c) => rest = rest.strip_prefix(c)?,
                Part::Fraction(most) => {
                    if let Some(after) = rest.strip_prefix('.') {
                        rest = after;
                        fraction = digits(&mut rest, 1, most)?;
                    }
                }
                Part::Zone(letters, utc) => zone = read_zone(&mut rest, letters, utc)?,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let mut out = String::with_capacity(32);
        if !year.is_empty() {
            write!(out, "{year}-{month:0>2}-{day:0>2}").ok()?;
        }
        if !hour.is_empty() {
            let separator = if year.is_empty() { "" } else { "T" };
            let point = if fraction.is_empty() { "" } else { "." };
            write!(out, "{separator}{hour}:{minute}:{second}{point}{fraction}").ok()?;
        }
        Some(out + &zone)
    }
}

/// Splits a pattern into its date, what stands between, and its time.
fn split(body: &str, base: Base) -> Option<(&str, Option<char>, &str)> {
    match base {
        Base::Date => Some((body, None, "")).filter(|(date, ..)| !date.is_empty()),
        Base::Time => Some(("", None, body)).filter(|(.., time)| !time.is_empty()),
        Base::DateTime | Base::DateTimeStamp => {
            let (date, time) = body.split_once(['T', ' '])?;
            let separator = body[date.len()..].chars().next();
            (!date.is_empty() && !time.is_empty()).then_some((date, separator, time))
        }
        _ => None,
    }
}

fn push_fields(pattern: &str, parts: &mut Vec<Part>) {
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let mut count = 1;
        while chars.next_if_eq(&c).is_some() {
            count += 1;
        }
        parts.push(match c {
            'y' => Part::Year,
            'M' | 'd' | 'H' | 'm' | 's' => Part::Field(c, count),
            other => Part::Literal(other),
        });
    }
}

fn digits<'t>(rest: &mut &'t str, least: usize, most: usize) -> Option<&'t str> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (found, after) = rest.split_at(count);
    *rest = after;
    (count >= least).then_some(found)
}

fn read_zone(rest: &mut &str, letters: usize, utc: bool) -> Option<String> {
    if utc && let Some(after) = rest.strip_prefix('Z') {
        *rest = after;
        return Some("Z".to_owned());
    }
    let sign = rest.chars().next().filter(|c| "+-".contains(*c))?;
    *rest = &rest[1..];
    let hours = digits(rest, 2, 2)?;
    let minutes = match letters {
        1 if !rest.starts_with(|c: char| c.is_ascii_digit()) => "00",
        1 | 2 => digits(rest, 2, 2)?,
        _ => {
            *rest = rest.strip_prefix(':')?;
            digits(rest, 2, 2)?
        }
    };
    Some(format!("{sign}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(base: Base, pattern: &str, text: &str) -> Option<String> {
        DateFormat::parse(pattern, base).expect("pattern").read(text)
    }

    #[test]
    fn dates_times_and_zones_are_read() {
        for (base, pattern, text, value) in [
            (Base::Date, "M/d/yyyy", "6/2/2010", "2010-06-02"),
            (Base::Date, "yyyyMMdd", "20150315", "2015-03-15"),
            (Base::Date, "dd.MM.yyyy XXX", "15.03.2015 -05:00", "2015-03-15-05:00"),
            (Base::Time, "HHmm XX", "1502 +0800", "15:02:00+08:00"),
            (Base::Time, "HH:mm:ss.SS", "15:02:37.1", "15:02:37.1"),
            (Base::DateTime, "d-M-yyyy HHmm X", "15-3-2015 1502 Z", "2015-03-15T15:02:00Z"),
            (Base::DateTime, "yyyy-MM-ddTHH:mm", "2014-04-12T19:30", "2014-04-12T19:30:00"),
            (Base::DateTimeStamp, "yyyy-MM-dd HH:mm:ss X", "2015-03-15 15:02:37 +0530", "2015-03-15T15:02:37+05:30"),
        ] {
            assert_eq!(read(base, pattern, text).as_deref(), Some(value), "{pattern}");
        }
    }

    #[test]
    fn values_of_another_form_are_refused() {
        for (base, pattern, text) in [
            (Base::Date, "dd/MM/yyyy", "1/2/2010"),
            (Base::Date, "M/d/yyyy", "6/2/10"),
            (Base::Date, "yyyy-MM-dd", "2010-06-02x"),
            (Base::Time, "HH:mm:ss.S", "15:02:37.14"),
            (Base::Time, "HH:mmx", "15:02Z"),
            (Base::Date, "d/M/yyyy", "é/1/2010"),
        ] {
            assert_eq!(read(base, pattern, text), None, "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_outside_the_standard_are_refused() {
        for (pattern, base) in [
            ("MMM d, yyyy", Base::Date),
            ("yy-MM-dd", Base::Date),
            ("yyyy-MM-dd", Base::Time),
            ("HH:mm", Base::Date),
            ("HHmmss.S", Base::Time),
            ("yyyy-MM-dd", Base::DateTime),
            ("yyyy-MM-ddXXXX", Base::Date),
            ("", Base::Date),
            ("yyyy", Base::GYear),
        ] {
            assert_eq!(DateFormat::parse(pattern, base), None, "{pattern}");
        }
    }
}
