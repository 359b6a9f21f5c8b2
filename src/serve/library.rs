//! The case in memory, whole and as views show it. In: a path. Out: snapshots that many requests share, each with its
//! graph; changes that put a new snapshot in the place of the old. Not here: requests.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::body::Bytes;
use oxigraph::store::Store;

use super::Error;
use super::room::Clock;
use crate::case::{self, Case, CaseFolder, FolderWriter, Links, Opening, OwnFiles};
use crate::conflicts::{Rules, ledger};
use crate::dedupe;
use crate::diagram::Style;
use crate::explorer::{self, About, Live, Reader};
use crate::graph::EntityGraph;
use crate::query::Catalogue;
use crate::reconcile::{Kinds, Reconciler, Source};
use crate::store;
use crate::store::{CaseStore, Columns, DescribedCase, Mode, StoreWriter, cases};
use crate::view::View;

/// Views that are kept open.
const VIEWS: usize = 6;
/// Drawings that are kept for each view.
const DRAWINGS: usize = 48;

/// A case as it stood at one moment, whole or in a view.
pub(super) struct Snapshot {
    /// The quads, as far as the view shows them.
    pub(super) data: CaseStore,
    pub(super) about: About,
    pub(super) graph: EntityGraph,
    pub(super) view: View,
    pub(super) settings: Arc<Settings>,
    document: OnceLock<Bytes>,
    drawings: Mutex<VecDeque<(String, Bytes)>>,
    reconciler: OnceLock<Reconciler>,
    /// Held while that is prepared, so that it is not prepared twice at once.
    preparing: Mutex<()>,
}

/// What a case says of its looks, its rules and its questions.
pub(super) struct Settings {
    pub(super) style: Style,
    pub(super) rules: Rules,
    dedupe: dedupe::Rules,
    pub(super) catalogue: Catalogue,
    /// Folder of its CSV files, where there is one.
    pub(super) folder: Option<PathBuf>,
    /// Most bytes of files that may be put into that folder at once; none where none may be.
    import_bytes: Option<usize>,
}

/// All snapshots of a case.
pub(super) struct Library {
    path: PathBuf,
    links: Links,
    /// Most bytes of a change; none where nothing may be changed.
    change_bytes: Option<usize>,
    /// What writes to the case file of the case, where requests may change one; it keeps other writers out.
    writer: Option<StoreWriter>,
    open: Mutex<Open>,
    /// Held while a view is opened or a change is made, so that neither happens twice at once.
    work: Mutex<()>,
    /// Held by the import whose turn it is.
    importing: Mutex<()>,
}

struct Open {
    whole: Arc<Snapshot>,
    views: VecDeque<Arc<Snapshot>>,
}

impl Library {
    /// Opens a case; a store that is to be written to is locked against other writers.
    pub(super) fn open(path: &Path, change_bytes: Option<usize>, links: Links) -> Result<Self, Error> {
        if change_bytes.is_some() && CaseFolder::is_at(path) {
            FolderWriter::finish_broken_off(path)?;
        }
        let is_changed = change_bytes.is_some() && path.is_file();
        let writer = is_changed.then(|| StoreWriter::open(path, Mode::Write)).transpose().map_err(case::Error::from)?;
        let whole = match &writer {
            Some(_) => {
                let store = CaseStore::open(path).map_err(case::Error::from)?;
                let about = About { lang: "en".to_owned(), ..About::default() };
                Snapshot::of_store(store, about, Arc::new(settings(&OwnFiles::default(), None, None)?))?
            }
            None => load(path, change_bytes, links)?,
        };
        let open = Mutex::new(Open { whole: Arc::new(whole), views: VecDeque::new() });
        let (work, importing) = (Mutex::new(()), Mutex::new(()));
        Ok(Self { path: path.to_owned(), links, change_bytes, writer, open, work, importing })
    }

    /// Returns the whole case.
    pub(super) fn whole(&self) -> Arc<Snapshot> {
        Arc::clone(&self.lock().whole)
    }

    /// Returns the case in a view; the views that were asked for last stay open.
    pub(super) fn snapshot(&self, view: View) -> Result<Arc<Snapshot>, Error> {
        if view.is_whole() {
            return Ok(self.whole());
        }
        let kept = |open: &mut Open| {
            let at = open.views.iter().position(|snapshot| snapshot.view == view)?;
            let snapshot = open.views.remove(at)?;
            open.views.push_front(Arc::clone(&snapshot));
            Some(snapshot)
        };
        if let Some(snapshot) = kept(&mut self.lock()) {
            return Ok(snapshot);
        }
        let _working = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = kept(&mut self.lock()) {
            return Ok(snapshot);
        }
        let snapshot = Arc::new(self.whole().viewed(view)?);
        let mut open = self.lock();
        open.views.push_front(Arc::clone(&snapshot));
        open.views.truncate(VIEWS);
        Ok(snapshot)
    }

    /// Changes the store of the case by `change`, unless the clock stops it: readers then see what lies on the disk.
    ///
    /// The change is made on a copy, which takes as much memory as the store and a part of the time that its saving takes. So
    /// what fails on the way was never seen, and whoever reads an earlier snapshot goes on in one state.
    pub(super) fn change<E: From<Error>>(
        &self,
        clock: &Clock,
        change: impl FnOnce(&Store) -> Result<(), E>,
    ) -> Result<(), E> {
        let _working = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = &self.writer else { return Err(Error::ReadOnly.into()) };
        let whole = self.whole();
        let store = changed(&whole.data, change)?;
        let changed = Snapshot::of_store(store.clone(), whole.about.clone(), Arc::clone(&whole.settings))?;
        if !clock.settle() {
            return Err(Error::Stopped.into());
        }
        let saved = writer.save(&store);
        if matches!(saved, Ok(()) | Err(store::Error::Unfinished { .. })) {
            self.show(changed);
        }
        Ok(saved.map_err(Error::NotSaved)?)
    }

    /// Waits until the imports before are done; the next one waits for the end of the value.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        self.importing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the case again.
    pub(super) fn reload(&self) -> Result<(), Error> {
        let _working = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        self.show(load(&self.path, self.change_bytes, self.links)?);
        Ok(())
    }

    fn show(&self, whole: Snapshot) {
        *self.lock() = Open { whole: Arc::new(whole), views: VecDeque::new() };
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Snapshot {
    /// Returns the whole of a case.
    fn new(data: CaseStore, about: About, settings: Arc<Settings>) -> Result<Self, Error> {
        let graph = EntityGraph::project(&data, Some(&about.lang))?;
        let (document, drawings) = (OnceLock::new(), Mutex::new(VecDeque::new()));
        let (reconciler, preparing) = (OnceLock::new(), Mutex::new(()));
        let view = View::default();
        Ok(Self { data, about, graph, view, settings, document, drawings, reconciler, preparing })
    }

    /// Returns a store, with what it says of itself.
    fn of_store(store: CaseStore, before: About, settings: Arc<Settings>) -> Result<Self, Error> {
        let about = described(&store, before);
        Self::new(store, about, settings)
    }

    /// Returns what a view shows of this whole.
    fn viewed(&self, view: View) -> Result<Self, Error> {
        let store = view.of(&self.data).map_err(case::Error::from)?;
        let seen = Self::of_store(store, self.about.clone(), Arc::clone(&self.settings))?;
        Ok(Self { graph: seen.graph.select(&(&view).into()), view, ..seen })
    }

    /// Returns what the front end reads, as JSON; it is put together once.
    pub(super) fn document(&self) -> Bytes {
        let make = || {
            let entries = ledger(&self.graph, &self.settings.rules);
            // What files would change is told of the whole case.
            let import_bytes = self.settings.import_bytes.filter(|_| self.view.is_whole());
            let catalogue = self.settings.catalogue.on(self.view.known_on, self.view.possible);
            let live = Live { catalogue: &catalogue, import_bytes };
            let Self { graph, about, view, settings, .. } = self;
            explorer::document(graph, about, view, &settings.style, &entries, Reader::Live(live)).into()
        };
        self.document.get_or_init(make).clone()
    }

    /// Returns the kinds of entity that there are.
    pub(super) fn kinds(&self) -> Kinds {
        Kinds::of(&self.graph, |class| self.settings.style.class_look(class).0)
    }

    /// Returns what matches names to this snapshot; it is prepared once, for the first who asks.
    pub(super) fn reconciler(&self) -> Result<&Reconciler, store::Error> {
        let _preparing = self.preparing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = self.reconciler.get() {
            return Ok(ready);
        }
        let prepared = Columns::ask(&self.data, |columns| {
            let (base, lang) = (self.about.base.as_str(), self.about.lang.as_str());
            let source = Source { graph: &self.graph, columns, base, lang, rules: &self.settings.dedupe };
            Ok::<_, store::Error>(Reconciler::new(&source, self.kinds()))
        })?;
        Ok(self.reconciler.get_or_init(|| prepared))
    }

    /// Returns a drawing that was made before.
    pub(super) fn drawing(&self, key: &str) -> Option<Bytes> {
        let drawings = self.drawings.lock().unwrap_or_else(PoisonError::into_inner);
        drawings.iter().find(|(kept, _)| kept == key).map(|(_, bytes)| bytes.clone())
    }

    /// Keeps a drawing; the oldest make room.
    pub(super) fn keep(&self, key: String, bytes: Bytes) {
        let mut drawings = self.drawings.lock().unwrap_or_else(PoisonError::into_inner);
        drawings.push_front((key, bytes));
        drawings.truncate(DRAWINGS);
    }
}

/// Returns what a store is after a change that is made on a copy by Oxigraph.
fn changed<E: From<Error>>(store: &CaseStore, change: impl FnOnce(&Store) -> Result<(), E>) -> Result<CaseStore, E> {
    let fault = |error| Error::from(case::Error::from(error));
    let copy = store.to_oxigraph().map_err(fault)?;
    change(&copy)?;
    Ok(CaseStore::from_oxigraph(&copy).map_err(fault)?)
}

fn load(path: &Path, change_bytes: Option<usize>, links: Links) -> Result<Snapshot, Error> {
    let case = Case::open_some(path, View::default(), &Opening { links, ..Opening::default() })?;
    let data = case.whole().map_err(case::Error::from)?.clone();
    let settings = settings(&case.own, CaseFolder::is_at(path).then_some(path), change_bytes)?;
    let about = About { title: case.title, description: case.description, base: case.base, lang: case.lang };
    Snapshot::new(data, about, Arc::new(settings))
}

/// Returns what a store says of itself; where it says nothing, as after it was cleared, what was known before.
fn described(store: &CaseStore, before: About) -> About {
    match DescribedCase::as_one(cases(store).unwrap_or_default()) {
        Some(case) => About { title: case.title, description: case.description, base: case.base, ..before },
        None => before,
    }
}

fn settings(own: &OwnFiles, folder: Option<&Path>, change_bytes: Option<usize>) -> Result<Settings, Error> {
    Ok(Settings {
        style: own.text("style.toml").map_or_else(|| Ok(Style::default()), Style::overridden_by)?,
        rules: own.text("conflicts.toml").map_or_else(|| Ok(Rules::default()), Rules::overridden_by)?,
        dedupe: own.text("dedupe.toml").map_or_else(|| Ok(dedupe::Rules::default()), dedupe::Rules::overridden_by)?,
        catalogue: Catalogue::shipped()?.and(own.questions())?,
        folder: folder.map(Path::to_owned),
        import_bytes: change_bytes.filter(|_| folder.is_some()),
    })
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, NamedNode, Quad};

    use super::*;

    /// A case file in a folder, open for changes.
    fn library(folder: &Path) -> Library {
        let path = folder.join("case.casegraph");
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/harbour-lights");
        let case = CaseFolder::open(&case, Links::default()).expect("a case");
        case::import(&case, &path, Mode::Write, "2014-05-22T00:00:00Z", "a test").expect("an import");
        Library::open(&path, Some(1 << 20), Links::default()).expect("a store")
    }

    fn insert(store: &Store, name: &str) -> Result<(), Error> {
        let node = NamedNode::new_unchecked(format!("https://example.org/{name}"));
        let quad = Quad::new(node.clone(), node.clone(), node, GraphName::DefaultGraph);
        Ok(store.insert(&quad).map_err(store::Error::from).map_err(case::Error::from)?)
    }

    fn quads(data: &CaseStore) -> usize {
        data.quads().count()
    }

    #[test]
    fn a_change_that_the_clock_has_stopped_is_never_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = library(folder.path());
        let stored = || quads(&CaseStore::open(&library.path).expect("a store"));
        let before = quads(&library.whole().data);
        let clock = Clock::default();
        // The clock runs out while the work is at its end, and does not look at its token.
        let done = library.change(&clock, |store| {
            assert!(clock.stop());
            insert(store, "stopped")
        });
        assert!(matches!(done, Err(Error::Stopped)));
        assert_eq!((quads(&library.whole().data), stored()), (before, before));
        library.change(&Clock::default(), |store| insert(store, "later")).expect("a change");
        assert_eq!((quads(&library.whole().data), stored()), (before + 1, before + 1), "the first does not come back");
    }

    #[test]
    fn who_reads_goes_on_in_one_state_while_the_case_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = library(folder.path());
        let earlier = library.whole();
        let before = quads(&earlier.data);
        let clock = Clock::default();
        library.change(&clock, |store| insert(store, "later")).expect("a change");
        assert!(!clock.stop(), "what has settled is not stopped");
        assert_eq!((quads(&earlier.data), quads(&library.whole().data)), (before, before + 1));
    }
}
