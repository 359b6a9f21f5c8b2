//! The reconciliation service as `OpenRefine` uses it: the manifest, single queries and batches, types and properties,
//! suggestions, previews, values for columns, scripts, and what it says when it is asked wrongly.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{copy_folder, read, repository};
use crate::server::{Sent, Server, encoded};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
/// The page of `OpenRefine` in a browser.
const OPENREFINE: &str = "http://127.0.0.1:3333";

fn harbour(args: &[&str]) -> Server {
    Server::start(&repository("examples/harbour-lights"), args)
}

/// Sends a form with one field, as the `OpenRefine` server does.
fn post(server: &Server, name: &str, value: &Value) -> Sent {
    server.send("POST", "/reconcile", &[FORM], format!("{name}={}", encoded(&value.to_string())).as_bytes())
}

/// Returns the ids of candidates or suggestions.
fn ids(result: &Value) -> Vec<&str> {
    let items = result["result"].as_array().unwrap_or_else(|| panic!("no result: {result}"));
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[test]
fn the_manifest_names_the_parts_of_the_service_and_each_answers() {
    let server = harbour(&[]);
    let sent = server.get("/reconcile");
    assert_eq!((sent.status, sent.media.as_str()), (200, "application/json"));
    let manifest = sent.json();
    assert_eq!(manifest["versions"], json!(["0.2"]));
    assert_eq!(manifest["name"], "Harbour lights");
    assert_eq!(manifest["identifierSpace"], "https://example.org/harbour-lights/id/");
    assert_eq!(manifest["schemaSpace"], "https://w3id.org/casegraph/ns#");
    let types = manifest["defaultTypes"].as_array().expect("types");
    assert!(types.contains(&json!({"id": "Company", "name": "company"})), "{types:?}");
    let preview = &manifest["preview"];
    assert!(preview["width"].is_u64() && preview["height"].is_u64());
    let address = |template: &Value| {
        let template = template.as_str().expect("a template");
        assert!(template.contains("{{id}}"), "{template}");
        template.strip_prefix(&server.url).expect("an address of the server").replace("{{id}}", "grey-gull-ferries")
    };
    assert_eq!(server.get(&address(&preview["url"])).status, 200);
    assert_eq!(address(&manifest["view"]["url"]), "/#/explore?select=entity%3Agrey-gull-ferries");
    let suggest = &manifest["suggest"];
    for part in [&suggest["entity"], &suggest["type"], &suggest["property"], &manifest["extend"]["propose_properties"]]
    {
        assert_eq!(part["service_url"], server.url);
        let sent = server.get(&format!("{}?prefix=a&type=", part["service_path"].as_str().expect("a path")));
        assert_eq!(sent.status, 200, "{part}: {}", sent.body);
    }
    assert_eq!(server.get("/reconcile/flyout").status, 404);
}

#[test]
fn a_batch_is_answered_by_its_keys_whether_by_form_or_by_address() {
    let server = harbour(&[]);
    let batch = json!({
        "q0": {"query": "GREY GULL FERRIES", "type": "Company", "type_strict": "should"},
        "q1": {"query": "Pike, Nell", "limit": 3},
        "q2": {"query": "nobody of that name"},
    });
    let posted = post(&server, "queries", &batch).json();
    let first = &posted["q0"]["result"][0];
    assert_eq!((first["id"].as_str(), first["match"].as_bool()), (Some("grey-gull-ferries"), Some(true)), "{posted}");
    assert_eq!(first["name"], "Grey Gull Ferries");
    assert_eq!(first["type"], json!([{"id": "Company", "name": "company"}]));
    assert_eq!(first["score"], 90.0);
    assert_eq!(first["features"], json!([{"id": "name", "value": 1.0}]));
    assert_eq!(ids(&posted["q1"])[0], "nell-pike");
    assert_eq!(posted["q2"], json!({"result": []}));
    let got = server.get(&format!("/reconcile?queries={}", encoded(&batch.to_string())));
    assert_eq!(got.json(), posted);
}

#[test]
fn a_single_query_is_a_name_or_an_object() {
    let server = harbour(&[]);
    let ask = |query: &str| server.get(&format!("/reconcile?query={}", encoded(query))).json();
    assert_eq!(ids(&ask("ida marsh")), ["ida-marsh"]);
    assert_eq!(ask(r#"{"query": "ida marsh"}"#), ask("ida marsh"));
    let by_id = ask("https://example.org/harbour-lights/id/ida-marsh");
    assert_eq!(
        (by_id["result"][0]["score"].as_f64(), by_id["result"][0]["match"].as_bool()),
        (Some(100.0), Some(true))
    );
    let narrowed = server.get("/reconcile?query=grey+gull&type=Person&limit=2").json();
    assert_eq!(narrowed, json!({"result": []}), "no person is called so");
}

#[test]
fn a_type_and_properties_tell_namesakes_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write(
        "companies.csv",
        "id,label,country,lei\ntern-gb,Tern Holdings,GB,\ntern-nl,Tern Holdings,NL,529900T8BM49AURSDO55\n",
    );
    write("agencies.csv", "id,label,country\ntern-court,Tern Holdings,GB\nboard,Harbour Board,GB\n");
    write("relations.csv", "id,subject,predicate,object,begin,status\nR1,tern-nl,sued,board,2020,confirmed\n");
    let server = Server::start(folder.path(), &[]);
    let found = |query: Value| {
        let answer = post(&server, "queries", &json!({ "q0": query })).json();
        let result = answer["q0"]["result"].clone();
        let sure = result[0]["match"].as_bool().expect("a candidate");
        (ids(&answer["q0"]).into_iter().map(str::to_owned).collect::<Vec<_>>(), sure, result)
    };
    let (all, sure, _) = found(json!({"query": "Tern Holdings"}));
    assert_eq!((all.len(), sure), (3, false), "{all:?}");
    assert_eq!(found(json!({"query": "Tern Holdings", "type": ["Agency"]})).0, ["tern-court"]);
    for v in [json!("NL"), json!(["DE", "nl"])] {
        let properties = json!([{"pid": "country", "v": v}]);
        let (ids, sure, result) = found(json!({"query": "Tern Holdings", "type": "Company", "properties": properties}));
        assert_eq!((ids[0].as_str(), sure), ("tern-nl", true), "{result}");
        assert_eq!(result[0]["features"][1], json!({"id": "property:country", "value": true}));
    }
    for v in [json!({"id": "board", "name": "Harbour Board"}), json!("harbour board")] {
        let (ids, sure, _) = found(json!({"query": "Tern Holdings", "properties": [{"pid": "sued", "v": v}]}));
        assert_eq!((ids[0].as_str(), sure), ("tern-nl", true));
    }
    let lei = json!([{"pid": "lei", "v": "529900T8BM49AURSDO55"}]);
    assert_eq!(found(json!({"query": "Zeehond BV", "properties": lei})).0, ["tern-nl"]);
    assert_eq!(found(json!({"properties": lei})).0, ["tern-nl"]);
    for v in [json!(7), json!(true), json!(null), json!([])] {
        assert_eq!(found(json!({"query": "Harbour Board", "properties": [{"pid": "country", "v": v}]})).0[0], "board");
    }
}

#[test]
fn suggestions_complete_what_is_typed_and_go_on_by_a_cursor() {
    let server = harbour(&[]);
    let entities = server.get("/reconcile/suggest-entity?prefix=gre").json();
    assert_eq!(ids(&entities)[0], "grey-gull-ferries");
    assert_eq!(entities["result"][0]["notable"], json!([{"id": "Company", "name": "company"}]));
    let all = server.get("/reconcile/suggest-entity?prefix=").json();
    let rest = server.get("/reconcile/suggest-entity?prefix=&cursor=2").json();
    assert_eq!(ids(&rest), ids(&all)[2..]);
    assert_eq!(ids(&server.get("/reconcile/suggest-type?prefix=comp").json()), ["Company"]);
    assert_eq!(ids(&server.get("/reconcile/suggest-property?prefix=unseal").json()), ["unsealed", "^unsealed"]);
    assert_eq!(server.get("/reconcile/suggest-entity?prefix=a&cursor=soon").status, 400);
}

#[test]
fn values_of_entities_come_as_rows_and_dates_as_the_case_states_them() {
    let server = harbour(&[]);
    let proposed = server.get("/reconcile/properties?type=Person&limit=50").json();
    let properties = proposed["properties"].as_array().expect("properties");
    assert!(properties.iter().any(|property| property["id"] == "unsealed"), "{proposed}");
    let extended = |properties: Value| {
        post(&server, "extend", &json!({"ids": ["ida-marsh", "gone"], "properties": properties})).json()
    };
    let told = extended(json!([{"id": "unsealed"}, {"id": "iri"}]));
    assert_eq!(told["meta"][0]["id"], "unsealed");
    assert_eq!(told["rows"]["ida-marsh"]["unsealed"][0]["id"], "lantern-case");
    assert_eq!(told["rows"]["ida-marsh"]["iri"], json!([{"str": "https://example.org/harbour-lights/id/ida-marsh"}]));
    assert_eq!(told["rows"]["gone"]["unsealed"], json!([]));
    let dates = extended(json!([{"id": "unsealed", "settings": {"show": "begin"}}]));
    assert_eq!(dates["rows"]["ida-marsh"]["unsealed"], json!([{"str": "2020-05-14"}]), "{dates}");
}

#[test]
fn a_preview_is_a_page_of_text_that_only_named_origins_may_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let label = "\"<img src=x onerror=alert(1)>\"";
    fs::write(folder.path().join("companies.csv"), format!("id,label\nodd,{label}\n")).expect("a file");
    let (closed, open) =
        (Server::start(folder.path(), &[]), Server::start(folder.path(), &["--allow-origin", OPENREFINE]));
    let page = |server: &Server| server.get("/reconcile/preview?id=odd");
    assert!(
        page(&closed).body.contains("&lt;img src=x") && !page(&closed).body.contains("<img"),
        "{}",
        page(&closed).body
    );
    assert_eq!(page(&closed).media, "text/html; charset=utf-8");
    assert_eq!(page(&closed).header("x-frame-options"), "DENY");
    assert!(page(&closed).header("content-security-policy").ends_with("frame-ancestors 'none'"));
    let policy = page(&open);
    let policy = policy.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("script"), "{policy}");
    assert!(policy.ends_with(&format!("frame-ancestors {OPENREFINE}")), "{policy}");
    assert_eq!(page(&open).header("x-frame-options"), "");
    assert_eq!(open.get("/").header("x-frame-options"), "DENY", "no other page may be framed");
    assert_eq!(open.get("/assets/preview.css").status, 200);
    assert_eq!((open.get("/reconcile/preview?id=nobody").status, open.get("/reconcile/preview").status), (404, 400));
}

#[test]
fn pages_of_a_named_origin_may_ask_and_others_may_not() {
    let server = harbour(&["--allow-origin", OPENREFINE]);
    let asked = |origin: &str, path: &str| {
        let sent = server.send("GET", path, &[("origin", origin)], &[]);
        sent.header("access-control-allow-origin").to_owned()
    };
    for path in ["/reconcile", "/reconcile/suggest-entity?prefix=g", "/reconcile/properties?type="] {
        assert_eq!((asked(OPENREFINE, path).as_str(), asked("https://evil.example", path).as_str()), (OPENREFINE, ""));
    }
    let before = server.send("OPTIONS", "/reconcile", &[("origin", OPENREFINE)], &[]);
    assert_eq!((before.status, before.header("access-control-allow-methods").contains("POST")), (204, true));
    let sent = server.send("POST", "/reconcile", &[("origin", "https://evil.example"), FORM], b"queries=%7B%7D");
    assert_eq!(sent.status, 403);
}

#[test]
fn a_script_goes_only_to_pages_of_a_named_origin_and_names_a_function() {
    let server = harbour(&["--allow-origin", OPENREFINE]);
    let load = |path: &str, page: &str| server.send("GET", path, &[("referer", page)], &[]);
    let page = format!("{OPENREFINE}/project?project=1");
    let script = load("/reconcile?callback=jQuery1113_162", &page);
    assert_eq!((script.status, script.media.as_str()), (200, "text/javascript; charset=utf-8"));
    assert!(script.body.starts_with("/**/jQuery1113_162({\"versions\":[\"0.2\"]") && script.body.ends_with("});"));
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    let suggested = load("/reconcile/suggest-type?prefix=comp&callback=f", &page);
    assert_eq!(suggested.body, r#"/**/f({"result":[{"id":"Company","name":"company"}]});"#);
    for page in ["https://evil.example/", "http://127.0.0.1:33333/", "http://127.0.0.1:3333.evil.example/", ""] {
        let refused = load("/reconcile?callback=f", page);
        assert_eq!(refused.status, 403, "{page}");
        assert!(refused.body.contains("--allow-origin") && !refused.body.contains("versions"), "{}", refused.body);
        assert_eq!(refused.header("cross-origin-resource-policy"), "same-origin");
    }
    for name in ["alert(1)//", "a;b", "1a", "<script>"] {
        assert_eq!(load(&format!("/reconcile?callback={}", encoded(name)), &page).status, 400, "{name}");
    }
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let server = harbour(&[]);
    let told = |path: &str| {
        let sent = server.get(path);
        (sent.status, sent.body.trim().to_owned())
    };
    let (status, text) = told("/reconcile?queries=%7B%22q0%22");
    assert_eq!(status, 400);
    assert!(text.starts_with("`queries` is not JSON") && text.contains("send an object such as"), "{text}");
    assert_eq!((told("/reconcile?queries=%5B%5D").0, told("/reconcile?queries=").0), (400, 400));
    assert!(told(&format!("/reconcile?queries={}", encoded(r#"{"q3":{}}"#))).1.starts_with("`q3` has no `query`"));
    assert_eq!(told("/reconcile?query=a&queries=%7B%7D").0, 400);
    assert!(told("/reconcile?extend=%7B").1.contains("`extend` is not JSON"));
    let many: serde_json::Map<String, Value> = (0..500).map(|n| (format!("q{n}"), json!({"query": "x"}))).collect();
    assert_eq!(post(&server, "queries", &Value::Object(many)).status, 413);
    let sent = server.send("POST", "/reconcile", &[("content-type", "application/json")], b"{}");
    assert_eq!((sent.status, sent.body.contains("x-www-form-urlencoded")), (415, true), "{}", sent.body);
    assert_eq!(server.send("PUT", "/reconcile", &[FORM], b"").status, 405);
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(&repository("examples/harbour-lights"), folder.path()).expect("a copy");
    fs::write(folder.path().join("dedupe.toml"), "sur = 1\n").expect("a file");
    let path = folder.path().to_str().expect("UTF-8");
    let outcome = crate::program::run(&["serve", path, "--port", "0"], &repository(""), &[]);
    assert_eq!((outcome.status, outcome.stderr.contains("dedupe.toml")), (2, true), "{}", outcome.stderr);
}

#[test]
fn a_view_matches_only_what_was_known_and_its_parts_show_no_more() {
    let server = Server::start(&repository("data/microsoft-nsl"), &[]);
    let manifest = |view: &str| server.get(&format!("/reconcile{view}")).json();
    let before = manifest("?known-on=2014-05-21");
    assert!(before["name"].as_str().expect("a name").ends_with("known on 2014-05-21 (certain)"), "{before}");
    let letter = |view: &str| {
        let body = format!("queries={}", encoded(r#"{"q0": {"query": "nsl-microsoft-2013"}}"#));
        let sent = server.send("POST", &format!("/reconcile{view}"), &[FORM], body.as_bytes()).json();
        sent["q0"]["result"].as_array().expect("a result").iter().any(|found| found["id"] == "nsl-microsoft-2013")
    };
    assert_eq!((letter("?known-on=2014-05-21"), letter("?known-on=2014-05-22"), letter("")), (false, true, true));
    let path = before["suggest"]["entity"]["service_path"].as_str().expect("a path");
    let suggested =
        |path: &str| server.get(&format!("{path}?prefix=nsl-microsoft")).body.contains("nsl-microsoft-2013");
    assert_eq!((suggested(path), suggested("/reconcile/suggest-entity")), (false, true));
    let preview = before["preview"]["url"].as_str().expect("a template").replace("{{id}}", "nsl-microsoft-2013");
    assert_eq!(server.get(preview.strip_prefix(&server.url).expect("an address of the server")).status, 404);
    let proposed = before["extend"]["propose_properties"]["service_path"].as_str().expect("a path");
    assert_eq!(server.get(&format!("{proposed}?type=Company")).status, 200, "OpenRefine begins the query part itself");
}

#[test]
fn what_was_decided_to_be_one_is_answered_once_until_that_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("case");
    copy_folder(&repository("tests/scenarios/search/decided"), &case).expect("a copy");
    let joined = answers(&case);
    assert_eq!(joined[0], ["grey-gull"], "by the name of the other");
    assert_eq!(joined[1], ["grey-gull"], "by the id of the other");
    let rows = fs::read_to_string(case.join("decisions.csv")).expect("decisions");
    let back = "D9,grey-gull,different,gull-ferries,Oskar,2026-05-01,two entries\n";
    fs::write(case.join("decisions.csv"), format!("{rows}{back}")).expect("decisions");
    let apart = answers(&case);
    assert_eq!(apart[0], ["gull-ferries"]);
    fs::remove_file(case.join("decisions.csv")).expect("no decisions");
    assert_eq!(answers(&case), apart, "without the rows it was never there");
}

fn answers(case: &Path) -> [Vec<String>; 2] {
    let server = Server::start(case, &[]);
    ["Fähren Graumöwe", "gull-ferries"].map(|query| {
        let answer = server.get(&format!("/reconcile?query={}", encoded(query))).json();
        let sure = answer["result"].as_array().expect("a result").iter().filter(|found| found["match"] == true);
        sure.map(|found| found["id"].as_str().expect("an id").to_owned()).collect()
    })
}

#[test]
fn the_page_for_readers_shows_what_is_sent() {
    let server = harbour(&[]);
    let page = read("docs/reconcile.md");
    let mut shown = 0;
    for block in page.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let (command, answer) = block.split_once('\n').expect("a command and its answer");
        let address = command.split("http://127.0.0.1:8614").nth(1).expect("an address");
        let path = address.split([' ', '\'']).next().expect("a path");
        let sent = match address.split_once("--data-urlencode '") {
            Some((_, field)) => {
                let (name, value) = field.trim_end_matches('\'').split_once('=').expect("a field");
                post(&server, name, &serde_json::from_str(value).expect("JSON"))
            }
            None => server.get(path),
        };
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        assert_eq!(sent.json(), answer, "{command}");
        shown += 1;
    }
    assert_eq!(shown, 3);
}
