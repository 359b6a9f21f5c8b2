//! The canvas that the timeline is drawn on: everything has its place in points, x to the right, y up. In: lanes, marks
//! and an axis. Out: statements, with a legend of the marks that occur. Not here: which mark stands where.

use std::collections::BTreeSet;

use graphviz_rust::dot_structures::Stmt;

use super::axis::Axis;
use super::canvas::{linked, outline, page};
use super::caption;
use super::dot::{self, Attributes, pos, rect};
use super::lanes::ROW;
use super::marks::{FONT, Known, Limit, Mark, STUB};
use super::ribbons::{self, Ribbon};
use super::style::{Line, Style};
use super::text::{points, wrap};
use crate::date::Day;
use crate::diff::Diff;
use crate::graph::{Answer, EntityGraph, Fact, Status};

/// Width of the names of lanes, in points.
pub(super) const LANE_LABEL: f64 = 150.0;
/// Least height of a lane, in points: its name takes up to three lines.
pub(super) const LEAST_LANE: f64 = 58.0;
/// A span wider than this many points is drawn as one; a narrower one is no more than its point.
const VAGUE: f64 = 6.0;

/// Kinds of marks, for the legend, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Event,
    Vague,
    Bar,
    Open,
    Unknown,
    Gap,
    Ribbon,
}

/// A timeline under construction. Nodes are drawn in the order they are pushed, lines above them.
pub(super) struct TimelineCanvas<'a> {
    graph: &'a EntityGraph,
    style: &'a Style,
    ground: Vec<Stmt>,
    stmts: Vec<Stmt>,
    kinds: BTreeSet<Kind>,
    statuses: BTreeSet<Status>,
    possible: bool,
    ribbons: BTreeSet<String>,
    /// What differs between two days; facts are then drawn by that, and not by their status.
    diff: Option<&'a Diff>,
    changes: BTreeSet<Option<crate::diff::Kind>>,
    /// Classes that name the facts of the mark that is being drawn; empty for the legend.
    facts: Vec<String>,
    number: usize,
}

impl<'a> TimelineCanvas<'a> {
    pub(super) fn new(graph: &'a EntityGraph, style: &'a Style, diff: Option<&'a Diff>) -> Self {
        Self {
            graph,
            style,
            diff,
            ribbons: BTreeSet::new(),
            changes: BTreeSet::new(),
            ground: Vec::new(),
            stmts: Vec::new(),
            kinds: BTreeSet::new(),
            statuses: BTreeSet::new(),
            possible: false,
            facts: Vec::new(),
            number: 0,
        }
    }

    /// Draws the ground of a lane and the name of its entity.
    pub(super) fn lane(&mut self, id: &str, number: usize, top: f64, height: f64, right: f64) {
        let fill = if number.is_multiple_of(2) { &self.style.page.group } else { &self.style.page.background };
        let ground = rect(0.0, top - height, right + STUB + 14.0, top)
            .set("style", "filled")
            .set("fillcolor", fill)
            .set("color", fill)
            .set("tooltip", " ");
        self.ground.push(dot::node(&format!("lane {number}"), ground));
        let Some(entity) = self.graph.entity(id) else { return };
        let name = wrap(&entity.label, 22, 3);
        let rows = name.lines().count();
        let tall = 18.0 + 12.0 * f64::from(u8::try_from(rows).unwrap_or(3));
        let attributes = outline(self.style, &entity.class)
            .text("label", &name)
            .aside("tooltip", &caption::entity(self.graph, self.style, entity))
            .aside("id", &entity.id)
            .set("fontsize", FONT)
            .set("margin", 0)
            .classes(["entity", &entity.class]);
        let attributes = linked(attributes, entity.link.as_deref());
        let middle = top - height / 2.0;
        let place = pos(LANE_LABEL / 2.0, middle, LANE_LABEL - 8.0, tall.min(height - 3.0), attributes);
        self.ground.push(dot::node(&format!("name {id}"), place));
    }

    /// Draws a ribbon behind the lane whose edges are given.
    pub(super) fn ribbon(&mut self, ribbon: &Ribbon<'_>, lane: usize, top: f64, bottom: f64, axis: &Axis) {
        self.ribbons.insert(ribbon.fact().predicate.key.clone());
        self.ground.extend(ribbon.stmts(self.graph, self.style, lane, top, bottom, axis));
    }

    /// Returns the stroke of a fact: by its change between two days, by its status, or dashed where it is only possible.
    fn stroke(&mut self, fact: &Fact, facts: &[&Fact]) -> Line {
        if let Some(diff) = self.diff {
            let kind = diff.kind_among(facts.iter().copied());
            self.changes.insert(kind);
            return self.style.change(kind).clone();
        }
        let certain = self.graph.selection().certainty(fact) != Answer::Possible;
        self.possible |= !certain;
        self.statuses.insert(fact.status);
        if certain { self.style.status(fact.status).clone() } else { self.style.possible.clone() }
    }

    /// Draws a day that the drawing is about over the whole height, with its name above the axis, on one side.
    pub(super) fn day(&mut self, axis: &Axis, day: Day, words: &str, left: bool, bottom: f64) {
        let x = axis.x(day);
        let line = rect(x, bottom, x + 1.2, 38.0)
            .set("penwidth", 0)
            .set("fillcolor", &self.style.page.text)
            .set("tooltip", words);
        self.stmts.push(dot::node(&format!("day {words}"), line));
        let width = points(words, FONT) + 4.0;
        let text = Attributes::default()
            .text("label", words)
            .set("shape", "plaintext")
            .set("style", "")
            .set("margin", 0)
            .set("tooltip", words);
        let middle = if left { x - width / 2.0 - 3.0 } else { x + width / 2.0 + 4.0 };
        self.stmts.push(dot::node(&format!("day label {words}"), pos(middle, 34.0, width, 11.0, text)));
    }

    /// Draws a mark with its label, its first row's upper edge at `top`.
    pub(super) fn mark(&mut self, mark: &Mark<'_>, top: f64, lane: usize) {
        let Some(fact) = mark.facts.first() else { return };
        let stroke = self.stroke(fact, &mark.facts);
        let tooltip = caption::facts(self.graph, self.style, &mark.facts);
        let link = mark.facts.iter().find_map(|fact| fact.sources.first()?.url.as_deref());
        let y = if mark.rows == 2 { top - ROW * 1.45 } else { top - ROW / 2.0 };
        let name = format!("{} {}", lane, fact.id);
        let classes = facts_as_classes(&mark.facts);
        self.facts.clone_from(&classes);
        let about = |attributes: Attributes| {
            let own = ["fact", &fact.predicate.key, fact.status.key()].into_iter();
            linked(attributes.aside("tooltip", &tooltip), link).classes(own.chain(classes.iter().map(String::as_str)))
        };
        if mark.bar {
            self.bar(mark, y, &stroke, &name, &about);
        } else {
            self.point(mark, y, &stroke, &name, &about);
        }
        if let Some(known) = mark.known {
            self.gap(mark, known, y, &stroke, &name, &about);
        }
        let width = points(&mark.label, FONT) + 4.0;
        let label = about(Attributes::default().left_text("label", &mark.label))
            .aside("id", &fact.id)
            .set("shape", "plaintext")
            .set("style", "")
            .set("margin", 0)
            .set("fontcolor", if stroke.colour == "#1A1A1A" { &self.style.page.text } else { &stroke.colour });
        let label = pos(mark.label_x + width / 2.0, top - ROW / 2.0, width, ROW - 1.0, label);
        self.stmts.push(dot::node(&format!("label {name}"), label));
    }

    fn point(&mut self, mark: &Mark<'_>, y: f64, line: &Line, name: &str, about: &impl Fn(Attributes) -> Attributes) {
        let (first, last) = mark.begin;
        let place = if mark.before == Limit::Unknown {
            self.kinds.insert(Kind::Unknown);
            self.stub(last - STUB, last, y, line, &format!("before {name}"));
            last
        } else if last - first > VAGUE {
            // A point in the middle would be a date that nobody gave.
            self.kinds.insert(Kind::Vague);
            self.stmts.push(dot::node(&format!("mark {name}"), about(vague(first, last, y, line))));
            return;
        } else {
            f64::midpoint(first, last)
        };
        self.kinds.insert(Kind::Event);
        self.stmts.push(dot::node(&format!("mark {name}"), about(dot_mark(place, y, line))));
    }

    fn bar(&mut self, mark: &Mark<'_>, y: f64, line: &Line, name: &str, about: &impl Fn(Attributes) -> Attributes) {
        self.kinds.insert(Kind::Bar);
        if mark.before == Limit::Unknown {
            self.kinds.insert(Kind::Unknown);
            self.stub(mark.begin.0 - STUB, mark.begin.0, y, line, &format!("before {name}"));
        }
        for (side, (first, last)) in [("begin", mark.begin), ("end", mark.end)] {
            if last - first > VAGUE {
                self.kinds.insert(Kind::Vague);
                let vague = about(vague(first, last, y, line));
                self.stmts.push(dot::node(&format!("vague {side} {name}"), vague));
            }
        }
        // Where the latest begin lies after the earliest end, no day is certain: only the vague parts stand.
        let (first, last) = (mark.begin.1, mark.end.0.max(mark.begin.1 + 4.0));
        self.stmts.push(dot::node(&format!("mark {name}"), about(bar(first, last, y, line))));
        let last = last.max(mark.end.1);
        match mark.after {
            Limit::Dated => {}
            Limit::Unknown => {
                self.kinds.insert(Kind::Unknown);
                self.stub(last, last + STUB, y, line, &format!("after {name}"));
            }
            Limit::Open => {
                self.kinds.insert(Kind::Open);
                let (from, to) = self.anchors(last, last + STUB, y, &format!("open {name}"));
                let arrow = Attributes::default()
                    .set("color", &line.colour)
                    .set("penwidth", line.width)
                    .set("arrowsize", 0.6)
                    .set("tooltip", "still so when the source was written");
                self.push_part(&from, &to, arrow);
            }
        }
    }

    /// Draws the gap between an event and the day it became public.
    fn gap(
        &mut self,
        mark: &Mark<'_>,
        known: Known,
        y: f64,
        line: &Line,
        name: &str,
        about: &impl Fn(Attributes) -> Attributes,
    ) {
        self.kinds.insert(Kind::Gap);
        let start = if mark.bar || mark.begin.1 - mark.begin.0 > VAGUE { mark.begin.1 } else { mark.begin.1 + 4.0 };
        let (from, mut to) = self.anchors(start, known.x, y, &format!("gap {name}"));
        if known.inside {
            let diamond = Attributes::default()
                .set("shape", "diamond")
                .set("style", "filled")
                .set("fillcolor", &self.style.page.background)
                .set("color", &line.colour)
                .set("penwidth", 1.3)
                .set("label", "");
            to = format!("public {name}");
            self.stmts.push(dot::node(&to, about(pos(known.x, y, 9.0, 9.0, diamond))));
        }
        self.dot_between(&from, &to, line, 1.1, "not public");
    }

    /// Draws the ticks over the whole height, above the lanes' ground.
    pub(super) fn axis(&mut self, axis: &Axis, bottom: f64) {
        for tick in axis.ticks() {
            self.number += 1;
            let (width, top, strength) = if tick.year { (0.8, 26.0, "") } else { (0.4, 12.0, "90") };
            let line = rect(tick.x, bottom, tick.x + width, top)
                .set("penwidth", 0)
                .set("fillcolor", format!("{}{strength}", self.style.page.group_border))
                .set("tooltip", " ");
            self.ground.push(dot::node(&format!("tick {}", self.number), line));
            if tick.label.is_empty() {
                continue;
            }
            let text = Attributes::default()
                .left_text("label", &tick.label)
                .set("shape", "plaintext")
                .set("style", "")
                .set("margin", 0)
                .set("fontsize", if tick.year { 10 } else { 8 })
                .set("fontcolor", if tick.year { &self.style.page.text } else { &self.style.page.quiet })
                .set("tooltip", " ");
            let (x, y) = if tick.year { (tick.x + 17.0, 20.0) } else { (tick.x + 17.0, 7.0) };
            self.ground.push(dot::node(&format!("tick label {}", self.number), pos(x, y, 30.0, 11.0, text)));
        }
    }

    /// Puts the canvas together: page, grounds, marks, legend.
    pub(super) fn finish(mut self, title: &str, stamp: &[String], bottom: f64, right: f64) -> Vec<Stmt> {
        let graph = page(self.style, title, stamp).set("outputorder", "nodesfirst").set("splines", "line");
        let node = Attributes::default()
            .set("fontname", &self.style.page.font)
            .set("fontsize", FONT)
            .set("fontcolor", &self.style.page.text)
            .set("style", "filled")
            .set("label", "");
        let edge = Attributes::default().set("fontname", &self.style.page.font).set("fontsize", FONT);
        self.legend(bottom - 22.0, right);
        let mut stmts = Vec::from(dot::defaults(graph, node, edge));
        stmts.append(&mut self.ground);
        stmts.append(&mut self.stmts);
        stmts
    }

    fn legend(&mut self, top: f64, right: f64) {
        self.facts.clear();
        let line = self.style.status(Status::Confirmed).clone();
        let mut x = 0.0;
        let mut y = top;
        let mut samples: Vec<(Option<Kind>, Line, String)> = Vec::new();
        for kind in self.kinds.clone() {
            let label = match kind {
                Kind::Event => "event",
                Kind::Vague => "some time within",
                Kind::Bar => "lasting",
                Kind::Open => "still so at the last report",
                Kind::Unknown => "begin or end unknown",
                Kind::Gap => "became public (more than a month later)",
                // Each kind of ribbon has a sample of its own below.
                Kind::Ribbon => continue,
            };
            samples.push((Some(kind), line.clone(), label.to_owned()));
        }
        let style = self.style;
        for status in self.statuses.clone() {
            let line = style.status(status);
            samples.push((None, line.clone(), line.label.clone()));
        }
        if let Some(diff) = self.diff {
            // What is the same comes last.
            let changed = self.changes.iter().copied().flatten().map(Some);
            let same = self.changes.contains(&None).then_some(None);
            for kind in changed.chain(same) {
                let line = style.change(kind).clone();
                let words = kind.map_or_else(|| line.label.clone(), |kind| diff.days().words(kind));
                let words = line.sign.as_ref().map_or(words.clone(), |sign| format!("{sign} {words}"));
                samples.push((None, line, words));
            }
        }
        for key in self.ribbons.clone() {
            if let Some(ribbon) = style.ribbon(&key) {
                samples.push((Some(Kind::Ribbon), ribbon.line(), format!("{} (faded: perhaps)", ribbon.label)));
            }
        }
        if self.possible {
            samples.push((None, style.possible.clone(), style.possible.label.clone()));
        }
        for (kind, line, label) in samples {
            let width = 44.0 + points(&label, FONT) + 4.0;
            if x + width > right {
                x = 0.0;
                y -= 18.0;
            }
            self.sample(kind, x, y, &line);
            self.number += 1;
            let text = Attributes::default()
                .left_text("label", &label)
                .set("shape", "plaintext")
                .set("style", "")
                .set("margin", 0)
                .set("tooltip", "legend");
            let wide = points(&label, FONT) + 4.0;
            self.stmts
                .push(dot::node(&format!("legend {}", self.number), pos(x + 42.0 + wide / 2.0, y, wide, 12.0, text)));
            x += width + 14.0;
        }
    }

    fn sample(&mut self, kind: Option<Kind>, x: f64, y: f64, line: &Line) {
        self.number += 1;
        let name = format!("sample {}", self.number);
        let sample = |attributes: Attributes| attributes.set("tooltip", "legend");
        match kind {
            Some(Kind::Event) => self.stmts.push(dot::node(&name, sample(dot_mark(x + 20.0, y, line)))),
            Some(Kind::Vague) => {
                self.stmts.push(dot::node(&name, sample(vague(x + 6.0, x + 34.0, y, line))));
            }
            Some(Kind::Ribbon) => {
                let ends = ((x + 6.0, x + 14.0), (x + 26.0, x + 34.0));
                for (part, attributes) in ribbons::parts(ends.0, ends.1, y + 6.0, y - 6.0, &line.colour) {
                    self.stmts.push(dot::node(&format!("{name} {part}"), sample(attributes)));
                }
            }
            Some(Kind::Unknown) => self.stub(x + 8.0, x + 32.0, y, line, &name),
            Some(Kind::Gap) => {
                let diamond = Attributes::default()
                    .set("shape", "diamond")
                    .set("fillcolor", &self.style.page.background)
                    .set("color", &line.colour)
                    .set("penwidth", 1.3);
                self.stmts.push(dot::node(&name, sample(pos(x + 32.0, y, 9.0, 9.0, diamond))));
                let (from, _) = self.anchors(x + 6.0, x + 32.0, y, &format!("gap {name}"));
                let dotted =
                    Attributes::default().set("style", "dotted").set("color", &line.colour).set("arrowhead", "none");
                self.stmts.push(dot::edge(&from, &name, sample(dotted)));
            }
            Some(Kind::Open) => {
                let (from, to) = self.anchors(x + 8.0, x + 32.0, y, &name);
                let arrow =
                    Attributes::default().set("color", &line.colour).set("penwidth", line.width).set("arrowsize", 0.6);
                self.stmts.push(dot::edge(&from, &to, sample(arrow)));
            }
            Some(Kind::Bar) | None => {
                self.stmts.push(dot::node(&name, sample(bar(x + 8.0, x + 32.0, y, line))));
            }
        }
    }

    /// Draws an end that nobody knows: a dotted line that leads nowhere.
    fn stub(&mut self, first: f64, last: f64, y: f64, line: &Line, name: &str) {
        let (from, to) = self.anchors(first, last, y, name);
        self.dot_between(&from, &to, line, 2.0, "not known");
    }

    /// Draws a dotted line, with what it stands for.
    fn dot_between(&mut self, from: &str, to: &str, line: &Line, width: f64, meaning: &str) {
        let dotted = Attributes::default()
            .set("style", "dotted")
            .set("color", &line.colour)
            .set("penwidth", width)
            .set("arrowhead", "none")
            .set("tooltip", meaning);
        self.push_part(from, to, dotted);
    }

    /// Draws a line that is part of a mark, and belongs to its facts.
    fn push_part(&mut self, from: &str, to: &str, attributes: Attributes) {
        let part = if self.facts.is_empty() {
            attributes
        } else {
            attributes.classes(std::iter::once("part").chain(self.facts.iter().map(String::as_str)))
        };
        self.stmts.push(dot::edge(from, to, part));
    }

    /// Places two invisible nodes for a line to run between.
    fn anchors(&mut self, first: f64, last: f64, y: f64, name: &str) -> (String, String) {
        let ends = [(format!("{name} a"), first), (format!("{name} b"), last)];
        for (name, x) in &ends {
            let anchor = Attributes::default().set("shape", "point").set("style", "invis");
            self.stmts.push(dot::node(name, pos(*x, y, 0.5, 0.5, anchor)));
        }
        let [(from, _), (to, _)] = ends;
        (from, to)
    }
}

/// Returns the classes by which a script finds what stands for some facts.
fn facts_as_classes(facts: &[&Fact]) -> Vec<String> {
    facts.iter().map(|fact| format!("fact-{}", fact.id)).collect()
}

/// Returns the bar of what lasts, in the line of its status.
fn bar(first: f64, last: f64, y: f64, line: &Line) -> Attributes {
    let style = if line.pattern == "solid" { "filled".to_owned() } else { format!("filled,{}", line.pattern) };
    rect(first, y - 4.0, last, y + 4.0)
        .set("style", style)
        .set("fillcolor", tint(&line.colour))
        .set("color", &line.colour)
        .set("penwidth", line.width)
}

fn vague(first: f64, last: f64, y: f64, line: &Line) -> Attributes {
    rect(first, y - 3.5, last, y + 3.5)
        .set("style", "filled,dashed")
        .set("fillcolor", format!("{}18", line.colour))
        .set("color", &line.colour)
        .set("penwidth", 0.8)
}

fn dot_mark(x: f64, y: f64, line: &Line) -> Attributes {
    let fill = if line.pattern == "solid" { line.colour.clone() } else { "#FFFFFF".to_owned() };
    let attributes = Attributes::default()
        .set("shape", "circle")
        .set("label", "")
        .set("fillcolor", fill)
        .set("color", &line.colour)
        .set("penwidth", 1.4);
    pos(x, y, 7.0, 7.0, attributes)
}

/// Returns a colour at a quarter of its strength.
fn tint(colour: &str) -> String {
    format!("{colour}40")
}
