//! Asks a question of a dataset. In: the question and values for its parameters. Out: an [`Answer`], complete.
//! Not here: writing it down (`format`).

use oxigraph::model::Literal;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::sparql::{PreparedSparqlQuery, QueryResults, Variable};
use rdf_columns::Queried;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression};
use spargebra::{Query, SparqlParser};

use super::limited::answer;
use super::patterns::Patterns;
use super::stop::bounded;
use super::walk::walk;
use super::{Answer, Error, Limits, Names, Protocol, Question, SyntaxError, binding, engine, extent};
use crate::store::Dataset;

/// Asks a question of a dataset and gathers the whole answer.
///
/// `base` is the base of the case, from which the prefixes `:`, `f:`, `src:`, `rel:`, `cite:` and `disc:` follow. Each value is a
/// parameter and a text for it; the text becomes a term of the declared type in the place of the default. A parameter
/// that is given several times takes all the values.
///
/// Rows come in the same order on every run. Where a query has a `LIMIT` and no `ORDER BY`, which rows there are is the
/// engine's choice.
pub fn run(data: &dyn Dataset, base: &str, question: &Question, values: &[(String, String)]) -> Result<Answer, Error> {
    run_within(data, base, question, values, &Limits::default())
}

/// Asks a question as [`run`] does, under other limits than those for one's own questions.
pub fn run_within(
    data: &dyn Dataset,
    base: &str,
    question: &Question,
    values: &[(String, String)],
    limits: &Limits,
) -> Result<Answer, Error> {
    bounded(limits, || {
        let (query, ordered) = ready(data, base, question, values)?;
        if data.as_columns().is_none()
            && let Some(engine) = data.as_engine()
            && let Some(answer) = engine::ask(engine, &query, ordered)?
        {
            return Ok(answer);
        }
        answer(data, query, ordered, &Protocol::default(), limits)
    })
}

/// Parses a question, puts the values in and settles the order of its rows; tells whether the query gives one.
pub(super) fn ready(
    data: &dyn Dataset,
    base: &str,
    question: &Question,
    values: &[(String, String)],
) -> Result<(Query, bool), Error> {
    let mut query = parse(base, &question.text)?;
    binding::bind(&mut query, data, &Names::new(base), question, values)?;
    let ordered = settle_order(pattern_mut(&mut query));
    Ok((query, ordered))
}

/// Evaluates a query over a dataset: by its columns, where they are here, else by its patterns. Where nobody chose another one,
/// the default graph is the union of all graphs.
pub(super) fn execute<'a>(
    data: &'a dyn Dataset,
    prepared: PreparedSparqlQuery,
    is_union: bool,
    limits: &Limits,
) -> Result<QueryResults<'a>, Error> {
    Ok(match data.as_columns() {
        Some(columns) => {
            let queried = Queried::new(columns, is_union).until(limits.token.clone());
            prepared.on_queryable_dataset(queried).execute()?
        }
        None => prepared.on_queryable_dataset(Patterns::new(data)).execute()?,
    })
}

/// Tells whether a text is a query that can be asked, without asking it.
pub fn check(base: &str, text: &str) -> Result<(), Error> {
    bounded(&Limits::default(), || parse(base, text).map(drop))
}

/// Parses a query with the preset prefixes, and refuses what casegraph does not do.
pub(super) fn parse(base: &str, text: &str) -> Result<Query, Error> {
    let text = text.trim_start_matches('\u{feff}');
    extent::of_sparql(text)?;
    let mut query = match parser(base).parse_query(text) {
        Ok(query) => query,
        Err(_) if parser(base).parse_update(text).is_ok_and(|update| !update.operations.is_empty()) => {
            return Err(Error::Update);
        }
        Err(_) => {
            let verdict = |text: &str, prefix: Option<&str>| {
                let mut parser = parser(base);
                if let Some(prefix) = prefix {
                    parser = parser.clone().with_prefix(prefix, "urn:x:").unwrap_or(parser);
                }
                parser.parse_query(text).err().map(|error| error.to_string())
            };
            return Err(SyntaxError::find(text, &verdict).into());
        }
    };
    let mut service = None;
    walk(pattern_mut(&mut query), &mut |pattern: &mut GraphPattern| {
        if let GraphPattern::Service { name, .. } = pattern {
            service.get_or_insert_with(|| name.to_string());
        }
    });
    if let Some(name) = service {
        return Err(Error::Service(name));
    }
    extent::of_pattern(pattern_mut(&mut query))?;
    Ok(query)
}

/// Returns a parser that knows the preset prefixes.
pub(super) fn parser(base: &str) -> SparqlParser {
    // A base that is no IRI gives no prefix; a query that uses it then says so itself.
    Names::new(base).prefixes().fold(SparqlParser::new(), |parser, (prefix, namespace)| {
        parser.clone().with_prefix(prefix, namespace).unwrap_or(parser)
    })
}

/// Returns the pattern that the query matches.
pub(super) fn pattern_mut(query: &mut Query) -> &mut GraphPattern {
    match query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => pattern,
    }
}

/// Breaks the ties of an `ORDER BY` by the projected variables. Tells whether there is an `ORDER BY`.
pub(super) fn settle_order(pattern: &mut GraphPattern) -> bool {
    let mut projected = Vec::new();
    let mut outer = pattern;
    loop {
        match outer {
            GraphPattern::Slice { inner, .. } | GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } => {
                outer = inner;
            }
            GraphPattern::Project { inner, variables } => {
                projected.clone_from(variables);
                outer = inner;
            }
            GraphPattern::OrderBy { expression, .. } => {
                // A variable that decides already breaks no tie, and some engines repeat rows for it.
                let decides = |variable: &Variable| {
                    expression.iter().any(|order| match order {
                        OrderExpression::Asc(by) | OrderExpression::Desc(by) => {
                            *by == Expression::Variable(variable.clone())
                        }
                    })
                };
                projected.retain(|variable| !decides(variable));
                expression.extend(projected.into_iter().map(Expression::Variable).map(OrderExpression::Asc));
                return true;
            }
            _ => return false,
        }
    }
}

/// Has every `ORDER BY` put values of one datatype beside each other, numbers of all kinds first. SPARQL leaves open how texts
/// and numbers compare; the evaluator compares them by their texts, in which 9 < 10 < "5" < 9 is no order at all.
pub(super) fn order_by_datatype(pattern: &mut GraphPattern) {
    walk(pattern, &mut |pattern: &mut GraphPattern| {
        if let GraphPattern::OrderBy { expression, .. } = pattern {
            let with_datatype = |order: OrderExpression| match &order {
                OrderExpression::Asc(by) => [OrderExpression::Asc(datatype_of(by)), order],
                OrderExpression::Desc(by) => [OrderExpression::Desc(datatype_of(by)), order],
            };
            *expression = std::mem::take(expression).into_iter().flat_map(with_datatype).collect();
        }
    });
}

/// Returns the IRI of the datatype of a value as a text, one for texts with and without a language; an empty one for numbers,
/// and for what is no literal.
fn datatype_of(value: &Expression) -> Expression {
    let call = |function, argument| Expression::FunctionCall(function, vec![argument]);
    let none = || Expression::from(Literal::new_simple_literal(""));
    let is_number = call(Function::IsNumeric, value.clone());
    let datatype = call(Function::Datatype, value.clone());
    let texts = [xsd::STRING, rdf::LANG_STRING].map(|datatype| datatype.into_owned().into());
    let is_text = Expression::In(Box::new(datatype.clone()), texts.into());
    let text = Expression::from(Literal::new_simple_literal("text"));
    let datatype = Expression::If(Box::new(is_text), Box::new(text), Box::new(call(Function::Str, datatype)));
    Expression::Coalesce(vec![Expression::If(Box::new(is_number), Box::new(none()), Box::new(datatype)), none()])
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;

    use super::*;
    use crate::store::CaseStore;

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
