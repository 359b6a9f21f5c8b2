//! What an answer may take.

use oxigraph::model::Term;
use oxigraph::sparql::CancellationToken;

use crate::memory;

/// What an answer may take.
#[derive(Clone)]
pub struct Limits {
    /// Most rows or triples.
    pub rows: usize,
    /// Most bytes that the terms of the rows take together.
    pub bytes: usize,
    /// Most bytes that are held while the answer is made, as far as the allocator is [`Counted`](crate::memory::Counted).
    pub memory: usize,
    /// Ends the evaluation when it is cancelled, for instance by a clock.
    pub token: CancellationToken,
}

impl Default for Limits {
    /// For one's own questions: 2 GB of memory, and no other bound.
    fn default() -> Self {
        Self { rows: usize::MAX, bytes: usize::MAX, memory: 2 << 30, token: CancellationToken::new() }
    }
}

/// The part of a query's memory that a single text may take.
const PARTS: usize = 8;

impl Limits {
    /// Tells whether a text of so many bytes may be handled; one that is too long ends the evaluation.
    pub(super) fn admits(&self, bytes: usize) -> bool {
        if bytes > self.memory / PARTS {
            memory::pass();
        }
        !self.token.is_cancelled()
    }

    /// Ends the evaluation if what is held would be too much once its rows grow to `ratio` times their width: a join
    /// makes all rows for a row of the other side at one go.
    pub(super) fn foresee(&self, ratio: &Term) {
        let ratio = match ratio {
            Term::Literal(number) => number.value().parse().unwrap_or(1),
            _ => 1,
        };
        if memory::held().saturating_mul(ratio) > self.memory.saturating_mul(4) {
            memory::pass();
        }
    }
}
