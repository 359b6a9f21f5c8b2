//! Changes by SPARQL, for stores that are written to directly. In: the text of an update and the graphs that a request
//! names. Out: the store, changed as a whole or not at all. Not here: who may do so (`serve`).
//! <https://www.w3.org/TR/sparql11-update/>

use oxigraph::model::NamedNodeRef;
use oxigraph::sparql::{QueryEvaluationError, UpdateEvaluationError};
use oxigraph::store::Store;
use spargebra::algebra::{GraphPattern, GraphTarget};
use spargebra::term::NamedNodePattern;
use spargebra::{GraphUpdateOperation, Update};

use super::parse::parser;
use super::tokens::tokens;
use super::{Error, Limits, Protocol, SyntaxError, extent, stop};

/// Stands for the default graph where whole graphs are taken from it, while the parser makes patterns of that.
const SOURCE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("urn:x-casegraph:default-graph");

/// Carries an update out, all of it or nothing: nothing where it is at fault, is stopped or passes a limit. Its patterns
/// match the union of all graphs where neither it nor the request names any; `ADD`, `COPY` and `MOVE` take the graph that they
/// name, also the default graph.
pub fn update(store: &Store, base: &str, text: &str, request: &Protocol, limits: &Limits) -> Result<(), Error> {
    stop::bounded(limits, || {
        let mut update = parse(base, text)?;
        let mut is_open = Vec::new();
        for operation in &mut update.operations {
            match operation {
                GraphUpdateOperation::DeleteInsert { using: stated, pattern, .. } => {
                    extent::of_pattern(pattern)?;
                    let takes_default = take_from_default(pattern);
                    stop::watched_rows(pattern);
                    if stated.is_some() && !request.is_empty() {
                        return Err(Error::TwoDatasets);
                    }
                    is_open.push(stated.is_none() && !takes_default);
                }
                GraphUpdateOperation::Drop { graph, .. } if *graph == GraphTarget::NamedNode(SOURCE.into()) => {
                    *graph = GraphTarget::DefaultGraph;
                }
                _ => {}
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

/// Has a pattern that matches [`SOURCE`] match the default graph, and tells whether it did.
fn take_from_default(pattern: &mut GraphPattern) -> bool {
    match pattern {
        GraphPattern::Graph { name: NamedNodePattern::NamedNode(name), inner } if *name == SOURCE => {
            *pattern = std::mem::take(inner);
            true
        }
        _ => false,
    }
}

/// Names the default graph where `ADD`, `COPY` or `MOVE` takes it: no other word of the grammar is one of these.
fn with_source_named(text: &str) -> String {
    let words: Vec<_> = tokens(text).collect();
    let is = |at: usize, name: &str| words.get(at).is_some_and(|word| text[word.clone()].eq_ignore_ascii_case(name));
    let mut named = text.to_owned();
    for at in (0..words.len()).rev().filter(|at| ["ADD", "COPY", "MOVE"].iter().any(|name| is(*at, name))) {
        let source = at + 1 + usize::from(is(at + 1, "SILENT"));
        if is(source, "DEFAULT") && !is(source + 2, "DEFAULT") {
            named.replace_range(words[source].clone(), &SOURCE.to_string());
        }
    }
    named
}

fn parse(base: &str, text: &str) -> Result<Update, Error> {
    extent::of_sparql(text)?;
    parser(base).parse_update(&with_source_named(text)).map_err(|_| {
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
    fn whole_graphs_are_taken_from_the_graph_that_is_named() {
        let store = Store::new().expect("memory");
        let none = Protocol::default();
        change(&store, "INSERT DATA { :a a :b GRAPH <x:g> { :a a :c } GRAPH <x:h> { :a a :d } }", &none)
            .expect("insert");
        assert_eq!(change(&store, "ADD DEFAULT TO <x:i>", &none).expect("one more"), 4);
        assert_eq!(change(&store, "copy silent default to GRAPH <x:g>", &none).expect("one for one"), 4);
        assert_eq!(change(&store, "MOVE DEFAULT TO <x:h>", &none).expect("one for one, and gone"), 3);
        assert_eq!(change(&store, "COPY <x:i> TO DEFAULT ; COPY DEFAULT TO DEFAULT", &none).expect("back"), 4);
        let text = "COPY DEFAULT TO :a b";
        let error = change(&store, text, &none).expect_err("a word too many").to_string();
        assert!(error.starts_with("not SPARQL at line 1, column 20"), "{error}");
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
