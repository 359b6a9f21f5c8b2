//! Faults for programs. In: sorted diagnostics. Out: JSON, or SARIF 2.1.0 for code review; `docs/faults.md` lists the
//! members. Not here: faults for people (`cli`).

mod json;
mod sarif;

use std::io::{self, Write};

use csvw::{Diagnostic, Severity, column_letters};
use serde_json::{Value, json};

pub use json::write_json;
pub use sarif::write_sarif;

/// Returns the column as both formats name it.
fn column(fault: &Diagnostic) -> Option<Value> {
    let column = fault.location.column.as_ref()?;
    Some(json!({ "index": column.index, "letters": column_letters(column.index), "header": column.header }))
}

/// One write, so that the receiver is not fed line by line.
fn write_document(out: &mut impl Write, document: &Value) -> io::Result<()> {
    out.write_all(format!("{document:#}\n").as_bytes())?;
    out.flush()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Returns the physical line, which a location leaves out where it is the row.
fn line(fault: &Diagnostic) -> Option<u64> {
    fault.location.line.or(fault.location.row)
}

#[cfg(test)]
mod tests {
    use csvw::{Diagnostic, Location};

    use crate::code;

    /// Faults of a file, of a cell below a line break, and of a cell.
    pub(super) fn faults() -> Vec<Diagnostic> {
        vec![
            Diagnostic::error(code::EMPTY_FILE, Location::file("laws.csv"), "the file is empty"),
            Diagnostic::error(
                code::UNKNOWN_ENTITY,
                Location::row("relations-été 1.csv", 12, 14).cell(27, "object"),
                "`[x](https://evil.example/) {0}` is not the id of any entity",
            )
            .rule("a.json line 3")
            .hint("add a row"),
            Diagnostic::warning(code::BAD_VALUE, Location::row("sources.csv", 3, 3).cell(2, "kind"), "`nws` is odd"),
        ]
    }
}
