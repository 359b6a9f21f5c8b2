//! `casegraph path`: the ways from one entity to another, fact by fact.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::rank::stamp;
use super::selecting::{Selecting, Viewing};
use super::tabular::{Row, Tabular};
use crate::graph::EntityGraph;
use crate::measures::{Network, routes};

/// Most shortest paths that are listed.
const MOST: usize = 1000;

/// List the ways from one entity to another: all shortest ones, or the first so many
#[derive(clap::Args)]
pub(super) struct Path {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// The entity to start from, by id or label
    from: String,
    /// The entity to arrive at
    to: String,
    /// So many paths, the shortest first, instead of all shortest ones
    #[arg(long, value_name = "N")]
    paths: Option<usize>,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
    #[command(flatten)]
    selecting: Selecting,
}

impl Path {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = self.viewing.open(&self.case)?;
        let graph = match self.paths {
            None => self.selecting.joining(&case, &self.from, &self.to)?,
            Some(_) => self.selecting.whole(&case)?,
        };
        let (from, to) = (graph.find(&self.from)?, graph.find(&self.to)?);
        let (paths, cut) = match self.paths {
            None => {
                let found = graph.shortest_paths(&from.id, &to.id, MOST)?;
                (found.paths, found.cut)
            }
            Some(most) => (first_paths(&graph, &from.id, &to.id, most), false),
        };
        let mut rows = Vec::new();
        for (place, path) in paths.iter().enumerate() {
            for (step, pair) in path.windows(2).enumerate() {
                rows.extend(steps(&graph, (place + 1, step + 1), &pair[0], &pair[1]));
            }
        }
        let kind = if self.paths.is_none() { ("shortest path", "shortest paths") } else { ("path", "paths") };
        let title = format!(
            "{}{}: {}{} from {} to {}{}",
            case.title,
            stamp(&case.view.to_string()),
            if cut { "more than " } else { "" },
            counted(paths.len(), kind.0, kind.1),
            from.label,
            to.label,
            lengths(&paths)
        );
        let headers = ["path", "step", "from", "to", "fact", "what", "when", "status", "source"];
        self.tabular.write(out, &case.base, &title, &headers, rows)
    }
}

fn first_paths(graph: &EntityGraph, from: &str, to: &str, most: usize) -> Vec<Vec<String>> {
    let network = Network::of(graph, false);
    let number = |id: &str| network.ids().iter().position(|other| other == id);
    let (Some(from), Some(to)) = (number(from), number(to)) else { return Vec::new() };
    let name = |node: usize| network.ids()[node].clone();
    routes(&network, from, to, most).into_iter().map(|route| route.into_iter().map(name).collect()).collect()
}

/// Returns how many steps the paths have, in words.
fn lengths(paths: &[Vec<String>]) -> String {
    match (paths.first(), paths.last()) {
        (Some(first), Some(last)) if first.len() < last.len() => {
            format!(", {} to {} steps long", first.len() - 1, last.len() - 1)
        }
        (Some(first), _) => format!(", {} long", counted(first.len() - 1, "step", "steps")),
        _ => String::new(),
    }
}

/// Returns a row for each fact that makes a step.
fn steps(graph: &EntityGraph, (path, step): (usize, usize), from: &str, to: &str) -> Vec<Row> {
    let label = |id: &str| graph.entity(id).map_or(id, |entity| entity.label.as_str()).to_owned();
    let facts = graph.facts_between(from, to);
    let row = |fact: &std::sync::Arc<crate::graph::Fact>| {
        Row::default()
            .number(path)
            .number(step)
            .text(&label(from))
            .text(&label(to))
            .iri(&fact.iri)
            .text(&graph.sentence(fact))
            .text(&fact.when())
            .text(&fact.status.words())
            .text(&fact.sources.first().map(|source| source.cite()).unwrap_or_default())
    };
    facts.iter().map(row).collect()
}
