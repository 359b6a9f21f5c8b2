//! URI templates, level 1 and 2 operators of RFC 6570 as CSVW uses them. In: a template and the values of its
//! variables. Out: an IRI reference. <https://www.rfc-editor.org/rfc/rfc6570>

use serde::Deserialize;

/// A template such as `http://www.wikidata.org/entity/{wikidata}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct UriTemplate {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable { name: String, reserved: bool, prefix: &'static str },
}

/// A template that breaks RFC 6570.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a URI template: a brace is not closed, or holds no name")]
pub struct TemplateError(String);

impl TryFrom<String> for UriTemplate {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}').ok_or_else(|| TemplateError(text.clone()))?;
            let (reserved, prefix, name) = match inside.strip_prefix(['+', '#']) {
                Some(name) if inside.starts_with('#') => (true, "#", name),
                Some(name) => (true, "", name),
                None => (false, "", inside),
            };
            if name.is_empty() {
                return Err(TemplateError(text));
            }
            parts.push(Part::Literal(literal.to_owned()));
            parts.push(Part::Variable { name: name.to_owned(), reserved, prefix });
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self { text, parts })
    }
}

impl UriTemplate {
    /// Returns the template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Expands the template; a variable without value expands to nothing.
    pub fn expand<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut out = String::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Variable { name, reserved, prefix } => {
                    if let Some(value) = value(name) {
                        out.push_str(prefix);
                        percent_encode(value, *reserved, &mut out);
                    }
                }
            }
        }
        out
    }
}

fn percent_encode(value: &str, reserved: bool, out: &mut String) {
    use std::fmt::Write;
    for byte in value.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain || reserved && b":/?#[]@!$&'()*+,;=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes all that is written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(template: &str, value: &str) -> String {
        UriTemplate::try_from(template.to_owned()).expect("template").expand(|name| (name == "v").then_some(value))
    }

    #[test]
    fn simple_expansion_encodes_all_but_unreserved_characters() {
        assert_eq!(expand("http://x.org/{v}", "a b/é"), "http://x.org/a%20b%2F%C3%A9");
        assert_eq!(expand("http://x.org/{missing}", "a"), "http://x.org/");
    }

    #[test]
    fn reserved_and_fragment_expansion_keep_reserved_characters() {
        assert_eq!(expand("{+v}", "http://x.org/?q=1"), "http://x.org/?q=1");
        assert_eq!(expand("{#v}", "a/b"), "#a/b");
    }

    #[test]
    fn an_open_brace_is_refused() {
        assert!(UriTemplate::try_from("http://x.org/{v".to_owned()).is_err());
        assert!(UriTemplate::try_from("{}".to_owned()).is_err());
    }
}
