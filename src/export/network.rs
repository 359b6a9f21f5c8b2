//! The case as nodes and edges, for programs that draw networks. In: a graph. Out: a node for each entity, an edge for each
//! fact, with all that its record says. A fact that others speak of, and a text that a fact states, have a node of their
//! own (classes `Fact` and `Text`), so that claims are not lost; a program that wants entities alone filters by class.

use std::collections::BTreeSet;

use super::Contents;
use super::losses::{Loss, add, apparatus};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::graph::{End, EntityGraph, Fact};

/// A value of a node or an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
}

impl Value {
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
        }
    }
}

/// What is said of a node or an edge: names and values, in the order of the columns.
pub(super) type Attributes = Vec<(&'static str, Value)>;

/// Names of all attributes of nodes, each with whether it is a text, a number or a flag.
pub(super) const NODE_COLUMNS: &[(&str, Kind)] =
    &[("class", Kind::Text), ("iri", Kind::Text), ("aliases", Kind::Text), ("note", Kind::Text), ("link", Kind::Text)];

/// Names of all attributes of edges.
pub(super) const EDGE_COLUMNS: &[(&str, Kind)] = &[
    ("predicate", Kind::Text),
    ("iri", Kind::Text),
    ("status", Kind::Text),
    ("asserted", Kind::Flag),
    ("confidence", Kind::Number),
    ("begin", Kind::Text),
    ("end", Kind::Text),
    ("known_since", Kind::Text),
    ("begin_earliest", Kind::Text),
    ("begin_latest", Kind::Text),
    ("end_earliest", Kind::Text),
    ("end_latest", Kind::Text),
    ("known_earliest", Kind::Text),
    ("known_latest", Kind::Text),
    ("sources", Kind::Text),
    ("source_urls", Kind::Text),
    ("locator", Kind::Text),
    ("made_at", Kind::Text),
    ("note", Kind::Text),
];

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
}

/// An entity, or something that facts speak of.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) class: String,
    pub(super) attributes: Attributes,
}

/// A fact.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) label: String,
    /// First and last day on which it can have held, where they are known.
    pub(super) days: (Option<Day>, Option<Day>),
    pub(super) attributes: Attributes,
}

/// Nodes and edges, by id.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) losses: Vec<Loss>,
}

impl Network {
    pub(super) fn of(contents: &Contents<'_>) -> Self {
        let graph = contents.graph;
        let mut nodes: Vec<Node> = graph.entities().map(|entity| entity_node(entity)).collect();
        let mut edges = Vec::new();
        let spoken_of: BTreeSet<&str> =
            graph.facts().flat_map(|fact| [&fact.subject, &fact.object]).filter_map(fact_id).collect();
        // A view may show what is said of something that did not hold on its day.
        let propositions = spoken_of.iter().filter(|id| graph.fact(id).is_none());
        nodes.extend(
            propositions.filter_map(|id| Some(plain_node(format!("fact:{id}"), graph.words(id)?, "Proposition", None))),
        );
        for fact in graph.facts() {
            let (Some(from), Some(to)) = (end(graph, &fact.subject), end(graph, &fact.object)) else { continue };
            let to = to.unwrap_or_else(|| format!("text:{}", fact.id));
            let from = from.unwrap_or_else(|| format!("text:{}", fact.id));
            if let End::Text { value, .. } = &fact.object {
                nodes.push(plain_node(to.clone(), value.clone(), "Text", None));
            }
            if spoken_of.contains(fact.id.as_str()) {
                let id = format!("fact:{}", fact.id);
                nodes.push(plain_node(id.clone(), graph.sentence(fact), "Fact", Some(&fact.iri)));
                for (part, end) in [("subject", &from), ("object", &to)] {
                    edges.push(Edge {
                        id: format!("{}#{part}", fact.id),
                        from: id.clone(),
                        to: end.clone(),
                        label: part.to_owned(),
                        days: (None, None),
                        attributes: vec![("predicate", Value::Text(format!("rdf:{part}")))],
                    });
                }
            }
            edges.push(fact_edge(fact, from, to));
        }
        nodes.sort_by(|a, b| a.id.cmp(&b.id));
        edges.sort_by(|a, b| a.id.cmp(&b.id));
        let mut losses = apparatus(contents, &[]);
        let odd =
            graph.facts().filter(|fact| end(graph, &fact.subject).is_none() || end(graph, &fact.object).is_none());
        add(&mut losses, "facts with an end that is no entity, fact or text", odd.map(|fact| fact.id.clone()));
        Self { nodes, edges, losses }
    }
}

fn fact_id(end: &End) -> Option<&str> {
    if let End::Fact(id) = end { Some(id) } else { None }
}

/// Returns the node at an end: of an entity, of a fact, or none yet for a text. `None` where there cannot be one.
#[expect(clippy::option_option, reason = "there is no node, or it has no name yet, or it has one")]
fn end(graph: &EntityGraph, end: &End) -> Option<Option<String>> {
    match end {
        End::Entity(id) if graph.entity(id).is_some() => Some(Some(id.clone())),
        End::Fact(id) if graph.words(id).is_some() => Some(Some(format!("fact:{id}"))),
        End::Text { .. } => Some(None),
        _ => None,
    }
}

fn entity_node(entity: &crate::graph::Entity) -> Node {
    let mut attributes = vec![("class", Value::Text(entity.class.clone())), ("iri", Value::Text(entity.iri.clone()))];
    if !entity.aliases.is_empty() {
        attributes.push(("aliases", Value::Text(entity.aliases.join(" | "))));
    }
    attributes.extend(entity.note.iter().map(|note| ("note", Value::Text(note.clone()))));
    attributes.extend(entity.link.iter().map(|link| ("link", Value::Text(link.clone()))));
    Node { id: entity.id.clone(), label: entity.label.clone(), class: entity.class.clone(), attributes }
}

fn plain_node(id: String, label: String, class: &str, iri: Option<&str>) -> Node {
    let mut attributes = vec![("class", Value::Text(class.to_owned()))];
    attributes.extend(iri.map(|iri| ("iri", Value::Text(iri.to_owned()))));
    Node { id, label, class: class.to_owned(), attributes }
}

fn fact_edge(fact: &Fact, from: String, to: String) -> Edge {
    let text = |name, text: Option<&str>| text.map(|text| (name, Value::Text(text.to_owned())));
    let day = |name, day: Day| (FIRST_DAY < day && day < LAST_DAY).then(|| (name, Value::Text(day.to_string())));
    let sources = &fact.sources;
    let joined = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join(" | "));
    let cited = joined(sources.iter().map(|source| source.cite()).collect());
    let urls = joined(sources.iter().filter_map(|source| source.url.clone()).collect());
    let attributes = [
        Some(("predicate", Value::Text(fact.predicate.key.clone()))),
        Some(("iri", Value::Text(fact.iri.clone()))),
        Some(("status", Value::Text(fact.status.key().to_owned()))),
        Some(("asserted", Value::Flag(fact.asserted))),
        fact.confidence.map(|confidence| ("confidence", Value::Number(confidence.into()))),
        text("begin", fact.begin.as_deref()),
        text("end", fact.end.as_deref()),
        text("known_since", fact.known_since.as_deref()),
        day("begin_earliest", fact.begins.0),
        day("begin_latest", fact.begins.1),
        day("end_earliest", fact.ends.0),
        day("end_latest", fact.ends.1),
        day("known_earliest", fact.known.0),
        day("known_latest", fact.known.1),
        text("sources", cited.as_deref()),
        text("source_urls", urls.as_deref()),
        text("locator", fact.locator.as_deref()),
        text("made_at", fact.made_at.as_deref()),
        text("note", fact.note.as_deref()),
    ];
    let within = |day: Day| (FIRST_DAY < day && day < LAST_DAY).then_some(day);
    Edge {
        id: fact.id.clone(),
        from,
        to,
        label: fact.predicate.label.clone(),
        days: (within(fact.begins.0), within(fact.ends.1)),
        attributes: attributes.into_iter().flatten().collect(),
    }
}
