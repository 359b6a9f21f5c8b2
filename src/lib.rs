//! casegraph turns a folder of CSV files about a legal affair into a sourced, dated knowledge graph.
//!
//! The modules below stand in the order of the pipeline; `docs/architecture.md` says who may import whom.
//! The library never prints and never exits: only `cli` speaks.

/// The rules that faults break, as codes.
pub mod code;

/// The rules at length.
pub mod explanation;

/// Faults as JSON and as SARIF.
pub mod fault_report;

/// Files that are there whole or not at all.
mod new_file;

/// Locks that one process holds at a time.
mod lock_file;

/// How many bytes a piece of work holds, and a bound to it.
pub mod memory;

/// Text as content of XML and HTML.
mod markup;

/// A case's own settings over the built-in ones.
mod overlay;

/// IRIs of the vocabularies.
pub mod vocab;

/// EDTF text becomes first and last days.
pub mod date;

/// CSV files become RDF text, in constant memory.
pub mod conversion;

/// What tells the records of two imports apart.
pub mod record_mark;

/// Rows become entities and facts, and these become quads.
pub mod facts;

/// Starter metadata for a CSV file.
pub mod describe;

/// Cases as datasets, in memory or in a file.
pub mod store;

/// What held on a day, and what the public could know on a day.
pub mod view;

/// Cases on a SPARQL endpoint.
pub mod remote;

/// SPARQL, shipped questions and result formats.
pub mod query;

/// Checks of the case itself.
pub mod lint;

/// Entities, sources and facts by words.
pub mod search;

/// Facts become a graph of entities: selection, neighbourhoods, paths.
pub mod graph;

/// Which entities may be one.
pub mod dedupe;

/// What an audience could know on a day, and how facts became known.
pub mod known;

/// Names in other tables matched to the entities of a case.
pub mod reconcile;

/// Who contradicts whom, and what became of it.
pub mod conflicts;

/// Gags and seals as windows of time, and how late the public learned.
pub mod secrecy;

/// What a later day shows that an earlier one did not.
pub mod diff;

/// Who is central, what hangs together, which ways lead where.
pub mod measures;

/// A case in the formats of other programs.
pub mod export;

/// What other programs hold becomes tables of a case.
pub mod adopt;

/// Drawings by Graphviz, each with a legend and a text alternative.
pub mod diagram;

/// What the front end is made of.
pub mod explorer;

/// The page that `build` writes.
pub mod report;

/// Opens a case folder or a store.
pub mod case;

/// A case on the web: the explorer and a SPARQL endpoint.
pub mod serve;

/// The command line.
pub mod cli;
