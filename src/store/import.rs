//! Imports: a case's files against what the store holds of it. The difference and its log go in by one transaction;
//! the same files again change nothing.

use std::collections::HashSet;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term};
use oxigraph::store::{StorageError, Store};

use super::{CaseStore, Difference, Error, Place, file, sorted_quads};
use crate::vocab::{cg, prov, rdf, rdfs, xsd};

/// A case as it is to stand in the store.
#[derive(Debug, Clone)]
pub struct Import {
    /// IRI that the ids of the case are appended to.
    pub base: String,
    /// IRI of its named graph.
    pub graph: String,
    /// IRI of the named graph that logs its imports.
    pub log_graph: String,
    /// Its quads.
    pub quads: Vec<Quad>,
    /// The files that they came from.
    pub files: Vec<ImportedFile>,
    /// When the import began, as an xsd:dateTime in UTC.
    pub time: String,
    /// What imports, such as `casegraph 0.1.0`.
    pub agent: String,
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

impl CaseStore {
    /// Computes what an import would change, and changes nothing.
    pub fn preview(&self, import: &Import) -> Result<Difference, Error> {
        let graph = NamedNode::new_unchecked(import.graph.as_str());
        let before = quads_of(&self.store, graph.as_ref())?;
        // Stores normalise numbers and dates when they take them in; only what went through one can be compared.
        let after = Self::in_memory(import.quads.iter().cloned())?;
        Ok(Difference::between(&before, &quads_of(&after.store, graph.as_ref())?))
    }

    /// Imports a case: all of the difference or nothing. Nothing is written where nothing changes.
    pub fn import(&mut self, import: &Import) -> Result<Difference, Error> {
        let difference = self.preview(import)?;
        if difference.is_empty() {
            return Ok(difference);
        }
        let log = NamedNode::new_unchecked(import.log_graph.as_str());
        let activities = self.store.quads_for_pattern(None, Some(rdf::TYPE), Some(prov::ACTIVITY.into()), None);
        let earlier =
            activities.filter(|quad| quad.as_ref().map_or(true, |quad| quad.graph_name == log.clone().into()));
        let earlier = earlier.collect::<Result<Vec<_>, _>>()?.len();
        let mut transaction = self.store.start_transaction()?;
        for quad in &difference.removed {
            transaction.remove(quad);
        }
        transaction.extend(&difference.added);
        transaction.extend(&import.log(&difference, earlier));
        transaction.commit()?;
        if let Place::File(path) = &self.place {
            file::write(path, &sorted_quads(self)?)?;
        }
        Ok(difference)
    }
}

fn quads_of(store: &Store, graph: NamedNodeRef<'_>) -> Result<HashSet<Quad>, StorageError> {
    store.quads_for_pattern(None, None, None, Some(graph.into())).collect()
}

impl Import {
    /// Returns the quads of the log, as `docs/model.md` lists them; `earlier` imports have gone before.
    fn log(&self, difference: &Difference, earlier: usize) -> Vec<Quad> {
        let graph = GraphName::NamedNode(NamedNode::new_unchecked(self.log_graph.as_str()));
        let stamp: String = self.time.chars().filter(char::is_ascii_alphanumeric).collect();
        let activity = NamedNode::new_unchecked(format!("{}import/{stamp}-{}", self.base, earlier + 1));
        let mut quads = Vec::new();
        let mut add = |subject: &NamedNode, predicate: NamedNodeRef<'_>, object: Term| {
            quads.push(Quad::new(subject.clone(), predicate.into_owned(), object, graph.clone()));
        };
        let number = |count: usize| Literal::from(u64::try_from(count).unwrap_or(u64::MAX)).into();
        add(&activity, rdf::TYPE, prov::ACTIVITY.into_owned().into());
        let time = Literal::new_typed_literal(self.time.as_str(), xsd::DATE_TIME);
        add(&activity, prov::STARTED_AT_TIME, time.into());
        add(&activity, prov::WAS_ASSOCIATED_WITH, Literal::from(self.agent.as_str()).into());
        add(&activity, cg::FACTS_ADDED, number(difference.facts.added));
        add(&activity, cg::FACTS_CHANGED, number(difference.facts.changed));
        add(&activity, cg::FACTS_REMOVED, number(difference.facts.removed));
        for file in &self.files {
            let node = NamedNode::new_unchecked(format!("{}file/{}", self.base, file.sha256));
            add(&activity, prov::USED, node.clone().into());
            add(&node, rdf::TYPE, prov::ENTITY.into_owned().into());
            add(&node, rdfs::LABEL, Literal::from(file.name.as_str()).into());
            add(&node, cg::SHA256, Literal::from(file.sha256.as_str()).into());
            add(&node, cg::ROWS, number(file.rows));
        }
        quads
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::FactCounts;

    fn import(objects: &[&str]) -> Import {
        let fact = |name: &str| NamedNode::new_unchecked(format!("http://x.org/fact/{name}"));
        let graph = NamedNode::new_unchecked("http://x.org/graph/case");
        let quads = objects.iter().enumerate().flat_map(|(at, object)| {
            let node = fact(&at.to_string());
            [
                Quad::new(node.clone(), rdf::TYPE, cg::FACT, graph.clone()),
                Quad::new(node, rdf::OBJECT, Literal::from(*object), graph.clone()),
            ]
        });
        Import {
            base: "http://x.org/".into(),
            graph: graph.as_str().into(),
            log_graph: "http://x.org/graph/imports".into(),
            quads: quads.collect(),
            files: vec![ImportedFile { name: "relations.csv".into(), sha256: "00".into(), rows: objects.len() }],
            time: "2026-01-01T00:00:00Z".into(),
            agent: "casegraph test".into(),
        }
    }

    #[test]
    fn an_import_changes_just_the_difference() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("case.nq.gz");
        let open = || CaseStore::open_or_create(&path).expect("store");
        let first = open().import(&import(&["a", "b", "c"])).expect("import");
        assert_eq!(first.facts, FactCounts { added: 3, changed: 0, removed: 0, total: 3 });
        let second = open().import(&import(&["a", "x"])).expect("import");
        assert_eq!(second.facts, FactCounts { added: 0, changed: 1, removed: 1, total: 2 });
        assert_eq!((second.added.len(), second.removed.len()), (1, 3));
    }

    #[test]
    fn the_same_files_again_leave_the_store_file_as_it_is() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("case.nq.gz");
        CaseStore::open_or_create(&path).expect("store").import(&import(&["a"])).expect("import");
        let before = std::fs::read(&path).expect("file");
        let again = CaseStore::open_or_create(&path).expect("store").import(&import(&["a"])).expect("import");
        assert!(again.is_empty());
        assert_eq!(std::fs::read(&path).expect("file"), before);
        let mut names: Vec<_> = folder.path().read_dir().expect("folder").flatten().map(|e| e.file_name()).collect();
        names.sort();
        assert_eq!(names, [".case.nq.gz.lock", "case.nq.gz"], "nothing else is left in the folder");
    }

    #[test]
    fn a_preview_stores_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("case.nq.gz");
        let store = CaseStore::open_or_empty(&path).expect("store");
        assert_eq!(store.preview(&import(&["a"])).expect("preview").facts.added, 1);
        assert_eq!(folder.path().read_dir().expect("folder").count(), 0);
    }

    #[test]
    fn a_damaged_file_is_told_from_a_missing_one() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("case.nq.gz");
        std::fs::write(&path, "not compressed").expect("file");
        assert!(matches!(CaseStore::open(&path), Err(Error::Damaged { .. } | Error::File { .. })));
    }
}
