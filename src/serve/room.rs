//! How much is done at once, and for how long. In: requests of one kind. Out: their answers, or a refusal where all places
//! of that kind are taken or its time is up. Work that cannot be stopped keeps its place until it ends, so that it fills
//! no more than the room of its kind, and other kinds are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::refusal::Refusal;

/// Places for requests of one kind.
#[derive(Clone)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    limit: Duration,
}

impl Room {
    pub(super) fn new(places: usize, limit: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), limit }
    }
}

/// The clock of one request, shared with its work.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(Arc<AtomicU8>);

const RUNNING: u8 = 0;
const STRUCK: u8 = 1;
const FINISHING: u8 = 2;

impl Clock {
    /// Says that from now on something is changed, and that the clock no longer counts; where it has struck already,
    /// nothing may be changed any more: the client was told that the request was stopped.
    pub(super) fn commit(&self) -> Result<(), Refusal> {
        match self.0.compare_exchange(RUNNING, FINISHING, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) | Err(FINISHING) => Ok(()),
            Err(_) => Err(Refusal::busy()),
        }
    }

    fn strike(&self) -> bool {
        self.0.compare_exchange(RUNNING, STRUCK, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Has a request worked on in its room.
pub(super) async fn enter(State(room): State<Room>, mut request: Request, next: Next) -> Response {
    let place = tokio::time::timeout(room.limit, Arc::clone(&room.places).acquire_owned()).await;
    let Ok(Ok(place)) = place else { return Refusal::busy().into_response() };
    let clock = Clock::default();
    request.extensions_mut().insert(clock.clone());
    // A task of its own goes on when its client leaves, and only then gives up its place.
    let mut work = tokio::spawn(async move {
        let response = next.run(request).await;
        drop(place);
        response
    });
    let done = match tokio::time::timeout(room.limit, &mut work).await {
        Ok(done) => done,
        Err(_) if clock.strike() => return Refusal::too_slow(room.limit.as_secs()).into_response(),
        Err(_) => work.await,
    };
    done.unwrap_or_else(|broken| Refusal::internal(broken.to_string()).into_response())
}
