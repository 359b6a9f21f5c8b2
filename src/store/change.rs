//! A later import, worked out record by record. In: the ledger of the last import, and the records as they are now. Out:
//! the few quads to add and to remove, applied in one transaction; the cost follows the change.

use std::collections::HashSet;
use std::ops::ControlFlow;

use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef};
use oxigraph::store::{StorageError, Store};

use super::Error;
use super::difference::{Difference, Fate};
use super::import::Import;
use super::ledger::Ledger;
use super::ledger_line::{Entry, loose_line};
use super::link_lines::Joining;
use super::normal::normalised;
use super::unit::Unit;
use crate::vocab::{cg, dct, rdf};

/// What has changed since the last import.
pub(super) struct Change<'i> {
    ledger: Ledger,
    import: &'i Import,
    /// Names of all tables that the ledger or the import knows.
    pub(super) tables: Vec<String>,
    /// Quads of records that are new or say something else.
    fresh: Vec<Quad>,
    /// How many of them there may be before the work is given up.
    limit: usize,
    /// Nodes of the records that said something else before.
    outdated: Vec<(String, bool)>,
    /// The same as lines of the ledger.
    pub(super) lines: String,
    /// What records join that are new or say something else; none where they do not tell it.
    links: Option<String>,
    pub(super) difference: Difference,
    /// Why the change cannot be worked out this way.
    pub(super) is_too_great: bool,
    error: Option<StorageError>,
}

impl<'i> Change<'i> {
    /// Begins with the ledger of the last import; `tables` are the names of its tables.
    pub(super) fn new(import: &'i Import, ledger: Ledger, tables: &[String], limit: usize) -> Self {
        let new = import.tables.iter().filter(|table| !tables.contains(table));
        Self {
            ledger,
            import,
            tables: tables.iter().chain(new).cloned().collect(),
            fresh: Vec::new(),
            limit,
            outdated: Vec::new(),
            lines: String::new(),
            links: Some(String::new()),
            difference: Difference::default(),
            is_too_great: false,
            error: None,
        }
    }

    /// Returns the position among all tables of one of the import.
    pub(super) fn table(&self, at: Option<usize>) -> Option<usize> {
        let name = self.import.tables.get(at?)?;
        // Most often they are the same.
        if self.tables.get(at?) == Some(name) { at } else { self.tables.iter().position(|table| table == name) }
    }

    /// Takes a record as it is now.
    pub(super) fn take(&mut self, unit: &mut Unit<'_>) -> ControlFlow<()> {
        let from = self.fresh.len();
        if unit.node.is_empty() {
            for quad in (unit.make)().into_iter().filter(|quad| !self.ledger.see_loose(quad)) {
                self.lines.push_str(&loose_line(&quad));
                self.fresh.push(quad);
            }
            self.link(unit, from);
        } else if let Some(fate) = self.ledger.see(unit.node, &unit.digest) {
            let quads = (unit.make)();
            match Entry::of(unit, self.table(unit.table), &quads) {
                Ok(entry) => self.note(&entry, self.import.table(unit.table), fate),
                Err(error) => self.error = Some(error),
            }
            self.fresh.extend(quads);
            self.link(unit, from);
        }
        self.is_too_great |= self.fresh.len() > self.limit;
        if self.is_too_great || self.error.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Notes what a record joins, by its quads: those from a position on.
    fn link(&mut self, unit: &Unit<'_>, from: usize) {
        let joining = Joining::of(unit.node, unit.is_fact, &self.import.base, &self.fresh[from..]);
        self.links.take_if(|links| !joining.lines(unit.node, &self.import.base, "+", links));
    }

    fn note(&mut self, entry: &Entry<'_>, table: &str, fate: Fate) {
        self.difference.count(table, entry.is_fact, fate);
        self.lines.push_str(&entry.line(&self.import.base, Some(fate)));
        if fate != Fate::Added {
            self.outdated.push((entry.node.to_owned(), entry.is_fact));
        }
    }

    /// Ends the work once all records have been taken.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        if let Some(error) = self.error.take() {
            return Err(error.into());
        }
        self.is_too_great |= self.ledger.has_unseen_loose();
        for record in self.ledger.unseen() {
            let table = record.table.and_then(|table| self.tables.get(table)).cloned().unwrap_or_default();
            let (node, is_fact) = (record.node.as_str(), record.is_fact);
            let entry = Entry { node, table: record.table, is_fact, digest: [0; 16], shared: String::new() };
            self.note(&entry, &table, Fate::Removed);
        }
        self.difference.is_empty = self.fresh.is_empty() && self.outdated.is_empty();
        Ok(())
    }

    /// Applies the change to the graph of the case, together with the quads of its log, in one transaction. Returns the
    /// lines of the links that have gone or come, where they can be told.
    pub(super) fn apply(&self, store: &Store, graph: NamedNodeRef<'_>, log: &[Quad]) -> Result<Option<String>, Error> {
        let fresh = normalised(&self.fresh)?;
        let kept: HashSet<&Quad> = fresh.iter().collect();
        let mut before = Vec::new();
        let mut links = String::new();
        for (node, is_fact) in &self.outdated {
            let quads = quads_before(store, node, *is_fact, graph)?;
            let base = &self.import.base;
            Joining::of(node, *is_fact, base, &quads).lines(node, base, "-", &mut links);
            before.extend(quads);
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
        transaction.extend(log);
        transaction.commit()?;
        Ok(self.links.as_ref().map(|new| links + new))
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
