//! Who contradicts whom. In: a graph. Out: propositions that one speaker affirms and another denies, and facts that are
//! marked as contradicting each other. Nothing is decided here.

use std::collections::BTreeMap;
use std::sync::Arc;

use maud::{Markup, html};

use super::facts::evidence;
use crate::graph::{End, EntityGraph, Fact};

/// The contradictions of a case.
pub(super) struct Contradictions {
    /// Propositions with those who affirm and those who deny them, by the proposition's id.
    disputes: Vec<Dispute>,
    /// Facts that say that one fact contradicts another, by id.
    marked: Vec<Arc<Fact>>,
}

struct Dispute {
    proposition: Arc<Fact>,
    stances: Stances,
}

#[derive(Default)]
struct Stances {
    affirmed: Vec<Arc<Fact>>,
    denied: Vec<Arc<Fact>>,
}

/// Finds the contradictions of a graph.
pub(super) fn find(graph: &EntityGraph) -> Contradictions {
    let mut stances: BTreeMap<&str, Stances> = BTreeMap::new();
    let mut marked = Vec::new();
    for fact in graph.facts() {
        if fact.predicate.key == "contradicts" {
            marked.push(Arc::clone(fact));
        }
        if let (End::Fact(about), true) = (&fact.object, fact.is_claim) {
            let entry = stances.entry(about).or_default();
            match fact.predicate.key.as_str() {
                "affirms" => entry.affirmed.push(Arc::clone(fact)),
                "denies" => entry.denied.push(Arc::clone(fact)),
                _ => {}
            }
        }
    }
    let disputes = stances.into_iter().filter_map(|(id, stances)| {
        let proposition = Arc::clone(graph.fact(id)?);
        let is_disputed = !stances.affirmed.is_empty() && !stances.denied.is_empty();
        is_disputed.then_some(Dispute { proposition, stances })
    });
    Contradictions { disputes: disputes.collect(), marked }
}

/// Returns the contradictions as a section of the page.
pub(super) fn section(graph: &EntityGraph, found: &Contradictions) -> Markup {
    html! {
        section #contradictions {
            h2 { "Contradictions" }
            @if found.disputes.is_empty() && found.marked.is_empty() { p { "None is recorded." } }
            @for dispute in &found.disputes {
                article.dispute {
                    h3 { (graph.sentence(&dispute.proposition)) " " (reference(&dispute.proposition)) }
                    div.sides {
                        (side(graph, "Affirmed by", &dispute.stances.affirmed))
                        (side(graph, "Denied by", &dispute.stances.denied))
                    }
                }
            }
            @for fact in &found.marked { (versus(graph, fact)) }
        }
    }
}

fn side(graph: &EntityGraph, heading: &str, claims: &[Arc<Fact>]) -> Markup {
    html! {
        div {
            h4 { (heading) }
            ul { @for claim in claims {
                li { (graph.name(&claim.subject)) ", " (claim.when()) " (" (evidence(claim)) ") " (reference(claim)) }
            } }
        }
    }
}

fn versus(graph: &EntityGraph, fact: &Fact) -> Markup {
    let end = |end: &End| match end {
        End::Fact(id) => graph.fact(id),
        _ => None,
    };
    let (Some(one), Some(other)) = (end(&fact.subject), end(&fact.object)) else { return html! {} };
    html! {
        article.dispute {
            h3 { (fact.note.as_deref().unwrap_or("Two accounts")) " " (reference(fact)) }
            div.sides {
                (account(graph, one))
                (account(graph, other))
            }
        }
    }
}

fn account(graph: &EntityGraph, fact: &Fact) -> Markup {
    html! {
        div {
            p { (graph.sentence(fact)) @if !fact.when().is_empty() { ", " (fact.when()) } " " (reference(fact)) }
            p.note { (fact.status.words()) "; " (evidence(fact)) }
        }
    }
}

fn reference(fact: &Fact) -> Markup {
    html! { a.ref href={ "#fact-" (fact.id) } { (fact.id) } }
}
