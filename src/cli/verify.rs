//! `casegraph verify`: reads a case file to its end, and tells whether it is what was written.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use crate::case;
use crate::store::{Error, verify};

/// Look whether a case file is whole: every part with its checksum, and all parts with one another
#[derive(clap::Args)]
pub(super) struct Verify {
    /// Case file
    store: PathBuf,
}

impl Verify {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let path = self.store.display();
        if !self.store.exists() {
            return Err(case::Error::Missing(self.store.clone()).into());
        }
        let found = verify(&self.store).map_err(|error| match error {
            Error::Damaged { .. } => Fault::from(error).in_the_data(),
            error => error.into(),
        })?;
        let (quads, cases) = (counted(found.quads, "quad", "quads"), counted(found.cases, "case", "cases"));
        writeln!(out, "{path} is whole: {quads} of {cases}, each part with the checksum that was written with it")?;
        let copy = match found.can_undo {
            Some(true) => "the state before its last change is whole too: `casegraph undo` brings it back",
            Some(false) => "what is kept beside it is damaged, or of another case file: `casegraph undo` refuses it",
            None => return Ok(()),
        };
        writeln!(out, "  {copy}")?;
        Ok(())
    }
}
