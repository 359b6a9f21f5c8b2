//! The drawing of what happened when, and when it came out. In: a graph. Out: a lane for each subject, a point for an
//! event, a bar for what lasts, and a hollow diamond where a fact became public more than a month after.
//!
//! Graphviz has no timelines: every place is worked out here, and `neato -n2` draws it.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Axis;
use super::canvas;
use super::caption::{self, count};
use super::lanes::{ROW, pack};
use super::marks::{self, Mark};
use super::ribbons;
use super::style::Style;
use super::timeline_canvas::{LANE_LABEL, LEAST_LANE, TimelineCanvas};
use super::{Drawing, Layout};
use crate::date::Day;
use crate::diff::Diff;
use crate::graph::{End, EntityGraph, Fact};

/// How to draw a timeline.
#[derive(Debug, Clone)]
pub struct TimelineOptions {
    /// Title; the default says what the marks are.
    pub title: Option<String>,
    /// First day to draw; the default is that of the data.
    pub from: Option<Day>,
    /// Last day to draw; the default is that of the data.
    pub to: Option<Day>,
    /// Ids of the subjects to draw; empty for the busiest.
    pub lanes: Vec<String>,
    /// Most lanes; the busiest stay.
    pub max_lanes: usize,
    /// Most marks in one lane; the earliest stay.
    pub max_marks: usize,
    /// Whether what speakers affirm, deny or promise is drawn too.
    pub claims: bool,
    /// Width of the time axis in points.
    pub width: u16,
}

impl Default for TimelineOptions {
    fn default() -> Self {
        Self {
            title: None,
            from: None,
            to: None,
            lanes: Vec::new(),
            max_lanes: 12,
            max_marks: 24,
            claims: false,
            width: 1200,
        }
    }
}

/// Facts by whether and why they are drawn.
struct Sorted<'a> {
    lanes: Vec<(&'a str, Vec<Vec<&'a Fact>>)>,
    undated: Vec<&'a Fact>,
    outside: usize,
    other_lanes: (usize, usize),
    crowded: usize,
}

/// Draws the dated facts of a graph along time. A lane is named by id or label.
pub fn timeline(graph: &EntityGraph, style: &Style, options: &TimelineOptions) -> Result<Drawing, super::Error> {
    let mut wanted = BTreeSet::new();
    for name in &options.lanes {
        wanted.insert(graph.find(name)?.id.clone());
    }
    let title = options.title.clone().unwrap_or_else(|| "What happened, and when it became public".to_owned());
    Ok(lay_out(graph, style, options, &wanted, &title, None))
}

/// Lays a timeline out; where it is about a difference, only lanes that differ are drawn.
pub(super) fn lay_out(
    graph: &EntityGraph,
    style: &Style,
    options: &TimelineOptions,
    wanted: &BTreeSet<String>,
    title: &str,
    diff: Option<&Diff>,
) -> Drawing {
    let sorted = sort(graph, options, wanted, diff);
    let axis = axis(&sorted, options, diff);
    let mut canvas = TimelineCanvas::new(graph, style, diff);
    let mut top = 0.0;
    let mut secrecy: Vec<&Fact> = Vec::new();
    for (number, (id, groups)) in sorted.lanes.iter().enumerate() {
        let sign = |facts: &[&Fact]| style.change(diff?.kind_among(facts.iter().copied())).sign.as_deref();
        let marks: Vec<_> =
            groups.iter().filter_map(|facts| Mark::place(graph, facts.clone(), &axis, sign(facts))).collect();
        let (rows, height) = pack(&marks.iter().map(|mark| (mark.extent, mark.rows)).collect::<Vec<_>>());
        let (ribbons, labels) = ribbons::of_lane(graph, style, id, &axis);
        let labels = rows_high(labels);
        let height = (rows_high(height) + labels + 8.0).max(LEAST_LANE);
        canvas.lane(id, number, top, height, axis.ends().1);
        for ribbon in &ribbons {
            canvas.ribbon(ribbon, number, top - 1.0, top - height + 1.0, &axis);
            secrecy.extend(graph.fact(&ribbon.fact().id).map(AsRef::as_ref));
        }
        for (mark, row) in marks.iter().zip(rows) {
            canvas.mark(mark, top - 4.0 - labels - rows_high(row), number);
        }
        top -= height;
    }
    canvas.axis(&axis, top);
    let mut head = canvas::stamp(graph);
    if let Some(diff) = diff {
        let days = diff.days();
        canvas.day(&axis, days.earlier, &days.earlier.to_string(), true, top);
        canvas.day(&axis, days.later, &days.later.to_string(), false, top);
        head.push(format!("Compared: {}", days.describe()));
    }
    let stamp = [head, counts(&sorted, options)].concat();
    let shown: Vec<&Fact> = sorted.lanes.iter().flat_map(|(_, groups)| groups.iter().flatten().copied()).collect();
    let mut tables = match diff {
        None => vec![caption::fact_table(graph, style, "Facts, by lane and date", shown)],
        Some(diff) => caption::diff_tables(diff, style, &shown),
    };
    if !secrecy.is_empty() {
        tables.push(caption::fact_table(graph, style, "Secrecy, drawn as ribbons", secrecy));
    }
    if diff.is_none() {
        let undated = sorted.undated.iter().copied();
        tables.push(caption::fact_table(graph, style, "Undated facts, not drawn", undated));
    }
    let stmts = canvas.finish(title, &stamp, top, axis.ends().1);
    Drawing { title: title.to_owned(), stamp, layout: Layout::Pinned, stmts, tables }
}

fn rows_high(rows: usize) -> f64 {
    f64::from(u16::try_from(rows).unwrap_or(u16::MAX)) * ROW
}

fn sort<'a>(
    graph: &'a EntityGraph,
    options: &TimelineOptions,
    wanted: &BTreeSet<String>,
    diff: Option<&Diff>,
) -> Sorted<'a> {
    let differs = |facts: &Vec<&Fact>| facts.iter().any(|fact| diff.is_some_and(|d| d.change(&fact.id).is_some()));
    let mut by_subject: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    let (mut undated, mut outside) = (Vec::new(), 0);
    for fact in graph.facts().map(AsRef::as_ref) {
        let End::Entity(subject) = &fact.subject else { continue };
        if fact.is_claim && !options.claims || (!wanted.is_empty() && !wanted.contains(subject)) {
            continue;
        }
        if !marks::is_dated(fact) {
            undated.push(fact);
        } else if options.to.is_some_and(|to| fact.begins.0.max(first(fact)) > to)
            || options.from.is_some_and(|from| last(fact) < from)
        {
            outside += 1;
        } else {
            by_subject.entry(subject).or_default().push(fact);
        }
    }
    let mut lanes: Vec<_> = by_subject.into_iter().map(|(id, facts)| (id, marks::group(facts))).collect();
    if diff.is_some() && wanted.is_empty() {
        lanes.retain(|(_, groups)| groups.iter().any(&differs));
    }
    // What differs comes first, so that it is not what a cap takes away.
    lanes.sort_by_key(|(id, groups)| {
        let changed = groups.iter().filter(|facts| differs(facts)).count();
        (std::cmp::Reverse((changed, groups.len())), *id)
    });
    let hidden = lanes.split_off(lanes.len().min(if wanted.is_empty() { options.max_lanes } else { usize::MAX }));
    let other_lanes = (hidden.len(), hidden.iter().flat_map(|(_, groups)| groups).map(Vec::len).sum());
    let mut crowded = 0;
    for (_, groups) in &mut lanes {
        groups.sort_by_key(|facts| !differs(facts));
        crowded += groups.split_off(groups.len().min(options.max_marks)).iter().map(Vec::len).sum::<usize>();
        groups.sort_by_key(|facts| facts.first().map(|fact| (first(fact), fact.id.clone())));
    }
    // Lanes stand in the order in which their story begins.
    lanes.sort_by_key(|(id, groups)| (groups.first().and_then(|facts| facts.first()).map(|fact| first(fact)), *id));
    Sorted { lanes, undated, outside, other_lanes, crowded }
}

fn first(fact: &Fact) -> Day {
    marks::days(fact).into_iter().min().unwrap_or(fact.known.0)
}

fn last(fact: &Fact) -> Day {
    fact.ends.1.max(fact.begins.1.min(fact.known.1))
}

fn axis(sorted: &Sorted<'_>, options: &TimelineOptions, diff: Option<&Diff>) -> Axis {
    let mut days: Vec<Day> = sorted
        .lanes
        .iter()
        .flat_map(|(_, groups)| groups.iter().filter_map(|facts| facts.first()))
        .flat_map(|f| marks::days(f))
        .collect();
    days.extend(diff.iter().flat_map(|diff| [diff.days().earlier, diff.days().later]));
    let today = Day::constant(2000, 1, 1);
    let from = options.from.or_else(|| days.iter().copied().min()).unwrap_or(today);
    let to = options.to.or_else(|| days.iter().copied().max()).unwrap_or(from).max(from);
    let left = LANE_LABEL + 10.0;
    Axis::new(from, to, &days, left, left + f64::from(options.width.max(300)))
}

fn counts(sorted: &Sorted<'_>, options: &TimelineOptions) -> Vec<String> {
    let marks: usize = sorted.lanes.iter().map(|(_, groups)| groups.len()).sum();
    let facts: usize = sorted.lanes.iter().flat_map(|(_, groups)| groups).map(Vec::len).sum();
    let mut stamp = vec![format!(
        "{} in {} and {}; a year is as wide as it is full",
        count(facts, "fact", "facts"),
        count(marks, "mark", "marks"),
        count(sorted.lanes.len(), "lane", "lanes")
    )];
    if let Some(range) = match (options.from, options.to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(to)) => Some(format!("to {to}")),
        (None, None) => None,
    } {
        stamp.push(format!("Dates: {range}"));
    }
    let mut left_out = Vec::new();
    if sorted.other_lanes.0 > 0 {
        left_out.push(format!(
            "{} with {}",
            count(sorted.other_lanes.0, "less busy lane", "less busy lanes"),
            count(sorted.other_lanes.1, "fact", "facts")
        ));
    }
    let mut also = |number: usize, one: &str, many: &str| {
        if number > 0 {
            left_out.push(count(number, one, many));
        }
    };
    also(sorted.crowded, "later fact of full lanes", "later facts of full lanes");
    also(sorted.outside, "fact outside these dates", "facts outside these dates");
    also(sorted.undated.len(), "undated fact (see the text)", "undated facts (see the text)");
    if !left_out.is_empty() {
        stamp.push(format!("Left out: {}", left_out.join("; ")));
    }
    stamp
}
