//! `casegraph secrecy`: gags and seals with their lengths, and how late the public learned.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::fault::Fault;
use super::selecting::{Viewing, viewed};
use super::tables::{Shape, write_json, write_table};
use crate::case::Case;
use crate::graph::EntityGraph;
use crate::query::Solutions;
use crate::secrecy::{Lag, SecrecyRules, Window, lags, windows};

/// List gags and seals with their lengths and how they ended, or how late the public learned of each party
#[derive(clap::Args)]
pub(super) struct Secrecy {
    /// Case folder, store file or store directory
    case: PathBuf,
    /// The days from event to disclosure, by agency, court and company, instead of the windows; JSON holds both
    #[arg(long)]
    lags: bool,
    /// table, csv or json [default: table on a terminal, else csv]
    #[arg(short, long, value_enum)]
    format: Option<Shape>,
    #[command(flatten)]
    viewing: Viewing,
}

impl Secrecy {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = Case::open_as(&self.case, self.viewing.view())?;
        let graph = EntityGraph::project(case.store.as_oxigraph(), Some(&case.lang))?.select(&viewed(case.view));
        let rules = rules_of(case.folder.as_deref())?;
        let (windows, lags) = (windows(&graph, &rules), lags(&graph, &rules));
        match Shape::or_default(self.format) {
            Shape::Json => {
                let windows: Vec<_> = windows.iter().map(|window| window.to_json(&graph)).collect();
                let lags: Vec<_> = lags.iter().map(Lag::to_json).collect();
                write_json(out, &json!({ "view": case.view.to_string(), "windows": windows, "lags": lags }))
            }
            shape if self.lags => {
                write_table(out, &case, shape, Solutions::of_texts(Lag::HEADERS, lags.iter().map(Lag::cells)))
            }
            shape => {
                let rows = windows.iter().map(|window| window.cells(&graph));
                write_table(out, &case, shape, Solutions::of_texts(Window::HEADERS, rows))
            }
        }
    }
}

/// Returns the rules of a case: the built-in ones, and over them the `secrecy.toml` of the case folder, if there is one.
fn rules_of(folder: Option<&Path>) -> Result<SecrecyRules, Fault> {
    let Some(path) = folder.map(|folder| folder.join("secrecy.toml")).filter(|path| path.is_file()) else {
        return Ok(SecrecyRules::default());
    };
    let text = std::fs::read_to_string(&path).map_err(|error| Fault::file(&path, &error))?;
    SecrecyRules::overridden_by(&text).map_err(|error| Fault::settings(&path, &error))
}
