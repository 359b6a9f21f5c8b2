//! The drawing of one entity and what lies around it. In: a neighbourhood, cut to what can be drawn. Out: a line for every
//! fact, so that no record hides another, unless there are too many between the same two. What was left out is counted in
//! the stamp.

use super::Drawing;
use super::bundle::{self, Strand};
use super::canvas::{self, Canvas, Legend};
use super::caption::{self, count};
use super::style::{Line, Style};
use crate::graph::Ego;

/// Draws the neighbourhood of an entity; the default title names it.
pub fn ego(ego: &Ego, style: &Style, title: Option<String>) -> Drawing {
    let graph = &ego.graph;
    let mut canvas = Canvas::new(graph, style);
    for entity in graph.entities() {
        let node = canvas.entity(entity, entity.id == ego.centre);
        canvas.push(node);
    }
    let (counted, told): (Vec<_>, Vec<_>) =
        bundle::few(graph, ego.limits.max_parallel).into_iter().partition(|strand| number(ego, strand).is_some());
    for strand in &told {
        canvas.strand(strand, false);
    }
    // Of so many, those that were read say neither every relation nor every day.
    for strand in bundle::merged(counted) {
        let line = Line { head: "none".to_owned(), ..canvas.line_of(strand.best()) };
        let label = count(number(ego, &strand).unwrap_or_default(), "fact", "facts");
        let edge = canvas.fact((strand.from, strand.to), &label, &line, &strand.facts, false);
        canvas.push(edge);
    }

    let centre = graph.entity(&ego.centre).map_or(&ego.centre, |entity| &entity.label);
    let title = title.unwrap_or_else(|| format!("{centre} and what it has to do with"));
    let unread: usize = ego.counted.values().map(|facts| facts - ego.limits.max_between).sum();
    let facts = graph.links().count() + unread;
    let mut stamp = canvas::stamp(graph);
    stamp.push(format!(
        "{} at most {} away, {} among them",
        count(graph.entities().len(), "entity", "entities"),
        count(ego.limits.depth, "fact", "facts"),
        count(facts, "fact", "facts")
    ));
    if graph.entities().len() < ego.entities {
        let at_least = |is_so| if is_so { "at least " } else { "" };
        stamp.push(format!(
            "Left out: {}{} farther away or less connected, and {}{} about them",
            at_least(ego.walked_to < ego.limits.depth),
            count(ego.entities - graph.entities().len(), "entity", "entities"),
            at_least(ego.entities > ego.limits.compared()),
            count(ego.facts.saturating_sub(facts), "fact", "facts")
        ));
    }
    if !ego.counted.is_empty() {
        let most = count(ego.limits.max_between, "fact", "facts");
        stamp.push(format!("Between the same two entities, at most {most} are listed; all are counted"));
    }
    let tables = vec![
        caption::entity_table(graph, style, "Entities", graph.entities().map(AsRef::as_ref)),
        caption::fact_table(graph, style, "Facts", graph.links().map(|(_, fact, _)| fact.as_ref())),
    ];
    canvas.finish(&Legend::First, title, stamp, tables)
}

/// Returns how many facts there are between the ends of a strand, where not all of them are kept.
fn number(ego: &Ego, strand: &Strand<'_>) -> Option<usize> {
    let (one, other) = strand.pair();
    ego.counted.get(&(one.to_owned(), other.to_owned())).copied()
}
