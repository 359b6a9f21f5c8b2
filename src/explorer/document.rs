//! The case as JSON for the front end. In: a graph, as a view shows it, and what is said about it. Out: one document,
//! whose facts refer to entities, sources and predicates by their place in its lists, so that a big case stays small.
//!
//! Days are counted from 1970-01-01. A fact has six: the first and last on which it can have begun, ended, become public.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::conflicts::Entry;
use crate::date::{Day, days_between};
use crate::diagram::{StatusLook, Style};
use crate::graph::{
    Answer, End, EndKind, Entity, EntityGraph, Fact, Predicate, Qualifier, Source, Status, TemporalKind,
};
use crate::query::{Catalogue, Names, Question};
use crate::view::{AGENTS, View};

use super::dated::{Dated, Judgement, Name};
use super::days::Days;

/// What is said of a case beside its facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Title of the case.
    pub title: String,
    /// What the case is about.
    pub description: Option<String>,
    /// IRI that its ids are appended to.
    pub base: String,
    /// Language of labels that state none, as a tag of BCP 47.
    pub lang: String,
}

/// Whom a document is for.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// A page that can ask its server for more.
    Live(Live<'a>),
    /// A page that stands by itself, and holds what each day shows, if it is to show days.
    Alone(Option<&'a Days>),
}

/// What a server can do that a page which stands by itself cannot.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a> {
    /// Questions that it answers.
    pub catalogue: &'a Catalogue,
    /// Most bytes of CSV files that it takes at once; none where it takes none.
    pub import_bytes: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    maker: &'static str,
    title: &'a str,
    description: Option<&'a str>,
    base: &'a str,
    lang: &'a str,
    view: Seen,
    /// Classes of those who can know something.
    knowers: [&'static str; 5],
    classes: BTreeMap<&'a str, Look<'a>>,
    statuses: Vec<StatusOut<'a>>,
    predicates: Vec<PredicateOut<'a>>,
    sources: Vec<SourceOut<'a>>,
    entities: Vec<EntityOut<'a>>,
    facts: Vec<FactOut<'a>>,
    ledger: Vec<Value>,
    prefixes: BTreeMap<String, String>,
    questions: Vec<QuestionOut<'a>>,
    import_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<&'a Days>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    as_of: Option<String>,
    known_on: Option<String>,
    known_to: Option<String>,
    possible: bool,
    stamp: String,
    /// The view as a part of the name of a file.
    in_file_name: String,
}

#[derive(Serialize)]
struct Look<'a> {
    label: String,
    fill: &'a str,
    border: &'a str,
}

#[derive(Serialize)]
struct StatusOut<'a> {
    key: &'static str,
    label: &'a str,
    /// The same with what else tells its lines apart.
    legend: String,
    pattern: &'a str,
    colour: &'a str,
    /// Width of its lines in points.
    width: f64,
}

#[derive(Serialize)]
struct PredicateOut<'a> {
    key: &'a str,
    iri: &'a str,
    label: &'a str,
    inverse: Option<&'a str>,
    event: bool,
}

#[derive(Serialize)]
struct SourceOut<'a> {
    id: &'a str,
    title: &'a str,
    publisher: Option<&'a str>,
    date: Option<&'a str>,
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntityOut<'a> {
    id: &'a str,
    iri: &'a str,
    class: &'a str,
    label: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    other_labels: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aliases: &'a [String],
    /// Names that have a row of their own.
    #[serde(skip_serializing_if = "<[Name]>::is_empty")]
    names: &'a [Name],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FactOut<'a> {
    id: &'a str,
    subject: EndOut<'a>,
    predicate: usize,
    object: EndOut<'a>,
    /// Place in the list of statuses.
    status: usize,
    days: [i64; 6],
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    begin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_since: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_known_since: Option<&'a str>,
    when: String,
    end_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lag: Option<i64>,
    sources: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    claim: bool,
    /// Whether the view shows it only because the dates allow it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    possible: bool,
    #[serde(skip_serializing_if = "<[Judgement]>::is_empty")]
    judgements: &'a [Judgement],
}

/// The place of an entity in its list, or what else stands at the end of a fact.
#[derive(Serialize)]
#[serde(untagged)]
enum EndOut<'a> {
    Entity(usize),
    Fact { fact: &'a str },
    Text { text: Cow<'a, str>, lang: Option<&'a str> },
}

#[derive(Serialize)]
struct QuestionOut<'a> {
    name: &'a str,
    title: &'a str,
    question: &'a str,
    parameters: Vec<ParameterOut<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct ParameterOut<'a> {
    name: &'a str,
    kind: &'static str,
    description: &'a str,
}

/// Returns the case as JSON. The graph is what the view shows, and bears it as its selection.
pub fn document(
    graph: &EntityGraph,
    dated: &Dated,
    about: &About,
    view: &View,
    style: &Style,
    ledger: &[Entry],
    reader: Reader<'_>,
) -> Vec<u8> {
    let lists = Lists::of(graph);
    let (live, days) = match reader {
        Reader::Live(live) => (Some(live), None),
        Reader::Alone(days) => (None, days),
    };
    let names = Names::new(&about.base);
    let document = Document {
        maker: concat!("casegraph ", env!("CARGO_PKG_VERSION")),
        title: &about.title,
        description: about.description.as_deref(),
        base: &about.base,
        lang: &about.lang,
        view: Seen {
            as_of: view.as_of.map(|day| day.to_string()),
            known_on: view.known_on.map(|day| day.to_string()),
            known_to: view.known_to.clone(),
            possible: view.possible,
            stamp: view.to_string(),
            in_file_name: view.in_file_name(),
        },
        knowers: AGENTS,
        classes: graph.by_class().into_keys().map(|class| (class, look(style, class))).collect(),
        statuses: Status::ALL.iter().map(|status| status_out(style, *status)).collect(),
        predicates: lists.predicates.values().map(|(_, predicate)| predicate_out(predicate)).collect(),
        sources: lists.sources.values().map(|(_, source)| source_out(source)).collect(),
        entities: graph.entities().map(|entity| entity_out(entity, dated)).collect(),
        facts: graph.facts().map(|fact| lists.fact_out(fact, dated, graph.selection().certainty(fact))).collect(),
        ledger: ledger.iter().map(|entry| entry.to_json(graph)).collect(),
        prefixes: names.prefixes().map(|(prefix, iri)| (prefix.to_owned(), iri.to_owned())).collect(),
        questions: live.map(|live| live.catalogue.iter().map(question_out).collect()).unwrap_or_default(),
        import_bytes: live.and_then(|live| live.import_bytes),
        days,
    };
    serde_json::to_vec(&document).expect("texts and numbers can be written as JSON")
}

/// Where entities, predicates and sources stand in their lists.
struct Lists<'a> {
    graph: &'a EntityGraph,
    entities: BTreeMap<&'a str, usize>,
    predicates: BTreeMap<&'a str, (usize, &'a Predicate)>,
    sources: BTreeMap<&'a str, (usize, &'a Source)>,
}

impl<'a> Lists<'a> {
    fn of(graph: &'a EntityGraph) -> Self {
        let mut predicates: BTreeMap<&str, (usize, &Predicate)> = BTreeMap::new();
        let mut sources: BTreeMap<&str, (usize, &Source)> = BTreeMap::new();
        for fact in graph.facts() {
            predicates.insert(&fact.predicate.iri, (0, &fact.predicate));
            for source in fact.source.iter().chain(&fact.further_sources) {
                sources.insert(&source.id, (0, source));
            }
        }
        for (at, (place, _)) in predicates.values_mut().enumerate() {
            *place = at;
        }
        for (at, (place, _)) in sources.values_mut().enumerate() {
            *place = at;
        }
        let entities = graph.entities().enumerate().map(|(at, entity)| (entity.id.as_str(), at)).collect();
        Self { graph, entities, predicates, sources }
    }

    fn fact_out(&self, fact: &'a Fact, dated: &'a Dated, certainty: Answer) -> FactOut<'a> {
        let sources = fact.source.iter().chain(&fact.further_sources);
        FactOut {
            id: &fact.id,
            subject: self.end_out(&fact.subject),
            predicate: self.predicates[fact.predicate.iri.as_str()].0,
            object: self.end_out(&fact.object),
            status: Status::ALL.iter().position(|status| *status == fact.status).unwrap_or_default(),
            days: [fact.begins.0, fact.begins.1, fact.ends.0, fact.ends.1, fact.known.0, fact.known.1].map(number),
            confidence: fact.confidence,
            begin: fact.begin.as_deref(),
            end: fact.end.as_deref(),
            known_since: fact.known_since.as_deref(),
            end_known_since: dated.end_known_since(&fact.iri),
            when: fact.when(),
            end_kind: match fact.end_kind {
                EndKind::Closed => "closed",
                EndKind::Open => "open",
                EndKind::Unknown => "unknown",
            },
            doubt: fact.qualifier.map(|qualifier| match qualifier {
                Qualifier::Uncertain => "doubtful",
                Qualifier::Approximate => "estimate",
                Qualifier::Both => "doubtful estimate",
            }),
            lag: fact.lag_days(),
            sources: sources.map(|source| self.sources[source.id.as_str()].0).collect(),
            locator: fact.locator.as_deref(),
            note: fact.note.as_deref(),
            made_at: fact.made_at.as_deref(),
            claim: fact.is_claim,
            possible: certainty == Answer::Possible,
            judgements: dated.judgements(&fact.iri),
        }
    }

    fn end_out(&self, end: &'a End) -> EndOut<'a> {
        match end {
            End::Entity(id) => match self.entities.get(id.as_str()) {
                Some(place) => EndOut::Entity(*place),
                None => EndOut::Text { text: id.into(), lang: None },
            },
            End::Fact(id) => match self.graph.words(id).filter(|_| self.graph.fact(id).is_none()) {
                Some(words) => EndOut::Text { text: words.into(), lang: None },
                None => EndOut::Fact { fact: id },
            },
            End::Text { value, lang } => EndOut::Text { text: value.into(), lang: lang.as_deref() },
            End::Other(iri) => EndOut::Text { text: iri.into(), lang: None },
        }
    }
}

pub(super) fn number(day: Day) -> i64 {
    const START: Day = Day::constant(1970, 1, 1);
    days_between(START, day)
}

fn look<'a>(style: &'a Style, class: &str) -> Look<'a> {
    let (label, fill, border) = style.class_look(class);
    Look { label, fill, border }
}

fn status_out(style: &Style, status: Status) -> StatusOut<'_> {
    let StatusLook { label, legend, pattern, colour, width } = style.status_look(status);
    StatusOut { key: status.key(), label, legend, pattern, colour, width }
}

fn predicate_out(predicate: &Predicate) -> PredicateOut<'_> {
    PredicateOut {
        key: &predicate.key,
        iri: &predicate.iri,
        label: &predicate.label,
        inverse: predicate.inverse_label.as_deref(),
        event: predicate.kind == Some(TemporalKind::Event),
    }
}

fn source_out(source: &Source) -> SourceOut<'_> {
    SourceOut {
        id: &source.id,
        title: &source.title,
        publisher: source.publisher.as_deref(),
        date: source.date.as_deref(),
        url: source.url.as_deref().filter(|url| is_web(url)),
        note: source.note.as_deref(),
    }
}

fn entity_out<'a>(entity: &'a Entity, dated: &'a Dated) -> EntityOut<'a> {
    EntityOut {
        id: &entity.id,
        iri: &entity.iri,
        class: &entity.class,
        label: &entity.label,
        other_labels: &entity.other_labels,
        aliases: &entity.aliases,
        names: dated.names(&entity.iri),
        note: entity.note.as_deref(),
        link: entity.link.as_deref().filter(|link| is_web(link)),
    }
}

fn question_out(question: &Question) -> QuestionOut<'_> {
    let parameters = question.parameters.iter();
    QuestionOut {
        name: &question.name,
        title: &question.title,
        question: &question.question,
        parameters: parameters
            .map(|p| ParameterOut { name: &p.name, kind: p.kind.name(), description: &p.description })
            .collect(),
        text: &question.text,
    }
}

/// Tells whether an address may become a link: `javascript:` and the like must not.
fn is_web(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conflicts::{Rules, ledger};
    use crate::graph::fixture;

    #[test]
    fn facts_refer_to_lists_by_place_and_carry_their_days() {
        let graph = fixture::affair().graph();
        let style = Style::default();
        let entries = ledger(&graph, &Rules::default());
        let (dated, about) = (Dated::default(), About::default());
        let bytes = document(&graph, &dated, &about, &View::default(), &style, &entries, Reader::Alone(None));
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(value["facts"].as_array().map(Vec::len), Some(graph.facts().len()));
        for fact in value["facts"].as_array().expect("facts") {
            let predicate = usize::try_from(fact["predicate"].as_u64().expect("a place")).expect("small");
            let told = graph.fact(fact["id"].as_str().expect("an id")).expect("a fact of the graph");
            assert_eq!(value["predicates"][predicate]["key"], told.predicate.key.as_str());
            assert_eq!(fact["days"][4].as_i64(), Some(number(told.known.0)));
        }
    }

    #[test]
    fn a_link_is_a_web_address_or_none() {
        assert!(is_web("HTTPS://example.org") && is_web("http://example.org"));
        assert!(!is_web("javascript:alert(1)") && !is_web("data:text/html,x") && !is_web("//example.org"));
    }
}
