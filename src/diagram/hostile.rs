//! Tests of all kinds of drawings: hostile text, order of input, snapshots. In: the small affair. Out: nothing.

use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::graph::fixture::{Quads, affair, with_labels};
use crate::graph::{Ego, EgoLimits, EntityGraph, Selection};

const HOSTILE: &str = "q\"uote' \\N \\G \\L \\n \\\\ <script>x</script> R&D &lt;&amp;#38; שלום 😀 end\\";

fn all(quads: &Quads) -> Vec<(&'static str, Drawing)> {
    let (graph, style) = (&quads.graph(), Style::default());
    let around = Ego::read(&quads.store(), "letter", EgoLimits::default(), &Selection::default(), None);
    vec![
        ("relationships", relationships(graph, &style, &RelationshipsOptions::default())),
        ("ego", ego(&around.expect("letter"), &style, None)),
        ("path", path(graph, &style, "firm", "ministry", &PathOptions::default()).expect("ends")),
        ("timeline", timeline(graph, &style, &TimelineOptions::default()).expect("no lanes named")),
        ("claims", claims(graph, &style, &ClaimsOptions { texts: true, ..ClaimsOptions::default() })),
    ]
}

/// Renders as SVG; none, with a word on the terminal, where Graphviz is missing.
fn svg(drawing: &Drawing) -> Option<String> {
    match drawing.render(Format::Svg) {
        Ok(bytes) => Some(String::from_utf8(bytes).expect("UTF-8")),
        Err(Error::GraphvizMissing) => {
            let notice = format!("skipped: {}\n", Error::GraphvizMissing);
            std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).expect("standard error");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn unescape(xml: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#45;", "-"),
        ("&#160;", "\u{A0}"),
        ("&#10;", "\n"),
    ];
    named.iter().fold(xml.to_owned(), |text, (entity, c)| text.replace(entity, c)).replace("&amp;", "&")
}

/// Returns the texts that an SVG shows, joined by spaces.
fn shown(svg: &str) -> String {
    let texts = svg.split("<text").skip(1).filter_map(|rest| {
        let (_, rest) = rest.split_once('>')?;
        Some(unescape(rest.split_once("</text>")?.0))
    });
    texts.collect::<Vec<_>>().join(" ").replace('\u{A0}', " ")
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn hostile_text_comes_through_every_drawing_as_text() {
    for (kind, drawing) in all(&with_labels(HOSTILE)) {
        let Some(svg) = svg(&drawing) else { return };
        assert!(!svg.contains("<script"), "{kind}");
        let words = squeezed(&shown(&svg));
        // A timeline shortens labels to one line; the others break them.
        let wanted = if kind == "timeline" { &squeezed(HOSTILE)[..24] } else { &squeezed(HOSTILE) };
        let wanted = if kind == "claims" { &wanted[..40] } else { wanted };
        assert!(words.contains(wanted), "{kind}: {wanted} not in {words}");
        let tooltips = svg.split("xlink:title=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(unescape);
        assert!(tooltips.map(|t| squeezed(&t)).any(|t| t.contains(&format!("note:{}", squeezed(HOSTILE)))), "{kind}");
    }
}

#[test]
fn every_drawing_of_hostile_text_is_dot_that_parses() {
    let mut runner = TestRunner::new(Config { cases: 32, ..Config::default() });
    let texts = "(\\PC|[\\\\\"&<>\n\r\t\u{0}\u{1b}]|\\\\[NGLEHTnlr]){1,60}";
    runner
        .run(&texts, |text| {
            for (kind, drawing) in all(&with_labels(&text)) {
                let dot = drawing.dot();
                let body = dot.strip_prefix("// neato -n2\n").unwrap_or(&dot);
                proptest::prop_assert!(graphviz_rust::parse(body).is_ok(), "{}: {}", kind, dot);
                let obeyed = drawing.text().contains('\u{1b}');
                proptest::prop_assert!(!obeyed, "a terminal would obey the text of {}", kind);
            }
            Ok(())
        })
        .expect("every text is quoted");
}

#[test]
fn the_order_of_input_changes_no_byte() {
    let quads = affair();
    let mut reversed = quads.0.clone();
    reversed.reverse();
    let mut rotated = quads.0.clone();
    rotated.rotate_left(quads.0.len() / 3);
    for other in [Quads(reversed), Quads(rotated)] {
        for ((kind, a), (_, b)) in all(&quads).iter().zip(&all(&other)) {
            assert_eq!(a.dot(), b.dot(), "{kind}");
            assert_eq!(a.text(), b.text(), "{kind}");
            assert_eq!(svg(a), svg(b), "{kind}");
        }
    }
}

#[test]
fn the_small_affair_is_drawn_as_before() {
    for (kind, drawing) in all(&affair()) {
        insta::assert_snapshot!(kind, drawing.dot());
        insta::assert_snapshot!(format!("{kind}-text"), drawing.text());
    }
}

#[test]
fn a_very_long_text_does_not_choke_graphviz() {
    let long = "x".repeat(40_000);
    for (kind, drawing) in all(&with_labels(&long)) {
        let Some(svg) = svg(&drawing) else { return };
        assert!(svg.contains(&long), "{kind}");
    }
}

#[test]
fn many_relations_between_two_entities_are_drawn_as_one_line() {
    let mut quads = affair();
    for number in 0..200 {
        let key = format!("p{}", number % 9);
        quads.fact(&format!("N{number:03}"), ["bureau", &key, "firm"], ["2013", "2013", "2013"], "confirmed");
    }
    let drawing = relationships(&quads.graph(), &Style::default(), &RelationshipsOptions::default());
    let dot = drawing.dot();
    assert!(dot.contains("9 relations ×200<BR/>2013"), "{dot}");
    assert!(dot.contains("and 188 more records"), "{dot}");
    assert!(drawing.text().contains("N199"));
}

#[test]
fn no_id_occurs_twice_in_a_drawing() {
    let mut quads = affair();
    quads.fact("F10", ["firm", "denies", "fact:F8"], ["2014-05-25", "2014-05-25", "2014-05-25"], "confirmed");
    for firm in ["a", "b", "c"] {
        quads.entity(firm, "Company", firm);
        quads.fact(&format!("P{firm}"), [firm, "partOf", "ministry"], ["2013", "..", "2013"], "confirmed");
    }
    for (kind, drawing) in all(&quads) {
        let dot = drawing.dot();
        let ids: Vec<_> = dot.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{kind}: {ids:?}");
        assert!(ids.contains(&"F4"), "{kind}: {ids:?}");
    }
}

#[test]
fn an_empty_case_still_makes_a_page() {
    let graph = EntityGraph::default();
    let style = Style::default();
    let drawings = [
        relationships(&graph, &style, &RelationshipsOptions::default()),
        claims(&graph, &style, &ClaimsOptions::default()),
        timeline(&graph, &style, &TimelineOptions::default()).expect("no lanes named"),
    ];
    for drawing in drawings {
        let Some(svg) = svg(&drawing) else { return };
        assert!(svg.contains("role=\"img\""));
    }
}

#[test]
fn a_link_never_runs_a_script() {
    let mut quads = affair();
    quads.source("paper", "Bad", "javascript:alert(1)");
    for (kind, drawing) in all(&quads) {
        assert!(!drawing.dot().contains("javascript:"), "{kind}");
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let style = Style::default();
    let options = RelationshipsOptions { max_nodes: 2, ..RelationshipsOptions::default() };
    let drawing = relationships(&affair().graph(), &style, &options);
    assert!(drawing.stamp().iter().any(|line| line.starts_with("Left out: 3 entities")), "{:?}", drawing.stamp());
    let options = TimelineOptions { max_lanes: 1, ..TimelineOptions::default() };
    let drawing = timeline(&affair().graph(), &style, &options).expect("no lanes named");
    assert!(drawing.stamp().iter().any(|line| line.contains("1 less busy lane with 2 facts")), "{:?}", drawing.stamp());
}
