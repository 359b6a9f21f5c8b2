//! A dataset as the SPARQL evaluator reads it: terms are numbers until an expression wants to know them. In: patterns of
//! numbers. Out: quads of numbers.

use std::sync::Arc;

use oxrdf::Term;
use oxsdatatypes::{Boolean, Integer};
use spareval::{CancellationToken, ExpressionTerm, InternalQuad, QueryableDataset};

use crate::ReadError;
use crate::dataset::{Dataset, Graphs, QuadIds};
use crate::id::{TermId, Value};

/// A term of a query: of the dataset, or one that only the query has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum QueryTerm {
    /// A term that the dataset knows, or a value that its number holds.
    Known(TermId),
    /// Another one.
    Other(Arc<Term>),
}

impl QueryTerm {
    fn id(&self) -> Option<TermId> {
        match self {
            Self::Known(id) => Some(*id),
            Self::Other(_) => None,
        }
    }
}

/// A dataset as it is queried. Its default graph, as the evaluator asks for it, is the union of all graphs, in which a triple
/// stands once; or only the default graph.
#[derive(Clone)]
pub struct Queried<'a> {
    dataset: &'a Dataset,
    is_union: bool,
    token: CancellationToken,
}

impl<'a> Queried<'a> {
    /// Returns a dataset whose default graph is the union of all its graphs, if that is wanted.
    #[must_use]
    pub fn new(dataset: &'a Dataset, is_union: bool) -> Self {
        Self { dataset, is_union, token: CancellationToken::new() }
    }

    /// Returns it with a token; once that is cancelled, it gives no more quads. The evaluator's own token makes an error of
    /// each instead, of which those who gather rows keep all.
    #[must_use]
    pub fn until(self, token: CancellationToken) -> Self {
        Self { token, ..self }
    }

    /// Returns the quads of the default graph that is asked.
    fn default_quads(
        &self,
        subject: Option<TermId>,
        predicate: Option<TermId>,
        object: Option<TermId>,
    ) -> Box<dyn Iterator<Item = Result<QuadIds, ReadError>> + 'a> {
        if !self.is_union {
            return Box::new(self.dataset.quads(subject, predicate, object, Graphs::One(None)));
        }
        let dataset = self.dataset;
        let quads = dataset.quads(subject, predicate, object, Graphs::All);
        if dataset.graphs().len() < 2 {
            return Box::new(quads);
        }
        Box::new(quads.filter_map(move |quad| match quad.and_then(|quad| Ok((quad, is_repeated(dataset, quad)?))) {
            Ok((quad, is_repeated)) => (!is_repeated).then_some(Ok(quad)),
            Err(error) => Some(Err(error)),
        }))
    }

    /// Returns quads of named graphs.
    fn named_quads(
        &self,
        subject: Option<TermId>,
        predicate: Option<TermId>,
        object: Option<TermId>,
    ) -> Box<dyn Iterator<Item = Result<QuadIds, ReadError>> + 'a> {
        let dataset = self.dataset;
        let named = dataset.graphs().iter().filter(|graph| graph.name().is_some());
        Box::new(named.flat_map(move |graph| dataset.quads(subject, predicate, object, Graphs::One(graph.name()))))
    }
}

/// Keeps an error for [`Dataset::fault`].
fn noted<T>(dataset: &Dataset, result: Result<T, ReadError>) -> Result<T, ReadError> {
    result.inspect_err(|error| {
        dataset.dictionary().fault.get_or_init(|| error.clone());
    })
}

/// Tells whether a graph before that of a quad has the same triple.
fn is_repeated(dataset: &Dataset, quad: QuadIds) -> Result<bool, ReadError> {
    for graph in dataset.graphs().iter().take_while(|graph| graph.name() != quad.graph) {
        let same = graph.triples(Some(quad.subject), Some(quad.predicate), Some(quad.object)).next();
        if same.transpose()?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl<'a> QueryableDataset<'a> for Queried<'a> {
    type InternalTerm = QueryTerm;
    type Error = ReadError;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&QueryTerm>,
        predicate: Option<&QueryTerm>,
        object: Option<&QueryTerm>,
        graph_name: Option<Option<&QueryTerm>>,
    ) -> impl Iterator<Item = Result<InternalQuad<QueryTerm>, ReadError>> + use<'a> {
        let known = |term: Option<&QueryTerm>| term.map_or(Some(None), |term| term.id().map(Some));
        let pattern = || {
            let (subject, predicate, object) = (known(subject)?, known(predicate)?, known(object)?);
            Some(match graph_name {
                None => self.named_quads(subject, predicate, object),
                Some(None) => self.default_quads(subject, predicate, object),
                Some(Some(name)) => {
                    Box::new(self.dataset.quads(subject, predicate, object, Graphs::One(Some(name.id()?))))
                }
            })
        };
        let (dataset, token) = (self.dataset, self.token.clone());
        pattern().into_iter().flatten().take_while(move |_| !token.is_cancelled()).map(move |quad| {
            let quad = noted(dataset, quad)?;
            Ok(InternalQuad {
                subject: QueryTerm::Known(quad.subject),
                predicate: QueryTerm::Known(quad.predicate),
                object: QueryTerm::Known(quad.object),
                graph_name: quad.graph.map(QueryTerm::Known),
            })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<QueryTerm, ReadError>> + use<'a> {
        self.dataset.graphs().iter().filter_map(|graph| Some(Ok(QueryTerm::Known(graph.name()?))))
    }

    fn contains_internal_graph_name(&self, graph_name: &QueryTerm) -> Result<bool, ReadError> {
        Ok(graph_name.id().is_some_and(|name| self.dataset.graph(Some(name)).is_some()))
    }

    fn internalize_term(&self, term: Term) -> Result<QueryTerm, ReadError> {
        let known = noted(self.dataset, self.dataset.find(&term))?;
        Ok(known.map_or_else(|| QueryTerm::Other(Arc::new(term)), QueryTerm::Known))
    }

    fn externalize_term(&self, term: QueryTerm) -> Result<Term, ReadError> {
        match term {
            QueryTerm::Known(id) => noted(self.dataset, self.dataset.term(id)),
            QueryTerm::Other(term) => Ok(Arc::unwrap_or_clone(term)),
        }
    }

    fn externalize_expression_term(&self, term: QueryTerm) -> Result<ExpressionTerm, ReadError> {
        match term.id().and_then(TermId::value) {
            Some(Value::Boolean(value)) => Ok(ExpressionTerm::BooleanLiteral(Boolean::from(value))),
            Some(Value::Integer(value)) => Ok(ExpressionTerm::IntegerLiteral(Integer::from(i64::from(value)))),
            Some(Value::Day(_)) | None => Ok(self.externalize_term(term)?.into()),
        }
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<QueryTerm, ReadError> {
        match &term {
            ExpressionTerm::BooleanLiteral(value) => Ok(QueryTerm::Known(TermId::of_boolean((*value).into()))),
            ExpressionTerm::IntegerLiteral(value) => match TermId::of_integer(i64::from(*value)) {
                Some(id) => Ok(QueryTerm::Known(id)),
                None => self.internalize_term(term.into()),
            },
            _ => self.internalize_term(term.into()),
        }
    }
}
