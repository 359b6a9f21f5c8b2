//! Text as content of XML and HTML. In: any text. Out: the same with all that is markup escaped.

/// Escapes text for XML, as content or between double quotes; what XML cannot hold becomes U+FFFD.
pub(crate) fn escape(text: &str) -> String {
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
    fn markup_and_what_xml_cannot_hold_is_no_more() {
        assert_eq!(escape("<a b=\"c\">&'\u{0}\u{85}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;'\u{FFFD}\u{FFFD}\n");
    }
}
