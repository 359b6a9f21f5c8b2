//! Triples become text. In: quads, one by one. Out: N-Triples and N-Quads, written straight from the borrowed terms into a
//! buffer; Turtle by way of Oxigraph.

use std::io::{self, Write};

use oxigraph::io::{RdfFormat, RdfSerializer, WriterQuadSerializer};
use oxigraph::model::{GraphNameRef, LiteralRef, NamedOrBlankNodeRef, QuadRef, TermRef, vocab::xsd};

use crate::vocab::PREFIXES;

/// Bytes that are written at once.
const CHUNK: usize = 1 << 17;

/// A syntax of RDF 1.1 that can be written as a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// <https://www.w3.org/TR/n-quads/>; without a named graph it is the same as N-Triples.
    NQuads,
    /// <https://www.w3.org/TR/n-triples/>
    NTriples,
    /// <https://www.w3.org/TR/turtle/>
    Turtle,
}

/// Writes triples, and counts them.
pub(super) struct TripleWriter<'w> {
    target: Target<'w>,
    count: u64,
}

enum Target<'w> {
    Lines { out: &'w mut dyn Write, buffer: Vec<u8> },
    Turtle(Box<WriterQuadSerializer<io::BufWriter<&'w mut dyn Write>>>),
}

impl<'w> TripleWriter<'w> {
    pub(super) fn new(syntax: Syntax, out: &'w mut dyn Write) -> Self {
        let target = match syntax {
            Syntax::NQuads | Syntax::NTriples => Target::Lines { out, buffer: Vec::with_capacity(CHUNK + (1 << 12)) },
            Syntax::Turtle => {
                let mut serializer = RdfSerializer::from_format(RdfFormat::Turtle);
                let csvw = ("csvw", "http://www.w3.org/ns/csvw#");
                for &(name, iri) in PREFIXES.iter().chain([&csvw]) {
                    if let Ok(with_prefix) = serializer.clone().with_prefix(name, iri) {
                        serializer = with_prefix;
                    }
                }
                Target::Turtle(Box::new(serializer.for_writer(io::BufWriter::with_capacity(CHUNK, out))))
            }
        };
        Self { target, count: 0 }
    }

    pub(super) fn write(&mut self, quad: QuadRef<'_>) -> io::Result<()> {
        self.count += 1;
        match &mut self.target {
            Target::Lines { out, buffer } => {
                write_quad(quad, buffer);
                if buffer.len() >= CHUNK {
                    out.write_all(buffer)?;
                    buffer.clear();
                }
                Ok(())
            }
            Target::Turtle(serializer) => serializer.serialize_quad(quad),
        }
    }

    /// Writes what is left; returns the number of triples.
    pub(super) fn finish(self) -> io::Result<u64> {
        match self.target {
            Target::Lines { out, buffer } => out.write_all(&buffer)?,
            Target::Turtle(serializer) => serializer.finish()?.flush()?,
        }
        Ok(self.count)
    }
}

fn write_quad(quad: QuadRef<'_>, out: &mut Vec<u8>) {
    write_node(quad.subject, out);
    out.push(b' ');
    write_iri(quad.predicate.as_str(), out);
    out.push(b' ');
    match quad.object {
        TermRef::NamedNode(node) => write_iri(node.as_str(), out),
        TermRef::BlankNode(node) => write_node(node.into(), out),
        TermRef::Literal(literal) => write_literal(literal, out),
        term @ TermRef::Triple(_) => write!(out, "{term}").expect("a Vec takes all that is written"),
    }
    match quad.graph_name {
        GraphNameRef::DefaultGraph => {}
        graph => write!(out, " {graph}").expect("a Vec takes all that is written"),
    }
    out.extend_from_slice(b" .\n");
}

fn write_node(node: NamedOrBlankNodeRef<'_>, out: &mut Vec<u8>) {
    match node {
        NamedOrBlankNodeRef::NamedNode(node) => write_iri(node.as_str(), out),
        NamedOrBlankNodeRef::BlankNode(node) => {
            out.extend_from_slice(b"_:");
            out.extend_from_slice(node.as_str().as_bytes());
        }
    }
}

fn write_iri(iri: &str, out: &mut Vec<u8>) {
    out.push(b'<');
    out.extend_from_slice(iri.as_bytes());
    out.push(b'>');
}

fn write_literal(literal: LiteralRef<'_>, out: &mut Vec<u8>) {
    out.push(b'"');
    write_escaped(literal.value(), out);
    out.push(b'"');
    if let Some(lang) = literal.language() {
        out.push(b'@');
        out.extend_from_slice(lang.as_bytes());
    } else if literal.datatype() != xsd::STRING {
        out.extend_from_slice(b"^^");
        write_iri(literal.datatype().as_str(), out);
    }
}

/// Writes a text as canonical N-Triples has it.
fn write_escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        // U+FFFE and U+FFFF are no characters.
        let is_plain = match byte {
            b'"' | b'\\' | 0..b' ' | 0x7F => false,
            0xEF => !matches!(bytes[at..], [_, 0xBF, 0xBE | 0xBF, ..]),
            _ => true,
        };
        if is_plain {
            continue;
        }
        out.extend_from_slice(&bytes[copied..at]);
        copied = at + 1;
        let short = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x08 => b'b',
            0x0C => b'f',
            b'"' | b'\\' => byte,
            0xEF => {
                copied = at + 3;
                write!(out, "\\uFF{:02X}", bytes[at + 2] + 0x40).expect("a Vec takes all that is written");
                continue;
            }
            _ => {
                write!(out, "\\u{byte:04X}").expect("a Vec takes all that is written");
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.extend_from_slice(&bytes[copied..]);
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, Quad, Term};

    use super::*;

    fn quads() -> Vec<Quad> {
        let node = |iri| NamedNode::new(iri).expect("an IRI");
        let hostile: String =
            (0..=0x7F_u8).map(char::from).chain("é東\u{85}\u{1F600}\u{FFFD}\u{FFFE}\u{FFFF}x".chars()).collect();
        let objects: [Term; 5] = [
            Literal::from(hostile.as_str()).into(),
            Literal::new_language_tagged_literal("a\"b", "fr").expect("a literal").into(),
            Literal::new_typed_literal("1.50", xsd::DECIMAL).into(),
            node("https://x.org/o").into(),
            BlankNode::new("b1").expect("a label").into(),
        ];
        let quad =
            |object| Quad::new(node("https://x.org/s"), node("https://x.org/p"), object, GraphName::DefaultGraph);
        let mut quads: Vec<Quad> = objects.into_iter().map(quad).collect();
        quads.push(Quad::new(BlankNode::new("b2").expect("a label"), xsd::DATE, xsd::DATE, node("https://x.org/g")));
        quads
    }

    #[test]
    fn lines_are_those_that_oxigraph_writes() {
        let mut reference = RdfSerializer::from_format(RdfFormat::NQuads).for_writer(Vec::new());
        let mut lines = Vec::new();
        let mut writer = TripleWriter::new(Syntax::NQuads, &mut lines);
        for quad in quads() {
            reference.serialize_quad(&quad).expect("a Vec takes all");
            writer.write(quad.as_ref()).expect("a Vec takes all");
        }
        assert_eq!(writer.finish().expect("a Vec takes all"), 6);
        let reference = reference.finish().expect("a Vec takes all");
        assert_eq!(String::from_utf8_lossy(&lines), String::from_utf8_lossy(&reference));
    }
}
