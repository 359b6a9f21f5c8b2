//! What is to be converted. In: paths, and metadata where it is given. Out: one folder that holds them all, the addresses
//! that its files get, and the descriptions of their tables. No address tells where on this machine a file lies.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use csvw::{Diagnostics, Folder, Resources, TableGroup};
use oxigraph::model::NamedNode;

use super::{Error, Progress};

/// Tables and their files.
#[derive(Debug)]
pub struct Input {
    /// What is wrong with the metadata.
    pub faults: Diagnostics,
    pub(super) folder: Folder,
    /// One for each metadata, and one for each file without.
    pub(super) groups: Vec<TableGroup>,
    described_by: BTreeSet<PathBuf>,
}

impl Input {
    /// Finds the descriptions of files, as the standard says: the metadata that is given, `FILE-metadata.json`,
    /// `csv-metadata.json`, or none. Addresses begin with `base`, or with `https://example.org/` and the name of the folder
    /// that all the files have in common. Without files, all tables of the metadata are meant.
    pub fn find(files: &[PathBuf], metadata: Option<&Path>, base: Option<&str>) -> Result<Self, Error> {
        let given = files.iter().map(PathBuf::as_path).chain(metadata);
        let paths = given.map(whole_path).collect::<Result<Vec<_>, _>>()?;
        let path = common_folder(&paths);
        let base = match base {
            Some(base) => checked_base(base)?,
            None => example_base(&path),
        };
        let folder = Folder { base, path };
        let iris: Vec<String> = paths.iter().map(|path| folder.iri(path)).collect();
        let opened = Opened { folder: &folder, paths: RefCell::default() };
        let (mut faults, mut groups) = (Diagnostics::default(), Vec::new());
        match metadata {
            Some(metadata) => {
                let own = iris.last().map(String::as_str).unwrap_or_default();
                let group = TableGroup::open(own, &opened, &mut faults);
                if let Some(group) = &group {
                    let missing = files.iter().zip(&iris).find(|(_, iri)| !group.describes(iri));
                    if let Some((file, _)) = missing {
                        let (metadata, file) = (metadata.display().to_string(), file.display().to_string());
                        return Err(Error::NotDescribed { metadata, file });
                    }
                }
                groups.extend(group);
            }
            None => iris.iter().for_each(|csv| add(csv, &opened, &mut groups, &mut faults)),
        }
        let described_by = opened.paths.into_inner();
        Ok(Self { faults, folder, groups, described_by })
    }

    /// Returns how many tables there are.
    pub fn tables(&self) -> usize {
        self.groups.iter().map(|group| group.tables.len()).sum()
    }

    /// Returns the files that are read: the tables, and all that was opened for their descriptions.
    pub fn files(&self) -> Vec<PathBuf> {
        let tables = self.groups.iter().flat_map(|group| &group.tables);
        tables.filter_map(|table| self.folder.find(&table.url)).chain(self.described_by.iter().cloned()).collect()
    }

    /// Returns the length of all files together, in bytes.
    pub fn bytes(&self) -> u64 {
        let tables = self.groups.iter().flat_map(|group| &group.tables);
        let length = |iri: &str| self.folder.find(iri).and_then(|path| fs::metadata(path).ok()).map(|file| file.len());
        tables.filter_map(|table| length(&table.url)).sum()
    }
}

/// Adds the tables that are described together with a file, once.
fn add(csv: &str, resources: &dyn Resources, groups: &mut Vec<TableGroup>, faults: &mut Diagnostics) {
    let is_there = groups.iter().any(|group| group.context.file.is_empty() && group.describes(csv));
    let mut own = Diagnostics::default();
    let Some(group) = TableGroup::find(csv, None, resources, &mut own).filter(|_| !is_there) else {
        faults.extend(own);
        return;
    };
    let metadata = &group.context.file;
    if metadata.is_empty() || groups.iter().all(|known| known.context.file != *metadata) {
        groups.push(group);
        faults.extend(own);
    }
}

fn whole_path(path: &Path) -> Result<PathBuf, Error> {
    let fault = |source| Error::File { path: path.to_owned(), source };
    let whole = fs::canonicalize(path).map_err(fault)?;
    if whole.is_dir() {
        return Err(fault(io::ErrorKind::IsADirectory.into()));
    }
    // A link keeps the name it has here: metadata goes by it.
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Ok(whole) };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    Ok(fs::canonicalize(parent).map_err(fault)?.join(name))
}

fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let mut folders = paths.iter().filter_map(|path| path.parent());
    let first = folders.next().unwrap_or(Path::new("")).to_owned();
    folders.fold(first, |common, folder| {
        let ancestor = common.ancestors().find(|ancestor| folder.starts_with(ancestor));
        ancestor.unwrap_or(Path::new("")).to_owned()
    })
}

/// Returns the base below which the files of a folder lie where no other is given.
fn example_base(folder: &Path) -> String {
    let above = Folder { base: "https://example.org/".to_owned(), path: PathBuf::new() };
    match folder.file_name() {
        Some(name) => above.iri(name.as_ref()) + "/",
        None => above.base,
    }
}

fn checked_base(base: &str) -> Result<String, Error> {
    NamedNode::new(base).map_err(|_| Error::Base(base.to_owned()))?;
    Ok(if base.ends_with('/') { base.to_owned() } else { format!("{base}/") })
}

/// The files of a folder, with a note of each that was opened.
struct Opened<'f> {
    folder: &'f Folder,
    paths: RefCell<BTreeSet<PathBuf>>,
}

impl Resources for Opened<'_> {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        let file = self.folder.open(iri)?;
        self.paths.borrow_mut().extend(self.folder.find(iri));
        Ok(file)
    }

    fn name(&self, iri: &str) -> String {
        self.folder.name(iri)
    }
}

/// The files of a folder, with a count of what is read of them, and an end as soon as nobody wants more.
pub(super) struct Counted<'c> {
    pub(super) folder: &'c Folder,
    pub(super) progress: Progress<'c>,
    pub(super) go_on: &'c AtomicBool,
}

impl Resources for Counted<'_> {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        let inner = self.folder.open(iri)?;
        Ok(Box::new(CountedFile { inner, progress: self.progress, go_on: self.go_on }))
    }

    fn name(&self, iri: &str) -> String {
        self.folder.name(iri)
    }
}

struct CountedFile<'c> {
    inner: Box<dyn Read + 'c>,
    progress: Progress<'c>,
    go_on: &'c AtomicBool,
}

impl Read for CountedFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.go_on.load(Ordering::Relaxed) {
            return Err(io::Error::other("the conversion was given up"));
        }
        let count = self.inner.read(buffer)?;
        (self.progress)(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(names: &[&str], metadata: Option<&str>, base: Option<&str>) -> Result<(Vec<String>, usize), Error> {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("tide tables");
        fs::create_dir_all(root.join("north")).expect("folders");
        let json =
            r#"{"@context": "http://www.w3.org/ns/csvw", "tables": [{"url": "a+b.csv"}, {"url": "north/c.csv"}]}"#;
        fs::write(root.join("csv-metadata.json"), json).expect("a file");
        for name in ["a+b.csv", "north/c.csv", "north/d é.csv"] {
            fs::write(root.join(name), "id\n1\n").expect("a file");
        }
        let files: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
        let input = Input::find(&files, metadata.map(|name| root.join(name)).as_deref(), base)?;
        let tables = input.groups.iter().flat_map(|group| &group.tables).map(|table| table.url.clone());
        Ok((tables.collect(), input.groups.len()))
    }

    #[test]
    fn addresses_come_from_the_base_and_never_from_the_machine() {
        let (tables, _) = find(&["a+b.csv"], None, None).expect("found");
        assert_eq!(tables, ["a+b.csv", "north/c.csv"].map(|name| format!("https://example.org/tide%20tables/{name}")));
        let (tables, _) = find(&["north/d é.csv"], None, Some("https://x.org/t")).expect("found");
        assert_eq!(tables, ["https://x.org/t/d%20%C3%A9.csv"]);
    }

    #[test]
    fn tables_that_are_described_together_are_converted_once() {
        let (tables, groups) =
            find(&["a+b.csv", "a+b.csv", "north/d é.csv", "north/d é.csv"], None, None).expect("found");
        assert_eq!((tables.len(), groups), (3, 2));
    }

    #[test]
    fn given_metadata_must_describe_the_files() {
        assert_eq!(find(&[], Some("csv-metadata.json"), None).expect("found").0.len(), 2);
        let error = find(&["north/d é.csv"], Some("csv-metadata.json"), None).expect_err("not described");
        assert!(matches!(error, Error::NotDescribed { .. }), "{error}");
        assert!(matches!(find(&["a+b.csv"], None, Some("here")), Err(Error::Base(_))));
    }
}
