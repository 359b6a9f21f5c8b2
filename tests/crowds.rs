//! The server among many: clients that keep it waiting, imports that take long, and requests that are none. Honest clients
//! are answered all the while.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::program::{copy_folder, repository};
use crate::server::{Server, store_of};

/// Lets this process open more files; a system that does not allow it leaves fewer connections to try with.
fn allow_many_files() {
    let own = std::process::id().to_string();
    let _allowed = Command::new("prlimit").args(["--pid", &own, "--nofile=4096:"]).stderr(Stdio::null()).status();
}

#[test]
fn half_open_connections_keep_nobody_out() {
    // The server has what most systems give: it was started before.
    let server = Server::watched(&repository("examples/harbour-lights"), &[]);
    allow_many_files();
    let mut held = Vec::new();
    for number in 0..1200 {
        let Ok(mut stream) = TcpStream::connect(server.address()) else { break };
        let started = match number % 3 {
            0 => String::new(),
            1 => format!("GET /data HTTP/1.1\r\nHost: {}\r\nX-Slow: ", server.address()),
            _ => format!("POST /sparql HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\nq", server.address()),
        };
        // One that was closed already is as good.
        let _sent = stream.write_all(started.as_bytes());
        held.push(stream);
        if number % 100 == 99 {
            assert_eq!(server.get("/data").status, 200, "beside {number}");
            // It was answered while they were held, and not because they had been given up.
            assert!(held.iter().any(is_open), "beside {number}");
        }
    }
    assert!(held.len() > 600, "only {} connections", held.len());
    assert!(server.get("/sparql?query=ASK%20%7B%7D").body.contains("true"));
    drop(held);
    assert_eq!(server.complaints(), "");
}

/// Tells whether the other side still keeps a connection open on which it has sent nothing.
fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a socket");
    let waits = stream.peek(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).expect("a socket");
    waits
}

#[test]
fn a_client_that_sends_too_slowly_is_told_or_left() {
    let server = Server::start(&repository("examples/harbour-lights"), &[]);
    let waits = |bytes: String| {
        let mut stream = TcpStream::connect(server.address()).expect("the server answers");
        stream.write_all(bytes.as_bytes()).expect("sent");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is closed");
        answer
    };
    let head = format!("POST /sparql HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n", server.address());
    std::thread::scope(|scope| {
        let body = scope.spawn(|| waits(format!("{head}\r\nquery")));
        waits(head.clone());
        let told = body.join().expect("no panic");
        assert!(told.starts_with("HTTP/1.1 408 "), "{told}");
    });
}

/// Bodies without a token fill no more than their room, and leave that of clients with one.
#[test]
fn bodies_that_are_held_at_once_have_a_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store_of("examples/harbour-lights", folder.path());
    let server = Server::start(&store, &["--write", "--max-body", "1"]);
    let begin = || {
        let mut stream = TcpStream::connect(server.address()).expect("the server answers");
        let head = format!("POST /sparql HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\n", server.address());
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(" ".repeat(900_000).as_bytes()))
            .expect("sent");
        stream
    };
    let held = [begin(), begin()];
    std::thread::sleep(Duration::from_millis(500));
    let query = [("content-type", "application/sparql-query")];
    let padded = format!("ASK {{}}{}", " ".repeat(600_000));
    let refused = server.send("POST", "/sparql", &query, padded.as_bytes());
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"), "{}", refused.body);
    let bearer = server.bearer();
    let known = server.send("POST", "/sparql", &[query[0], ("authorization", bearer.as_str())], padded.as_bytes());
    assert_eq!(known.status, 200, "{}", known.body);
    assert_eq!(server.get("/data").status, 200);
    drop(held);
    let mut sent = server.send("POST", "/sparql", &query, padded.as_bytes());
    for _ in 0..50 {
        if sent.status == 200 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        sent = server.send("POST", "/sparql", &query, padded.as_bytes());
    }
    assert_eq!(sent.status, 200, "the room is given back");
}

/// Sixteen imports of a folder that takes long to read do not keep the others waiting, and one that the clock stopped has
/// changed nothing.
#[test]
fn imports_that_take_long_leave_the_others_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("harbour");
    copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    let server = Server::start(&case, &["--write", "--query-time", "1"]);
    let bearer = server.bearer();
    let rows = (0..60_000).map(|n| format!("line-{n},Line {n}")).collect::<Vec<_>>().join("\n");
    let form = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"companies-more.csv\"\r\n\r\nid,label\n{rows}\r\n--cut--\r\n"
    );
    let import = || {
        let headers = [("content-type", "multipart/form-data; boundary=cut"), ("authorization", bearer.as_str())];
        server.send("POST", "/import?apply", &headers, form.as_bytes())
    };
    std::thread::scope(|scope| {
        let imports: Vec<_> = (0..16).map(|_| scope.spawn(import)).collect();
        for _ in 0..10 {
            assert_eq!(server.get("/data").status, 200);
            assert_eq!(server.get("/sparql?query=ASK%20%7B%20?s%20?p%20?o%20%7D").status, 200);
        }
        let statuses: Vec<u16> = imports.into_iter().map(|import| import.join().expect("no panic").status).collect();
        assert!(statuses.iter().all(|status| matches!(status, 200 | 503)), "{statuses:?}");
        assert!(statuses.contains(&503), "{statuses:?}");
        if !statuses.contains(&200) {
            assert!(!case.join("companies-more.csv").exists(), "stopped means not applied");
        }
    });
}

/// Numbers that are the same at every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("a small number")
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| u8::try_from(self.below(256)).expect("a byte")).collect()
    }
}

const METHODS: &[&str] = &[
    "GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "get",
    "BREW", "G@T", "",
];
const PATHS: &[&str] = &[
    "/",
    "/data",
    "/assets/explorer.js",
    "/assets/%2e%2e%2fcase.toml",
    "/draw/timeline.svg",
    "/draw/ego.dot?entity=ida-marsh",
    "/draw/path.txt?from=ida-marsh&to=nell-pike",
    "/draw/%FF.svg",
    "/draw/.",
    "/questions/records",
    "/questions/%00",
    "/questions/participants?program=",
    "/sparql",
    "/sparql?query=ASK%7B%7D",
    "/sparql?query=%C3%28",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D&known-on=2020-01-01",
    "/sparql?update=CLEAR%20ALL",
    "/store",
    "/store?default",
    "/store?graph=",
    "/store?graph=x%20y",
    "/store?graph=http://a/b&default",
    "/store?default&as-of=0000-00-00",
    "/reconcile",
    "/reconcile?queries=%7B%22q0%22%3A%7B%22query%22%3A%22nell%22%7D%7D",
    "/reconcile?queries=[[[[",
    "/reconcile?query=nell&limit=99999999999999999999",
    "/reconcile?callback=f",
    "/reconcile/preview?id=ida-marsh",
    "/reconcile/preview/%25?id=",
    "/reconcile/suggest-entity?prefix=%F0%9F%98%80&cursor=-1",
    "/reconcile/properties/known-on=2020-01-01?type=Person&limit=0",
    "/import",
    "/import?apply",
    "//",
    "/%",
    "/%zz",
    "*",
    "http://localhost/data",
    "/data?known-on=99999-99-99",
    "/data?possible=perhaps&possible=no",
    "/../../etc/passwd",
    "/data#x",
    "data",
    "/\u{e9}",
];
const HEADERS: &[&str] = &[
    "Content-Type: application/sparql-query",
    "Content-Type: application/sparql-update",
    "Content-Type: application/x-www-form-urlencoded",
    "Content-Type: multipart/form-data; boundary=cut",
    "Content-Type: multipart/form-data",
    "Content-Type: text/turtle",
    "Content-Type: application/rdf+xml",
    "Content-Type: application/n-triples",
    "Content-Type: text/csv; charset=utf-16",
    "Content-Type: \u{fffd}",
    "Accept: application/sparql-results+json",
    "Accept: text/csv;q=0.5, */*;q=x",
    "Accept: nothing/none",
    "Accept: ,;,;q=",
    "Authorization: BEARER",
    "Authorization: bearer  BEARER",
    "Authorization: Basic eDp5",
    "Origin: https://evil.example",
    "Origin: null",
    "Referer: x",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: none",
    "Expect: 100-continue",
    "Connection: upgrade",
    "Upgrade: websocket",
    "Range: bytes=0-0",
    "If-None-Match: *",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Content-Encoding: gzip",
    "Host: evil.example",
    "Cookie: a=b",
    "X: ",
    ": x",
    "no colon",
    "\tfolded",
];
const BODIES: &[&str] = &[
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "query=ASK%20%7B%7D&query=",
    "update=INSERT%20DATA%20%7B%3Ca%3A%3E%20%3Ca%3A%3E%201%7D",
    "INSERT DATA { <http://a/b> <http://a/c> \"d\" }",
    "DROP ALL",
    "<http://a/b> a <http://a/c> .",
    "<http://a/b> <http://a/c> \"\\uD800\" .",
    "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>",
    "queries={\"q0\":{\"query\":\"\",\"limit\":-1}}",
    "extend={}",
    "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"companies-more.csv\"\r\n\r\nid,label\nx,X\n\r\n--cut--\r\n",
    "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"companies-more.csv\"\r\n\r\n\"\u{0}\r\n--cut--\r\n",
    "--cut\r\nContent-Disposition: form-data; filename=\"../x.csv\"\r\n\r\n\r\n--cut--",
    "--cut",
    "5\r\nhello\r\n0\r\n\r\n",
    "fffffffffffffffff\r\nx",
    "-1\r\n\r\n",
];

/// Makes up one request, or what is none.
fn made_up(dice: &mut Dice, host: &str, bearer: &str) -> Vec<u8> {
    if dice.below(20) == 0 {
        return dice.bytes(300);
    }
    let mut bytes = Vec::new();
    for _ in 0..=dice.below(3) * dice.below(2) {
        let version =
            dice.pick(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", ""]);
        let mut head = format!("{} {} {version}\r\n", dice.pick(METHODS), dice.pick(PATHS));
        if dice.below(12) > 0 {
            head.extend(["Host: ", host, "\r\n"]);
        }
        for _ in 0..dice.below(5) {
            head.push_str(&dice.pick(HEADERS).replace("BEARER", bearer));
            head.push_str("\r\n");
        }
        if dice.below(2) == 0 {
            head.extend(["Authorization: ", bearer, "\r\n"]);
        }
        match dice.below(60) {
            0 => head.extend(["X-Long: ", &"x".repeat(600_000), "\r\n"]),
            1 => head.push_str(&"X: y\r\n".repeat(500)),
            _ => {}
        }
        let body = if dice.below(6) == 0 { dice.bytes(200) } else { dice.pick(BODIES).as_bytes().to_vec() };
        let length = body.len();
        let frame = match dice.below(4) {
            0 => format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n"),
            1 => "\r\n".to_owned(),
            _ => format!("Content-Length: {length}\r\n\r\n"),
        };
        bytes.extend(head.into_bytes());
        bytes.extend(frame.into_bytes());
        bytes.extend(body);
        if dice.below(3) == 0 {
            bytes.extend(b"\r\n0\r\n\r\n");
        }
    }
    // A byte that is another, missing or one too many.
    for _ in 0..dice.below(3) * dice.below(2) {
        let at = dice.below(bytes.len());
        match dice.below(3) {
            0 => bytes[at] = dice.bytes(1).first().copied().unwrap_or(0),
            1 => drop(bytes.remove(at)),
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

fn answer(host: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(host).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
    let mut answer = Vec::new();
    // A server may close before it has read all.
    let _sent = stream.write_all(bytes).and_then(|()| stream.shutdown(Shutdown::Write));
    let read = stream.read_to_end(&mut answer);
    let is_late = read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    assert!(!is_late, "no end: {}", String::from_utf8_lossy(bytes));
    String::from_utf8_lossy(&answer).into_owned()
}

/// `FUZZED_REQUESTS=5000` sends as many.
#[test]
fn whatever_is_sent_the_server_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("harbour");
    copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    let store = store_of("examples/harbour-lights", folder.path());
    let count = std::env::var("FUZZED_REQUESTS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    for (number, case) in [case, store].iter().enumerate() {
        let server = Server::watched(case, &["--write", "--query-time", "5"]);
        let (host, bearer) = (server.address().to_owned(), server.bearer());
        let mut dice = Dice(0x5EED + number as u64);
        for turn in 0..count / 2 {
            let bytes = made_up(&mut dice, &host, &bearer);
            let told = answer(&host, &bytes);
            let sent = || String::from_utf8_lossy(&bytes[..bytes.len().min(3000)]).into_owned();
            assert!(!told.contains("HTTP/1.1 500"), "{turn}: {}\n{told}", sent());
            let place = fs::canonicalize(folder.path()).expect("a folder");
            assert!(!told.contains(place.to_str().expect("UTF-8")), "{turn} shows a path: {}\n{told}", sent());
        }
        assert_eq!(server.get("/data").status, 200, "it still answers");
        assert_eq!(server.complaints(), "");
    }
}
