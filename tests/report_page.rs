//! The page that `build` writes, in a real browser, from a file: it holds all it needs and asks nobody.

use std::path::Path;
use std::sync::OnceLock;

use serde_json::json;

use crate::browser::Browser;
use crate::explorer::{LATER, axe, case_with_a_later_half, hostile_case, is_accessible, says};
use crate::program::{repository, run};
use crate::server::Server;

/// Returns the address of the page of the flagship case, which is built once.
fn flagship() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    PAGE.get_or_init(|| page_of(&repository("data/microsoft-nsl"), folder, &["--force"]))
}

fn page_of(case: &Path, folder: &Path, more: &[&str]) -> String {
    let out = folder.join("out");
    let args = ["build", case.to_str().expect("UTF-8"), "--output", out.to_str().expect("UTF-8")];
    let outcome = run(&[&args, more].concat(), folder, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    format!("file://{}/index.html", out.display())
}

#[test]
fn the_page_explores_offline_and_asks_nobody() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let page = flagship();
    browser.go(&format!("{page}#/explore?known=2014-05-21"));
    browser.wait("document.querySelectorAll('.pane svg').length === 2");
    assert!(!browser.drawn_text("#explorer").contains("Letter to Microsoft, 2013"));
    browser.set("#day-known", "2014-05-22");
    browser.wait("document.querySelector('.said').innerText.includes('22 May 2014')");
    assert!(browser.drawn_text("#explorer").contains("Letter to Microsoft, 2013"));
    browser.keys(".in-report .finder input", "prism\u{e007}");
    browser.wait("document.querySelector('.details h2')?.innerText === 'PRISM'");
    browser.press("Path to …");
    browser.keys(".in-report .finder input", "microsoft\u{e007}");
    browser.wait("document.querySelector('.pane.graph h2').innerText === 'How PRISM and Microsoft hang together'");
    assert!(browser.text(".details").contains("takes 1 step"), "{}", browser.text(".details"));
    let lit = "[...document.querySelectorAll('.pane.graph g.entity:not(.dimmed):not(.hidden)')].map((g) => g.getAttribute('aria-label').split(',')[0]).sort()";
    assert_eq!(browser.script(&format!("return {lit};"), &[]), json!(["Microsoft", "PRISM"]));
    browser.press("All relationships");
    browser.wait(&format!("{lit}.length > 10"));
    browser.keys(".in-report .finder input", "google\u{e007}");
    browser.press("Surroundings");
    browser.wait("document.querySelector('.pane.graph h2').innerText === 'Around Google'");
    browser.wait("document.querySelectorAll('.pane.graph g.entity.dimmed').length > 3 && document.querySelector('.pane.graph .note').innerText.includes('pale')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let asked: Vec<String> = browser
        .requests()
        .into_iter()
        .filter(|url| !["file:", "chrome:", "data:", "blob:"].iter().any(|own| url.starts_with(own)))
        .collect();
    assert_eq!(asked, Vec::<String>::new());
}

#[test]
fn the_page_of_a_view_holds_nothing_that_came_later() {
    let folder = tempfile::tempdir().expect("a folder");
    page_of(&repository("data/microsoft-nsl"), folder.path(), &["--known-on", "2014-05-21"]);
    let page = std::fs::read_to_string(folder.path().join("out/index.html")).expect("the page");
    for hidden in ["nsl-microsoft-2013", "Letter to Microsoft"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
}

#[test]
fn a_day_of_the_page_says_nothing_of_a_later_one() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("halves");
    std::fs::create_dir(&case).expect("a folder");
    case_with_a_later_half(&case);
    let page = page_of(&case, folder.path(), &[]);
    for address in
        ["#/explore?", "#/explore?select=fact:r2&", "#/explore?select=entity:globex&", "#/explore?layout=table&"]
    {
        browser.go("about:blank");
        browser.go(&format!("{page}{address}known=2014-01-11"));
        browser.wait("document.querySelectorAll('.pane svg').length === 2");
        let words = says(&browser, "#explorer");
        assert!(words.contains("Acme") && words.contains("2013-02-03"), "{address}: {words}");
        for later in LATER {
            assert!(!words.contains(later), "{address}: {later}: {words}");
        }
    }
    browser.set("#day-known", "2016-12-31");
    browser.wait("document.querySelector('.said').innerText.includes('31 December 2016')");
    assert!(says(&browser, "#explorer").contains("2016-07-08"));
    // A page of a view holds that view, and offers no other.
    browser.go(&page_of(&case, folder.path(), &["--known-on", "2014-01-11"]));
    browser.wait("document.querySelector('.board') !== null");
    assert_eq!(browser.script("return document.querySelector('#day-known');", &[]), json!(null));
    assert!(browser.text(".date-fields .note").contains("casegraph serve"), "{}", browser.text(".dates"));
    let whole = std::fs::read_to_string(folder.path().join("out/index.html")).expect("the page");
    for later in LATER.into_iter().filter(|later| *later != "disputed") {
        assert!(!whole.contains(later), "{later}");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn each_day_of_the_page_is_what_the_server_shows_of_it() {
    let Some(browser) = Browser::open(800, 600) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let halves = folder.path().join("halves");
    std::fs::create_dir(&halves).expect("a folder");
    case_with_a_later_half(&halves);
    for case in [halves, repository("examples/harbour-lights")] {
        let page = page_of(&case, folder.path(), &["--force"]);
        browser.go(&page);
        let whole = browser.script("return JSON.parse(document.querySelector('#case-data').textContent);", &[]);
        let server = Server::start(&case, &[]);
        browser.go(&server.url);
        browser.wait("document.querySelector('main') !== null");
        let differing = browser.asynchronous(COMPARE, &[whole]);
        assert_eq!(differing, json!([]), "{}: {differing:#}", case.display());
    }
}

/// Compares the document of each day that a page picks with that of the server, whatever the order of their lists.
const COMPARE: &str = "const [whole, done] = arguments; \
    const named = (data) => { const of = (list, key) => (place) => (typeof place === 'number' ? data[list][place][key] : place); \
        const [entity, source, predicate] = [of('entities', 'id'), of('sources', 'id'), of('predicates', 'iri')]; \
        const facts = data.facts.map((f) => ({ ...f, subject: entity(f.subject), object: entity(f.object), predicate: predicate(f.predicate), sources: f.sources.map(source) })); \
        const ordered = (one) => (one === null || typeof one !== 'object' ? one : Array.isArray(one) ? one.map(ordered) : Object.fromEntries(Object.entries(one).sort().map(([key, value]) => [key, ordered(value)]))); \
        const sorted = (list) => list.map((one) => JSON.stringify(ordered(one))).sort(); \
        const words = [data.title, data.description ?? '', data.view.stamp, data.view.inFileName]; \
        return [...words, ...['entities', 'sources', 'predicates'].flatMap((list) => sorted(data[list])), ...sorted(facts), ...Object.keys(data.classes).sort()]; }; \
    (async () => { const { documentOn } = await import('/assets/versions.js'); const { isoOf } = await import('/assets/days.js'); \
        const turns = whole.days.from; const between = turns.flatMap((day) => [day - 1, day, day + 3]); const differing = []; \
        for (const possible of [false, true]) for (const day of between) { \
            const answer = await fetch(`/data?known-on=${isoOf(day)}&possible=${possible}`).then((r) => r.json()); \
            const [here, there] = [named(documentOn(whole, day, possible)), named(answer)]; \
            const lost = there.filter((one) => !here.includes(one)); const more = here.filter((one) => !there.includes(one)); \
            if (lost.length + more.length > 0) differing.push([isoOf(day), possible, lost.slice(0, 2), more.slice(0, 2)]); } \
        return differing.slice(0, 5); })().then(done, (e) => done({ failed: String(e) }));";

#[test]
fn text_that_tries_to_be_something_else_stays_text_on_the_page() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("hostile");
    std::fs::create_dir(&case).expect("a folder");
    hostile_case(&case);
    browser.go(&page_of(&case, folder.path(), &[]));
    browser.wait("document.querySelectorAll('.pane svg').length === 2");
    let found = "return [window.hacked ?? null, document.querySelectorAll('img, iframe, object').length, document.scripts.length];";
    assert_eq!(browser.script(found, &[]), json!([null, 0, 2]));
    assert!(browser.text("#facts").contains("<img src=x"), "{}", browser.text("#facts"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_a_script_and_on_paper_the_page_is_whole() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let page = flagship();
    browser.command("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    browser.command("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.go(page);
    browser.command("Emulation.setScriptExecutionDisabled", &json!({ "value": false }));
    assert_eq!(browser.script("return document.querySelectorAll('figure svg').length;", &[]), 4);
    assert_eq!(browser.script("return document.querySelectorAll('.facts tbody tr').length;", &[]), 267);
    assert_eq!(browser.script("return document.querySelector('#explorer');", &[]), json!(null));
}

#[test]
fn nothing_serious_is_in_the_way_of_a_reader_of_the_page() {
    let Some(axe) = axe() else { return };
    let Some(browser) = Browser::open(1440, 900) else { return };
    browser.go(flagship());
    browser.wait("document.querySelectorAll('.pane svg').length === 2");
    is_accessible(&browser, &axe, "index.html");
}
