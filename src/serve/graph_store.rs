//! The SPARQL 1.1 Graph Store HTTP Protocol: graphs by name (`?graph=IRI`, `?default`), read by all, written where
//! changes are on. Without a name, the whole dataset is read. <https://www.w3.org/TR/sparql11-http-rdf-update/>

use std::io::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::{GraphName, GraphNameRef, NamedNode, Quad, Triple};
use oxigraph::store::StorageError;

use super::App;
use super::asking::blocking;
use super::library::Snapshot;
use super::negotiation::{Offer, choose};
use super::protocol::may_change_store;
use super::refusal::Refusal;
use super::request::content_type;
use super::results::{Capped, GRAPHS, name_view, with_type, write_graph};
use super::room::Clock;
use super::viewing::Asked;
use crate::query::of_turtle;
use crate::store::sorted_quads;

const DATASETS: &[Offer<RdfFormat>] = &[
    Offer { format: RdfFormat::TriG, names: &["application/trig"] },
    Offer { format: RdfFormat::NQuads, names: &["application/n-quads"] },
];

/// Which graph a request is about.
#[derive(Clone)]
enum Target {
    /// All graphs.
    Dataset,
    /// The default graph: read, it is the union of all graphs, as in queries.
    Default,
    Named(NamedNode),
}

/// Answers one request of the protocol.
pub(super) async fn store(
    State(app): State<Arc<App>>,
    Extension(clock): Extension<Clock>,
    Extension(asked): Extension<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let parameters = &asked.parameters;
    parameters.only(&["graph", "default"])?;
    let target = match (parameters.iris("graph")?.as_slice(), parameters.has("default")) {
        ([], false) => Target::Dataset,
        ([], true) => Target::Default,
        ([graph], false) => Target::Named(graph.clone()),
        _ => return Err(Refusal::bad("name one graph, by `graph=IRI` or `default`")),
    };
    match method {
        Method::GET | Method::HEAD => {
            blocking(move || read(&app, &target, &*app.library.snapshot(asked.view)?, &headers)).await
        }
        Method::PUT | Method::POST | Method::DELETE => {
            app.access.may_write(&headers)?;
            may_change_store(&app)?;
            asked.changes_whole()?;
            change(&app, clock, target, &method, &headers, body).await
        }
        _ => Err(Refusal::method("GET, HEAD, PUT, POST and DELETE")),
    }
}

fn read(app: &App, target: &Target, snapshot: &Snapshot, headers: &HeaderMap) -> Result<Response, Refusal> {
    let data = &snapshot.data;
    let too_large = |_| Refusal::bad(format!("the graph takes more than {} bytes", app.options.answer_bytes));
    let mut out = Capped { bytes: Vec::new(), limit: app.options.answer_bytes };
    if matches!(target, Target::Dataset) {
        let (format, media) = choose(headers, DATASETS)?;
        name_view(&snapshot.view, format, &mut out).map_err(too_large)?;
        let mut serializer = RdfSerializer::from_format(format).for_writer(&mut out);
        for quad in sorted_quads(data)? {
            serializer.serialize_quad(&quad).map_err(too_large)?;
        }
        serializer.finish().map_err(too_large)?.flush().map_err(too_large)?;
        return Ok(with_type(out.bytes, media));
    }
    let (format, media) = choose(headers, GRAPHS)?;
    let graph = match target {
        Target::Named(name) => {
            if data.quads_for_pattern(None, None, None, Some(name.into())).next().transpose()?.is_none() {
                return Err(Refusal::missing(format!("there is no graph {name}")));
            }
            Some(GraphNameRef::from(name))
        }
        _ => None,
    };
    let quads = data.quads_for_pattern(None, None, None, graph);
    let mut triples = quads.map(|quad| quad.map(Triple::from)).collect::<Result<Vec<_>, _>>()?;
    triples.sort_by_cached_key(ToString::to_string);
    triples.dedup();
    write_graph(&triples, format, snapshot, &mut out).map_err(too_large)?;
    Ok(with_type(out.bytes, media))
}

async fn change(
    app: &Arc<App>,
    clock: Clock,
    target: Target,
    method: &Method,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let graph = match target {
        Target::Named(name) => GraphName::from(name),
        Target::Default => GraphName::DefaultGraph,
        Target::Dataset => return Err(Refusal::bad("name the graph to change, by `graph=IRI` or `default`")),
    };
    let replaces = method != Method::POST;
    let quads = if method == Method::DELETE {
        None
    } else {
        let format = format_of(headers)?;
        let graph = graph.clone();
        Some(blocking(move || parse(&body, format, graph)).await?)
    };
    let library = Arc::clone(app);
    let status = blocking(move || {
        let mut status = StatusCode::NO_CONTENT;
        library.library.change(&clock, |store| {
            let fault = |error: StorageError| Refusal::internal(error.to_string());
            let mut there = store.quads_for_pattern(None, None, None, Some(graph.as_ref()));
            let existed = graph.is_default_graph() || there.next().transpose().map_err(fault)?.is_some();
            if quads.is_none() && !existed {
                return Err(Refusal::missing("there is no such graph"));
            }
            if quads.is_some() && !existed {
                status = StatusCode::CREATED;
            }
            if replaces {
                store.clear_graph(graph.as_ref()).map_err(fault)?;
            }
            store.extend(quads.unwrap_or_default()).map_err(fault)
        })?;
        Ok(status)
    })
    .await?;
    Ok(status.into_response())
}

fn format_of(headers: &HeaderMap) -> Result<RdfFormat, Refusal> {
    let media = content_type(headers)?;
    // Of a body without a type, the protocol says that it is RDF/XML. That is not read: its entities grow without bound.
    let media = if media.is_empty() { "text/turtle" } else { media.as_str() };
    let known = RdfFormat::from_media_type(media);
    known.filter(|format| matches!(format, RdfFormat::Turtle | RdfFormat::NTriples)).ok_or_else(|| {
        let text = format!("`{media}` is not read here; send the graph as Turtle or N-Triples");
        Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text)
    })
}

fn parse(bytes: &[u8], format: RdfFormat, graph: GraphName) -> Result<Vec<Quad>, Refusal> {
    let text = str::from_utf8(bytes).map_err(|_| Refusal::bad("the body is not UTF-8"))?;
    of_turtle(text).map_err(|extent| Refusal::bad(extent.to_string()))?;
    let parser = RdfParser::from_format(format).without_named_graphs().with_default_graph(graph);
    let quads = parser.for_slice(text).collect::<Result<Vec<_>, _>>();
    quads.map_err(|error| Refusal::bad(format!("the body is not {}: {error}", format.name())))
}
