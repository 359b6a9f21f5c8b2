//! CSV files for the bulk import of Neo4j (`neo4j-admin database import`). In: a case. Out: `nodes.csv` and
//! `relationships.csv`, whose headers state ids, labels and types.

use std::collections::BTreeMap;

use super::network::{Attributes, EDGE_COLUMNS, Kind, NODE_COLUMNS, Network};
use super::{Contents, Error, Exported};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Result<Exported, Error> {
    let network = Network::of(contents);
    let nodes = network.nodes.iter().map(|node| {
        let own = vec![
            node.id.clone(),
            node.label.clone(),
            if node.class.is_empty() { "Entity".to_owned() } else { node.class.clone() },
        ];
        (own, &node.attributes)
    });
    let edges = network.edges.iter().map(|edge| {
        (vec![edge.id.clone(), edge.from.clone(), edge.to.clone(), kind_of(&edge.attributes)], &edge.attributes)
    });
    let files = BTreeMap::from([
        ("nodes.csv".to_owned(), table(&["id:ID", "label", ":LABEL"], NODE_COLUMNS, nodes)?),
        ("relationships.csv".to_owned(), table(&["id", ":START_ID", ":END_ID", ":TYPE"], EDGE_COLUMNS, edges)?),
    ]);
    Ok(Exported { files, losses: network.losses })
}

fn kind_of(attributes: &Attributes) -> String {
    attributes.iter().find(|(name, _)| *name == "predicate").map(|(_, value)| value.to_text()).unwrap_or_default()
}

fn table<'a>(
    own: &[&str],
    columns: &[(&str, Kind)],
    rows: impl Iterator<Item = (Vec<String>, &'a Attributes)>,
) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let typed = columns.iter().map(|(name, kind)| match kind {
        Kind::Text => (*name).to_owned(),
        Kind::Number => format!("{name}:long"),
        Kind::Flag => format!("{name}:boolean"),
    });
    writer.write_record(own.iter().map(|name| (*name).to_owned()).chain(typed))?;
    for (own, attributes) in rows {
        let cell = |name: &str| attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| value.to_text());
        writer.write_record(own.into_iter().chain(columns.iter().map(|(name, _)| cell(name).unwrap_or_default())))?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}
