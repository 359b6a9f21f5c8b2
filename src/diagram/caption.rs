//! Words about entities and facts. In: a graph. Out: tooltips, edge labels, rows of the text alternative.

use crate::diff::{Diff, Kind};
use crate::graph::{Answer, End, EndKind, Entity, EntityGraph, Fact};

use super::Table;
use super::style::Style;

/// Columns of a table of facts; [`fact_row`] fills them.
pub(super) const FACT_COLUMNS: &[&str] =
    &["fact", "subject", "relation", "object", "when", "public since", "status", "confidence", "source"];

/// Returns all that one record says of a fact, a line each.
pub(super) fn fact(graph: &EntityGraph, style: &Style, fact: &Fact) -> String {
    let mut lines = vec![format!("{}: {}", fact.id, graph.sentence(fact))];
    let when = fact.when();
    if !when.is_empty() {
        let doubt = fact.qualifier.map(|doubt| format!(" ({})", doubt.words())).unwrap_or_default();
        lines.push(format!("when: {when}{doubt}"));
    } else if fact.end_kind == EndKind::Unknown {
        lines.push("when: not known".to_owned());
    }
    if let Some(known) = &fact.known_since {
        let lag = fact.lag_days().map_or_else(String::new, |days| format!(", {days} days after"));
        lines.push(format!("public since: {known}{lag}"));
    }
    let confidence = fact.confidence.map_or_else(String::new, |c| format!(", confidence {c}"));
    lines.push(format!("status: {}{confidence}", style.status(fact.status).label));
    if graph.selection().certainty(fact) == Answer::Possible {
        lines.push("on the day asked for: possible, not certain".to_owned());
    }
    for source in &fact.sources {
        lines.push(format!("source: {}", source.cite()));
    }
    if let Some(locator) = &fact.locator {
        lines.push(format!("at: {locator}"));
    }
    if let Some(note) = &fact.note {
        lines.push(format!("note: {note}"));
    }
    lines.join("\n")
}

/// Records that one tooltip tells of; more would cover the drawing.
const TOLD: usize = 12;

/// Returns what several records say, one after the other; past a dozen it says how many more there are.
pub(super) fn facts(graph: &EntityGraph, style: &Style, facts: &[&Fact]) -> String {
    let mut told: Vec<_> = facts.iter().take(TOLD).map(|fact| self::fact(graph, style, fact)).collect();
    if facts.len() > TOLD {
        told.push(format!("and {}", count(facts.len() - TOLD, "more record", "more records")));
    }
    told.join("\n\n")
}

/// Returns what is known of an entity, a line each.
pub(super) fn entity(graph: &EntityGraph, style: &Style, entity: &Entity) -> String {
    let mut lines = vec![format!("{} ({})", entity.label, style.class_label(&entity.class))];
    if !entity.aliases.is_empty() {
        lines.push(format!("also: {}", entity.aliases.join(", ")));
    }
    lines.push(format!("id: {}", entity.id));
    let facts = graph.degree(&entity.id);
    lines.push(format!("{facts} {} here", if facts == 1 { "fact" } else { "facts" }));
    lines.extend(entity.note.as_ref().map(|note| format!("note: {note}")));
    lines.join("\n")
}

/// Returns the row of a fact under [`FACT_COLUMNS`].
pub(super) fn fact_row(graph: &EntityGraph, style: &Style, fact: &Fact) -> Vec<String> {
    vec![
        fact.id.clone(),
        end(graph, &fact.subject),
        fact.predicate.label.clone(),
        end(graph, &fact.object),
        fact.when(),
        fact.known_since.as_deref().unwrap_or_default().to_owned(),
        style.status(fact.status).label.clone(),
        fact.confidence.map(|c| c.to_string()).unwrap_or_default(),
        fact.sources.first().map(|s| s.cite()).unwrap_or_default(),
    ]
}

/// Returns one end of a fact for a table: a name, or the words of the fact it points to.
pub(super) fn end(graph: &EntityGraph, end: &End) -> String {
    match end {
        End::Fact(id) => graph.words(id).map_or_else(|| id.clone(), |words| format!("{id}: {words}")),
        other => graph.name(other).to_owned(),
    }
}

/// Returns a table of facts.
pub(super) fn fact_table<'a>(
    graph: &EntityGraph,
    style: &Style,
    title: &str,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Table {
    let mut table = Table::new(title, FACT_COLUMNS);
    for fact in facts {
        table.row(fact_row(graph, style, fact));
    }
    table
}

/// Returns the text alternative: a table for each kind of change, and one of what is drawn and the same.
pub(super) fn diff_tables(diff: &Diff, style: &Style, shown: &[&Fact]) -> Vec<Table> {
    let graph = diff.graph();
    let columns: Vec<&'static str> = FACT_COLUMNS.iter().copied().chain(["remark"]).collect();
    let mut tables = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|kind| diff.count(*kind) > 0) {
        let mut table = Table::new(capital(&diff.days().words(kind)), &columns);
        for change in diff.changes().into_iter().filter(|change| change.kind == kind) {
            let mut row = fact_row(graph, style, &change.fact);
            row.push(change.why.clone());
            table.row(row);
        }
        tables.push(table);
    }
    let same = shown.iter().copied().filter(|fact| diff.change(&fact.id).is_none());
    tables.push(fact_table(graph, style, "Unchanged, drawn quiet", same));
    tables
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Returns a table of entities.
pub(super) fn entity_table<'a>(
    graph: &EntityGraph,
    style: &Style,
    title: &str,
    entities: impl IntoIterator<Item = &'a Entity>,
) -> Table {
    let mut table = Table::new(title, &["class", "id", "label", "facts"]);
    for entity in entities {
        table.row(vec![
            style.class_label(&entity.class),
            entity.id.clone(),
            entity.label.clone(),
            graph.degree(&entity.id).to_string(),
        ]);
    }
    table
}

/// Returns a number with the noun it counts.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
