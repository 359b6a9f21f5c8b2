//! Records on their way into an empty graph. In: records, one by one. Out: a store that holds them, filled in batches by
//! Oxigraph's loader, and the lines of their ledger; memory is bounded by the size of a batch.

use std::io::Write;
use std::ops::ControlFlow;

use oxigraph::model::{NamedNode, NamedNodeRef, Quad};
use oxigraph::store::{BulkLoader, StorageError, Store};

use super::Error;
use super::difference::{Difference, Fate};
use super::import::Import;
use super::ledger::Ledger;
use super::ledger_line::{Entry, loose_line};
use super::link_lines::{LinkWriter, Runs};
use super::unit::{Fed, Unit, UnitSink};

/// Quads of a batch: as they wait and as they are sorted, some 450 MB.
const BATCH: usize = 900_000;

/// Quads of the first batch, with which the sorting begins early; each next one has twice as many.
const FIRST_BATCH: usize = BATCH / 4;

/// Quads that are not worth another thread.
const FEW: usize = 100_000;

/// Most batches that are sorted while one is read. One reader keeps no more busy.
const SORTED_AT_ONCE: usize = 3;

/// Fills a store in batches.
pub(super) struct Loading<'s> {
    loader: BulkLoader<'s>,
    waiting: Vec<Quad>,
    threads: usize,
    /// Quads of the next batch.
    size: usize,
    batches: usize,
}

impl<'s> Loading<'s> {
    pub(super) fn new(store: &'s Store) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(SORTED_AT_ONCE);
        let loader = store.bulk_loader().with_num_threads(threads);
        // The loader counts 1000 quads to the megabyte. A batch ends with a whole record: what the loader would take to be
        // more than one batch would become files of its own, a few quads each.
        Self {
            loader: loader.with_max_memory_size_in_megabytes(2 * BATCH / 1000 * threads),
            waiting: Vec::new(),
            threads,
            size: FIRST_BATCH,
            batches: 0,
        }
    }

    pub(super) fn add(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), StorageError> {
        self.waiting.extend(quads);
        if self.waiting.len() >= self.size {
            let quads = std::mem::take(&mut self.waiting);
            self.load(quads)?;
            self.size = BATCH.min(2 * self.size);
        }
        Ok(())
    }

    fn load(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), StorageError> {
        self.batches += 1;
        self.loader.load_quads(quads)
    }

    /// Puts all of it into the store; returns how many batches it was, each in files of its own.
    pub(super) fn commit(mut self) -> Result<usize, StorageError> {
        let rest = std::mem::take(&mut self.waiting);
        // The last batch would be sorted while all other threads wait.
        let part = rest.len().div_ceil(self.threads).max(FEW);
        let mut rest = rest.into_iter().peekable();
        while rest.peek().is_some() {
            self.load(rest.by_ref().take(part))?;
        }
        self.loader.commit()?;
        Ok(self.batches)
    }
}

/// Writes what an import leaves beside the quads: the ledger, and where they are wanted the links.
pub(super) struct RecordWriter<W> {
    pub(super) ledger: W,
    links: Option<LinkWriter>,
    base: String,
    error: Option<Error>,
}

impl<W: Write> RecordWriter<W> {
    pub(super) fn new(ledger: W, base: &str) -> Self {
        Self { ledger, links: None, base: base.to_owned(), error: None }
    }

    pub(super) fn with_links(self, links: LinkWriter) -> Self {
        Self { links: Some(links), ..self }
    }

    /// Writes the lines of a record with its quads; an error is kept until the end.
    pub(super) fn write(&mut self, unit: &Unit<'_>, table: Option<usize>, quads: &[Quad]) -> ControlFlow<()> {
        match self.lines(unit, table, quads) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn lines(&mut self, unit: &Unit<'_>, table: Option<usize>, quads: &[Quad]) -> Result<(), Error> {
        let lines = if unit.node.is_empty() {
            quads.iter().map(loose_line).collect()
        } else {
            Entry::of(unit, table, quads)?.line(&self.base, None)
        };
        self.ledger.write_all(lines.as_bytes()).map_err(Error::Ledger)?;
        self.links.as_mut().map_or(Ok(()), |links| links.write(unit, quads)).map_err(Error::Ledger)
    }

    /// Returns the runs of the links, where these are known.
    pub(super) fn finish(mut self) -> Result<Runs, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.ledger.flush().map_err(Error::Ledger)?;
        self.links.map_or(Ok(None), LinkWriter::finish).map_err(Error::Ledger)
    }
}

/// What reads a case and hands over its records; it may be called twice.
pub type Feed<'f, E> = dyn FnMut(&mut UnitSink<'_>) -> Result<Fed, E> + 'f;

/// Takes the records of a case into `loading` and `lines`, or only counts them where there is no `loading`; `known` is the
/// ledger of what they take the place of.
pub(super) fn load<E: From<Error>>(
    mut loading: Option<&mut Loading<'_>>,
    import: &Import,
    known: Option<(Ledger, &[String])>,
    feed: &mut Feed<'_, E>,
    lines: &mut RecordWriter<impl Write>,
) -> Result<(Fed, Difference), E> {
    let mut difference = Difference::default();
    let (mut known, tables) = known.map_or((None, &[][..]), |(ledger, tables)| (Some(ledger), tables));
    let mut error = None;
    let told = feed(&mut |unit| {
        if !unit.node.is_empty() {
            let fate = match known.as_mut() {
                Some(known) => known.see(unit.node, &unit.digest),
                None => Some(Fate::Added),
            };
            if let Some(fate) = fate {
                difference.count(import.table(unit.table), unit.is_fact, fate);
            }
        }
        let Some(loading) = &mut loading else { return ControlFlow::Continue(()) };
        let quads = (unit.make)();
        lines.write(&unit, unit.table, &quads)?;
        if let Err(fault) = loading.add(quads) {
            error = Some(fault);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    if let Some(fault) = error {
        return Err(Error::from(fault).into());
    }
    for record in known.iter().flat_map(Ledger::unseen) {
        let table = record.table.and_then(|table| tables.get(table)).map_or("", String::as_str);
        difference.count(table, record.is_fact, Fate::Removed);
    }
    difference.facts = told.facts;
    Ok((told, difference))
}

/// Copies all quads but those of one graph from a store.
pub(super) fn copy_others(from: &Store, loading: &mut Loading<'_>, graph: NamedNodeRef<'_>) -> Result<(), Error> {
    for quad in from {
        let quad = quad?;
        if quad.graph_name.as_ref() != graph.into() {
            loading.add([quad])?;
        }
    }
    Ok(())
}

/// Tells whether a store has a graph with quads.
pub(super) fn has_graph(store: &Store, graph: &str) -> Result<bool, Error> {
    let graph = NamedNode::new_unchecked(graph);
    Ok(store.quads_for_pattern(None, None, None, Some(graph.as_ref().into())).next().transpose()?.is_some())
}
