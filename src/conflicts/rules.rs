//! What may be argued about: which relations have one object, which records tell of one event. In: `data/conflicts.toml`,
//! and a case's own entries over it. Out: [`Rules`].

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::overlay;

const BUILT_IN: &str = include_str!("../../data/conflicts.toml");

/// Why rules cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the rules of conflicts cannot be read")]
pub struct RulesError(#[from] toml::de::Error);

/// What the search for contradictions takes for granted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub(super) one_event_days: u32,
    pub(super) one_event: BTreeSet<String>,
    pub(super) functional: BTreeSet<String>,
    pub(super) repeatable: BTreeSet<String>,
    pub(super) gags: BTreeSet<String>,
    pub(super) speaks_for: BTreeSet<String>,
    pub(super) steps: Vec<Steps>,
}

/// Two steps of one event, such as the order to open papers and their release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Steps {
    pub(super) predicates: BTreeSet<String>,
    pub(super) first: BTreeSet<String>,
    pub(super) second: BTreeSet<String>,
    pub(super) words: String,
}

impl Default for Rules {
    fn default() -> Self {
        toml::from_str(BUILT_IN).expect("data/conflicts.toml is checked by a test")
    }
}

impl Rules {
    /// Returns the built-in rules with the keys of another `conflicts.toml` in place of their own.
    pub fn overridden_by(text: &str) -> Result<Self, RulesError> {
        Ok(overlay::replaced(BUILT_IN, text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_replaces_only_the_rules_that_it_names() {
        let rules = Rules::overridden_by("one_event_days = 1").expect("rules");
        assert_eq!(rules, Rules { one_event_days: 1, ..Rules::default() });
        assert!(Rules::overridden_by("one_event_day = 1").is_err());
    }
}
