//! What lies around an entity. In: a graph, or a dataset of which only the neighbourhood is read; a name and limits. Out:
//! the nearest and best connected entities, the facts among them, and how much there is beyond. Facts are followed in both
//! directions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::near::Near;
use super::{EntityGraph, Error, Selection};
use crate::store::{Dataset, Link};

/// How much of a neighbourhood to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EgoLimits {
    /// Most facts between the entity and the farthest.
    pub depth: usize,
    /// Most entities; the nearest and best connected stay.
    pub max_entities: usize,
    /// Most lines; an entity whose lines would be too many does not stay.
    pub max_lines: usize,
    /// Most lines between two entities; where there are more facts, a line stands for several.
    pub max_parallel: usize,
    /// Most facts between two entities that are kept; where there are more, they are counted.
    pub max_between: usize,
}

impl Default for EgoLimits {
    /// Returns what a sheet of paper can show.
    fn default() -> Self {
        Self { depth: 1, max_entities: 40, max_lines: 90, max_parallel: 4, max_between: 20 }
    }
}

impl EgoLimits {
    /// Returns how many lines so many facts between the same two entities take.
    fn lines(&self, facts: usize) -> usize {
        // One with a number at it takes the room of two.
        facts.min(if facts > self.max_between { 2.min(self.max_parallel) } else { self.max_parallel })
    }

    /// Returns how many entities are compared with each other; of the facts that join others, nothing is known.
    pub fn compared(&self) -> usize {
        self.max_entities.max(1).saturating_mul(COMPARED)
    }
}

/// How many times as many entities are compared as may stay. The others are farther away, or have less to do with what is
/// near; the facts among them would be most of a large case.
const COMPARED: usize = 2;

/// An entity and what lies around it.
#[derive(Debug, Clone)]
pub struct Ego {
    /// Id of the entity in the middle.
    pub centre: String,
    /// The limits that it was cut by.
    pub limits: EgoLimits,
    /// Most facts to those farthest away that were looked at: the depth, or fewer where nothing farther could stay.
    pub walked_to: usize,
    /// Entities that were looked at, those that were left out too.
    pub entities: usize,
    /// Facts among these, as far as they were compared.
    pub facts: usize,
    /// Number of facts between two entities, by their ids in order, of whom not all facts are kept.
    pub counted: BTreeMap<(String, String), usize>,
    /// The entities that stay and the facts among them.
    pub graph: EntityGraph,
}

impl EntityGraph {
    /// Returns what lies around an entity, named by id or label.
    pub fn ego(&self, name: &str, limits: EgoLimits) -> Result<Ego, Error> {
        let centre = self.find(name)?;
        let mut distance: HashMap<&str, usize> = self
            .distances(self.nodes[&centre.id], Some(limits.depth))
            .into_iter()
            .map(|(node, steps)| (self.graph[node].iri.as_str(), steps))
            .collect();
        let within = |steps: usize| distance.values().filter(|at| **at <= steps).count();
        let walked_to = (0..limits.depth).find(|steps| within(*steps) >= limits.compared()).unwrap_or(limits.depth);
        distance.retain(|_, steps| *steps <= walked_to);
        let links = self.links().map(|(from, fact, to)| [&from.iri, &fact.iri, &to.iri].map(String::as_str));
        let links = links.filter(|[from, _, to]| distance.contains_key(from) && distance.contains_key(to));
        let (walked, last): (Vec<_>, Vec<_>) =
            links.partition(|[from, _, to]| distance[from].min(distance[to]) < walked_to);
        let mut around = Surroundings::new(distance, walked, limits);
        around.add(last);
        let kept = around.nearest();
        let ids: BTreeMap<&str, &str> =
            self.entities().map(|entity| (entity.iri.as_str(), entity.id.as_str())).collect();
        let (facts, counted) = around.between(&kept, |iri| ids[iri].to_owned());
        let graph = self.restricted_to(&kept.iter().map(|iri| ids[iri].to_owned()).collect()).with_links(&facts);
        let (entities, facts) = (around.distance.len(), around.links.len());
        Ok(Ego { centre: centre.id.clone(), limits, walked_to, entities, facts, counted, graph })
    }
}

impl Ego {
    /// Reads what lies around an entity by facts that a selection keeps, and no more of a dataset than that takes.
    pub fn read(
        data: &dyn Dataset,
        name: &str,
        limits: EgoLimits,
        selection: &Selection,
        lang: Option<&str>,
    ) -> Result<Self, Error> {
        let mut near = Near::new(data, selection, lang)?;
        let centre = near.find(name)?;
        let mut distance = HashMap::from([(centre.clone(), 0)]);
        let mut edge = BTreeSet::from([centre.clone()]);
        let mut walked = Vec::new();
        let mut walked_to = 0;
        while walked_to < limits.depth && distance.len() < limits.compared() {
            let steps = walked_to + 1;
            let mut found = near.links(&edge, None)?;
            // What leads back was walked along before.
            found.retain(|link| {
                [&link.subject, &link.object]
                    .iter()
                    .all(|end| distance.get(end.as_str()).is_none_or(|at| at + 1 >= steps))
            });
            let ends = found.iter().flat_map(|link| [link.subject.as_str(), link.object.as_str()]);
            edge = ends.filter(|node| !distance.contains_key(*node)).map(str::to_owned).collect();
            distance.extend(edge.iter().map(|node| (node.clone(), steps)));
            walked.extend(found);
            walked_to = steps;
        }
        let is_joined =
            !walked.is_empty() || (walked_to == 0 && !near.links(&BTreeSet::from([centre.clone()]), None)?.is_empty());
        let distance = distance.iter().map(|(node, steps)| (node.as_str(), *steps)).collect();
        let mut around = Surroundings::new(distance, walked.iter().map(Link::parts).collect(), limits);
        edge.retain(|node| around.compared.contains(node.as_str()));
        let last = near.links(&edge, Some(&edge))?;
        around.add(last.iter().map(Link::parts));
        let kept = around.nearest();
        let mut ids = BTreeMap::new();
        for iri in &kept {
            ids.insert(*iri, near.id(iri)?);
        }
        let (facts, counted) = around.between(&kept, |iri| ids[iri].clone());
        let kept: Vec<String> = kept.iter().map(|node| (*node).to_owned()).collect();
        let id = ids[centre.as_str()].clone();
        let ids = ids.into_values().collect();
        let alone = if facts.is_empty() { kept.as_slice() } else { &[] };
        let whole = near.graph(facts.clone(), &kept, alone)?.restricted_to(&ids).with_links(&facts);
        let (entities, facts) = (around.distance.len(), around.links.len());
        let selected = whole.select(selection);
        if !is_joined {
            // Only what it says by itself can keep it.
            selected.find(name)?;
        }
        // The selection has decided on these entities before, by more facts than are left here.
        let graph = selected.with_entities_of(&whole);
        Ok(Self { centre: id, limits, walked_to, entities, facts, counted, graph })
    }
}

/// Entities by distance, and facts among them as subject, fact and object; all by their IRIs.
struct Surroundings<'a> {
    limits: EgoLimits,
    distance: HashMap<&'a str, usize>,
    /// The nearest, and those that have most to do with what is nearer.
    compared: HashSet<&'a str>,
    links: Vec<[&'a str; 3]>,
}

impl<'a> Surroundings<'a> {
    /// Begins with the facts that were walked along: of each, one end is nearer than the depth.
    fn new(distance: HashMap<&'a str, usize>, walked: Vec<[&'a str; 3]>, limits: EgoLimits) -> Self {
        let mut around = Self { limits, distance, compared: HashSet::new(), links: walked };
        around.compared = around.ranked(around.distance.keys().copied()).into_iter().take(limits.compared()).collect();
        around
    }

    /// Adds the facts that join the farthest of those that are compared.
    fn add(&mut self, links: impl IntoIterator<Item = [&'a str; 3]>) {
        let compared = &self.compared;
        let is_compared = |[from, _, to]: &[&str; 3]| compared.contains(from) && compared.contains(to);
        self.links.extend(links.into_iter().filter(is_compared));
    }

    /// Orders entities by distance, then by how many facts join them, most first.
    fn ranked(&self, entities: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut degree: HashMap<&str, usize> = HashMap::with_capacity(self.distance.len());
        for [from, _, to] in &self.links {
            *degree.entry(from).or_default() += 1;
            if to != from {
                *degree.entry(to).or_default() += 1;
            }
        }
        let mut ranked: Vec<&str> = entities.collect();
        ranked.sort_by_cached_key(|id| {
            (self.distance.get(id), Reverse(degree.get(id).copied().unwrap_or_default()), *id)
        });
        ranked
    }

    /// Returns the nearest and best connected entities whose lines can be told apart in a drawing, each of them joined to
    /// one before.
    fn nearest(&self) -> BTreeSet<&'a str> {
        let mut pairs: HashMap<&str, BTreeMap<&str, usize>> = HashMap::new();
        for [from, _, to] in
            self.links.iter().filter(|[from, _, to]| self.compared.contains(from) && self.compared.contains(to))
        {
            *pairs.entry(from).or_default().entry(to).or_default() += 1;
            if from != to {
                *pairs.entry(to).or_default().entry(from).or_default() += 1;
            }
        }
        let (mut kept, mut lines) = (BTreeSet::new(), 0);
        for id in self.ranked(self.compared.iter().copied()) {
            if kept.len() >= self.limits.max_entities.max(1) {
                break;
            }
            let to_kept =
                pairs.get(id).into_iter().flatten().filter(|(other, _)| kept.contains(**other) || **other == id);
            let more: usize = to_kept.map(|(_, facts)| self.limits.lines(*facts)).sum();
            let is_joined = pairs.get(id).is_some_and(|others| others.keys().any(|other| kept.contains(other)));
            if kept.is_empty() || (is_joined && lines + more <= self.limits.max_lines) {
                kept.insert(id);
                lines += more;
            }
        }
        kept
    }

    /// Returns the facts among some entities that are kept, and how many there are between those with more; `id` returns
    /// the id of an entity.
    fn between(
        &self,
        kept: &BTreeSet<&str>,
        id: impl Fn(&str) -> String,
    ) -> (BTreeSet<String>, BTreeMap<(String, String), usize>) {
        let mut pairs: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for [from, fact, to] in self.links.iter().filter(|[from, _, to]| kept.contains(from) && kept.contains(to)) {
            pairs.entry((from.min(to), from.max(to))).or_default().push(fact);
        }
        let most = self.limits.max_between;
        let counted = pairs.iter().filter(|(_, facts)| facts.len() > most).map(|((one, other), facts)| {
            let (one, other) = (id(one), id(other));
            (if one <= other { (one, other) } else { (other, one) }, facts.len())
        });
        let counted = counted.collect();
        let facts = pairs.into_values().flat_map(|mut facts| {
            facts.sort_unstable();
            facts.into_iter().take(most).map(str::to_owned)
        });
        (facts.collect(), counted)
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
        assert_eq!(ids(EgoLimits { max_lines: 1, ..EgoLimits::default() }).2, facts);
    }

    #[test]
    fn a_neighbour_with_very_many_facts_leaves_room_for_others() {
        let mut quads = affair();
        quads.entity("hub", "Agency", "Hub").entity("small", "Agency", "Small");
        quads.fact("S", ["letter", "addressedTo", "small"], ["", "", "2014"], "confirmed");
        for at in 0..200 {
            quads.fact(&format!("H{at}"), ["letter", "addressedTo", "hub"], ["", "", "2014"], "confirmed");
        }
        let limits = EgoLimits { max_lines: 6, ..EgoLimits::default() };
        let near = Ego::read(&quads.store(), "letter", limits, &Selection::default(), None).expect("an ego");
        let whole = quads.graph().ego("letter", limits).expect("an ego");
        let names = |ego: &Ego| ego.graph.entities().map(|entity| entity.id.clone()).collect::<Vec<_>>();
        // Two hundred facts count as two lines, the bureau has three; two more to the firm would be too many.
        assert_eq!(names(&near), ["bureau", "hub", "letter", "small"]);
        assert_eq!(names(&whole), names(&near));
        assert_eq!(near.counted, BTreeMap::from([(("hub".to_owned(), "letter".to_owned()), 200)]));
        assert_eq!(whole.counted, near.counted);
        assert_eq!(near.graph.links().count(), 20 + 3 + 1);
    }

    #[test]
    fn of_very_many_neighbours_those_with_most_facts_are_compared() {
        let mut quads = affair();
        for at in 0..30 {
            let id = format!("n{at:02}");
            quads.entity(&id, "Agency", &id);
            quads.fact(&format!("N{at}"), ["letter", "addressedTo", &id], ["", "", "2014"], "confirmed");
        }
        quads.fact("M", ["n07", "partOf", "n08"], ["", "", "2014"], "confirmed");
        let limits = EgoLimits { max_entities: 2, ..EgoLimits::default() };
        let around = quads.graph().ego("letter", limits).expect("an ego");
        // The bureau has three facts with the letter, more than all others; what joins two of those is not counted.
        assert_eq!(around.graph.entities().map(|entity| entity.id.as_str()).collect::<Vec<_>>(), ["bureau", "letter"]);
        assert_eq!((around.entities, around.facts), (33, 35));
    }
}
