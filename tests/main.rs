//! Tests of the library and the program from outside, in one binary: `cargo test --test main NAME` runs those of a module.

mod architecture;
mod csvw_faults;
mod csvw_robustness;
mod dedupe;
mod describe;
mod docs;
mod examples;
mod exports;
mod flagship;
mod known;
mod measures;
mod near;
mod no_hindsight;
mod ontology;
mod pitfalls;
mod program;
mod properties;
mod scenarios;
mod w3c;
