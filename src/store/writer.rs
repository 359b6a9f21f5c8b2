//! Case files written: imports, all of the difference with its log or nothing, and other changes. A file is written beside its place
//! and renamed into it, so that it holds the old state or the new one, whatever happens in between; who has it open reads
//! on in the old one. The same input again changes nothing, and is not even read.

use std::collections::BTreeMap;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use rdf_columns::Builder;

use super::before::{self, fault};
use super::case_file::{CONTENTS, CaseFile, Contents, ImportedCase, marks_of};
use super::compare::{compare_records, compare_subjects};
use super::difference::Difference;
use super::import::{Import, Mode, ReadCase};
use super::lock::lock;
use super::marks::{Marks, finish};
use super::{CaseStore, Error, refuse_folder};
use crate::lock_file::LockFile;
use crate::new_file::NewFile;
use crate::record_mark::RecordMark;

/// The place of a case file that an import goes to.
pub struct StoreWriter {
    path: PathBuf,
    mode: Mode,
    /// Held as long as the file may be written to.
    _lock: Option<LockFile>,
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
        let path = &self.path;
        let old = if path.is_file() { Some(before::open(path)?) } else { None };
        let case = old.as_ref().and_then(|old| old.contents.cases.get(&import.graph));
        if let Some(case) = case.filter(|case| case.input == import.input) {
            return Ok(Difference { facts: case.facts, is_empty: true, ..Difference::default() });
        }
        let new = read()?;
        Ok(replace(path, old.as_ref(), import, self.mode, new)?)
    }

    /// Keeps a store that was read from this place and then changed by other means than an import; the next import compares
    /// the whole case with it.
    pub fn save(&self, store: &CaseStore) -> Result<(), Error> {
        let path = &self.path;
        let before = if path.is_file() {
            match before::open(path) {
                Ok(old) => Some(old.identity),
                Err(error @ Error::File { .. }) => return Err(error),
                // What was damaged since is not worth keeping, and does not keep the whole state in memory from being saved.
                Err(_) => None,
            }
        } else {
            None
        };
        let contents = Contents { before, ..Contents::default() };
        write_data(path, store.columns(), &contents, BTreeMap::new())
    }

    /// Takes the last import back; the store is then as it was before.
    pub fn undo(&mut self) -> Result<(), Error> {
        before::undo(&self.path)
    }
}

fn replace(
    path: &Path,
    old: Option<&CaseFile>,
    import: &Import,
    mode: Mode,
    mut new: ReadCase,
) -> Result<Difference, Error> {
    let damaged = |error| fault(path, error);
    let known = old.map(|old| old.marks(&import.graph)).transpose().map_err(damaged)?.flatten();
    let mut difference = match (old, known) {
        (Some(old), Some(known)) => compare_records(&old.file.dataset, &known, import, &new).map_err(damaged)?,
        (Some(old), None) => compare_subjects(&old.file.dataset, import, &mut new)?,
        (None, _) => new.added(import),
    };
    difference.facts = new.facts;
    if mode == Mode::Preview || difference.is_empty {
        return Ok(difference);
    }
    let ReadCase { mut quads, records, files, facts } = new;
    let mut contents = Contents { before: old.map(|old| old.identity.clone()), ..Contents::default() };
    let mut marks = BTreeMap::from([(import.graph.clone(), records)]);
    if let Some(old) = old {
        let data = &old.file.dataset;
        let replaced = data.find_iri(&import.graph).map_err(damaged)?;
        let numbers = quads.copy(data, |graph| graph.is_none() || graph != replaced).map_err(damaged)?;
        for (graph, case) in old.contents.cases.iter().filter(|(graph, _)| **graph != import.graph) {
            let kept = old.marks(graph).map_err(damaged)?.unwrap_or_default();
            marks.insert(graph.clone(), kept.renumbered(&numbers));
            contents.cases.insert(graph.clone(), case.clone());
        }
    }
    let earlier = old.map(|old| import.count_earlier(&CaseStore::of(old.file.dataset.clone()))).transpose()?;
    for quad in import.log(&difference, &files, earlier.unwrap_or_default()) {
        quads.add_quad(quad.as_ref());
    }
    let case = ImportedCase { input: import.input.clone(), facts, tables: import.tables.clone() };
    contents.cases.insert(import.graph.clone(), case);
    let store = write(path, quads, &contents, marks)?;
    Ok(Difference { quads: Some(store.columns().len()), ..difference })
}

/// Writes a copy of what lies elsewhere and has this stamp.
pub(super) fn write_copy(path: &Path, store: &CaseStore, stamp: String) -> Result<(), Error> {
    let contents = Contents { copied: Some(stamp), ..Contents::default() };
    write_data(path, store.columns(), &contents, BTreeMap::new())
}

/// Writes a state with the marks of the records of each case, which are numbered as the quads are.
fn write(
    path: &Path,
    quads: Builder,
    contents: &Contents,
    mut marks: BTreeMap<String, Vec<RecordMark>>,
) -> Result<CaseStore, Error> {
    let data = finish(quads, marks.values_mut().flatten())?;
    let attachments = marks.into_iter().map(|(graph, marks)| (marks_of(&graph), Marks::write(marks))).collect();
    write_data(path, &data, contents, attachments)?;
    Ok(CaseStore::of(data))
}

fn write_data(
    path: &Path,
    data: &rdf_columns::Dataset,
    contents: &Contents,
    mut attachments: BTreeMap<String, Vec<u8>>,
) -> Result<(), Error> {
    let fault = |source| Error::File { path: path.to_owned(), source };
    // What is no file, such as a pipe, cannot be a store: it could not be read again.
    let beside = NewFile::beside(path).and_then(|file| file.ok_or_else(|| io::ErrorKind::InvalidInput.into()));
    let beside = beside.map_err(|error| fault(error.kind().into()))?;
    attachments.insert(CONTENTS.to_owned(), serde_json::to_vec(contents).expect("names and numbers are JSON"));
    let written = data.write(BufWriter::new(beside), &attachments).map_err(|error| self::fault(path, error))?;
    let beside = written.into_inner().map_err(|error| fault(error.into_error()))?;
    before::replace(path, beside, contents.before.is_some())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use oxigraph::model::{Literal, NamedNode, Quad};
    use rdf_columns::TermId;

    use super::*;
    use crate::store::{Counts, ImportedFile, imports, sorted_quads};
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
