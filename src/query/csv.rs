//! Rows as CSV for spreadsheets. In: rows. Out: SPARQL 1.1 Query Results CSV, with one departure: a text that a
//! spreadsheet would run as a formula gets an apostrophe before it. <https://www.w3.org/TR/sparql11-results-csv-tsv/>

use std::borrow::Cow;
use std::io::Write;

use oxigraph::model::{Term, Variable};

use super::{Error, Solutions};

/// Writes rows; IRIs and literals stand as their plain text.
pub(super) fn write(solutions: &Solutions, writer: impl Write) -> Result<(), Error> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(writer);
    csv.write_record(solutions.variables().iter().map(Variable::as_str)).map_err(fault)?;
    for row in solutions.rows() {
        csv.write_record(row.iter().map(|term| cell(term.as_ref()).into_owned())).map_err(fault)?;
    }
    Ok(csv.flush()?)
}

fn fault(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::Write(error),
        other => Error::Write(std::io::Error::other(format!("{other:?}"))),
    }
}

fn cell(term: Option<&Term>) -> Cow<'_, str> {
    match term {
        None => Cow::Borrowed(""),
        Some(Term::NamedNode(node)) => Cow::Borrowed(node.as_str()),
        Some(Term::Literal(literal)) => harmless(literal.value()),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// Puts an apostrophe before a text that a spreadsheet would run as a formula; numbers stay as they are.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula && text.parse::<f64>().is_err() { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_a_text_and_a_number_stays_a_number() {
        assert_eq!(harmless("=HYPERLINK(\"http://x.org\")"), "'=HYPERLINK(\"http://x.org\")");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("-12.5"), "-12.5");
        assert_eq!(harmless("2013"), "2013");
    }
}
