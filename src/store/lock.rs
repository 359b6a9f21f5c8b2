//! One writer at a time. In: the path of a store. Out: a lock beside it that lasts as long as its value, or who holds it.
//! The lock is the operating system's and ends with its process, so a crash leaves none behind.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::Error;

/// The right to write to a store.
#[derive(Debug)]
pub(super) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the lock of a store.
    pub(super) fn take(store: &Path) -> Result<Self, Error> {
        let path = lock_path(store);
        let fault = |source| Error::File { path: store.to_owned(), source };
        // The file itself stays: to remove it would take the lock away from who opened it just before.
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(fault)?;
                return Err(Error::Locked { path: store.to_owned(), holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(fault(source)),
        }
        file.set_len(0).map_err(fault)?;
        writeln!(file, "process {}", std::process::id()).map_err(fault)?;
        Ok(Self { _file: file })
    }
}

fn lock_path(store: &Path) -> PathBuf {
    let name = store.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    store.with_file_name(format!(".{name}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_who_holds_the_store() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("case.nq.gz");
        let first = WriteLock::take(&store).expect("the lock");
        let holder = match WriteLock::take(&store) {
            Err(Error::Locked { holder, .. }) => holder,
            other => panic!("{other:?}"),
        };
        assert_eq!(holder, format!("process {}", std::process::id()));
        drop(first);
        WriteLock::take(&store).expect("the lock is free again");
    }
}
