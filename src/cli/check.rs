//! `casegraph check`: all faults of all files in one pass, nothing stored.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, write_faults};
use crate::case::read_folder;

/// Find all faults of a case folder, and store nothing
#[derive(clap::Args)]
pub(super) struct Check {
    /// Folder of CSV files
    case: PathBuf,
    /// Show all faults, not only the first 20
    #[arg(long)]
    all: bool,
}

impl Check {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        if !self.case.is_dir() {
            let path = self.case.display();
            return Err(Fault::usage(format!("{path} is not a folder: only a case folder can be checked")));
        }
        let (facts, faults) = read_folder(&self.case)?;
        let faults = faults.sorted();
        if faults.iter().any(|fault| fault.severity == crate::diagnostic::Severity::Error) {
            return Err(if self.all { Fault::data(faults).all() } else { Fault::data(faults) });
        }
        write_faults(&mut anstream::stderr().lock(), &faults, None)?;
        if let Some(facts) = facts {
            let sources = facts.entities.keys().filter(|path| path.starts_with("src/")).count();
            writeln!(
                out,
                "{}: no faults in {} files: {} facts about {} entities, from {sources} sources",
                self.case.display(),
                facts.files.len(),
                facts.facts.len(),
                facts.entities.len() - sources,
            )?;
        }
        Ok(())
    }
}
