//! Tests of the library and the program from outside, in one binary: `cargo test --test main NAME` runs those of a module.

mod architecture;
mod csvw_faults;
mod csvw_robustness;
mod docs;
mod flagship;
mod known;
mod ontology;
mod program;
mod properties;
mod scenarios;
mod w3c;
