//! Copies of cases that lie elsewhere, in the user's folder for what can be made again. In: what is copied, by name, and a
//! stamp that is another one whenever it changes. Out: the copy of before, while it is true.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::case_file::{CaseFile, digest};
use super::writer::write_copy;
use super::{CaseStore, Error};

/// The place of a copy.
pub struct Copy {
    path: PathBuf,
}

impl Copy {
    /// Returns the place of the copy of what has this name; none where the user has no folder for it.
    pub fn of(name: &str) -> Option<Self> {
        let stated = |name: &str| env::var_os(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let caches = || stated("XDG_CACHE_HOME").or_else(|| stated("LOCALAPPDATA"));
        let caches = || caches().or_else(|| Some(env::home_dir()?.join(".cache")));
        let folder = stated("CASEGRAPH_CACHE").or_else(|| Some(caches()?.join("casegraph")))?;
        make_private(&folder).ok()?;
        Some(Self { path: folder.join(format!("{}.casegraph", &digest(name.as_bytes())[..32])) })
    }

    /// Returns the copy, if it is one of what has this stamp, and when it was made.
    pub fn open(&self, stamp: &str) -> Option<(CaseStore, SystemTime)> {
        let file =
            CaseFile::open_alone(&self.path).ok().filter(|file| file.contents.copied.as_deref() == Some(stamp))?.file;
        let made = self.path.metadata().and_then(|there| there.modified()).ok()?;
        Some((CaseStore::of(file.dataset), made))
    }

    /// Keeps a copy of what has this stamp.
    pub fn keep(&self, store: &CaseStore, stamp: String) -> Result<(), Error> {
        write_copy(&self.path, store, stamp)
    }
}

/// Makes a folder that nobody else can look into: what it holds may be secret.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
