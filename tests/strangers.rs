//! Who is not at home on the server: pages of other origins, clients with half a token, requests that name two servers.
//! They are refused before anything is done for them, in one way whatever the case holds.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::program::repository;
use crate::reconcile_page::other_origin;
use crate::server::{Server, encoded};

/// Takes seconds where the case has a person whose name begins so, and no time otherwise.
fn oracle(letter: char) -> String {
    format!(
        "ASK {{ ?p a cg:Person ; rdfs:label ?l FILTER(STRSTARTS(?l,'{letter}')) ?a ?b ?c . ?d ?e ?f . ?g ?h ?i \
         FILTER(CONCAT(STR(?a),STR(?d),STR(?g))='x') }}"
    )
}

/// Addresses that answer otherwise where something is in the case, each with one where it is not.
fn pairs() -> Vec<(String, String)> {
    let base = encoded("https://example.org/harbour-lights/id/");
    let pair = |path: &str, yes: &str, no: &str| (path.replace("{}", yes), path.replace("{}", no));
    vec![
        pair("/sparql?query={}", &encoded(&oracle('I')), &encoded(&oracle('Z'))),
        pair("/data?known-on={}", "2020-01-01", "1500-01-01"),
        pair("/questions/participants?program={}", "quay-lease", "nobody"),
        pair("/draw/ego.svg?entity={}", "ida-marsh", "nobody"),
        pair("/store?graph={}", &format!("{base}ida-marsh"), &format!("{base}nobody")),
        pair("/reconcile?query={}", "nell%20pike", "nobody"),
        pair("/reconcile?callback={}", "told", "1"),
        pair("/reconcile/preview?id={}", "ida-marsh", "nobody"),
        pair("/reconcile/suggest-entity/known-on={}?prefix=n", "2020-01-01", "1500-01-01"),
        pair("/import{}", "", "?apply"),
        pair("/assets/{}", "explorer.js", "nothing.js"),
        pair("/{}", "?known-on=2020-01-01", "nothing"),
        pair("/#/ask?query={}", &encoded(&oracle('I')), &encoded(&oracle('Z'))),
    ]
}

/// Tries everything by which a page can send a request, and returns what it can find out.
const TRY: &str = r"
const [url, body] = arguments[0], done = arguments[arguments.length - 1];
const within = (promise) => Promise.race([promise, new Promise((end) => setTimeout(() => end('silent'), 5000))]);
const told = {}, times = {};
const attempt = async (name, work) => {
  const start = performance.now();
  told[name] = await within(work().then((value) => String(value), (error) => error.name));
  times[name] = performance.now() - start;
};
const element = (name, attribute, more = {}) => () => new Promise((end) => {
  const made = Object.assign(document.createElement(name), more);
  made.onload = () => end('load');
  made.onerror = () => end('error');
  made[attribute] = url;
  document.body.append(made);
});
const form = (method) => () => new Promise((end) => {
  const frame = Object.assign(document.createElement('iframe'), { name: `frame${Math.random()}` });
  document.body.append(frame);
  frame.onload = () => end(`load ${frame.contentWindow.length}`);
  const made = Object.assign(document.createElement('form'), { method, action: url, target: frame.name });
  for (const pair of new URLSearchParams(body || new URL(url).search)) {
    made.append(Object.assign(document.createElement('input'), { name: pair[0], value: pair[1] }));
  }
  document.body.append(made);
  made.submit();
});
(async () => {
  await Promise.all([
    attempt('cors', () => fetch(url).then((answer) => answer.status)),
    attempt('no-cors', () => fetch(url, { mode: 'no-cors' }).then((answer) => answer.type + answer.status)),
    attempt('credentials', () => fetch(url, { mode: 'no-cors', credentials: 'include' }).then((answer) => answer.type)),
    attempt('post', () => fetch(url, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(body) }).then((answer) => answer.type)),
    attempt('put', () => fetch(url, { method: 'PUT', body: 'x' }).then((answer) => answer.status)),
    attempt('beacon', async () => navigator.sendBeacon(url, body)),
    attempt('img', element('img', 'src')),
    attempt('script', element('script', 'src')),
    attempt('style', element('link', 'href', { rel: 'stylesheet' })),
    attempt('prefetch', element('link', 'href', { rel: 'prefetch' })),
    attempt('iframe', element('iframe', 'src')),
    attempt('get form', form('get')),
    attempt('post form', form('post')),
    attempt('window', async () => {
    const opened = window.open(url);
    // The answer cuts the window off from the page, which looks as if it were closed.
    for (let turn = 0; turn < 40 && opened && !opened.closed; turn++) await new Promise((end) => setTimeout(end, 50));
    let seen;
    try { seen = `${opened.closed} ${opened.length}`; } catch (error) { seen = error.name; }
    opened?.close();
    return seen;
  }),
  ]);
  await new Promise((end) => setTimeout(end, 100));
  told.entries = performance.getEntriesByType('resource').filter((entry) => entry.name.startsWith(url.split('#')[0]))
    .map((entry) => `${entry.initiatorType} ${entry.responseStatus} ${entry.transferSize} ${entry.encodedBodySize} ${entry.nextHopProtocol}`).sort();
  done({ told, times });
})();
";

/// What a page of an origin can find out by a request, without the name of the address; and the longest time that one took.
fn found_out(browser: &Browser, origin: &str, url: &str) -> (String, f64) {
    browser.go(origin);
    let body = url.split_once('?').map_or("", |(_, words)| words);
    let found = browser.asynchronous(TRY, &[json!([url, body])]);
    let times = found["times"].as_object().expect("times").values();
    (found["told"].to_string(), times.filter_map(Value::as_f64).fold(0.0, f64::max))
}

#[test]
fn timing_oracle() {
    let Some(browser) = Browser::open(900, 700) else { return };
    let server = Server::start(&repository("examples/harbour-lights"), &["--query-time", "3"]);
    let path = |letter| format!("/sparql?query={}", encoded(&oracle(letter)));
    assert_eq!(
        (server.get(&path('I')).status, server.get(&path('Z')).status),
        (503, 200),
        "to the person at home they differ"
    );
    let used = server.used();
    // One is of another site by its name, one of the same by its address.
    for origin in [other_origin().replace("127.0.0.1", "localhost"), other_origin()] {
        for (yes, no) in pairs() {
            let (seen_yes, slowest_yes) = found_out(&browser, &origin, &format!("{}{yes}", server.url));
            let (seen_no, slowest_no) = found_out(&browser, &origin, &format!("{}{no}", server.url));
            assert_eq!(seen_yes, seen_no, "{origin} {yes}");
            assert!(slowest_yes.max(slowest_no) < 2500.0, "{origin} {yes}: {slowest_yes} {slowest_no}");
        }
    }
    // One query that is carried out takes three seconds; all 700 requests together take less of the processor.
    if let (Some(before), Some(after)) = (used, server.used()) {
        assert!(after.saturating_sub(before) < Duration::from_millis(2500), "{before:?} {after:?}");
    }
}

#[test]
fn what_a_browser_sends_for_another_site_is_refused_in_one_way() {
    let server =
        Server::start(&repository("examples/harbour-lights"), &["--allow-origin", "sparql=https://ask.example"]);
    let refused = server.send("GET", "/data", &[("sec-fetch-site", "cross-site")], &[]);
    assert_eq!(refused.status, 403, "{}", refused.body);
    for (yes, no) in pairs() {
        for path in [yes, no].iter().filter_map(|path| path.split('#').next()) {
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
                for headers in [
                    &[("sec-fetch-site", "cross-site")][..],
                    &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")],
                    &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
                    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
                    &[("sec-fetch-site", "new-kind")],
                    &[("origin", "https://evil.example")],
                    &[("origin", "null"), ("referer", "https://ask.example/")],
                ] {
                    let sent = server.send(method, path, headers, &[]);
                    assert_eq!(sent.status, 403, "{method} {path} {headers:?}: {}", sent.body);
                    assert!(method == "HEAD" || sent.body == refused.body, "{}", sent.body);
                    for (name, value) in
                        [("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin")]
                    {
                        assert_eq!(sent.header(name), value, "{method} {path} {headers:?}");
                    }
                }
            }
        }
    }
    let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    for (path, status) in [("/", 200), ("/data", 403), ("/sparql", 403), ("/reconcile", 403), ("/nothing", 403)] {
        assert_eq!(server.send("GET", path, &link, &[]).status, status, "{path}");
    }
    for own in
        [&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")][..], &[("sec-fetch-site", "same-origin")], &[]]
    {
        let sent = server.send("GET", "/data", own, &[]);
        assert_eq!((sent.status, sent.header("cross-origin-opener-policy")), (200, "same-origin"), "{own:?}");
    }
}

#[test]
fn an_origin_opens_the_service_that_it_was_named_for() {
    let allow = ["--allow-origin", "reconcile=http://127.0.0.1:3333", "--allow-origin", "https://ask.example/"];
    let server = Server::start(&repository("examples/harbour-lights"), &allow);
    let asked = |path: &str, origin: &str| {
        let sent = server.send("GET", path, &[("origin", origin), ("sec-fetch-site", "cross-site")], &[]);
        (sent.status == 200, sent.header("access-control-allow-origin") == origin)
    };
    for (path, by_refine, by_editor) in [
        ("/reconcile", true, true),
        ("/reconcile/properties?type=", true, true),
        ("/sparql", false, true),
        ("/store?default", false, true),
        ("/data", false, false),
        ("/", false, false),
    ] {
        assert_eq!(asked(path, "http://127.0.0.1:3333"), (by_refine, by_refine), "{path}");
        assert_eq!(asked(path, "https://ask.example"), (by_editor, by_editor), "{path}");
    }
    let card = server.get("/reconcile/preview?id=ida-marsh");
    assert!(card.header("content-security-policy").ends_with("http://127.0.0.1:3333 https://ask.example"));
    for wrong in ["data=https://ask.example", "https://ask.example/page", "*"] {
        let outcome = crate::program::run(&["serve", ".", "--allow-origin", wrong], &repository("examples"), &[]);
        assert_eq!(outcome.status, 2, "{wrong}: {}", outcome.stderr);
    }
}

#[test]
fn a_link_of_another_site_opens_the_case_once_a_person_agrees() {
    let Some(browser) = Browser::open(1200, 800) else { return };
    let server = Server::start(&repository("examples/harbour-lights"), &[]);
    let used = server.used();
    browser.go(&other_origin());
    let link = format!("{}/#/ask?query={}", server.url, encoded("SELECT ?x { ?x a cg:Person }"));
    browser.script("location.href = arguments[0];", &[link.as_str().into()]);
    browser.wait("/A link from another site/.test(document.body.innerText)");
    let asked = browser.requests();
    assert!(asked.iter().all(|url| !url.ends_with("/data") && !url.contains("/sparql")), "nothing is asked: {asked:?}");
    assert!(used.is_none() || server.used() < used.map(|used| used + Duration::from_secs(2)));
    browser.press("Open the case");
    browser.wait("document.querySelector('.results td') !== null");
    assert!(browser.requests().iter().any(|url| url.ends_with("/sparql")));
}

#[test]
fn a_token_of_a_file_protects_reading_and_is_not_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cret-of-the-file\n").expect("a file");
    let args = ["--token-file", file.to_str().expect("UTF-8")];
    let server = Server::start(&repository("examples/harbour-lights"), &args);
    assert_eq!(server.token, None, "it is not in the address");
    let bearing = |path: &str, value: &str| server.send("GET", path, &[("authorization", value)], &[]).status;
    for path in
        ["/data", "/sparql", "/store?default", "/reconcile", "/draw/timeline.svg", "/questions/records", "/nothing"]
    {
        let sent = server.get(path);
        assert_eq!((sent.status, sent.header("www-authenticate")), (401, "Bearer"), "{path}");
    }
    assert_eq!((server.get("/").status, server.get("/assets/explorer.js").status), (200, 200));
    for right in ["Bearer s3cret-of-the-file", "bearer s3cret-of-the-file", "BEARER   s3cret-of-the-file"] {
        assert_eq!(bearing("/data", right), 200, "{right}");
    }
    for wrong in [
        "Bearer s3cret-of-the-fil",
        "Bearer",
        "Basic s3cret-of-the-file",
        "s3cret-of-the-file",
        "Bearers3cret-of-the-file",
    ] {
        assert_eq!(bearing("/data", wrong), 401, "{wrong}");
    }
    let Some(browser) = Browser::open(1200, 800) else { return };
    browser.go(&server.url);
    browser.wait("document.querySelector('#token') !== null");
    browser.keys("#token", "s3cret-of-the-file");
    browser.press("Open the case");
    browser.wait("document.querySelector('nav a[href=\"#/ask\"]') !== null");
}

/// Sends bytes as they are and returns the status of what comes back.
fn status(server: &Server, bytes: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("the server answers");
    stream.write_all(bytes.replace("HOST", server.address()).as_bytes()).expect("sent");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

#[test]
fn a_request_names_one_server() {
    let server = Server::start(&repository("examples/harbour-lights"), &[]);
    for (head, wanted) in [
        ("GET /data HTTP/1.1\r\nHost: HOST", "200"),
        ("GET http://HOST/data HTTP/1.1\r\nHost: HOST", "200"),
        ("GET /data HTTP/1.1\r\nHost: HOST\r\nHost: HOST", "400"),
        ("GET /data HTTP/1.1\r\nHost: HOST\r\nHost: evil.example", "400"),
        ("GET /data HTTP/1.1\r\nHost: evil.example\r\nhost: HOST", "400"),
        ("GET /data HTTP/1.1", "400"),
        ("GET http://evil.example/data HTTP/1.1\r\nHost: HOST", "400"),
        ("GET http://HOST/data HTTP/1.1\r\nHost: evil.example", "400"),
        ("GET http://evil.example/data HTTP/1.1\r\nHost: evil.example", "421"),
    ] {
        assert_eq!(status(&server, &format!("{head}\r\n\r\n")), wanted, "{head}");
    }
}
