//! A dataset in which entities that were decided to be one are one node. In: a dataset and its decisions. Out: the same
//! quads, each entity by the IRI of the one that stands for it, without decisions that are no longer in force.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rdf_columns::{Derivation, Graph, ReadError, Table, TermId};

use super::Identity;
use crate::store::{CaseStore, Error};

/// What becomes of nodes, by their numbers.
#[derive(Default)]
struct Changes {
    /// Entities that another stands for, each with that one.
    stand_ins: HashMap<TermId, TermId>,
    /// Entities that stand for others, each with those.
    members: HashMap<TermId, Vec<TermId>>,
    /// Facts that are left out.
    replaced: HashSet<TermId>,
}

impl Identity {
    /// Returns a dataset in which entities that are one are one node. What two say of themselves is said once.
    pub fn merged(&self, data: &CaseStore) -> Result<CaseStore, Error> {
        let whole = data.columns();
        let number = |iri: &str| whole.find_iri(iri);
        let mut changes = Changes::default();
        for (iri, head) in self.stand_ins() {
            if let Some((id, head)) = number(iri)?.zip(number(head)?) {
                changes.stand_ins.insert(id, head);
                changes.members.entry(head).or_default().push(id);
            }
        }
        for fact in self.decisions().filter(|fact| self.is_replaced(fact)) {
            changes.replaced.extend(number(fact)?);
        }
        let changes = Arc::new(changes);
        let graphs = whole.graphs().iter().map(|graph| changes.graph(graph)).collect();
        Ok(CaseStore::of(whole.derived(whole.added(), graphs)))
    }
}

impl Changes {
    fn graph(self: &Arc<Self>, graph: &Graph) -> Graph {
        let table = |at: usize| {
            let (changes, graph) = (Arc::clone(self), graph.clone());
            let (property, table) = &graph.tables()[at];
            let (property, len) = (*property, table.len());
            (property, Table::derived(len, Merged { changes, graph, at }))
        };
        Graph::new(graph.name(), (0..graph.tables().len()).map(table).collect())
    }

    /// Returns what stands for a node.
    fn head(&self, id: TermId) -> TermId {
        self.stand_ins.get(&id).copied().unwrap_or(id)
    }

    /// Returns the nodes that a node stands for, itself too; none where another stands for it.
    fn members(&self, id: TermId) -> impl Iterator<Item = TermId> {
        let others = self.members.get(&id).into_iter().flatten().copied();
        (!self.stand_ins.contains_key(&id)).then_some(id).into_iter().chain(others)
    }
}

/// A table in which entities that are one are one node.
struct Merged {
    changes: Arc<Changes>,
    graph: Graph,
    at: usize,
}

impl Merged {
    fn table(&self) -> &Table {
        &self.graph.tables()[self.at].1
    }
}

impl Derivation for Merged {
    fn pairs(&self) -> Result<Vec<(TermId, TermId)>, ReadError> {
        let changes = &self.changes;
        let pairs = self.table().by_subject()?.pairs().filter(|(subject, _)| !changes.replaced.contains(subject));
        Ok(pairs.map(|(subject, object)| (changes.head(subject), changes.head(object))).collect())
    }

    fn objects(&self, subject: TermId) -> Result<Option<Vec<TermId>>, ReadError> {
        let mut objects = Vec::new();
        for member in self.changes.members(subject).filter(|member| !self.changes.replaced.contains(member)) {
            objects.extend(self.table().objects(member)?.map(|object| self.changes.head(object)));
        }
        Ok(Some(objects))
    }

    fn subjects(&self, object: TermId) -> Result<Option<Vec<TermId>>, ReadError> {
        let mut subjects = Vec::new();
        for member in self.changes.members(object) {
            let kept = self.table().subjects(member)?.filter(|subject| !self.changes.replaced.contains(subject));
            subjects.extend(kept.map(|subject| self.changes.head(subject)));
        }
        Ok(Some(subjects))
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{NamedNode, NamedNodeRef};

    use super::super::fixture::{Quads, affair};
    use super::*;
    use crate::store::sorted_quads;
    use crate::vocab::{cg, rdf};

    const BASE: &str = "https://example.org/t/id/";

    /// Two entries of the firm, each with a fact that says the same.
    fn two_entries(decisions: &[(&str, &str, &str)]) -> Quads {
        let mut quads = affair();
        quads.entity("firm-2", "Company", "Firm").fact(
            "X1",
            ["letter", "addressedTo", "firm-2"],
            ["2013", "2013", "2014-05-22"],
            "confirmed",
        );
        for (id, predicate, day) in decisions {
            quads.fact(id, ["firm", predicate, "firm-2"], ["0001", "9999", day], "asserted");
        }
        quads
    }

    fn merged(store: &CaseStore) -> CaseStore {
        Identity::read(store).expect("decisions").merged(store).expect("a store")
    }

    fn count(quads: &Quads, predicate: NamedNodeRef<'_>, object: &str) -> usize {
        let store = quads.store();
        let object = NamedNode::new_unchecked(format!("{BASE}{object}"));
        merged(&store).quads_for_pattern(None, Some(predicate), Some(object.as_ref().into()), None).count()
    }

    #[test]
    fn facts_of_both_are_found_at_the_one_that_stands_for_them_alone() {
        let quads = two_entries(&[("D1", "sameEntity", "2026-01-01")]);
        assert_eq!((count(&quads, rdf::OBJECT, "firm"), count(&quads, rdf::OBJECT, "firm-2")), (4, 0));
        let merged = merged(&quads.store());
        let firm = NamedNode::new_unchecked(format!("{BASE}firm"));
        let said = merged.quads_for_pattern(Some((&firm).into()), None, None, None).count();
        assert_eq!(said, 2, "the same class and label is said once");
    }

    #[test]
    fn what_was_taken_back_joins_nothing_and_is_no_longer_there() {
        let quads = two_entries(&[("D1", "sameEntity", "2026-01-01"), ("D2", "differentEntity", "2026-02-01")]);
        let merged = sorted_quads(&merged(&quads.store())).expect("quads");
        let without = two_entries(&[("D2", "differentEntity", "2026-02-01")]).store();
        assert_eq!(merged, sorted_quads(&without).expect("quads"));
        assert!(merged.iter().any(|quad| quad.object == cg::DIFFERENT_ENTITY.into_owned().into()));
    }
}
