//! Store directories: `RocksDB`, in generations. A generation is a folder that is never written to once it is complete;
//! an import makes the next one, in which files that stay are links, and then changes the line that says which one counts.
//! So whoever reads goes on reading the state before, and a killed import leaves it as it was. The generation before is
//! kept for `undo`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use oxigraph::store::Store;
use serde::{Deserialize, Serialize};

use super::Error;
use super::before::clear_leftovers;
use super::contents::{Contents, ImportedCase};

use super::ledger::Ledger;
use super::ledger_line::form;
use super::link_index::LinkIndex;
use super::link_lines::LinkWriter;
use super::load::RecordWriter;
use crate::new_file::{NewFile, folder_of, prefix_beside, sync_folder};

/// File that says which generation counts.
const POINTER: &str = "casegraph-store.json";
/// Folder of the quads in a generation.
pub(super) const QUADS: &str = "quads";
/// File that says what a generation is made of.
const CONTENTS: &str = "contents.json";
/// File that readers of a generation hold a shared lock of.
const IN_USE: &str = "in-use";

/// Which generation counts, and which one it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Pointer {
    format: u32,
    generation: u64,
    previous: Option<u64>,
}

/// A store directory, or the place of a new one.
pub(super) struct Directory {
    path: PathBuf,
    pointer: Option<Pointer>,
}

/// A folder in which the next generation is made. It goes with its value unless it is published.
pub(super) struct Draft {
    folder: tempfile::TempDir,
}

impl Directory {
    /// Tells whether a store directory lies at a path.
    pub(super) fn is_at(path: &Path) -> bool {
        path.join(POINTER).is_file()
    }

    /// Reads which generation of a store counts.
    pub(super) fn at(path: &Path) -> Result<Self, Error> {
        let pointer = match fs::read(path.join(POINTER)) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|_| Error::NotAStore(path.to_owned()))?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(fault(path)(error)),
        };
        Ok(Self { path: path.to_owned(), pointer })
    }

    /// Opens the generation that counts, for reading. As long as the file that comes with it is open, no import removes
    /// the generation.
    pub(super) fn open(path: &Path) -> Result<(Store, Option<LinkIndex>, File), Error> {
        loop {
            let directory = Self::at(path)?;
            let folder = directory.current().ok_or_else(|| Error::NotAStore(path.to_owned()))?;
            let in_use = File::open(folder.join(IN_USE)).map_err(fault(path));
            let is_held = in_use.as_ref().is_ok_and(|file| file.lock_shared().is_ok());
            // An import may have made another generation count and removed this one in the meantime.
            if Self::at(path)?.pointer != directory.pointer {
                continue;
            }
            let in_use = in_use?;
            if is_held || !cfg!(unix) {
                let links = LinkIndex::open(&folder, &directory.contents());
                return Ok((open_store(&folder.join(QUADS), Access::Read)?, links, in_use));
            }
            return Err(Error::NotAStore(path.to_owned()));
        }
    }

    /// Returns the folder of the generation that counts.
    pub(super) fn current(&self) -> Option<PathBuf> {
        self.pointer.map(|pointer| self.generation(pointer.generation))
    }

    fn generation(&self, number: u64) -> PathBuf {
        self.path.join(number.to_string())
    }

    /// Returns what the generation that counts is made of; nothing where another program has written to it since.
    pub(super) fn contents(&self) -> Contents {
        let Some(folder) = self.current() else { return Contents::default() };
        let contents = fs::read_to_string(folder.join(CONTENTS)).map(|text| Contents::from_json(&text));
        contents.ok().filter(|contents| contents.seal == seal(&folder.join(QUADS))).unwrap_or_default()
    }

    /// Reads the ledger of a case.
    pub(super) fn ledger(&self, case: &ImportedCase) -> Option<Ledger> {
        let place = self.current().filter(|_| case.form == form())?.join(ledger_name(case.ledger));
        let changes = fs::read_to_string(changes_of(&place)).unwrap_or_default();
        Ledger::parse(fs::read_to_string(place).ok()?, &changes, &case.base)
    }

    /// Begins the next generation.
    pub(super) fn draft(&self) -> Result<Draft, Error> {
        let beside = if self.pointer.is_some() { self.path.as_path() } else { folder_of(&self.path) };
        let folder = tempfile::Builder::new().prefix(&prefix_beside(&self.path)).tempdir_in(beside);
        let draft = Draft { folder: folder.map_err(fault(&self.path))? };
        File::create(draft.path().join(IN_USE)).map_err(fault(&self.path))?;
        Ok(draft)
    }

    /// Begins the next generation with the quads of this one: files that are never changed are linked, others copied.
    pub(super) fn copy_into(&self, draft: &Draft) -> Result<(), Error> {
        let Some(current) = self.current() else { return Ok(()) };
        copy_quads(&current.join(QUADS), &draft.path().join(QUADS)).map_err(fault(&self.path))
    }

    /// Copies the ledgers and links of all cases but one into the next generation.
    pub(super) fn copy_records(&self, contents: &Contents, but: &str, draft: &Draft) -> Result<(), Error> {
        let Some(current) = self.current() else { return Ok(()) };
        for case in contents.cases.iter().filter(|(graph, _)| *graph != but).map(|(_, case)| case) {
            for name in [ledger_name(case.ledger), links_name(case.ledger)] {
                let (old, new) = (current.join(&name), draft.path().join(&name));
                for (old, new) in [(changes_of(&old), changes_of(&new)), (old, new)] {
                    if old.exists() {
                        link(&old, &new).map_err(fault(&self.path))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Lets the ledger of the next generation be that of this one with some changes.
    pub(super) fn extend_ledger(&self, draft: &Draft, number: usize, lines: &str) -> Result<(), Error> {
        self.extend(draft, &ledger_name(number), lines)
    }

    /// Lets the links of the next generation be those of this one with some changes.
    pub(super) fn extend_links(&self, draft: &Draft, number: usize, lines: &str) -> Result<(), Error> {
        self.extend(draft, &links_name(number), lines)
    }

    fn extend(&self, draft: &Draft, name: &str, lines: &str) -> Result<(), Error> {
        let Some(current) = self.current() else { return Ok(()) };
        let (old, new) = (current.join(name), draft.path().join(name));
        let changes = fs::read_to_string(changes_of(&old)).unwrap_or_default() + lines;
        link(&old, &new).and_then(|()| fs::write(changes_of(&new), changes)).map_err(fault(&self.path))
    }

    /// Lets a complete draft count.
    pub(super) fn publish(&self, draft: Draft, contents: Contents) -> Result<(), Error> {
        self.publish_over(draft, contents, self.pointer.map(|pointer| pointer.generation))
    }

    /// Lets a complete draft count, and a generation be that before it.
    fn publish_over(&self, draft: Draft, mut contents: Contents, previous: Option<u64>) -> Result<(), Error> {
        contents.seal = seal(&draft.path().join(QUADS));
        let fault = fault(&self.path);
        sync_log(&draft.path().join(QUADS)).map_err(&fault)?;
        write_whole(&draft.path().join(CONTENTS), &contents.to_json()).map_err(&fault)?;
        let mut generation = self.pointer.map_or(1, |pointer| pointer.generation + 1);
        while self.generation(generation).exists() {
            generation += 1;
        }
        let pointer = Pointer { format: 1, generation, previous };
        if self.pointer.is_some() {
            fs::rename(draft.folder.keep(), self.generation(generation)).map_err(&fault)?;
            sync_folder(&self.path).map_err(&fault)?;
            write_whole(&self.path.join(POINTER), &to_json(&pointer)).map_err(&fault)?;
            Self { path: self.path.clone(), pointer: Some(pointer) }.clear();
            return Ok(());
        }
        let whole = tempfile::Builder::new().prefix(&prefix_beside(&self.path)).tempdir_in(folder_of(&self.path));
        let whole = whole.map_err(&fault)?;
        fs::rename(draft.folder.keep(), whole.path().join(generation.to_string())).map_err(&fault)?;
        write_whole(&whole.path().join(POINTER), &to_json(&pointer)).map_err(&fault)?;
        open_to_others(whole.path()).map_err(&fault)?;
        if self.path.is_dir() {
            // It is empty, which was seen before.
            fs::remove_dir(&self.path).map_err(&fault)?;
        }
        fs::rename(whole.path(), &self.path).map_err(&fault)?;
        let _gone = whole.keep();
        sync_folder(folder_of(&self.path)).map_err(&fault)
    }

    /// Notes that other input made the same quads; the generation stays.
    pub(super) fn refresh(&self, mut contents: Contents, graph: &str, case: ImportedCase) -> Result<(), Error> {
        let Some(current) = self.current() else { return Ok(()) };
        contents.cases.insert(graph.to_owned(), case);
        write_whole(&current.join(CONTENTS), &contents.to_json()).map_err(fault(&self.path))
    }

    /// Lets the generation before count again.
    pub(super) fn undo(&self) -> Result<(), Error> {
        let previous = self.pointer.and_then(|pointer| pointer.previous);
        let previous = previous.filter(|previous| self.generation(*previous).is_dir());
        let generation = previous.ok_or_else(|| Error::NothingBefore(self.path.clone()))?;
        let pointer = Pointer { format: 1, generation, previous: None };
        write_whole(&self.path.join(POINTER), &to_json(&pointer)).map_err(fault(&self.path))?;
        Self { path: self.path.clone(), pointer: Some(pointer) }.clear();
        Ok(())
    }

    /// Merges the layers of files, in a generation that takes the place of the one that counts; the one before stays what
    /// `undo` goes back to. Tells whether there was anything to merge.
    pub(super) fn optimize(&self) -> Result<bool, Error> {
        let contents = self.contents();
        if contents.layers == Some(1) {
            return Ok(false);
        }
        let draft = self.draft()?;
        self.copy_into(&draft)?;
        self.copy_records(&contents, "", &draft)?;
        draft.merge()?;
        let contents = Contents { layers: Some(1), ..contents };
        self.publish_over(draft, contents, self.pointer.and_then(|pointer| pointer.previous))?;
        Ok(true)
    }

    /// Removes what killed imports have left.
    pub(super) fn clear_leftovers(path: &Path) {
        clear_leftovers(path);
        if let Ok(directory @ Self { pointer: Some(_), .. }) = Self::at(path) {
            directory.clear();
        }
    }

    /// Removes drafts, and the generations that nothing needs and nobody reads.
    fn clear(&self) {
        let (Some(pointer), Ok(entries)) = (self.pointer, self.path.read_dir()) else { return };
        let prefix = prefix_beside(&self.path);
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.parse::<u64>().ok();
            let is_old = number.is_some_and(|n| n != pointer.generation && Some(n) != pointer.previous);
            let is_free = || {
                let in_use = File::open(entry.path().join(IN_USE));
                in_use.map_or(true, |file| file.try_lock().is_ok())
            };
            if name.starts_with(&prefix) || (is_old && is_free()) {
                // What cannot be removed now is left to the next import.
                let _ignored = fs::remove_dir_all(entry.path());
            }
        }
    }
}

impl Draft {
    /// Returns a draft that will never be published, away from the store.
    pub(super) fn aside() -> Result<Self, Error> {
        Ok(Self { folder: tempfile::tempdir().map_err(Error::Ledger)? })
    }

    /// Returns the folder of the draft.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Begins the ledger and the links of the case with a number.
    pub(super) fn records(&self, number: usize, base: &str) -> Result<RecordWriter<BufWriter<File>>, Error> {
        let create = |path: PathBuf| File::create(&path).map_err(fault(&path));
        let ledger = BufWriter::new(create(self.ledger(number))?);
        let links = LinkWriter::new(create(self.path().join(links_name(number)))?, base);
        Ok(RecordWriter::new(ledger, base).with_links(links))
    }

    /// Returns the place of the ledger with a number.
    pub(super) fn ledger(&self, number: usize) -> PathBuf {
        self.path().join(ledger_name(number))
    }

    /// Merges the files of its quads.
    pub(super) fn merge(&self) -> Result<(), Error> {
        merge(&self.store()?)?;
        // What has been merged is removed when the quads are opened next.
        self.store().map(drop)
    }

    /// Opens its quads for writing.
    pub(super) fn store(&self) -> Result<Store, Error> {
        open_store(&self.path().join(QUADS), Access::Write)
    }
}

fn ledger_name(number: usize) -> String {
    format!("{number}.ledger")
}

pub(super) fn links_name(number: usize) -> String {
    format!("{number}.links")
}

/// Returns the place of what has changed since a ledger or links were written.
pub(super) fn changes_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-changes");
    name.into()
}

fn fault(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { path: path.clone(), source }
}

fn to_json(pointer: &Pointer) -> String {
    serde_json::to_string(pointer).expect("numbers are JSON")
}

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Opens the quads of a generation, or a directory that Oxigraph itself has made.
#[cfg(feature = "rocksdb")]
pub(super) fn open_store(path: &Path, access: Access) -> Result<Store, Error> {
    Ok(if access == Access::Read { Store::open_read_only(path)? } else { Store::open(path)? })
}

/// Says that this build has no store directories.
#[cfg(not(feature = "rocksdb"))]
pub(super) fn open_store(path: &Path, _access: Access) -> Result<Store, Error> {
    Err(Error::NeedsRocksDb(path.to_owned()))
}

#[cfg(feature = "rocksdb")]
fn merge(store: &Store) -> Result<(), Error> {
    Ok(store.optimize()?)
}

/// Merges nothing: only `RocksDB` has files.
#[cfg(not(feature = "rocksdb"))]
#[expect(clippy::unnecessary_wraps, reason = "the other build may fail")]
fn merge(_store: &Store) -> Result<(), Error> {
    Ok(())
}

/// What `RocksDB` changes whenever it writes: which manifest counts, and how long that is.
fn seal(quads: &Path) -> String {
    let manifest = fs::read_to_string(quads.join("CURRENT")).unwrap_or_default();
    let manifest = manifest.trim();
    let length = fs::metadata(quads.join(manifest)).map(|data| data.len()).unwrap_or_default();
    format!("{manifest}/{length}")
}

fn copy_quads(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let (name, place) = (entry.file_name().to_string_lossy().into_owned(), to.join(entry.file_name()));
        if Path::new(&name).extension().is_some_and(|extension| extension == "sst") {
            link(&entry.path(), &place)?;
        } else if name != "LOCK" && !name.starts_with("LOG") && entry.path().is_file() {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

/// Waits until the log of `RocksDB` is on the disk; its other files are there once it has closed them.
fn sync_log(quads: &Path) -> io::Result<()> {
    for entry in quads.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            File::open(path)?.sync_all()?;
        }
    }
    sync_folder(quads)
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ()))
}

/// Writes a file beside its place and renames it, so that it is never there in part.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut file = NewFile::beside(path)?.ok_or(io::ErrorKind::InvalidInput)?;
    file.write_all(text.as_bytes())?;
    file.keep_for_good()
}

/// Lets others read what was made as a temporary file, which is for its owner alone.
fn open_to_others(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}
