//! JSON of `TimelineJS`. In: a case. Out: an event for each dated fact, at the dates of its record. A vague date stands at
//! its first day, and the words beside it say how vague it is. Texts are HTML there, so they are escaped here.
//! <https://timeline.knightlab.com/docs/json-format.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::losses::{add, apparatus};
use super::{Contents, Exported, escape};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::graph::{EntityGraph, Fact, Source, is_web_address};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Exported {
    let graph = contents.graph;
    let (mut events, mut undated, mut vague) = (Vec::new(), Vec::new(), Vec::new());
    let mut facts: Vec<_> = graph.facts().collect();
    facts.sort_by_key(|fact| (fact.begins.0, fact.ends.0, fact.id.clone()));
    for fact in facts {
        match event(graph, fact) {
            Some(event) => events.push(event),
            None => undated.push(fact.id.clone()),
        }
        let plain = |date: &Option<Arc<str>>| date.as_deref().is_none_or(|date| parts(date).is_some());
        if !(plain(&fact.begin) && plain(&fact.end)) {
            vague.push(fact.id.clone());
        }
    }
    let text = [contents.description.unwrap_or_default(), contents.view].map(escape);
    let text = paragraphs(text.into_iter().filter(|text| !text.is_empty()));
    let whole = json!({
        "title": { "text": { "headline": escape(contents.title), "text": text } },
        "events": events,
    });
    let mut losses = Vec::new();
    add(&mut losses, "facts without a date", undated);
    add(&mut losses, "facts whose vague dates stand at their first and last day, and in words", vague);
    let named: BTreeSet<&str> = graph.facts().flat_map(|fact| fact.entities()).collect();
    let silent = graph.entities().filter(|entity| !named.contains(entity.id.as_str()));
    add(&mut losses, "entities without facts", silent.map(|entity| entity.id.clone()));
    losses.extend(apparatus(contents, &[]));
    Exported::json(&whole, losses)
}

fn event(graph: &EntityGraph, fact: &Fact) -> Option<Value> {
    let first = fact.begin.as_deref().and_then(parts).or_else(|| fact.begin.as_ref().and_then(|_| day(fact.begins.0)));
    let last = fact.end.as_deref().and_then(parts).or_else(|| fact.end.as_ref().and_then(|_| day(fact.ends.1)));
    let (start, end) = match (first, last) {
        (Some(first), last) => (first, last),
        (None, Some(last)) => (last, None),
        (None, None) => return None,
    };
    let mut event = Map::new();
    let display = escape(&fact.when());
    event.insert("start_date".to_owned(), Value::Object(start.clone()));
    if let Some(end) = end.filter(|end| *end != start) {
        event.insert("end_date".to_owned(), Value::Object(end));
    }
    event.insert("display_date".to_owned(), display.into());
    let text = json!({ "headline": escape(&graph.sentence(fact)), "text": told(fact) });
    event.insert("text".to_owned(), text);
    event.insert("group".to_owned(), escape(graph.name(&fact.subject)).into());
    event.insert("unique_id".to_owned(), fact.id.as_str().into());
    Some(Value::Object(event))
}

/// Returns what the record says beside the sentence, as HTML.
fn told(fact: &Fact) -> String {
    let mut lines = vec![format!("Status: {}", fact.status.words())];
    lines.extend(fact.known_since.as_ref().map(|known| format!("Public since: {}", escape(known))));
    lines.extend(fact.locator.as_ref().map(|locator| format!("At: {}", escape(locator))));
    lines.extend(fact.note.as_ref().map(|note| format!("Note: {}", escape(note))));
    lines.extend(fact.sources.iter().map(|source| format!("Source: {}", cited(source))));
    paragraphs(lines.into_iter())
}

fn paragraphs(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("<p>{line}</p>")).collect::<Vec<_>>().concat()
}

fn cited(source: &Source) -> String {
    let words = escape(&source.cite());
    match source.url.as_deref().filter(|url| is_web_address(url)) {
        Some(url) => format!("<a href=\"{}\">{words}</a>", escape(url)),
        None => words,
    }
}

/// Returns year, month and day of a plain date, as far as it has them.
fn parts(date: &str) -> Option<Map<String, Value>> {
    let mut parts = Map::new();
    let mut pieces = date.split('-');
    for (name, length) in [("year", 4), ("month", 2), ("day", 2)] {
        let Some(piece) = pieces.next() else { break };
        let number: u32 = piece.parse().ok().filter(|_| piece.len() == length)?;
        parts.insert(name.to_owned(), number.into());
    }
    pieces.next().is_none().then_some(parts)
}

fn day(day: Day) -> Option<Map<String, Value>> {
    (FIRST_DAY < day && day < LAST_DAY).then(|| parts(&day.to_string())).flatten()
}
