//! Which entities may be one. In: a graph and its quads. Out: pairs with a score and reasons, from names, aliases,
//! identifiers and neighbours. Nothing is merged here: what is decided about a pair is a row of `decisions.csv`, and
//! `graph` joins what was decided to be one. What counts for and against stands in `data/dedupe.toml`.

mod candidates;
mod evidence;
mod names;
mod rules;

pub use candidates::{Pair, pairs};
pub use rules::Rules;
