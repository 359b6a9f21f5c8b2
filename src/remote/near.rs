//! What is asked about a small part of a case, put together in few requests. In: patterns. Out: their quads.
//! <https://www.w3.org/TR/sparql11-query/#inline-data>

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, NamedNodeRef, Quad};

use super::Endpoint;
use super::pattern::Shape;
use crate::store::{Error, Fetch, Pattern};

/// Nodes that one request asks for: few enough for engines that compile a query to a program of limited length.
const BATCH: usize = 150;

impl Fetch for Endpoint {
    fn fetch(&self, patterns: &[Pattern]) -> Result<Vec<Quad>, Error> {
        let mut quads = Vec::new();
        for shape in shapes(patterns) {
            quads.extend(self.fetch_from(&self.home, &shape)?);
        }
        Ok(quads)
    }

    fn count(
        &self,
        predicate: NamedNodeRef<'_>,
        object: NamedNodeRef<'_>,
        graph: Option<NamedNodeRef<'_>>,
    ) -> Result<usize, Error> {
        let (predicates, objects) = (vec![predicate.into_owned()], vec![object.into_owned()]);
        let shape = Shape { predicates, objects, ..Shape::default() };
        match graph {
            Some(graph) => self.count_shape(&self.home.in_graph(&graph.into_owned()), &shape),
            None => self.count_shape(&self.home, &shape),
        }
    }
}

/// Puts patterns together: nodes that are asked for with the same predicates become one request.
fn shapes(patterns: &[Pattern]) -> Vec<Shape> {
    type Alike = BTreeMap<NamedNode, BTreeSet<NamedNode>>;
    let (mut subjects, mut objects, mut shapes) = (Alike::new(), Alike::new(), Vec::new());
    for pattern in patterns {
        match pattern {
            Pattern::Subject(subject, predicate) => {
                subjects.entry(subject.clone()).or_default().extend(predicate.clone());
            }
            Pattern::Object(predicate, object) => {
                objects.entry(object.clone()).or_default().insert(predicate.clone());
            }
            Pattern::Property(predicate) => {
                shapes.push(Shape { predicates: vec![predicate.clone()], ..Shape::default() });
            }
        }
    }
    // A subject that is wanted whole has no predicates.
    let whole: BTreeSet<_> = patterns.iter().filter_map(whole_subject).collect();
    subjects.iter_mut().filter(|(subject, _)| whole.contains(subject)).for_each(|(_, predicates)| predicates.clear());
    for (nodes, are_subjects) in [(subjects, true), (objects, false)] {
        let mut alike: BTreeMap<Vec<NamedNode>, Vec<NamedNode>> = BTreeMap::new();
        for (node, predicates) in nodes {
            alike.entry(predicates.into_iter().collect()).or_default().push(node);
        }
        for (predicates, nodes) in alike {
            shapes.extend(nodes.chunks(BATCH).map(|nodes| {
                let (nodes, predicates) = (nodes.to_vec(), predicates.clone());
                if are_subjects {
                    Shape { subjects: nodes, predicates, ..Shape::default() }
                } else {
                    Shape { objects: nodes, predicates, ..Shape::default() }
                }
            }));
        }
    }
    shapes
}

fn whole_subject(pattern: &Pattern) -> Option<&NamedNode> {
    match pattern {
        Pattern::Subject(subject, None) => Some(subject),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_patterns_become_few_requests() {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://x.org/{name}"));
        let nodes: Vec<NamedNode> = (0..200).map(|n| node(&n.to_string())).collect();
        let ways = ["p", "q"].map(node);
        let mut patterns: Vec<Pattern> = nodes.iter().map(|n| Pattern::Subject(n.clone(), None)).collect();
        patterns.push(Pattern::Subject(nodes[0].clone(), Some(ways[0].clone())));
        patterns.extend(nodes.iter().flat_map(|n| ways.iter().map(|p| Pattern::Object(p.clone(), n.clone()))));
        let shapes = shapes(&patterns);
        assert_eq!(shapes.len(), 4);
        assert_eq!(shapes.iter().map(|shape| shape.subjects.len() + shape.objects.len()).sum::<usize>(), 400);
    }
}
