//! What all rows of a table have in common. In: a table and casegraph's annotations in its description. Out: the same by
//! position of the columns, worked out once before the first row.

use std::collections::BTreeMap;

use csvw::{Cell, Column, Row, Table, UriTemplate};
use oxigraph::model::NamedNode;
use serde_json::Value;

use super::fact_template::{Bound, FactTemplate, Template};
use super::slug::slug;
use super::{ANNOTATION, EDTF_DATATYPE};
use crate::vocab::rdfs;

/// The plan of a table.
pub(super) struct TablePlan<'d> {
    /// Class of the entities that its rows are.
    pub(super) class: Option<&'d str>,
    /// Whether each of its rows is one fact.
    pub(super) is_record: bool,
    pub(super) columns: Vec<ColumnPlan<'d>>,
    /// Columns of which exactly one is filled, by name and position.
    pub(super) one_of: Vec<(&'d str, Option<usize>)>,
    pub(super) facts: Vec<FactPlan<'d>>,
    /// What makes a label where no column states one.
    pub(super) label: Option<Bound>,
    about: Option<&'d UriTemplate>,
    /// The columns that `about` names.
    about_columns: Vec<(&'d str, Option<usize>)>,
    names: BTreeMap<&'d str, usize>,
}

/// The plan of a column.
#[expect(clippy::struct_excessive_bools, reason = "what casegraph's annotations can say of a column")]
pub(super) struct ColumnPlan<'d> {
    pub(super) column: &'d Column,
    /// The property that its values state, labels left out.
    pub(super) property: Option<NamedNode>,
    pub(super) classes: Vec<&'d str>,
    pub(super) checksum: Option<&'d str>,
    pub(super) is_date: bool,
    /// Whether it is where a fact ends.
    pub(super) is_end: bool,
    pub(super) is_id: bool,
    pub(super) is_identifier: bool,
    pub(super) declares: bool,
}

/// The plan of one fact that each row may make.
pub(super) struct FactPlan<'d> {
    pub(super) id: Bound,
    pub(super) when: Option<When<'d>>,
    pub(super) subject: Reference<'d>,
    pub(super) predicate: Bound,
    pub(super) object: Reference<'d>,
    pub(super) text: Bound,
    pub(super) text_type: Bound,
    pub(super) begin: Bound,
    pub(super) end: Bound,
    pub(super) end_known_since: Bound,
    pub(super) known_since: Bound,
    pub(super) status: Bound,
    pub(super) confidence: Bound,
    pub(super) source: Reference<'d>,
    pub(super) locator: Bound,
    pub(super) made_at: Reference<'d>,
    pub(super) note: Bound,
    pub(super) note_known_since: Bound,
    /// Whether subject or object takes several values.
    pub(super) several: bool,
}

/// When a row makes a fact: where the template says anything; the columns that it names, by name and position.
pub(super) type When<'d> = (Bound, Vec<(&'d str, Option<usize>)>);

/// The part of a fact that refers to something.
pub(super) struct Reference<'d> {
    pub(super) text: Bound,
    /// Name of the column that it is.
    pub(super) column: Option<&'d str>,
    /// Whether it is the row's own entity.
    pub(super) is_own: bool,
    pub(super) classes: Vec<&'d str>,
}

impl<'d> TablePlan<'d> {
    /// Works out the plan of a table that makes the facts of some templates.
    pub(super) fn new(table: &Table<'d>, templates: &'d [FactTemplate]) -> Self {
        let description = table.description;
        let annotated = |name: &str| description.annotation(&format!("{ANNOTATION}{name}"));
        let ends = |name: &str| templates.iter().any(|template| template.end.columns().any(|end| end == name));
        let columns =
            table.columns.iter().map(|found| ColumnPlan::new(&description.schema.columns[found.column], ends));
        let one_of = description.annotations.get(&format!("{ANNOTATION}oneOf")).and_then(Value::as_array);
        let about = description.schema.about_url.as_ref();
        let found = |name: &'d str| (name, table.position(name));
        Self {
            class: annotated("entity"),
            is_record: annotated("record").is_some(),
            columns: columns.collect(),
            one_of: one_of.into_iter().flatten().filter_map(Value::as_str).map(found).collect(),
            facts: templates.iter().map(|template| FactPlan::new(template, table)).collect(),
            label: annotated("label").and_then(Template::parse).map(|template| template.bind(table)),
            about,
            about_columns: about.into_iter().flat_map(UriTemplate::variables).map(found).collect(),
            names: description
                .schema
                .columns
                .iter()
                .rev()
                .filter_map(|column| Some((column.name.as_str(), table.position(&column.name)?)))
                .collect(),
        }
    }

    /// Returns the position of a column by its name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Returns the values of a row in a column by its name.
    pub(super) fn cell<'r>(&self, row: &'r Row, name: &str) -> Option<&'r Cell> {
        self.position(name).map(|at| &row.cells[at])
    }

    /// Returns the first value of a row in a column by its name.
    pub(super) fn text<'r>(&self, row: &'r Row, name: &str) -> Option<&'r str> {
        self.cell(row, name)?.value()
    }

    /// Returns the path of a row's entity below the base; none where its id is missing.
    pub(super) fn path_of(&self, row: &Row) -> Option<String> {
        let template = self.about?;
        let value = |at: Option<usize>| at.and_then(|at| row.cells[at].value());
        if self.about_columns.iter().any(|(_, at)| value(*at).is_none()) {
            return None;
        }
        let position = |name: &str| self.about_columns.iter().find(|(known, _)| *known == name).and_then(|(_, at)| *at);
        let path = template.expand(|name| value(position(name)));
        if path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'/') {
            return Some(path);
        }
        // Ids made of other columns than an id, such as a file number, are put into the form of one.
        let slugs = self.about_columns.iter().filter_map(|(name, at)| Some((*name, slug(value(*at)?))));
        let slugs: BTreeMap<&str, String> = slugs.collect();
        Some(template.expand(|name| slugs.get(name).map(String::as_str)))
    }
}

impl<'d> ColumnPlan<'d> {
    fn new(column: &'d Column, ends: impl Fn(&str) -> bool) -> Self {
        let texts = |name: &str| column.annotation_texts(&format!("{ANNOTATION}{name}"));
        let is = |name: &str| column.is_annotated(&format!("{ANNOTATION}{name}"));
        let property = column.property_url.as_deref().filter(|property| *property != rdfs::LABEL.as_str());
        Self {
            column,
            property: property.and_then(|property| NamedNode::new(property).ok()),
            classes: texts("refersTo"),
            checksum: texts("checksum").first().copied(),
            is_date: column.datatype.id.as_deref() == Some(EDTF_DATATYPE),
            is_end: ends(&column.name),
            is_id: column.name == "id",
            is_identifier: is("identifier"),
            declares: is("declares"),
        }
    }
}

impl<'d> FactPlan<'d> {
    fn new(template: &'d FactTemplate, table: &Table<'d>) -> Self {
        let bind = |part: &Template| part.bind(table);
        let columns = |when: &'d Template| when.columns().map(|name| (name, table.position(name))).collect();
        let is_list = |part: &Template| {
            part.column().and_then(|name| table.description.column(name)).is_some_and(|c| c.separator.is_some())
        };
        Self {
            id: bind(&template.id),
            when: template.when.as_ref().map(|when| (bind(when), columns(when))),
            subject: Reference::new(&template.subject, table),
            predicate: bind(&template.predicate),
            object: Reference::new(&template.object, table),
            text: bind(&template.text),
            text_type: bind(&template.text_type),
            begin: bind(&template.begin),
            end: bind(&template.end),
            end_known_since: bind(&template.end_known_since),
            known_since: bind(&template.known_since),
            status: bind(&template.status),
            confidence: bind(&template.confidence),
            source: Reference::new(&template.source, table),
            locator: bind(&template.locator),
            made_at: Reference::new(&template.made_at, table),
            note: bind(&template.note),
            note_known_since: bind(&template.note_known_since),
            several: is_list(&template.subject) || is_list(&template.object),
        }
    }
}

impl<'d> Reference<'d> {
    fn new(template: &'d Template, table: &Table<'d>) -> Self {
        let column = template.column();
        let described = column.and_then(|name| table.description.column(name));
        let classes = described.map(|c| c.annotation_texts(&format!("{ANNOTATION}refersTo"))).unwrap_or_default();
        Self {
            text: template.bind(table),
            column,
            is_own: column.is_some_and(|name| table.description.schema.primary_key == [name]),
            classes: if classes.is_empty() { vec!["Entity", "Fact"] } else { classes },
        }
    }
}
