//! A window and a lag in words: the cells of a table row, and a value of JSON.

use serde_json::{Value, json};

use super::{Lag, Window};
use crate::graph::{EntityGraph, Fact};

impl Window {
    /// Names of the cells of [`Window::cells`].
    pub const HEADERS: [&str; 10] =
        ["kind", "scope", "bound", "begin", "end", "shortest", "longest", "how_ended", "evidence", "facts"];

    /// Returns the window as cells; lengths are in days, and a length that is not known is empty.
    pub fn cells(&self, graph: &EntityGraph) -> [String; 10] {
        let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
        let evidence: Vec<_> = self.evidence.iter().map(|fact| brief(graph, fact)).collect();
        let records: Vec<_> = self.records.iter().map(|fact| fact.id.as_str()).collect();
        [
            self.kind.key().to_owned(),
            graph.name(&self.scope).to_owned(),
            self.bound.as_ref().map(|end| graph.name(end).to_owned()).unwrap_or_default(),
            self.begin.as_deref().unwrap_or_default().to_owned(),
            self.end.join(" or "),
            days(self.shortest()),
            days(self.longest()),
            self.how.words().to_owned(),
            evidence.join("; "),
            records.join(" "),
        ]
    }

    /// Returns the window as a value of JSON.
    pub fn to_json(&self, graph: &EntityGraph) -> Value {
        let ids = |facts: &[std::sync::Arc<Fact>]| facts.iter().map(|fact| fact.id.clone()).collect::<Vec<_>>();
        json!({
            "kind": self.kind.key(),
            "scope": graph.name(&self.scope),
            "bound": self.bound.as_ref().map(|end| graph.name(end)),
            "begin": self.begin.as_deref(),
            "end": self.end.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            "shortestDays": self.shortest(),
            "longestDays": self.longest(),
            "howEnded": self.how.words(),
            "evidence": ids(&self.evidence),
            "facts": ids(&self.records),
        })
    }
}

fn brief(graph: &EntityGraph, fact: &Fact) -> String {
    let when = fact.when();
    let when = if when.is_empty() { when } else { format!(", {when}") };
    format!("{}{when} ({})", graph.sentence(fact), fact.id)
}

impl Lag {
    /// Names of the cells of [`Lag::cells`].
    pub const HEADERS: [&str; 6] = ["class", "party", "disclosed_later", "median_days", "longest_days", "longest_fact"];

    /// Returns the lag as cells.
    pub fn cells(&self) -> [String; 6] {
        [
            self.party.class.clone(),
            self.party.label.clone(),
            self.count.to_string(),
            self.median.to_string(),
            self.longest.to_string(),
            self.longest_fact.clone(),
        ]
    }

    /// Returns the lag as a value of JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "class": self.party.class,
            "party": self.party.label,
            "disclosedLater": self.count,
            "medianDays": self.median,
            "longestDays": self.longest,
            "longestFact": self.longest_fact,
        })
    }
}
