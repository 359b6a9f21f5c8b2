//! The bodies of requests. In: what a client sends, piece by piece. Out: the whole, up to the limit, before a handler
//! sees the request. What is refused is read and dropped first: a client that is still sending would find its
//! connection broken, and never hear why. Bodies that are held at once have a limit too, of their own for clients
//! without the token.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, EXPECT, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::App;
use super::connections::Client;
use super::refusal::Refusal;

/// How long the rest of a body that is refused is read.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes a second that a client has to send, on the whole, once it has used up that time.
const PACE: u64 = 128 << 10;
/// Bytes of one place in the room for bodies.
const UNIT: usize = 64 << 10;
/// How many bodies of the greatest size are held at once.
const BODIES: usize = 2;

/// Room for the bodies of clients without the token, and for those of clients with it.
pub(super) struct Bodies([Arc<Semaphore>; 2]);

impl Bodies {
    pub(super) fn new(body_bytes: usize) -> Self {
        let units = (BODIES * body_bytes.div_ceil(UNIT)).min(Semaphore::MAX_PERMITS);
        Self([(); 2].map(|()| Arc::new(Semaphore::new(units))))
    }
}

/// A body in memory; its room is free again when the last who reads it is done.
struct Held {
    bytes: Vec<u8>,
    room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Hands on requests with their bodies whole, and refuses those that are too large or too slow.
pub(super) async fn whole(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Bodies(rooms) = &app.bodies;
    let room = &rooms[usize::from(app.access.bears_token(request.headers()))];
    match read(&mut request, app.options.body_bytes, room).await {
        Ok(body) => {
            if let Some(client) = request.extensions().get::<Arc<Client>>() {
                client.has_asked();
            }
            next.run(request.map(|_| Body::from(Bytes::from_owner(body)))).await
        }
        Err(refusal) if refusal.status() == StatusCode::REQUEST_TIMEOUT => {
            let mut response = refusal.into_response();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
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

async fn read(request: &mut Request, limit: usize, room: &Arc<Semaphore>) -> Result<Held, Refusal> {
    let too_large = || {
        let text = format!(
            "the request is larger than the {} MB that this server takes at once; send it in parts, or start the server with a larger `--max-body`",
            limit >> 20
        );
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, text)
    };
    let places = |count: usize| {
        let count = u32::try_from(count).map_err(|_| Refusal::busy())?;
        Arc::clone(room).try_acquire_many_owned(count).map_err(|_| Refusal::busy())
    };
    let body = request.body_mut();
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut held = Held { bytes: Vec::new(), room: places(0)? };
    let start = Instant::now();
    loop {
        let allowed = PATIENCE + Duration::from_secs(held.bytes.len() as u64 / PACE);
        let rest = allowed.saturating_sub(start.elapsed());
        let Ok(next) = tokio::time::timeout(rest, piece(body)).await else {
            return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the body of the request came too slowly"));
        };
        let Some(data) = next.transpose()? else { return Ok(held) };
        let length = held.bytes.len() + data.len();
        if length > limit {
            return Err(too_large());
        }
        held.room.merge(places(length.div_ceil(UNIT) - held.room.num_permits())?);
        held.bytes.extend_from_slice(&data);
    }
}

/// Returns what came next of a body, or nothing at its end.
async fn piece(body: &mut Body) -> Option<Result<Bytes, Refusal>> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    // Trailers say nothing here.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()).map_err(|_| Refusal::bad("the body is cut off")))
}
