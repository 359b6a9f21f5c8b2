//! `casegraph import`: check, then load all or nothing into a store; the same files again change nothing.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, and_plain, counted, write_faults};
use crate::case::read_sound;
use crate::remote::{Endpoint, OpenError, Settings};
use crate::store::{CaseStore, Import as StoreImport, ImportedFile};

/// Load a case folder into a store: all of it or nothing
#[derive(clap::Args)]
pub(super) struct Import {
    /// Folder of CSV files
    case: PathBuf,
    /// Store file, such as case.nq.gz; store directory, with a / at its end (needs the feature rocksdb); or SPARQL endpoint
    #[arg(long, visible_alias = "endpoint")]
    store: PathBuf,
    /// Say what would change, and store nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let (facts, warnings) = read_sound(&self.case)?;
        write_faults(&mut anstream::stderr().lock(), &warnings, None)?;
        let import = StoreImport {
            base: facts.settings.base.clone(),
            graph: facts.settings.graph(),
            log_graph: facts.settings.imports_graph(),
            quads: facts.quads(),
            files: facts
                .files
                .iter()
                .map(|file| ImportedFile { name: file.name.clone(), sha256: file.sha256.clone(), rows: file.rows })
                .collect(),
            time: crate::date::now(),
            agent: concat!("casegraph ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let difference = if Settings::are_named(&self.store) {
            let endpoint = Endpoint::open(&Settings::read(&self.store).map_err(OpenError::from)?)?;
            if self.dry_run { endpoint.preview(&import)? } else { endpoint.import(&import)? }
        } else if self.dry_run {
            CaseStore::open_or_empty(&self.store)?.preview(&import)?
        } else {
            CaseStore::open_or_create(&self.store)?.import(&import)?
        };
        let (case, path, counts) = (self.case.display(), self.store.display(), difference.facts);
        if difference.is_empty() {
            writeln!(out, "{path}: nothing changed, {} as before", counted(counts.total, "fact", "facts"))?;
            return Ok(());
        }
        let done = if self.dry_run { "would import" } else { "imported" };
        writeln!(
            out,
            "{done} {case} into {path}: {} added, {} changed, {} removed; {} in all{}",
            counted(counts.added, "fact", "facts"),
            counts.changed,
            counts.removed,
            counted(counts.total, "fact", "facts"),
            and_plain(facts.plain.len())
        )?;
        Ok(())
    }
}
