//! The answer to a query of Wikidata, as CSV. In: bytes, a class. Out: rows of the table of that class. Several rows of the
//! answer about one item become one; a time of Wikidata becomes a day.

use std::collections::BTreeMap;

use csvw::nearest;
use serde::Deserialize;

use super::tables::{Cells, Tables, fill};
use super::{Adopted, Error};
use crate::export::losses::add;

const MAPPING: &str = include_str!("../../data/wikidata.toml");
const ITEM: &str = "http://www.wikidata.org/entity/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    columns: BTreeMap<String, String>,
    source: BTreeMap<String, String>,
}

/// Makes a table of the items of an answer; `class` is one that has a table, such as `Company`.
pub fn wikidata(bytes: &[u8], class: &str) -> Result<Adopted, Error> {
    let mapping: Mapping = toml::from_str(MAPPING)?;
    let mut tables = Tables::new();
    let Some((table, _)) = tables.of_class(class) else {
        let suggestion = nearest(class, tables.classes()).map(str::to_owned);
        return Err(Error::NoTable { class: class.to_owned(), suggestion });
    };
    let table = table.to_owned();
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers()?.clone();
    let columns: Vec<Option<String>> = headers
        .iter()
        .map(|header| {
            let header = header.trim_start_matches('?');
            let column = mapping.columns.get(header).map_or(header, String::as_str);
            let description = tables.model.table(&table)?;
            description.column(column).map(|column| column.name.clone())
        })
        .collect();
    if !columns.iter().flatten().any(|column| column == "wikidata") {
        let names = mapping.columns.iter().filter(|(_, column)| *column == "wikidata").map(|(name, _)| name.clone());
        return Err(Error::NoItems(names.collect::<Vec<_>>().join(", ")));
    }
    let mut items: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let mut order = Vec::new();
    for record in reader.records() {
        let record = record?;
        let cells: Vec<(&String, &str)> =
            columns.iter().zip(record.iter()).filter_map(|(column, text)| Some((column.as_ref()?, text))).collect();
        let Some(item) = cells.iter().find(|(column, _)| *column == "wikidata").map(|(_, text)| value(text)) else {
            continue;
        };
        if !items.contains_key(&item) {
            order.push(item.clone());
        }
        let row = items.entry(item).or_default();
        for (column, text) in cells {
            let values =
                if column == "alias" { text.split(", ").map(str::to_owned).collect() } else { vec![value(text)] };
            let known = row.entry(column.clone()).or_default();
            for value in values {
                if !value.is_empty() && !known.contains(&value) {
                    known.push(value);
                }
            }
        }
    }
    let mut left = Vec::new();
    for item in order {
        let Some(values) = items.remove(&item) else { continue };
        let label = values.get("label").and_then(|labels| labels.first()).unwrap_or(&item).clone();
        let mut cells = Cells::from([("id".to_owned(), tables.id(&label)), ("label".to_owned(), label.clone())]);
        cells.insert("source".to_owned(), mapping.source["id"].clone());
        for (column, values) in &values {
            let Some(column) = tables.model.table(&table).and_then(|table| table.column(column)) else { continue };
            left.extend(
                fill(&mut cells, column, values).into_iter().map(|value| format!("{item} {} {value}", column.name)),
            );
        }
        tables.push(&table, cells);
    }
    tables.push("sources", mapping.source.clone());
    let mut losses = Vec::new();
    let unused = headers.iter().zip(&columns).filter(|(_, column)| column.is_none());
    add(&mut losses, "variables that are no column of the table", unused.map(|(header, _)| header.to_owned()));
    add(&mut losses, "values that the table does not take", left);
    tables.finish("wikidata", losses)
}

/// Returns a value as a cell states it: the number of an item, the day of a time.
fn value(text: &str) -> String {
    let text = text.trim();
    if let Some(item) = text.strip_prefix(ITEM) {
        return item.to_owned();
    }
    match text.split_once('T') {
        Some((day, time))
            if day.len() == 10 && time.ends_with('Z') && day.bytes().all(|b| b.is_ascii_digit() || b == b'-') =>
        {
            day.to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(adopted: &Adopted, name: &str) -> String {
        String::from_utf8(adopted.files[name].clone()).expect("UTF-8")
    }

    #[test]
    fn rows_about_one_item_become_one() {
        let answer = "item,itemLabel,itemAltLabel,inception,lei,chair\n\
                      http://www.wikidata.org/entity/Q2283,Microsoft,\"MSFT, Microsoft Corp.\",1975-04-04T00:00:00Z,INR2EJN1ERAN0W5ZP974,x\n\
                      http://www.wikidata.org/entity/Q2283,Microsoft,MSFT,1976-01-01T00:00:00Z,INR2EJN1ERAN0W5ZP974,y\n";
        let adopted = wikidata(answer.as_bytes(), "Company").expect("tables");
        assert_eq!(
            file(&adopted, "companies-wikidata.csv"),
            "id,label,alias,founded,lei,wikidata,source\n\
             microsoft,Microsoft,MSFT|Microsoft Corp.,1975-04-04,INR2EJN1ERAN0W5ZP974,Q2283,wikidata\n"
        );
        let losses: Vec<String> = adopted.losses.iter().map(ToString::to_string).collect();
        assert_eq!(
            losses,
            [
                "1 variables that are no column of the table: chair",
                "1 values that the table does not take: Q2283 founded 1976-01-01"
            ]
        );
    }

    #[test]
    fn an_answer_without_items_and_a_class_without_a_table_are_refused() {
        assert!(matches!(wikidata(b"a,b\n1,2\n", "Company"), Err(Error::NoItems(_))));
        let error = wikidata(b"item\n", "Companny").expect_err("no table");
        assert_eq!(error.to_string(), "`Companny` is not a class that has a table; did you mean `Company`?");
    }
}
