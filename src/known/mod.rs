//! What an audience could know on a day, and by which events facts became known. In: a graph and its disclosures. Out:
//! findings and disclosure events, in order. Not here: hiding what was not public yet (`view`), printing (`cli`).
//!
//! A view goes by the date on which a record says that the public learned of it, `known_since`. Here the disclosures are
//! weighed too, and audiences other than the public are asked for.

mod audience;
mod event;

pub use audience::{Finding, Question, Way, known};
pub use event::{Event, events};
