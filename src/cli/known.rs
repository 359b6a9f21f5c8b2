//! `casegraph known`: what the public, or somebody else, could know on a day.

use std::io::Write;
use std::path::PathBuf;

use oxigraph::model::NamedNode;

use super::fault::{Fault, counted};
use super::selecting::{Viewing, all_of};
use super::tabular::{Row, Tabular};
use crate::date::Day;
use crate::graph::{Answer, EntityGraph, Fact, Qualifier, Source};
use crate::known::{Finding, Question, Way, known};
use crate::view::View;

/// List what the public, a court, an agency, a company or a person could know on a day
#[derive(clap::Args)]
pub(super) struct Known {
    /// Case folder, case file or SPARQL endpoint
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
        // What held is asked of what was known, not the other way round.
        let View { as_of, .. } = self.viewing.view();
        let view = View { as_of: None, ..self.viewing.view() };
        let case = self.viewing.open_as(&self.case, view.clone())?;
        let (data, lang) = (all_of(&case)?, Some(case.lang.as_str()));
        let whole = EntityGraph::project(data, lang)?;
        let find = |name: &Option<String>| {
            let Some(name) = name.as_deref() else { return Ok(None) };
            // What is asked for is found, known or not; a guess gets no help from what was not public on the day.
            let whole_or_public = whole.find(name).or_else(|error| {
                let day = View { known_on: Some(self.on), ..View::default() };
                let public = EntityGraph::project(&day.of(data)?, lang)?;
                let found = public.find(name).map_err(Fault::from)?;
                whole.entity(&found.id).ok_or_else(|| Fault::from(error))
            });
            whole_or_public.map(Some)
        };
        let (audience, about) = (find(&self.audience)?, find(&self.about)?);
        let question = Question {
            day: self.on,
            audience: audience.map(|entity| entity.id.as_str()),
            as_of,
            about: about.map(|entity| entity.id.as_str()),
        };
        let seen = known(data, &whole, &question, lang)?;
        let findings = &seen.findings;
        // A name that was not known on the day is told only as it was asked for.
        let label = |id: Option<&str>, asked: &Option<String>| {
            let known = id.and_then(|id| seen.graph.entity(id)).map(|entity| entity.label.clone());
            known.or_else(|| asked.clone())
        };
        let certain = findings.iter().filter(|found| found.certainty == Answer::Certain).count();
        let who = label(question.audience, &self.audience).unwrap_or_else(|| "the public".to_owned());
        let what = label(question.about, &self.about).map_or_else(String::new, |about| format!(" about {about}"));
        let held = as_of.map_or_else(String::new, |day| format!(" of what held on {day}"));
        let stamp = if view.is_whole() { String::new() } else { format!("; {view}") };
        let title = format!(
            "What {who} could know{what}{held} on {}{stamp}: {} for certain, {} possibly",
            self.on,
            counted(certain, "fact", "facts"),
            findings.len() - certain
        );
        let rows: Vec<Row> = findings.iter().map(row).collect();
        let headers = ["fact", "certainty", "status", "what", "when", "since", "by", "source"];
        self.tabular.write(out, &case.base, &title, &headers, rows)
    }
}

fn row(found: &Finding) -> Row {
    let fact = &found.fact;
    let (since, by, source) = way(found);
    Row::new(NamedNode::new_unchecked(fact.iri.as_str()))
        .text(certainty(found))
        .text(&fact.status.words())
        .text(&found.sentence)
        .text(&fact.when())
        .text(&since)
        .text(&by)
        .text(&source)
}

/// Returns how sure the answer is, and whether the date that it rests on is.
fn certainty(found: &Finding) -> &'static str {
    match (found.certainty == Answer::Certain, found.doubt) {
        (true, None) => "certain",
        (true, Some(Qualifier::Uncertain)) => "certain, by a doubtful date",
        (true, Some(Qualifier::Approximate)) => "certain, by an estimated date",
        (true, Some(Qualifier::Both)) => "certain, by a doubtful estimate",
        (false, None) => "possible",
        (false, Some(Qualifier::Uncertain)) => "possible, by a doubtful date",
        (false, Some(Qualifier::Approximate)) => "possible, by an estimated date",
        (false, Some(Qualifier::Both)) => "possible, by a doubtful estimate",
    }
}

/// Returns since when and how the fact was known, and which source tells so.
fn way(found: &Finding) -> (String, String, String) {
    let fact = &found.fact;
    let cited = |fact: &Fact| fact.sources.first().map(|source| source.cite()).unwrap_or_default();
    match &found.way {
        Way::Record => {
            let published = fact.sources.first().and_then(|source| source.date.as_deref());
            match (&fact.known_since, published) {
                (Some(since), _) => (since.to_string(), "public by its record".to_owned(), cited(fact)),
                (None, Some(date)) => (format!("{date} or before"), "public by its source".to_owned(), cited(fact)),
                (None, None) => (String::new(), "no date in its record".to_owned(), cited(fact)),
            }
        }
        Way::Party => {
            (fact.begin.as_deref().unwrap_or_default().to_owned(), "party of it (derived)".to_owned(), cited(fact))
        }
        Way::Said(claim) => (
            claim.known_since.as_deref().unwrap_or_default().to_owned(),
            format!("spoken of by {}", claim.id),
            cited(claim),
        ),
        Way::Public(disclosure) | Way::Disclosed(disclosure) => {
            let kind = disclosure.kind.as_deref().unwrap_or("disclosure");
            let whom = if disclosure.audience.is_none() { "public by" } else { "told by" };
            let source = disclosure.source.as_ref().map_or_else(|| cited(fact), Source::cite);
            (disclosure.date.clone().unwrap_or_default(), format!("{whom} {kind} {}", disclosure.id), source)
        }
    }
}
