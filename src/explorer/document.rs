//! The case as JSON for the front end. In: a graph, as a view shows it, and what is said about it. Out: one document,
//! whose facts refer to entities, sources and predicates by their place in its lists, so that a big case stays small.
//!
//! Days are counted from 1970-01-01. A fact has six: the first and last on which it can have begun, ended, become public.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::conflicts::Entry;
use crate::date::{Day, days_between};
use crate::diagram::{StatusLook, Style};
use crate::graph::{Answer, End, EndKind, Entity, EntityGraph, Fact, Judgement, Predicate, Qualifier, Source, Status};
use crate::query::{Catalogue, Names, Question};
use crate::view::{AGENTS, View};

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

/// What each day shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Days {
    /// First day of each span but the first, which has none.
    pub(super) from: Vec<i64>,
    /// Keys by whose places facts name entities, sources and predicates, beyond those of the whole, which come first.
    pub(super) keys: BTreeMap<&'static str, Vec<String>>,
    /// Title and description of the case.
    pub(super) titles: Forms,
    #[serde(flatten)]
    pub(super) lists: BTreeMap<&'static str, Forms>,
}

/// Forms, each with the spans that show it for certain, and those that show it where what is possible counts: each with
/// the span that it begins with, then the one that it is over with, and so on. A number is a place in the list of the whole.
pub(super) type Forms = Vec<(Value, [Vec<usize>; 2])>;

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
    view: Value,
    /// Classes of those who can know something.
    knowers: [&'static str; 5],
    classes: BTreeMap<&'a str, Value>,
    statuses: Vec<StatusLook<'a>>,
    predicates: Vec<&'a Predicate>,
    sources: Vec<&'a Source>,
    entities: Vec<&'a Entity>,
    facts: Vec<FactOut<'a>>,
    ledger: Vec<Value>,
    prefixes: BTreeMap<String, String>,
    questions: Vec<Value>,
    import_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<&'a Days>,
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

/// Returns the case as JSON. The graph is what the view shows, and bears it as its selection.
pub fn document(
    graph: &EntityGraph,
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
        view: json!({
            "asOf": view.as_of.map(|day| day.to_string()),
            "knownOn": view.known_on.map(|day| day.to_string()),
            "knownTo": view.known_to,
            "possible": view.possible,
            "stamp": view.to_string(),
            "inFileName": view.in_file_name(),
        }),
        knowers: AGENTS,
        classes: graph.by_class().into_keys().map(|class| (class, look(style, class))).collect(),
        statuses: Status::ALL.iter().map(|status| style.status_look(*status)).collect(),
        predicates: lists.predicates.values().map(|(_, predicate)| *predicate).collect(),
        sources: lists.sources.values().map(|(_, source)| *source).collect(),
        entities: graph.entities().map(AsRef::as_ref).collect(),
        facts: graph.facts().map(|fact| lists.fact_out(fact, graph.selection().certainty(fact))).collect(),
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
            for source in &fact.sources {
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

    fn fact_out(&self, fact: &'a Fact, certainty: Answer) -> FactOut<'a> {
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
            end_known_since: fact.end_known_since.as_deref(),
            when: fact.when(),
            end_kind: match fact.end_kind {
                EndKind::Closed => "closed",
                EndKind::Open => "open",
                EndKind::Unknown => "unknown",
            },
            doubt: fact.qualifier.map(Qualifier::words),
            lag: fact.lag_days(),
            sources: fact.sources.iter().map(|source| self.sources[source.id.as_str()].0).collect(),
            locator: fact.locator.as_deref(),
            note: fact.note.as_deref(),
            made_at: fact.made_at.as_deref(),
            claim: fact.is_claim,
            possible: certainty == Answer::Possible,
            judgements: &fact.judgements,
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

fn look(style: &Style, class: &str) -> Value {
    let (label, fill, border) = style.class_look(class);
    json!({ "label": label, "fill": fill, "border": border })
}

fn question_out(question: &Question) -> Value {
    let parameters = question.parameters.iter();
    let parameters: Vec<Value> =
        parameters.map(|p| json!({ "name": p.name, "kind": p.kind.name(), "description": p.description })).collect();
    json!({
        "name": question.name,
        "title": question.title,
        "question": question.question,
        "parameters": parameters,
        "text": question.text,
    })
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
        let about = About::default();
        let bytes = document(&graph, &about, &View::default(), &style, &entries, Reader::Alone(None));
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(value["facts"].as_array().map(Vec::len), Some(graph.facts().len()));
        for fact in value["facts"].as_array().expect("facts") {
            let predicate = usize::try_from(fact["predicate"].as_u64().expect("a place")).expect("small");
            let told = graph.fact(fact["id"].as_str().expect("an id")).expect("a fact of the graph");
            assert_eq!(value["predicates"][predicate]["key"], told.predicate.key.as_str());
            assert_eq!(fact["days"][4].as_i64(), Some(number(told.known.0)));
        }
    }
}
