//! `casegraph optimize`: merges the files of a store directory.

use std::io::Write;
use std::path::PathBuf;

use super::fault::Fault;
use crate::case::Case;
use crate::store::{Mode, StoreWriter};

/// Merge the files of a store directory: questions then take a fraction of the time, and the store more room
#[derive(clap::Args)]
pub(super) struct Optimize {
    /// Store directory
    store: PathBuf,
}

impl Optimize {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let path = self.store.display();
        // What is no store says so.
        Case::open(&self.store)?;
        let is_merged = StoreWriter::open(&self.store, Mode::Write)?.optimize()?;
        writeln!(out, "{path}: {}", if is_merged { "its files are merged" } else { "there is nothing to merge" })?;
        Ok(())
    }
}
