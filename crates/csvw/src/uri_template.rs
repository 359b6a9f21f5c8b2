//! URI templates. In: a template and the values of its variables, each a text or a list of texts. Out: an IRI
//! reference. All operators of RFC 6570 are known. <https://www.rfc-editor.org/rfc/rfc6570>

use crate::percent::{encode, encode_reserved};

/// A template such as `http://www.wikidata.org/entity/{wikidata}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UriTemplate {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Expression { operator: Operator, variables: Vec<Variable> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Operator {
    first: &'static str,
    separator: &'static str,
    named: bool,
    /// What follows the name of an empty value.
    empty: &'static str,
    reserved: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    name: String,
    explode: bool,
    prefix: Option<usize>,
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
            push_literal(literal, &mut parts);
            parts.push(parse_expression(inside).ok_or_else(|| TemplateError(text.clone()))?);
            rest = after;
        }
        push_literal(rest, &mut parts);
        Ok(Self { text, parts })
    }
}

fn push_literal(text: &str, parts: &mut Vec<Part>) {
    if !text.is_empty() {
        let mut encoded = String::with_capacity(text.len());
        encode_reserved(text, &mut encoded);
        parts.push(Part::Literal(encoded));
    }
}

fn parse_expression(inside: &str) -> Option<Part> {
    let (operator, names) = Operator::parse(inside);
    let variables = names.split(',').map(Variable::parse).collect::<Option<_>>()?;
    Some(Part::Expression { operator, variables })
}

impl Operator {
    fn parse(inside: &str) -> (Self, &str) {
        let plain = Self { first: "", separator: ",", named: false, empty: "", reserved: false };
        let operator = match inside.as_bytes().first() {
            Some(b'+') => Self { reserved: true, ..plain },
            Some(b'#') => Self { first: "#", reserved: true, ..plain },
            Some(b'.') => Self { first: ".", separator: ".", ..plain },
            Some(b'/') => Self { first: "/", separator: "/", ..plain },
            Some(b';') => Self { first: ";", separator: ";", named: true, ..plain },
            Some(b'?') => Self { first: "?", separator: "&", named: true, empty: "=", ..plain },
            Some(b'&') => Self { first: "&", separator: "&", named: true, empty: "=", ..plain },
            _ => return (plain, inside),
        };
        (operator, &inside[1..])
    }
}

impl Variable {
    fn parse(text: &str) -> Option<Self> {
        let (text, explode) = text.strip_suffix('*').map_or((text, false), |text| (text, true));
        let (name, prefix) = match text.split_once(':') {
            Some((name, length)) => (name, Some(length.parse().ok()?)),
            None => (text, None),
        };
        is_variable_name(name).then(|| Self { name: name.to_owned(), explode, prefix })
    }
}

/// Tells whether a text can be the name of a variable: letters, digits, `_`, `.` inside, and percent escapes.
pub(crate) fn is_variable_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' if bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => at += 3,
            b'.' if at > 0 && at + 1 < bytes.len() && bytes[at - 1] != b'.' => at += 1,
            b'_' => at += 1,
            byte if byte.is_ascii_alphanumeric() => at += 1,
            _ => return false,
        }
    }
    !bytes.is_empty()
}

impl UriTemplate {
    /// Returns the template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the names of its variables.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Literal(_) => &[],
                Part::Expression { variables, .. } => variables.as_slice(),
            })
            .map(|variable| variable.name.as_str())
    }

    /// Returns what stands before its first variable.
    pub(crate) fn leading_literal(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// Tells whether a variable may bring in characters with a meaning of their own in an IRI.
    pub(crate) fn has_reserved_expansion(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Expression { operator, .. } if operator.reserved))
    }

    /// Expands the template; a variable without value expands to nothing.
    pub fn expand<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut out = String::with_capacity(self.text.len());
        let names: Vec<&str> = self.variables().collect();
        self.expand_into(&mut out, |at, take| value(names[at]).into_iter().for_each(take));
        out
    }

    /// Returns the template with another text before its first variable.
    pub(crate) fn with_leading_literal(mut self, text: String) -> Self {
        match self.parts.first_mut() {
            Some(Part::Literal(literal)) => *literal = text,
            _ => self.parts.insert(0, Part::Literal(text)),
        }
        self
    }

    /// Expands the template at the end of `out`; `values` gets the position of a variable among `variables` and hands
    /// each of its values to the function it is given.
    pub(crate) fn expand_into(&self, out: &mut String, values: impl Fn(usize, &mut dyn FnMut(&str))) {
        let mut at = 0;
        for part in &self.parts {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Expression { operator, variables } => {
                    let mut first = true;
                    for variable in variables {
                        variable.expand_into(*operator, &mut first, out, |take| values(at, take));
                        at += 1;
                    }
                }
            }
        }
    }
}

impl Variable {
    fn expand_into(
        &self,
        operator: Operator,
        first: &mut bool,
        out: &mut String,
        values: impl Fn(&mut dyn FnMut(&str)),
    ) {
        let mut inside = false;
        values(&mut |value| {
            let between = if inside && !self.explode { "," } else { operator.separator };
            out.push_str(if *first { operator.first } else { between });
            if operator.named && (self.explode || !inside) {
                out.push_str(&self.name);
                out.push_str(if value.is_empty() { operator.empty } else { "=" });
            }
            let value = match self.prefix.and_then(|length| value.char_indices().nth(length)) {
                Some((end, _)) => &value[..end],
                None => value,
            };
            let write = if operator.reserved { encode_reserved } else { encode };
            write(value, out);
            (*first, inside) = (false, true);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> UriTemplate {
        UriTemplate::try_from(text.to_owned()).expect("template")
    }

    fn expand(text: &str, value: &str) -> String {
        template(text).expand(|name| (name == "v").then_some(value))
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
        assert_eq!(expand("{+v}", "100%/%20"), "100%25/%20");
    }

    #[test]
    fn lists_and_the_other_operators_expand_as_the_rfc_says() {
        let values = |name: &str, take: &mut dyn FnMut(&str)| match name {
            "list" => ["red", "green"].into_iter().for_each(take),
            "x" => take("1024"),
            "empty" => take(""),
            _ => {}
        };
        for (text, expected) in [
            ("{list}", "red,green"),
            ("{x,list}", "1024,red,green"),
            ("{/list*}", "/red/green"),
            ("{/list}", "/red,green"),
            ("X{.list*}", "X.red.green"),
            ("{;x,empty}", ";x=1024;empty"),
            ("{?x,empty}", "?x=1024&empty="),
            ("{?list*}", "?list=red&list=green"),
            ("?a{&x}", "?a&x=1024"),
            ("{x:2}", "10"),
            ("{undef,x}", "1024"),
            ("{?undef}", ""),
        ] {
            let mut out = String::new();
            let template = template(text);
            let names: Vec<&str> = template.variables().collect();
            template.expand_into(&mut out, |at, take| values(names[at], take));
            assert_eq!(out, expected, "{text}");
        }
    }

    #[test]
    fn literals_are_made_fit_for_an_iri() {
        assert_eq!(expand("é/{v}", "a"), "%C3%A9/a");
    }

    #[test]
    fn an_open_brace_is_refused() {
        for text in ["http://x.org/{v", "{}", "{a b}", "{a,}", "{a:x}"] {
            assert!(UriTemplate::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
