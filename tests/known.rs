//! Who could know what on which day: the flagship case answers as its README says, and no view tells of a disclosure that
//! came later.

use std::collections::BTreeSet;
use std::fs;

use casegraph::case::Case;
use casegraph::date::Day;
use casegraph::graph::{Answer, Disclosure, EntityGraph};
use casegraph::known::{Question, events, known};
use casegraph::view::View;
use casegraph::vocab::cg;

use crate::program::{copy_folder, read, repository, run};

const CASE: &str = "data/microsoft-nsl";
const LETTER: &str = "nsl-microsoft-2013";

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn read_case() -> (EntityGraph, Vec<Disclosure>) {
    let case = Case::open(&repository(CASE)).expect("the case is sound");
    let graph = EntityGraph::project(case.store.as_oxigraph(), None).expect("a graph");
    let disclosures = graph.disclosures(case.store.as_oxigraph(), None).expect("disclosures");
    (graph, disclosures)
}

fn answers(on: &str, audience: Option<&str>) -> Vec<(String, Answer)> {
    let (graph, disclosures) = read_case();
    let question = Question { day: day(on), audience, about: Some(LETTER) };
    known(&graph, &disclosures, &question).iter().map(|f| (f.fact.id.clone(), f.certainty)).collect()
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
    let (graph, disclosures) = read_case();
    let events = events(&graph, &disclosures);
    let told: BTreeSet<&str> =
        events.iter().filter(|event| event.audience.is_none()).flat_map(|e| &e.facts).map(String::as_str).collect();
    for fact in graph.facts().filter(|fact| fact.known_since.is_some()) {
        assert!(told.contains(fact.id.as_str()), "{} became public by no event", fact.id);
    }
}

#[test]
fn a_view_of_any_day_tells_of_no_disclosure_that_came_later() {
    let days: BTreeSet<Day> =
        read_case().1.iter().flat_map(|disclosure| [disclosure.days.0, disclosure.days.1]).collect();
    for known_on in days.into_iter().flat_map(|day| [day.yesterday().expect("a day before"), day]) {
        for possible in [false, true] {
            let view = View { known_on: Some(known_on), possible, ..View::default() };
            let case = Case::open_as(&repository(CASE), view).expect("the case is sound");
            let quads = case.store.sorted_quads().expect("quads");
            let described: BTreeSet<String> = quads.iter().map(|quad| quad.subject.to_string()).collect();
            let bound = if possible { cg::KNOWN_EARLIEST } else { cg::KNOWN_LATEST };
            for quad in quads.iter().filter(|quad| quad.subject.to_string().contains("/disclosure/")) {
                let text = quad.object.to_string();
                assert!(quad.predicate != cg::DISCLOSES || described.contains(&text), "{quad} on {known_on}");
                assert!(quad.predicate != bound || text.trim_matches('"')[..10] <= *known_on.to_string(), "{quad}");
            }
        }
    }
}

#[test]
fn a_view_is_that_of_a_case_that_never_had_the_later_disclosures() {
    let days = ["2013-06-05", "2013-06-06", "2014-03-18", "2014-03-19", "2014-05-21", "2014-05-22"];
    for day in days {
        let folder = tempfile::tempdir().expect("a folder");
        copy_folder(&repository(CASE), folder.path()).expect("a copy");
        // What was public by the day: a row that is public by known_since, or by its date where all could know.
        let text = read(&format!("{CASE}/disclosures.csv"));
        let (header, rows) = text.split_once('\n').expect("a header");
        let is_public = |row: &&str| {
            let cells: Vec<&str> = row.split(',').collect();
            let date = if cells[2].is_empty() { cells[3] } else { cells[5] };
            let last = date.trim_end_matches(']').rsplit("..").next().expect("a date");
            last <= day
        };
        let kept: Vec<&str> = rows.lines().filter(is_public).collect();
        fs::write(folder.path().join("disclosures.csv"), format!("{header}\n{}\n", kept.join("\n"))).expect("a file");
        for command in [
            format!("disclosures CASE --known-on {day} --format table"),
            // An audience that nobody had heard of is no entity yet.
            format!("known CASE --on {day} --known-on {day} --audience wd-wash --format table"),
            format!("query CASE --known-on {day} --format csv SELECT(COUNT(*)AS?count){{?s?p?o}}"),
        ] {
            let told = |case: &str| {
                let args: Vec<String> = command.split(' ').map(|word| word.replace("CASE", case)).collect();
                let outcome = run(&args, &repository("."), b"");
                assert!(outcome.status == 0 || command.starts_with("known"), "{command}: {}", outcome.stderr);
                (outcome.status, outcome.stdout, outcome.stderr)
            };
            assert_eq!(told(CASE), told(&folder.path().to_string_lossy()), "{command}");
        }
    }
}
