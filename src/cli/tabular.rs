//! Findings as rows, in the formats in which `query` writes its own. In: a title, headers and rows. Out: a table below its
//! title, or the rows alone for programs.

use std::io::{IsTerminal, Write};

use oxigraph::model::{Literal, NamedNode, Term};

use super::fault::Fault;
use crate::query::{Answer, Format, Layout, Names, Solutions, visible};
use crate::vocab::xsd;

/// How the rows are written
#[derive(clap::Args)]
pub(super) struct Tabular {
    /// table, csv, tsv, json or xml [default: table on a terminal, else csv]
    #[arg(short, long)]
    format: Option<String>,
}

/// A row: an IRI or none, texts and numbers.
#[derive(Default)]
pub(super) struct Row(Vec<Option<Term>>);

impl Row {
    /// Begins a row.
    pub(super) fn new(first: impl Into<Option<NamedNode>>) -> Self {
        Self(vec![first.into().map(Term::from)])
    }

    /// Makes a row of texts; one that is a number becomes one, an empty one leaves its place empty.
    pub(super) fn of_texts(texts: impl IntoIterator<Item = String>) -> Self {
        let term = |text: String| match text.parse::<i64>() {
            _ if text.is_empty() => None,
            Ok(number) if number.to_string() == text => Some(Literal::from(number).into()),
            _ => Some(Literal::from(text).into()),
        };
        Self(texts.into_iter().map(term).collect())
    }

    /// Adds a text; an empty one leaves its place empty.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.0.push((!text.is_empty()).then(|| Literal::from(text).into()));
        self
    }

    /// Adds an IRI.
    pub(super) fn iri(mut self, iri: &str) -> Self {
        self.0.push(NamedNode::new(iri).ok().map(Term::from));
        self
    }

    /// Adds a decimal number, to six digits that count; a number that there is not leaves its place empty.
    pub(super) fn decimal(mut self, number: impl Into<Option<f64>>) -> Self {
        self.0.push(number.into().map(|number| Literal::new_typed_literal(six_digits(number), xsd::DECIMAL).into()));
        self
    }

    /// Adds a number.
    pub(super) fn number(mut self, number: usize) -> Self {
        self.0.push(Some(Literal::from(i64::try_from(number).unwrap_or(i64::MAX)).into()));
        self
    }
}

/// Writes a number with six digits from the first that is not 0, and without zeros at its end.
fn six_digits(number: f64) -> String {
    let mut decimals = 5;
    let mut size = number.abs();
    while size > 0.0 && size < 1.0 && decimals < 10 {
        size *= 10.0;
        decimals += 1;
    }
    while size >= 10.0 && decimals > 0 {
        size /= 10.0;
        decimals -= 1;
    }
    let text = format!("{number:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

impl Tabular {
    /// Writes in a format, whatever was asked for.
    pub(super) fn of(format: Format) -> Self {
        Self { format: Some(format.name().to_owned()) }
    }

    /// Returns the format that was asked for; without one a table for people, CSV for programs.
    pub(super) fn format(&self) -> Result<Format, Fault> {
        Ok(match &self.format {
            Some(name) => name.parse()?,
            None if std::io::stdout().is_terminal() => Format::Table,
            None => Format::Csv,
        })
    }

    /// Writes rows; the title, if any, stands above a table only, as the other formats have no place for one.
    pub(super) fn write(
        &self,
        out: &mut impl Write,
        base: &str,
        title: &str,
        headers: &[&str],
        rows: Vec<Row>,
    ) -> Result<(), Fault> {
        let format = self.format()?;
        if format == Format::Table && !title.is_empty() {
            for line in title.lines() {
                writeln!(out, "{}", visible(line))?;
            }
        }
        let answer = Answer::Solutions(Solutions::new(headers, rows.into_iter().map(|row| row.0).collect()));
        let width = terminal_size::terminal_size().map(|(width, _)| width.0);
        answer.write(out, format, &Names::new(base), Layout { ascii: false, width })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_keeps_the_digits_that_count() {
        let numbers = [0.0, 3.0, -0.0, 1.0 / 3.0, 0.000_123_456_789, 123_456.789, 1e-30];
        let texts = numbers.map(six_digits);
        assert_eq!(texts, ["0", "3", "0", "0.333333", "0.000123457", "123457", "0"]);
    }
}
