//! Makes an SVG of Graphviz fit for readers. In: its bytes, title and description. Out: an SVG that names itself to a
//! screen reader, scales with the page, and has back the backslashes that its tooltips could not carry.

use super::dot::BACKSLASH;

/// Adds a role, a title and a description at the root.
pub(super) fn finish(svg: &str, title: &str, description: &str) -> String {
    let svg = svg.replace(BACKSLASH, "\\");
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

/// Escapes text for XML; what XML cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_says_what_the_picture_is() {
        assert_eq!(
            finish("<svg width=\"1pt\">\n</svg>", "A & B", "two\nlines"),
            "<svg role=\"img\" aria-label=\"A &amp; B\" width=\"1pt\">\n<title>A &amp; B</title>\n<desc>two\nlines</desc>\n</svg>"
        );
    }
}
