//! How much is done at once, and for how long. In: requests of one kind. Out: their answers, or a refusal where all places
//! of that kind are taken or its time is up. Work that cannot be stopped keeps its place until it ends, so that it fills
//! no more than the room of its kind, and other kinds are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use oxigraph::sparql::CancellationToken;
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

/// The clock of one request, shared with its work: it stops the work, or the work settles what it did before that, and
/// never both.
#[derive(Clone, Default)]
pub(super) struct Clock {
    /// Cancelled once the clock has stopped the work.
    pub(super) token: CancellationToken,
    state: Arc<AtomicU8>,
}

const RUNNING: u8 = 0;
const STOPPED: u8 = 1;
const SETTLING: u8 = 2;

impl Clock {
    /// Tells whether the work may settle what it did; from then on the clock does not stop it.
    pub(super) fn settle(&self) -> bool {
        self.turn(SETTLING)
    }

    /// Stops the work, unless it has begun to settle: the client is told that nothing was changed.
    pub(super) fn stop(&self) -> bool {
        let stops = self.turn(STOPPED);
        if stops {
            self.token.cancel();
        }
        stops
    }

    fn turn(&self, state: u8) -> bool {
        let turned = self.state.compare_exchange(RUNNING, state, Ordering::SeqCst, Ordering::SeqCst);
        turned.is_ok() || turned == Err(state)
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
        Err(_) if clock.stop() => return Refusal::too_slow(room.limit.as_secs()).into_response(),
        Err(_) => work.await,
    };
    done.unwrap_or_else(|broken| Refusal::internal(broken.to_string()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_the_clock_stops_work_or_the_work_settles() {
        let clock = Clock::default();
        assert!(clock.settle() && !clock.stop() && clock.settle() && !clock.token.is_cancelled());
        let clock = Clock::default();
        assert!(clock.stop() && !clock.settle() && clock.token.is_cancelled());
        let clock = Clock::default();
        let (stops, settles) = std::thread::scope(|scope| {
            let stopping = scope.spawn(|| (0..1000).filter(|_| clock.stop()).count());
            let settling = scope.spawn(|| (0..1000).filter(|_| clock.settle()).count());
            (stopping.join().expect("a count"), settling.join().expect("a count"))
        });
        assert_eq!((stops.min(settles), stops.max(settles)), (0, 1000));
    }
}
