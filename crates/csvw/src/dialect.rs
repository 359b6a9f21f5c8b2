//! How a CSV file is written. In: a dialect description. Out: the flags of the record reader.
//! <https://www.w3.org/TR/tabular-metadata/#dialect-descriptions>

use encoding_rs::Encoding;

use crate::context::Scope;
use crate::json::{Json, Member, Node};

/// Which spaces around a cell are dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trim {
    /// None.
    #[default]
    None,
    /// Those before the text.
    Start,
    /// Those after the text.
    End,
    /// Both.
    Both,
}

impl Trim {
    /// Drops the spaces.
    pub(crate) fn apply(self, text: &str) -> &str {
        match self {
            Self::None => text,
            Self::Start => text.trim_start(),
            Self::End => text.trim_end(),
            Self::Both => text.trim(),
        }
    }
}

/// How a CSV file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Name of the character encoding, as the Encoding Standard knows it.
    pub encoding: String,
    /// Text between cells.
    pub delimiter: String,
    /// Character around cells that hold delimiters or line breaks.
    pub quote_char: Option<char>,
    /// Whether a quote inside quotes is written twice; otherwise it follows a backslash.
    pub double_quote: bool,
    /// Texts that end a row.
    pub line_terminators: Vec<String>,
    /// Text that begins a row that is a comment.
    pub comment_prefix: Option<String>,
    /// Number of header rows.
    pub header_row_count: u64,
    /// Rows before the header.
    pub skip_rows: u64,
    /// Columns before the first that is read.
    pub skip_columns: usize,
    /// Whether rows without text are left out.
    pub skip_blank_rows: bool,
    /// Which spaces around a cell are dropped.
    pub trim: Trim,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            encoding: "utf-8".to_owned(),
            delimiter: ",".to_owned(),
            quote_char: Some('"'),
            double_quote: true,
            line_terminators: vec!["\r\n".to_owned(), "\n".to_owned()],
            comment_prefix: None,
            header_row_count: 1,
            skip_rows: 0,
            skip_columns: 0,
            skip_blank_rows: false,
            trim: Trim::None,
        }
    }
}

/// Reads a dialect description; properties that break the standard are warned about and keep their defaults.
pub(crate) fn read_dialect(node: &Node, scope: &mut Scope<'_>) -> Dialect {
    let mut dialect = Dialect::default();
    let (mut header, mut header_rows, mut initial_space, mut trim) = (true, None, false, None);
    for member in node.members().unwrap_or_default() {
        match member.name.as_str() {
            "@id" => drop(scope.identifier(member)),
            "@type" => scope.expect_type(member, "Dialect"),
            "commentPrefix" if member.node.json == Json::Null => dialect.comment_prefix = None,
            "commentPrefix" => dialect.comment_prefix = scope.text(member).filter(|text| !text.is_empty()),
            "delimiter" => dialect.delimiter = filled(member, scope).unwrap_or(dialect.delimiter),
            "doubleQuote" => dialect.double_quote = scope.flag(member).unwrap_or(true),
            "encoding" => dialect.encoding = encoding(member, scope).unwrap_or(dialect.encoding),
            "header" => header = scope.flag(member).unwrap_or(true),
            "headerRowCount" => header_rows = scope.count(member),
            "lineTerminators" => terminators(member, scope, &mut dialect),
            "quoteChar" => quote_char(member, scope, &mut dialect),
            "skipBlankRows" => dialect.skip_blank_rows = scope.flag(member).unwrap_or(false),
            "skipColumns" => {
                let count = scope.count(member).unwrap_or(0);
                dialect.skip_columns = usize::try_from(count).unwrap_or(usize::MAX);
            }
            "skipInitialSpace" => initial_space = scope.flag(member).unwrap_or(false),
            "skipRows" => dialect.skip_rows = scope.count(member).unwrap_or(0),
            "trim" => trim = read_trim(member, scope),
            name => scope.warn(member.place, format!("`{name}` is not a property of a dialect; it is left out")),
        }
    }
    dialect.header_row_count = header_rows.unwrap_or(u64::from(header));
    dialect.trim = trim.unwrap_or(if initial_space { Trim::Start } else { Trim::None });
    dialect
}

fn filled(member: &Member, scope: &mut Scope<'_>) -> Option<String> {
    let text = member.node.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    if text.is_none() {
        scope.wrong(member, "a text that is not empty");
    }
    text
}

fn encoding(member: &Member, scope: &mut Scope<'_>) -> Option<String> {
    let name = member.node.as_str().filter(|name| Encoding::for_label(name.as_bytes()).is_some());
    if name.is_none() {
        scope.wrong(member, "the name of a character encoding");
    }
    name.map(str::to_owned)
}

fn terminators(member: &Member, scope: &mut Scope<'_>, dialect: &mut Dialect) {
    let mut texts = scope.texts(member).unwrap_or_default();
    texts.retain(|text| !text.is_empty());
    // The longest first, so that CR LF is one line break and not two.
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    if !texts.is_empty() {
        dialect.line_terminators = texts;
    }
}

fn quote_char(member: &Member, scope: &mut Scope<'_>, dialect: &mut Dialect) {
    let mut chars = member.node.as_str().unwrap_or_default().chars();
    match (&member.node.json, chars.next(), chars.next()) {
        (Json::Null, ..) => dialect.quote_char = None,
        (_, Some(quote), None) => dialect.quote_char = Some(quote),
        _ => scope.wrong(member, "one character, or null"),
    }
}

fn read_trim(member: &Member, scope: &mut Scope<'_>) -> Option<Trim> {
    match (&member.node.json, member.node.as_str()) {
        (Json::Bool(true), _) | (_, Some("true")) => Some(Trim::Both),
        (Json::Bool(false), _) | (_, Some("false")) => Some(Trim::None),
        (_, Some("start")) => Some(Trim::Start),
        (_, Some("end")) => Some(Trim::End),
        _ => {
            scope.wrong(member, "true, false, start or end");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::json::parse_json;

    fn read(json: &str) -> (Dialect, Vec<String>) {
        let mut faults = Diagnostics::default();
        let mut scope = Scope { file: "a.json".into(), base: None, lang: None, faults: &mut faults };
        let dialect = read_dialect(&parse_json(json).expect("JSON"), &mut scope);
        (dialect, faults.iter().map(|fault| fault.message.clone()).collect())
    }

    #[test]
    fn properties_set_the_flags() {
        let (dialect, faults) = read(
            r#"{"delimiter": ";", "quoteChar": null, "header": false, "skipRows": 2, "trim": "start",
                "lineTerminators": ["\n", "\r\n"], "encoding": "windows-1252", "commentPrefix": "%"}"#,
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!((dialect.delimiter.as_str(), dialect.quote_char, dialect.header_row_count), (";", None, 0));
        assert_eq!((dialect.skip_rows, dialect.trim), (2, Trim::Start));
        assert_eq!(dialect.line_terminators, ["\r\n", "\n"]);
        assert_eq!(dialect.comment_prefix.as_deref(), Some("%"));
    }

    #[test]
    fn header_row_count_outweighs_header() {
        assert_eq!(read(r#"{"header": false, "headerRowCount": 1}"#).0.header_row_count, 1);
    }

    #[test]
    fn wrong_values_are_warned_about_and_keep_their_defaults() {
        let (dialect, faults) = read(r#"{"delimiter": 1, "encoding": "foo", "trim": 1, "skipRows": -1, "foo": 1}"#);
        assert_eq!(dialect, Dialect::default());
        assert_eq!(faults.len(), 5, "{faults:?}");
    }
}
