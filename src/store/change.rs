//! A later import, worked out record by record. In: the ledger of the last import, and the records as they are now. Out:
//! the few quads to add and to remove, applied in one transaction; the cost follows the change.

use std::collections::HashSet;
use std::ops::ControlFlow;

use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef};
use oxigraph::store::{StorageError, Store};

use super::Error;
use super::difference::{Difference, Fate};
use super::ledger::{Known, Ledger, quad_digest};
use super::normal::{normal, normalised};
use super::unit::Unit;
use crate::vocab::{cg, dct, rdf};

/// What has changed since the last import.
pub(super) struct Change {
    ledger: Ledger,
    /// Names of the tables at the last import.
    tables: Vec<String>,
    /// Quads of records that are new or say something else.
    fresh: Vec<Quad>,
    /// How many of them there may be before the work is given up.
    limit: usize,
    /// Nodes of the records that said something else before.
    outdated: Vec<(String, bool)>,
    /// Fingerprints of quads that several records may make.
    shared: HashSet<[u8; 16]>,
    pub(super) difference: Difference,
    /// Why the change cannot be worked out this way.
    pub(super) is_too_great: bool,
    error: Option<StorageError>,
}

impl Change {
    /// Begins with the ledger of the last import; `tables` are the names of its tables.
    pub(super) fn new(ledger: Ledger, tables: Vec<String>, limit: usize) -> Self {
        Self {
            ledger,
            tables,
            fresh: Vec::new(),
            limit,
            outdated: Vec::new(),
            shared: HashSet::new(),
            difference: Difference::default(),
            is_too_great: false,
            error: None,
        }
    }

    /// Takes a record as it is now; `table` is the name of its table.
    pub(super) fn take(&mut self, unit: Unit, table: &str) -> ControlFlow<()> {
        if let Err(error) = self.share(&unit) {
            self.error = Some(error);
            return ControlFlow::Break(());
        }
        if unit.node.is_empty() {
            let ledger = &mut self.ledger;
            let new: Vec<Quad> = unit.quads.into_iter().filter(|quad| !ledger.see_loose(quad_digest(quad))).collect();
            self.fresh.extend(new);
        } else {
            let fate = match self.ledger.see(&unit) {
                Known::Same => return ControlFlow::Continue(()),
                Known::Changed => Fate::Changed,
                Known::New => Fate::Added,
            };
            self.difference.count(table, unit.is_fact, fate);
            if fate == Fate::Changed {
                self.outdated.push((unit.node, unit.is_fact));
            }
            self.fresh.extend(unit.quads);
        }
        self.is_too_great |= self.fresh.len() > self.limit;
        if self.is_too_great { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Keeps what other records may say too, so that it is not removed with one of them.
    fn share(&mut self, unit: &Unit) -> Result<(), StorageError> {
        for quad in &unit.quads {
            // The one thing that a fact says of its node and a citation of it too is its source.
            let may_be_shared = !unit.owns(quad)
                || (self.ledger.has_citations && quad.predicate == dct::SOURCE)
                || (!unit.is_fact && quad.predicate != rdf::TYPE && matches!(quad.object, Term::NamedNode(_)));
            if may_be_shared {
                self.shared.insert(match normal(quad)? {
                    Some(normal) => quad_digest(&normal),
                    None => quad_digest(quad),
                });
            }
        }
        Ok(())
    }

    /// Ends the work once all records have been taken.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        if let Some(error) = self.error.take() {
            return Err(error.into());
        }
        self.is_too_great |= self.ledger.has_unseen_loose();
        for record in self.ledger.unseen() {
            let table = record.table.and_then(|table| self.tables.get(table)).map_or("", String::as_str);
            self.difference.count(table, record.is_fact, Fate::Removed);
            self.outdated.push((record.node, record.is_fact));
        }
        self.difference.is_empty = self.fresh.is_empty() && self.outdated.is_empty();
        Ok(())
    }

    /// Applies the change to the graph of the case, together with the quads of its log, in one transaction.
    pub(super) fn apply(&self, store: &Store, graph: NamedNodeRef<'_>, log: &[Quad]) -> Result<(), Error> {
        let fresh = normalised(&self.fresh)?;
        let (kept, mut removed): (HashSet<&Quad>, Vec<Quad>) = (fresh.iter().collect(), Vec::new());
        for (node, is_fact) in &self.outdated {
            let before = quads_before(store, node, *is_fact, graph)?;
            removed.extend(
                before.into_iter().filter(|quad| !kept.contains(quad) && !self.shared.contains(&quad_digest(quad))),
            );
        }
        let mut added = Vec::new();
        for quad in &fresh {
            if !store.contains(quad)? {
                added.push(quad);
            }
        }
        let mut transaction = store.start_transaction()?;
        for quad in &removed {
            transaction.remove(quad);
        }
        transaction.extend(added);
        transaction.extend(log);
        transaction.commit()?;
        Ok(())
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
