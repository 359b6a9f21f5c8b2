//! The sources of a case as CSL-JSON, which Zotero, Pandoc and citation processors read. In: a case. Out: an item for each
//! source. What CSL has no field for stands in `custom` and `note`, so no source loses anything; facts and entities are
//! not part of a bibliography. <https://github.com/citation-style-language/schema>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::losses::local;
use super::things::{Thing, things};
use super::{Contents, Error, Exported};
use crate::date::Edtf;
use crate::vocab::{cg, dct, prov, rdfs, schema};

const TYPES: &str = include_str!("../../data/bibliography.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    types: BTreeMap<String, String>,
}

/// Writes the sources of a case.
pub(super) fn write(contents: &Contents<'_>) -> Result<Exported, Error> {
    let mapping: Mapping = toml::from_str(TYPES).map_err(|source| Error::Mapping { format: "csl", source })?;
    let quads = contents.quads()?;
    let things = things(&quads);
    let sources = things.iter().filter(|(_, thing)| thing.is_a(cg::SOURCE));
    let items: Vec<Value> = sources.map(|(iri, thing)| item(contents, &mapping, iri, thing)).collect();
    Ok(Exported::json(&Value::Array(items), Vec::new()))
}

fn item(contents: &Contents<'_>, mapping: &Mapping, iri: &str, thing: &Thing<'_>) -> Value {
    let kind = thing.text(cg::SOURCE_KIND).unwrap_or("other");
    let mut item = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            item.insert(name.to_owned(), value);
        }
    };
    let text = |text: Option<&str>| text.map(Value::from);
    add("id", Some(local(contents.base, iri, "src/").into()));
    add("type", Some(mapping.types.get(kind).map_or("document", String::as_str).into()));
    add("title", text(thing.in_language(dct::TITLE, contents.lang).or_else(|| thing.text(rdfs::LABEL))));
    let authors: Vec<Value> = thing.literals(dct::CREATOR).map(|author| json!({ "literal": author.value() })).collect();
    add("author", (!authors.is_empty()).then_some(Value::Array(authors)));
    let publisher = text(thing.text(dct::PUBLISHER));
    // The name of a paper or a site is what the article stands in.
    add(
        if ["news", "blog", "reference", "scholarly"].contains(&kind) { "container-title" } else { "publisher" },
        publisher,
    );
    add("issued", thing.text(dct::ISSUED).map(date));
    add("accessed", thing.text(cg::ACCESSED).map(date));
    add("URL", text(thing.text(schema::URL)));
    add("language", text(thing.text(dct::LANGUAGE)));
    add("note", text(thing.in_language(rdfs::COMMENT, contents.lang)));
    let mut custom = Map::from_iter([("iri".to_owned(), iri.into()), ("kind".to_owned(), kind.into())]);
    for (name, property) in
        [("reliability", cg::RELIABILITY), ("sha256", cg::SHA256), ("archived_url", cg::ARCHIVED_URL)]
    {
        custom.extend(thing.text(property).map(|value| (name.to_owned(), value.into())));
    }
    let origins: Vec<Value> =
        thing.iris(prov::WAS_DERIVED_FROM).map(|iri| local(contents.base, iri, "src/").into()).collect();
    if !origins.is_empty() {
        custom.insert("derived_from".to_owned(), Value::Array(origins));
    }
    add("custom", Some(Value::Object(custom)));
    Value::Object(item)
}

/// Returns a date: its year, month and day where it is plain, first and last day where it is vague, else as written.
fn date(text: &str) -> Value {
    let numbers = |text: &str| -> Option<Vec<i64>> { text.split('-').map(|part| part.parse().ok()).collect() };
    if let Some(parts) = numbers(text) {
        return json!({ "date-parts": [parts] });
    }
    let days = Edtf::parse(text)
        .ok()
        .and_then(|date| Some((numbers(&date.first().to_string())?, numbers(&date.last().to_string())?)));
    match days {
        Some((first, last)) => json!({ "date-parts": [first, last], "literal": text }),
        None => json!({ "literal": text }),
    }
}
