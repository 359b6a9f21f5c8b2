//! Several files of a case folder change as one. In: files and what they are to hold. Out: all of them, or none, whenever
//! the power fails: they are staged, are committed by the rename of one record, and are then moved into place, and
//! what they replace is moved aside. Readers see the state before or after; the next writer finishes what was broken off.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::change::{
    Change, ChangedFile, Folders, Kind, OWN, PREFIX, is_file, is_folder, kind_of, record_of, sha256_of,
};
use super::{CaseFolder, Error};
use crate::facts::sha256_hex;
use crate::lock_file::{LockFile, Refused};
use crate::new_file::{NewFile, sync_folder};

/// The right to change the files of a case folder, which one process has at a time.
#[derive(Debug)]
pub struct FolderWriter {
    case: PathBuf,
    _lock: LockFile,
}

/// An import that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// When it was made, as an xsd:dateTime.
    pub time: String,
    /// The files that are again as they were before.
    pub put_back: Vec<String>,
    /// The files that were not there before.
    pub removed: Vec<String>,
}

/// A file that is to change, and what it will hold; nothing where it goes.
type Wanted<'b> = (ChangedFile, Option<&'b [u8]>);

impl FolderWriter {
    /// Locks a case folder against other writers, finishes a change that was broken off, and clears what was given up.
    pub fn open(case: &Path) -> Result<Self, Error> {
        let own = case.join(OWN);
        if !is_folder(case, &own)? {
            make_folder(&own, case)?;
            let ignored = own.join(".gitignore");
            fs::write(&ignored, "*\n").map_err(fault(&ignored))?;
        }
        let path = own.join("lock");
        let lock = LockFile::take(&path).map_err(|refused| match refused {
            Refused::Held(holder) => Error::Locked { path: case.to_owned(), holder },
            Refused::NotALock => Error::NotAFile(path.clone()),
            Refused::Io(source) => fault(&path)(source),
        })?;
        let writer = Self { case: case.to_owned(), _lock: lock };
        let last = Change::last(case)?;
        if let Some(change) = &last {
            writer.finish(change)?;
        }
        writer.clear_all_but(last.as_ref());
        Ok(writer)
    }

    /// Finishes what an import has left unfinished, where it has; who writes to the folder now does it as well.
    pub fn finish_broken_off(case: &Path) -> Result<(), Error> {
        let is_left = is_folder(case, &case.join(OWN))?;
        match is_left.then(|| Self::open(case)).transpose() {
            Ok(_) | Err(Error::Locked { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Puts files into the folder, each in the place of the file of its name: all of them, or none. `before` is the folder as
    /// it was when it was decided; where a file was edited since then, nothing is done.
    pub fn replace(&self, before: &CaseFolder, files: &[(&str, &[u8])], time: &str) -> Result<(), Error> {
        let files: BTreeMap<&str, &[u8]> = files.iter().copied().collect();
        let wanted = files.into_iter().map(|(name, bytes)| {
            let (before, after) = (before.file(name).map(sha256_hex), Some(sha256_hex(bytes)));
            (ChangedFile { name: name.to_owned(), before, after }, Some(bytes))
        });
        self.carry_out(Kind::Import, time, &wanted.collect::<Vec<_>>())
    }

    /// Takes the last import back: the files that it replaced are put back, and those that it brought go.
    pub fn undo(case: &Path, time: &str) -> Result<TakenBack, Error> {
        let nothing = || Error::NothingBefore(case.to_owned());
        // Nothing is made in a folder that nobody has changed.
        Change::last(case)?.ok_or_else(nothing)?;
        let writer = Self::open(case)?;
        let last = Change::last(case)?.filter(|last| last.kind == Kind::Import).ok_or_else(nothing)?;
        last.refuse_edited(case, &last.files, |file, now| file.after.as_deref() == Some(now))?;
        let folders = last.folders(case);
        let mut wanted = Vec::new();
        for ChangedFile { name, before, .. } in &last.files {
            let old = folders.old.join(name);
            let bytes = match before {
                Some(_) if is_file(case, &old)? => Some(fs::read(&old).map_err(fault(&old))?),
                Some(_) => return Err(nothing()),
                None => None,
            };
            let (before, after) = (sha256_of(&case.join(name))?, bytes.as_deref().map(sha256_hex));
            wanted.push((ChangedFile { name: name.clone(), before, after }, bytes));
        }
        let wanted: Vec<Wanted<'_>> = wanted.iter().map(|(file, bytes)| (file.clone(), bytes.as_deref())).collect();
        writer.carry_out(Kind::Undo, time, &wanted)?;
        let names = |is_back: bool| {
            let files = wanted.iter().filter(|(file, _)| file.after.is_some() == is_back);
            files.map(|(file, _)| file.name.clone()).collect()
        };
        Ok(TakenBack { time: last.time, put_back: names(true), removed: names(false) })
    }

    fn carry_out(&self, kind: Kind, time: &str, wanted: &[Wanted<'_>]) -> Result<(), Error> {
        let change = self.stage(kind, time, wanted)?;
        self.commit(&change)?;
        self.finish(&change)?;
        self.clear_all_but(Some(&change));
        Ok(())
    }

    /// Stages a change: writes its files where they do not count yet.
    fn stage(&self, kind: Kind, time: &str, wanted: &[Wanted<'_>]) -> Result<Change, Error> {
        let own = self.case.join(OWN);
        let draft = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&own).map_err(fault(&own))?;
        like(draft.path(), &self.case)?;
        let folder = draft.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let files = wanted.iter().map(|(file, _)| file.clone()).collect();
        let change = Change { kind, time: time.to_owned(), folder, files };
        let folders = change.folders(&self.case);
        make_folder(&folders.new, &self.case)?;
        make_folder(&folders.old, &self.case)?;
        for (file, bytes) in wanted {
            if let Some(bytes) = bytes {
                write(&folders.new.join(&file.name), &self.case.join(&file.name), bytes)?;
            }
        }
        sync(draft.path())?;
        // From here on it is not removed with the value: the record may name it.
        let _kept = draft.keep();
        Ok(change)
    }

    /// Commits a change: from here on it is made, whatever happens, and after an error too it is what readers see.
    fn commit(&self, change: &Change) -> Result<(), Error> {
        let mut now = Vec::new();
        for file in &change.files {
            now.push(ChangedFile { before: sha256_of(&self.case.join(&file.name))?, ..file.clone() });
        }
        if let Some((changed, _)) = now.iter().zip(&change.files).find(|(now, file)| now.before != file.before) {
            return Err(Error::Overtaken(self.case.join(&changed.name)));
        }
        let record = record_of(&self.case);
        let text = serde_json::to_vec_pretty(change).map_err(|error| fault(&record)(error.into()))?;
        write(&record, &record, &text)
    }

    /// Moves what is not in place yet; nothing is overwritten that the record does not know.
    fn finish(&self, change: &Change) -> Result<(), Error> {
        let pending = change.pending(&self.case)?;
        let Folders { whole, new: fresh, old: replaced } = change.folders(&self.case);
        if !is_folder(&self.case, &fresh)? {
            return Ok(());
        }
        change.refuse_edited(&self.case, pending.iter().copied(), ChangedFile::is_either)?;
        for file in pending {
            let (place, old) = (self.case.join(&file.name), replaced.join(&file.name));
            if kind_of(&place)?.is_some() && kind_of(&old)?.is_none() {
                fs::rename(&place, &old).map_err(fault(&place))?;
            }
            if file.after.is_some() {
                fs::rename(fresh.join(&file.name), &place).map_err(fault(&place))?;
            }
        }
        sync(&self.case)?;
        sync(&replaced)?;
        fs::remove_dir(&fresh).map_err(fault(&fresh))?;
        sync(&whole)
    }

    /// Removes the files of the changes before the last, and of those that were given up before they counted.
    fn clear_all_but(&self, last: Option<&Change>) {
        for entry in self.case.join(OWN).read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_kept = last.is_some_and(|last| last.folder == name) || !name.starts_with(PREFIX);
            if !is_kept && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                // What cannot be removed now is left to the next writer.
                let _ignored = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Makes a folder for those who may use another.
fn make_folder(path: &Path, other: &Path) -> Result<(), Error> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        made => made.map_err(fault(path))?,
    }
    like(path, other)
}

fn like(path: &Path, other: &Path) -> Result<(), Error> {
    fs::metadata(other).and_then(|other| fs::set_permissions(path, other.permissions())).map_err(fault(path))
}

/// Writes a file that lasts, for those who may read another.
fn write(path: &Path, other: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || {
        let file = NewFile::beside_like(path, other)?;
        let mut file = file.ok_or(io::ErrorKind::InvalidInput)?;
        file.write_all(bytes)?;
        file.keep_for_good()
    };
    write().map_err(fault(path))
}

fn sync(folder: &Path) -> Result<(), Error> {
    sync_folder(folder).map_err(fault(folder))
}

fn fault(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

#[cfg(test)]
mod tests {
    use super::super::Links;
    use super::*;

    const OLD: &str = "id,label\na,Old\n";
    const NEW: &str = "id,label\na,New\n";
    const NAMES: [&str; 3] = ["companies.csv", "courts.csv", "people.csv"];
    const TIME: &str = "2026-01-01T00:00:00Z";

    /// A case with the first two of the files.
    fn case() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in &NAMES[..2] {
            fs::write(folder.path().join(name), OLD).expect("a file");
        }
        folder
    }

    fn new_files() -> Vec<(&'static str, &'static [u8])> {
        NAMES.iter().map(|name| (*name, NEW.as_bytes())).collect()
    }

    fn open(case: &Path) -> CaseFolder {
        CaseFolder::open(case, Links::Inside).expect("a case")
    }

    /// What the folder holds for whoever reads it.
    fn seen(case: &Path) -> Vec<(String, String)> {
        let files = open(case).files.into_iter();
        files.map(|file| (file.name, String::from_utf8(file.bytes).expect("UTF-8"))).collect()
    }

    fn all(names: &[&str], text: &str) -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), text.to_owned())).collect()
    }

    /// All entries of a folder, with the bytes of files.
    fn everything(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        let mut found = Vec::new();
        for entry in folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()) {
            found.push((entry.clone(), fs::read(&entry).ok()));
            if entry.is_dir() {
                found.extend(everything(&entry));
            }
        }
        found.sort();
        found
    }

    /// Begins a change, and breaks it off after it counts and some of its moves are done; returns how many there are.
    fn break_off(case: &Path, moves: usize) -> usize {
        let writer = FolderWriter::open(case).expect("a writer");
        let before = open(case);
        let wanted = new_files().into_iter().map(|(name, bytes)| {
            let before = before.file(name).map(sha256_hex);
            (ChangedFile { name: name.to_owned(), before, after: Some(sha256_hex(bytes)) }, Some(bytes))
        });
        let change = writer.stage(Kind::Import, TIME, &wanted.collect::<Vec<_>>()).expect("staged");
        writer.commit(&change).expect("committed");
        let Folders { new, old, .. } = change.folders(case);
        let mut steps = Vec::new();
        for name in NAMES {
            if before.file(name).is_some() {
                steps.push((case.join(name), old.join(name)));
            }
            steps.push((new.join(name), case.join(name)));
        }
        for (from, to) in steps.iter().take(moves) {
            fs::rename(from, to).expect("moved");
        }
        steps.len()
    }

    #[test]
    fn a_change_that_breaks_off_before_it_counts_leaves_the_old_files() {
        let folder = case();
        let case = folder.path();
        let writer = FolderWriter::open(case).expect("a writer");
        let file = ChangedFile { name: NAMES[0].to_owned(), before: None, after: Some(String::new()) };
        writer.stage(Kind::Import, TIME, &[(file, Some(b"half"))]).expect("staged");
        assert_eq!(seen(case), all(&NAMES[..2], OLD));
        drop(writer);
        FolderWriter::open(case).expect("a writer").replace(&open(case), &new_files(), TIME).expect("the next change");
        assert_eq!(seen(case), all(&NAMES, NEW));
        let left = case.join(OWN).read_dir().expect("a folder").flatten();
        let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)).count();
        assert_eq!(left, 1, "only the last change is kept");
    }

    #[test]
    fn a_change_that_breaks_off_after_it_counts_is_seen_whole_and_finished_by_the_next_writer() {
        let mut moves = 0;
        loop {
            let folder = case();
            let case = folder.path();
            let steps = break_off(case, moves);
            let before = everything(case);
            assert_eq!(seen(case), all(&NAMES, NEW), "{moves} moves were done");
            assert_eq!(everything(case), before, "who reads moves nothing");
            drop(FolderWriter::open(case).expect("the next writer"));
            for name in NAMES {
                assert_eq!(fs::read_to_string(case.join(name)).expect("a file"), NEW, "{moves} moves were done");
            }
            let taken = FolderWriter::undo(case, TIME).expect("it can be taken back");
            assert_eq!(
                (taken.put_back, taken.removed),
                (vec!["companies.csv".to_owned(), "courts.csv".to_owned()], vec!["people.csv".to_owned()])
            );
            assert_eq!(seen(case), all(&NAMES[..2], OLD));
            assert!(!case.join("people.csv").exists());
            assert!(matches!(FolderWriter::undo(case, TIME), Err(Error::NothingBefore(_))), "once");
            if moves == steps {
                break;
            }
            moves += 1;
        }
        assert_eq!(moves, 5);
    }

    #[test]
    fn what_was_edited_since_a_change_broke_off_is_not_lost() {
        let folder = case();
        let case = folder.path();
        break_off(case, 0);
        fs::write(case.join("courts.csv"), "id,label\na,Edited\n").expect("a file");
        let is_told =
            |error: Option<Error>| matches!(error, Some(Error::Edited { names, .. }) if names == ["courts.csv"]);
        assert!(is_told(CaseFolder::open(case, Links::Inside).err()));
        assert!(is_told(FolderWriter::open(case).err()) && is_told(FolderWriter::undo(case, TIME).err()));
        assert_eq!(fs::read_to_string(case.join("companies.csv")).expect("a file"), OLD, "nothing was begun");
        fs::rename(case.join("courts.csv"), folder.path().join("courts.txt")).expect("moved away");
        drop(FolderWriter::open(case).expect("a writer"));
        assert_eq!(seen(case), all(&NAMES, NEW));
        assert!(matches!(FolderWriter::undo(case, TIME), Err(Error::NothingBefore(_))), "courts.csv is not kept");
    }

    #[test]
    fn an_undo_refuses_what_was_edited_since() {
        let folder = case();
        let case = folder.path();
        assert!(matches!(FolderWriter::undo(case, TIME), Err(Error::NothingBefore(_))));
        assert!(!case.join(OWN).exists(), "nothing is made in a folder that nobody has changed");
        FolderWriter::open(case).expect("a writer").replace(&open(case), &new_files(), TIME).expect("a change");
        fs::write(case.join("people.csv"), OLD).expect("a file");
        let told = FolderWriter::undo(case, TIME).expect_err("people.csv was edited").to_string();
        assert_eq!(told, format!("edited since the import of {TIME}: people.csv"));
        assert_eq!(seen(case)[0].1, NEW);
    }

    #[test]
    fn what_was_changed_after_it_was_read_is_not_replaced() {
        let folder = case();
        let case = folder.path();
        let before = open(case);
        let writer = FolderWriter::open(case).expect("a writer");
        for changed in [Some("id,label\na,Edited\n"), None] {
            let path = case.join("companies.csv");
            changed.map_or_else(|| fs::remove_file(&path), |text| fs::write(&path, text)).expect("changed");
            assert!(matches!(writer.replace(&before, &new_files(), TIME), Err(Error::Overtaken(_))));
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), changed);
        }
    }

    #[test]
    fn a_second_writer_is_told_who_writes() {
        let folder = case();
        let _writer = FolderWriter::open(folder.path()).expect("a writer");
        let holder = match FolderWriter::open(folder.path()) {
            Err(Error::Locked { holder, .. }) => holder,
            other => panic!("{other:?}"),
        };
        assert_eq!(holder, format!("process {}", std::process::id()));
    }

    #[test]
    fn a_record_from_elsewhere_reaches_nothing_outside_the_folder() {
        for (folder, name) in [("change-a", "../people.csv"), ("../home", "people.csv"), ("change-../..", "people.csv")]
        {
            let temporary = case();
            let (case, home) = (temporary.path(), tempfile::tempdir().expect("a folder"));
            fs::write(home.path().join("people.csv"), OLD).expect("a file");
            fs::create_dir(case.join(OWN)).expect("a folder");
            let file = ChangedFile { name: name.to_owned(), before: None, after: Some(String::new()) };
            let change =
                Change { kind: Kind::Import, time: TIME.to_owned(), folder: folder.to_owned(), files: vec![file] };
            fs::write(record_of(case), serde_json::to_vec(&change).expect("JSON")).expect("a file");
            assert!(matches!(CaseFolder::open(case, Links::Inside), Err(Error::Faults(_))), "{folder} {name}");
            assert!(matches!(FolderWriter::open(case), Err(Error::Faults(_))), "{folder} {name}");
        }
    }

    /// Linux keeps nothing of `/proc` on a disk, and says so.
    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_do_not_get_to_the_disk_are_told() {
        assert!(sync_folder(Path::new("/proc")).is_err());
        assert!(sync_folder(tempfile::tempdir().expect("a folder").path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_a_file_may_read_the_one_in_its_place() {
        use std::os::unix::fs::PermissionsExt;
        let folder = case();
        let case = folder.path();
        let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        fs::set_permissions(case.join("courts.csv"), fs::Permissions::from_mode(0o640)).expect("a mode");
        fs::set_permissions(case, fs::Permissions::from_mode(0o750)).expect("a mode");
        FolderWriter::open(case).expect("a writer").replace(&open(case), &new_files(), TIME).expect("a change");
        let last = Change::last(case).expect("a record").expect("a change");
        assert_eq!((mode(&case.join("courts.csv")), mode(&last.folders(case).old)), (0o640, 0o750));
    }
}
