//! Quads as a store keeps them: numbers, dates and the like in their usual form. In: quads as they were made. Out: the same
//! as they come out of a store, so that both can be compared.

use oxigraph::model::Quad;
use oxigraph::store::{StorageError, Store};

/// Returns quads as they come out of a store.
pub(super) fn normalised(quads: &[Quad]) -> Result<Vec<Quad>, StorageError> {
    let store = Store::new()?;
    store.extend(quads.iter().cloned())?;
    store.iter().collect()
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, Literal, NamedNode};

    use super::*;
    use crate::vocab::xsd;

    #[test]
    fn numbers_come_out_in_their_usual_form_and_texts_as_they_are() {
        let node = NamedNode::new_unchecked("http://x.org/a");
        let normal_of = |literal: Literal| {
            let quad = Quad::new(node.clone(), node.clone(), literal, GraphName::DefaultGraph);
            normalised(&[quad]).expect("a store")[0].object.to_string()
        };
        let typed = |value: &str, datatype| normal_of(Literal::new_typed_literal(value, datatype));
        assert_eq!(typed("007", xsd::INTEGER), "\"7\"^^<http://www.w3.org/2001/XMLSchema#integer>");
        assert_eq!(typed("1", xsd::BOOLEAN), "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>");
        assert_eq!(typed("2013-05-01", xsd::DATE), "\"2013-05-01\"^^<http://www.w3.org/2001/XMLSchema#date>");
        assert_eq!(normal_of(Literal::new_simple_literal("007")), "\"007\"");
    }
}
