//! Tests of the library and the program from outside, in one binary: `cargo test --test main NAME` runs those of a module.

mod architecture;
mod browser;
mod csvw_faults;
mod csvw_robustness;
mod describe;
mod docs;
mod explorer;
mod exports;
mod flagship;
mod kill;
mod known;
mod measures;
mod near;
mod no_hindsight;
mod ontology;
mod pitfalls;
mod program;
mod properties;
mod report_page;
mod scenarios;
mod serve;
mod server;
mod sparql_protocol;
mod w3c;
