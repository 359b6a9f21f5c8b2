//! Tests of the library and the program from outside, in one binary.

mod csvw_faults;
mod csvw_robustness;
mod w3c;
