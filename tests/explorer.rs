//! The explorer as a reader meets it, in a real browser. Each test ends with a page that complained of nothing and asked
//! nobody else.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::browser::{Browser, skipped};
use crate::program::{copy_folder, repository, run};
use crate::server::Server;

const FLAGSHIP: &str = "data/microsoft-nsl";
/// Parts of both drawings that stand for a fact and are shown.
const SHOWN: &str = "(id) => [...document.querySelectorAll('.board [data-facts]')].filter((g) => g.dataset.facts.split(' ').includes(id) && \
    !g.classList.contains('hidden') && !g.classList.contains('dimmed')).length";

/// Starts a browser, where there is one, and a server of the flagship case.
fn flagship() -> Option<(Browser, Server)> {
    Some((Browser::open(1440, 900)?, Server::start(&repository(FLAGSHIP), &[])))
}

/// Opens a page of a server and waits for its drawings.
fn explore(browser: &Browser, server: &Server, address: &str) {
    browser.go(&format!("{}/{address}", server.url));
    browser.wait(
        "document.querySelectorAll('.pane svg').length === 2 && !document.querySelector('.pane.busy, .dates.busy')",
    );
}

/// The page complained of nothing, and asked only the server that it came from.
fn is_clean(browser: &Browser, home: &str) {
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let strange = |url: &String| !["data:", "blob:", "chrome:", home].iter().any(|own| url.starts_with(own));
    let elsewhere: Vec<String> = browser.requests().into_iter().filter(strange).collect();
    assert_eq!(elsewhere, Vec::<String>::new(), "requests that leave for elsewhere");
}

#[test]
fn a_name_is_found_and_its_facts_lead_to_a_source() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "");
    browser.keys(".top .finder input", "BUREAU of invest");
    browser.wait("document.querySelector('.found [role=option] .label')?.innerText === 'FBI'");
    browser.keys(".top .finder input", "\u{e007}");
    browser.wait("document.querySelector('.details h2')?.innerText === 'FBI'");
    let button =
        "[...document.querySelectorAll('.details .fact-row button')].find((b) => b.innerText.includes('withdrew'))";
    browser.script(&format!("{button}.click(); return 1;"), &[]);
    let link = browser.wait("document.querySelector('.evidence a')?.href");
    assert!(link.as_str().is_some_and(|url| url.starts_with("https://")), "{link}");
    assert_eq!(browser.script("return document.querySelector('.evidence a').rel;", &[]), "noopener noreferrer");
    let address = browser.script("return location.hash;", &[]);
    assert!(address.as_str().is_some_and(|hash| hash.contains("select=fact")), "{address}");
    is_clean(&browser, &server.url);
}

#[test]
fn the_address_of_no_page_opens_the_first() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "#/contradictions");
    is_clean(&browser, &server.url);
}

#[test]
fn what_became_known_appears_with_its_day() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "#/explore?known=2014-05-21");
    // The letter, the challenge, the withdrawal.
    let facts = ["F101", "F105", "F109"];
    let places = |browser: &Browser| -> Vec<Value> {
        let script = format!("const shown = {SHOWN}; return arguments[0].map((id) => shown(id));");
        let shown = browser.script(&script, &[json!(facts)]);
        shown.as_array().cloned().unwrap_or_default()
    };
    assert_eq!(places(&browser), [0, 0, 0], "nothing of them was public");
    let page = browser.drawn_text("main");
    assert!(page.contains("PRISM") && !page.contains("Letter to Microsoft, 2013"), "not even a name");
    browser.keys(".handle.known", "\u{e014}");
    browser
        .wait("document.querySelector('#day-known').value === '2014-05-22' && !document.querySelector('.dates.busy')");
    assert!(places(&browser).iter().all(|count| count.as_u64() >= Some(1)), "{:?}", places(&browser));
    assert!(browser.drawn_text("main").contains("Letter to Microsoft, 2013"));
    assert!(browser.text(".said").contains("22 May 2014"), "{}", browser.text(".said"));
    assert!(browser.text(".details").contains("became public on this day"), "{}", browser.text(".details"));
    browser.set("#day-held", "2013-08-01");
    browser.wait("document.querySelector('.said').innerText.endsWith('and what held on 1 August 2013')");
    assert!(!browser.drawn_text("main").contains("2004-09-28"), "a ruling of 2004 is over");
    browser.press("Play");
    browser.wait("location.hash.includes('known=') && !location.hash.includes('known=2014-05-22')");
    browser.press("Pause");
    is_clean(&browser, &server.url);
}

#[test]
fn a_drawing_opens_at_a_place_that_cuts_no_box_where_it_begins() {
    let Some((browser, server)) = flagship() else { return };
    let cut = "return [...document.querySelectorAll('.pane.graph g.entity')].filter((g) => { const box = g.getBoundingClientRect(); \
        const pane = document.querySelector('.pane.graph .holder').getBoundingClientRect(); \
        return (box.left < pane.left && pane.left < box.right) || (box.top < pane.top && pane.top < box.bottom); }).map((g) => g.ariaLabel);";
    let hub = "return ((box, pane) => pane.left < box.left && box.right < pane.right && pane.top < box.top && box.bottom < pane.bottom)(\
        document.querySelector('.pane.graph g.entity[aria-label^=\"Microsoft, \"]').getBoundingClientRect(), \
        document.querySelector('.pane.graph .holder').getBoundingClientRect());";
    for address in ["", "?known-on=2013-12-31", "#/explore?layout=graph", "#/explore?ego=microsoft"] {
        browser.go("about:blank");
        browser.go(&format!("{}/{address}", server.url));
        browser.wait("document.querySelector('.pane.graph g.entity') && !document.querySelector('.pane.busy')");
        assert_eq!(browser.script(cut, &[]), json!([]), "{address}");
        assert_eq!(browser.script(hub, &[]), true, "{address}: who has most to tell is there");
    }
    is_clean(&browser, &server.url);
}

#[test]
fn a_page_is_printed_with_whole_drawings_and_without_its_controls() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "");
    browser.script("dispatchEvent(new Event('beforeprint')); return 1;", &[]);
    browser.command("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    let cut = "return [...document.querySelectorAll('.holder')].flatMap((holder) => { const pane = holder.getBoundingClientRect(); \
        return [...holder.querySelectorAll('g.entity, g.edge')].filter((g) => { const box = g.getBoundingClientRect(); \
        return box.width > 0 && (box.left < pane.left - 1 || box.right > pane.right + 1 || box.top < pane.top - 1 || box.bottom > pane.bottom + 1); }); }).length;";
    assert_eq!(browser.script(cut, &[]), 0);
    let controls = "return [...document.querySelectorAll('nav a, .toolbar button, .handles button, .finder input')].filter((e) => e.checkVisibility()).length;";
    assert_eq!(browser.script(controls, &[]), 0);
    browser.command("Emulation.setEmulatedMedia", &json!({ "media": "" }));
    browser.script("dispatchEvent(new Event('afterprint')); return 1;", &[]);
    assert!(browser.script(cut, &[]).as_u64() > Some(0), "on the screen it is as it was");
    is_clean(&browser, &server.url);
}

#[test]
fn before_anything_was_public_no_axis_and_no_box_tells_of_what_was_to_come() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "#/explore?known=2000-01-01");
    let seen = "return [...document.querySelectorAll('.holder')].filter((holder) => holder.checkVisibility({ visibilityProperty: true })).length;";
    assert_eq!(browser.script(seen, &[]), 0);
    let words = browser.text(".pane.time .unseen");
    assert_eq!(words, "Nothing of this drawing was public on 1 January 2000.");
    browser.set("#day-known", "2014-05-22");
    browser.wait("document.querySelector('.pane.time .unseen').hidden");
    assert_eq!(browser.script(seen, &[]), 2);
    assert!(browser.text(".details .legend").contains("refuted (ends in a bar)"), "{}", browser.text(".details"));
    is_clean(&browser, &server.url);
}

#[test]
fn two_clicks_show_how_two_things_hang_together() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "");
    browser.click(".pane.graph g.entity[aria-label^=Microsoft] text");
    browser.wait("document.querySelector('.details h2')?.innerText === 'Microsoft'");
    browser.press("Path to …");
    browser.click(".pane.graph g.entity[aria-label^=PRISM] text");
    browser.wait("document.querySelector('.pane.graph h2').innerText === 'How Microsoft and PRISM hang together'");
    browser
        .wait("!document.querySelector('.pane.busy') && document.querySelector('.pane.graph [data-facts]') !== null");
    browser.press("All relationships");
    browser.click(".pane.graph g.entity[aria-label^=Google] text");
    browser.press("Surroundings");
    browser.wait("document.querySelector('.pane.graph h2').innerText === 'Around Google'");
    is_clean(&browser, &server.url);
}

#[test]
fn a_path_is_made_of_what_the_days_show() {
    let Some((browser, server)) = flagship() else { return };
    browser.go(&format!("{}/#/explore?from=microsoft&to=prism&known=2013-06-01", server.url));
    browser.wait("/No chain of facts/.test(document.querySelector('.pane.graph .empty')?.innerText)");
    browser.set("#day-known", "2013-06-08");
    browser.wait("document.querySelectorAll('.pane.graph [data-facts]').length > 0");
    assert_eq!(browser.text(".details .relation h4"), "Microsoft – PRISM");
    assert!(browser.text(".details").contains("takes 1 step"), "{}", browser.text(".details"));
    browser.click(".details .close");
    browser.wait("document.querySelector('.pane.graph h2').innerText === 'Relationships'");
    is_clean(&browser, &server.url);
}

#[test]
fn every_text_is_found_as_the_command_finds_it_and_a_source_leads_to_its_facts() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    for case in [FLAGSHIP, "examples/harbour-lights"] {
        let server = Server::start(&repository(case), &[]);
        browser.go(&server.url);
        let queries = [
            "gag",
            "letter micro",
            "\"national security letter\"",
            "Société",
            "GREY gull",
            "tage",
            "e-mail",
            "encrypt",
            "demand",
            "court",
            "\"order to unseal\"",
            "2013",
            "third paragraph",
            "nothing-has-this",
            "the",
            "soft",
            "soft letter",
            "ecuri",
            "idge",
        ];
        for query in queries {
            let found = browser.promised(&format!(
                "Promise.all([import('/assets/search.js'), import('/assets/data.js'), fetch('/data').then((r) => r.json())]).then(([s, d, data]) => \
                 new s.Index(new d.CaseData(data)).search({query:?}).map((hit) => [hit.iri, hit.field, hit.field === 'label' ? '' : hit.snippet]))"
            ));
            let args = ["search", case, query, "--limit", "5000", "--format", "json"];
            let told: Value = serde_json::from_str(&run(&args, &repository(""), &[]).stdout).expect("JSON");
            let rows = told["results"]["bindings"].as_array().unwrap_or_else(|| panic!("{told}"));
            let part = |row: &Value, name: &str| row[name]["value"].clone();
            // A source that no fact names is in no drawing, and so not in the explorer.
            let known = |row: &&Value| {
                part(row, "class") != "Source" || found.to_string().contains(&part(row, "thing").to_string())
            };
            let told: Vec<Value> = rows
                .iter()
                .filter(known)
                .map(|row| {
                    // Of labels that fit alike, the explorer shows that in the language of the case.
                    let text = if part(row, "where") == "label" { json!("") } else { part(row, "text") };
                    json!([part(row, "thing"), part(row, "where"), text])
                })
                .collect();
            assert_eq!(found, json!(told), "{case}: {query}");
        }
        is_clean(&browser, &server.url);
    }
    let server = Server::start(&repository(FLAGSHIP), &[]);
    explore(&browser, &server, "");
    browser.keys(".top .finder input", "gag");
    browser.wait("document.querySelector('.found .snippet') !== null");
    browser.script("document.querySelector('.found .all').parentElement.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, cancelable: true })); return 1;", &[]);
    browser.wait("location.hash.includes('find=gag') && document.querySelector('.details h2').innerText === '“gag”'");
    browser.go(&format!("{}/#/explore?find=court+over+national+security+letter", server.url));
    browser.press("Documents: Microsoft took FBI to court over national security letter");
    browser.wait("document.querySelector('.details .badge')?.innerText === 'source'");
    assert!(browser.text(".details").contains("6 facts from it"), "{}", browser.text(".details"));
    browser.script("[...document.querySelectorAll('.details .fact-row button')].find((b) => b.innerText.includes('withdrew')).click(); return 1;", &[]);
    browser.wait("document.querySelector('.details h2').innerText.startsWith('FBI withdrew')");
    browser.set("#day-known", "2014-05-21");
    browser.keys(".top .finder input", "nondisclosure letter to microsoft");
    browser.wait("document.querySelector('.found .note') !== null");
    is_clean(&browser, &server.url);
}

#[test]
fn filters_draw_anew_and_an_address_brings_all_back() {
    let Some((browser, server)) = flagship() else { return };
    browser.go(&format!("{}/#/explore?known=2014-06-30&status=disputed&layout=table&select=entity:apple", server.url));
    browser.wait("document.querySelectorAll('.fact-table tbody tr').length > 0");
    let statuses = browser.wait(
        "[...new Set([...document.querySelectorAll('.fact-table tbody tr')].map((r) => r.children[6].innerText))]",
    );
    assert_eq!(statuses, json!(["disputed"]));
    assert_eq!(browser.text(".details h2"), "Apple");
    browser.press("Clear filters");
    browser.wait("document.querySelectorAll('.fact-table tbody tr').length > 50");
    browser.script("history.back(); return 1;", &[]);
    browser.wait("location.hash.includes('status=disputed')");
    is_clean(&browser, &server.url);
}

/// Saves what a button under Download offers, and returns it.
fn saved(browser: &Browser, folder: &Path, words: &str, name: &str) -> Vec<u8> {
    browser.press("Download");
    browser.press(words);
    let path = folder.join(name);
    let mut before = 0;
    for _ in 0..200 {
        // The browser makes an empty file first, and fills it while it is looked at.
        let bytes = fs::read(&path).unwrap_or_default();
        if !bytes.is_empty() && bytes.len() == before {
            return bytes;
        }
        before = bytes.len();
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{name} was not saved");
}

#[test]
fn drawings_and_facts_are_saved_as_they_are_shown() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "#/explore?known=2014-05-21");
    let folder = browser.saving();
    let saved = |words: &str, name: &str| saved(&browser, &folder, words, name);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let files = [
        text(saved("Relationships as SVG", "relationships-known-on-2014-05-21.svg")),
        text(saved("Timeline as SVG", "timeline-known-on-2014-05-21.svg")),
        text(saved("Timeline as DOT", "timeline-known-on-2014-05-21.dot")),
        text(saved("Facts as CSV", "facts-known-on-2014-05-21.csv")),
    ];
    for file in &files {
        assert!(file.contains("PRISM") && !file.contains("Letter to Microsoft"), "{}", &file[..200]);
    }
    assert!(files[0].starts_with("<svg") && files[3].starts_with("Id,Subject"));
    assert!(saved("Relationships as PNG", "relationships-known-on-2014-05-21.png").starts_with(b"\x89PNG"));
    is_clean(&browser, &server.url);
}

#[test]
fn a_shipped_question_is_asked_and_a_query_is_put_right() {
    let Some((browser, server)) = flagship() else { return };
    browser.go(&format!("{}/#/ask", server.url));
    browser.press("Gags in force on a day");
    browser.set("#parameter-day", "2013-12-31");
    browser.press("Ask");
    browser.wait("document.querySelector('.results h2')?.innerText === '3 rows'");
    browser.press("Show as SPARQL");
    browser.wait("document.querySelector('#sparql')?.value.includes('SELECT')");
    browser.set("#sparql", "SELECT ?who {\n  ?who cg:withd");
    browser.wait("document.querySelector('.terms [role=option]')?.innerText.includes('cg:withdrew')");
    browser.keys("#sparql", "\u{e004}");
    browser.wait("document.querySelector('#sparql').value.endsWith('cg:withdrew')");
    browser.press("Run");
    browser.wait("document.querySelector('.gutter .wrong')?.innerText === '2'");
    assert!(browser.text(".editor .fault").starts_with("line 2, column"), "{}", browser.text(".editor .fault"));
    browser.set("#sparql", "SELECT ?who ?what { ?who cg:withdrew ?what }");
    browser.press("Run");
    browser.wait("document.querySelector('.results td button')?.innerText.length > 0");
    for view in ["Drawing", "Timeline"] {
        browser.press(view);
        browser.wait("document.querySelectorAll('.results svg [data-facts]').length > 0");
    }
    browser.press("Table");
    browser.click(".results td button");
    browser.wait("location.hash.startsWith('#/explore') && document.querySelector('.details h2') !== null");
    // The one request that failed is the one with the fault.
    let complaints = browser.complaints();
    assert!(complaints.iter().all(|line| line.contains("/sparql") && line.contains("400")), "{complaints:?}");
    is_clean(&browser, &server.url);
}

#[test]
fn a_file_with_faults_shows_them_at_the_cell_and_a_sound_one_is_put_in_place() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("harbour");
    copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    let server = Server::start(&case, &["--write", "--max-body", "1"]);
    let token = server.token.clone().expect("a token");
    browser.go(&format!("{}/#token={token}", server.url));
    browser.wait("document.querySelector('nav a[href=\"#/import\"]') !== null");
    assert!(!browser.script("return location.href;", &[]).to_string().contains(&token), "the token leaves the address");
    browser.click("nav a[href='#/import']");
    let drop = |name: &str, text: &str| {
        let script = "const files = new DataTransfer(); files.items.add(new File([arguments[1]], arguments[0], { type: 'text/csv' })); \
            document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })); return 1;";
        browser.script(script, &[name.into(), text.into()]);
    };
    drop("companies-more.csv", &format!("id,label\n{}", "a-row,A Row\n".repeat(120_000)));
    browser.wait(
        "/has 1.4 MB, and the server takes 1 MB at once/.test(document.querySelector('.outcome .fault')?.innerText)",
    );
    drop("companies-more.csv", "id,label\ngood-one,Good One\nNot A Slug,Two Words\n");
    browser.wait("document.querySelector('td.wrong .value')?.innerText === 'Not A Slug'");
    assert!(browser.text("td.wrong").contains("bad-id"), "{}", browser.text("td.wrong"));
    assert!(browser.text(".outcome").contains("nothing will be stored"));
    drop("companies-more.csv", "id,label\ngood-one,Good One\n");
    browser.wait("document.querySelector('.difference') !== null");
    assert!(!case.join("companies-more.csv").exists(), "not before it is confirmed");
    browser.press("Put the files into the case");
    browser.wait("document.querySelector('.done') !== null");
    assert!(case.join("companies-more.csv").exists());
    browser.press("Look at the case");
    browser.wait("document.querySelector('.pane svg') !== null");
    browser.keys(".top .finder input", "good");
    browser.wait("document.querySelector('.found .label')?.innerText === 'Good One'");
    is_clean(&browser, &server.url);
}

#[test]
fn a_page_of_a_view_holds_nothing_that_came_later() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "?known-on=2014-05-21");
    assert!(browser.text(".sealed").contains("known on 2014-05-21"), "{}", browser.text(".sealed"));
    let page = browser.script("return document.documentElement.outerHTML;", &[]).to_string();
    for hidden in ["nsl-microsoft-2013", "Letter to Microsoft"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    browser.keys(".top .finder input", "letter micro");
    browser.wait("document.querySelector('.found li') !== null");
    assert!(!browser.text(".found").contains("Letter to Microsoft"), "{}", browser.text(".found"));
    browser.click("nav a[href='#/conflicts']");
    browser.wait("document.querySelectorAll('.dispute').length > 0");
    assert!(!browser.text("main").contains("Letter to Microsoft"));
    is_clean(&browser, &server.url);
}

/// A later text in every place that a case has for one: a label, a name, a title, a note, a date of an end, a status, a
/// judgement, a begin.
pub(crate) const LATER: [&str; 8] = [
    "Later Holdings",
    "Globex of a later name",
    "Paper of a later year",
    "Remark of a later year",
    "2016-07-08",
    "disputed",
    "Judge of a later year",
    "since 2016",
];

/// Writes a case of which half is said in 2014, and the rest in 2015 and 2016.
pub(crate) fn case_with_a_later_half(folder: &Path) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    write("case.toml", "title = \"Two halves\"\n");
    write("companies.csv", "id,label\nacme,Acme\nglobex,Globex\nlater-holdings,Later Holdings\n");
    write("courts.csv", "id,label\nhigh-court,High Court\n");
    write(
        "sources.csv",
        "id,title,kind,date\ns1,Early paper,news,2014-01-10\ns2,Paper of a later year,news,2016-07-09\n",
    );
    write(
        "relations.csv",
        "id,subject,predicate,object,begin,end,known_since,status,source,note\n\
         r1,acme,sued,globex,2014-01-01,,2014-01-10,disputed,s1,Remark of a later year\n\
         r2,acme,gaveDirectAccessTo,globex,2013-02-03,2016-07-08,2014-01-10,confirmed,s2,\n\
         r3,globex,sued,later-holdings,2015-02-01,,2015-02-03,asserted,s2,\n\
         r4,later-holdings,gaveDirectAccessTo,globex,2016,,2016-02-03,asserted,s2,\n",
    );
    write("names.csv", "entity,name,kind,known_since,source\nglobex,Globex of a later name,legal,2016-05-05,s2\n");
    write(
        "judgements.csv",
        "fact,status,since,by,source\nr1,asserted,2014-01-10,,s1\nr1,disputed,2015-03-03,Judge of a later year,s2\n",
    );
    write(
        "claims.csv",
        "id,claimant,stance,about,made_on,known_since,status,source\nc1,globex,denies,r1,2015-03-03,2015-03-03,confirmed,s2\n",
    );
}

/// Returns all that an element says: its text, shown or not, and what its attributes tell.
pub(crate) fn says(browser: &Browser, selector: &str) -> String {
    let script = "const whole = document.querySelector(arguments[0]); \
        const told = [whole, ...whole.querySelectorAll('*')].flatMap((e) => ['title', 'aria-label', 'aria-valuetext', 'alt', 'placeholder', 'href', 'id', 'value', 'data-facts'].map((name) => e.getAttribute(name) ?? '')); \
        return [whole.textContent, ...told].join('\\n');";
    browser.script(script, &[selector.into()]).as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_day_says_nothing_of_a_later_one() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    case_with_a_later_half(folder.path());
    let server = Server::start(folder.path(), &[]);
    for address in ["#/explore", "#/explore?select=fact:r2", "#/explore?select=entity:globex", "#/explore?layout=table"]
    {
        let has_come = "document.querySelector('.said')?.innerText.includes('4 January 2014') || \
            document.querySelector('.said')?.innerText.includes('11 January 2014')";
        browser.go("about:blank");
        let joint = if address.contains('?') { '&' } else { '?' };
        browser.go(&format!("{}/{address}{joint}known=2014-01-11", server.url));
        browser.wait(&format!("({has_come}) && !document.querySelector('.pane.busy, .dates.busy')"));
        let page = says(&browser, "body");
        assert!(page.contains("Acme") && page.contains("2013-02-03"), "{address}: {page}");
        for later in LATER {
            assert!(!page.contains(later), "{address}: {later}: {page}");
        }
    }
    browser.go(&format!("{}/#/explore?select=fact:r2&known=2014-01-11", server.url));
    browser.wait("document.querySelector('.details .evidence')?.innerText.includes('a source of a later date')");
    let folder = browser.saving();
    let saved = saved(&browser, &folder, "Facts as CSV", "facts-known-on-2014-01-11.csv");
    let saved = String::from_utf8(saved).expect("UTF-8");
    assert!(saved.contains("a source of a later date") && !LATER.iter().any(|later| saved.contains(later)), "{saved}");
    browser.set("#day-known", "2016-12-31");
    browser.wait("document.querySelector('.details')?.innerText.includes('2016-07-08')");
    for (address, words) in [("fact:r1", "from 2015-03-03: disputed"), ("entity:globex", "Globex of a later name")] {
        browser.go(&format!("{}/#/explore?select={address}&known=2016-12-31", server.url));
        browser.wait(&format!("document.querySelector('.details')?.innerText.includes({words:?})"));
    }
    is_clean(&browser, &server.url);
}

#[test]
fn what_a_court_could_know_is_not_what_the_public_could() {
    let Some((browser, server)) = flagship() else { return };
    explore(&browser, &server, "#/explore?known=2013-12-01");
    assert!(!says(&browser, "main").contains("Letter to Microsoft"));
    browser.set("#known-to", "wd-wash");
    browser.wait("document.querySelector('.said').innerText.includes('US District Court in Seattle could know on 1 December 2013')");
    assert!(says(&browser, ".board").contains("Letter to Microsoft"), "it had the letter before it");
    assert_eq!(browser.script("return location.hash;", &[]), "#/explore?known=2013-12-01&known-to=wd-wash");
    is_clean(&browser, &server.url);
}

const HOSTILE: [&str; 6] = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "\"><svg onload=\"window.hacked = 1\"><title>",
    "</script><script>window.hacked = 1</script>",
    "\u{202e}live si siht\u{202c} عربي \u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
    "=HYPERLINK(\"https://evil.example\";\"x\")",
];

/// Writes a case whose texts all try to be something else.
pub(crate) fn hostile_case(folder: &Path) {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let long = "very long ".repeat(200);
    let labels: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).chain([long]).collect();
    let (mut companies, mut relations) = (String::new(), String::new());
    for (n, label) in labels.iter().enumerate() {
        writeln!(companies, "c{n},{},{}", cell(label), cell(HOSTILE[0])).expect("a text");
        if n > 0 {
            let note = cell(HOSTILE[1]);
            writeln!(relations, "r{n},c0,sued,c{n},2014-0{n},,2014-0{n},confirmed,s1,{note}").expect("a text");
        }
    }
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("a file");
    write("companies.csv", format!("id,label,note\n{companies}"));
    write(
        "relations.csv",
        format!("id,subject,predicate,object,begin,end,known_since,status,source,note\n{relations}"),
    );
    write("sources.csv", format!("id,title,kind,url\ns1,{},news,https://example.org/\n", cell(HOSTILE[2])));
    write("case.toml", format!("title = {:?}\n", HOSTILE[3]));
}

#[test]
fn text_that_tries_to_be_something_else_stays_text() {
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    hostile_case(folder.path());
    let server = Server::start(folder.path(), &[]);
    let is_unharmed = |place: &str| {
        let found = browser.script("return [window.hacked ?? null, document.querySelectorAll('img, iframe, object').length, document.scripts.length];", &[]);
        assert_eq!(found, json!([null, 0, 1]), "{place}");
    };
    explore(&browser, &server, "#/explore?select=entity:c0");
    assert!(browser.text(".details").contains(HOSTILE[0]), "{}", browser.text(".details"));
    assert!(browser.text(".top .case").contains(HOSTILE[3]));
    assert!(
        browser
            .script("return document.querySelector('.pane.graph').textContent;", &[])
            .as_str()
            .is_some_and(|text| text.contains("<img"))
    );
    is_unharmed("the explorer");
    browser.keys(".top .finder input", "img src");
    browser.wait("document.querySelector('.found .label') !== null");
    assert!(browser.text(".found").contains(HOSTILE[1]));
    is_unharmed("the search");
    for (address, selector) in [
        ("#/explore?layout=table&select=fact:r2", ".fact-table"),
        ("#/explore?select=fact:r2", ".details .evidence"),
        ("#/ask?query=SELECT%20%2A%20%7B%20%3Fs%20rdfs%3Alabel%20%3Flabel%20%7D", ".results"),
    ] {
        browser.go(&format!("{}/{address}", server.url));
        browser.script("location.reload(); return 1;", &[]);
        let holds = format!("document.querySelector({selector:?})?.innerText.includes('onload=')");
        browser.wait(&holds);
        is_unharmed(address);
    }
    let wide =
        browser.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth;", &[]);
    assert_eq!(wide, 0, "a long name does not widen the page");
    is_clean(&browser, &server.url);
}

/// Returns the text of axe-core, where it is installed: `npm install --prefix target/axe axe-core`.
pub(crate) fn axe() -> Option<String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository("target"), Into::into);
    let text = fs::read_to_string(target.join("axe/node_modules/axe-core/axe.min.js"));
    if text.is_err() {
        skipped("axe-core is not installed (npm install --prefix target/axe axe-core)");
    }
    text.ok()
}

/// Nothing serious is in the way of a reader with a keyboard or a screen reader.
pub(crate) fn is_accessible(browser: &Browser, axe: &str, page: &str) {
    browser.script(&format!("{axe}; return 1;"), &[]);
    let found = browser.promised(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations \
         .filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + ' ' + n.failureSummary)]))",
    );
    assert_eq!(found, json!([]), "{page}: {found:#}");
}

#[test]
fn nothing_serious_is_in_the_way_of_any_reader() {
    let Some(axe) = axe() else { return };
    let Some(browser) = Browser::open(1440, 900) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("nsl");
    copy_folder(&repository(FLAGSHIP), &case).expect("a copy");
    let server = Server::start(&case, &["--write"]);
    for address in [
        "#/explore",
        "#/explore?known=2014-05-22&held=2013-08-01&select=entity:microsoft",
        "#/explore?select=fact:F109",
        "#/explore?layout=table",
        "#/ask?question=gags-in-force",
        "#/ask",
        "#/conflicts",
        "#/import",
    ] {
        browser.go("about:blank");
        browser.go(&format!("{}/{address}", server.url));
        browser.wait("document.querySelector('main h1, main h2') !== null && !document.querySelector('.pane.busy')");
        browser
            .wait("!document.querySelector('.board') || document.querySelector('.pane svg, .fact-table tr') !== null");
        is_accessible(&browser, &axe, address);
    }
}
