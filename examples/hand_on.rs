//! Last stage: the case in a format of another program, and what that format cannot hold.
//!
//! `cargo run --example hand_on [FILE.graphml]`
//!
//! Prints: not held: 1 citations
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::path::Path;

use casegraph::case::Case;
use casegraph::export::{Contents, Format};
use casegraph::graph::EntityGraph;
use casegraph::store::Columns;

fn main() -> Result<(), Box<dyn Error>> {
    let case = Case::open(Path::new("examples/harbour-lights"))?;
    let graph = EntityGraph::project(case.whole()?, Some(&case.lang))?;
    let exported = Columns::ask(case.whole()?, |columns| {
        Format::GraphMl.export(&Contents {
            columns,
            graph: &graph,
            title: &case.title,
            description: case.description.as_deref(),
            base: &case.base,
            lang: &case.lang,
            focus: &case.focus,
            view: "",
        })
    })?;
    for loss in &exported.losses {
        println!("not held: {} {}", loss.ids.len(), loss.what);
    }
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, exported.files.values().next().map(Vec::as_slice).unwrap_or_default())?;
    }
    Ok(())
}
