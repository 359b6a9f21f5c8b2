//! Common properties and notes as quads. In: values that were checked when the metadata was read. Out: quads about a group
//! or a table. <https://www.w3.org/TR/csv2rdf/#json-ld-to-rdf>

use std::collections::BTreeMap;
use std::io;

use oxigraph::model::{Literal, NamedNode, NamedOrBlankNodeRef, Term, vocab::rdf, vocab::xsd};
use serde_json::{Map, Value};

use super::base::Base;
use super::context::resolve;
use super::emit::Emitter;
use super::metadata::Context;
use super::prefixes::{CSVW, expand_name, expand_type};

/// Emits the annotations and notes of a group or table.
pub(super) fn emit_annotations(
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
    let iri = object.get("@id").and_then(Value::as_str).map(|id| resolve(context.base.as_deref(), id));
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
    let datatype = if number.is_f64() { xsd::DOUBLE } else { xsd::INTEGER };
    Literal::new_typed_literal(number.to_string(), datatype)
}
