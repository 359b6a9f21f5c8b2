//! Cases that lie on a SPARQL 1.1 endpoint. In: the address of an endpoint. Out: the answers of the engine to whole queries, the
//! part of a case that a question wants, copies of whole cases, and imports by SPARQL Update and the Graph Store Protocol. Not
//! here: what is asked (`query`, `graph`), what is seen under a view (`view`).
//! <https://www.w3.org/TR/sparql11-protocol/>, <https://www.w3.org/TR/sparql11-update/>

mod client;
mod import;
mod near;
mod pattern;
mod pull;
mod results;
mod send;
mod settings;

use std::sync::OnceLock;

use oxigraph::model::{Literal, NamedNode, Term};
use ureq::http::Uri;

pub use pull::Pulled;
pub use results::Reply;
pub use settings::{Settings, SettingsError};

use self::client::{Client, Content};
use self::pattern::{Home, Shape};
use self::settings::Credentials;
use crate::store::{DescribedCase, EndpointError, EndpointFault, Error};
use crate::vocab::{cg, rdf, void, xsd};

/// A SPARQL 1.1 endpoint with the cases that lie on it.
pub struct Endpoint {
    client: Client,
    query: Uri,
    update: Option<Uri>,
    graph_store: Option<Uri>,
    home: Home,
    whole_queries: Option<bool>,
    answers_truly: OnceLock<bool>,
}

/// Why an endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The endpoint does not answer as it should.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// What it holds cannot be read.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Endpoint {
    /// Connects to an endpoint and finds out which cases lie on it; there may be none.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let client = Client::new(settings)?;
        let (query, cases) = find(&client, &settings.query)?;
        let mut endpoint = Self {
            client,
            query,
            update: settings.update.clone(),
            graph_store: settings.graph_store.clone(),
            home: Home::Named(cases.into_iter().flat_map(|base| graphs_of(&base)).collect()),
            whole_queries: settings.whole_queries,
            answers_truly: OnceLock::new(),
        };
        if endpoint.home.is_nowhere() {
            endpoint.home = endpoint.find_unnamed()?;
        }
        Ok(endpoint)
    }

    /// Finds a case that lies in the default graph, as where an engine has no other.
    fn find_unnamed(&self) -> Result<Home, Error> {
        let text =
            format!("SELECT ?case ?base WHERE {{ ?case {} {} ; {} ?base }}", rdf::TYPE, void::DATASET, void::URI_SPACE);
        let Reply::Solutions(_, rows) = self.ask(&text)? else { return Ok(Home::Named(Vec::new())) };
        let mut cases = rows.into_iter().filter_map(|row| match row.as_slice() {
            [Some(Term::NamedNode(case)), Some(base)] => case_graph(&literal(base)?).filter(|graph| graph == case),
            _ => None,
        });
        Ok(cases.next().map_or(Home::Named(Vec::new()), Home::Default))
    }

    /// Returns the endpoint with some of its cases alone.
    #[must_use]
    pub fn of_cases(mut self, cases: &[DescribedCase]) -> Self {
        if let Home::Named(graphs) = &mut self.home {
            let is_of = |graph: &str, case: &DescribedCase| graph == case.graph || graph == case.log_graph();
            graphs.retain(|graph| cases.iter().any(|case| is_of(graph.as_str(), case)));
        }
        self
    }

    /// Returns the named graphs that make up its cases; none where they lie in its default graph.
    pub fn graphs(&self) -> &[NamedNode] {
        self.home.graphs()
    }

    /// Asks a `SELECT` or `ASK` as it is written.
    pub fn ask(&self, sparql: &str) -> Result<Reply, EndpointError> {
        self.client.send(&self.query, Content::Query(sparql), results::read)
    }

    /// Tells whether whole queries are sent to the engine: where the settings say so, else where it passes a small test.
    /// Of an engine that fails it, a copy is asked here.
    pub fn answers_truly(&self) -> bool {
        let stated = self.whole_queries;
        *self.answers_truly.get_or_init(|| stated.unwrap_or_else(|| self.keeps_literals() && self.sorts_truly()))
    }

    /// Tells whether the engine gives literals back as they were written; some turn truth values into numbers.
    fn keeps_literals(&self) -> bool {
        let shape = Shape { predicates: vec![cg::ASSERTED.into_owned()], ..Shape::default() };
        let reply = self.ask(&format!("SELECT ?o {} LIMIT 1", self.home.clauses(&shape.pattern())));
        let is_kept = |term: &Term| matches!(term, Term::Literal(literal) if literal.datatype() == xsd::BOOLEAN);
        // Who cannot be asked keeps nothing; the question that follows tells why.
        matches!(reply, Ok(Reply::Solutions(_, rows)) if rows.iter().flatten().flatten().all(is_kept))
    }

    /// Tells whether the engine sorts three numbers as SPARQL says; one that repeats rows gets other things wrong too.
    fn sorts_truly(&self) -> bool {
        let reply = self.ask("SELECT ?x WHERE { VALUES ?x { 1 3 2 } } ORDER BY DESC(?x) ASC(?x) LIMIT 2");
        let expected = [3, 2].map(|number| vec![Some(Term::from(Literal::from(number)))]);
        matches!(reply, Ok(Reply::Solutions(_, rows)) if rows == expected)
    }
}

/// Finds the address that answers and the bases of the cases there. An address without a path may be that of a server,
/// whose endpoint is at one of the usual places.
fn find(client: &Client, address: &Uri) -> Result<(Uri, Vec<String>), EndpointError> {
    let text = format!(
        "SELECT DISTINCT ?graph ?base WHERE {{ GRAPH ?graph {{ ?graph {} {} ; {} ?base }} }}",
        rdf::TYPE,
        void::DATASET,
        void::URI_SPACE
    );
    let mut first = None;
    for place in places(address) {
        match client.send(&place, Content::Query(&text), results::read) {
            Ok(Reply::Solutions(_, rows)) => {
                let mut bases: Vec<String> = rows.iter().filter_map(|row| case_base(row)).collect();
                bases.sort_unstable();
                bases.dedup();
                return Ok((place, bases));
            }
            Ok(_) => {
                let fault = EndpointFault::NotResults("an answer to another question".to_owned());
                return Err(EndpointError { url: place.to_string(), fault });
            }
            Err(error) => {
                let is_elsewhere = matches!(
                    error.fault,
                    EndpointFault::NotFound(_) | EndpointFault::NotResults(_) | EndpointFault::Rejected { .. }
                );
                if !is_elsewhere {
                    return Err(error);
                }
                first.get_or_insert(error);
            }
        }
    }
    Err(first.expect("there is at least one place to ask"))
}

fn places(address: &Uri) -> Vec<Uri> {
    if address.path() != "/" || address.query().is_some() {
        return vec![address.clone()];
    }
    ["/query", "/sparql", "/"].iter().filter_map(|path| at(address, path)).collect()
}

/// Returns an address on the same server.
fn at(address: &Uri, path: &str) -> Option<Uri> {
    let mut parts = address.clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn case_base(row: &[Option<Term>]) -> Option<String> {
    let [Some(Term::NamedNode(graph)), Some(base)] = row else { return None };
    let base = literal(base)?;
    (case_graph(&base)? == *graph).then_some(base)
}

fn literal(term: &Term) -> Option<String> {
    match term {
        Term::Literal(literal) => Some(literal.value().to_owned()),
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        _ => None,
    }
}

fn case_graph(base: &str) -> Option<NamedNode> {
    NamedNode::new(format!("{base}graph/case")).ok()
}

/// Returns the graph of the fingerprints of what is said of each subject of a case, which imports are compared with.
fn fingerprints_graph(base: &str) -> String {
    format!("{base}graph/fingerprints")
}

/// Returns the graph of a case and that of the log of its imports.
fn graphs_of(base: &str) -> Vec<NamedNode> {
    ["graph/case", "graph/imports"].iter().filter_map(|name| NamedNode::new(format!("{base}{name}")).ok()).collect()
}
