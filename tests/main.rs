//! Tests of the library and the program from outside, in one binary: `cargo test --test main NAME` runs those of a module.

mod architecture;
mod bounds;
mod browser;
mod case_folder;
mod crowds;
mod days;
mod dedupe;
mod describe;
mod docs;
mod endpoint;
mod endpoint_server;
mod ends;
mod engines;
mod examples;
mod explorer;
mod exports;
mod failing_disk;
mod flagship;
mod fuzzed_commands;
mod hindsight_by_content;
mod kill;
mod kill_folder;
mod known;
mod lint;
mod locks;
mod measures;
mod near;
mod on_a_day;
mod ontology;
mod outputs;
mod pitfalls;
mod program;
mod properties;
mod reconcile;
mod reconcile_page;
mod report_page;
mod round_trip;
mod scenarios;
mod serve;
mod server;
mod sparql_protocol;
mod sparql_w3c;
mod store_files;
mod strangers;
mod terminal;
mod views_by_command;
mod views_over_http;

/// As in the program: what a query holds is counted.
#[global_allocator]
static ALLOCATOR: casegraph::memory::Counted = casegraph::memory::Counted;
