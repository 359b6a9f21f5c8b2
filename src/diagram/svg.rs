//! Makes an SVG of Graphviz fit for readers. In: its bytes, title and description. Out: an SVG that names itself to a
//! screen reader, scales with the page, has its labels above all lines, and has back the backslashes that its tooltips
//! could not carry.

use super::dot::BACKSLASH;
use crate::markup::escape;

/// Adds a role, a title and a description at the root.
pub(super) fn finish(svg: &str, title: &str, description: &str) -> String {
    let svg = with_labels_on_top(&without_styles(&with_backslashes(svg)));
    let Some(start) = svg.find("<svg") else { return svg };
    let Some(end) = svg[start..].find('>').map(|at| start + at) else { return svg };
    format!(
        "{}<svg role=\"img\" aria-label=\"{}\"{}>\n<title>{}</title>\n<desc>{}</desc>{}",
        &svg[..start],
        escape(&title.replace('\n', " ")),
        &svg[start + "<svg".len()..end],
        escape(title),
        escape(description),
        &svg[end + 1..],
    )
}

/// Writes the colours of gradients as attributes: a page that allows no inline styles would show them black.
fn without_styles(svg: &str) -> String {
    const STYLE: &str = " style=\"stop-color:";
    let mut parts = svg.split(STYLE);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (style, rest) = part.split_at(part.find('"').unwrap_or(part.len()));
        let (colour, opacity) = style.trim_end_matches(';').split_once(";stop-opacity:").unwrap_or((style, "1"));
        whole.push_str(" stop-color=\"");
        whole.push_str(colour.trim_end_matches(';'));
        whole.push_str("\" stop-opacity=\"");
        whole.push_str(opacity);
        whole.push_str(rest);
    }
    whole
}

/// Moves the labels of lines to the end: where they are drawn with their line, later lines cross them out. Each keeps the
/// classes of its line, so that it is shown and hidden with it.
fn with_labels_on_top(svg: &str) -> String {
    let (mut below, mut above) = (Vec::new(), Vec::new());
    let mut lines = svg.lines();
    let mut classes = None;
    while let Some(line) = lines.next() {
        if let Some(own) = line.strip_prefix("<g id=\"").and_then(|line| line.split_once("\" class=\"")) {
            classes = own.1.strip_suffix("\">").filter(|classes| classes.split(' ').next() == Some("edge"));
        } else if line.starts_with("<title>legend ") {
            classes = None;
        }
        match classes.filter(|_| line.starts_with("<g id=\"a_") && line.contains("label\"><a ")) {
            None => below.push(line),
            Some(classes) => {
                let label: Vec<&str> =
                    std::iter::once(line).chain(lines.by_ref().take_while(|line| *line != "</g>")).collect();
                // One without a text is only the room for it.
                if label.iter().any(|line| line.starts_with("<text")) {
                    above.push(format!("<g class=\"{classes}\">\n{}\n</g>\n</g>", label.join("\n")));
                }
            }
        }
    }
    let end = below.iter().rposition(|line| *line == "</g>").unwrap_or(below.len());
    let above = above.iter().map(String::as_str);
    let whole: Vec<&str> = below[..end].iter().copied().chain(above).chain(below[end..].iter().copied()).collect();
    whole.join("\n") + "\n"
}

/// Puts the backslashes of tooltips back.
fn with_backslashes(svg: &str) -> String {
    const TOOLTIP: &str = "xlink:title=\"";
    let mut parts = svg.split(TOOLTIP);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tooltip, rest) = part.split_at(part.find('"').unwrap_or(part.len()));
        whole.push_str(TOOLTIP);
        whole.push_str(&tooltip.replace(BACKSLASH, "\\"));
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gradient_keeps_its_colours_without_a_style() {
        let stop =
            "<stop offset=\"0\" style=\"stop-color:#e69f00;stop-opacity:0.02;\"/><stop style=\"stop-color:red;\"/>";
        assert_eq!(
            without_styles(stop),
            "<stop offset=\"0\" stop-color=\"#e69f00\" stop-opacity=\"0.02\"/><stop stop-color=\"red\" stop-opacity=\"1\"/>"
        );
    }

    #[test]
    fn a_label_lies_above_the_lines_that_come_after_its_own() {
        let svg = "<svg>\n<g id=\"graph0\" class=\"graph\">\n<g id=\"F1\" class=\"edge fact-F1\">\n<title>a</title>\n<path/>\n\
            <g id=\"a_F1&#45;label\"><a xlink:title=\"t\">\n<text>sued</text>\n</a>\n</g>\n</g>\n\
            <g id=\"F2\" class=\"edge fact-F2\">\n<title>b</title>\n<path/>\n</g>\n</g>\n</svg>\n";
        assert_eq!(
            with_labels_on_top(svg),
            "<svg>\n<g id=\"graph0\" class=\"graph\">\n<g id=\"F1\" class=\"edge fact-F1\">\n<title>a</title>\n<path/>\n</g>\n\
            <g id=\"F2\" class=\"edge fact-F2\">\n<title>b</title>\n<path/>\n</g>\n\
            <g class=\"edge fact-F1\">\n<g id=\"a_F1&#45;label\"><a xlink:title=\"t\">\n<text>sued</text>\n</a>\n</g>\n</g>\n</g>\n</svg>\n"
        );
    }

    #[test]
    fn backslashes_come_back_in_tooltips_only() {
        let svg = "<a xlink:title=\"C:\u{29F5}N\"><text>\u{29F5}</text></a>";
        assert_eq!(with_backslashes(svg), "<a xlink:title=\"C:\\N\"><text>\u{29F5}</text></a>");
    }

    #[test]
    fn the_root_says_what_the_picture_is() {
        assert_eq!(
            finish("<svg width=\"1pt\">\n</svg>", "A & B", "two\nlines"),
            "<svg role=\"img\" aria-label=\"A &amp; B\" width=\"1pt\">\n<title>A &amp; B</title>\n<desc>two\nlines</desc>\n</svg>\n"
        );
    }
}
