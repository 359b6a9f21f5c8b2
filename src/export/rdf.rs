//! JSON-LD, and RDF 1.2 in which each fact reifies its proposition. In: quads. Out: text. JSON-LD loses nothing; RDF 1.2
//! puts a triple term in the place of `rdf:subject`, `rdf:predicate` and `rdf:object`, from which they can be read again.

use std::collections::BTreeMap;

use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad, Term, Triple};

use super::things::things;
use super::{Contents, Error, Exported};
use crate::vocab::{PREFIXES, case_prefixes, cg, rdf};

/// Writes JSON-LD, one graph after the other.
pub(super) fn json_ld(contents: &Contents<'_>) -> Result<Exported, Error> {
    let mut quads = contents.quads()?;
    quads.sort_by_cached_key(|quad| (quad.graph_name.to_string(), quad.to_string()));
    let format = RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() };
    Ok(Exported::one(written(format, contents.base, &quads)?, Vec::new()))
}

/// Writes `TriG` with a triple term for each fact.
pub(super) fn reified(contents: &Contents<'_>) -> Result<Exported, Error> {
    let all = contents.quads()?;
    let mut propositions = BTreeMap::new();
    for (iri, thing) in things(&all) {
        if thing.is_a(cg::FACT)
            && let (Some(Term::NamedNode(subject)), Some(predicate), Some(object)) =
                (thing.all(rdf::SUBJECT).first(), thing.iri(rdf::PREDICATE), thing.all(rdf::OBJECT).first())
        {
            let predicate = NamedNode::new_unchecked(predicate);
            propositions.insert(iri, Triple::new(subject.clone(), predicate, Term::clone(object)));
        }
    }
    let mut quads = Vec::new();
    for quad in &all {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            quads.push(quad.clone());
            continue;
        };
        let is_part = [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT].contains(&quad.predicate.as_ref());
        match propositions.get(subject.as_str()) {
            Some(triple) if quad.predicate == rdf::SUBJECT => {
                let reifies = rdf::REIFIES.into_owned();
                quads.push(Quad::new(subject.clone(), reifies, triple.clone(), quad.graph_name.clone()));
            }
            Some(_) if is_part => {}
            _ => quads.push(quad.clone()),
        }
    }
    quads.sort_by_cached_key(|quad| (quad.graph_name.to_string(), quad.to_string()));
    Ok(Exported::one(written(RdfFormat::TriG, contents.base, &quads)?, Vec::new()))
}

fn written<'q>(format: RdfFormat, base: &str, quads: impl IntoIterator<Item = &'q Quad>) -> Result<Vec<u8>, Error> {
    let mut serializer = RdfSerializer::from_format(format);
    let case = case_prefixes(base);
    let prefixes = PREFIXES.iter().map(|(name, iri)| (*name, *iri));
    for (name, iri) in prefixes.chain(case.iter().map(|(name, iri)| (*name, iri.as_str()))) {
        // A name that is empty cannot stand before a colon in JSON-LD.
        if name.is_empty() && matches!(format, RdfFormat::JsonLd { .. }) {
            continue;
        }
        if let Ok(with_prefix) = serializer.clone().with_prefix(name, iri) {
            serializer = with_prefix;
        }
    }
    let mut serializer = serializer.for_writer(Vec::new());
    for quad in quads {
        serializer.serialize_quad(quad)?;
    }
    Ok(serializer.finish()?)
}
