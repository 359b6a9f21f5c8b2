//! What an import changes on an endpoint, by subject. In: quads to remove and to add. Out: changes in order, as many as one
//! request may take, and their triples by graph. Not here: how they are sent (`import`, `graph_store`).

use std::collections::BTreeMap;
use std::fmt::Write;

use oxigraph::model::{GraphName, Quad, Term};

/// What one subject loses and gains.
#[derive(Default)]
pub(super) struct Change<'a> {
    pub(super) removed: Vec<&'a Quad>,
    pub(super) added: Vec<&'a Quad>,
}

/// Puts a difference together by subject, in order.
pub(super) fn by_subject<'a>(removed: &'a [Quad], added: &'a [Quad]) -> Vec<Change<'a>> {
    let mut changes: BTreeMap<String, Change<'_>> = BTreeMap::new();
    for quad in removed {
        changes.entry(quad.subject.to_string()).or_default().removed.push(quad);
    }
    for quad in added {
        changes.entry(quad.subject.to_string()).or_default().added.push(quad);
    }
    changes.into_values().collect()
}

/// Returns how many changes one request takes, at least one, within so many statements and about so many bytes.
pub(super) fn fitting(changes: &[Change<'_>], statements: usize, bytes: usize) -> usize {
    let (mut count, mut size) = (0, 0);
    let fits = |change: &&Change<'_>| {
        let quads = || change.removed.iter().chain(&change.added);
        count += quads().count();
        size += quads().map(|quad| length(quad)).sum::<usize>();
        count <= statements && size <= bytes
    };
    changes.iter().take_while(fits).count().max(1)
}

/// Writes quads as N-Triples, by the IRI of their graph.
pub(super) fn by_graph<'a>(quads: impl IntoIterator<Item = &'a Quad>) -> BTreeMap<&'a str, String> {
    let mut graphs: BTreeMap<&str, String> = BTreeMap::new();
    for quad in quads {
        if let GraphName::NamedNode(graph) = &quad.graph_name {
            let triples = graphs.entry(graph.as_str()).or_default();
            writeln!(triples, "{} {} {} .", quad.subject, quad.predicate, quad.object)
                .expect("a String takes all that is written");
        }
    }
    graphs
}

/// Returns about how many bytes a quad takes.
fn length(quad: &Quad) -> usize {
    let object = match &quad.object {
        Term::Literal(literal) => literal.value().len() + 60,
        Term::NamedNode(node) => node.as_str().len(),
        _ => 60,
    };
    object + quad.predicate.as_str().len() + 60
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, NamedNode};

    use super::*;

    #[test]
    fn triples_go_to_their_graph() {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://x.org/{name}"));
        let quad = |graph: &str| Quad::new(node("s"), node("p"), Literal::from("a\n\"b"), node(graph));
        let (one, other) = (quad("1"), quad("2"));
        let triple = "<http://x.org/s> <http://x.org/p> \"a\\n\\\"b\" .\n";
        assert_eq!(
            by_graph([&other, &one]),
            BTreeMap::from([("http://x.org/1", triple.to_owned()), ("http://x.org/2", triple.to_owned())])
        );
    }
}
