//! How a row makes facts. In: casegraph's annotation in a table's metadata, as templates over columns. Out: for a row,
//! the parts of each fact as text. `docs/tables.md` describes the annotation.

use std::borrow::Cow;
use std::ops::{Index, IndexMut};

use csvw::{Column, Diagnostic, Location, Row, Table, TableDescription};
use serde_json::Value;

use super::ANNOTATION;
use crate::code;

/// A part of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Id,
    Subject,
    Predicate,
    Object,
    Text,
    TextType,
    Begin,
    End,
    EndKnownSince,
    KnownSince,
    Status,
    Confidence,
    Source,
    Locator,
    MadeAt,
    Note,
    NoteKnownSince,
}

/// All parts in their order, each with its name in the annotation, and the column of `relations` and `claims` that holds it.
const PARTS: [(Part, &str, &str); 17] = [
    (Part::Id, "id", "id"),
    (Part::Subject, "subject", "subject"),
    (Part::Predicate, "predicate", "predicate"),
    (Part::Object, "object", "object"),
    (Part::Text, "text", "value"),
    (Part::TextType, "textType", "value_type"),
    (Part::Begin, "begin", "begin"),
    (Part::End, "end", "end"),
    (Part::EndKnownSince, "endKnownSince", "end_known_since"),
    (Part::KnownSince, "knownSince", "known_since"),
    (Part::Status, "status", "status"),
    (Part::Confidence, "confidence", "confidence"),
    (Part::Source, "source", "source"),
    (Part::Locator, "locator", "locator"),
    (Part::MadeAt, "madeAt", "made_at"),
    (Part::Note, "note", "note"),
    (Part::NoteKnownSince, "noteKnownSince", "note_known_since"),
];

/// Something for each part of a fact.
#[derive(Debug, Default)]
pub(super) struct OfParts<T>([T; PARTS.len()]);

impl<T> OfParts<T> {
    /// Returns another thing for each part.
    pub(super) fn map<'t, U>(&'t self, other: impl FnMut(&'t T) -> U) -> OfParts<U> {
        OfParts(self.0.each_ref().map(other))
    }
}

impl<T> Index<Part> for OfParts<T> {
    type Output = T;

    fn index(&self, part: Part) -> &T {
        &self.0[part as usize]
    }
}

impl<T> IndexMut<Part> for OfParts<T> {
    fn index_mut(&mut self, part: Part) -> &mut T {
        &mut self.0[part as usize]
    }
}

/// The template of one fact that each row may make.
#[derive(Debug, Default)]
pub(super) struct FactTemplate {
    /// What must say anything for the row to make the fact.
    pub(super) when: Option<Template>,
    pub(super) parts: OfParts<Template>,
}

/// Text with columns in braces; of several columns in one pair of braces (`{made_to|made_on}`) the first filled counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Columns(Vec<String>),
}

impl Template {
    /// Reads a template; none where a brace is not closed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}')?;
            if !before.is_empty() {
                parts.push(Piece::Text(before.to_owned()));
            }
            parts.push(Piece::Columns(inside.split('|').map(str::to_owned).collect()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Piece::Text(rest.to_owned()));
        }
        Some(Self(parts))
    }

    /// Returns the columns that it names.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .flat_map(|part| match part {
                Piece::Text(_) => [].iter(),
                Piece::Columns(names) => names.iter(),
            })
            .map(String::as_str)
    }

    /// Returns the column that the template consists of, where it is nothing else; of several, the first.
    pub(super) fn column(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Columns(names)] => names.first().map(String::as_str),
            _ => None,
        }
    }

    /// Returns the text that it makes of cells; none where all its columns are empty.
    pub(super) fn fill<'c>(&self, cell: impl Fn(&str) -> Option<&'c str>) -> Option<String> {
        let is_filled = self.columns().next().is_none() || self.columns().any(|name| cell(name).is_some());
        let text = self.0.iter().map(|part| match part {
            Piece::Text(text) => text.as_str(),
            Piece::Columns(names) => names.iter().find_map(|name| cell(name)).unwrap_or_default(),
        });
        Some(text.collect::<String>()).filter(|text| is_filled && !text.is_empty())
    }

    /// Returns the cells of which it makes a text, by column: the other way round. A cell ends where the text that follows
    /// its column first stands. None where no cells make the text, or where one of several columns may hold it.
    pub(super) fn solve<'t>(&'t self, text: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
        let (mut cells, mut rest) = (Vec::new(), text);
        for (at, part) in self.0.iter().enumerate() {
            match part {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Columns(names) => {
                    let [name] = names.as_slice() else { return None };
                    let end = match self.0.get(at + 1) {
                        None => rest.len(),
                        Some(Piece::Text(next)) => rest.find(next.as_str())?,
                        Some(Piece::Columns(_)) => return None,
                    };
                    cells.push((name.as_str(), &rest[..end]));
                    rest = &rest[end..];
                }
            }
        }
        rest.is_empty().then_some(cells)
    }

    /// Finds its columns in a file.
    pub(super) fn bind<'d>(&self, table: &Table<'d>) -> Bound<'d> {
        let find = |names: &Vec<String>| names.iter().filter_map(|name| table.position(name)).collect();
        let parts = self.0.iter().map(|part| match part {
            Piece::Text(text) => BoundPart::Text(text.clone()),
            Piece::Columns(names) => BoundPart::Columns(find(names)),
        });
        let column = self.column().and_then(|name| table.description.column(name));
        let classes = column.map(|c| c.annotation_texts(&format!("{ANNOTATION}refersTo"))).unwrap_or_default();
        Bound {
            parts: parts.collect(),
            is_open: self.columns().next().is_some(),
            position: self.column().and_then(|name| table.position(name)),
            classes: if classes.is_empty() { vec!["Entity", "Fact"] } else { classes },
            column,
            is_own: column.is_some_and(|column| table.description.schema.primary_key == [column.name.as_str()]),
        }
    }
}

/// A template whose columns have been found in a file.
#[derive(Debug)]
pub(super) struct Bound<'d> {
    parts: Vec<BoundPart>,
    /// Whether it names columns at all.
    is_open: bool,
    /// The column that it consists of.
    pub(super) column: Option<&'d Column>,
    /// Position of that column, where the file has it.
    pub(super) position: Option<usize>,
    /// Classes of what it may refer to.
    pub(super) classes: Vec<&'d str>,
    /// Whether it is the row's own entity.
    pub(super) is_own: bool,
}

#[derive(Debug)]
enum BoundPart {
    Text(String),
    Columns(Vec<usize>),
}

impl Bound<'_> {
    /// Returns the text for a row; none where all its columns are empty.
    pub(super) fn expand<'r>(&'r self, row: &'r Row) -> Option<Cow<'r, str>> {
        let value = |columns: &[usize]| columns.iter().find_map(|&at| row.value(at));
        match self.parts.as_slice() {
            [] => return None,
            [BoundPart::Text(text)] => return Some(Cow::Borrowed(text)),
            [BoundPart::Columns(columns)] => {
                return value(columns).filter(|value| !value.is_empty()).map(Cow::Borrowed);
            }
            _ => {}
        }
        let mut out = String::new();
        let mut filled = !self.is_open;
        for part in &self.parts {
            match part {
                BoundPart::Text(text) => out.push_str(text),
                BoundPart::Columns(columns) => {
                    let value = value(columns);
                    filled |= value.is_some();
                    out.push_str(value.unwrap_or_default());
                }
            }
        }
        (filled && !out.is_empty()).then_some(Cow::Owned(out))
    }

    /// Returns the texts for a row: several where the template is a column with several values.
    pub(super) fn expand_all<'r>(&'r self, row: &'r Row) -> Vec<Cow<'r, str>> {
        match self.position {
            Some(at) => row.values(at).map(Cow::Borrowed).collect(),
            None => self.expand(row).into_iter().collect(),
        }
    }
}

impl FactTemplate {
    /// Reads the templates of a table.
    pub(super) fn of_table(description: &TableDescription, file: &str) -> Result<Vec<Self>, Box<Diagnostic>> {
        let Some(facts) = description.annotations.get(&format!("{ANNOTATION}facts")) else { return Ok(Vec::new()) };
        let items = match facts {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        items.iter().map(|item| Self::read(item, description, file)).collect()
    }

    fn read(item: &Value, description: &TableDescription, file: &str) -> Result<Self, Box<Diagnostic>> {
        let fault = |message: String| Box::new(Diagnostic::error(code::BAD_METADATA, Location::file(file), message));
        let object = item.as_object().ok_or_else(|| fault(format!("{ANNOTATION}facts takes objects")))?;
        let mut template = Self::default();
        for (key, value) in object {
            let part = key.strip_prefix(ANNOTATION).unwrap_or(key);
            let text = value.as_str().ok_or_else(|| fault(format!("`{part}` of a fact takes a text")))?;
            let parsed =
                Template::parse(text).ok_or_else(|| fault(format!("`{text}` has a brace that is not closed")))?;
            if let Some(name) = parsed.columns().find(|name| description.column(name).is_none()) {
                return Err(fault(format!("`{name}` in `{text}` is not a column of the table")));
            }
            let known = PARTS.iter().find(|(_, name, _)| *name == part).map(|(part, ..)| *part);
            let slot = match known {
                Some(part) => &mut template.parts[part],
                None if part == "when" => template.when.insert(Template::default()),
                None => return Err(fault(format!("`{part}` is not a part of a fact"))),
            };
            *slot = parsed;
        }
        template.fill_in(description);
        Ok(template)
    }

    /// Returns the templates by the columns of `relations` and `claims` that hold the same parts.
    pub(super) fn by_column(&self) -> impl Iterator<Item = (&'static str, &Template)> {
        PARTS.iter().map(|(part, _, column)| (*column, &self.parts[*part]))
    }

    /// What a template leaves out is taken from the columns that every table of entities has.
    fn fill_in(&mut self, description: &TableDescription) {
        let common = [
            (Part::Subject, "id"),
            (Part::KnownSince, "known_since"),
            (Part::Source, "source"),
            (Part::Locator, "locator"),
        ];
        for (part, name) in common {
            if self.parts[part].0.is_empty() && description.column(name).is_some() {
                self.parts[part] = Template(vec![Piece::Columns(vec![name.to_owned()])]);
            }
        }
        if self.parts[Part::Status].0.is_empty() {
            self.parts[Part::Status] = Template(vec![Piece::Text("asserted".to_owned())]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_mixes_text_and_columns() {
        let template = Template::parse("{id}--gag").expect("template");
        assert_eq!(template.columns().collect::<Vec<_>>(), ["id"]);
        assert_eq!(template.column(), None);
        assert_eq!(Template::parse("{made_to|made_on}").expect("template").column(), Some("made_to"));
        assert_eq!(Template::parse("{id"), None);
    }

    #[test]
    fn a_text_gives_the_cells_that_made_it() {
        let solve = |template: &str, text: &str| {
            let template = Template::parse(template).expect("template");
            let cells = template.solve(text)?;
            Some(cells.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(solve("{by}: {why}", "Ada: see F1: twice").as_deref(), Some("by=Ada why=see F1: twice"));
        assert_eq!(solve("{decision}Entity", "sameEntity").as_deref(), Some("decision=same"));
        assert_eq!(solve("{begin}", "").as_deref(), Some("begin="));
        assert_eq!(solve("asserted", "asserted").as_deref(), Some(""));
        assert_eq!(solve("asserted", "disputed"), None);
        assert_eq!(solve("{made_to|made_on}", "2013"), None);
        assert_eq!(solve("{gag_from}{gag_to}", "2013"), None);
    }

    #[test]
    fn a_template_over_a_column_that_is_not_there_is_a_fault_of_the_metadata() {
        let json = r#"{"url": "a.csv", "tableSchema": {"columns": [{"name": "id"}]},
            "https://w3id.org/casegraph/ns#facts": [{"https://w3id.org/casegraph/ns#object": "{party}"}]}"#;
        let description = TableDescription::from_json(json, "a.json").expect("metadata");
        let fault = FactTemplate::of_table(&description, "a.json").expect_err("fault");
        assert_eq!(fault.message, "`party` in `{party}` is not a column of the table");
    }
}
