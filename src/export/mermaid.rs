//! A flow chart of Mermaid, which GitHub and many editors draw. In: a case. Out: an edge with relation and dates for each
//! fact between two entities; dotted where the fact is not accepted. The rest is too much for a chart, and is listed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::losses::{add, apparatus};
use super::{Contents, Exported};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Exported {
    let graph = contents.graph;
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (from, _, to) in graph.links() {
        for id in [&from.id, &to.id] {
            numbers.insert(id, 0);
        }
    }
    for (place, number) in numbers.values_mut().enumerate() {
        *number = place + 1;
    }
    let view = if contents.view.is_empty() { String::new() } else { format!(", {}", contents.view) };
    let mut chart = format!("%% {}\nflowchart LR\n", comment(&format!("{}{view}", contents.title)));
    for (id, number) in &numbers {
        let Some(entity) = graph.entity(id) else { continue };
        line(&mut chart, &format!("  n{number}[\"{}\"]", text(&entity.label)));
    }
    for (from, fact, to) in graph.links() {
        let (from, to) = (numbers[from.id.as_str()], numbers[to.id.as_str()]);
        let when = fact.when_briefly();
        let label =
            if when.is_empty() { fact.predicate.label.clone() } else { format!("{} {when}", fact.predicate.label) };
        let arrow = if fact.asserted { "-->" } else { "-.->" };
        line(&mut chart, &format!("  n{from} {arrow}|\"{}\"| n{to}", text(&label)));
    }
    let mut losses = Vec::new();
    let apart = graph.entities().filter(|entity| !numbers.contains_key(entity.id.as_str()));
    add(&mut losses, "entities that no fact joins to another", apart.map(|entity| entity.id.clone()));
    let other = graph.facts().filter(|fact| fact.link().is_none());
    add(&mut losses, "facts about facts or with texts", other.map(|fact| fact.id.clone()));
    let told = graph.links().map(|(_, fact, _)| fact.id.clone());
    add(&mut losses, "facts without all but their relation, dates and whether they are accepted", told);
    losses.extend(apparatus(contents, &[]));
    Exported::one(chart.into_bytes(), losses)
}

/// Escapes text for a label, by the entities of Mermaid.
fn text(label: &str) -> String {
    let mut escaped = String::with_capacity(label.len());
    for c in label.chars() {
        match c {
            '#' | '"' | '<' | '>' | '&' | '`' | ';' | '\\' | '|' | '[' | ']' | '{' | '}' | '(' | ')' => {
                write!(escaped, "#{};", u32::from(c)).expect("a String takes all that is written");
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '{' || c == '}' { ' ' } else { c }).collect()
}

fn line(chart: &mut String, text: &str) {
    writeln!(chart, "{text}").expect("a String takes all that is written");
}
