//! `casegraph conflicts`: who contradicts whom, and what became of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use csvw::nearest;
use serde_json::json;

use super::fault::Fault;
use super::selecting::{Viewing, all_of};
use super::settings;
use super::tabular::{Row, Tabular};
use crate::case::Case;
use crate::conflicts::{Entry, Kind, Rules, State, ledger};
use crate::graph::EntityGraph;
use crate::query::Format;

/// List contradictions and promises, each with both sides: open, explained or decided
#[derive(clap::Args)]
pub(super) struct Conflicts {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Only this kind: denied, rival, event, overtaken, gagged or promise (can be repeated)
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Only what no record explains, decides or fulfils
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Conflicts {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let kinds = self.kinds.iter().map(|text| kind(text)).collect::<Result<Vec<_>, _>>()?;
        let case = self.viewing.open(&self.case)?;
        let graph = EntityGraph::project(all_of(&case)?, Some(&case.lang))?.select(&(&case.view).into());
        let mut entries = ledger(&graph, &rules_of(&case, &self.case)?);
        entries.retain(|entry| {
            (kinds.is_empty() || kinds.contains(&entry.kind)) && (!self.open || entry.settlement.state == State::Open)
        });
        if self.tabular.format()? == Format::Json {
            let entries: Vec<_> = entries.iter().map(|entry| entry.to_json(&graph)).collect();
            return Ok(writeln!(out, "{:#}", json!({ "view": case.view.to_string(), "entries": entries }))?);
        }
        let rows = entries.iter().map(|entry| Row::of_texts(entry.cells(&graph))).collect();
        self.tabular.write(out, &case.base, &case.view.to_string(), &Entry::HEADERS, rows)
    }
}

fn kind(text: &str) -> Result<Kind, Fault> {
    Kind::parse(text).ok_or_else(|| {
        let fault = Fault::usage(format!("`{text}` is not a kind of conflict"));
        match nearest(text, Kind::ALL.iter().map(|kind| kind.key())) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault.hint(format!("there are {}", Kind::ALL.map(Kind::key).join(", "))),
        }
    })
}

/// Returns the rules of a case: the built-in ones, and over them the `conflicts.toml` of the case folder, if there is one.
pub(super) fn rules_of(case: &Case, path: &Path) -> Result<Rules, Fault> {
    settings::own(case, path, "conflicts.toml", |path, text| {
        Rules::overridden_by(text).map_err(|error| Fault::settings(path, &error))
    })
}
