//! Makes an SVG of Graphviz fit for readers. In: its bytes, title and description. Out: an SVG that names itself to a
//! screen reader, scales with the page, and has back the backslashes that its tooltips could not carry.

use super::dot::BACKSLASH;
use crate::markup::escape;

/// Adds a role, a title and a description at the root.
pub(super) fn finish(svg: &str, title: &str, description: &str) -> String {
    let svg = without_styles(&with_backslashes(svg));
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
    fn backslashes_come_back_in_tooltips_only() {
        let svg = "<a xlink:title=\"C:\u{29F5}N\"><text>\u{29F5}</text></a>";
        assert_eq!(with_backslashes(svg), "<a xlink:title=\"C:\\N\"><text>\u{29F5}</text></a>");
    }

    #[test]
    fn the_root_says_what_the_picture_is() {
        assert_eq!(
            finish("<svg width=\"1pt\">\n</svg>", "A & B", "two\nlines"),
            "<svg role=\"img\" aria-label=\"A &amp; B\" width=\"1pt\">\n<title>A &amp; B</title>\n<desc>two\nlines</desc>\n</svg>"
        );
    }
}
