//! How long the measures of a list of edges take: `cargo bench --bench measures -- FILE` prints a line of milliseconds for
//! each. `benches/compare_measures.py` sets them beside those of other libraries.
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::time::Instant;

use casegraph::measures::{
    Network, betweenness, bridges, closeness, communities, components, cut_vertices, eigenvector, pagerank,
};

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds an option of its own; without a file, as when tests are built, there is nothing to do.
    let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else { return Ok(()) };
    let mut edges = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let (a, b) = line.split_once(' ').ok_or("a line holds two numbers")?;
        edges.push((a.parse::<usize>()?, b.parse::<usize>()?));
    }
    let count = edges.iter().map(|(a, b)| a.max(b) + 1).max().unwrap_or(0);
    let start = Instant::now();
    let network = Network::new((0..count).map(|node| node.to_string()).collect(), edges, false);
    tell("build", start);
    let start = Instant::now();
    let mut sums = vec![pagerank(&network).iter().sum::<f64>()];
    tell("pagerank", start);
    let start = Instant::now();
    sums.push(eigenvector(&network)?.iter().sum());
    tell("eigenvector", start);
    let start = Instant::now();
    sums.push(closeness(&network).iter().sum());
    tell("closeness", start);
    let start = Instant::now();
    sums.push(betweenness(&network).iter().sum());
    tell("betweenness", start);
    let start = Instant::now();
    let parts = [components(&network).len(), bridges(&network).len(), cut_vertices(&network).len()];
    tell("structure", start);
    let start = Instant::now();
    let found = communities(&network, 1.0, 0)?;
    tell("communities", start);
    println!("check {sums:?} {parts:?} {} {}", found.groups.len(), found.modularity);
    Ok(())
}

fn tell(what: &str, start: Instant) {
    println!("{what} {:.1}", start.elapsed().as_secs_f64() * 1000.0);
}
