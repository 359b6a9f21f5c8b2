//! `casegraph diff`: what one day shows that an earlier one did not, as a table.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::selecting::{Dates, Selecting};
use super::tabular::{Row, Tabular};
use crate::diff::{self, Days, Kind};
use crate::query::Format;

/// Columns of the table, for people and for programs.
const COLUMNS: [&str; 8] = ["change", "id", "fact", "when", "known_since", "status", "source", "remark"];

/// Compare two days: what happened since, what was only disclosed since, what was corrected or taken back
#[derive(clap::Args)]
pub(super) struct Diff {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    selecting: Selecting,
}

impl Diff {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let (case, diff) = self.dates.difference(&self.case, &self.selecting)?;
        let days = diff.days();
        let title = format!("{}\nCompared: {}", case.title, days.describe());
        self.tabular.write(&mut *out, &case.base, &title, &COLUMNS, rows(&diff))?;
        if self.tabular.format()? == Format::Table {
            for kind in Kind::ALL.iter().copied().filter(|kind| diff.count(*kind) > 0) {
                writeln!(out, "  {}: {}", counted(diff.count(kind), "fact", "facts"), days.words(kind))?;
            }
        }
        Ok(())
    }
}

fn rows(diff: &diff::Diff) -> Vec<Row> {
    let graph = diff.graph();
    let rows = diff.changes().into_iter().map(|change| {
        let fact = &change.fact;
        Row::default()
            .text(short(diff.days(), change.kind))
            .text(&fact.id)
            .text(&graph.sentence(fact))
            .text(&fact.when())
            .text(fact.known_since.as_deref().unwrap_or_default())
            .text(&fact.status.words())
            .text(fact.sources.first().map_or("", |source| &source.id))
            .text(&change.why)
    });
    rows.collect()
}

/// Returns the word for a kind in a cell; below the table it is explained.
fn short(days: &Days, kind: Kind) -> &'static str {
    match (kind, days.time) {
        (Kind::Withdrawn, diff::Time::Held) => "over",
        _ => kind.key(),
    }
}
