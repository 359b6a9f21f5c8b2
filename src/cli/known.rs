//! `casegraph known`: what the public, or somebody else, could know on a day.

use std::io::Write;
use std::path::PathBuf;

use oxigraph::model::NamedNode;

use super::fault::{Fault, counted};
use super::selecting::Viewing;
use super::tabular::{Row, Tabular};
use crate::date::Day;
use crate::graph::{Answer, EntityGraph, Fact, Source};
use crate::known::{Finding, Question, Way, known};

/// List what the public, a court, an agency, a company or a person could know on a day
#[derive(clap::Args)]
pub(super) struct Known {
    /// Case folder, store file, store directory or SPARQL endpoint
    case: PathBuf,
    /// The day, such as 2013-12-01
    #[arg(long, value_name = "DAY")]
    on: Day,
    /// Who could know, by id or label [default: the public]
    #[arg(long, value_name = "ENTITY")]
    audience: Option<String>,
    /// Only facts about this entity, and facts about those
    #[arg(long, value_name = "ENTITY")]
    about: Option<String>,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Known {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let view = self.viewing.view();
        let case = self.viewing.open(&self.case)?;
        let data = &*case.data;
        let graph = EntityGraph::project(data, Some(&case.lang))?;
        let disclosures = graph.disclosures(data, Some(&case.lang))?;
        let find = |name: &Option<String>| name.as_deref().map(|name| graph.find(name)).transpose();
        let (audience, about) = (find(&self.audience)?, find(&self.about)?);
        let question = Question {
            day: self.on,
            audience: audience.map(|entity| entity.id.as_str()),
            about: about.map(|entity| entity.id.as_str()),
        };
        let findings = known(&graph, &disclosures, &question);
        let certain = findings.iter().filter(|found| found.certainty == Answer::Certain).count();
        let who = audience.map_or("the public", |entity| &entity.label);
        let what = about.map_or_else(String::new, |entity| format!(" about {}", entity.label));
        let stamp = if view.is_whole() { String::new() } else { format!("; {view}") };
        let title = format!(
            "What {who} could know{what} on {}{stamp}: {} for certain, {} possibly",
            self.on,
            counted(certain, "fact", "facts"),
            findings.len() - certain
        );
        let rows: Vec<Row> = findings.iter().map(|found| row(&graph, found)).collect();
        let headers = ["fact", "certainty", "status", "what", "when", "since", "by", "source"];
        self.tabular.write(out, &case.base, &title, &headers, rows)
    }
}

fn row(graph: &EntityGraph, found: &Finding) -> Row {
    let fact = &found.fact;
    let (since, by, source) = way(found);
    Row::new(NamedNode::new_unchecked(fact.iri.as_str()))
        .text(if found.certainty == Answer::Certain { "certain" } else { "possible" })
        .text(&fact.status.words())
        .text(&graph.sentence(fact))
        .text(&fact.when())
        .text(&since)
        .text(&by)
        .text(&source)
}

/// Returns since when and how the fact was known, and which source tells so.
fn way(found: &Finding) -> (String, String, String) {
    let fact = &found.fact;
    let cited = |fact: &Fact| fact.source.as_ref().map(|source| source.cite()).unwrap_or_default();
    match &found.way {
        Way::Record => {
            let published = fact.source.as_ref().and_then(|source| source.date.as_deref());
            match (&fact.known_since, published) {
                (Some(since), _) => (since.clone(), "public by its record".to_owned(), cited(fact)),
                (None, Some(date)) => (format!("{date} or before"), "public by its source".to_owned(), cited(fact)),
                (None, None) => (String::new(), "no date in its record".to_owned(), cited(fact)),
            }
        }
        Way::Party => (fact.begin.clone().unwrap_or_default(), "party of it (derived)".to_owned(), cited(fact)),
        Way::Public(disclosure) | Way::Disclosed(disclosure) => {
            let kind = disclosure.kind.as_deref().unwrap_or("disclosure");
            let whom = if disclosure.audience.is_none() { "public by" } else { "told by" };
            let source = disclosure.source.as_ref().map_or_else(|| cited(fact), Source::cite);
            (disclosure.date.clone().unwrap_or_default(), format!("{whom} {kind} {}", disclosure.id), source)
        }
    }
}
