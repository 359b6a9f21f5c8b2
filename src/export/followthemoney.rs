//! Entities and statements of `FollowTheMoney`, which Aleph and `OpenSanctions` read. In: a case. Out: a line of JSON for each
//! entity, source and fact between two of them; or the same as statements, each value with the source that it comes from
//! as its data set. Which class is which schema stands in `data/followthemoney.toml`. <https://followthemoney.tech/docs/>

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::Term;
use serde::Deserialize;
use serde_json::json;

use super::losses::{Loss, add, apparatus, local};
use super::things::{Thing, text, things};
use super::{Contents, Error, Exported};
use crate::date::{Edtf, FIRST_DAY, LAST_DAY};
use crate::facts::{sha256_hex, slug};
use crate::graph::{End, Fact};
use crate::vocab::{APPARATUS, PREFIXES, cg, dct, rdf};

const MAPPING: &str = include_str!("../../data/followthemoney.toml");

#[derive(Deserialize)]
struct Mapping {
    common: BTreeMap<String, String>,
    languages: BTreeMap<String, String>,
    class: BTreeMap<String, ClassMapping>,
    link: BTreeMap<String, LinkMapping>,
}

#[derive(Deserialize)]
struct ClassMapping {
    schema: String,
    #[serde(flatten)]
    properties: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkMapping {
    schema: String,
    subject: String,
    object: String,
}

/// Something with a schema: values by property, each with the data set that it comes from.
struct Item {
    id: String,
    schema: String,
    values: BTreeMap<(String, String), (String, Option<String>)>,
}

impl Item {
    fn new(id: String, schema: &str) -> Self {
        Self { id, schema: schema.to_owned(), values: BTreeMap::new() }
    }

    fn add(&mut self, property: &str, value: &str, dataset: &str, lang: Option<&str>) {
        if !value.trim().is_empty() {
            let value = (property.to_owned(), value.to_owned());
            self.values.entry(value).or_insert_with(|| (dataset.to_owned(), lang.map(str::to_owned)));
        }
    }
}

/// Writes entities, one a line.
pub(super) fn entities(contents: &Contents<'_>) -> Result<Exported, Error> {
    let (items, losses) = items(contents)?;
    let mut lines = String::new();
    for item in &items {
        let mut properties: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (property, value) in item.values.keys() {
            properties.entry(property).or_default().push(value);
        }
        let datasets: BTreeSet<&str> = item.values.values().map(|(dataset, _)| dataset.as_str()).collect();
        let line = json!({ "id": item.id, "schema": item.schema, "properties": properties, "datasets": datasets });
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    Ok(Exported::one(lines.into_bytes(), losses))
}

/// Writes statements as CSV.
pub(super) fn statements(contents: &Contents<'_>) -> Result<Exported, Error> {
    let (items, losses) = items(contents)?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record([
        "canonical_id",
        "entity_id",
        "prop",
        "schema",
        "value",
        "dataset",
        "lang",
        "external",
        "id",
    ])?;
    for item in &items {
        // The first statement says that there is such an entity.
        let own = item.values.iter().map(|((property, value), (dataset, lang))| (property, value, dataset, lang));
        for (property, value, dataset, lang) in own {
            let id = sha256_hex(format!("{dataset}\n{}\n{property}\n{value}", item.id).as_bytes());
            let lang = lang.as_deref().unwrap_or_default();
            writer.write_record([&item.id, &item.id, property, &item.schema, value, dataset, lang, "f", &id[..40]])?;
        }
    }
    Ok(Exported::one(writer.into_inner().map_err(csv::IntoInnerError::into_error)?, losses))
}

fn items(contents: &Contents<'_>) -> Result<(Vec<Item>, Vec<Loss>), Error> {
    let mapping: Mapping =
        toml::from_str(MAPPING).map_err(|source| Error::Mapping { format: "followthemoney", source })?;
    let quads = contents.quads()?;
    let things = things(&quads);
    let mut writer =
        Writer { contents, mapping: &mapping, things: &things, case: slug(contents.title), vague: Vec::new() };
    let mut items: BTreeMap<String, Item> = BTreeMap::new();
    let mut losses = Vec::new();
    let mut unmapped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut unsaid, mut untold) = (Vec::new(), Vec::new());
    for (iri, thing) in &things {
        let classes = thing.iris(rdf::TYPE).filter_map(|iri| iri.strip_prefix(cg::NAMESPACE));
        for class in classes.filter(|class| is_entity(class)) {
            match mapping.class.get(class) {
                Some(of_class) => {
                    let item = writer.entity(iri, thing, of_class, &mut unsaid);
                    items.insert(item.id.clone(), item);
                }
                None => unmapped.entry(class.to_owned()).or_default().push(local(contents.base, iri, "")),
            }
        }
    }
    for (class, ids) in unmapped {
        add(&mut losses, &format!("entities of the class {class}, which has no schema"), ids);
    }
    let mut noted = Vec::new();
    for fact in contents.graph.facts() {
        match (&fact.subject, &fact.object) {
            (End::Entity(from), End::Entity(to)) => match (writer.id_of(from), writer.id_of(to)) {
                (Some(from), Some(to)) if items.contains_key(&from) && items.contains_key(&to) => {
                    let item = writer.link(fact, &from, &to);
                    items.insert(item.id.clone(), item);
                }
                _ => untold.push(fact.id.clone()),
            },
            (End::Entity(from), End::Text { value, lang }) => {
                let dataset = writer.dataset(fact);
                match writer.id_of(from).and_then(|id| items.get_mut(&id)) {
                    Some(item) => {
                        let when = fact.when();
                        let when = if when.is_empty() { String::new() } else { format!(" ({when})") };
                        let note = format!("{}: {value}{when}", fact.predicate.label);
                        item.add("notes", &note, &dataset, writer.language(lang.as_deref()));
                        noted.push(fact.id.clone());
                    }
                    None => untold.push(fact.id.clone()),
                }
            }
            _ => untold.push(fact.id.clone()),
        }
    }
    add(&mut losses, "facts with texts, kept as notes of their subject", noted);
    add(&mut losses, "facts about facts, or about what has no schema", untold);
    add(&mut losses, "facts whose vague dates became their first and last day", std::mem::take(&mut writer.vague));
    add(&mut losses, "values for which the schema has no property", unsaid);
    losses.extend(apparatus(contents, &[cg::SOURCE]));
    Ok((items.into_values().collect(), losses))
}

/// Tells whether a class is one of entities or sources.
fn is_entity(class: &str) -> bool {
    let mut others = [cg::FACT, cg::CLAIM].into_iter().chain(APPARATUS);
    !others.any(|other| other.as_str().strip_prefix(cg::NAMESPACE) == Some(class))
}

struct Writer<'a> {
    contents: &'a Contents<'a>,
    mapping: &'a Mapping,
    things: &'a BTreeMap<&'a str, Thing<'a>>,
    case: String,
    vague: Vec<String>,
}

impl Writer<'_> {
    /// Returns the id of an entity of the graph: `case-microsoft`, so that cases can be put together.
    fn id_of(&self, entity: &str) -> Option<String> {
        Some(self.id(&self.contents.graph.entity(entity)?.iri))
    }

    fn id(&self, iri: &str) -> String {
        let id: String = local(self.contents.base, iri, "")
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' })
            .collect();
        format!("{}-{id}", self.case)
    }

    /// Returns the data set that a fact is from: its source, else the case.
    fn dataset(&self, fact: &Fact) -> String {
        fact.sources.first().map_or_else(|| self.case.clone(), |source| slug(&source.id))
    }

    /// Returns a language by ISO 639-3; none where the mapping does not know it.
    fn language(&self, tag: Option<&str>) -> Option<&str> {
        self.mapping.languages.get(tag?.split('-').next()?).map(String::as_str)
    }

    fn entity(&self, iri: &str, thing: &Thing<'_>, of_class: &ClassMapping, unsaid: &mut Vec<String>) -> Item {
        let mut item = Item::new(self.id(iri), &of_class.schema);
        let source = thing.iri(dct::SOURCE);
        let dataset = source.map_or_else(|| self.case.clone(), |iri| slug(&local(self.contents.base, iri, "src/")));
        let is_said = |property: &str| {
            !["cg:knownEarliest", "cg:knownLatest", "cg:issuedEarliest", "cg:issuedLatest"].contains(&property)
        };
        for (property, terms) in thing.iter() {
            let short = shortened(property);
            let known = of_class.properties.get(&short).or_else(|| self.mapping.common.get(&short));
            let Some(target) = known else {
                // Plain triples between entities are told as facts.
                let is_literal = terms.iter().any(|term| matches!(term, Term::Literal(_)));
                if is_literal && is_said(&short) && !["skos:prefLabel", "dct:title"].contains(&short.as_str()) {
                    unsaid.push(format!("{} {short}", local(self.contents.base, iri, "")));
                }
                continue;
            };
            for term in terms {
                let Some(value) = text(term) else { continue };
                let lang = if let Term::Literal(literal) = term { self.language(literal.language()) } else { None };
                let value = match target.as_str() {
                    "wikidataId" => value.rsplit('/').next().unwrap_or(value).to_owned(),
                    "country" | "jurisdiction" => value.to_lowercase(),
                    "language" => {
                        let Some(lang) = self.language(Some(value)) else {
                            unsaid.push(format!("{} {short}", local(self.contents.base, iri, "")));
                            continue;
                        };
                        lang.to_owned()
                    }
                    // A document's own date, where it is vague, is its first and its last day.
                    _ if is_date(term) => {
                        for day in days(value) {
                            item.add(target, &day, &dataset, None);
                        }
                        continue;
                    }
                    _ => value.to_owned(),
                };
                item.add(target, &value, &dataset, lang);
            }
        }
        if let Some(source) = source {
            item.add("proof", &self.id(source), &dataset, None);
        }
        item
    }

    fn link(&mut self, fact: &Fact, from: &str, to: &str) -> Item {
        let of_link = self.mapping.link.get(&fact.predicate.key).unwrap_or_else(|| &self.mapping.link["default"]);
        let mut item = Item::new(format!("{}-fact-{}", self.case, fact.id), &of_link.schema);
        let dataset = self.dataset(fact);
        let mut add = |property: &str, value: &str| item.add(property, value, &dataset, None);
        add(&of_link.subject, from);
        add(&of_link.object, to);
        add("role", &fact.predicate.label);
        add("status", &fact.status.words());
        add("recordId", &fact.id);
        add("summary", fact.note.as_deref().unwrap_or_default());
        for (property, date) in [("startDate", &fact.begin), ("endDate", &fact.end)] {
            let Some(date) = date else { continue };
            let days = days(date);
            if days.len() > 1 || days.first().map(String::as_str) != Some(date) {
                self.vague.push(fact.id.clone());
            }
            for day in days {
                add(property, &day);
            }
        }
        for source in &fact.sources {
            if let Some(url) = &source.url {
                add("sourceUrl", url);
            }
            let iri = format!("{}src/{}", self.contents.base, source.id);
            if self.things.contains_key(iri.as_str()) {
                add("proof", &self.id(&iri));
            }
        }
        item
    }
}

fn shortened(iri: &str) -> String {
    let prefix = PREFIXES.iter().find(|(_, namespace)| iri.starts_with(namespace));
    prefix.map_or_else(|| iri.to_owned(), |(name, namespace)| format!("{name}:{}", &iri[namespace.len()..]))
}

fn is_date(term: &Term) -> bool {
    matches!(term, Term::Literal(literal) if literal.datatype().as_str() == crate::vocab::edtf::EDTF.as_str())
}

/// Returns a date as prefixes of ISO 8601: itself where it is one, else its first and last day.
fn days(date: &str) -> Vec<String> {
    let is_plain = date.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if is_plain && [4, 7, 10].contains(&date.len()) {
        return vec![date.to_owned()];
    }
    let Ok(read) = Edtf::parse(date) else { return Vec::new() };
    let mut days: Vec<_> =
        [read.first(), read.last()].into_iter().filter(|day| FIRST_DAY < *day && *day < LAST_DAY).collect();
    days.dedup();
    days.iter().map(ToString::to_string).collect()
}
