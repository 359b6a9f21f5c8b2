//! The events by which facts became known. In: a graph and its disclosures. Out: events in order of time: the recorded
//! disclosures, and for facts that none made public one event for each date and source.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::date::Day;
use crate::graph::{Disclosure, EntityGraph, Source};

/// An event by which facts became known.
#[derive(Debug, Clone)]
pub struct Event {
    /// The recorded disclosure; none where the event is derived from `known_since`.
    pub disclosure: Option<Disclosure>,
    /// Date as written (EDTF).
    pub date: Option<String>,
    /// First and last day on which it can have happened.
    pub days: (Day, Day),
    /// Id of the audience; none for the public.
    pub audience: Option<String>,
    /// The source that tells it, or the one of its facts.
    pub source: Option<Source>,
    /// Ids of the facts that became known, sorted.
    pub facts: Vec<String>,
}

/// Returns the events by which facts became known, by first and last day. Facts with neither a disclosure to the public
/// nor a `known_since` have none.
pub fn events(graph: &EntityGraph, disclosures: &[Disclosure]) -> Vec<Event> {
    let told: BTreeSet<&str> =
        disclosures.iter().filter(|d| d.audience.is_none()).flat_map(|d| &d.facts).map(String::as_str).collect();
    let recorded = disclosures.iter().map(|disclosure| Event {
        date: disclosure.date.clone(),
        days: disclosure.days,
        audience: disclosure.audience.clone(),
        source: disclosure.source.clone(),
        facts: disclosure.facts.clone(),
        disclosure: Some(disclosure.clone()),
    });
    let mut derived: BTreeMap<(&str, Option<&str>), Event> = BTreeMap::new();
    for fact in graph.facts().filter(|fact| !told.contains(fact.id.as_str())) {
        let Some(date) = &fact.known_since else { continue };
        let source = fact.sources.first();
        let event = derived.entry((date, source.map(|source| source.id.as_str()))).or_insert_with(|| Event {
            disclosure: None,
            date: Some(date.to_string()),
            days: fact.known,
            audience: None,
            source: source.map(|source| Source::clone(Arc::as_ref(source))),
            facts: Vec::new(),
        });
        event.facts.push(fact.id.clone());
    }
    let mut events: Vec<Event> = recorded.chain(derived.into_values()).collect();
    let key = |event: &Event| {
        let id = event.disclosure.as_ref().map(|disclosure| disclosure.id.clone());
        (event.days, id.is_none(), id, event.source.as_ref().map(|source| source.id.clone()))
    };
    events.sort_by_cached_key(key);
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;

    #[test]
    fn facts_without_a_disclosure_to_the_public_are_gathered_by_date_and_source() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let told = |id: &str, fact: &str, audience: Option<&str>| Disclosure {
            id: id.to_owned(),
            iri: format!("https://example.org/t/id/disclosure/{id}"),
            facts: vec![fact.to_owned()],
            audience: audience.map(str::to_owned),
            date: Some("2013-06".to_owned()),
            days: (day("2013-06-01"), day("2013-06-30")),
            kind: Some("notice".to_owned()),
            source: None,
            note: None,
        };
        let events = events(&affair().graph(), &[told("a", "F1", None), told("b", "F2", Some("ministry"))]);
        let found: Vec<String> = events
            .iter()
            .map(|event| {
                let id = event.disclosure.as_ref().map_or("derived", |disclosure| &disclosure.id);
                format!("{} {id}: {}", event.date.as_deref().unwrap_or_default(), event.facts.join(" "))
            })
            .collect();
        assert_eq!(
            found,
            [
                "2001-01-01 derived: F6",
                "2013-06 a: F1",
                "2013-06 b: F2",
                "2014-05-22 derived: F2 F3 F4 F5 G1",
                "2014-05-23 derived: F7",
                "2014-05-24 derived: F8 F9",
            ]
        );
    }
}
