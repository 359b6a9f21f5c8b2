//! Third stage: a view shows what the public could know on a day, and nothing that came later.
//!
//! `cargo run --example on_a_day`
//!
//! Prints: 2014-05-21: the letter is not there
//! Prints: 2014-05-22: National Security Letter to Microsoft, 2013
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::path::Path;

use casegraph::case::Case;
use casegraph::graph::EntityGraph;
use casegraph::view::View;

fn main() -> Result<(), Box<dyn Error>> {
    for day in ["2014-05-21", "2014-05-22"] {
        let view = View { known_on: Some(day.parse()?), ..View::default() };
        let case = Case::open_as(Path::new("data/microsoft-nsl"), view)?;
        let graph = EntityGraph::project(case.whole()?, Some(&case.lang))?;
        match graph.entity("nsl-microsoft-2013") {
            Some(letter) => println!("{day}: {}", letter.label),
            None => println!("{day}: the letter is not there"),
        }
    }
    Ok(())
}
