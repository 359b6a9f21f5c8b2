//! What counts for and against two entities being one. In: `data/dedupe.toml`, and a case's own keys over it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::overlay;

const BUILT_IN: &str = include_str!("../../data/dedupe.toml");

/// Words, properties and classes that matter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Score from which a pair is proposed, 0 to 1.
    pub least: f64,
    /// Score from which reconciliation takes an entity for the one that is meant, 0 to 1.
    pub sure: f64,
    pub(super) legal_forms: Vec<String>,
    pub(super) titles: Vec<String>,
    pub(super) against: Vec<String>,
    pub(super) small: Vec<String>,
    pub(super) classes: Vec<Vec<String>>,
    pub(super) identifiers: Vec<String>,
    pub(super) telling: Vec<String>,
    pub(super) abbreviations: BTreeMap<String, String>,
}

impl Default for Rules {
    fn default() -> Self {
        toml::from_str(BUILT_IN).expect("data/dedupe.toml is checked by a test")
    }
}

impl Rules {
    /// Returns the built-in rules with the keys of another file in place of their own.
    pub fn overridden_by(text: &str) -> Result<Self, toml::de::Error> {
        overlay::replaced(BUILT_IN, text)
    }

    /// Tells whether an entity has one value of a property, and no other entity has the same; by its local name.
    pub fn is_identifier(&self, property: &str) -> bool {
        is_among(&self.identifiers, property)
    }

    /// Tells whether different values of a property speak against two being one; by its local name.
    pub fn is_telling(&self, property: &str) -> bool {
        is_among(&self.telling, property)
    }

    /// Tells whether entities of two classes may be one.
    pub(super) fn may_be_one(&self, a: &str, b: &str) -> bool {
        let has = |line: &Vec<String>, class: &str| line.iter().any(|other| other == class);
        a == b || self.classes.iter().any(|line| has(line, a) && has(line, b))
    }
}

/// Tells whether a local name is among names with prefixes.
fn is_among(names: &[String], local: &str) -> bool {
    names.iter().any(|name| name.split_once(':').is_some_and(|(_, own)| own == local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_changes_only_the_keys_it_names() {
        let rules = Rules::overridden_by("least = 0.9").expect("rules");
        assert!((rules.least - 0.9).abs() < 1e-9 && rules.legal_forms == Rules::default().legal_forms);
        assert!(Rules::overridden_by("leest = 0.9").is_err());
        assert!(rules.may_be_one("Court", "Agency") && !rules.may_be_one("Company", "Person"));
    }
}
