//! The page that `casegraph init` writes. In: the built-in tables and predicates, and a template. Out: Markdown that
//! explains each column in a line. Not here: which files are made (`init`).

use std::collections::BTreeMap;

use csvw::{Column, TableDescription};

use crate::facts::Model;

const TEMPLATE: &str = include_str!("../../data/templates/README.md");
const DESCRIPTION: &str = "dc:description";

/// How many tables have a column in the same words before it is explained once for all.
const SHARED_BY: usize = 3;

/// Returns the page for a case with some of the built-in tables.
pub(super) fn page(case: &str, model: &Model, names: &[&str]) -> String {
    let shared = shared_columns(model, names);
    let sections: String = tables(model, names).map(|(name, table)| section(name, table, &shared)).collect();
    let listed: Vec<&Column> = shared.into_values().collect();
    let others: Vec<&str> = model.table_names().filter(|name| !names.contains(name)).collect();
    let others: Vec<String> = tables(model, &others)
        .map(|(name, table)| format!("- `{name}.csv`: {}", table.annotation(DESCRIPTION).unwrap_or_default()))
        .collect();
    let predicates: Vec<String> = model
        .predicates()
        .values()
        .map(|p| format!("| `{}` | {} | {} |", p.key, p.domain.join(", "), p.range.join(", ")))
        .collect();
    let mut page = TEMPLATE.to_owned();
    if others.is_empty() {
        page.truncate(page.find("\n## More tables").unwrap_or(page.len()));
    }
    // The title comes last: it is the user's, and may look like a place to fill.
    for (place, text) in [
        ("{{tables}}", sections.as_str()),
        ("{{shared}}", &column_table(&listed)),
        ("{{predicates}}", &format!("| predicate | from | to |\n|---|---|---|\n{}", predicates.join("\n"))),
        ("{{others}}", &others.join("\n")),
        ("{{title}}", case),
    ] {
        page = page.replace(place, text.trim_end());
    }
    page
}

/// Returns the columns that several tables explain in the same words.
fn shared_columns<'m>(model: &'m Model, names: &'m [&str]) -> BTreeMap<(&'m str, &'m str), &'m Column> {
    let mut found: BTreeMap<(&str, &str), Vec<&Column>> = BTreeMap::new();
    for column in tables(model, names).flat_map(|(_, table)| &table.schema.columns) {
        found.entry(key(column)).or_default().push(column);
    }
    found.retain(|_, columns| columns.len() >= SHARED_BY);
    found.into_iter().map(|(key, columns)| (key, columns[0])).collect()
}

fn key(column: &Column) -> (&str, &str) {
    (column.name.as_str(), description(column))
}

fn description(column: &Column) -> &str {
    column.annotation_texts(DESCRIPTION).first().copied().unwrap_or_default()
}

fn section(name: &str, table: &TableDescription, shared: &BTreeMap<(&str, &str), &Column>) -> String {
    let (common, own): (Vec<&Column>, Vec<&Column>) =
        table.schema.columns.iter().partition(|column| shared.contains_key(&key(column)));
    let common: Vec<String> = common.iter().map(|column| format!("`{}`", title(column))).collect();
    let also = if common.is_empty() { String::new() } else { format!("Also {}: see below.\n\n", common.join(", ")) };
    let about = table.annotation(DESCRIPTION).unwrap_or_default();
    format!("### {name}.csv\n\n{about}\n\n{}\n{also}", column_table(&own))
}

fn column_table(columns: &[&Column]) -> String {
    let rows: String = columns.iter().map(|column| row(column)).collect();
    format!("| column | holds |\n|---|---|\n{rows}")
}

fn row(column: &Column) -> String {
    let mut text = description(column).to_owned();
    if let Some(choices) =
        column.datatype.choices().filter(|choices| !choices.iter().all(|choice| text.contains(choice)))
    {
        text.push_str(": ");
        text.push_str(&choices.join(", "));
    }
    if column.separator.is_some() && !text.contains('|') {
        text.push_str("; several separated by |");
    }
    if column.required {
        text.push_str(" *(required)*");
    }
    format!("| `{}` | {} |\n", title(column), text.replace('|', "\\|"))
}

/// Returns tables of the model by their names.
pub(super) fn tables<'a>(model: &'a Model, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a TableDescription)> {
    names.iter().filter_map(|name| model.table(name).map(|table| (*name, table)))
}

/// Returns the header under which a column is best written.
pub(super) fn title(column: &Column) -> &str {
    column.headers().next().unwrap_or(&column.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_explained() {
        let model = Model::built_in();
        let names: Vec<&str> = model.table_names().collect();
        let page = page("A case", &model, &names);
        assert!(page.starts_with("# A case\n"), "{page}");
        assert!(!page.contains("{{") && !page.contains("## More tables"), "{page}");
        for (name, table) in tables(&model, &names) {
            assert!(page.contains(&format!("### {name}.csv\n\n{}", table.annotation(DESCRIPTION).expect("words"))));
            for column in &table.schema.columns {
                assert!(!description(column).is_empty(), "data/tables says nothing of {name}, {}", column.name);
                assert!(page.contains(&row(column)), "{name}: {}", row(column));
            }
        }
    }

    #[test]
    fn what_several_tables_have_is_explained_once() {
        let model = Model::built_in();
        let page = page("A case", &model, &["companies", "people", "agencies"]);
        assert_eq!(page.matches("| `locator` |").count(), 1, "{page}");
        assert!(page.contains("- `laws.csv`: ") && !page.contains("- `people.csv`: "), "{page}");
    }
}
