//! `casegraph export`: the graph of a case in a format of RDF.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::selecting::Viewing;
use crate::case::Case;
use crate::store::{self, RdfSyntax};

/// Write the graph of a case in a format of RDF
#[derive(clap::Args)]
pub(super) struct Export {
    /// Case folder, store file, store directory or SPARQL endpoint
    case: PathBuf,
    /// Format
    #[arg(long, value_enum, default_value = "nquads")]
    to: Target,
    /// File to write; standard output without it
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    viewing: Viewing,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Target {
    Nquads,
    Trig,
    Turtle,
    Ntriples,
}

impl Export {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = Case::open_as(&self.case, self.viewing.view())?;
        let syntax = match self.to {
            Target::Nquads => RdfSyntax::NQuads,
            Target::Trig => RdfSyntax::TriG,
            Target::Turtle => RdfSyntax::Turtle,
            Target::Ntriples => RdfSyntax::NTriples,
        };
        match &self.output {
            None => store::write(&*case.data, out, syntax, &case.base)?,
            Some(path) => write_file(&case, path, syntax)?,
        }
        Ok(())
    }
}

fn write_file(case: &Case, path: &Path, syntax: RdfSyntax) -> Result<(), Fault> {
    let mut file = BufWriter::new(File::create(path).map_err(|error| Fault::file(path, &error))?);
    store::write(&*case.data, &mut file, syntax, &case.base)?;
    file.flush().map_err(|error| Fault::file(path, &error))
}
