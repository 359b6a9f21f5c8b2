//! Second stage: a case answers SPARQL, in a query of one's own or a shipped one with parameters.
//!
//! `cargo run --example ask [CASE]`
//!
//! Prints: Ida Marsh
//! Prints: certain
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::path::PathBuf;

use casegraph::case::Case;
use casegraph::query::{Answer, Catalogue, Question, run};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).map_or_else(|| PathBuf::from("examples/harbour-lights"), PathBuf::from);
    let case = Case::open(&path)?;
    let own = Question::ad_hoc("people", "SELECT ?name { ?who a cg:Person ; rdfs:label ?name } ORDER BY ?name")?;
    tell(&run(case.whole()?, &case.base, &own, &[])?);
    let catalogue = Catalogue::shipped()?;
    let day = [("day".to_owned(), "2019-12-24".to_owned())];
    tell(&run(case.whole()?, &case.base, catalogue.get("gags-in-force")?, &day)?);
    Ok(())
}

fn tell(answer: &Answer) {
    if let Answer::Solutions(solutions) = answer {
        for row in solutions.rows() {
            let cells: Vec<String> = row.iter().flatten().map(ToString::to_string).collect();
            println!("{}", cells.join("  "));
        }
    }
}
