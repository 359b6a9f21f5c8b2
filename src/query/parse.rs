//! Queries as casegraph asks them: parsed with the preset prefixes, within bounds, and with one order of their rows. In: the text
//! of a query. Out: the query. Not here: values for its parameters (`binding`).

use oxigraph::model::Literal;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::sparql::Variable;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression};
use spargebra::{Query, SparqlParser};

use super::walk::walk;
use super::{Error, Names, SyntaxError, extent};

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
