//! Answers as the protocol sends them. In: an answer and what the client accepts. Out: a body that follows its standard
//! to the letter. Not here: answers for people (`query`), who also get protection from spreadsheet formulas.

use std::io::{self, Write};

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::Triple;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};

use super::library::Snapshot;
use super::negotiation::{Offer, choose};
use super::refusal::Refusal;
use super::viewing::stamp;
use crate::query::{Answer, Names, Solutions};
use crate::view::View;

const ROWS: &[Offer<QueryResultsFormat>] = &[
    Offer { format: QueryResultsFormat::Json, names: &["application/sparql-results+json", "application/json"] },
    Offer {
        format: QueryResultsFormat::Xml,
        names: &["application/sparql-results+xml", "application/xml", "text/xml"],
    },
    Offer { format: QueryResultsFormat::Csv, names: &["text/csv"] },
    Offer { format: QueryResultsFormat::Tsv, names: &["text/tab-separated-values"] },
];

/// Formats of a graph, the preferred first.
pub(super) const GRAPHS: &[Offer<RdfFormat>] = &[
    Offer { format: RdfFormat::Turtle, names: &["text/turtle", "application/x-turtle"] },
    Offer { format: RdfFormat::NTriples, names: &["application/n-triples", "text/plain"] },
    Offer { format: RdfFormat::RdfXml, names: &["application/rdf+xml", "application/xml", "text/xml"] },
    Offer { format: RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }, names: &["application/ld+json"] },
];

/// Writes an answer in the format that the client likes best.
pub(super) fn respond(
    answer: &Answer,
    headers: &HeaderMap,
    snapshot: &Snapshot,
    limit: usize,
) -> Result<Response, Refusal> {
    let mut body = Capped { bytes: Vec::new(), limit };
    let (written, media) = match answer {
        Answer::Solutions(solutions) => {
            let (format, media) = choose(headers, ROWS)?;
            (write_rows(solutions, format, &mut body), media)
        }
        Answer::Boolean(yes) => {
            // The standard of CSV and TSV knows no yes or no; `true` is what other engines send, and what is meant.
            let (format, media) = choose(headers, ROWS)?;
            let serializer = QueryResultsSerializer::from_format(format);
            (serializer.serialize_boolean_to_writer(&mut body, *yes).map(drop), media)
        }
        Answer::Graph(triples) => {
            let (format, media) = choose(headers, GRAPHS)?;
            (write_graph(triples, format, snapshot, &mut body), media)
        }
    };
    written.map_err(|_| Refusal::bad(format!("the answer has more than {limit} bytes; ask for less")))?;
    Ok(with_type(body.bytes, media))
}

/// Makes a response of some bytes.
pub(super) fn with_type(bytes: Vec<u8>, media: &'static str) -> Response {
    let mut response = bytes.into_response();
    let value = match media {
        "text/csv" => "text/csv; charset=utf-8; header=present",
        "text/tab-separated-values" => "text/tab-separated-values; charset=utf-8",
        "text/turtle" => "text/turtle; charset=utf-8",
        other => other,
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(value));
    response
}

fn write_rows(solutions: &Solutions, format: QueryResultsFormat, out: &mut Capped) -> io::Result<()> {
    let variables = solutions.variables();
    let serializer = QueryResultsSerializer::from_format(format);
    let mut rows = serializer.serialize_solutions_to_writer(out, variables.to_vec())?;
    for row in solutions.rows() {
        rows.serialize(variables.iter().zip(row).filter_map(|(v, term)| Some((v, term.as_ref()?))))?;
    }
    rows.finish().map(drop)
}

/// Writes triples with the prefixes of the case, and before them the name of their view.
pub(super) fn write_graph(
    triples: &[Triple],
    format: RdfFormat,
    snapshot: &Snapshot,
    out: &mut impl Write,
) -> io::Result<()> {
    name_view(&snapshot.view, format, out)?;
    let mut serializer = RdfSerializer::from_format(format);
    for (prefix, namespace) in Names::new(&snapshot.about.base).prefixes() {
        // An empty prefix is no name in JSON-LD.
        if !prefix.is_empty() || !matches!(format, RdfFormat::JsonLd { .. }) {
            serializer = serializer.clone().with_prefix(prefix, namespace).unwrap_or(serializer);
        }
    }
    let mut out = serializer.for_writer(out);
    for triple in triples {
        out.serialize_triple(triple)?;
    }
    out.finish().map(drop)
}

/// Names a view in a comment, in the formats that have comments.
pub(super) fn name_view(view: &View, format: RdfFormat, out: &mut impl Write) -> io::Result<()> {
    use RdfFormat::{NQuads, NTriples, TriG, Turtle};
    if !view.is_whole() && matches!(format, Turtle | TriG | NTriples | NQuads) {
        writeln!(out, "# {}", stamp(view))?;
    }
    Ok(())
}

/// A body that takes no more than so many bytes.
pub(super) struct Capped {
    pub(super) bytes: Vec<u8>,
    pub(super) limit: usize,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
