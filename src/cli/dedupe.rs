//! `casegraph dedupe`: pairs of entities that may be one, for a researcher to decide.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::fault::{Fault, counted};
use super::rank::stamp;
use super::selecting::{Viewing, all_of};
use super::settings;
use super::tabular::{Row, Tabular};
use crate::case::Case;
use crate::dedupe::{Pair, Rules, pairs};
use crate::graph::EntityGraph;
use crate::query::Format;
use crate::store::{self, Columns};

/// Propose pairs of entities that may be one, with reasons and a score
#[derive(clap::Args)]
pub(super) struct Dedupe {
    /// Case folder or case file
    case: PathBuf,
    /// Least score of a pair, 0 to 1 [default: that of the rules]
    #[arg(long, value_name = "SCORE")]
    least: Option<f64>,
    /// Write rows for decisions.csv, in which what is decided, by whom and when is left to fill in
    #[arg(long, conflicts_with = "format")]
    rows: bool,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Dedupe {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = self.viewing.open(&self.case)?;
        let graph = EntityGraph::project(all_of(&case)?, Some(&case.lang))?;
        let mut rules = rules_of(&case, &self.case)?;
        rules.least = self.least.unwrap_or(rules.least);
        let compare = |columns: &Columns| Ok::<_, store::Error>(pairs(&graph, columns, &rules));
        let found = Columns::ask(all_of(&case)?, compare)?;
        if self.rows {
            return decisions(&found, &case.base, out);
        }
        let rows = found.iter().map(|pair| row(&graph, pair));
        let title = format!(
            "{}{}: {} that may be one",
            case.title,
            stamp(&case.view.to_string()),
            counted(found.len(), "pair", "pairs")
        );
        let headers = ["score", "one", "one_label", "other", "other_label", "class", "reasons"];
        self.tabular.write(out, &case.base, &title, &headers, rows.collect())
    }
}

fn row(graph: &EntityGraph, pair: &Pair) -> Row {
    let end = |row: Row, id: &str| match graph.entity(id) {
        Some(entity) => row.iri(&entity.iri).text(&entity.label),
        None => row.text(id).text(""),
    };
    let class = graph.entity(&pair.one).map(|entity| entity.class.clone()).unwrap_or_default();
    let row = end(end(Row::default().decimal(pair.score), &pair.one), &pair.other);
    row.text(&class).text(&pair.reasons.join("; "))
}

/// Writes rows of the table of decisions; what a person has to say is left empty.
fn decisions(found: &[Pair], base: &str, out: &mut impl Write) -> Result<(), Fault> {
    let rows = found.iter().map(|pair| {
        Row::default()
            .text("")
            .text(&pair.one)
            .text("")
            .text(&pair.other)
            .text("")
            .text("")
            .text(&pair.reasons.join("; "))
    });
    let headers = ["id", "one", "decision", "other", "by", "decided_on", "why"];
    Tabular::of(Format::Csv).write(out, base, "", &headers, rows.collect())
}

/// Returns the rules of a case: the built-in ones, and over them the `dedupe.toml` of the case folder, if there is one.
fn rules_of(case: &Case, path: &Path) -> Result<Rules, Fault> {
    settings::own(case, path, "dedupe.toml", |path, text| {
        Rules::overridden_by(text).map_err(|error| Fault::settings(path, &error))
    })
}
