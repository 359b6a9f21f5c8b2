//! Fifth stage: a drawing, as DOT for Graphviz and as text for those who cannot see it.
//!
//! `cargo run --example draw [FILE.dot]`
//!
//! Prints: What happened, and when it became public
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::path::Path;

use casegraph::case::Case;
use casegraph::diagram::{Style, TimelineOptions, timeline};
use casegraph::graph::EntityGraph;

fn main() -> Result<(), Box<dyn Error>> {
    let case = Case::open(Path::new("examples/harbour-lights"))?;
    let graph = EntityGraph::project(case.whole()?, Some(&case.lang))?;
    let drawing = timeline(&graph, &Style::default(), &TimelineOptions::default())?;
    println!("{}", drawing.text());
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, drawing.dot())?;
    }
    Ok(())
}
