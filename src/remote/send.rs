//! Changes sent to an endpoint. In: what each subject loses and gains. Out: requests of limited size, each subject's change in
//! one: updates, and what is only added as N-Triples where the address of the Graph Store Protocol is stated.
//! <https://www.w3.org/TR/sparql11-update/>, <https://www.w3.org/TR/sparql11-http-rdf-update/#http-post>

use std::collections::BTreeMap;
use std::fmt::Write;

use oxigraph::model::{GraphName, Quad, Term};
use ureq::http::Uri;

use super::client::Content;
use super::{Endpoint, at};
use crate::store::{EndpointError, EndpointFault, Error};

/// Statements and bytes of an update.
const STATEMENTS: usize = 500;
const BYTES: usize = 200_000;
/// Bytes of triples that are added.
const ADDED_BYTES: usize = 4_000_000;

/// What one subject loses and gains.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) removed: Vec<Quad>,
    pub(super) added: Vec<Quad>,
}

impl Change {
    fn quads(&self) -> impl Iterator<Item = &Quad> {
        self.removed.iter().chain(&self.added)
    }
}

/// Where updates may go; once one was taken, where it was.
pub(super) struct Places(Vec<Uri>);

impl Endpoint {
    /// Returns where updates may go: the place that the settings name, or those that are usual beside the address for
    /// queries.
    pub(super) fn update_places(&self) -> Places {
        Places(self.update.clone().map_or_else(|| places_beside(&self.query), |place| vec![place]))
    }

    /// Sends changes: those that remove something first.
    pub(super) fn send(&self, changes: Vec<Change>, places: &mut Places) -> Result<(), Error> {
        let is_new = |change: &Change| change.removed.is_empty() && self.graph_store.is_some();
        let (new, others): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_new);
        in_parts(&others, STATEMENTS, BYTES, &mut |part| self.send_update(part, places))?;
        in_parts(&new, usize::MAX, ADDED_BYTES, &mut |part| self.send_triples(part))
    }

    /// Sends an update to the first place that takes it, which is the only one from then on.
    fn send_update(&self, changes: &[Change], Places(places): &mut Places) -> Result<(), EndpointError> {
        let text = update(changes);
        let mut refusal: Option<EndpointError> = None;
        for place in places.clone() {
            match self.client.send(&place, Content::Update(&text), |_| Ok(())) {
                Ok(()) => {
                    *places = vec![place];
                    return Ok(());
                }
                Err(error) => {
                    let is_elsewhere = matches!(
                        error.fault,
                        EndpointFault::NotFound(_)
                            | EndpointFault::Rejected { .. }
                            | EndpointFault::Forbidden(_)
                            | EndpointFault::Broken { .. }
                    );
                    if !is_elsewhere {
                        return Err(error);
                    }
                    // A place that is there tells more than one that is not.
                    if refusal.as_ref().is_none_or(|known| matches!(known.fault, EndpointFault::NotFound(_))) {
                        refusal = Some(error);
                    }
                }
            }
        }
        Err(refusal.expect("there is at least one place"))
    }

    /// Adds what some subjects gain, by one request for each graph. What is there already is added to no harm.
    fn send_triples(&self, changes: &[Change]) -> Result<(), EndpointError> {
        let Some(place) = &self.graph_store else { return Ok(()) };
        for (graph, triples) in by_graph(changes.iter().flat_map(|change| &change.added)) {
            self.client.send(&in_graph(place, graph), Content::Triples(&triples), |_| Ok(()))?;
        }
        Ok(())
    }
}

/// Sends changes in parts of limited size; one that is too much for the engine by two of half the size.
fn in_parts(
    mut changes: &[Change],
    statements: usize,
    bytes: usize,
    send: &mut dyn FnMut(&[Change]) -> Result<(), EndpointError>,
) -> Result<(), Error> {
    while !changes.is_empty() {
        let (now, later) = changes.split_at(fitting(changes, statements, bytes));
        halved(now, send)?;
        changes = later;
    }
    Ok(())
}

/// Sends some changes by one request; where it is too much for the engine, by two of half the size.
fn halved(
    changes: &[Change],
    send: &mut dyn FnMut(&[Change]) -> Result<(), EndpointError>,
) -> Result<(), EndpointError> {
    let Err(error) = send(changes) else { return Ok(()) };
    let may_be_too_much =
        matches!(error.fault, EndpointFault::TooLarge | EndpointFault::Broken { .. } | EndpointFault::Rejected { .. });
    if !may_be_too_much || changes.len() < 2 {
        return Err(error);
    }
    let (first, second) = changes.split_at(changes.len() / 2);
    halved(first, send)?;
    halved(second, send)
}

/// Returns how many changes one request takes, at least one, within so many statements and about so many bytes.
fn fitting(changes: &[Change], statements: usize, bytes: usize) -> usize {
    let (mut count, mut size) = (0, 0);
    let fits = |change: &&Change| {
        count += change.quads().count();
        size += change.quads().map(length).sum::<usize>();
        count <= statements && size <= bytes
    };
    changes.iter().take_while(fits).count().max(1)
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

/// Writes quads as N-Triples, by the IRI of their graph.
fn by_graph<'a>(quads: impl IntoIterator<Item = &'a Quad>) -> BTreeMap<&'a str, String> {
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

/// Writes changes as an update.
fn update(changes: &[Change]) -> String {
    let data = |how: &str, graphs: BTreeMap<&str, String>| {
        let graphs = graphs.into_iter().map(|(graph, triples)| format!("GRAPH <{graph}> {{\n{triples}}}\n"));
        format!("{how} DATA {{\n{}}}", graphs.collect::<String>())
    };
    let removed = by_graph(changes.iter().flat_map(|change| &change.removed));
    let added = by_graph(changes.iter().flat_map(|change| &change.added));
    let parts = [("DELETE", removed), ("INSERT", added)].into_iter().filter(|(_, graphs)| !graphs.is_empty());
    parts.map(|(how, graphs)| data(how, graphs)).collect::<Vec<_>>().join(" ;\n")
}

fn places_beside(query: &Uri) -> Vec<Uri> {
    let path = query.path().trim_end_matches('/');
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let paths = match name {
        "query" => vec![format!("{folder}/update"), path.to_owned()],
        _ if folder.ends_with("/repositories") => vec![format!("{path}/statements")],
        "sparql" => vec![path.to_owned(), format!("{folder}/update"), format!("{folder}/sparql-auth")],
        _ => vec![path.to_owned(), format!("{path}/update")],
    };
    paths.iter().filter_map(|path| at(query, if path.is_empty() { "/" } else { path })).collect()
}

/// Returns the address of a graph (indirect graph identification).
fn in_graph(place: &Uri, graph: &str) -> Uri {
    let sign = if place.query().is_some() { '&' } else { '?' };
    let graph: String = form_urlencoded::byte_serialize(graph.as_bytes()).collect();
    format!("{place}{sign}graph={graph}").parse().expect("an address with a parameter more is one")
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, NamedNode};

    use super::*;

    fn quad(subject: &str, object: &str, graph: &str) -> Quad {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://x.org/{name}"));
        Quad::new(node(subject), node("p"), Literal::from(object), node(graph))
    }

    #[test]
    fn what_is_lost_and_gained_goes_in_one_update_by_graph() {
        let change = Change {
            removed: vec![quad("a", "old", "g")],
            added: vec![quad("a", "new \"}", "g"), quad("a", "b\n", "h")],
        };
        assert_eq!(
            update(&[change]),
            "DELETE DATA {\nGRAPH <http://x.org/g> {\n<http://x.org/a> <http://x.org/p> \"old\" .\n}\n} ;\n\
             INSERT DATA {\nGRAPH <http://x.org/g> {\n<http://x.org/a> <http://x.org/p> \"new \\\"}\" .\n}\n\
             GRAPH <http://x.org/h> {\n<http://x.org/a> <http://x.org/p> \"b\\n\" .\n}\n}"
        );
    }

    #[test]
    fn updates_go_beside_queries() {
        let beside = |address: &str| {
            let places = places_beside(&address.parse().expect("address"));
            places.iter().map(|place| place.path().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(beside("http://x.org/query"), ["/update", "/query"]);
        assert_eq!(beside("http://x.org/ds/query"), ["/ds/update", "/ds/query"]);
        assert_eq!(beside("http://x.org/sparql"), ["/sparql", "/update", "/sparql-auth"]);
        assert_eq!(beside("http://x.org/repositories/nsl"), ["/repositories/nsl/statements"]);
        assert_eq!(beside("http://x.org/"), ["/", "/update"]);
    }

    #[test]
    fn a_graph_is_named_in_the_address() {
        let of = |place: &str| in_graph(&place.parse().expect("address"), "http://x.org/g#1").to_string();
        assert_eq!(of("http://y.org/store"), "http://y.org/store?graph=http%3A%2F%2Fx.org%2Fg%231");
        assert_eq!(of("http://y.org/s?db=1"), "http://y.org/s?db=1&graph=http%3A%2F%2Fx.org%2Fg%231");
    }
}
