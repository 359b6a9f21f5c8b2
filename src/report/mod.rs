//! The page that `build` writes. In: a graph and its drawings. Out: one HTML file that works offline: the explorer with
//! the case in it, and below it the plain page, which needs no script: the drawings, each with its table, the facts with
//! their sources, the contradictions. No request leaves it. Not here: files (`cli`), the front end (`explorer`).

mod contradictions;
mod facts;
mod figure;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

pub use figure::Figure;

use crate::conflicts::Entry;
use crate::explorer::{in_one_script, style_sheet};
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

/// Returns the page as HTML. The ledger is what [`conflicts`](crate::conflicts) finds in the graph, and `document` the
/// graph as the [explorer](crate::explorer) reads it.
pub fn page(cover: &Cover, graph: &EntityGraph, figures: &[Figure], ledger: &[Entry], document: &[u8]) -> String {
    let script = in_one_script();
    let markup = html! {
        (DOCTYPE)
        html lang=(cover.lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing is fetched and no script runs but this one: a published page cannot be made to call home.
                meta http-equiv="Content-Security-Policy" content=(policy(&script));
                meta name="generator" content=(cover.maker);
                title { (cover.title) }
                style { (PreEscaped(style_sheet())) (PreEscaped(CSS)) }
            }
            body.report {
                a.skip href="#content" { "Skip to the content" }
                header.cover {
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
                script #case-data type="application/json" { (PreEscaped(inert(document))) }
                script type="module" { (PreEscaped(&script)) }
            }
        }
    };
    markup.into_string()
}

/// Allows the one script of the page, by its hash, and the pictures that it makes for saving.
fn policy(script: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
}

/// Writes JSON so that nothing in it can end the element that holds it.
fn inert(document: &[u8]) -> String {
    String::from_utf8_lossy(document).replace('<', "\\u003c")
}

fn counts(graph: &EntityGraph) -> String {
    let sources = facts::sources_of(graph).len();
    format!("{} facts about {} entities, from {sources} sources", graph.facts().len(), graph.entities().len())
}

/// Returns a table that scrolls sideways by itself and can be reached with the keyboard.
fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_case_ends_the_element_that_holds_it() {
        let json = serde_json::json!({ "label": "</script><script>alert(1)</script><!--" }).to_string();
        let held = inert(json.as_bytes());
        assert!(!held.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&held).expect("the same JSON");
        assert_eq!(read["label"], "</script><script>alert(1)</script><!--");
    }

    #[test]
    fn the_policy_names_the_script_that_the_page_holds() {
        assert!(policy("").contains("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"), "{}", policy(""));
    }
}
