//! The canvas that the ranked drawings are drawn on. In: entities and facts, one by one. Out: statements with the page
//! set-up, title, stamp and a legend of what occurred. Not here: which entities and facts, and in which groups.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use graphviz_rust::dot_structures::Stmt;

use super::bundle::{self, Strand};
use super::dot::{self, Attributes};
use super::scale::Scales;
use super::style::{Line, Style};
use super::text::wrap;
use super::{Drawing, Layout, Table, caption};
use crate::graph::{Answer, Entity, EntityGraph, Fact, is_web_address};

/// Columns of a node's label.
const LABEL_WIDTH: usize = 22;

/// Where the legend stands: where a drawing has most room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Legend {
    /// In the first column.
    First,
    /// In the column after that of a node.
    After(String),
}

/// A drawing under construction.
pub(super) struct Canvas<'a> {
    pub(super) graph: &'a EntityGraph,
    pub(super) style: &'a Style,
    classes: BTreeSet<String>,
    lines: BTreeMap<String, Line>,
    scales: Scales,
    stmts: Vec<Stmt>,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(graph: &'a EntityGraph, style: &'a Style) -> Self {
        let scales = Scales::default();
        Self { graph, style, classes: BTreeSet::new(), lines: BTreeMap::new(), scales, stmts: Vec::new() }
    }

    /// Has size and colour of the entities tell numbers.
    pub(super) fn with_scales(self, scales: Scales) -> Self {
        Self { scales, ..self }
    }

    pub(super) fn push(&mut self, stmt: Stmt) {
        self.stmts.push(stmt);
    }

    /// Returns the node of an entity.
    pub(super) fn entity(&mut self, entity: &Entity, emphasis: bool) -> Stmt {
        self.classes.insert(entity.class.clone());
        let mut attributes = outline(self.style, &entity.class);
        if let Some(size) = self.scales.font_size(&entity.id, &self.style.scale) {
            attributes = attributes.set("fontsize", size);
        }
        if let Some(fill) = self.scales.fill(&entity.id, &self.style.scale) {
            attributes = attributes.set("fillcolor", fill);
        }
        let mark = self.scales.mark(&entity.id).map_or_else(String::new, |mark| format!(" [{mark}]"));
        let attributes = attributes
            .text("label", &wrap(&format!("{}{mark}", entity.label), LABEL_WIDTH, 4))
            .set("penwidth", if emphasis { 3.0 } else { 1.2 })
            .aside("tooltip", &caption::entity(self.graph, self.style, entity))
            .aside("id", &entity.id)
            .classes(["entity", &entity.class]);
        dot::node(&entity.id, linked(attributes, entity.link.as_deref()))
    }

    /// Returns the line that a fact is drawn with, and notes it for the legend.
    pub(super) fn line_of(&mut self, fact: &Fact) -> Line {
        let line = self.style.status(fact.status).clone();
        if self.graph.selection().certainty(fact) == Answer::Possible {
            let possible = &self.style.possible;
            self.lines.insert("status z possible".to_owned(), possible.clone());
            return Line { head: line.head, ..possible.clone() };
        }
        self.lines.insert(
            format!("status {}", crate::graph::Status::ALL.iter().position(|s| *s == fact.status).unwrap_or(0)),
            line.clone(),
        );
        line
    }

    /// Notes a line for the legend under a key that orders it.
    pub(super) fn note_line(&mut self, key: String, line: &Line) {
        self.lines.insert(key, line.clone());
    }

    /// Returns an edge for one fact, or for several records drawn as one. An edge `against` the ranks is laid out from
    /// its head to its tail, and looks the same.
    pub(super) fn fact(
        &self,
        (from, to): (&str, &str),
        label: &str,
        line: &Line,
        facts: &[&Fact],
        against: bool,
    ) -> Stmt {
        let id = facts.first().map_or("", |fact| &fact.id);
        self.line((from, to), stroke(line).html("label", &plaque(label)).aside("id", id), line, facts, against)
    }

    /// Draws a strand as a line that looks like the best founded of its facts; `against` the order of the ranks or not.
    pub(super) fn strand(&mut self, strand: &Strand<'_>, against: bool) {
        let line = self.line_of(strand.best());
        let label = bundle::label(strand.facts.iter().copied());
        let edge = self.fact((strand.from, strand.to), &label, &line, &strand.facts, against);
        self.push(edge);
    }

    /// Returns the line that a bundle of facts shares. Each of them has an edge of its own, so this goes by another id.
    pub(super) fn trunk(&self, ends: (&str, &str), id: &str, line: &Line, facts: &[&Fact], against: bool) -> Stmt {
        self.line(ends, stroke(line).aside("id", id), line, facts, against)
    }

    fn line(
        &self,
        (from, to): (&str, &str),
        attributes: Attributes,
        line: &Line,
        facts: &[&Fact],
        against: bool,
    ) -> Stmt {
        let tooltip = caption::facts(self.graph, self.style, facts);
        let Some(first) = facts.first() else { return dot::edge(from, to, attributes) };
        let mut attributes = attributes.set("fontcolor", &line.colour);
        let (mut from, mut to) = (from, to);
        if against {
            (from, to) = (to, from);
            attributes = attributes.set("dir", "back").set("arrowtail", &line.head);
        }
        let keys = facts.iter().map(|fact| format!("fact-{}", fact.id)).collect::<Vec<_>>();
        let classes = ["fact", first.predicate.key.as_str(), first.status.key()].into_iter();
        let attributes = attributes
            .aside("tooltip", &tooltip)
            .aside("labeltooltip", &tooltip)
            .classes(classes.chain(keys.iter().map(String::as_str)));
        let url = facts.iter().find_map(|fact| fact.sources.first()?.url.as_deref());
        dot::edge(from, to, linked(attributes, url))
    }

    /// Puts the canvas together.
    pub(super) fn finish(self, legend: &Legend, title: String, stamp: Vec<String>, tables: Vec<Table>) -> Drawing {
        let graph = page(self.style, &title, &stamp)
            .set("outputorder", "edgesfirst")
            .set("rankdir", "LR")
            .set("nodesep", 0.16)
            .set("ranksep", 0.6)
            .set("newrank", "true")
            .set("splines", "true");
        let node = Attributes::default()
            .set("fontname", &self.style.page.font)
            .set("fontsize", 11)
            .set("fontcolor", &self.style.page.text)
            .set("margin", "0.09,0.05")
            .set("height", 0.3)
            .set("style", "filled");
        let edge =
            Attributes::default().set("fontname", &self.style.page.font).set("fontsize", 10).set("arrowsize", 0.7);
        let mut stmts = Vec::from(dot::defaults(graph, node, edge));
        stmts.extend(self.legend(legend));
        stmts.extend(self.legend_place(legend));
        stmts.extend(self.stmts);
        Drawing { title, stamp, layout: Layout::Ranked, stmts, tables }
    }

    /// Invisible edges that push the legend to its column; outside its cluster, which they would draw into.
    fn legend_place(&self, place: &Legend) -> Vec<Stmt> {
        let Legend::After(node) = place else { return Vec::new() };
        let lines = (!self.lines.is_empty()).then(|| "legend lines".to_owned());
        let names = self.classes.iter().map(|class| format!("legend {class}")).chain(lines);
        names.map(|name| dot::edge(node, &name, Attributes::default().set("style", "invis").set("weight", 0))).collect()
    }

    /// A cluster with one sample of each class and line that occurs.
    fn legend(&self, place: &Legend) -> Option<Stmt> {
        let names: Vec<_> = self.classes.iter().map(|class| format!("legend {class}")).collect();
        let mut stmts: Vec<_> = self
            .classes
            .iter()
            .map(|class| {
                let attributes = outline(self.style, class)
                    .text("label", &self.style.class_label(class))
                    .set("fontsize", 9)
                    .set("height", 0.2);
                let attributes = if self.scales.has_colour() {
                    attributes.set("fillcolor", &self.style.page.background)
                } else {
                    attributes
                };
                dot::node(&format!("legend {class}"), attributes.aside("tooltip", "legend"))
            })
            .collect();
        // Two abreast in the first column, so that the legend is half as long.
        if *place == Legend::First {
            stmts.extend(names.chunks_exact(2).map(|pair| {
                let invisible = Attributes::default().set("style", "invis").set("weight", 50);
                dot::edge(&pair[0], &pair[1], invisible)
            }));
        }
        if !self.lines.is_empty() {
            let attributes = Attributes::default()
                .set("shape", "plaintext")
                .set("style", "\"\"".trim_matches('"'))
                .set("fontsize", 10)
                .set("margin", "0")
                .html("label", &line_samples(self.lines.values()))
                .aside("tooltip", "legend");
            stmts.push(dot::node("legend lines", attributes));
        }
        if !self.scales.is_empty() {
            let attributes = Attributes::default()
                .set("shape", "plaintext")
                .set("style", "\"\"".trim_matches('"'))
                .set("fontsize", 10)
                .set("margin", "0")
                .html("label", &self.scales.legend(&self.style.scale))
                .aside("tooltip", "legend");
            stmts.push(dot::node("legend scales", attributes));
        }
        let frame = Attributes::default()
            .set("label", "Legend")
            .set("labeljust", "l")
            .set("style", "rounded")
            .set("color", &self.style.page.group_border)
            .set("fontname", &self.style.page.font)
            .set("fontsize", 10)
            .set("fontcolor", &self.style.page.quiet)
            .set("tooltip", "legend");
        (!stmts.is_empty()).then(|| dot::cluster("legend", frame, stmts))
    }
}

/// Returns the outline of a class.
pub(super) fn outline(style: &Style, class: &str) -> Attributes {
    let class = style.class(class);
    let attributes =
        Attributes::default().set("shape", &class.shape).set("fillcolor", &class.fill).set("color", &class.border);
    let attributes = match &class.margin {
        Some(margin) => attributes.set("margin", margin),
        None => attributes,
    };
    let attributes = if class.rounded { attributes.set("style", "filled,rounded") } else { attributes };
    if class.peripheries == 1 { attributes } else { attributes.set("peripheries", class.peripheries) }
}

/// Returns the label of a line on a white ground, so that no line is drawn through it.
fn plaque(label: &str) -> String {
    let lines: Vec<_> = label.lines().map(dot::html).collect();
    format!(
        "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLPADDING=\"1\" CELLSPACING=\"0\" BGCOLOR=\"white\"><TR><TD>{}</TD></TR></TABLE>",
        lines.join("<BR/>")
    )
}

/// Returns the stroke of a line.
pub(super) fn stroke(line: &Line) -> Attributes {
    Attributes::default()
        .set("style", &line.pattern)
        .set("color", &line.colour)
        .set("penwidth", line.width)
        .set("arrowhead", &line.head)
}

/// Adds a web address; anything but http and https is left out, so that no script runs from a link.
pub(super) fn linked(attributes: Attributes, url: Option<&str>) -> Attributes {
    match url {
        Some(url) if is_web_address(url) => attributes.aside("URL", &url.replace('\\', "%5C")).set("target", "_blank"),
        _ => attributes,
    }
}

/// Returns the set-up of a page with its title and stamp.
pub(super) fn page(style: &Style, title: &str, stamp: &[String]) -> Attributes {
    let mut markup = format!(
        "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLPADDING=\"2\"><TR><TD ALIGN=\"LEFT\"><FONT POINT-SIZE=\"17\"><B>{}</B></FONT></TD></TR>",
        dot::html(&wrap(title, 90, 3))
    );
    for line in stamp {
        let _ = write!(
            markup,
            "<TR><TD ALIGN=\"LEFT\" BALIGN=\"LEFT\"><FONT COLOR=\"{}\">{}</FONT></TD></TR>",
            dot::html(&style.page.quiet),
            dot::html(&wrap(line, 120, 4))
        );
    }
    markup.push_str("</TABLE>");
    Attributes::default()
        .html("label", &markup)
        .set("labelloc", "t")
        .set("labeljust", "l")
        .set("fontname", &style.page.font)
        .set("fontsize", 11)
        .set("fontcolor", &style.page.text)
        .set("bgcolor", &style.page.background)
        .set("pad", 0.2)
        .set("charset", "UTF-8")
        .aside("tooltip", title)
}

/// Returns the markup of a list of line samples.
fn line_samples<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let mut markup = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"3\" CELLPADDING=\"0\">".to_owned();
    for line in lines {
        // A cell has whole points of border, so the thinnest lines show as one.
        let border = if line.width >= 1.5 { 2 } else { 1 };
        let pattern = match line.pattern.as_str() {
            "dashed" => " STYLE=\"DASHED\"",
            "dotted" => " STYLE=\"DOTTED\"",
            _ => "",
        };
        let _ = write!(
            markup,
            "<TR><TD><TABLE BORDER=\"0\" CELLBORDER=\"{border}\" CELLSPACING=\"0\" CELLPADDING=\"0\"><TR><TD SIDES=\"B\"{pattern} \
             COLOR=\"{}\" WIDTH=\"34\" HEIGHT=\"4\" FIXEDSIZE=\"TRUE\"></TD></TR></TABLE></TD><TD ALIGN=\"LEFT\">  {}</TD></TR>",
            dot::html(&line.colour),
            dot::html(&line.legend())
        );
    }
    markup.push_str("</TABLE>");
    markup
}

/// Returns the first lines of a stamp: the case and the filters.
pub(super) fn stamp(graph: &EntityGraph) -> Vec<String> {
    let mut lines = Vec::new();
    if !graph.case().title.is_empty() {
        lines.push(format!("Case: {}", graph.case().title));
    }
    let filters = graph.selection().describe();
    if !filters.is_empty() {
        lines.push(format!("Shown: {}", filters.join("; ")));
    }
    lines
}
