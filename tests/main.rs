//! Tests of the library and the program from outside, in one binary: `cargo test --test main NAME` runs those of a module.

mod architecture;
mod csvw_faults;
mod csvw_robustness;
mod describe;
mod docs;
mod endpoint;
mod endpoint_server;
mod engines;
mod flagship;
mod known;
mod no_hindsight;
mod ontology;
mod pitfalls;
mod program;
mod properties;
mod scenarios;
mod w3c;
