//! Faults as SARIF 2.1.0, every code a rule with its help. Follows <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use std::io::{self, Write};
use std::path::{Component, Path};

use csvw::{Code, Diagnostic};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::{Value, json};

use super::{column, line, word, write_document};
use crate::code;
use crate::explanation::{explanation, first_paragraph, plain, short_rule};

/// Writes faults as SARIF, in the order given. `folder` is the case folder, best relative to the root of the repository:
/// code review finds the files by it.
pub fn write_sarif(out: &mut impl Write, folder: &Path, faults: &[Diagnostic]) -> io::Result<()> {
    let below = folder_uri(folder);
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "casegraph",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": code::all().map(rule).collect::<Vec<_>>(),
            } },
            "results": faults.iter().map(|fault| result(fault, &below)).collect::<Vec<_>>(),
        }],
    });
    write_document(out, &document)
}

fn rule(code: Code) -> Value {
    let markdown = explanation(code);
    json!({
        "id": code.name(),
        "shortDescription": { "text": short_rule(code) },
        "fullDescription": { "text": first_paragraph(markdown) },
        "help": { "text": plain(markdown), "markdown": markdown },
    })
}

fn result(fault: &Diagnostic, below: &str) -> Value {
    let hints = fault.hints.iter().map(|hint| format!("\nhint: {hint}"));
    let text: String = std::iter::once(fault.message.clone()).chain(hints).collect();
    json!({
        "ruleId": fault.code.name(),
        "ruleIndex": code::all().position(|code| code == fault.code).expect("all codes are declared"),
        "level": word(fault.severity),
        "message": { "text": message_text(&text) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": file_uri(below, &fault.location.file) },
                // Code review shows only what has a line: a fault of a whole file stands at its first.
                "region": { "startLine": line(fault).unwrap_or(1) },
            },
            "logicalLocations": [{ "fullyQualifiedName": fault.location.to_string() }],
        }],
        // What SARIF has no member for.
        "properties": {
            "row": fault.location.row,
            "column": column(fault),
            "rule": fault.rule,
            "hints": fault.hints,
        },
    })
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
