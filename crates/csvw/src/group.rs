//! Metadata documents. In: a JSON text, and the files it refers to. Out: a group of tables, every fault of the metadata
//! gathered. <https://www.w3.org/TR/tabular-metadata/#table-groups>

use crate::code;
use crate::context::Scope;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::json::Node;
use crate::level::{Level, parse, settle_schema, unreadable};
use crate::location::Location;
use crate::metadata::{Column, Context, ForeignKey, TableDescription, TableGroup};
use crate::resources::{NoResources, Resources, read_text};

impl TableGroup {
    /// Reads a metadata file. Nothing comes back where no table can be made of it; the faults say why.
    pub fn open(iri: &str, resources: &dyn Resources, faults: &mut Diagnostics) -> Option<Self> {
        let file = resources.name(iri);
        match read_text(resources, iri) {
            Ok(text) => Self::read(&text, &file, Some(iri), resources, faults),
            Err(error) => {
                faults.push(unreadable(&file, &error));
                None
            }
        }
    }

    /// Reads the text of a metadata file; `file` is its name in diagnostics.
    pub fn read(
        text: &str,
        file: &str,
        iri: Option<&str>,
        resources: &dyn Resources,
        faults: &mut Diagnostics,
    ) -> Option<Self> {
        let mut scope = Scope { file: file.into(), base: iri.map(str::to_owned), lang: None, faults };
        let document = parse(text, &mut scope)?;
        scope.read_context(&document);
        let group = if document.get("tables").is_some() || is_type(&document, "TableGroup") {
            read_group(&document, &mut scope, resources)
        } else {
            let table = read_table(&document, &Level::new(Column::unstated()), &mut scope, resources);
            let tables = table.into_iter().collect();
            TableGroup { tables, context: context(&scope), ..TableGroup::default() }
        };
        check_references(&group, scope.faults);
        Some(group).filter(|group| !group.tables.is_empty())
    }
}

impl TableDescription {
    /// Reads a description on its own, such as a built-in one; `file` is its name in diagnostics. Warnings are dropped.
    pub fn from_json(json: &str, file: &str) -> Result<Self, Box<Diagnostic>> {
        let mut faults = Diagnostics::default();
        let table = read_table_description(json, file, &mut faults);
        let error = faults.into_iter().find(|fault| fault.severity == Severity::Error);
        match (error, table) {
            (None, Some(table)) => Ok(table),
            (Some(error), _) => Err(Box::new(error)),
            (None, None) => Err(Box::new(not_a_table(file))),
        }
    }
}

/// Reads the description of one table, without the files around it.
fn read_table_description(json: &str, file: &str, faults: &mut Diagnostics) -> Option<TableDescription> {
    let mut scope = Scope { file: file.into(), base: None, lang: None, faults };
    let document = parse(json, &mut scope)?;
    scope.read_context(&document);
    read_table(&document, &Level::new(Column::unstated()), &mut scope, &NoResources)
}

/// Returns the fault of a metadata file that describes no table.
fn not_a_table(file: &str) -> Diagnostic {
    Diagnostic::error(code::BAD_METADATA, Location::file(file), "the metadata describes no table")
}

fn is_type(node: &Node, name: &str) -> bool {
    node.get("@type").and_then(Node::as_str) == Some(name)
}

fn context(scope: &Scope<'_>) -> Context {
    Context { file: scope.file.to_string(), base: scope.base.clone(), lang: scope.lang.clone() }
}

fn read_group(document: &Node, scope: &mut Scope<'_>, resources: &dyn Resources) -> TableGroup {
    let mut level = Level::new(Column::unstated());
    for member in document.members().unwrap_or_default() {
        match member.name.as_str() {
            "@context" | "tables" => {}
            "@type" => scope.expect_type(member, "TableGroup"),
            _ if level.read(member, scope, resources) => {}
            name => scope.warn(member.place, format!("`{name}` is not a property of a table group; it is left out")),
        }
    }
    let mut group = TableGroup { context: context(scope), ..TableGroup::default() };
    let tables = document.members().unwrap_or_default().iter().rev().find(|member| member.name == "tables");
    for item in tables.map(|member| scope.items(member)).unwrap_or_default() {
        match item.members() {
            Some(_) => group.tables.extend(read_table(item, &level, scope, resources)),
            None => scope.warn(item.place, "a table must be an object; it is left out"),
        }
    }
    if tables.is_none_or(|member| member.node.items().is_none_or(<[Node]>::is_empty)) {
        scope.error(document.place, "`tables` must list at least one table");
    }
    (group.id, group.annotations, group.notes) = (level.id, level.annotations, level.notes);
    group
}

fn read_table(
    node: &Node,
    outer: &Level,
    scope: &mut Scope<'_>,
    resources: &dyn Resources,
) -> Option<TableDescription> {
    let mut level = Level::new(outer.columns.clone());
    let mut table =
        TableDescription { source: scope.source(node.place), context: context(scope), ..TableDescription::default() };
    let mut url = None;
    for member in node.members().unwrap_or_default() {
        match member.name.as_str() {
            "@context" => {}
            "@type" => scope.expect_type(member, "Table"),
            "url" => url = Some(member),
            "suppressOutput" => table.suppress_output = scope.flag(member).unwrap_or(false),
            _ if level.read(member, scope, resources) => {}
            name => scope.warn(member.place, format!("`{name}` is not a property of a table; it is left out")),
        }
    }
    table.schema = settle_schema(level.schema.as_ref().or(outer.schema.as_ref()), &level.columns, scope);
    table.dialect = level.dialect.or_else(|| outer.dialect.clone()).unwrap_or_default();
    (table.id, table.annotations, table.notes) = (level.id, level.annotations, level.notes);
    let Some(address) = url.and_then(|member| member.node.as_str()) else {
        scope.error(url.map_or(node.place, |member| member.node.place), "a table must state its `url`, a text");
        return None;
    };
    table.url = scope.resolve(address);
    Some(table)
}

/// Checks that foreign keys refer to tables and columns of the group.
fn check_references(group: &TableGroup, faults: &mut Diagnostics) {
    let fault = |key: &ForeignKey, message| Diagnostic::error(code::BAD_METADATA, key.source.location(), message);
    for table in &group.tables {
        for key in &table.schema.foreign_keys {
            let name = key.resource.as_ref().or(key.schema.as_ref()).cloned().unwrap_or_default();
            match group.referenced_table(key) {
                None => faults.push(fault(key, format!("`{name}` is not a table of the group"))),
                Some(target) => {
                    let target = &group.tables[target];
                    if let Some(column) = key.referenced.iter().find(|name| target.column(name).is_none()) {
                        faults.push(fault(key, format!("`{column}` is not a column of `{name}`")));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Option<TableGroup>, Vec<String>) {
        let mut faults = Diagnostics::default();
        let group = TableGroup::read(json, "a.json", Some("http://x.org/d/a.json"), &NoResources, &mut faults);
        (
            group,
            faults.iter().map(|fault| format!("{}: {} at {}", fault.severity, fault.message, fault.location)).collect(),
        )
    }

    #[test]
    fn a_single_table_becomes_a_group_and_its_address_absolute() {
        let (group, faults) = read(r#"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "dc:title": "A"}"#);
        assert!(faults.is_empty(), "{faults:?}");
        let group = group.expect("group");
        assert_eq!(group.tables[0].url, "http://x.org/d/a.csv");
        assert!(group.annotations.is_empty() && group.tables[0].annotations.contains_key("dc:title"));
    }

    #[test]
    fn faults_name_their_line() {
        let (_, faults) = read("{\"@context\": \"http://www.w3.org/ns/csvw\",\n \"tables\": []}");
        assert_eq!(faults, ["error: `tables` must list at least one table at a.json (line 1)"]);
        let (_, faults) = read("{\"@context\": \"http://www.w3.org/ns/csvw\", \"url\": \"a.csv\",\n \"foo\": 1}");
        assert_eq!(faults, ["warning: `foo` is not a property of a table; it is left out at a.json (line 2)"]);
    }

    #[test]
    fn tables_inherit_from_their_group() {
        let (group, _) = read(
            r#"{"@context": "http://www.w3.org/ns/csvw", "lang": "fr", "dialect": {"delimiter": ";"},
                "tables": [{"url": "a.csv", "tableSchema": {"columns": [{"name": "a"}]}}]}"#,
        );
        let table = &group.expect("group").tables[0];
        assert_eq!(table.dialect.delimiter, ";");
        assert_eq!(table.schema.columns[0].lang.as_deref(), Some("fr"));
    }

    #[test]
    fn foreign_keys_must_refer_to_a_table_and_column_of_the_group() {
        let json = |resource: &str, column: &str| {
            format!(
                r#"{{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "tableSchema": {{"columns": [{{"name": "a"}}],
                "foreignKeys": [{{"columnReference": "a", "reference": {{"resource": "{resource}", "columnReference": "{column}"}}}}]}}}}"#
            )
        };
        assert!(read(&json("a.csv", "a")).1.is_empty());
        assert_eq!(read(&json("b.csv", "a")).1.len(), 1);
        assert_eq!(read(&json("a.csv", "b")).1.len(), 1);
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        for json in ["", "[]", "{", r#"{"@context": "http://www.w3.org/ns/csvw", "tables": {}}"#] {
            let (group, faults) = read(json);
            assert!(group.is_none() && faults.iter().any(|fault| fault.starts_with("error")), "{json}");
        }
    }

    #[test]
    fn annotations_of_other_vocabularies_are_kept() {
        let json = r#"{"url": "a.csv", "http://x.org/entity": "Company", "tableSchema": {"primaryKey": "id", "columns":
            [{"name": "id", "titles": ["Id", "ID"], "http://x.org/refersTo": ["A", "B"]}]}}"#;
        let table = TableDescription::from_json(json, "a.csv-metadata.json").expect("metadata");
        assert_eq!(table.annotation("http://x.org/entity"), Some("Company"));
        assert_eq!(table.schema.primary_key, ["id"]);
        assert_eq!(table.schema.columns[0].headers().collect::<Vec<_>>(), ["Id", "ID"]);
        assert_eq!(table.schema.columns[0].annotation_texts("http://x.org/refersTo"), ["A", "B"]);
    }

    #[test]
    fn a_mistake_in_the_metadata_is_placed() {
        let fault = TableDescription::from_json("{\n \"url\": 1}", "a.json").expect_err("fault");
        assert_eq!(fault.code, code::BAD_METADATA);
        assert_eq!(fault.location.to_string(), "a.json (line 2)");
    }
}
