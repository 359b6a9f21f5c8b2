//! `casegraph man`: manual pages of the program and of each command.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::output;

/// Write manual pages, one for the program and one for each command
#[derive(clap::Args)]
pub(super) struct Man {
    /// Folder to write them to, such as ~/.local/share/man/man1
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let mut command = super::command();
        command.build();
        let mut files = Vec::new();
        for (name, command) in std::iter::once(("casegraph".to_owned(), command.clone())).chain(pages(&command)) {
            let file = format!("{name}.1");
            let mut page = Vec::new();
            clap_mangen::Man::new(command.display_name(name)).render(&mut page)?;
            files.push((file, page));
        }
        // These names are the program's own, and the folder is shared with the pages of others.
        output::replace(&self.folder, &files)?;
        writeln!(out, "{}: {}", self.folder.display(), counted(files.len(), "page", "pages"))?;
        Ok(())
    }
}

/// Returns each command under the name of its page.
fn pages(command: &clap::Command) -> impl Iterator<Item = (String, clap::Command)> + '_ {
    let commands = command.get_subcommands().filter(|command| command.get_name() != "help");
    commands.map(|command| (format!("casegraph-{}", command.get_name()), command.clone()))
}
