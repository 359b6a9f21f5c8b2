//! What the explorer shows: the data of the case, and drawings of the part that was chosen. In: requests. Out: JSON,
//! and drawings in their formats. A request that names a view gets what the view shows, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::App;
use super::asking::blocking;
use super::library::Snapshot;
use super::refusal::Refusal;
use super::request::Parameters;
use super::viewing::Asked;
use crate::diagram::{self, ClaimsOptions, Drawing, Format, PathOptions, RelationshipsOptions, TimelineOptions};
use crate::graph::{Ego, EgoLimits, EntityGraph, Fact, Selection};
use crate::view::View;

/// Most entities that a client may ask to have drawn.
const MOST_NODES: usize = 150;
/// What a drawing can be asked for.
const WORDS: [&str; 14] = [
    "class",
    "predicate",
    "status",
    "confidence",
    "source",
    "fact",
    "max",
    "entity",
    "depth",
    "from",
    "to",
    "lane",
    "lanes",
    "width",
];

/// Sends the case as the front end reads it.
pub(super) async fn data(
    State(app): State<Arc<App>>,
    Extension(Asked { parameters, view }): Extension<Asked>,
) -> Result<Response, Refusal> {
    parameters.only(&[])?;
    let bytes = blocking(move || Ok(app.library.snapshot(view)?.document())).await?;
    Ok(sent(bytes, "application/json"))
}

/// Makes what the first reader will ask for, so that it is there, or well begun, by then. What cannot be made is told to
/// those who ask for it.
pub(super) fn prepare(app: &Arc<App>) {
    let document = Arc::clone(app);
    tokio::task::spawn_blocking(move || drop(document.library.whole().document()));
    let app = Arc::clone(app);
    let file = Path("relationships.svg".to_owned());
    tokio::spawn(async move { drop(draw(State(app), Extension(Asked::default()), file, Uri::from_static("/")).await) });
}

/// Opens the view that a page will ask for while the browser still reads the page. Whoever asks for it then waits for the
/// rest of the work; to those who have yet to show a token nothing is done ahead.
pub(super) fn prepare_view(app: &Arc<App>, view: View) {
    if view.is_whole() || app.access.asks_for_token() {
        return;
    }
    let Ok(turn) = Arc::clone(&app.ahead).try_acquire_owned() else { return };
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || {
        drop(app.library.snapshot(view).map(|snapshot| snapshot.document()));
        drop(turn);
    });
}

/// Sends a drawing, such as `timeline.svg`.
pub(super) async fn draw(
    State(app): State<Arc<App>>,
    Extension(Asked { parameters, view }): Extension<Asked>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Refusal> {
    parameters.only(&WORDS)?;
    let (kind, extension) = file.rsplit_once('.').unwrap_or((&file, "svg"));
    let format = Format::parse(extension)
        .ok_or_else(|| Refusal::missing(format!("`{extension}` is not a format of drawings")))?;
    let key = format!("{file}?{}", uri.query().unwrap_or_default());
    let library = Arc::clone(&app);
    let snapshot = blocking(move || Ok(library.library.snapshot(view)?)).await?;
    if let Some(bytes) = snapshot.drawing(&key) {
        return Ok(sent(bytes, media(format)));
    }
    let Ok(permit) = Arc::clone(&app.drawings).acquire_owned().await else { return Err(Refusal::busy()) };
    // Another request may have had it drawn in the meantime.
    if let Some(bytes) = snapshot.drawing(&key) {
        return Ok(sent(bytes, media(format)));
    }
    let kind = kind.to_owned();
    let bytes = blocking(move || {
        let drawing = drawing(&snapshot, &kind, &parameters)?;
        let bytes = Bytes::from(drawing.render(format)?);
        snapshot.keep(key, bytes.clone());
        drop(permit);
        Ok(bytes)
    })
    .await?;
    Ok(sent(bytes, media(format)))
}

fn drawing(snapshot: &Snapshot, kind: &str, parameters: &Parameters) -> Result<Drawing, Refusal> {
    let graph = chosen(snapshot, parameters)?;
    let style = &snapshot.settings.style;
    let most = parameters.number("max")?.map(|most| most.clamp(2, MOST_NODES));
    let name = |name: &str| parameters.one(name)?.ok_or_else(|| Refusal::bad(format!("`{name}` is missing")));
    Ok(match kind {
        "relationships" => {
            let options = RelationshipsOptions::default();
            let max_nodes = most.unwrap_or(options.max_nodes);
            let max_lines = options.max_lines.max(max_nodes * 4);
            diagram::relationships(&graph, style, &RelationshipsOptions { max_nodes, max_lines, ..options })
        }
        "ego" => {
            let depth = parameters.number("depth")?.unwrap_or(1).min(4);
            let limits = EgoLimits::default();
            let max_entities = most.unwrap_or(limits.max_entities);
            let limits = EgoLimits { depth, max_entities, ..limits };
            let lang = Some(snapshot.about.lang.as_str());
            diagram::ego(&Ego::read(&snapshot.data, name("entity")?, limits, graph.selection(), lang)?, style, None)
        }
        "path" => diagram::path(&graph, style, name("from")?, name("to")?, &PathOptions::default())?,
        "timeline" => {
            let options = TimelineOptions::default();
            let lanes = parameters.all("lane").map(str::to_owned).collect();
            let max_lanes = parameters.number("lanes")?.unwrap_or(options.max_lanes).clamp(1, 60);
            let width =
                parameters.number("width")?.and_then(|width| u16::try_from(width).ok()).unwrap_or(options.width);
            diagram::timeline(&graph, style, &TimelineOptions { lanes, max_lanes, width, ..options })?
        }
        "claims" => diagram::claims(&graph, style, &ClaimsOptions::default()),
        _ => return Err(Refusal::missing(format!("`{kind}` is not a kind of drawing"))),
    })
}

/// Returns the part of the graph that the parameters choose.
fn chosen(snapshot: &Snapshot, parameters: &Parameters) -> Result<EntityGraph, Refusal> {
    let all = |name: &str| parameters.all(name).map(str::to_owned).collect::<BTreeSet<_>>();
    let confidence = parameters.number("confidence")?.map(|least| u8::try_from(least.min(100)).unwrap_or(100));
    let mut wanted = Selection {
        classes: all("class"),
        predicates: all("predicate"),
        min_confidence: confidence,
        ..Selection::from(&snapshot.view)
    };
    for status in parameters.all("status") {
        wanted.add_status(status)?;
    }
    let (sources, facts) = (all("source"), all("fact"));
    let graph = if wanted.is_empty() { snapshot.graph.clone() } else { snapshot.graph.select(&wanted) };
    if sources.is_empty() && facts.is_empty() {
        return Ok(graph);
    }
    let is_wanted = |fact: &Fact| {
        let mut told_by = fact.sources.iter();
        (facts.is_empty() || facts.contains(&fact.id))
            && (sources.is_empty() || told_by.any(|source| sources.contains(&source.id)))
    };
    let ids = graph.facts().filter(|fact| is_wanted(fact)).map(|fact| fact.id.as_str()).collect();
    Ok(graph.keeping(&ids))
}

const fn media(format: Format) -> &'static str {
    match format {
        Format::Svg => "image/svg+xml",
        Format::Png => "image/png",
        Format::Pdf => "application/pdf",
        Format::Dot => "text/vnd.graphviz; charset=utf-8",
        Format::Text => "text/plain; charset=utf-8",
    }
}

fn sent(bytes: Bytes, media: &'static str) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
