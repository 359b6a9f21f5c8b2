//! `casegraph disclosures`: the events by which facts became known, and what each revealed.

use std::io::Write;
use std::path::PathBuf;

use oxigraph::model::NamedNode;

use super::fault::{Fault, counted};
use super::selecting::{Viewing, all_of};
use super::tabular::{Row, Tabular};
use crate::graph::{EntityGraph, Source};
use crate::known::{Event, events};

/// List the publications, leaks and unsealings by which facts became known, each with what it revealed
#[derive(clap::Args)]
pub(super) struct Disclosures {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Disclosures {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let view = self.viewing.view();
        let case = self.viewing.open(&self.case)?;
        let data = all_of(&case)?;
        let graph = EntityGraph::project(data, Some(&case.lang))?;
        let found = events(&graph, &graph.disclosures(data, Some(&case.lang))?);
        let recorded = found.iter().filter(|event| event.disclosure.is_some()).count();
        let stamp = if view.is_whole() { String::new() } else { format!("; {view}") };
        let title = format!(
            "How facts became known{stamp}: {} on record, {} derived from known_since",
            counted(recorded, "disclosure", "disclosures"),
            found.len() - recorded
        );
        let headers = ["disclosure", "date", "kind", "audience", "source", "count", "facts"];
        let rows: Vec<Row> = found.iter().map(|event| row(&graph, event)).collect();
        self.tabular.write(out, &case.base, &title, &headers, rows)
    }
}

fn row(graph: &EntityGraph, event: &Event) -> Row {
    let audience = event.audience.as_deref().map_or("the public", |id| graph.entity(id).map_or(id, |e| &e.label));
    let (first, kind) = match &event.disclosure {
        Some(disclosure) => {
            (Some(NamedNode::new_unchecked(disclosure.iri.as_str())), disclosure.kind.as_deref().unwrap_or_default())
        }
        None => (None, "derived"),
    };
    Row::new(first)
        .text(event.date.as_deref().unwrap_or_default())
        .text(kind)
        .text(audience)
        .text(&event.source.as_ref().map(Source::cite).unwrap_or_default())
        .number(event.facts.len())
        .text(&event.facts.join(" "))
}
