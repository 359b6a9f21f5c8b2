//! `casegraph check`: all faults of all files in one pass, nothing stored.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::fault::{Fault, counted, write_faults};
use crate::case::read_folder;
use crate::diagnostic::Severity;
use crate::fault_report::{write_json, write_sarif};

/// Find all faults of a case folder, and store nothing
#[derive(clap::Args)]
pub(super) struct Check {
    /// Folder of CSV files
    case: PathBuf,
    /// Show all faults, not only the first 20
    #[arg(long)]
    all: bool,
    /// Form of the faults: text on standard error; json or sarif, always with all faults, on standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For code review (SARIF 2.1.0)
    Sarif,
}

impl Check {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        if self.case.is_file() {
            let path = self.case.display();
            return Err(Fault::usage(format!("{path} is not a folder: only a case folder can be checked")));
        }
        let (facts, faults) = read_folder(&self.case)?;
        let faults = faults.sorted();
        match self.format {
            Format::Text => {}
            Format::Json => write_json(out, &self.case.to_string_lossy(), &faults)?,
            Format::Sarif => write_sarif(out, &below_working_folder(&self.case), &faults)?,
        }
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            let fault = Fault::data(faults);
            return Err(match self.format {
                Format::Text if self.all => fault.all(),
                Format::Text => fault,
                Format::Json | Format::Sarif => fault.told(),
            });
        }
        if self.format != Format::Text {
            return Ok(());
        }
        write_faults(&mut anstream::stderr().lock(), &faults, None)?;
        if let Some(facts) = facts {
            let sources = facts.entities.keys().filter(|path| path.starts_with("src/")).count();
            let tables = facts.files.iter().filter(|file| file.is_table()).count();
            writeln!(
                out,
                "{}: no faults in {}: {} about {}, from {}",
                self.case.display(),
                counted(tables, "table", "tables"),
                counted(facts.facts.len(), "fact", "facts"),
                counted(facts.entities.len() - sources, "entity", "entities"),
                counted(sources, "source", "sources"),
            )?;
        }
        Ok(())
    }
}

/// Code review finds files by their path from the root of the repository, where it runs commands.
fn below_working_folder(case: &Path) -> PathBuf {
    let working_folder = std::env::current_dir().unwrap_or_default();
    case.strip_prefix(working_folder).unwrap_or(case).to_owned()
}
