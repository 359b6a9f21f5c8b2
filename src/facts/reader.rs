//! Rows once the names of all entities are known. In: tables and names. Out: what rows of entities state beside their
//! labels, citations and disclosures, and faults of redirects. Not here: facts (`read_facts`).

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, Term};

use super::ANNOTATION;
use super::cells::{record, text};
use super::literal::literal_of;
use super::model::Predicate;
use super::names::{Names, id};
use super::record::Citation;
use super::slug::slug;
use crate::csvw::{Cell, Row, Table};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::vocab::rdfs;

/// Returns the path of a row's entity below the base; none where its id is missing.
pub(super) fn path_of(table: &Table<'_>, row: &Row) -> Option<String> {
    let template = table.description.schema.about_url.as_ref()?;
    let value = |name: &str| table.cell(row, name).and_then(Cell::value);
    let is_missing = std::cell::Cell::new(false);
    let path = template.expand(|name| {
        value(name).or_else(|| {
            is_missing.set(true);
            None
        })
    });
    if is_missing.get() {
        return None;
    }
    if path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'/') {
        return Some(path);
    }
    // Ids made of other columns than an id, such as a file number, are put into the form of one.
    let names = table.description.schema.columns.iter().map(|column| column.name.as_str());
    let slugs: BTreeMap<&str, String> = names.filter_map(|name| Some((name, slug(value(name)?)))).collect();
    Some(template.expand(|name| slugs.get(name).map(String::as_str)))
}

/// Reads rows once the names of all entities are known.
pub(super) struct Reader<'a> {
    pub(super) names: Names<'a>,
    pub(super) predicates: &'a BTreeMap<String, Predicate>,
    pub(super) base: &'a str,
}

impl Reader<'_> {
    /// Reads what the rows of entities state beside their labels.
    pub(super) fn properties(
        &self,
        tables: &[Table<'_>],
        faults: &mut Diagnostics,
    ) -> BTreeMap<String, Vec<(NamedNode, Term)>> {
        let mut all: BTreeMap<String, Vec<(NamedNode, Term)>> = BTreeMap::new();
        for table in tables.iter().filter(|t| t.description.annotation(&format!("{ANNOTATION}entity")).is_some()) {
            for row in &table.rows {
                let Some(path) = path_of(table, row) else { continue };
                let values = all.entry(path).or_default();
                for at in 0..table.columns.len() {
                    self.property(table, row, at, values, faults);
                }
            }
        }
        all
    }

    fn property(
        &self,
        table: &Table<'_>,
        row: &Row,
        at: usize,
        values: &mut Vec<(NamedNode, Term)>,
        faults: &mut Diagnostics,
    ) {
        let column = table.column(at);
        let Some(property) = column.property_url.as_deref().filter(|p| *p != rdfs::LABEL.as_str()) else { return };
        let Ok(property) = NamedNode::new(property) else { return };
        let classes = column.annotation_texts(&format!("{ANNOTATION}refersTo"));
        for value in &row.cells[at].0 {
            let term: Term = if !classes.is_empty() {
                match self.names.resolve(value, &classes, &table.cell_location(row, &column.name)) {
                    Ok(reference) => NamedNode::new_unchecked(format!("{}{}", self.base, reference.path())).into(),
                    Err(fault) => {
                        faults.push(*fault);
                        continue;
                    }
                }
            } else if let Some(template) = &column.value_url {
                let iri = template.expand(|name| table.cell(row, name).and_then(Cell::value));
                NamedNode::new_unchecked(iri).into()
            } else {
                match literal_of(column, value, table.columns[at].lang.as_deref()) {
                    Some(term) => term,
                    None => continue,
                }
            };
            values.push((property.clone(), term));
        }
    }

    /// Finds what is wrong with old ids and the new ones.
    pub(super) fn check_redirects(&self, tables: &[Table<'_>], faults: &mut Diagnostics) {
        for table in tables.iter().filter(|table| record(table) == Some("Redirect")) {
            for row in &table.rows {
                let (Some(old), Some(new)) = (text(table, row, "old"), text(table, row, "new")) else { continue };
                let place = table.cell_location(row, "new");
                match self.names.resolve(&new, &["Entity"], &place) {
                    Err(fault) => faults.push(*fault),
                    Ok(found) if found.path() != new && self.names.is_id(&found.path()) && !self.names.is_old(&new) => {
                        let message = format!("`{new}` is a name, and the column takes an id");
                        let fault = Diagnostic::error(Code::BadId, place, message);
                        faults.push(fault.hint(format!("write {}", id(&found.path()))));
                    }
                    Ok(_) => {}
                }
                if self.names.is_id(&old) {
                    let message = format!("`{old}` is still the id of an entity");
                    let fault = Diagnostic::error(Code::DuplicateId, table.cell_location(row, "old"), message);
                    faults.push(fault.hint("remove this row, or the row of that entity"));
                }
            }
        }
    }

    /// Reads the further sources of facts.
    pub(super) fn citations(&self, tables: &[Table<'_>], faults: &mut Diagnostics) -> Vec<Citation> {
        let mut citations = Vec::new();
        for table in tables.iter().filter(|table| record(table) == Some("Citation")) {
            for row in &table.rows {
                let (Some(fact), Some(source)) = (text(table, row, "fact"), text(table, row, "source")) else {
                    continue;
                };
                match self.names.resolve(&source, &["Source"], &table.cell_location(row, "source")) {
                    Ok(source) => citations.push(Citation {
                        fact: fact.trim_start_matches("fact:").to_owned(),
                        source: source.path(),
                        locator: text(table, row, "locator"),
                        stance: text(table, row, "stance"),
                        accessed: text(table, row, "accessed"),
                        place: table.cell_location(row, "fact"),
                    }),
                    Err(fault) => faults.push(*fault),
                }
            }
        }
        citations
    }
}
