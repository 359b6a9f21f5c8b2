//! Store files: N-Quads, compressed by gzip. A file is written beside its place and renamed into it, so that it holds the
//! old state or the new one, whatever happens in between. It begins with comments for the next import: a line on its
//! cases, and their ledgers; it ends with its seal. The state before the last change stays beside it, for `undo`.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::Quad;
use oxigraph::store::Store;

use super::change::Change;
use super::compare::compare;
use super::contents::{ImportedCase, SEALED};
use super::difference::Difference;
use super::import::{Import, Mode};
use super::ledger::Ledger;
use super::load::{Feed, Lines, copy_others, has_graph, load};
use super::seal::Sealing;
use super::sealed_file::{HEAD, Head, LEDGER, SealedFile};
use super::unit::Fed;
use super::{Error, before, cases, log, refuse_directory};
use crate::new_file::NewFile;

/// A store file that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Number of its quads.
    pub quads: usize,
    /// Number of its cases.
    pub cases: usize,
    /// Whether it bears a seal, which fits; none does that another program wrote.
    pub is_sealed: bool,
    /// Whether the state before its last change is there; none where nothing lies beside it.
    pub can_undo: Option<bool>,
}

/// Reads a store file into memory.
pub(super) fn read(path: &Path) -> Result<Store, Error> {
    Ok(SealedFile::open(path).and_then(SealedFile::read).map_err(|error| fault(path, error))?.1)
}

/// Reads the quads of a store file, where no store is to be made of them.
pub fn quads_of(path: &Path) -> Result<Vec<Quad>, Error> {
    let read = SealedFile::open(path).and_then(|file| file.take(|quads| quads.collect::<io::Result<Vec<_>>>()));
    Ok(read.map_err(|error| fault(path, error))?.0)
}

/// Reads a store file to its end, and tells what was found whole.
pub fn verify(path: &Path) -> Result<Verified, Error> {
    refuse_directory(path)?;
    if !path.is_file() {
        return Err(Error::NotAStore(path.to_owned()));
    }
    let (head, store, _) = SealedFile::open(path).and_then(SealedFile::read).map_err(|error| fault(path, error))?;
    Ok(Verified {
        quads: store.len()?,
        cases: cases(&store)?.len(),
        is_sealed: head.contents.is_sealed(),
        can_undo: before::fits_if_there(&place_of(path)),
    })
}

/// Tells an error of the system, which has a number, from a damaged file.
pub(super) fn fault(path: &Path, source: io::Error) -> Error {
    let path = path.to_owned();
    if source.raw_os_error().is_some() {
        return Error::File { path, source };
    }
    let can_undo = before::fits(&place_of(&path), true);
    Error::Damaged { path, source, can_undo }
}

/// Imports a case into a store file, or into a new one.
pub(super) fn import<E: From<Error>>(
    path: &Path,
    import: &Import,
    mode: Mode,
    feed: &mut Feed<'_, E>,
) -> Result<Difference, E> {
    let damaged = |error| fault(path, error);
    let (mut head, mut store, before) = if path.is_file() {
        let file = SealedFile::open(path).map_err(damaged)?;
        if let Some(facts) = file.head.contents.same(&import.graph, &import.input) {
            file.check().map_err(damaged)?;
            return Ok(Difference { facts, is_empty: true, ..Difference::default() });
        }
        let (head, store, sum) = file.read().map_err(damaged)?;
        (head, store, Some(sum))
    } else {
        (Head::default(), Store::new().map_err(Error::from)?, None)
    };
    let known = head.contents.cases.get(&import.graph).cloned();
    let ledger = known.as_ref().and_then(|case| head.ledger(case));
    let changed = match (&known, ledger) {
        (Some(case), Some(ledger)) => change(&store, import, mode, case, ledger, feed)?,
        _ => None,
    };
    let (told, difference, lines) = match changed {
        Some(changed) => changed,
        None if has_graph(&store, &import.graph)? => {
            let new = Store::new().map_err(Error::from)?;
            let (told, loaded, lines) = load(&new, import, feed)?;
            copy_others(&store, &new, import.graph_node().as_ref()).map_err(Error::from)?;
            let ledger = Ledger::parse(lines.clone(), &import.base);
            let found = compare(&store, &new, import, &ledger).map_err(Error::from)?;
            store = new;
            (told, Difference { facts: loaded.facts, ..found }, lines)
        }
        None => load(&store, import, feed)?,
    };
    if mode == Mode::Preview || difference.is_empty {
        return Ok(difference);
    }
    let number = head.contents.ledger_of(&import.graph);
    head.contents.cases.insert(import.graph.clone(), import.done(&told, number));
    head.ledgers.insert(number, lines);
    log_into(&store, import, &difference, &told)?;
    write(path, head, before, &store)?;
    let quads = store.len().map_err(Error::from)?;
    Ok(Difference { quads: Some(quads), ..difference })
}

/// Writes a store file anew, with nothing for the next import to rest on.
pub(super) fn save(path: &Path, store: &Store) -> Result<(), Error> {
    let sum = if path.is_file() { SealedFile::open(path).and_then(SealedFile::check).map(Some) } else { Ok(None) };
    let before = match sum {
        Err(source) if source.raw_os_error().is_some() => return Err(Error::File { path: path.to_owned(), source }),
        // What was damaged since is not worth keeping, and does not keep the whole state in memory from being saved.
        sum => sum.unwrap_or_default(),
    };
    write(path, Head::default(), before, store)
}

/// Changes a case in a store by the difference alone, where its ledger tells enough of it.
fn change<E: From<Error>>(
    store: &Store,
    import: &Import,
    mode: Mode,
    case: &ImportedCase,
    ledger: Ledger,
    feed: &mut Feed<'_, E>,
) -> Result<Option<(Fed, Difference, String)>, E> {
    let (mut change, mut lines) = (Change::new(import, ledger, &case.tables), Lines::new(&import.base));
    let told = feed(&mut |unit| {
        let quads = (unit.make)();
        lines.add(&unit, &quads)?;
        change.take(&unit, quads);
        ControlFlow::Continue(())
    })?;
    let lines = lines.finish()?;
    if !change.finish() {
        return Ok(None);
    }
    if mode == Mode::Write {
        change.apply(store)?;
    }
    let difference = Difference { facts: told.facts, ..change.difference };
    Ok(Some((told, difference, lines)))
}

fn log_into(store: &Store, import: &Import, difference: &Difference, told: &Fed) -> Result<(), Error> {
    let earlier = log::count(store, &import.log_graph)?;
    Ok(store.extend(import.log(difference, &told.files, earlier))?)
}

/// Returns what a path leads to: a link is followed, so that what it names is replaced and not the link.
pub(super) fn place_of(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Writes a state; `before` is the sum of the one that it takes the place of, where that is to be kept.
fn write(path: &Path, mut head: Head, before: Option<String>, store: &Store) -> Result<(), Error> {
    let fault = |source| Error::File { path: path.to_owned(), source };
    // What is no file, such as a pipe, cannot be a store: it could not be read again.
    let beside = NewFile::beside(path).and_then(|file| file.ok_or_else(|| io::ErrorKind::InvalidInput.into()));
    let beside = beside.map_err(|error| fault(error.kind().into()))?;
    let mut out = Sealing::new(GzEncoder::new(BufWriter::new(beside), Compression::default()));
    SEALED.clone_into(&mut head.contents.seal);
    head.contents.before = before;
    write_head(&head, &mut out).map_err(fault)?;
    let mut serializer = RdfSerializer::from_format(RdfFormat::NQuads).for_writer(out);
    for_each_sorted(store, &mut |quad| serializer.serialize_quad(quad).map_err(fault))?;
    let beside = serializer
        .finish()
        .and_then(Sealing::finish)
        .and_then(GzEncoder::finish)
        .and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error))
        .map_err(fault)?;
    before::replace(path, beside, head.contents.before.is_some())
}

fn write_head(head: &Head, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{HEAD}{}", head.contents.to_json())?;
    for (number, ledger) in &head.ledgers {
        for line in ledger.lines() {
            writeln!(out, "{LEDGER}{number} {line}")?;
        }
    }
    Ok(())
}

/// Goes through all quads, sorted by their N-Quads, with only the subjects in memory.
fn for_each_sorted(store: &Store, each: &mut dyn FnMut(&Quad) -> Result<(), Error>) -> Result<(), Error> {
    let mut subjects = Vec::new();
    for quad in store {
        let subject = quad?.subject;
        if subjects.last() != Some(&subject) {
            subjects.push(subject);
        }
    }
    subjects.sort_by_cached_key(ToString::to_string);
    subjects.dedup();
    for subject in subjects {
        let quads = store.quads_for_pattern(Some(subject.as_ref()), None, None, None);
        let mut quads = quads.collect::<Result<Vec<_>, _>>()?;
        quads.sort_by_cached_key(ToString::to_string);
        for quad in &quads {
            each(quad)?;
        }
    }
    Ok(())
}
