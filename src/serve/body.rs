//! The bodies of requests. In: what a client sends, piece by piece. Out: the whole, up to the limit, before a handler
//! sees the request. What is refused is read and dropped first: a client that is still sending would find its
//! connection broken, and never hear why.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::refusal::Refusal;

/// How long the rest of a body that is refused is read.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hands on requests with their bodies whole, and refuses those that are too large.
pub(super) async fn whole(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match read(&mut request, app.options.body_bytes).await {
        Ok(bytes) => next.run(request.map(|_| Body::from(bytes))).await,
        Err(refusal) => {
            discard(request).await;
            refusal.into_response()
        }
    }
}

/// Reads to its end, and drops, what a client still sends with a request that is refused.
pub(super) async fn discard(mut request: Request) {
    // Such a client sends nothing before it is told to go on.
    if request.headers().contains_key(EXPECT) {
        return;
    }
    let rest = async { while let Some(Ok(_)) = piece(request.body_mut()).await {} };
    // Who takes longer hears the refusal if it listens.
    let _ended = tokio::time::timeout(PATIENCE, rest).await;
}

async fn read(request: &mut Request, limit: usize) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let text = format!(
            "the request is larger than the {} MB that this server takes at once; send it in parts, or start the server with a larger `--max-body`",
            limit >> 20
        );
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, text)
    };
    let body = request.body_mut();
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(data) = piece(body).await {
        bytes.extend_from_slice(&data?);
        if bytes.len() > limit {
            return Err(too_large());
        }
    }
    Ok(bytes)
}

/// Returns what came next of a body, or nothing at its end.
async fn piece(body: &mut Body) -> Option<Result<Bytes, Refusal>> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    // Trailers say nothing here.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()).map_err(|_| Refusal::bad("the body is cut off")))
}
