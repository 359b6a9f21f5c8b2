//! Imports: the records of a case against what the store holds of it. All of the difference goes in, with its log, or
//! nothing; the same input again changes nothing, and is not even read.

use std::path::{Path, PathBuf};

use rdf_columns::Builder;

use super::difference::Difference;
use super::lock::lock;
use super::{CaseStore, Error, before, case_file, refuse_folder};
use crate::lock_file::LockFile;
use crate::record_mark::RecordMark;

/// A case as it is to stand in the store.
#[derive(Debug, Clone)]
pub struct Import {
    /// IRI that the ids of the case are appended to.
    pub base: String,
    /// IRI of its named graph.
    pub graph: String,
    /// IRI of the named graph that logs its imports.
    pub log_graph: String,
    /// Names of its files, by which records name their table.
    pub tables: Vec<String>,
    /// Fingerprint of all that its quads depend on: another one where any of it differs.
    pub input: String,
    /// When the import began, as an xsd:dateTime in UTC.
    pub time: String,
    /// What imports, such as `casegraph 0.1.0`.
    pub agent: String,
}

/// A case that was read for an import.
pub struct ReadCase {
    /// Its quads.
    pub quads: Builder,
    /// Its records, numbered as the quads are.
    pub records: Vec<RecordMark>,
    /// The files that they came from.
    pub files: Vec<ImportedFile>,
    /// Number of facts.
    pub facts: usize,
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFile {
    /// Name, relative to the case folder.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Data rows.
    pub rows: usize,
}

/// What to do with a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Store it.
    Write,
    /// Only tell it.
    Preview,
}

/// The place of a case file that an import goes to.
pub struct StoreWriter {
    path: PathBuf,
    mode: Mode,
    /// Held as long as the file may be written to.
    _lock: Option<LockFile>,
}

impl Import {
    /// Returns the name of a table by its position.
    pub(super) fn table(&self, at: Option<u32>) -> &str {
        at.and_then(|at| self.tables.get(at as usize)).map_or("", String::as_str)
    }
}

impl StoreWriter {
    /// Opens a case file for an import, or the place of a new one. What a killed import has left behind is cleared.
    pub fn open(path: &Path, mode: Mode) -> Result<Self, Error> {
        refuse_folder(path)?;
        let lock = (mode == Mode::Write).then(|| lock(path)).transpose()?;
        if lock.is_some() {
            before::clear_leftovers(path);
        }
        Ok(Self { path: path.to_owned(), mode, _lock: lock })
    }

    /// Imports a case: all of the difference or nothing. `read` reads it; nothing is written where nothing changes, and
    /// what is said of the same input is not even read.
    pub fn import<E: From<Error>>(
        &mut self,
        import: &Import,
        read: &mut dyn FnMut() -> Result<ReadCase, E>,
    ) -> Result<Difference, E> {
        case_file::import(&self.path, import, self.mode, read)
    }

    /// Keeps a store that was read from this place and then changed by other means than an import; the next import compares
    /// the whole case with it.
    pub fn save(&self, store: &CaseStore) -> Result<(), Error> {
        case_file::save(&self.path, store)
    }

    /// Takes the last import back; the store is then as it was before.
    pub fn undo(&mut self) -> Result<(), Error> {
        before::undo(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use oxigraph::model::{Literal, NamedNode, Quad};
    use rdf_columns::TermId;

    use super::*;
    use crate::store::{Counts, imports, sorted_quads};
    use crate::vocab::{cg, rdf};

    const GRAPH: &str = "http://x.org/graph/case";

    fn import_of(objects: &[&str]) -> Import {
        Import {
            base: "http://x.org/".into(),
            graph: GRAPH.into(),
            log_graph: "http://x.org/graph/imports".into(),
            tables: vec!["relations.csv".into()],
            input: objects.join(","),
            time: "2026-01-01T00:00:00Z".into(),
            agent: "casegraph test".into(),
        }
    }

    /// Imports a case whose facts have these objects.
    fn import(path: &Path, mode: Mode, objects: &[&str]) -> Result<Difference, Error> {
        let graph = NamedNode::new_unchecked(GRAPH);
        let mut read = || {
            let (mut quads, mut records) = (Builder::default(), Vec::new());
            for (at, object) in (0..).zip(objects) {
                let node = NamedNode::new_unchecked(format!("http://x.org/fact/{at}"));
                let says = NamedNode::new_unchecked("http://x.org/rel/says");
                for quad in [
                    Quad::new(node.clone(), rdf::TYPE, cg::FACT, graph.clone()),
                    Quad::new(node.clone(), cg::STATUS, cg::FACT, graph.clone()),
                    Quad::new(node.clone(), rdf::SUBJECT, graph.clone(), graph.clone()),
                    Quad::new(node.clone(), rdf::PREDICATE, says.clone(), graph.clone()),
                    Quad::new(node.clone(), rdf::OBJECT, Literal::from(*object), graph.clone()),
                    Quad::new(graph.clone(), says, Literal::from(*object), graph.clone()),
                ] {
                    quads.add_quad(quad.as_ref());
                }
                let node: Option<TermId> = Some(quads.term(&node));
                let fingerprint = object.bytes().map(u64::from).sum();
                records.push(RecordMark { node, file: Some(0), is_fact: true, fingerprint });
            }
            let file = ImportedFile { name: "relations.csv".into(), sha256: "00".into(), rows: objects.len() };
            Ok(ReadCase { quads, records, files: vec![file], facts: objects.len() })
        };
        StoreWriter::open(path, mode)?.import::<Error>(&import_of(objects), &mut read)
    }

    /// Returns the quads of the case and the number of imports that a case file holds.
    fn held(path: &Path) -> (Vec<String>, usize) {
        let store = CaseStore::open(path).expect("a case file");
        let quads = sorted_quads(&store).expect("quads").into_iter().map(|quad| quad.to_string());
        (quads.filter(|quad| quad.contains("/graph/case>")).collect(), imports(&store).expect("a log").len())
    }

    fn in_a_folder(test: impl Fn(&Path)) {
        let folder = tempfile::tempdir().expect("a folder");
        test(&folder.path().join("a.casegraph"));
    }

    #[test]
    fn an_import_leaves_what_it_would_leave_alone_and_counts_what_changed() {
        in_a_folder(|path| {
            let first = import(path, Mode::Write, &["a", "b", "c"]).expect("an import");
            assert_eq!(first.all_facts(), Counts { added: 3, changed: 0, removed: 0 });
            // "c" is said by one fact less, and "b" by another one.
            let second = import(path, Mode::Write, &["b", "x"]).expect("an import");
            assert_eq!(second.tables["relations.csv"].facts, Counts { added: 0, changed: 2, removed: 1 });
            assert_eq!(second.facts, 2);
            let alone = path.with_file_name("alone.casegraph");
            import(&alone, Mode::Write, &["b", "x"]).expect("an import");
            assert_eq!(held(path), (held(&alone).0, 2));
        });
    }

    #[test]
    fn the_same_input_again_is_not_read() {
        in_a_folder(|path| {
            import(path, Mode::Write, &["a"]).expect("an import");
            let before = fs::read(path).expect("a file");
            let mut not_read = || Err(Error::Empty);
            let mut writer = StoreWriter::open(path, Mode::Write).expect("a lock");
            let again = writer.import(&import_of(&["a"]), &mut not_read).expect("an import");
            assert!(again.is_empty && again.facts == 1);
            assert!(matches!(writer.import(&import_of(&["b"]), &mut not_read), Err(Error::Empty)));
            assert_eq!(fs::read(path).expect("a file"), before);
        });
    }

    #[test]
    fn a_case_file_leaves_nothing_else_in_its_folder() {
        in_a_folder(|path| {
            let folder = path.parent().expect("a folder");
            fs::write(folder.join(".a.casegraph.casegraph-new-1"), "killed").expect("a left-over");
            import(path, Mode::Write, &["a"]).expect("an import");
            let names = || {
                let entries = folder.read_dir().expect("a folder").flatten();
                let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
                names.sort();
                names
            };
            assert_eq!(names(), [".a.casegraph.lock", "a.casegraph"]);
            import(path, Mode::Write, &["b"]).expect("an import");
            assert_eq!(names(), [".a.casegraph.before", ".a.casegraph.lock", "a.casegraph"]);
        });
    }

    #[test]
    fn a_preview_tells_the_difference_and_stores_nothing() {
        in_a_folder(|path| {
            assert_eq!(import(path, Mode::Preview, &["a"]).expect("a preview").all_facts().added, 1);
            assert!(!path.exists());
            import(path, Mode::Write, &["a", "b"]).expect("an import");
            let before = held(path);
            let preview = import(path, Mode::Preview, &["a", "c"]).expect("a preview");
            assert_eq!(preview.all_facts(), Counts { added: 0, changed: 1, removed: 0 });
            assert_eq!(held(path), before);
        });
    }

    #[test]
    fn the_last_import_can_be_taken_back_and_only_that() {
        in_a_folder(|path| {
            let undo = || StoreWriter::open(path, Mode::Write).and_then(|mut writer| writer.undo());
            import(path, Mode::Write, &["a", "b"]).expect("an import");
            assert!(matches!(undo(), Err(Error::NothingBefore(_))));
            let before = held(path);
            import(path, Mode::Write, &["a", "c", "d"]).expect("an import");
            undo().expect("the import is taken back");
            assert_eq!(held(path), before);
            assert!(matches!(undo(), Err(Error::NothingBefore(_))));
            let again = import(path, Mode::Write, &["a", "c"]).expect("an import");
            assert_eq!(again.all_facts(), Counts { added: 0, changed: 1, removed: 0 });
        });
    }

    #[test]
    fn a_case_that_was_changed_otherwise_is_compared_as_a_whole() {
        in_a_folder(|path| {
            import(path, Mode::Write, &["a", "b", "c"]).expect("an import");
            let store = CaseStore::open(path).expect("a case file");
            StoreWriter::open(path, Mode::Write).and_then(|writer| writer.save(&store)).expect("a change");
            let difference = import(path, Mode::Write, &["a", "x"]).expect("an import");
            assert_eq!(difference.tables["relations.csv"].facts, Counts { added: 0, changed: 1, removed: 0 });
            assert_eq!(difference.tables[""].facts, Counts { added: 0, changed: 0, removed: 1 });
            let alone = path.with_file_name("alone.casegraph");
            import(&alone, Mode::Write, &["a", "x"]).expect("an import");
            assert_eq!(held(path), (held(&alone).0, 2));
        });
    }

    #[test]
    fn a_damaged_file_is_told_from_one_of_another_version() {
        in_a_folder(|path| {
            fs::write(path, "no case").expect("a file");
            assert!(matches!(CaseStore::open(path), Err(Error::Damaged { .. })));
            fs::write(path, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).expect("a file");
            assert!(matches!(CaseStore::open(path), Err(Error::OtherForm(_))));
        });
    }
}
