//! JSON of Cytoscape, the program and the JavaScript library. In: a case. Out: nodes and edges, each with its data.

use serde_json::{Map, Value, json};

use super::network::{Attributes, Network};
use super::{Contents, Exported};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Exported {
    let network = Network::of(contents);
    let data = |own: Value, attributes: &Attributes| {
        let mut data = own.as_object().cloned().unwrap_or_default();
        data.extend(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.to_json())));
        json!({ "data": Value::Object(data) })
    };
    let nodes: Vec<Value> =
        network.nodes.iter().map(|node| data(json!({ "id": node.id, "name": node.label }), &node.attributes)).collect();
    let edges: Vec<Value> = network
        .edges
        .iter()
        .map(|edge| {
            let own = json!({ "id": edge.id, "source": edge.from, "target": edge.to, "interaction": edge.label });
            data(own, &edge.attributes)
        })
        .collect();
    let mut about = Map::from_iter([("name".to_owned(), contents.title.into())]);
    if !contents.view.is_empty() {
        about.insert("view".to_owned(), contents.view.into());
    }
    let whole = json!({
        "format_version": "1.0",
        "generated_by": "casegraph",
        "data": about,
        "elements": { "nodes": nodes, "edges": edges },
    });
    Exported::json(&whole, network.losses)
}
