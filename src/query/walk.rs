//! Visits every graph pattern and expression of a parsed query, also those inside `EXISTS`. In: a pattern and a visitor.
//! Out: the pattern as the visitor left it. Not here: what is looked for (`binding`, `evaluate`, `stop`).

use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};

/// What is done at each part of a query.
pub(super) trait Visitor {
    /// Sees a pattern before what is within it.
    fn enter(&mut self, _pattern: &mut GraphPattern) {}
    /// Sees a pattern after what is within it.
    fn leave(&mut self, _pattern: &mut GraphPattern) {}
    /// Sees an expression after what is within it.
    fn leave_expression(&mut self, _expression: &mut Expression) {}
}

impl<F: FnMut(&mut GraphPattern)> Visitor for F {
    fn enter(&mut self, pattern: &mut GraphPattern) {
        self(pattern);
    }
}

/// Has a visitor see a pattern and all that is within it; a closure sees the patterns, from the outside in.
pub(super) fn walk(pattern: &mut GraphPattern, visit: &mut impl Visitor) {
    use GraphPattern as P;
    visit.enter(pattern);
    match pattern {
        P::Bgp { .. } | P::Path { .. } | P::Values { .. } => {}
        P::Join { left, right } | P::Union { left, right } | P::Minus { left, right } | P::Lateral { left, right } => {
            walk(left, visit);
            walk(right, visit);
        }
        P::LeftJoin { left, right, expression } => {
            walk(left, visit);
            walk(right, visit);
            if let Some(expression) = expression {
                walk_expression(expression, visit);
            }
        }
        P::Filter { expr, inner } => {
            walk_expression(expr, visit);
            walk(inner, visit);
        }
        P::Extend { inner, expression, .. } => {
            walk_expression(expression, visit);
            walk(inner, visit);
        }
        P::OrderBy { inner, expression } => {
            for OrderExpression::Asc(expression) | OrderExpression::Desc(expression) in expression {
                walk_expression(expression, visit);
            }
            walk(inner, visit);
        }
        P::Group { inner, aggregates, .. } => {
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    walk_expression(expr, visit);
                }
            }
            walk(inner, visit);
        }
        P::Graph { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. }
        | P::Service { inner, .. } => walk(inner, visit),
    }
    visit.leave(pattern);
}

fn walk_expression(expression: &mut Expression, visit: &mut impl Visitor) {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => {}
        E::Exists(pattern) => walk(pattern, visit),
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => {
            walk_expression(a, visit);
            walk_expression(b, visit);
        }
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => walk_expression(a, visit),
        E::If(a, b, c) => {
            for part in [a, b, c] {
                walk_expression(part, visit);
            }
        }
        E::In(a, list) => {
            walk_expression(a, visit);
            walk_list(list, visit);
        }
        E::Coalesce(list) | E::FunctionCall(_, list) => walk_list(list, visit),
    }
    visit.leave_expression(expression);
}

fn walk_list(list: &mut [Expression], visit: &mut impl Visitor) {
    for expression in list {
        walk_expression(expression, visit);
    }
}

#[cfg(test)]
mod tests {
    use spargebra::{Query, SparqlParser};

    use super::*;

    #[test]
    fn patterns_are_found_wherever_they_hide() {
        let hiding = [
            "SELECT * { FILTER (1 + 1 = 2 && NOT EXISTS { SERVICE <x:y> {} }) }",
            "SELECT * { OPTIONAL { ?a ?b ?c FILTER (COALESCE(false, EXISTS { SERVICE <x:y> {} })) } }",
            "SELECT (COUNT(?x) AS ?n) { { SELECT ?x { ?x ?y ?z MINUS { SERVICE <x:y> {} } } LIMIT 1 } } GROUP BY ?x",
            "SELECT * { BIND (IF(true, EXISTS { SERVICE <x:y> {} }, 1) AS ?a) } ORDER BY ?a",
            "SELECT (SUM(IF(EXISTS { SERVICE <x:y> {} }, 1, 0)) AS ?n) { ?a ?b ?c }",
        ];
        for text in hiding {
            let query = SparqlParser::new().with_base_iri("x:z").expect("IRI").parse_query(text).expect(text);
            let Query::Select { mut pattern, .. } = query else { panic!("SELECT") };
            let mut found = 0;
            walk(&mut pattern, &mut |p: &mut GraphPattern| {
                found += usize::from(matches!(p, GraphPattern::Service { .. }));
            });
            assert_eq!(found, 1, "{text}");
        }
    }
}
