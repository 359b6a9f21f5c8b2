//! A case on the web, for one's own browser and for SPARQL clients. In: a case and what may be done with it. Out: pages,
//! data and drawings over HTTP, until it is told to end. Nothing is printed: the caller is handed the address.
//!
//! | path | answers |
//! |---|---|
//! | `/`, `/assets/…` | the explorer (`page`) |
//! | `/data`, `/draw/…`, `/questions/…` | what the explorer shows (`explorer`, `asking`) |
//! | `/import` | CSV files dropped in the browser (`importing`) |
//! | `/sparql` | SPARQL 1.1 Protocol (`protocol`) |
//! | `/store` | SPARQL 1.1 Graph Store HTTP Protocol (`graph_store`) |
//! | `/reconcile`, `/reconcile/…` | Reconciliation Service API 0.2, for `OpenRefine` (`reconcile`) |

mod access;
mod asking;
mod body;
mod connections;
mod description;
mod explorer;
mod graph_store;
mod importing;
mod library;
mod negotiation;
mod origins;
mod page;
mod protocol;
mod reconcile;
mod refusal;
mod request;
mod results;
mod room;
mod viewing;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use access::Access;
use body::Bodies;
use library::Library;
use room::Room;

pub use origins::AllowedOrigin;

use crate::case::Links;

/// How long work that is under way may take to end after a stop was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// Requests of one kind that are worked on at once, so that those of others find room.
const DATA: usize = 4;
const DRAWINGS: usize = 4;
const GRAPHS: usize = 4;
const IMPORTS: usize = 2;
/// What is prepared at once for those who are about to ask.
const AHEAD: usize = 2;

/// What is served, to whom, and how much of it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on.
    pub address: IpAddr,
    /// Port to listen on; 0 for any that is free.
    pub port: u16,
    /// Further names by which browsers may reach the server.
    pub hosts: Vec<String>,
    /// Origins whose pages may use `/sparql`, `/store` and `/reconcile`, or one of them.
    pub origins: Vec<AllowedOrigin>,
    /// Whether the case may be changed; this takes a token.
    pub write: bool,
    /// Word that a client must know, for everything. Without one, `write` has one made up, for changes alone.
    pub token: Option<String>,
    /// How long a query may run, and other work on a request take.
    pub query_time: Duration,
    /// Most bytes of memory that a query may hold while it runs.
    pub query_memory: usize,
    /// Most rows or triples of an answer.
    pub rows: usize,
    /// Most bytes of an answer.
    pub answer_bytes: usize,
    /// Most bytes of a request.
    pub body_bytes: usize,
    /// Most queries that run at once; others wait.
    pub queries: usize,
    /// Which links in a case folder are followed.
    pub links: Links,
    /// Is handed what went wrong inside the server, which no client is told.
    pub report: fn(&str),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            port: 8614,
            hosts: Vec::new(),
            origins: Vec::new(),
            write: false,
            token: None,
            query_time: Duration::from_secs(30),
            query_memory: 256 << 20,
            rows: 100_000,
            answer_bytes: 64 << 20,
            body_bytes: 32 << 20,
            queries: 8,
            links: Links::Inside,
            report: |_| {},
        }
    }
}

/// Why a case is not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The case cannot be opened.
    #[error(transparent)]
    Case(#[from] crate::case::Error),
    /// The case was not opened for changes.
    #[error("this case is not open for changes")]
    ReadOnly,
    /// The clock stopped a change before it was saved.
    #[error("the change was stopped, and nothing was changed")]
    Stopped,
    /// A change could not be saved, or not made to last.
    #[error("{}", not_saved(.0))]
    NotSaved(#[source] crate::store::Error),
    /// Its graph cannot be read.
    #[error(transparent)]
    Graph(#[from] crate::graph::Error),
    /// Its `style.toml` is at fault.
    #[error(transparent)]
    Style(#[from] crate::diagram::Error),
    /// Its `conflicts.toml` is at fault.
    #[error("conflicts.toml does not fit: {0}")]
    Rules(#[from] crate::conflicts::RulesError),
    /// Its `dedupe.toml` is at fault.
    #[error("dedupe.toml does not fit: {0}")]
    Dedupe(#[from] toml::de::Error),
    /// One of its questions is at fault.
    #[error(transparent)]
    Question(#[from] crate::query::Error),
    /// A file of the case cannot be read or written.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Others could reach the address, and no token guards it.
    #[error("{0} can be reached by others, and no token guards it")]
    Unguarded(IpAddr),
    /// The address or port cannot be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address with its port.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The system gives no threads or no randomness.
    #[error("the server cannot run")]
    System(#[source] io::Error),
}

/// Says what became of a change, and why, without a path of the server.
fn not_saved(error: &crate::store::Error) -> String {
    let done = match error {
        crate::store::Error::Unfinished { .. } => "the change was made, but may be lost when the power fails",
        _ => "the change was not saved, and nothing was changed",
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    done.to_owned() + &cause.unwrap_or_default()
}

/// What all answers are made from.
struct App {
    library: Library,
    access: Access,
    options: Options,
    /// Drawings that may still begin: Graphviz takes a whole processor.
    drawings: Arc<Semaphore>,
    /// Work that may still be done before anybody asks for it.
    ahead: Arc<Semaphore>,
    bodies: Bodies,
}

/// Serves a case until Ctrl-C or a request to end; `ready` is handed the address once the server answers.
pub fn run(path: &Path, options: Options, ready: impl FnOnce(&str)) -> Result<(), Error> {
    let is_made_up = options.write && options.token.is_none();
    let options = if is_made_up { Options { token: Some(made_up()?), ..options } } else { options };
    if !options.address.is_loopback() && options.token.is_none() {
        return Err(Error::Unguarded(options.address));
    }
    let library = Library::open(path, options.write.then_some(options.body_bytes), options.links)?;
    // Each thread keeps some memory of its own, so there are no more than can be of use.
    let threads = 2 * options.queries.max(1) + DATA + DRAWINGS + GRAPHS + IMPORTS + 2 * AHEAD;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().max_blocking_threads(threads).build().map_err(Error::System)?;
    let served = runtime.block_on(async {
        let address = SocketAddr::new(options.address, options.port);
        let listener = TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
        let address = listener.local_addr().map_err(Error::System)?;
        let access = Access::new(&options, address, is_made_up);
        // A signal that comes right after the address is seen must find somebody who listens.
        let stop = stopping().map_err(Error::System)?;
        ready(&access.url());
        let app = Arc::new(App {
            library,
            access,
            drawings: Arc::new(Semaphore::new(2)),
            ahead: Arc::new(Semaphore::new(AHEAD)),
            bodies: Bodies::new(options.body_bytes),
            options,
        });
        explorer::prepare(&app);
        tokio::select! {
            () = connections::serve(listener, router(app), stop.clone()) => {}
            // A browser may keep its connection open for ever.
            () = async { asked(stop).await; tokio::time::sleep(GRACE).await } => {}
        }
        Ok(())
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

fn router(app: Arc<App>) -> Router {
    let limit = app.options.query_time;
    let room = |places, limit| from_fn_with_state(Room::new(places, limit), room::enter);
    let asking = Router::new()
        .route("/questions/{name}", get(asking::answer))
        .route("/sparql", any(protocol::sparql))
        .route("/reconcile", any(reconcile::reconcile))
        .route("/reconcile/{part}", get(reconcile::part))
        .route("/reconcile/{part}/{view}", get(reconcile::part_of_view))
        .route_layer(room(app.options.queries.max(1), limit));
    let data = Router::new().route("/data", get(explorer::data)).route_layer(room(DATA, limit));
    let drawings = Router::new().route("/draw/{file}", get(explorer::draw)).route_layer(room(DRAWINGS, limit));
    let graphs = Router::new().route("/store", any(graph_store::store)).route_layer(room(GRAPHS, limit));
    let imports = Router::new().route("/import", post(importing::import)).route_layer(room(IMPORTS, limit));
    let viewed = Router::new().route("/", get(page::index));
    let viewed = viewed.merge(asking).merge(data).merge(drawings).merge(graphs).merge(imports);
    Router::new()
        .merge(viewed.route_layer(from_fn(viewing::enter)))
        .route("/assets/{name}", get(page::asset))
        .fallback(page::missing)
        .layer(axum::extract::DefaultBodyLimit::max(app.options.body_bytes))
        .layer(from_fn_with_state(Arc::clone(&app), body::whole))
        .layer(from_fn_with_state(Arc::clone(&app), access::guard))
        .with_state(app)
}

/// Makes up a token.
fn made_up() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::System(error.into()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Listens from now on for a person at the terminal, or the system, to ask for the end; the value turns true then.
fn stopping() -> io::Result<watch::Receiver<bool>> {
    let (tell, told) = watch::channel(false);
    #[cfg(unix)]
    let waiting = {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        }
    };
    #[cfg(not(unix))]
    let waiting = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a signal to wait for, the process ends with its terminal.
            std::future::pending::<()>().await;
        }
    };
    tokio::spawn(async move {
        waiting.await;
        tell.send_replace(true);
    });
    Ok(told)
}

/// Ends when the end was asked for.
async fn asked(mut told: watch::Receiver<bool>) {
    if told.wait_for(|asked| *asked).await.is_err() {
        std::future::pending::<()>().await;
    }
}
