//! What an audience could know on a day, and by which events facts became known. In: a dataset and a question; a graph and
//! its disclosures. Out: the facts that the views of that audience and day show, each with the way by which it was known;
//! disclosure events, in order. Not here: which facts those are (`view`), printing (`cli`).

mod audience;
mod event;

pub use audience::{Finding, Known, Question, Way, known};
pub use event::{Event, events};
