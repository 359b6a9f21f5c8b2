//! `casegraph components`: what hangs together, and the ties and entities without which it would fall apart.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::rank::{entity, stamp};
use super::selecting::{Selecting, Viewing};
use super::tabular::{Row, Tabular};
use crate::graph::EntityGraph;
use crate::measures::{Network, bridges, components, cut_vertices};

/// List what hangs together, the ties that alone join two parts, or the entities that hold parts together
#[derive(clap::Args)]
pub(super) struct Components {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// What to list
    #[arg(long, value_enum, default_value = "members")]
    show: Show,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
    #[command(flatten)]
    selecting: Selecting,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Show {
    /// Each entity with its component
    Members,
    /// Ties without which a component would fall apart, with their facts
    Bridges,
    /// Entities without which a component would fall apart
    CutVertices,
}

impl Components {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = self.viewing.open(&self.case)?;
        let graph = self.selecting.whole(&case)?;
        let network = Network::of(&graph, false);
        let (headers, what, rows): (&[&str], _, _) = match self.show {
            Show::Members => (
                &["component", "size", "entity", "label", "class"],
                counted(components(&network).len(), "component", "components"),
                members(&graph, &network),
            ),
            Show::Bridges => {
                let rows = joining(&graph, &network);
                let headers = &["from", "from_label", "from_side", "to", "to_label", "to_side", "facts", "ids"];
                (headers, counted(rows.len(), "bridge", "bridges"), rows)
            }
            Show::CutVertices => {
                let rows = holding(&graph, &network);
                (&["parts", "entity", "label", "class"], counted(rows.len(), "cut vertex", "cut vertices"), rows)
            }
        };
        let title = format!("{}{}: {what}", case.title, stamp(&case.view.to_string()));
        self.tabular.write(out, &case.base, &title, headers, rows)
    }
}

fn members(graph: &EntityGraph, network: &Network) -> Vec<Row> {
    let mut rows = Vec::new();
    for (place, nodes) in components(network).iter().enumerate() {
        let row = || Row::default().number(place + 1).number(nodes.len());
        rows.extend(nodes.iter().map(|node| entity(row(), graph, &network.ids()[*node])));
    }
    rows
}

/// Bridges, those that part the most first.
fn joining(graph: &EntityGraph, network: &Network) -> Vec<Row> {
    let mut found = bridges(network);
    found.sort_by_key(|bridge| (std::cmp::Reverse(bridge.sides.0.min(bridge.sides.1)), bridge.ends));
    let end = |row: Row, id: &str, side: usize| match graph.entity(id) {
        Some(entity) => row.iri(&entity.iri).text(&entity.label).number(side),
        None => row.text(id).text("").number(side),
    };
    let row = |bridge: &crate::measures::Bridge| {
        let (from, to) = (&network.ids()[bridge.ends.0], &network.ids()[bridge.ends.1]);
        let facts = graph.facts_between(from, to);
        let ids: Vec<&str> = facts.iter().map(|fact| fact.id.as_str()).collect();
        let row = end(end(Row::default(), from, bridge.sides.0), to, bridge.sides.1);
        row.number(facts.len()).text(&ids.join(" "))
    };
    found.iter().map(row).collect()
}

/// Cut vertices, those that hold the most parts first.
fn holding(graph: &EntityGraph, network: &Network) -> Vec<Row> {
    let mut found = cut_vertices(network);
    found.sort_by_key(|cut| (std::cmp::Reverse(cut.parts), cut.node));
    found.iter().map(|cut| entity(Row::default().number(cut.parts), graph, &network.ids()[cut.node])).collect()
}
