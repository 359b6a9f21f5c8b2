//! `casegraph convert`: CSV files to RDF, as CSV on the Web says.

use std::io::{IsTerminal, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use csvw::Extensions;
use indicatif::{ProgressBar, ProgressStyle};

use super::fault::{Consequence, Fault, SHOWN, counted, write_some_faults};
use super::output::{Inputs, Overwriting};
use super::screen;
use crate::conversion::{Conversion, Input, Outcome, Syntax};
use crate::facts::EXTENSIONS;

/// Convert CSV files to RDF, as their CSVW metadata says
#[derive(clap::Args)]
pub(super) struct Convert {
    /// CSV files; without any, all tables of the metadata
    #[arg(value_name = "FILE", required_unless_present = "metadata")]
    files: Vec<PathBuf>,
    /// Metadata of the files; without it FILE-metadata.json or csv-metadata.json, where one is there
    #[arg(long, value_name = "JSON")]
    metadata: Option<PathBuf>,
    /// File to write; standard output without it
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Format; without it what the ending of the output says, or ntriples
    #[arg(long, value_enum)]
    to: Option<Target>,
    /// What the addresses of the files begin with; without it `https://example.org/` and the name of their folder
    #[arg(long, value_name = "IRI")]
    base: Option<String>,
    /// minimal: the triples of the cells; standard: those of tables and rows too
    #[arg(long, value_enum, default_value = "minimal")]
    mode: Mode,
    /// Go on at a fault: a bad value becomes a plain text, and keys are not checked
    #[arg(long)]
    lenient: bool,
    /// Follow the standard to the letter, without casegraph's extensions of it
    #[arg(long)]
    strict: bool,
    /// Threads; without it as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Show all faults, not only the first 20
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Target {
    Nquads,
    Ntriples,
    Turtle,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Mode {
    Minimal,
    Standard,
}

impl Convert {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let mut input = Input::find(&self.files, self.metadata.as_deref(), self.base.as_deref())?;
        let output = self.overwriting.file(self.output.as_deref(), &Inputs::of(input.files()))?;
        let mut faults = std::mem::take(&mut input.faults);
        if faults.has_errors() {
            return Err(self.fault(faults.sorted(), Consequence::NothingWritten));
        }
        // A bar between the lines of the output helps nobody; indicatif shows none where standard error is no terminal.
        let is_in_the_way = output.is_none() && std::io::stdout().is_terminal();
        let progress = if is_in_the_way { ProgressBar::hidden() } else { ProgressBar::no_length() };
        let conversion = Conversion {
            syntax: self.syntax(),
            minimal: self.mode == Mode::Minimal,
            lenient: self.lenient,
            extensions: if self.strict { Extensions::NONE } else { EXTENSIONS },
            jobs: self.jobs.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN),
            progress: &|bytes| progress.inc(bytes),
        };
        let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
        progress.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        // What goes to standard output is checked before its first byte.
        let passes = if self.lenient || self.output.is_some() { 1 } else { 2 };
        progress.set_length(input.bytes() * passes);
        let done = match &output {
            Some(file) => conversion.write_file(&input, file.path()),
            None => conversion.write(&input, out),
        };
        progress.finish_and_clear();
        let Outcome { triples, faults: found } = done?;
        faults.extend(found);
        if faults.has_errors() {
            // Who is lenient gets what comes before a fault that stops the reader.
            let is_partial = self.lenient && output.is_none();
            let consequence = if is_partial { Consequence::OutputNotWhole } else { Consequence::NothingWritten };
            return Err(self.fault(faults.sorted(), consequence));
        }
        let shown = if self.all { None } else { Some(SHOWN) };
        write_some_faults(&mut screen::stderr(), &faults.sorted(), shown, "--all")?;
        if let Some(file) = &output {
            let tables = counted(input.tables(), "table", "tables");
            writeln!(out, "{}: {triples} triples from {tables}", file.path().display())?;
        }
        Ok(())
    }

    fn fault(&self, faults: Vec<csvw::Diagnostic>, consequence: Consequence) -> Fault {
        let fault = Fault::data(faults).so_that(consequence);
        if self.all { fault.all() } else { fault }
    }

    fn syntax(&self) -> Syntax {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        match (self.to, ending) {
            (Some(Target::Turtle), _) | (None, Some("ttl")) => Syntax::Turtle,
            (Some(Target::Nquads), _) | (None, Some("nq")) => Syntax::NQuads,
            (Some(Target::Ntriples) | None, _) => Syntax::NTriples,
        }
    }
}
