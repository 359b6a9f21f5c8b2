//! Common properties and notes as quads. In: values that were checked when the metadata was read. Out: quads about a
//! group or a table. <https://www.w3.org/TR/csv2rdf/#json-ld-to-rdf>

use std::collections::BTreeMap;
use std::io;

use oxrdf::{Literal, NamedNode, NamedOrBlankNodeRef, Term, vocab::rdf, vocab::xsd};
use serde_json::{Map, Value};

use crate::base::Base;
use crate::context::resolve;
use crate::emit::Emitter;
use crate::metadata::Context;
use crate::prefixes::{CSVW, expand_name, expand_prefixed, expand_type};

/// Emits the annotations and notes of a group or table.
pub(crate) fn emit_annotations(
    subject: NamedOrBlankNodeRef<'_>,
    annotations: &BTreeMap<String, Value>,
    notes: &[Value],
    context: &Context,
    emitter: &mut Emitter<'_, '_>,
) -> io::Result<()> {
    let note = NamedNode::new_unchecked(format!("{CSVW}note"));
    for value in notes {
        emit_value(subject, &note, value, context, emitter)?;
    }
    for (name, value) in annotations {
        emit_property(subject, name, value, context, emitter)?;
    }
    Ok(())
}

fn emit_property(
    subject: NamedOrBlankNodeRef<'_>,
    name: &str,
    value: &Value,
    context: &Context,
    emitter: &mut Emitter<'_, '_>,
) -> io::Result<()> {
    match expand_name(name).and_then(|iri| NamedNode::new(iri).ok()) {
        Some(predicate) => emit_value(subject, &predicate, value, context, emitter),
        None => Ok(()),
    }
}

fn emit_value(
    subject: NamedOrBlankNodeRef<'_>,
    predicate: &NamedNode,
    value: &Value,
    context: &Context,
    emitter: &mut Emitter<'_, '_>,
) -> io::Result<()> {
    let literal: Literal = match value {
        Value::Null => return Ok(()),
        Value::Array(items) => {
            return items.iter().try_for_each(|item| emit_value(subject, predicate, item, context, emitter));
        }
        Value::Object(object) if !object.contains_key("@value") => {
            let node = emit_object(object, context, emitter)?;
            return emitter.emit(subject, predicate.as_ref(), node.as_ref());
        }
        Value::Object(object) => value_object(object),
        Value::String(text) => match &context.lang {
            Some(lang) => tagged(text, lang),
            None => Literal::new_simple_literal(text),
        },
        Value::Bool(flag) => Literal::from(*flag),
        Value::Number(number) => number_literal(number),
    };
    emitter.emit(subject, predicate.as_ref(), &literal)
}

/// Emits what an object says and returns its node.
fn emit_object(object: &Map<String, Value>, context: &Context, emitter: &mut Emitter<'_, '_>) -> io::Result<Term> {
    let absolute = |id| expand_prefixed(id).unwrap_or_else(|| resolve(context.base.as_deref(), id));
    let iri = object.get("@id").and_then(Value::as_str).map(absolute);
    let node = emitter.node(iri.as_deref());
    for (name, value) in object {
        match name.as_str() {
            "@id" => {}
            "@type" => {
                let types = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                let types = types.iter().filter_map(|name| expand_type(name.as_str()?));
                for class in types.filter_map(|iri| NamedNode::new(iri).ok()) {
                    emitter.emit(node.as_ref(), rdf::TYPE, class.as_ref())?;
                }
            }
            name => emit_property(node.as_ref(), name, value, context, emitter)?,
        }
    }
    Ok(node.into())
}

fn value_object(object: &Map<String, Value>) -> Literal {
    let value = object.get("@value").unwrap_or(&Value::Null);
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if let Some(lang) = object.get("@language").and_then(Value::as_str) {
        return tagged(&text, lang);
    }
    let datatype = object.get("@type").and_then(Value::as_str);
    let datatype = datatype.and_then(|name| Base::from_name(name).map(Base::iri).or_else(|| expand_type(name)));
    match (datatype.and_then(|iri| NamedNode::new(iri).ok()), value) {
        (Some(datatype), _) => Literal::new_typed_literal(text, datatype),
        (None, Value::Bool(flag)) => Literal::from(*flag),
        (None, Value::Number(number)) => number_literal(number),
        (None, _) => Literal::new_simple_literal(text),
    }
}

fn tagged(text: &str, lang: &str) -> Literal {
    Literal::new_language_tagged_literal(text, lang).unwrap_or_else(|_| Literal::new_simple_literal(text))
}

fn number_literal(number: &serde_json::Number) -> Literal {
    match number.as_f64().filter(|_| number.is_f64()) {
        // The canonical form of JSON-LD, such as 1.5E0.
        Some(value) => {
            let text = format!("{value:E}");
            let text = if text.contains('.') { text } else { text.replace('E', ".0E") };
            Literal::new_typed_literal(text, xsd::DOUBLE)
        }
        None => Literal::new_typed_literal(number.to_string(), xsd::INTEGER),
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::{GraphName, NamedNodeRef, QuadRef};

    use super::*;

    fn quads(json: &str) -> Vec<String> {
        let annotations: BTreeMap<String, Value> = serde_json::from_str(json).expect("JSON");
        let context =
            Context { base: Some("http://x.org/a.json".to_owned()), lang: Some("fr".to_owned()), ..Context::default() };
        let mut found = Vec::new();
        let mut sink = |quad: QuadRef<'_>| {
            found.push(format!("{} {}", quad.predicate, quad.object));
            Ok(())
        };
        let mut emitter = Emitter::new(&mut sink, GraphName::DefaultGraph, "");
        let subject = NamedNodeRef::new_unchecked("http://x.org/a");
        emit_annotations(subject.into(), &annotations, &[], &context, &mut emitter).expect("the sink takes all");
        found
    }

    #[test]
    fn values_become_terms() {
        for (value, object) in [
            (r#""un""#, r#""un"@fr"#),
            (r#"{"@value": "un"}"#, r#""un""#),
            (r#"{"@value": "one", "@language": "en"}"#, r#""one"@en"#),
            (
                r#"{"@value": "2010-12-31", "@type": "date"}"#,
                r#""2010-12-31"^^<http://www.w3.org/2001/XMLSchema#date>"#,
            ),
            (r#"{"@id": "b"}"#, "<http://x.org/b>"),
            (r#"{"@id": "schema:Thing"}"#, "<http://schema.org/Thing>"),
            ("1", r#""1"^^<http://www.w3.org/2001/XMLSchema#integer>"#),
            ("10.0", r#""1.0E1"^^<http://www.w3.org/2001/XMLSchema#double>"#),
            ("true", r#""true"^^<http://www.w3.org/2001/XMLSchema#boolean>"#),
        ] {
            let expected = format!("<http://purl.org/dc/terms/title> {object}");
            assert_eq!(quads(&format!("{{\"dc:title\": {value}}}")), [expected], "{value}");
        }
    }

    #[test]
    fn objects_become_nodes() {
        assert_eq!(
            quads(r#"{"dc:creator": {"@type": "foaf:Person", "foaf:name": ["A", null]}}"#),
            [
                "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person>",
                "<http://xmlns.com/foaf/0.1/name> \"A\"@fr",
                "<http://purl.org/dc/terms/creator> _:b1"
            ]
        );
    }
}
