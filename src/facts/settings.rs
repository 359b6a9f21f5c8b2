//! What a case says of itself. In: `case.toml`. Out: title, base IRI, language and the statuses that are accepted.

use oxigraph::model::{Literal, NamedNode};
use serde::Deserialize;

use super::slug::slug;
use crate::date::Edtf;

/// The settings of a case, each with a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSettings {
    /// Title of the case.
    pub title: String,
    /// When the title became public, where that is later than some days that a view may show.
    pub title_known_since: Option<Edtf>,
    /// Title for the time before that.
    pub working_title: Option<String>,
    /// What the case is about.
    pub description: Option<String>,
    /// When the description became public; without it, it is in no view.
    pub description_known_since: Option<Edtf>,
    /// IRI that the ids of the case are appended to; ends with `/` or `#`.
    pub base: String,
    /// Language of labels that state none, as a tag of BCP 47; used to choose labels, never written to the graph.
    pub lang: String,
    /// Statuses whose facts stand as plain triples too.
    pub assert: Vec<String>,
    /// Ids of the entities that `build` draws the surroundings of.
    pub focus: Vec<String>,
}

/// Why `case.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not TOML, or has a key that it may not have.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// The base is not an absolute IRI that ends with `/` or `#`.
    #[error("base = \"{0}\" is not an absolute IRI that ends with / or #")]
    Base(String),
    /// The language is not a tag of BCP 47.
    #[error("lang = \"{0}\" is not a language tag such as en or fr (BCP 47)")]
    Lang(String),
    /// A date is not one of EDTF.
    #[error("{0} = \"{1}\" is not a date of EDTF such as 2013, 2013-10 or 2013-10-05")]
    Date(&'static str, String),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseToml {
    title: Option<String>,
    title_known_since: Option<String>,
    working_title: Option<String>,
    description: Option<String>,
    description_known_since: Option<String>,
    base: Option<String>,
    lang: Option<String>,
    assert: Option<Vec<String>>,
    focus: Option<Vec<String>>,
}

impl CaseSettings {
    /// Reads `case.toml`; `folder` is the name of the case folder, from which missing settings are made.
    pub fn from_toml(text: &str, folder: &str) -> Result<Self, SettingsError> {
        let toml: CaseToml = toml::from_str(text)?;
        let title_known_since = date("title_known_since", toml.title_known_since)?;
        let description_known_since = date("description_known_since", toml.description_known_since)?;
        let base = toml.base.unwrap_or_else(|| format!("https://example.org/{}/id/", slug(folder)));
        if NamedNode::new(&base).is_err() || !base.ends_with(['/', '#']) {
            return Err(SettingsError::Base(base));
        }
        let lang = toml.lang.unwrap_or_else(|| "en".to_owned());
        if Literal::new_language_tagged_literal("", lang.as_str()).is_err() {
            return Err(SettingsError::Lang(lang));
        }
        let assert = toml.assert.unwrap_or_else(|| ["confirmed", "asserted", "inferred"].map(str::to_owned).to_vec());
        Ok(Self {
            title: toml.title.unwrap_or_else(|| folder.to_owned()),
            title_known_since,
            working_title: toml.working_title,
            description: toml.description,
            description_known_since,
            base,
            lang,
            assert,
            focus: toml.focus.unwrap_or_default(),
        })
    }

    /// Returns the IRI of the named graph that holds the case.
    pub fn graph(&self) -> String {
        format!("{}graph/case", self.base)
    }

    /// Returns the IRI of the named graph that holds the log of imports.
    pub fn imports_graph(&self) -> String {
        format!("{}graph/imports", self.base)
    }
}

fn date(key: &'static str, text: Option<String>) -> Result<Option<Edtf>, SettingsError> {
    text.map(|text| Edtf::parse(&text).map_err(|_| SettingsError::Date(key, text))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_without_settings_is_named_after_its_folder() {
        let settings = CaseSettings::from_toml("", "My Case").expect("settings");
        assert_eq!((settings.title.as_str(), settings.base.as_str()), ("My Case", "https://example.org/my-case/id/"));
        assert_eq!(settings.graph(), "https://example.org/my-case/id/graph/case");
    }

    #[test]
    fn a_misspelt_key_and_a_relative_base_are_refused() {
        assert!(CaseSettings::from_toml("titel = \"x\"", "c").is_err());
        assert!(matches!(CaseSettings::from_toml("base = \"nsl/\"", "c"), Err(SettingsError::Base(_))));
        assert!(matches!(CaseSettings::from_toml("base = \"https://x.org/id\"", "c"), Err(SettingsError::Base(_))));
        let fault = CaseSettings::from_toml("title_known_since = \"May 2014\"", "c").expect_err("no date");
        assert!(fault.to_string().starts_with("title_known_since = \"May 2014\" is not a date"), "{fault}");
    }
}
