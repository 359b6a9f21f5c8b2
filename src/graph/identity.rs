//! Who is one with whom. In: a dataset with decisions about identity (`decisions.csv`). Out: for each entity the one that
//! stands for it. The latest decision about a pair counts; a view that does not know it yet keeps the two apart, and
//! without its row all is as before: entities are joined as they are read, and nowhere written together.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNodeRef;

use crate::store::{self, CaseStore, Columns};
use crate::vocab::{cg, rdf};

/// Predicates of decisions.
const DECISIONS: [NamedNodeRef<'static>; 3] = [cg::SAME_ENTITY, cg::DIFFERENT_ENTITY, cg::UNSURE_ENTITY];

/// Which entities are one, by IRI, as the decisions in force say. A decision is in force if its fact is accepted and no later
/// one is about the same two.
#[derive(Debug, Default)]
pub struct Identity {
    stands_for: BTreeMap<String, String>,
    members: BTreeMap<String, Vec<String>>,
    /// Facts that are decisions, and whether they are in force.
    decisions: BTreeMap<String, bool>,
    /// Pairs that a decision in force is about, each end as what stands for it, the smaller first.
    decided: BTreeSet<(String, String)>,
}

/// What was decided about a pair, and when.
struct Decision {
    day: String,
    fact: String,
    one: String,
    is_same: bool,
}

impl Identity {
    /// Reads the decisions of a dataset; of a view those that were made by its day.
    pub fn read(data: &CaseStore) -> Result<Self, store::Error> {
        Columns::ask(data, |columns| Ok(Self::of_columns(columns)))
    }

    /// Reads the decisions of a dataset by its columns.
    pub fn of_columns(columns: &Columns) -> Self {
        let mut latest: BTreeMap<(String, String), Decision> = BTreeMap::new();
        let mut decisions = BTreeMap::new();
        for predicate in DECISIONS {
            for fact in columns.with_object(rdf::PREDICATE, predicate) {
                let iri = fact.iri();
                decisions.insert(iri.clone(), false);
                let (Some(one), Some(other)) = (fact.node(rdf::SUBJECT), fact.node(rdf::OBJECT)) else { continue };
                // One that was taken back decides nothing.
                if !fact.is_true(cg::ASSERTED) || one.id == other.id {
                    continue;
                }
                let (one, other) = (one.iri(), other.iri());
                let day = fact.text(cg::KNOWN_EARLIEST).unwrap_or_default();
                let pair = if one < other { (one.clone(), other) } else { (other, one.clone()) };
                let decision = Decision { day, fact: iri, one, is_same: predicate == cg::SAME_ENTITY };
                let known = latest.get(&pair);
                if known.is_none_or(|known| (&known.day, &known.fact) < (&decision.day, &decision.fact)) {
                    latest.insert(pair, decision);
                }
            }
        }
        decisions.extend(latest.values().map(|decision| (decision.fact.clone(), true)));
        let mut identity = Self { decisions, ..Self::grouped(&latest) };
        identity.decided = latest.keys().map(|(one, other)| identity.pair(one, other)).collect();
        identity
    }

    fn grouped(latest: &BTreeMap<(String, String), Decision>) -> Self {
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

    /// Returns two entities as what stands for them, the smaller first.
    fn pair(&self, one: &str, other: &str) -> (String, String) {
        let (one, other) = (self.of(one), self.of(other));
        (one.min(other).to_owned(), one.max(other).to_owned())
    }

    /// Returns the entity that stands for one; most stand for themselves.
    pub fn of<'a>(&'a self, iri: &'a str) -> &'a str {
        self.stands_for.get(iri).map_or(iri, String::as_str)
    }

    /// Returns the entities that another stands for, each with that one, by IRI.
    pub(super) fn stand_ins(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.stands_for.iter().map(|(iri, head)| (iri.as_str(), head.as_str()));
        pairs.filter(|(iri, head)| iri != head)
    }

    /// Returns the facts that are decisions, by IRI.
    pub(super) fn decisions(&self) -> impl Iterator<Item = &str> {
        self.decisions.keys().map(String::as_str)
    }

    /// Tells whether there is any decision.
    pub fn is_empty(&self) -> bool {
        self.decisions.is_empty()
    }

    /// Tells whether a fact is a decision, by its IRI.
    pub fn is_decision(&self, fact: &str) -> bool {
        self.decisions.contains_key(fact)
    }

    /// Tells whether a fact is a decision that a later one replaced or that is not accepted.
    pub fn is_replaced(&self, fact: &str) -> bool {
        self.decisions.get(fact) == Some(&false)
    }

    /// Tells whether a decision in force is about two entities, or about any that are one with them, whatever it says.
    pub fn is_decided(&self, one: &str, other: &str) -> bool {
        self.decided.contains(&self.pair(one, other))
    }

    /// Returns the others that an entity stands for, sorted.
    pub fn others(&self, iri: &str) -> &[String] {
        self.members.get(iri).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Quads, affair};
    use super::super::{Ego, EgoLimits};
    use super::Identity;
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
    fn a_decision_about_one_is_about_all_that_are_one_with_it_until_it_is_replaced() {
        let about = |decisions: &[(&str, [&str; 3], &str)]| {
            let identity = Identity::read(&decided(decisions).store()).expect("decisions");
            let iri = |id: &str| format!("https://example.org/t/id/{id}");
            let decided = identity.is_decided(&iri("firm-3"), &iri("firm"));
            (decided, identity.is_replaced(&iri("fact/D1")), identity.others(&iri("firm")).len())
        };
        let same = ("D1", ["firm", "sameEntity", "firm-2"], "2026-01-01");
        let other = ("D2", ["firm-2", "differentEntity", "firm-3"], "2026-01-01");
        let back = ("D3", ["firm", "unsureEntity", "firm-2"], "2026-02-01");
        assert_eq!(about(&[same, other]), (true, false, 1));
        assert_eq!(about(&[same, other, back]), (false, true, 0));
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
