//! Who contradicts whom, as a section of the page. In: the ledger that `conflicts` finds. Nothing is decided here.

use std::sync::Arc;

use maud::{Markup, html};

use super::facts::evidence;
use crate::conflicts::{Entry, Kind, Side};
use crate::graph::{EntityGraph, Fact};

/// Returns the contradictions, each with both sides and what settles it. Promises are no contradictions, and what is
/// said under a gag or before a disclosure stands among the denials already.
pub(super) fn section(graph: &EntityGraph, ledger: &[Entry]) -> Markup {
    let shown: Vec<_> =
        ledger.iter().filter(|entry| matches!(entry.kind, Kind::Denied | Kind::Rival | Kind::Event)).collect();
    html! {
        section #contradictions {
            h2 { "Contradictions" }
            @if shown.is_empty() { p { "None is recorded." } }
            @for entry in shown { (dispute(graph, entry)) }
        }
    }
}

fn dispute(graph: &EntityGraph, entry: &Entry) -> Markup {
    let ids = entry.about.iter().map(|fact| fact.id.as_str()).chain(entry.marks.iter().map(String::as_str));
    html! {
        article.dispute {
            h3 { (entry.what) @for id in ids { " " (link(id)) } }
            div.sides {
                (side(graph, entry.kind, &entry.one))
                (side(graph, entry.kind, &entry.other))
            }
            p.note {
                (entry.settlement.state.words())
                @if !entry.settlement.because.is_empty() { ": " (entry.settlement.because) }
                @for id in &entry.settlement.by { " " (link(id)) }
            }
        }
    }
}

fn side(graph: &EntityGraph, kind: Kind, side: &Side) -> Markup {
    let heading = match side.role {
        "affirmed" => "Affirmed by",
        "denied" => "Denied by",
        _ => "",
    };
    html! {
        div {
            @if !heading.is_empty() { h4 { (heading) } }
            @if kind == Kind::Denied {
                ul { @for fact in &side.records { li { (voice(graph, fact)) } } }
            } @else {
                @for fact in &side.records { (account(graph, fact)) }
            }
        }
    }
}

/// A claim speaks by its claimant; a record that somebody denies speaks by its source.
fn voice(graph: &EntityGraph, fact: &Arc<Fact>) -> Markup {
    let who = if fact.is_claim { graph.name(&fact.subject) } else { "the record" };
    html! { (who) @if !fact.when().is_empty() { ", " (fact.when()) } " (" (evidence(fact)) ") " (link(&fact.id)) }
}

fn account(graph: &EntityGraph, fact: &Fact) -> Markup {
    html! {
        p { (graph.sentence(fact)) @if !fact.when().is_empty() { ", " (fact.when()) } " " (link(&fact.id)) }
        p.note { (fact.status.words()) "; " (evidence(fact)) }
    }
}

fn link(id: &str) -> Markup {
    html! { a.ref href={ "#fact-" (id) } { (id) } }
}
