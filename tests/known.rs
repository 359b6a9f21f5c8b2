//! Who could know what on which day: the flagship case answers as its README says, and no view tells of a disclosure that
//! came later.

use std::collections::BTreeSet;
use std::fs;

use casegraph::case::Case;
use casegraph::date::Day;
use casegraph::graph::{Answer, EntityGraph};
use casegraph::known::{Question, events, known};
use casegraph::store::{CaseStore, sorted_quads};
use casegraph::view::View;
use casegraph::vocab::cg;
use oxigraph::model::Quad;
use tempfile::TempDir;

use crate::program::{copy_folder, read, repository};

const CASE: &str = "data/microsoft-nsl";
const LETTER: &str = "nsl-microsoft-2013";

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn read_case() -> (Case, EntityGraph) {
    let case = Case::open(&repository(CASE)).expect("the case is sound");
    let graph = EntityGraph::project(case.whole().expect("a case"), None).expect("a graph");
    (case, graph)
}

fn answers(on: &str, audience: Option<&str>) -> Vec<(String, Answer)> {
    let (case, graph) = read_case();
    let question = Question { day: day(on), audience, as_of: None, about: Some(LETTER) };
    let found = known(case.whole().expect("a case"), &graph, &question, None).expect("an answer").findings;
    found.into_iter().map(|f| (f.fact.id.clone(), f.certainty)).collect()
}

#[test]
fn of_the_letter_the_public_knew_nothing_in_2013_and_those_who_took_part_did() {
    assert_eq!(answers("2013-12-01", None), []);
    for audience in ["microsoft", "fbi", "wd-wash"] {
        let found = answers("2013-12-01", Some(audience));
        assert!(found.contains(&("F101".to_owned(), Answer::Certain)), "{audience}: {found:?}");
    }
}

#[test]
fn the_public_possibly_knew_of_the_letter_on_21_may_and_certainly_on_23_may() {
    assert_eq!(answers("2014-05-19", None), []);
    let on_21 = answers("2014-05-21", None);
    assert!(on_21.len() > 10 && on_21.iter().all(|(_, answer)| *answer == Answer::Possible), "{on_21:?}");
    let on_23 = answers("2014-05-23", None);
    assert!(on_23.len() > 10 && on_23.iter().all(|(_, answer)| *answer == Answer::Certain), "{on_23:?}");
}

#[test]
fn each_fact_with_a_date_of_disclosure_became_public_by_some_event() {
    let (case, graph) = read_case();
    let disclosures = graph.disclosures(case.whole().expect("a case"), None).expect("disclosures");
    let events = events(&graph, &disclosures);
    let told: BTreeSet<&str> =
        events.iter().filter(|event| event.audience.is_none()).flat_map(|e| &e.facts).map(String::as_str).collect();
    for fact in graph.facts().filter(|fact| fact.known_since.is_some()) {
        assert!(told.contains(fact.id.as_str()), "{} became public by no event", fact.id);
    }
}

/// Returns copies of two cases: the flagship, and a small one in which secret disclosures stayed secret for longer than
/// the facts that they were about.
fn cases() -> [TempDir; 2] {
    let copy = |case: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        copy_folder(&repository(case), folder.path()).expect("a copy");
        folder
    };
    let (flagship, small) = (copy(CASE), copy("examples/harbour-lights"));
    fs::write(small.path().join("disclosures.csv"), read("tests/scenarios/disclosures/listed/disclosures.csv"))
        .expect("a file");
    [flagship, small]
}

#[test]
fn a_view_of_any_day_tells_of_no_disclosure_that_came_later() {
    for case in cases() {
        let whole = Case::open(case.path()).expect("a sound case");
        let told = sorted_quads(whole.whole().expect("a case")).expect("quads");
        let store = CaseStore::in_memory(told.iter().cloned()).expect("a store");
        let bounds = [cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST, cg::KNOWN_EARLIEST, cg::KNOWN_LATEST];
        let days: BTreeSet<Day> = told
            .iter()
            .filter(|quad| is_of_disclosure(quad) && bounds.iter().any(|bound| quad.predicate == *bound))
            .map(|quad| day(&quad.object.to_string()[1..11]))
            .collect();
        assert!(days.len() >= 5, "{days:?}");
        for known_on in days.into_iter().flat_map(|day| [day.yesterday().expect("a day before"), day]) {
            for possible in [false, true] {
                let view = View { known_on: Some(known_on), possible, ..View::default() };
                let seen = sorted_quads(&view.of(&store).expect("a view")).expect("quads");
                let described: BTreeSet<String> = seen.iter().map(|quad| quad.subject.to_string()).collect();
                let bound = if possible { cg::KNOWN_EARLIEST } else { cg::KNOWN_LATEST };
                for quad in seen.iter().filter(|quad| is_of_disclosure(quad)) {
                    let text = quad.object.to_string();
                    assert!(quad.predicate != cg::DISCLOSES || described.contains(&text), "{quad} on {known_on}");
                    assert!(quad.predicate != bound || day(&text[1..11]) <= known_on, "{quad} on {known_on}");
                }
            }
        }
    }
}

fn is_of_disclosure(quad: &Quad) -> bool {
    quad.subject.to_string().contains("/disclosure/")
}

#[test]
fn a_view_is_that_of_a_case_that_never_had_the_later_disclosures() {
    let days = [
        "2013-06-05",
        "2013-06-06",
        "2014-03-18",
        "2014-03-19",
        "2014-05-21",
        "2014-05-22",
        "2020-05-13",
        "2020-05-14",
        "2020-05-17",
        "2020-05-18",
        "2020-05-30",
        "2020-05-31",
    ];
    let (whole, cut) = (cases(), cases());
    for (whole, cut) in whole.iter().zip(&cut) {
        let text = fs::read_to_string(whole.path().join("disclosures.csv")).expect("disclosures");
        let (header, rows) = text.split_once('\n').expect("a header");
        for day in days {
            let kept: Vec<&str> = rows.lines().filter(|row| was_public_by(row, day)).collect();
            fs::write(cut.path().join("disclosures.csv"), format!("{header}\n{}\n", kept.join("\n"))).expect("a file");
            let told = |folder: &TempDir| {
                let view = View { known_on: Some(self::day(day)), ..View::default() };
                let case = Case::open_as(folder.path(), view).expect("a sound case");
                let graph = EntityGraph::project(case.whole().expect("a case"), None).expect("a graph");
                let disclosures = graph.disclosures(case.whole().expect("a case"), None).expect("disclosures");
                (
                    sorted_quads(case.whole().expect("a case")).expect("quads"),
                    format!("{:?}", events(&graph, &disclosures)),
                )
            };
            // The title of a case is the name of its folder where it states none; both state one.
            assert!(told(whole) == told(cut), "{day}: the view of the whole case differs");
        }
    }
}

/// Tells whether the public knew of the disclosure of a row on a day: by `known_since`, by its date where it was to the
/// public, or by the month of its source.
fn was_public_by(row: &str, day: &str) -> bool {
    let cells: Vec<&str> = row.split(',').collect();
    let date = match (cells[2], cells[5]) {
        ("", _) => cells[3],
        (_, "") => "2020-05-31",
        (_, known_since) => known_since,
    };
    date.trim_end_matches(']').rsplit("..").next().expect("a date") <= day
}
