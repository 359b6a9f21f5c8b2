//! One writer to a store at a time. In: its path. Out: a lock beside the store that is really meant, or who holds it.

use std::path::Path;

use super::Error;
use crate::lock_file::{LockFile, Refused};
use crate::new_file::place_of;

/// Takes the lock of a store. Whichever link leads to the store, it has one lock.
pub(super) fn lock(store: &Path) -> Result<LockFile, Error> {
    let fault = |source| Error::File { path: store.to_owned(), source };
    let place = place_of(store).map_err(fault)?;
    let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = place.with_file_name(format!(".{name}.lock"));
    LockFile::take(&path).map_err(|refused| match refused {
        Refused::Held(holder) => Error::Locked { path: store.to_owned(), holder },
        Refused::NotALock => Error::NotALock(path),
        Refused::Io(source) => fault(source),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn two_links_to_one_store_have_one_lock() {
        use std::fs;
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        fs::create_dir(at("d1")).and_then(|()| fs::create_dir(at("d2"))).expect("folders");
        fs::write(at("d1/s.casegraph"), "").expect("a file");
        std::os::unix::fs::symlink("../d1/s.casegraph", at("d2/s.casegraph")).expect("a link");
        std::os::unix::fs::symlink("d2", at("d3")).expect("a link");
        let held = lock(&at("d2/s.casegraph")).expect("the lock");
        for other in ["d1/s.casegraph", "d2/s.casegraph", "d3/s.casegraph"] {
            assert!(matches!(lock(&at(other)), Err(Error::Locked { .. })), "{other}");
        }
        drop(held);
        lock(&at("d1/s.casegraph")).expect("the lock is free again");
    }
}
