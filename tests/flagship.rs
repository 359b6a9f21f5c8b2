//! The flagship case, `data/microsoft-nsl`, answers as its README says. The counts are those of the competency questions
//! that the model was made for.

use std::collections::BTreeSet;
use std::fs;

use casegraph::case::{Case, read_sound};
use casegraph::conflicts::{self, Entry, Kind, Side, State};
use casegraph::graph::EntityGraph;
use casegraph::query::{Answer, Catalogue, Question, Solutions, run};
use casegraph::secrecy::{How, SecrecyRules, windows};

use crate::program::{self, copy_folder, repository};

const COUNTS: [(&str, usize); 15] = [
    ("participants", 9),
    ("known-events", 93),
    ("still-secret", 5),
    ("contradictions", 7),
    ("shared-hearings", 3),
    ("gags", 4),
    ("gags-in-force", 4),
    ("held-on", 5),
    ("two-step-paths", 1),
    ("promises", 7),
    ("overtaken", 6),
    ("longest-secrecy", 10),
    ("challenged-then-withdrawn", 2),
    ("weak-facts", 6),
    ("records", 4),
];

/// The letter, the silence it imposed, the case about it, and its papers.
const LETTER: [&str; 5] = [
    "nsl-microsoft-2013",
    "nsl-microsoft-2013-gag",
    "microsoft-v-fbi-nsl",
    "microsoft-v-fbi-nsl-papers",
    "microsoft-v-fbi-nsl-rest-of-docket",
];

/// Ids of the facts that were found in research, as runs of numbers; the gaps are numbers that were given up.
const IDS: &[(char, u16, u16)] = &[
    ('F', 101, 117),
    ('F', 120, 152),
    ('F', 157, 214),
    ('F', 219, 219),
    ('F', 221, 250),
    ('F', 252, 281),
    ('F', 283, 285),
    ('F', 287, 294),
    ('F', 296, 297),
    ('F', 299, 302),
    ('F', 304, 310),
    ('F', 313, 313),
    ('F', 315, 324),
    ('S', 1, 63),
];

fn case() -> Case {
    Case::open(&repository("data/microsoft-nsl")).expect("the case is sound")
}

fn solutions(case: &Case, question: &Question) -> Solutions {
    match run(case.whole().expect("a case"), &case.base, question, &[]).expect("an answer") {
        Answer::Solutions(solutions) => solutions,
        _ => panic!("`{}` gives rows", question.name),
    }
}

fn ask(case: &Case, sparql: &str) -> Vec<Vec<String>> {
    let question = Question::ad_hoc("test", sparql).expect("SPARQL");
    let text = |term: &Option<oxigraph::model::Term>| term.as_ref().map(ToString::to_string).unwrap_or_default();
    solutions(case, &question).rows().iter().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn the_competency_questions_have_their_answers() {
    let (case, catalogue) = (case(), Catalogue::shipped().expect("the shipped questions"));
    let found = COUNTS.map(|(name, _)| (name, solutions(&case, catalogue.get(name).expect("a question")).rows().len()));
    assert_eq!(found, COUNTS);
}

#[test]
fn two_gags_were_certainly_in_force_and_two_possibly() {
    let (case, catalogue) = (case(), Catalogue::shipped().expect("the shipped questions"));
    let gags = solutions(&case, catalogue.get("gags-in-force").expect("a question"));
    let is = |word: &str| gags.rows().iter().filter(|row| format!("{row:?}").contains(word)).count();
    assert_eq!((is("\"certain\""), is("\"possible\"")), (2, 2));
}

#[test]
fn nobody_knew_of_the_letter_of_2013_before_it_was_unsealed() {
    let case = case();
    let rows = ask(
        &case,
        "SELECT ?fact ?known { VALUES ?about { :nsl-microsoft-2013 } ?fact (rdf:subject|rdf:object) ?about ;
           cg:beginLatest ?latest ; cg:knownEarliest ?known . FILTER (?latest < '2014-01-01'^^xsd:date) }",
    );
    assert!(rows.len() >= 4, "issued, addressed, challenged, withdrawn: {rows:?}");
    for row in rows {
        assert!(row[1].as_str() >= "\"2014-05-20\"", "{} was known on {}", row[0], row[1]);
    }
}

#[test]
fn the_events_known_by_21_may_2014_leave_out_the_letter_its_case_and_its_papers() {
    let (case, catalogue) = (case(), Catalogue::shipped().expect("the shipped questions"));
    let about = LETTER.map(|id| format!("<{}{id}>", case.base));
    for iri in &about {
        assert!(!ask(&case, &format!("SELECT ?class {{ {iri} a ?class }}")).is_empty(), "{iri} is in the case");
    }
    let known = solutions(&case, catalogue.get("known-events").expect("a question"));
    for row in known.rows() {
        let told: Vec<String> = row.iter().flatten().map(ToString::to_string).collect();
        assert!(told.iter().all(|term| !about.contains(term)), "{told:?}");
    }
}

#[test]
fn without_the_reader_comments_the_case_is_sound_and_smaller() {
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(&repository("data/microsoft-nsl"), folder.path()).expect("a copy");
    let comments: Vec<_> = program::files_below(folder.path())
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with("-comments.csv"))
        .collect();
    assert_eq!(comments.len(), 5);
    for file in comments {
        fs::remove_file(folder.path().join(file)).expect("a file of the copy");
    }
    let (loaded, warnings) = read_sound(folder.path()).expect("the rest is sound");
    assert_eq!((loaded.summary.facts, warnings.len()), (241, 0));
}

#[test]
fn every_fact_of_the_research_is_there() {
    let case = Case::open(&repository("data/microsoft-nsl")).expect("the case is sound");
    let graph = EntityGraph::project(case.whole().expect("a case"), None).expect("a graph");
    let wanted: BTreeSet<String> = IDS
        .iter()
        .flat_map(|&(series, first, last)| (first..=last).map(move |number| format!("{series}{number:03}")))
        .collect();
    let found: BTreeSet<String> = graph.facts().map(|fact| fact.id.clone()).collect();
    assert_eq!((found.len(), &found), (267, &wanted));
}

#[test]
fn two_exports_are_the_same_to_the_byte() {
    let export = || program::run(&["export", "data/microsoft-nsl", "--to", "nquads"], &repository("."), b"");
    let (first, second) = (export(), export());
    assert!(first.stdout.lines().count() > 5000, "{}", first.stderr);
    assert!(first.stdout == second.stdout, "the two differ");
    let lines: Vec<&str> = first.stdout.lines().collect();
    assert!(lines.is_sorted(), "the quads are sorted");
}

#[test]
fn two_builds_are_the_same_to_the_byte() {
    let (first, second) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for folder in [&first, &second] {
        copy_folder(&repository("data/microsoft-nsl"), &folder.path().join("case")).expect("a copy");
        program::run(&["build", "case", "--output", "out"], folder.path(), b"");
    }
    let files = program::files_below(&first.path().join("out"));
    assert_eq!(files, program::files_below(&second.path().join("out")));
    let dot = files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "dot")).count();
    assert!(dot >= 4 && files.iter().any(|path| path.ends_with("index.html")), "{files:?}");
    for file in files {
        let read = |folder: &tempfile::TempDir| fs::read(folder.path().join("out").join(&file)).expect("a file");
        assert!(read(&first) == read(&second), "{} differs", file.display());
    }
}

fn graph() -> EntityGraph {
    EntityGraph::project(case().whole().expect("a case"), Some("en")).expect("a graph")
}

fn ids(side: &Side) -> Vec<&str> {
    side.records.iter().map(|fact| fact.id.as_str()).collect()
}

#[test]
fn the_ledger_tells_the_dates_of_the_unsealing_the_withdrawal_and_the_denials_apart() {
    let entries = conflicts::ledger(&graph(), &conflicts::Rules::default());
    let sides = |entry: &Entry| (ids(&entry.one).join(" "), ids(&entry.other).join(" "));
    let state = |kind: Kind, one: &str, other: &str| {
        let found =
            entries.iter().find(|entry| entry.kind == kind && sides(entry) == (one.to_owned(), other.to_owned()));
        found.map(|entry| (entry.settlement.state, entry.settlement.because.as_str()))
    };
    assert_eq!(state(Kind::Event, "F115", "F114"), Some((State::Open, "")), "20 against 22 May");
    assert_eq!(state(Kind::Event, "F113", "F114"), Some((State::Explained, "order against release")));
    assert_eq!(state(Kind::Rival, "S030", "F112"), Some((State::Open, "")), "why the FBI withdrew");
    assert_eq!(state(Kind::Rival, "S029", "F109"), Some((State::Open, "")), "what came first");
    assert_eq!(state(Kind::Denied, "F181 F186 S013", "F190"), Some((State::Open, "")), "19 March 2014");
}

#[test]
fn the_gags_last_as_many_days_as_their_dates_allow() {
    let windows = windows(&graph(), &SecrecyRules::default());
    let of = |id: &str| {
        let window = windows.iter().find(|window| window.records.iter().any(|fact| fact.id == id));
        window.map(|window| (window.shortest(), window.longest(), window.how))
    };
    assert_eq!(of("F104"), Some((Some(334), Some(507), How::LiftedInPart)));
    assert_eq!(of("F139"), Some((Some(1), Some(1179), How::Unknown)));
}

#[test]
fn the_lawsuit_was_disclosed_in_may_2014_and_is_drawn_at_2013() {
    let dates = ["--known-on", "2014-05-01", "--known-on", "2014-06-01"];
    let told = |command: &[&str]| program::run(&[command, &dates[..]].concat(), &repository(""), b"").stdout;
    let table = told(&["diff", "data/microsoft-nsl", "--format", "csv"]);
    for id in ["F101", "F105", "F109"] {
        let row = table.lines().find(|row| row.contains(&format!(",{id},"))).expect("a row");
        assert!(row.starts_with("disclosed,"), "{row}");
    }
    let old = |row: &&str| row.starts_with("happened,") && row.contains(",2013");
    assert_eq!(table.lines().filter(old).collect::<Vec<_>>(), Vec::<&str>::new());
    let dot = told(&["diagram", "diff", "data/microsoft-nsl", "--format", "dot"]);
    let x = |node: &str| -> f64 {
        let rest = dot.split(&format!("\"{node}\"")).nth(1).unwrap_or_else(|| panic!("no {node} in {dot}"));
        let place = rest.split("pos=\"").nth(1).and_then(|rest| rest.split(',').next());
        place.and_then(|x| x.parse().ok()).expect("a place")
    };
    let names: Vec<&str> = dot.split('"').filter(|name| name.starts_with("mark ") && name.ends_with(" F105")).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(x(names[0]) < x("day 2014-05-01") - 200.0);
    assert!(dot.contains("◇ challenged National Security Letter to Microsoft, 2013 · 2013-06"), "{dot}");
}
