//! The parameters of a request. In: the query part of an address, or a form. Out: names and values in their order, and
//! the view that they ask for; a refusal of names that would be passed over. Not here: what becomes of them.

use axum::http::{HeaderMap, StatusCode, Uri};
use csvw::nearest;
use oxigraph::model::NamedNode;

use super::refusal::Refusal;
use crate::date::Day;
use crate::view::View;

/// Media type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Names of the parameters that choose a view.
pub(super) const VIEWING: [&str; 4] = ["as-of", "known-on", "known-to", "possible"];

/// Names and values, in their order; a name may come again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads those of an address.
    pub(super) fn of(uri: &Uri) -> Result<Self, Refusal> {
        Self::parse(uri.query().unwrap_or_default().as_bytes())
    }

    /// Reads those of a form.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let pairs: Vec<_> = form_urlencoded::parse(text).into_owned().collect();
        // What is not UTF-8 is decoded to this mark.
        if pairs.iter().any(|(_, value)| value.contains('\u{FFFD}')) {
            return Err(Refusal::bad("the parameters are not UTF-8"));
        }
        Ok(Self(pairs))
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Returns the values of a name, empty ones left out.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a name that may come only once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value.filter(|value| !value.is_empty())),
            _ => Err(Refusal::bad(format!("`{name}` is given several times"))),
        }
    }

    /// Tells whether a name is there, with a value or without.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Returns all pairs but those of some names.
    pub(super) fn without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(n, _)| !names.contains(&n.as_str())).cloned().collect()
    }

    /// Returns the values of a name as IRIs.
    pub(super) fn iris(&self, name: &str) -> Result<Vec<NamedNode>, Refusal> {
        let iri = |text: &str| {
            NamedNode::new(text)
                .map_err(|_| Refusal::bad(format!("`{name}` takes an absolute IRI, and `{text}` is none")))
        };
        self.all(name).map(iri).collect()
    }

    /// Returns a whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let number = |text: &str| text.parse().map_err(|_| Refusal::bad(format!("`{name}` takes a whole number")));
        self.one(name)?.map(number).transpose()
    }

    /// Refuses a name that is neither one of these nor that of a view.
    pub(super) fn only(&self, own: &[&str]) -> Result<(), Refusal> {
        self.no_misspelt_view(own)?;
        let Some(name) = self.unknown(own).next().map(|(name, _)| name) else { return Ok(()) };
        let names = || own.iter().chain(&VIEWING).copied();
        let listed = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes {}", listed()),
        };
        Err(Refusal::bad(format!("`{name}` is not a parameter of this address; {hint}")))
    }

    /// Refuses a name that was meant for a view, and is none of these: the answer would be about the whole case. Others are
    /// passed over, for clients of a protocol add some of their own.
    pub(super) fn no_misspelt_view(&self, own: &[&str]) -> Result<(), Refusal> {
        let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
        for (name, value) in self.unknown(own) {
            let same = VIEWING.into_iter().find(|known| plain(known) == plain(name));
            if let Some(near) = same.or_else(|| nearest(name, VIEWING)) {
                let text = format!("`{name}` is not the name of a view's parameter; did you mean `{near}`?");
                return Err(Refusal::bad(text));
            }
            if value.parse::<Day>().is_ok() {
                let text =
                    format!("`{name}` is not the name of a view's parameter; a day is that of `known-on` or `as-of`");
                return Err(Refusal::bad(text));
            }
        }
        Ok(())
    }

    fn unknown<'p>(&'p self, own: &'p [&str]) -> impl Iterator<Item = (&'p str, &'p str)> {
        let all = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        all.filter(|(name, _)| !own.contains(name) && !VIEWING.contains(name))
    }

    /// Tells whether the name of a view's parameter is there.
    pub(super) fn name_view(&self) -> bool {
        VIEWING.iter().any(|name| self.has(name))
    }

    /// Returns the view of `as-of`, `known-on`, `known-to` and `possible`.
    pub(super) fn view(&self) -> Result<View, Refusal> {
        let given = |name: &str, such_as: &str| match self.one(name)? {
            None if self.has(name) => Err(Refusal::bad(format!("`{name}` is empty; it takes {such_as}"))),
            value => Ok(value),
        };
        let day = |name: &str| {
            let day = |text: &str| {
                text.parse::<Day>()
                    .map_err(|_| Refusal::bad(format!("`{name}` takes a day such as 2013-12-01, and `{text}` is none")))
            };
            given(name, "a day such as 2013-12-01")?.map(day).transpose()
        };
        let possible = match self.one("possible")? {
            None if self.has("possible") => true,
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(other) => return Err(Refusal::bad(format!("`possible` takes true or false, not `{other}`"))),
        };
        let known_on = day("known-on")?;
        let known_to = given("known-to", "the id of a court, an agency, a company or a person")?.map(str::to_owned);
        if known_to.is_some() && known_on.is_none() {
            return Err(Refusal::bad("`known-to` says who knew on the day of `known-on`; send that too"));
        }
        Ok(View { as_of: day("as-of")?, known_on, known_to, possible })
    }
}

/// Returns the media type of a body in lower case; its text must be UTF-8.
pub(super) fn content_type(headers: &HeaderMap) -> Result<String, Refusal> {
    let value = headers.get(axum::http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_lowercase();
    for part in parts.map(str::to_lowercase) {
        if let Some(charset) = part.strip_prefix("charset=")
            && !matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii")
        {
            let text = format!("the body must be UTF-8, not {charset}");
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
    }
    Ok(media)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(text: &str) -> Parameters {
        Parameters::parse(text.as_bytes()).expect("UTF-8")
    }

    #[test]
    fn a_view_is_read_from_its_parameters() {
        let view = parameters("as-of=2013-12-01&known-on=2014-05-21&possible").view().expect("a view");
        assert_eq!(view.to_string(), "as of 2013-12-01, known on 2014-05-21 (certain or possible)");
        assert!(parameters("possible").view().expect("the whole").is_whole());
        for wrong in [
            "known-on=2014",
            "known-on=",
            "known-on",
            "as-of=2013-02-30",
            "possible=maybe",
            "as-of=2013-01-01&as-of=2013-01-02",
            "known-to=fbi",
            "known-on=2014-01-01&known-to=",
        ] {
            assert!(parameters(wrong).view().is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_that_would_be_passed_over_are_refused() {
        for meant in ["known_on", "knownon", "Known-On", "known", "as_of", "asof", "AS-OF", "knownTo", "posible", "day"]
        {
            let sent = parameters(&format!("query=x&{meant}=2014-01-01"));
            assert!(sent.no_misspelt_view(&["query"]).is_err() && sent.only(&["query"]).is_err(), "{meant}");
            assert!(sent.only(&["query", meant]).is_ok(), "{meant} is a parameter of a question");
        }
        let more =
            parameters("query=x&format=json&output=json&results=json&timeout=0&_=1662580625915&known-on=2014-01-01");
        assert!(more.no_misspelt_view(&["query"]).is_ok());
        assert!(more.only(&["query"]).is_err());
    }

    #[test]
    fn text_that_is_not_utf_8_is_refused() {
        assert!(Parameters::parse(b"query=%FF%FE").is_err());
        assert_eq!(parameters("query=%C3%A9+e").one("query").expect("one"), Some("é e"));
    }
}
