//! First stage: CSV files become records, and every fault is told with its place.
//!
//! `cargo run --example check_a_folder [FOLDER]`
//!
//! Prints: 29 facts about 20 entities and sources, 0 faults
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::path::PathBuf;

use casegraph::case::read_folder;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("examples/harbour-lights"), PathBuf::from);
    let (loaded, faults) = read_folder(&folder)?;
    let faults = faults.sorted();
    for fault in &faults {
        println!("{fault}");
    }
    if let Some(loaded) = loaded {
        let (count, entities) = (loaded.summary.facts, loaded.summary.entities + loaded.summary.sources);
        println!("{count} facts about {entities} entities and sources, {} faults", faults.len());
    }
    Ok(())
}
