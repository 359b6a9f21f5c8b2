//! The case of a graph, and what its nodes are called inside it. In: columns. Out: title, base IRIs, ids, sources.

use std::cmp::Reverse;

use super::{CaseInfo, Source};
use crate::store::{Columns, Node};
use crate::vocab::{cg, dct, local_name, rdf, rdfs, schema, void};

impl CaseInfo {
    /// Reads what a dataset says of its cases.
    pub(super) fn read(columns: &Columns) -> Self {
        let (mut titles, mut bases) = (Vec::new(), Vec::new());
        for case in columns.instances(void::DATASET) {
            titles.extend(case.text(dct::TITLE));
            bases.extend(case.text(void::URI_SPACE));
        }
        bases.sort_by_key(|base: &String| (Reverse(base.len()), base.clone()));
        Self { title: titles.join("; "), bases }
    }

    /// Returns the part of an IRI after the base of its case and a folder; without a base, the part after the last `/`.
    pub(super) fn local(&self, iri: &str, folder: &str) -> String {
        let rest = self.bases.iter().find_map(|base| iri.strip_prefix(base.as_str()));
        match rest {
            Some(rest) => rest.strip_prefix(folder).unwrap_or(rest).to_owned(),
            None if self.bases.is_empty() => local_name(iri).to_owned(),
            None => iri.to_owned(),
        }
    }

    /// Returns the name of a node inside its case; where another case of the store uses it too, the IRI.
    pub(super) fn id(&self, columns: &Columns, iri: &str, folder: &str) -> String {
        let id = self.local(iri, folder);
        if self.bases.len() < 2 {
            return id;
        }
        let mut others = self.bases.iter().map(|base| format!("{base}{folder}{id}")).filter(|other| other != iri);
        if others.any(|other| columns.says(&other, rdf::TYPE)) { iri.to_owned() } else { id }
    }
}

impl Source {
    /// Reads a source.
    pub(super) fn read(source: Node<'_>, case: &CaseInfo, lang: Option<&str>) -> Self {
        let iri = source.iri();
        // What stands for a source that may not be named belongs to no case.
        let id = iri.strip_prefix(cg::NAMESPACE).map_or_else(|| case.local(&iri, "src/"), str::to_owned);
        Self {
            title: source.in_language(&[dct::TITLE, rdfs::LABEL], lang).unwrap_or_else(|| id.clone()),
            publisher: source.text(dct::PUBLISHER),
            date: source.text(dct::ISSUED),
            url: address(source),
            note: source.in_language(&[rdfs::COMMENT], lang),
            id,
        }
    }
}

/// Returns the web address of a node.
pub(super) fn address(node: Node<'_>) -> Option<String> {
    node.node(schema::URL).map(Node::iri).or_else(|| node.text(schema::URL))
}
