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
                    (Some(subject.clone()), self.shape.predicate.clone(), None)
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
    let mut subjects: BTreeMap<Option<&NamedNode>, BTreeSet<&NamedNode>> = BTreeMap::new();
    let mut objects: BTreeMap<&NamedNode, BTreeSet<&NamedNode>> = BTreeMap::new();
    for pattern in patterns {
        match pattern {
            Pattern::Subject(subject, predicate) => {
                if !is_here(&(Some(subject.clone()), predicate.clone(), None)) {
                    subjects.entry(predicate.as_ref()).or_default().insert(subject);
                }
            }
            Pattern::Object(predicate, object) => {
                if !is_here(&(None, Some(predicate.clone()), Some(object.clone().into()))) {
                    objects.entry(object).or_default().insert(predicate);
                }
            }
        }
    }
    let mut batches = Vec::new();
    for (predicate, subjects) in subjects {
        let subjects: Vec<NamedNode> = subjects.into_iter().cloned().collect();
        batches.extend(subjects.chunks(BATCH).map(|chunk| Batch {
            shape: Shape { subjects: chunk.to_vec(), predicate: predicate.cloned(), ..Shape::default() },
            keys: chunk.iter().map(|node| (Some(node.clone()), predicate.cloned(), None)).collect(),
        }));
    }
    // Objects that are asked for with the same predicates go together.
    let mut alike: BTreeMap<Vec<&NamedNode>, Vec<NamedNode>> = BTreeMap::new();
    for (object, predicates) in objects {
        alike.entry(predicates.into_iter().collect()).or_default().push(object.clone());
    }
    for (predicates, objects) in alike {
        batches.extend(objects.chunks(BATCH).map(|chunk| {
            let pairs = predicates.iter().flat_map(|predicate| chunk.iter().map(move |object| (*predicate, object)));
            Batch {
                keys: pairs.map(|(p, o)| (None, Some(p.clone()), Some(o.clone().into()))).collect(),
                shape: Shape {
                    predicates: predicates.iter().map(|predicate| (*predicate).clone()).collect(),
                    objects: chunk.to_vec(),
                    ..Shape::default()
                },
            }
        }));
    }
    batches
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
