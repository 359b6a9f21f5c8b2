//! Values of the built-in datatypes. In: a datatype and a text. Out: the text as XML Schema writes the value, or
//! nothing where it is none. Not here: formats of a column (`number`, `date_format`).
//! <https://www.w3.org/TR/xmlschema11-2/>

use std::borrow::Cow;

use oxsdatatypes::{
    Date, DateTime, DayTimeDuration, Decimal, Double, Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth, Time,
    YearMonthDuration,
};

use crate::base::{Base, Kind};
use crate::number::NumberFormat;

/// Returns a value that has no format of its own as XML Schema writes it.
pub(crate) fn read_value(base: Base, text: &str) -> Option<Cow<'_, str>> {
    match base.kind() {
        Kind::Boolean => match text {
            "true" | "1" => Some("true".into()),
            "false" | "0" => Some("false".into()),
            _ => None,
        },
        Kind::Decimal | Kind::Float if is_plain_number(text) => fits_number(base, text).then_some(Cow::Borrowed(text)),
        Kind::Decimal | Kind::Float => {
            let number = NumberFormat::default().read(text)?;
            fits_number(base, &number).then_some(Cow::Owned(number))
        }
        _ => is_value(base, text).then_some(Cow::Borrowed(text)),
    }
}

/// Tells whether a text has the form that XML Schema gives to values of a datatype that are no numbers.
pub(crate) fn is_value(base: Base, text: &str) -> bool {
    match base {
        Base::DateTimeStamp => text.parse::<DateTime>().is_ok_and(|time| time.timezone_offset().is_some()),
        Base::DayTimeDuration => text.parse::<DayTimeDuration>().is_ok(),
        Base::YearMonthDuration => text.parse::<YearMonthDuration>().is_ok(),
        Base::Language => oxilangtag::LanguageTag::parse(text).is_ok(),
        Base::Name => text.starts_with(is_name_start) && text.chars().all(is_name_char),
        Base::NmToken => !text.is_empty() && text.chars().all(is_name_char),
        Base::QName => {
            let ncname = |part: &str| part.starts_with(is_name_start) && part.chars().all(is_name_char);
            let mut parts = text.split(':');
            parts.clone().count() <= 2 && parts.all(ncname)
        }
        Base::HexBinary => text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Base::Base64Binary => is_base64(text),
        _ if matches!(base.kind(), Kind::Date | Kind::Duration) => Comparable::read(base, text).is_some(),
        _ => true,
    }
}

/// Tells whether a number, written as XML Schema does, is one of the datatype.
pub(crate) fn fits_number(base: Base, number: &str) -> bool {
    if base.kind() == Kind::Float {
        return true;
    }
    let special = ["NaN", "INF", "-INF"].contains(&number) || number.contains('e');
    let Some((low, high)) = base.integer_range() else { return !special };
    if special || number.contains('.') {
        return false;
    }
    if (low, high) == (None, None) {
        return true;
    }
    match number.parse::<i128>() {
        Ok(value) => low.is_none_or(|low| low <= value) && high.is_none_or(|high| value <= high),
        // Longer than any bound: only the open side of a range takes it.
        Err(_) if number.starts_with('-') => low.is_none(),
        Err(_) => high.is_none(),
    }
}

fn is_plain_number(text: &str) -> bool {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text).as_bytes();
    let whole = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match &body[whole..] {
        [] => whole > 0,
        [b'.', fraction @ ..] => whole > 0 && !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == ':'
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || "._-:·".contains(c) || ('\u{300}'..='\u{36F}').contains(&c)
}

fn is_base64(text: &str) -> bool {
    let compact: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let body = compact.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte)).count();
    let padding = &compact[body..];
    compact.len().is_multiple_of(4) && padding.len() <= 2 && padding.iter().all(|byte| *byte == b'=')
}

/// A value that can be compared with others of its datatype.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Comparable {
    Decimal(Decimal),
    Double(Double),
    Date(Date),
    DateTime(DateTime),
    Time(Time),
    GDay(GDay),
    GMonth(GMonth),
    GMonthDay(GMonthDay),
    GYear(GYear),
    GYearMonth(GYearMonth),
    Duration(Duration),
}

impl Comparable {
    /// Reads a value as XML Schema writes it.
    pub(crate) fn read(base: Base, text: &str) -> Option<Self> {
        match base.kind() {
            Kind::Decimal => text.parse().ok().map(Self::Decimal),
            Kind::Float => text.parse().ok().map(Self::Double),
            Kind::Duration => text.parse().ok().map(Self::Duration),
            _ => match base {
                Base::Date => text.parse().ok().map(Self::Date),
                Base::DateTime | Base::DateTimeStamp => text.parse().ok().map(Self::DateTime),
                Base::Time => text.parse().ok().map(Self::Time),
                Base::GDay => text.parse().ok().map(Self::GDay),
                Base::GMonth => text.parse().ok().map(Self::GMonth),
                Base::GMonthDay => text.parse().ok().map(Self::GMonthDay),
                Base::GYear => text.parse().ok().map(Self::GYear),
                Base::GYearMonth => text.parse().ok().map(Self::GYearMonth),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_xml_schema() {
        for (base, good, bad) in [
            (Base::Integer, "123456789012345678901234567890123456789012", "1.0"),
            (Base::Byte, "-128", "128"),
            (Base::UnsignedLong, "18446744073709551615", "18446744073709551616"),
            (Base::PositiveInteger, "1", "0"),
            (Base::NonPositiveInteger, "-99999999999999999999999999999999999999999999", "1"),
            (Base::Decimal, "-1.50", "1e5"),
            (Base::Decimal, "1", "NaN"),
            (Base::Double, "INF", "foo"),
            (Base::Date, "2016-02-29", "2015-02-29"),
            (Base::DateTimeStamp, "2015-03-15T15:02:37Z", "2015-03-15T15:02:37"),
            (Base::DayTimeDuration, "P1DT2H", "P1Y"),
            (Base::YearMonthDuration, "P0Y20M", "P1D"),
            (Base::GYear, "1960", "60"),
            (Base::NmToken, "token", "two tokens"),
            (Base::HexBinary, "0aFF", "0aF"),
            (Base::Base64Binary, "AAAA", "AAA"),
        ] {
            assert!(read_value(base, good).is_some(), "{base:?} {good}");
            assert!(read_value(base, bad).is_none(), "{base:?} {bad}");
        }
    }

    #[test]
    fn values_of_one_datatype_compare() {
        let read = |base, text| Comparable::read(base, text).expect("value");
        assert!(read(Base::Integer, "9") < read(Base::Integer, "10"));
        assert!(read(Base::Date, "2015-06-05") < read(Base::Date, "2015-06-06"));
        assert!(read(Base::Duration, "P1D") < read(Base::Duration, "P2D"));
    }
}
