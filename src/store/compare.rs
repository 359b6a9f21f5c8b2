//! Two stores compared where no ledger says what changed. In: a case before and after. Out: the difference, by the
//! subjects of the quads. It costs as much as the stores are large.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode};
use oxigraph::store::{StorageError, Store};

use super::difference::{Difference, Fate};
use super::import::Import;
use super::ledger::Ledger;
use super::ledger_line::quad_digest;
use crate::vocab::cg;

/// What is said of a subject: the sum of the fingerprints, and whether it is a fact.
type Said = (u128, bool);

/// Compares the graph of a case in two stores; `ledger` is that of the case as it is now.
pub(super) fn compare(
    before: &Store,
    after: &Store,
    import: &Import,
    ledger: &Ledger,
) -> Result<Difference, StorageError> {
    let mut old = subjects(before, import.graph_node().as_ref())?;
    let new = subjects(after, import.graph_node().as_ref())?;
    let mut difference = Difference { is_empty: old == new, ..Difference::default() };
    for record in ledger.unseen() {
        let Some(now) = new.get(&record.node) else { continue };
        let fate = match old.remove(&record.node) {
            None => Fate::Added,
            Some(then) if then != *now => Fate::Changed,
            Some(_) => continue,
        };
        difference.count(record.table.map_or("", |table| import.table(Some(table))), record.is_fact, fate);
    }
    for (_, (_, is_fact)) in old.into_iter().filter(|(subject, _)| !new.contains_key(subject)) {
        difference.count("", is_fact, Fate::Removed);
    }
    Ok(difference)
}

fn subjects(store: &Store, graph: NamedNodeRef<'_>) -> Result<BTreeMap<String, Said>, StorageError> {
    let mut subjects: BTreeMap<String, Said> = BTreeMap::new();
    for quad in store.quads_for_pattern(None, None, None, Some(graph.into())) {
        let quad = quad?;
        let digest = u128::from_be_bytes(quad_digest(&quad));
        let is_fact = quad.predicate == cg::STATUS;
        let subject = match quad.subject {
            NamedOrBlankNode::NamedNode(node) => node.into_string(),
            NamedOrBlankNode::BlankNode(node) => node.into_string(),
        };
        let said = subjects.entry(subject).or_default();
        said.0 = said.0.wrapping_add(digest);
        said.1 |= is_fact;
    }
    Ok(subjects)
}
