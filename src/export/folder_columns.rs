//! Facts in the columns of entities. In: the rows of a table, and facts as rows of `relations`. Out: the rows with the
//! columns that make facts, and which facts they make. A row never makes another fact than those it is given.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Cells, ColumnFacts};

/// A fact, and the cells that make it.
struct Place<'f> {
    fact: &'f str,
    cells: Cells,
}

/// Fills the columns of a table that make facts, as far as they say just what the facts say. `rows` are its rows by id,
/// `facts` the facts by id. Returns the ids of the facts that stand in its columns now.
pub(super) fn fill(
    table: &ColumnFacts<'_>,
    rows: &mut BTreeMap<String, Cells>,
    facts: &BTreeMap<String, Cells>,
    is_one_of: &dyn Fn(&str, &[&str]) -> bool,
) -> BTreeSet<String> {
    let mut places: BTreeMap<String, Vec<Place<'_>>> = BTreeMap::new();
    for (fact, parts) in facts {
        for cells in table.cells(parts, is_one_of) {
            let Some(id) = cells.get("id").cloned() else { continue };
            if rows.get(&id).is_some_and(|row| fits(table, row, &cells)) {
                places.entry(id).or_default().push(Place { fact, cells });
            }
        }
    }
    let mut filled = BTreeSet::new();
    for (id, mut places) in places {
        let Some(row) = rows.get_mut(&id) else { continue };
        if let Some(whole) = whole(table, row, &mut places) {
            *row = whole;
            filled.extend(places.iter().map(|place| place.fact.to_owned()));
        }
    }
    filled
}

/// Tells whether the cells of a fact go with what a row says without it. `..` says nothing but of a fact.
fn fits(table: &ColumnFacts<'_>, row: &Cells, cells: &Cells) -> bool {
    cells.iter().all(|(column, text)| {
        let own = row.get(column).map_or("", String::as_str);
        own == text || table.is_only_of_facts(column) || (own.is_empty() && text == "..")
    })
}

/// Returns a row with the cells of facts. Facts that do not go together, or would bring others with them, are removed from
/// `places`; none where nothing stays.
fn whole(table: &ColumnFacts<'_>, row: &Cells, places: &mut Vec<Place<'_>>) -> Option<Cells> {
    while !places.is_empty() {
        let mut filled = row.clone();
        places.retain(|place| add(table, row, &mut filled, &place.cells));
        let wanted: BTreeSet<&str> = places.iter().map(|place| place.fact).collect();
        let made = table.made(&filled);
        let surplus: BTreeSet<&str> =
            made.iter().filter(|made| !wanted.contains(made.id.as_str())).map(|made| made.column).collect();
        if surplus.is_empty() {
            return Some(filled);
        }
        let before = places.len();
        places.retain(|place| surplus.iter().all(|column| place.cells.get(*column).is_none_or(String::is_empty)));
        if places.len() == before {
            return None;
        }
    }
    None
}

/// Adds the cells of a fact to a row; does nothing and tells so where another fact needs one of them otherwise.
fn add(table: &ColumnFacts<'_>, row: &Cells, filled: &mut Cells, cells: &Cells) -> bool {
    let mut with = filled.clone();
    for (column, text) in cells.iter().filter(|(column, text)| row.get(*column) != Some(text)) {
        match (with.get_mut(column), table.separator(column)) {
            (None, _) => {
                with.insert(column.clone(), text.clone());
            }
            (Some(cell), _) if cell == text => {}
            (Some(cell), Some(separator)) => *cell = format!("{cell}{separator}{text}"),
            (Some(_), None) => return false,
        }
    }
    *filled = with;
    true
}
