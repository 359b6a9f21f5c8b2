//! `casegraph build`: the main job: check, load, draw every standard diagram, write the page, and say what was made.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::conflicts::rules_of;
use super::diagram::style_of;
use super::fault::{Fault, counted, write_faults};
use super::output::{Inputs, Overwriting};
use super::screen;
use super::selecting::{Viewing, all_of};
use crate::case::Case;
use crate::conflicts::ledger;
use crate::diagram::{self, ClaimsOptions, Drawing, Format, RelationshipsOptions, Style, TimelineOptions};
use crate::explorer::{self, About, Days, Reader};
use crate::graph::{Ego, EgoLimits, EntityGraph};
use crate::query::visible;
use crate::report::{self, Cover, Figure};
use crate::store::{self, RdfSyntax};

/// Check a case, load it, draw all its standard diagrams and write a page about it
#[derive(clap::Args)]
pub(super) struct Build {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Folder to write to; it is made if it is not there [default: out, under a view with its name: out-known-on-2013-12-01]
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
    #[command(flatten)]
    viewing: Viewing,
}

impl Build {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let start = Instant::now();
        let view = self.viewing.view();
        let output = self.output.clone().unwrap_or_else(|| format!("out{}", view.in_file_name()).into());
        let folder = self.overwriting.folder(&output, "build", Inputs::of_case(&self.case))?;
        let case = self.viewing.open(&self.case)?;
        write_faults(&mut screen::stderr(), &case.warnings, None)?;
        let style = style_of(&case)?;
        let rules = rules_of(&case, &self.case)?;
        let graph = EntityGraph::project(all_of(&case)?, Some(&case.lang))?;
        let graph = if case.view.is_whole() { graph } else { graph.select(&(&case.view).into()) };
        writeln!(
            out,
            "{}: {} about {}, checked and loaded in {}",
            visible(&case.title),
            counted(graph.facts().len(), "fact", "facts"),
            counted(graph.entities().len(), "entity", "entities"),
            shown(start.elapsed())
        )?;
        let drawings = standard_drawings(&case, &graph, &style)?;
        let mut made = draw(drawings)?;
        let mut quads = Vec::new();
        store::write(all_of(&case)?, &mut quads, RdfSyntax::NQuads, &case.base)?;
        made.files.push(("graph.nq".to_owned(), quads));
        let cover = Cover {
            title: case.title.clone(),
            description: case.description.clone(),
            lang: case.lang.clone(),
            maker: concat!("casegraph ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let entries = ledger(&graph, &rules);
        let about = About {
            title: case.title.clone(),
            description: case.description.clone(),
            base: case.base.clone(),
            lang: case.lang.clone(),
        };
        let document =
            |days: Option<&Days>| explorer::document(&graph, &about, &case.view, &style, &entries, Reader::Alone(days));
        let whole = document(None);
        // A page of a view holds that view alone.
        let days = if case.view.is_whole() { Days::of(all_of(&case)?, &whole, &about, &style)? } else { None };
        let document = days.as_ref().map_or(whole, |days| document(Some(days)));
        let page = report::page(&cover, &graph, &made.figures, &entries, &document);
        // The page comes last: where it is new, all is.
        made.files.push(("index.html".to_owned(), page.into_bytes()));
        folder.write(&made.files)?;
        for (figure, time) in made.figures.iter().zip(&made.times) {
            writeln!(
                out,
                "  {}  {}, {}",
                shown_path(&output, &figure.files),
                visible(figure.drawing.title()),
                shown(*time)
            )?;
        }
        for (name, bytes) in made.files.iter().skip(made.files.len() - 2) {
            writeln!(out, "  {}  {} KB", output.join(name).display(), bytes.len().div_ceil(1000))?;
        }
        writeln!(out, "done in {}; open {}", shown(start.elapsed()), output.join("index.html").display())?;
        made.missing.map_or(Ok(()), |error| Err(Fault::from(error)))
    }
}

fn shown_path(folder: &Path, files: &[String]) -> String {
    let (first, rest) = files.split_first().map_or(("", [].as_slice()), |(first, rest)| (first.as_str(), rest));
    let extensions = rest.iter().filter_map(|file| Path::new(file).extension());
    let extensions: Vec<_> = extensions.map(|e| format!(" .{}", e.to_string_lossy())).collect();
    format!("{}{}", folder.join(first).display(), extensions.concat())
}

/// Drawings, and the files that hold them.
#[derive(Default)]
struct Made {
    figures: Vec<Figure>,
    /// How long each figure took.
    times: Vec<Duration>,
    files: Vec<(String, Vec<u8>)>,
    /// Where Graphviz is missing all else is written first, and this is told at the end.
    missing: Option<diagram::Error>,
}

/// Draws side by side, each drawing in the formats that need no second look.
fn draw(drawings: Vec<(String, Drawing)>) -> Result<Made, Fault> {
    let rendered = thread::scope(|scope| {
        let threads: Vec<_> = drawings
            .iter()
            .map(|(_, drawing)| {
                scope.spawn(|| {
                    let start = Instant::now();
                    (drawing.render(Format::Svg), start.elapsed())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("drawing does not panic")).collect::<Vec<_>>()
    });
    let mut made = Made::default();
    for ((id, drawing), (svg, time)) in drawings.into_iter().zip(rendered) {
        let svg = match svg {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error @ diagram::Error::GraphvizMissing) => {
                made.missing = Some(error);
                None
            }
            Err(error) => return Err(error.into()),
        };
        let mut files = Vec::new();
        let texts = [("svg", svg.clone()), ("dot", Some(drawing.dot())), ("txt", Some(drawing.text()))];
        for (extension, text) in texts {
            let Some(text) = text else { continue };
            files.push(format!("{id}.{extension}"));
            made.files.push((format!("{id}.{extension}"), text.into_bytes()));
        }
        made.figures.push(Figure { id, drawing, svg, files });
        made.times.push(time);
    }
    Ok(made)
}

/// Draws what every case is worth: the whole, its time, its disputes, and the surroundings of what it puts first.
fn standard_drawings(case: &Case, graph: &EntityGraph, style: &Style) -> Result<Vec<(String, Drawing)>, Fault> {
    let mut drawings = vec![
        ("relationships".to_owned(), diagram::relationships(graph, style, &RelationshipsOptions::default())),
        ("timeline".to_owned(), diagram::timeline(graph, style, &TimelineOptions::default())?),
        ("claims".to_owned(), diagram::claims(graph, style, &ClaimsOptions::default())),
    ];
    for id in focused(graph, &case.focus) {
        let around = Ego::read(case.near(), &id, EgoLimits::default(), graph.selection(), Some(&case.lang))?;
        drawings.push((format!("ego-{}", file_name(&id)), diagram::ego(&around, style, None)));
    }
    Ok(drawings)
}

fn focused(graph: &EntityGraph, focus: &[String]) -> Vec<String> {
    // What a view hides is not named either, not even to say that it is not there.
    let seen: Vec<String> = focus.iter().filter(|id| graph.entity(id).is_some()).cloned().collect();
    if !seen.is_empty() {
        return seen;
    }
    let busiest = graph.entities().max_by_key(|e| (graph.degree(&e.id), std::cmp::Reverse(e.id.clone())));
    busiest.map(|entity| entity.id.clone()).into_iter().collect()
}

fn file_name(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn shown(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
