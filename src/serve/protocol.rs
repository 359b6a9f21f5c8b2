//! The SPARQL 1.1 Protocol: queries by GET, by form and as they are; updates by POST alone, where changes are on. In:
//! a request. Out: an answer in the format that was asked for; without a query, a description of the service.
//! <https://www.w3.org/TR/sparql11-protocol/>

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::asking::{ask, blocking, timed};
use super::refusal::Refusal;
use super::request::{Parameters, content_type};
use super::{App, description, results};
use crate::query::{self, Protocol, Question, Using};

/// Bytes of a body that is too long that are read all the same.
const DROPPED: usize = 64 << 20;

/// What a request asks for.
enum Operation {
    Query(String),
    Update(String),
    Nothing,
}

/// Answers one request of the protocol.
pub(super) async fn sparql(State(app): State<Arc<App>>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let (operation, parameters) = match parts.method {
        Method::GET | Method::HEAD => {
            let parameters = Parameters::of(&parts.uri)?;
            if parameters.has("update") {
                return Err(Refusal::bad("an update is sent by POST, never by GET"));
            }
            (operation(&parameters)?, parameters)
        }
        Method::POST => posted(&app, &parts.headers, &Parameters::of(&parts.uri)?, body).await?,
        _ => return Err(Refusal::method("GET, HEAD and POST")),
    };
    match operation {
        Operation::Query(text) => answer(&app, &parts.headers, &text, &parameters).await,
        Operation::Update(text) => change(&app, &parts.headers, text, &parameters).await,
        Operation::Nothing if parts.method == Method::POST => {
            Err(Refusal::bad("the request holds no query and no update"))
        }
        Operation::Nothing => {
            let (view, host) = (parameters.view()?, host(&parts.headers));
            blocking(move || description::describe(&app, view, &parts.headers, &host)).await
        }
    }
}

async fn posted(
    app: &Arc<App>,
    headers: &HeaderMap,
    address: &Parameters,
    body: Body,
) -> Result<(Operation, Parameters), Refusal> {
    let media = content_type(headers)?;
    let bytes = bytes_of(app, body).await?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| Refusal::bad("the body is not UTF-8"));
    match media.as_str() {
        "application/x-www-form-urlencoded" => {
            let parameters = address.clone().and(Parameters::parse(&bytes)?);
            Ok((operation(&parameters)?, parameters))
        }
        "application/sparql-query" | "application/sparql-update" => {
            if address.has("query") || address.has("update") {
                return Err(Refusal::bad("the body is the query; the address may not hold another"));
            }
            let text = text(bytes)?;
            let is_query = media.ends_with("query");
            Ok((if is_query { Operation::Query(text) } else { Operation::Update(text) }, address.clone()))
        }
        _ => {
            let known = "application/x-www-form-urlencoded, application/sparql-query or application/sparql-update";
            let text = format!("send the body as {known}");
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text))
        }
    }
}

/// Reads a body up to the limit. Of a longer one the rest is read and dropped, within reason: a client that is still
/// sending would not hear the refusal.
pub(super) async fn bytes_of(app: &Arc<App>, mut body: Body) -> Result<Vec<u8>, Refusal> {
    let limit = app.options.body_bytes;
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Refusal::bad("the body is cut off"))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(&data);
        } else if length > limit.saturating_add(DROPPED) {
            break;
        }
    }
    if length > limit {
        let text = format!("that is more than the {} MB that this server takes at once (--max-body)", limit >> 20);
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    Ok(bytes)
}

fn operation(parameters: &Parameters) -> Result<Operation, Refusal> {
    match (parameters.one("query")?, parameters.one("update")?) {
        (Some(_), Some(_)) => Err(Refusal::bad("a request holds a query or an update, not both")),
        (Some(query), None) => Ok(Operation::Query(query.to_owned())),
        (None, Some(update)) => Ok(Operation::Update(update.to_owned())),
        (None, None) => Ok(Operation::Nothing),
    }
}

async fn answer(app: &Arc<App>, headers: &HeaderMap, text: &str, parameters: &Parameters) -> Result<Response, Refusal> {
    let dataset = Protocol {
        default_graphs: parameters.iris("default-graph-uri")?,
        named_graphs: parameters.iris("named-graph-uri")?,
    };
    // The header of a shipped question says nothing here: the parameters of a request are the protocol's.
    let question = Question::ad_hoc("the query", text).map_err(Refusal::from)?;
    let view = parameters.view()?;
    let checked = match query::check(&app.library.whole().about.base, text) {
        Err(query::Error::Syntax(error)) => return Ok(at_its_place(headers, &error)),
        other => other,
    };
    checked?;
    let (snapshot, answer) = ask(app, view, question, Vec::new(), dataset).await?;
    let (headers, limit) = (headers.clone(), app.options.answer_bytes);
    blocking(move || results::respond(&answer, &headers, &snapshot.about.base, limit)).await
}

/// Tells where a query is wrong: in words, or as members of a problem (RFC 9457) for clients that read these.
fn at_its_place(headers: &HeaderMap, error: &query::SyntaxError) -> Response {
    const PROBLEM: &str = "application/problem+json";
    let accepts =
        headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains(PROBLEM));
    if !accepts {
        return Refusal::bad(error.to_string()).into_response();
    }
    let problem = serde_json::json!({
        "title": "the query is not SPARQL",
        "status": 400,
        "detail": error.message,
        "line": error.line,
        "column": error.column,
    });
    let mut response = (StatusCode::BAD_REQUEST, problem.to_string()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    response
}

async fn change(
    app: &Arc<App>,
    headers: &HeaderMap,
    text: String,
    parameters: &Parameters,
) -> Result<Response, Refusal> {
    app.access.may_write(headers)?;
    may_change_store(app)?;
    if !parameters.view()?.is_whole() {
        return Err(Refusal::bad("an update changes the whole case, not a view of it"));
    }
    let using = Using {
        default_graphs: parameters.iris("using-graph-uri")?,
        named_graphs: parameters.iris("using-named-graph-uri")?,
    };
    let library = Arc::clone(app);
    timed(app, move |token| {
        let base = library.library.whole().about.base.clone();
        library.library.change(|store| Ok::<_, Refusal>(query::update(store.oxigraph(), &base, &text, &using, token)?))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A folder of CSV files is the truth of its case: what is changed beside it would be lost at the next start.
pub(super) fn may_change_store(app: &App) -> Result<(), Refusal> {
    if app.library.whole().settings.folder.is_some() {
        let text =
            "this case is a folder of CSV files, and only they change it; serve a store to write to it by SPARQL";
        return Err(Refusal::new(StatusCode::FORBIDDEN, text));
    }
    Ok(())
}

/// Returns the name by which the client reached the server, for addresses of it in answers.
pub(super) fn host(headers: &HeaderMap) -> String {
    let host = headers.get(axum::http::header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}
