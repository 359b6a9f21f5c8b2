//! Rows once the names of all entities are known. In: rows, the plan of their table, and names. Out: what rows of
//! entities state beside their labels, and faults of redirects. Not here: facts (`read_facts`), and what stands around
//! them (`read_apparatus`).

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Diagnostic, Diagnostics, Row, Table};
use oxigraph::model::{NamedNode, Term};

use super::around::Around;
use super::check::Pending;
use super::dates::Dates;
use super::ids::FactIds;
use super::literal::literal_of;
use super::model::{Model, Predicate};
use super::names::{Names, id};
use super::plan::TablePlan;
use crate::code;

/// Reads rows once the names of all entities are known.
pub(super) struct Reader<'a> {
    pub(super) names: Names<'a>,
    pub(super) model: &'a Model,
    pub(super) predicates: &'a BTreeMap<String, Predicate>,
    pub(super) base: &'a str,
    pub(super) around: &'a Around,
}

/// What is remembered from row to row.
#[derive(Default)]
pub(super) struct State {
    pub(super) faults: Diagnostics,
    /// Faults of single cells that only casegraph knows.
    pub(super) cell_faults: Diagnostics,
    pub(super) dates: Dates,
    pub(super) ids: FactIds,
    /// References to facts that no row has told yet.
    pub(super) pending: Vec<Pending>,
    /// Keys of the predicates of facts.
    pub(super) used: BTreeSet<String>,
    /// Paths of the entities in the facts of each disclosure that told some names only, by its position.
    pub(super) scoped: BTreeMap<usize, BTreeSet<String>>,
    /// The ids of all facts as text, where they are wanted.
    pub(super) listed: Option<BTreeSet<String>>,
}

impl State {
    /// Adds the id of a fact; tells whether it is new.
    pub(super) fn own_id(&mut self, id: &str) -> bool {
        if let Some(listed) = &mut self.listed {
            listed.insert(id.to_owned());
        }
        self.ids.insert(id)
    }
}

impl Reader<'_> {
    /// Reads what the row of an entity states beside its labels.
    pub(super) fn properties(
        &self,
        table: &Table<'_>,
        plan: &TablePlan<'_>,
        row: &Row,
        faults: &mut Diagnostics,
    ) -> Vec<(NamedNode, Term)> {
        let mut values = Vec::new();
        for (at, column) in plan.columns.iter().enumerate() {
            let Some(property) = &column.property else { continue };
            for value in &row.cells[at].0 {
                let term: Term = if !column.classes.is_empty() {
                    let place = || table.cell_location(row, &column.column.name);
                    match self.names.resolve(value, &column.classes, place) {
                        Ok(reference) => NamedNode::new_unchecked(format!("{}{}", self.base, reference.path())).into(),
                        Err(fault) => {
                            faults.push(*fault);
                            continue;
                        }
                    }
                } else if let Some(template) = &column.column.value_url {
                    NamedNode::new_unchecked(template.expand(|name| plan.text(row, name))).into()
                } else {
                    match literal_of(column.column, value, table.columns[at].lang.as_deref()) {
                        Some(term) => term,
                        None => continue,
                    }
                };
                values.push((property.clone(), term));
            }
        }
        values
    }

    /// Finds what is wrong with an old id and the new one.
    pub(super) fn check_redirect(&self, table: &Table<'_>, plan: &TablePlan<'_>, row: &Row, faults: &mut Diagnostics) {
        let (Some(old), Some(new)) = (plan.text(row, "old"), plan.text(row, "new")) else { return };
        let place = || table.cell_location(row, "new");
        match self.names.resolve(new, &["Entity"], place) {
            Err(fault) => faults.push(*fault),
            Ok(found) if found.path() != new && self.names.is_id(&found.path()) && !self.names.is_old(new) => {
                let message = format!("`{new}` is a name, and the column takes an id");
                let fault = Diagnostic::error(code::BAD_ID, place(), message);
                faults.push(fault.hint(format!("write {}", id(&found.path()))));
            }
            Ok(_) => {}
        }
        if self.names.is_id(old) {
            let message = format!("`{old}` is still the id of an entity");
            let fault = Diagnostic::error(code::DUPLICATE_ID, table.cell_location(row, "old"), message);
            faults.push(fault.hint("remove this row, or the row of that entity"));
        }
    }
}
