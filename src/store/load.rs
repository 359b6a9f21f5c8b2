//! Records on their way into an empty graph. In: records, one by one. Out: a store that holds them, and the lines of their
//! ledger.

use std::ops::ControlFlow;

use oxigraph::model::{NamedNode, NamedNodeRef, Quad};
use oxigraph::store::{StorageError, Store};

use super::Error;
use super::difference::Difference;
use super::import::Import;
use super::ledger_line::{Entry, loose_line};
use super::unit::{Fed, Unit, UnitSink};

/// The lines of a ledger, as records come in.
pub(super) struct Lines {
    text: String,
    base: String,
    error: Option<StorageError>,
}

impl Lines {
    /// Begins the ledger of a case with this base.
    pub(super) fn new(base: &str) -> Self {
        Self { text: String::new(), base: base.to_owned(), error: None }
    }

    /// Adds a record with its quads; an error is kept until the end.
    pub(super) fn add(&mut self, unit: &Unit<'_>, quads: &[Quad]) -> ControlFlow<()> {
        if unit.node.is_empty() {
            self.text.extend(quads.iter().map(loose_line));
            return ControlFlow::Continue(());
        }
        match Entry::of(unit, quads) {
            Ok(entry) => self.text.push_str(&entry.line(&self.base)),
            Err(error) => {
                self.error = Some(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Returns the lines.
    pub(super) fn finish(self) -> Result<String, Error> {
        self.error.map_or(Ok(self.text), |error| Err(error.into()))
    }
}

/// What reads a case and hands over its records; it may be called twice.
pub type Feed<'f, E> = dyn FnMut(&mut UnitSink<'_>) -> Result<Fed, E> + 'f;

/// Takes the records of a case into a store that has none of it, and returns the lines of their ledger too.
pub(super) fn load<E: From<Error>>(
    store: &Store,
    import: &Import,
    feed: &mut Feed<'_, E>,
) -> Result<(Fed, Difference, String), E> {
    let (mut difference, mut lines) = (Difference::default(), Lines::new(&import.base));
    let mut transaction = store.start_transaction().map_err(Error::from)?;
    let told = feed(&mut |unit| {
        difference.count_new(import.table(unit.table), &unit);
        let quads = (unit.make)();
        lines.add(&unit, &quads)?;
        transaction.extend(&quads);
        ControlFlow::Continue(())
    })?;
    transaction.commit().map_err(Error::from)?;
    difference.facts = told.facts;
    Ok((told, difference, lines.finish()?))
}

/// Copies all quads but those of one graph from a store into another.
pub(super) fn copy_others(from: &Store, to: &Store, graph: NamedNodeRef<'_>) -> Result<(), StorageError> {
    let mut transaction = to.start_transaction()?;
    for quad in from {
        let quad = quad?;
        if quad.graph_name.as_ref() != graph.into() {
            transaction.insert(quad.as_ref());
        }
    }
    transaction.commit()
}

/// Tells whether a store has a graph with quads.
pub(super) fn has_graph(store: &Store, graph: &str) -> Result<bool, Error> {
    let graph = NamedNode::new_unchecked(graph);
    Ok(store.quads_for_pattern(None, None, None, Some(graph.as_ref().into())).next().transpose()?.is_some())
}
