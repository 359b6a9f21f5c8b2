//! The files that commands write. In: a place, and what the command reads. Out: whole files, each written beside its place
//! and renamed, so that a full disk or a kill leaves what stood there; a refusal where the user would lose something. Not
//! here: standard output, stores (`store`).

use std::collections::BTreeSet;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use super::fault::Fault;
use crate::facts::sha256_hex;
use crate::new_file::{FinishedFile, NewFile};

/// Whether files that are there may be written over.
#[derive(Clone, Copy, clap::Args)]
pub(super) struct Overwriting {
    /// Write over files that are there already, but never over an input
    #[arg(long)]
    pub(super) force: bool,
}

/// What a command reads, known by what it is and not by what it is called: a link to a file, or a second name of it, is
/// the file.
#[derive(Default)]
pub(super) struct Inputs(BTreeSet<Identity>);

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

/// Endings of the files of a case folder that commands read.
const READ: [&str; 4] = ["csv", "json", "rq", "toml"];

/// Names of standard output that stand for a file.
const STDOUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

impl Inputs {
    /// Files and folders; what is not there is nothing that could be lost.
    pub(super) fn of<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self(paths.into_iter().filter_map(|path| identity(path.as_ref())).collect())
    }

    /// A case: its folder with what is read in it, or the one file that holds it.
    pub(super) fn of_case(case: &Path) -> Self {
        let folders = ["", "queries", "queries/checks"].map(|name| case.join(name));
        let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
        let is_read = |path: &PathBuf| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| READ.iter().any(|read| read.eq_ignore_ascii_case(ending)))
        };
        Self::of(entries.map(|entry| entry.path()).filter(is_read).chain([case.to_owned()]))
    }

    fn refuse(&self, path: &Path, what: &str) -> Result<(), Fault> {
        match identity(path) {
            Some(file) if self.0.contains(&file) => {
                Err(Fault::usage(format!("{} is an input: nothing was written", path.display()))
                    .hint(format!("give the name of another {what}")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a standard output that is appended to what is read: it would never end.
    fn refuse_stdout(&self) -> Result<(), Fault> {
        #[cfg(unix)]
        if let Ok(stdout) = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()
            && fs::File::from(stdout)
                .metadata()
                .is_ok_and(|file| file.is_file() && self.0.contains(&of_metadata(&file)))
        {
            return Err(
                Fault::usage("standard output is an input: nothing was written").hint("send it to another file")
            );
        }
        Ok(())
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().as_ref().map(of_metadata)
}

#[cfg(unix)]
fn of_metadata(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    fs::canonicalize(path).ok()
}

impl Overwriting {
    /// Looks at the place of a file before anything is done for it; none where that is standard output.
    pub(super) fn file(self, path: Option<&Path>, inputs: &Inputs) -> Result<Option<OutputFile>, Fault> {
        let Some(path) = path.filter(|path| STDOUT.iter().all(|name| *path != Path::new(name))) else {
            return inputs.refuse_stdout().map(|()| None);
        };
        inputs.refuse(path, "file")?;
        let shown = path.display();
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                return Err(Fault::usage(format!("{shown} is a folder")).hint("give the name of a file in it"));
            }
            // A device or a pipe takes what it is given.
            Ok(there) if !there.is_file() => {}
            _ if is_there(path) && !self.force => {
                let fault = Fault::usage(format!("{shown} is there already: nothing was written"));
                return Err(fault.hint("--force writes over it"));
            }
            _ => {}
        }
        Ok(Some(OutputFile(path.to_owned())))
    }

    /// Looks at the place of a folder before anything is done for it. It may be new, empty, or written by the same command.
    pub(super) fn folder(self, path: &Path, command: &str, inputs: Inputs) -> Result<OutputFolder, Fault> {
        inputs.refuse(path, "folder")?;
        let shown = path.display();
        if is_there(path) && !path.is_dir() {
            return Err(Fault::usage(format!("{shown} is a file")).hint("give the name of a folder"));
        }
        let record = path.join(format!(".casegraph-{}.sha256", command.replace(' ', "-")));
        let folder =
            OutputFolder { path: path.to_owned(), command: command.to_owned(), record, force: self.force, inputs };
        if !self.force
            && !is_there(&folder.record)
            && let Some(name) = first_name(path)?
        {
            let message = format!("{shown} has files that `casegraph {command}` did not write, such as {name}");
            let fault = Fault::usage(format!("{message}: nothing was written"));
            return Err(fault.hint("give the name of a new folder; --force writes into this one"));
        }
        Ok(folder)
    }
}

/// A file to write.
pub(super) struct OutputFile(PathBuf);

impl OutputFile {
    /// Returns where it is, for what writes it itself.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes the file: whole, or not at all.
    pub(super) fn write(&self, content: impl FnOnce(&mut dyn Write) -> Result<(), Fault>) -> Result<(), Fault> {
        let fault = |error: io::Error| Fault::file(&self.0, &error);
        let Some(mut file) = NewFile::beside(&self.0).map_err(fault)? else {
            let mut device = OpenOptions::new().write(true).open(&self.0).map_err(fault)?;
            return self.fill(&mut device, content);
        };
        self.fill(&mut file, content)?;
        file.keep().map_err(fault)
    }

    fn fill(
        &self,
        file: &mut dyn Write,
        content: impl FnOnce(&mut dyn Write) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut failed = None;
        let mut out = BufWriter::new(Watched { file, failed: &mut failed });
        let done = content(&mut out).and_then(|()| Ok(out.flush()?));
        drop(out);
        failed.map_or(done, |error| Err(Fault::file(&self.0, &error)))
    }
}

/// Notes what goes wrong, so that it can be told with the name of the file, whoever wrote.
struct Watched<'w> {
    file: &'w mut dyn Write,
    failed: &'w mut Option<io::Error>,
}

impl Watched<'_> {
    fn note<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                *self.failed = Some(error);
            }
            kind.into()
        })
    }
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.file.write(bytes);
        self.note(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.file.flush();
        self.note(done)
    }
}

/// A folder to write several files into. Which files are its own stands in a record beside them, in the form of
/// `sha256sum`: the same command may replace them as long as nobody has changed them.
pub(super) struct OutputFolder {
    path: PathBuf,
    command: String,
    record: PathBuf,
    force: bool,
    inputs: Inputs,
}

impl OutputFolder {
    /// Writes files, the last one last: all of them or, unless the system is stopped in between, none. Files of the last
    /// time that are not made any more are removed, as they would tell of another state.
    pub(super) fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Fault> {
        let before = self.recorded()?;
        for (name, _) in files {
            let path = self.path.join(name);
            self.inputs.refuse(&path, "folder")?;
            if !self.force && is_there(&path) && !is_own(&before, name, &path) {
                let message = format!("{} is not as `casegraph {}` left it", path.display(), self.command);
                let fault = Fault::usage(format!("{message}: nothing was written"));
                return Err(fault.hint("move it away, or let --force write over it"));
            }
        }
        let now: Record = files.iter().map(|(name, bytes)| (name.clone(), sha256_hex(bytes))).collect();
        let finished = finish_all(&self.path, files)?;
        // Both states are its own until the change is done: a kill in between leaves nothing that nobody made.
        self.note(&before.union(&now).cloned().collect())?;
        keep_all(finished)?;
        for (name, _) in before.iter().filter(|(name, _)| files.iter().all(|(new, _)| new != name)) {
            let path = self.path.join(name);
            if is_own(&before, name, &path) {
                fs::remove_file(&path).map_err(|error| Fault::file(&path, &error))?;
            }
        }
        self.note(&now)
    }

    fn recorded(&self) -> Result<Record, Fault> {
        match fs::symlink_metadata(&self.record) {
            Ok(record) if !record.is_file() => {
                let fault = Fault::usage(format!("{} is not a file: nothing was written", self.record.display()));
                return Err(fault.hint("give the name of a new folder"));
            }
            Err(_) => return Ok(Record::new()),
            Ok(_) => {}
        }
        let text = fs::read_to_string(&self.record).map_err(|error| Fault::file(&self.record, &error))?;
        let lines = text.lines().filter_map(|line| line.split_once("  "));
        // Only names in this folder, whatever the record says.
        let is_name = |name: &str| Path::new(name).components().eq([Component::Normal(name.as_ref())]);
        Ok(lines.filter(|(_, name)| is_name(name)).map(|(hash, name)| (name.to_owned(), hash.to_owned())).collect())
    }

    fn note(&self, files: &Record) -> Result<(), Fault> {
        let lines = files.iter().map(|(name, hash)| format!("{hash}  {name}\n"));
        OutputFile(self.record.clone()).write(|out| Ok(out.write_all(lines.collect::<String>().as_bytes())?))
    }
}

/// Names of files and the SHA-256 of what they hold; after a kill there may be two for a name.
type Record = BTreeSet<(String, String)>;

fn is_own(record: &Record, name: &str, path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_file())
        && fs::read(path).is_ok_and(|bytes| record.contains(&(name.to_owned(), sha256_hex(&bytes))))
}

/// Makes files in a folder that has none of these names: all of them, or none.
pub(super) fn make(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Fault> {
    let shown = folder.display();
    if is_there(folder) && !folder.is_dir() {
        return Err(Fault::usage(format!("{shown} is a file")).hint("give the name of a folder"));
    }
    let there = files.iter().map(|(name, _)| name.as_str()).filter(|name| is_there(&folder.join(name)));
    let there: Vec<&str> = there.collect();
    if !there.is_empty() {
        let fault = Fault::usage(format!("{shown} has {} already: nothing was written", there.join(", ")));
        return Err(fault.hint("give the name of a new folder, or move these files away"));
    }
    replace(folder, files).inspect_err(|_| {
        for (name, _) in files {
            // What cannot be removed is no worse than the error that is told.
            let _removed: io::Result<()> = fs::remove_file(folder.join(name));
        }
    })
}

/// Puts files into a folder, in the place of those of the same names.
pub(super) fn replace(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Fault> {
    keep_all(finish_all(folder, files)?)
}

/// Writes files beside their places: what can go wrong mostly does so here, where nothing has changed yet.
fn finish_all(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<Vec<(PathBuf, FinishedFile)>, Fault> {
    fs::create_dir_all(folder).map_err(|error| Fault::file(folder, &error))?;
    let mut finished = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        let written = NewFile::beside(&path).and_then(|file| {
            let mut file = file.ok_or(io::ErrorKind::AlreadyExists)?;
            file.write_all(bytes)?;
            file.finish()
        });
        match written {
            Ok(file) => finished.push((path, file)),
            Err(error) => {
                let fault = Fault::file(&path, &error);
                return Err(fault.hint("nothing was written: run it again once that is mended"));
            }
        }
    }
    Ok(finished)
}

fn keep_all(files: Vec<(PathBuf, FinishedFile)>) -> Result<(), Fault> {
    let (mut kept, count) = (0, files.len());
    for (path, file) in files {
        if let Err(error) = file.keep() {
            let fault = Fault::file(&path, &error);
            return Err(match kept {
                0 => fault,
                _ => fault.hint(format!("{kept} of {count} files are new, the others as they were: run it again")),
            });
        }
        kept += 1;
    }
    Ok(())
}

/// Tells whether something has this name; a link that leads nowhere does not "exist", but would be written through.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Returns the first name in a folder, if it has one; what begins with a dot belongs to programs.
fn first_name(folder: &Path) -> Result<Option<String>, Fault> {
    if !is_there(folder) {
        return Ok(None);
    }
    let entries = folder.read_dir().map_err(|error| Fault::file(folder, &error))?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| !name.starts_with('.')).min())
}
