//! Statements of DOT. In: text as a case has it, which is hostile until quoted. Out: values of `dot_structures`, printed
//! the same way every time. Not here: what is drawn. <https://graphviz.org/doc/info/lang.html>
//!
//! Graphviz reads a label three times over: as a quoted string, for entities such as `&lt;`, and for escapes such as
//! `\N`. A tooltip it reads for escapes twice in some versions, so a backslash in one goes by [`BACKSLASH`] and is put
//! back in the SVG.

use graphviz_rust::dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

/// Stands for a backslash where Graphviz would read one as an escape whatever is done.
pub(super) const BACKSLASH: char = '\u{29F5}';

/// A list of attributes under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes(Vec<Attribute>);

impl Attributes {
    /// Adds a value of our own making, or puts it in place of the former: a number, a colour, the name of a shape.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and words read alike where it is called")]
    pub(super) fn set(mut self, name: &str, value: impl ToString) -> Self {
        let attribute = Attribute(Id::Plain(name.to_owned()), string(&value.to_string()));
        match self.0.iter_mut().find(|former| former.0 == attribute.0) {
            Some(former) => *former = attribute,
            None => self.0.push(attribute),
        }
        self
    }

    /// Adds a text that is shown; lines are centred.
    pub(super) fn text(mut self, name: &str, text: &str) -> Self {
        self.0.push(Attribute(Id::Plain(name.to_owned()), shown(text, "\\n")));
        self
    }

    /// Adds a text whose lines begin at the left.
    pub(super) fn left_text(mut self, name: &str, text: &str) -> Self {
        self.0.push(Attribute(Id::Plain(name.to_owned()), shown(&format!("{text}\n"), "\\l")));
        self
    }

    /// Adds a tooltip, an address or an id.
    pub(super) fn aside(mut self, name: &str, text: &str) -> Self {
        self.0.push(Attribute(Id::Plain(name.to_owned()), shown(&text.replace('\\', &BACKSLASH.to_string()), "\\n")));
        self
    }

    /// Adds an HTML-like label; texts inside must have gone through [`html`].
    pub(super) fn html(mut self, name: &str, markup: &str) -> Self {
        self.0.push(Attribute(Id::Plain(name.to_owned()), Id::Html(format!("<{markup}>"))));
        self
    }

    /// Adds classes for scripts and style sheets.
    pub(super) fn classes<'a>(self, classes: impl IntoIterator<Item = &'a str>) -> Self {
        let classes: Vec<_> = classes.into_iter().map(token).collect();
        self.set("class", classes.join(" "))
    }
}

/// Pins a box by its edges, in points.
pub(super) fn rect(left: f64, bottom: f64, right: f64, top: f64) -> Attributes {
    let attributes = Attributes::default().set("shape", "box").set("label", "");
    pos(f64::midpoint(left, right), f64::midpoint(bottom, top), right - left, top - bottom, attributes)
}

/// Pins a node: its middle in points, its size in points.
pub(super) fn pos(x: f64, y: f64, width: f64, height: f64, attributes: Attributes) -> Attributes {
    attributes
        .set("pos", format!("{x:.2},{y:.2}!"))
        .set("width", format!("{:.4}", width / 72.0))
        .set("height", format!("{:.4}", height / 72.0))
        .set("fixedsize", "true")
}

/// Returns a word that is safe as a class of HTML.
pub(super) fn token(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect()
}

/// Returns a node.
pub(super) fn node(name: &str, attributes: Attributes) -> Stmt {
    Stmt::Node(Node::new(node_id(name), attributes.0))
}

/// Returns an edge.
pub(super) fn edge(from: &str, to: &str, attributes: Attributes) -> Stmt {
    let ty = EdgeTy::Pair(Vertex::N(node_id(from)), Vertex::N(node_id(to)));
    Stmt::Edge(Edge { ty, attributes: attributes.0 })
}

/// Returns a box around nodes.
pub(super) fn cluster(name: &str, attributes: Attributes, stmts: Vec<Stmt>) -> Stmt {
    let graph = Stmt::GAttribute(GraphAttributes::Graph(attributes.0));
    Stmt::Subgraph(Subgraph { id: name_id(&format!("cluster_{name}")), stmts: [vec![graph], stmts].concat() })
}

/// Returns a group of nodes on one rank.
pub(super) fn same_rank(name: &str, nodes: impl IntoIterator<Item = String>) -> Stmt {
    let rank = Stmt::Attribute(Attribute(Id::Plain("rank".to_owned()), Id::Plain("same".to_owned())));
    let nodes = nodes.into_iter().map(|name| node(&name, Attributes::default()));
    Stmt::Subgraph(Subgraph { id: name_id(name), stmts: std::iter::once(rank).chain(nodes).collect() })
}

/// Returns what all nodes, all edges and the whole graph have in common.
pub(super) fn defaults(graph: Attributes, node: Attributes, edge: Attributes) -> [Stmt; 3] {
    [GraphAttributes::Graph(graph.0), GraphAttributes::Node(node.0), GraphAttributes::Edge(edge.0)]
        .map(Stmt::GAttribute)
}

/// Prints a directed graph.
pub(super) fn print(name: &str, stmts: Vec<Stmt>) -> String {
    let graph = Graph::DiGraph { id: name_id(name), strict: false, stmts };
    let mut dot = graph.print(PrinterContext::default().with_semi().with_inline_size(0));
    dot.push('\n');
    dot
}

fn node_id(name: &str) -> NodeId {
    NodeId(name_id(name), None)
}

/// A name is not shown, so a backslash, which DOT cannot quote at the end of one, is percent-encoded.
fn name_id(name: &str) -> Id {
    string(&name.replace('\\', "%5C"))
}

fn string(text: &str) -> Id {
    Id::Escaped(format!("\"{}\"", broken(&clean(text).replace('"', "\\\""))))
}

/// Breaks a string over lines, which Graphviz joins again: its scanner gives up on 16384 bytes in a row.
fn broken(quoted: &str) -> String {
    let mut whole = String::with_capacity(quoted.len());
    let mut run = 0;
    let mut escaped = false;
    for c in quoted.chars() {
        if run > 8_000 && !escaped && c != '"' {
            whole.push_str("\\\n");
            run = 0;
        }
        escaped = c == '\\' && !escaped;
        whole.push(c);
        run += c.len_utf8();
    }
    whole
}

fn shown(text: &str, line_end: &str) -> Id {
    let mut quoted = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str(line_end),
            c => quoted.push(c),
        }
    }
    Id::Escaped(format!("\"{}\"", broken(&quoted)))
}

/// Returns text for the inside of an HTML-like label.
pub(super) fn html(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => quoted.push_str("&amp;"),
            '<' => quoted.push_str("&lt;"),
            '>' => quoted.push_str("&gt;"),
            '"' => quoted.push_str("&quot;"),
            '\\' => quoted.push_str("&#92;"),
            '\n' => quoted.push_str("<BR ALIGN=\"LEFT\"/>"),
            c => quoted.push(c),
        }
    }
    quoted
}

/// Replaces what XML cannot hold; line ends become `\n`, tabs become spaces.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a quoted string as Graphviz does: the string, the entities, the escapes. `None` where it ends too early.
    fn read_back(id: &Id) -> Option<String> {
        let Id::Escaped(quoted) = id else { return None };
        let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
        let mut string = String::new();
        let mut chars = inner.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => return None,
                '\\' if chars.peek() == Some(&'"') => string.extend(chars.next()),
                '\\' => {
                    string.push('\\');
                    string.push(chars.next()?);
                }
                c => string.push(c),
            }
        }
        let mut shown = String::new();
        let decoded = string.replace("&amp;", "&");
        let mut chars = decoded.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next()? {
                    '\\' => shown.push('\\'),
                    'n' | 'l' => shown.push('\n'),
                    _ => return None,
                },
                c => shown.push(c),
            }
        }
        Some(shown)
    }

    proptest! {
        #[test]
        fn a_label_comes_back_as_it_was(text in "(\\PC|[\\\\\"&<>\n]|\\\\[NGLEHTnlr]){0,40}") {
            prop_assert_eq!(read_back(&shown(&text, "\\n")), Some(clean(&text)));
        }

        #[test]
        fn any_text_gives_a_graph_that_parses_with_the_label_in_it(text in "(\\PC|[\\\\\"&<>\n]){0,40}") {
            let dot = print("g", vec![node(&text, Attributes::default().text("label", &text).aside("tooltip", &text))]);
            let parsed = graphviz_rust::parse(&dot);
            prop_assert!(parsed.is_ok(), "{:?}\n{}", parsed, dot);
        }

        #[test]
        fn html_text_holds_no_markup(text in "\\PC{0,40}") {
            // The one piece of markup that it makes itself ends a line.
            let quoted = html(&text).replace("<BR ALIGN=\"LEFT\"/>", "");
            prop_assert!(!quoted.contains(['<', '>', '"', '\\']), "{}", quoted);
        }
    }
}
