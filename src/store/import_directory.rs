//! An import into a store directory. In: the records of a case. Out: the next generation: filled from nothing, made from
//! the last one by the few quads that change, or, where too much changes, filled anew.

use std::io::Write;

use super::change::Change;
use super::compare::compare;
use super::contents::{Contents, ImportedCase};
use super::difference::Difference;
use super::directory::{Access, Directory, Draft, QUADS, open_store};
use super::import::{Import, Mode};
use super::ledger::Ledger;
use super::ledger_line::form;
use super::link_lines::Runs;
use super::load::{Feed, Loading, RecordWriter, copy_others, has_graph, load};
use super::unit::Fed;
use super::{Error, log};

/// Quads that may change before a store is filled anew instead.
const LIMIT: usize = 500_000;

/// Batches that may lie side by side, each in files of its own. `RocksDB` lets writers wait from 36 on, and every small
/// import later brings one more; at the latest then it merges them.
const UNMERGED: usize = 26;

impl Import {
    /// Returns what the store is to remember of this import.
    pub(super) fn done(&self, told: &Fed, ledger: usize, links: Runs) -> ImportedCase {
        ImportedCase {
            base: self.base.clone(),
            input: self.input.clone(),
            facts: told.facts,
            tables: self.tables.clone(),
            ledger,
            form: form(),
            links,
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
        let mut contents = self.contents();
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
            let is_worn = ledger.is_worn();
            let mut change = Change::new(import, ledger, &case.tables, LIMIT);
            let lines = is_worn.then(|| draft.records(number, &import.base)).transpose()?;
            let (told, anew) = feed_change(feed, &mut change, lines)?;
            if !change.is_too_great {
                change.difference.facts = told.facts;
                if mode == Mode::Write {
                    self.store_change(import, contents, draft, &change, &told, anew)?;
                }
                return Ok(change.difference);
            }
        }
        let current = self.current().map(|folder| open_store(&folder.join(QUADS), Access::Read)).transpose()?;
        let is_there = current.as_ref().map_or(Ok(false), |store| has_graph(store, &import.graph))?;
        let known = known.as_ref().and_then(|case| Some((self.ledger(case)?, case.tables.as_slice())));
        let is_counted = known.is_some();
        let (told, difference, runs) = if mode == Mode::Preview && (is_counted || !is_there) {
            let (told, difference) =
                load(None, import, known, feed, &mut RecordWriter::new(std::io::sink(), &import.base))?;
            (told, difference, None)
        } else {
            if !is_there {
                self.copy_into(&draft)?;
            }
            let store = draft.store()?;
            let earlier = current.as_ref().map_or(Ok(0), |store| log::count(store, &import.log_graph));
            let mut loading = Loading::new(&store);
            let mut lines = draft.records(number, &import.base)?;
            let (told, mut difference) = load(Some(&mut loading), import, known, feed, &mut lines)?;
            let runs = lines.finish()?;
            if let Some(current) = current.as_ref().filter(|_| is_there) {
                copy_others(current, &mut loading, import.graph_node().as_ref())?;
            }
            let log = |difference: &Difference| Ok::<_, Error>(import.log(difference, &told.files, earlier?));
            let layers = if let Some(current) = current.as_ref().filter(|_| is_there && !is_counted) {
                let layers = loading.commit().map_err(Error::from)?;
                let ledger = read_ledger(&draft, number, import);
                let found = compare(current, &store, import, &ledger).map_err(Error::from)?;
                difference = Difference { facts: told.facts, ..found };
                store.extend(log(&difference)?).map_err(Error::from)?;
                layers
            } else {
                loading.add(log(&difference)?).map_err(Error::from)?;
                loading.commit().map_err(Error::from)?
            };
            drop(store);
            let is_alone = current.is_none() || is_there;
            contents.layers = if is_alone { Some(layers) } else { contents.layers.map(|before| before + layers) };
            if layers > UNMERGED {
                draft.merge()?;
                contents.layers = Some(1);
            }
            (told, difference, runs)
        };
        drop(current);
        if mode == Mode::Write && !difference.is_empty {
            self.publish_case(import, contents, draft, import.done(&told, number, runs))?;
        }
        Ok(difference)
    }

    /// Stores what has changed; `anew` are the runs of the links where the records of the draft were written anew.
    fn store_change(
        &self,
        import: &Import,
        mut contents: Contents,
        draft: Draft,
        change: &Change<'_>,
        told: &Fed,
        anew: Option<Runs>,
    ) -> Result<(), Error> {
        let number = contents.ledger_of(&import.graph);
        let known = contents.cases.get(&import.graph).and_then(|case| case.links.clone());
        let mut case = import.done(told, number, known);
        case.tables.clone_from(&change.tables);
        if change.difference.is_empty {
            return self.refresh(contents, &import.graph, case);
        }
        contents.layers = contents.layers.map(|layers| layers + 1);
        self.copy_into(&draft)?;
        let store = draft.store()?;
        let earlier = log::count(&store, &import.log_graph)?;
        let log = import.log(&change.difference, &told.files, earlier);
        // It stays in the log of RocksDB, which a reader reads in no time: to write it out would be to wait until the files
        // of a large first import are merged.
        let links = change.apply(&store, import.graph_node().as_ref(), &log)?;
        drop(store);
        if let Some(runs) = anew {
            case.links = runs;
        } else {
            self.extend_ledger(&draft, number, &change.lines)?;
            case.links = case.links.filter(|_| links.is_some());
            if let (Some(_), Some(lines)) = (&case.links, links) {
                self.extend_links(&draft, number, &lines)?;
            }
        }
        self.publish_case(import, contents, draft, case)
    }

    fn publish_case(
        &self,
        import: &Import,
        mut contents: Contents,
        draft: Draft,
        case: ImportedCase,
    ) -> Result<(), Error> {
        self.copy_records(&contents, &import.graph, &draft)?;
        contents.cases.insert(import.graph.clone(), case);
        self.publish(draft, contents)
    }
}

/// Works out what has changed; returns the runs of the links where records are written.
fn feed_change<E: From<Error>>(
    feed: &mut Feed<'_, E>,
    change: &mut Change<'_>,
    mut lines: Option<RecordWriter<impl Write>>,
) -> Result<(Fed, Option<Runs>), E> {
    let told = feed(&mut |mut unit| {
        if let Some(lines) = &mut lines {
            let quads = (unit.make)();
            lines.write(&unit, change.table(unit.table), &quads)?;
        }
        change.take(&mut unit)
    })?;
    let runs = lines.map(RecordWriter::finish).transpose()?;
    change.finish()?;
    Ok((told, runs))
}

fn read_ledger(draft: &Draft, number: usize, import: &Import) -> Ledger {
    let text = std::fs::read_to_string(draft.ledger(number)).unwrap_or_default();
    Ledger::parse(text, "", &import.base).unwrap_or_default()
}
