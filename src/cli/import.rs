//! `casegraph import`: check, then load all or nothing into a store; the same files again change nothing.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, and_plain, counted, write_faults};
use super::screen;
use super::selecting::Following;
use crate::case::{CaseFolder, Imported, import};
use crate::date::{after_1970, now};
use crate::store::{Counts, Difference, Mode};

/// Memory that is too little to be spoken of, in megabytes.
const SMALL: u64 = 256;

/// Load a case folder into a store: all of it or nothing
#[derive(clap::Args)]
pub(super) struct Import {
    /// Folder of CSV files
    case: PathBuf,
    /// Case file, such as case.casegraph, or SPARQL endpoint
    #[arg(long, visible_alias = "endpoint")]
    store: PathBuf,
    /// Say what would change, table by table, and store nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    following: Following,
}

impl Import {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let agent = concat!("casegraph ", env!("CARGO_PKG_VERSION"));
        let mode = if self.dry_run { Mode::Preview } else { Mode::Write };
        let case = CaseFolder::open(&self.case, self.following.links())?;
        let Imported { difference, summary, warnings } = import(&case, &self.store, mode, &time(), agent)?;
        write_faults(&mut screen::stderr(), &warnings, None)?;
        let (case, path, facts) = (self.case.display(), self.store.display(), difference.facts);
        let total = counted(facts, "fact", "facts");
        if difference.is_empty {
            writeln!(out, "{path}: nothing changed, {total} as before")?;
            return Ok(());
        }
        let done = if self.dry_run { "would import" } else { "imported" };
        let Counts { added, changed, removed } = difference.all_facts();
        let plain = and_plain(summary.map_or(0, |summary| summary.plain));
        let added = counted(added, "fact", "facts");
        write!(
            out,
            "{done} {case} into {path}: {added} added, {changed} changed, {removed} removed; {total} in all{plain}"
        )?;
        match peak_memory().filter(|peak| *peak > SMALL) {
            Some(peak) => writeln!(out, "; at most {peak} MB of memory")?,
            None => writeln!(out)?,
        }
        if self.dry_run {
            write_tables(out, &difference)?;
        }
        Ok(())
    }
}

/// Returns the time that the log states: now, or what `SOURCE_DATE_EPOCH` says, so that a store can be made again byte for
/// byte. <https://reproducible-builds.org/specs/source-date-epoch/>
fn time() -> String {
    let stated = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    stated.and_then(after_1970).unwrap_or_else(now)
}

fn write_tables(out: &mut impl Write, difference: &Difference) -> Result<(), Fault> {
    for (table, counts) in &difference.tables {
        let table = if table.is_empty() { "of no table" } else { table };
        let both = [("facts", counts.facts), ("other records", counts.others)];
        let parts = both.iter().filter(|(_, counts)| !counts.is_empty()).map(|(what, counts)| {
            format!("{what} {} added, {} changed, {} removed", counts.added, counts.changed, counts.removed)
        });
        writeln!(out, "  {table}: {}", parts.collect::<Vec<_>>().join("; "))?;
    }
    Ok(())
}

/// Returns the most memory that the process has used, in megabytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? / 1024)
}
