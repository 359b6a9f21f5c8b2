//! The drawing of how two entities hang together. In: a graph and two names. Out: all shortest chains of facts between
//! them, from left to right, with a line for every fact unless there are too many between the same two. Facts count in
//! both directions and keep their own.

use std::collections::{BTreeMap, BTreeSet};

use super::canvas::{self, Canvas, Legend};
use super::caption::{self, count};
use super::dot;
use super::style::Style;
use super::{Drawing, Error, Table, bundle};
use crate::graph::{EntityGraph, Paths};

/// How to draw paths.
#[derive(Debug, Clone)]
pub struct PathOptions {
    /// Title; the default names both entities.
    pub title: Option<String>,
    /// Most paths to draw.
    pub max_paths: usize,
    /// Most lines between two entities; where there are more facts, a line stands for several.
    pub max_parallel: usize,
}

impl Default for PathOptions {
    fn default() -> Self {
        Self { title: None, max_paths: 12, max_parallel: 4 }
    }
}

/// Draws all shortest paths between two entities, each named by id or label.
pub fn path(graph: &EntityGraph, style: &Style, from: &str, to: &str, options: &PathOptions) -> Result<Drawing, Error> {
    let found = graph.shortest_paths(from, to, options.max_paths)?;
    let mut ids: BTreeSet<String> = found.paths.iter().flatten().cloned().collect();
    ids.extend([found.from.clone(), found.to.clone()]);
    // What joins entities of one path beside it is not drawn, and not counted either.
    let among = graph.restricted_to(&ids);
    let on_paths: BTreeSet<&str> =
        found.steps.iter().flat_map(|step| &step.facts).map(|fact| fact.id.as_str()).collect();
    let kept = among.facts().filter(|fact| fact.link().is_none() || on_paths.contains(fact.id.as_str()));
    let part = among.keeping(&kept.map(|fact| fact.id.as_str()).collect());

    let mut canvas = Canvas::new(&part, style);
    for entity in part.entities() {
        let node = canvas.entity(entity, entity.id == found.from || entity.id == found.to);
        canvas.push(node);
    }
    for (place, ids) in ranks(&found) {
        canvas.push(dot::same_rank(&format!("step {place}"), ids));
    }
    let steps: BTreeSet<_> = found.steps.iter().map(|step| (step.from.as_str(), step.to.as_str())).collect();
    for strand in bundle::few(&part, options.max_parallel) {
        canvas.strand(&strand, !steps.contains(&(strand.from, strand.to)));
    }

    let label = |id: &str| graph.entity(id).map_or_else(|| id.to_owned(), |entity| entity.label.clone());
    let title = options.title.clone().unwrap_or_else(|| format!("From {} to {}", label(&found.from), label(&found.to)));
    let mut stamp = canvas::stamp(graph);
    stamp.push(match found.length() {
        None => "No chain of facts joins the two".to_owned(),
        Some(0) => "Both are the same entity".to_owned(),
        Some(steps) => format!(
            "{} of {}, in either direction",
            count(found.paths.len(), "shortest path", "shortest paths"),
            count(steps, "fact", "facts")
        ),
    });
    if found.cut {
        stamp.push(format!("Left out: further paths of the same length; {} are drawn", found.paths.len()));
    }
    let facts = found.steps.iter().flat_map(|step| &step.facts).map(AsRef::as_ref);
    let tables = vec![route_table(&found, &label), caption::fact_table(&part, style, "Facts", facts)];
    Ok(canvas.finish(&Legend::First, title, stamp, tables))
}

/// Returns the entities at each distance from the first.
fn ranks(found: &Paths) -> BTreeMap<usize, BTreeSet<String>> {
    let mut ranks: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (place, id) in found.paths.iter().flat_map(|path| path.iter().enumerate()) {
        ranks.entry(place).or_default().insert(id.clone());
    }
    ranks
}

fn route_table(found: &Paths, label: &impl Fn(&str) -> String) -> Table {
    let mut table = Table::new("Paths", &["path", "entities"]);
    for (number, path) in found.paths.iter().enumerate() {
        let names: Vec<_> = path.iter().map(|id| label(id)).collect();
        table.row(vec![(number + 1).to_string(), names.join(" – ")]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;

    #[test]
    fn a_step_of_many_facts_is_a_line_that_counts_them_and_the_table_has_each() {
        let mut quads = affair();
        for at in 1..=40 {
            quads.fact(&format!("W{at}"), ["bureau", "withdrew", "letter"], ["", "", "2014"], "confirmed");
        }
        let drawing = path(&quads.graph(), &Style::default(), "firm", "bureau", &PathOptions::default()).expect("ends");
        let dot = drawing.dot();
        assert!(dot.contains("withdrew ×42"), "{dot}");
        assert_eq!(dot.matches("fact-W40").count(), 1);
        let facts = drawing.tables.iter().find(|table| table.title == "Facts").expect("a table of facts");
        assert_eq!(facts.rows.iter().filter(|row| row[0].starts_with('W')).count(), 40);
    }
}
