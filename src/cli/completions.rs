//! `casegraph completions`: what a shell needs to complete commands and options.

use std::io::Write;

use clap_complete::Shell;

use super::fault::Fault;

/// Print what a shell needs to complete commands and options
#[derive(clap::Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), "casegraph", &mut script);
        Ok(out.write_all(&script)?)
    }
}
