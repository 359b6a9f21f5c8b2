//! Errors in words. In: whatever a command met. Out: lines on standard error and an exit code.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use csvw::{Diagnostic, Severity, nearest};

use super::screen::{Screen, Style};
use crate::remote::{OpenError, SettingsError};
use crate::store::{EndpointError, EndpointFault};
use crate::{adopt, case, conversion, diagram, export, graph, measures, query, serve, store, view};

/// Why a command stopped.
pub(super) struct Fault {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    faults: Vec<Diagnostic>,
    limit: Option<usize>,
    consequence: Consequence,
}

/// What faults in the data come to.
#[derive(Clone, Copy)]
pub(super) enum Consequence {
    NothingLoaded,
    NothingWritten,
    OutputNotWhole,
    Told,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Faults in the data: 1.
    Data,
    /// A store that is not what was written: 1, told like an error.
    Damage,
    /// A command that cannot be carried out as it was given: 2.
    Usage,
    /// A file, a program or the system: 3.
    Environment,
    /// The reader of our output went away: silent, 0.
    BrokenPipe,
}

impl Consequence {
    fn text(self) -> &'static str {
        match self {
            Self::NothingLoaded => "nothing was loaded",
            Self::NothingWritten => "nothing was written",
            Self::OutputNotWhole => "the output is not whole",
            Self::Told => "that is not none, as --strict asks",
        }
    }

    /// Returns what shows all faults.
    fn all_with(self) -> &'static str {
        match self {
            Self::NothingLoaded => CHECK_ALL,
            Self::NothingWritten | Self::OutputNotWhole | Self::Told => "--all",
        }
    }
}

/// How many faults are shown unless all are asked for.
pub(super) const SHOWN: usize = 20;

/// What helps where a case file cannot be read.
const INTO_A_NEW_FILE: &str = "import the case again into a new file: `casegraph import CASE --store new.casegraph`";

/// What shows all faults of a case.
const CHECK_ALL: &str = "casegraph check --all";

impl Fault {
    fn with_message(kind: Kind, message: String) -> Self {
        Self {
            kind,
            message,
            causes: Vec::new(),
            hints: Vec::new(),
            faults: Vec::new(),
            limit: Some(SHOWN),
            consequence: Consequence::NothingLoaded,
        }
    }

    fn new(kind: Kind, error: &dyn Error) -> Self {
        let causes = std::iter::successors(error.source(), |&cause| cause.source()).map(ToString::to_string);
        Self { causes: causes.collect(), ..Self::with_message(kind, error.to_string()) }
    }

    /// A command that cannot be carried out as it was given.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::with_message(Kind::Usage, message.into())
    }

    /// A file that cannot be written or read.
    pub(super) fn file(path: &std::path::Path, error: &io::Error) -> Self {
        let mut fault = Self::new(Kind::Environment, error);
        fault.causes.insert(0, std::mem::replace(&mut fault.message, format!("cannot use {}", path.display())));
        fault
    }

    /// A file of settings that does not say what it should.
    pub(super) fn settings(path: &std::path::Path, error: &dyn Error) -> Self {
        let mut fault = Self::new(Kind::Usage, error);
        fault.causes.insert(0, std::mem::replace(&mut fault.message, format!("cannot use {}", path.display())));
        fault
    }

    /// Faults in the data, the first of them or all.
    pub(super) fn data(faults: Vec<Diagnostic>) -> Self {
        let (errors, warnings) = case::count(&faults);
        let errors = counted(errors, "error", "errors");
        let message = match warnings {
            0 => errors,
            _ => format!("{errors} and {}", counted(warnings, "warning", "warnings")),
        };
        Self { faults, ..Self::with_message(Kind::Data, message) }
    }

    /// Findings that were asked to count as faults; they have been told.
    pub(super) fn findings(count: usize) -> Self {
        let message = counted(count, "finding", "findings");
        Self { consequence: Consequence::Told, ..Self::with_message(Kind::Data, message) }
    }

    /// Shows all faults.
    pub(super) fn all(mut self) -> Self {
        self.limit = None;
        self
    }

    /// Says what the faults come to.
    pub(super) fn so_that(mut self, consequence: Consequence) -> Self {
        self.consequence = consequence;
        self
    }

    /// Leaves out the faults, which a report has told; their number stays.
    pub(super) fn told(mut self) -> Self {
        self.faults.clear();
        self
    }

    /// Counts an error as a fault in the data, which was looked for.
    pub(super) fn in_the_data(mut self) -> Self {
        self.kind = Kind::Damage;
        self
    }

    /// Adds what to do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Writes the fault, and returns the exit code for it.
    pub(super) fn tell(&self, out: &mut Screen<impl Write>) -> ExitCode {
        if matches!(self.kind, Kind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        // A standard error that cannot be written to leaves nobody to tell.
        let _told: io::Result<()> = self.write(out);
        ExitCode::from(match self.kind {
            Kind::Data | Kind::Damage => 1,
            Kind::Usage => 2,
            Kind::Environment | Kind::BrokenPipe => 3,
        })
    }

    fn write(&self, out: &mut Screen<impl Write>) -> io::Result<()> {
        write_some_faults(out, &self.faults, self.limit, self.consequence.all_with())?;
        if matches!(self.kind, Kind::Data) {
            out.styled(Style::Error, &query::visible(&self.message))?;
            return writeln!(out, ": {}", self.consequence.text());
        }
        out.styled(Style::Error, "error")?;
        writeln!(out, ": {}", visible_lines(&self.message))?;
        for cause in &self.causes {
            writeln!(out, "  because: {}", visible_lines(cause))?;
        }
        for hint in &self.hints {
            writeln!(out, "  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Writes faults, at most `limit` of them, and how many more there are.
pub(super) fn write_faults(
    out: &mut Screen<impl Write>,
    faults: &[Diagnostic],
    limit: Option<usize>,
) -> io::Result<()> {
    write_some_faults(out, faults, limit, CHECK_ALL)
}

/// Writes faults; where there are more than `limit`, says that `all_with` shows all.
pub(super) fn write_some_faults(
    out: &mut Screen<impl Write>,
    faults: &[Diagnostic],
    limit: Option<usize>,
    all_with: &str,
) -> io::Result<()> {
    let limit = limit.unwrap_or(usize::MAX);
    for fault in faults.iter().take(limit) {
        let style = if fault.severity == Severity::Error { Style::Error } else { Style::Warning };
        let text = visible_lines(&fault.to_string());
        let (head, rest) = text.split_once(": ").unwrap_or((text.as_str(), ""));
        out.styled(style, head)?;
        writeln!(out, ": {rest}")?;
    }
    if faults.len() > limit {
        writeln!(out, "… and {} more (`{all_with}` shows them)", faults.len() - limit)?;
    }
    Ok(())
}

/// Returns a number with its noun.
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Tells of statements from tables that make no facts, where there are any.
pub(super) fn and_plain(count: usize) -> String {
    match count {
        0 => String::new(),
        _ => format!(", and {} from tables that make no facts", counted(count, "statement", "statements")),
    }
}

/// Makes text from a file harmless for a terminal, but keeps its line breaks.
fn visible_lines(text: &str) -> String {
    text.lines().map(query::visible).collect::<Vec<_>>().join("\n")
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        let kind = if error.kind() == io::ErrorKind::BrokenPipe { Kind::BrokenPipe } else { Kind::Environment };
        Self::new(kind, &error)
    }
}

impl From<case::Error> for Fault {
    fn from(error: case::Error) -> Self {
        match error {
            case::Error::Faults(faults) => Self::data(faults),
            case::Error::Unsound => Self::new(Kind::Damage, &error).hint("`casegraph check` shows them"),
            case::Error::Store(error) => error.into(),
            case::Error::UnknownCase { ref name, ref known } => {
                let fault = Self::new(Kind::Usage, &error);
                match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => fault.hint(format!("did you mean `{near}`?")),
                    None => fault.hint("`casegraph cases STORE` lists them"),
                }
            }
            case::Error::Endpoint(error) => error.into(),
            case::Error::View(error) => error.into(),
            case::Error::Locked { .. } | case::Error::Restless(_) | case::Error::Overtaken(_) => {
                Self::new(Kind::Environment, &error).hint("wait a moment, and try again")
            }
            case::Error::Edited { ref kept, .. } => Self::new(Kind::Environment, &error)
                .hint("move what was edited out of the case folder, and try again")
                .hint(format!("the files of the import, and those before it, lie in {}", kept.display())),
            case::Error::NotAFile(_) => Self::new(Kind::Environment, &error)
                .hint("look at what it is, and put a file in its place or remove it"),
            case::Error::NothingBefore(_) => {
                Self::new(Kind::Environment, &error).hint("only the last import by the browser can be taken back, once")
            }
            case::Error::Missing(_) | case::Error::Read { .. } | case::Error::Write { .. } => {
                Self::new(Kind::Environment, &error)
            }
        }
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        let fault = Self::new(Kind::Environment, &error);
        match error {
            store::Error::Directory(ref path) => Self::new(Kind::Usage, &error)
                .hint("import the case folder again, into a file: `casegraph import CASE --store case.casegraph`")
                .hint(format!(
                    "or let the casegraph that made the store write it as a case folder: `casegraph export {} --to csv --output CASE`",
                    path.display()
                )),
            store::Error::Locked { .. } => fault.hint("wait until it is done, and import again"),
            store::Error::NotALock(_) => fault.hint("look at what it is and who put it there, and move it away"),
            store::Error::NotAStore(_) => Self::new(Kind::Usage, &error)
                .hint("a case file is one that `casegraph import CASE --store case.casegraph` makes"),
            store::Error::NothingBefore(_) => fault.hint(
                "only the last import can be taken back; to take back the first one, remove the file and import again",
            ),
            store::Error::Damaged { ref path, can_undo: true, .. } => {
                fault.hint(format!("`casegraph undo {}` brings back its state before the last change", path.display()))
            }
            store::Error::Damaged { .. } => fault.hint(INTO_A_NEW_FILE),
            store::Error::OtherForm(_) => {
                fault.hint("it stays as it is; the version that wrote it reads it").hint(INTO_A_NEW_FILE)
            }
            store::Error::Read(_) => fault.hint("`casegraph verify STORE` tells whether it is damaged, and what to do"),
            store::Error::Unfinished { .. } => fault.hint("look after the disk, and do the same again"),
            store::Error::AnotherBefore { .. } => {
                fault.hint("to go back, import the case into a new file as it was then")
            }
            store::Error::Endpoint(error) => error.into(),
            _ => fault,
        }
    }
}

impl From<EndpointError> for Fault {
    fn from(error: EndpointError) -> Self {
        use EndpointFault as F;
        let fault = Self::new(Kind::Environment, &error);
        match error.fault {
            F::Unreachable(_) => fault.hint("look whether the server runs, and at the address"),
            F::Slow(_) => fault.hint("set CASEGRAPH_TIMEOUT to more seconds, or ask for less"),
            F::Unauthorised { .. } => {
                fault.hint("set CASEGRAPH_USER and CASEGRAPH_PASSWORD, or CASEGRAPH_TOKEN; docs/engines.md tells more")
            }
            F::Forbidden(_) => {
                fault.hint("ask those who run it for the right to do so; docs/engines.md tells how it is given")
            }
            F::NotFound(_) | F::NotResults(_) => {
                fault.hint("the address is that of the SPARQL endpoint itself, such as http://localhost:7878/query")
            }
            F::TooLarge => fault.hint("let the server, or the proxy before it, take larger requests"),
            F::Busy(_) => fault.hint("wait a little, and try again"),
            F::Broken { .. } => fault.hint("what went wrong stands in the log of the server"),
            F::Malformed(_) => fault.hint("look whether the address is that of a SPARQL endpoint"),
            F::BrokenOff => fault.hint("look whether the server or a proxy before it has a limit of time or size"),
            F::Redirected(_) => fault.hint("give that address, if you trust it"),
            F::Cut { .. } => fault.hint("let the server send more rows; docs/engines.md tells how"),
            F::NotKept { .. } => fault.hint("import again; if it stays so, the engine does not keep what it is sent"),
            _ => fault,
        }
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Endpoint(error) => error.into(),
            OpenError::Store(error) => error.into(),
            OpenError::Settings(error) => {
                let fault = Self::new(Kind::Usage, &error);
                match error {
                    SettingsError::CredentialsInAddress => fault
                        .hint("set CASEGRAPH_USER and CASEGRAPH_PASSWORD, or CASEGRAPH_TOKEN, or write them to an endpoint file"),
                    SettingsError::InTheClear(_) => {
                        fault.hint("use https, or write `plain_http = true` to an endpoint file if the net is yours")
                    }
                    SettingsError::Toml { .. } => {
                        fault.hint("an endpoint file has a line `query = \"https://…\"`; docs/engines.md lists the others")
                    }
                    _ => fault,
                }
            }
        }
    }
}

impl From<store::WriteError> for Fault {
    fn from(error: store::WriteError) -> Self {
        match error {
            store::WriteError::Store(error) => error.into(),
            store::WriteError::Io(error) => error.into(),
        }
    }
}

impl From<conversion::Error> for Fault {
    fn from(error: conversion::Error) -> Self {
        match error {
            conversion::Error::Write(error) => error.into(),
            conversion::Error::File { path, source } => Self::file(&path, &source),
            conversion::Error::NotDescribed { .. } | conversion::Error::Base(_) => Self::new(Kind::Usage, &error),
        }
    }
}

impl From<query::Error> for Fault {
    fn from(error: query::Error) -> Self {
        let kind = match &error {
            query::Error::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Kind::BrokenPipe,
            query::Error::Write(_) => Kind::Environment,
            _ => Kind::Usage,
        };
        match error {
            query::Error::Store(error) => error.into(),
            error => Self::new(kind, &error),
        }
    }
}

impl From<graph::Error> for Fault {
    fn from(error: graph::Error) -> Self {
        match error {
            graph::Error::Store(error) => error.into(),
            graph::Error::View(error) => error.into(),
            other => Self::new(Kind::Usage, &other),
        }
    }
}

impl From<view::Error> for Fault {
    fn from(error: view::Error) -> Self {
        let fault = Self::new(Kind::Usage, &error);
        match error {
            view::Error::Store(error) => error.into(),
            view::Error::NoDay(_) => fault.hint("give the day too, such as --known-on 2013-12-01"),
            view::Error::UnknownAudience(_) => fault
                .hint("`casegraph query CASE classes` counts the kinds of entity, and `casegraph search` finds ids"),
        }
    }
}

impl From<adopt::Error> for Fault {
    fn from(error: adopt::Error) -> Self {
        Self::new(if matches!(error, adopt::Error::Write(_)) { Kind::Environment } else { Kind::Usage }, &error)
    }
}

impl From<export::Error> for Fault {
    fn from(error: export::Error) -> Self {
        Self::new(Kind::Environment, &error)
    }
}

impl From<measures::Error> for Fault {
    fn from(error: measures::Error) -> Self {
        match error {
            measures::Error::Graph(error) => error.into(),
            error => Self::new(Kind::Usage, &error),
        }
    }
}

impl From<serve::Error> for Fault {
    fn from(error: serve::Error) -> Self {
        match error {
            serve::Error::Case(error) => error.into(),
            serve::Error::Graph(error) => error.into(),
            serve::Error::Style(error) => error.into(),
            serve::Error::Question(error) => error.into(),
            serve::Error::Rules(_) | serve::Error::Dedupe(_) => Self::new(Kind::Usage, &error),
            serve::Error::Unguarded(_) => {
                Self::new(Kind::Usage, &error).hint("write a token into a file and give it with --token-file FILE")
            }
            serve::Error::Listen { .. } => Self::new(Kind::Environment, &error)
                .hint("choose another with --port N, or --port 0 for any that is free"),
            _ => Self::new(Kind::Environment, &error),
        }
    }
}

impl From<diagram::Error> for Fault {
    fn from(error: diagram::Error) -> Self {
        match error {
            diagram::Error::Graph(error) => error.into(),
            diagram::Error::Style(_) => Self::new(Kind::Usage, &error),
            _ => Self::new(Kind::Environment, &error),
        }
    }
}
