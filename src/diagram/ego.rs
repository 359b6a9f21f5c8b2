//! The drawing of one entity and what lies around it. In: a neighbourhood, cut to what can be drawn. Out: a line for every
//! fact, so that no record hides another, unless there are too many between the same two. What was left out is counted in
//! the stamp.

use super::caption::{self, count};
use super::sheet::{self, Legend, Sheet};
use super::style::Style;
use super::{Drawing, bundle};
use crate::graph::Ego;

/// Draws the neighbourhood of an entity; the default title names it.
pub fn ego(ego: &Ego, style: &Style, title: Option<String>) -> Drawing {
    let graph = &ego.graph;
    let mut sheet = Sheet::new(graph, style);
    for entity in graph.entities() {
        let node = sheet.entity(entity, entity.id == ego.centre);
        sheet.push(node);
    }
    for strand in bundle::few(graph, ego.limits.max_parallel) {
        let line = sheet.line_of(strand.best());
        let label = bundle::label(strand.facts.iter().copied());
        let edge = sheet.fact((strand.from, strand.to), &label, &line, &strand.facts, false);
        sheet.push(edge);
    }

    let centre = graph.entity(&ego.centre).map_or(&ego.centre, |entity| &entity.label);
    let title = title.unwrap_or_else(|| format!("{centre} and what it has to do with"));
    let facts = graph.links().count();
    let mut stamp = sheet::stamp(graph);
    stamp.push(format!(
        "{} at most {} away, {} among them",
        count(graph.entities().len(), "entity", "entities"),
        count(ego.limits.depth, "fact", "facts"),
        count(facts, "fact", "facts")
    ));
    if graph.entities().len() < ego.entities {
        let at_least = if ego.entities > ego.limits.compared() { "at least " } else { "" };
        stamp.push(format!(
            "Left out: {} farther away or less connected, and {at_least}{} about them",
            count(ego.entities - graph.entities().len(), "entity", "entities"),
            count(ego.facts.saturating_sub(facts), "fact", "facts")
        ));
    }
    let tables = vec![
        caption::entity_table(graph, style, "Entities", graph.entities().map(AsRef::as_ref)),
        caption::fact_table(graph, style, "Facts", graph.links().map(|(_, fact, _)| fact.as_ref())),
    ];
    sheet.finish(&Legend::First, title, stamp, tables)
}
