//! Imports that go elsewhere than into a store of this program. In: the records of a case, and what is there of it. Out:
//! the quads to add and to remove, and the log to write last; where nothing is there, the quads as they are read. Not
//! here: how they get there (`remote`).

use std::collections::HashSet;
use std::mem::take;
use std::ops::ControlFlow;

use oxigraph::model::Quad;
use oxigraph::store::{StorageError, Store};

use super::Error;
use super::compare::compare;
use super::difference::Difference;
use super::import::Import;
use super::ledger::Ledger;
use super::load::{Feed, load};
use super::normal::normalised;
use super::unit::Fed;

/// Quads that are sent together.
const BATCH: usize = 50_000;

/// A case that was sent to where nothing of it was.
pub struct Filled {
    /// The change, counted.
    pub difference: Difference,
    /// Quads of the case at least: what two records say is not counted.
    pub quads: usize,
    told: Fed,
}

impl Filled {
    /// Reads a case twice: to find its faults and to count it, then to send it batch by batch, so that it need not fit into
    /// memory.
    pub fn new<E: From<Error>>(
        import: &Import,
        feed: &mut Feed<'_, E>,
        send: &mut dyn FnMut(&[Quad]) -> Result<(), Error>,
    ) -> Result<Self, E> {
        let mut difference = Difference::default();
        let told = feed(&mut |unit| {
            difference.count_new(import.table(unit.table), &unit);
            ControlFlow::Continue(())
        })?;
        difference.facts = told.facts;
        let (mut quads, mut batch, mut error) = (0, Vec::new(), None);
        let mut send = |batch: Vec<Quad>| send(&normalised(&batch)?);
        feed(&mut |unit| {
            let made = (unit.make)();
            let own = made.iter().filter(|quad| unit.owns(quad));
            quads += own.collect::<HashSet<_>>().len();
            batch.extend(made);
            if batch.len() >= BATCH
                && let Err(fault) = send(take(&mut batch))
            {
                error = Some(fault);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        error.map_or_else(|| send(batch), Err)?;
        Ok(Self { difference, quads, told })
    }

    /// Returns the quads of the log; `earlier` imports have gone before.
    pub fn log(&self, import: &Import, earlier: usize) -> Vec<Quad> {
        import.log(&self.difference, &self.told.files, earlier)
    }
}

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
        let (told, _, lines) = load(&new, import, feed)?;
        let ledger = Ledger::parse(lines, &import.base);
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
        old.extend(before)?;
        let difference = Difference { facts: told.facts, ..compare(&old, new, import, ledger)? };
        let (added, removed) = (missing(&old, new)?, missing(new, &old)?);
        Ok(Self { difference, added, removed, quads: new.len()?, told })
    }

    /// Returns the quads of the log; `earlier` imports have gone before.
    pub fn log(&self, import: &Import, earlier: usize) -> Vec<Quad> {
        import.log(&self.difference, &self.told.files, earlier)
    }
}

/// Returns the quads of a store that another does not have, sorted.
fn missing(from: &Store, all: &Store) -> Result<Vec<Quad>, StorageError> {
    let mut quads = Vec::new();
    for quad in all {
        let quad = quad?;
        if !from.contains(&quad)? {
            quads.push(quad);
        }
    }
    quads.sort_by_cached_key(ToString::to_string);
    Ok(quads)
}
