//! An entry in words: the cells of a table row, and a value of JSON.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Entry, Side};
use crate::graph::{Answer, EntityGraph, Fact};

impl Entry {
    /// Names of the cells of [`Entry::cells`].
    pub const HEADERS: [&str; 8] = ["kind", "state", "certainty", "what", "one_side", "other_side", "because", "facts"];

    /// Returns the entry as cells: kind, state, whether its dates make it certain, what it is about, both sides, why it is settled, ids of what settles
    /// or marks it.
    pub fn cells(&self, graph: &EntityGraph) -> [String; 8] {
        let facts: Vec<_> = self.settlement.by.iter().chain(&self.marks).map(String::as_str).collect();
        [
            self.kind.key().to_owned(),
            self.settlement.state.words().to_owned(),
            self.certain().to_owned(),
            self.what.clone(),
            in_words(graph, &self.one),
            in_words(graph, &self.other),
            self.settlement.because.clone(),
            facts.join(" "),
        ]
    }

    const fn certain(&self) -> &'static str {
        match self.certainty {
            Answer::Certain => "certain",
            _ => "possible",
        }
    }

    /// Returns the entry as a value of JSON, each record with its dates, status and source.
    pub fn to_json(&self, graph: &EntityGraph) -> Value {
        let side = |side: &Side| {
            let records: Vec<_> = side.records.iter().map(|fact| record(graph, fact)).collect();
            json!({ "role": side.role, "records": records })
        };
        json!({
            "kind": self.kind.key(),
            "state": self.settlement.state.words(),
            "certainty": self.certain(),
            "what": self.what,
            "about": self.about.as_ref().map(|fact| &fact.id),
            "because": self.settlement.because,
            "by": self.settlement.by,
            "marks": self.marks,
            "sides": [side(&self.one), side(&self.other)],
        })
    }
}

fn record(graph: &EntityGraph, fact: &Arc<Fact>) -> Value {
    json!({
        "id": fact.id,
        "who": graph.name(&fact.subject),
        "says": graph.sentence(fact),
        "when": fact.when(),
        "knownSince": fact.known_since.as_deref(),
        "status": fact.status.key(),
        "source": fact.sources.first().map(|source| source.cite()),
        "locator": fact.locator,
    })
}

/// Returns a side in words, such as `denied: Oskar Fenn, 2020-05-18, Assembly record (C02)`.
fn in_words(graph: &EntityGraph, side: &Side) -> String {
    let records: Vec<_> = side.records.iter().map(|fact| in_brief(graph, fact)).collect();
    if records.is_empty() { String::new() } else { format!("{}: {}", side.role, records.join("; ")) }
}

fn in_brief(graph: &EntityGraph, fact: &Fact) -> String {
    let who = if fact.is_claim { graph.name(&fact.subject).to_owned() } else { graph.sentence(fact) };
    let source = fact.sources.first().map(|source| source.publisher.clone().unwrap_or_else(|| source.title.clone()));
    let parts: Vec<_> =
        [Some(who), Some(fact.when()), source].into_iter().flatten().filter(|p| !p.is_empty()).collect();
    format!("{} ({})", parts.join(", "), fact.id)
}
