//! A stage before all others: what a CSV file holds that nobody has described, as CSVW metadata.
//!
//! `cargo run --example look_at_a_table`
//!
//! Prints: tableSchema
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::io::Cursor;

use casegraph::describe::{Hints, describe};

const CSV: &str =
    "invoice no;company;amount;paid on\n0042;Möwe & Söhne;1.234,50;31/12/2013\n0043;Café;99,00;05/01/2014\n";

fn main() -> Result<(), Box<dyn Error>> {
    let described = describe(&|| Ok(Box::new(Cursor::new(CSV))), "payments.csv", &Hints::default())?;
    for note in &described.notes {
        println!("{}: {}", if note.is_sure { "assumed" } else { "unsure" }, note.text);
    }
    println!("{}", described.metadata);
    Ok(())
}
