//! Entities that a cell names and no row describes. In: columns that are annotated so. Out: entities made of the name:
//! a list of letters need not come with a table of the companies in it.

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Base, Column, Location};
use oxigraph::model::{Literal, NamedNode};

use super::names::Names;
use super::record::Entity;
use super::slug::{slug, slug_of_address};
use super::survey::Source;
use crate::vocab::schema;

/// An entity that cells name, and the names that they use.
pub(super) struct Declared {
    pub(super) entity: Entity,
    pub(super) names: BTreeSet<String>,
}

/// Makes an entity of each name in a column that declares what it refers to, unless the name is known already.
pub(super) fn declare(sources: &[Source<'_, '_>], names: &Names<'_>) -> BTreeMap<String, Declared> {
    let mut made: BTreeMap<String, Declared> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.declares()) {
        source.each_row(&mut |table, plan, row| {
            for (at, column) in plan.columns.iter().enumerate().filter(|(_, column)| column.declares) {
                let Some(class) = column.classes.first() else { continue };
                let place = || table.row_location(row).cell(table.columns[at].index, &*table.columns[at].header);
                for name in &row.cells[at].0 {
                    if names.is_unknown(name, &column.classes) {
                        let (path, entity) = entity(name, class, column.column, &place());
                        let declared = made.entry(path).or_insert_with(|| Declared { entity, names: BTreeSet::new() });
                        declared.names.insert(name.clone());
                    }
                }
            }
        });
    }
    made
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
        names: Vec::new(),
        known_since: None,
        issued: None,
        accessed: None,
        place: place.clone(),
    };
    (path, entity)
}
