//! What tables and groups have in common. In: members of their descriptions, and the schemas and dialects that stand in
//! files of their own. Out: identifiers, annotations, notes, the dialect, the schema, inherited properties.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value;

use crate::code;
use crate::common::{check_common, is_common_property};
use crate::context::Scope;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, read_dialect};
use crate::json::{Json, Member, Node, Place, parse_json};
use crate::location::Location;
use crate::metadata::{Column, Schema};
use crate::resources::{Resources, read_text};
use crate::schema::read_schema;

/// What a table and a group state.
pub(crate) struct Level {
    pub id: Option<String>,
    /// What its columns have unless they say otherwise.
    pub columns: Column,
    pub dialect: Option<Dialect>,
    pub schema: Option<(Node, Option<SchemaFile>)>,
    pub annotations: BTreeMap<String, Value>,
    pub notes: Vec<Value>,
}

/// Where a schema that stands in a file of its own comes from.
pub(crate) struct SchemaFile {
    name: String,
    iri: String,
}

/// Returns the fault of a file that cannot be read.
pub(crate) fn unreadable(file: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::InvalidData => {
            Diagnostic::error(code::WRONG_ENCODING, Location::file(file), "the metadata is not UTF-8")
        }
        _ => Diagnostic::error(code::MISSING_FILE, Location::file(file), format!("`{file}` cannot be read: {error}")),
    }
}

/// Reads a JSON object.
pub(crate) fn parse(text: &str, scope: &mut Scope<'_>) -> Option<Node> {
    match parse_json(text) {
        Ok(node) if node.members().is_some() => return Some(node),
        Ok(node) => scope.error(node.place, "metadata must be a JSON object"),
        Err(fault) => {
            let column = fault.place.column;
            let message = format!("the metadata is not JSON: {} is expected at column {column}", fault.expected);
            scope.error(fault.place, message);
        }
    }
    None
}

pub(crate) fn settle_schema(
    stated: Option<&(Node, Option<SchemaFile>)>,
    outer: &Column,
    scope: &mut Scope<'_>,
) -> Schema {
    let empty = Node { json: Json::Object(Vec::new()), place: Place::default() };
    match stated {
        None => read_schema(&empty, outer, scope),
        Some((node, None)) => Schema { is_stated: true, ..read_schema(node, outer, scope) },
        Some((node, Some(file))) => {
            let base = Some(file.iri.clone());
            let mut own =
                Scope { file: file.name.as_str().into(), base, lang: scope.lang.clone(), faults: scope.faults };
            if node.get("@context").is_some() {
                own.read_context(node);
            }
            let mut schema = read_schema(node, outer, &mut own);
            schema.is_stated = true;
            schema.id = schema.id.or_else(|| Some(file.iri.clone()));
            schema
        }
    }
}

impl Level {
    /// Returns a level that states nothing yet; `columns` is what the levels above say of columns.
    pub(crate) fn new(columns: Column) -> Self {
        Self { id: None, columns, dialect: None, schema: None, annotations: BTreeMap::new(), notes: Vec::new() }
    }

    /// Reads what tables and groups have in common; tells whether the member is known.
    pub(crate) fn read(&mut self, member: &Member, scope: &mut Scope<'_>, resources: &dyn Resources) -> bool {
        match member.name.as_str() {
            "@id" => self.id = scope.identifier(member),
            "dialect" => self.dialect = Some(read_dialect_of(member, scope, resources)),
            "notes" => {
                for item in scope.items(member) {
                    check_common(item, scope);
                    self.notes.push(item.to_value());
                }
            }
            "tableDirection" => drop(scope.one_of(member, &["rtl", "ltr", "auto"])),
            "tableSchema" => self.schema = Some(schema_of(member, scope, resources)),
            "transformations" => read_transformations(member, scope),
            name if is_common_property(name) => {
                check_common(&member.node, scope);
                self.annotations.insert(name.to_owned(), member.node.to_value());
            }
            _ => return self.columns.inherit(member, scope),
        }
        true
    }
}

fn empty_object(member: &Member, scope: &mut Scope<'_>) -> Node {
    let message = format!("`{}` must be an object or the address of one; it counts as an empty one", member.name);
    scope.warn(member.node.place, message);
    Node { json: Json::Object(Vec::new()), place: member.node.place }
}

fn fetch(member: &Member, scope: &mut Scope<'_>, resources: &dyn Resources) -> (Node, SchemaFile) {
    let iri = scope.link(member);
    let name = resources.name(&iri);
    let empty = Node { json: Json::Object(Vec::new()), place: Place::default() };
    let node = match read_text(resources, &iri) {
        Ok(text) => {
            let mut own = Scope { file: name.as_str().into(), base: None, lang: None, faults: scope.faults };
            parse(&text, &mut own).unwrap_or(empty)
        }
        Err(error) => {
            scope.faults.push(unreadable(&name, &error));
            empty
        }
    };
    (node, SchemaFile { name, iri })
}

fn schema_of(member: &Member, scope: &mut Scope<'_>, resources: &dyn Resources) -> (Node, Option<SchemaFile>) {
    match member.node.json {
        Json::Object(_) => (member.node.clone(), None),
        Json::String(_) => {
            let (node, file) = fetch(member, scope, resources);
            (node, Some(file))
        }
        _ => (empty_object(member, scope), None),
    }
}

fn read_dialect_of(member: &Member, scope: &mut Scope<'_>, resources: &dyn Resources) -> Dialect {
    match member.node.json {
        Json::Object(_) => read_dialect(&member.node, scope),
        Json::String(_) => {
            let (node, file) = fetch(member, scope, resources);
            let mut own = Scope { file: file.name.into(), base: Some(file.iri), lang: None, faults: scope.faults };
            read_dialect(&node, &mut own)
        }
        _ => read_dialect(&empty_object(member, scope), scope),
    }
}

/// Checks transformations; they are not run.
fn read_transformations(member: &Member, scope: &mut Scope<'_>) {
    for item in scope.items(member) {
        let Some(members) = item.members() else {
            scope.warn(item.place, "a transformation must be an object; it is left out");
            continue;
        };
        for member in members {
            match member.name.as_str() {
                "@id" => drop(scope.identifier(member)),
                "@type" => scope.expect_type(member, "Template"),
                "url" | "scriptFormat" | "targetFormat" => drop(scope.link(member)),
                "source" if member.node.json == Json::Null => {}
                "source" => drop(scope.one_of(member, &["json", "rdf"])),
                "titles" => {}
                name if is_common_property(name) => check_common(&member.node, scope),
                name => scope.warn(member.place, format!("`{name}` is not a property of a transformation")),
            }
        }
        if let Some(name) = ["url", "scriptFormat", "targetFormat"].iter().find(|name| item.get(name).is_none()) {
            scope.warn(item.place, format!("a transformation must state its `{name}`"));
        }
    }
}
