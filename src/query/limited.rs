//! A question under limits, for those who ask from elsewhere. In: a question, a dataset that a request names, limits.
//! Out: an [`Answer`], or an error as soon as a limit is passed. Not here: the request itself (`serve`).
//! <https://www.w3.org/TR/sparql11-protocol/#dataset>

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Triple};
use oxigraph::sparql::{
    QueryDatasetSpecification, QueryEvaluationError, QueryResults, QuerySolution, QuerySolutionIter, QueryTripleIter,
};
use rdf_columns::Queried;
use spargebra::Query;

use super::limits::Limits;
use super::parse::{parse, pattern_mut, settle_order};
use super::stop::{bounded, evaluator, length, watched};
use super::{Answer, Error, Names, Question, binding};
use crate::store::{self, CaseStore, Near};

/// Graphs that a request of the SPARQL protocol names; empty where it names none, and then all are asked as one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protocol {
    /// `default-graph-uri` of a query, `using-graph-uri` of an update: their union is the default graph.
    pub default_graphs: Vec<GraphName>,
    /// `named-graph-uri` and `using-named-graph-uri`: the graphs that `GRAPH` reaches.
    pub named_graphs: Vec<NamedNode>,
}

impl Protocol {
    /// Tells whether the request leaves the dataset to the query.
    pub fn is_empty(&self) -> bool {
        self.default_graphs.is_empty() && self.named_graphs.is_empty()
    }

    /// Has a query, or the patterns of an update, that names no graphs itself ask those of the request.
    pub(super) fn apply(&self, dataset: &mut QueryDatasetSpecification) {
        if self.is_empty() {
            return dataset.set_default_graph_as_union();
        }
        dataset.set_default_graph(self.default_graphs.clone());
        dataset.set_available_named_graphs(self.named_graphs.iter().cloned().map(NamedOrBlankNode::from).collect());
    }
}

/// Asks a question of a dataset under limits. Graphs that the request names go before those that the query names; where
/// neither names any, the default graph is the union of all.
pub fn run_limited(
    data: &CaseStore,
    base: &str,
    question: &Question,
    values: &[(String, String)],
    dataset: &Protocol,
    limits: &Limits,
) -> Result<Answer, Error> {
    bounded(limits, || {
        let (query, ordered) = ready(data, base, question, values)?;
        answer(data, query, ordered, dataset, limits)
    })
}

/// Parses a question, puts the values in and settles the order of its rows; tells whether the query gives one.
pub(super) fn ready<'n>(
    data: impl Into<Near<'n>>,
    base: &str,
    question: &Question,
    values: &[(String, String)],
) -> Result<(Query, bool), Error> {
    let mut query = parse(base, &question.text)?;
    binding::bind(&mut query, data, &Names::new(base), question, values)?;
    let ordered = settle_order(pattern_mut(&mut query));
    Ok((query, ordered))
}

/// Evaluates a query under limits.
fn answer(
    data: &CaseStore,
    mut query: Query,
    ordered: bool,
    dataset: &Protocol,
    limits: &Limits,
) -> Result<Answer, Error> {
    let is_open = query.dataset().is_none();
    watched(pattern_mut(&mut query));
    let mut prepared = evaluator(limits).for_query(query);
    // Columns know themselves what stands in several graphs and is one triple of their union.
    let is_union = is_open && dataset.is_empty();
    if !dataset.is_empty() {
        dataset.apply(prepared.dataset_mut());
    }
    let columns = data.columns();
    let queried = Queried::new(columns, is_union).until(limits.token.clone());
    let mut meter = Meter { rows: 0, bytes: 0, passed: None };
    let answer = collect(prepared.on_queryable_dataset(queried).execute()?, ordered, limits, &mut meter);
    // An expression takes what cannot be read for an error of its own, and goes on without it.
    if let Some(fault) = columns.fault() {
        return Err(store::Error::Read(fault).into());
    }
    match meter.passed {
        Some((limit, unit)) => Err(Error::TooLarge { limit, unit }),
        None if limits.token.is_cancelled() => Err(QueryEvaluationError::Cancelled.into()),
        None => answer,
    }
}

/// How much has been gathered, and the limit that was passed.
struct Meter {
    rows: usize,
    bytes: usize,
    passed: Option<(usize, &'static str)>,
}

impl Meter {
    /// Counts a row; past a limit, or once the clock has run out, it takes no more.
    fn take<T>(
        &mut self,
        item: Result<T, QueryEvaluationError>,
        size: impl Fn(&T) -> usize,
        limits: &Limits,
    ) -> Option<Result<T, QueryEvaluationError>> {
        if limits.token.is_cancelled() {
            return Some(Err(QueryEvaluationError::Cancelled));
        }
        self.rows += 1;
        self.bytes += item.as_ref().map_or(0, size);
        if self.rows > limits.rows {
            self.passed = Some((limits.rows, "rows"));
        } else if self.bytes > limits.bytes {
            self.passed = Some((limits.bytes, "bytes"));
        }
        self.passed.is_none().then_some(item)
    }
}

fn collect(results: QueryResults<'_>, ordered: bool, limits: &Limits, meter: &mut Meter) -> Result<Answer, Error> {
    let results = match results {
        QueryResults::Boolean(yes) => QueryResults::Boolean(yes),
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().into();
            let rows = solutions.map_while(|row| meter.take(row, row_length, limits));
            QueryResults::Solutions(QuerySolutionIter::new(variables, rows))
        }
        QueryResults::Graph(triples) => {
            let triples = triples.map_while(|triple| meter.take(triple, triple_length, limits));
            QueryResults::Graph(QueryTripleIter::new(triples))
        }
    };
    Answer::collect(results, ordered)
}

fn row_length(row: &QuerySolution) -> usize {
    row.values().iter().flatten().map(length).sum()
}

fn triple_length(triple: &Triple) -> usize {
    64 + length(&triple.object)
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;
    use oxigraph::sparql::CancellationToken;

    use super::*;
    use crate::store::CaseStore;

    const BASE: &str = "https://example.org/x/id/";

    fn ask(text: &str, dataset: &Protocol, rows: usize) -> Result<Answer, Error> {
        let data = "<x:a> <x:p> <x:1> <x:g> . <x:a> <x:p> <x:2> <x:h> . <x:b> <x:p> \"long enough\" <x:h> .";
        let store = CaseStore::of_text(RdfFormat::NQuads, &data.replace(" . ", " .\n"));
        let limits = Limits { rows, bytes: 60, ..Limits::default() };
        run_limited(&store, BASE, &Question::ad_hoc("-", text)?, &[], dataset, &limits)
    }

    fn graphs(default: &[&str], named: &[&str]) -> Protocol {
        let nodes = |iris: &[&str]| iris.iter().map(|iri| NamedNode::new_unchecked(*iri)).collect::<Vec<_>>();
        let default_graphs = nodes(default).into_iter().map(GraphName::from).collect();
        Protocol { default_graphs, named_graphs: nodes(named) }
    }

    #[test]
    fn graphs_of_the_request_go_before_those_of_the_query() {
        let count = |text: &str, dataset: &Protocol| ask(text, dataset, 9).expect("rows").len();
        let all = "SELECT * { ?s ?p ?o }";
        assert_eq!(count(all, &Protocol::default()), 3);
        assert_eq!(count(all, &graphs(&["x:g"], &[])), 1);
        assert_eq!(count("SELECT * FROM <x:h> { ?s ?p ?o }", &graphs(&["x:g"], &[])), 1);
        assert_eq!(count(all, &graphs(&[], &["x:g"])), 0);
        assert_eq!(count("SELECT * { GRAPH ?g { ?s ?p ?o } }", &graphs(&[], &["x:h"])), 2);
    }

    #[test]
    fn an_answer_past_a_limit_is_refused_and_says_which() {
        let error = ask("SELECT * { ?s ?p ?o }", &Protocol::default(), 2).expect_err("three rows");
        assert_eq!(error.to_string(), "the answer has more than 2 rows; ask for less, for instance with LIMIT");
        let text = "SELECT ?a { ?s ?p ?o BIND (CONCAT(STR(?o), \"long enough for the limit of sixty bytes\") AS ?a) }";
        assert!(matches!(ask(text, &Protocol::default(), 9), Err(Error::TooLarge { unit: "bytes", .. })));
        assert_eq!(ask("ASK { ?s ?p ?o }", &Protocol::default(), 0).expect("yes").len(), 1);
    }

    #[test]
    fn a_cancelled_question_stops() {
        let store = CaseStore::default();
        let token = CancellationToken::new();
        token.cancel();
        let limits = Limits { token, ..Limits::default() };
        let question = Question::ad_hoc("-", "SELECT * { VALUES ?a { 1 2 3 } VALUES ?b { 1 2 3 } }").expect("SPARQL");
        let answer = run_limited(&store, BASE, &question, &[], &Protocol::default(), &limits);
        assert!(matches!(answer, Err(Error::Evaluation(QueryEvaluationError::Cancelled))), "{answer:?}");
    }
}
