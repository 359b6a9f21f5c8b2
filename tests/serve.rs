//! The server as others meet it: who may ask, what every response says, and what a view keeps back.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::program::{repository, run};
use crate::server::Server;

fn flagship(args: &[&str]) -> Server {
    Server::start(&repository("data/microsoft-nsl"), args)
}

#[test]
fn a_name_that_is_not_its_own_and_a_page_of_another_site_are_refused() {
    let server = flagship(&["--write"]);
    let host = |host: &str| server.send("GET", "/data", &[("host", host)], &[]).status;
    assert_eq!((host("evil.example"), host("localhost"), host("127.0.0.1.evil.example")), (421, 200, 421));
    let bearer = server.bearer();
    let origin = |origin: &str| {
        let headers =
            [("origin", origin), ("authorization", bearer.as_str()), ("content-type", "application/sparql-query")];
        server.send("POST", "/sparql", &headers, b"ASK {}").status
    };
    assert_eq!((origin("https://evil.example"), origin("null"), origin(&server.url)), (403, 403, 200));
    assert_eq!(server.get("/data").header("access-control-allow-origin"), "", "no other origin may read");
}

#[test]
fn pages_of_an_origin_that_was_named_may_ask_and_no_others() {
    let server = flagship(&["--allow-origin", "https://ask.example"]);
    let query = ("content-type", "application/sparql-query");
    let allowed = |path: &str, origin: &str| {
        let sent = server.send("POST", path, &[("origin", origin), query], b"ASK {}");
        (sent.status, sent.header("access-control-allow-origin").to_owned())
    };
    assert_eq!(allowed("/sparql", "https://ask.example"), (200, "https://ask.example".to_owned()));
    assert_eq!(allowed("/sparql", "https://evil.example"), (403, String::new()));
    assert_eq!(allowed("/import", "https://ask.example").1, "");
    let before = server.send("OPTIONS", "/sparql", &[("origin", "https://ask.example")], &[]);
    assert_eq!((before.status, before.header("access-control-allow-methods").contains("POST")), (204, true));
    assert_eq!(server.send("OPTIONS", "/sparql", &[("origin", "https://evil.example")], &[]).status, 403);
}

#[test]
fn every_response_forbids_what_the_page_does_not_need() {
    let server = flagship(&[]);
    for path in ["/", "/assets/explorer.js", "/data", "/nothing", "/sparql"] {
        let sent = server.get(path);
        let policy = sent.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(sent.header("x-content-type-options"), "nosniff", "{path}");
    }
    assert_eq!((server.get("/assets/../case.toml").status, server.get("/assets/style.toml").status), (404, 404));
    let page = server.get("/").body;
    assert!(!page.contains("<script>") && !page.contains("style=") && !page.contains("onclick"), "{page}");
}

#[test]
fn an_address_that_others_can_reach_takes_a_token() {
    let outcome = run(&["serve", "data/microsoft-nsl", "--address", "0.0.0.0", "--port", "0"], &repository(""), &[]);
    assert_eq!(outcome.status, 2, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("no token guards it"), "{}", outcome.stderr);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "short\n").expect("a file");
    let args = ["serve", "data/microsoft-nsl", "--token-file", file.to_str().expect("UTF-8")];
    assert_eq!(run(&args, &repository(""), &[]).status, 2);
}

#[test]
fn a_view_by_address_holds_nothing_that_came_later() {
    let server = flagship(&[]);
    let after = server.get("/data?known-on=2014-05-22").body;
    assert!(after.contains("nsl-microsoft-2013"));
    for path in [
        "/data?known-on=2014-05-21",
        "/draw/relationships.svg?known-on=2014-05-21",
        "/draw/timeline.svg?known-on=2014-05-21",
        "/draw/timeline.dot?known-on=2014-05-21",
        "/questions/records?known-on=2014-05-21",
        "/store?default&known-on=2014-05-21",
    ] {
        let sent = server.get(path);
        assert_eq!(sent.status, 200, "{path}: {}", sent.body);
        for hidden in ["nsl-microsoft-2013", "Letter to Microsoft"] {
            assert!(!sent.body.contains(hidden), "{path} names {hidden}");
        }
    }
}

#[test]
fn what_is_too_long_is_read_to_its_end_and_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("harbour");
    crate::program::copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    let server = Server::start(&case, &["--write", "--max-body", "1"]);
    let bearer = server.bearer();
    // More than the buffers between client and server hold, so that a client that is refused is still sending.
    let body = vec![b'x'; 80 << 20];
    for (method, path, media, token) in [
        ("POST", "/import", "multipart/form-data; boundary=cut", bearer.as_str()),
        ("POST", "/sparql", "application/sparql-query", ""),
        ("POST", "/sparql", "image/png", ""),
        ("PUT", "/store?default", "text/turtle", &bearer),
        ("PUT", "/store?default", "text/turtle", "Bearer wrong"),
        ("POST", "/store", "image/png", ""),
        ("POST", "/data", "text/plain", ""),
    ] {
        let sent = server.send(method, path, &[("content-type", media), ("authorization", token)], &body);
        assert_eq!(sent.status, 413, "{method} {path}: {}", sent.body);
        assert!(sent.body.contains("1 MB") && sent.body.contains("--max-body"), "{}", sent.body);
    }
    let stranger = server.send("POST", "/store?default", &[("origin", "https://evil.example")], &body);
    assert_eq!(stranger.status, 403, "{}", stranger.body);
}

/// Sends a request line and headers as they are and returns what comes back, to the end of the head.
fn head_of_answer(server: &Server, head: &str, body: &[u8]) -> String {
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).expect("the server answers");
    write!(stream, "{head}\r\nhost: {address}\r\n\r\n").expect("sent");
    stream.write_all(body).expect("all is taken");
    let lines = BufReader::new(stream).lines().map(|line| line.expect("a line"));
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_body_without_a_length_is_refused_as_well_and_one_that_is_announced_is_not_sent() {
    let server = flagship(&["--max-body", "1"]);
    let query = "POST /sparql HTTP/1.1\r\ncontent-type: application/sparql-query";
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    let chunked = [chunk.repeat(80).as_slice(), b"0\r\n\r\n"].concat();
    let answer = head_of_answer(&server, &format!("{query}\r\ntransfer-encoding: chunked"), &chunked);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let announced = format!("{query}\r\ncontent-length: 99000000\r\nexpect: 100-continue");
    let answer = head_of_answer(&server, &announced, b"");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let short = format!("{query}\r\ncontent-length: 6\r\nexpect: 100-continue");
    let answer = head_of_answer(&server, &short, b"");
    assert!(answer.starts_with("HTTP/1.1 100 "), "{answer}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_even_while_a_query_runs() {
    let server = flagship(&["--query-time", "600"]);
    assert!(flagship(&[]).interrupt());
    let slow = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fa%20%3Fb%20%3Fc%20.%20%3Fd%20%3Fe%20%3Ff%20.%20%3Fg%20%3Fh%20%3Fi%20%7D";
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut asking = TcpStream::connect(&address).expect("the server answers");
    write!(asking, "GET {slow} HTTP/1.1\r\nhost: {address}\r\n\r\n").expect("sent");
    assert_eq!(server.get("/data").status, 200);
    assert!(server.interrupt());
}

#[test]
fn questions_take_their_parameters_as_terms() {
    let server = flagship(&[]);
    let sent = server.get("/questions/gags-in-force?day=2013-12-31");
    assert_eq!(sent.json()["results"]["bindings"].as_array().map(Vec::len), Some(3));
    assert_eq!(server.get("/questions/gags-in-force?day=soon").status, 400);
    assert_eq!(server.get("/questions/participants?program=x%3E%20%7D%20%23").status, 400);
    let sent = server.get("/questions/gag-in-force");
    assert_eq!((sent.status, sent.body.contains("gags-in-force")), (404, true), "{}", sent.body);
}

#[test]
fn drawings_come_in_their_formats_and_say_what_is_wrong() {
    let server = flagship(&[]);
    assert!(server.get("/draw/path.dot?from=microsoft&to=prism").body.contains("participatesIn"));
    assert!(server.get("/draw/ego.txt?entity=FBI").body.contains("FBI"));
    assert_eq!(server.get("/draw/ego.svg").status, 400);
    assert_eq!(server.get("/draw/ego.svg?entity=nobody").status, 400);
    assert_eq!(server.get("/draw/ego.exe?entity=fbi").status, 404);
    assert_eq!(server.get("/draw/hairball.svg").status, 404);
    let one = server.get("/draw/relationships.dot?source=s01&status=confirmed").body;
    assert!(one.len() < server.get("/draw/relationships.dot").body.len());
}

#[test]
fn files_are_checked_shown_as_a_difference_and_put_in_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("harbour");
    crate::program::copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    let server = Server::start(&case, &["--write"]);
    let send = |query: &str, name: &str, text: &str| server.drop_files(query, &[(name, text)]);
    let wrong = send("", "companies-more.csv", "id,label\nNot A Slug,Two Words\n").json();
    assert_eq!(wrong["faults"][0]["code"], "bad-id", "{wrong}");
    assert_eq!(wrong["faults"][0]["row"], 2);
    assert_eq!(wrong["faults"][0]["column"]["header"], "id");
    assert!(wrong["difference"].is_null() && wrong["applied"] == false);
    let applied = send("?apply", "companies-more.csv", "id,label\nNot A Slug,Two Words\n").json();
    assert_eq!(applied["applied"], false);
    assert!(!case.join("companies-more.csv").exists(), "a faulty file stays out");
    let entity = "id,label,parent\nnew-line,New Line,harbour-lights\n";
    let sound = send("", "companies-more.csv", "id,label\nnew-line,New Line\n").json();
    assert_eq!(
        (sound["faults"].as_array().map(Vec::len), sound["applied"].as_bool()),
        (Some(0), Some(false)),
        "{sound}"
    );
    assert!(!case.join("companies-more.csv").exists(), "nothing was asked to be put in place");
    assert_eq!(send("?apply", "companies-more.csv", "id,label\nnew-line,New Line\n").json()["applied"], true);
    assert!(case.join("companies-more.csv").exists());
    assert!(
        server.get("/data").body.contains("fact")
            && server.get("/sparql?query=ASK%20%7B%20%3Anew-line%20%3Fp%20%3Fo%20%7D").body.contains("true")
    );
    assert_eq!(send("", "../outside.csv", entity).status, 400);
    let twice = server.drop_files("?apply", &[("people-more.csv", "id,label\n"), ("people-more.csv", entity)]);
    assert_eq!((twice.status, twice.body.contains("twice")), (400, true), "{}", twice.body);
    let hidden = std::fs::read_dir(&case).expect("the folder").flatten().map(|entry| entry.file_name());
    let hidden: Vec<_> = hidden.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert_eq!(hidden, [".casegraph"]);
    let bare = server.send("POST", "/import", &[("content-type", "multipart/form-data; boundary=cut")], b"--cut--\r\n");
    assert_eq!(bare.status, 401);
}
