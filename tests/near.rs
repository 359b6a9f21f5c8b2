//! A neighbourhood or a path, read from no more than it needs, is what the whole case says.

use std::collections::BTreeSet;

use casegraph::case::Case;
use casegraph::diagram::{PathOptions, Style, path};
use casegraph::graph::{Ego, EgoLimits, EntityGraph, Fact, Selection};
use casegraph::view::View;

use crate::program::repository;

const CASES: [&str; 2] = ["data/microsoft-nsl", "examples/harbour-lights"];

fn selections() -> Vec<Selection> {
    let mut confirmed = Selection { min_confidence: Some(50), ..Selection::default() };
    confirmed.add_status("confirmed").expect("a status");
    let relations = ["partOf", "obtainedDataFrom", "addressedTo", "issued", "challenged"].map(str::to_owned);
    let some = Selection { predicates: relations.into(), asserted_only: true, ..Selection::default() };
    let classes =
        Selection { classes: ["Agency", "Company", "Request"].map(str::to_owned).into(), ..Selection::default() };
    let both = Selection { classes: classes.classes.clone(), ..some.clone() };
    vec![Selection::default(), confirmed, some, classes, both]
}

fn views() -> [View; 3] {
    let day = |text: &str| text.parse().ok();
    [
        View::default(),
        View { known_on: day("2014-01-01"), possible: true, ..View::default() },
        View { as_of: day("2019-07-01"), known_on: day("2020-06-01"), known_to: None, possible: false },
    ]
}

/// Calls back with each case under each view and selection: the case, its whole graph as selected, the selection.
fn each(mut check: impl FnMut(&Case, &EntityGraph, &Selection)) {
    for place in CASES.map(repository) {
        for view in views() {
            let case = Case::open_as(&place, view).expect("a case");
            let whole = EntityGraph::project(case.whole().expect("a case"), Some("en")).expect("a graph");
            for selection in selections() {
                check(&case, &whole.select(&selection), &selection);
            }
        }
    }
}

#[test]
fn paths_are_drawn_as_from_the_whole_case() {
    each(|case, whole, selection| {
        let ids: Vec<&str> = whole.entities().map(|entity| entity.id.as_str()).collect();
        for (from, to) in ids.iter().zip(ids.iter().cycle().skip(7)).step_by(3) {
            let near = EntityGraph::joining(case.whole().expect("a case"), from, to, selection, Some("en"));
            let near = near.expect("a graph");
            let draw = |graph: &EntityGraph| {
                path(graph, &Style::default(), from, to, &PathOptions::default()).expect("a drawing")
            };
            assert!(draw(&near).dot() == draw(whole).dot(), "{from} to {to}");
        }
    });
}

#[test]
fn a_name_finds_in_a_neighbourhood_what_it_finds_in_the_whole_case() {
    let names =
        ["microsoft", "Microsoft", "microsoft corporation", "fbi", "FEDERAL Bureau of Investigation", "mircosoft"];
    each(|case, whole, selection| {
        // A filter leaves entities out whose names are known nevertheless.
        for name in names.into_iter().filter(|_| *selection == Selection::default()) {
            let near = Ego::read(case.whole().expect("a case"), name, EgoLimits::default(), selection, Some("en"));
            match (near, whole.find(name)) {
                (Ok(near), Ok(entity)) => assert_eq!(near.centre, entity.id),
                (Err(near), Err(whole)) => assert_eq!(near.to_string(), whole.to_string()),
                (near, whole) => panic!("{name}: {near:?} and {whole:?}"),
            }
        }
    });
}

#[test]
fn the_surroundings_of_every_entity_hold_what_the_whole_case_says_of_it() {
    each(|case, whole, selection| {
        for entity in whole.entities() {
            let limits = EgoLimits { max_entities: 500, max_lines: 5000, max_between: 500, ..EgoLimits::default() };
            let near =
                Ego::read(case.whole().expect("a case"), &entity.id, limits, selection, Some("en")).expect("an ego");
            let is_at = |fact: &Fact| fact.entities().any(|id| id == entity.id);
            let links: Vec<_> = whole.links().map(|(_, fact, _)| fact).filter(|fact| is_at(fact)).collect();
            let at: BTreeSet<&str> =
                links.iter().flat_map(|fact| fact.entities()).chain([entity.id.as_str()]).collect();
            let found: BTreeSet<&str> = near.graph.entities().map(|entity| entity.id.as_str()).collect();
            assert_eq!(found, at, "{}", entity.id);
            for fact in links {
                assert_eq!(near.graph.fact(&fact.id), Some(fact), "{}", entity.id);
            }
            let among = whole.links().filter(|(from, _, to)| [from, to].iter().all(|end| at.contains(end.id.as_str())));
            assert_eq!((near.facts, near.entities), (among.count(), at.len()), "{}", entity.id);
        }
    });
}
