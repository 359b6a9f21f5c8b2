//! `casegraph adopt`: tables of a case from what other programs hold.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::export::tell_losses;
use super::fault::{Fault, counted};
use super::output;
use crate::adopt::{follow_the_money, wikidata};
use crate::facts::slug;

/// Make tables of a case from entities of `FollowTheMoney`, or from the answer to a query of Wikidata
#[derive(clap::Args)]
#[command(about = "Make tables of a case from entities of FollowTheMoney, or from the answer to a query of Wikidata")]
pub(super) struct Adopt {
    /// What the file holds
    #[arg(value_enum)]
    from: From,
    /// Entities as JSON, one a line; or an answer as CSV; - for standard input
    file: PathBuf,
    /// Folder to write the tables to; files in it are never written over
    #[arg(short, long)]
    output: PathBuf,
    /// wikidata: class of the items, such as Company
    #[arg(long, required_if_eq("from", "wikidata"), value_name = "CLASS")]
    class: Option<String>,
    /// Tell all that could not be taken, not only the first of each kind
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum From {
    /// Entities, as Aleph gives them
    Followthemoney,
    /// The answer to a query of Wikidata, downloaded as CSV
    Wikidata,
}

impl Adopt {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let bytes = read(&self.file)?;
        let adopted = match self.from {
            From::Followthemoney => {
                let stem = self.file.file_stem().map(|stem| slug(&stem.to_string_lossy())).unwrap_or_default();
                let name = if self.file.as_os_str() == "-" { "ftm".to_owned() } else { stem };
                follow_the_money(&String::from_utf8_lossy(&bytes), &name)?
            }
            From::Wikidata => wikidata(&bytes, self.class.as_deref().unwrap_or_default())?,
        };
        let files: Vec<_> = adopted.files.into_iter().collect();
        output::make(&self.output, &files)?;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        writeln!(out, "{}: {} in {}", self.output.display(), counted(adopted.rows, "row", "rows"), names.join(", "))?;
        tell_losses(&adopted.losses, "not taken:", self.all)?;
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(|error| Fault::file(path, &error))
}
