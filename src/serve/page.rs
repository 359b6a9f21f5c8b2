//! The front end as the server hands it out. It is the same for every case and holds nothing of any.

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::access::LedHere;
use super::refusal::Refusal;
use super::viewing::Asked;
use super::{App, explorer};
use crate::explorer::{INDEX, asset as front_end_file};

/// The page that all others are parts of.
pub(super) async fn index(
    State(app): State<Arc<App>>,
    Extension(Asked { parameters, view }): Extension<Asked>,
    led: Option<Extension<LedHere>>,
) -> Result<Response, Refusal> {
    const HTML: &str = "text/html; charset=utf-8";
    parameters.only(&[])?;
    if led.is_some() {
        // The page then asks a person before it asks the server: its address says what, and another site wrote it.
        return Ok(sent(INDEX.replace("<body>", "<body data-led-here>"), HTML));
    }
    explorer::prepare_view(&app, view);
    Ok(sent(INDEX, HTML))
}

/// A script or style sheet.
pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Refusal> {
    match front_end_file(&name) {
        Some(file) => Ok(sent(file.bytes, file.media)),
        None => Err(Refusal::missing("there is no such file")),
    }
}

/// What lies nowhere else.
pub(super) async fn missing() -> Refusal {
    Refusal::missing(
        "there is nothing at this address; the explorer is at /, SPARQL at /sparql, graphs at /store, reconciliation at /reconcile",
    )
}

fn sent(content: impl IntoResponse, media: &'static str) -> Response {
    let mut response = content.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
