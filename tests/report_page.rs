//! The page that `build` writes, in a real browser, from a file: it holds all it needs and asks nobody.

use std::path::Path;

use serde_json::json;

use crate::browser::Browser;
use crate::explorer::{axe, hostile_case, is_accessible};
use crate::program::{repository, run};

/// Builds the page of the flagship case, and returns its address.
fn built(folder: &Path, more: &[&str]) -> String {
    page_of(&repository("data/microsoft-nsl"), folder, more)
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
    let folder = tempfile::tempdir().expect("a folder");
    let page = built(folder.path(), &[]);
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
    built(folder.path(), &["--known-on", "2014-05-21"]);
    let page = std::fs::read_to_string(folder.path().join("out/index.html")).expect("the page");
    for hidden in ["nsl-microsoft-2013", "Letter to Microsoft"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
}

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
    let folder = tempfile::tempdir().expect("a folder");
    let page = built(folder.path(), &[]);
    browser.command("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    browser.command("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.go(&page);
    browser.command("Emulation.setScriptExecutionDisabled", &json!({ "value": false }));
    assert_eq!(browser.script("return document.querySelectorAll('figure svg').length;", &[]), 4);
    assert_eq!(browser.script("return document.querySelectorAll('.facts tbody tr').length;", &[]), 267);
    assert_eq!(browser.script("return document.querySelector('#explorer');", &[]), json!(null));
}

#[test]
fn nothing_serious_is_in_the_way_of_a_reader_of_the_page() {
    let Some(axe) = axe() else { return };
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    browser.go(&built(folder.path(), &[]));
    browser.wait("document.querySelectorAll('.pane svg').length === 2");
    is_accessible(&browser, &axe, "index.html");
}
