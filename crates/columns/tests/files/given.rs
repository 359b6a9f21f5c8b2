//! Quads to make datasets of, and their files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use oxrdf::vocab::xsd;
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use proptest::prelude::*;
use rdf_columns::{Dataset, DatasetFile, Graphs, ReadError};

/// An IRI that [`sample`] has in many places.
pub(crate) const SHARED: &str = "https://example.org/n0";

fn node(number: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("https://example.org/n{number}"))
}

fn subject(number: u8) -> NamedOrBlankNode {
    if number < 8 { node(number).into() } else { BlankNode::new_unchecked(format!("b{number}")).into() }
}

/// Returns a term of one of many kinds.
fn object(kind: u8, number: u8) -> Term {
    let typed = |text: String, datatype| Term::from(Literal::new_typed_literal(text, datatype));
    match kind {
        0 => subject(number).into(),
        1 => Literal::from(format!("text {number}")).into(),
        2 => Literal::new_language_tagged_literal_unchecked(format!("texte {number}"), "fr").into(),
        3 => typed(format!("{}", i32::from(number) - 5), xsd::INTEGER),
        4 => typed(format!("00{number}"), xsd::INTEGER),
        5 => typed(format!("2013-05-{:02}", number + 1), xsd::DATE),
        6 => typed(number.is_multiple_of(2).to_string(), xsd::BOOLEAN),
        7 => typed(format!("{number}.5"), xsd::DECIMAL),
        8 => Literal::from("").into(),
        _ => Triple::new(subject(number), node(0), Literal::from(u32::from(number))).into(),
    }
}

/// Makes a quad of numbers, so that many quads share terms.
fn quad(s: u8, p: u8, (kind, o): (u8, u8), g: u8) -> Quad {
    let graph = match g {
        0 => GraphName::DefaultGraph,
        1 => BlankNode::new_unchecked("graph").into(),
        g => node(g).into(),
    };
    Quad::new(subject(s), node(p), object(kind, o), graph)
}

/// Quads in several graphs, some more than once.
pub(crate) fn quads() -> impl Strategy<Value = Vec<Quad>> {
    let quad = (0_u8..12, 0_u8..4, (0_u8..10, 0_u8..10), 0_u8..4).prop_map(|(s, p, o, g)| quad(s, p, o, g));
    prop::collection::vec(quad, 1..120)
}

/// Some quads that are the same each time, with terms of all kinds.
pub(crate) fn sample() -> Vec<Quad> {
    let parts = |at: u8| (at % 12, at % 3, (at % 10, at / 10 % 10), at % 4);
    (0..80).map(parts).map(|(s, p, o, g)| quad(s, p, o, g)).collect()
}

/// Returns quads with each integer as XML Schema writes it: 007 is 7. A dataset keeps the value, not how it was written.
pub(crate) fn kept(quads: &[Quad]) -> Vec<Quad> {
    let kept = |term: &Term| match term {
        Term::Literal(literal) if literal.datatype() == xsd::INTEGER => {
            Literal::from(literal.value().parse::<i64>().expect("an integer")).into()
        }
        other => other.clone(),
    };
    quads.iter().map(|quad| Quad { object: kept(&quad.object), ..quad.clone() }).collect()
}

/// Returns all quads of a dataset as N-Quads.
pub(crate) fn all_of(dataset: &Dataset) -> Result<BTreeSet<String>, ReadError> {
    dataset.quads(None, None, None, Graphs::All).map(|quad| Ok(dataset.quad(quad?)?.to_string())).collect()
}

pub(crate) fn written(dataset: &Dataset, attachments: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    dataset.write(Vec::new(), attachments).expect("memory")
}

pub(crate) fn opened(bytes: &[u8]) -> Result<DatasetFile, ReadError> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    DatasetFile::open(file)
}
