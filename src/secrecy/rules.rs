//! Which facts make windows of secrecy, and which end them. In: `data/secrecy.toml`, and a case's own entries over it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::graph::{End, Fact};
use crate::overlay;

const BUILT_IN: &str = include_str!("../../data/secrecy.toml");

/// Why rules cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the rules of secrecy cannot be read")]
pub struct RulesError(#[from] toml::de::Error);

/// Which facts make windows of secrecy, and which end them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecrecyRules {
    pub(super) lag_classes: Vec<String>,
    pub(super) window: Vec<WindowRule>,
    pub(super) ending: Vec<EndingRule>,
}

/// Relations that make a window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowRule {
    pub(super) predicate: String,
    pub(super) kind: super::WindowKind,
    pub(super) bound: Option<Place>,
    pub(super) scope: Place,
    pub(super) part_of: Option<String>,
    #[serde(default)]
    pub(super) only_end: bool,
}

/// Relations that end a window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndingRule {
    pub(super) predicate: String,
    pub(super) how: super::How,
    pub(super) bound: Option<Place>,
    pub(super) scope: Option<Place>,
}

/// An end of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    Subject,
    Object,
}

impl Place {
    pub(super) const fn of(self, fact: &Fact) -> &End {
        match self {
            Self::Subject => &fact.subject,
            Self::Object => &fact.object,
        }
    }
}

impl Default for SecrecyRules {
    fn default() -> Self {
        toml::from_str(BUILT_IN).expect("data/secrecy.toml is checked by a test")
    }
}

impl SecrecyRules {
    /// Returns the built-in rules with the keys of another `secrecy.toml` in place of their own.
    pub fn overridden_by(text: &str) -> Result<Self, RulesError> {
        Ok(overlay::replaced(BUILT_IN, text)?)
    }

    /// Returns the keys of the predicates that make windows, or end them.
    pub(super) fn predicates(&self) -> BTreeSet<&str> {
        let windows = self.window.iter().flat_map(|rule| std::iter::once(&rule.predicate).chain(&rule.part_of));
        windows.chain(self.ending.iter().map(|rule| &rule.predicate)).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_replaces_only_the_rules_that_it_names() {
        let rules = SecrecyRules::overridden_by("lag_classes = [\"Group\"]").expect("rules");
        assert_eq!(rules, SecrecyRules { lag_classes: vec!["Group".to_owned()], ..SecrecyRules::default() });
        assert!(SecrecyRules::overridden_by("[[ending]]\npredicate = \"x\"\nhow = \"burnt\"").is_err());
    }
}
