//! `casegraph diagram`: one drawing of a case, in one format.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::output::{Inputs, Overwriting};
use super::selecting::{Dates, Selecting, day};
use super::settings;
use crate::case::Case;
use crate::date::Day;
use crate::diagram::{
    self, ClaimsOptions, Colouring, DiffOptions, Drawing, Format, PathOptions, RelationshipsOptions, Scale, Style,
    TimelineOptions,
};
use crate::graph::{EgoLimits, EntityGraph};
use crate::measures::{Measure, Network, communities};

/// Draw a case: relationships, ego, path, timeline, claims or diff
#[derive(clap::Args)]
pub(super) struct Diagram {
    /// Kind of drawing
    #[arg(value_enum)]
    kind: Kind,
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// File to write; its extension gives the format: svg, png, pdf, dot or txt
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Format, for standard output or against the extension [default: svg]
    #[arg(short, long)]
    format: Option<String>,
    /// ego: the entity in the middle, by id or label
    #[arg(long, required_if_eq("kind", "ego"), value_name = "ENTITY")]
    entity: Option<String>,
    /// ego: how many steps around the entity
    #[arg(long, default_value_t = 1)]
    depth: usize,
    /// path: the entity to start from, by id or label
    #[arg(long, required_if_eq("kind", "path"), value_name = "ENTITY")]
    from: Option<String>,
    /// path: the entity to arrive at
    #[arg(long, required_if_eq("kind", "path"), value_name = "ENTITY")]
    to: Option<String>,
    /// Most entities to draw; what is left out is counted in the drawing
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    max_nodes: Option<usize>,
    /// relationships: the measure that sizes tell: degree, betweenness, closeness, eigenvector or pagerank
    #[arg(long, value_name = "MEASURE")]
    size_by: Option<String>,
    /// relationships: the measure that colours tell, or community
    #[arg(long, value_name = "MEASURE")]
    colour_by: Option<String>,
    /// timeline, diff: an entity whose lane is drawn (can be repeated) [default: the busiest]
    #[arg(long = "lane", value_name = "ENTITY")]
    lanes: Vec<String>,
    /// timeline, diff: first day to draw
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Day>,
    /// timeline, diff: last day to draw
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Day>,
    /// claims: draw statements too that no other record speaks of
    #[arg(long)]
    texts: bool,
    /// Title
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    selecting: Selecting,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// Who has to do with whom
    Relationships,
    /// One entity and what lies around it
    Ego,
    /// How two entities hang together
    Path,
    /// What happened when, and when it became public
    Timeline,
    /// Who affirms and who denies what
    Claims,
    /// What one day shows that an earlier one did not; takes two days, as --known-on DAY --known-on DAY
    Diff,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("write a whole number from 1 on".to_owned()),
    }
}

impl Diagram {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(Fault::usage(format!("--until {until} is before --since {since}")).hint("exchange the two"));
        }
        if !matches!(self.kind, Kind::Relationships) && (self.size_by.is_some() || self.colour_by.is_some()) {
            return Err(Fault::usage("--size-by and --colour-by are for the relationships drawing"));
        }
        let format = self.format()?;
        let file = self.overwriting.file(self.output.as_deref(), &Inputs::of_case(&self.case))?;
        let drawing = self.draw()?;
        let bytes = drawing.render(format)?;
        match file {
            None => Ok(out.write_all(&bytes)?),
            Some(file) => file.write(|out| Ok(out.write_all(&bytes)?)),
        }
    }

    /// Draws; of a neighbourhood and a path no more is read than they need.
    fn draw(&self) -> Result<Drawing, Fault> {
        let title = self.title.clone();
        let (case, diff) = match self.kind {
            Kind::Diff => self.dates.difference(&self.case, &self.selecting).map(|(case, diff)| (case, Some(diff)))?,
            _ => (self.dates.open(&self.case, self.dates.view()?)?, None),
        };
        let (case, style) = (&case, &style_of(&case)?);
        let whole = || self.selecting.whole(case);
        Ok(match self.kind {
            Kind::Relationships => {
                let graph = whole()?;
                let network = Network::of(&graph, false);
                let options = RelationshipsOptions {
                    title,
                    size_by: self.size_by.as_deref().map(|name| scale(&network, name)).transpose()?,
                    colour_by: self.colour_by.as_deref().map(|name| colouring(&network, name)).transpose()?,
                    ..RelationshipsOptions::default()
                };
                let max_nodes = self.max_nodes.unwrap_or(options.max_nodes);
                diagram::relationships(&graph, style, &RelationshipsOptions { max_nodes, ..options })
            }
            Kind::Ego => {
                let limits = EgoLimits { depth: self.depth, ..EgoLimits::default() };
                let max_entities = self.max_nodes.unwrap_or(limits.max_entities);
                let entity = self.entity.as_deref().unwrap_or_default();
                let ego = self.selecting.around(case, entity, EgoLimits { max_entities, ..limits })?;
                diagram::ego(&ego, style, title)
            }
            Kind::Path => {
                let options = PathOptions { title, ..PathOptions::default() };
                let (from, to) = (self.from.as_deref().unwrap_or_default(), self.to.as_deref().unwrap_or_default());
                diagram::path(&self.selecting.joining(case, from, to)?, style, from, to, &options)?
            }
            Kind::Timeline | Kind::Diff => {
                if let Some(diff) = diff {
                    let timeline = self.timeline(diff.graph())?;
                    diagram::diff(&diff, style, &DiffOptions { timeline })?
                } else {
                    let graph = whole()?;
                    diagram::timeline(&graph, style, &self.timeline(&graph)?)?
                }
            }
            Kind::Claims => {
                let options = ClaimsOptions { title, texts: self.texts, ..ClaimsOptions::default() };
                let max_propositions = self.max_nodes.unwrap_or(options.max_propositions);
                diagram::claims(&whole()?, style, &ClaimsOptions { max_propositions, ..options })
            }
        })
    }

    fn timeline(&self, graph: &EntityGraph) -> Result<TimelineOptions, Fault> {
        let lanes = self.lanes.iter().map(|name| Ok(graph.find(name)?.id.clone()));
        let lanes = lanes.collect::<Result<Vec<_>, Fault>>()?;
        let default = TimelineOptions::default();
        Ok(TimelineOptions {
            title: self.title.clone(),
            from: self.since,
            to: self.until,
            max_lanes: if lanes.is_empty() { default.max_lanes } else { lanes.len() },
            lanes,
            ..default
        })
    }

    fn format(&self) -> Result<Format, Fault> {
        let extension = self.output.as_deref().and_then(Path::extension).map(|e| e.to_string_lossy().into_owned());
        let name = self.format.clone().or(extension).unwrap_or_else(|| "svg".to_owned());
        Format::parse(&name).ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            Fault::usage(format!("`{name}` is not a format of drawings")).hint(format!("choose {}", names.join(", ")))
        })
    }
}

/// Takes a measure of each entity.
fn scale(network: &Network, name: &str) -> Result<Scale, Fault> {
    let measure = Measure::parse(name)?;
    let values = measure.of(network)?;
    Ok(Scale { name: measure.key().to_owned(), values: network.ids().iter().cloned().zip(values).collect() })
}

/// Takes a measure of each entity, or finds its community.
fn colouring(network: &Network, name: &str) -> Result<Colouring, Fault> {
    if !name.eq_ignore_ascii_case("community") {
        return Ok(Colouring::Number(scale(network, name)?));
    }
    let found = communities(network, 1.0, 0)?.by_node();
    let groups = found.into_iter().map(|(node, group)| (network.ids()[node].clone(), group)).collect();
    Ok(Colouring::Groups { name: "community".to_owned(), groups })
}

/// Returns the style of a case: the built-in one, and over it the `style.toml` of the case folder, if there is one.
pub(super) fn style_of(case: &Case) -> Result<Style, Fault> {
    settings::own(case, Path::new(""), "style.toml", |_, text| Ok(Style::overridden_by(text)?))
}
