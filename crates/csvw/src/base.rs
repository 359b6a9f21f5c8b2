//! The built-in datatypes. In: a name of the standard. Out: the datatype, its IRI, what kind of value it takes.
//! <https://www.w3.org/TR/tabular-metadata/#built-in-datatypes>

/// A built-in datatype.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the names of the standard")]
pub enum Base {
    AnyAtomicType,
    AnyUri,
    Base64Binary,
    Boolean,
    Byte,
    Date,
    DateTime,
    DateTimeStamp,
    DayTimeDuration,
    Decimal,
    Double,
    Duration,
    Float,
    GDay,
    GMonth,
    GMonthDay,
    GYear,
    GYearMonth,
    HexBinary,
    Html,
    Int,
    Integer,
    Json,
    Language,
    Long,
    Name,
    NegativeInteger,
    NmToken,
    NonNegativeInteger,
    NonPositiveInteger,
    NormalizedString,
    Number,
    PositiveInteger,
    QName,
    Short,
    #[default]
    String,
    Time,
    Token,
    UnsignedByte,
    UnsignedInt,
    UnsignedLong,
    UnsignedShort,
    Xml,
    YearMonthDuration,
}

/// What a base has in common with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text and what restricts it.
    Text,
    /// Bytes in text.
    Binary,
    Boolean,
    /// Decimal numbers and whole numbers.
    Decimal,
    /// Floating-point numbers.
    Float,
    /// Dates, times, parts of dates.
    Date,
    Duration,
    /// Addresses and qualified names.
    Other,
}

/// Name, datatype, IRI (relative to XML Schema unless it is whole) and kind.
const BASES: &[(&str, Base, &str, Kind)] = &[
    ("anyAtomicType", Base::AnyAtomicType, "anyAtomicType", Kind::Other),
    ("any", Base::AnyAtomicType, "anyAtomicType", Kind::Other),
    ("anyURI", Base::AnyUri, "anyURI", Kind::Other),
    ("base64Binary", Base::Base64Binary, "base64Binary", Kind::Binary),
    ("binary", Base::Base64Binary, "base64Binary", Kind::Binary),
    ("boolean", Base::Boolean, "boolean", Kind::Boolean),
    ("byte", Base::Byte, "byte", Kind::Decimal),
    ("date", Base::Date, "date", Kind::Date),
    ("dateTime", Base::DateTime, "dateTime", Kind::Date),
    ("datetime", Base::DateTime, "dateTime", Kind::Date),
    ("dateTimeStamp", Base::DateTimeStamp, "dateTimeStamp", Kind::Date),
    ("dayTimeDuration", Base::DayTimeDuration, "dayTimeDuration", Kind::Duration),
    ("decimal", Base::Decimal, "decimal", Kind::Decimal),
    ("double", Base::Double, "double", Kind::Float),
    ("duration", Base::Duration, "duration", Kind::Duration),
    ("float", Base::Float, "float", Kind::Float),
    ("gDay", Base::GDay, "gDay", Kind::Date),
    ("gMonth", Base::GMonth, "gMonth", Kind::Date),
    ("gMonthDay", Base::GMonthDay, "gMonthDay", Kind::Date),
    ("gYear", Base::GYear, "gYear", Kind::Date),
    ("gYearMonth", Base::GYearMonth, "gYearMonth", Kind::Date),
    ("hexBinary", Base::HexBinary, "hexBinary", Kind::Binary),
    ("html", Base::Html, "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML", Kind::Text),
    ("int", Base::Int, "int", Kind::Decimal),
    ("integer", Base::Integer, "integer", Kind::Decimal),
    ("json", Base::Json, "http://www.w3.org/ns/csvw#JSON", Kind::Text),
    ("language", Base::Language, "language", Kind::Text),
    ("long", Base::Long, "long", Kind::Decimal),
    ("Name", Base::Name, "Name", Kind::Text),
    ("negativeInteger", Base::NegativeInteger, "negativeInteger", Kind::Decimal),
    ("NMTOKEN", Base::NmToken, "NMTOKEN", Kind::Text),
    ("nonNegativeInteger", Base::NonNegativeInteger, "nonNegativeInteger", Kind::Decimal),
    ("nonPositiveInteger", Base::NonPositiveInteger, "nonPositiveInteger", Kind::Decimal),
    ("normalizedString", Base::NormalizedString, "normalizedString", Kind::Text),
    ("number", Base::Number, "double", Kind::Float),
    ("positiveInteger", Base::PositiveInteger, "positiveInteger", Kind::Decimal),
    ("QName", Base::QName, "QName", Kind::Other),
    ("short", Base::Short, "short", Kind::Decimal),
    ("string", Base::String, "string", Kind::Text),
    ("time", Base::Time, "time", Kind::Date),
    ("token", Base::Token, "token", Kind::Text),
    ("unsignedByte", Base::UnsignedByte, "unsignedByte", Kind::Decimal),
    ("unsignedInt", Base::UnsignedInt, "unsignedInt", Kind::Decimal),
    ("unsignedLong", Base::UnsignedLong, "unsignedLong", Kind::Decimal),
    ("unsignedShort", Base::UnsignedShort, "unsignedShort", Kind::Decimal),
    ("xml", Base::Xml, "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral", Kind::Text),
    ("yearMonthDuration", Base::YearMonthDuration, "yearMonthDuration", Kind::Duration),
];

impl Base {
    /// Returns the datatype with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        BASES.iter().find(|(known, ..)| *known == name).map(|(_, base, ..)| *base)
    }

    /// Returns its name.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Returns its IRI.
    pub fn iri(self) -> String {
        let local = self.row().2;
        if local.contains(':') { local.to_owned() } else { format!("{}{local}", crate::prefixes::XSD) }
    }

    pub(crate) fn kind(self) -> Kind {
        self.row().3
    }

    fn row(self) -> &'static (&'static str, Self, &'static str, Kind) {
        BASES.iter().find(|(_, base, ..)| *base == self).expect("every base is in the table")
    }

    /// Tells whether line breaks and tabs of a cell are kept.
    pub(crate) fn keeps_breaks(self) -> bool {
        matches!(self, Self::String | Self::Json | Self::Xml | Self::Html | Self::AnyAtomicType)
    }

    /// Tells whether spaces of a cell are kept.
    pub(crate) fn keeps_spaces(self) -> bool {
        self.keeps_breaks() || self == Self::NormalizedString
    }

    /// Returns the least and greatest value of a whole number; none where there is no bound.
    pub(crate) fn integer_range(self) -> Option<(Option<i128>, Option<i128>)> {
        let bounds = |low: i128, high: i128| Some((Some(low), Some(high)));
        match self {
            Self::Integer => Some((None, None)),
            Self::Byte => bounds(i8::MIN.into(), i8::MAX.into()),
            Self::Short => bounds(i16::MIN.into(), i16::MAX.into()),
            Self::Int => bounds(i32::MIN.into(), i32::MAX.into()),
            Self::Long => bounds(i64::MIN.into(), i64::MAX.into()),
            Self::UnsignedByte => bounds(0, u8::MAX.into()),
            Self::UnsignedShort => bounds(0, u16::MAX.into()),
            Self::UnsignedInt => bounds(0, u32::MAX.into()),
            Self::UnsignedLong => bounds(0, u64::MAX.into()),
            Self::NonNegativeInteger => Some((Some(0), None)),
            Self::PositiveInteger => Some((Some(1), None)),
            Self::NonPositiveInteger => Some((None, Some(0))),
            Self::NegativeInteger => Some((None, Some(-1))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_iris_are_those_of_the_standard() {
        for (name, base, ..) in BASES {
            assert_eq!(Base::from_name(name), Some(*base));
        }
        assert_eq!(Base::Number.iri(), "http://www.w3.org/2001/XMLSchema#double");
        assert_eq!(Base::Json.iri(), "http://www.w3.org/ns/csvw#JSON");
        assert_eq!(Base::from_name("anySimpleType"), None);
    }
}
