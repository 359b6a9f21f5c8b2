//! A later import, worked out record by record. In: the ledger of the last import, and the records as they are now. Out:
//! the few quads to add and to remove, applied in one transaction; the cost follows the change.

use std::collections::HashSet;

use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef};
use oxigraph::store::{StorageError, Store};

use super::Error;
use super::difference::{Difference, Fate};
use super::import::Import;
use super::ledger::Ledger;
use super::normal::normalised;
use super::unit::Unit;
use crate::vocab::{cg, dct, rdf};

/// What has changed since the last import.
pub(super) struct Change<'i> {
    ledger: Ledger,
    import: &'i Import,
    /// Names of the tables of the ledger.
    tables: &'i [String],
    /// Quads of records that are new or say something else.
    fresh: Vec<Quad>,
    /// Nodes of the records that said something else before.
    outdated: Vec<(String, bool)>,
    pub(super) difference: Difference,
}

impl<'i> Change<'i> {
    /// Begins with the ledger of the last import; `tables` are the names of its tables.
    pub(super) fn new(import: &'i Import, ledger: Ledger, tables: &'i [String]) -> Self {
        Self { ledger, import, tables, fresh: Vec::new(), outdated: Vec::new(), difference: Difference::default() }
    }

    /// Takes a record as it is now.
    pub(super) fn take(&mut self, unit: &Unit<'_>, quads: Vec<Quad>) {
        if unit.node.is_empty() {
            self.fresh.extend(quads.into_iter().filter(|quad| !self.ledger.see_loose(quad)));
        } else if let Some(fate) = self.ledger.see(unit.node, &unit.digest) {
            self.difference.count(self.import.table(unit.table), unit.is_fact, fate);
            if fate != Fate::Added {
                self.outdated.push((unit.node.to_owned(), unit.is_fact));
            }
            self.fresh.extend(quads);
        }
    }

    /// Ends the work once all records have been taken. Tells whether the change can be applied: of quads that belonged to
    /// no record the ledger does not say what they were.
    pub(super) fn finish(&mut self) -> bool {
        for record in self.ledger.unseen() {
            let table = record.table.and_then(|table| self.tables.get(table)).map_or("", String::as_str);
            self.difference.count(table, record.is_fact, Fate::Removed);
            self.outdated.push((record.node, record.is_fact));
        }
        self.difference.is_empty = self.fresh.is_empty() && self.outdated.is_empty();
        !self.ledger.has_unseen_loose()
    }

    /// Applies the change to the graph of the case, in one transaction.
    pub(super) fn apply(&self, store: &Store) -> Result<(), Error> {
        let graph = &self.import.graph_node();
        let fresh = normalised(&self.fresh)?;
        let kept: HashSet<&Quad> = fresh.iter().collect();
        let mut before = Vec::new();
        for (node, is_fact) in &self.outdated {
            before.extend(quads_before(store, node, *is_fact, graph.as_ref())?);
        }
        before.retain(|quad| !kept.contains(quad));
        let outdated = self.outdated.iter().map(|(node, _)| node.as_str()).collect();
        // What another record says too is not removed with this one.
        let made_by_others = self.ledger.made_by_others(&before, &outdated);
        let mut added = Vec::new();
        for quad in &fresh {
            if !store.contains(quad)? {
                added.push(quad);
            }
        }
        let mut transaction = store.start_transaction()?;
        for quad in before.iter().filter(|quad| !made_by_others.contains(quad)) {
            transaction.remove(quad);
        }
        transaction.extend(added);
        Ok(transaction.commit()?)
    }
}

/// Returns the quads that a record made, and those of other records with the same subject.
fn quads_before(store: &Store, node: &str, is_fact: bool, graph: NamedNodeRef<'_>) -> Result<Vec<Quad>, StorageError> {
    let node = NamedNode::new_unchecked(node);
    let pattern = store.quads_for_pattern(Some(node.as_ref().into()), None, None, Some(graph.into()));
    let mut quads = pattern.collect::<Result<Vec<_>, _>>()?;
    let object =
        |wanted: NamedNodeRef<'_>| quads.iter().find(|quad| quad.predicate == wanted).map(|q| q.object.clone());
    let graph_name = || GraphName::NamedNode(graph.into_owned());
    if is_fact {
        // The plain triple that stands for the fact.
        if let (Some(Term::NamedNode(subject)), Some(Term::NamedNode(predicate)), Some(object)) =
            (object(rdf::SUBJECT), object(rdf::PREDICATE), object(rdf::OBJECT))
        {
            let plain = Quad::new(subject, predicate, object, graph_name());
            if store.contains(&plain)? {
                quads.push(plain);
            }
        }
        return Ok(quads);
    }
    // What a citation says of its fact.
    let cited = object(cg::CITES);
    let facts = store.quads_for_pattern(
        None,
        Some(cg::CITATION_OF_FACT),
        Some(TermRef::from(node.as_ref())),
        Some(graph.into()),
    );
    for quad in facts.collect::<Result<Vec<_>, _>>()? {
        if let (NamedOrBlankNode::NamedNode(fact), Some(source)) = (&quad.subject, &cited) {
            quads.push(Quad::new(fact.clone(), dct::SOURCE, source.clone(), graph_name()));
        }
        quads.push(quad);
    }
    Ok(quads)
}
