//! `casegraph diff`: what one day shows that an earlier one did not, as a table.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::selecting::{Dates, Selecting, compared};
use crate::case::Case;
use crate::diff::{self, Days, Kind};
use crate::graph::EntityGraph;
use crate::query::{Answer, Format, Layout, Names, visible};

/// Columns of the table, for people and for programs.
const COLUMNS: [&str; 8] = ["change", "id", "fact", "when", "known_since", "status", "source", "remark"];

/// Compare two days: what happened since, what was only disclosed since, what was corrected or taken back
#[derive(clap::Args)]
pub(super) struct Diff {
    /// Case folder, store file or store directory
    case: PathBuf,
    /// table, csv, tsv, json or xml [default: table on a terminal, else csv]
    #[arg(short, long)]
    format: Option<String>,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    selecting: Selecting,
}

impl Diff {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let days = self.dates.pair()?;
        let format = match &self.format {
            Some(name) => name.parse()?,
            None if std::io::stdout().is_terminal() => Format::Table,
            None => Format::Csv,
        };
        let case = Case::open_as(&self.case, compared(days))?;
        let graph = EntityGraph::project(case.store.as_oxigraph(), Some(&case.lang))?;
        let graph = self.selecting.select(&graph, case.view)?;
        let diff = diff::Diff::between(&graph, days);
        if format == Format::Table {
            writeln!(out, "{}", visible(&case.title))?;
            writeln!(out, "Compared: {}", days.describe())?;
        }
        let width = terminal_size::terminal_size().map(|(width, _)| width.0);
        let layout = Layout { ascii: false, width };
        answer(&diff).write(&mut *out, format, &Names::new(&case.base), layout)?;
        if format == Format::Table {
            for kind in Kind::ALL.iter().copied().filter(|kind| diff.count(*kind) > 0) {
                writeln!(out, "  {}: {}", counted(diff.count(kind), "fact", "facts"), days.words(kind))?;
            }
        }
        Ok(())
    }
}

fn answer(diff: &diff::Diff) -> Answer {
    let graph = diff.graph();
    let rows = diff.changes().into_iter().map(|change| {
        let fact = &change.fact;
        vec![
            short(diff.days(), change.kind).to_owned(),
            fact.id.clone(),
            graph.sentence(fact),
            fact.when(),
            fact.known_since.clone().unwrap_or_default(),
            fact.status.words(),
            fact.source.as_ref().map(|source| source.id.clone()).unwrap_or_default(),
            change.why.clone(),
        ]
    });
    Answer::of_texts(&COLUMNS, rows)
}

/// Returns the word for a kind in a cell; below the table it is explained.
fn short(days: Days, kind: Kind) -> &'static str {
    match (kind, days.time) {
        (Kind::Withdrawn, diff::Time::Held) => "over",
        _ => kind.key(),
    }
}
