//! `casegraph describe`: starter metadata for a CSV file. In: the file. Out: metadata beside it, and in words what it
//! rests on. Not here: what is found in the file (`crate::describe`).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::fault::{Fault, write_faults};
use super::output::{Inputs, Overwriting};
use super::screen;
use crate::describe::{Described, Error, Hints, MOST_COLUMNS, describe};

/// Write starter metadata for any CSV file, and say what it assumes
#[derive(clap::Args)]
pub(super) struct Describe {
    /// CSV file
    file: PathBuf,
    /// File to write; FILE-metadata.json beside the CSV file unless given
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Print the metadata and write no file; the words go to standard error
    #[arg(long, conflicts_with_all = ["output", "force"])]
    print: bool,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Id of the agency that issued every demand in the file
    #[arg(long, value_name = "ID")]
    issuer: Option<String>,
    /// Read the month first in dates that could be read either way
    #[arg(long)]
    month_first: bool,
}

impl Describe {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let shown = self.file.display();
        let Some(name) = self.file.file_name().filter(|_| self.file.is_file()).map(|name| name.to_string_lossy())
        else {
            return Err(match fs::metadata(&self.file) {
                Ok(_) => Fault::usage(format!("{shown} is a folder: give one CSV file")),
                Err(error) => Fault::file(&self.file, &error),
            });
        };
        if self.issuer.as_ref().is_some_and(|issuer| issuer.is_empty() || issuer.contains(['{', '}'])) {
            return Err(Fault::usage("--issuer takes the id or name of an agency"));
        }
        let target = self.target(&name);
        let asked = Some(target.as_path()).filter(|_| !self.print);
        let file = self.overwriting.file(asked, &Inputs::of([&self.file]))?;
        let hints = Hints { issuer: self.issuer.clone(), month_first: self.month_first };
        let open = || Ok(Box::new(File::open(&self.file)?) as Box<dyn io::Read>);
        let described = describe(&open, &name, &hints).map_err(|error| match error {
            Error::Read(error) => Fault::file(&self.file, &error),
            Error::Empty => Fault::usage(format!("{shown} is empty: there is nothing to describe")),
            Error::TooWide => {
                let message = format!("{shown} has more than {MOST_COLUMNS} columns, the most that can be described");
                Fault::usage(message)
                    .hint("look whether rows and columns are exchanged, or the wrong sign parts the cells")
            }
        })?;
        let mut err = screen::stderr();
        let metadata = described.metadata.as_bytes();
        if let Some(file) = file {
            file.write(|out| Ok(out.write_all(metadata)?))?;
            tell(out, &name, &described)?;
            writeln!(out, "wrote {}", target.display())?;
        } else {
            tell(&mut err, &name, &described)?;
            out.write_all(metadata)?;
        }
        write_faults(&mut err, &described.faults, Some(20))?;
        if !described.faults.is_empty() {
            writeln!(
                err,
                "these stand in the file itself: `casegraph check` will tell them again until they are mended"
            )?;
        }
        Ok(())
    }

    fn target(&self, name: &str) -> PathBuf {
        self.output.clone().unwrap_or_else(|| self.file.with_file_name(format!("{name}-metadata.json")))
    }
}

fn tell(out: &mut impl Write, name: &str, described: &Described) -> io::Result<()> {
    writeln!(out, "{name}: {}", described.summary)?;
    for (heading, is_sure) in [("assumed", true), ("unsure", false)] {
        let notes: Vec<_> = described.notes.iter().filter(|note| note.is_sure == is_sure).collect();
        if !notes.is_empty() {
            writeln!(out, "{heading}:")?;
        }
        for note in notes {
            writeln!(out, "  {}", note.text)?;
        }
    }
    Ok(())
}
