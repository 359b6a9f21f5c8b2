//! The drawing of who says what. In: a graph. Out: speakers at the left, propositions in words at the right, a line for
//! each stance, and the lines between propositions that contradict or explain each other. What does not fit is counted.

use std::collections::{BTreeMap, BTreeSet};

use super::canvas::{self, Canvas, Legend, linked};
use super::caption::{self, count};
use super::dot::{self, Attributes};
use super::style::{Line, Style};
use super::text::wrap;
use super::{Drawing, Table};
use crate::graph::{End, EntityGraph, Fact};

/// Columns of a proposition.
const WIDTH: usize = 54;
/// Key of the built-in predicate between facts that cannot both be true.
const CONTRADICTS: &str = "contradicts";

/// How to draw claims.
#[derive(Debug, Clone)]
pub struct ClaimsOptions {
    /// Title; the default says what is drawn.
    pub title: Option<String>,
    /// Most propositions to draw; the most contested stay.
    pub max_propositions: usize,
    /// Whether statements that no other record speaks of are drawn too.
    pub texts: bool,
}

impl Default for ClaimsOptions {
    fn default() -> Self {
        Self { title: None, max_propositions: 32, texts: false }
    }
}

/// A proposition: a fact that others speak of, or a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Proposition<'a> {
    Fact(&'a str),
    Text(&'a str),
}

/// The claims about each proposition.
type Gathered<'a> = BTreeMap<Proposition<'a>, Vec<&'a Fact>>;

/// Draws the claims of a graph.
pub fn claims(graph: &EntityGraph, style: &Style, options: &ClaimsOptions) -> Drawing {
    let all = gather(graph);
    let texts = all.keys().filter(|proposition| matches!(proposition, Proposition::Text(_))).count();
    let chosen = choose(graph, &all, options);
    let drawn: BTreeSet<&str> = chosen
        .iter()
        .filter_map(|proposition| match proposition {
            Proposition::Fact(id) => Some(*id),
            Proposition::Text(_) => None,
        })
        .collect();
    let mut canvas = Canvas::new(graph, style);
    let mut speakers = BTreeSet::new();
    let mut shown: Vec<&Fact> = Vec::new();
    for proposition in &chosen {
        let node = draw_proposition(&mut canvas, proposition);
        canvas.push(node);
        for claim in all.get(proposition).into_iter().flatten() {
            if let End::Entity(speaker) = &claim.subject {
                if speakers.insert(speaker.as_str())
                    && let Some(entity) = graph.entity(speaker)
                {
                    let node = canvas.entity(entity, false);
                    canvas.push(node);
                }
                draw_stance(&mut canvas, speaker, &name(proposition), claim);
                shown.push(claim);
            }
        }
    }
    align(&mut canvas, &speakers, &chosen, &all);
    let between: Vec<_> = between(graph, &drawn);
    for (from, fact, to) in &between {
        draw_between(&mut canvas, from, fact, to);
    }
    let title = options.title.clone().unwrap_or_else(|| "Who says what".to_owned());
    let stamp = [canvas::stamp(graph), counts(&all, &chosen, &shown, speakers.len(), texts, options)].concat();
    let mut unseen: Vec<_> = all.values().flatten().copied().collect();
    unseen.retain(|claim| !shown.iter().any(|fact| fact.id == claim.id));
    let tables = vec![
        proposition_table(graph, style, &all, &chosen),
        caption::fact_table(graph, style, "Claims", shown),
        caption::fact_table(graph, style, "Between propositions", between.iter().map(|(_, fact, _)| *fact)),
        caption::fact_table(graph, style, "Claims not drawn", unseen),
    ];
    let legend = chosen.last().map_or(Legend::First, |last| Legend::After(name(last)));
    canvas.finish(&legend, title, stamp, tables)
}

/// Gathers the claims about each proposition. A claim may itself be one; so is a fact that another contradicts, even if
/// nobody in the case speaks of it.
fn gather(graph: &EntityGraph) -> Gathered<'_> {
    let mut all = Gathered::new();
    for fact in graph.facts().filter(|fact| fact.is_claim) {
        let proposition = match &fact.object {
            End::Fact(id) => Proposition::Fact(id),
            End::Text { value, .. } => Proposition::Text(value),
            End::Entity(_) | End::Other(_) => continue,
        };
        all.entry(proposition).or_default().push(fact);
    }
    for (from, to) in contradictions(graph) {
        all.entry(Proposition::Fact(from)).or_default();
        all.entry(Proposition::Fact(to)).or_default();
    }
    all
}

/// Returns the pairs of facts that contradict each other, as the case says.
fn contradictions(graph: &EntityGraph) -> impl Iterator<Item = (&str, &str)> {
    graph.facts().filter(|fact| fact.predicate.key == CONTRADICTS).filter_map(|fact| {
        match (&fact.subject, &fact.object) {
            (End::Fact(from), End::Fact(to)) => Some((from.as_str(), to.as_str())),
            _ => None,
        }
    })
}

/// Chooses the propositions that most different stances and most speakers meet on, and above all those that the case
/// says contradict each other; these come in pairs or not at all.
fn choose<'a>(graph: &EntityGraph, all: &Gathered<'a>, options: &ClaimsOptions) -> Vec<Proposition<'a>> {
    let pairs: Vec<_> = contradictions(graph).collect();
    let rank = |(proposition, claims): (&Proposition<'_>, &Vec<&Fact>)| {
        let stances: BTreeSet<_> = claims.iter().map(|claim| &claim.predicate.key).collect();
        let contradicted =
            matches!(proposition, Proposition::Fact(id) if pairs.iter().any(|(from, to)| from == id || to == id));
        std::cmp::Reverse((contradicted, stances.len(), claims.len()))
    };
    let mut ranked: Vec<_> = all
        .iter()
        .filter(|(proposition, _)| options.texts || matches!(proposition, Proposition::Fact(_)))
        .map(|entry| (rank(entry), entry.0))
        .collect();
    ranked.sort();
    ranked.truncate(options.max_propositions);
    let mut chosen: Vec<_> = ranked.into_iter().map(|(_, proposition)| proposition.clone()).collect();
    let has = |id: &str, chosen: &[Proposition<'_>]| {
        chosen.iter().any(|p| matches!(p, Proposition::Fact(other) if *other == id))
    };
    let alone: BTreeSet<&str> = pairs
        .iter()
        .filter(|(from, to)| has(from, &chosen) != has(to, &chosen))
        .flat_map(|(from, to)| [*from, *to])
        .collect();
    chosen.retain(|proposition| {
        !all[proposition].is_empty() || !matches!(proposition, Proposition::Fact(id) if alone.contains(id))
    });
    chosen.sort();
    chosen
}

fn name(proposition: &Proposition<'_>) -> String {
    match proposition {
        Proposition::Fact(id) => format!("fact {id}"),
        Proposition::Text(text) => format!("text {text}"),
    }
}

fn draw_proposition(canvas: &mut Canvas<'_>, proposition: &Proposition<'_>) -> graphviz_rust::dot_structures::Stmt {
    let (graph, style) = (canvas.graph, canvas.style);
    let paper = Attributes::default().set("shape", "box").set("fillcolor", &style.page.background).set("fontsize", 10);
    let attributes = match proposition {
        Proposition::Text(text) => paper
            .text("label", &wrap(&format!("“{text}”"), WIDTH, 5))
            .set("color", &style.page.group_border)
            .aside("tooltip", text)
            .classes(["proposition", "text"]),
        Proposition::Fact(id) => {
            let Some(fact) = graph.fact(id) else {
                // A view may show what is said of something that did not hold on its day.
                let words = graph.words(id).unwrap_or_else(|| (*id).to_owned());
                return dot::node(
                    &name(proposition),
                    paper.text("label", &wrap(&words, WIDTH, 4)).aside("tooltip", &words),
                );
            };
            let line = canvas.line_of(fact);
            let when = fact.when_briefly();
            let foot = [style.status(fact.status).label.as_str(), when.as_str()].join(" · ");
            let words = wrap(&graph.sentence(fact), WIDTH, 4);
            let attributes = paper
                .text("label", &format!("{words}\n({})", foot.trim_end_matches(" · ")))
                .set("color", &line.colour)
                .set(
                    "style",
                    if line.pattern == "solid" { "filled".to_owned() } else { format!("filled,{}", line.pattern) },
                )
                .set("penwidth", line.width)
                .aside("tooltip", &caption::fact(graph, style, fact))
                // A claim that is itself spoken of has its id at its own line.
                .aside("id", &if fact.is_claim { format!("proposition-{id}") } else { (*id).to_owned() })
                .classes(["proposition", fact.predicate.key.as_str(), fact.status.key()]);
            linked(attributes, fact.sources.first().and_then(|source| source.url.as_deref()))
        }
    };
    dot::node(&name(proposition), attributes)
}

/// Puts speakers in the first column and what they speak of in the second; what contradicts that, or is just
/// contradicted, falls to the right of it.
fn align(canvas: &mut Canvas<'_>, speakers: &BTreeSet<&str>, chosen: &[Proposition<'_>], all: &Gathered<'_>) {
    let spoken_of = |proposition: &&Proposition<'_>| all.get(proposition).is_some_and(|claims| !claims.is_empty());
    let second: BTreeSet<&str> = contradictions(canvas.graph).map(|(_, to)| to).collect();
    let names: Vec<_> = chosen
        .iter()
        .filter(|p| spoken_of(p) || !matches!(p, Proposition::Fact(id) if second.contains(id)))
        .map(name)
        .collect();
    canvas.push(dot::same_rank("speakers", speakers.iter().map(|id| (*id).to_owned())));
    if let (Some(speaker), Some(proposition)) = (speakers.first(), names.first()) {
        let invisible = Attributes::default().set("style", "invis").set("weight", 0);
        canvas.push(dot::edge(speaker, proposition, invisible));
    }
    canvas.push(dot::same_rank("propositions", names));
}

fn draw_stance(canvas: &mut Canvas<'_>, speaker: &str, proposition: &str, claim: &Fact) {
    let line = canvas.style.stance(&claim.predicate.key).clone();
    canvas.note_line(format!("stance {}", claim.predicate.key), &line);
    let label = format!("{} {}", claim.predicate.label, claim.when_briefly());
    let edge = canvas.fact((speaker, proposition), label.trim_end(), &line, &[claim], false);
    canvas.push(edge);
}

/// Returns the facts that join two drawn propositions, or that a claim among the drawn speaks of.
fn between<'a>(graph: &'a EntityGraph, drawn: &BTreeSet<&str>) -> Vec<(&'a str, &'a Fact, &'a str)> {
    graph
        .facts()
        .filter(|fact| !fact.is_claim)
        .filter_map(|fact| match (&fact.subject, &fact.object) {
            (End::Fact(from), End::Fact(to)) if drawn.contains(from.as_str()) && drawn.contains(to.as_str()) => {
                Some((from.as_str(), fact.as_ref(), to.as_str()))
            }
            _ => None,
        })
        .collect()
}

fn draw_between(canvas: &mut Canvas<'_>, from: &str, fact: &Fact, to: &str) {
    let look = canvas.style.between(&fact.predicate.key).clone();
    let line = Line { label: fact.predicate.label.clone(), ..look };
    canvas.note_line(format!("z {}", fact.predicate.key), &line);
    let ends = (format!("fact {from}"), format!("fact {to}"));
    let edge = canvas.fact((&ends.0, &ends.1), &fact.predicate.label, &line, &[fact], false);
    canvas.push(edge);
}

fn counts(
    all: &Gathered<'_>,
    chosen: &[Proposition<'_>],
    shown: &[&Fact],
    speakers: usize,
    texts: usize,
    options: &ClaimsOptions,
) -> Vec<String> {
    let mut stamp = vec![format!(
        "{} of {} about {}",
        count(shown.len(), "claim", "claims"),
        count(speakers, "speaker", "speakers"),
        count(chosen.len(), "proposition", "propositions")
    )];
    let hidden_texts = if options.texts { 0 } else { texts };
    let hidden = all.len() - chosen.len() - hidden_texts;
    let mut left_out = Vec::new();
    if hidden > 0 {
        left_out.push(count(hidden, "less contested proposition", "less contested propositions"));
    }
    if hidden_texts > 0 {
        left_out.push(count(hidden_texts, "statement that is only a text", "statements that are only texts"));
    }
    if !left_out.is_empty() {
        stamp.push(format!("Left out: {} (see the text)", left_out.join("; ")));
    }
    stamp
}

fn proposition_table(graph: &EntityGraph, style: &Style, all: &Gathered<'_>, chosen: &[Proposition<'_>]) -> Table {
    let mut table = Table::new("Propositions", &["fact", "proposition", "status", "who says what"]);
    for proposition in chosen {
        let says: Vec<_> = all
            .get(proposition)
            .into_iter()
            .flatten()
            .map(|claim| format!("{} {}", graph.name(&claim.subject), claim.predicate.label))
            .collect();
        let (id, words, status) = match proposition {
            Proposition::Fact(id) => {
                let status = graph.fact(id).map(|fact| style.status(fact.status).label.clone());
                (*id, graph.words(id).unwrap_or_default(), status.unwrap_or_default())
            }
            Proposition::Text(text) => ("", (*text).to_owned(), String::new()),
        };
        table.row(vec![id.to_owned(), words, status, says.join("; ")]);
    }
    table
}
