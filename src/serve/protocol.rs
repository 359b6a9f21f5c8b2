//! The SPARQL 1.1 Protocol: queries by GET, by form and as they are; updates by POST alone, where changes are on. In:
//! a request. Out: an answer in the format that was asked for; without a query, a description of the service.
//! <https://www.w3.org/TR/sparql11-protocol/>

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use oxigraph::model::GraphName;

use super::asking::{ask, blocking, limits};
use super::refusal::Refusal;
use super::request::{FORM, Parameters, content_type};
use super::room::Clock;
use super::viewing::Asked;
use super::{App, description, results};
use crate::query::{self, Protocol, Question};

/// The parameters of the protocol.
const PARAMETERS: [&str; 6] =
    ["query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"];

/// What a request asks for.
enum Operation {
    Query(String),
    Update(String),
    Nothing,
}

/// Answers one request of the protocol.
pub(super) async fn sparql(
    State(app): State<Arc<App>>,
    Extension(clock): Extension<Clock>,
    Extension(asked): Extension<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let parameters = &asked.parameters;
    parameters.no_misspelt_view(&PARAMETERS)?;
    let operation = match method {
        Method::GET | Method::HEAD => {
            if parameters.has("update") {
                return Err(Refusal::bad("an update is sent by POST, never by GET"));
            }
            operation(parameters)?
        }
        Method::POST => posted(&headers, parameters, &body)?,
        _ => return Err(Refusal::method("GET, HEAD and POST")),
    };
    match operation {
        Operation::Query(text) => answer(&app, clock, &headers, &text, asked).await,
        Operation::Update(text) => change(&app, clock, &headers, text, &asked).await,
        Operation::Nothing if method == Method::POST => Err(Refusal::bad("the request holds no query and no update")),
        Operation::Nothing => {
            let host = host(&headers);
            blocking(move || description::describe(&app, asked.view, &headers, &host)).await
        }
    }
}

fn posted(headers: &HeaderMap, parameters: &Parameters, body: &[u8]) -> Result<Operation, Refusal> {
    let media = content_type(headers)?;
    match media.as_str() {
        FORM => operation(parameters),
        "application/sparql-query" | "application/sparql-update" => {
            if parameters.has("query") || parameters.has("update") {
                return Err(Refusal::bad("the body is the query; the address may not hold another"));
            }
            let text = str::from_utf8(body).map_err(|_| Refusal::bad("the body is not UTF-8"))?.to_owned();
            let is_query = media.ends_with("query");
            Ok(if is_query { Operation::Query(text) } else { Operation::Update(text) })
        }
        _ => {
            let text = format!("send the body as {FORM}, application/sparql-query or application/sparql-update");
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text))
        }
    }
}

fn operation(parameters: &Parameters) -> Result<Operation, Refusal> {
    match (parameters.one("query")?, parameters.one("update")?) {
        (Some(_), Some(_)) => Err(Refusal::bad("a request holds a query or an update, not both")),
        (Some(query), None) => Ok(Operation::Query(query.to_owned())),
        (None, Some(update)) => Ok(Operation::Update(update.to_owned())),
        (None, None) => Ok(Operation::Nothing),
    }
}

async fn answer(
    app: &Arc<App>,
    clock: Clock,
    headers: &HeaderMap,
    text: &str,
    Asked { parameters, view }: Asked,
) -> Result<Response, Refusal> {
    let dataset = graphs(&parameters, ["default-graph-uri", "named-graph-uri"])?;
    // The header of a shipped question says nothing here: the parameters of a request are the protocol's.
    let question = Question::ad_hoc("the query", text).map_err(Refusal::from)?;
    let (base, copy) = (app.library.whole().about.base.clone(), text.to_owned());
    let checked = match blocking(move || Ok(query::check(&base, &copy))).await? {
        Err(query::Error::Syntax(error)) => return Ok(at_its_place(headers, &error)),
        other => other,
    };
    checked?;
    let (snapshot, answer) = ask(app, clock, view, question, Vec::new(), dataset).await?;
    let (headers, limit) = (headers.clone(), app.options.answer_bytes);
    blocking(move || results::respond(&answer, &headers, &snapshot, limit)).await
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
    clock: Clock,
    headers: &HeaderMap,
    text: String,
    asked: &Asked,
) -> Result<Response, Refusal> {
    app.access.may_write(headers)?;
    may_change_store(app)?;
    asked.changes_whole()?;
    let using = graphs(&asked.parameters, ["using-graph-uri", "using-named-graph-uri"])?;
    let library = Arc::clone(app);
    blocking(move || {
        let base = library.library.whole().about.base.clone();
        let limits = limits(&library, &clock.token);
        library.library.change(&clock, |store| Ok::<_, Refusal>(query::update(store, &base, &text, &using, &limits)?))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Returns the dataset that a request names by two parameters: the default graph, and what `GRAPH` reaches.
fn graphs(parameters: &Parameters, [default, named]: [&str; 2]) -> Result<Protocol, Refusal> {
    let default_graphs = parameters.iris(default)?.into_iter().map(GraphName::from).collect();
    Ok(Protocol { default_graphs, named_graphs: parameters.iris(named)? })
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
