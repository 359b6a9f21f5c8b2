//! The facts and the sources as tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use maud::{Markup, html};

use super::scrolling;
use crate::graph::{EntityGraph, Fact, Source, is_web_address};

/// Returns all facts, each with its dates, its status and its sources.
pub(super) fn section(graph: &EntityGraph) -> Markup {
    let table = html! {
        table.facts {
            thead { tr {
                @for header in ["Id", "Fact", "When", "Public since", "Status", "Confidence", "Source"] {
                    th scope="col" { (header) }
                }
            } }
            tbody { @for fact in graph.facts() { (row(graph, fact)) } }
        }
    };
    html! {
        section #facts {
            h2 { "Facts" }
            p { "Every proposition as one record tells it. A disputed or refuted fact stays in the list with its status." }
            (scrolling("Facts", &table))
        }
    }
}

fn row(graph: &EntityGraph, fact: &Fact) -> Markup {
    html! {
        tr id={ "fact-" (fact.id) } class={ "status-" (fact.status.key()) } {
            th scope="row" { (fact.id) }
            td {
                (graph.sentence(fact))
                @if let Some(note) = &fact.note { p.note { (note) } }
            }
            td.date { (days(&fact.when())) }
            td.date { (days(fact.known_since.as_deref().unwrap_or("not recorded"))) }
            td { (fact.status.words()) }
            td { @if let Some(confidence) = fact.confidence { (confidence) } }
            td { (evidence(fact)) }
        }
    }
}

/// Returns a text in which no day is torn apart at its hyphens.
fn days(text: &str) -> Markup {
    html! {
        @for (at, word) in text.split(' ').enumerate() {
            @if at > 0 { " " }
            @if word.contains('-') { span.day { (word) } } @else { (word) }
        }
    }
}

/// Returns the sources of a fact as links, with the place in the first.
pub(super) fn evidence(fact: &Fact) -> Markup {
    html! {
        @if fact.sources.is_empty() { "none" }
        @for (at, source) in fact.sources.iter().enumerate() {
            @if at > 0 { "; " }
            (link(source))
            @if at == 0 { @if let Some(locator) = &fact.locator { ", " (locator) } }
        }
    }
}

fn link(source: &Source) -> Markup {
    html! { a href={ "#src-" (source.id) } title=(source.cite()) { (source.publisher.as_ref().unwrap_or(&source.title)) } }
}

/// Returns the sources that facts name, by id.
pub(super) fn sources_of(graph: &EntityGraph) -> BTreeMap<&str, (&Arc<Source>, usize)> {
    let mut sources: BTreeMap<&str, (&Arc<Source>, usize)> = BTreeMap::new();
    for fact in graph.facts() {
        for source in &fact.sources {
            sources.entry(&source.id).or_insert((source, 0)).1 += 1;
        }
    }
    sources
}

/// Returns the sources, each with its address and how many facts it tells.
pub(super) fn sources(graph: &EntityGraph) -> Markup {
    let table = html! {
        table {
            thead { tr {
                @for header in ["Id", "Title", "Publisher", "Date", "Facts"] { th scope="col" { (header) } }
            } }
            tbody {
                @for (source, facts) in sources_of(graph).values() {
                    tr id={ "src-" (source.id) } {
                        th scope="row" { (source.id) }
                        td {
                            @match source.url.as_deref().filter(|url| is_web_address(url)) {
                                Some(url) => a href=(url) rel="noreferrer" { (source.title) },
                                None => (source.title),
                            }
                        }
                        td { (source.publisher.as_deref().unwrap_or_default()) }
                        td { (source.date.as_deref().unwrap_or("no date")) }
                        td.number { (facts) }
                    }
                }
            }
        }
    };
    html! { section #sources { h2 { "Sources" } (scrolling("Sources", &table)) } }
}
