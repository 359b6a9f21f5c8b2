//! What is known of how people write tables. In: `data/describe.toml`. Out: the same, as values.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::placeholder::Placeholders;

const RULES: &str = include_str!("../../data/describe.toml");

/// The rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) null: Vec<String>,
    pub(super) null_unless_text: Vec<String>,
    pub(super) booleans: Vec<String>,
    pub(super) numbers: Vec<String>,
    pub(super) dates: Vec<String>,
    pub(super) times: Vec<String>,
    pub(super) months: Vec<String>,
    pub(super) separators: Vec<char>,
    pub(super) placeholder: Placeholders,
    pub(super) role: BTreeMap<String, Role>,
    pub(super) row: Vec<RowRule>,
}

/// What a column may be for its row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub(super) words: Vec<String>,
    /// Words that count at the end of a header.
    #[serde(default)]
    pub(super) last: Vec<String>,
    pub(super) property: Option<String>,
    pub(super) refers_to: Option<String>,
    /// What its values must be: `date` or `address`.
    pub(super) is: Option<String>,
}

/// What a row may be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowRule {
    pub(super) class: String,
    pub(super) files: Vec<String>,
    #[serde(default)]
    pub(super) roles: Vec<String>,
    pub(super) label: String,
    #[serde(default)]
    pub(super) fact: Vec<FactRule>,
}

/// A fact that a row may make.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactRule {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) predicate: String,
    pub(super) object: String,
    pub(super) begin: Option<String>,
    pub(super) end: Option<String>,
    #[serde(default)]
    pub(super) needs: Vec<String>,
    pub(super) assumes: Option<String>,
}

impl Rules {
    /// Reads the embedded rules.
    ///
    /// # Panics
    ///
    /// Only if `data/describe.toml` is broken, which a test excludes.
    pub(super) fn embedded() -> Self {
        toml::from_str(RULES).expect("data/describe.toml holds the rules")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Model;

    #[test]
    fn the_rules_name_classes_predicates_and_roles_that_there_are() {
        let (rules, model) = (Rules::embedded(), Model::built_in());
        for row in &rules.row {
            assert!(model.is_class(&row.class), "{}", row.class);
            assert!(row.roles.iter().all(|role| rules.role.contains_key(role)), "{:?}", row.roles);
            for fact in &row.fact {
                assert!(model.predicates().contains_key(&fact.predicate), "{}", fact.predicate);
                assert!(fact.needs.iter().all(|role| rules.role.contains_key(role)), "{:?}", fact.needs);
            }
        }
        for class in rules.role.values().filter_map(|role| role.refers_to.as_deref()) {
            assert!(model.is_class(class), "{class}");
        }
    }
}
