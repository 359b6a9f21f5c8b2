//! Connections: how many there are, and how long each may keep the server waiting. In: clients that connect. Out: their
//! requests, handed to the router. Where no more can be held, one that waits on its client makes room for the new one:
//! first of those that never sent a whole request, the one that has waited longest. One that is worked for never does.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::asked;

/// Most connections at once: each takes a file, and some systems allow a process no more than 256.
const MOST: usize = 200;
/// How long a client may take for the head of a request, and be silent between two.
const HEAD: Duration = Duration::from_secs(10);
/// How long a client may take to send the rest of a request or to read an answer.
const STALLED: Duration = Duration::from_secs(300);
/// How often those are looked for.
const SWEEP: Duration = Duration::from_secs(5);
/// How long nothing is accepted where the system has no more files.
const PAUSE: Duration = Duration::from_millis(50);

/// One end of a connection: whose turn it is.
pub(super) struct Client {
    waiting_since: Mutex<Option<Instant>>,
    /// Whether it has ever sent a whole request.
    is_known: AtomicBool,
}

impl Client {
    /// Says that the request is complete, and the server has to work.
    pub(super) fn has_asked(&self) {
        self.is_known.store(true, Ordering::Relaxed);
        self.set(None);
    }

    fn has_answer(&self) {
        self.set(Some(Instant::now()));
    }

    fn set(&self, since: Option<Instant>) {
        *self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn waiting_since(&self) -> Option<Instant> {
        *self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connections that are open.
#[derive(Default)]
struct Crowd(Vec<(AbortHandle, Arc<Client>)>);

impl Crowd {
    /// Makes room for one more; tells whether there is some.
    fn make_room(&mut self) -> bool {
        self.0.retain(|(task, _)| !task.is_finished());
        self.0.len() < MOST || self.drop_oldest()
    }

    /// Closes a connection that waits on its client. Who sends no request at all opens many; browsers keep theirs between
    /// two requests.
    fn drop_oldest(&mut self) -> bool {
        let waiting = self.0.iter().enumerate();
        let waiting = waiting.filter_map(|(at, (_, client))| {
            Some((client.is_known.load(Ordering::Relaxed), client.waiting_since()?, at))
        });
        let Some((_, _, at)) = waiting.min() else { return false };
        self.0.swap_remove(at).0.abort();
        true
    }

    fn drop_stalled(&mut self) {
        self.0.retain(|(task, client)| {
            let is_stalled = client.waiting_since().is_some_and(|since| since.elapsed() > STALLED);
            if is_stalled {
                task.abort();
            }
            !is_stalled && !task.is_finished()
        });
    }
}

/// Answers whoever connects until the end is asked for, and ends once all answers are sent.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    let (mut crowd, mut tasks) = (Crowd::default(), JoinSet::new());
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if crowd.make_room() => {
                    let client = Arc::new(Client { waiting_since: Mutex::new(Some(Instant::now())), is_known: false.into() });
                    let task = tasks.spawn(talk(stream, router.clone(), Arc::clone(&client), stop.clone()));
                    crowd.0.push((task, client));
                }
                // All are being worked for; this one has to come again.
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
                // The system has no more files.
                Err(_) => {
                    crowd.drop_oldest();
                    tokio::time::sleep(PAUSE).await;
                }
            },
            Some(_) = tasks.join_next() => {}
            _ = sweep.tick() => crowd.drop_stalled(),
            () = asked(stop.clone()) => break,
        }
    }
    drop(listener);
    while tasks.join_next().await.is_some() {}
}

async fn talk(stream: TcpStream, router: Router, client: Arc<Client>, stop: watch::Receiver<bool>) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Arc::clone(&client));
        let (answer, client) = (router.call(request.map(Body::new)), Arc::clone(&client));
        async move {
            let answer: Result<Response, Infallible> = answer.await;
            client.has_answer();
            answer
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).half_close(true);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    // A client that breaks off or sends what is not HTTP is no concern of others.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = asked(stop) => {
            connection.as_mut().graceful_shutdown();
            let _ended = connection.await;
        }
    }
}
