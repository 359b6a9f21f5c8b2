//! Quads as a store keeps them: numbers, dates and the like in their usual form. In: quads as they were made. Out: the same
//! as they come out of a store, so that both can be compared.

use oxigraph::model::{Quad, Term};
use oxigraph::store::{StorageError, Store};

use crate::vocab::xsd;

/// Returns quads as they come out of a store.
pub(super) fn normalised(quads: &[Quad]) -> Result<Vec<Quad>, StorageError> {
    let store = Store::new()?;
    store.extend(quads.iter().cloned())?;
    store.iter().collect()
}

/// Returns a quad as it comes out of a store; most come out as they are.
pub(super) fn normal(quad: &Quad) -> Result<Option<Quad>, StorageError> {
    if is_normal(&quad.object) {
        return Ok(None);
    }
    Ok(normalised(std::slice::from_ref(quad))?.into_iter().next())
}

/// Tells whether a term certainly comes out of a store as it is.
fn is_normal(term: &Term) -> bool {
    let Term::Literal(literal) = term else { return true };
    let (value, datatype) = (literal.value(), literal.datatype());
    if datatype == xsd::DATE {
        return is_plain_day(value);
    }
    if datatype == xsd::BOOLEAN {
        return matches!(value, "true" | "false");
    }
    if datatype == xsd::INTEGER {
        let digits = value.strip_prefix('-').unwrap_or(value);
        let is_plain = digits.len() < 18 && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        return value == "0" || is_plain;
    }
    datatype == xsd::STRING || !datatype.as_str().starts_with(xsd::NAMESPACE)
}

fn is_plain_day(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, Literal, NamedNode};

    use super::*;

    #[test]
    fn numbers_come_out_in_their_usual_form_and_texts_as_they_are() {
        let node = NamedNode::new_unchecked("http://x.org/a");
        let normal_of = |literal: Literal| {
            let quad = Quad::new(node.clone(), node.clone(), literal, GraphName::DefaultGraph);
            normal(&quad).expect("a store").unwrap_or(quad).object.to_string()
        };
        let typed = |value: &str, datatype| normal_of(Literal::new_typed_literal(value, datatype));
        assert_eq!(typed("007", xsd::INTEGER), "\"7\"^^<http://www.w3.org/2001/XMLSchema#integer>");
        assert_eq!(typed("1", xsd::BOOLEAN), "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>");
        assert_eq!(typed("2013-05-01", xsd::DATE), "\"2013-05-01\"^^<http://www.w3.org/2001/XMLSchema#date>");
        assert_eq!(normal_of(Literal::new_simple_literal("007")), "\"007\"");
    }
}
