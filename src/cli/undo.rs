//! `casegraph undo`: takes the last import of a store back.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use crate::case::Case;
use crate::store::{Mode, StoreWriter, imports};

/// Take the last import of a store back: it is then as it was before
#[derive(clap::Args)]
pub(super) struct Undo {
    /// Store file or store directory
    store: PathBuf,
}

impl Undo {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let last = imports(&*Case::open(&self.store)?.data)?.pop();
        StoreWriter::open(&self.store, Mode::Write)?.undo()?;
        let left = imports(&*Case::open(&self.store)?.data)?.len();
        let (path, time) = (self.store.display(), last.map(|import| import.time).unwrap_or_default());
        writeln!(
            out,
            "took the import of {time} back; {path} is as it was after {}",
            counted(left, "import", "imports")
        )?;
        Ok(())
    }
}
