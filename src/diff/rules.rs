//! Which relations between facts correct or withdraw one of them. In: `data/changes.toml`. Out: sets of keys.

use std::collections::BTreeSet;

use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../data/changes.toml");

/// Keys of the predicates that change what an earlier record said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) corrects: BTreeSet<String>,
    pub(super) corrects_by_status: BTreeSet<String>,
    pub(super) withdraws: BTreeSet<String>,
}

impl Default for Rules {
    fn default() -> Self {
        toml::from_str(BUILT_IN).expect("data/changes.toml is checked by a test")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_can_be_read() {
        assert!(Rules::default().withdraws.contains("retracts"));
    }
}
