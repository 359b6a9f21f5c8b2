//! Records on their way into an empty graph. In: records, one by one. Out: a store that holds them, filled in batches by
//! Oxigraph's loader, and the lines of their ledger; memory is bounded by the size of a batch.

use std::io::Write;
use std::ops::ControlFlow;

use oxigraph::model::{NamedNode, NamedNodeRef, Quad};
use oxigraph::store::{BulkLoader, StorageError, Store};

use super::Error;
use super::difference::{Difference, Fate};
use super::import::Import;
use super::ledger::{Known, Ledger, write_lines};
use super::unit::{Fed, Unit, UnitSink};

/// Quads of a batch. While one is read, as many are being sorted for each core.
const BATCH: usize = 500_000;

/// Fills a store in batches.
pub(super) struct Loading<'s> {
    loader: BulkLoader<'s>,
    waiting: Vec<Quad>,
}

impl<'s> Loading<'s> {
    pub(super) fn new(store: &'s Store) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let loader = store.bulk_loader().with_num_threads(threads);
        // The loader counts 1000 quads to the megabyte.
        Self { loader: loader.with_max_memory_size_in_megabytes(BATCH / 1000 * threads), waiting: Vec::new() }
    }

    pub(super) fn add(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), StorageError> {
        self.waiting.extend(quads);
        if self.waiting.len() >= BATCH {
            self.loader.load_quads(std::mem::take(&mut self.waiting))?;
        }
        Ok(())
    }

    pub(super) fn commit(mut self) -> Result<(), StorageError> {
        self.loader.load_quads(std::mem::take(&mut self.waiting))?;
        self.loader.commit()
    }
}

/// Writes the ledger of an import.
pub(super) struct LedgerWriter<'w> {
    out: &'w mut dyn Write,
    base: &'w str,
    error: Option<std::io::Error>,
}

impl<'w> LedgerWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write, base: &'w str) -> Self {
        Self { out, base, error: None }
    }

    /// Writes the line of a record; an error is kept until the end.
    pub(super) fn write(&mut self, unit: &Unit) -> ControlFlow<()> {
        match write_lines(self.out, unit, self.base) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        let flushed = self.out.flush();
        self.error.map_or(flushed, Err).map_err(Error::Ledger)
    }
}

/// What reads a case and hands over its records; it may be called twice.
pub type Feed<'f, E> = dyn FnMut(&mut UnitSink<'_>) -> Result<Fed, E> + 'f;

/// Loads a case into a store that does not hold it yet, or only counts its records where there is no store; `known` is
/// the ledger of what it takes the place of.
pub(super) fn load<E: From<Error>>(
    store: Option<&Store>,
    import: &Import,
    known: Option<(Ledger, &[String])>,
    feed: &mut Feed<'_, E>,
    ledger: &mut dyn Write,
) -> Result<(Fed, Difference), E> {
    let mut loading = store.map(Loading::new);
    let mut lines = LedgerWriter::new(ledger, &import.base);
    let mut difference = Difference::default();
    let (mut known, tables) = known.map_or((None, &[][..]), |(ledger, tables)| (Some(ledger), tables));
    let mut error = None;
    let told = feed(&mut |unit| {
        let table = import.table(unit.table);
        if !unit.node.is_empty() {
            let fate = match known.as_mut().map_or(Known::New, |known| known.see(&unit)) {
                Known::New => Some(Fate::Added),
                Known::Changed => Some(Fate::Changed),
                Known::Same => None,
            };
            if let Some(fate) = fate {
                difference.count(table, unit.is_fact, fate);
            }
        }
        lines.write(&unit)?;
        if let Some(Err(fault)) = loading.as_mut().map(|loading| loading.add(unit.quads)) {
            error = Some(fault);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    if let Some(fault) = error {
        return Err(Error::from(fault).into());
    }
    lines.finish()?;
    if let Some(loading) = loading {
        loading.commit().map_err(Error::from)?;
    }
    for record in known.iter().flat_map(Ledger::unseen) {
        let table = record.table.and_then(|table| tables.get(table)).map_or("", String::as_str);
        difference.count(table, record.is_fact, Fate::Removed);
    }
    difference.facts = told.facts;
    Ok((told, difference))
}

/// Copies all quads but those of one graph from a store into another.
pub(super) fn copy_others(from: &Store, to: &Store, graph: NamedNodeRef<'_>) -> Result<(), Error> {
    let mut loading = Loading::new(to);
    for quad in from {
        let quad = quad?;
        if quad.graph_name.as_ref() != graph.into() {
            loading.add([quad])?;
        }
    }
    Ok(loading.commit()?)
}

/// Tells whether a store has a graph with quads.
pub(super) fn has_graph(store: &Store, graph: &str) -> Result<bool, Error> {
    let graph = NamedNode::new_unchecked(graph);
    Ok(store.quads_for_pattern(None, None, None, Some(graph.as_ref().into())).next().transpose()?.is_some())
}
