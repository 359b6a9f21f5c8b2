//! The reconciliation service as a page of another origin meets it in a real browser, as `OpenRefine`'s page does: by CORS,
//! by script, and with the card in a frame, where its origin was named; and not at all where it was not.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::json;

use crate::browser::Browser;
use crate::program::repository;
use crate::server::Server;

/// Serves an empty page on a port of its own until the test ends, and returns its origin.
pub(crate) fn other_origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            while lines.next().is_some_and(|line| !line.is_empty()) {}
            let page = "<!doctype html><title>elsewhere</title><link rel=\"icon\" href=\"data:,\"><body></body>";
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}",
                page.len()
            );
            // A browser that hangs up early is no fault of the page.
            let _sent = write!(&stream, "{head}\r\n\r\n{page}");
        }
    });
    origin
}

#[test]
fn a_page_of_a_named_origin_asks_frames_and_loads_scripts_and_another_page_cannot() {
    let Some(browser) = Browser::open(900, 700) else { return };
    let (named, other) = (other_origin(), other_origin());
    let server =
        Server::start(&repository("examples/harbour-lights"), &["--allow-origin", &format!("reconcile={named}")]);
    let service = format!("{}/reconcile", server.url);
    let asked = format!(
        "fetch('{service}', {{ method: 'POST', body: new URLSearchParams({{ queries: JSON.stringify({{ q0: {{ query: 'nell pike' }} }}) }}) }})\
         .then((answer) => answer.json()).then((answer) => answer.q0.result[0].id, () => 'refused')"
    );
    let script = format!(
        "new Promise((done) => {{ window.told = (manifest) => done(manifest.name); const script = document.createElement('script'); \
         script.onerror = () => done('refused'); script.src = '{service}?callback=told'; document.head.append(script); }})"
    );
    let frame = format!(
        "new Promise((done) => {{ const frame = document.createElement('iframe'); frame.onload = () => done(true); \
         frame.src = '{service}/preview?id=nell-pike'; document.body.append(frame); }})"
    );
    let style = format!("{}/assets/preview.css", server.url);

    browser.go(&named);
    assert_eq!(browser.promised(&asked), json!("nell-pike"));
    assert_eq!(browser.promised(&script), json!("Harbour lights"));
    browser.promised(&frame);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    assert!(browser.requests().contains(&style), "the card is drawn in its frame");

    browser.go(&other);
    assert_eq!(browser.promised(&asked), json!("refused"));
    assert_eq!(browser.promised(&script), json!("refused"));
    browser.promised(&frame);
    assert!(!browser.requests().contains(&style), "no card in a frame of a page that was not named");
    assert!(browser.complaints().iter().any(|told| told.contains("frame")), "the browser says why");
}
