//! Imports that go elsewhere than into a store of this program. In: the records of a case, and what is there of it. Out:
//! the quads to add and to remove, and the log to write last. Not here: how they get there (`remote`).

use std::collections::HashSet;

use oxigraph::model::{NamedNodeRef, Quad};
use oxigraph::store::{StorageError, Store};

use super::Error;
use super::compare::compare;
use super::difference::Difference;
use super::import::Import;
use super::ledger::Ledger;
use super::load::{Feed, Loading, RecordWriter, load};
use super::unit::Fed;

/// What is to be changed elsewhere.
pub struct Plan {
    /// The change, counted.
    pub difference: Difference,
    /// Quads to add, sorted.
    pub added: Vec<Quad>,
    /// Quads to remove, sorted.
    pub removed: Vec<Quad>,
    /// Quads of the case after the change.
    pub quads: usize,
    told: Fed,
}

impl Plan {
    /// Compares the records of a case with the quads that are there of it. Both go through a store: engines write numbers
    /// and dates in a form of their own, and only what went the same way can be compared.
    pub fn new<E: From<Error>>(import: &Import, before: Vec<Quad>, feed: &mut Feed<'_, E>) -> Result<Self, E> {
        let new = Store::new().map_err(Error::from)?;
        let mut records = RecordWriter::new(Vec::new(), &import.base);
        let mut loading = Loading::new(&new);
        let (told, _) = load(Some(&mut loading), import, None, feed, &mut records)?;
        loading.commit().map_err(Error::from)?;
        let ledger = String::from_utf8_lossy(&records.ledger).into_owned();
        records.finish()?;
        let ledger = Ledger::parse(ledger, "", &import.base).unwrap_or_default();
        Ok(Self::between(import, before, &new, told, &ledger).map_err(Error::from)?)
    }

    fn between(
        import: &Import,
        before: Vec<Quad>,
        new: &Store,
        told: Fed,
        ledger: &Ledger,
    ) -> Result<Self, StorageError> {
        let old = Store::new()?;
        let mut loading = Loading::new(&old);
        loading.add(before)?;
        loading.commit()?;
        let difference = Difference { facts: told.facts, ..compare(&old, new, import, ledger)? };
        let (old, new) = (quads(&old, import)?, quads(new, import)?);
        let added = sorted(new.difference(&old));
        let removed = sorted(old.difference(&new));
        Ok(Self { difference, added, removed, quads: new.len(), told })
    }

    /// Returns the quads of the log; `earlier` imports have gone before.
    pub fn log(&self, import: &Import, earlier: usize) -> Vec<Quad> {
        import.log(&self.difference, &self.told.files, earlier)
    }
}

fn quads(store: &Store, import: &Import) -> Result<HashSet<Quad>, StorageError> {
    let graph = import.graph_node();
    let graph: NamedNodeRef<'_> = graph.as_ref();
    store.quads_for_pattern(None, None, None, Some(graph.into())).collect()
}

fn sorted<'a>(quads: impl Iterator<Item = &'a Quad>) -> Vec<Quad> {
    let mut quads: Vec<Quad> = quads.cloned().collect();
    quads.sort_by_cached_key(ToString::to_string);
    quads
}
