//! The entities of a case by what they are called. In: a graph, rules. Out: for a name, those that may be meant, the
//! likeliest first. Only those that share a word, the beginning of one or initials are compared, so that a large case stays
//! quick.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Name, Weights, likeness};
use super::rules::Rules;
use crate::graph::{Entity, EntityGraph};

/// Entities that are compared with a name at most; those that share something rare with it come first.
const COMPARED: usize = 2_000;

/// Names of entities, ready to be compared.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    rules: Rules,
    names: BTreeMap<String, Vec<Name>>,
    weights: Weights,
    /// Ids by what names share.
    keys: BTreeMap<String, BTreeSet<String>>,
}

/// An entity whose name is like another.
#[derive(Debug, Clone, PartialEq)]
pub struct Like {
    /// Id of the entity.
    pub id: String,
    /// How alike the names are, 0 to 1.
    pub likeness: f64,
    /// In what they are, and which of its names it is.
    pub why: String,
}

impl Lookup {
    /// Gathers the names of a graph.
    pub fn of(graph: &EntityGraph, rules: &Rules) -> Self {
        let names: BTreeMap<String, Vec<Name>> =
            graph.entities().map(|entity| (entity.id.clone(), names(entity, rules))).collect();
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (id, names) in &names {
            for key in names.iter().flat_map(Name::keys) {
                keys.entry(key).or_default().insert(id.clone());
            }
        }
        Self { rules: rules.clone(), weights: Weights::of(names.values().map(Vec::as_slice)), names, keys }
    }

    /// Returns the entities that a name may mean, at most so many, the likeliest first, equals by id.
    pub fn like(&self, written: &str, most: usize) -> Vec<Like> {
        let name = Name::new(written, &self.rules);
        let wanted: BTreeSet<String> = name.keys().collect();
        let mut blocks: Vec<&BTreeSet<String>> = wanted.iter().filter_map(|key| self.keys.get(key)).collect();
        blocks.sort_by_key(|ids| ids.len());
        let mut ids = BTreeSet::new();
        for id in blocks.into_iter().flatten() {
            if ids.len() == COMPARED {
                break;
            }
            ids.insert(id);
        }
        let like = |id: &String| {
            let (likeness, why) = self.best(std::slice::from_ref(&name), &self.names[id])?;
            Some(Like { id: id.clone(), likeness, why })
        };
        let mut found: Vec<Like> = ids.into_iter().filter_map(like).collect();
        found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.id.cmp(&b.id)));
        found.truncate(most);
        found
    }

    /// Returns how alike an entity's names are to a name; none where it goes by no name like it.
    pub fn likeness_to(&self, id: &str, written: &str) -> Option<(f64, String)> {
        self.best(&[Name::new(written, &self.rules)], self.names.get(id)?)
    }

    /// Returns how alike the names of two entities are, 0 to 1, and in what; none where nothing is.
    pub(super) fn likeness(&self, one: &str, other: &str) -> Option<(f64, String)> {
        self.best(self.names.get(one)?, self.names.get(other)?)
    }

    /// Returns the ids that share something, by what they share.
    pub(super) fn blocks(&self) -> impl Iterator<Item = BTreeSet<&str>> {
        self.keys.values().map(|ids| ids.iter().map(String::as_str).collect())
    }

    fn best(&self, names: &[Name], others: &[Name]) -> Option<(f64, String)> {
        let mut best = (0.0, "", "", "");
        for one in names {
            for other in others {
                let (likeness, why) = likeness(one, other, &self.weights);
                if likeness > best.0 {
                    best = (likeness, why, one.written.as_str(), other.written.as_str());
                }
            }
        }
        let (likeness, why, one, other) = best;
        (likeness > 0.0).then(|| (likeness, format!("{why}: {one} / {other}")))
    }
}

fn names(entity: &Entity, rules: &Rules) -> Vec<Name> {
    let all = [&entity.label].into_iter().chain(&entity.other_labels).chain(&entity.aliases);
    let mut names: Vec<Name> = all.map(|name| Name::new(name, rules)).filter(|name| !name.words.is_empty()).collect();
    let short: Vec<Name> = names.iter().filter_map(|name| name.without_initials(rules)).collect();
    names.extend(short);
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;

    fn found(name: &str) -> Vec<(String, f64)> {
        let mut quads = affair();
        quads.entity("weir", "Company", "Weir Works Ltd").entity("board", "Agency", "Inland Waterways Safety Board");
        let lookup = Lookup::of(&quads.graph(), &Rules::default());
        lookup.like(name, 3).into_iter().map(|like| (like.id, like.likeness)).collect()
    }

    #[test]
    fn spellings_of_a_name_lead_to_its_entity() {
        for (name, id) in
            [("WEIR WORKS", "weir"), ("Weir Werks", "weir"), ("IWSB", "board"), ("Lettre à Firm", "letter")]
        {
            assert_eq!(found(name).first().map(|(id, _)| id.as_str()), Some(id), "{name}");
        }
        assert_eq!(found("Works, Weir"), [("weir".to_owned(), 0.97)]);
        assert_eq!(found("Mill"), []);
        assert_eq!(found("..."), []);
    }
}
