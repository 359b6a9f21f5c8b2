//! `casegraph log`: the imports that a store has seen.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::tabular::{Row, Tabular};
use crate::case::Case;
use crate::store::{cases, imports};

/// List the imports of a store: when, what changed, from which files
#[derive(clap::Args)]
pub(super) struct Log {
    /// Case file
    store: PathBuf,
    #[command(flatten)]
    tabular: Tabular,
}

impl Log {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = Case::open(&self.store)?;
        let (cases, imports) = (cases(case.near())?, imports(case.near())?);
        let rows = imports.iter().map(|import| {
            let name =
                cases.iter().find(|case| import.iri.starts_with(&case.base)).map_or("", |case| case.short_name());
            let (added, changed, removed) = import.facts;
            Row::of_texts([import.time.clone()])
                .text(name)
                .number(added)
                .number(changed)
                .number(removed)
                .text(&import.agent)
                .text(&import.files.join(" "))
        });
        let title = counted(imports.len(), "import", "imports");
        let headers = ["time", "case", "added", "changed", "removed", "by", "files"];
        self.tabular.write(out, &case.base, &title, &headers, rows.collect())
    }
}
