//! Faults as SARIF 2.1.0, every code a rule with its help. Follows <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use std::io::{self, Write};
use std::path::{Component, Path};

use csvw::{Code, Diagnostic};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::Serialize;

use super::{Column, line, word, write_document};
use crate::code;
use crate::explanation::{explanation, first_paragraph, plain, short_rule};

#[derive(Serialize)]
struct Sarif<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Tool,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [SarifLocation; 1],
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    physical_location: PhysicalLocation,
    logical_locations: [LogicalLocation; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

/// What SARIF has no member for.
#[derive(Serialize)]
struct Properties<'a> {
    row: Option<u64>,
    column: Option<Column<'a>>,
    rule: Option<&'a str>,
    hints: &'a [String],
}

/// Writes faults as SARIF, in the order given. `folder` is the case folder, best relative to the root of the repository:
/// code review finds the files by it.
pub fn write_sarif(out: &mut impl Write, folder: &Path, faults: &[Diagnostic]) -> io::Result<()> {
    let below = folder_uri(folder);
    let rules = code::all().map(sarif_rule).collect();
    let driver = Driver { name: "casegraph", semantic_version: env!("CARGO_PKG_VERSION"), rules };
    let results = faults.iter().map(|fault| sarif_result(fault, &below)).collect();
    write_document(
        out,
        &Sarif {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run { tool: Tool { driver }, results }],
        },
    )
}

fn sarif_rule(code: Code) -> Rule {
    let markdown = explanation(code);
    Rule {
        id: code.name(),
        short_description: Message { text: short_rule(code) },
        full_description: Message { text: first_paragraph(markdown) },
        help: Help { text: plain(markdown), markdown },
    }
}

fn sarif_result<'a>(fault: &'a Diagnostic, below: &str) -> SarifResult<'a> {
    let mut text = fault.message.clone();
    for hint in &fault.hints {
        text.push_str("\nhint: ");
        text.push_str(hint);
    }
    SarifResult {
        rule_id: fault.code.name(),
        rule_index: code::all().position(|code| code == fault.code).expect("all codes are declared"),
        level: word(fault.severity),
        message: Message { text: message_text(&text) },
        locations: [SarifLocation {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: file_uri(below, &fault.location.file) },
                // Code review shows only what has a line: a fault of a whole file stands at its first.
                region: Region { start_line: line(fault).unwrap_or(1) },
            },
            logical_locations: [LogicalLocation { fully_qualified_name: fault.location.to_string() }],
        }],
        properties: Properties {
            row: fault.location.row,
            column: fault.location.column.as_ref().map(Column::from),
            rule: fault.rule.as_deref(),
            hints: &fault.hints,
        },
    }
}

/// Escapes what a SARIF message would read as a placeholder or a link.
/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317462>
fn message_text(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "\\](")
}

/// Returns a folder as the beginning of an IRI reference: empty, or ending with a slash.
fn folder_uri(folder: &Path) -> String {
    let mut uri = if folder.is_absolute() { "file:///".to_owned() } else { String::new() };
    for component in folder.components() {
        match component {
            Component::Prefix(prefix) => uri.push_str(&prefix.as_os_str().to_string_lossy()),
            Component::ParentDir => uri.push_str(".."),
            Component::Normal(name) => uri.extend(encoded(&name.to_string_lossy())),
            Component::RootDir | Component::CurDir => continue,
        }
        uri.push('/');
    }
    uri
}

fn file_uri(below: &str, file: &str) -> String {
    match (below, file) {
        ("", ".") => "./".to_owned(),
        (below, ".") => below.to_owned(),
        (below, file) => format!("{below}{}", encoded(file)),
    }
}

/// Percent-encodes a path; a colon too, since it would make the first segment a scheme.
fn encoded(path: &str) -> PercentEncode<'_> {
    const UNSAFE: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(path, &UNSAFE)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::faults;
    use super::*;

    fn sarif(folder: &str) -> Value {
        let mut bytes = Vec::new();
        write_sarif(&mut bytes, Path::new(folder), &faults()).expect("written");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn sarif_places_each_fault_at_the_line_of_its_file() {
        let sarif = sarif("data/my case/");
        let places: Vec<Value> = sarif["runs"][0]["results"]
            .as_array()
            .expect("results")
            .iter()
            .map(|result| {
                let place = &result["locations"][0]["physicalLocation"];
                json!([place["artifactLocation"]["uri"], place["region"], result["level"]])
            })
            .collect();
        assert_eq!(
            places,
            [
                json!(["data/my%20case/laws.csv", {"startLine": 1}, "error"]),
                json!(["data/my%20case/relations-%C3%A9t%C3%A9%201.csv", {"startLine": 14}, "error"]),
                json!(["data/my%20case/sources.csv", {"startLine": 3}, "warning"]),
            ]
        );
    }

    #[test]
    fn every_result_of_sarif_points_to_a_rule_that_helps() {
        let sarif = sarif(".");
        let run = &sarif["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        assert_eq!(rules.len(), code::all().count());
        for result in run["results"].as_array().expect("results") {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        for rule in rules {
            for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
                assert!(rule.pointer(text).and_then(Value::as_str).is_some_and(|text| text.len() > 20), "{rule}");
            }
        }
    }

    #[test]
    fn a_cell_cannot_put_a_link_or_a_placeholder_into_a_message() {
        let sarif = sarif(".");
        assert_eq!(
            sarif["runs"][0]["results"][1]["message"]["text"],
            "`[x\\](https://evil.example/) {{0}}` is not the id of any entity\nhint: add a row"
        );
    }

    #[test]
    fn folders_become_iri_references() {
        for (folder, file, uri) in [
            (".", "a.csv", "a.csv"),
            (".", ".", "./"),
            ("data/nsl", ".", "data/nsl/"),
            ("./data/../nsl/", "a.csv", "data/../nsl/a.csv"),
            ("a:b", "c:d.csv", "a%3Ab/c%3Ad.csv"),
        ] {
            assert_eq!(file_uri(&folder_uri(Path::new(folder)), file), uri);
        }
    }
}
