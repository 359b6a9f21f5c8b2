//! The drawing of who has to do with whom. In: a graph. Out: its best connected entities in boxes by class, with one
//! line for all records of the same relation between the same two. What does not fit is counted in the stamp.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::{self, Bundle, Strand};
use super::canvas::{self, Canvas, Legend};
use super::caption::{self, count};
use super::dot::{self, Attributes};
use super::scale::{Colouring, Scale, Scales};
use super::style::{Line, Style};
use super::{Drawing, Table, columns};
use crate::graph::{Entity, EntityGraph};

/// Most lines from one entity to another that are drawn side by side.
const SIDE_BY_SIDE: usize = 4;

/// How to draw relationships.
#[derive(Debug, Clone)]
pub struct RelationshipsOptions {
    /// Title; the default names the case.
    pub title: Option<String>,
    /// Most entities to draw; the best connected stay.
    pub max_nodes: usize,
    /// Most lines to draw; in a dense case this leaves fewer entities than `max_nodes`.
    pub max_lines: usize,
    /// Whether entities of a class stand in a box of their own, and boxes in columns; where more than a quarter of the
    /// lines would stay inside a column, they do not.
    pub grouped: bool,
    /// Numbers that the sizes of the labels tell.
    pub size_by: Option<Scale>,
    /// Numbers or groups that the fills tell.
    pub colour_by: Option<Colouring>,
}

impl Default for RelationshipsOptions {
    fn default() -> Self {
        Self { title: None, max_nodes: 25, max_lines: 100, grouped: true, size_by: None, colour_by: None }
    }
}

/// Draws the entities of a graph and the facts between them.
pub fn relationships(graph: &EntityGraph, style: &Style, options: &RelationshipsOptions) -> Drawing {
    let chosen = best_connected(graph, options);
    let part = graph.restricted_to(&chosen);
    let places = columns::order(&part, style);
    let column = |id: &str| part.entity(id).map_or(0, |entity| places[&style.class(&entity.class).column]);
    let all = bundle::strands(&part);
    let across = all.iter().filter(|strand| column(strand.from) != column(strand.to)).count();
    // Where mostly like has to do with like, columns would say nothing and lines would run on top of each other.
    let grouped = options.grouped && across * 4 >= all.len() * 3;
    let place = |id: &str| if grouped { column(id) } else { 0 };
    let scales = Scales::new(options.size_by.as_ref(), options.colour_by.as_ref(), &part);
    let mut canvas = Canvas::new(&part, style).with_scales(scales.clone());
    draw_entities(&mut canvas, grouped);
    if grouped {
        align(&mut canvas, &places);
    }
    let apart = |strand: &Strand<'_>| !grouped || place(strand.from) != place(strand.to);
    let strands =
        bundle::thinned(all, |strand| if apart(strand) && strand.from != strand.to { SIDE_BY_SIDE } else { 1 });
    let lines = strands.len();
    let (bundles, strands) = bundle::bundles(&part, strands, |strand| apart(strand) && strand.is_of_one_relation());
    for bundle in &bundles {
        draw_bundle(&mut canvas, bundle, &place);
    }
    for strand in &strands {
        canvas.strand(strand, place(strand.from) > place(strand.to));
    }
    let title = options.title.clone().unwrap_or_else(|| "Relationships".to_owned());
    let mut tables = tables(graph, &part, style, &chosen);
    let mut stamp = [canvas::stamp(graph), counts(graph, &part, lines)].concat();
    if !scales.is_empty() {
        stamp.push(format!("Told by {}", scales.describe()));
        tables.push(scales.table(&part));
    }
    canvas.finish(&Legend::First, title, stamp, tables)
}

fn draw_entities(canvas: &mut Canvas<'_>, grouped: bool) {
    let (graph, style) = (canvas.graph, canvas.style);
    for (class, entities) in graph.by_class() {
        let nodes: Vec<_> = entities.iter().map(|entity| canvas.entity(entity, false)).collect();
        if !grouped || nodes.len() == 1 {
            for node in nodes {
                canvas.push(node);
            }
            continue;
        }
        let frame = Attributes::default()
            .set("style", "filled,rounded")
            .set("color", &style.page.group_border)
            .set("fillcolor", &style.page.group)
            .set("penwidth", 0.5)
            .text("label", &style.class_label(class))
            .set("labeljust", "l")
            .set("fontname", &style.page.font)
            .set("fontsize", 9)
            .set("fontcolor", &style.page.quiet)
            .aside("tooltip", &style.class_label(class))
            // The label stands in the margin, so nothing can cover it.
            .set("margin", 15);
        canvas.push(dot::cluster(&format!("class {class}"), frame, nodes));
    }
}

/// Puts the entities of each column on one rank, and the columns in order.
fn align(canvas: &mut Canvas<'_>, places: &BTreeMap<String, usize>) {
    let mut columns: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for entity in canvas.graph.entities() {
        columns.entry(places[&canvas.style.class(&entity.class).column]).or_default().push(entity.id.clone());
    }
    let heads: Vec<_> = columns.values().filter_map(|ids| ids.first().cloned()).collect();
    for (place, ids) in columns {
        canvas.push(dot::same_rank(&format!("column {place}"), ids));
    }
    for pair in heads.windows(2) {
        let invisible = Attributes::default().set("style", "invis").set("minlen", 2).set("weight", 0);
        canvas.push(dot::edge(&pair[0], &pair[1], invisible));
    }
}

/// Draws the strands of a bundle to a knot that bears the label, and one line between knot and hub.
fn draw_bundle(canvas: &mut Canvas<'_>, bundle: &Bundle<'_>, place: &impl Fn(&str) -> usize) {
    let facts: Vec<_> = bundle.strands.iter().flat_map(|strand| strand.facts.iter().copied()).collect();
    // Strands from both sides of the hub would have to turn at the knot, so each side has its own.
    for against in [false, true] {
        let side = |strand: &&Strand<'_>| (place(strand.from) > place(strand.to)) == against;
        let strands: Vec<_> = bundle.strands.iter().filter(side).collect();
        let facts: Vec<_> = facts.iter().copied().filter(|f| strands.iter().any(|s| s.facts.contains(f))).collect();
        let Some(first) = strands.first() else { continue };
        let line = canvas.line_of(first.best());
        let bare = Line { head: "none".to_owned(), ..line.clone() };
        let knot = format!("knot {} {} {} {against}", bundle.hub, first.best().predicate.key, first.best().id);
        let label = bundle::label(facts.iter().copied());
        let attributes = Attributes::default()
            .set("shape", "box")
            .set("style", "filled,rounded")
            .set("color", &line.colour)
            .set("fontcolor", &line.colour)
            .set("fillcolor", &canvas.style.page.background)
            .set("penwidth", 0.5)
            .set("margin", "0.1,0.03")
            .set("fontsize", 10)
            .text("label", &label)
            .aside("tooltip", &label)
            .classes(["knot", &first.best().predicate.key]);
        canvas.push(dot::node(&knot, attributes));
        for strand in &strands {
            let (ends, line) =
                if bundle.inward { ((strand.from, knot.as_str()), &bare) } else { ((knot.as_str(), strand.to), &line) };
            let edge = canvas.fact(ends, "", line, &strand.facts, against);
            canvas.push(edge);
        }
        let (ends, line) =
            if bundle.inward { ((knot.as_str(), bundle.hub), &line) } else { ((bundle.hub, knot.as_str()), &bare) };
        let edge = canvas.trunk(ends, &dot::token(&knot), line, &facts, against);
        canvas.push(edge);
    }
}

/// Chooses the entities with the most neighbours; ties go to the alphabetically first. Entities without any are left
/// out, and so are those that only entities left out would join.
fn best_connected(graph: &EntityGraph, options: &RelationshipsOptions) -> BTreeSet<String> {
    let mut neighbours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, _, to) in graph.links().filter(|(from, _, to)| from.id != to.id) {
        neighbours.entry(&from.id).or_default().insert(&to.id);
        neighbours.entry(&to.id).or_default().insert(&from.id);
    }
    let mut ranked: Vec<_> = neighbours.iter().map(|(id, others)| (std::cmp::Reverse(others.len()), *id)).collect();
    ranked.sort_unstable();
    ranked.truncate(options.max_nodes);
    let ranked: Vec<_> = ranked.into_iter().map(|(_, id)| id).collect();
    let chosen: BTreeSet<_> = ranked[..fitting(graph, &ranked, options.max_lines)].iter().copied().collect();
    chosen
        .iter()
        .filter(|id| neighbours[**id].iter().any(|other| chosen.contains(other)))
        .map(|id| (*id).to_owned())
        .collect()
}

/// Returns how many entities, from the best connected, have at most so many lines among them; two at least.
fn fitting(graph: &EntityGraph, ranked: &[&str], lines: usize) -> usize {
    let place: BTreeMap<&str, usize> = ranked.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    // A line comes in with the later of its ends.
    let mut entering = vec![0; ranked.len()];
    for strand in bundle::thinned(bundle::strands(graph), |_| SIDE_BY_SIDE) {
        if let (Some(from), Some(to)) = (place.get(strand.from), place.get(strand.to)) {
            entering[*from.max(to)] += 1;
        }
    }
    let totals = entering.iter().scan(0, |total, count| {
        *total += count;
        Some(*total)
    });
    totals.take_while(|total| *total <= lines).count().max(ranked.len().min(2))
}

fn counts(whole: &EntityGraph, part: &EntityGraph, lines: usize) -> Vec<String> {
    let (entities, facts) = (whole.entities().len(), whole.links().count());
    let (shown, told) = (part.entities().len(), part.links().count());
    let mut stamp = vec![format!(
        "{shown} of {} and {told} of {} between them, in {}",
        count(entities, "entity", "entities"),
        count(facts, "fact", "facts"),
        count(lines, "line", "lines")
    )];
    if shown < entities {
        let about = match facts - told {
            0 => "which have no facts with others".to_owned(),
            hidden => format!("and {} about them", count(hidden, "fact", "facts")),
        };
        let hidden = count(entities - shown, "entity", "entities");
        stamp.push(format!("Left out: {hidden} with the fewest neighbours, {about}"));
    }
    stamp
}

fn tables(whole: &EntityGraph, part: &EntityGraph, style: &Style, chosen: &BTreeSet<String>) -> Vec<Table> {
    let by_class = |graph: &EntityGraph| -> Vec<_> {
        graph.by_class().into_values().flatten().map(|entity| Entity::clone(entity)).collect()
    };
    let left_out: Vec<_> = by_class(whole).into_iter().filter(|entity| !chosen.contains(&entity.id)).collect();
    vec![
        caption::entity_table(part, style, "Entities", &by_class(part)),
        caption::fact_table(part, style, "Facts", part.links().map(|(_, fact, _)| fact.as_ref())),
        caption::entity_table(whole, style, "Entities left out", &left_out),
    ]
}
