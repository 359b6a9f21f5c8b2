//! The Reconciliation Service API 0.2 over HTTP, as `OpenRefine` speaks it: queries by GET and by form, suggestions, values
//! and previews. In: requests. Out: JSON, or a script that hands it to a function (JSONP), or a page. What is found is the
//! work of `reconcile`; who may ask is that of `access`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};

use super::App;
use super::asking::blocking;
use super::protocol::host;
use super::refusal::Refusal;
use super::request::{Parameters, content_type};
use super::room::Clock;
use crate::reconcile::{self, Addresses, Extension, Queries, Query, Suggest};
use crate::view::View;

const FORM: &str = "application/x-www-form-urlencoded";
/// Longest name of a function in a script.
const LONGEST_NAME: usize = 128;

/// What a request asks for.
enum Operation {
    One(Query),
    Batch(Queries),
    Extend(Extension),
}

/// Answers queries, requests for values, and, without any of them, what the service is.
pub(super) async fn reconcile(
    State(app): State<Arc<App>>,
    axum::Extension(clock): axum::Extension<Clock>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let address = Parameters::of(&uri)?;
    let parameters = match method {
        Method::GET | Method::HEAD => address,
        Method::POST if content_type(&headers)? == FORM => address.and(Parameters::parse(&body)?),
        Method::POST => {
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send the body as {FORM}")));
        }
        _ => return Err(Refusal::method("GET, HEAD and POST")),
    };
    let callback = callback(&app, &headers, &parameters)?;
    let view = parameters.view()?;
    let Some(operation) = operation(&parameters)? else {
        let answer = describe(&app, &view, host(&headers)).await?;
        return Ok(sent(&answer, callback.as_deref()));
    };
    let library = Arc::clone(&app);
    let answer = blocking(move || {
        let snapshot = library.library.snapshot(view)?;
        let reconciler = snapshot.reconciler()?;
        let found = |query: &Query| json!({ "result": reconciler.candidates(query) });
        Ok(match operation {
            Operation::One(query) => found(&query),
            Operation::Batch(Queries(queries)) => {
                // Nobody waits any more for the answer of a batch that was stopped.
                let queries = queries.into_iter().take_while(|_| !clock.token.is_cancelled());
                queries.map(|(key, query)| (key, found(&query))).collect::<Map<_, _>>().into()
            }
            Operation::Extend(extension) => reconciler.extend(&extension),
        })
    })
    .await?;
    Ok(sent(&answer, callback.as_deref()))
}

/// Answers one of the parts that the manifest names.
pub(super) async fn part(
    State(app): State<Arc<App>>,
    Path(part): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Refusal> {
    answer_part(&app, part, &headers, Parameters::of(&uri)?).await
}

/// Answers one of the parts, in a view that stands in the path: `OpenRefine` begins the query part of some addresses itself.
pub(super) async fn part_of_view(
    State(app): State<Arc<App>>,
    Path((part, view)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Refusal> {
    let parameters = Parameters::parse(view.as_bytes())?.and(Parameters::of(&uri)?);
    answer_part(&app, part, &headers, parameters).await
}

async fn answer_part(
    app: &Arc<App>,
    part: String,
    headers: &HeaderMap,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    let callback = callback(app, headers, &parameters)?;
    let (view, server) = (parameters.view()?, host(headers));
    let library = Arc::clone(app);
    if part == "preview" {
        let page = blocking(move || card(&library, &view, &server, &parameters)).await?;
        let mut response = page.into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        return Ok(response);
    }
    let answer = blocking(move || {
        let snapshot = library.library.snapshot(view)?;
        let reconciler = snapshot.reconciler()?;
        let suggest = |what| {
            let skipped = parameters.number("cursor")?.unwrap_or(0);
            Ok(reconciler.suggest(what, parameters.one("prefix")?.unwrap_or_default(), skipped))
        };
        match part.as_str() {
            "suggest-entity" => suggest(Suggest::Entity),
            "suggest-type" => suggest(Suggest::Type),
            "suggest-property" => suggest(Suggest::Property),
            "properties" => {
                Ok(reconciler.proposed(parameters.one("type")?.unwrap_or_default(), parameters.number("limit")?))
            }
            _ => Err(Refusal::missing(
                "the parts of the reconciliation service are named in its manifest, at /reconcile",
            )),
        }
    })
    .await?;
    Ok(sent(&answer, callback.as_deref()))
}

fn card(app: &App, view: &View, server: &str, parameters: &Parameters) -> Result<String, Refusal> {
    let id = parameters.one("id")?.ok_or_else(|| Refusal::bad("`id` is missing; send that of an entity"))?;
    let snapshot = app.library.snapshot(view.clone())?;
    let reconciler = snapshot.reconciler()?;
    let entity = reconciler.entity(id).ok_or_else(|| Refusal::missing("no entity of this case has that id"))?;
    let encoded: String = form_urlencoded::byte_serialize(entity.id.as_bytes()).collect();
    let more = addresses(server.to_owned(), view).view.replace("{{id}}", &encoded);
    Ok(reconcile::preview(reconciler, entity, &snapshot.about.lang, "/assets/preview.css", &more))
}

/// Describes the service. What answers it is prepared from now on: a client that adds a service does not wait long for it
/// to say what it is, and soon asks more.
async fn describe(app: &Arc<App>, view: &View, server: String) -> Result<Json, Refusal> {
    let library = Arc::clone(app);
    let asked = view.clone();
    let snapshot = blocking(move || Ok(library.library.snapshot(asked)?)).await?;
    let title = &snapshot.about.title;
    let name = if view.is_whole() { title.clone() } else { format!("{title}, {view}") };
    let manifest = reconcile::manifest(&snapshot.kinds(), &name, &snapshot.about.base, &addresses(server, view));
    if let Ok(turn) = Arc::clone(&app.ahead).try_acquire_owned() {
        // What cannot be prepared is told to those who ask for it.
        tokio::task::spawn_blocking(move || {
            drop(snapshot.reconciler().map(drop));
            drop(turn);
        });
    }
    Ok(manifest)
}

/// Reads what is asked for; none where the service is to say what it is.
fn operation(parameters: &Parameters) -> Result<Option<Operation>, Refusal> {
    // A parameter without a value asks for something, and is told what is missing.
    let given = |name: &str| Ok::<_, Refusal>(parameters.one(name)?.or(parameters.has(name).then_some("")));
    let operation = match (given("queries")?, given("query")?, given("extend")?) {
        (None, None, None) => return Ok(None),
        (Some(queries), None, None) => Operation::Batch(Queries::parse(queries)?),
        (None, Some(query), None) => {
            let mut query = Query::parse(query)?;
            query.types.extend(parameters.all("type").map(str::to_owned));
            query.limit = parameters.number("limit")?.unwrap_or(query.limit);
            Operation::One(query)
        }
        (None, None, Some(extend)) => Operation::Extend(Extension::parse(extend)?),
        _ => return Err(Refusal::bad("send one of `queries`, `query` and `extend`, not several")),
    };
    Ok(Some(operation))
}

fn addresses(server: String, view: &View) -> Addresses {
    let day = |name: &str, day: Option<_>| day.map(|day: crate::date::Day| format!("{name}={day}"));
    let possible = view.possible.then(|| "possible=true".to_owned());
    let words = [day("as-of", view.as_of), day("known-on", view.known_on), possible];
    let words = words.into_iter().flatten().collect::<Vec<_>>().join("&");
    let mark = |mark: &str| if words.is_empty() { String::new() } else { format!("{mark}{words}") };
    Addresses { view: format!("{server}/{}#/explore?select=entity%3A{{{{id}}}}", mark("?")), suffix: mark("/"), server }
}

/// Returns the function that a script is to call. Any page can load a script and so read what it hands over; hence only
/// those of an origin that was named at the start get one.
fn callback(app: &App, headers: &HeaderMap, parameters: &Parameters) -> Result<Option<String>, Refusal> {
    let Some(name) = parameters.one("callback")? else { return Ok(None) };
    if !is_function(name) {
        return Err(Refusal::bad("`callback` takes the name of a function: letters, digits, `_`, `$` and dots"));
    }
    if !app.access.is_named(headers, "/reconcile") {
        let text = "only a page whose origin was named with --allow-origin may load this as a script";
        return Err(Refusal::new(StatusCode::FORBIDDEN, text));
    }
    Ok(Some(name.to_owned()))
}

fn is_function(name: &str) -> bool {
    let is_part = |part: &str| {
        part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
            && part.chars().next().is_some_and(|c| !c.is_ascii_digit())
    };
    name.len() <= LONGEST_NAME && name.split('.').all(is_part)
}

fn sent(answer: &Json, callback: Option<&str>) -> Response {
    let (text, media) = match callback {
        None => (answer.to_string(), "application/json"),
        // The comment keeps the name from being read as the beginning of a file of another format.
        Some(name) => (format!("/**/{name}({answer});"), "text/javascript; charset=utf-8"),
    };
    let mut response = text.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_and_not_written() {
        for name in ["jsonp_1662580625915_97939", "jQuery1113._callbacks.q", "$"] {
            assert!(is_function(name), "{name}");
        }
        for text in ["alert(1)//", "a;b", "a b", "1a", "a..b", ".", "é", "a[0]", &"a".repeat(129)] {
            assert!(!is_function(text), "{text}");
        }
    }

    #[test]
    fn a_view_stands_in_the_path_of_the_parts() {
        let view = View { known_on: "2014-05-21".parse().ok(), possible: true, ..View::default() };
        let told = addresses("http://localhost".to_owned(), &view);
        assert_eq!(told.suffix, "/known-on=2014-05-21&possible=true");
        assert_eq!(told.view, "http://localhost/?known-on=2014-05-21&possible=true#/explore?select=entity%3A{{id}}");
        assert_eq!(Parameters::parse(&told.suffix.as_bytes()[1..]).expect("parameters").view().expect("a view"), view);
    }
}
