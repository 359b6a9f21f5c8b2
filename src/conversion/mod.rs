//! CSV files become RDF text. In: files, and how they are to be read. Out: lines of RDF, in the order of the files, and
//! every fault. Nothing is kept but keys, so that files may be larger than memory. Not here: what CSV means (`csvw`).

mod input;
mod parts;
mod triples;

use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use csvw::{Diagnostics, Extensions, GroupReader, Options, Policy};
use oxigraph::model::GraphName;

pub use input::Input;
pub use triples::Syntax;

use crate::new_file::NewFile;
use input::Counted;
use triples::TripleWriter;

/// What stops a conversion.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that is to be converted cannot be used.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The metadata says nothing of a file.
    #[error("{metadata} does not describe {file}")]
    NotDescribed {
        /// The metadata, as it was given.
        metadata: String,
        /// The file that is to be converted.
        file: String,
    },
    /// The base is not an address that others can be made of.
    #[error("`{0}` is not an absolute IRI")]
    Base(String),
    /// The text cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Takes the number of bytes that were read since it was called last; several threads call it.
pub type Progress<'p> = &'p (dyn Fn(u64) + Sync);

/// How files are converted.
#[derive(Clone)]
pub struct Conversion<'p> {
    /// Form of the output.
    pub syntax: Syntax,
    /// Whether only the triples of the cells are made, without rows and tables.
    pub minimal: bool,
    /// Whether faults of the data are warnings, and the conversion goes on, as csv2rdf says.
    pub lenient: bool,
    /// Extensions of the standard.
    pub extensions: Extensions,
    /// How many threads there may be.
    pub jobs: NonZero<usize>,
    /// Is told of every byte that is read.
    pub progress: Progress<'p>,
}

/// What came of a conversion. Where an error is among the faults, nothing that was written can be relied on.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Number of triples that were written.
    pub triples: u64,
    /// All faults.
    pub faults: Diagnostics,
}

impl Conversion<'_> {
    /// Writes to a stream. Unless it is lenient, everything is checked first: where there is an error, no byte is written.
    pub fn write(&self, input: &Input, out: &mut dyn Write) -> Result<Outcome, Error> {
        let go_on = AtomicBool::new(true);
        if !self.lenient {
            let faults = self.validate(input, self.jobs, &go_on);
            if faults.has_errors() {
                return Ok(Outcome { triples: 0, faults });
            }
        }
        self.write_parts(input, out, false, &go_on)
    }

    /// Writes a file. It is written beside its place and renamed into it; where there is an error, all stays as it was.
    pub fn write_file(&self, input: &Input, path: &Path) -> Result<Outcome, Error> {
        let fault = |source| Error::File { path: path.to_owned(), source };
        let named = |error| match error {
            Error::Write(source) => fault(source),
            error => error,
        };
        let Some(mut file) = NewFile::beside(path).map_err(fault)? else {
            // A pipe or a device has no place beside it.
            let mut file = std::fs::OpenOptions::new().write(true).open(path).map_err(fault)?;
            return self.write(input, &mut file).map_err(named);
        };
        // Nobody sees the file before it is renamed, so that it is checked while it is written.
        let outcome = self.write_parts(input, &mut file, !self.lenient, &AtomicBool::new(true)).map_err(named)?;
        if outcome.faults.has_errors() {
            return Ok(Outcome { triples: 0, ..outcome });
        }
        file.keep().map_err(fault)?;
        Ok(outcome)
    }

    fn options(&self, policy: Policy, part: usize) -> Options<'static> {
        let blank_prefix = if part == 0 { String::new() } else { format!("f{}", part + 1) };
        Options { policy, extensions: self.extensions, minimal: self.minimal, blank_prefix, ..Options::default() }
    }

    /// Converts a part; `checks_keys` where nobody has checked them before.
    fn convert(
        &self,
        input: &Input,
        part: usize,
        checks_keys: bool,
        out: &mut dyn Write,
        go_on: &AtomicBool,
    ) -> io::Result<Outcome> {
        let group = &input.groups[part];
        let options = self.options(if self.lenient { Policy::Convert } else { Policy::Validate }, part);
        let resources = Counted { folder: &input.folder, progress: self.progress, go_on };
        let (mut faults, graph) = (Diagnostics::default(), GraphName::DefaultGraph);
        let mut writer = TripleWriter::new(self.syntax, out);
        let mut sink = |quad: oxigraph::model::QuadRef<'_>| writer.write(quad);
        let done = if checks_keys {
            let mut reader = GroupReader::new(group);
            let done = reader.convert(&resources, &options, graph, &mut sink, &mut faults, None);
            reader.finish(&resources, &options, &mut faults);
            done
        } else {
            csvw::convert(group, &resources, &options, graph, &mut sink, &mut faults)
        };
        match done {
            Ok(()) => Ok(Outcome { triples: writer.finish()?, faults }),
            Err(csvw::Error::Sink(error)) => Err(error),
        }
    }
}
