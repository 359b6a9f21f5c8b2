//! `casegraph man`: manual pages of the program and of each command.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};

/// Write manual pages, one for the program and one for each command
#[derive(clap::Args)]
pub(super) struct Man {
    /// Folder to write them to, such as ~/.local/share/man/man1
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        std::fs::create_dir_all(&self.folder).map_err(|error| Fault::file(&self.folder, &error))?;
        let mut command = super::command();
        command.build();
        let mut count = 0;
        for (name, command) in std::iter::once(("casegraph".to_owned(), command.clone())).chain(pages(&command)) {
            let path = self.folder.join(format!("{name}.1"));
            let mut page = Vec::new();
            clap_mangen::Man::new(command.display_name(name)).render(&mut page)?;
            std::fs::write(&path, page).map_err(|error| Fault::file(&path, &error))?;
            count += 1;
        }
        writeln!(out, "{}: {}", self.folder.display(), counted(count, "page", "pages"))?;
        Ok(())
    }
}

/// Returns each command under the name of its page.
fn pages(command: &clap::Command) -> impl Iterator<Item = (String, clap::Command)> + '_ {
    let commands = command.get_subcommands().filter(|command| command.get_name() != "help");
    commands.map(|command| (format!("casegraph-{}", command.get_name()), command.clone()))
}
