//! Files that are there whole or not at all. In: a path. Out: a file beside it, which is renamed into its place at the end.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file on its way to its place.
pub(super) struct NewFile {
    beside: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// Makes a file beside a path; none where something stands there that is not a file.
    pub(super) fn beside(path: &Path) -> io::Result<Option<Self>> {
        // A link stays a link to what is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => return Ok(None),
            _ => {}
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        // Said here, a missing folder is told by its own name, not by that of the file beside.
        fs::metadata(folder)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Those of any new file: the system takes away what the user does not want.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let beside = builder.tempfile_in(folder)?;
        Ok(Some(Self { beside, path }))
    }

    /// Puts the file in its place.
    pub(super) fn keep(mut self) -> io::Result<()> {
        self.beside.flush()?;
        self.beside.persist(&self.path)?;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.beside.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.beside.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_kept_leaves_no_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.nt");
        let mut file = NewFile::beside(&path).expect("beside").expect("a file");
        file.write_all(b"half").expect("written");
        drop(file);
        assert_eq!(folder.path().read_dir().expect("the folder").count(), 0);
        let mut file = NewFile::beside(&path).expect("beside").expect("a file");
        file.write_all(b"whole").expect("written");
        file.keep().expect("renamed");
        assert_eq!(fs::read(&path).expect("the file"), b"whole");
    }

    #[test]
    fn a_device_has_no_file_beside_it() {
        assert!(cfg!(not(unix)) || NewFile::beside(Path::new("/dev/null")).expect("a device").is_none());
    }
}
