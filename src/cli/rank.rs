//! `casegraph rank`: entities by how central they are, on one day or between two.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::selecting::{Dates, Selecting, each};
use super::tabular::{Row, Tabular};
use crate::case::Case;
use crate::graph::EntityGraph;
use crate::measures::{Change, Measure, Network, Ranked, changes, ranking};
use crate::view::View;

/// Rank entities by how central they are: degree, betweenness, closeness, eigenvector or pagerank
#[derive(clap::Args)]
pub(super) struct Rank {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Measure: degree, betweenness, closeness, eigenvector or pagerank
    #[arg(long, default_value = "degree", value_name = "MEASURE")]
    by: String,
    /// Show the other measures too
    #[arg(long)]
    all: bool,
    /// Only the first so many
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Follow facts from subject to object only
    #[arg(long)]
    directed: bool,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    selecting: Selecting,
}

impl Rank {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let measure = Measure::parse(&self.by)?;
        if self.dates.is_pair() { self.compare(measure, out) } else { self.rank(measure, out) }
    }

    fn open(&self, view: View) -> Result<(Case, EntityGraph, Network), Fault> {
        let case = self.dates.open(&self.case, view)?;
        let graph = self.selecting.whole(&case)?;
        let network = Network::of(&graph, self.directed);
        Ok((case, graph, network))
    }

    fn rank(&self, measure: Measure, out: &mut impl Write) -> Result<(), Fault> {
        let (case, graph, network) = self.open(self.dates.view()?)?;
        let ranked = ranking(&network, measure)?;
        let mut headers = vec!["rank", "entity", "label", "class", measure.key()];
        let mut others = Vec::new();
        for other in Measure::ALL.into_iter().filter(|other| self.all && *other != measure) {
            headers.push(other.key());
            others.push(by_id(&network, other));
        }
        let rows = ranked.iter().take(self.top.unwrap_or(usize::MAX)).map(|entry| {
            let row = entity(Row::default().number(entry.rank), &graph, &entry.id).decimal(entry.value);
            others.iter().fold(row, |row, values| row.decimal(values.get(entry.id.as_str()).copied()))
        });
        let rows: Vec<Row> = rows.collect();
        let title = format!(
            "{}{}, by {}: {} of {}, {} between them",
            case.title,
            stamp(&case.view.to_string()),
            measure.key(),
            rows.len(),
            counted(ranked.len(), "entity", "entities"),
            counted(network.edge_count(), "tie", "ties")
        );
        self.tabular.write(out, &case.base, &title, &headers, rows)
    }

    fn compare(&self, measure: Measure, out: &mut impl Write) -> Result<(), Fault> {
        let days = self.dates.pair()?;
        let [earlier, later] = each(&days);
        let (_, past, before) = self.open(earlier.clone())?;
        let (case, graph, after) = self.open(later.clone())?;
        let found = changes(&ranking(&before, measure)?, &ranking(&after, measure)?);
        let rows = found.iter().take(self.top.unwrap_or(usize::MAX)).map(|change| {
            let known = if change.later.is_some() { &graph } else { &past };
            let row = entity(Row::default(), known, &change.id);
            let row = side(side(row, change.earlier.as_ref()), change.later.as_ref());
            row.decimal(change.growth())
        });
        let rows: Vec<Row> = rows.collect();
        let grown = found.iter().filter(|change| Change::growth(change) > 0.0).count();
        let title = format!(
            "{}, by {}, {earlier}, and {later}: {} of {}, of which {grown} grew",
            case.title,
            measure.key(),
            rows.len(),
            counted(found.len(), "entity", "entities"),
        );
        let headers = ["entity", "label", "class", "earlier_rank", "earlier", "later_rank", "later", "growth"];
        self.tabular.write(out, &case.base, &title, &headers, rows)
    }
}

/// Returns a measure by id; none of it where it does not settle.
fn by_id(network: &Network, measure: Measure) -> BTreeMap<&str, f64> {
    let values = measure.of(network).unwrap_or_default();
    network.ids().iter().map(String::as_str).zip(values).collect()
}

fn side(row: Row, ranked: Option<&Ranked>) -> Row {
    match ranked {
        Some(ranked) => row.number(ranked.rank).decimal(ranked.value),
        None => row.text("").text(""),
    }
}

/// Adds IRI, label and class of an entity to a row.
pub(super) fn entity(row: Row, graph: &EntityGraph, id: &str) -> Row {
    match graph.entity(id) {
        Some(entity) => row.iri(&entity.iri).text(&entity.label).text(&entity.class),
        None => row.text(id).text("").text(""),
    }
}

/// Returns a view in words behind a comma; nothing for a whole case.
pub(super) fn stamp(view: &str) -> String {
    if view.is_empty() { String::new() } else { format!(", {view}") }
}
