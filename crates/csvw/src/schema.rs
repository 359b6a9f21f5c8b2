//! Schemas, columns and keys. In: the `tableSchema` of a description. Out: columns with names, titles and what they
//! inherit. <https://www.w3.org/TR/tabular-metadata/#schemas>

use std::collections::HashSet;

use crate::common::{check_common, is_common_property};
use crate::context::{Scope, is_language};
use crate::json::{Json, Member, Node};
use crate::metadata::{Column, ForeignKey, Schema, Title};
use crate::percent;
use crate::uri_template::is_variable_name;

/// Reads a schema; `outer` is what its table and group state.
pub(crate) fn read_schema(node: &Node, outer: &Column, scope: &mut Scope<'_>) -> Schema {
    let mut schema = Schema::default();
    let (mut others, mut columns) = (outer.clone(), None);
    for member in node.members().unwrap_or_default() {
        match member.name.as_str() {
            "@id" => schema.id = scope.identifier(member),
            "@type" => scope.expect_type(member, "Schema"),
            "@context" => {}
            "columns" => columns = Some(member),
            "primaryKey" => {
                schema.primary_key = column_names(member, scope).unwrap_or_default();
                schema.key_source = scope.source(member.place);
            }
            "foreignKeys" => schema.foreign_keys = read_foreign_keys(member, scope),
            "rowTitles" => schema.row_titles = column_names(member, scope).unwrap_or_default(),
            _ if others.inherit(member, scope) => {}
            name if is_common_property(name) => check_common(&member.node, scope),
            name => scope.warn(member.place, format!("`{name}` is not a property of a schema; it is left out")),
        }
    }
    if let Some(member) = columns {
        schema.columns = read_columns(member, &others, scope);
    }
    schema.about_url.clone_from(&others.about_url);
    schema.others = Some(others);
    check_names(&mut schema, node, scope);
    schema
}

fn read_columns(member: &Member, outer: &Column, scope: &mut Scope<'_>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut names = HashSet::new();
    for item in scope.items(member) {
        if item.members().is_none() {
            scope.warn(item.place, "a column must be an object; it is left out");
            continue;
        }
        let column = read_column(item, columns.len(), outer, scope);
        if !column.is_virtual && columns.last().is_some_and(|last| last.is_virtual) {
            scope.error(item.place, format!("`{}` must stand before the virtual columns", column.name));
        }
        if !names.insert(column.name.clone()) {
            scope.error(item.place, format!("`{}` is the name of two columns", column.name));
        }
        columns.push(column);
    }
    columns
}

fn read_column(node: &Node, index: usize, outer: &Column, scope: &mut Scope<'_>) -> Column {
    let mut column = Column { source: scope.source(node.place), ..outer.clone() };
    for member in node.members().unwrap_or_default() {
        match member.name.as_str() {
            "@id" => drop(scope.identifier(member)),
            "@type" => scope.expect_type(member, "Column"),
            "name" => match member.node.as_str().filter(|name| is_variable_name(name) && !name.starts_with('_')) {
                Some(name) => (column.name, column.is_named) = (name.to_owned(), true),
                None => scope.wrong(member, "a text of letters, digits, `_` and `.` that does not begin with `_`"),
            },
            "titles" => column.titles = read_titles(member, scope),
            "suppressOutput" => column.suppress_output = scope.flag(member).unwrap_or(false),
            "virtual" => column.is_virtual = scope.flag(member).unwrap_or(false),
            _ if column.inherit(member, scope) => {}
            name if is_common_property(name) => {
                check_common(&member.node, scope);
                column.annotations.insert(name.to_owned(), member.node.to_value());
            }
            name => scope.warn(member.place, format!("`{name}` is not a property of a column; it is left out")),
        }
    }
    if !column.is_named {
        column.name = name_from_titles(&column.titles, column.lang.as_deref(), index);
    }
    column
}

/// Returns the name of a column that has none: its first title in the language of the column, or its position.
pub(crate) fn name_from_titles(titles: &[Title], lang: Option<&str>, index: usize) -> String {
    let open = |lang: Option<&str>| lang.is_none_or(|lang| lang.eq_ignore_ascii_case("und"));
    let same = |title: &&Title| {
        let own = title.lang.as_deref();
        open(lang) || open(own) || own.zip(lang).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    match titles.iter().find(same) {
        Some(title) => percent::encode_name(&title.text),
        None => format!("_col.{}", index + 1),
    }
}

/// Tells whether two languages match: one of them is open, or the shorter begins the longer.
pub(crate) fn languages_match(a: Option<&str>, b: Option<&str>) -> bool {
    let open = |lang: Option<&str>| lang.is_none_or(|lang| lang.eq_ignore_ascii_case("und"));
    let begins = |long: &str, short: &str| {
        long.get(..short.len()).is_some_and(|start| start.eq_ignore_ascii_case(short))
            && long[short.len()..].chars().next().is_none_or(|c| c == '-')
    };
    open(a) || open(b) || a.zip(b).is_some_and(|(a, b)| begins(a, b) || begins(b, a))
}

fn read_titles(member: &Member, scope: &mut Scope<'_>) -> Vec<Title> {
    let lang = scope.lang.clone();
    let with = |lang: Option<String>, texts: Option<Vec<String>>| {
        texts.into_iter().flatten().map(move |text| Title { text, lang: lang.clone() })
    };
    let Json::Object(members) = &member.node.json else {
        return with(lang, scope.texts(member)).collect();
    };
    let mut titles = Vec::new();
    for member in members {
        if is_language(&member.name) || member.name == "und" {
            titles.extend(with(Some(member.name.clone()), scope.texts(member)));
        } else {
            scope.warn(member.place, format!("`{}` is not a language tag; its titles are left out", member.name));
        }
    }
    titles
}

/// Reads a column reference: one name or several.
fn column_names(member: &Member, scope: &mut Scope<'_>) -> Option<Vec<String>> {
    scope.texts(member).filter(|names| !names.is_empty())
}

fn read_foreign_keys(member: &Member, scope: &mut Scope<'_>) -> Vec<ForeignKey> {
    let mut keys = Vec::new();
    for item in scope.items(member) {
        match item.members() {
            Some(members) => keys.extend(read_foreign_key(item, members, scope)),
            None => scope.warn(item.place, "a foreign key must be an object; it is left out"),
        }
    }
    keys
}

fn read_foreign_key(node: &Node, members: &[Member], scope: &mut Scope<'_>) -> Option<ForeignKey> {
    let mut key = ForeignKey { source: scope.source(node.place), ..ForeignKey::default() };
    for member in members {
        match member.name.as_str() {
            "columnReference" => key.columns = column_names(member, scope).unwrap_or_default(),
            "reference" => read_reference(member, &mut key, scope),
            name => scope.error(member.place, format!("`{name}` must not stand in a foreign key")),
        }
    }
    if key.columns.is_empty() {
        scope.error(node.place, "a foreign key must name its columns in `columnReference`");
        return None;
    }
    if key.referenced.len() != key.columns.len() || key.resource.is_some() == key.schema.is_some() {
        let message = "`reference` of a foreign key must name a table by `resource` or `schemaReference`, and as many \
                       columns as refer to it";
        scope.error(node.place, message);
        return None;
    }
    Some(key)
}

fn read_reference(member: &Member, key: &mut ForeignKey, scope: &mut Scope<'_>) {
    for part in member.node.members().unwrap_or_default() {
        match part.name.as_str() {
            "resource" => key.resource = Some(scope.link(part)),
            "schemaReference" => key.schema = Some(scope.link(part)),
            "columnReference" => key.referenced = column_names(part, scope).unwrap_or_default(),
            name => scope.error(part.place, format!("`{name}` must not stand in the reference of a foreign key")),
        }
    }
}

/// Checks that keys and titles name columns of the schema.
fn check_names(schema: &mut Schema, node: &Node, scope: &mut Scope<'_>) {
    let columns = &schema.columns;
    let known = |name: &String| columns.iter().any(|column| column.name == *name);
    // Only a name that the description states can be part of a key.
    let named = |name: &String| columns.iter().any(|column| column.is_named && column.name == *name);
    let mut warn = |property: &str, name: &str| {
        let place = node.get(property).map_or(node.place, |node| node.place);
        scope.warn(place, format!("`{name}` is not the name of a column; `{property}` is left out"));
    };
    if let Some(name) = schema.primary_key.iter().find(|name| !named(name)) {
        warn("primaryKey", name);
        schema.primary_key.clear();
    }
    if let Some(name) = schema.row_titles.iter().find(|name| !known(name)) {
        warn("rowTitles", name);
        schema.row_titles.clear();
    }
    for key in &schema.foreign_keys {
        if let Some(name) = key.columns.iter().find(|name| !named(name)) {
            let message = format!("`{name}` is not the name of a column, so no foreign key can be made of it");
            scope.error(key.source.place, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::json::parse_json;

    fn read(json: &str) -> (Schema, Vec<String>) {
        let mut faults = Diagnostics::default();
        let mut scope = Scope { file: "a.json".into(), base: None, lang: None, faults: &mut faults };
        let schema = read_schema(&parse_json(json).expect("JSON"), &Column::unstated(), &mut scope);
        (schema, faults.iter().map(|fault| fault.severity.to_string()).collect())
    }

    #[test]
    fn names_come_from_titles_in_the_language_of_the_column() {
        let (schema, _) = read(
            r#"{"columns": [{"titles": "On Street"}, {"titles": {"en": "a", "fr": "b"}, "lang": "fr"},
                {"titles": {"en": "a"}, "lang": "de"}, {"name": "x"}]}"#,
        );
        let names: Vec<_> = schema.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["On%20Street", "b", "_col.3", "x"]);
    }

    #[test]
    fn columns_inherit_from_the_schema() {
        let (schema, _) = read(r#"{"separator": ";", "columns": [{"name": "a"}, {"name": "b", "separator": null}]}"#);
        assert_eq!(schema.columns[0].separator.as_deref(), Some(";"));
        assert_eq!(schema.columns[1].separator, None);
    }

    #[test]
    fn faults_are_errors_or_warnings_as_the_standard_says() {
        for (json, faults) in [
            (r#"{"columns": [{"name": "a"}, {"name": "a"}]}"#, "error"),
            (r#"{"columns": [{"name": "a", "virtual": true}, {"name": "b"}]}"#, "error"),
            (r#"{"columns": [{"name": "_a"}]}"#, "warning"),
            (r#"{"columns": [{"name": "a"}, 1]}"#, "warning"),
            (r#"{"columns": [{"name": "a", "url": "b"}]}"#, "warning"),
            (r#"{"columns": [{"name": "a"}], "primaryKey": "b"}"#, "warning"),
            (r#"{"columns": [{"name": "a"}], "foreignKeys": [{"columnReference": "a", "reference": 1}]}"#, "error"),
            (r#"{"columns": [{"titles": {"a-bad-language": "a"}}]}"#, "warning"),
            (r#"{"@id": "_:a"}"#, "error"),
            (r#"{"@type": "Table"}"#, "error"),
        ] {
            assert_eq!(read(json).1, [faults], "{json}");
        }
    }

    #[test]
    fn languages_match_by_their_beginnings() {
        assert!(languages_match(Some("en"), Some("en-US")));
        assert!(languages_match(None, Some("de")));
        assert!(!languages_match(Some("en"), Some("eng")));
    }
}
