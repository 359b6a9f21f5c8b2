//! Copies of cases that lie on an endpoint: all of them is read once, kept as a case file, and used again as long as the
//! endpoint says that nothing has changed. In: an endpoint. Out: its cases as a store.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::SystemTime;

use oxigraph::model::{NamedNode, Term};
use rdf_columns::Builder;

use super::pattern::{Home, Shape};
use super::results::Reply;
use super::{Endpoint, fingerprints_graph};
use crate::store::{CaseStore, Copy, EndpointFault, Error};
use crate::vocab::cg;

/// Quads that one request for several properties gets at most.
const TOGETHER: usize = 4000;

/// A copy of the cases of an endpoint.
pub struct Pulled {
    /// The copy.
    pub store: CaseStore,
    /// When it was made, where that was not just now.
    pub kept_since: Option<SystemTime>,
}

/// How many quads each graph has with each property.
type Counts = BTreeMap<(NamedNode, NamedNode), usize>;

impl Endpoint {
    /// Returns a copy of its cases: the one that is kept, if nothing has changed since and none is wanted `anew`.
    pub fn pull(&self, anew: bool) -> Result<Pulled, Error> {
        let counts = self.counts(&self.home)?;
        let graphs: Vec<&str> = self.home.graphs().iter().map(NamedNode::as_str).collect();
        let (copy, stamp) = (Copy::of(&format!("{}\n{}", self.query, graphs.join("\n"))), self.stamp(&counts)?);
        if !anew && let Some((store, since)) = copy.as_ref().and_then(|copy| copy.open(&stamp)) {
            return Ok(Pulled { store, kept_since: Some(since) });
        }
        let store = self.read_all(&counts)?;
        if let Some(copy) = copy {
            // A copy that cannot be kept is made again.
            let _ignored = copy.keep(&store, stamp);
        }
        Ok(Pulled { store, kept_since: None })
    }

    /// Reads all that there is in some graphs.
    pub(super) fn read(&self, home: &Home) -> Result<CaseStore, Error> {
        self.read_all(&self.counts(home)?)
    }

    fn read_all(&self, counts: &Counts) -> Result<CaseStore, Error> {
        let mut parts: Vec<(&NamedNode, Vec<NamedNode>, usize)> = Vec::new();
        for ((graph, property), count) in counts {
            match parts.last_mut() {
                Some((last, predicates, total)) if *last == graph && *total + count <= TOGETHER => {
                    predicates.push(property.clone());
                    *total += count;
                }
                _ => parts.push((graph, vec![property.clone()], *count)),
            }
        }
        let mut builder = Builder::default();
        for (graph, predicates, total) in parts {
            let shape = Shape { predicates, ..Shape::default() };
            for quad in self.fetch_counted(&self.home.in_graph(graph), &shape, total)? {
                builder.add_quad(quad.as_ref());
            }
        }
        Ok(CaseStore::of(builder.finish()?))
    }

    /// Counts the quads of some graphs, by graph and property.
    fn counts(&self, home: &Home) -> Result<Counts, Error> {
        if home.is_nowhere() {
            return Ok(Counts::new());
        }
        let only = home.only_graph();
        let graph = if only.is_none() { "?g " } else { "" };
        let clauses = home.clauses(&Shape::default().pattern());
        let reply = self.ask(&format!("SELECT {graph}?p (COUNT(*) AS ?n) {clauses} GROUP BY {graph}?p"))?;
        let counted = |row: Vec<Option<Term>>| {
            let mut row = row.into_iter().flatten();
            let mut node = || match row.next()? {
                Term::NamedNode(node) => Some(node),
                _ => None,
            };
            let graph = match only {
                Some(only) => only.clone(),
                None => node()?,
            };
            let property = node()?;
            let Some(Term::Literal(count)) = row.next() else { return None };
            Some(((graph, property), count.value().parse().ok()?))
        };
        let Reply::Solutions(_, rows) = reply else { return Err(self.other_answer().into()) };
        let counts: Option<Counts> = rows.into_iter().map(counted).collect();
        counts.ok_or_else(|| self.fault(EndpointFault::Malformed("a count that is no number".to_owned())).into())
    }

    /// Returns what changes when anything on the endpoint does: how much there is, and the fingerprint that the last import
    /// has left.
    fn stamp(&self, counts: &Counts) -> Result<String, Error> {
        let mut text = String::new();
        for ((graph, property), count) in counts {
            writeln!(text, "{graph} {property} {count}").expect("a String takes all that is written");
        }
        let records: Vec<NamedNode> = self.home.graphs().iter().filter_map(fingerprints_beside).collect();
        let shape =
            Shape { subjects: records.clone(), predicates: vec![cg::FINGERPRINT.into_owned()], ..Shape::default() };
        let mut said = self.fetch_from(&Home::Named(records), &shape)?;
        said.sort_by_cached_key(ToString::to_string);
        for quad in said {
            writeln!(text, "{quad}").expect("a String takes all that is written");
        }
        Ok(text)
    }
}

/// Returns the graph of the fingerprints of a case, by that of the case itself.
fn fingerprints_beside(graph: &NamedNode) -> Option<NamedNode> {
    let base = graph.as_str().strip_suffix("graph/case")?;
    Some(NamedNode::new_unchecked(fingerprints_graph(base)))
}
