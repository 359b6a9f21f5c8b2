//! Several files of a case folder change as one. In: files and what they are to hold. Out: all of them, or none, whenever
//! the power fails: they are written aside, begin to count by one rename, and are then moved into place; a change that was
//! broken off after that rename is finished before the folder is next read.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::Error;
use crate::new_file::sync_folder;

/// Where files are written that do not count yet. What lies here when a change begins was given up.
const ASIDE: &str = ".casegraph-change";
/// Where they count, and only have to be moved.
const AGREED: &str = ".casegraph-change-agreed";

/// Puts files into a case folder, each in the place of the file of its name: all of them, or none.
pub fn replace_files(folder: &Path, files: &[(&str, &[u8])]) -> Result<(), Error> {
    let _lock = lock(folder);
    move_agreed(folder)?;
    write_aside(folder, files)?;
    agree(folder)?;
    move_agreed(folder)
}

/// Finishes a change that was broken off after it began to count.
pub(super) fn finish(folder: &Path) -> Result<(), Error> {
    if !folder.join(AGREED).is_dir() {
        return Ok(());
    }
    // Whoever is at it now is waited for; then there is nothing left to do.
    let _lock = lock(folder);
    move_agreed(folder)
}

/// Keeps others from changing the folder as long as the value lives; where the system has no locks on folders, nobody.
fn lock(folder: &Path) -> Option<File> {
    let file = File::open(folder).ok()?;
    file.lock().ok().map(|()| file)
}

fn write_aside(folder: &Path, files: &[(&str, &[u8])]) -> Result<(), Error> {
    let aside = folder.join(ASIDE);
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(fault(&aside))?;
    }
    fs::create_dir(&aside).map_err(fault(&aside))?;
    for (name, bytes) in files {
        let path = aside.join(name);
        fs::write(&path, bytes).map_err(fault(&path))?;
        // Who may read the file stays as it was.
        if let Ok(before) = fs::metadata(folder.join(name)) {
            fs::set_permissions(&path, before.permissions()).map_err(fault(&path))?;
        }
        File::open(&path).and_then(|file| file.sync_all()).map_err(fault(&path))?;
    }
    sync_folder(&aside).map_err(fault(&aside))
}

/// From here on the change is made, whatever happens: after an error too it is finished when the folder is next read.
fn agree(folder: &Path) -> Result<(), Error> {
    let agreed = folder.join(AGREED);
    fs::rename(folder.join(ASIDE), &agreed).map_err(fault(&agreed))?;
    sync_folder(folder).map_err(fault(folder))
}

fn move_agreed(folder: &Path) -> Result<(), Error> {
    let agreed = folder.join(AGREED);
    if !agreed.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(&agreed).map_err(fault(&agreed))? {
        let entry = entry.map_err(fault(&agreed))?;
        let place = folder.join(entry.file_name());
        fs::rename(entry.path(), &place).map_err(fault(&place))?;
    }
    sync_folder(folder).map_err(fault(folder))?;
    fs::remove_dir(&agreed).map_err(fault(&agreed))
}

fn fault(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

#[cfg(test)]
mod tests {
    use super::super::CaseFolder;
    use super::*;

    const OLD: &str = "id,label\na,Old\n";
    const NEW: &str = "id,label\na,New\n";
    const NAMES: [&str; 3] = ["companies.csv", "courts.csv", "people.csv"];

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

    /// What the folder holds for whoever opens it.
    fn seen(folder: &Path) -> Vec<(String, String)> {
        let files = CaseFolder::open(folder).expect("a case").files;
        files.into_iter().map(|file| (file.name, String::from_utf8(file.bytes).expect("UTF-8"))).collect()
    }

    fn all(names: &[&str], text: &str) -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), text.to_owned())).collect()
    }

    fn hidden(folder: &Path) -> usize {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with('.')).count()
    }

    #[test]
    fn a_change_that_breaks_off_before_it_counts_leaves_the_old_files() {
        for written in 0..=NAMES.len() {
            let folder = case();
            write_aside(folder.path(), &new_files()[..written]).expect("written aside");
            assert_eq!(seen(folder.path()), all(&NAMES[..2], OLD), "{written} files were written");
            replace_files(folder.path(), &new_files()[1..]).expect("the next change");
            let mut expected = all(&NAMES, NEW);
            OLD.clone_into(&mut expected[0].1);
            assert_eq!(
                (seen(folder.path()), hidden(folder.path())),
                (expected, 0),
                "nothing of the one given up is left"
            );
        }
    }

    #[test]
    fn a_change_that_breaks_off_after_it_counts_is_finished_when_the_folder_is_next_read() {
        for moved in 0..=NAMES.len() {
            let folder = case();
            write_aside(folder.path(), &new_files()).expect("written aside");
            agree(folder.path()).expect("agreed");
            for name in &NAMES[..moved] {
                fs::rename(folder.path().join(AGREED).join(name), folder.path().join(name)).expect("moved");
            }
            assert_eq!(seen(folder.path()), all(&NAMES, NEW), "{moved} files were in place");
            assert_eq!(hidden(folder.path()), 0);
        }
    }

    #[test]
    fn a_change_finishes_the_one_before() {
        let folder = case();
        write_aside(folder.path(), &new_files()[..1]).expect("written aside");
        agree(folder.path()).expect("agreed");
        replace_files(folder.path(), &new_files()[1..2]).expect("the next change");
        assert_eq!(seen(folder.path()), all(&NAMES[..2], NEW));
    }

    /// Linux keeps nothing of `/proc` on a disk, and says so.
    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_do_not_get_to_the_disk_are_told() {
        assert!(sync_folder(Path::new("/proc")).is_err());
        assert!(sync_folder(tempfile::tempdir().expect("a folder").path()).is_ok());
    }

    #[test]
    fn where_a_file_cannot_be_written_nothing_changes() {
        let folder = case();
        let files: [(&str, &[u8]); 2] = [("companies.csv", NEW.as_bytes()), ("no/such/place.csv", b"")];
        assert!(matches!(replace_files(folder.path(), &files), Err(Error::Write { .. })));
        assert_eq!(seen(folder.path()), all(&NAMES[..2], OLD));
    }
}
