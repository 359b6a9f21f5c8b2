//! What went wrong with dates, time and sealing in other tools, each with the test that it does not here.

use std::collections::BTreeSet;

use casegraph::case::Case;
use casegraph::date::{self, Day, Edtf};
use casegraph::diagram::{Drawing, Style, TimelineOptions, timeline};
use casegraph::facts::{CaseFile, CaseSettings, Loaded, Model, Wanted, load_case};
use casegraph::graph::{EndKind, EntityGraph, Selection, Status};
use casegraph::query::{Answer, Question, run as ask};
use casegraph::store::CaseStore;
use casegraph::view::View;
use oxigraph::model::{Quad, Term};

use crate::program::{repository, run};

const BASE: &str = "https://example.org/t/id/";

fn read(relations: &str) -> (Loaded, Vec<&'static str>) {
    let file = |name: &str, text: &str| CaseFile { name: name.to_owned(), bytes: text.into() };
    let files = [
        file("companies.csv", "id,label\nfirm,Firm\nrival,Rival\n"),
        file("programs.csv", "id,label\nproject,Project\n"),
        file("sources.csv", "id,title,kind,date\npaper,The Paper,news,2014-05-23\n"),
        file(
            "relations.csv",
            &format!("id,subject,predicate,object,begin,end,known_since,status,source\n{relations}\n"),
        ),
    ];
    let settings = CaseSettings::from_toml(&format!("title = \"T\"\nbase = \"{BASE}\"\n"), "t").expect("settings");
    let (loaded, faults) = load_case(settings, &files, &Model::built_in(), Wanted::Quads);
    let codes = faults.sorted().into_iter().map(|fault| fault.code.name()).collect();
    (loaded, codes)
}

fn quads(relations: &str) -> Vec<Quad> {
    let (loaded, faults) = read(relations);
    assert!(faults.is_empty(), "{faults:?}");
    loaded.sorted_quads()
}

fn graph(relations: &str) -> EntityGraph {
    let store = CaseStore::in_memory(quads(relations)).expect("a store");
    EntityGraph::project(&store, None).expect("a graph")
}

fn drawn(graph: &EntityGraph) -> Drawing {
    timeline(graph, &Style::default(), &TimelineOptions::default()).expect("a timeline")
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn rows(quads: Vec<Quad>, query: &str) -> Vec<String> {
    rows_seen(&View::default(), quads, query)
}

fn rows_seen(view: &View, quads: Vec<Quad>, query: &str) -> Vec<String> {
    let store = view.of(&CaseStore::in_memory(quads).expect("a store")).expect("a view");
    let question = Question::ad_hoc("test", query).expect("SPARQL");
    let Answer::Solutions(rows) = ask(&store, BASE, &question, &[]).expect("an answer") else {
        panic!("rows are asked for");
    };
    rows.rows().iter().map(|row| row.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_filter_over_years_months_and_days_drops_no_row() {
    let relations = "a,firm,sued,rival,2013,2013,2014,asserted,\nb,firm,sued,rival,2013-06,2013-06,2014,asserted,\n\
                     c,firm,sued,rival,2013-06-09,2013-06-09,2014,asserted,";
    let query = "SELECT ?f { ?f cg:beginEarliest ?first ; cg:beginLatest ?last \
                 FILTER (?first >= \"2013-01-01\"^^xsd:date && ?last <= \"2013-12-31\"^^xsd:date) }";
    assert_eq!(rows(quads(relations), query).len(), 3);
}

#[test]
fn no_date_literal_is_ill_typed() {
    for quad in quads("a,firm,sued,rival,2014,2014-05,2014-05~,asserted,paper") {
        let Term::Literal(literal) = &quad.object else { continue };
        if literal.datatype().as_str().ends_with("#date") {
            assert!(literal.value().parse::<Day>().is_ok(), "{quad}");
        } else if ["2014", "2014-05", "2014-05~"].contains(&literal.value()) {
            assert!(literal.datatype().as_str().ends_with("/EDTF"), "{quad}");
        }
    }
}

#[test]
fn an_instant_has_an_offset_and_the_date_of_a_court_is_a_local_day() {
    assert!(date::now().ends_with('Z') && date::now().contains('T'));
    let days = quads("a,firm,sued,rival,2014-05-22,2014-05-22,2014-05-22,asserted,");
    let begin = days.iter().find(|quad| quad.predicate.as_str().ends_with("#beginEarliest")).expect("a bound");
    assert!(begin.object.to_string().starts_with("\"2014-05-22\"^^"), "{begin}");
}

#[test]
fn a_date_is_read_or_refused_and_never_compared_as_text() {
    for text in ["May 2014", "2014-5-2", "22.05.2014", "2014-02-30", "2014-05-22T10:00"] {
        let (_, faults) = read(&format!("a,firm,sued,rival,{text},,,asserted,"));
        assert!(faults.contains(&"bad-date"), "{text}: {faults:?}");
    }
    // As text, 0987 would come before 1013 by luck and 2013-1X after 2013-12-31.
    let edges = |text: &str| Edtf::parse(text).map(|date| (date.first(), date.last())).expect("EDTF");
    assert_eq!(edges("2013-1X"), (day("2013-10-01"), day("2013-12-31")));
}

#[test]
fn still_so_and_end_unknown_are_two_values() {
    let graph = graph("a,firm,operates,project,2013,..,2014,asserted,\nb,firm,operates,project,2013,,2014,asserted,");
    let kind = |id: &str| graph.fact(id).expect("a fact").end_kind;
    assert_eq!((kind("a"), kind("b")), (EndKind::Open, EndKind::Unknown));
}

#[test]
fn no_first_of_january_is_filled_in() {
    let graph = graph("a,firm,sued,rival,2013,2013,2014,asserted,");
    let fact = graph.fact("a").expect("a fact");
    assert_eq!((fact.when().as_str(), fact.begins), ("2013", (day("2013-01-01"), day("2013-12-31"))));
    let dot = drawn(&graph).dot();
    assert!(dot.contains("sued Rival · 2013\\l") && !dot.contains("2013-01-01"), "{dot}");
    // It is drawn as a span in which it lies, not as a point.
    assert!(dot.contains("filled,dashed"), "{dot}");
}

#[test]
fn about_a_month_is_that_month_without_hidden_padding() {
    let about = Edtf::parse("2013-06~").expect("EDTF");
    assert_eq!((about.first(), about.last()), (day("2013-06-01"), day("2013-06-30")));
    assert!(about.is_approximate());
}

#[test]
fn begin_and_end_may_be_one_day_and_none_is_moved() {
    let graph = graph("a,firm,sued,rival,2014-05-22,2014-05-22,2014-05-22,asserted,");
    let fact = graph.fact("a").expect("a fact");
    assert_eq!(
        (fact.begins, fact.ends),
        ((day("2014-05-22"), day("2014-05-22")), (day("2014-05-22"), day("2014-05-22")))
    );
    let (_, faults) = read("a,firm,sued,rival,2014-05-22,2014-05-21,,asserted,");
    assert!(faults.contains(&"end-before-begin"), "{faults:?}");
}

#[test]
fn a_timeline_keeps_the_whole_interval_instants_and_open_ends_and_draws_no_technical_date() {
    let graph = graph(
        "bar,firm,operates,project,2010-01-01,2013-12-31,2014,asserted,\npoint,firm,sued,rival,2012-02-03,2012-02-03,2012,asserted,\n\
         open,rival,operates,project,2012-01-01,..,2014,asserted,paper\nnone,rival,sued,firm,,,2014-05-23,asserted,paper",
    );
    let drawing = drawn(&graph);
    let dot = drawing.dot();
    let bar = dot.split("\"mark 0 bar\"").nth(1).and_then(|rest| rest.split(']').next()).expect("a bar");
    let wide: Option<f64> = bar.split("width=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok());
    assert!(wide.expect("a width") > 3.0, "four years of five are inches wide: {bar}");
    assert!(dot.contains("\"mark 0 point\""), "{dot}");
    assert!(dot.contains("\"open 1 open a\""), "an arrow leads on: {dot}");
    assert!(!dot.contains("\"mark 1 none\""), "the day of its source is not the day of an event");
    assert!(drawing.text().contains("Undated facts, not drawn (1)"), "{}", drawing.text());
}

#[test]
fn events_of_one_day_stand_in_one_order_whatever_the_order_of_rows() {
    let rows = [
        "a,firm,sued,rival,2014-05-22,2014-05-22,,asserted,",
        "b,rival,sued,firm,2014-05-22,2014-05-22,,asserted,",
        "c,firm,operates,project,2014-05-22,,,asserted,",
    ];
    let [a, b, c] = rows;
    assert_eq!(drawn(&graph(&[a, b, c].join("\n"))).dot(), drawn(&graph(&[c, b, a].join("\n"))).dot());
}

#[test]
fn a_fact_without_dates_is_undated_and_not_eternally_true() {
    let quads = quads("a,firm,operates,project,,,2014,asserted,");
    let sure = View { as_of: Some(day("2013-06-01")), ..View::default() };
    let query = "SELECT ?f { ?f a cg:Fact }";
    assert!(rows_seen(&sure, quads.clone(), query).is_empty(), "nobody says that it held on that day");
    assert_eq!(rows_seen(&View { possible: true, ..sure }, quads, query).len(), 1);
    let drawing = drawn(&graph("a,firm,operates,project,,,2014,asserted,"));
    assert!(drawing.text().contains("Undated facts, not drawn (1)"), "{}", drawing.text());
}

#[test]
fn an_empty_day_says_empty_and_does_not_fall_back_to_all() {
    let view = View { known_on: Some(day("1900-01-01")), ..View::default() };
    let case = Case::open_as(&repository("examples/harbour-lights"), view).expect("a case");
    let graph = EntityGraph::project(case.whole().expect("a case"), None).expect("a graph");
    assert_eq!((graph.facts().len(), graph.entities().len()), (0, 0));
}

#[test]
fn what_was_refuted_is_no_plain_triple_and_is_marked_as_such() {
    let relations = "a,firm,operates,project,2013,,2014,refuted,\nb,rival,operates,project,2013,,2014,confirmed,";
    assert_eq!(rows(quads(relations), "SELECT ?who { ?who cg:operates ?what }"), [format!("<{BASE}rival>")]);
    assert_eq!(graph(relations).fact("a").expect("it is kept").status, Status::Refuted);
}

#[test]
fn a_missing_date_never_becomes_today() {
    let today = &date::now()[..10];
    let text: BTreeSet<String> = quads("a,firm,operates,project,,..,,asserted,paper\nb,firm,sued,rival,,,,asserted,")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(text.iter().all(|quad| !quad.contains(today)), "{text:?}");
    assert!(text.iter().any(|quad| quad.contains("endEarliest") && quad.contains("2014-05-23")), "{text:?}");
}

#[test]
fn the_day_asked_for_stands_on_the_output() {
    let graph = graph("a,firm,operates,project,2010,2013,2014,asserted,");
    let selection = Selection::from(&View { as_of: Some(day("2011-01-01")), ..View::default() });
    assert!(drawn(&graph.select(&selection)).text().contains("Shown: as of 2011-01-01; certain dates only"));
}

#[test]
fn unsealing_the_papers_leaves_the_rest_of_the_docket_sealed() {
    let query = "SELECT ?paper { ?court cg:keptSealed ?paper }";
    let told = |view: &[&str]| {
        let args = [&["query", "data/microsoft-nsl", query, "--format", "csv"], view].concat();
        run(&args, &repository(""), b"").stdout
    };
    let sealed = told(&["--as-of", "2014-05-23", "--known-on", "2014-05-23", "--possible"]);
    assert!(sealed.contains("microsoft-v-fbi-nsl-rest-of-docket"), "{sealed}");
    assert!(!sealed.contains("microsoft-v-fbi-nsl-papers"), "{sealed}");
    // On the day before, nobody could know of either.
    assert!(!told(&["--known-on", "2014-05-20"]).contains("docket"));
}

#[test]
fn a_silence_proves_nothing() {
    // A statement repeated until a day, and then no more: no denial and no retraction follows, only nothing.
    let file = |name: &str, text: &str| CaseFile { name: name.to_owned(), bytes: text.into() };
    let files = [
        file("companies.csv", "id,label\nfirm,Firm\n"),
        file(
            "claims.csv",
            "id,claimant,stance,about,text,made_on,made_to,known_since,status\n\
                            k,firm,affirms,,it has had no secret demand,2012,2016-08-16,2012,confirmed\n",
        ),
    ];
    let settings = CaseSettings::from_toml(&format!("title = \"T\"\nbase = \"{BASE}\"\n"), "t").expect("settings");
    let (loaded, faults) = load_case(settings, &files, &Model::built_in(), Wanted::Quads);
    assert!(!faults.has_errors(), "{faults:?}");
    let quads = loaded.sorted_quads();
    let later = View { as_of: Some(day("2016-11-24")), ..View::default() };
    assert!(rows_seen(&later, quads.clone(), "SELECT ?k { ?k a cg:Claim }").is_empty());
    let against = "SELECT ?k { ?k rdf:predicate ?p FILTER (?p IN (cg:denies, cg:retracts, cg:imposedGagOn)) }";
    assert!(rows(quads, against).is_empty());
}
