//! Datatypes of cells. In: a datatype description and the text of a value. Out: whether the one allows the other.
//! Follows <https://www.w3.org/TR/tabular-data-model/#datatypes>.

use std::sync::OnceLock;

use oxsdatatypes::{Boolean, Date, DateTime, Decimal, Double, Integer};
use serde::Deserialize;

/// The built-in datatype that a column's datatype rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Base {
    /// Any text.
    #[default]
    String,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A floating-point number.
    #[serde(alias = "double")]
    Number,
    /// `true` or `false`, `1` or `0`.
    Boolean,
    /// A calendar day.
    Date,
    /// A day and a time.
    #[serde(rename = "dateTime", alias = "datetime")]
    DateTime,
    /// An absolute IRI.
    #[serde(rename = "anyURI")]
    AnyUri,
    /// A language tag of BCP 47.
    Language,
}

/// The datatype of a column. <https://www.w3.org/TR/tabular-metadata/#datatypes>
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Description")]
pub struct Datatype {
    /// IRI of a derived datatype.
    pub id: Option<String>,
    /// What values are called in messages, such as "a CIK: ten digits".
    pub title: Option<String>,
    /// The built-in datatype it rests on.
    pub base: Base,
    /// Regular expression that values must match as a whole, where the base is text.
    pub format: Option<String>,
    compiled: OnceLock<Option<regress::Regex>>,
}

/// Why a text is not a value of a datatype.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueFault {
    /// What was expected, such as "one of news, court".
    pub expected: String,
    /// The allowed values, where they are a list.
    pub choices: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Description {
    Name(Base),
    Derived {
        #[serde(rename = "@id")]
        id: Option<String>,
        #[serde(rename = "dc:title")]
        title: Option<String>,
        #[serde(default)]
        base: Base,
        format: Option<String>,
    },
}

impl From<Description> for Datatype {
    fn from(description: Description) -> Self {
        match description {
            Description::Name(base) => Self { base, ..Self::default() },
            Description::Derived { id, title, base, format } => {
                Self { id, title, base, format, compiled: OnceLock::new() }
            }
        }
    }
}

impl Datatype {
    /// Returns a built-in datatype by its name, such as `integer`.
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(name)).ok()
    }

    /// Checks one value.
    pub fn check(&self, text: &str) -> Result<(), ValueFault> {
        if self.holds(text) { Ok(()) } else { Err(self.fault()) }
    }

    fn holds(&self, text: &str) -> bool {
        match self.base {
            Base::String => self.matches_format(text),
            Base::Integer => text.parse::<Integer>().is_ok(),
            Base::Decimal => text.parse::<Decimal>().is_ok(),
            Base::Number => text.parse::<Double>().is_ok(),
            Base::Boolean => text.parse::<Boolean>().is_ok(),
            Base::Date => text.parse::<Date>().is_ok(),
            Base::DateTime => text.parse::<DateTime>().is_ok(),
            Base::AnyUri => oxiri::Iri::parse(text).is_ok(),
            Base::Language => oxilangtag::LanguageTag::parse(text).is_ok(),
        }
    }

    /// Returns the allowed values, where the format is a plain list of words.
    pub fn choices(&self) -> Option<Vec<&str>> {
        let format = self.format.as_deref().filter(|format| format.contains('|'))?;
        let plain = |word: &&str| {
            word.starts_with(char::is_alphanumeric) && word.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let words: Vec<_> = format.split('|').collect();
        words.iter().all(plain).then_some(words)
    }

    fn matches_format(&self, text: &str) -> bool {
        let Some(format) = &self.format else { return true };
        if let Some(choices) = self.choices() {
            return choices.contains(&text);
        }
        // An unreadable pattern is a fault of the metadata, not of every cell.
        let compiled = self.compiled.get_or_init(|| regress::Regex::new(&format!("^(?:{format})$")).ok());
        compiled.as_ref().is_none_or(|regex| regex.find(text).is_some())
    }

    fn fault(&self) -> ValueFault {
        let choices: Vec<String> = self.choices().into_iter().flatten().map(str::to_owned).collect();
        let expected = match (&self.title, self.base, &self.format) {
            (Some(title), ..) => title.clone(),
            (None, Base::String, _) if !choices.is_empty() => format!("one of {}", choices.join(", ")),
            (None, Base::String, Some(format)) => format!("a text of the form {format}"),
            (None, Base::String, None) => "a text".to_owned(),
            (None, Base::Integer, _) => "a whole number".to_owned(),
            (None, Base::Decimal | Base::Number, _) => "a number".to_owned(),
            (None, Base::Boolean, _) => "true or false".to_owned(),
            (None, Base::Date, _) => "a day such as 2014-05-23".to_owned(),
            (None, Base::DateTime, _) => "a time such as 2014-05-23T08:13:00Z".to_owned(),
            (None, Base::AnyUri, _) => "a web address or another absolute IRI".to_owned(),
            (None, Base::Language, _) => "a language tag such as en or fr-CA (BCP 47)".to_owned(),
        };
        ValueFault { expected, choices }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datatype(json: &str) -> Datatype {
        serde_json::from_str(json).expect("datatype")
    }

    #[test]
    fn a_list_of_words_names_its_choices() {
        let kinds = datatype(r#"{"base": "string", "format": "news|court"}"#);
        assert!(kinds.check("court").is_ok());
        assert_eq!(kinds.check("curt").expect_err("fault").expected, "one of news, court");
    }

    #[test]
    fn a_format_must_match_the_whole_value() {
        let cik = datatype(r#"{"dc:title": "a CIK: ten digits", "base": "string", "format": "[0-9]{10}"}"#);
        assert!(cik.check("0000789019").is_ok());
        assert_eq!(cik.check("00007890190").expect_err("fault").expected, "a CIK: ten digits");
    }

    #[test]
    fn built_in_datatypes_check_their_values() {
        for (name, good, bad) in [
            ("integer", "12", "twelve"),
            ("date", "2014-05-23", "2014-13-45"),
            ("boolean", "true", "yes"),
            ("anyURI", "https://example.org/", "example"),
            ("language", "fr-CA", "_fr"),
            ("dateTime", "2014-05-23T08:13:00Z", "2014-05-23"),
        ] {
            let datatype = datatype(&format!("\"{name}\""));
            assert!(datatype.check(good).is_ok(), "{name} {good}");
            assert!(datatype.check(bad).is_err(), "{name} {bad}");
        }
    }
}
