//! Entities that a cell names and no row describes. In: columns that are annotated so. Out: entities made of the name:
//! a list of letters need not come with a table of the companies in it.

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Base, Column, Location};
use oxigraph::model::{Literal, NamedNode};

use super::names::Names;
use super::record::Entity;
use super::slug::{slug, slug_of_address};
use super::tables::Kept;
use crate::vocab::schema;

/// An entity that cells name, and the names that they use.
pub(super) struct Declared {
    pub(super) entity: Entity,
    pub(super) names: BTreeSet<String>,
}

/// Makes an entity of each name in a column that declares what it refers to, unless the name is known already.
pub(super) fn declare(kept: &[Kept<'_>], names: &Names<'_>) -> BTreeMap<String, Declared> {
    let mut made: BTreeMap<String, Declared> = BTreeMap::new();
    for line in
        kept.iter().filter(|table| table.plan.columns.iter().any(|column| column.declares)).flat_map(Kept::lines)
    {
        for (at, column) in line.plan.columns.iter().enumerate().filter(|(_, column)| column.declares) {
            let Some(class) = column.classes.first() else { continue };
            for name in line.row.values(at).filter(|name| names.is_unknown(name, &column.classes)) {
                let (path, entity) = entity(name, class, column.column, line.cell_at(at));
                let declared = made.entry(path).or_insert_with(|| Declared { entity, names: BTreeSet::new() });
                declared.names.insert(name.to_owned());
            }
        }
    }
    made
}

fn entity(name: &str, class: &str, column: &Column, place: Location) -> (String, Entity) {
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
        place,
    };
    (path, entity)
}
