//! Asks a question of a dataset. In: the question and values for its parameters. Out: an [`Answer`], complete.
//! Not here: writing it down (`format`).

use super::limited::{ready, run_limited};
use super::parse::parse;
use super::stop::bounded;
use super::{Answer, Error, Limits, Protocol, Question, engine};
use crate::remote::Endpoint;
use crate::store::{CaseStore, Near};

/// Asks a question of a dataset and gathers the whole answer.
///
/// `base` is the base of the case, from which the prefixes `:`, `f:`, `src:`, `rel:`, `cite:` and `disc:` follow. Each value is a
/// parameter and a text for it; the text becomes a term of the declared type in the place of the default. A parameter
/// that is given several times takes all the values.
///
/// Rows come in the same order on every run. Where a query has a `LIMIT` and no `ORDER BY`, which rows there are is the
/// engine's choice.
pub fn run(data: &CaseStore, base: &str, question: &Question, values: &[(String, String)]) -> Result<Answer, Error> {
    run_within(data, base, question, values, &Limits::default())
}

/// Asks a question as [`run`] does, under other limits than those for one's own questions.
pub fn run_within(
    data: &CaseStore,
    base: &str,
    question: &Question,
    values: &[(String, String)],
    limits: &Limits,
) -> Result<Answer, Error> {
    run_limited(data, base, question, values, &Protocol::default(), limits)
}

/// Has the engine of an endpoint answer a question; nothing where it cannot, so that a copy is to be asked.
pub fn run_on(
    endpoint: &Endpoint,
    base: &str,
    question: &Question,
    values: &[(String, String)],
    limits: &Limits,
) -> Result<Option<Answer>, Error> {
    bounded(limits, || {
        let (query, ordered) = ready(Near::There(endpoint), base, question, values)?;
        if endpoint.answers_truly() { engine::ask(endpoint, &query, ordered) } else { Ok(None) }
    })
}

/// Tells whether a text is a query that can be asked, without asking it.
pub fn check(base: &str, text: &str) -> Result<(), Error> {
    bounded(&Limits::default(), || parse(base, text).map(drop))
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;

    use super::*;
    use crate::query::Names;

    const BASE: &str = "https://example.org/x/id/";

    fn store() -> CaseStore {
        let data = "@prefix : <https://example.org/x/id/> . @prefix g: <https://example.org/x/id/graph/> .
            g:case { :b :knows :c . :a :knows :b . :c :knows :a . } g:imports { :c :knows :d . }";
        CaseStore::of_text(RdfFormat::TriG, data)
    }

    fn ask(text: &str) -> Result<Answer, Error> {
        run(&store(), BASE, &Question::ad_hoc("-", text).expect("header"), &[])
    }

    fn rows(text: &str) -> Vec<String> {
        let Answer::Solutions(solutions) = ask(text).expect(text) else { panic!("SELECT") };
        let names = Names::new(BASE);
        let cell = |term: &Option<_>| term.as_ref().map_or_else(String::new, |t| names.shorten(t));
        solutions.rows().iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn the_default_graph_is_the_union_of_all_graphs_unless_the_query_says_from() {
        assert_eq!(rows("SELECT ?o { :c :knows ?o }"), [":a", ":d"]);
        assert_eq!(rows("SELECT ?o FROM <https://example.org/x/id/graph/imports> { :c :knows ?o }"), [":d"]);
        assert_eq!(rows("SELECT ?s { GRAPH ?g { ?s :knows :d } }"), [":c"]);
    }

    #[test]
    fn the_graph_without_a_name_is_in_the_union_and_a_triple_of_two_graphs_is_there_once() {
        let text = "<x:a> <x:p> <x:b> .\n<x:a> <x:p> <x:c> <x:g> .\n<x:a> <x:p> <x:b> <x:h> .\n";
        let data = CaseStore::of_text(RdfFormat::NQuads, text);
        let count =
            |text: &str| run(&data, BASE, &Question::ad_hoc("-", text).expect("header"), &[]).expect(text).len();
        assert_eq!(count("SELECT * { ?s ?p ?o }"), 2);
        assert_eq!(count("SELECT * { GRAPH ?g { ?s ?p ?o } }"), 2);
    }

    #[test]
    fn numbers_and_texts_in_one_column_have_an_order() {
        let values = (0..400).map(|n| if n % 3 == 0 { format!("\"{n}\"") } else { n.to_string() });
        let text = format!("SELECT ?x {{ VALUES ?x {{ {} :a }} }} ORDER BY ?x", values.collect::<Vec<_>>().join(" "));
        let rows = rows(&text);
        let numbers: Vec<u32> = rows[1..267].iter().filter_map(|row| row.parse().ok()).collect();
        assert_eq!((rows.len(), rows[0].as_str(), numbers.len()), (401, ":a", 266));
        assert!(numbers.is_sorted() && numbers.iter().all(|number| number % 3 > 0) && rows[267..].is_sorted());
    }

    #[test]
    fn rows_without_an_order_are_sorted_and_ties_of_an_order_are_broken() {
        assert_eq!(rows("SELECT ?s ?o { ?s :knows ?o }"), [":a :b", ":b :c", ":c :a", ":c :d"]);
        assert_eq!(rows("SELECT ?s ?o { ?s :knows ?o } ORDER BY DESC(?s)"), [":c :a", ":c :d", ":b :c", ":a :b"]);
        assert_eq!(rows("SELECT DISTINCT ?s { ?s :knows ?o } ORDER BY DESC(?o) LIMIT 2"), [":c", ":b"]);
        assert_eq!(rows("SELECT ?o { ?s :knows ?o } ORDER BY (1) LIMIT 1"), [":a"]);
    }

    #[test]
    fn a_syntax_error_shows_line_column_and_place() {
        let error = ask("SELECT ?s\nWHERE {\n  ?s :knows :b ;; ?p }\n").expect_err("syntax").to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines[0], "not SPARQL at line 3, column 22: `}` cannot stand here");
        assert_eq!(lines[2], "  3 |   ?s :knows :b ;; ?p }");
        assert_eq!(lines[3].find('^'), lines[2].find('}'), "{error}");
    }

    #[test]
    fn an_unknown_prefix_and_an_empty_text_are_syntax_errors() {
        for text in ["SELECT * { ?s nope:x ?o }", "", "\n# only a comment", "SELECT * { ?s ?p \"\u{1b}[31m }"] {
            let error = ask(text).expect_err(text);
            assert!(matches!(error, Error::Syntax(_)), "{error:?}");
            assert!(!error.to_string().contains('\u{1b}'));
        }
    }

    #[test]
    fn updates_and_calls_to_other_servers_are_refused() {
        assert!(matches!(ask("DELETE WHERE { ?s ?p ?o }"), Err(Error::Update)));
        let text = "SELECT * { SERVICE SILENT <https://example.org/sparql> { ?s ?p ?o } }";
        assert!(ask(text).expect_err("refused").to_string().starts_with("`SERVICE <https://example.org/sparql>` asks"));
    }

    #[test]
    fn graphs_and_yes_or_no_are_answers_too() {
        assert_eq!(ask("ASK { :a :knows :b }").expect("ASK"), Answer::Boolean(true));
        let Answer::Graph(triples) = ask("CONSTRUCT { ?o :known ?s } { ?s :knows ?o }").expect("graph") else {
            panic!("CONSTRUCT")
        };
        assert_eq!(triples.len(), 4);
        assert!(triples.is_sorted_by_key(ToString::to_string));
    }
}
