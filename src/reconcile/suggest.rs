//! Completion of what is being typed. In: the beginning of a name or an id. Out: entities, types or properties, the best
//! first, a page at a time. API 0.2, section 6.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Named, Reconciler, description};
use crate::graph::Entity;
use crate::search::fold;

/// Suggestions of a page.
const PAGE: usize = 20;

/// What is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suggest {
    /// Entities of the case.
    Entity,
    /// Classes that occur in it.
    Type,
    /// Predicates and columns that state something of an entity.
    Property,
}

impl Reconciler {
    /// Suggests what begins with a text; all there is where the text is empty. `skipped` is how many were seen before.
    pub fn suggest(&self, what: Suggest, prefix: &str, skipped: usize) -> Json {
        let result: Vec<Json> = match what {
            Suggest::Entity => {
                let page = self.entities_like(prefix).into_iter().skip(skipped).take(PAGE);
                page.map(|entity| self.suggestion(entity)).collect()
            }
            Suggest::Type => page(self.kinds.all(), prefix, skipped),
            Suggest::Property => page(self.properties.all(), prefix, skipped),
        };
        json!({ "result": result })
    }

    fn suggestion(&self, entity: &Entity) -> Json {
        let mut suggestion = json!({ "id": entity.id, "name": entity.label });
        if let Some(description) = description(entity) {
            suggestion["description"] = description.into();
        }
        suggestion["notable"] = json!([self.kinds.named(&entity.class)]);
        suggestion
    }

    fn entities_like(&self, prefix: &str) -> Vec<&Entity> {
        if prefix.trim().is_empty() {
            let mut all: Vec<&Entity> = self.graph.entities().map(AsRef::as_ref).collect();
            all.sort_by_cached_key(|entity| (fold(&entity.label), &entity.id));
            return all;
        }
        let hits = self.index.search(prefix, usize::MAX);
        let found = hits.iter().filter_map(|hit| self.entity(&hit.iri));
        let mut seen = BTreeSet::new();
        self.entity(prefix).into_iter().chain(found).filter(|entity| seen.insert(&entity.id)).collect()
    }
}

/// Returns a page of what has a word that begins with a text, or an id that does, by name.
fn page(all: impl Iterator<Item = Named>, prefix: &str, skipped: usize) -> Vec<Json> {
    let wanted = fold(prefix.trim());
    let begins = |text: &str| {
        let text = fold(text);
        text.starts_with(&wanted) || text.match_indices(' ').any(|(at, _)| text[at + 1..].starts_with(&wanted))
    };
    let mut found: Vec<Named> = all.filter(|named| begins(&named.name) || begins(&named.id)).collect();
    found.sort_by_cached_key(|named| (fold(&named.name), named.id.clone()));
    found.into_iter().skip(skipped).take(PAGE).map(|named| json!(named)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::reconciler;
    use super::*;
    use crate::graph::fixture::affair;

    fn ids(what: Suggest, prefix: &str, skipped: usize) -> Vec<String> {
        let answer = reconciler(&affair()).suggest(what, prefix, skipped);
        let result = answer["result"].as_array().expect("an array");
        result.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    }

    #[test]
    fn entities_come_by_the_beginning_of_a_word_and_by_their_id() {
        assert_eq!(ids(Suggest::Entity, "fir", 0), ["firm", "letter"]);
        assert_eq!(ids(Suggest::Entity, "lettre", 0), ["letter"]);
        assert_eq!(ids(Suggest::Entity, "https://example.org/t/id/lone", 0), ["lone"]);
        assert_eq!(ids(Suggest::Entity, "court opens", 0), Vec::<String>::new(), "a source is no entity");
    }

    #[test]
    fn a_cursor_goes_on_where_the_last_page_ended() {
        let all = ids(Suggest::Entity, "", 0);
        assert_eq!(all, ["bureau", "firm", "letter", "ministry", "lone"]);
        assert_eq!(ids(Suggest::Entity, "", 2), all[2..]);
        assert_eq!(ids(Suggest::Entity, "", 99), Vec::<String>::new());
    }

    #[test]
    fn types_and_properties_come_by_name_and_by_id() {
        assert_eq!(ids(Suggest::Type, "", 0), ["Agency", "Company", "Person", "Request"]);
        assert_eq!(ids(Suggest::Type, "COMP", 0), ["Company"]);
        assert_eq!(ids(Suggest::Property, "silence", 0), ["imposedGagOn", "^imposedGagOn"]);
        assert_eq!(ids(Suggest::Property, "addressedTo", 0), ["addressedTo"]);
    }
}
