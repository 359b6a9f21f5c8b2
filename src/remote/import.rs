//! Imports into an endpoint. In: a case as it is to stand there. Out: the difference, sent as SPARQL Update, and what is new
//! by the Graph Store Protocol where its address is stated (`graph_store`), in requests of limited size. An endpoint knows
//! no transaction over several requests, so an import that breaks off leaves some facts new and some old; each fact changes
//! within one request, the log is written last, and the difference is always taken from what is there: importing again
//! completes it. <https://www.w3.org/TR/sparql11-update/>

use oxigraph::model::{NamedNode, Quad};
use ureq::http::Uri;

use super::change::{Change, by_graph, by_subject, fitting};
use super::client::Content;
use super::pattern::{Home, Shape};
use super::{Endpoint, at};
use crate::store::{Difference, EndpointError, EndpointFault, Error, Import, Mode, Plan, ReadCase};
use crate::vocab::prov;

/// Statements and bytes of one request.
const STATEMENTS: usize = 500;
const BYTES: usize = 200_000;

impl Endpoint {
    /// Imports a case, or only tells what would change. Nothing is written where nothing changes.
    pub fn import(&self, import: &Import, mode: Mode, new: ReadCase) -> Result<Difference, Error> {
        let graph = Home::Named(vec![NamedNode::new_unchecked(import.graph.as_str())]);
        let plan = Plan::new(import, self.fetch_from(&Shape::default(), &graph)?, new)?;
        if mode == Mode::Write {
            self.carry_out(&plan, import, &graph)?;
        }
        Ok(plan.difference)
    }

    fn carry_out(&self, plan: &Plan, import: &Import, graph: &Home) -> Result<(), Error> {
        let earlier = self.imports_before(import)?;
        // An import that broke off just before its log has changed all and told nothing.
        if plan.difference.is_empty && earlier > 0 {
            return Ok(());
        }
        let mut places = self.update_places();
        self.send_all(changes(plan), &mut places)?;
        self.is_kept(graph, plan.quads)?;
        let log = plan.log(import, earlier);
        self.send_all(by_subject(&[], &log), &mut places)
    }

    /// Returns how many imports of the case are logged.
    fn imports_before(&self, import: &Import) -> Result<usize, Error> {
        let log = Home::Named(vec![NamedNode::new_unchecked(import.log_graph.as_str())]);
        self.count_shape(&Shape::of_class(prov::ACTIVITY), &log)
    }

    /// Finds a fault where fewer quads are there than must be.
    fn is_kept(&self, graph: &Home, expected: usize) -> Result<(), Error> {
        let found = self.count_shape(&Shape::default(), graph)?;
        if found < expected {
            return Err(self.fault(EndpointFault::NotKept { expected, found }).into());
        }
        Ok(())
    }

    /// Sends changes in requests of limited size, each subject's in one.
    fn send_all(&self, mut changes: Vec<Change<'_>>, places: &mut Vec<Uri>) -> Result<(), Error> {
        if let Some(place) = &self.graph_store {
            let (new, rest): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.removed.is_empty());
            self.add(place, &new)?;
            changes = rest;
        }
        let mut rest = changes.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(fitting(rest, STATEMENTS, BYTES));
            self.send(now, places)?;
            rest = later;
        }
        Ok(())
    }

    /// Sends some changes by one request; where it is too much for the engine, by two of half the size.
    fn send(&self, changes: &[Change<'_>], places: &mut Vec<Uri>) -> Result<(), Error> {
        let error = match self.send_to_any(&update(changes), places) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let may_be_too_much = matches!(
            error.fault,
            EndpointFault::TooLarge | EndpointFault::Broken { .. } | EndpointFault::Rejected { .. }
        );
        if !may_be_too_much || changes.len() < 2 {
            return Err(error.into());
        }
        let (first, second) = changes.split_at(changes.len() / 2);
        self.send(first, places)?;
        self.send(second, places)
    }

    /// Sends an update to the first place that takes it, which is the only one from then on.
    fn send_to_any(&self, text: &str, places: &mut Vec<Uri>) -> Result<(), EndpointError> {
        let mut refusal: Option<EndpointError> = None;
        for place in places.clone() {
            match self.client.send(&place, Content::Update(text), |_| Ok(())) {
                Ok(()) => {
                    *places = vec![place];
                    return Ok(());
                }
                Err(error) => {
                    let is_elsewhere = matches!(
                        error.fault,
                        EndpointFault::NotFound(_)
                            | EndpointFault::Rejected { .. }
                            | EndpointFault::Forbidden(_)
                            | EndpointFault::Broken { .. }
                    );
                    if !is_elsewhere {
                        return Err(error);
                    }
                    // A place that is there tells more than one that is not.
                    if refusal.as_ref().is_none_or(|known| matches!(known.fault, EndpointFault::NotFound(_))) {
                        refusal = Some(error);
                    }
                }
            }
        }
        Err(refusal.expect("there is at least one place"))
    }

    /// Returns where updates may go: the place that the settings name, or those that are usual beside the address for
    /// queries.
    fn update_places(&self) -> Vec<Uri> {
        self.update.clone().map_or_else(|| places_beside(&self.query), |place| vec![place])
    }
}

fn places_beside(query: &Uri) -> Vec<Uri> {
    let path = query.path().trim_end_matches('/');
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let paths = match name {
        "query" => vec![format!("{folder}/update"), path.to_owned()],
        _ if folder.ends_with("/repositories") => vec![format!("{path}/statements")],
        "sparql" => vec![path.to_owned(), format!("{folder}/update"), format!("{folder}/sparql-auth")],
        _ => vec![path.to_owned(), format!("{path}/update")],
    };
    paths.iter().filter_map(|path| at(query, if path.is_empty() { "/" } else { path })).collect()
}

/// Puts a difference together by subject, in order.
fn changes(plan: &Plan) -> Vec<Change<'_>> {
    by_subject(&plan.removed, &plan.added)
}

/// Writes changes as an update.
fn update(changes: &[Change<'_>]) -> String {
    let removed: Vec<&Quad> = changes.iter().flat_map(|change| &change.removed).copied().collect();
    let added: Vec<&Quad> = changes.iter().flat_map(|change| &change.added).copied().collect();
    let parts = [("DELETE", removed), ("INSERT", added)];
    let parts = parts.iter().filter(|(_, quads)| !quads.is_empty()).map(|(how, quads)| data(how, quads));
    parts.collect::<Vec<_>>().join(" ;\n")
}

fn data(how: &str, quads: &[&Quad]) -> String {
    let graphs = by_graph(quads.iter().copied());
    let graphs = graphs.into_iter().map(|(graph, triples)| format!("GRAPH <{graph}> {{\n{triples}}}\n"));
    format!("{how} DATA {{\n{}}}", graphs.collect::<String>())
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, Term};

    use super::*;

    fn quad(subject: &str, object: impl Into<Term>) -> Quad {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://x.org/{name}"));
        Quad::new(node(subject), node("p"), object, node("g"))
    }

    #[test]
    fn what_one_subject_loses_and_gains_goes_together() {
        let added = [quad("a", Literal::from("new \"}")), quad("b", Literal::from("b"))];
        let removed = [quad("a", Literal::from("old"))];
        let changes = by_subject(&removed, &added);
        assert_eq!(changes.len(), 2);
        assert_eq!(
            update(&changes[..1]),
            "DELETE DATA {\nGRAPH <http://x.org/g> {\n<http://x.org/a> <http://x.org/p> \"old\" .\n}\n} ;\n\
             INSERT DATA {\nGRAPH <http://x.org/g> {\n<http://x.org/a> <http://x.org/p> \"new \\\"}\" .\n}\n}"
        );
    }

    #[test]
    fn updates_go_beside_queries() {
        let beside = |address: &str| {
            let places = places_beside(&address.parse().expect("address"));
            places.iter().map(|place| place.path().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(beside("http://x.org/query"), ["/update", "/query"]);
        assert_eq!(beside("http://x.org/ds/query"), ["/ds/update", "/ds/query"]);
        assert_eq!(beside("http://x.org/sparql"), ["/sparql", "/update", "/sparql-auth"]);
        assert_eq!(beside("http://x.org/repositories/nsl"), ["/repositories/nsl/statements"]);
        assert_eq!(beside("http://x.org/"), ["/", "/update"]);
    }
}
