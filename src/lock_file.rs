//! One writer at a time. In: the path of a lock. Out: the lock, for as long as its value lives, or who holds it. The lock is
//! the system's and ends with its process, so a crash leaves none behind; the file stays.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// What a lock says before the number of the process that holds it.
const HOLDER: &str = "process ";
/// Bytes of a lock are never more.
const MOST: u64 = 64;

/// The right to write.
#[derive(Debug)]
pub(crate) struct LockFile {
    file: File,
}

/// Why a lock is not had.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Somebody holds it, such as `process 123`.
    Held(String),
    /// Something else stands in its place, such as a link or a file of somebody's.
    NotALock,
    /// The system does not give it.
    Io(io::Error),
}

impl LockFile {
    /// Takes a lock, and makes its file where there is none. No link is followed, and no file that is not a lock is touched.
    pub(crate) fn take(path: &Path) -> Result<Self, Refused> {
        let mut file = open(path)?;
        let mut holder = String::new();
        if file.metadata()?.len() > MOST || file.read_to_string(&mut holder).is_err() {
            return Err(Refused::NotALock);
        }
        let number = holder.strip_prefix(HOLDER).map(str::trim_end);
        if !holder.is_empty() && number.is_none_or(|number| number.parse::<u32>().is_err()) {
            return Err(Refused::NotALock);
        }
        match file.try_lock() {
            Ok(()) => {}
            // Empty for the moment in which somebody has just taken it.
            Err(TryLockError::WouldBlock) if holder.is_empty() => {
                return Err(Refused::Held("another process".to_owned()));
            }
            Err(TryLockError::WouldBlock) => return Err(Refused::Held(holder.trim_end().to_owned())),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        // At one go: half of it would be no lock, and stay in the way for ever.
        file.write_all(format!("{HOLDER}{}\n", std::process::id()).as_bytes())?;
        Ok(Self { file })
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // A program that is being started at this moment still has the file, and with it the lock, until it runs.
        let _ignored = self.file.unlock();
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn open(path: &Path) -> Result<File, Refused> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return Ok(made?),
    }
    // Looked at before it is opened: a pipe would wait for ever.
    let there = fs::symlink_metadata(path)?;
    if !there.is_file() {
        return Err(Refused::NotALock);
    }
    let file = options.open(path)?;
    if is_same(&there, &file.metadata()?) { Ok(file) } else { Err(Refused::NotALock) }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.file_type() == other.file_type()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let first = LockFile::take(&path).expect("the lock");
        let Err(Refused::Held(holder)) = LockFile::take(&path) else { panic!("it is held") };
        assert_eq!(holder, format!("process {}", std::process::id()));
        drop(first);
        LockFile::take(&path).expect("the lock is free again");
    }

    #[test]
    fn what_is_not_a_lock_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        for text in ["thesis", "process of elimination\n", &"process 1\n".repeat(20)] {
            fs::write(&path, text).expect("a file");
            assert!(matches!(LockFile::take(&path), Err(Refused::NotALock)), "{text}");
            assert_eq!(fs::read_to_string(&path).expect("the file"), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_pipe_are_no_locks() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let (thesis, link, pipe) =
            (folder.path().join("thesis"), folder.path().join("link"), folder.path().join("pipe"));
        symlink(&thesis, &link).expect("a link that leads nowhere");
        assert!(matches!(LockFile::take(&link), Err(Refused::NotALock)));
        assert!(!thesis.exists(), "nothing is made behind a link");
        fs::write(&thesis, "").expect("an empty file could be a lock");
        assert!(matches!(LockFile::take(&link), Err(Refused::NotALock)));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success() && matches!(LockFile::take(&pipe), Err(Refused::NotALock)));
    }
}
