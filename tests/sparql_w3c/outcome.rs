//! Answers that can be compared: up to the names of blank nodes, the spelling of numbers and booleans, the order of columns and, where a
//! query gives none, of rows.

use std::collections::BTreeMap;

use casegraph::query::Format;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::dataset::CanonicalizationAlgorithm;
use oxigraph::model::{BlankNode, Dataset, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, vocab::xsd};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use oxigraph::sparql::{QueryResults, QuerySolution};
use oxsdatatypes::{Boolean, Decimal, Double, Float, Integer};

use super::manifest::{Described, RS, plain};

type Row = BTreeMap<String, Term>;

pub(super) enum Outcome {
    Yes(bool),
    Rows(Vec<String>, Vec<Row>),
    Graph(Vec<Quad>),
}

impl Outcome {
    /// Reads an answer.
    pub(super) fn read(bytes: &[u8], format: Format) -> Result<Self, String> {
        let results = match format {
            Format::Csv => return csv(bytes),
            Format::Json => QueryResultsFormat::Json,
            Format::Xml => QueryResultsFormat::Xml,
            Format::Tsv => QueryResultsFormat::Tsv,
            _ => {
                let quads: Result<Vec<_>, _> = RdfParser::from_format(RdfFormat::Turtle).for_slice(bytes).collect();
                return Ok(Self::Graph(quads.map_err(|error| error.to_string())?));
            }
        };
        let output = QueryResultsParser::from_format(results).for_slice(bytes).map_err(|error| error.to_string())?;
        Ok(match output {
            SliceQueryResultsParserOutput::Boolean(yes) => Self::Yes(yes),
            SliceQueryResultsParserOutput::Solutions(solutions) => {
                let names = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
                let rows: Result<Vec<Row>, _> = solutions.map(|row| row.map(|row| self::row(&row))).collect();
                Self::Rows(names, rows.map_err(|error| error.to_string())?)
            }
        })
    }

    /// Takes what an evaluator finds.
    pub(super) fn of(results: QueryResults<'_>) -> Result<Self, String> {
        let failed = |error: oxigraph::sparql::QueryEvaluationError| error.to_string();
        Ok(match results {
            QueryResults::Boolean(yes) => Self::Yes(yes),
            QueryResults::Solutions(solutions) => {
                let names = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
                let rows: Result<Vec<Row>, _> = solutions.map(|row| row.map(|row| self::row(&row))).collect();
                Self::Rows(names, rows.map_err(failed)?)
            }
            QueryResults::Graph(triples) => {
                let quads = triples.map(|triple| triple.map(|triple| triple.in_graph(GraphName::DefaultGraph)));
                Self::Graph(quads.collect::<Result<_, _>>().map_err(failed)?)
            }
        })
    }

    /// Reads rows that are described in RDF; none where a graph is no such description.
    pub(super) fn described(results: &Described<'_>) -> Option<Self> {
        let set = results.instance(&format!("{RS}ResultSet"))?;
        let said = |node: &Term, name: &str| results.objects(node, &format!("{RS}{name}"));
        let row = |solution: &Term| {
            let pair = |binding: &Term| Some((plain(&said(binding, "variable").pop()?), said(binding, "value").pop()?));
            said(solution, "binding").iter().filter_map(pair).collect()
        };
        let names = said(&set, "resultVariable").iter().map(plain).collect();
        Some(Self::Rows(names, said(&set, "solution").iter().map(row).collect()))
    }

    /// Leaves what a CSV file keeps of the terms.
    pub(super) fn into_plain_text(self) -> Self {
        match self {
            Self::Rows(names, mut rows) => {
                for term in rows.iter_mut().flat_map(Row::values_mut) {
                    *term = cell(&plain(term));
                }
                Self::Rows(names, rows)
            }
            other => other,
        }
    }

    /// Tells how two outcomes differ.
    pub(super) fn compare(&self, expected: &Self, is_ordered: bool) -> Result<(), String> {
        let (found, expected) = (self.lines(is_ordered), expected.lines(is_ordered));
        if found == expected {
            return Ok(());
        }
        let only = |these: &[String], others: &[String]| {
            these.iter().filter(|line| !others.contains(line)).take(6).cloned().collect::<Vec<_>>().join("\n    ")
        };
        let (missing, wrong) = (only(&expected, &found), only(&found, &expected));
        let told = if missing.is_empty() && wrong.is_empty() { "the order or the number of rows is wrong" } else { "" };
        Err(format!("expected alone:\n    {missing}\n  found alone:\n    {wrong}\n  {told}"))
    }

    /// Returns the same lines for all that counts as the same.
    fn lines(&self, is_ordered: bool) -> Vec<String> {
        let (mut head, quads) = match self {
            Self::Yes(yes) => return vec![yes.to_string()],
            Self::Graph(quads) => (Vec::new(), quads.iter().map(comparable_quad).collect()),
            Self::Rows(names, rows) => (names.clone(), row_quads(rows, is_ordered)),
        };
        head.sort_unstable();
        let mut dataset: Dataset = quads.iter().collect();
        dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
        let mut lines: Vec<String> = dataset.iter().map(|quad| quad.to_string()).collect();
        lines.sort_unstable();
        head.into_iter().chain(lines).collect()
    }
}

fn csv(bytes: &[u8]) -> Result<Outcome, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let names: Vec<String> = reader.headers().map_err(|e| e.to_string())?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let cells = names.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
        rows.push(cells.map(|(name, cell)| (name.clone(), self::cell(cell))).collect());
    }
    Ok(Outcome::Rows(names, rows))
}

/// Reads a cell: CSV tells numbers and blank nodes from texts by their looks alone.
fn cell(text: &str) -> Term {
    match (text.strip_prefix("_:"), text.parse::<f64>()) {
        (Some(name), _) => BlankNode::new_unchecked(name).into(),
        (None, Ok(number)) => Literal::from(number).into(),
        (None, Err(_)) => Literal::from(text).into(),
    }
}

fn row(solution: &QuerySolution) -> Row {
    solution.iter().map(|(variable, term)| (variable.as_str().to_owned(), term.clone())).collect()
}

/// Writes rows as quads: one node for each different row, with the number of times that it comes or the places where.
fn row_quads(rows: &[Row], is_ordered: bool) -> Vec<Quad> {
    let mut places: BTreeMap<String, (Row, Vec<usize>)> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let row: Row = row.iter().map(|(name, term)| (name.clone(), comparable(term))).collect();
        let cells: Vec<String> = row.iter().map(|(name, term)| format!("{name}={term}")).collect();
        places.entry(cells.join(" ")).or_insert_with(|| (row, Vec::new())).1.push(place);
    }
    let mut quads = Vec::new();
    for (cells, (row, places)) in places {
        // A row without blank nodes is its own name, so that only those with some have to be matched.
        let has_blank = row.values().any(|term| matches!(term, Term::BlankNode(_)));
        let node: NamedOrBlankNode =
            if has_blank { BlankNode::default().into() } else { NamedNode::new_unchecked(cells).into() };
        let times = if is_ordered { format!("{places:?}") } else { places.len().to_string() };
        let times = (" times".to_owned(), Literal::from(times).into());
        quads.extend(row.into_iter().chain([times]).map(|(name, term)| {
            Quad::new(node.clone(), NamedNode::new_unchecked(name), term, GraphName::DefaultGraph)
        }));
    }
    quads
}

fn comparable_quad(quad: &Quad) -> Quad {
    Quad { object: comparable(&quad.object), ..quad.clone() }
}

/// Writes what may be written in several ways in one.
fn comparable(term: &Term) -> Term {
    let Term::Literal(literal) = term else { return term.clone() };
    if let Some(language) = literal.language() {
        return Literal::new_language_tagged_literal_unchecked(literal.value(), language.to_lowercase()).into();
    }
    let (datatype, value) = (literal.datatype(), literal.value());
    let canonical = match datatype {
        xsd::BOOLEAN => value.parse::<Boolean>().ok().map(|yes| yes.to_string()),
        xsd::INTEGER => value.parse::<Integer>().ok().map(|number| number.to_string()),
        xsd::DECIMAL => value.parse::<Decimal>().ok().map(|number| number.to_string()),
        xsd::DOUBLE => value.parse::<Double>().ok().map(|number| number.to_string()),
        xsd::FLOAT => value.parse::<Float>().ok().map(|number| number.to_string()),
        _ => None,
    };
    canonical.map_or_else(|| literal.clone(), |value| Literal::new_typed_literal(value, datatype)).into()
}
