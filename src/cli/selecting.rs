//! Arguments that choose facts, shared by the commands that draw.

use super::fault::Fault;
use crate::date::Day;
use crate::graph::{EntityGraph, Selection};

/// Which facts to keep
#[derive(clap::Args)]
#[command(next_help_heading = "Which facts")]
pub(super) struct Selecting {
    /// Only between entities of this class, such as Company (can be repeated)
    #[arg(long = "class", value_name = "CLASS")]
    classes: Vec<String>,
    /// Only this relation, such as withdrew (can be repeated)
    #[arg(long = "predicate", value_name = "KEY")]
    predicates: Vec<String>,
    /// Only this status, such as confirmed (can be repeated)
    #[arg(long = "status", value_name = "STATUS")]
    statuses: Vec<String>,
    /// Only with at least this confidence, 0 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=100))]
    min_confidence: Option<u8>,
    /// Only what held on this day, such as 2013-12-01
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// Only what the public could know on this day
    #[arg(long, value_name = "DAY")]
    known_on: Option<Day>,
    /// Keep what the dates allow, not only what they make certain
    #[arg(long)]
    possible: bool,
}

impl Selecting {
    /// Returns the part of a graph that the arguments choose.
    pub(super) fn select(&self, graph: &EntityGraph) -> Result<EntityGraph, Fault> {
        let mut selection = Selection {
            classes: self.classes.iter().cloned().collect(),
            predicates: self.predicates.iter().cloned().collect(),
            min_confidence: self.min_confidence,
            held_on: self.as_of,
            known_on: self.known_on,
            certain_only: !self.possible,
            ..Selection::default()
        };
        for status in &self.statuses {
            selection.add_status(status)?;
        }
        Ok(graph.select(&selection))
    }
}
