//! Columns of the relationships drawing. In: classes with their columns, and how often facts join two columns. Out: the
//! order of columns that keeps lines short.

use std::collections::{BTreeMap, BTreeSet};

use super::style::Style;
use crate::graph::EntityGraph;

/// More columns than this are taken by name: trying all orders would take too long.
const MOST: usize = 7;

/// Returns the place of each column that occurs, from the left.
pub(super) fn order(graph: &EntityGraph, style: &Style) -> BTreeMap<String, usize> {
    let column = |class: &str| style.class(class).column.as_str();
    let names: BTreeSet<&str> = graph.entities().map(|entity| column(&entity.class)).collect();
    let mut best: Vec<&str> = names.iter().copied().collect();
    if best.len() <= MOST {
        let mut pulls: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (from, _, to) in graph.links() {
            *pulls.entry((column(&from.class), column(&to.class))).or_default() += 1;
        }
        let mut orders = Vec::new();
        permute(&mut Vec::new(), &best, &mut orders);
        best = orders.into_iter().min_by_key(|order| (cost(order, &pulls), order.clone())).unwrap_or_default();
    }
    best.into_iter().enumerate().map(|(place, name)| (name.to_owned(), place)).collect()
}

/// Counts the columns that lines pass over, and, at less weight, lines that run from right to left.
fn cost(order: &[&str], pulls: &BTreeMap<(&str, &str), usize>) -> usize {
    let place = |name: &str| order.iter().position(|other| *other == name).unwrap_or(0);
    pulls
        .iter()
        .map(|((from, to), times)| {
            let (from, to) = (place(from), place(to));
            times * (4 * from.abs_diff(to) + usize::from(from > to))
        })
        .sum()
}

fn permute<'a>(chosen: &mut Vec<&'a str>, names: &[&'a str], orders: &mut Vec<Vec<&'a str>>) {
    if chosen.len() == names.len() {
        orders.push(chosen.clone());
        return;
    }
    for name in names {
        if !chosen.contains(name) {
            chosen.push(name);
            permute(chosen, names, orders);
            chosen.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_facts_join_stand_side_by_side() {
        let pulls = BTreeMap::from([(("a", "c"), 9), (("c", "b"), 1)]);
        assert!(cost(&["a", "c", "b"], &pulls) < cost(&["a", "b", "c"], &pulls));
    }
}
