//! Findings as rows, in the formats in which `query` writes its own. In: a title, headers and rows. Out: a table below its
//! title, or the rows alone for programs.

use std::io::{IsTerminal, Write};

use oxigraph::model::{Literal, NamedNode, Term};

use super::fault::Fault;
use crate::query::{Answer, Format, Layout, Names, Solutions, visible};

/// How the rows are written
#[derive(clap::Args)]
pub(super) struct Tabular {
    /// table, csv, tsv, json or xml [default: table on a terminal, else csv]
    #[arg(short, long)]
    format: Option<String>,
}

/// A row: an IRI or none, then texts and numbers.
pub(super) struct Row(Vec<Option<Term>>);

impl Row {
    /// Begins a row.
    pub(super) fn new(first: impl Into<Option<NamedNode>>) -> Self {
        Self(vec![first.into().map(Term::from)])
    }

    /// Adds a text; an empty one leaves its place empty.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.0.push((!text.is_empty()).then(|| Literal::from(text).into()));
        self
    }

    /// Adds a number.
    pub(super) fn number(mut self, number: usize) -> Self {
        self.0.push(Some(Literal::from(i64::try_from(number).unwrap_or(i64::MAX)).into()));
        self
    }
}

impl Tabular {
    /// Writes rows; the title stands above a table only, as the other formats have no place for one.
    pub(super) fn write(
        &self,
        out: &mut impl Write,
        base: &str,
        title: &str,
        headers: &[&str],
        rows: Vec<Row>,
    ) -> Result<(), Fault> {
        let format = match &self.format {
            Some(name) => name.parse()?,
            None if std::io::stdout().is_terminal() => Format::Table,
            None => Format::Csv,
        };
        if format == Format::Table {
            writeln!(out, "{}", visible(title))?;
        }
        let answer = Answer::Solutions(Solutions::new(headers, rows.into_iter().map(|row| row.0).collect()));
        let width = terminal_size::terminal_size().map(|(width, _)| width.0);
        answer.write(out, format, &Names::new(base), Layout { ascii: false, width })?;
        Ok(())
    }
}
