//! Faults as one JSON object, its members always there and in one order.

use std::io::{self, Write};

use csvw::{Diagnostic, Severity};
use serde_json::{Value, json};

use super::{column, line, word, write_document};

/// Writes faults as one JSON object, in the order given; `case` is the case as the user named it.
pub fn write_json(out: &mut impl Write, case: &str, faults: &[Diagnostic]) -> io::Result<()> {
    let count = |severity| faults.iter().filter(|fault| fault.severity == severity).count();
    let document = json!({
        "case": case,
        "counts": { "errors": count(Severity::Error), "warnings": count(Severity::Warning) },
        "faults": faults.iter().map(fault).collect::<Vec<_>>(),
    });
    write_document(out, &document)
}

fn fault(fault: &Diagnostic) -> Value {
    json!({
        "severity": word(fault.severity),
        "code": fault.code.name(),
        "message": fault.message,
        "file": fault.location.file,
        "row": fault.location.row,
        "line": line(fault),
        "column": column(fault),
        "rule": fault.rule,
        "hints": fault.hints,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;

    #[test]
    fn json_has_every_member_in_a_fixed_order() {
        let mut bytes = Vec::new();
        write_json(&mut bytes, "my-case", &faults()[1..]).expect("written");
        assert_eq!(
            String::from_utf8(bytes).expect("UTF-8"),
            r#"{
  "case": "my-case",
  "counts": {
    "errors": 1,
    "warnings": 1
  },
  "faults": [
    {
      "severity": "error",
      "code": "unknown-entity",
      "message": "`[x](https://evil.example/) {0}` is not the id of any entity",
      "file": "relations-été 1.csv",
      "row": 12,
      "line": 14,
      "column": {
        "index": 27,
        "letters": "AB",
        "header": "object"
      },
      "rule": "a.json line 3",
      "hints": [
        "add a row"
      ]
    },
    {
      "severity": "warning",
      "code": "bad-value",
      "message": "`nws` is odd",
      "file": "sources.csv",
      "row": 3,
      "line": 3,
      "column": {
        "index": 2,
        "letters": "C",
        "header": "kind"
      },
      "rule": null,
      "hints": []
    }
  ]
}
"#
        );
    }
}
