//! Facts that rows make by their columns, the other way round. In: what a fact says. Out: the cells of which a row of a
//! table makes it, and the ids of the facts that a row would make. Not here: reading rows (`read_facts`).

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Column, TableDescription};

use super::ANNOTATION;
use super::fact_template::{FactTemplate, Part};
use super::read_facts::stated_id;

/// Cells of a row by column; an empty one may be left out.
pub(crate) type Cells = BTreeMap<String, String>;

/// The facts that rows of a table make.
pub(crate) struct ColumnFacts<'m> {
    table: &'m TableDescription,
    templates: Vec<FactTemplate>,
}

/// A fact that a row would make.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Made<'m> {
    /// Its id.
    pub(crate) id: String,
    /// The column that names the other end of it.
    pub(crate) column: &'m str,
}

impl<'m> ColumnFacts<'m> {
    /// Returns the facts of a table; none where its rows make no facts, or their templates are faulty.
    pub(crate) fn of(table: &'m TableDescription) -> Option<Self> {
        let templates = FactTemplate::of_table(table, &table.url).ok().filter(|templates| !templates.is_empty())?;
        Some(Self { table, templates })
    }

    /// Returns the cells that a row needs so as to make a fact, for each way in which it can. `fact` is the fact as a row of
    /// `relations`; `is_one_of` tells whether what a cell names is of one of some classes.
    pub(crate) fn cells(&self, fact: &Cells, is_one_of: &dyn Fn(&str, &[&str]) -> bool) -> Vec<Cells> {
        self.templates.iter().filter_map(|template| self.solve(template, fact, is_one_of)).collect()
    }

    /// Returns the facts that a row would make.
    pub(crate) fn made(&self, row: &Cells) -> BTreeSet<Made<'_>> {
        self.templates.iter().flat_map(|template| self.made_by(template, row)).collect()
    }

    /// Tells whether a column takes several values.
    pub(crate) fn separator(&self, column: &str) -> Option<&'m str> {
        self.table.column(column)?.separator.as_deref()
    }

    /// Tells whether a column says nothing but what facts are made of.
    pub(crate) fn is_only_of_facts(&self, column: &str) -> bool {
        let stands = self.table.column(column).is_some_and(|column| column.property_url.is_none());
        stands && self.table.schema.primary_key != [column]
    }

    fn solve(&self, template: &FactTemplate, fact: &Cells, is_one_of: &dyn Fn(&str, &[&str]) -> bool) -> Option<Cells> {
        let several = self.several(template).is_some();
        let text = |part: &str| fact.get(part).map_or("", String::as_str);
        let mut cells = Cells::new();
        for (part, template) in template.by_column() {
            // An id of several facts is made of more than the row.
            if several && part == "id" {
                continue;
            }
            for (name, value) in template.solve(text(part))? {
                if *cells.entry(name.to_owned()).or_insert_with(|| value.to_owned()) != value {
                    return None;
                }
            }
        }
        let fits = |(name, value): (&String, &String)| {
            self.table.column(name).is_some_and(|column| takes(column, value, is_one_of))
        };
        let is_same = |made: Made<'_>| made.id == text("id");
        (cells.iter().all(fits) && self.made_by(template, &cells).into_iter().any(is_same)).then_some(cells)
    }

    fn made_by(&self, template: &FactTemplate, row: &Cells) -> Vec<Made<'_>> {
        let cell = |name: &str| row.get(name).map(String::as_str).filter(|text| !text.is_empty());
        let is_made = template.when.as_ref().is_none_or(|when| when.fill(cell).is_some());
        let (Some(id), Some(column), true) = (template.parts[Part::Id].fill(cell), self.other_end(template), is_made)
        else {
            return Vec::new();
        };
        let Some(others) = cell(&column.name) else { return Vec::new() };
        let made = |id| Made { id, column: column.name.as_str() };
        match &column.separator {
            Some(separator) => {
                others.split(separator.as_str()).map(|other| made(stated_id(&id, Some(other)))).collect()
            }
            None => vec![made(stated_id(&id, None))],
        }
    }

    /// Returns the column that names the end of a fact that is not the row's own entity.
    fn other_end(&self, template: &FactTemplate) -> Option<&'m Column> {
        let is_own = |name: &&str| self.table.schema.primary_key == [*name];
        let mut ends = [Part::Object, Part::Subject].into_iter().filter_map(|end| template.parts[end].column());
        self.table.column(ends.find(|name| !is_own(name))?)
    }

    /// Returns the column of a template that takes several values.
    fn several(&self, template: &FactTemplate) -> Option<&'m Column> {
        self.other_end(template).filter(|column| column.separator.is_some())
    }
}

/// Tells whether a cell may hold a value.
fn takes(column: &Column, value: &str, is_one_of: &dyn Fn(&str, &[&str]) -> bool) -> bool {
    if value.is_empty() {
        return !column.required;
    }
    let classes = column.annotation_texts(&format!("{ANNOTATION}refersTo"));
    column.datatype.check(value).is_ok()
        && column.separator.as_ref().is_none_or(|separator| !value.contains(separator.as_str()))
        && (classes.is_empty() || is_one_of(value, &classes))
}
