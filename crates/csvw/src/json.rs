//! JSON with positions. In: the text of a metadata file. Out: its values, each with the line and column where it
//! stands, so that a fault can name the place that states a rule. `serde_json` keeps no positions.
//! <https://www.rfc-editor.org/rfc/rfc8259>

use std::sync::Arc;

use serde_json::{Map, Number, Value};

use crate::location::Location;

/// Deepest nesting that is read; deeper text is refused, so that no input can exhaust the stack.
const MAX_DEPTH: usize = 128;

/// A place in a metadata file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1; 0 where the place is not known.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A place and the file that it is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Name of the metadata file in diagnostics; empty where there is none.
    pub file: Arc<str>,
    /// Place in the file.
    pub place: Place,
}

impl Source {
    /// Returns what a place states, such as `a.json line 3, column 5: required`.
    pub(crate) fn rule(&self, says: &str) -> Option<String> {
        let Place { line, column } = self.place;
        (line > 0).then(|| format!("{} line {line}, column {column}: {says}", self.file))
    }

    /// Returns the address of the place.
    pub(crate) fn location(&self) -> Location {
        let line = (self.place.line > 0).then_some(u64::from(self.place.line));
        Location { line, ..Location::file(self.file.to_string()) }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub json: Json,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// A member of an object; `place` is that of its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub name: String,
    pub place: Place,
    pub node: Node,
}

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonFault {
    pub expected: &'static str,
    pub place: Place,
}

impl Node {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.json {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn members(&self) -> Option<&[Member]> {
        match &self.json {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> Option<&[Node]> {
        match &self.json {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the last member with a name, as JSON readers do.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.members()?.iter().rev().find(|member| member.name == name).map(|member| &member.node)
    }

    /// Returns the value without its positions.
    pub(crate) fn to_value(&self) -> Value {
        match &self.json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => Value::Number(number.clone()),
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Json::Object(members) => {
                Value::Object(members.iter().map(|m| (m.name.clone(), m.node.to_value())).collect::<Map<_, _>>())
            }
        }
    }
}

/// Reads a JSON text, with or without a byte order mark.
pub(crate) fn parse_json(text: &str) -> Result<Node, JsonFault> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut parser = Parser { text, at: 0, line: 1, counted: (0, 0) };
    let node = parser.value(0)?;
    parser.space();
    if parser.at < text.len() { Err(parser.fault("the end of the file")) } else { Ok(node) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    /// Where columns were last counted, and how many there were: a long line is counted once.
    counted: (usize, usize),
}

impl Parser<'_> {
    fn place(&mut self) -> Place {
        let (from, before) = self.counted;
        let column = before + self.text.get(from..self.at).map_or(0, |text| text.chars().count());
        self.counted = (self.at, column);
        Place { line: self.line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    fn fault(&mut self, expected: &'static str) -> JsonFault {
        JsonFault { expected, place: self.place() }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek().filter(|byte| b" \t\r\n".contains(byte)) {
            self.at += 1;
            if byte == b'\n' {
                self.line += 1;
                self.counted = (self.at, 0);
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, JsonFault> {
        self.space();
        if depth > MAX_DEPTH {
            return Err(self.fault("less nesting"));
        }
        let place = self.place();
        let json = match self.peek() {
            Some(b'{') => Json::Object(self.object(depth)?),
            Some(b'[') => Json::Array(self.array(depth)?),
            Some(b'"') => Json::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(self.number()?),
            _ if self.word("true") => Json::Bool(true),
            _ if self.word("false") => Json::Bool(false),
            _ if self.word("null") => Json::Null,
            _ => return Err(self.fault("a value")),
        };
        Ok(Node { json, place })
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Member>, JsonFault> {
        let mut members = Vec::new();
        self.at += 1;
        self.space();
        if self.word("}") {
            return Ok(members);
        }
        loop {
            self.space();
            let place = self.place();
            if self.peek() != Some(b'"') {
                return Err(self.fault("a name in double quotes"));
            }
            let name = self.string()?;
            self.space();
            if !self.word(":") {
                return Err(self.fault("`:`"));
            }
            let node = self.value(depth + 1)?;
            members.push(Member { name, place, node });
            self.space();
            if self.word("}") {
                return Ok(members);
            }
            if !self.word(",") {
                return Err(self.fault("`,` or `}`"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Node>, JsonFault> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.word("]") {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.word("]") {
                return Ok(items);
            }
            if !self.word(",") {
                return Err(self.fault("`,` or `]`"));
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonFault> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let mut end = 0;
        loop {
            match rest.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(0..=0x1F) | None => return Err(self.fault("a text that ends on its line with `\"`")),
                Some(_) => end += 1,
            }
        }
        let slice = self.text.get(self.at..self.at + end + 2);
        let text = slice.and_then(|quoted| serde_json::from_str(quoted).ok());
        let text = text.ok_or_else(|| self.fault("a text with well-formed escapes"))?;
        self.at += end + 2;
        Ok(text)
    }

    fn number(&mut self) -> Result<Number, JsonFault> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len());
        let number = serde_json::from_str(&rest[..end]).map_err(|_| self.fault("a number"))?;
        self.at += end;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let node = parse_json("{\n  \"a\": [1, \"é\", true],\n  \"b\": {\"c\": null}\n}").expect("JSON");
        let items = node.get("a").and_then(Node::items).expect("array");
        assert_eq!(items[2].place, Place { line: 2, column: 17 });
        assert_eq!(node.members().expect("object")[1].place, Place { line: 3, column: 3 });
        assert_eq!(node.to_value().to_string(), r#"{"a":[1,"é",true],"b":{"c":null}}"#);
    }

    #[test]
    fn a_fault_is_placed_where_the_text_stops_making_sense() {
        let fault = parse_json("{\n \"a\": 1,\n}").expect_err("fault");
        assert_eq!((fault.expected, fault.place), ("a name in double quotes", Place { line: 3, column: 1 }));
        for text in ["", "{", "[1", "\"a", "\"\\", "\"\\u12\"", "01", "-", "nul", "{\"a\" 1}", "1 2", "\"a\nb\""] {
            assert!(parse_json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_long_line_is_read_in_time_that_grows_with_its_length() {
        let node = parse_json(&format!("[{}1]", "1,".repeat(200_000))).expect("JSON");
        assert_eq!(node.items().map(|items| items[200_000].place), Some(Place { line: 1, column: 400_002 }));
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        assert!(parse_json(&"[".repeat(100_000)).is_err());
    }
}
