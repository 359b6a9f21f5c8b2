//! Tables that metadata describes and that make no facts. In: the metadata of a case. Out: their triples, as csv2rdf
//! says in minimal mode, and their faults, those of keys between tables among them.

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, QuadRef, Term};

use super::describe::{CaseFiles, makes_facts};
use crate::csvw::{Extensions, Options, TableGroup, convert, validate};
use crate::diagnostic::Diagnostics;

/// Checks all metadata of a case, and hands the quads of the tables that make no facts to `take`.
pub(super) fn read_plain(
    groups: &[TableGroup],
    resources: &CaseFiles<'_, '_>,
    graph: &str,
    faults: &mut Diagnostics,
    take: &mut dyn FnMut(Quad),
) {
    let options = Options { extensions: Extensions::ALL, minimal: true, ..Options::default() };
    let graph = GraphName::NamedNode(NamedNode::new_unchecked(graph));
    for group in groups {
        let mut found = Diagnostics::default();
        validate(group, resources, &options, &mut found);
        let plain = TableGroup {
            tables: group.tables.iter().filter(|table| !makes_facts(table)).cloned().collect(),
            ..group.clone()
        };
        let mut sink = |quad: QuadRef<'_>| {
            take(without_blank_nodes(quad.into_owned(), resources.base, &group.context.file));
            Ok(())
        };
        let converted = convert(&plain, resources, &options, graph.clone(), &mut sink, &mut found);
        converted.expect("what is only handed on is taken");
        // The rows of annotated tables have been read already, and told all that is wrong with them.
        let known: Vec<_> = faults.iter().map(|fault| (fault.code, fault.location.clone())).collect();
        faults.extend(found.into_iter().filter(|fault| !known.contains(&(fault.code, fault.location.clone()))));
    }
}

/// Gives blank nodes an IRI, which the next import finds again. <https://www.w3.org/TR/rdf11-concepts/#section-skolemization>
fn without_blank_nodes(quad: Quad, base: &str, metadata: &str) -> Quad {
    let stem = metadata.trim_end_matches("-metadata.json");
    let iri = |label: &str| NamedNode::new_unchecked(format!("{base}genid/{}-{label}", super::slug::slug(stem)));
    Quad {
        subject: match quad.subject {
            NamedOrBlankNode::BlankNode(node) => iri(node.as_str()).into(),
            subject @ NamedOrBlankNode::NamedNode(_) => subject,
        },
        object: match quad.object {
            Term::BlankNode(node) => iri(node.as_str()).into(),
            object => object,
        },
        ..quad
    }
}
