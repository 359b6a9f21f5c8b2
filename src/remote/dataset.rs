//! An endpoint as a dataset. In: patterns, and hints what will be asked. Out: quads, each fetched once. A case of modest
//! size about which much is asked one by one is fetched whole: that is sooner done. A larger one is fetched as soon as it
//! has been asked one by one for as long as that takes. Not here: how a pattern is asked for (`pattern`).

use std::collections::HashSet;
use std::iter;
use std::sync::atomic::Ordering;
use std::time::Instant;

use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Quad, Term, TermRef};

use super::Endpoint;
use super::batches::batches;
use super::fetched::Key;
use super::pattern::{Home, Shape, may_be_cut};
use crate::store::{CaseStore, Dataset, Engine, Error, Pattern, Quads};

/// Requests for single patterns after which a case is fetched whole, if it is no larger than `MODEST`.
const PATIENCE: usize = 16;
/// Quads that take little memory and one breath of the net.
const MODEST: usize = 250_000;
/// Microseconds that a quad takes where all are fetched.
const PER_QUAD: u64 = 12;
/// Most quads that are fetched whole: they take some 1.5 GB of memory.
const MOST: usize = 4_000_000;
/// Rows of a first look: many questions are answered by the first that fits.
const FIRST_LOOK: usize = 50;
/// Statements about one node that are fetched together; only that of a hub has more.
const PROPERTIES: usize = 250;

impl Endpoint {
    /// Fetches everything.
    fn whole(&self) -> Result<&CaseStore, Error> {
        if let Some(store) = self.whole.get() {
            return Ok(store);
        }
        self.keep_whole(self.fetch(&Shape::default())?)
    }

    fn keep_whole(&self, quads: Vec<Quad>) -> Result<&CaseStore, Error> {
        let store = CaseStore::in_memory(quads)?;
        Ok(self.whole.get_or_init(|| store))
    }

    /// Counts a request for a single pattern; returns everything where that is better than going on so.
    fn journey(&self) -> Result<Option<&CaseStore>, Error> {
        let journeys = self.journeys.fetch_add(1, Ordering::Relaxed) + 1;
        if journeys < PATIENCE {
            return Ok(None);
        }
        let size = self.size()?;
        if size <= MODEST {
            return if journeys == PATIENCE { self.whole().map(Some) } else { Ok(None) };
        }
        let is_due = self.spent.load(Ordering::Relaxed) / PER_QUAD > size as u64;
        if size > MOST || !is_due || self.is_too_much.load(Ordering::Relaxed) {
            return Ok(None);
        }
        match self.select_raw(&Shape::default(), "", "") {
            Ok(quads) if quads.len() >= size => self.keep_whole(quads).map(Some),
            // What an engine does not give at one go would take many times as long in pages.
            _ => {
                self.is_too_much.store(true, Ordering::Relaxed);
                Ok(None)
            }
        }
    }

    /// Returns the number of its quads, counted once.
    fn size(&self) -> Result<usize, Error> {
        if let Some(size) = self.size.get() {
            return Ok(*size);
        }
        let size = self.count_shape(&Shape::default(), &self.home)?;
        Ok(*self.size.get_or_init(|| size))
    }

    fn get(&self, key: Key) -> Result<Quads<'_>, Error> {
        if let Some(store) = self.journey()? {
            let (subject, predicate, object) = key;
            let subject = subject.as_ref().map(|node| node.as_ref().into());
            let predicate = predicate.as_ref().map(NamedNode::as_ref);
            return Ok(Dataset::quads_for_pattern(store, subject, predicate, object.as_ref().map(Term::as_ref), None));
        }
        let began = Instant::now();
        let quads = self.ask_for(key);
        let spent = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.spent.fetch_add(spent, Ordering::Relaxed);
        quads
    }

    fn ask_for(&self, key: Key) -> Result<Quads<'_>, Error> {
        let (subject, predicate, object) = key.clone();
        // A literal may have changed its form on the engine; it is compared here.
        let is_plain = |object: &Term| matches!(object, Term::NamedNode(_)) || self.keeps_literals();
        let shape = Shape { subject, predicate, object: object.filter(is_plain), ..Shape::default() };
        if let Some(subject) = &shape.subject {
            // Whoever asks for one property of a node soon asks for the others.
            let of_subject = Shape { subject: Some(subject.clone()), ..Shape::default() };
            let all = self.select_raw(&of_subject, "", &format!(" LIMIT {PROPERTIES}"))?;
            if all.len() < PROPERTIES && !may_be_cut(all.len()) {
                self.fetched.keep((Some(subject.clone()), None, None), all);
                return Ok(boxed(self.fetched.get(&key).unwrap_or_default()));
            }
            return Ok(boxed(self.fetch_and_keep(&shape, key)?));
        }
        let first = self.select_raw(&shape, "", &format!(" LIMIT {FIRST_LOOK}"))?;
        if first.len() < FIRST_LOOK {
            let quads = fitting(first, &key);
            self.fetched.keep(key, quads.clone());
            return Ok(boxed(quads));
        }
        let first = fitting(first, &key);
        let seen: HashSet<Quad> = first.iter().cloned().collect();
        let rest = iter::once_with(move || match self.fetch_and_keep(&shape, key) {
            Ok(quads) => boxed(quads.into_iter().filter(|quad| !seen.contains(quad)).collect()),
            Err(error) => Box::new(iter::once(Err(error))),
        });
        Ok(Box::new(boxed(first).chain(rest.flatten())))
    }

    fn fetch_and_keep(&self, shape: &Shape, key: Key) -> Result<Vec<Quad>, Error> {
        let quads = fitting(self.fetch(shape)?, &key);
        self.fetched.keep(key, quads.clone());
        Ok(quads)
    }
}

fn boxed<'a>(quads: Vec<Quad>) -> Quads<'a> {
    Box::new(quads.into_iter().map(Ok))
}

fn fitting(mut quads: Vec<Quad>, (.., object): &Key) -> Vec<Quad> {
    if let Some(object) = object {
        quads.retain(|quad| quad.object == *object);
    }
    quads
}

impl Dataset for Endpoint {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        let is_unbound = subject.is_none() && predicate.is_none() && object.is_none();
        if is_unbound || self.whole.get().is_some() {
            return match self.whole() {
                Ok(store) => Dataset::quads_for_pattern(store, subject, predicate, object, graph),
                Err(error) => Box::new(iter::once(Err(error))),
            };
        }
        let subject = match subject {
            Some(NamedOrBlankNodeRef::NamedNode(node)) => Some(node.into_owned()),
            // Cases have no blank nodes, and those of an engine cannot be asked for.
            Some(NamedOrBlankNodeRef::BlankNode(_)) => return Box::new(iter::empty()),
            None => None,
        };
        let key = (subject, predicate.map(NamedNodeRef::into_owned), object.map(TermRef::into_owned));
        let quads = match self.fetched.get(&key) {
            Some(quads) => boxed(quads),
            None => match self.get(key) {
                Ok(quads) => quads,
                Err(error) => return Box::new(iter::once(Err(error))),
            },
        };
        let graph = graph.map(GraphNameRef::into_owned);
        Box::new(quads.filter(move |quad| {
            let is_elsewhere = |quad: &Quad| graph.as_ref().is_some_and(|graph| quad.graph_name != *graph);
            !quad.as_ref().is_ok_and(is_elsewhere)
        }))
    }

    fn prefetch(&self, patterns: &[Pattern]) -> Result<(), Error> {
        if self.whole.get().is_some() {
            return Ok(());
        }
        for batch in batches(patterns, |key| self.fetched.has(key)) {
            let quads = self.fetch(&batch.shape)?;
            for (key, quads) in batch.share(quads) {
                self.fetched.keep(key, quads);
            }
        }
        Ok(())
    }

    fn prefetch_all(&self) -> Result<(), Error> {
        self.whole().map(|_| ())
    }

    fn count(&self, class: NamedNodeRef<'_>, graph: NamedNodeRef<'_>) -> Result<usize, Error> {
        let home = match &self.home {
            Home::Named(_) => Home::Named(vec![graph.into_owned()]),
            Home::Default(graph) => Home::Default(graph.clone()),
        };
        self.count_shape(&Shape::of_class(class), &home)
    }

    fn as_columns(&self) -> Option<&rdf_columns::Dataset> {
        self.whole.get().map(CaseStore::columns)
    }

    fn as_engine(&self) -> Option<&dyn Engine> {
        (!self.home.is_nowhere() && self.answers_truly()).then_some(self)
    }
}
