//! An entity on a card. In: an entity. Out: a page of HTML for a small frame, without scripts; all text escaped.
//! API 0.2, section 5.

use super::Reconciler;
use crate::graph::{Entity, Fact};
use crate::markup::escape;

/// Size of the frame, in pixels.
pub(super) const WIDTH: u32 = 420;
pub(super) const HEIGHT: u32 = 300;

/// Facts on the card.
const FACTS: usize = 5;

/// Returns the page of an entity; `style` is the address of its style sheet, `more` that of the entity in the explorer,
/// `stamp` the view of all this in words.
pub fn preview(reconciler: &Reconciler, entity: &Entity, lang: &str, style: &str, more: &str, stamp: &str) -> String {
    let kind = reconciler.kinds.named(&entity.class).name;
    let names: Vec<&str> = entity.other_labels.iter().chain(&entity.aliases).map(String::as_str).collect();
    let mut parts = vec![
        format!("<h1>{}</h1>", escape(&entity.label)),
        format!("<p class=\"kind\">{} <code>{}</code></p>", escape(&kind), escape(&entity.id)),
    ];
    if !names.is_empty() {
        parts.push(format!("<p>also {}</p>", escape(&names.join(", "))));
    }
    if let Some(note) = &entity.note {
        parts.push(format!("<p>{}</p>", escape(note)));
    }
    let (facts, rest) = facts(reconciler, entity);
    if !stamp.is_empty() {
        parts.push(format!("<p class=\"kind\">{}</p>", escape(stamp)));
    }
    if !facts.is_empty() {
        let items: Vec<String> = facts.iter().map(|fact| format!("<li>{}</li>", escape(fact))).collect();
        parts.push(format!("<ul>{}</ul>", items.concat()));
    }
    let further =
        if rest > 0 { format!("{rest} more facts in the explorer") } else { "Open in the explorer".to_owned() };
    parts.push(format!("<p><a href=\"{}\" target=\"_blank\" rel=\"noopener\">{further}</a></p>", escape(more)));
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n\
         <link rel=\"stylesheet\" href=\"{}\">\n</head>\n<body>\n<main>\n{}\n</main>\n</body>\n</html>\n",
        escape(lang),
        escape(&entity.label),
        escape(style),
        parts.join("\n")
    )
}

/// Returns the first facts of an entity in words, what is accepted first, then by date; and how many more there are.
fn facts(reconciler: &Reconciler, entity: &Entity) -> (Vec<String>, usize) {
    let graph = &reconciler.graph;
    let mut facts: Vec<&Fact> = graph.facts_of(&entity.id).map(AsRef::as_ref).collect();
    facts.sort_by_key(|fact| (!fact.asserted, fact.begin.is_none(), fact.begins, &fact.id));
    let rest = facts.len().saturating_sub(FACTS);
    let told = facts.into_iter().take(FACTS).map(|fact| {
        let doubt = if fact.asserted { String::new() } else { format!(" ({})", fact.status.words()) };
        let when = Some(fact.when()).filter(|when| !when.is_empty()).map(|when| format!(", {when}"));
        format!("{}{}{doubt}", graph.sentence(fact), when.unwrap_or_default())
    });
    (told.collect(), rest)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::reconciler;
    use super::*;
    use crate::graph::fixture::affair;

    fn page(quads: &crate::graph::fixture::Quads, id: &str) -> String {
        let reconciler = reconciler(quads);
        preview(&reconciler, reconciler.entity(id).expect("an entity"), "en", "/assets/preview.css", "/#/explore", "")
    }

    #[test]
    fn a_card_tells_names_kind_and_facts_with_dates_and_doubts() {
        let page = page(&affair(), "letter");
        for part in [
            "<h1>Letter to Firm</h1>",
            "also Lettre à Firm",
            "Bureau withdrew Letter to Firm, 2013-10</li>",
            "(disputed)",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn what_is_markup_in_the_case_is_text_on_the_card() {
        let mut quads = affair();
        quads.entity("odd", "Company", "<script>alert(\"x\")</script>");
        let page = page(&quads, "odd");
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(&quot;x&quot;)"), "{page}");
    }
}
