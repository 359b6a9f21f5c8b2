//! What the front end is made of. In: a graph, as a view shows it. Out: the case as JSON, or what each day shows of it, and
//! the scripts and styles that show it. The same front end serves a running server (`serve`) and a page that stands by itself (`report`). Not here:
//! drawings (`diagram`), how any of it gets to a reader.

mod days;
mod document;
mod front_end;

pub use document::{About, Days, Live, Reader, document};
pub use front_end::{File, INDEX, asset, in_one_script, style_sheet};
