<<<<<<< HEAD
//! The integration tests, one binary: `cargo test --test main NAME` runs those of a module.

mod architecture;
mod docs;
mod flagship;
mod ontology;
mod program;
mod properties;
mod scenarios;
=======
//! Tests of the library and the program from outside, in one binary.

mod csvw_faults;
mod w3c;
>>>>>>> main
