//! A dataset in which entities that were decided to be one are one node. In: a dataset and its decisions. Out: the same
//! quads, each entity by the IRI of the one that stands for it, without decisions that are no longer in force.

use std::collections::HashSet;

use oxigraph::model::{
    GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
};

use super::Identity;
use crate::store::{Dataset, Error, Pattern, Quads};

/// A dataset in which entities that are one are one node.
pub struct Joined<'a> {
    data: &'a dyn Dataset,
    identity: &'a Identity,
}

impl<'a> Joined<'a> {
    /// Joins the entities of a dataset.
    pub const fn new(data: &'a dyn Dataset, identity: &'a Identity) -> Self {
        Self { data, identity }
    }

    /// Returns the nodes that a node of a pattern stands for: none for one that another stands for.
    fn members(&self, node: &str) -> Vec<NamedNode> {
        if self.identity.of(node) != node {
            return Vec::new();
        }
        let others = self.identity.others(node).iter().map(String::as_str);
        std::iter::once(node).chain(others).map(NamedNode::new_unchecked).collect()
    }

    /// Puts what stands for the ends of a quad in their place; tells whether either end has others that it stands for.
    fn join(&self, quad: &mut Quad) -> bool {
        let mut is_joined = false;
        if let NamedOrBlankNode::NamedNode(node) = &mut quad.subject {
            is_joined |= self.put_head(node);
        }
        if let Term::NamedNode(node) = &mut quad.object {
            is_joined |= self.put_head(node);
        }
        is_joined
    }

    fn put_head(&self, node: &mut NamedNode) -> bool {
        let head = self.identity.of(node.as_str());
        let stands_for_others = !self.identity.others(head).is_empty();
        if head != node.as_str() {
            *node = NamedNode::new_unchecked(head);
        }
        stands_for_others
    }

    fn is_replaced(&self, quad: &Quad) -> bool {
        matches!(&quad.subject, NamedOrBlankNode::NamedNode(node) if self.identity.is_replaced(node.as_str()))
    }
}

impl Dataset for Joined<'_> {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        let subjects: Vec<Option<NamedOrBlankNode>> = match subject {
            Some(NamedOrBlankNodeRef::NamedNode(node)) => {
                self.members(node.as_str()).into_iter().map(|node| Some(node.into())).collect()
            }
            other => vec![other.map(NamedOrBlankNodeRef::into_owned)],
        };
        let objects: Vec<Option<Term>> = match object {
            Some(TermRef::NamedNode(node)) => {
                self.members(node.as_str()).into_iter().map(|node| Some(node.into())).collect()
            }
            other => vec![other.map(TermRef::into_owned)],
        };
        let mut asked: Vec<Quads<'_>> = Vec::new();
        for subject in &subjects {
            for object in &objects {
                let (subject, object) =
                    (subject.as_ref().map(NamedOrBlankNode::as_ref), object.as_ref().map(Term::as_ref));
                asked.push(self.data.quads_for_pattern(subject, predicate, object, graph));
            }
        }
        // What two say of themselves is said once of the one that they are.
        let mut said = HashSet::new();
        let joined = asked.into_iter().flatten().filter_map(move |quad| match quad {
            Ok(quad) if self.is_replaced(&quad) => None,
            Ok(mut quad) => (!self.join(&mut quad) || said.insert(quad.clone())).then_some(Ok(quad)),
            Err(error) => Some(Err(error)),
        });
        Box::new(joined)
    }

    fn is_far(&self) -> bool {
        self.data.is_far()
    }

    fn prefetch(&self, patterns: &[Pattern]) -> Result<(), Error> {
        self.data.prefetch(patterns)
    }

    fn prefetch_all(&self) -> Result<(), Error> {
        self.data.prefetch_all()
    }
}

#[cfg(test)]
mod tests {
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

    fn count(quads: &Quads, predicate: NamedNodeRef<'_>, object: &str) -> usize {
        let store = quads.store();
        let identity = Identity::read(&store).expect("decisions");
        let object = NamedNode::new_unchecked(format!("{BASE}{object}"));
        Joined::new(&store, &identity)
            .quads_for_pattern(None, Some(predicate), Some(object.as_ref().into()), None)
            .count()
    }

    #[test]
    fn facts_of_both_are_found_at_the_one_that_stands_for_them_alone() {
        let quads = two_entries(&[("D1", "sameEntity", "2026-01-01")]);
        assert_eq!((count(&quads, rdf::OBJECT, "firm"), count(&quads, rdf::OBJECT, "firm-2")), (4, 0));
        let store = quads.store();
        let identity = Identity::read(&store).expect("decisions");
        let joined = Joined::new(&store, &identity);
        let firm = NamedNode::new_unchecked(format!("{BASE}firm"));
        let said = joined.quads_for_pattern(Some((&firm).into()), None, None, None).count();
        assert_eq!(said, 2, "the same class and label is said once");
    }

    #[test]
    fn what_was_taken_back_joins_nothing_and_is_no_longer_there() {
        let quads = two_entries(&[("D1", "sameEntity", "2026-01-01"), ("D2", "differentEntity", "2026-02-01")]);
        let store = quads.store();
        let identity = Identity::read(&store).expect("decisions");
        let joined = sorted_quads(&Joined::new(&store, &identity)).expect("quads");
        let without = two_entries(&[("D2", "differentEntity", "2026-02-01")]).store();
        assert_eq!(joined, sorted_quads(&without).expect("quads"));
        assert!(joined.iter().any(|quad| quad.object == cg::DIFFERENT_ENTITY.into_owned().into()));
    }
}
