//! The SPARQL 1.1 Protocol and the Graph Store HTTP Protocol against the running server, case by case as the tests of the
//! W3C list them. <https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/>

use std::path::Path;

use crate::program::repository;
use crate::server::{Sent, Server, encoded, store_of};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const QUERY: (&str, &str) = ("content-type", "application/sparql-query");
const UPDATE: (&str, &str) = ("content-type", "application/sparql-update");
const JSON: (&str, &str) = ("accept", "application/sparql-results+json");
const G1: &str = "http://example.org/g1";
const G2: &str = "http://example.org/g2";

/// A store with a case and two graphs of one triple each.
fn writable(folder: &Path) -> Server {
    let server = Server::start(&store_of("examples/harbour-lights", folder), &["--write"]);
    for (graph, name) in [(G1, "one"), (G2, "two")] {
        let turtle = format!("<http://example.org/{name}> <http://example.org/p> <http://example.org/o> .");
        let sent = put(&server, &format!("/store?graph={}", encoded(graph)), &turtle);
        assert_eq!(sent.status, 201, "{}", sent.body);
    }
    server
}

fn put(server: &Server, path: &str, turtle: &str) -> Sent {
    let bearer = server.bearer();
    server.send("PUT", path, &[("content-type", "text/turtle"), ("authorization", &bearer)], turtle.as_bytes())
}

fn update(server: &Server, path: &str, text: &str) -> Sent {
    let bearer = server.bearer();
    server.send("POST", path, &[UPDATE, ("authorization", &bearer)], text.as_bytes())
}

fn ask(server: &Server, query: &str, more: &str) -> bool {
    let sent = server.send("GET", &format!("/sparql?query={}{more}", encoded(query)), &[JSON], &[]);
    sent.json()["boolean"].as_bool().unwrap_or_else(|| panic!("{}", sent.body))
}

fn flagship() -> Server {
    Server::start(&repository("data/microsoft-nsl"), &[])
}

#[test]
fn queries_come_by_get_by_form_and_as_they_are() {
    let server = flagship();
    let ask = "ASK { :fbi cg:withdrew :nsl-microsoft-2013 }";
    let sent = [
        server.send("GET", &format!("/sparql?query={}", encoded(ask)), &[JSON], &[]),
        server.send("POST", "/sparql", &[FORM, JSON], format!("query={}", encoded(ask)).as_bytes()),
        server.send("POST", "/sparql", &[QUERY, JSON], ask.as_bytes()),
    ];
    for sent in sent {
        assert_eq!((sent.status, sent.media.as_str()), (200, "application/sparql-results+json"), "{}", sent.body);
        assert_eq!(sent.json()["boolean"], true);
    }
    assert!(server.send("HEAD", &format!("/sparql?query={}", encoded(ask)), &[], &[]).body.is_empty());
}

#[test]
fn each_form_of_query_comes_in_the_formats_that_it_has() {
    let server = flagship();
    let rows = "SELECT ?x { :fbi cg:withdrew ?x } ORDER BY ?x";
    let graph = "CONSTRUCT { ?x a cg:Request } { :fbi cg:withdrew ?x }";
    for (query, accept, media, holds) in [
        (rows, "application/sparql-results+json", "application/sparql-results+json", "\"bindings\""),
        (rows, "application/json", "application/sparql-results+json", "\"bindings\""),
        (rows, "application/sparql-results+xml", "application/sparql-results+xml", "<binding name=\"x\">"),
        (rows, "text/csv", "text/csv", "https://example.org/nsl/id/nsl-calyx-2004\r\n"),
        (
            rows,
            "text/tab-separated-values",
            "text/tab-separated-values",
            "<https://example.org/nsl/id/nsl-calyx-2004>\n",
        ),
        (rows, "text/html, */*;q=0.1", "application/sparql-results+json", "\"bindings\""),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml", "<boolean>true</boolean>"),
        (graph, "text/turtle", "text/turtle", ":nsl-calyx-2004 a cg:Request"),
        (graph, "application/n-triples", "application/n-triples", "<https://example.org/nsl/id/nsl-calyx-2004> <http"),
        (graph, "application/rdf+xml", "application/rdf+xml", "<rdf:RDF"),
        (graph, "application/ld+json", "application/ld+json", "\"@id\":\"https://example.org/nsl/id/nsl-calyx-2004\""),
        ("ASK {}", "text/csv", "text/csv", "true"),
        ("DESCRIBE :prism", "*/*", "text/turtle", ":prism a cg:Program"),
    ] {
        let sent = server.send("GET", &format!("/sparql?query={}", encoded(query)), &[("accept", accept)], &[]);
        assert_eq!(sent.status, 200, "{query}: {}", sent.body);
        assert!(sent.media.starts_with(media), "{accept}: {}", sent.media);
        assert!(sent.body.contains(holds), "{accept}: {}", sent.body);
    }
    for (query, accept) in [(rows, "text/turtle"), ("ASK {}", "text/turtle"), (graph, "text/csv")] {
        let sent = server.send("GET", &format!("/sparql?query={}", encoded(query)), &[("accept", accept)], &[]);
        assert_eq!(sent.status, 406, "{accept}");
    }
}

/// What `SPARQLWrapper` 2 and rdflib 7 (Python) and YASGUI 4 (in a browser) send with each form of query, and the media type
/// that each of them can then read.
#[test]
fn clients_that_researchers_use_get_what_they_can_read() {
    let rows = "SELECT ?x { :fbi cg:withdrew ?x }";
    let graph = "CONSTRUCT { ?x a cg:Request } WHERE { :fbi cg:withdrew ?x }";
    let json = "application/sparql-results+json,application/json,text/javascript,application/javascript";
    let n3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3";
    let page = "http://127.0.0.1:8703";
    let server = Server::start(&repository("data/microsoft-nsl"), &["--allow-origin", page]);
    for (query, more, accept, media) in [
        (rows, "&format=json&output=json&results=json", json, "application/sparql-results+json"),
        (rows, "", "application/sparql-results+xml", "application/sparql-results+xml"),
        (rows, "&format=csv&output=csv&results=csv", "text/csv", "text/csv; charset=utf-8; header=present"),
        (rows, "", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (rows, "", "application/sparql-results+xml, application/rdf+xml", "application/sparql-results+xml"),
        (rows, "", "application/sparql-results+json,*/*;q=0.9", "application/sparql-results+json"),
        ("ASK {}", "&format=json&output=json&results=json", json, "application/sparql-results+json"),
        ("ASK {}", "&format=csv&output=csv&results=csv", "text/csv", "text/csv; charset=utf-8; header=present"),
        (graph, "&format=turtle&output=turtle", "application/turtle,text/turtle", "text/turtle; charset=utf-8"),
        (graph, "&format=n3&output=n3&results=n3", n3, "text/turtle; charset=utf-8"),
        (graph, "", "application/ld+json,application/x-json+ld", "application/ld+json"),
        (graph, "", "application/rdf+xml", "application/rdf+xml"),
        (graph, "", "application/n-triples,*/*;q=0.9", "application/n-triples"),
        (graph, "&format=json&output=json&results=json", "*/*", "text/turtle; charset=utf-8"),
    ] {
        let fields = format!("query={}{more}", encoded(query));
        let headers = [("accept", accept), ("origin", page), ("referer", "http://127.0.0.1:8703/")];
        let got = server.send("GET", &format!("/sparql?{fields}"), &headers, &[]);
        let posted = server.send("POST", "/sparql", &[&headers[..], &[FORM]].concat(), fields.as_bytes());
        for sent in [got, posted] {
            assert_eq!((sent.status, sent.media.as_str()), (200, media), "{query} as {accept}: {}", sent.body);
            assert_eq!(sent.header("access-control-allow-origin"), page);
        }
    }
    let wrong = server.send("POST", "/sparql", &[FORM, ("origin", page)], b"query=SELEC");
    assert_eq!((wrong.status, wrong.header("access-control-allow-origin")), (400, page), "the page can read the fault");
}

/// A browser asks first whether a page may send the token, and sends it only where both method and header are allowed.
#[test]
fn a_page_of_an_origin_that_was_named_may_change_a_store_with_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = "http://127.0.0.1:8703";
    let store = store_of("examples/harbour-lights", folder.path());
    let server = Server::start(&store, &["--write", "--allow-origin", page]);
    let asks = [
        ("origin", page),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
        ("sec-fetch-mode", "cors"),
        ("accept", "*/*"),
    ];
    let may = server.send("OPTIONS", "/sparql", &asks, &[]);
    assert_eq!((may.status, may.header("access-control-allow-origin")), (204, page));
    assert!(may.header("access-control-allow-methods").split(", ").any(|method| method == "POST"));
    assert!(may.header("access-control-allow-headers").split(", ").any(|header| header == "authorization"));
    let bearer = server.bearer();
    let headers = [FORM, ("origin", page), ("accept", "text/plain,*/*;q=0.9"), ("authorization", bearer.as_str())];
    let change = format!("update={}", encoded("INSERT DATA { <http://example.org/a> a <http://example.org/B> }"));
    assert_eq!(server.send("POST", "/sparql", &headers, change.as_bytes()).status, 204);
    assert!(ask(&server, "ASK { <http://example.org/a> a <http://example.org/B> }", ""));
    assert_eq!(server.send("POST", "/sparql", &headers[..3], change.as_bytes()).status, 401, "not without it");
}

#[test]
fn graphs_that_a_request_names_are_the_dataset() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = writable(folder.path());
    let (one, two) = (encoded(G1), encoded(G2));
    let both = "ASK { <http://example.org/one> ?p ?o . <http://example.org/two> ?p ?o }";
    assert!(ask(&server, both, ""), "the union of all graphs is the default");
    assert!(!ask(&server, both, &format!("&default-graph-uri={one}")));
    assert!(ask(&server, both, &format!("&default-graph-uri={one}&default-graph-uri={two}")));
    let named = "ASK { GRAPH ?g { <http://example.org/one> ?p ?o } GRAPH ?h { <http://example.org/two> ?p ?o } }";
    assert!(ask(&server, named, &format!("&named-graph-uri={one}&named-graph-uri={two}")));
    assert!(!ask(&server, named, &format!("&named-graph-uri={one}")));
    let full =
        "ASK { <http://example.org/one> ?p ?o GRAPH <http://example.org/g2> { <http://example.org/two> ?p ?o } }";
    assert!(ask(&server, full, &format!("&default-graph-uri={one}&named-graph-uri={two}")));
    let stated = format!("ASK FROM <{G2}> {{ <http://example.org/one> ?p ?o }}");
    assert!(!ask(&server, &stated, ""));
    assert!(ask(&server, &stated, &format!("&default-graph-uri={one}")), "the request goes before the query");
    let form = format!("query={}&default-graph-uri={one}&default-graph-uri={two}", encoded(both));
    assert_eq!(server.send("POST", "/sparql", &[FORM, JSON], form.as_bytes()).json()["boolean"], true);
    let direct = format!("/sparql?default-graph-uri={one}&default-graph-uri={two}");
    assert_eq!(server.send("POST", &direct, &[QUERY, JSON], both.as_bytes()).json()["boolean"], true);
}

#[test]
fn bad_requests_are_told_what_is_bad() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = writable(folder.path());
    let bearer = server.bearer();
    let token = ("authorization", bearer.as_str());
    let utf16: Vec<u8> = "ASK {}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let clear = encoded("CLEAR NAMED");
    for (status, says, sent) in [
        (400, "several times", server.get("/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D")),
        (405, "GET, HEAD and POST", server.send("PUT", "/sparql", &[QUERY], b"ASK {}")),
        (415, "send the body as", server.send("POST", "/sparql", &[], b"query=ASK%20%7B%7D")),
        (415, "send the body as", server.send("POST", "/sparql", &[("content-type", "text/plain")], b"ASK {}")),
        (
            415,
            "UTF-8",
            server.send("POST", "/sparql", &[("content-type", "application/sparql-query; charset=UTF-16")], &utf16),
        ),
        (400, "UTF-8", server.send("POST", "/sparql", &[QUERY], b"ASK { ?s ?p \"\xff\" }")),
        (400, "line 2", server.get("/sparql?query=ASK%20%7B%0A%20%20nonsense")),
        (400, "never by GET", server.get(&format!("/sparql?update={clear}"))),
        (400, "no query", server.send("POST", "/sparql", &[FORM], b"")),
        (
            400,
            "not both",
            server.send("POST", "/sparql", &[FORM], format!("query=ASK%20%7B%7D&update={clear}").as_bytes()),
        ),
        (
            400,
            "several times",
            server.send("POST", "/sparql", &[FORM, token], format!("update={clear}&update={clear}").as_bytes()),
        ),
        (
            415,
            "UTF-8",
            server.send(
                "POST",
                "/sparql",
                &[("content-type", "application/sparql-update; charset=UTF-16"), token],
                &utf16,
            ),
        ),
        (400, "", server.send("POST", "/sparql", &[UPDATE, token], b"CLEAR XYZ")),
        (
            400,
            "only one of them",
            server.send(
                "POST",
                &format!("/sparql?using-named-graph-uri={}", encoded(G1)),
                &[UPDATE, token],
                b"INSERT { ?s ?p ?o } USING <http://example.org/g2> WHERE { ?s ?p ?o }",
            ),
        ),
        (400, "absolute IRI", server.get("/sparql?query=ASK%20%7B%7D&default-graph-uri=nonsense")),
        (
            400,
            "makes no connections",
            server
                .get(&format!("/sparql?query={}", encoded("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))),
        ),
        (400, "a SPARQL update", server.get(&format!("/sparql?query={}", encoded("DROP ALL")))),
        (400, "takes a day", server.get("/sparql?query=ASK%20%7B%7D&known-on=yesterday")),
    ] {
        assert_eq!(sent.status, status, "{says}: {}", sent.body);
        assert!(sent.body.contains(says), "{says}: {}", sent.body);
    }
}

#[test]
fn a_fault_in_a_query_is_shown_at_its_place() {
    let server = flagship();
    let path = format!("/sparql?query={}", encoded("SELECT ?a {\n  ?a cg:sued }"));
    let sent = server.get(&path);
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("line 2"), "{}", sent.body);
    let problem =
        server.send("GET", &path, &[("accept", "application/sparql-results+json, application/problem+json")], &[]);
    assert_eq!((problem.status, problem.media.as_str()), (400, "application/problem+json"));
    assert_eq!((problem.json()["line"].as_u64(), problem.json()["column"].as_u64()), (Some(2), Some(14)));
}

#[test]
fn updates_come_by_post_with_the_token_and_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = writable(folder.path());
    let insert = "INSERT DATA { GRAPH <http://example.org/g3> { :new-company cg:sued :other-company } }";
    let sent = server.send("POST", "/sparql", &[UPDATE], insert.as_bytes());
    assert_eq!((sent.status, sent.header("www-authenticate")), (401, "Bearer"));
    assert!(!ask(&server, "ASK { :new-company ?p ?o }", ""));
    assert_eq!(update(&server, "/sparql", insert).status, 204);
    assert!(ask(&server, "ASK { :new-company ?p ?o }", ""));
    let bearer = server.bearer();
    let form = format!("update={}", encoded("DELETE WHERE { GRAPH ?g { :new-company ?p ?o } }"));
    let sent = server.send("POST", "/sparql", &[FORM, ("authorization", &bearer)], form.as_bytes());
    assert_eq!(sent.status, 204, "{}", sent.body);
    assert!(!ask(&server, "ASK { :new-company ?p ?o }", ""));
    let copy = "INSERT { GRAPH <http://example.org/copy> { ?s ?p ?o } } WHERE { ?s ?p ?o }";
    let using = format!("/sparql?using-graph-uri={}&using-graph-uri={}", encoded(G1), encoded(G2));
    assert_eq!(update(&server, &using, copy).status, 204);
    assert!(ask(
        &server,
        "ASK { GRAPH <http://example.org/copy> { <http://example.org/one> ?p ?o . <http://example.org/two> ?p ?o } }",
        ""
    ));
    let named = "INSERT { GRAPH <http://example.org/copy2> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }";
    assert_eq!(update(&server, &format!("/sparql?using-named-graph-uri={}", encoded(G1)), named).status, 204);
    assert!(ask(&server, "ASK { GRAPH <http://example.org/copy2> { <http://example.org/one> ?p ?o } }", ""));
    assert!(!ask(&server, "ASK { GRAPH <http://example.org/copy2> { <http://example.org/two> ?p ?o } }", ""));
    drop(server);
    let again = Server::start(&folder.path().join("case.casegraph"), &[]);
    assert!(ask(&again, "ASK { GRAPH <http://example.org/copy> { ?s ?p ?o } }", ""), "the file holds what was written");
}

#[test]
fn a_read_only_server_and_a_case_folder_refuse_changes() {
    let server = flagship();
    let sent = server.send("POST", "/sparql", &[UPDATE], b"CLEAR ALL");
    assert_eq!((sent.status, sent.body.contains("--write")), (403, true), "{}", sent.body);
    assert_eq!(server.send("DELETE", "/store?default", &[], &[]).status, 403);
    let folder = tempfile::tempdir().expect("a folder");
    crate::program::copy_folder(&repository("examples/harbour-lights"), folder.path()).expect("a copy");
    let folder_case = Server::start(folder.path(), &["--write"]);
    let sent = update(&folder_case, "/sparql", "CLEAR ALL");
    assert_eq!((sent.status, sent.body.contains("CSV files")), (403, true), "{}", sent.body);
}

#[test]
fn the_service_describes_itself() {
    let server = flagship();
    let sent = server.send("GET", "/sparql", &[("accept", "application/n-triples")], &[]);
    assert_eq!(sent.status, 200);
    let sd = "http://www.w3.org/ns/sparql-service-description#";
    let endpoint = format!("<{sd}endpoint> <{}/sparql>", server.url);
    for holds in [
        &endpoint,
        &format!("<{sd}SPARQL11Query>"),
        &format!("<{sd}UnionDefaultGraph>"),
        "https://example.org/nsl/id/graph/case",
    ] {
        assert!(sent.body.contains(holds), "{holds}: {}", sent.body);
    }
    assert!(!sent.body.contains("SPARQL11Update"), "it is read only");
}

#[test]
fn a_view_answers_what_it_shows() {
    let server = flagship();
    let count = |view: &str| {
        let query = encoded("SELECT ?f { ?f rdf:object :nsl-microsoft-2013 }");
        let sent = server.send("GET", &format!("/sparql?query={query}{view}"), &[JSON], &[]);
        sent.json()["results"]["bindings"].as_array().map_or(0, Vec::len)
    };
    let (whole, before, after) = (count(""), count("&known-on=2014-05-21"), count("&known-on=2014-05-22"));
    assert_eq!(before, 0);
    assert!(after > 0 && after <= whole, "{after} of {whole}");
    assert!(count("&known-on=2014-05-21&possible=true") >= before);
    let form = format!("query={}&known-on=2014-05-21", encoded("ASK { :nsl-microsoft-2013 ?p ?o }"));
    assert_eq!(server.send("POST", "/sparql", &[FORM, JSON], form.as_bytes()).json()["boolean"], false);
}

#[test]
fn graphs_are_read_replaced_added_to_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = writable(folder.path());
    let path = format!("/store?graph={}", encoded(G1));
    let bearer = server.bearer();
    let token = ("authorization", bearer.as_str());
    let turtle = ("content-type", "text/turtle");
    let read = |path: &str| server.send("GET", path, &[("accept", "application/n-triples")], &[]);
    assert_eq!(read(&path).body.lines().count(), 1);
    assert_eq!(server.send("HEAD", &path, &[], &[]).status, 200);
    let more = b"<http://example.org/more> <http://example.org/p> 1 .";
    assert_eq!(server.send("POST", &path, &[turtle, token], more).status, 204);
    assert_eq!(read(&path).body.lines().count(), 2);
    assert_eq!(put(&server, &path, "<http://example.org/only> <http://example.org/p> 2 .").status, 204);
    assert!(read(&path).body.contains("only") && !read(&path).body.contains("more"));
    assert_eq!(server.send("DELETE", &path, &[token], &[]).status, 204);
    assert_eq!((read(&path).status, server.send("DELETE", &path, &[token], &[]).status), (404, 404));
    assert_eq!(server.send("PUT", &path, &[turtle], more).status, 401);
    assert_eq!(put(&server, &path, "this is no Turtle").status, 400);
    assert_eq!(server.send("PUT", &path, &[("content-type", "text/csv"), token], more).status, 415);
    assert_eq!(server.send("PATCH", &path, &[token], more).status, 405);
    assert_eq!(server.get(&format!("{path}&default")).status, 400);
    assert!(read("/store?default").body.contains("example.org/two"), "the default graph is the union");
    assert!(server.send("GET", "/store", &[("accept", "application/trig")], &[]).body.contains(G2));
}

#[test]
fn a_query_that_takes_too_long_is_stopped_and_a_large_answer_refused() {
    let server =
        Server::start(&repository("data/microsoft-nsl"), &["--query-time", "1", "--max-rows", "50", "--max-body", "1"]);
    let slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    let sent = server.get(&format!("/sparql?query={}", encoded(slow)));
    assert_eq!((sent.status, sent.body.contains("ran for 1 s")), (503, true), "{}", sent.body);
    let sent = server.get(&format!("/sparql?query={}", encoded("SELECT * { ?s ?p ?o }")));
    assert_eq!((sent.status, sent.body.contains("more than 50 rows")), (400, true), "{}", sent.body);
    let long = vec![b' '; 2 << 20];
    assert_eq!(server.send("POST", "/sparql", &[QUERY], &long).status, 413);
    assert!(ask(&server, "ASK {}", ""), "it goes on");
}

#[test]
fn an_expensive_query_does_not_stop_the_others() {
    let server = Server::start(&repository("data/microsoft-nsl"), &["--query-time", "6"]);
    let slow = encoded("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }");
    std::thread::scope(|scope| {
        let running = scope.spawn(|| server.get(&format!("/sparql?query={slow}")));
        for _ in 0..20 {
            assert!(ask(&server, "ASK { :fbi ?p ?o }", ""));
        }
        assert!(!running.is_finished(), "the others did not wait for it");
    });
}
