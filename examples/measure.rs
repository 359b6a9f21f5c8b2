//! Fourth stage: entities and facts as a graph, its measures, and the paths in it.
//!
//! `cargo run --example measure`
//!
//! Prints: 1. Microsoft
//! Prints: steps from Microsoft to NSA
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::path::Path;

use casegraph::case::Case;
use casegraph::graph::EntityGraph;
use casegraph::measures::{Measure, Network, ranking};

fn main() -> Result<(), Box<dyn Error>> {
    let case = Case::open(Path::new("data/microsoft-nsl"))?;
    let graph = EntityGraph::project(case.whole()?, Some(&case.lang))?;
    let network = Network::of(&graph, false);
    for ranked in ranking(&network, Measure::Betweenness)?.iter().take(3) {
        let label = graph.entity(&ranked.id).map_or(ranked.id.as_str(), |entity| &entity.label);
        println!("{}. {label} {:.3}", ranked.rank, ranked.value);
    }
    let paths = graph.shortest_paths("microsoft", "nsa", 10)?;
    println!("{} steps from Microsoft to NSA", paths.length().unwrap_or_default());
    Ok(())
}
