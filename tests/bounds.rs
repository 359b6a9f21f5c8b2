//! What comes from outside is bounded: how deep and long a text may be, before a parser sees it, and how much memory a
//! query may hold. Every grammar is sent at 10 and at 100,000 levels, and at the bound itself.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use casegraph::query::{Answer, Error, Limits, Protocol, Question, check, run, run_limited, run_within, update};
use casegraph::store::CaseStore;
use oxigraph::model::{GraphName, NamedNode, Quad};
use oxigraph::sparql::{CancellationToken, QueryResults, SparqlEvaluator};
use oxigraph::store::Store;

use crate::program::{copy_folder, repository};
use crate::server::{Sent, Server, encoded, store_of};

const BASE: &str = "https://example.org/x/id/";

/// A text of so many levels or links.
type Grows = fn(usize) -> String;

fn nested(open: &str, inner: &str, close: &str, n: usize) -> String {
    format!("{}{inner}{}", open.repeat(n), close.repeat(n))
}

fn chain(link: &str, by: &str, n: usize) -> String {
    vec![link; n + 1].join(by)
}

fn numbered(n: usize, link: impl Fn(usize) -> String) -> String {
    (0..n).map(link).collect()
}

/// Ways in which a query makes its readers call themselves.
const QUERIES: &[(&str, Grows)] = &[
    ("parentheses", |n| format!("ASK {{ FILTER {} }}", nested("(", "1", ")", n))),
    ("groups", |n| format!("ASK {{ {} }}", nested("{", "", "}", n))),
    ("calls", |n| format!("ASK {{ FILTER ({}) }}", nested("STR(", "1", ")", n))),
    ("calls in two forms", |n| format!("ASK {{ FILTER ({}) }}", nested("SUBSTR(", "\"a\"", ", 1)", n))),
    ("calls by name", |n| format!("ASK {{ FILTER ({}) }}", nested("xsd:string(", "1", ")", n))),
    ("calls not closed", |n| format!("ASK {{ FILTER ({}", nested("xsd:string(", "1", "", n))),
    ("exists", |n| format!("ASK {{ {} }}", nested("FILTER EXISTS { ?a ?b ?c . ", "", "}", n))),
    ("optional in optional", |n| format!("ASK {{ ?a ?b ?c {} }}", nested("OPTIONAL { ?a <x:p> ?c ", "", "}", n))),
    ("subselects", |n| format!("SELECT * {{ {} }}", nested("{ SELECT * { ", "?a ?b ?c", "} }", n))),
    ("blank nodes", |n| format!("ASK {{ ?a ?b {} }}", nested("[ <x:p> ", "1", "]", n))),
    ("collections", |n| format!("ASK {{ ?a ?b {} }}", nested("(", "1", ")", n))),
    ("paths in paths", |n| format!("ASK {{ ?a {} ?b }}", nested("(", "a", ")*", n))),
    ("triple terms", |n| format!("ASK {{ ?a ?b {} }}", nested("<<( <x:s> <x:p> ", "1", ")>>", n))),
    ("reified triples", |n| format!("ASK {{ {} ?p ?o }}", nested("<< ", "<x:s>", " <x:p> <x:o> >>", n))),
    ("annotations", |n| format!("ASK {{ ?a ?b ?c {} }}", nested("{| <x:p> ?o ", "", "|}", n))),
    ("not", |n| format!("ASK {{ FILTER ({}true) }}", "!".repeat(n))),
    ("minus before minus", |n| format!("ASK {{ FILTER ({}) }}", nested("-(", "1", ")", n))),
    ("or", |n| format!("ASK {{ FILTER ({}) }}", chain("?a = 1", "||", n))),
    ("and", |n| format!("ASK {{ ?a ?b ?c FILTER ({}) }}", chain("?a != 1", "&&", n))),
    ("plus", |n| format!("ASK {{ FILTER ({}) }}", chain("1", " + ", n))),
    ("signs", |n| format!("ASK {{ FILTER ({}) }}", chain("1", " -", n))),
    ("times", |n| format!("ASK {{ FILTER ({}) }}", chain("1", "*", n))),
    ("sequence", |n| format!("ASK {{ ?a {} ?b }}", chain("a", "/", n))),
    ("alternatives", |n| format!("ASK {{ ?a {} ?b }}", chain("a", "|", n))),
    ("a sequence repeated", |n| format!("ASK {{ ?a ({})* ?b }}", chain("a", "/", n))),
    ("inverse", |n| format!("ASK {{ ?a {} ?b }}", nested("^(", "a", ")", n))),
    ("union", |n| format!("ASK {{ {} }}", chain("{ ?a ?b 1 }", " UNION ", n))),
    ("union of nothing", |n| format!("ASK {{ {} }}", chain("{}", " UNION ", n))),
    ("optional", |n| format!("ASK {{ ?a ?b ?c {} }}", "OPTIONAL { ?a <x:p> ?d } ".repeat(n))),
    ("minus", |n| format!("ASK {{ ?a ?b ?c {} }}", "MINUS { ?a <x:q> 1 } ".repeat(n))),
    ("filter", |n| format!("ASK {{ ?a ?b ?c {} }}", "FILTER (?a != 1) ".repeat(n))),
    ("bind", |n| format!("ASK {{ {} }}", numbered(n, |i| format!("BIND ({i} AS ?v{i}) ")))),
    ("bind of bind", |n| {
        format!("ASK {{ BIND (1 AS ?v0) {} }}", numbered(n, |i| format!("BIND (?v{i} + 1 AS ?v{}) ", i + 1)))
    }),
    ("groups in a row", |n| format!("ASK {{ {} }}", "{ ?a <x:p> ?c } ".repeat(n))),
    ("subselects in a row", |n| format!("ASK {{ {} }}", "{ SELECT ?a { ?a <x:p> ?c } } ".repeat(n))),
    ("graphs in a row", |n| format!("ASK {{ {} }}", "GRAPH ?g { ?a <x:p> ?c } ".repeat(n))),
    ("values in a row", |n| format!("ASK {{ {} }}", "VALUES ?a { 1 } ".repeat(n))),
    ("values of many names", |n| format!("ASK {{ {} }}", numbered(n, |i| format!("VALUES ?v{i} {{ 1 }} ")))),
    ("triples", |n| format!("ASK {{ {} }}", numbered(n, |i| format!("?v{i} <x:p> ?v{} . ", i + 1)))),
    ("triples apart", |n| format!("ASK {{ {} }}", numbered(n, |i| format!("?v{i} <x:none> ?w{i} . ")))),
    ("objects", |n| format!("ASK {{ ?s <x:p> {} }}", chain("1", ",", n))),
    ("predicates", |n| format!("ASK {{ ?s {} }}", chain("<x:p> 1", ";", n))),
    ("items", |n| format!("ASK {{ ?s ?p ({}) }}", "1 ".repeat(n))),
    ("expressions", |n| format!("SELECT {} {{}}", numbered(n, |i| format!("(1 AS ?v{i}) ")))),
    ("having", |n| format!("SELECT ?a {{ ?a ?b ?c }} GROUP BY ?a HAVING {}", "(COUNT(?b) > 0) ".repeat(n))),
    ("order", |n| format!("SELECT ?a {{ ?a ?b ?c }} ORDER BY {}", "DESC(?a) ".repeat(n))),
    ("comparisons", |n| format!("ASK {{ FILTER {} }}", nested("(?a <(?b>", "1", "))", n))),
    ("concat", |n| format!("ASK {{ BIND (CONCAT({}) AS ?a) }}", chain("\"a\"", ",", n))),
    ("coalesce", |n| format!("ASK {{ BIND (COALESCE({}) AS ?a) }}", chain("?z", ",", n))),
    ("in", |n| format!("ASK {{ ?a ?b ?c FILTER (?a IN ({})) }}", chain("1", ",", n))),
];

fn store() -> CaseStore {
    let node = |i: usize| NamedNode::new_unchecked(format!("x:s{i}"));
    let property = NamedNode::new_unchecked("x:p");
    let quads = (0..600).map(|i| Quad::new(node(i), property.clone(), node(i + 1), GraphName::DefaultGraph));
    CaseStore::in_memory(quads).expect("a store")
}

fn ask(text: &str) -> Result<Answer, Error> {
    run(&CaseStore::default(), BASE, &Question::ad_hoc("-", text)?, &[])
}

#[test]
fn query_nesting_kills_server() {
    for (name, text) in QUERIES {
        let few = ask(&text(10));
        assert!(few.is_ok() || matches!(few, Err(Error::Syntax(_))) == name.contains("not closed"), "{name}: {few:?}");
        let many = ask(&text(100_000));
        assert!(matches!(&many, Err(Error::Extent(_))), "{name}: {many:?}");
        assert!(many.is_err_and(|error| error.to_string().contains("which is the bound")), "{name}");
    }
}

#[test]
fn what_is_within_the_bounds_fits_on_the_stack() {
    for (name, text) in QUERIES {
        let passes = |n| !matches!(check(BASE, &text(n)), Err(Error::Extent(_)));
        let (mut most, mut too_many) = (10_usize, 100_000_usize);
        while too_many - most > 1 {
            let middle = most.midpoint(too_many);
            if passes(middle) { most = middle } else { too_many = middle }
        }
        let answer = ask(&text(most));
        assert!(answer.is_ok() || matches!(answer, Err(Error::Syntax(_))), "{name} at {most}: {answer:?}");
    }
}

#[test]
fn updates_are_bounded_as_queries_are() {
    let change = |text: &str| {
        update(&store().to_oxigraph().expect("a copy"), BASE, text, &Protocol::default(), &Limits::default())
    };
    for (name, text) in QUERIES.iter().filter(|(_, text)| text(1).starts_with("ASK {")) {
        let text = |n| text(n).replacen("ASK {", "INSERT { <x:a> <x:b> 1 } WHERE {", 1);
        let few = change(&text(10));
        assert!(few.is_ok() || name.contains("not closed"), "{name}: {few:?}");
        assert!(matches!(change(&text(100_000)), Err(Error::Extent(_))), "{name}");
    }
    let operations = |n| vec!["DELETE { ?a <x:q> ?b } WHERE { ?a <x:q> ?b }"; n].join(";");
    assert!(change(&operations(10)).is_ok());
    assert!(matches!(change(&operations(100_000)), Err(Error::Extent(_))));
    let triples = |n| "<x:a> <x:p> (1 -2), [ <x:q> true ] . ".repeat(n);
    assert!(change(&format!("INSERT DATA {{ {} }}", triples(20_000))).is_ok(), "data lie side by side");
}

/// Queries that make much of little.
fn worst() -> Vec<(&'static str, String)> {
    let doubling = |function: &str, n: usize| {
        let step = |i: usize| format!("BIND ({} AS ?a{}) ", function.replace("?a", &format!("?a{i}")), i + 1);
        format!("SELECT (STRLEN(?a{n}) AS ?n) {{ BIND ('aaaaaaaaaaaaaaaa' AS ?a0) {} }}", numbered(n, step))
    };
    let cross = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i";
    let rows = |n: usize| numbered(n, |i| format!("{i} "));
    let long = doubling("CONCAT(?a, ?a)", 17).replace("STRLEN(?a17) AS ?n", "?a17 AS ?long");
    let wide = numbered(90, |i| format!("?w{i} "));
    vec![
        ("concat", doubling("CONCAT(?a, ?a, ?a, ?a)", 30)),
        ("concat of many", format!("SELECT (STRLEN(CONCAT({})) AS ?n) {{ {{ {long} }} }}", chain("?long", ",", 300))),
        ("replace", doubling("REPLACE(?a, 'a', ?a)", 9)),
        ("replace by reference", doubling("REPLACE(?a, '.+', '$0$0$0$0$0$0$0$0')", 20)),
        ("encode", doubling("ENCODE_FOR_URI(CONCAT(?a, '%%%%', ?a))", 40)),
        ("upper case", doubling("UCASE(CONCAT(?a, 'ΐΐΐΐ', LCASE(?a)))", 40)),
        ("datatype", doubling("STRDT(CONCAT(STR(?a), STR(?a)), <x:t>)", 40)),
        (
            "copies",
            format!(
                "SELECT (COUNT(DISTINCT ?c) AS ?n) {{ {{ {long} }} VALUES ?i {{ {} }} BIND (SUBSTR(?long, ?i) AS ?c) }}",
                rows(9_000)
            ),
        ),
        ("group_concat", format!("SELECT (GROUP_CONCAT(STR(?a)) AS ?n) {{ {cross} }}")),
        ("group_concat of long", format!("SELECT (GROUP_CONCAT(?long) AS ?n) {{ {{ {long} }} ?a ?b ?c }}")),
        (
            "separator",
            format!("SELECT (GROUP_CONCAT(STR(?a); separator='{}') AS ?n) {{ ?a ?b ?c }}", "-".repeat(200_000)),
        ),
        ("order by", format!("SELECT * {{ {cross} }} ORDER BY ?a LIMIT 1")),
        ("distinct", format!("SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {cross} }} }}")),
        ("group by", format!("SELECT (COUNT(*) AS ?n) {{ SELECT ?a ?d ?g {{ {cross} }} GROUP BY ?a ?d ?g }}")),
        ("count distinct", format!("SELECT (COUNT(DISTINCT *) AS ?n) {{ {cross} }}")),
        (
            "count distinct texts",
            format!("SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {cross} }}"),
        ),
        ("minus", format!("ASK {{ <x:s1> ?p ?q MINUS {{ {cross} }} }}")),
        (
            "values",
            format!("SELECT (COUNT(DISTINCT *) AS ?n) {{ VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} }}", rows(3_000)),
        ),
        (
            "path",
            "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?a (<x:p>|!<x:p>)* ?b . ?c (<x:p>|!<x:p>)* ?d } }"
                .to_owned(),
        ),
        ("path alone", "SELECT * { ?a (<x:p>|!<x:p>|^<x:p>)* ?b } ORDER BY ?a".to_owned()),
        ("construct", format!("CONSTRUCT {{ ?a <x:q> ?d . ?d <x:q> ?g . ?g ?d ?a }} {{ {cross} }}")),
        ("exists", format!("ASK {{ ?x ?y ?z FILTER EXISTS {{ SELECT * {{ {cross} }} ORDER BY ?i }} }}")),
        ("subselects", format!("SELECT * {{ {{ SELECT * {{ SELECT * {{ {cross} }} }} }} }} ORDER BY ?i")),
        (
            "wide rows",
            format!(
                "SELECT * {{ {{ SELECT ?a {{ ?a ?b ?c . ?d ?e ?f }} }} {{ VALUES ({wide}) {{ ({0}) ({0}) }} }} }} ORDER BY ?a",
                rows(90)
            ),
        ),
        ("rows", format!("SELECT * {{ {cross} }}")),
    ]
}

#[test]
fn concat_doubling_kills_server() {
    let store = store();
    for (name, text) in worst() {
        let limits = Limits { memory: 16 << 20, ..Limits::default() };
        let answer = run_within(&store, BASE, &Question::ad_hoc("-", &text).expect("a query"), &[], &limits);
        let Err(Error::Memory(16)) = answer else {
            panic!("{name}: {:?}", answer.map(|answer| answer.len()));
        };
    }
    let told = Error::Memory(16).to_string();
    assert!(told.contains("16 MB") && told.contains("--max-memory"), "{told}");
}

#[test]
fn rows_without_terms_end_too() {
    let text = format!("SELECT (COUNT(*) AS ?n) {{ {} }}", "{ {} UNION {} } ".repeat(40));
    let token = CancellationToken::new();
    let limits = Limits { token: token.clone(), ..Limits::default() };
    let question = Question::ad_hoc("-", &text).expect("a query");
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            token.cancel();
        });
        run_limited(&store(), BASE, &question, &[], &Protocol::default(), &limits)
    });
    assert!(matches!(answer, Err(Error::Evaluation(_))), "{answer:?}");
}

#[test]
fn an_update_past_its_memory_changes_nothing() {
    let store = store().to_oxigraph().expect("a copy");
    for text in [
        "INSERT DATA { <x:new> <x:p> 1 } ; INSERT { ?a <x:q> ?d . ?d ?g ?a } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "DELETE WHERE { ?s ?p ?o } ; INSERT { <x:a> <x:b> ?z } WHERE { BIND ('aaaaaaaaaaaaaaaa' AS ?a) \
         BIND (REPLACE(?a, 'a', ?a) AS ?b) BIND (REPLACE(?b, 'a', ?b) AS ?c) BIND (REPLACE(?c, 'a', ?c) AS ?z) }",
    ] {
        let limits = Limits { memory: 16 << 20, ..Limits::default() };
        let done = update(&store, BASE, text, &Protocol::default(), &limits);
        assert!(matches!(done, Err(Error::Memory(16))), "{done:?}");
        assert_eq!(store.len().expect("memory"), 600, "{text}");
        assert!(
            store
                .quads_for_pattern(None, None, None, None)
                .all(|quad| quad.is_ok_and(|q| q.predicate.as_str() == "x:p"))
        );
    }
    let token = CancellationToken::new();
    token.cancel();
    let done =
        update(&store, BASE, "DELETE WHERE { ?s ?p ?o }", &Protocol::default(), &Limits { token, ..Limits::default() });
    assert!(done.is_err() && store.len().expect("memory") == 600, "{done:?}");
}

#[test]
fn texts_are_made_as_the_engine_makes_them() {
    for made in [
        "CONCAT()",
        "CONCAT('a')",
        "CONCAT('a'@en)",
        "CONCAT('a'@en, 'b'@en)",
        "CONCAT('a'@en, 'b'@en, 'c')",
        "CONCAT('a'@en, 'b'@fr, 'c'@en)",
        "CONCAT('a', 1, 'b')",
        "CONCAT('a', ?none)",
        "CONCAT('a', 'b', 'c', 'd', 'e')",
        "CONCAT(?x, STR(?y), ?x, 'é', ?x)",
        "CONCAT('a'@en--ltr, 'b'@en--ltr)",
        "REPLACE('abab', 'b', 'x')",
        "REPLACE('abab'@fr, 'B', 'x', 'i')",
        "REPLACE('ab', '(a)(b)', '$2$1$3')",
        "REPLACE('a.b', '.', '-', 'q')",
        "REPLACE('ab', 'a', 'x', 'z')",
        "REPLACE('ab', '(', 'x')",
        "REPLACE(1, 'a', 'x')",
        "REPLACE('ab', 'a', 1)",
        "REPLACE('ab', 'a', 'x'@en)",
        "REPLACE('ab', 'a{1000}{1000}', '')",
        "REPLACE('a\\nb', '^b', 'x', 'm')",
        "REPLACE('abc', '', '-')",
        "REPLACE('a'^^<x:t>, 'a', 'b')",
        "REPLACE(?x, ?pattern, CONCAT(?x, '$0'))",
        "UCASE(?x)",
        "LCASE('ÀB'@en)",
        "ENCODE_FOR_URI('é /')",
        "ENCODE_FOR_URI(1)",
        "REGEX(?x, ?pattern)",
        "STR(01)",
        "STRDT('01', xsd:integer)",
        "IF(?y > 1, UCASE(?x), 2.50)",
        "COALESCE(?none, LCASE(?x))",
        "SUBSTR(?x, 2)",
    ] {
        let text = format!(
            "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?made \
             {{ VALUES (?x ?y ?pattern) {{ ('abc' 1 'b') ('xyz' 2 'y.') }} BIND ({made} AS ?made) }} ORDER BY ?x"
        );
        let engine = Store::new().expect("memory");
        let plain = SparqlEvaluator::new().parse_query(&text).expect(made).on_store(&engine).execute().expect(made);
        let QueryResults::Solutions(plain) = plain else { panic!("SELECT") };
        let plain: Vec<_> = plain.map(|row| row.expect(made).values().to_vec()).collect();
        let Answer::Solutions(bounded) = ask(&text).expect(made) else { panic!("SELECT") };
        assert_eq!(bounded.rows(), plain, "{made}");
    }
}

fn resident(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).expect("a number") >> 10
}

fn query(server: &Server, text: &str) -> Sent {
    server.send("POST", "/sparql", &[("content-type", "application/sparql-query")], text.as_bytes())
}

/// The server has 6 GB, as `ulimit` counts them.
#[cfg(target_os = "linux")]
#[test]
fn three_worst_queries_at_once_leave_the_others_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = store_of("data/microsoft-nsl", folder.path());
    let program = assert_cmd::cargo::cargo_bin!("casegraph");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 6000000; exec \"$0\" \"$@\""]).arg(program);
    let server = Server::start_by(command, &case, &["--query-time", "20"]);
    let honest = "SELECT (COUNT(*) AS ?n) { ?fact a cg:Fact }";
    let expected = query(&server, honest).body;
    let before = resident(&server);
    let worst = worst();
    let named = |name: &str| worst.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str()).expect(name);
    for three in [["concat", "order by", "replace"], ["group_concat of long", "path", "wide rows"]] {
        std::thread::scope(|scope| {
            let running: Vec<_> = three.map(|name| scope.spawn(|| query(&server, named(name)))).into();
            let mut answered = 0;
            while running.iter().any(|one| !one.is_finished()) || answered == 0 {
                let sent = query(&server, honest);
                assert_eq!((sent.status, sent.body.as_str()), (200, expected.as_str()));
                answered += 1;
            }
            for (name, one) in three.iter().zip(running) {
                let sent = one.join().expect("an answer");
                assert!(sent.status == 400 && sent.body.contains("256 MB") || sent.status == 503, "{name}: {sent:?}");
            }
        });
    }
    // A sort that has begun holds its rows until its end, and the allocator gives pages back a little later.
    let deadline = Instant::now() + Duration::from_secs(180);
    while resident(&server) > before + 300 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(200));
        query(&server, honest);
    }
    assert!(resident(&server) <= before + 300, "{} MB, before {before} MB", resident(&server));
}

#[test]
fn every_address_refuses_what_is_too_deep() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&store_of("examples/harbour-lights", folder.path()), &["--write"]);
    let bearer = server.bearer();
    let form = [("content-type", "application/x-www-form-urlencoded"), ("authorization", bearer.as_str())];
    let bounded = |sent: &Sent, what: &str| {
        assert!(
            sent.status == 400 && sent.body.contains("which is the bound"),
            "{what}: {} {}",
            sent.status,
            sent.body
        );
    };
    let text = |n| format!("ASK {{ FILTER {} }}", nested("(", "1", ")", n));
    let change = |n| format!("DELETE {{ <x:a> <x:b> <x:c> }} WHERE {{ FILTER {} }}", nested("(", "1", ")", n));
    let header = |media| [("content-type", media), ("authorization", bearer.as_str())];
    assert_eq!(server.get(&format!("/sparql?query={}", encoded(&text(10)))).status, 200);
    bounded(&server.get(&format!("/sparql?query={}", encoded(&text(2_000)))), "GET");
    assert_eq!(server.send("POST", "/sparql", &form, format!("query={}", encoded(&text(10))).as_bytes()).status, 200);
    bounded(&server.send("POST", "/sparql", &form, format!("query={}", encoded(&text(100_000))).as_bytes()), "form");
    assert_eq!(query(&server, &text(10)).status, 200);
    bounded(&query(&server, &text(100_000)), "POST");
    let media = "application/sparql-update";
    assert_eq!(server.send("POST", "/sparql", &header(media), change(10).as_bytes()).status, 204);
    bounded(&server.send("POST", "/sparql", &header(media), change(100_000).as_bytes()), "update");
    let graphs: [(&str, &str, Grows); 4] = [
        ("triple terms", "text/turtle", |n| format!("<x:s> <x:p> {} .", nested("<<( <x:s> <x:p> ", "1", ")>>", n))),
        ("blank nodes", "text/turtle", |n| format!("<x:s> <x:p> {} .", nested("[ <x:p> ", "1", "]", n))),
        ("collections", "text/turtle", |n| format!("<x:s> <x:p> {} .", nested("(", "1", ")", n))),
        ("lines", "application/n-triples", |n| {
            format!("<x:s> <x:p> {} .", nested("<<( <x:s> <x:p> ", "<x:o>", ")>>", n))
        }),
    ];
    for (name, media, text) in graphs {
        for method in ["PUT", "POST"] {
            let sent = server.send(method, "/store?graph=urn:x", &header(media), text(10).as_bytes());
            assert!(sent.status < 300, "{name}: {}", sent.body);
            bounded(&server.send(method, "/store?graph=urn:x", &header(media), text(100_000).as_bytes()), name);
        }
    }
    let reconcile =
        |n| format!("queries={}", encoded(&format!("{{\"q0\": {{\"query\": {}}}}}", nested("[", "1", "]", n))));
    for n in [10, 100_000] {
        let sent = server.send("POST", "/reconcile", &form, reconcile(n).as_bytes());
        assert_eq!(sent.status, 400, "{}", sent.body);
    }
    assert_eq!(query(&server, &text(10)).status, 200);
}

#[test]
fn entity_expansion() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&store_of("examples/harbour-lights", folder.path()), &["--write"]);
    let laughs = numbered(30, |i| format!("<!ENTITY a{} \"&a{i};&a{i};\">", i + 1));
    let laughs = format!(
        "<!DOCTYPE r [<!ENTITY a0 \"ha\">{laughs}]><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"x:a\" x:b=\"&a30;\" xmlns:x=\"x:\"/></rdf:RDF>"
    );
    let headers = [("content-type", "application/rdf+xml"), ("authorization", &server.bearer())];
    let sent = server.send("PUT", "/store?graph=urn:x", &headers, laughs.as_bytes());
    assert_eq!(sent.status, 415, "{}", sent.body);
    assert!(sent.body.contains("Turtle or N-Triples"), "{}", sent.body);
    assert_eq!(server.get("/store?graph=urn:x").status, 404);
}

fn casegraph(args: &[&str], folder: &Path, stdin: &str) -> (i32, String) {
    let outcome = crate::program::run(args, folder, stdin.as_bytes());
    (outcome.status, outcome.stderr)
}

#[test]
fn the_command_line_refuses_what_is_too_deep() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("case");
    copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    fs::create_dir_all(case.join("queries")).expect("a folder");
    let text = |n| format!("# title: T\n# question: Q?\nASK {{ FILTER {} }}", nested("(", "1", ")", n));
    for n in [10, 100_000] {
        fs::write(case.join("queries/deep.rq"), text(n)).expect("a file");
        for (args, stdin) in [(["query", "case", "deep"], String::new()), (["query", "case", "-"], text(n))] {
            let (status, told) = casegraph(&args, folder.path(), &stdin);
            if n == 10 {
                assert_eq!(status, 0, "{told}");
            } else {
                assert!(status == 2 && told.contains("line 3, column 113: more than 100 brackets"), "{status} {told}");
            }
        }
    }
    let (status, told) = casegraph(&["query", "case", "-", "--max-memory", "64"], folder.path(), &worst()[0].1);
    assert!((1..=3).contains(&status) && told.contains("64 MB"), "{status} {told}");
    fs::write(folder.path().join("t.csv"), "a\n1\n").expect("a file");
    let json = |n| nested("[", "1", "]", n);
    for n in [10, 100_000] {
        fs::write(
            folder.path().join("m.json"),
            format!("{{\"@context\": \"http://www.w3.org/ns/csvw\", \"url\": \"t.csv\", \"x:y\": {}}}", json(n)),
        )
        .expect("a file");
        let (status, told) = casegraph(&["convert", "t.csv", "--metadata", "m.json"], folder.path(), "");
        assert!((0..=3).contains(&status), "{n}: {status} {told}");
        assert!(n == 10 || status != 0, "{told}");
        fs::write(
            folder.path().join("e.json"),
            format!("{{\"id\": \"a\", \"schema\": \"Person\", \"properties\": {{\"name\": {}}}}}", json(n)),
        )
        .expect("a file");
        let (status, told) =
            casegraph(&["adopt", "followthemoney", "e.json", "--output", "adopted"], folder.path(), "");
        assert!((0..=3).contains(&status), "{n}: {status} {told}");
        fs::write(case.join("case.toml"), format!("title = {}", json(n))).expect("a file");
        let (status, told) = casegraph(&["check", "case"], folder.path(), "");
        assert!((1..=3).contains(&status), "{n}: {status} {told}");
    }
}
