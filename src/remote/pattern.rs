//! Quads by pattern, as SPARQL asks for them. In: terms and where the quads lie. Out: all the quads, also where the
//! engine cuts its answers: they are counted, and fetched in pages that begin where the last one ended. Not here: what
//! is kept of them (`fetched`).

use std::fmt::Write;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::Variable;

use super::Endpoint;
use crate::store::{EndpointError, EndpointFault, Engine, Error, Reply};
use crate::vocab::{cg, rdf, xsd};

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

    /// Tells whether there is no case at all.
    pub(super) fn is_nowhere(&self) -> bool {
        matches!(self, Self::Named(graphs) if graphs.is_empty())
    }

    fn clauses(&self, pattern: &str) -> String {
        let mut text = String::new();
        for graph in self.graphs() {
            write!(text, "FROM NAMED {graph} ").expect("a String takes all that is written");
        }
        let opening = if matches!(self, Self::Named(_)) { "GRAPH ?g { " } else { "{ " };
        write!(text, "WHERE {{ {opening}{pattern} }} }}").expect("a String takes all that is written");
        text
    }
}

/// Which quads: each term fixed, one of some, or any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) subject: Option<NamedNode>,
    pub(super) predicate: Option<NamedNode>,
    pub(super) object: Option<Term>,
    /// Subjects to choose from.
    pub(super) subjects: Vec<NamedNode>,
    /// Predicates to choose from.
    pub(super) predicates: Vec<NamedNode>,
    /// Objects to choose from.
    pub(super) objects: Vec<NamedNode>,
    /// Whether truth values are left in the form that the engine gives them.
    pub(super) is_raw: bool,
}

impl Shape {
    /// All quads of some subjects, or those with some predicates.
    pub(super) fn of_subjects(subjects: &[NamedNode], predicates: &[NamedNode]) -> Self {
        Self { subjects: subjects.to_vec(), predicates: predicates.to_vec(), ..Self::default() }
    }

    /// The quads that state the instances of a class.
    pub(super) fn of_class(class: NamedNodeRef<'_>) -> Self {
        Self { predicate: Some(rdf::TYPE.into_owned()), object: Some(class.into_owned().into()), ..Self::default() }
    }

    /// The quads with some predicates and some objects.
    pub(super) fn of_objects(objects: &[NamedNode], predicates: &[NamedNode]) -> Self {
        Self { objects: objects.to_vec(), predicates: predicates.to_vec(), ..Self::default() }
    }

    fn pattern(&self) -> String {
        let mut text = String::new();
        for (name, nodes) in [("s", &self.subjects), ("p", &self.predicates), ("o", &self.objects)] {
            if !nodes.is_empty() {
                write!(text, "VALUES ?{name} {{").expect("a String takes all that is written");
                for node in nodes {
                    write!(text, " {node}").expect("a String takes all that is written");
                }
                text.push_str(" } ");
            }
        }
        let place = |fixed: Option<String>, name: &str| fixed.unwrap_or_else(|| format!("?{name}"));
        let subject = place(self.subject.as_ref().map(ToString::to_string), "s");
        let predicate = place(self.predicate.as_ref().map(ToString::to_string), "p");
        let object = place(self.object.as_ref().map(ToString::to_string), "o");
        write!(text, "{subject} {predicate} {object} .").expect("a String takes all that is written");
        text
    }

    /// Returns the variable by which pages follow one another.
    fn key(&self) -> &'static str {
        if self.subject.is_none() { "?s" } else { "?o" }
    }

    fn key_of(&self, quad: &Quad) -> String {
        let term = if self.subject.is_none() { quad.subject.clone().into() } else { quad.object.clone() };
        match term {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        }
    }

    fn quad(&self, row: &mut Row<'_>, home: &Home) -> Option<Quad> {
        let subject: Term = self.subject.clone().map(Into::into).or_else(|| row.take("s"))?;
        let predicate = match &self.predicate {
            Some(predicate) => predicate.clone(),
            None => named(row.take("p")?)?,
        };
        let object = self.object.clone().or_else(|| row.take("o"))?;
        let graph = match home {
            Home::Named(_) => named(row.take("g")?)?,
            Home::Default(graph) => graph.clone(),
        };
        let subject = match subject {
            Term::NamedNode(node) => NamedOrBlankNode::from(node),
            Term::BlankNode(node) => node.into(),
            _ => return None,
        };
        let object = if self.is_raw { object } else { as_written(&predicate, object) };
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
pub(super) fn may_be_cut(rows: usize) -> bool {
    rows >= 100 && (rows.is_multiple_of(100) || rows.is_power_of_two())
}

impl Endpoint {
    /// Fetches all the quads of a shape.
    pub(super) fn fetch(&self, shape: &Shape) -> Result<Vec<Quad>, Error> {
        self.fetch_from(shape, &self.home)
    }

    /// Fetches all the quads of a shape from some graphs.
    pub(super) fn fetch_from(&self, shape: &Shape, home: &Home) -> Result<Vec<Quad>, Error> {
        if home.is_nowhere() {
            return Ok(Vec::new());
        }
        let quads = self.select(shape, home, "", "")?;
        if !may_be_cut(quads.len()) {
            return Ok(quads);
        }
        let total = self.count_shape(shape, home)?;
        let quads = if quads.len() < total { self.fetch_pages(shape, home, quads.len())? } else { quads };
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

    /// Fetches some quads of a shape, with a filter and what follows the pattern.
    pub(super) fn select_raw(&self, shape: &Shape, filter: &str, rest: &str) -> Result<Vec<Quad>, Error> {
        if self.home.is_nowhere() { Ok(Vec::new()) } else { self.select(shape, &self.home, filter, rest) }
    }

    fn select(&self, shape: &Shape, home: &Home, filter: &str, rest: &str) -> Result<Vec<Quad>, Error> {
        let clauses = home.clauses(&format!("{}{filter}", shape.pattern()));
        let Reply::Solutions(variables, rows) = self.ask(&format!("SELECT * {clauses}{rest}"))? else {
            return Err(self.fault(EndpointFault::NotResults("an answer to another question".to_owned())).into());
        };
        let quads = rows.into_iter().filter_map(|terms| shape.quad(&mut Row { variables: &variables, terms }, home));
        Ok(quads.collect())
    }

    /// Counts the quads of a shape.
    pub(super) fn count_shape(&self, shape: &Shape, home: &Home) -> Result<usize, Error> {
        if home.is_nowhere() {
            return Ok(0);
        }
        let clauses = home.clauses(&shape.pattern());
        let reply = self.ask(&format!("SELECT (COUNT(*) AS ?n) {clauses}"))?;
        let count = match &reply {
            Reply::Solutions(_, rows) => match rows.first().and_then(|row| row.first()) {
                Some(Some(Term::Literal(number))) => number.value().parse().ok(),
                _ => None,
            },
            Reply::Boolean(_) => None,
        };
        count.ok_or_else(|| self.fault(EndpointFault::Malformed("a count that is no number".to_owned())).into())
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
    use crate::vocab::rdf;

    fn node(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("http://x.org/{name}"))
    }

    #[test]
    fn a_pattern_names_its_graphs_so_that_no_engine_looks_elsewhere() {
        let shape =
            Shape { predicate: Some(rdf::TYPE.into_owned()), subjects: vec![node("a"), node("b")], ..Shape::default() };
        let named = Home::Named(vec![node("g")]).clauses(&shape.pattern());
        assert_eq!(
            named,
            "FROM NAMED <http://x.org/g> WHERE { GRAPH ?g { VALUES ?s { <http://x.org/a> <http://x.org/b> } \
             ?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?o . } }"
        );
        let default = Home::Default(node("g")).clauses(&Shape::default().pattern());
        assert_eq!(default, "WHERE { { ?s ?p ?o . } }");
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
