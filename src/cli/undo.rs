//! `casegraph undo`: takes the last change of a store back, or the last import of the browser into a case folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::fault::{Fault, counted};
use crate::case::{self, Case, CaseFolder, FolderWriter, TakenBack};
use crate::date::now;
use crate::store::{self, LoggedImport, Mode, StoreWriter, imports};

/// Take the last change back: a store, or a case folder that the browser put files into, is then as it was before
#[derive(clap::Args)]
pub(super) struct Undo {
    /// Case file or case folder
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
        let past = match log(&self.store) {
            Err(case::Error::Store(store::Error::Damaged { .. })) => None,
            past => Some(past?),
        };
        StoreWriter::open(&self.store, Mode::Write)?.undo()?;
        let left = log(&self.store)?.len();
        let after = counted(left, "import", "imports");
        match past {
            Some(past) if past.len() > left => {
                writeln!(
                    out,
                    "took the import of {} back; {path} is as it was after {after}",
                    past[past.len() - 1].time
                )?;
            }
            Some(_) => writeln!(out, "took the last update back; {path} is as it was before it, with {after}")?,
            None => writeln!(out, "{path} was damaged; it is as it was before its last change, with {after}")?,
        }
        Ok(())
    }
}

/// Returns the imports of a store, which an update may have left without a case.
fn log(store: &Path) -> Result<Vec<LoggedImport>, case::Error> {
    match Case::open(store) {
        Err(case::Error::Store(store::Error::Empty)) => Ok(Vec::new()),
        case => Ok(imports(case?.near())?),
    }
}
