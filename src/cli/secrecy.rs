//! `casegraph secrecy`: gags and seals with their lengths, and how late the public learned.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::fault::Fault;
use super::selecting::{Viewing, all_of};
use super::settings;
use super::tabular::{Row, Tabular};
use crate::case::Case;
use crate::graph::EntityGraph;
use crate::query::Format;
use crate::secrecy::{Lag, SecrecyRules, Window, lags, windows};

/// List gags and seals with their lengths and how they ended, or how late the public learned of each party
#[derive(clap::Args)]
pub(super) struct Secrecy {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// The days from event to disclosure, by agency, court and company, instead of the windows; JSON holds both
    #[arg(long)]
    lags: bool,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Secrecy {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = self.viewing.open(&self.case)?;
        let graph = EntityGraph::project(all_of(&case)?, Some(&case.lang))?.select(&(&case.view).into());
        let rules = rules_of(&case, &self.case)?;
        let (windows, lags) = (windows(&graph, &rules), lags(&graph, &rules));
        let view = case.view.to_string();
        if self.tabular.format()? == Format::Json {
            let windows: Vec<_> = windows.iter().map(|window| window.to_json(&graph)).collect();
            let lags: Vec<_> = lags.iter().map(Lag::to_json).collect();
            return Ok(writeln!(out, "{:#}", json!({ "view": view, "windows": windows, "lags": lags }))?);
        }
        if self.lags {
            let rows = lags.iter().map(|lag| Row::of_texts(lag.cells())).collect();
            return self.tabular.write(out, &case.base, &view, &Lag::HEADERS, rows);
        }
        let rows = windows.iter().map(|window| Row::of_texts(window.cells(&graph))).collect();
        self.tabular.write(out, &case.base, &view, &Window::HEADERS, rows)
    }
}

/// Returns the rules of a case: the built-in ones, and over them the `secrecy.toml` of the case folder, if there is one.
fn rules_of(case: &Case, path: &Path) -> Result<SecrecyRules, Fault> {
    settings::own(case, path, "secrecy.toml", |path, text| {
        SecrecyRules::overridden_by(text).map_err(|error| Fault::settings(path, &error))
    })
}
