//! An import into a store directory. In: the records of a case. Out: the next generation: filled from nothing, made from
//! the last one by the few quads that change, or, where too much changes, filled anew.

use std::fs::File;
use std::io::BufWriter;

use oxigraph::store::Store;

use super::change::Change;
use super::compare::compare;
use super::contents::{Contents, ImportedCase};
use super::difference::Difference;
use super::directory::{Access, Directory, Draft, QUADS, open_store};
use super::import::{Import, Mode};
use super::ledger::Ledger;
use super::load::{Feed, LedgerWriter, copy_others, has_graph, load};
use super::unit::Fed;
use super::{Error, log};

/// Quads that may change before a store is filled anew instead.
const LIMIT: usize = 500_000;

impl Import {
    /// Returns what the store is to remember of this import.
    pub(super) fn done(&self, told: &Fed, ledger: usize) -> ImportedCase {
        ImportedCase {
            base: self.base.clone(),
            input: self.input.clone(),
            facts: told.facts,
            tables: self.tables.clone(),
            ledger,
        }
    }
}

impl Directory {
    /// Imports a case.
    pub(super) fn import<E: From<Error>>(
        &self,
        import: &Import,
        mode: Mode,
        feed: &mut Feed<'_, E>,
    ) -> Result<Difference, E> {
        let contents = self.contents();
        if let Some(facts) = contents.same(&import.graph, &import.input) {
            return Ok(Difference { facts, is_empty: true, ..Difference::default() });
        }
        let known = contents.cases.get(&import.graph).cloned();
        let draft = match mode {
            Mode::Write => self.draft()?,
            Mode::Preview => Draft::aside()?,
        };
        let number = contents.ledger_of(&import.graph);
        if let Some(case) = &known
            && let Some(ledger) = self.ledger(case)
        {
            let lines = draft.ledger(number);
            let mut change = Change::new(ledger, case.tables.clone(), LIMIT);
            let told = feed_change(import, feed, &mut change, &mut create(&lines)?)?;
            if !change.is_too_great {
                change.difference.facts = told.facts;
                if mode == Mode::Write {
                    self.store_change(import, contents, draft, &change, &told)?;
                }
                return Ok(change.difference);
            }
        }
        let current = self.current().map(|folder| open_store(&folder.join(QUADS), Access::Read)).transpose()?;
        let is_there = current.as_ref().map_or(Ok(false), |store| has_graph(store, &import.graph))?;
        let known = known.as_ref().and_then(|case| Some((self.ledger(case)?, case.tables.as_slice())));
        let is_counted = known.is_some();
        let (told, difference) = if is_there && !(is_counted && mode == Mode::Preview) {
            let store = draft.store()?;
            let (told, mut difference) = load(Some(&store), import, known, feed, &mut create(&draft.ledger(number))?)?;
            if let Some(current) = &current {
                if !is_counted {
                    let found =
                        compare(current, &store, import, &read_ledger(&draft, number, import)).map_err(Error::from)?;
                    difference = Difference { facts: told.facts, ..found };
                }
                copy_others(current, &store, import.graph_node().as_ref())?;
            }
            finish(&store, import, &difference, &told)?;
            (told, difference)
        } else if mode == Mode::Preview {
            load(None, import, known, feed, &mut std::io::sink())?
        } else {
            self.copy_into(&draft)?;
            let store = draft.store()?;
            let (told, difference) = load(Some(&store), import, None, feed, &mut create(&draft.ledger(number))?)?;
            finish(&store, import, &difference, &told)?;
            (told, difference)
        };
        drop(current);
        if mode == Mode::Write && !difference.is_empty {
            self.publish_case(import, contents, draft, &told)?;
        }
        Ok(difference)
    }

    fn store_change(
        &self,
        import: &Import,
        contents: Contents,
        draft: Draft,
        change: &Change,
        told: &Fed,
    ) -> Result<(), Error> {
        let number = contents.ledger_of(&import.graph);
        if change.difference.is_empty {
            return self.refresh(contents, &import.graph, import.done(told, number), &draft.ledger(number));
        }
        self.copy_into(&draft)?;
        let store = draft.store()?;
        let earlier = log::count(&store, &import.log_graph)?;
        let log = import.log(&change.difference, &told.files, earlier);
        change.apply(&store, import.graph_node().as_ref(), &log)?;
        store.flush_all()?;
        drop(store);
        self.publish_case(import, contents, draft, told)
    }

    fn publish_case(&self, import: &Import, mut contents: Contents, draft: Draft, told: &Fed) -> Result<(), Error> {
        self.copy_ledgers(&contents, &import.graph, &draft)?;
        let number = contents.ledger_of(&import.graph);
        contents.cases.insert(import.graph.clone(), import.done(told, number));
        self.publish(draft, contents)
    }
}

fn feed_change<E: From<Error>>(
    import: &Import,
    feed: &mut Feed<'_, E>,
    change: &mut Change,
    lines: &mut BufWriter<File>,
) -> Result<Fed, E> {
    let mut writer = LedgerWriter::new(lines, &import.base);
    let told = feed(&mut |unit| {
        writer.write(&unit)?;
        let table = import.table(unit.table);
        change.take(unit, table)
    })?;
    writer.finish()?;
    change.finish()?;
    Ok(told)
}

/// Writes the log, and all that is still in memory.
fn finish(store: &Store, import: &Import, difference: &Difference, told: &Fed) -> Result<(), Error> {
    let earlier = log::count(store, &import.log_graph)?;
    store.extend(import.log(difference, &told.files, earlier))?;
    store.flush_all()
}

fn create(path: &std::path::Path) -> Result<BufWriter<File>, Error> {
    File::create(path).map(BufWriter::new).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn read_ledger(draft: &Draft, number: usize, import: &Import) -> Ledger {
    let text = std::fs::read_to_string(draft.ledger(number)).unwrap_or_default();
    Ledger::parse(text, &import.base).unwrap_or_default()
}

trait FlushAll {
    fn flush_all(&self) -> Result<(), Error>;
}

impl FlushAll for Store {
    /// Writes what is still in memory, so that a reader need not read the log of `RocksDB`.
    fn flush_all(&self) -> Result<(), Error> {
        #[cfg(feature = "rocksdb")]
        self.flush()?;
        Ok(())
    }
}
