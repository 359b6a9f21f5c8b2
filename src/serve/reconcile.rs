//! The Reconciliation Service API 0.2 over HTTP, as `OpenRefine` speaks it: queries by GET and by form, suggestions, values
//! and previews. In: requests. Out: JSON, or a script that hands it to a function (JSONP), or a page. What is found is the
//! work of `reconcile`; who may ask is that of `access`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};

use super::App;
use super::asking::blocking;
use super::protocol::host;
use super::refusal::Refusal;
use super::request::{FORM, Parameters, VIEWING, content_type};
use super::room::Clock;
use super::viewing::Asked;
use crate::reconcile::{self, Addresses, Extension, Queries, Query, Suggest};
use crate::view::View;

/// Longest name of a function in a script.
const LONGEST_NAME: usize = 128;
/// The parameters of the service; `OpenRefine` and its JSONP send more.
const PARAMETERS: [&str; 9] = ["query", "queries", "extend", "type", "limit", "prefix", "cursor", "id", "callback"];

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
    axum::Extension(Asked { parameters, view }): axum::Extension<Asked>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    parameters.no_misspelt_view(&PARAMETERS)?;
    match method {
        Method::GET | Method::HEAD => {}
        Method::POST if content_type(&headers)? == FORM => {}
        Method::POST => {
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send the body as {FORM}")));
        }
        _ => return Err(Refusal::method("GET, HEAD and POST")),
    }
    let callback = callback(&app, &headers, &parameters)?;
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
    axum::Extension(asked): axum::Extension<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    answer_part(&app, part, &headers, asked).await
}

/// Answers one of the parts, in a view that stands in the path: `OpenRefine` begins the query part of some addresses itself.
pub(super) async fn part_of_view(
    State(app): State<Arc<App>>,
    Path((part, _)): Path<(String, String)>,
    axum::Extension(asked): axum::Extension<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    answer_part(&app, part, &headers, asked).await
}

async fn answer_part(
    app: &Arc<App>,
    part: String,
    headers: &HeaderMap,
    Asked { parameters, view }: Asked,
) -> Result<Response, Refusal> {
    parameters.no_misspelt_view(&PARAMETERS)?;
    let callback = callback(app, headers, &parameters)?;
    let server = host(headers);
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
    let stamp = view.to_string();
    Ok(reconcile::preview(reconciler, entity, &snapshot.about.lang, "/assets/preview.css", &more, &stamp))
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
    let day = |day: Option<crate::date::Day>| day.map(|day| day.to_string());
    let possible = view.possible.then(|| "true".to_owned());
    let values = [day(view.as_of), day(view.known_on), view.known_to.clone(), possible];
    let words = VIEWING.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?)));
    let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
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
        let read =
            |suffix: &str| Parameters::parse(&suffix.as_bytes()[1..]).expect("parameters").view().expect("a view");
        assert_eq!(read(&told.suffix), view);
        let view = View { known_to: Some("https://example.org/a&b=caf\u{e9}".to_owned()), ..view };
        let told = addresses("http://localhost".to_owned(), &view);
        assert_eq!(read(&told.suffix), view);
        assert!(told.suffix[1..].chars().all(|c| c.is_ascii() && c != '/'), "{}", told.suffix);
    }
}
