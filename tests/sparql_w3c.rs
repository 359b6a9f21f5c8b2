//! The SPARQL 1.1 test suite of the W3C, run offline: syntax, evaluation, results and updates. In: a folder with its files,
//! `../shared/sparql-tests` or what `SPARQL_TESTS` names. No case may fail that Oxigraph itself passes; there is no list of
//! exceptions.
//!
//! Each query is asked three times: of a store, of a view that hides nothing, and of a choice of cases that leaves out
//! nothing, which is read by pattern. Its answer is written in the format of the file of results, and read again.

mod manifest;
mod outcome;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use casegraph::date::LAST_DAY;
use casegraph::query::{Error, Format, Layout, Limits, Names, Protocol, Question, check, run_limited, update};
use casegraph::store::{CaseStore, DescribedCase, sorted_quads};
use casegraph::view::View;
use oxigraph::model::{GraphName, NamedNode, Quad};
use oxigraph::sparql::SparqlEvaluator;
use oxigraph::store::Store;
use spargebra::algebra::GraphPattern;
use spargebra::term::GraphNamePattern;
use spargebra::{GraphUpdateOperation, Query, SparqlParser};

use crate::program::repository;
use manifest::{Case, Described, SITE, plain};
use outcome::Outcome;

/// How a case went: here, by the ways of reading, and with Oxigraph alone.
struct Verdict {
    here: Vec<(&'static str, Result<(), String>)>,
    reference: Result<(), String>,
}

/// A query with what it is asked of and what it should answer.
struct Asked {
    text: String,
    data: Vec<Quad>,
    named: Vec<NamedNode>,
    expected: Outcome,
    format: Format,
    is_ordered: bool,
    states_dataset: bool,
}

impl Asked {
    fn read(case: &Case<'_>) -> Result<Self, String> {
        let (iri, text) = case.request()?;
        let query = SparqlParser::new().with_base_iri(&iri).map_err(told)?.parse_query(&text).map_err(told)?;
        let result = plain(case.result.as_ref().ok_or("no result")?);
        let format = match result.rsplit('.').next() {
            Some("srx") => Format::Xml,
            Some("srj") => Format::Json,
            Some("tsv") => Format::Tsv,
            Some("csv") => Format::Csv,
            _ => Format::Turtle,
        };
        let (expected, format) = match format {
            Format::Turtle => match Outcome::described(&case.described(&result)?) {
                Some(rows) => (rows, Format::Json),
                None => (Outcome::Graph(case.graph(&result, &GraphName::DefaultGraph)?), format),
            },
            _ => (Outcome::read(&case.bytes(&result)?, format)?, format),
        };
        Ok(Self {
            text: format!("BASE <{iri}>\n{text}"),
            data: case.data(&case.action, &GraphName::DefaultGraph)?,
            named: case.named_graphs(&case.action).into_iter().map(|(_, name)| name).collect(),
            expected,
            format,
            is_ordered: matches!(&query, Query::Select { pattern, .. } if is_ordered(pattern)),
            states_dataset: query.dataset().is_some(),
        })
    }

    /// Asks as the server does when a request names the graphs: by itself, casegraph's default graph is the union of all.
    fn ask(&self, data: &CaseStore, default: &GraphName) -> Result<(), String> {
        let request = Protocol { default_graphs: vec![default.clone()], named_graphs: self.named.clone() };
        let request = if self.states_dataset { Protocol::default() } else { request };
        let question = Question::ad_hoc("the case", &self.text).map_err(told)?;
        let answer = run_limited(data, "", &question, &[], &request, &Limits::default()).map_err(told)?;
        let mut bytes = Vec::new();
        answer.write(&mut bytes, self.format, &Names::new(""), Layout::default()).map_err(told)?;
        Outcome::read(&bytes, self.format)?.compare(&self.expected, self.is_ordered)
    }

    /// Asks a choice of all graphs of a store as of cases. A graph without a name is given one.
    fn ask_of_cases(&self) -> Result<(), String> {
        let unnamed = NamedNode::new_unchecked("urn:x:unnamed");
        let mut data = self.data.clone();
        for quad in data.iter_mut().filter(|quad| quad.graph_name.is_default_graph()) {
            quad.graph_name = unnamed.clone().into();
        }
        let case = |graph: &NamedNode| DescribedCase {
            title: String::new(),
            description: None,
            base: graph.to_string(),
            graph: graph.as_str().to_owned(),
        };
        let cases: Vec<_> = self.named.iter().chain([&unnamed]).map(case).collect();
        let chosen = CaseStore::in_memory(data).and_then(|store| store.of_cases(&cases)).map_err(told)?;
        self.ask(&chosen, &unnamed.into())
    }

    fn ask_oxigraph(&self) -> Result<(), String> {
        let store = Store::new().map_err(told)?;
        store.extend(self.data.clone()).map_err(told)?;
        let results = SparqlEvaluator::new().parse_query(&self.text).map_err(told)?.on_store(&store).execute();
        let found = Outcome::of(results.map_err(told)?)?;
        let found = if self.format == Format::Csv { found.into_plain_text() } else { found };
        found.compare(&self.expected, self.is_ordered)
    }
}

fn evaluate(case: &Case<'_>) -> Result<Verdict, String> {
    let asked = Asked::read(case)?;
    let store = CaseStore::in_memory(asked.data.clone()).map_err(told)?;
    let here = vec![
        ("store", asked.ask(&store, &GraphName::DefaultGraph)),
        ("view", view_of(&store).and_then(|seen| asked.ask(&seen, &GraphName::DefaultGraph))),
        ("cases", asked.ask_of_cases()),
    ];
    Ok(Verdict { here, reference: asked.ask_oxigraph() })
}

/// Returns a view of a store; it must show all of it.
fn view_of(store: &CaseStore) -> Result<CaseStore, String> {
    let seen = View { as_of: Some(LAST_DAY), possible: true, ..View::default() }.of(store).map_err(told)?;
    if sorted_quads(&seen).map_err(told)? == sorted_quads(store).map_err(told)? {
        return Ok(seen);
    }
    Err("the view hides something".into())
}

fn is_ordered(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Slice { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner } => is_ordered(inner),
        other => matches!(other, GraphPattern::OrderBy { .. }),
    }
}

fn change(case: &Case<'_>) -> Result<Verdict, String> {
    let (iri, text) = case.request()?;
    let text = format!("BASE <{iri}>\n{text}");
    let result = case.result.as_ref().ok_or("no result")?;
    let data = case.data(&case.action, &GraphName::DefaultGraph)?;
    let expected = Outcome::Graph(case.data(result, &GraphName::DefaultGraph)?);
    let named = case.named_graphs(&case.action).into_iter().chain(case.named_graphs(result)).map(|(_, name)| name);
    let parsed = SparqlParser::new().parse_update(&text).map_err(told)?;
    let named = named.chain(parsed.operations.iter().flat_map(written));
    // An update that names its graphs, or takes whole ones, is sent as it is.
    let names_graphs = parsed
        .operations
        .iter()
        .any(|operation| matches!(operation, GraphUpdateOperation::DeleteInsert { using: Some(_), .. }));
    let takes_whole =
        text.split_whitespace().any(|word| ["ADD", "COPY", "MOVE"].contains(&word.to_uppercase().as_str()));
    let request = if names_graphs || takes_whole {
        Protocol::default()
    } else {
        Protocol { default_graphs: vec![GraphName::DefaultGraph], named_graphs: named.collect() }
    };
    let store = CaseStore::in_memory(data.clone()).map_err(told)?;
    let changed = store.to_oxigraph().map_err(told)?;
    let here = update(&changed, "", &text, &request, &Limits::default()).map_err(told);
    let here = here.and_then(|()| {
        let quads = sorted_quads(&CaseStore::from_oxigraph(&changed).map_err(told)?).map_err(told)?;
        Outcome::Graph(quads).compare(&expected, false)
    });
    let store = Store::new().map_err(told)?;
    store.extend(data).map_err(told)?;
    let reference = SparqlEvaluator::new().for_update(parsed).on_store(&store).execute().map_err(told);
    let reference = reference.and_then(|()| {
        let quads = store.iter().collect::<Result<_, _>>().map_err(told)?;
        Outcome::Graph(quads).compare(&expected, false)
    });
    Ok(Verdict { here: vec![("store", here)], reference })
}

/// Returns the graphs that an operation writes to: later ones may read them.
fn written(operation: &GraphUpdateOperation) -> Vec<NamedNode> {
    match operation {
        GraphUpdateOperation::InsertData { data } => data
            .iter()
            .filter_map(|quad| match &quad.graph_name {
                spargebra::term::GraphName::NamedNode(name) => Some(name.clone()),
                spargebra::term::GraphName::DefaultGraph => None,
            })
            .collect(),
        GraphUpdateOperation::DeleteInsert { insert, .. } => insert
            .iter()
            .filter_map(|quad| match &quad.graph_name {
                GraphNamePattern::NamedNode(name) => Some(name.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn parse(case: &Case<'_>) -> Result<Verdict, String> {
    let (iri, text) = case.request()?;
    let text = format!("BASE <{iri}>\n{text}");
    let is_update = case.kind.contains("Update");
    let here = if is_update {
        match update(&Store::new().map_err(told)?, "", &text, &Protocol::default(), &Limits::default()) {
            // What is read and cannot be done, such as `LOAD`, is no error of syntax.
            Err(Error::UpdateFailed(_)) => Ok(()),
            done => done.map_err(told),
        }
    } else {
        check("", &text).map_err(told)
    };
    let reference = if is_update {
        SparqlParser::new().parse_update(&text).map(drop).map_err(told)
    } else {
        SparqlParser::new().parse_query(&text).map(drop).map_err(told)
    };
    let negate = |parsed: Result<(), String>| match parsed {
        Ok(()) if case.kind.starts_with("Negative") => Err("is accepted, and no SPARQL".to_owned()),
        Err(_) if case.kind.starts_with("Negative") => Ok(()),
        other => other,
    };
    Ok(Verdict { here: vec![("check", negate(here))], reference: negate(reference) })
}

/// Returns the manifests with cases, from the one that includes all.
fn manifests(folder: &Path, iri: &str) -> BTreeSet<String> {
    let included = Described::read(folder, iri).expect(iri).included();
    if included.is_empty() {
        return BTreeSet::from([iri.to_owned()]);
    }
    included.iter().flat_map(|iri| manifests(folder, iri)).collect()
}

#[test]
fn no_case_of_the_w3c_fails_that_oxigraph_passes() {
    let promised = std::env::var_os("SPARQL_TESTS").map(PathBuf::from);
    let folder = promised.clone().unwrap_or_else(|| repository("../shared/sparql-tests"));
    let mut out = io::stderr();
    if !folder.join("manifest.ttl").is_file() {
        assert!(promised.is_none(), "the W3C tests are not at {}, where SPARQL_TESTS points", folder.display());
        writeln!(out, "SPARQL 1.1: SKIPPED, for the W3C tests are not at {}", folder.display()).expect("stderr");
        return;
    }
    let (mut cases, mut by_oxigraph, mut here) = (0, 0, BTreeMap::<_, usize>::new());
    let mut failures = String::new();
    for iri in manifests(&folder, &format!("{SITE}manifest.ttl")) {
        let manifest = Described::read(&folder, &iri).expect(&iri);
        for case in manifest.cases() {
            let verdict = match case.kind.as_str() {
                "QueryEvaluationTest" | "CSVResultFormatTest" => evaluate(&case),
                "UpdateEvaluationTest" => change(&case),
                kind if kind.contains("SyntaxTest") => parse(&case),
                kind => Err(format!("{kind} is no kind of test that is known here")),
            };
            let verdict = verdict.unwrap_or_else(|reason| panic!("{}: {reason}", case.id));
            cases += 1;
            by_oxigraph += usize::from(verdict.reference.is_ok());
            for (way, result) in verdict.here {
                *here.entry(way).or_default() += usize::from(result.is_ok());
                if let (Err(reason), Ok(())) = (result, &verdict.reference) {
                    writeln!(failures, "\n{} ({}, {way})\n  {reason}", case.id, case.kind).expect("a text");
                }
            }
        }
    }
    let passed: Vec<String> = here.iter().map(|(way, count)| format!("{count} of {way}")).collect();
    writeln!(out, "SPARQL 1.1: {cases} cases; passed: {}; by Oxigraph: {by_oxigraph}", passed.join(", "))
        .expect("stderr");
    assert!(failures.is_empty(), "Oxigraph passes what fails here:\n{failures}");
    assert!(cases > 0, "{} has no cases", folder.display());
}

fn told(error: impl std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source()).map(|cause| format!(": {cause}"));
    format!("{error}{}", causes.collect::<String>())
}
