//! `casegraph communities`: entities in groups that have more to do with each other than with the rest.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::rank::{entity, stamp};
use super::selecting::{Selecting, Viewing};
use super::tabular::{Row, Tabular};
use crate::measures::{Network, communities};

/// List groups of entities that have more to do with each other than with the rest
#[derive(clap::Args)]
pub(super) struct Communities {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Above 1 for more and smaller groups, below for fewer and greater ones
    #[arg(long, default_value_t = 1.0)]
    resolution: f64,
    /// Number that the division begins with; the same number gives the same groups
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
    #[command(flatten)]
    selecting: Selecting,
}

impl Communities {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = self.viewing.open(&self.case)?;
        let graph = self.selecting.whole(&case)?;
        let network = Network::of(&graph, false);
        let found = communities(&network, self.resolution, self.seed)?;
        let mut rows = Vec::new();
        for (place, nodes) in found.groups.iter().enumerate() {
            for node in nodes {
                let row = Row::default().number(place + 1).number(nodes.len());
                rows.push(entity(row, &graph, &network.ids()[*node]));
            }
        }
        let several = found.groups.iter().filter(|nodes| nodes.len() > 1).count();
        let title = format!(
            "{}{}: {} of more than one entity, modularity {:.3}",
            case.title,
            stamp(&case.view.to_string()),
            counted(several, "community", "communities"),
            found.modularity
        );
        self.tabular.write(out, &case.base, &title, &["community", "size", "entity", "label", "class"], rows)
    }
}
