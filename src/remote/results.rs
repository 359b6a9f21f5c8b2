//! What an endpoint answers. In: the bytes of an answer and their media type. Out: a reply. Not here: getting the bytes
//! (`client`). <https://www.w3.org/TR/sparql11-results-json/>

use oxigraph::model::{Literal, Term};
use oxigraph::sparql::Variable;
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParseError, QueryResultsParser, ReaderQueryResultsParserOutput,
};

use super::client::Answer;
use crate::store::EndpointFault;
use crate::vocab::xsd;

/// What an engine replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Yes or no.
    Boolean(bool),
    /// Variables, and rows with as many places.
    Solutions(Vec<Variable>, Vec<Vec<Option<Term>>>),
}

impl Reply {
    /// Returns the number in the first row, where the reply is one.
    pub fn number(&self) -> Option<usize> {
        let Self::Solutions(_, rows) = self else { return None };
        match rows.first()?.first()? {
            Some(Term::Literal(number)) => number.value().parse().ok(),
            _ => None,
        }
    }
}

/// Reads an answer to its end.
pub(super) fn read(mut answer: Answer) -> Result<Reply, EndpointFault> {
    let content_type = answer.content_type.clone();
    // The parser of XML takes quadratic time and memory without bound (RUSTSEC-2026-0194 and 0195); every engine has JSON.
    let format = QueryResultsFormat::from_media_type(&content_type);
    if let Some(format) = format.filter(|format| *format != QueryResultsFormat::Xml) {
        return read_results(&mut answer, format);
    }
    Err(EndpointFault::NotResults(media_type(&content_type)))
}

fn read_results(answer: &mut Answer, format: QueryResultsFormat) -> Result<Reply, EndpointFault> {
    let timeout = answer.timeout();
    // The parser owns what it reads from; whether that is at its end is asked afterwards.
    let fault = |error: QueryResultsParseError, is_at_end: bool| match error {
        QueryResultsParseError::Io(error) => Answer::fault(&error, timeout),
        QueryResultsParseError::Syntax(_) if is_at_end => EndpointFault::BrokenOff,
        QueryResultsParseError::Syntax(error) => EndpointFault::Malformed(error.to_string()),
    };
    let parsed = (|| {
        Ok(match QueryResultsParser::from_format(format).for_reader(&mut *answer)? {
            ReaderQueryResultsParserOutput::Boolean(yes) => Reply::Boolean(yes),
            ReaderQueryResultsParserOutput::Solutions(solutions) => {
                let variables = solutions.variables().to_vec();
                let rows = solutions.map(|solution| {
                    let terms = solution?.values().to_vec();
                    Ok(terms.into_iter().map(|term| term.map(canonical)).collect())
                });
                Reply::Solutions(variables, rows.collect::<Result<_, QueryResultsParseError>>()?)
            }
        })
    })();
    parsed.map_err(|error| fault(error, answer.is_at_end()))
}

/// Returns a truth value in the form that stores give it; some engines write 1 and 0.
fn canonical(term: Term) -> Term {
    match term {
        Term::Literal(literal) if literal.datatype() == xsd::BOOLEAN && literal.value() == "1" => {
            Literal::from(true).into()
        }
        Term::Literal(literal) if literal.datatype() == xsd::BOOLEAN && literal.value() == "0" => {
            Literal::from(false).into()
        }
        other => other,
    }
}

fn media_type(content_type: &str) -> String {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "" => "something unnamed".to_owned(),
        name => name.chars().take(60).collect(),
    }
}
