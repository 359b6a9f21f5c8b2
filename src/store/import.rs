//! Imports: the records of a case against what the store holds of it. All of the difference goes in, with its log, or
//! nothing; the same input again changes nothing, and is not even read.

use std::path::{Path, PathBuf};

use oxigraph::model::NamedNode;

use super::contents::ImportedCase;
use super::difference::Difference;
use super::ledger_line::form;
use super::load::Feed;
use super::lock::lock;
use super::unit::Fed;
use super::{CaseStore, Error, before, file, refuse_folder};
use crate::lock_file::LockFile;

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

/// What to do with a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Store it.
    Write,
    /// Only tell it.
    Preview,
}

/// The place of a store that an import goes to.
pub struct StoreWriter {
    path: PathBuf,
    mode: Mode,
    /// Held as long as the store may be written to.
    _lock: Option<LockFile>,
}

impl Import {
    /// Returns the graph of the case.
    pub(super) fn graph_node(&self) -> NamedNode {
        NamedNode::new_unchecked(self.graph.as_str())
    }

    /// Returns the name of a table by its position.
    pub(super) fn table(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.tables.get(at)).map_or("", String::as_str)
    }

    /// Returns what the store is to remember of this import.
    pub(super) fn done(&self, told: &Fed, ledger: usize) -> ImportedCase {
        ImportedCase {
            base: self.base.clone(),
            input: self.input.clone(),
            facts: told.facts,
            tables: self.tables.clone(),
            ledger,
            form: form(),
        }
    }
}

impl StoreWriter {
    /// Opens a store file for an import, or the place of a new one. What a killed import has left behind is cleared.
    pub fn open(path: &Path, mode: Mode) -> Result<Self, Error> {
        refuse_folder(path)?;
        let lock = (mode == Mode::Write).then(|| lock(path)).transpose()?;
        if lock.is_some() {
            before::clear_leftovers(path);
        }
        Ok(Self { path: path.to_owned(), mode, _lock: lock })
    }

    /// Imports a case: all of the difference or nothing. `feed` reads it; nothing is written where nothing changes, and
    /// what is said of the same input is not even read.
    pub fn import<E: From<Error>>(&mut self, import: &Import, feed: &mut Feed<'_, E>) -> Result<Difference, E> {
        file::import(&self.path, import, self.mode, feed)
    }

    /// Keeps a store that was read from this place and then changed by other means than an import. The next import compares
    /// the whole case with it.
    pub fn save(&self, store: &CaseStore) -> Result<(), Error> {
        file::save(&self.path, store.oxigraph())
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

    use super::*;
    use crate::store::{Counts, Fed, ImportedFile, Unit, UnitSink, imports, sorted_quads};
    use crate::vocab::{cg, rdf};

    /// Imports a case whose facts have these objects.
    fn import(path: &Path, mode: Mode, objects: &[&str]) -> Result<Difference, Error> {
        let graph = NamedNode::new_unchecked("http://x.org/graph/case");
        let import = Import {
            base: "http://x.org/".into(),
            graph: graph.as_str().into(),
            log_graph: "http://x.org/graph/imports".into(),
            tables: vec!["relations.csv".into()],
            input: objects.join(","),
            time: "2026-01-01T00:00:00Z".into(),
            agent: "casegraph test".into(),
        };
        let mut feed = |sink: &mut UnitSink<'_>| {
            for (at, object) in objects.iter().enumerate() {
                let node = NamedNode::new_unchecked(format!("http://x.org/fact/{at}"));
                let says = NamedNode::new_unchecked("http://x.org/rel/says");
                let plain = Quad::new(graph.clone(), says.clone(), Literal::from(*object), graph.clone());
                let quads = [
                    Quad::new(node.clone(), rdf::TYPE, cg::FACT, graph.clone()),
                    Quad::new(node.clone(), cg::STATUS, cg::FACT, graph.clone()),
                    Quad::new(node.clone(), rdf::SUBJECT, graph.clone(), graph.clone()),
                    Quad::new(node.clone(), rdf::PREDICATE, says, graph.clone()),
                    Quad::new(node.clone(), rdf::OBJECT, Literal::from(*object), graph.clone()),
                    plain.clone(),
                ];
                let mut digest = [0; 16];
                digest[..object.len()].copy_from_slice(object.as_bytes());
                let mut make = || quads.to_vec();
                let unit = Unit { node: node.as_str(), table: Some(0), is_fact: true, digest, make: &mut make };
                if sink(unit).is_break() {
                    break;
                }
            }
            let file = ImportedFile { name: "relations.csv".into(), sha256: "00".into(), rows: objects.len() };
            Ok(Fed { files: vec![file], facts: objects.len() })
        };
        StoreWriter::open(path, mode)?.import::<Error>(&import, &mut feed)
    }

    /// Returns the quads of the case and the number of imports that a store holds.
    fn held(path: &Path) -> (Vec<String>, usize) {
        let store = CaseStore::open(path).expect("a store");
        let quads = sorted_quads(&store).expect("quads").into_iter().map(|quad| quad.to_string());
        (quads.filter(|quad| quad.contains("/graph/case>")).collect(), imports(&store).expect("a log").len())
    }

    /// Does something with the place of a new store file.
    fn with_a_place(test: impl Fn(&Path)) {
        test(&tempfile::tempdir().expect("a folder").path().join("case.nq.gz"));
    }

    #[test]
    fn an_import_leaves_what_it_would_leave_alone_and_counts_what_changed() {
        with_a_place(|path| {
            let first = import(path, Mode::Write, &["a", "b", "c"]).expect("an import");
            assert_eq!(first.all_facts(), Counts { added: 3, changed: 0, removed: 0 });
            // "c" is said by one fact less, and "b" by another one.
            let second = import(path, Mode::Write, &["b", "x"]).expect("an import");
            assert_eq!(second.tables["relations.csv"].facts, Counts { added: 0, changed: 2, removed: 1 });
            assert_eq!(second.facts, 2);
            let alone = tempfile::tempdir().expect("a folder");
            let alone = alone.path().join("alone.nq.gz");
            import(&alone, Mode::Write, &["b", "x"]).expect("an import");
            assert_eq!(held(path), (held(&alone).0, 2));
        });
    }

    #[test]
    fn the_same_input_again_is_not_read() {
        with_a_place(|path| {
            import(path, Mode::Write, &["a"]).expect("an import");
            let before = held(path);
            let again = import(path, Mode::Write, &["a"]).expect("an import");
            assert!(again.is_empty && again.facts == 1);
            assert_eq!(held(path), before);
        });
    }

    #[test]
    fn a_store_file_leaves_nothing_else_in_its_folder() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("case.nq.gz");
        fs::write(folder.path().join(".case.nq.gz.casegraph-new-1"), "killed").expect("a left-over");
        import(&path, Mode::Write, &["a"]).expect("an import");
        let names = || {
            let entries = folder.path().read_dir().expect("a folder").flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(), [".case.nq.gz.lock", "case.nq.gz"]);
        import(&path, Mode::Write, &["b"]).expect("an import");
        assert_eq!(names(), [".case.nq.gz.before", ".case.nq.gz.lock", "case.nq.gz"]);
    }

    #[test]
    fn a_preview_tells_the_difference_and_stores_nothing() {
        with_a_place(|path| {
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
        with_a_place(|path| {
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
    fn without_a_ledger_that_can_be_read_a_store_is_compared_as_a_whole() {
        let folder = tempfile::tempdir().expect("folder");
        let [path, bare, other] = ["case.nq.gz", "bare.nq.gz", "other.nq.gz"].map(|name| folder.path().join(name));
        import(&path, Mode::Write, &["a", "b", "c"]).expect("an import");
        let text =
            flate2::bufread::MultiGzDecoder::new(std::io::BufReader::new(fs::File::open(&path).expect("a file")));
        let text = std::io::read_to_string(text).expect("text");
        let (text, _) = text.split_once("# sealed ").expect("a seal");
        let quads: String = text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect();
        let form = form();
        assert!(text.contains(&form));
        for (store, text) in [(&bare, quads), (&other, text.replace(&form, "another form"))] {
            let file = fs::File::create(store).expect("a file");
            let out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            let mut out = crate::store::seal::Sealing::new(out);
            std::io::Write::write_all(&mut out, text.as_bytes()).expect("a file");
            out.finish().and_then(flate2::write::GzEncoder::finish).expect("a file");
            let difference = import(store, Mode::Write, &["a", "x"]).expect("an import");
            assert_eq!(difference.tables["relations.csv"].facts, Counts { added: 0, changed: 1, removed: 0 });
            assert_eq!(difference.tables[""].facts, Counts { added: 0, changed: 0, removed: 1 });
        }
        import(&path, Mode::Write, &["a", "x"]).expect("an import");
        assert_eq!(held(&bare), held(&path));
        assert_eq!(held(&other), held(&path));
    }

    #[test]
    fn a_damaged_file_is_told_from_a_missing_one() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("case.nq.gz");
        fs::write(&path, "not compressed").expect("file");
        assert!(matches!(CaseStore::open(&path), Err(Error::Damaged { .. } | Error::File { .. })));
    }
}
