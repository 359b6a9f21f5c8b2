//! What the service says of itself. In: a view and what the client accepts. Out: RDF in the vocabulary of the SPARQL 1.1
//! Service Description. <https://www.w3.org/TR/sparql11-service-description/>

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use axum::response::Response;
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Term, Triple};

use super::App;
use super::negotiation::choose;
use super::refusal::Refusal;
use super::results::{GRAPHS, with_type, write_graph};
use crate::view::View;
use crate::vocab::{rdf, void};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const FORMATS: &str = "http://www.w3.org/ns/formats/";

/// Describes the service that answers at `host`.
pub(super) fn describe(app: &App, view: View, headers: &HeaderMap, host: &str) -> Result<Response, Refusal> {
    let (format, media) = choose(headers, GRAPHS)?;
    let snapshot = app.library.snapshot(view)?;
    let sd = |local: &str| NamedNode::new_unchecked(format!("{SD}{local}"));
    let node = |name: &str| NamedOrBlankNode::from(BlankNode::new_unchecked(name));
    let mut triples = Vec::new();
    let mut add = |subject: &NamedOrBlankNode, predicate: NamedNode, object: Term| {
        triples.push(Triple::new(subject.clone(), predicate, object));
    };
    let (service, dataset, union) = (node("service"), node("dataset"), node("union"));
    add(&service, rdf::TYPE.into_owned(), sd("Service").into());
    // A host that is no part of an IRI does not get this far: it would be no name of this server.
    add(&service, sd("endpoint"), NamedNode::new_unchecked(format!("{host}/sparql")).into());
    add(&service, sd("supportedLanguage"), sd("SPARQL11Query").into());
    if app.access.writes() && snapshot.settings.folder.is_none() {
        add(&service, sd("supportedLanguage"), sd("SPARQL11Update").into());
    }
    add(&service, sd("feature"), sd("UnionDefaultGraph").into());
    for name in [
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
        "Turtle",
        "N-Triples",
        "RDF_XML",
        "JSON-LD",
    ] {
        add(&service, sd("resultFormat"), NamedNode::new_unchecked(format!("{FORMATS}{name}")).into());
    }
    add(&service, sd("defaultDataset"), BlankNode::new_unchecked("dataset").into());
    add(&dataset, rdf::TYPE.into_owned(), sd("Dataset").into());
    add(&dataset, sd("defaultGraph"), BlankNode::new_unchecked("union").into());
    add(&union, rdf::TYPE.into_owned(), sd("Graph").into());
    let (mut size, mut graphs) = (0_u64, BTreeSet::new());
    for quad in snapshot.data.quads() {
        size += 1;
        if let GraphName::NamedNode(name) = quad?.graph_name {
            graphs.insert(name);
        }
    }
    let size = Literal::from(size);
    add(&union, void::TRIPLES.into_owned(), size.into());
    for (number, name) in graphs.into_iter().enumerate() {
        let named = format!("graph{number}");
        add(&dataset, sd("namedGraph"), BlankNode::new_unchecked(named.as_str()).into());
        add(&node(&named), rdf::TYPE.into_owned(), sd("NamedGraph").into());
        add(&node(&named), sd("name"), name.into());
    }
    let mut bytes = Vec::new();
    write_graph(&triples, format, &snapshot, &mut bytes).map_err(|error| Refusal::internal(error.to_string()))?;
    Ok(with_type(bytes, media))
}
