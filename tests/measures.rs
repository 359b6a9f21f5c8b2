//! Measures are those of networkx: `tests/measures/networkx_measures.py` took them of three generated graphs and of the
//! Microsoft case, and says how to do so again.

use std::collections::BTreeMap;
use std::path::Path;

use casegraph::case::Case;
use casegraph::graph::EntityGraph;
use casegraph::measures::{self, Measure, Network};
use serde_json::Value;

use crate::program::{read, repository};

const GRAPHS: [&str; 4] = ["random", "scale-free", "directed", "microsoft-nsl"];

/// A graph with what networkx says of it.
struct Told {
    name: &'static str,
    network: Network,
    json: Value,
}

impl Told {
    fn number(&self, id: &Value) -> usize {
        let id = id.as_str().expect("an id");
        self.network.ids().iter().position(|other| other == id).expect("a node")
    }

    fn numbers(&self, ids: &Value) -> Vec<usize> {
        ids.as_array().expect("ids").iter().map(|id| self.number(id)).collect()
    }

    fn all(&self, key: &str) -> Vec<Vec<usize>> {
        self.json[key].as_array().expect("lists").iter().map(|ids| self.numbers(ids)).collect()
    }
}

fn told() -> Vec<Told> {
    GRAPHS
        .into_iter()
        .map(|name| {
            let json: Value = serde_json::from_str(&read(&format!("tests/measures/{name}.json"))).expect("JSON");
            let ids: Vec<String> = serde_json::from_value(json["nodes"].clone()).expect("ids");
            let places: BTreeMap<&str, usize> =
                ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
            let edges: Vec<(String, String)> = serde_json::from_value(json["edges"].clone()).expect("edges");
            let edges: Vec<_> = edges.iter().map(|(a, b)| (places[a.as_str()], places[b.as_str()])).collect();
            let directed = json["directed"] == Value::Bool(true);
            Told { name, network: Network::new(ids.clone(), edges, directed), json }
        })
        .collect()
}

#[test]
fn centralities_are_those_of_networkx() {
    for told in told() {
        for measure in Measure::ALL {
            let wanted: Option<Vec<f64>> = serde_json::from_value(told.json[measure.key()].clone()).expect("numbers");
            let (name, key) = (told.name, measure.key());
            match (measure.of(&told.network), wanted) {
                (Ok(found), Some(wanted)) => {
                    assert_eq!(found.len(), wanted.len());
                    let worst = found.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    assert!(worst < 1e-9, "{name}, {key}: differs by {worst}");
                }
                (found, wanted) => assert_eq!(found.is_ok(), wanted.is_some(), "{name}, {key}"),
            }
        }
    }
}

#[test]
fn components_bridges_and_cut_vertices_are_those_of_networkx() {
    for told in told() {
        let name = told.name;
        assert_eq!(measures::components(&told.network), told.all("components"), "{name}");
        let bridges: Vec<_> = measures::bridges(&told.network).iter().map(|b| vec![b.ends.0, b.ends.1]).collect();
        assert_eq!(bridges, told.all("bridges"), "{name}");
        let cuts: Vec<_> = measures::cut_vertices(&told.network).iter().map(|cut| cut.node).collect();
        assert_eq!(cuts, told.numbers(&told.json["cut_vertices"]), "{name}");
    }
}

#[test]
fn the_shortest_paths_are_as_long_as_those_of_networkx() {
    for told in told() {
        let routes = told.json["routes"].as_array().expect("routes");
        assert!(routes.len() > 4, "{}", told.name);
        for route in routes {
            let (from, to) = (told.number(&route[0]), told.number(&route[1]));
            let wanted: Vec<usize> = serde_json::from_value(route[2].clone()).expect("lengths");
            let found = measures::routes(&told.network, from, to, wanted.len().max(6));
            let lengths: Vec<_> = found.iter().map(|path| path.len() - 1).collect();
            assert_eq!(lengths, wanted, "{} {route}", told.name);
        }
    }
}

#[test]
fn communities_fit_as_well_as_those_of_networkx_at_its_best() {
    for told in told() {
        let wanted = told.json["modularity"].as_f64().expect("a number");
        let found = measures::communities(&told.network, 1.0, 0).expect("communities").modularity;
        assert!(found > wanted - 0.01, "{}: {found} is below {wanted}", told.name);
    }
}

#[test]
fn the_network_of_the_microsoft_case_is_what_sparql_finds() {
    let case = Case::open(Path::new(&repository("data/microsoft-nsl"))).expect("the case");
    let graph = EntityGraph::project(case.whole().expect("a case"), Some(&case.lang)).expect("a graph");
    let (found, told) = (Network::of(&graph, false), told().pop().expect("the last"));
    assert_eq!(found.ids(), told.network.ids());
    for node in 0..found.node_count() {
        assert_eq!(found.outward(node), told.network.outward(node), "{}", found.ids()[node]);
    }
}
