//! Which entities may be one. In: a graph and its columns. Out: pairs with a score and reasons, from names, aliases,
//! identifiers and neighbours. Nothing is merged here: what is decided about a pair is a row of `decisions.csv`, and
//! `graph` joins what was decided to be one. The same names and weights tell which entity somebody else's table means
//! (`reconcile`). What counts for and against stands in `data/dedupe.toml`.

mod candidates;
mod evidence;
mod lookup;
mod names;
mod rules;
mod weighing;

pub use candidates::{Pair, pairs};
pub use lookup::{Like, Lookup};
pub use rules::Rules;
pub use weighing::Weighing;
