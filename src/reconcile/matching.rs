//! Which entity a query means. In: a query. Out: candidates, the surest first. Names are compared and weighed as
//! `dedupe` does it; identifiers and other properties that are given speak for a candidate or against it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::properties::Stated;
use super::query::{Query, Value};
use super::{Named, Reconciler, description};
use crate::date::Edtf;
use crate::dedupe::Weighing;
use crate::graph::Entity;
use crate::search::fold;

/// Candidates that score less are not worth a look.
const LEAST: f64 = 0.2;
/// How far the next one has to be behind.
const AHEAD: f64 = 0.05;
/// Less than the last decimal of a score.
const ROUNDED: f64 = 0.0005;
/// How alike a name must be to stand for an entity in the value of a property.
const SAME_NAME: f64 = 0.9;

/// An entity that a query may mean. API 0.2, section 4.2.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Id of the entity; of several that are one, of that which stands for them.
    pub id: String,
    /// Its label.
    pub name: String,
    /// A line about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub types: Vec<Named>,
    /// How sure it is, 0 to 100.
    pub score: f64,
    /// Whether it is sure enough, and no other comes near.
    #[serde(rename = "match")]
    pub is_match: bool,
    /// What the score is made from.
    pub features: Vec<Feature>,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feature {
    /// `id`, `name`, or `property:` and the id of a property.
    pub id: String,
    /// Whether it fits, or how well.
    pub value: Fit,
}

/// How well a part fits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Fit {
    /// Yes or no.
    Whether(bool),
    /// From 0 to 1.
    HowMuch(f64),
}

/// How an entity came to be looked at.
#[derive(Clone, Copy)]
enum Found {
    Id,
    Name(f64),
    Property,
}

impl Reconciler {
    /// Returns the entities that a query may mean, the surest first.
    pub fn candidates(&self, query: &Query) -> Vec<Candidate> {
        let has_type = |entity: &Entity| {
            query.types.is_empty() || query.types.iter().any(|kind| self.kinds.is_among(&entity.class, kind))
        };
        let mut weighed: Vec<(f64, &Entity, Vec<Feature>)> = Vec::new();
        for (id, found) in self.found(query) {
            let Some(entity) = self.graph.entity(id).filter(|entity| has_type(entity)) else { continue };
            let (score, features) = self.weigh(entity, found, query);
            if score >= LEAST {
                weighed.push((score, entity, features));
            }
        }
        weighed.sort_by(|(a, one, _), (b, other, _)| {
            let degrees = || self.graph.degree(&other.id).cmp(&self.graph.degree(&one.id));
            b.total_cmp(a).then_with(degrees).then_with(|| one.id.cmp(&other.id))
        });
        let is_sure = match weighed.as_slice() {
            [] => false,
            [(first, ..)] => *first >= self.rules.sure,
            [(first, ..), (second, ..), ..] => *first >= self.rules.sure && first - second > AHEAD - ROUNDED,
        };
        weighed.truncate(query.limit);
        let candidate = |(place, (score, entity, features)): (usize, (f64, &Entity, Vec<Feature>))| Candidate {
            id: entity.id.clone(),
            name: entity.label.clone(),
            description: description(entity),
            types: vec![self.kinds.named(&entity.class)],
            score: (score * 1000.0).round() / 10.0,
            is_match: place == 0 && is_sure,
            features,
        };
        weighed.into_iter().enumerate().map(candidate).collect()
    }

    /// Returns the entities that are worth weighing, by id.
    fn found<'a>(&'a self, query: &Query) -> BTreeMap<&'a str, Found> {
        let mut found = BTreeMap::new();
        for (property, values) in &query.properties {
            if query.name.is_empty() || self.rules.is_identifier(property) {
                let agreeing =
                    self.properties.having(property).filter(|id| self.agrees(id, property, values) == Some(true));
                found.extend(agreeing.map(|id| (id, Found::Property)));
            }
        }
        let mut like = self.lookup.like(&query.name, usize::MAX);
        if like.is_empty()
            && let Some(near) = self.index.suggestion(&query.name)
        {
            like = self.lookup.like(&near, usize::MAX);
            for like in &mut like {
                like.likeness = self.lookup.likeness_to(&like.id, &query.name).map_or(0.0, |(likeness, _)| likeness);
            }
        }
        for like in like {
            if let Some(entity) = self.graph.entity(&like.id) {
                found.insert(&entity.id, Found::Name(like.likeness));
            }
        }
        if let Some(entity) = self.entity(&query.name) {
            found.insert(&entity.id, Found::Id);
        }
        found
    }

    fn weigh(&self, entity: &Entity, found: Found, query: &Query) -> (f64, Vec<Feature>) {
        let mut weighing = Weighing::default();
        let mut features = Vec::new();
        match found {
            Found::Id => {
                weighing.add(1.0, "its id".to_owned());
                features.push(Feature { id: "id".to_owned(), value: Fit::Whether(true) });
            }
            Found::Name(likeness) => {
                weighing.name(likeness, "its name".to_owned());
                let rounded = (likeness * 1000.0).round() / 1000.0;
                features.push(Feature { id: "name".to_owned(), value: Fit::HowMuch(rounded) });
            }
            Found::Property if query.name.is_empty() => weighing.add(0.5, "what is stated of it".to_owned()),
            Found::Property => {
                features.push(Feature { id: "name".to_owned(), value: Fit::HowMuch(0.0) });
            }
        }
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for (property, values) in &query.properties {
            let Some(agrees) = self.agrees(&entity.id, property, values) else { continue };
            features.push(Feature { id: format!("property:{property}"), value: Fit::Whether(agrees) });
            match agrees {
                true if self.rules.is_identifier(property) => same.push(format!("same {property}")),
                false if self.rules.is_identifier(property) => different.push(format!("other {property}")),
                true => weighing.add(0.05, format!("same {property}")),
                false if self.rules.is_telling(property) => weighing.other(property),
                false => weighing.add(-0.1, format!("other {property}")),
            }
        }
        weighing.identifiers(same, different);
        (weighing.rounded(), features)
    }

    /// Tells whether one of some values is stated of an entity; none where nothing is stated, which speaks neither way.
    fn agrees(&self, id: &str, property: &str, values: &[Value]) -> Option<bool> {
        let stated = self.properties.values(id, property);
        if stated.is_empty() || values.is_empty() {
            return None;
        }
        Some(values.iter().any(|value| stated.iter().any(|statement| self.is_same(value, &statement.value))))
    }

    fn is_same(&self, value: &Value, stated: &Stated) -> bool {
        match (value, stated) {
            (Value::Entity(id), Stated::Entity(own)) => self.entity(id).is_some_and(|entity| entity.id == *own),
            (Value::Text(text), Stated::Entity(own)) => {
                self.entity(text).is_some_and(|entity| entity.id == *own)
                    || self.lookup.likeness_to(own, text).is_some_and(|(likeness, _)| likeness >= SAME_NAME)
            }
            (Value::Entity(given) | Value::Text(given), Stated::Text(own)) => {
                // An item of Wikidata is known by the end of its address.
                let end = own.rsplit('/').next().unwrap_or(own);
                fold(given) == fold(own) || fold(given) == fold(end) || is_same_time(given, own)
            }
        }
    }
}

/// Tells whether two dates have a day in common, one of them perhaps as a spreadsheet writes it, with a time.
fn is_same_time(given: &str, own: &str) -> bool {
    let day = given.split_once('T').map_or(given, |(day, _)| day);
    match (Edtf::parse(day), Edtf::parse(own)) {
        (Ok(a), Ok(b)) => a.first() <= b.last() && b.first() <= a.last(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::reconciler;
    use super::*;
    use crate::graph::fixture::{Quads, affair};

    /// The affair with three firms of one name in two countries.
    fn towns() -> Quads {
        let mut quads = affair();
        quads.entity("tern-gb", "Company", "Tern Holdings").property("tern-gb", "country", "GB");
        quads.entity("tern-nl", "Company", "Tern Holdings").property("tern-nl", "country", "NL");
        quads.property("tern-nl", "lei", "529900T8BM49AURSDO55").property("tern-nl", "founded", "1994-03-01");
        quads.entity("tern-person", "Person", "Tern Holdings");
        quads.predicate("owns", "owns", crate::vocab::cg::STATE);
        quads.fact("O1", ["tern-gb", "owns", "firm"], ["2001", "..", "2001"], "confirmed");
        quads.fact("O2", ["tern-nl", "owns", "bureau"], ["2001", "..", "2001"], "refuted");
        quads
    }

    fn found(quads: &Quads, query: &str) -> Vec<(String, f64, bool)> {
        let query = Query::parse(query).expect("a query");
        let told = |candidate: Candidate| (candidate.id, candidate.score, candidate.is_match);
        reconciler(quads).candidates(&query).into_iter().map(told).collect()
    }

    fn ids(quads: &Quads, query: &str) -> Vec<String> {
        found(quads, query).into_iter().map(|(id, ..)| id).collect()
    }

    #[test]
    fn a_name_that_only_one_bears_is_a_match() {
        let sure = found(&affair(), "MINISTRY");
        assert_eq!(sure, [("ministry".to_owned(), 90.0, true)]);
        assert_eq!(ids(&affair(), "Lettre à Firm"), ["letter", "firm"]);
        assert!(found(&affair(), "Lettre à Firm")[0].2);
        assert_eq!(found(&affair(), "Mniistry"), [("ministry".to_owned(), 83.7, false)]);
        assert_eq!(found(&affair(), "Nothing of the kind"), []);
    }

    #[test]
    fn an_id_or_an_iri_is_the_entity_itself() {
        for id in ["letter", "https://example.org/t/id/letter"] {
            assert_eq!(found(&affair(), id)[0], ("letter".to_owned(), 100.0, true), "{id}");
        }
    }

    #[test]
    fn of_namesakes_none_is_a_match_until_a_type_or_a_property_tells_them_apart() {
        let all = found(&towns(), "Tern Holdings");
        assert_eq!((all.len(), all.iter().any(|(.., is_match)| *is_match)), (3, false), "{all:?}");
        assert_eq!(
            found(&towns(), r#"{"query": "Tern Holdings", "type": "Person", "type_strict": "any"}"#),
            [("tern-person".to_owned(), 90.0, true)]
        );
        assert_eq!(ids(&towns(), r#"{"query": "Tern Holdings", "type": ["Company"]}"#), ["tern-gb", "tern-nl"]);
        let by = |property: &str| {
            let query = format!(r#"{{"query": "Tern Holdings", "type": "Company", "properties": [{property}]}}"#);
            found(&towns(), &query)[0].clone()
        };
        assert_eq!(by(r#"{"pid": "country", "v": "nl"}"#), ("tern-nl".to_owned(), 95.0, true));
        assert_eq!(by(r#"{"pid": "lei", "v": "529900T8BM49AURSDO55"}"#), ("tern-nl".to_owned(), 98.0, true));
        assert_eq!(by(r#"{"pid": "founded", "v": "1994-03-01T00:00:00Z"}"#), ("tern-nl".to_owned(), 95.0, true));
        assert_eq!(by(r#"{"pid": "owns", "v": {"id": "firm"}}"#).0, "tern-gb");
        assert_eq!(by(r#"{"pid": "owns", "v": ["nobody known", "FIRM"]}"#).0, "tern-gb");
        assert_eq!(by(r#"{"pid": "owns", "v": "Bureau"}"#).0, "tern-nl", "what was refuted is stated of nobody");
    }

    #[test]
    fn an_identifier_finds_its_entity_under_any_name_and_without_one() {
        let lei = r#"{"pid": "lei", "v": "529900T8BM49AURSDO55"}"#;
        let named = format!(r#"{{"query": "Zeehond BV", "properties": [{lei}]}}"#);
        assert_eq!(found(&towns(), &named), [("tern-nl".to_owned(), 98.0, true)]);
        assert_eq!(ids(&towns(), &format!(r#"{{"properties": [{lei}]}}"#)), ["tern-nl"]);
        assert_eq!(ids(&towns(), r#"{"properties": [{"pid": "owns", "v": {"id": "firm"}}]}"#), ["tern-gb"]);
    }

    #[test]
    fn what_was_decided_to_be_one_is_one_candidate_until_that_is_taken_back() {
        let mut quads = towns();
        quads.fact("D1", ["tern-gb", "sameEntity", "tern-nl"], ["0001", "9999", "2026-01-01"], "asserted");
        let company = r#"{"query": "Tern Holdings", "type": "Company"}"#;
        assert_eq!(found(&quads, company), [("tern-gb".to_owned(), 90.0, true)]);
        assert_eq!(found(&quads, "tern-nl")[0], ("tern-gb".to_owned(), 100.0, true), "by its own id too");
        let of_both = r#"{"query": "Tern Holdings", "type": "Company", "properties": [{"pid": "country", "v": "NL"}]}"#;
        assert_eq!(found(&quads, of_both), [("tern-gb".to_owned(), 95.0, true)]);
        quads.fact("D2", ["tern-gb", "differentEntity", "tern-nl"], ["0001", "9999", "2026-02-01"], "asserted");
        assert_eq!(found(&quads, company), found(&towns(), company));
    }

    #[test]
    fn what_a_score_is_made_from_is_told() {
        let query =
            r#"{"query": "Tern Holdings", "properties": [{"pid": "country", "v": "GB"}, {"pid": "age", "v": 7}]}"#;
        let candidates = reconciler(&towns()).candidates(&Query::parse(query).expect("a query"));
        let told = serde_json::to_value(&candidates[0]).expect("JSON");
        assert_eq!(told["type"], serde_json::json!([{"id": "Company", "name": "company"}]));
        assert_eq!(told["features"][1], serde_json::json!({"id": "property:country", "value": true}));
        assert_eq!(told["features"].as_array().map(Vec::len), Some(2), "a property that nothing states is left out");
        assert_eq!(told["match"], true);
    }
}
