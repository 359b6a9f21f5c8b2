//! `casegraph check`: all faults of all files in one pass, nothing stored.

use std::io::Write;
use std::path::{Path, PathBuf};

use csvw::Severity;

use super::conflicts::rules_of;
use super::fault::{Fault, and_plain, counted, write_faults};
use super::screen;
use super::selecting::{Following, all_of};
use crate::case::{Case, CaseFolder, Opening};
use crate::conflicts::{Kind, Side, State, ledger};
use crate::facts::{CaseSummary, Loaded, Wanted};
use crate::fault_report::{write_json, write_sarif};
use crate::graph::EntityGraph;
use crate::query::visible;
use crate::view::View;

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
    /// Propose contradictions that no row records yet; nothing is decided or dropped
    #[arg(long)]
    propose: bool,
    #[command(flatten)]
    following: Following,
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
        let (loaded, faults) = CaseFolder::open(&self.case, self.following.links())?.load(Wanted::Faults);
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
        write_faults(&mut screen::stderr(), &faults, None)?;
        if let Some(Loaded { summary, .. }) = loaded {
            let CaseSummary { facts, entities, sources, plain, files, .. } = summary;
            let tables = files.iter().filter(|file| file.is_table()).count();
            writeln!(
                out,
                "{}: no faults in {}: {} about {}, from {}{}",
                self.case.display(),
                counted(tables, "table", "tables"),
                counted(facts, "fact", "facts"),
                counted(entities, "entity", "entities"),
                counted(sources, "source", "sources"),
                and_plain(plain),
            )?;
            if self.propose {
                self.propose(out)?;
            }
        }
        Ok(())
    }

    fn propose(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = Case::open_some(
            &self.case,
            View::default(),
            &Opening { links: self.following.links(), ..Opening::default() },
        )?;
        let graph = EntityGraph::project(all_of(&case)?, Some(&case.lang))?;
        let ids = |side: &Side| side.records.iter().map(|fact| fact.id.clone()).collect::<Vec<_>>().join(", ");
        for entry in ledger(&graph, &rules_of(&case, &self.case)?) {
            // Denials are on record as claims; what is proposed are pairs of records that nobody has set against each other.
            let is_new = entry.marks.is_empty() && entry.settlement.state == State::Open;
            if is_new && matches!(entry.kind, Kind::Rival | Kind::Event) {
                let (one, other) = (ids(&entry.one), ids(&entry.other));
                writeln!(out, "proposed: {one} against {other}: {}", visible(&entry.what))?;
                writeln!(out, "  to record it: a row of relations.csv with fact:{one}, contradicts, fact:{other}")?;
            }
        }
        Ok(())
    }
}

/// Code review finds files by their path from the root of the repository, where it runs commands.
fn below_working_folder(case: &Path) -> PathBuf {
    let working_folder = std::env::current_dir().unwrap_or_default();
    case.strip_prefix(working_folder).unwrap_or(case).to_owned()
}
