//! Where files come from. In: the IRI of a file. Out: its bytes. The processor itself touches neither disk nor network.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::percent::{decode, encode_segment};

/// What the processor may read.
pub trait Resources {
    /// Opens a file. A file that is not there is [`io::ErrorKind::NotFound`].
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>>;

    /// Returns the name of a file in diagnostics.
    fn name(&self, iri: &str) -> String {
        iri.to_owned()
    }

    /// Returns the `Link` header that came with a file, where there is one.
    fn link(&self, _iri: &str) -> Option<String> {
        None
    }

    /// Returns the text of `/.well-known/csvm` of the site that a file comes from, where there is one.
    fn site_patterns(&self, _iri: &str) -> Option<String> {
        None
    }
}

/// Files of one folder, under the IRIs that begin with a base.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Beginning of the IRIs, such as `https://example.org/data/`.
    pub base: String,
    /// The folder.
    pub path: PathBuf,
}

impl Folder {
    /// Returns the IRI of a file; one that lies outside the folder keeps all of its path.
    pub fn iri(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        let segments: Vec<String> = relative.iter().map(|name| encode_segment(&name.to_string_lossy())).collect();
        self.base.clone() + &segments.join("/")
    }

    /// Returns the path of a file; none where it would lie outside the folder.
    pub fn find(&self, iri: &str) -> Option<PathBuf> {
        let relative = iri.strip_prefix(&self.base).unwrap_or(iri);
        let relative = decode(relative);
        let outside = relative.split(['/', '\\']).any(|part| part == "..") || relative.starts_with('/');
        (!outside && !relative.contains(':')).then(|| self.path.join(relative))
    }
}

impl Resources for Folder {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(self.find(iri).ok_or(io::ErrorKind::NotFound)?)?))
    }

    fn name(&self, iri: &str) -> String {
        decode(iri.strip_prefix(&self.base).unwrap_or(iri))
    }
}

/// One file in memory, under whatever IRI.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'b> {
    /// Its name in diagnostics.
    pub name: &'b str,
    /// What it holds.
    pub bytes: &'b [u8],
}

impl Resources for Bytes<'_> {
    fn open(&self, _iri: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.bytes))
    }

    fn name(&self, _iri: &str) -> String {
        self.name.to_owned()
    }
}

/// Nothing at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoResources;

impl Resources for NoResources {
    fn open(&self, _iri: &str) -> io::Result<Box<dyn Read + '_>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Reads a whole file as text; bytes that are not UTF-8 are a fault of the data (`InvalidData`).
pub(crate) fn read_text(resources: &dyn Resources, iri: &str) -> io::Result<String> {
    let mut text = String::new();
    resources.open(iri)?.read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_opened() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
        let folder = Folder { base: "http://x.org/".to_owned(), path };
        assert!(folder.open("http://x.org/lib.rs").is_ok());
        for iri in ["http://x.org/../Cargo.toml", "http://x.org/%2E%2E/Cargo.toml", "http://y.org/lib.rs", "/etc/hosts"]
        {
            assert!(folder.open(iri).is_err(), "{iri}");
        }
        assert_eq!(folder.name("http://x.org/my%20file.csv"), "my file.csv");
    }
}
