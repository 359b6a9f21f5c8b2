//! `casegraph undo`: takes the last import into a store back, or the last of the browser into a case folder.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use crate::case::{Case, CaseFolder, FolderWriter, TakenBack};
use crate::date::now;
use crate::store::{Mode, StoreWriter, imports};

/// Take the last import back: a store, or a case folder that the browser put files into, is then as it was before
#[derive(clap::Args)]
pub(super) struct Undo {
    /// Store file, store directory or case folder
    store: PathBuf,
}

impl Undo {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let path = self.store.display();
        if CaseFolder::is_at(&self.store) {
            let TakenBack { time, put_back, removed } = FolderWriter::undo(&self.store, &now())?;
            let parts = [("put back ", put_back), ("removed ", removed)];
            let parts = parts.iter().filter(|(_, names)| !names.is_empty());
            let parts: Vec<_> = parts.map(|(done, names)| format!("{done}{}", names.join(", "))).collect();
            return Ok(writeln!(out, "took the import of {time} into {path} back: {}", parts.join("; "))?);
        }
        let last = imports(&*Case::open(&self.store)?.data)?.pop();
        StoreWriter::open(&self.store, Mode::Write)?.undo()?;
        let left = imports(&*Case::open(&self.store)?.data)?.len();
        let time = last.map(|import| import.time).unwrap_or_default();
        writeln!(
            out,
            "took the import of {time} back; {path} is as it was after {}",
            counted(left, "import", "imports")
        )?;
        Ok(())
    }
}
