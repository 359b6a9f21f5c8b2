//! What a query gives back. In: the engine's results. Out: the same, gathered and in a fixed order.
//! Not here: how it is written (`format`, `table`).

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term, Triple};
use oxigraph::sparql::{QueryResults, Variable};

use super::Error;

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Rows of a `SELECT`.
    Solutions(Solutions),
    /// Triples of a `CONSTRUCT` or `DESCRIBE`, sorted as N-Triples, without repeats.
    Graph(Vec<Triple>),
    /// Yes or no of an `ASK`.
    Boolean(bool),
}

/// Rows of terms, one for each variable or none where the variable is unbound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Solutions {
    variables: Vec<Variable>,
    rows: Vec<Vec<Option<Term>>>,
}

impl Solutions {
    /// Puts rows together; each has as many places as there are names of variables.
    pub fn new(names: &[&str], rows: Vec<Vec<Option<Term>>>) -> Self {
        Self { variables: names.iter().map(|name| Variable::new_unchecked(*name)).collect(), rows }
    }

    /// Takes rows as they are.
    pub(super) fn of(variables: Vec<Variable>, rows: Vec<Vec<Option<Term>>>) -> Self {
        Self { variables, rows }
    }

    /// Takes rows, sorted by their serialised terms.
    pub(super) fn sorted(variables: Vec<Variable>, mut rows: Vec<Vec<Option<Term>>>) -> Self {
        rows.sort_by_cached_key(|row| {
            row.iter().map(|term| term.as_ref().map(ToString::to_string)).collect::<Vec<_>>()
        });
        Self { variables, rows }
    }

    /// Returns the variables in the order of the query.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Returns the rows; each has as many places as there are variables.
    pub fn rows(&self) -> &[Vec<Option<Term>>] {
        &self.rows
    }
}

impl Answer {
    /// Gathers the engine's results; rows are sorted by their serialised terms unless the query has `ordered` them.
    pub(super) fn collect(results: QueryResults<'_>, ordered: bool) -> Result<Self, Error> {
        Ok(match results {
            QueryResults::Boolean(yes) => Self::Boolean(yes),
            QueryResults::Graph(triples) => {
                let mut triples = triples.collect::<Result<Vec<_>, _>>()?;
                triples.sort_by_cached_key(ToString::to_string);
                triples.dedup();
                Self::Graph(triples)
            }
            QueryResults::Solutions(solutions) => {
                let variables = solutions.variables().to_vec();
                let rows =
                    solutions.map(|solution| Ok(solution?.values().to_vec())).collect::<Result<Vec<_>, Error>>()?;
                let gather = if ordered { Solutions::of } else { Solutions::sorted };
                Self::Solutions(gather(variables, rows))
            }
        })
    }

    /// Returns how many rows or triples there are; a yes or no counts as one.
    pub fn len(&self) -> usize {
        match self {
            Self::Solutions(solutions) => solutions.rows.len(),
            Self::Graph(triples) => triples.len(),
            Self::Boolean(_) => 1,
        }
    }

    /// Tells whether there is no row and no triple.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `visit` on every IRI in the answer.
    pub(super) fn for_each_iri<'a>(&'a self, visit: &mut impl FnMut(NamedNodeRef<'a>)) {
        match self {
            Self::Boolean(_) => {}
            Self::Graph(triples) => triples.iter().for_each(|triple| visit_triple(triple, visit)),
            Self::Solutions(solutions) => {
                solutions.rows.iter().flatten().flatten().for_each(|term| visit_term(term, visit));
            }
        }
    }
}

fn visit_term<'a>(term: &'a Term, visit: &mut impl FnMut(NamedNodeRef<'a>)) {
    match term {
        Term::NamedNode(node) => visit(node.as_ref()),
        Term::Literal(literal) => visit(literal.datatype()),
        Term::BlankNode(_) => {}
        Term::Triple(triple) => visit_triple(triple, visit),
    }
}

fn visit_triple<'a>(triple: &'a Triple, visit: &mut impl FnMut(NamedNodeRef<'a>)) {
    if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
        visit(subject.as_ref());
    }
    visit(triple.predicate.as_ref());
    visit_term(&triple.object, visit);
}
