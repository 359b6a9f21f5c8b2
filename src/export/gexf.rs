//! GEXF 1.3, which Gephi reads. In: a case. Out: XML in which an edge exists from the first to the last day on which its
//! fact can have held; the dates as written, and their bounds, are attributes. Nodes exist all the time.
//! <https://gexf.net/schema.html>

use std::fmt::Write;

use super::network::{Attributes, EDGE_COLUMNS, Kind, NODE_COLUMNS, Network};
use super::{Contents, Exported, escape};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Exported {
    let network = Network::of(contents);
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\" \
                   xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                   xsi:schemaLocation=\"http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd\">\n"
        .to_owned();
    let view = if contents.view.is_empty() { String::new() } else { format!(", {}", contents.view) };
    line(&mut xml, "  <meta>");
    line(&mut xml, "    <creator>casegraph</creator>");
    line(&mut xml, &format!("    <description>{}{}</description>", escape(contents.title), escape(&view)));
    line(&mut xml, "  </meta>");
    line(
        &mut xml,
        "  <graph defaultedgetype=\"directed\" mode=\"dynamic\" timeformat=\"date\" timerepresentation=\"interval\">",
    );
    for (class, columns) in [("node", NODE_COLUMNS), ("edge", EDGE_COLUMNS)] {
        line(&mut xml, &format!("    <attributes class=\"{class}\" mode=\"static\">"));
        for (name, kind) in columns {
            let kind = match kind {
                Kind::Text => "string",
                Kind::Number => "long",
                Kind::Flag => "boolean",
            };
            line(&mut xml, &format!("      <attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>"));
        }
        line(&mut xml, "    </attributes>");
    }
    line(&mut xml, "    <nodes>");
    for node in &network.nodes {
        line(&mut xml, &format!("      <node id=\"{}\" label=\"{}\">", escape(&node.id), attribute(&node.label)));
        values(&mut xml, &node.attributes);
        line(&mut xml, "      </node>");
    }
    line(&mut xml, "    </nodes>");
    line(&mut xml, "    <edges>");
    for edge in &network.edges {
        let mut tag = format!(
            "      <edge id=\"{}\" source=\"{}\" target=\"{}\" label=\"{}\"",
            escape(&edge.id),
            escape(&edge.from),
            escape(&edge.to),
            attribute(&edge.label)
        );
        for (name, day) in [("start", edge.days.0), ("end", edge.days.1)] {
            if let Some(day) = day {
                write!(tag, " {name}=\"{day}\"").expect("a String takes all that is written");
            }
        }
        line(&mut xml, &format!("{tag}>"));
        values(&mut xml, &edge.attributes);
        line(&mut xml, "      </edge>");
    }
    xml.push_str("    </edges>\n  </graph>\n</gexf>\n");
    Exported::one(xml.into_bytes(), network.losses)
}

fn values(xml: &mut String, attributes: &Attributes) {
    line(xml, "        <attvalues>");
    for (name, value) in attributes {
        line(xml, &format!("          <attvalue for=\"{name}\" value=\"{}\"/>", attribute(&value.to_text())));
    }
    line(xml, "        </attvalues>");
}

/// Escapes text for an attribute, in which a line break would be read as a space.
fn attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

fn line(xml: &mut String, text: &str) {
    writeln!(xml, "{text}").expect("a String takes all that is written");
}
