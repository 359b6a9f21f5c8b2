//! `GraphML`, which networkx, yEd, Gephi and igraph read. In: a case. Out: XML with an attribute for each thing that a
//! record says. Dates stay texts, as written, with their bounds beside them.

use std::fmt::Write;

use super::network::{Attributes, EDGE_COLUMNS, Kind, NODE_COLUMNS, Network};
use super::{Contents, Exported, escape};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Exported {
    let network = Network::of(contents);
    let mut xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
                   xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\
                   \"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n"
            .to_owned();
    for name in ["title", "view"] {
        line(&mut xml, &format!("  <key id=\"g_{name}\" for=\"graph\" attr.name=\"{name}\" attr.type=\"string\"/>"));
    }
    for (letter, scope, columns) in [("n", "node", NODE_COLUMNS), ("e", "edge", EDGE_COLUMNS)] {
        for (name, kind) in [("label", Kind::Text)].iter().chain(columns) {
            let kind = match kind {
                Kind::Text => "string",
                Kind::Number => "long",
                Kind::Flag => "boolean",
            };
            let key =
                format!("<key id=\"{letter}_{name}\" for=\"{scope}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
            line(&mut xml, &format!("  {key}"));
        }
    }
    line(&mut xml, "  <graph edgedefault=\"directed\">");
    for (name, text) in [("title", contents.title), ("view", contents.view)] {
        if !text.is_empty() {
            line(&mut xml, &format!("    <data key=\"g_{name}\">{}</data>", escape(text)));
        }
    }
    for node in &network.nodes {
        line(&mut xml, &format!("    <node id=\"{}\">", escape(&node.id)));
        data(&mut xml, "n", &node.label, &node.attributes);
        line(&mut xml, "    </node>");
    }
    for edge in &network.edges {
        let (id, from, to) = (escape(&edge.id), escape(&edge.from), escape(&edge.to));
        line(&mut xml, &format!("    <edge id=\"{id}\" source=\"{from}\" target=\"{to}\">"));
        data(&mut xml, "e", &edge.label, &edge.attributes);
        line(&mut xml, "    </edge>");
    }
    xml.push_str("  </graph>\n</graphml>\n");
    Exported::one(xml.into_bytes(), network.losses)
}

fn data(xml: &mut String, letter: &str, label: &str, attributes: &Attributes) {
    line(xml, &format!("      <data key=\"{letter}_label\">{}</data>", escape(label)));
    for (name, value) in attributes {
        line(xml, &format!("      <data key=\"{letter}_{name}\">{}</data>", escape(&value.to_text())));
    }
}

fn line(xml: &mut String, text: &str) {
    writeln!(xml, "{text}").expect("a String takes all that is written");
}
