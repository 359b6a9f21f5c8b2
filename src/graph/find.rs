//! Finds an entity by what a user types. In: an id or a label. Out: the entity, or an error with a suggestion.

use std::sync::Arc;

use csvw::nearest;

use super::{Entity, EntityGraph, Error};

impl EntityGraph {
    /// Finds an entity by its id, its IRI, or a label or alias that is no other's; case does not matter in labels.
    pub fn find(&self, name: &str) -> Result<&Arc<Entity>, Error> {
        if let Some(entity) = self.entity(name).or_else(|| self.entities().find(|e| e.iri == name)) {
            return Ok(entity);
        }
        let wanted = name.to_lowercase();
        let by_label: Vec<_> = self.entities().filter(|e| e.label.to_lowercase() == wanted).collect();
        let by_alias = || -> Vec<_> {
            self.entities().filter(|e| e.aliases.iter().any(|alias| alias.to_lowercase() == wanted)).collect()
        };
        let found = if by_label.is_empty() { by_alias() } else { by_label };
        match found.as_slice() {
            [entity] => Ok(entity),
            [] => Err(Error::UnknownEntity { name: name.to_owned(), suggestion: self.suggestion(name) }),
            several => Err(Error::AmbiguousEntity {
                name: name.to_owned(),
                ids: several.iter().map(|entity| entity.id.clone()).collect(),
            }),
        }
    }

    fn suggestion(&self, name: &str) -> Option<String> {
        let id = nearest(name, self.entities().map(|e| e.id.as_str()));
        let by_label = || {
            let label = nearest(name, self.entities().map(|e| e.label.as_str()))?;
            self.entities().find(|e| e.label == label).map(|e| e.id.as_str())
        };
        id.or_else(by_label).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::affair;

    #[test]
    fn an_entity_answers_to_its_id_and_its_label() {
        let graph = affair().graph();
        for name in ["letter", "letter to firm", "https://example.org/t/id/letter"] {
            assert_eq!(graph.find(name).expect(name).id, "letter");
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        let error = affair().graph().find("bureu").expect_err("no such entity");
        assert_eq!(error.to_string(), "`bureu` is not an entity of this case; did you mean `bureau`?");
    }

    #[test]
    fn a_label_of_two_entities_is_refused() {
        let mut quads = affair();
        quads.entity("firm-2", "Company", "Firm");
        let error = quads.graph().find("Firm").expect_err("two entities");
        assert_eq!(error.to_string(), "`Firm` is the label of several entities: firm, firm-2; use the id");
    }
}
