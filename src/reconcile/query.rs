//! What a client asks. In: JSON as `OpenRefine` sends it, one query or a batch. Out: queries, or what is wrong with them and
//! what to do. API 0.2, section 4.1.

use std::fmt;

use serde_json::{Map, Value as Json};

/// Most queries of a batch.
pub const MOST_QUERIES: usize = 200;

/// Candidates of a query that says no limit.
const CANDIDATES: usize = 10;

/// What a table says of one thing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// What it is called; empty where only properties are known.
    pub name: String,
    /// Types of which it has to have one; none for any.
    pub types: Vec<String>,
    /// Properties, each with its values.
    pub properties: Vec<(String, Vec<Value>)>,
    /// Most candidates.
    pub limit: usize,
}

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, a number or a truth value as it is written.
    Text(String),
    /// An entity that was matched before, by its id.
    Entity(String),
}

/// Queries by their keys, in the order of the request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queries(pub Vec<(String, Query)>);

/// Why a request cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is not JSON.
    #[error("`{parameter}` is not JSON: {fault}; send {wanted}")]
    Json {
        /// Name of the parameter.
        parameter: &'static str,
        /// What the parser says, with line and column.
        fault: String,
        /// What is to be sent.
        wanted: &'static str,
    },
    /// It is JSON of another form.
    #[error("{place} is {found}; send {wanted}")]
    Form {
        /// Which part of it.
        place: String,
        /// What it is.
        found: &'static str,
        /// What is to be sent.
        wanted: &'static str,
    },
    /// A query says nothing to search for.
    #[error("{0} has no `query` and no `properties`; send at least one of them")]
    Empty(String),
    /// There are more queries than are answered at once.
    #[error("the batch has {0} queries; send at most {MOST_QUERIES} at once")]
    TooMany(usize),
}

const BATCH: &str = r#"an object such as {"q0": {"query": "Microsoft"}}"#;
const SINGLE: &str = r#"a name, or an object such as {"query": "Microsoft", "type": "Company"}"#;

impl Queries {
    /// Reads the parameter `queries`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let Json::Object(batch) = json("queries", text, BATCH)? else {
            return Err(form("`queries`", &json("queries", text, BATCH)?, BATCH));
        };
        if batch.len() > MOST_QUERIES {
            return Err(Error::TooMany(batch.len()));
        }
        let read = |(key, query): (String, Json)| {
            let query = Query::read(&format!("`{key}`"), query, BATCH)?;
            Ok((key, query))
        };
        Ok(Self(batch.into_iter().map(read).collect::<Result<_, _>>()?))
    }
}

impl Query {
    /// Reads the parameter `query`, which was there before batches: a name, or an object as in a batch.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !text.trim_start().starts_with('{') {
            return Ok(Self { name: text.trim().to_owned(), limit: CANDIDATES, ..Self::default() });
        }
        Self::read("`query`", json("query", text, SINGLE)?, SINGLE)
    }

    fn read(place: &str, query: Json, wanted: &'static str) -> Result<Self, Error> {
        let Json::Object(mut query) = query else { return Err(form(place, &query, wanted)) };
        let inner = |name: &str| format!("`{name}` of {place}");
        if !query.contains_key("query") && !query.contains_key("properties") {
            return Err(Error::Empty(place.to_owned()));
        }
        let name = match query.remove("query") {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(name)) => name.trim().to_owned(),
            Some(Json::Number(number)) => number.to_string(),
            Some(other) => return Err(form(&inner("query"), &other, "a text")),
        };
        let types = list(query.remove("type")).into_iter().map(|item| {
            id_of(&item).ok_or_else(|| form(&inner("type"), &item, "the id of a type, or an array of ids"))
        });
        let limit = match query.remove("limit") {
            None | Some(Json::Null) => CANDIDATES,
            Some(limit) => {
                let number = limit.as_f64().filter(|number| *number >= 1.0);
                number.map(whole).ok_or_else(|| form(&inner("limit"), &limit, "a whole number from 1"))?
            }
        };
        let types = types.collect::<Result<_, _>>()?;
        let properties = match query.remove("properties") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(properties)) => {
                properties.into_iter().map(|property| read_property(place, property)).collect::<Result<_, _>>()?
            }
            Some(other) => return Err(form(&inner("properties"), &other, PROPERTIES)),
        };
        Ok(Self { name, types, properties, limit })
    }
}

const PROPERTIES: &str = r#"an array such as [{"pid": "country", "v": "US"}]"#;

fn read_property(place: &str, property: Json) -> Result<(String, Vec<Value>), Error> {
    let place = format!("a property of {place}");
    let Json::Object(mut property) = property else { return Err(form(&place, &property, PROPERTIES)) };
    let Some(Json::String(pid)) = property.remove("pid") else {
        return Err(form(&place, &Json::Object(property), PROPERTIES));
    };
    let read = |value: Json| match &value {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(Value::Text(text.trim().to_owned()))),
        Json::Number(_) | Json::Bool(_) => Ok(Some(Value::Text(value.to_string()))),
        Json::Object(_) => match id_of(&value) {
            Some(id) => Ok(Some(Value::Entity(id))),
            None => Err(form(&format!("a value of `{pid}` in {place}"), &value, r#"an entity as {"id": "…"}"#)),
        },
        Json::Array(_) => Err(form(&format!("a value of `{pid}` in {place}"), &value, "one value, not a list")),
    };
    let values = list(property.remove("v")).into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok((pid, values.into_iter().flatten().collect()))
}

/// Reads JSON.
pub(super) fn json(parameter: &'static str, text: &str, wanted: &'static str) -> Result<Json, Error> {
    serde_json::from_str(text).map_err(|error| Error::Json { parameter, fault: error.to_string(), wanted })
}

/// Says that JSON has another form than it should.
pub(super) fn form(place: &str, found: &Json, wanted: &'static str) -> Error {
    let found = match found {
        Json::Null => "null",
        Json::Bool(_) => "a truth value",
        Json::Number(_) => "a number out of place",
        Json::String(_) => "a text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object that lacks something",
    };
    Error::Form { place: place.to_owned(), found, wanted }
}

/// Returns the id of an entity, a type or a property, given as itself or as an object that has it.
pub(super) fn id_of(value: &Json) -> Option<String> {
    let id = |object: &Map<String, Json>| object.get("id")?.as_str().map(str::to_owned);
    match value {
        Json::String(id) => Some(id.clone()),
        Json::Object(object) => id(object),
        _ => None,
    }
}

/// Returns one value or several as several.
fn list(value: Option<Json>) -> Vec<Json> {
    match value {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(values)) => values,
        Some(value) => vec![value],
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float stops at the ends")]
const fn whole(number: f64) -> usize {
    number as usize
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Entity(id) => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_read_as_openrefine_sends_it() {
        let text = r#"{"q0": {"query": " Firm ", "type": "Company", "type_strict": "should", "limit": 3, "properties": [
            {"pid": "country", "v": "GB"}, {"pid": "worksFor", "v": [{"id": "firm", "name": "Firm"}, 7, true]}]},
            "q1": {"query": "x", "type": ["A", {"id": "B", "name": "b"}]}}"#;
        let Queries(queries) = Queries::parse(text).expect("a batch");
        let values = [Value::Entity("firm".into()), Value::Text("7".into()), Value::Text("true".into())];
        let first = Query {
            name: "Firm".into(),
            types: vec!["Company".into()],
            properties: vec![("country".into(), vec![Value::Text("GB".into())]), ("worksFor".into(), values.to_vec())],
            limit: 3,
        };
        assert_eq!(queries[0], ("q0".into(), first));
        assert_eq!((queries[1].1.types.as_slice(), queries[1].1.limit), (["A".into(), "B".into()].as_slice(), 10));
    }

    #[test]
    fn a_single_query_is_a_name_or_an_object() {
        assert_eq!(Query::parse("Grey Gull").expect("a name").name, "Grey Gull");
        assert_eq!(Query::parse(r#"{"query": "Grey Gull", "limit": 1}"#).expect("an object").limit, 1);
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_do() {
        let told = |text: &str| Queries::parse(text).expect_err(text).to_string();
        let end = r#"; send an object such as {"q0": {"query": "Microsoft"}}"#;
        assert_eq!(
            told("{\"q0\""),
            format!("`queries` is not JSON: EOF while parsing an object at line 1 column 5{end}")
        );
        assert_eq!(told("[]"), format!("`queries` is an array{end}"));
        assert_eq!(told(r#"{"q7": "x"}"#), format!("`q7` is a text{end}"));
        assert_eq!(
            told(r#"{"q7": {"type": "x"}}"#),
            "`q7` has no `query` and no `properties`; send at least one of them"
        );
        assert_eq!(
            told(r#"{"q7": {"query": "x", "limit": 0}}"#),
            "`limit` of `q7` is a number out of place; send a whole number from 1"
        );
        assert_eq!(
            told(r#"{"q7": {"query": "x", "properties": [{"v": 1}]}}"#),
            r#"a property of `q7` is an object that lacks something; send an array such as [{"pid": "country", "v": "US"}]"#
        );
        let many: Map<String, Json> =
            (0..=MOST_QUERIES).map(|n| (format!("q{n}"), serde_json::json!({"query": "x"}))).collect();
        assert!(told(&Json::Object(many).to_string()).starts_with("the batch has 201 queries"));
    }
}
