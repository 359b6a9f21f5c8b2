//! Nothing later shows: no output under a view says what its case dates later. The cut is by content: texts, ids and days are read
//! from the CSV files here, by nothing of the program's own, and every command, format and address is searched for them.

mod book;
mod days;
mod generated;
mod later;
mod marker;
mod outputs;
mod scan;
mod table;
mod variant;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;

use book::Book;
use casegraph::case::Case;
use casegraph::store::sorted_quads;
use casegraph::view::View;
use days::Today;
use later::{Later, Telling};
use marker::Marker;
use outputs::{Asked, Outputs};
use scan::Scan;
use variant::{Change, changed};

use crate::program::{copy_folder, difference, files_below, read, repository};
use crate::server::{Server, encoded};

const FLAGSHIP: &str = "data/microsoft-nsl";
const HARBOUR: &str = "examples/harbour-lights";

const MARKER: Marker = Marker { word: "zzlater", year: "2091", digits: "917", copies: 1 };

/// Texts of the program itself, which are no leaks of a case.
fn own_words() -> String {
    let folders = ["data/explorer", "data/tables", "queries", "src"];
    let files = folders
        .into_iter()
        .flat_map(|folder| files_below(&repository(folder)).into_iter().map(move |file| (folder, file)));
    let mut texts: Vec<String> = files.map(|(folder, file)| read(&format!("{folder}/{}", file.display()))).collect();
    texts.extend(["data/ontology.ttl", "data/predicates.csv", "data/style.toml", "data/bibliography.toml"].map(read));
    texts.join("\n")
}

/// What the outputs of a view are searched for.
struct Search {
    certain: Scan,
    /// What may be possible is what `known` lists too.
    possible: Scan,
    later: BTreeSet<Later>,
    own: OnceCell<BTreeSet<String>>,
}

impl Search {
    fn of(book: &Book, today: &Today) -> Self {
        let scan = |today: &Today| {
            let (told, later) = Telling::of(book, today).texts();
            (Scan::new(today, &told, &later), later)
        };
        let (certain, later) = scan(today);
        Self { certain, possible: scan(&Today { possible: true, ..today.clone() }).0, later, own: OnceCell::new() }
    }

    /// Returns what outputs say that is later, one line for each.
    fn leaks(&self, outputs: &Outputs) -> Vec<String> {
        let mut found = Vec::new();
        for (what, output) in outputs {
            let scan = if what.starts_with("known ") { &self.possible } else { &self.certain };
            // The name of this property and the id after it read like the note `Made at hearing-…`.
            let output = output.replace("made_at", "");
            found.extend(scan.leaks(&output).into_iter().map(|leak| (what, leak)));
        }
        if !found.is_empty() {
            let own = self.own.get_or_init(|| self.certain.leaks(&own_words()));
            found.retain(|(_, leak)| leak.starts_with("a date") || !own.contains(leak));
        }
        found.into_iter().map(|(what, leak)| format!("{what}: {leak}")).collect()
    }
}

/// Returns two entities that may be told, and ids that may not: a letter is missing, so that a suggestion would complete them.
fn ask(book: &Book, today: &Today, later: &BTreeSet<Later>, asked: Asked) -> Asked {
    let telling = Telling::of(book, today);
    let named = book.rows().filter(|(table, row)| table.is_of_entities() && telling.is_named(table, row));
    let mut named: Vec<&str> = named.map(|(table, row)| table.cell(row, "id")).collect();
    named.sort_by_key(|id| {
        std::cmp::Reverse(book.facts.values().filter(|fact| fact.ends.contains(&(*id).to_owned())).count())
    });
    // What was asked for may be said back, so that an id with a date in it would be taken for a leak.
    let is_undated = |id: &str| !id.contains("-19") && !id.contains("-20");
    let ids = later.iter().filter(|text| text.place.ends_with(" id") && text.text.len() > 5 && is_undated(&text.text));
    let ids: Vec<String> = ids.map(|text| text.text[..text.text.len() - 1].to_owned()).collect();
    let step = ids.len().div_ceil(3).max(1);
    let ends = [named[0].to_owned(), named[1].to_owned()];
    Asked { ends, hidden: ids.into_iter().step_by(step).collect(), ..asked }
}

fn questions() -> Vec<String> {
    let files = repository("queries").read_dir().expect("questions").flatten().map(|file| file.path());
    let names = files.filter(|file| file.extension().is_some_and(|ext| ext == "rq"));
    let mut names: Vec<_> =
        names.map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Everything that is said of a case as a view shows it.
fn everything(case: &Path, server: &Server, asked: &Asked) -> Outputs {
    let mut outputs = asked.of_commands(case);
    outputs.extend(asked.of_server(server, &questions()));
    outputs
}

/// Says how outputs of the same view differ.
fn differences(whole: &Outputs, other: &Outputs) -> Vec<String> {
    let is_same = |what: &String| whole.get(what) == other.get(what);
    let all: BTreeSet<&String> = whole.keys().chain(other.keys()).collect();
    let text = |outputs: &Outputs, what: &String| outputs.get(what).cloned().unwrap_or_default();
    let different = all.into_iter().filter(|what| !is_same(what));
    different.map(|what| format!("{what}\n{}", difference(&text(whole, what), &text(other, what)))).collect()
}

fn nothing_later(name: &str, views: &[(&str, &[&str])]) {
    let case = repository(name);
    let book = Book::read(&case);
    let server = Server::start(&case, &[]);
    let mut found = Vec::new();
    for (at, (day, more)) in views.iter().enumerate() {
        let today = Today { day: (*day).to_owned(), possible: more.contains(&"--possible") };
        let search = Search::of(&book, &today);
        assert!(search.later.len() > 20, "{day}: {:?}", search.later);
        let asked = ask(&book, &today, &search.later, Asked { pictures: at == 0, ..Asked::on(day, more) });
        let whole = everything(&case, &server, &asked);
        found.extend(search.leaks(&whole).into_iter().map(|leak| format!("{day} {more:?} {leak}")));
        if at > 0 {
            continue;
        }
        let asked = Asked { hidden: Vec::new(), ..asked };
        for change in [Change::Other, Change::Gone] {
            let folder = tempfile::tempdir().expect("a folder");
            copy_folder(&case, folder.path()).expect("a copy");
            changed(&book, &today, change).write(folder.path());
            let other = everything(folder.path(), &Server::start(folder.path(), &[]), &asked);
            // `known` lists what is possible too, which is later for a view of what is certain.
            let is_of_view = |what: &String| other.contains_key(what) && !what.starts_with("known ");
            let whole = whole.iter().filter(|(what, _)| is_of_view(what));
            let whole = whole.map(|(what, text)| (what.clone(), text.clone())).collect();
            let other = other.into_iter().filter(|(what, _)| !what.starts_with("known ")).collect();
            found.extend(differences(&whole, &other).into_iter().map(|text| format!("{day} {change:?} {text}")));
        }
    }
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}

#[test]
fn nothing_later_shows_of_the_harbour_case() {
    nothing_later(HARBOUR, &[("2020-05-14", &[]), ("2020-05-15", &["--possible"])]);
}

#[test]
fn nothing_later_shows_of_the_microsoft_case() {
    nothing_later(FLAGSHIP, &[("2014-05-21", &[])]);
}

#[test]
fn nothing_later_shows_on_any_day_of_the_microsoft_case() {
    let case = repository(FLAGSHIP);
    let book = Book::read(&case);
    let server = Server::start(&case, &[]);
    let days = book.days();
    assert!(days.len() > 50, "{days:?}");
    let mut found = Vec::new();
    for (at, day) in days.into_iter().enumerate() {
        for possible in [false, true].into_iter().take(1 + usize::from(at % 6 == 0)) {
            let today = Today { day: day.clone(), possible };
            let (told, later) = Telling::of(&book, &today).texts();
            let scan = Scan::new(&today, &told, &later);
            let query = encoded("SELECT * { GRAPH ?g { ?s ?p ?o } }");
            let view = format!("known-on={day}{}", if possible { "&possible=true" } else { "" });
            let sent = server.send("GET", &format!("/sparql?query={query}&{view}"), &[("accept", "text/csv")], b"");
            assert_eq!(sent.status, 200, "{}", sent.body);
            found.extend(scan.leaks(&sent.body).into_iter().map(|leak| format!("{day} {possible} {leak}")));
        }
    }
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}

#[test]
fn nothing_later_shows_of_a_case_with_a_later_text_in_every_place() {
    let rows = MARKER.rows();
    for (name, table) in marker::built_in() {
        for column in table["tableSchema"]["columns"].as_array().expect("columns") {
            let column = column["name"].as_str().expect("a name");
            let is_given = rows[&name].iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
            assert!(is_given, "{name}.csv `{column}`: the case has nothing later in it");
        }
    }
    let others =
        [Marker { copies: 2, ..MARKER }, Marker { word: "aalonglater", year: "2087", digits: "903", ..MARKER }];
    let asked = Asked {
        ends: ["shown-companies".to_owned(), "shown-people".to_owned()],
        pictures: true,
        ..Asked::on(marker::DAY, &[])
    };
    let outputs = |marker: &Marker, asked: &Asked| {
        let folder = tempfile::tempdir().expect("a folder");
        marker.write(folder.path());
        everything(folder.path(), &Server::start(folder.path(), &[]), asked)
    };
    let hidden = ["zzlater-companies", "zzlater-nobod", "zzlater-do"].map(str::to_owned).to_vec();
    let whole = outputs(&MARKER, &Asked { hidden: hidden.clone(), ..asked.clone() });
    let shown = &whole["query case SELECT*{?s?p?o} --format csv"];
    for told in ["Shown companies", "John Doe 1", "not yet named", "Working title", "a source of a later date"] {
        assert!(shown.contains(told), "{told} is missing:\n{shown}");
    }
    let mut found = Vec::new();
    for (what, output) in &whole {
        // What was asked for may be said back.
        let said_back =
            |text: String, asked: &String| text.replace(&format!("`{asked}`"), "").replace(&format!("\"{asked}\""), "");
        let output = hidden.iter().fold(output.to_lowercase(), said_back);
        let lines = output.lines().filter(|line| ["zzlate", "2091-", "q917"].iter().any(|mark| line.contains(mark)));
        found.extend(lines.map(|line| format!("{what}: {}", line.chars().take(300).collect::<String>())));
    }
    let whole = whole.into_iter().filter(|(what, _)| !what.contains("zzlater")).collect();
    for other in others {
        found.extend(differences(&whole, &outputs(&other, &asked)));
    }
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_table_of_days_has_every_kind_of_triple() {
    let listed = table::listed(&read("docs/model.md"));
    let marked = tempfile::tempdir().expect("a folder");
    MARKER.write(marked.path());
    for case in [repository(FLAGSHIP), repository(HARBOUR), marked.path().to_owned()] {
        let quads = quads(&case, View::default());
        assert_eq!(table::missing(&listed, &quads), BTreeSet::new(), "{}", case.display());
        let mut other = listed.clone();
        other.get_mut("fact").expect("facts").remove("cg:end");
        assert_eq!(table::missing(&other, &quads), BTreeSet::from(["fact `cg:end`".to_owned()]));
    }
}

fn quads(folder: &Path, view: View) -> String {
    let case = Case::open_as(folder, view).unwrap_or_else(|error| panic!("{}: {error:?}", folder.display()));
    let quads = sorted_quads(case.whole().expect("a case")).expect("quads");
    quads.iter().map(|quad| format!("{quad} .\n")).collect::<Vec<_>>().concat()
}

#[test]
fn nothing_later_shows_of_thirty_generated_cases() {
    let (mut found, mut views) = (Vec::new(), 0);
    for number in 0..30 {
        let folder = tempfile::tempdir().expect("a folder");
        generated::write(number, folder.path());
        let book = Book::read(folder.path());
        let days = book.days();
        for day in days.iter().step_by(days.len().div_ceil(3).max(1)) {
            for possible in [false, true] {
                let today = Today { day: day.clone(), possible };
                let (told, later) = Telling::of(&book, &today).texts();
                let view = View { known_on: Some(day.parse().expect("a day")), possible, ..View::default() };
                let whole = quads(folder.path(), view.clone());
                let leaks = Scan::new(&today, &told, &later).leaks(&whole).into_iter();
                found.extend(leaks.map(|leak| format!("case {number} on {day}, {possible}: {leak}")));
                for change in [Change::Other, Change::Gone] {
                    let other = tempfile::tempdir().expect("a folder");
                    copy_folder(folder.path(), other.path()).expect("a copy");
                    changed(&book, &today, change).write(other.path());
                    let other = quads(other.path(), view.clone());
                    if other != whole {
                        found.push(format!(
                            "case {number} on {day}, {possible}, {change:?}:\n{}",
                            difference(&whole, &other)
                        ));
                    }
                }
                views += 1;
            }
        }
    }
    assert!(views > 120, "{views}");
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_planted_leak_of_each_kind_is_found() {
    let book = Book::read(&repository(FLAGSHIP));
    let search = Search::of(&book, &Today::certain("2013-12-01"));
    let leaks = |text: &str| search.leaks(&Outputs::from([("query".to_owned(), text.to_owned())]));
    assert_eq!(leaks("NSA, \"known on 2013-12-01\", 9999-12-31, [2013-06-09..2014-10-22], Snowden documents"), [""; 0]);
    for planted in [
        "a title: Microsoft s'oppose avec succès à une requête du FBI",
        "a title in XML: <t>Microsoft s&#39;oppose avec succès à une requête du FBI</t>",
        "a title in lines: <text>Microsoft s'oppose avec</text>\n<text>succès à une requête du FBI</text>",
        "an end: \"2014-05-22\"^^xsd:date",
        "a month: 2014-06~",
        "a year: \"2016\"",
        "a note: The letter at the centre of this case",
        "a label: National Security Letter to\\nMicrosoft, 2013",
        "an id: <https://example.org/nsl/id/nsl-microsoft-2013>",
        "a fact made from a row: nsl-microsoft-2013--recipient",
        "the description: A secret FBI demand of 2013, the challenge and the withdrawal, what the public learned of them in 2014, and …",
        "an address: https://www.nextinpact.com/article/12779/87707-microsoft-soppose-avec-succes-a-requete-fbi",
        "a fingerprint: 4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865",
    ] {
        assert_eq!(leaks(planted).len(), 1, "{planted}: {:?}", leaks(planted));
    }
    // A count or a status that tells of what is hidden makes two cases differ that say the same on the day.
    let outputs = |text: &str| Outputs::from([("build".to_owned(), text.to_owned())]);
    assert_eq!(differences(&outputs("12 facts"), &outputs("11 facts")).len(), 1);
    assert_eq!(differences(&outputs("12 facts"), &outputs("12 facts")), [""; 0]);
}
