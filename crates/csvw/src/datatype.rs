//! Datatypes of cells. In: a datatype description and the text of a value. Out: the value as XML Schema writes it, or
//! what was expected instead. <https://www.w3.org/TR/tabular-metadata/#datatypes>

use std::borrow::Cow;

use crate::base::{Base, Kind};
use crate::date_format::DateFormat;
use crate::facets::Facets;
use crate::json::Source;
use crate::number::NumberFormat;
use crate::pattern::{LONGEST, MOST_STEPS, Pattern};
use crate::value::{fits_number, is_value, read_value};

/// The datatype of a column.
#[derive(Debug, Clone, Default)]
pub struct Datatype {
    /// IRI of a derived datatype.
    pub id: Option<String>,
    /// What values are called in messages, such as "a CIK: ten digits".
    pub title: Option<String>,
    /// The built-in datatype it rests on.
    pub base: Base,
    /// Pattern of the values, as the metadata writes it.
    pub format: Option<String>,
    /// Place of the description in the metadata.
    pub source: Source,
    pub(crate) rule: Format,
    pub(crate) facets: Facets,
}

/// A format, made ready for use.
#[derive(Debug, Clone, Default)]
pub(crate) enum Format {
    #[default]
    None,
    /// The values that a regular expression such as `news|court` lists.
    Choices(Vec<String>),
    Pattern(Pattern),
    Number(NumberFormat),
    Date(DateFormat),
    Boolean(String, String),
}

/// Why a text is not a value of a datatype.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueFault {
    /// What was expected, such as "one of news, court".
    pub expected: String,
    /// The allowed values, where they are a list.
    pub choices: Vec<String>,
}

impl Datatype {
    /// Returns a built-in datatype by its name, such as `integer`.
    pub fn named(name: &str) -> Option<Self> {
        Some(Self { base: Base::from_name(name)?, ..Self::default() })
    }

    /// Returns the IRI of the values' datatype in RDF.
    pub fn iri(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.base.iri())
    }

    /// Checks one value; an address must be absolute.
    pub fn check(&self, text: &str) -> Result<(), ValueFault> {
        if self.base == Base::AnyUri && oxiri::Iri::parse(text).is_err() {
            return Err(self.fault(None));
        }
        self.read(text).map(drop)
    }

    /// Returns a value as XML Schema writes it.
    pub fn read<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, ValueFault> {
        let value = self.lexical(text)?.ok_or_else(|| self.fault(None))?;
        match self.facets.broken(self.base, &value) {
            Some(expected) => Err(self.fault(Some(expected))),
            None => Ok(value),
        }
    }

    fn lexical<'t>(&self, text: &'t str) -> Result<Option<Cow<'t, str>>, ValueFault> {
        Ok(match &self.rule {
            Format::None => read_value(self.base, text),
            Format::Choices(choices) => choices.iter().any(|choice| choice == text).then_some(Cow::Borrowed(text)),
            Format::Pattern(pattern) => match pattern.fits(text) {
                Some(fits) => fits.then(|| read_value(self.base, text)).flatten(),
                None => return Err(ValueFault { expected: self.untried(), choices: Vec::new() }),
            },
            Format::Number(format) => format.read(text).filter(|number| fits_number(self.base, number)).map(Cow::Owned),
            Format::Date(format) => format.read(text).filter(|value| is_value(self.base, value)).map(Cow::Owned),
            Format::Boolean(yes, no) => match text {
                _ if text == yes => Some("true".into()),
                _ if text == no => Some("false".into()),
                _ => None,
            },
        })
    }

    /// Says that a value was not compared with its pattern to the end.
    fn untried(&self) -> String {
        format!(
            "matched to the end: the format {} goes back more than {MOST_STEPS} times, or the text is longer than {LONGEST} \
             bytes; write it without look-around and references to groups",
            self.format.as_deref().unwrap_or_default(),
        )
    }

    /// Returns the allowed values, where the format is a plain list of words.
    pub fn choices(&self) -> Option<Vec<&str>> {
        match &self.rule {
            Format::Choices(choices) => Some(choices.iter().map(String::as_str).collect()),
            _ => None,
        }
    }

    fn fault(&self, limit: Option<String>) -> ValueFault {
        let choices: Vec<String> = self.choices().into_iter().flatten().map(str::to_owned).collect();
        let format = self.format.as_ref().filter(|_| !matches!(self.rule, Format::None));
        let expected = match (&self.title, limit, format) {
            (Some(title), ..) => title.clone(),
            (None, Some(limit), _) => limit,
            (None, None, _) if !choices.is_empty() => format!("one of {}", choices.join(", ")),
            (None, None, Some(format)) => format!("{} of the form {format}", self.noun()),
            (None, None, None) => self.noun_with_example().to_owned(),
        };
        ValueFault { expected, choices }
    }

    fn noun(&self) -> &'static str {
        match (self.base.kind(), self.base) {
            (Kind::Boolean, _) => "true or false",
            (Kind::Decimal, base) if base.integer_range().is_some() => "a whole number",
            (Kind::Decimal | Kind::Float, _) => "a number",
            (Kind::Duration, _) => "a duration",
            (_, Base::Date) => "a day",
            (_, Base::Time | Base::DateTime | Base::DateTimeStamp) => "a time",
            _ => "a text",
        }
    }

    fn noun_with_example(&self) -> &'static str {
        match self.base {
            Base::Byte => "a whole number from -128 to 127",
            Base::UnsignedByte => "a whole number from 0 to 255",
            Base::Short => "a whole number from -32768 to 32767",
            Base::UnsignedShort => "a whole number from 0 to 65535",
            Base::NonNegativeInteger | Base::UnsignedInt | Base::UnsignedLong => "a whole number, 0 or more",
            Base::PositiveInteger => "a whole number, 1 or more",
            Base::NonPositiveInteger => "a whole number, 0 or less",
            Base::NegativeInteger => "a whole number, -1 or less",
            Base::Date => "a day such as 2014-05-23",
            Base::DateTime => "a time such as 2014-05-23T08:13:00Z",
            Base::DateTimeStamp => "a time with its zone such as 2014-05-23T08:13:00Z",
            Base::Time => "a time of day such as 08:13:00",
            Base::GYear => "a year such as 2014",
            Base::GYearMonth => "a month such as 2014-05",
            Base::GMonth => "a month of any year such as --05",
            Base::GMonthDay => "a day of any year such as --05-23",
            Base::GDay => "a day of any month such as ---23",
            Base::Duration => "a duration such as P1Y2M3DT4H",
            Base::DayTimeDuration => "a duration such as P3DT4H",
            Base::YearMonthDuration => "a duration such as P1Y2M",
            Base::AnyUri => "a web address or another absolute IRI",
            Base::Language => "a language tag such as en or fr-CA (BCP 47)",
            Base::Name | Base::NmToken | Base::QName => "a name in the sense of XML",
            Base::HexBinary => "an even number of hexadecimal digits",
            Base::Base64Binary => "binary data in base64",
            _ => self.noun(),
        }
    }
}
