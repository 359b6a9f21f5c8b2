//! What an import only adds, over the SPARQL 1.1 Graph Store HTTP Protocol. In: new quads by subject. Out: their triples
//! as N-Triples, added to their graphs in requests of limited size; a graph is named in the address.
//! <https://www.w3.org/TR/sparql11-http-rdf-update/#http-post>

use std::collections::BTreeMap;
use std::fmt::Write;

use oxigraph::model::GraphName;
use ureq::http::Uri;

use super::Endpoint;
use super::client::Content;
use super::import::{Change, length};
use crate::store::{EndpointError, EndpointFault, Error};

/// Bytes of one request.
const BYTES: usize = 4_000_000;

impl Endpoint {
    /// Adds what some subjects gain, in requests of limited size; what they lose is not looked at.
    pub(super) fn add(&self, place: &Uri, changes: &[Change<'_>]) -> Result<(), Error> {
        let mut rest = changes;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |change: &&Change<'_>| {
                bytes += change.added.iter().map(|quad| length(quad)).sum::<usize>();
                bytes <= BYTES
            };
            let (now, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
            self.post(place, now)?;
            rest = later;
        }
        Ok(())
    }

    /// Adds what some subjects gain by one request for each graph; where that is too much for the engine, by two of half
    /// the size. What is there already is added to no harm.
    fn post(&self, place: &Uri, changes: &[Change<'_>]) -> Result<(), EndpointError> {
        for (graph, triples) in by_graph(changes) {
            let sent = self.client.send(&in_graph(place, graph), Content::Triples(&triples), |_| Ok(()));
            match sent {
                Err(error) if matches!(error.fault, EndpointFault::TooLarge) && changes.len() > 1 => {
                    let (first, second) = changes.split_at(changes.len() / 2);
                    self.post(place, first)?;
                    return self.post(place, second);
                }
                sent => sent?,
            }
        }
        Ok(())
    }
}

/// Writes what is gained as N-Triples, by the IRI of its graph.
fn by_graph<'a>(changes: &[Change<'a>]) -> BTreeMap<&'a str, String> {
    let mut graphs: BTreeMap<&str, String> = BTreeMap::new();
    for quad in changes.iter().flat_map(|change| &change.added) {
        if let GraphName::NamedNode(graph) = &quad.graph_name {
            let triples = graphs.entry(graph.as_str()).or_default();
            writeln!(triples, "{} {} {} .", quad.subject, quad.predicate, quad.object)
                .expect("a String takes all that is written");
        }
    }
    graphs
}

/// Returns the address of a graph (indirect graph identification).
fn in_graph(place: &Uri, graph: &str) -> Uri {
    let sign = if place.query().is_some() { '&' } else { '?' };
    let graph: String = form_urlencoded::byte_serialize(graph.as_bytes()).collect();
    format!("{place}{sign}graph={graph}").parse().expect("an address with a parameter more is one")
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, NamedNode, Quad};

    use super::*;

    #[test]
    fn a_graph_is_named_in_the_address() {
        let of = |place: &str| in_graph(&place.parse().expect("address"), "http://x.org/g#1").to_string();
        assert_eq!(of("http://y.org/store"), "http://y.org/store?graph=http%3A%2F%2Fx.org%2Fg%231");
        assert_eq!(of("http://y.org/s?db=1"), "http://y.org/s?db=1&graph=http%3A%2F%2Fx.org%2Fg%231");
    }

    #[test]
    fn triples_go_to_their_graph() {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://x.org/{name}"));
        let quad = |graph: &str| Quad::new(node("s"), node("p"), Literal::from("a\n\"b"), node(graph));
        let (one, other) = (quad("1"), quad("2"));
        let changes = [Change { removed: Vec::new(), added: vec![&other, &one] }];
        let triple = "<http://x.org/s> <http://x.org/p> \"a\\n\\\"b\" .\n";
        assert_eq!(
            by_graph(&changes),
            BTreeMap::from([("http://x.org/1", triple.to_owned()), ("http://x.org/2", triple.to_owned())])
        );
    }
}
