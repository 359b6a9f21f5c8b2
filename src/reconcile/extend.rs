//! Values of entities for columns of somebody else's table. In: ids and properties. Out: of each entity the values of each
//! property: entities, texts, or the dates (EDTF) of what is stated. API 0.2, section 7.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::properties::{Stated, Statement};
use super::query::{Error, form, id_of, json};
use super::{MOST_QUERIES, Named, Reconciler};

/// Properties that are proposed for a type, where no limit is told.
const PROPOSED: usize = 100;

const WANTED: &str = r#"an object such as {"ids": ["microsoft"], "properties": [{"id": "country"}]}"#;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extension {
    ids: Vec<String>,
    properties: Vec<(String, Show)>,
}

/// What is shown of a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Show {
    #[default]
    Value,
    Begin,
    End,
    Known,
}

impl Extension {
    /// Reads the parameter `extend`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let whole = json("extend", text, WANTED)?;
        let list = |name: &str| match whole.get(name) {
            Some(Json::Array(items)) => Ok(items.clone()),
            found => Err(form(&format!("`{name}` of `extend`"), found.unwrap_or(&Json::Null), WANTED)),
        };
        let id = |item: &Json| id_of(item).ok_or_else(|| form("an item of `extend`", item, WANTED));
        let property = |item: &Json| {
            let show = match item.pointer("/settings/show").and_then(Json::as_str) {
                Some("begin") => Show::Begin,
                Some("end") => Show::End,
                Some("known") => Show::Known,
                _ => Show::Value,
            };
            Ok((id(item)?, show))
        };
        Ok(Self {
            ids: list("ids")?.iter().map(id).collect::<Result<_, _>>()?,
            properties: list("properties")?.iter().map(property).collect::<Result<_, Error>>()?,
        })
    }

    /// Tells whether there are more entities than are answered at once.
    pub fn is_too_long(&self) -> bool {
        self.ids.len() > MOST_QUERIES * 10
    }
}

/// Returns the settings of a property, for the manifest.
pub(super) fn settings() -> Json {
    json!([{
        "name": "show",
        "label": "Show",
        "type": "select",
        "default": "value",
        "help_text": "What goes into the column. The rows of one entity stay in the same order.",
        "choices": [
            { "value": "value", "name": "the value" },
            { "value": "begin", "name": "when it began or happened (EDTF)" },
            { "value": "end", "name": "when it ended (EDTF); .. where it goes on" },
            { "value": "known", "name": "since when it is public (EDTF)" },
        ],
    }])
}

impl Reconciler {
    /// Returns the values of properties of entities. An id that the case does not have has none.
    pub fn extend(&self, wanted: &Extension) -> Json {
        let mut rows = Map::new();
        let mut classes: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); wanted.properties.len()];
        for id in &wanted.ids {
            let mut row = Map::new();
            for ((property, show), classes) in wanted.properties.iter().zip(&mut classes) {
                let statements = self.entity(id).map(|entity| self.properties.values(&entity.id, property));
                let cells = statements.unwrap_or_default().iter().map(|statement| {
                    if let (Stated::Entity(id), Show::Value) = (&statement.value, show) {
                        classes.extend(self.graph.entity(id).map(|entity| entity.class.as_str()));
                    }
                    self.cell(statement, *show)
                });
                row.insert(property.clone(), cells.collect());
            }
            rows.insert(id.clone(), row.into());
        }
        let meta = wanted.properties.iter().zip(&classes).map(|((property, _), classes)| {
            let mut named = json!(self.properties.named(property));
            if let [class] = classes.iter().collect::<Vec<_>>().as_slice() {
                named["type"] = json!(self.kinds.named(class));
            }
            named
        });
        json!({ "meta": meta.collect::<Vec<_>>(), "rows": rows })
    }

    fn cell(&self, statement: &Statement, show: Show) -> Json {
        let text = match (show, &statement.value) {
            (Show::Value, Stated::Entity(id)) => {
                let name = self.graph.entity(id).map_or(id, |entity| &entity.label);
                return json!({ "id": id, "name": name });
            }
            (Show::Value, Stated::Text(text)) => Some(text.as_str()),
            (Show::Begin, _) => statement.begin.as_deref(),
            (Show::End, _) => statement.end.as_deref(),
            (Show::Known, _) => statement.known.as_deref(),
        };
        text.map_or_else(|| json!({}), |text| json!({ "str": text }))
    }

    /// Proposes properties that entities of a type have, by name; of all types where none is named.
    pub fn proposed(&self, kind: &str, limit: Option<usize>) -> Json {
        let classes = self.kinds.all().filter(|class| kind.is_empty() || self.kinds.is_among(&class.id, kind));
        let properties: BTreeSet<(String, String)> = classes
            .flat_map(|class| self.properties.of_class(&class.id).collect::<Vec<_>>())
            .map(|Named { id, name }| (name, id))
            .collect();
        let properties = properties.into_iter().take(limit.unwrap_or(PROPOSED)).map(|(name, id)| Named { id, name });
        let mut answer = json!({ "type": kind, "properties": properties.collect::<Vec<_>>() });
        if let Some(limit) = limit {
            answer["limit"] = limit.into();
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::reconciler;
    use super::*;
    use crate::graph::fixture::affair;

    fn extended(properties: &str) -> Json {
        let text = format!(r#"{{"ids": ["bureau", "firm", "nobody-known"], "properties": {properties}}}"#);
        reconciler(&affair()).extend(&Extension::parse(&text).expect("a request"))
    }

    #[test]
    fn values_are_entities_and_texts_of_accepted_facts_from_either_end() {
        let told = extended(r#"[{"id": "withdrew"}, {"id": "^addressedTo"}, {"id": "affirms"}]"#);
        let letter = json!([{"id": "letter", "name": "Letter to Firm"}]);
        assert_eq!(told["rows"]["bureau"]["withdrew"], letter, "the disputed record is left out");
        assert_eq!(told["rows"]["firm"]["^addressedTo"], letter);
        assert_eq!(told["rows"]["firm"]["affirms"], json!([{"str": "it obeys the law"}]));
        assert_eq!(told["rows"]["nobody-known"], json!({"withdrew": [], "^addressedTo": [], "affirms": []}));
        assert_eq!(
            told["meta"][0],
            json!({"id": "withdrew", "name": "withdrew", "type": {"id": "Request", "name": "request"}})
        );
    }

    #[test]
    fn dates_are_those_that_the_case_states() {
        let dates = |property: &str, show: &str| {
            let id = property.to_owned();
            let told = extended(&format!(r#"[{{"id": "{id}", "settings": {{"show": "{show}"}}}}]"#));
            (told["rows"]["bureau"][property].clone(), told["rows"]["firm"][property].clone())
        };
        assert_eq!(dates("withdrew", "begin").0, json!([{"str": "2013-10"}]));
        assert_eq!(dates("partOf", "end").0, json!([{"str": ".."}]));
        assert_eq!(dates("^imposedGagOn", "begin").1, json!([{"str": "2013-02"}]));
        assert_eq!(dates("^imposedGagOn", "end").1, json!([{"str": "2014-05-22"}]));
        assert_eq!(dates("withdrew", "known").0, json!([{"str": "2014-05-22"}]));
        assert_eq!(dates("iri", "begin").0, json!([{}]));
    }

    #[test]
    fn a_type_has_the_properties_that_its_entities_have() {
        let told = reconciler(&affair()).proposed("Company", Some(2));
        assert_eq!(told["properties"], json!([{"id": "iri", "name": "IRI"}, {"id": "affirms", "name": "affirms"}]));
        assert_eq!((told["type"].as_str(), told["limit"].as_u64()), (Some("Company"), Some(2)));
        assert!(reconciler(&affair()).proposed("", None)["properties"].as_array().expect("an array").len() > 6);
    }

    #[test]
    fn a_broken_request_is_told_what_to_send() {
        let told = |text: &str| Extension::parse(text).expect_err(text).to_string();
        assert!(told("{").starts_with("`extend` is not JSON: "));
        assert!(told(r#"{"ids": "x"}"#).starts_with("`ids` of `extend` is a text; send an object such as"));
    }
}
