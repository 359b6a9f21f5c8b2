//! Terms as bytes, in the order in which a dictionary keeps them. In: a term. Out: its key, and the term of a key.

use oxrdf::vocab::xsd;
use oxrdf::{BaseDirection, BlankNode, Literal, LiteralRef, NamedNode, NamedOrBlankNode, Term, TermRef, Triple};

/// First byte of the key of an IRI.
pub(crate) const IRI: u8 = 1;
pub(crate) const BLANK: u8 = 2;
pub(crate) const TEXT: u8 = 3;
/// Followed by the language, a zero byte and the text.
const TAGGED: u8 = 4;
/// Followed by the datatype, a zero byte and the text.
pub(crate) const TYPED: u8 = 5;
/// Followed by the keys of subject, predicate and object, each with its length before it.
pub(crate) const TRIPLE: u8 = 6;
/// How deep triples may stand inside one another in a file.
const DEPTH: usize = 128;
/// Stands between a language and a direction, as in the initial texts of RDF 1.2.
const DIRECTION: &str = "--";

/// Adds the key of a term.
pub(crate) fn write(term: TermRef<'_>, key: &mut Vec<u8>) {
    let mut add = |kind: u8, parts: &[&str]| {
        key.push(kind);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                key.push(0);
            }
            key.extend_from_slice(part.as_bytes());
        }
    };
    match term {
        TermRef::NamedNode(node) => add(IRI, &[node.as_str()]),
        TermRef::BlankNode(node) => add(BLANK, &[node.as_str()]),
        TermRef::Literal(literal) => write_literal(literal, &mut add),
        TermRef::Triple(triple) => {
            key.push(TRIPLE);
            let parts = [triple.subject.as_ref().into(), triple.predicate.as_ref().into(), triple.object.as_ref()];
            for part in parts {
                let mut bytes = Vec::new();
                write(part, &mut bytes);
                key.extend((bytes.len() as u64).to_le_bytes());
                key.extend(bytes);
            }
        }
    }
}

fn write_literal(literal: LiteralRef<'_>, add: &mut impl FnMut(u8, &[&str])) {
    let text = literal.value();
    match (literal.language(), literal.direction()) {
        (Some(language), None) => add(TAGGED, &[language, text]),
        (Some(language), Some(direction)) => add(TAGGED, &[&format!("{language}{DIRECTION}{direction}"), text]),
        (None, _) if literal.datatype() == xsd::STRING => add(TEXT, &[text]),
        (None, _) => add(TYPED, &[literal.datatype().as_str(), text]),
    }
}

/// Returns the term of a key; none where the bytes are no key.
pub(crate) fn read(key: &[u8]) -> Option<Term> {
    read_within(key, DEPTH)
}

fn read_within(key: &[u8], depth: usize) -> Option<Term> {
    let (kind, rest) = key.split_first()?;
    if *kind == TRIPLE {
        return read_triple(rest, depth.checked_sub(1)?);
    }
    let text = std::str::from_utf8(rest).ok()?;
    Some(match *kind {
        IRI => NamedNode::new_unchecked(text).into(),
        BLANK => BlankNode::new_unchecked(text).into(),
        TEXT => Literal::new_simple_literal(text).into(),
        TAGGED => {
            let (language, text) = text.split_once('\0')?;
            match language.split_once(DIRECTION) {
                None => Literal::new_language_tagged_literal_unchecked(text, language).into(),
                Some((language, direction)) => {
                    let direction = if direction == "rtl" { BaseDirection::Rtl } else { BaseDirection::Ltr };
                    Literal::new_directional_language_tagged_literal_unchecked(text, language, direction).into()
                }
            }
        }
        TYPED => {
            let (datatype, text) = text.split_once('\0')?;
            Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype)).into()
        }
        _ => return None,
    })
}

fn read_triple(mut rest: &[u8], depth: usize) -> Option<Term> {
    let mut next = || {
        let (length, after) = rest.split_first_chunk()?;
        let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        rest = after;
        read_within(part, depth)
    };
    let subject = match next()? {
        Term::NamedNode(node) => NamedOrBlankNode::NamedNode(node),
        Term::BlankNode(node) => node.into(),
        _ => return None,
    };
    let Term::NamedNode(predicate) = next()? else { return None };
    Some(Triple::new(subject, predicate, next()?).into())
}

/// Returns the text of a key: an IRI, the label of a blank node, the lexical form of a literal.
pub(crate) fn text(key: &[u8]) -> Option<&str> {
    let (kind, rest) = key.split_first()?;
    let text = std::str::from_utf8(rest).ok()?;
    match *kind {
        TAGGED | TYPED => text.split_once('\0').map(|(_, text)| text),
        TRIPLE => None,
        _ => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::vocab::rdf;

    use super::*;

    #[test]
    fn every_kind_of_term_comes_back() {
        let iri = NamedNode::new_unchecked("https://example.org/a");
        let tagged = Literal::new_language_tagged_literal_unchecked("Klage\0x", "de-CH");
        let directed = Literal::new_directional_language_tagged_literal_unchecked("שלום", "he", BaseDirection::Rtl);
        let typed = Literal::new_typed_literal("2013~", NamedNode::new_unchecked("https://example.org/edtf"));
        let inner = Triple::new(iri.clone(), rdf::TYPE, tagged.clone());
        let outer = Triple::new(BlankNode::new_unchecked("b"), rdf::TYPE, Term::from(inner.clone()));
        for term in [
            iri.into(),
            BlankNode::new_unchecked("b0").into(),
            Literal::from("").into(),
            Literal::from("a\0b").into(),
            tagged.into(),
            directed.into(),
            typed.into(),
            Term::from(inner),
            Term::from(outer),
        ] {
            let mut key = Vec::new();
            write(term.as_ref(), &mut key);
            assert_eq!(read(&key), Some(term));
        }
    }

    #[test]
    fn bytes_that_are_no_key_are_none() {
        for bytes in
            [&b""[..], b"\x09x", b"\x01\xff", b"\x04en", b"\x06\x01\0\0", b"\x06\xff\xff\xff\xff\xff\xff\xff\xffx"]
        {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
