//! A SPARQL endpoint for tests: a store behind a socket of this machine, which misbehaves as it is told. In: a rule that
//! says what becomes of each request. Out: its address, and what it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;

/// A request as the server sees it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// How many came before it.
    pub(crate) number: usize,

    /// Header lines, in lower case.
    pub(crate) headers: String,
    /// The query, the update or the triples.
    pub(crate) text: String,
    is_update: bool,
    /// The graph that triples are for.
    pub(crate) graph: Option<String>,
}

impl Request {
    pub(crate) fn is_update(&self) -> bool {
        self.is_update
    }
}

/// What the server does.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Answers from its store.
    Well,
    /// Answers from its store, but with no more rows than this.
    Cut(usize),
    /// Sends these bytes and hangs up.
    Bytes(String),
    /// Says nothing until it is asked again.
    Nothing,
}

/// A status with a text.
pub(crate) fn status(line: &str, content_type: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Bytes(format!(
        "HTTP/1.1 {line}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
}

/// A server that runs until the test ends.
pub(crate) struct Server {
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts a server with an empty store; `rule` decides on each request.
    pub(crate) fn start(rule: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("the port"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, rule, store) = (Arc::clone(&seen), Arc::new(rule), Store::new().expect("memory"));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, rule, store) = (Arc::clone(&log), Arc::clone(&rule), store.clone());
                // A client that goes away in the middle is part of some tests.
                thread::spawn(move || drop(serve(stream, &log, &*rule, &store)));
            }
        });
        Self { address, seen }
    }

    /// Returns the requests that came.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("the log").clone()
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    rule: &dyn Fn(&Request) -> Answer,
    store: &Store,
) -> std::io::Result<()> {
    let Some(request) = read(&mut stream, log)? else { return Ok(()) };
    let answer = match rule(&request) {
        Answer::Well => answer(&request, store, usize::MAX),
        Answer::Cut(rows) => answer(&request, store, rows),
        Answer::Bytes(bytes) => bytes,
        Answer::Nothing => {
            // Reading ends when the other side gives up.
            stream.read_to_end(&mut Vec::new())?;
            return Ok(());
        }
    };
    stream.write_all(answer.as_bytes())
}

fn read(stream: &mut TcpStream, log: &Mutex<Vec<Request>>) -> std::io::Result<Option<Request>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let (head, body_from) = loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..count]);
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break (String::from_utf8_lossy(&bytes[..at]).into_owned(), at + 4);
        }
    };
    let headers = head.to_lowercase();
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    while bytes.len() < body_from + length.unwrap_or(0) {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
    let body = String::from_utf8_lossy(&bytes[body_from..]).into_owned();
    let is_update = body.starts_with("update=");
    let graph = head.lines().next().and_then(|line| line.split_once("?graph=")?.1.split(' ').next()).map(decoded);
    let text = if graph.is_some() { body } else { decoded(body.split_once('=').unwrap_or_default().1) };
    let mut log = log.lock().expect("the log");
    let request = Request { number: log.len(), headers, text, is_update, graph };
    log.push(request.clone());
    Ok(Some(request))
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn answer(request: &Request, store: &Store, rows: usize) -> String {
    let Answer::Bytes(bytes) = evaluate(request, store, rows) else { return String::new() };
    bytes
}

fn evaluate(request: &Request, store: &Store, rows: usize) -> Answer {
    let refuse = |error: &dyn std::error::Error| status("400 Bad Request", "text/plain", &error.to_string());
    if let Some(graph) = &request.graph {
        let graph = NamedNode::new(graph).expect("a graph");
        let parser = RdfParser::from_format(RdfFormat::NTriples).with_default_graph(graph);
        return match store.load_from_slice(parser, &request.text) {
            Ok(()) => Answer::Bytes("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_owned()),
            Err(error) => refuse(&error),
        };
    }
    if request.is_update() {
        return match SparqlEvaluator::new().parse_update(&request.text) {
            Ok(update) => {
                update.on_store(store).execute().expect("an update");
                Answer::Bytes("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_owned())
            }
            Err(error) => refuse(&error),
        };
    }
    let query = match SparqlEvaluator::new().parse_query(&request.text) {
        Ok(query) => query,
        Err(error) => return refuse(&error),
    };
    let serializer = QueryResultsSerializer::from_format(QueryResultsFormat::Json);
    let json = "application/sparql-results+json";
    match query.on_store(store).execute().expect("a query") {
        QueryResults::Boolean(yes) => {
            let body = serializer.serialize_boolean_to_writer(Vec::new(), yes).expect("JSON");
            status("200 OK", json, &String::from_utf8_lossy(&body))
        }
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().to_vec();
            let mut writer = serializer.serialize_solutions_to_writer(Vec::new(), variables).expect("JSON");
            for solution in solutions.take(rows) {
                let solution = solution.expect("a row");
                let terms: Vec<(_, Term)> = solution.iter().map(|(name, term)| (name.clone(), term.clone())).collect();
                writer.serialize(terms.iter().map(|(name, term)| (name, term))).expect("JSON");
            }
            status("200 OK", json, &String::from_utf8_lossy(&writer.finish().expect("JSON")))
        }
        QueryResults::Graph(triples) => {
            let mut writer = RdfSerializer::from_format(RdfFormat::NTriples).for_writer(Vec::new());
            for triple in triples.take(rows) {
                writer.serialize_triple(&triple.expect("a triple")).expect("N-Triples");
            }
            status("200 OK", "application/n-triples", &String::from_utf8_lossy(&writer.finish().expect("N-Triples")))
        }
    }
}
