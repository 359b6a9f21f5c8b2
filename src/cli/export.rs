//! `casegraph export`: a case in a format of RDF, or of another program.

use std::io::Write;
use std::path::PathBuf;

use csvw::nearest;

use super::fault::Fault;
use super::output::{Inputs, Overwriting};
use super::screen;
use super::selecting::{Viewing, all_of};
use crate::export::{Contents, Exported, Format, Loss};
use crate::graph::EntityGraph;
use crate::store::{self, Columns, RdfSyntax};

/// Ids that are told of each kind of loss.
const TOLD: usize = 6;

/// Write a case in a format of RDF, or of another program
#[derive(clap::Args)]
pub(super) struct Export {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// nquads, trig, turtle, ntriples, jsonld or rdf12; graphml, gexf, cytoscape, mermaid or neo4j; csv (a case folder);
    /// followthemoney, followthemoney-statements, timelinejs or csl (the sources)
    #[arg(long, default_value = "nquads", value_name = "FORMAT")]
    to: String,
    /// File to write, or folder for csv and neo4j; standard output without it
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Tell all that the format cannot hold, not only the first of each kind
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    viewing: Viewing,
}

const SYNTAXES: [(&str, RdfSyntax); 4] = [
    ("nquads", RdfSyntax::NQuads),
    ("trig", RdfSyntax::TriG),
    ("turtle", RdfSyntax::Turtle),
    ("ntriples", RdfSyntax::NTriples),
];

impl Export {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let inputs = Inputs::of_case(&self.case);
        if let Some((_, syntax)) = SYNTAXES.iter().find(|(name, _)| *name == self.to) {
            let file = self.overwriting.file(self.output.as_deref(), &inputs)?;
            let case = self.viewing.open(&self.case)?;
            return match file {
                None => Ok(store::write(all_of(&case)?, out, *syntax, &case.base)?),
                Some(file) => file.write(|mut out| Ok(store::write(all_of(&case)?, &mut out, *syntax, &case.base)?)),
            };
        }
        let format = format(&self.to)?;
        if !format.is_folder() {
            let file = self.overwriting.file(self.output.as_deref(), &inputs)?;
            let exported = self.exported(format)?;
            let mut bytes = exported.files.values();
            match file {
                None => bytes.try_for_each(|bytes| out.write_all(bytes))?,
                Some(file) => file.write(|out| Ok(bytes.try_for_each(|bytes| out.write_all(bytes))?))?,
            }
            return self.tell(format, &exported.losses);
        }
        let Some(output) = &self.output else {
            let fault = Fault::usage(format!("{} makes several files", format.name()));
            return Err(fault.hint("name a folder for them with --output"));
        };
        let folder = self.overwriting.folder(output, &format!("export --to {}", format.name()), inputs)?;
        let exported = self.exported(format)?;
        folder.write(&exported.files.into_iter().collect::<Vec<_>>())?;
        self.tell(format, &exported.losses)
    }

    fn exported(&self, format: Format) -> Result<Exported, Fault> {
        let case = self.viewing.open(&self.case)?;
        let graph = EntityGraph::project(all_of(&case)?, Some(&case.lang))?;
        let view = case.view.to_string();
        Ok(Columns::ask(all_of(&case)?, |columns| {
            format.export(&Contents {
                columns,
                graph: &graph,
                title: &case.title,
                description: case.description.as_deref(),
                base: &case.base,
                lang: &case.lang,
                focus: &case.focus,
                view: &view,
            })
        })?)
    }

    fn tell(&self, format: Format, losses: &[Loss]) -> Result<(), Fault> {
        tell_losses(losses, &format!("not held by {}:", format.name()), self.all)
    }
}

fn format(name: &str) -> Result<Format, Fault> {
    let names = || SYNTAXES.iter().map(|(name, _)| *name).chain(Format::ALL.iter().map(|format| format.name()));
    Format::ALL.iter().copied().find(|format| format.name() == name).ok_or_else(|| {
        let fault = Fault::usage(format!("`{name}` is not a format of exports"));
        match nearest(name, names()) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault.hint(format!("there are {}", names().collect::<Vec<_>>().join(", "))),
        }
    })
}

/// Tells on standard error what was lost, kind by kind: the first of each, or all.
pub(super) fn tell_losses(losses: &[Loss], title: &str, all: bool) -> Result<(), Fault> {
    let mut err = screen::stderr();
    if !losses.is_empty() {
        writeln!(err, "{title}")?;
    }
    for loss in losses {
        let limit = if all { usize::MAX } else { TOLD };
        let shown: Vec<_> = loss.ids.iter().take(limit).map(|id| crate::query::visible(id)).collect();
        let more = match loss.ids.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more (--all)"),
        };
        writeln!(err, "  {} {}: {}{more}", loss.ids.len(), loss.what, shown.join(", "))?;
    }
    Ok(())
}
