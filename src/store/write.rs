//! Stores written as RDF, sorted, with the prefixes that people know.

use std::io::{self, Write};

use oxigraph::io::{RdfFormat, RdfSerializer};

use super::{CaseStore, Error, sorted_quads};
use crate::vocab::{PREFIXES, case_prefixes};

/// A syntax of RDF 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RdfSyntax {
    /// N-Quads, one quad a line. <https://www.w3.org/TR/n-quads/>
    NQuads,
    /// `TriG`, graphs in braces. <https://www.w3.org/TR/trig/>
    TriG,
    /// Turtle; the graphs are merged. <https://www.w3.org/TR/turtle/>
    Turtle,
    /// N-Triples; the graphs are merged. <https://www.w3.org/TR/n-triples/>
    NTriples,
}

/// Why a store was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] Error),
    /// The writer fails.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes all quads, sorted; `base` is the base of the case, for the prefixes.
pub fn write(data: &CaseStore, out: &mut impl Write, syntax: RdfSyntax, base: &str) -> Result<(), WriteError> {
    let (format, merged) = match syntax {
        RdfSyntax::NQuads => (RdfFormat::NQuads, false),
        RdfSyntax::TriG => (RdfFormat::TriG, false),
        RdfSyntax::Turtle => (RdfFormat::Turtle, true),
        RdfSyntax::NTriples => (RdfFormat::NTriples, true),
    };
    let mut serializer = RdfSerializer::from_format(format);
    let case = case_prefixes(base);
    let prefixes = PREFIXES.iter().map(|(name, iri)| (*name, *iri));
    for (name, iri) in prefixes.chain(case.iter().map(|(name, iri)| (*name, iri.as_str()))) {
        if let Ok(with_prefix) = serializer.clone().with_prefix(name, iri) {
            serializer = with_prefix;
        }
    }
    let mut serializer = serializer.for_writer(out);
    let mut quads = sorted_quads(data)?;
    if matches!(syntax, RdfSyntax::TriG) {
        quads.sort_by_cached_key(|quad| quad.graph_name.to_string());
    }
    if merged {
        let mut triples: Vec<_> = quads.into_iter().map(oxigraph::model::Triple::from).collect();
        triples.sort_by_cached_key(ToString::to_string);
        triples.dedup();
        for triple in &triples {
            serializer.serialize_triple(triple)?;
        }
    } else {
        for quad in &quads {
            serializer.serialize_quad(quad)?;
        }
    }
    serializer.finish()?;
    Ok(())
}
