//! Quads by pattern, as SPARQL asks for them. In: terms and where the quads lie. Out: all the quads, also where the
//! engine cuts its answers: they are counted, and fetched in pages that begin where the last one ended.

use std::fmt::Write;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::Variable;

use super::Endpoint;
use super::results::Reply;
use crate::store::{EndpointError, EndpointFault, Error};
use crate::vocab::{cg, xsd};

/// Where the quads of the cases lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// In these named graphs.
    Named(Vec<NamedNode>),
    /// In the default graph; they are given back as those of this graph.
    Default(NamedNode),
}

impl Home {
    pub(super) fn graphs(&self) -> &[NamedNode] {
        match self {
            Self::Named(graphs) => graphs,
            Self::Default(_) => &[],
        }
    }

    /// Returns the graph, where there is only one.
    pub(super) fn only_graph(&self) -> Option<&NamedNode> {
        match self {
            Self::Named(graphs) if graphs.len() == 1 => graphs.first(),
            Self::Named(_) => None,
            Self::Default(graph) => Some(graph),
        }
    }

    /// Returns one of the graphs alone.
    pub(super) fn in_graph(&self, graph: &NamedNode) -> Self {
        match self {
            Self::Named(_) => Self::Named(vec![graph.clone()]),
            Self::Default(_) => self.clone(),
        }
    }

    /// Tells whether there is no case at all.
    pub(super) fn is_nowhere(&self) -> bool {
        matches!(self, Self::Named(graphs) if graphs.is_empty())
    }

    /// Returns the clauses that match a pattern there. Graphs are named, so that no engine looks elsewhere.
    pub(super) fn clauses(&self, pattern: &str) -> String {
        match self {
            Self::Default(_) => format!("WHERE {{ {pattern} }}"),
            Self::Named(graphs) => {
                let from: Vec<String> = graphs.iter().map(|graph| format!("FROM NAMED {graph} ")).collect();
                let from = from.concat();
                let graph = if let [only] = graphs.as_slice() { only.to_string() } else { "?g".to_owned() };
                format!("{from}WHERE {{ GRAPH {graph} {{ {pattern} }} }}")
            }
        }
    }
}

/// Which quads: of some subjects, predicates and objects; where none are named, of any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) subjects: Vec<NamedNode>,
    pub(super) predicates: Vec<NamedNode>,
    pub(super) objects: Vec<NamedNode>,
}

impl Shape {
    fn places(&self) -> [(&'static str, &[NamedNode]); 3] {
        [("s", &self.subjects), ("p", &self.predicates), ("o", &self.objects)]
    }

    pub(super) fn pattern(&self) -> String {
        let (mut values, mut triple) = (String::new(), String::new());
        for (name, nodes) in self.places() {
            match nodes {
                [node] => write!(triple, "{node} "),
                _ => write!(triple, "?{name} "),
            }
            .expect("a String takes all that is written");
            if nodes.len() > 1 {
                let nodes: Vec<String> = nodes.iter().map(ToString::to_string).collect();
                write!(values, "VALUES ?{name} {{ {} }} ", nodes.join(" "))
                    .expect("a String takes all that is written");
            }
        }
        format!("{values}{triple}.")
    }

    /// Returns the variable by which pages follow one another.
    fn key(&self) -> &'static str {
        if self.subjects.len() == 1 { "?o" } else { "?s" }
    }

    fn key_of(&self, quad: &Quad) -> String {
        let term = if self.key() == "?s" { quad.subject.clone().into() } else { quad.object.clone() };
        match term {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        }
    }

    fn quad(&self, row: &mut Row<'_>, home: &Home) -> Option<Quad> {
        let [subject, predicate, object] = self.places().map(|(name, nodes)| match nodes {
            [node] => Some(Term::from(node.clone())),
            _ => row.take(name),
        });
        let predicate = named(predicate?)?;
        let graph = match home.only_graph() {
            Some(graph) => graph.clone(),
            None => named(row.take("g")?)?,
        };
        let subject = match subject? {
            Term::NamedNode(node) => NamedOrBlankNode::from(node),
            Term::BlankNode(node) => node.into(),
            _ => return None,
        };
        let object = as_written(&predicate, object?);
        Some(Quad::new(subject, predicate, object, GraphName::NamedNode(graph)))
    }
}

struct Row<'a> {
    variables: &'a [Variable],
    terms: Vec<Option<Term>>,
}

impl Row<'_> {
    fn take(&mut self, name: &str) -> Option<Term> {
        let at = self.variables.iter().position(|variable| variable.as_str() == name)?;
        self.terms.get_mut(at)?.take()
    }
}

fn named(term: Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}

/// Turns back what an engine made of the truth values of the vocabulary: some keep them as numbers.
fn as_written(predicate: &NamedNode, object: Term) -> Term {
    let is_truth_value = [cg::ASSERTED, cg::SYMMETRIC, cg::FUNCTIONAL].contains(&predicate.as_ref());
    match &object {
        Term::Literal(literal) if is_truth_value && matches!(literal.value(), "0" | "1") => {
            Literal::new_typed_literal(if literal.value() == "1" { "true" } else { "false" }, xsd::BOOLEAN).into()
        }
        _ => object,
    }
}

/// Tells whether a number of rows may be where an engine stops: such limits are round.
fn may_be_cut(rows: usize) -> bool {
    rows >= 100 && (rows.is_multiple_of(100) || rows.is_power_of_two())
}

impl Endpoint {
    /// Fetches all the quads of a shape from some graphs.
    pub(super) fn fetch_from(&self, home: &Home, shape: &Shape) -> Result<Vec<Quad>, Error> {
        if home.is_nowhere() {
            return Ok(Vec::new());
        }
        let quads = self.select(shape, home, "", "")?;
        if !may_be_cut(quads.len()) {
            return Ok(quads);
        }
        let total = self.count_shape(home, shape)?;
        self.completed(home, shape, quads, total)
    }

    /// Fetches all the quads of a shape from some graphs, of which it is known how many they are.
    pub(super) fn fetch_counted(&self, home: &Home, shape: &Shape, total: usize) -> Result<Vec<Quad>, Error> {
        let quads = self.select(shape, home, "", "")?;
        self.completed(home, shape, quads, total)
    }

    /// Returns all the quads of a shape, when some have come.
    fn completed(&self, home: &Home, shape: &Shape, quads: Vec<Quad>, total: usize) -> Result<Vec<Quad>, Error> {
        let is_cut = quads.len() < total && !quads.is_empty();
        let quads = if is_cut { self.fetch_pages(shape, home, quads.len())? } else { quads };
        if quads.len() < total {
            return Err(self.fault(EndpointFault::Cut { rows: quads.len(), total }).into());
        }
        Ok(quads)
    }

    /// Fetches in pages. Each begins after the last key of the one before, in the engine's own order: engines differ in
    /// how they sort, and some give no row beyond an offset.
    fn fetch_pages(&self, shape: &Shape, home: &Home, size: usize) -> Result<Vec<Quad>, Error> {
        let key = shape.key();
        let limit = format!(" ORDER BY STR({key}) LIMIT {size}");
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let filter = after.map_or_else(String::new, |last: String| compare(key, ">", &last));
            let mut page = self.select(shape, home, &filter, &limit)?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(all) };
            if page.len() < size {
                all.extend(page);
                return Ok(all);
            }
            let (first, last) = (shape.key_of(first), shape.key_of(last));
            if first == last {
                all.extend(self.fetch_key(shape, home, &last, size)?);
                after = Some(last);
            } else {
                // The last key may go on beyond the page.
                page.retain(|quad| shape.key_of(quad) != last);
                after = page.last().map(|quad| shape.key_of(quad));
                all.extend(page);
            }
        }
    }

    /// Fetches the quads of one key that fill more than a page.
    fn fetch_key(&self, shape: &Shape, home: &Home, key: &str, size: usize) -> Result<Vec<Quad>, Error> {
        let filter = compare(shape.key(), "=", key);
        let mut all = Vec::new();
        loop {
            let limit = format!(" ORDER BY STR(?p) STR(?o) ?g LIMIT {size} OFFSET {}", all.len());
            let page = self.select(shape, home, &filter, &limit)?;
            let is_last = page.len() < size;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    fn select(&self, shape: &Shape, home: &Home, filter: &str, rest: &str) -> Result<Vec<Quad>, Error> {
        let clauses = home.clauses(&format!("{}{filter}", shape.pattern()));
        let Reply::Solutions(variables, rows) = self.ask(&format!("SELECT * {clauses}{rest}"))? else {
            return Err(self.other_answer().into());
        };
        let quads = rows.into_iter().filter_map(|terms| shape.quad(&mut Row { variables: &variables, terms }, home));
        Ok(quads.collect())
    }

    /// Counts the quads of a shape in some graphs.
    pub(super) fn count_shape(&self, home: &Home, shape: &Shape) -> Result<usize, Error> {
        if home.is_nowhere() {
            return Ok(0);
        }
        let clauses = home.clauses(&shape.pattern());
        let reply = self.ask(&format!("SELECT (COUNT(*) AS ?n) {clauses}"))?;
        let count = reply.number();
        count.ok_or_else(|| self.fault(EndpointFault::Malformed("a count that is no number".to_owned())).into())
    }

    pub(super) fn other_answer(&self) -> EndpointError {
        self.fault(EndpointFault::NotResults("an answer to another question".to_owned()))
    }

    pub(super) fn fault(&self, fault: EndpointFault) -> EndpointError {
        EndpointError { url: self.query.to_string(), fault }
    }
}

fn compare(key: &str, how: &str, text: &str) -> String {
    format!(" FILTER (STR({key}) {how} {})", Literal::new_simple_literal(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("http://x.org/{name}"))
    }

    #[test]
    fn a_pattern_names_its_graphs_so_that_no_engine_looks_elsewhere() {
        let shape = Shape { predicates: vec![node("p")], subjects: vec![node("a"), node("b")], ..Shape::default() };
        let named = Home::Named(vec![node("g"), node("h")]).clauses(&shape.pattern());
        assert_eq!(
            named,
            "FROM NAMED <http://x.org/g> FROM NAMED <http://x.org/h> WHERE { GRAPH ?g { VALUES ?s { <http://x.org/a> \
             <http://x.org/b> } ?s <http://x.org/p> ?o . } }"
        );
        let default = Home::Default(node("g")).clauses(&Shape::default().pattern());
        assert_eq!(default, "WHERE { ?s ?p ?o . }");
    }

    #[test]
    fn truth_values_that_an_engine_made_numbers_are_turned_back() {
        let one = Term::from(Literal::from(1));
        let truth = as_written(&cg::ASSERTED.into_owned(), one.clone());
        assert_eq!(truth, Term::from(Literal::new_typed_literal("true", xsd::BOOLEAN)));
        assert_eq!(as_written(&cg::CONFIDENCE.into_owned(), one.clone()), one);
    }

    #[test]
    fn round_numbers_of_rows_are_looked_into() {
        for (rows, cut) in [(0, false), (99, false), (10_000, true), (1024, true), (10_001, false), (128, true)] {
            assert_eq!(may_be_cut(rows), cut, "{rows}");
        }
    }
}
