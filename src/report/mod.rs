//! The page that `build` writes. In: a graph and its drawings. Out: one HTML file that works offline: the drawings
//! inline, each with its table, the facts with their sources, the contradictions. Not here: files (`cli`).

mod contradictions;
mod facts;
mod figure;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use figure::Figure;

use crate::conflicts::Entry;
use crate::graph::EntityGraph;

const CSS: &str = include_str!("../../data/report.css");

/// What the head of the page says beside the title.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    /// Title of the case.
    pub title: String,
    /// What the case is about.
    pub description: Option<String>,
    /// Language of the text, as a tag of BCP 47.
    pub lang: String,
    /// What made the page, such as `casegraph 0.1.0`.
    pub maker: String,
}

/// Returns the page as HTML; the ledger is what [`conflicts`](crate::conflicts) finds in the graph.
pub fn page(cover: &Cover, graph: &EntityGraph, figures: &[Figure], ledger: &[Entry]) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(cover.lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing is fetched and no script runs: a published page cannot be made to call home.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                meta name="generator" content=(cover.maker);
                title { (cover.title) }
                style { (PreEscaped(CSS)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    h1 { (cover.title) }
                    @if let Some(text) = &cover.description { p.lead { (text) } }
                    p.counts { (counts(graph)) }
                    nav aria-label="Contents" { ul {
                        @for figure in figures { li { a href={ "#" (figure.id) } { (figure.drawing.title()) } } }
                        li { a href="#contradictions" { "Contradictions" } }
                        li { a href="#facts" { "Facts" } }
                        li { a href="#sources" { "Sources" } }
                    } }
                }
                main #content {
                    @for figure in figures { (figure.markup()) }
                    (contradictions::section(graph, ledger))
                    (facts::section(graph))
                    (facts::sources(graph))
                }
                footer { p { "Made by " (cover.maker) ". Facts are as their sources tell them; a claim is not a fact." } }
            }
        }
    };
    markup.into_string()
}

fn counts(graph: &EntityGraph) -> String {
    let sources = facts::sources_of(graph).len();
    format!("{} facts about {} entities, from {sources} sources", graph.facts().len(), graph.entities().len())
}

/// Returns a table that scrolls sideways by itself and can be reached with the keyboard.
fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}
