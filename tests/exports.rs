//! Exports come back: what a format holds is read again and compared with the case. What only other programs can tell
//! (networkx, `ftm validate`, `TimelineJS`) is in docs/formats.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use casegraph::adopt::follow_the_money;
use casegraph::case::{Case, read_sound};
use casegraph::export::{Contents, Exported, Format};
use casegraph::facts::is_csv;
use casegraph::graph::EntityGraph;
use casegraph::store::{Columns, sorted_quads};
use casegraph::view::View;
use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfParser};
use oxigraph::model::{Quad, Term};
use serde_json::Value;

use crate::program::repository;

const SHIPPED: [&str; 2] = ["examples/harbour-lights", "data/microsoft-nsl"];

fn exported(case: &Case, format: Format) -> Exported {
    let graph = EntityGraph::project(case.whole().expect("a case"), Some(&case.lang)).expect("a graph");
    let view = case.view.to_string();
    let export = |columns: &Columns| {
        format.export(&Contents {
            columns,
            graph: &graph,
            title: &case.title,
            description: case.description.as_deref(),
            base: &case.base,
            lang: &case.lang,
            focus: &case.focus,
            view: &view,
        })
    };
    Columns::ask(case.whole().expect("a case"), export).expect("an export")
}

fn text(exported: &Exported) -> String {
    String::from_utf8(exported.files[""].clone()).expect("UTF-8")
}

fn open(name: &str, known_on: Option<&str>) -> Case {
    let known_on = known_on.map(|day| day.parse().expect("a day"));
    Case::open_as(Path::new(&repository(name)), View { known_on, ..View::default() }).expect("a case")
}

fn parsed(format: RdfFormat, text: &str) -> BTreeSet<String> {
    RdfParser::from_format(format).for_slice(text).map(|quad| quad.expect("RDF").to_string()).collect()
}

fn quads(case: &Case) -> BTreeSet<String> {
    sorted_quads(case.whole().expect("a case")).expect("quads").iter().map(Quad::to_string).collect()
}

#[test]
fn json_ld_reads_back_to_the_same_dataset() {
    for name in SHIPPED {
        let case = open(name, None);
        let exported = exported(&case, Format::JsonLd);
        let format = RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() };
        assert_eq!(parsed(format, &text(&exported)), quads(&case), "{name}");
        assert!(exported.losses.is_empty());
    }
}

#[test]
fn a_reifier_gives_its_proposition_back() {
    for name in SHIPPED {
        let case = open(name, None);
        let text = text(&exported(&case, Format::Rdf12));
        let mut again = BTreeSet::new();
        for quad in RdfParser::from_format(RdfFormat::TriG).for_slice(&text) {
            let quad = quad.expect("RDF 1.2");
            let Term::Triple(triple) = &quad.object else {
                again.insert(quad.to_string());
                continue;
            };
            let parts = [
                ("subject", Term::from(triple.subject.clone())),
                ("predicate", triple.predicate.clone().into()),
                ("object", triple.object.clone()),
            ];
            for (part, term) in parts {
                let rdf = format!("http://www.w3.org/1999/02/22-rdf-syntax-ns#{part}");
                let predicate = oxigraph::model::NamedNode::new(rdf).expect("an IRI");
                again.insert(Quad::new(quad.subject.clone(), predicate, term, quad.graph_name.clone()).to_string());
            }
        }
        assert_eq!(again, quads(&case), "{name}");
    }
}

#[test]
fn a_case_folder_gives_the_same_facts_and_the_same_folder_again() {
    for name in SHIPPED {
        for known_on in [None, Some("2014-05-22"), Some("2020-05-14")] {
            let case = open(name, known_on);
            let first = exported(&case, Format::Csv);
            let lost: Vec<&str> = first.losses.iter().map(|loss| loss.what.as_str()).collect();
            let unnamed = ["facts whose source the view does not name"];
            assert!(
                lost.is_empty() || (known_on.is_some() && lost == unnamed),
                "{name} {known_on:?}: {:?}",
                first.losses
            );
            let folder = tempfile::tempdir().expect("a folder");
            for (file, bytes) in &first.files {
                std::fs::write(folder.path().join(file), bytes).expect("a file");
            }
            let again = Case::open(folder.path()).expect("the same case");
            if known_on.is_none() {
                assert_eq!(quads(&again), quads(&case), "{name}");
            }
            assert_eq!(exported(&again, Format::Csv).files, first.files, "{name} {known_on:?}");
        }
    }
}

/// The filled cells of tables, by table; `claims-comments.csv` is a part of the table `claims`.
fn filled_cells(files: impl Iterator<Item = (String, Vec<u8>)>) -> BTreeMap<String, BTreeSet<String>> {
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in files.filter(|(name, _)| is_csv(name)) {
        let table = name.split(['-', '.']).next().unwrap_or_default().to_owned();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let headers = reader.headers().expect("a header").clone();
        for row in reader.records().map(|row| row.expect("a row")) {
            let filled = headers.iter().zip(&row).filter(|(_, text)| !text.is_empty());
            // The order of several values says nothing.
            let sorted =
                |text: &str| text.split('|').collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("|");
            let cells = filled.map(|(header, text)| format!("{} {header}: {}", &row[0], sorted(text)));
            tables.entry(table.clone()).or_default().extend(cells);
        }
    }
    tables
}

#[test]
fn a_shipped_case_comes_back_cell_by_cell() {
    for name in SHIPPED {
        let files = std::fs::read_dir(repository(name)).expect("a folder").map(|file| file.expect("a file").path());
        let read = |path: PathBuf| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a file"))
        };
        let before = filled_cells(files.filter(|path| path.is_file()).map(read));
        let after = filled_cells(exported(&open(name, None), Format::Csv).files.into_iter());
        let lost: Vec<&String> = before.iter().flat_map(|(table, cells)| cells.difference(&after[table])).collect();
        let added: Vec<&String> = after.iter().flat_map(|(table, cells)| cells.difference(&before[table])).collect();
        assert_eq!((lost, added), (Vec::new(), Vec::new()), "{name}");
    }
}

#[test]
fn what_a_case_folder_cannot_hold_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let metadata = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "ferries.csv", "tableSchema": {"aboutUrl": "ferry/{id}",
        "columns": [{"name": "id", "suppressOutput": true}, {"name": "name", "propertyUrl": "schema:name"}]}}"#;
    for (name, text) in [("ferries.csv", "id,name\nlantern,The Lantern\n"), ("ferries.csv-metadata.json", metadata)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let case = Case::open(folder.path()).expect("a case");
    let losses = exported(&case, Format::Csv).losses;
    let told: Vec<String> = losses.iter().map(|loss| loss.what.clone()).collect();
    assert_eq!(told, ["statements that the tables cannot hold"]);
    assert!(losses[0].ids[0].ends_with("\"The Lantern\""), "{losses:?}");
}

#[test]
fn every_entity_and_fact_is_in_the_network() {
    for name in SHIPPED {
        let case = open(name, None);
        let graph = EntityGraph::project(case.whole().expect("a case"), Some(&case.lang)).expect("a graph");
        let json: Value = serde_json::from_str(&text(&exported(&case, Format::Cytoscape))).expect("JSON");
        let ids = |kind: &str| -> BTreeSet<String> {
            let elements = json["elements"][kind].as_array().expect("elements").iter();
            elements.map(|element| element["data"]["id"].as_str().expect("an id").to_owned()).collect()
        };
        let (nodes, edges) = (ids("nodes"), ids("edges"));
        assert!(
            graph.entities().all(|entity| nodes.contains(&entity.id))
                && graph.facts().all(|fact| edges.contains(&fact.id))
        );
        for (format, node, edge) in [(Format::GraphMl, "<node ", "<edge "), (Format::Gexf, "<node ", "<edge ")] {
            let xml = text(&exported(&case, format));
            assert_eq!(
                (xml.matches(node).count(), xml.matches(edge).count()),
                (nodes.len(), edges.len()),
                "{format:?}"
            );
        }
        let files = exported(&case, Format::Neo4j).files;
        let rows = |name: &str| csv_rows(&files[name]);
        assert_eq!((rows("nodes.csv"), rows("relationships.csv")), (nodes.len(), edges.len()));
    }
}

fn csv_rows(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    // A row ends outside quotes.
    text.split('"').step_by(2).map(|part| part.matches('\n').count()).sum::<usize>() - 1
}

#[test]
fn a_timeline_has_every_dated_fact_and_no_markup_of_the_case() {
    let case = open(SHIPPED[1], None);
    let exported = exported(&case, Format::TimelineJs);
    let json: Value = serde_json::from_str(&text(&exported)).expect("JSON");
    let events = json["events"].as_array().expect("events");
    assert!(events.iter().all(|event| event["start_date"]["year"].is_u64() && event["unique_id"].is_string()));
    let undated = exported.losses.iter().find(|loss| loss.what == "facts without a date").expect("some");
    assert_eq!(events.len() + undated.ids.len(), 267);
}

#[test]
fn every_source_is_in_the_bibliography() {
    let case = open(SHIPPED[1], None);
    let json: Value = serde_json::from_str(&text(&exported(&case, Format::CslJson))).expect("JSON");
    let items = json.as_array().expect("items");
    assert_eq!(items.len(), 149);
    assert!(items.iter().all(|item| item["id"].is_string() && item["title"].is_string() && item["type"].is_string()));
}

#[test]
fn what_goes_out_as_followthemoney_comes_in_as_a_sound_case() {
    for name in SHIPPED {
        let case = open(name, None);
        let adopted = follow_the_money(&text(&exported(&case, Format::FollowTheMoney)), "ftm").expect("tables");
        let folder = tempfile::tempdir().expect("a folder");
        for (file, bytes) in &adopted.files {
            std::fs::write(folder.path().join(file), bytes).expect("a file");
        }
        let (loaded, _) = read_sound(folder.path()).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let links = EntityGraph::project(case.whole().expect("a case"), None).expect("a graph").links().count();
        let facts = loaded.summary.facts;
        assert!(facts * 10 >= links * 9, "{name}: {facts} of {links}");
    }
}

#[test]
fn nothing_that_came_later_is_exported() {
    // The letter came out on 22 May 2014.
    let case = open(SHIPPED[1], Some("2014-05-21"));
    for format in Format::ALL {
        let exported = exported(&case, *format);
        for (name, bytes) in &exported.files {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("nsl-microsoft-2013"), "{format:?} {name}");
        }
        assert!(exported.losses.iter().all(|loss| !loss.to_string().contains("nsl-microsoft-2013")), "{format:?}");
    }
}
