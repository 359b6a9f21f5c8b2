//! What an import only adds, over the SPARQL 1.1 Graph Store HTTP Protocol. In: new quads by subject. Out: their triples
//! as N-Triples, added to their graphs in requests of limited size; a graph is named in the address.
//! <https://www.w3.org/TR/sparql11-http-rdf-update/#http-post>

use ureq::http::Uri;

use super::Endpoint;
use super::change::{Change, by_graph, fitting};
use super::client::Content;
use crate::store::{EndpointError, EndpointFault, Error};

/// Bytes of one request.
const BYTES: usize = 4_000_000;

impl Endpoint {
    /// Adds what some subjects gain, in requests of limited size; what they lose is not looked at.
    pub(super) fn add(&self, place: &Uri, changes: &[Change<'_>]) -> Result<(), Error> {
        let mut rest = changes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(fitting(rest, usize::MAX, BYTES));
            self.post(place, now)?;
            rest = later;
        }
        Ok(())
    }

    /// Adds what some subjects gain by one request for each graph; where that is too much for the engine, by two of half
    /// the size. What is there already is added to no harm.
    fn post(&self, place: &Uri, changes: &[Change<'_>]) -> Result<(), EndpointError> {
        for (graph, triples) in by_graph(changes.iter().flat_map(|change| change.added.iter().copied())) {
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

/// Returns the address of a graph (indirect graph identification).
fn in_graph(place: &Uri, graph: &str) -> Uri {
    let sign = if place.query().is_some() { '&' } else { '?' };
    let graph: String = form_urlencoded::byte_serialize(graph.as_bytes()).collect();
    format!("{place}{sign}graph={graph}").parse().expect("an address with a parameter more is one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_is_named_in_the_address() {
        let of = |place: &str| in_graph(&place.parse().expect("address"), "http://x.org/g#1").to_string();
        assert_eq!(of("http://y.org/store"), "http://y.org/store?graph=http%3A%2F%2Fx.org%2Fg%231");
        assert_eq!(of("http://y.org/s?db=1"), "http://y.org/s?db=1&graph=http%3A%2F%2Fx.org%2Fg%231");
    }
}
