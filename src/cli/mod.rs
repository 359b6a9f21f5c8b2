//! The command line: the only place that speaks. In: arguments. Out: text, files and exit codes: 0 fine, 1 faults in
//! the data, 2 usage, 3 environment. One file a command; errors become words in `fault`.

mod adopt;
mod build;
mod cases;
mod check;
mod communities;
mod completions;
mod components;
mod conflicts;
mod convert;
mod dedupe;
mod describe;
mod diagram;
mod diff;
mod disclosures;
mod explain;
mod export;
mod fault;
mod guide;
mod import;
mod init;
mod known;
mod lint;
mod log;
mod man;
mod output;
mod path;
mod query;
mod rank;
mod screen;
mod search;
mod secrecy;
mod selecting;
mod serve;
mod settings;
mod tabular;
mod undo;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Turn CSV files about a legal affair into a sourced, dated graph: query it, draw it, ask what was known when
#[derive(Parser)]
#[command(name = "casegraph", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Build(build::Build),
    Check(check::Check),
    Describe(describe::Describe),
    Adopt(adopt::Adopt),
    Explain(explain::Explain),
    Import(import::Import),
    Lint(lint::Lint),
    Cases(cases::Cases),
    Log(log::Log),
    Undo(undo::Undo),
    Verify(verify::Verify),
    Dedupe(dedupe::Dedupe),
    Query(query::Query),
    Search(search::Search),
    Known(known::Known),
    Disclosures(disclosures::Disclosures),
    Diagram(Box<diagram::Diagram>),
    Conflicts(conflicts::Conflicts),
    Secrecy(secrecy::Secrecy),
    Diff(diff::Diff),
    Rank(rank::Rank),
    Communities(communities::Communities),
    Components(components::Components),
    Path(path::Path),
    Export(export::Export),
    Serve(serve::Serve),
    Convert(convert::Convert),
    Man(man::Man),
    Completions(completions::Completions),
}

/// Runs the program: reads the arguments, does what they say, and tells how it went.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let mut out = screen::stdout();
    let done = match args.command {
        Command::Init(init) => init.run(&mut out),
        Command::Build(build) => build.run(&mut out),
        Command::Check(check) => check.run(&mut out),
        Command::Describe(describe) => describe.run(&mut out),
        Command::Adopt(adopt) => adopt.run(&mut out),
        Command::Explain(explain) => explain.run(&mut out),
        Command::Import(import) => import.run(&mut out),
        Command::Lint(lint) => lint.run(&mut out),
        Command::Cases(cases) => cases.run(&mut out),
        Command::Log(log) => log.run(&mut out),
        Command::Undo(undo) => undo.run(&mut out),
        Command::Verify(verify) => verify.run(&mut out),
        Command::Dedupe(dedupe) => dedupe.run(&mut out),
        Command::Query(query) => query.run(&mut out),
        Command::Search(search) => search.run(&mut out),
        Command::Known(known) => known.run(&mut out),
        Command::Disclosures(disclosures) => disclosures.run(&mut out),
        Command::Diagram(diagram) => diagram.run(&mut out),
        Command::Conflicts(conflicts) => conflicts.run(&mut out),
        Command::Secrecy(secrecy) => secrecy.run(&mut out),
        Command::Diff(diff) => diff.run(&mut out),
        Command::Rank(rank) => rank.run(&mut out),
        Command::Communities(communities) => communities.run(&mut out),
        Command::Components(components) => components.run(&mut out),
        Command::Path(path) => path.run(&mut out),
        Command::Export(export) => export.run(&mut out),
        Command::Serve(serve) => serve.run(&mut out),
        Command::Convert(convert) => convert.run(&mut out),
        Command::Man(man) => man.run(&mut out),
        Command::Completions(completions) => completions.run(&mut out),
    };
    match done.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.tell(&mut screen::stderr()),
    }
}

/// Returns the description of all arguments, from which documentation is made.
pub fn command() -> clap::Command {
    Args::command()
}
