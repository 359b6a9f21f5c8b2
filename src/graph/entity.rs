//! What stands around a fact: entities, predicates, sources, the case. Values only; `project` reads them from a store. As
//! JSON they have the form in which the explorer reads them.

use serde::{Serialize, Serializer};

/// The case that a graph was projected from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseInfo {
    /// Title of the case, or of all of them where a store holds several.
    pub title: String,
    /// Base IRIs that the ids of entities are relative to, longest first.
    pub bases: Vec<String>,
}

/// A company, a person, a law: whatever facts are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// Name of the entity inside its case: the IRI after the base, or the whole IRI outside any base.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// Key of its class, such as `Company`; empty where the store does not say.
    pub class: String,
    /// Name for people, in the wanted language where there is one.
    pub label: String,
    /// Its labels in other languages, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_labels: Vec<String>,
    /// Other names, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Names that have a record of their own, by the day since when they are public.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Name>,
    /// Remark of the researcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Web address about the entity: its own, that of its source, or its exact match elsewhere.
    #[serde(skip_serializing_if = "is_no_web_address")]
    pub link: Option<String>,
}

/// A name of an entity that has a record of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Name {
    /// Since when it is public (EDTF).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The name.
    #[serde(rename = "name")]
    pub text: String,
    /// What kind of name it is, such as `legal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A relation that facts use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Predicate {
    /// Key, such as `withdrew`.
    pub key: String,
    /// IRI.
    pub iri: String,
    /// Label read from subject to object.
    pub label: String,
    /// Label read from object to subject.
    #[serde(rename = "inverse")]
    pub inverse_label: Option<String>,
    /// Whether it tells of an event or of a state; none where undeclared.
    #[serde(rename = "event", serialize_with = "is_event")]
    pub kind: Option<TemporalKind>,
    /// Whether it reads the same from both sides.
    #[serde(skip)]
    pub symmetric: bool,
    /// Whether a subject has one object at a time.
    #[serde(skip)]
    pub functional: bool,
}

/// How a predicate relates to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemporalKind {
    /// It happens.
    Event,
    /// It lasts.
    State,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// Name inside the case, after `src/`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who made it public.
    pub publisher: Option<String>,
    /// Date of publication as written (EDTF).
    pub date: Option<String>,
    /// Web address.
    #[serde(serialize_with = "web_address")]
    pub url: Option<String>,
    /// Remark of the researcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Source {
    /// Returns the source in one line: title, publisher, date.
    pub fn cite(&self) -> String {
        let rest = [self.publisher.as_deref(), self.date.as_deref()];
        let rest: Vec<_> = rest.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        if rest.is_empty() { self.title.clone() } else { format!("{} ({})", self.title, rest.join(", ")) }
    }
}

/// Tells whether an address may become a link: `javascript:` and the like must not.
pub fn is_web_address(url: &str) -> bool {
    let has_scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    has_scheme("https://") || has_scheme("http://")
}

#[expect(clippy::ref_option, reason = "serde asks for it")]
fn is_no_web_address(url: &Option<String>) -> bool {
    !url.as_deref().is_some_and(is_web_address)
}

#[expect(clippy::ref_option, reason = "serde asks for it")]
fn web_address<S: Serializer>(url: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    url.as_deref().filter(|url| is_web_address(url)).serialize(serializer)
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_event<S: Serializer>(kind: &Option<TemporalKind>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(*kind == Some(TemporalKind::Event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_web_address_or_none() {
        assert!(is_web_address("HTTPS://example.org") && is_web_address("http://example.org"));
        for other in ["javascript:alert(1)", "data:text/html,x", "//example.org", ""] {
            assert!(!is_web_address(other), "{other}");
        }
    }
}
