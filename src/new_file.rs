//! Files that are there whole or not at all. In: a path. Out: a file beside it, which is renamed into its place at the end.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

/// A file on its way to its place; dropped before that, it leaves no trace.
#[derive(Debug)]
pub(crate) struct NewFile {
    beside: NamedTempFile,
    place: PathBuf,
    /// What is known of the file that stood there before.
    before: Option<Metadata>,
}

impl NewFile {
    /// Makes a file beside a path; none where something stands there that is not a file, such as a device or a pipe.
    ///
    /// # Errors
    ///
    /// There is no folder, a folder stands in the place, or a link leads nowhere.
    pub(crate) fn beside(path: &Path) -> io::Result<Option<Self>> {
        Self::beside_like(path, path)
    }

    /// Makes a file beside a path, for those who may read another, which it will replace later.
    pub(crate) fn beside_like(path: &Path, other: &Path) -> io::Result<Option<Self>> {
        let before = fs::metadata(other).ok();
        match &before {
            Some(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            // The pipe of a shell, such as /dev/fd/63, is there but has no name of its own.
            Some(there) if !there.is_file() => return Ok(None),
            _ => {}
        }
        // A link stays a link to what is written.
        let place = place_of(path)?;
        let folder = folder_of(&place);
        // Said here, a missing folder is told by its own name, not by that of the file beside.
        fs::metadata(folder)?;
        let prefix = prefix_beside(&place);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        if before.is_none() {
            use std::os::unix::fs::PermissionsExt;
            // Those of any new file: the system takes away what the user does not want.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        clear_leftovers(folder, &prefix);
        loop {
            let beside = builder.tempfile_in(folder)?;
            // The lock tells others that the file is in use; who began just before may have taken it for left over.
            let _no_locks = beside.as_file().lock();
            if beside.path().exists() {
                return Ok(Some(Self { beside, place, before }));
            }
        }
    }

    /// Puts the file in its place. Who could read what stood there before can read this, and nobody else.
    pub(crate) fn keep(self) -> io::Result<()> {
        self.finish()?.keep()
    }

    /// Ends the writing: what is left to do is the renaming. Where there is a file to lose, this one is on the disk first:
    /// some systems tell only then that there is no room.
    pub(crate) fn finish(mut self) -> io::Result<FinishedFile> {
        self.beside.flush()?;
        if let Some(before) = &self.before {
            permit(self.beside.as_file(), before)?;
            self.beside.as_file().sync_all()?;
        }
        Ok(FinishedFile { beside: self.beside.into_temp_path(), place: self.place })
    }

    /// Puts the file in its place and makes it last, whenever the power fails.
    pub(crate) fn keep_for_good(self) -> io::Result<()> {
        let place = self.place.clone();
        self.sync()?;
        self.keep()?;
        sync_folder(folder_of(&place))
    }

    /// Makes what was written last.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.beside.as_file().sync_all()
    }
}

/// A file that only has to be renamed; it is closed, so that there may be many.
#[derive(Debug)]
pub(crate) struct FinishedFile {
    beside: TempPath,
    place: PathBuf,
}

impl FinishedFile {
    /// Puts the file in its place.
    pub(crate) fn keep(self) -> io::Result<()> {
        fs::rename(&self.beside, &self.place)?;
        // Under its old name there is nothing to remove any more.
        self.beside.keep()?;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The error is then that of the system, without the name of the file beside.
        self.beside.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.beside.flush()
    }
}

/// Puts a file that lies beside a place into it. Who could read what stood there can read this, and nobody else.
pub(crate) fn replace(place: &Path, by: &Path) -> io::Result<()> {
    permit(&File::open(by)?, &fs::metadata(place)?)?;
    fs::rename(by, place)
}

/// Gives a file a second name beside it; where the system has no such names, or not for this file, makes a copy that is
/// read by the same people.
pub(crate) fn duplicate(file: &Path, beside: &Path) -> io::Result<()> {
    match fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::hard_link(file, beside).or_else(|_| {
        fs::copy(file, beside)?;
        let copy = File::open(beside)?;
        permit(&copy, &fs::metadata(file)?)?;
        copy.sync_all()
    })
}

/// Lets those read a file who could read the one before, and nobody else.
fn permit(file: &File, before: &Metadata) -> io::Result<()> {
    let permissions = before.permissions();
    #[cfg(unix)]
    let permissions = owned_as(file, before, permissions);
    file.set_permissions(permissions)
}

/// Gives a file to the owner and group of the one before; where the system does not allow that, another group gets none
/// of the rights that its own had.
#[cfg(unix)]
fn owned_as(file: &File, before: &Metadata, permissions: fs::Permissions) -> fs::Permissions {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let is_same = file.metadata().is_ok_and(|now| now.uid() == before.uid() && now.gid() == before.gid());
    if is_same || fchown(file, Some(before.uid()), Some(before.gid())).is_ok() {
        return permissions;
    }
    match fchown(file, None, Some(before.gid())) {
        Ok(()) => permissions,
        Err(_) => fs::Permissions::from_mode(permissions.mode() & !0o070),
    }
}

/// Returns the place that a path means: a link is followed, also one to a file that is to be replaced.
pub(crate) fn place_of(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(_) => fs::canonicalize(path),
        Err(_) => Ok(path.to_owned()),
    }
}

/// Returns the folder that a path lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Returns what the names of files begin with that are written beside a path.
pub(crate) fn prefix_beside(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!(".{name}.casegraph-new-")
}

/// Removes what killed processes have left beside a place: files that nobody has locked.
fn clear_leftovers(folder: &Path, prefix: &str) {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if let Some(file) = is_file.then(|| File::open(entry.path()).ok()).flatten()
            && file.try_lock().is_ok()
        {
            // What cannot be removed now is left to the next time.
            let _ignored = fs::remove_file(entry.path());
        }
    }
}

/// Makes the names in a folder last, as after a rename: they do only once the folder is written too. Where folders cannot
/// be opened, the system sees to it; a failure is told, even where what was renamed counts already.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) => folder.sync_all().or_else(|error| if cfg!(unix) { Err(error) } else { Ok(()) }),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> NewFile {
        let mut file = NewFile::beside(path).expect("beside").expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file
    }

    #[test]
    fn a_file_that_is_not_kept_leaves_no_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.nt");
        drop(write(&path, "half"));
        assert_eq!(folder.path().read_dir().expect("the folder").count(), 0);
        write(&path, "whole").keep().expect("renamed");
        assert_eq!(fs::read(&path).expect("the file"), b"whole");
        write(&path, "for good").keep_for_good().expect("renamed");
        assert_eq!(fs::read(&path).expect("the file"), b"for good");
        assert_eq!(folder.path().read_dir().expect("the folder").count(), 1);
    }

    #[test]
    fn what_a_kill_has_left_is_cleared_and_what_is_in_use_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.nt");
        let left = folder.path().join(prefix_beside(&path) + "left");
        fs::write(&left, "half").expect("a file");
        let (one, other) = (write(&path, "one"), write(&path, "other"));
        assert!(!left.exists());
        one.keep().expect("renamed");
        other.keep().expect("renamed");
        assert_eq!(fs::read(&path).expect("the file"), b"other");
        assert_eq!(folder.path().read_dir().expect("the folder").count(), 1);
    }

    #[test]
    fn a_device_has_no_file_beside_it() {
        assert!(cfg!(not(unix)) || NewFile::beside(Path::new("/dev/null")).expect("a device").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn whoever_could_read_the_file_before_can_read_it_after() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret.casegraph");
        for mode in [0o600, 0o640, 0o444] {
            fs::write(&path, "old").expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
            write(&path, "new").keep().expect("renamed");
            assert_eq!(fs::metadata(&path).expect("the file").permissions().mode() & 0o777, mode);
            fs::remove_file(&path).expect("removed");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_one_that_leads_nowhere_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let (place, link) = (folder.path().join("place"), folder.path().join("link"));
        std::os::unix::fs::symlink(&place, &link).expect("a link");
        assert_eq!(NewFile::beside(&link).expect_err("nowhere").kind(), io::ErrorKind::NotFound);
        fs::write(&place, "old").expect("a file");
        write(&link, "new").keep().expect("renamed");
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        assert_eq!(fs::read(&place).expect("the file"), b"new");
    }
}
