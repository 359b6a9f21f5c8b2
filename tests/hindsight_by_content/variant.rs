//! The same case with other things in the place of all that is later, or without them. In: a case and a day. Out: a case of which a
//! view of the day must say the same, byte for byte.

use std::collections::BTreeMap;

use super::book::Book;
use super::days::{NEVER, Today, span};
use super::later::Telling;

/// What becomes of that which is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Other ids, texts and dates stand in its place, of other lengths and in another order.
    Other,
    /// It is gone.
    Gone,
}

/// Ids by which columns name what is not a reference of a description.
const IDS: [&str; 3] = ["id", "fact", "new"];

/// Changes all that is later.
pub(super) fn changed(book: &Book, today: &Today, change: Change) -> Book {
    let telling = Telling::of(book, today);
    let mut other = book.clone();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (at, table) in book.tables.iter().enumerate() {
        let is_told = |number: usize| {
            table.header.iter().position(|column| column == "id").is_none_or(|id| telling.tells((at, number), id))
        };
        for (number, row) in table.rows.iter().enumerate() {
            let id = table.cell(row, "id");
            if !id.is_empty() && !is_told(number) {
                let prefix =
                    if ["relations", "claims", "decisions"].contains(&table.name.as_str()) { "AA" } else { "aa" };
                ids.insert(id.to_owned(), format!("{prefix}-other-{}", 1000 - ids.len()));
            }
        }
    }
    for (at, table) in book.tables.iter().enumerate() {
        let rows = &mut other.tables[at].rows;
        for (number, row) in rows.iter_mut().enumerate() {
            for (column, cell) in row.iter_mut().enumerate() {
                let description = &table.columns[column];
                let is_id = description.is_reference || IDS.contains(&table.header[column].as_str());
                if is_id && change == Change::Other {
                    let parts = cell.split('|').map(|part| renamed(part.trim(), &ids, book));
                    *cell = parts.collect::<Vec<_>>().join("|");
                } else if cell.is_empty() || is_id || telling.tells((at, number), column) {
                } else if description.is_date {
                    let has_come = span(cell).is_none_or(|date| !today.is_ahead(&date)) || cell.contains(NEVER);
                    let is_end =
                        ["end", "dissolved", "closed", "repealed", "gag_to"].contains(&table.header[column].as_str());
                    if is_end && !has_come {
                        "2090".clone_into(cell);
                    }
                } else if description.is_free {
                    *cell = if change == Change::Other { format!("Another text {number}") } else { "-".to_owned() };
                }
            }
        }
        if change == Change::Gone {
            let keep = |number: usize| match table.name.as_str() {
                "relations" | "claims" => book.facts_at[&(at, number)].iter().any(|fact| telling.knows(fact)),
                "disclosures" => telling.disclosures.contains(table.cell(&table.rows[number], "id")),
                "predicates" => telling.predicates.contains(table.cell(&table.rows[number], "key")),
                "judgements" => telling.tells((at, number), 0),
                "sources" | "decisions" | "names" => true,
                "citations" => telling.knows(table.cell(&table.rows[number], "fact").trim_start_matches("fact:")),
                "redirects" => false,
                _ => telling.entities.contains(table.cell(&table.rows[number], "id")),
            };
            let mut number = 0..;
            rows.retain(|_| keep(number.next().expect("a number")));
            for row in rows.iter_mut() {
                let id = table.cell(row, "id").to_owned();
                for (column, cell) in row.iter_mut().enumerate() {
                    let one = format!("{id}--{}", table.header[column]);
                    let is_hidden = |fact: &str| book.facts.contains_key(fact) && !telling.knows(fact);
                    let values = cell.split('|').map(str::trim).filter(|value| {
                        let is_gone = table.header[column] == "fact" && is_hidden(value.trim_start_matches("fact:"));
                        !(is_gone || is_hidden(&one) || is_hidden(&format!("{one}--{value}")))
                    });
                    *cell = values.collect::<Vec<_>>().join("|");
                    let gag = format!("{id}--gag");
                    if table.header[column].starts_with("gag_") && is_hidden(&gag) {
                        cell.clear();
                    }
                }
            }
        }
    }
    other.settings.insert("description".to_owned(), "Another description".into());
    if change == Change::Gone
        && let Some(toml::Value::Array(focus)) = other.settings.get_mut("focus")
    {
        focus.retain(|id| id.as_str().is_some_and(|id| telling.entities.contains(id)));
    } else if let Some(toml::Value::Array(focus)) = other.settings.get_mut("focus") {
        for id in focus.iter_mut() {
            *id = renamed(id.as_str().unwrap_or_default(), &ids, book).into();
        }
    }
    other
}

/// Returns what an id is called; one that is put together from others by `--` changes with them, and names become ids.
fn renamed(cell: &str, ids: &BTreeMap<String, String>, book: &Book) -> String {
    let (prefix, id) = cell.strip_prefix("fact:").map_or(("", cell), |id| ("fact:", id));
    let id = book.id(id);
    let parts = id.split("--").map(|part| ids.get(part).map_or(part, String::as_str));
    format!("{prefix}{}", parts.collect::<Vec<_>>().join("--"))
}
