//! SPARQL over a dataset that is read by pattern. In: a dataset. Out: what the evaluator needs of one, so that a query
//! runs unmodified on whatever the dataset shows.

use oxigraph::model::{GraphName, GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef, Quad, Term};
use spareval::{InternalQuad, QueryableDataset};

use crate::store::{Dataset, Error};

/// A dataset as the evaluator reads it.
#[derive(Clone, Copy)]
pub(super) struct Patterns<'a> {
    data: &'a dyn Dataset,
}

impl<'a> Patterns<'a> {
    pub(super) fn new(data: &'a dyn Dataset) -> Self {
        Self { data }
    }
}

impl<'a> QueryableDataset<'a> for Patterns<'a> {
    type InternalTerm = Term;
    type Error = Error;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Term>,
        predicate: Option<&Term>,
        object: Option<&Term>,
        graph_name: Option<Option<&Term>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Term>, Error>> + use<'a> {
        let data = self.data;
        let pattern = || {
            // What cannot stand at its place in a quad matches none.
            let subject = subject.map(node).transpose()?;
            let predicate = predicate.map(named).transpose()?;
            let graph = match graph_name {
                None => None,
                Some(None) => Some(GraphNameRef::DefaultGraph),
                Some(Some(term)) => Some(GraphNameRef::from(node(term)?)),
            };
            Ok::<_, NoQuad>(data.quads_for_pattern(subject, predicate, object.map(Term::as_ref), graph))
        };
        // Without a graph all quads are meant, as Oxigraph's store has it: the evaluator tells named graphs from the union.
        pattern().into_iter().flatten().map(|quad| quad.map(internal))
    }

    fn internalize_term(&self, term: Term) -> Result<Term, Error> {
        Ok(term)
    }

    fn externalize_term(&self, term: Term) -> Result<Term, Error> {
        Ok(term)
    }
}

struct NoQuad;

fn node(term: &Term) -> Result<NamedOrBlankNodeRef<'_>, NoQuad> {
    match term {
        Term::NamedNode(node) => Ok(node.into()),
        Term::BlankNode(node) => Ok(node.into()),
        _ => Err(NoQuad),
    }
}

fn named(term: &Term) -> Result<NamedNodeRef<'_>, NoQuad> {
    match term {
        Term::NamedNode(node) => Ok(node.as_ref()),
        _ => Err(NoQuad),
    }
}

fn internal(quad: Quad) -> InternalQuad<Term> {
    InternalQuad {
        subject: quad.subject.into(),
        predicate: quad.predicate.into(),
        object: quad.object,
        graph_name: match quad.graph_name {
            GraphName::NamedNode(node) => Some(node.into()),
            GraphName::BlankNode(node) => Some(node.into()),
            GraphName::DefaultGraph => None,
        },
    }
}
