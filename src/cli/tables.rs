//! Rows that a command has worked out, as a table, CSV or JSON, stamped with the view.

use std::io::{IsTerminal, Write};

use serde_json::Value;

use super::fault::Fault;
use crate::case::Case;
use crate::query::{Answer, Format, Layout, Names, Solutions};

/// Formats of a list.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shape {
    Table,
    Csv,
    Json,
}

impl Shape {
    /// Returns the format that was asked for; without one a table for people, CSV for programs.
    pub(super) fn or_default(asked: Option<Self>) -> Self {
        asked.unwrap_or_else(|| if std::io::stdout().is_terminal() { Self::Table } else { Self::Csv })
    }
}

/// Writes rows as a table below the stamp of the view, or as CSV.
pub(super) fn write_table(out: &mut impl Write, case: &Case, shape: Shape, rows: Solutions) -> Result<(), Fault> {
    let format = if shape == Shape::Csv { Format::Csv } else { Format::Table };
    if format == Format::Table && !case.view.is_whole() {
        writeln!(out, "{}", case.view)?;
    }
    let width = terminal_size::terminal_size().map(|(width, _)| width.0);
    Answer::Solutions(rows).write(out, format, &Names::new(&case.base), Layout { ascii: false, width })?;
    Ok(())
}

/// Writes a value of JSON, indented, with a line end.
pub(super) fn write_json(out: &mut impl Write, value: &Value) -> Result<(), Fault> {
    Ok(writeln!(out, "{value:#}")?)
}
