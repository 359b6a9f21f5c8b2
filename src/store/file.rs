//! Store files: N-Quads, compressed by gzip. A file is written beside its place and renamed into it, so that it holds the
//! old state or the new one, whatever happens in between. It begins with comments for the next import: a line on its
//! cases, and their ledgers. The state before the last import stays beside it, for `undo`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser, RdfSerializer};
use oxigraph::model::Quad;
use oxigraph::store::Store;

use super::change::Change;
use super::compare::compare;
use super::contents::{Contents, ImportedCase};
use super::difference::Difference;
use super::import::{Import, Mode};
use super::ledger::Ledger;
use super::ledger_line::form;
use super::load::{Feed, Loading, RecordWriter, copy_others, has_graph, load};
use super::unit::Fed;
use super::{Error, log};
use crate::new_file::{NewFile, folder_of, prefix_beside};

/// What the first line begins with.
const HEAD: &str = "# casegraph ";
/// What a line of a ledger begins with.
const LEDGER: &str = "#";

/// Reads a store file into memory.
pub(super) fn read(path: &Path) -> Result<Store, Error> {
    let text = MultiGzDecoder::new(BufReader::new(open(path)?));
    let store = Store::new()?;
    let mut loader = store.bulk_loader();
    let quads = RdfParser::from_format(RdfFormat::NQuads).for_reader(BufReader::new(text));
    loader.load_ok_quads::<ReadError, ReadError>(quads.map(|quad| quad.map_err(ReadError::Parse))).map_err(
        |error| match error {
            ReadError::Parse(source) => Error::Damaged { path: path.to_owned(), source },
            ReadError::Storage(error) => Error::Storage(error),
        },
    )?;
    loader.commit()?;
    Ok(store)
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

enum ReadError {
    Parse(RdfParseError),
    Storage(oxigraph::store::StorageError),
}

impl From<oxigraph::store::StorageError> for ReadError {
    fn from(error: oxigraph::store::StorageError) -> Self {
        Self::Storage(error)
    }
}

/// What a store file says of its cases before its quads.
#[derive(Default)]
struct Head {
    contents: Contents,
    /// Ledgers by their number.
    ledgers: BTreeMap<usize, String>,
}

impl Head {
    fn read(path: &Path) -> Result<Self, Error> {
        let mut text = BufReader::new(MultiGzDecoder::new(BufReader::new(open(path)?)));
        let (mut head, mut line) = (Self::default(), String::new());
        loop {
            line.clear();
            // Whoever reads the quads tells what is wrong with the file.
            if text.read_line(&mut line).is_err() {
                return Ok(Self::default());
            }
            if let Some(json) = line.strip_prefix(HEAD) {
                head.contents = Contents::from_json(json);
            } else if let Some((number, entry)) = line.strip_prefix(LEDGER).and_then(|line| line.split_once(' ')) {
                head.ledgers.entry(number.parse().unwrap_or_default()).or_default().push_str(entry);
            } else {
                return Ok(head);
            }
        }
    }

    fn ledger(&self, case: &ImportedCase) -> Option<Ledger> {
        Ledger::parse(self.ledgers.get(&case.ledger).filter(|_| case.form == form())?.clone(), "", &case.base)
    }
}

/// Imports a case into a store file, or into a new one.
pub(super) fn import<E: From<Error>>(
    path: &Path,
    import: &Import,
    mode: Mode,
    feed: &mut Feed<'_, E>,
) -> Result<Difference, E> {
    let mut head = if path.is_file() { Head::read(path)? } else { Head::default() };
    if let Some(facts) = head.contents.same(&import.graph, &import.input) {
        return Ok(Difference { facts, is_empty: true, ..Difference::default() });
    }
    let mut store = if path.is_file() { read(path)? } else { Store::new().map_err(Error::from)? };
    let known = head.contents.cases.get(&import.graph).filter(|_| head.contents.seal == seal(&store)).cloned();
    let ledger = known.as_ref().and_then(|case| head.ledger(case));
    let mut records = RecordWriter::new(Vec::new(), &import.base);
    let (told, difference) = match (known, ledger) {
        (Some(case), Some(ledger)) => change(&store, import, mode, &case, ledger, feed, &mut records)?,
        _ if has_graph(&store, &import.graph)? => {
            let new = Store::new().map_err(Error::from)?;
            let mut loading = Loading::new(&new);
            let (told, loaded) = load(Some(&mut loading), import, None, feed, &mut records)?;
            copy_others(&store, &mut loading, import.graph_node().as_ref())?;
            loading.commit().map_err(Error::from)?;
            let ledger = Ledger::parse(text(&records.ledger), "", &import.base).unwrap_or_default();
            let found = compare(&store, &new, import, &ledger).map_err(Error::from)?;
            store = new;
            (told, Difference { facts: loaded.facts, ..found })
        }
        _ => {
            let mut loading = Loading::new(&store);
            let loaded = load(Some(&mut loading), import, None, feed, &mut records)?;
            loading.commit().map_err(Error::from)?;
            loaded
        }
    };
    let lines = text(&records.ledger);
    records.finish()?;
    if mode == Mode::Preview || difference.is_empty {
        return Ok(difference);
    }
    let number = head.contents.ledger_of(&import.graph);
    head.contents.cases.insert(import.graph.clone(), import.done(&told, number, None));
    head.ledgers.insert(number, lines);
    log_into(&store, import, &difference, &told)?;
    head.contents.seal = seal(&store);
    write(path, &head, &store)?;
    let quads = store.len().map_err(Error::from)?;
    Ok(Difference { quads: Some(quads), ..difference })
}

/// Writes a store file anew, with nothing for the next import to rest on.
pub(super) fn save(path: &Path, store: &Store) -> Result<(), Error> {
    write(path, &Head::default(), store)
}

fn change<E: From<Error>>(
    store: &Store,
    import: &Import,
    mode: Mode,
    case: &ImportedCase,
    ledger: Ledger,
    feed: &mut Feed<'_, E>,
    records: &mut RecordWriter<impl Write>,
) -> Result<(Fed, Difference), E> {
    let mut change = Change::new(import, ledger, &case.tables, usize::MAX);
    let told = feed(&mut |mut unit| {
        let quads = (unit.make)();
        records.write(&unit, unit.table, &quads)?;
        change.take(&mut unit)
    })?;
    change.finish()?;
    if mode == Mode::Write {
        change.apply(store, import.graph_node().as_ref(), &[])?;
    }
    let difference = std::mem::take(&mut change.difference);
    Ok((told.clone(), Difference { facts: told.facts, ..difference }))
}

fn log_into(store: &Store, import: &Import, difference: &Difference, told: &Fed) -> Result<(), Error> {
    let earlier = log::count(store, &import.log_graph)?;
    Ok(store.extend(import.log(difference, &told.files, earlier))?)
}

fn text(lines: &[u8]) -> String {
    String::from_utf8_lossy(lines).into_owned()
}

/// The number of quads tells whether another program has written the file and kept its comments.
fn seal(store: &Store) -> String {
    store.len().map(|count| count.to_string()).unwrap_or_default()
}

/// Takes the last import back: the file before it takes its place.
pub(super) fn undo(path: &Path) -> Result<(), Error> {
    let place = place_of(path);
    let before = before(&place);
    if !place.is_file() {
        return Err(Error::NotAStore(path.to_owned()));
    }
    let logged = |path: &Path| Ok::<_, Error>(log::imports(&read(path)?)?.len());
    // A killed import may have kept the file and not yet put another into its place.
    if !before.is_file() || logged(&before)? >= logged(&place)? {
        return Err(Error::NothingBefore(path.to_owned()));
    }
    fs::rename(&before, &place).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn before(path: &Path) -> PathBuf {
    path.with_file_name(format!(".{}.before", name(path)))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Removes what killed imports have left beside a store file.
pub(super) fn clear_leftovers(path: &Path) {
    let place = place_of(path);
    let Ok(entries) = folder_of(&place).read_dir() else { return };
    let prefix = prefix_beside(&place);
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)) {
        // What cannot be removed now is left to the next import.
        let _ignored = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
    }
}

/// Returns what a path leads to: a link is followed, so that what it names is replaced and not the link.
fn place_of(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn write(path: &Path, head: &Head, store: &Store) -> Result<(), Error> {
    let place = place_of(path);
    let fault = |source| Error::File { path: path.to_owned(), source };
    // What is no file, such as a pipe, cannot be a store: it could not be read again.
    let beside = NewFile::beside(path).and_then(|file| file.ok_or_else(|| io::ErrorKind::InvalidInput.into()));
    let beside = beside.map_err(|error| fault(error.kind().into()))?;
    let mut out = GzEncoder::new(BufWriter::new(beside), Compression::default());
    write_head(head, &mut out).map_err(fault)?;
    let mut serializer = RdfSerializer::from_format(RdfFormat::NQuads).for_writer(out);
    for_each_sorted(store, &mut |quad| serializer.serialize_quad(quad).map_err(fault))?;
    let beside = serializer
        .finish()
        .and_then(GzEncoder::finish)
        .and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error))
        .map_err(fault)?;
    keep_before(&place, &prefix_beside(&place)).map_err(fault)?;
    beside.keep_for_good().map_err(fault)
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

/// Keeps the file that is about to be replaced.
fn keep_before(place: &Path, prefix: &str) -> io::Result<()> {
    if !place.is_file() {
        return Ok(());
    }
    let name = tempfile::Builder::new().prefix(prefix).tempdir_in(folder_of(place))?;
    let link = name.path().join("before");
    fs::hard_link(place, &link).or_else(|_| fs::copy(place, &link).map(|_| ()))?;
    fs::rename(&link, before(place))
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
