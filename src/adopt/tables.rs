//! Rows under construction, by table. In: cells by property or by column. Out: CSV files. Ids are made of names, and kept
//! apart where two names are one.

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Column, TableDescription};

use super::{Adopted, Error};
use crate::export::Loss;
use crate::export::folder_rows::Rows;
use crate::facts::{Model, slug};
use crate::vocab::cg;

/// Cells of a row by column.
pub(super) type Cells = BTreeMap<String, String>;

/// Tables of a case folder under construction.
pub(super) struct Tables {
    pub(super) model: Model,
    rows: BTreeMap<String, Rows>,
    ids: BTreeSet<String>,
    count: usize,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self { model: Model::built_in(), rows: BTreeMap::new(), ids: BTreeSet::new(), count: 0 }
    }

    /// Returns an id made of a name, which no other row has.
    pub(super) fn id(&mut self, name: &str) -> String {
        let base = slug(name);
        let mut id = base.clone();
        let mut number = 2;
        while !self.ids.insert(id.clone()) {
            id = format!("{base}-{number}");
            number += 1;
        }
        id
    }

    /// Returns the name and description of the table of a class.
    pub(super) fn of_class(&self, class: &str) -> Option<(&str, &TableDescription)> {
        let tables = self.model.table_names().filter_map(|name| Some((name, self.model.table(name)?)));
        tables.into_iter().find(|(_, table)| table.annotation(&format!("{}entity", cg::NAMESPACE)) == Some(class))
    }

    /// Returns the classes that have a table.
    pub(super) fn classes(&self) -> Vec<&str> {
        let tables = self.model.table_names().filter_map(|name| self.model.table(name));
        tables.filter_map(|table| table.annotation(&format!("{}entity", cg::NAMESPACE))).collect()
    }

    pub(super) fn push(&mut self, table: &str, cells: Cells) {
        self.rows.entry(table.to_owned()).or_default().push(cells);
        self.count += 1;
    }

    /// Writes the tables under names that end in `name`.
    pub(super) fn finish(self, name: &str, losses: Vec<Loss>) -> Result<Adopted, Error> {
        let mut files = BTreeMap::new();
        for (table, rows) in &self.rows {
            let columns = self.model.table(table).map(|table| table.schema.columns.as_slice()).unwrap_or_default();
            files.insert(format!("{table}-{name}.csv"), rows.to_csv(columns)?);
        }
        Ok(Adopted { files, rows: self.count, losses })
    }
}

/// Puts values into a cell: all of them where the column takes several, else the first; returns those left over.
pub(super) fn fill(cells: &mut Cells, column: &Column, values: &[String]) -> Vec<String> {
    let fits = |value: &&String| column.datatype.check(value).is_ok();
    let (good, mut left): (Vec<&String>, Vec<&String>) = values.iter().partition(fits);
    if let Some(separator) = &column.separator {
        let (plain, broken): (Vec<&String>, Vec<&String>) =
            good.into_iter().partition(|value| !value.contains(separator.as_str()));
        left.extend(broken);
        let mut all: Vec<String> = cells.get(&column.name).cloned().into_iter().collect();
        all.extend(plain.into_iter().cloned());
        if !all.is_empty() {
            cells.insert(column.name.clone(), all.join(separator));
        }
    } else {
        let mut good = good.into_iter();
        if !cells.contains_key(&column.name)
            && let Some(first) = good.next()
        {
            cells.insert(column.name.clone(), first.clone());
        }
        left.extend(good.filter(|value| cells.get(&column.name) != Some(*value)));
    }
    left.into_iter().cloned().collect()
}
