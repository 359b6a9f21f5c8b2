//! `casegraph query`: SPARQL from a file, the command line or standard input, and the shipped questions by name.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::selecting::{Viewing, all_of};
use crate::case::OwnFiles;
use crate::query::{Answer, Catalogue, Format, Layout, Limits, Names, Question, run_on, run_within};

/// Ask a case a question: SPARQL, or a shipped question by its name
#[derive(clap::Args)]
pub(super) struct Query {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Name of a shipped question, a .rq file, SPARQL itself, or - for standard input
    #[arg(required_unless_present = "list", value_name = "QUERY")]
    question: Option<String>,
    /// Value for a parameter, such as company=microsoft (can be repeated)
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// table, csv, tsv, json or xml; turtle or ntriples for CONSTRUCT [default: table on a terminal, else csv]
    #[arg(short, long)]
    format: Option<String>,
    /// Most megabytes of memory that the query may hold
    #[arg(long, value_name = "N", default_value_t = 2048, value_parser = clap::value_parser!(u16).range(1..))]
    max_memory: u16,
    /// List the shipped questions and their parameters
    #[arg(long)]
    list: bool,
    /// Print the SPARQL of the question instead of running it
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    viewing: Viewing,
}

impl Query {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        if self.list || self.show {
            let own = OwnFiles::of(&self.case, self.viewing.links())?;
            let view = self.viewing.view();
            let catalogue = Catalogue::shipped()?.and(own.questions())?.on(view.known_on, view.possible);
            return if self.list { list(&catalogue, out) } else { self.show(&catalogue, out) };
        }
        let case = self.viewing.open(&self.case)?;
        let catalogue = Catalogue::shipped()?.and(case.own.questions())?;
        let question = self.question(&catalogue)?;
        let values = self.params.iter().map(|text| parameter(text)).collect::<Result<Vec<_>, _>>()?;
        let limits = Limits { memory: usize::from(self.max_memory) << 20, ..Limits::default() };
        let far = case.endpoint().map(|endpoint| run_on(endpoint, &case.base, &question, &values, &limits));
        let answer = match far.transpose()?.flatten() {
            Some(answer) => answer,
            None => run_within(all_of(&case)?, &case.base, &question, &values, &limits)?,
        };
        let format = self.format(&answer)?;
        let names = Names::new(&case.base);
        let names = if format == Format::Table {
            names.with_labels(case.near(), &answer).map_err(crate::query::Error::from)?
        } else {
            names
        };
        let width = terminal_size::terminal_size().map(|(width, _)| width.0);
        answer.write(out, format, &names, Layout { ascii: false, width })?;
        Ok(())
    }

    fn question(&self, catalogue: &Catalogue) -> Result<Question, Fault> {
        let query = self.question.as_deref().unwrap_or_default();
        if query == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            return Ok(Question::ad_hoc("standard input", &text)?);
        }
        let path = Path::new(query);
        if query.contains(['{', '\n', ' ']) && !path.exists() {
            return Ok(Question::ad_hoc("command line", query)?);
        }
        let is_file =
            path.extension().is_some_and(|e| e.eq_ignore_ascii_case("rq") || e.eq_ignore_ascii_case("sparql"));
        if is_file || path.is_file() {
            let text = std::fs::read_to_string(path).map_err(|error| Fault::file(path, &error))?;
            return Ok(Question::ad_hoc(query, &text)?);
        }
        match catalogue.get(query) {
            Ok(question) => Ok(question.clone()),
            Err(error) => Err(Fault::from(error).hint("`casegraph query CASE --list` shows the questions")),
        }
    }

    fn show(&self, catalogue: &Catalogue, out: &mut impl Write) -> Result<(), Fault> {
        let question = self.question(catalogue)?;
        if question.text.is_empty() {
            let fault = Fault::usage(format!("the text of `{}` is of today, and not shown as of a day", question.name));
            return Err(
                fault.hint("leave out --known-on; a line `# known_since: DATE` in it says from when it may be shown")
            );
        }
        writeln!(out, "{}", question.text.trim_end())?;
        Ok(())
    }

    fn format(&self, answer: &Answer) -> Result<Format, Fault> {
        if let Some(name) = &self.format {
            return Ok(name.parse()?);
        }
        Ok(match (answer, std::io::stdout().is_terminal()) {
            (Answer::Graph(_), _) => Format::Turtle,
            (_, true) | (Answer::Boolean(_), false) => Format::Table,
            (_, false) => Format::Csv,
        })
    }
}

fn parameter(text: &str) -> Result<(String, String), Fault> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(Fault::usage(format!("`{text}` is not a parameter")).hint("write --param NAME=VALUE")),
    }
}

fn list(catalogue: &Catalogue, out: &mut impl Write) -> Result<(), Fault> {
    for question in catalogue.iter() {
        let words = if question.question.is_empty() { &question.title } else { &question.question };
        writeln!(out, "{}\n    {words}", question.name)?;
        for parameter in &question.parameters {
            writeln!(out, "    --param {}={}  {}", parameter.name, parameter.kind, parameter.description)?;
        }
    }
    Ok(())
}
