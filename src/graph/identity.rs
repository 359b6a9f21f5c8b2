//! Who is one with whom. In: a dataset with decisions about identity (`decisions.csv`). Out: for each entity the one that
//! stands for it. The latest decision about a pair counts; a view that does not know it yet keeps the two apart, and
//! without its row all is as before: entities are joined as they are read, and nowhere written together.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNodeRef;

use super::read::Resource;
use crate::store::{self, Dataset, Pattern};
use crate::vocab::{cg, rdf};

/// Predicates of decisions.
const DECISIONS: [NamedNodeRef<'_>; 3] = [cg::SAME_ENTITY, cg::DIFFERENT_ENTITY, cg::UNSURE_ENTITY];

/// Entities that are one, by IRI.
#[derive(Debug, Default)]
pub(super) struct Identity {
    stands_for: BTreeMap<String, String>,
    members: BTreeMap<String, Vec<String>>,
    decisions: BTreeSet<String>,
}

/// What was decided about a pair, and when.
struct Decision {
    day: String,
    fact: String,
    one: String,
    is_same: bool,
}

impl Identity {
    /// Reads the decisions.
    pub(super) fn read(data: &dyn Dataset) -> Result<Self, store::Error> {
        let mut latest: BTreeMap<(String, String), Decision> = BTreeMap::new();
        let mut decisions = BTreeSet::new();
        data.prefetch(&DECISIONS.map(|predicate| Pattern::Object(rdf::PREDICATE.into(), predicate.into())))?;
        for predicate in DECISIONS {
            for quad in data.quads_for_pattern(None, Some(rdf::PREDICATE), Some(predicate.into()), None) {
                let fact = quad?.subject.to_string();
                let fact = fact.trim_matches(['<', '>']).to_owned();
                let node = Resource::read(data, &fact)?;
                decisions.insert(fact.clone());
                let (Some(one), Some(other)) = (node.iri(rdf::SUBJECT), node.iri(rdf::OBJECT)) else { continue };
                // One that was taken back decides nothing.
                if !node.is_true(cg::ASSERTED) || one == other {
                    continue;
                }
                let day = node.text(cg::KNOWN_EARLIEST).unwrap_or_default().to_owned();
                let pair = (one.min(other).to_owned(), one.max(other).to_owned());
                let is_same = predicate == cg::SAME_ENTITY;
                let decision = Decision { day, fact, one: one.to_owned(), is_same };
                let known = latest.get(&pair);
                if known.is_none_or(|known| (&known.day, &known.fact) < (&decision.day, &decision.fact)) {
                    latest.insert(pair, decision);
                }
            }
        }
        Ok(Self { decisions, ..Self::joined(&latest) })
    }

    fn joined(latest: &BTreeMap<(String, String), Decision>) -> Self {
        let mut groups: Vec<BTreeSet<String>> = Vec::new();
        let mut absorbed: BTreeSet<&str> = BTreeSet::new();
        for ((a, b), decision) in latest.iter().filter(|(_, decision)| decision.is_same) {
            let (touching, mut rest): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| group.contains(a) || group.contains(b));
            let mut group: BTreeSet<String> = touching.into_iter().flatten().collect();
            group.extend([a.clone(), b.clone()]);
            rest.push(group);
            groups = rest;
            absorbed.insert(if decision.one == *a { b } else { a });
        }
        let mut identity = Self::default();
        for group in groups {
            // The one that no decision puts second stands for all; of several the first by IRI.
            let head = group.iter().find(|iri| !absorbed.contains(iri.as_str())).or(group.first()).cloned();
            let Some(head) = head else { continue };
            for iri in &group {
                identity.stands_for.insert(iri.clone(), head.clone());
            }
            identity.members.insert(head.clone(), group.into_iter().filter(|iri| *iri != head).collect());
        }
        identity
    }

    /// Returns the entity that stands for one; most stand for themselves.
    pub(super) fn of<'a>(&'a self, iri: &'a str) -> &'a str {
        self.stands_for.get(iri).map_or(iri, String::as_str)
    }

    /// Tells whether anything was decided.
    pub(super) fn decides(&self) -> bool {
        !self.decisions.is_empty()
    }

    /// Tells whether a fact is a decision, by its IRI.
    pub(super) fn is_decision(&self, fact: &str) -> bool {
        self.decisions.contains(fact)
    }

    /// Returns the others that an entity stands for.
    pub(super) fn others(&self, iri: &str) -> &[String] {
        self.members.get(iri).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Quads, affair};
    use super::super::{Ego, EgoLimits};
    use crate::vocab::cg;

    fn decided(decisions: &[(&str, [&str; 3], &str)]) -> Quads {
        let mut quads = affair();
        quads.entity("firm-2", "Company", "The Firm").entity("firm-3", "Company", "Firm Ltd");
        quads.predicate("sued", "sued", cg::EVENT);
        quads.fact("X1", ["firm-2", "sued", "ministry"], ["2015", "2015", "2015"], "confirmed");
        for (id, triple, day) in decisions {
            quads.fact(id, *triple, ["0001", "9999", day], "asserted");
        }
        quads
    }

    fn ids(quads: &Quads) -> Vec<String> {
        quads.graph().entities().map(|entity| entity.id.clone()).filter(|id| id.starts_with("firm")).collect()
    }

    #[test]
    fn the_facts_of_one_are_those_of_the_other_and_its_names_stay() {
        let graph = decided(&[("D1", ["firm", "sameEntity", "firm-2"], "2026-01-01")]).graph();
        assert_eq!(graph.fact("X1").expect("X1").link(), Some(("firm", "ministry")));
        assert!(graph.entity("firm-2").is_none() && graph.fact("D1").is_none());
        let firm = graph.entity("firm").expect("firm");
        assert_eq!(firm.aliases, ["The Firm", "firm-2"]);
        assert_eq!(graph.find("firm-2").expect("by its old id").id, "firm");
    }

    #[test]
    fn the_latest_decision_counts_and_without_one_all_is_as_before() {
        let same = ("D1", ["firm", "sameEntity", "firm-2"], "2026-01-01");
        let again = ("D2", ["firm-2", "differentEntity", "firm"], "2026-02-01");
        assert_eq!(ids(&decided(&[same])), ["firm", "firm-3"]);
        assert_eq!(ids(&decided(&[same, again])), ["firm", "firm-2", "firm-3"]);
        let facts = |quads: &Quads| format!("{:?}", quads.graph().facts().collect::<Vec<_>>());
        assert_eq!(facts(&decided(&[same, again])), facts(&decided(&[])));
    }

    #[test]
    fn what_is_one_with_one_is_one_with_all_of_it() {
        let chain = [
            ("D1", ["firm-3", "sameEntity", "firm"], "2026-01-01"),
            ("D2", ["firm", "sameEntity", "firm-2"], "2026-01-01"),
        ];
        assert_eq!(ids(&decided(&chain)), ["firm-3"]);
    }

    #[test]
    fn surroundings_and_paths_reach_through_one_to_the_other() {
        let quads = decided(&[("D1", ["firm", "sameEntity", "firm-2"], "2026-01-01")]);
        let (store, all) = (quads.store(), crate::graph::Selection::default());
        let around = Ego::read(&store, "firm-2", EgoLimits::default(), &all, None).expect("an ego").graph;
        assert_eq!(
            around.entities().map(|entity| entity.id.as_str()).collect::<Vec<_>>(),
            ["firm", "letter", "ministry"]
        );
        let joining = crate::graph::EntityGraph::joining(&store, "letter", "ministry", &all, None).expect("paths");
        let paths = joining.shortest_paths("letter", "ministry", 9).expect("paths").paths;
        let whole = quads.graph().shortest_paths("letter", "ministry", 9).expect("paths").paths;
        assert_eq!(paths, whole);
        assert!(paths.contains(&["letter", "firm", "ministry"].map(str::to_owned).to_vec()));
    }
}
