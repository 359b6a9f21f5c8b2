//! What all rows of a table have in common. In: a table and casegraph's annotations in its description. Out: the same by
//! position of the columns, worked out once before the first row; and rows that are read by it.

use std::collections::BTreeMap;
use std::ops::Index;

use csvw::{Column, Location, Row, Table, UriTemplate};
use oxigraph::model::NamedNode;
use serde_json::Value;

use super::ANNOTATION;
use super::fact_template::{Bound, FactTemplate, OfParts, Part, Template};
use super::literal::is_date;
use super::slug::slug;
use crate::vocab::rdfs;

/// The plan of a table.
pub(super) struct TablePlan<'d> {
    pub(super) table: Table<'d>,
    /// Class of the entities that its rows are.
    pub(super) class: Option<&'d str>,
    /// What its rows are, where they are not entities: `Fact`, `Predicate`, `Citation`, `Disclosure`, `Name`, `Judgement` or
    /// `Redirect`.
    pub(super) record: Option<&'d str>,
    pub(super) columns: Vec<ColumnPlan<'d>>,
    /// Columns of which exactly one is filled.
    pub(super) one_of: Vec<&'d str>,
    pub(super) facts: Vec<FactPlan<'d>>,
    /// What makes a label where no column states one.
    pub(super) label: Option<Bound<'d>>,
    about: Option<&'d UriTemplate>,
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
    /// What must say anything for the row to make the fact, and the columns that it names.
    pub(super) when: Option<(Bound<'d>, Vec<&'d str>)>,
    parts: OfParts<Bound<'d>>,
    /// Whether subject or object takes several values.
    pub(super) several: bool,
}

/// A row and the plan by which it is read.
#[derive(Clone, Copy)]
pub(super) struct Line<'l> {
    pub(super) plan: &'l TablePlan<'l>,
    pub(super) row: &'l Row,
}

impl<'d> TablePlan<'d> {
    /// Works out the plan of a table that makes the facts of some templates.
    pub(super) fn new(table: Table<'d>, templates: &'d [FactTemplate]) -> Self {
        let description = table.description;
        let annotated = |name: &str| description.annotation(&format!("{ANNOTATION}{name}"));
        let ends = |name: &str| templates.iter().any(|fact| fact.parts[Part::End].columns().any(|end| end == name));
        let columns =
            table.columns.iter().map(|found| ColumnPlan::new(&description.schema.columns[found.column], ends));
        let one_of = description.annotations.get(&format!("{ANNOTATION}oneOf")).and_then(Value::as_array);
        let position = |column: &'d Column| Some((column.name.as_str(), table.position(&column.name)?));
        Self {
            class: annotated("entity"),
            record: annotated("record"),
            columns: columns.collect(),
            one_of: one_of.into_iter().flatten().filter_map(Value::as_str).collect(),
            facts: templates.iter().map(|template| FactPlan::new(template, &table)).collect(),
            label: annotated("label").and_then(Template::parse).map(|template| template.bind(&table)),
            about: description.schema.about_url.as_ref(),
            names: description.schema.columns.iter().rev().filter_map(position).collect(),
            table,
        }
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
            is_date: is_date(column),
            is_end: ends(&column.name),
            is_id: column.name == "id",
            is_identifier: is("identifier"),
            declares: is("declares"),
        }
    }
}

impl<'d> FactPlan<'d> {
    fn new(template: &'d FactTemplate, table: &Table<'d>) -> Self {
        let parts = template.parts.map(|part| part.bind(table));
        let is_list = |part: Part| parts[part].column.is_some_and(|column| column.separator.is_some());
        Self {
            when: template.when.as_ref().map(|when| (when.bind(table), when.columns().collect())),
            several: is_list(Part::Subject) || is_list(Part::Object),
            parts,
        }
    }
}

impl<'d> Index<Part> for FactPlan<'d> {
    type Output = Bound<'d>;

    fn index(&self, part: Part) -> &Bound<'d> {
        &self.parts[part]
    }
}

impl<'l> Line<'l> {
    /// Returns the first value in a column by its name.
    pub(super) fn text(self, name: &str) -> Option<&'l str> {
        self.row.value(*self.plan.names.get(name)?)
    }

    /// Returns the values in a column by its name.
    pub(super) fn texts(self, name: &str) -> impl Iterator<Item = &'l str> {
        let at = self.plan.names.get(name).copied();
        at.into_iter().flat_map(move |at| self.row.values(at))
    }

    /// Returns the values of the columns that state a property, each with the language of its header.
    pub(super) fn stated(self, property: &str) -> impl Iterator<Item = (&'l str, Option<&'l str>)> {
        let table = &self.plan.table;
        let columns = 0..table.columns.len();
        let columns = columns.filter(move |&at| table.column(at).property_url.as_deref() == Some(property));
        columns.flat_map(move |at| self.row.values(at).map(move |value| (value, table.columns[at].lang.as_deref())))
    }

    /// Returns the place of the row.
    pub(super) fn place(self) -> Location {
        self.plan.table.row_location(self.row)
    }

    /// Returns the place of a cell by the name of its column, or of the row where the file has no such column.
    pub(super) fn cell(self, name: &str) -> Location {
        self.plan.table.cell_location(self.row, self.plan.names.get(name).copied())
    }

    /// Returns the place of a cell by the position of its column.
    pub(super) fn cell_at(self, at: usize) -> Location {
        self.plan.table.cell_location(self.row, Some(at))
    }

    /// Returns the cell that a part of a fact is, or the row where it is none.
    pub(super) fn cell_of(self, part: &Bound<'_>) -> Location {
        self.plan.table.cell_location(self.row, part.position)
    }

    /// Returns the path of the row's entity below the base; none where its id is missing.
    pub(super) fn path(self) -> Option<String> {
        let template = self.plan.about?;
        if template.variables().any(|name| self.text(name).is_none()) {
            return None;
        }
        let path = template.expand(|name| self.text(name));
        if path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'/') {
            return Some(path);
        }
        // Ids made of other columns than an id, such as a file number, are put into the form of one.
        let slugs = template.variables().filter_map(|name| Some((name, slug(self.text(name)?))));
        let slugs: BTreeMap<&str, String> = slugs.collect();
        Some(template.expand(|name| slugs.get(name).map(String::as_str)))
    }
}
