//! Entities that a cell names and no row describes. In: columns that are annotated so. Out: entities made of the name:
//! a list of letters need not come with a table of the companies in it.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNode};

use super::ANNOTATION;
use super::model::Model;
use super::names::Names;
use super::record::{CaseFacts, Entity};
use super::slug::{slug, slug_of_address};
use crate::csvw::{Base, Column, Table};
use crate::diagnostic::Code;
use crate::location::Location;
use crate::vocab::schema;

impl CaseFacts {
    /// Makes an entity of each name in a column that declares what it refers to, unless the name is known already.
    pub(super) fn declare(&mut self, tables: &[Table<'_>], model: &Model, aliases: &mut BTreeMap<String, Vec<String>>) {
        let mut made: BTreeMap<String, (Entity, Vec<String>)> = BTreeMap::new();
        let names = Names::new(model, &self.entities, &self.redirects, aliases);
        for table in tables {
            for at in (0..table.columns.len()).filter(|&at| declares(table.column(at))) {
                let column = table.column(at);
                let classes = column.annotation_texts(&format!("{ANNOTATION}refersTo"));
                let Some(class) = classes.first() else { continue };
                for row in &table.rows {
                    let place = table.row_location(row).cell(table.columns[at].index, &*table.columns[at].header);
                    for name in &row.cells[at].0 {
                        let unknown = names
                            .resolve(name, &classes, &place)
                            .is_err_and(|fault| matches!(fault.code, Code::UnknownEntity | Code::UnknownSource));
                        if unknown {
                            let (path, entity) = entity(name, class, column, &place);
                            made.entry(path).or_insert_with(|| (entity, Vec::new())).1.push(name.clone());
                        }
                    }
                }
            }
        }
        for (path, (entity, mut names)) in made {
            names.sort();
            names.dedup();
            aliases.entry(path.clone()).or_default().extend(names);
            self.entities.entry(path).or_insert(entity);
        }
    }
}

fn declares(column: &Column) -> bool {
    column.is_annotated(&format!("{ANNOTATION}declares"))
}

fn entity(name: &str, class: &str, column: &Column, place: &Location) -> (String, Entity) {
    let is_address = column.datatype.base == Base::AnyUri;
    let id = if is_address { slug_of_address(name) } else { slug(name) };
    let path = if class == "Source" { format!("src/{id}") } else { id };
    let address = is_address.then(|| NamedNode::new(name).ok()).flatten();
    let entity = Entity {
        class: class.to_owned(),
        labels: vec![Literal::new_simple_literal(name)],
        properties: address.map(|iri| (schema::URL.into_owned(), iri.into())).into_iter().collect(),
        known_since: None,
        issued: None,
        place: place.clone(),
    };
    (path, entity)
}
