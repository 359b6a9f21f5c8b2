//! A drawing on the page: the picture inline, what it shows below, and its table for readers who cannot see it.

use maud::{Markup, PreEscaped, html};

use super::scrolling;
use crate::diagram::{Drawing, Table};

/// A drawing and what was made of it.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Name of the drawing on the page and of its files, such as `timeline`.
    pub id: String,
    /// The drawing.
    pub drawing: Drawing,
    /// Its SVG; none where Graphviz is not installed.
    pub svg: Option<String>,
    /// Names of the files beside the page that hold it in other formats.
    pub files: Vec<String>,
}

impl Figure {
    pub(super) fn markup(&self) -> Markup {
        let title = self.drawing.title();
        html! {
            section.drawn.wide[self.svg.as_deref().is_some_and(is_wide)] id=(self.id) {
                h2 { (title) }
                figure {
                    @match &self.svg {
                        Some(svg) => (scrolling(title, &PreEscaped(inline(svg, &self.id)))),
                        None => p.missing { "Graphviz was not installed when this page was made, so the drawing is missing. Its table is below." },
                    }
                    figcaption {
                        @for line in self.drawing.stamp() { (line) br; }
                        @for (at, file) in self.files.iter().enumerate() {
                            @if at > 0 { " · " }
                            a href=(file) { (file) }
                        }
                    }
                }
                details open[self.svg.is_none()] {
                    summary { "The same as a table" }
                    @for table in self.drawing.tables() { (alternative(table)) }
                }
            }
        }
    }
}

fn alternative(table: &Table) -> Markup {
    let body = html! {
        table {
            caption { (table.title) }
            thead { tr { @for header in &table.headers { th scope="col" { (header) } } } }
            tbody { @for row in &table.rows { tr { @for cell in row { td { (cell) } } } } }
        }
    };
    scrolling(&table.title, &body)
}

/// Tells whether an SVG by Graphviz is wider than high, so that it is printed across.
fn is_wide(svg: &str) -> bool {
    let length = |name: &str| {
        let (_, rest) = svg.split_once(&format!(" {name}=\""))?;
        rest.split_once("pt\"")?.0.parse::<f64>().ok()
    };
    length("width").zip(length("height")).is_some_and(|(width, height)| width > height)
}

/// Makes an SVG part of a page: without prolog, and with ids that no other drawing on the page has.
fn inline(svg: &str, id: &str) -> String {
    let svg = svg.find("<svg").map_or(svg, |start| &svg[start..]);
    // Graphviz writes quotes in text as entities, so these marks stand in tags alone.
    svg.replace(" id=\"", &format!(" id=\"{id}-"))
        .replace("url(#", &format!("url(#{id}-"))
        .replace("href=\"#", &format!("href=\"#{id}-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_printed_the_way_it_is_longer() {
        assert!(is_wide("<svg role=\"img\" width=\"1857pt\" height=\"1191pt\"\n viewBox=\"0.00 0.00 1 2\">"));
        assert!(!is_wide("<svg width=\"900pt\" height=\"1191.5pt\"><g stroke-width=\"3\"/></svg>"));
        assert!(!is_wide("<svg>"));
    }

    #[test]
    fn two_drawings_on_a_page_share_no_id() {
        let svg = "<?xml version=\"1.0\"?>\n<svg><g id=\"graph0\"><a xlink:href=\"#x\"/></g></svg>";
        assert_eq!(inline(svg, "claims"), "<svg><g id=\"claims-graph0\"><a xlink:href=\"#claims-x\"/></g></svg>");
    }
}
