//! `casegraph cases`: the cases of a store, by which `--case` chooses.

use std::io::Write;
use std::path::PathBuf;

use oxigraph::model::NamedNode;

use super::fault::{Fault, counted};
use super::tabular::{Row, Tabular};
use crate::case::Case;
use crate::store::{cases, count_facts, imports};

/// List the cases of a store
#[derive(clap::Args)]
pub(super) struct Cases {
    /// Case file
    store: PathBuf,
    #[command(flatten)]
    tabular: Tabular,
}

impl Cases {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = Case::open(&self.store)?;
        let (found, imports) = (cases(case.near())?, imports(case.near())?);
        let mut rows = Vec::new();
        for case_in in &found {
            let last = imports.iter().rfind(|import| import.iri.starts_with(&case_in.base));
            rows.push(
                Row::new(NamedNode::new_unchecked(case_in.graph.as_str()))
                    .text(case_in.short_name())
                    .text(&case_in.title)
                    .text(&case_in.base)
                    .number(count_facts(case.near(), &case_in.graph)?)
                    .text(last.map_or("", |import| import.time.as_str())),
            );
        }
        let title = counted(found.len(), "case", "cases");
        self.tabular.write(out, "", &title, &["graph", "name", "title", "base", "facts", "imported"], rows)
    }
}
