//! Secrecy on the timeline: who was bound to silence, and when. In: a graph, an axis, the predicates that the style
//! lists. Out: ribbons behind a lane, each with its label in a row at the top; an end that is vague fades away.

use graphviz_rust::dot_structures::Stmt;

use super::axis::Axis;
use super::canvas::linked;
use super::caption;
use super::dot::{self, Attributes, pos, rect};
use super::lanes::{ROW, pack};
use super::marks::{FONT, STUB};
use super::style::{RibbonStyle, Style};
use super::text::{clip, points};
use crate::date::FIRST_DAY;
use crate::graph::{End, EndKind, EntityGraph, Fact};

/// Columns of a label.
const LABEL: usize = 54;

/// One window of secrecy, placed on the axis.
pub(super) struct Ribbon<'a> {
    fact: &'a Fact,
    style: &'a RibbonStyle,
    label: String,
    /// First and last place where it can begin.
    begin: (f64, f64),
    /// First and last place where it can end.
    end: (f64, f64),
    /// Row of its label.
    row: usize,
}

/// Returns the ribbons behind the lane of an entity, by first day, and how many rows their labels take.
pub(super) fn of_lane<'a>(graph: &'a EntityGraph, style: &'a Style, id: &str, axis: &Axis) -> (Vec<Ribbon<'a>>, usize) {
    let mut ribbons: Vec<_> = graph
        .facts()
        .filter_map(|fact| {
            let style = style.ribbon(&fact.predicate.key)?;
            let (bound, other) =
                if style.bound == "subject" { (&fact.subject, &fact.object) } else { (&fact.object, &fact.subject) };
            matches!(bound, End::Entity(bound) if bound == id).then(|| place(graph, style, fact, other, axis))?
        })
        .collect();
    ribbons.sort_by_key(|ribbon| (ribbon.fact.begins, ribbon.fact.ends, ribbon.fact.id.as_str()));
    let extents: Vec<_> = ribbons.iter().map(|ribbon| (ribbon.label_extent(axis), 1)).collect();
    let (rows, height) = pack(&extents);
    for (ribbon, row) in ribbons.iter_mut().zip(rows) {
        ribbon.row = row;
    }
    (ribbons, height)
}

fn place<'a>(
    graph: &EntityGraph,
    style: &'a RibbonStyle,
    fact: &'a Fact,
    other: &End,
    axis: &Axis,
) -> Option<Ribbon<'a>> {
    let (left, right) = axis.ends();
    let (first, last) = axis.days();
    if fact.is_undated() || fact.ends.1 < first || last < fact.begins.0 {
        return None;
    }
    let begin = if fact.begins.0 == FIRST_DAY {
        let known = axis.x(fact.begins.1.min(fact.ends.0));
        ((known - STUB).max(left), known)
    } else {
        (axis.x(fact.begins.0), axis.x(fact.begins.1))
    };
    let end = match fact.end_kind {
        EndKind::Closed => (axis.x(fact.ends.0), axis.x(fact.ends.1)),
        EndKind::Open => (axis.x(fact.ends.0), (axis.x(fact.ends.0) + STUB).min(right)),
        EndKind::Unknown => (begin.1, (begin.1 + 2.0 * STUB).min(right)),
    };
    let words = format!("{}: {}", style.label, graph.name(other));
    let label = format!("{} · {}", clip(&super::table::line(&words), LABEL), fact.when_briefly());
    Some(Ribbon { fact, style, label, begin, end: (end.0.max(begin.0), end.1.max(begin.1)), row: 0 })
}

impl Ribbon<'_> {
    /// Returns the fact that the ribbon stands for.
    pub(super) const fn fact(&self) -> &Fact {
        self.fact
    }

    fn label_extent(&self, axis: &Axis) -> (f64, f64) {
        let width = points(&self.label, FONT) + 8.0;
        let left = self.begin.0.min(axis.ends().1 - width).max(axis.ends().0);
        (left, left + width)
    }

    /// Draws the ribbon behind a lane.
    pub(super) fn stmts(
        &self,
        graph: &EntityGraph,
        style: &Style,
        lane: usize,
        top: f64,
        bottom: f64,
        axis: &Axis,
    ) -> Vec<Stmt> {
        let name = format!("{lane} {}", self.fact.id);
        let tooltip = caption::fact(graph, style, self.fact);
        let url = self.fact.sources.first().and_then(|source| source.url.as_deref());
        let key = format!("fact-{}", self.fact.id);
        let about = |attributes: Attributes| {
            linked(attributes.aside("tooltip", &tooltip), url).classes(["ribbon", &self.fact.predicate.key, &key])
        };
        let mut stmts: Vec<Stmt> = parts(self.begin, self.end, top, bottom, &self.style.fill)
            .into_iter()
            .map(|(part, attributes)| dot::node(&format!("ribbon {part} {name}"), about(attributes)))
            .collect();
        let (left, right) = self.label_extent(axis);
        let row = f64::from(u16::try_from(self.row).unwrap_or(u16::MAX));
        let label = about(Attributes::default().left_text("label", &self.label))
            .set("shape", "plaintext")
            .set("style", "")
            .set("margin", 0)
            .set("fontcolor", &self.style.text);
        let label =
            pos(f64::midpoint(left, right) + 2.0, top - 3.0 - ROW * (row + 0.5), right - left, ROW - 1.0, label);
        stmts.push(dot::node(&format!("ribbon label {name}"), label));
        stmts
    }
}

/// Returns the parts of a ribbon: what is certain, filled; what is only possible, fading out inside a dashed edge.
pub(super) fn parts(
    begin: (f64, f64),
    end: (f64, f64),
    top: f64,
    bottom: f64,
    fill: &str,
) -> Vec<(&'static str, Attributes)> {
    let mut parts = Vec::new();
    let faded = |left: f64, right: f64, colours: String| {
        rect(left, bottom, right, top)
            .set("style", "filled,dashed")
            .set("fillcolor", colours)
            .set("color", format!("{fill}B0"))
            .set("penwidth", 0.5)
    };
    let (strong, clear) = (format!("{fill}38"), format!("{fill}06"));
    // Where the latest begin lies after the earliest end, no day is certain.
    let (first, last) = (begin.1.min(end.1), end.0.max(begin.1));
    if first - begin.0 > 1.0 {
        parts.push(("begin", faded(begin.0, first, format!("{clear}:{strong}"))));
    }
    if last - first > 0.5 {
        let solid =
            rect(first, bottom, last, top).set("style", "filled").set("fillcolor", strong.as_str()).set("penwidth", 0);
        parts.push(("sure", solid.set("color", &strong)));
    }
    if end.1 - last > 1.0 {
        parts.push(("end", faded(last, end.1, format!("{strong}:{clear}"))));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::{Style, TimelineOptions, timeline};
    use super::*;
    use crate::graph::fixture::affair;

    #[test]
    fn a_gag_lies_behind_the_lane_of_who_is_bound_and_its_vague_begin_fades() {
        let mut quads = affair();
        quads.fact("S1", ["firm", "issued", "\"a report"], ["2013-12", "2013-12", "2013-12"], "confirmed");
        let graph = quads.graph();
        let options = TimelineOptions { lanes: vec!["firm".to_owned()], ..TimelineOptions::default() };
        let options = TimelineOptions { from: "2012-01-01".parse().ok(), to: "2015-01-01".parse().ok(), ..options };
        let drawing = timeline(&graph, &Style::default(), &options).expect("a drawing");
        let dot = drawing.dot();
        assert!(dot.contains("\"ribbon sure 0 F3\"") && dot.contains("\"ribbon begin 0 F3\""), "{dot}");
        assert!(!dot.contains("\"ribbon end 0 F3\""), "its last day is known");
        assert!(dot.contains("bound to silence: Letter to Firm"));
        assert!(drawing.text().contains("Secrecy, drawn as ribbons (1)"), "{}", drawing.text());
    }

    #[test]
    fn parts_meet_and_none_is_sure_where_the_ends_cross() {
        let names =
            |begin, end| parts(begin, end, 10.0, 0.0, "#000000").into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names((0.0, 10.0), (50.0, 60.0)), ["begin", "sure", "end"]);
        assert_eq!(names((0.0, 0.0), (50.0, 50.0)), ["sure"]);
        assert_eq!(names((0.0, 30.0), (10.0, 60.0)), ["begin", "end"]);
    }
}
