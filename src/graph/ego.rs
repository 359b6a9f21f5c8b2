//! What lies around an entity. In: a dataset, of which only the neighbourhood is read; a name and limits. Out: the nearest
//! and best connected entities, the facts among them, and how much there is beyond. Facts are followed in both directions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rdf_columns::TermId;

use super::neighbourhood::{Link, Neighbourhood};
use super::{EntityGraph, Error, Selection};
use crate::store::{self, Columns};

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

impl Ego {
    /// Reads what lies around an entity by facts that a selection keeps, and no more of a dataset than that takes.
    pub fn read<'n>(
        data: impl Into<store::Near<'n>>,
        name: &str,
        limits: EgoLimits,
        selection: &Selection,
        lang: Option<&str>,
    ) -> Result<Self, Error> {
        Columns::ask(data, |columns| {
            let mut near = Neighbourhood::new(columns, selection, lang)?;
            let centre = near.find(name)?;
            let around = Surroundings::walk(centre, limits, &mut near)?;
            let is_joined =
                !around.links.is_empty() || (around.walked_to == 0 && !near.links(&[centre].into(), None)?.is_empty());
            let kept: Vec<TermId> = around.nearest().into_iter().collect();
            let ids: BTreeMap<TermId, String> = kept.iter().map(|id| (*id, near.id(*id))).collect();
            let (facts, counted) = around.between(&ids, columns);
            let id = ids[&centre].clone();
            let alone = if facts.is_empty() { kept.as_slice() } else { &[] };
            let whole = near.graph(&facts, &kept, alone);
            let facts = facts.into_iter().map(|fact| columns.text(fact)).collect();
            let whole = whole.restricted_to(&ids.into_values().collect()).with_links(&facts);
            let selected = whole.select(selection);
            if !is_joined {
                // Only what it says by itself can keep it.
                selected.find(name)?;
            }
            // The selection has decided on these entities before, by more facts than are left here.
            Ok(around.ego(id, counted, selected.with_entities_of(&whole)))
        })
    }
}

/// Entities by distance, and facts among them.
struct Surroundings {
    limits: EgoLimits,
    walked_to: usize,
    distance: HashMap<TermId, usize>,
    /// The nearest, and those that have most to do with what is nearer, by IRI.
    compared: Vec<TermId>,
    /// The facts that were walked along, of each of which one end is nearer than `walked_to`; of those that join the
    /// farthest, those between two that are compared.
    links: Vec<Link>,
}

impl Surroundings {
    /// Walks from an entity, step by step.
    fn walk(centre: TermId, limits: EgoLimits, near: &mut Neighbourhood<'_>) -> Result<Self, Error> {
        let distance = HashMap::from([(centre, 0)]);
        let mut around = Self { limits, walked_to: 0, distance, compared: Vec::new(), links: Vec::new() };
        let mut edge = BTreeSet::from([centre]);
        while around.walked_to < limits.depth && around.distance.len() < limits.compared() {
            let (steps, distance) = (around.walked_to + 1, &mut around.distance);
            let mut found = near.links(&edge, None)?;
            // What leads back was walked along before.
            found.retain(|link| link.ends().iter().all(|end| distance.get(end).is_none_or(|at| at + 1 >= steps)));
            edge = found.iter().flat_map(Link::ends).filter(|node| !distance.contains_key(node)).collect();
            distance.extend(edge.iter().map(|node| (*node, steps)));
            around.links.extend(found);
            around.walked_to = steps;
        }
        let mut entities: Vec<TermId> = around.distance.keys().copied().collect();
        near.sort(&mut entities);
        around.compared = around.ranked(entities);
        around.compared.truncate(limits.compared());
        near.sort(&mut around.compared);
        edge = around.compared.iter().copied().filter(|node| edge.contains(node)).collect();
        around.links.extend(near.links(&edge, Some(&edge))?);
        Ok(around)
    }

    /// Returns what is kept of it.
    fn ego(&self, centre: String, counted: BTreeMap<(String, String), usize>, graph: EntityGraph) -> Ego {
        let Self { limits, walked_to, distance, links, .. } = self;
        Ego {
            centre,
            limits: *limits,
            walked_to: *walked_to,
            entities: distance.len(),
            facts: links.len(),
            counted,
            graph,
        }
    }

    /// Orders entities by distance, then by how many facts join them, most first; equals stay in their order.
    fn ranked(&self, mut entities: Vec<TermId>) -> Vec<TermId> {
        let mut degree: HashMap<TermId, usize> = HashMap::with_capacity(self.distance.len());
        for [from, to] in self.links.iter().map(Link::ends) {
            *degree.entry(from).or_default() += 1;
            if to != from {
                *degree.entry(to).or_default() += 1;
            }
        }
        entities.sort_by_key(|id| (self.distance.get(id), Reverse(degree.get(id).copied().unwrap_or_default())));
        entities
    }

    /// Returns the nearest and best connected entities whose lines can be told apart in a drawing, each of them joined to
    /// one before.
    fn nearest(&self) -> BTreeSet<TermId> {
        let compared: HashSet<TermId> = self.compared.iter().copied().collect();
        let mut pairs: HashMap<TermId, BTreeMap<TermId, usize>> = HashMap::new();
        let ends = self.links.iter().map(Link::ends);
        for [from, to] in ends.filter(|ends| ends.iter().all(|end| compared.contains(end))) {
            *pairs.entry(from).or_default().entry(to).or_default() += 1;
            if from != to {
                *pairs.entry(to).or_default().entry(from).or_default() += 1;
            }
        }
        let (mut kept, mut lines) = (BTreeSet::new(), 0);
        for id in self.ranked(self.compared.clone()) {
            if kept.len() >= self.limits.max_entities.max(1) {
                break;
            }
            let to_kept =
                pairs.get(&id).into_iter().flatten().filter(|(other, _)| kept.contains(*other) || **other == id);
            let more: usize = to_kept.map(|(_, facts)| self.limits.lines(*facts)).sum();
            let is_joined = pairs.get(&id).is_some_and(|others| others.keys().any(|other| kept.contains(other)));
            if kept.is_empty() || (is_joined && lines + more <= self.limits.max_lines) {
                kept.insert(id);
                lines += more;
            }
        }
        kept
    }

    /// Returns the facts that are kept among some entities, whose ids are given, and how many there are between those with
    /// more.
    fn between(
        &self,
        kept: &BTreeMap<TermId, String>,
        columns: &Columns,
    ) -> (BTreeSet<TermId>, BTreeMap<(String, String), usize>) {
        let mut pairs: BTreeMap<(TermId, TermId), Vec<TermId>> = BTreeMap::new();
        for link in self.links.iter().filter(|link| link.ends().iter().all(|end| kept.contains_key(end))) {
            let [from, to] = link.ends();
            pairs.entry((from.min(to), from.max(to))).or_default().push(link.fact);
        }
        let most = self.limits.max_between;
        let counted = pairs.iter().filter(|(_, facts)| facts.len() > most).map(|((one, other), facts)| {
            let (one, other) = (kept[one].clone(), kept[other].clone());
            (if one <= other { (one, other) } else { (other, one) }, facts.len())
        });
        let counted = counted.collect();
        let facts = pairs.into_values().flat_map(|mut facts| {
            columns.sort(&mut facts);
            facts.into_iter().take(most)
        });
        (facts.collect(), counted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Quads, affair};
    use super::*;

    fn around(quads: &Quads, limits: EgoLimits) -> Ego {
        Ego::read(&quads.store(), "letter", limits, &Selection::default(), None).expect("an ego")
    }

    fn ids(limits: EgoLimits) -> (Vec<String>, usize, usize) {
        let ego = around(&affair(), limits);
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
        let near = around(&quads, limits);
        let names: Vec<&str> = near.graph.entities().map(|entity| entity.id.as_str()).collect();
        // Two hundred facts count as two lines, the bureau has three; two more to the firm would be too many.
        assert_eq!(names, ["bureau", "hub", "letter", "small"]);
        assert_eq!(near.counted, BTreeMap::from([(("hub".to_owned(), "letter".to_owned()), 200)]));
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
        let around = around(&quads, limits);
        // The bureau has three facts with the letter, more than all others; what joins two of those is not counted.
        assert_eq!(around.graph.entities().map(|entity| entity.id.as_str()).collect::<Vec<_>>(), ["bureau", "letter"]);
        assert_eq!((around.entities, around.facts), (33, 35));
    }
}
