//! Changes by SPARQL, for stores that are written to directly. In: the text of an update and the graphs that a request
//! names. Out: the store, changed as a whole or not at all. Not here: who may do so (`serve`).
//! <https://www.w3.org/TR/sparql11-update/>

use oxigraph::sparql::{QueryEvaluationError, UpdateEvaluationError};
use oxigraph::store::Store;
use spargebra::{GraphUpdateOperation, Update};

use super::evaluate::parser;
use super::{Error, Limits, Protocol, SyntaxError, extent, stop};

/// Carries an update out, all of it or nothing: nothing where it is at fault, is stopped or passes a limit. Its patterns
/// match the union of all graphs where neither it nor the request names any.
pub fn update(store: &Store, base: &str, text: &str, request: &Protocol, limits: &Limits) -> Result<(), Error> {
    stop::bounded(limits, || {
        let mut update = parse(base, text)?;
        let mut is_open = Vec::new();
        for operation in &mut update.operations {
            if let GraphUpdateOperation::DeleteInsert { using: stated, pattern, .. } = operation {
                extent::of_pattern(pattern)?;
                stop::watched_rows(pattern);
                if stated.is_some() && !request.is_empty() {
                    return Err(Error::TwoDatasets);
                }
                is_open.push(stated.is_none());
            }
        }
        let mut prepared = stop::evaluator(limits).for_update(update);
        for (dataset, is_open) in prepared.using_datasets_mut().zip(is_open) {
            if is_open {
                request.apply(dataset);
            }
        }
        // Whatever ends the work before it is committed takes back all of it.
        let mut transaction = store.start_transaction().map_err(UpdateEvaluationError::from)?;
        prepared.on_transaction(&mut transaction).execute()?;
        if limits.token.is_cancelled() {
            return Err(QueryEvaluationError::Cancelled.into());
        }
        Ok(transaction.commit().map_err(UpdateEvaluationError::from)?)
    })
}

fn parse(base: &str, text: &str) -> Result<Update, Error> {
    extent::of_sparql(text)?;
    parser(base).parse_update(text).map_err(|_| {
        let verdict = |text: &str, prefix: Option<&str>| {
            let mut parser = parser(base);
            if let Some(prefix) = prefix {
                parser = parser.clone().with_prefix(prefix, "urn:x:").unwrap_or(parser);
            }
            parser.parse_update(text).err().map(|error| error.to_string())
        };
        SyntaxError::find(text, &verdict).into()
    })
}

#[cfg(test)]
mod tests {
    use oxigraph::model::NamedNode;

    use super::*;

    const BASE: &str = "https://example.org/x/id/";

    fn change(store: &Store, text: &str, request: &Protocol) -> Result<usize, Error> {
        update(store, BASE, text, request, &Limits::default())?;
        Ok(store.len().expect("memory"))
    }

    #[test]
    fn patterns_match_all_graphs_unless_some_are_named() {
        let store = Store::new().expect("memory");
        let none = Protocol::default();
        let text = "INSERT DATA { GRAPH <x:g> { :a cg:sued :b } GRAPH <x:h> { :a cg:sued :c } }";
        assert_eq!(change(&store, text, &none).expect("insert"), 2);
        let copy = "INSERT { GRAPH <x:i> { ?s ?p ?o } } WHERE { ?s ?p ?o }";
        let only = Protocol { default_graphs: vec![NamedNode::new_unchecked("x:g").into()], named_graphs: Vec::new() };
        assert_eq!(change(&store, copy, &only).expect("copy of one"), 3);
        assert_eq!(change(&store, copy, &none).expect("copy of all"), 4);
    }

    #[test]
    fn a_request_and_an_update_may_not_both_name_graphs() {
        let store = Store::new().expect("memory");
        let request =
            Protocol { default_graphs: vec![NamedNode::new_unchecked("x:g").into()], named_graphs: Vec::new() };
        let text = "DELETE { ?s ?p ?o } USING <x:h> WHERE { ?s ?p ?o }";
        assert!(matches!(change(&store, text, &request), Err(Error::TwoDatasets)));
    }

    #[test]
    fn no_update_reaches_beyond_the_store() {
        let store = Store::new().expect("memory");
        for text in [
            "LOAD <file:///etc/passwd>",
            "LOAD <http://127.0.0.1:9/x>",
            "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        ] {
            assert!(matches!(change(&store, text, &Protocol::default()), Err(Error::UpdateFailed(_))), "{text}");
        }
        assert!(matches!(change(&store, "INSERT DATA { :a }", &Protocol::default()), Err(Error::Syntax(_))));
    }
}
