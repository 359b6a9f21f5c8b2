//! The drawing of one entity and what lies around it. In: a graph, a name, a depth. Out: the neighbourhood with a line
//! for every fact, so that no record hides another. What does not fit is counted in the stamp.

use std::collections::BTreeSet;

use super::caption::{self, count};
use super::sheet::{self, Legend, Sheet};
use super::style::Style;
use super::{Drawing, Error, bundle};
use crate::graph::EntityGraph;

/// How to draw a neighbourhood.
#[derive(Debug, Clone)]
pub struct EgoOptions {
    /// Title; the default names the entity.
    pub title: Option<String>,
    /// Most facts between the entity and the farthest that is drawn.
    pub depth: usize,
    /// Most entities to draw; the nearest and best connected stay.
    pub max_nodes: usize,
    /// Most facts to draw; where there are more, fewer entities are drawn.
    pub max_lines: usize,
}

impl Default for EgoOptions {
    fn default() -> Self {
        Self { title: None, depth: 1, max_nodes: 40, max_lines: 90 }
    }
}

/// Draws the neighbourhood of an entity, named by id or label.
pub fn ego(graph: &EntityGraph, style: &Style, name: &str, options: &EgoOptions) -> Result<Drawing, Error> {
    let around = graph.ego(name, options.depth)?;
    let mut near: Vec<_> = around
        .distance
        .iter()
        .map(|(id, steps)| (*steps, std::cmp::Reverse(around.graph.degree(id)), id.clone()))
        .collect();
    near.sort_unstable();
    let all = near.len();
    let mut size = options.max_nodes.max(1);
    // Where everybody has to do with everybody, fewer entities are drawn, so that the lines can be told apart.
    let part = loop {
        let chosen: BTreeSet<String> = near.iter().take(size).map(|(_, _, id)| id.clone()).collect();
        let part = around.graph.restricted_to(&chosen);
        if part.links().count() <= options.max_lines || size <= 2 {
            break part;
        }
        size = size * 4 / 5;
    };

    let mut sheet = Sheet::new(&part, style);
    for entity in part.entities() {
        let node = sheet.entity(entity, entity.id == around.centre);
        sheet.push(node);
    }
    for (from, fact, to) in part.links() {
        let line = sheet.line_of(fact);
        let edge = sheet.fact((&from.id, &to.id), &bundle::label([fact.as_ref()]), &line, &[fact], false);
        sheet.push(edge);
    }

    let centre = part.entity(&around.centre).map_or(name, |entity| &entity.label);
    let title = options.title.clone().unwrap_or_else(|| format!("{centre} and what it has to do with"));
    let facts = part.links().count();
    let mut stamp = sheet::stamp(graph);
    stamp.push(format!(
        "{} at most {} away, {} among them",
        count(part.entities().len(), "entity", "entities"),
        count(options.depth, "fact", "facts"),
        count(facts, "fact", "facts")
    ));
    if part.entities().len() < all {
        let more = all - part.entities().len();
        let hidden = around.graph.links().count() - facts;
        stamp.push(format!(
            "Left out: {} farther away or less connected, and {} about them",
            count(more, "entity", "entities"),
            count(hidden, "fact", "facts")
        ));
    }
    let tables = vec![
        caption::entity_table(&part, style, "Entities", part.entities().map(AsRef::as_ref)),
        caption::fact_table(&part, style, "Facts", part.links().map(|(_, fact, _)| fact.as_ref())),
    ];
    Ok(sheet.finish(&Legend::First, title, stamp, tables))
}
