//! Views over HTTP: what is asked for by a wrong name is refused, and every answer says which view it is of.

use std::fs;
use std::path::Path;

use crate::program::repository;
use crate::server::{Sent, Server, encoded, store_of};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const COMPANIES: &str = "SELECT ?x { ?x a cg:Company }";

/// Writes a case of which nothing was public before 2020.
fn write_case(folder: &Path) {
    for (name, text) in [
        ("case.toml", "title = \"T\"\nbase = \"https://example.org/t/id/\"\n"),
        ("companies.csv", "id,label\nghost,Ghost\n"),
        (
            "relations.csv",
            "id,subject,predicate,object,begin,end,known_since,status\nr1,ghost,sued,ghost,2012,2012,2020,asserted\n",
        ),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
}

/// Every address that takes a view, with what else it needs.
const ADDRESSES: [&str; 11] = [
    "/?",
    "/data?",
    "/draw/relationships.svg?",
    "/draw/timeline.txt?",
    "/questions/records?",
    "/store?",
    "/store?default&",
    "/sparql?query=ASK%7B%7D&",
    "/sparql?",
    "/reconcile?",
    "/reconcile/suggest-entity?prefix=g&",
];

#[test]
fn wrong_parameter_shows_all() {
    let folder = tempfile::tempdir().expect("a folder");
    write_case(folder.path());
    let server = Server::start(folder.path(), &[]);
    let is_refused = |sent: &Sent, says: &str, what: &str| {
        assert_eq!(sent.status, 400, "{what}: {}", sent.body);
        assert!(sent.body.contains(says) && !sent.body.to_lowercase().contains("ghost"), "{what}: {}", sent.body);
    };
    for address in ADDRESSES {
        for (wrong, says) in [
            ("known_on=2014-01-01", "did you mean `known-on`?"),
            ("knownon=2014-01-01", "did you mean `known-on`?"),
            ("Known-On=2014-01-01", "did you mean `known-on`?"),
            ("asOf=2014-01-01", "did you mean `as-of`?"),
            ("known-on=2014-01-01&known_to=ghost", "did you mean `known-to`?"),
            ("day=2014-01-01", "`known-on`"),
            ("known-on=", "`known-on` is empty"),
            ("known-on", "`known-on` is empty"),
            ("as-of=", "`as-of` is empty"),
            ("known-on=2014", "takes a day"),
            ("known-on=2014-01-01&known-on=2015-01-01", "several times"),
            ("known-on=2014-01-01&known-to=", "`known-to` is empty"),
            ("known-to=ghost2", "`known-on`"),
        ] {
            is_refused(&server.get(&format!("{address}{wrong}")), says, &format!("{address}{wrong}"));
        }
        let whole = server.get(&format!("{address}possible"));
        assert_eq!((whole.status, whole.header("casegraph-view")), (200, "whole case"), "{address}: {}", whole.body);
    }
    for wrong in ["known_on=2014-01-01", "known-on=", "knownOn=2014-01-01"] {
        let form = format!("query={}&{wrong}", encoded(COMPANIES));
        is_refused(&server.send("POST", "/sparql", &[FORM], form.as_bytes()), "`known-on`", wrong);
        let form = format!("queries={}&{wrong}", encoded("{\"q0\":{\"query\":\"ghost\"}}"));
        is_refused(&server.send("POST", "/reconcile", &[FORM], form.as_bytes()), "`known-on`", wrong);
        is_refused(&server.get(&format!("/reconcile/suggest-entity/{wrong}?prefix=g")), "`known-on`", wrong);
        is_refused(&server.get(&format!("/reconcile/preview/{wrong}?id=x")), "`known-on`", wrong);
    }
    for other in ["/data?x=1", "/draw/timeline.svg?colour=red", "/store?named=x", "/questions/records?company=x", "/?x"]
    {
        is_refused(&server.get(other), "not a parameter of this address", other);
    }
    let rows = |view: &str| {
        let sent = server.get(&format!("/sparql?query={}{view}", encoded(COMPANIES)));
        sent.json()["results"]["bindings"].as_array().expect("rows").len()
    };
    assert_eq!((rows(""), rows("&known-on=2014-01-01"), rows("&known-on=2021-01-01&format=json&_=1")), (1, 0, 1));
}

#[test]
fn every_answer_names_its_view() {
    let server = Server::start(&repository("data/microsoft-nsl"), &["--allow-origin", "https://ask.example"]);
    for (words, stamp, name) in [
        ("known-on=2013-12-01", "known on 2013-12-01 (certain)", "known-on-2013-12-01"),
        ("known-on=2013-12-01&known-to=fbi", "known on 2013-12-01 to fbi (certain)", "known-on-2013-12-01-to-fbi"),
        ("as-of=2013-12-01&possible", "as of 2013-12-01 (certain or possible)", "as-of-2013-12-01-possible"),
    ] {
        for address in ADDRESSES {
            let sent = server.get(&format!("{address}{words}"));
            assert_eq!((sent.status, sent.header("casegraph-view")), (200, stamp), "{address}{words}: {}", sent.body);
        }
        let view = &server.get(&format!("/data?{words}")).json()["view"];
        assert_eq!(view["stamp"], stamp);
        assert_eq!(view["knownTo"].as_str(), words.contains("known-to").then_some("fbi"));
        for graph in ["/store?", "/store?default&", "/sparql?", "/sparql?query=DESCRIBE%20%3Afbi&"] {
            let text = server.get(&format!("{graph}{words}")).body;
            assert_eq!(text.lines().next(), Some(format!("# {stamp}").as_str()), "{graph}");
        }
        let saved = |address: &str| server.get(&format!("{address}{words}")).header("content-disposition").to_owned();
        assert_eq!(saved("/draw/timeline.svg?"), format!("inline; filename=\"timeline-{name}.svg\""));
        assert_eq!(saved("/questions/gags?"), format!("inline; filename=\"gags-{name}.json\""));
        let card = server.get(&format!("/reconcile/preview/{words}?id=microsoft"));
        assert!(card.header("casegraph-view") == stamp && card.body.contains(stamp), "{}", card.body);
        assert!(
            card.body
                .contains(&format!("/?{}#/explore", words.replace("possible", "possible=true").replace('&', "&amp;")))
        );
    }
    let refused = "/questions/facts-of?entity=nobody&known-on=2013-12-01";
    for (path, status) in
        [(refused, 400), ("/sparql?query=ASK%7B&known-on=2013-12-01", 400), ("/draw/x.svg?known-on=2013-12-01", 404)]
    {
        let sent = server.get(path);
        assert_eq!((sent.status, sent.header("casegraph-view")), (status, "known on 2013-12-01 (certain)"), "{path}");
        assert_eq!(sent.header("content-disposition"), "", "{path}");
    }
    let other = server.send("GET", "/sparql?query=ASK%7B%7D", &[("origin", "https://ask.example")], &[]);
    assert_eq!(other.header("access-control-expose-headers"), "casegraph-view", "the page may read it");
}

#[test]
fn what_an_audience_could_know_is_asked_for_by_its_id() {
    let folder = tempfile::tempdir().expect("a folder");
    write_case(folder.path());
    let server = Server::start(folder.path(), &[]);
    let facts = |view: &str| {
        let sent = server.get(&format!("/sparql?query={}{view}", encoded("SELECT ?x { ?x a cg:Fact }")));
        sent.json()["results"]["bindings"].as_array().expect("rows").len()
    };
    assert_eq!((facts("&known-on=2014-01-01"), facts("&known-on=2014-01-01&known-to=ghost")), (0, 1));
    for nobody in ["nobody", "r1", "%C3%A9%0A"] {
        let sent = server.get(&format!("/data?known-on=2014-01-01&known-to={nobody}"));
        assert_eq!(sent.status, 400, "{}", sent.body);
        assert!(sent.body.contains("is not the id of") && !sent.body.to_lowercase().contains("ghost"), "{}", sent.body);
    }
    let sent = server.get("/data?known-on=2014-01-01&known-to=%C3%A9%0A");
    assert_eq!(sent.header("casegraph-view"), "known on 2014-01-01 to %C3%A9%0A (certain)");
    let manifest = server.get("/reconcile?known-on=2014-01-01&known-to=ghost").json();
    let path = manifest["suggest"]["entity"]["service_path"].as_str().expect("a path").to_owned();
    assert!(server.get(&format!("{path}?prefix=gh")).body.contains("Ghost"), "{path} asks for the same audience");
}

#[test]
fn a_change_is_made_to_the_whole_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&store_of("examples/harbour-lights", folder.path()), &["--write"]);
    let bearer = server.bearer();
    let before = server.get("/store").body;
    for view in ["known-on=2020-01-01", "as-of=2020-01-01", "possible"] {
        for (method, path, media, body) in [
            ("POST", "/sparql?", "application/sparql-update", "CLEAR ALL"),
            ("PUT", "/store?default&", "text/turtle", ""),
            ("DELETE", "/store?default&", "text/turtle", ""),
        ] {
            let headers = [("content-type", media), ("authorization", bearer.as_str())];
            let sent = server.send(method, &format!("{path}{view}"), &headers, body.as_bytes());
            assert_eq!((sent.status, sent.body.contains("the whole case")), (400, true), "{path}{view}: {}", sent.body);
        }
    }
    assert_eq!(server.get("/store").body, before);
    let case = tempfile::tempdir().expect("a folder");
    write_case(case.path());
    let server = Server::start(case.path(), &["--write"]);
    let sent = server.drop_files("?known-on=2014-01-01", &[("companies-more.csv", "id,label\nnew,New\n")]);
    assert_eq!((sent.status, sent.body.contains("Ghost")), (400, false), "{}", sent.body);
    let takes_files = |view: &str| !server.get(&format!("/data{view}")).json()["importBytes"].is_null();
    assert_eq!((takes_files(""), takes_files("?known-on=2014-01-01")), (true, false));
}
