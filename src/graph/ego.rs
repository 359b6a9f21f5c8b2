//! What lies around an entity. In: a graph, or a dataset of which only the neighbourhood is read; a name and limits. Out:
//! the nearest and best connected entities, the facts among them, and how much there is beyond. Facts are followed in both
//! directions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::near::Near;
use super::{EntityGraph, Error, Selection};
use crate::store::{Dataset, Other};

/// How much of a neighbourhood to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EgoLimits {
    /// Most facts between the entity and the farthest.
    pub depth: usize,
    /// Most entities; the nearest and best connected stay.
    pub max_entities: usize,
    /// Most facts; where there are more, fewer entities stay.
    pub max_facts: usize,
}

impl Default for EgoLimits {
    /// Returns what a sheet of paper can show.
    fn default() -> Self {
        Self { depth: 1, max_entities: 40, max_facts: 90 }
    }
}

/// An entity and what lies around it.
#[derive(Debug, Clone)]
pub struct Ego {
    /// Id of the entity in the middle.
    pub centre: String,
    /// The limits that it was cut by.
    pub limits: EgoLimits,
    /// Entities within the depth, those that were left out too.
    pub entities: usize,
    /// Facts among these.
    pub facts: usize,
    /// The entities that stay and the facts among them.
    pub graph: EntityGraph,
}

impl EntityGraph {
    /// Returns what lies around an entity, named by id or label.
    pub fn ego(&self, name: &str, limits: EgoLimits) -> Result<Ego, Error> {
        let centre = self.find(name)?.id.clone();
        let distance: BTreeMap<&str, usize> = self
            .distances(self.nodes[&centre], Some(limits.depth))
            .into_iter()
            .map(|(node, steps)| (self.graph[node].id.as_str(), steps))
            .collect();
        let links: Vec<_> =
            self.links().map(|(from, fact, to)| [&from.id, &fact.id, &to.id].map(String::as_str)).collect();
        let around = Surroundings::new(distance, links);
        let kept = around.nearest(limits);
        let graph = self.restricted_to(&kept.into_iter().map(str::to_owned).collect());
        Ok(Ego { centre, limits, entities: around.distance.len(), facts: around.links.len(), graph })
    }
}

impl Ego {
    /// Reads what lies around an entity by facts that a selection keeps, and no more of a dataset than that takes. Of the
    /// dates of the selection the dataset has to see to itself, as a view does.
    pub fn read(
        data: &dyn Dataset,
        name: &str,
        limits: EgoLimits,
        selection: &Selection,
        lang: Option<&str>,
    ) -> Result<Self, Error> {
        let mut near = Near::new(data, selection, lang)?;
        let centre = near.find(name)?;
        let mut distance = BTreeMap::from([(centre.clone(), 0)]);
        let mut edge = BTreeSet::from([centre.clone()]);
        let mut links = BTreeSet::new();
        for steps in 1..=limits.depth {
            let found = near.links(&edge, Other::Any)?;
            let ends = found.iter().flat_map(|link| [link.subject.as_str(), link.object.as_str()]);
            edge = ends.filter(|node| !distance.contains_key(*node)).map(str::to_owned).collect();
            distance.extend(edge.iter().map(|node| (node.clone(), steps)));
            links.extend(found);
        }
        links.extend(near.links(&edge, Other::Among)?);
        let mut ids = BTreeMap::new();
        for node in distance.keys() {
            ids.insert(node.as_str(), near.id(node)?);
        }
        let id = |node: &str| ids.get(node).map_or("", String::as_str);
        let around = Surroundings::new(
            distance.iter().map(|(node, steps)| (id(node), *steps)).collect(),
            links
                .iter()
                .map(|link| [id(link.subject.as_str()), link.fact.as_str(), id(link.object.as_str())])
                .collect(),
        );
        let kept = around.nearest(limits);
        let facts = around.among(&kept).map(|[_, fact, _]| (*fact).to_owned()).collect();
        let entities: Vec<String> = distance.keys().filter(|node| kept.contains(id(node))).cloned().collect();
        let kept = kept.into_iter().map(str::to_owned).collect();
        let whole = near.graph(facts, &entities)?.restricted_to(&kept);
        let selected = whole.select(selection);
        let centre = selected.find(name)?.id.clone();
        let (entities, facts) = (around.distance.len(), around.links.len());
        // The selection has decided on these entities before, by more facts than are left here.
        Ok(Self { centre, limits, entities, facts, graph: selected.with_entities_of(&whole) })
    }
}

/// Entities by distance, and the facts among them as subject, fact and object.
struct Surroundings<'a> {
    distance: BTreeMap<&'a str, usize>,
    links: Vec<[&'a str; 3]>,
}

impl<'a> Surroundings<'a> {
    fn new(distance: BTreeMap<&'a str, usize>, mut links: Vec<[&'a str; 3]>) -> Self {
        links.retain(|[from, _, to]| distance.contains_key(from) && distance.contains_key(to));
        Self { distance, links }
    }

    /// Returns the nearest and best connected entities. Where everybody has to do with everybody, fewer are kept, so that
    /// the lines of a drawing can be told apart.
    fn nearest(&self, limits: EgoLimits) -> BTreeSet<&'a str> {
        let mut degree: BTreeMap<&str, usize> = BTreeMap::new();
        for [from, _, to] in &self.links {
            *degree.entry(from).or_default() += 1;
            if to != from {
                *degree.entry(to).or_default() += 1;
            }
        }
        let mut near: Vec<_> = self
            .distance
            .iter()
            .map(|(id, steps)| (*steps, Reverse(degree.get(id).copied().unwrap_or_default()), *id))
            .collect();
        near.sort_unstable();
        let mut size = limits.max_entities.max(1);
        loop {
            let kept: BTreeSet<&str> = near.iter().take(size).map(|(_, _, id)| *id).collect();
            if size <= 2 || self.among(&kept).count() <= limits.max_facts {
                return kept;
            }
            size = size * 4 / 5;
        }
    }

    fn among(&self, kept: &BTreeSet<&str>) -> impl Iterator<Item = &[&'a str; 3]> {
        self.links.iter().filter(|[from, _, to]| kept.contains(from) && kept.contains(to))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::affair;
    use super::*;

    fn ids(limits: EgoLimits) -> (Vec<String>, usize, usize) {
        let ego = affair().graph().ego("letter", limits).expect("ego");
        (ego.graph.entities().map(|entity| entity.id.clone()).collect(), ego.entities, ego.facts)
    }

    #[test]
    fn a_neighbourhood_grows_with_its_depth() {
        let at = |depth| ids(EgoLimits { depth, ..EgoLimits::default() }).0;
        assert_eq!(at(0), ["letter"]);
        assert_eq!(at(1), ["bureau", "firm", "letter"]);
        assert_eq!(at(2), ["bureau", "firm", "letter", "ministry"]);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let (kept, entities, facts) = ids(EgoLimits { max_entities: 2, ..EgoLimits::default() });
        assert_eq!((kept.len(), entities), (2, 3));
        assert!(kept.contains(&"letter".to_owned()));
        assert_eq!(ids(EgoLimits { max_facts: 1, ..EgoLimits::default() }).2, facts);
    }
}
