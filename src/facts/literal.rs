//! Literals and how cells state them. In: text, with a language tag or the name of a datatype. Out: terms.

use csvw::{Base, Column, Datatype, Diagnostic, Diagnostics, Location};
use oxigraph::model::{Literal, NamedNode, Term};

use super::EDTF_DATATYPE;
use crate::code;
use crate::date::Edtf;
use crate::vocab::{edtf, xsd};

/// Names of the XML Schema datatypes that a value may have.
const VALUE_TYPES: &[&str] = &["anyURI", "boolean", "date", "dateTime", "decimal", "double", "integer", "string"];

/// Datatypes that a value may not have, some of which look like language tags, and what to write instead.
const OTHER_TYPES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("long", "integer"),
    ("short", "integer"),
    ("byte", "integer"),
    ("float", "double"),
    ("number", "decimal"),
    ("bool", "boolean"),
    ("text", "string"),
    ("uri", "anyURI"),
    ("url", "anyURI"),
    ("time", "dateTime"),
];

/// Reads a value by its type: a language tag, or the name of a datatype of XML Schema.
pub(super) fn literal(
    value: String,
    kind: Option<&str>,
    place: &Location,
    kind_place: &Location,
    faults: &mut Diagnostics,
) -> Option<Literal> {
    let Some(kind) = kind else { return Some(Literal::new_simple_literal(value)) };
    if VALUE_TYPES.contains(&kind) {
        let datatype = Datatype::named(kind)?;
        if let Err(fault) = datatype.check(&value) {
            let message = format!("`{value}` is not {}", fault.expected);
            faults.push(Diagnostic::error(code::BAD_VALUE, place.clone(), message));
            return None;
        }
        return Some(Literal::new_typed_literal(value, NamedNode::new_unchecked(format!("{}{kind}", xsd::NAMESPACE))));
    }
    let message = format!("`{kind}` is neither a language tag nor a datatype");
    let fault = Diagnostic::error(code::BAD_VALUE, kind_place.clone(), message);
    if let Some((_, instead)) = OTHER_TYPES.iter().find(|(name, _)| *name == kind) {
        faults.push(fault.hint(format!("write {instead}")));
        return None;
    }
    if let Ok(literal) = Literal::new_language_tagged_literal(value, kind) {
        return Some(literal);
    }
    let fault = fault.suggest(kind, VALUE_TYPES.iter().copied());
    faults.push(fault.hint(format!("write a tag such as en, or one of {}", VALUE_TYPES.join(", "))));
    None
}

/// Tells whether a column holds dates of EDTF.
pub(super) fn is_date(column: &Column) -> bool {
    column.datatype.id.as_deref() == Some(EDTF_DATATYPE)
}

/// Returns the term that a literal cell stands for; none where it is only a mark, such as `..`.
pub(super) fn literal_of(column: &Column, value: &str, lang: Option<&str>) -> Option<Term> {
    if is_date(column) {
        Edtf::parse(value).ok()?;
        return Some(Literal::new_typed_literal(value, edtf::EDTF).into());
    }
    Some(match column.datatype.base {
        Base::AnyUri => NamedNode::new(value).ok()?.into(),
        Base::Date => Literal::new_typed_literal(value, xsd::DATE).into(),
        _ => label(value.to_owned(), lang).into(),
    })
}

/// Words for a confidence.
const CONFIDENCE: [(&str, u8); 3] = [("high", 80), ("medium", 50), ("low", 20)];

/// Reads a confidence: a number, or a word for one.
pub(super) fn confidence(text: &str) -> Option<u8> {
    let word = CONFIDENCE.iter().find(|(word, _)| *word == text);
    word.map_or_else(|| text.parse().ok(), |(_, number)| Some(*number))
}

/// Returns a confidence as a researcher writes it: in a word where there is one.
pub(crate) fn confidence_cell(number: &str) -> &str {
    let word = CONFIDENCE.iter().find(|(_, known)| number.parse() == Ok(*known));
    word.map_or(number, |(word, _)| word)
}

/// Returns a text, in a language where one is stated.
pub(super) fn label(text: String, lang: Option<&str>) -> Literal {
    match lang {
        Some(lang) => Literal::new_language_tagged_literal_unchecked(text, lang),
        None => Literal::new_simple_literal(text),
    }
}
