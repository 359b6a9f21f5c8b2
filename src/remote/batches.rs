//! What is going to be asked, put together in few requests. In: patterns. Out: shapes that answer many at once, and the
//! patterns that each answers. Not here: asking (`dataset`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad};

use super::fetched::Key;
use super::pattern::Shape;
use crate::store::Pattern;

/// Nodes that one request asks for: few enough for engines that compile a query to a program of limited length.
const BATCH: usize = 150;

/// A request for many patterns.
pub(super) struct Batch {
    pub(super) shape: Shape,
    /// The patterns that it answers, whole.
    pub(super) keys: Vec<Key>,
}

impl Batch {
    /// Shares quads out to the patterns; one that has none gets none.
    pub(super) fn share(self, quads: Vec<Quad>) -> impl Iterator<Item = (Key, Vec<Quad>)> {
        let mut shared: HashMap<Key, Vec<Quad>> = HashMap::new();
        for quad in quads {
            let key = match &quad.subject {
                NamedOrBlankNode::NamedNode(subject) if !self.shape.subjects.is_empty() => {
                    let is_whole = self.shape.predicates.is_empty();
                    of_subject(subject, Some(&quad.predicate).filter(|_| !is_whole))
                }
                _ => (None, Some(quad.predicate.clone()), Some(quad.object.clone())),
            };
            shared.entry(key).or_default().push(quad);
        }
        self.keys.into_iter().map(move |key| {
            let quads = shared.remove(&key).unwrap_or_default();
            (key, quads)
        })
    }
}

/// Puts patterns together; those that `is_here` knows are left out.
pub(super) fn batches(patterns: &[Pattern], is_here: impl Fn(&Key) -> bool) -> Vec<Batch> {
    let mut whole: BTreeSet<&NamedNode> = BTreeSet::new();
    let mut subjects: BTreeMap<&NamedNode, BTreeSet<&NamedNode>> = BTreeMap::new();
    let mut objects: BTreeMap<&NamedNode, BTreeSet<&NamedNode>> = BTreeMap::new();
    for pattern in patterns {
        match pattern {
            Pattern::Subject(subject, None) => {
                whole.insert(subject);
            }
            Pattern::Subject(subject, Some(predicate)) => {
                subjects.entry(subject).or_default().insert(predicate);
            }
            Pattern::Object(predicate, object) => {
                objects.entry(object).or_default().insert(predicate);
            }
            // Whole as it is, it is fetched by itself.
            Pattern::Property(_) => {}
        }
    }
    whole.retain(|subject| !is_here(&of_subject(subject, None)));
    for (subject, predicates) in &mut subjects {
        predicates.retain(|predicate| !whole.contains(subject) && !is_here(&of_subject(subject, Some(predicate))));
    }
    for (object, predicates) in &mut objects {
        predicates.retain(|predicate| !is_here(&of_object(predicate, object)));
    }
    let whole: Vec<NamedNode> = whole.into_iter().cloned().collect();
    let mut batches: Vec<Batch> = whole.chunks(BATCH).map(|nodes| batch(nodes, &[], Shape::of_subjects)).collect();
    for (predicates, nodes) in alike(subjects) {
        batches.extend(nodes.chunks(BATCH).map(|nodes| batch(nodes, &predicates, Shape::of_subjects)));
    }
    for (predicates, nodes) in alike(objects) {
        batches.extend(nodes.chunks(BATCH).map(|nodes| batch(nodes, &predicates, Shape::of_objects)));
    }
    batches
}

/// Puts nodes together that are asked for with the same predicates.
fn alike(nodes: BTreeMap<&NamedNode, BTreeSet<&NamedNode>>) -> BTreeMap<Vec<NamedNode>, Vec<NamedNode>> {
    let mut alike: BTreeMap<Vec<NamedNode>, Vec<NamedNode>> = BTreeMap::new();
    for (node, predicates) in nodes.into_iter().filter(|(_, predicates)| !predicates.is_empty()) {
        alike.entry(predicates.into_iter().cloned().collect()).or_default().push(node.clone());
    }
    alike
}

fn batch(nodes: &[NamedNode], predicates: &[NamedNode], shape: fn(&[NamedNode], &[NamedNode]) -> Shape) -> Batch {
    let shape = shape(nodes, predicates);
    let is_of_subjects = !shape.subjects.is_empty();
    let keys = match (is_of_subjects, predicates) {
        (true, []) => nodes.iter().map(|node| of_subject(node, None)).collect(),
        (true, _) => pairs(nodes, predicates).map(|(node, p)| of_subject(node, Some(p))).collect(),
        (false, _) => pairs(nodes, predicates).map(|(node, p)| of_object(p, node)).collect(),
    };
    Batch { shape, keys }
}

fn pairs<'a>(nodes: &'a [NamedNode], others: &'a [NamedNode]) -> impl Iterator<Item = (&'a NamedNode, &'a NamedNode)> {
    nodes.iter().flat_map(move |node| others.iter().map(move |other| (node, other)))
}

fn of_subject(subject: &NamedNode, predicate: Option<&NamedNode>) -> Key {
    (Some(subject.clone()), predicate.cloned(), None)
}

fn of_object(predicate: &NamedNode, object: &NamedNode) -> Key {
    (None, Some(predicate.clone()), Some(object.clone().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("http://x.org/{name}"))
    }

    #[test]
    fn many_patterns_become_few_requests() {
        let nodes: Vec<NamedNode> = (0..200).map(|n| node(&n.to_string())).collect();
        let ways = ["p", "q"].map(node);
        let mut patterns: Vec<Pattern> = nodes.iter().map(|n| Pattern::Subject(n.clone(), None)).collect();
        patterns.extend(nodes.iter().flat_map(|n| ways.iter().map(|p| Pattern::Object(p.clone(), n.clone()))));
        let batches = batches(&patterns, |_| false);
        assert_eq!(batches.len(), 4);
        assert_eq!(batches.iter().map(|batch| batch.keys.len()).sum::<usize>(), 600);
    }

    #[test]
    fn what_is_here_is_not_fetched_again() {
        let patterns = [Pattern::Subject(node("a"), None), Pattern::Subject(node("a"), None)];
        assert!(batches(&patterns, |_| true).is_empty());
    }
}
