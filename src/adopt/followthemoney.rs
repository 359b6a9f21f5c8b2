//! Entities of `FollowTheMoney`, one of JSON a line. In: text. Out: rows of the tables of their classes, and of relations
//! for links. A role that is no built-in relation is declared in `predicates.csv`; a link rests on the document or address
//! that it names, else on its data set.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::tables::{Cells, Tables, fill};
use super::{Adopted, Error};
use crate::export::losses::add;
use crate::facts::slug;
use crate::vocab::expanded;

const MAPPING: &str = include_str!("../../data/followthemoney.toml");

#[derive(Deserialize)]
struct Mapping {
    common: BTreeMap<String, String>,
    languages: BTreeMap<String, String>,
    class: BTreeMap<String, BTreeMap<String, String>>,
    schema: BTreeMap<String, String>,
    from: BTreeMap<String, From>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    subject: String,
    object: String,
    predicate: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    schema: String,
    #[serde(default)]
    properties: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    datasets: Vec<String>,
}

impl Item {
    fn all(&self, property: &str) -> &[String] {
        self.properties.get(property).map(Vec::as_slice).unwrap_or_default()
    }

    fn first(&self, property: &str) -> Option<&str> {
        self.all(property).first().map(String::as_str)
    }
}

/// Makes tables of entities; `name` ends the names of the files.
pub fn follow_the_money(text: &str, name: &str) -> Result<Adopted, Error> {
    let mapping: Mapping = toml::from_str(MAPPING)?;
    let mut items: Vec<Item> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        items.push(serde_json::from_str(line).map_err(|source| Error::Entity { line: number + 1, source })?);
    }
    // What is named as a proof, or was exported as a source, is evidence; other documents are things that facts speak of.
    let proofs: BTreeSet<String> = items.iter().flat_map(|item| item.all("proof")).cloned().collect();
    let mut adoption = Adoption {
        mapping: &mapping,
        tables: Tables::new(),
        ids: BTreeMap::new(),
        sources: BTreeMap::new(),
        left: Vec::new(),
    };
    let mut unknown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in &items {
        match mapping.schema.get(&item.schema) {
            Some(class) => {
                let class = if proofs.contains(&item.id) && class == "Document" { "Source" } else { class };
                adoption.entity(item, class);
            }
            None if mapping.from.contains_key(&item.schema) => {}
            None => unknown.entry(item.schema.clone()).or_default().push(item.id.clone()),
        }
    }
    let mut lonely = Vec::new();
    for item in &items {
        if let Some(from) = mapping.from.get(&item.schema)
            && !adoption.link(item, from)
        {
            lonely.push(item.id.clone());
        }
    }
    let mut losses = Vec::new();
    for (schema, ids) in unknown {
        add(&mut losses, &format!("entities of the schema {schema}, which has no table"), ids);
    }
    add(&mut losses, "links with an end that is not there", lonely);
    add(&mut losses, "values that the tables do not take", adoption.left);
    adoption.tables.finish(name, losses)
}

struct Adoption<'a> {
    mapping: &'a Mapping,
    tables: Tables,
    /// Class and id of each entity that was taken.
    ids: BTreeMap<String, (String, String)>,
    /// Sources made of addresses and data sets.
    sources: BTreeMap<String, String>,
    left: Vec<String>,
}

impl Adoption<'_> {
    fn entity(&mut self, item: &Item, class: &str) {
        let label = item.first("name").or_else(|| item.first("title")).unwrap_or(&item.id).to_owned();
        let id = self.tables.id(&label);
        self.ids.insert(item.id.clone(), (class.to_owned(), id.clone()));
        let Some((table, _)) = self.tables.of_class(class) else { return };
        let table = table.to_owned();
        let mut cells = Cells::from([("id".to_owned(), id)]);
        cells.insert(if class == "Source" { "title" } else { "label" }.to_owned(), label.clone());
        if class == "Source" {
            cells.insert("kind".to_owned(), "other".to_owned());
        }
        let source = if class == "Source" { None } else { self.source(item) };
        cells.extend(source.map(|source| ("source".to_owned(), source)));
        let own = self.mapping.class.get(class);
        let Some(description) = self.tables.model.table(&table) else { return };
        for (property, values) in &item.properties {
            let target = |map: &BTreeMap<String, String>| {
                map.iter().find(|(_, name)| *name == property).and_then(|(term, _)| expanded(term))
            };
            let iri = own.and_then(target).or_else(|| target(&self.mapping.common));
            let iri = if property == "name" { expanded("skos:altLabel") } else { iri };
            if ["proof", "sourceUrl", "title"].contains(&property.as_str()) && iri.is_none() {
                continue;
            }
            let column = iri.and_then(|iri| {
                description.schema.columns.iter().find(|column| column.property_url.as_deref() == Some(iri.as_str()))
            });
            let values: Vec<String> = values
                .iter()
                .filter(|value| property != "name" || **value != label)
                .map(|value| self.mapping.value(property, value))
                .collect();
            let values =
                if column.is_some_and(|column| column.datatype.id.is_some()) { one_date(values) } else { values };
            let rest = match column {
                Some(column) => fill(&mut cells, column, &values),
                None => values,
            };
            self.left.extend(rest.into_iter().map(|value| format!("{} {property} {value}", item.id)));
        }
        for column in description.schema.columns.iter().filter(|column| column.required) {
            // Where a table asks for a kind, the last one of its list is for what has none of the others.
            if !cells.contains_key(&column.name)
                && let Some(last) =
                    column.datatype.choices().and_then(|choices| choices.last().map(|c| (*c).to_owned()))
            {
                cells.insert(column.name.clone(), last);
            }
        }
        self.tables.push(&table, cells);
    }

    /// Adds a relation; returns whether both its ends are there.
    fn link(&mut self, item: &Item, from: &From) -> bool {
        let end = |property: &str| item.first(property).and_then(|id| self.ids.get(id)).cloned();
        let (Some((of_subject, subject)), Some((of_object, object))) = (end(&from.subject), end(&from.object)) else {
            return false;
        };
        let role = item.first("role").unwrap_or(&item.schema).to_owned();
        let predicate = self.predicate(&role, from.predicate.as_deref(), [&of_subject, &of_object]);
        let id = self.tables.id(item.first("recordId").unwrap_or(&item.id));
        let date = |property: &str| one_date(item.all(property).to_vec()).into_iter().next();
        let source = self.source(item);
        let optional = [
            ("begin", date("startDate").or_else(|| date("date"))),
            ("end", date("endDate")),
            ("source", source),
            ("note", item.first("summary").map(str::to_owned)),
        ];
        let mut cells = Cells::from(
            [
                ("id", id),
                ("subject", subject),
                ("predicate", predicate),
                ("object", object),
                ("status", "asserted".to_owned()),
            ]
            .map(|(name, text)| (name.to_owned(), text)),
        );
        cells.extend(optional.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))));
        self.tables.push("relations", cells);
        true
    }

    /// Returns the predicate that a link or its role names; where there is none that takes such ends, declares one.
    fn predicate(&mut self, role: &str, key: Option<&str>, [subject, object]: [&str; 2]) -> String {
        let model = &self.tables.model;
        let takes = |classes: &[String], class: &str| classes.iter().any(|wanted| model.is_a(class, wanted));
        let named = model.predicates().values().filter(|predicate| match key {
            Some(key) => predicate.key == key,
            None => predicate.key == role || predicate.labels.iter().any(|(label, _)| label.eq_ignore_ascii_case(role)),
        });
        let mut fitting =
            named.filter(|predicate| takes(&predicate.domain, subject) && takes(&predicate.range, object));
        if let Some(predicate) = fitting.next() {
            return predicate.key.clone();
        }
        let mut key = String::new();
        for word in slug(role).split('-').filter(|word| !word.is_empty()) {
            let mut letters = word.chars();
            let first = letters.next().into_iter();
            if key.is_empty() {
                key.extend(first);
            } else {
                key.extend(first.flat_map(char::to_uppercase));
            }
            key.extend(letters);
        }
        if !key.starts_with(|c: char| c.is_ascii_lowercase()) {
            key = format!("role{key}");
        }
        if self.tables.model.predicates().contains_key(&key) {
            key.push_str("Link");
        }
        if self.sources.insert(format!("predicate {key}"), String::new()).is_none() {
            let cells =
                [("key", key.as_str()), ("label", role), ("domain", "Entity"), ("range", "Entity"), ("kind", "state")];
            self.tables.push("predicates", cells.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
        }
        key
    }

    /// Returns the source of an item: its proof, else one made of its address or its data set.
    fn source(&mut self, item: &Item) -> Option<String> {
        if let Some((_, id)) =
            item.all("proof").iter().filter_map(|id| self.ids.get(id)).find(|(class, _)| class == "Source")
        {
            return Some(id.clone());
        }
        let address = item.first("sourceUrl").filter(|url| url.starts_with("http"));
        let name = address.or_else(|| item.datasets.first().map(String::as_str))?.to_owned();
        if let Some(id) = self.sources.get(&name) {
            return Some(id.clone());
        }
        let id = self.tables.id(&name);
        let mut cells = Cells::from(
            [("id", id.as_str()), ("title", name.as_str()), ("kind", "other")]
                .map(|(a, b)| (a.to_owned(), b.to_owned())),
        );
        cells.extend(address.map(|url| ("url".to_owned(), url.to_owned())));
        self.tables.push("sources", cells);
        self.sources.insert(name, id.clone());
        Some(id)
    }
}

impl Mapping {
    /// Returns a value as a cell states it.
    fn value(&self, property: &str, value: &str) -> String {
        match property {
            "country" | "jurisdiction" => value.to_uppercase(),
            "language" => {
                let tag = self.languages.iter().find(|(_, long)| *long == value);
                tag.map_or_else(|| value.to_owned(), |(tag, _)| tag.clone())
            }
            _ => value.to_owned(),
        }
    }
}

/// Makes one date of several: the span from the first to the last.
fn one_date(mut dates: Vec<String>) -> Vec<String> {
    dates.sort();
    dates.dedup();
    match dates.as_slice() {
        [first, .., last] => vec![format!("[{first}..{last}]")],
        _ => dates,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTITIES: &str = r#"{"id": "a1", "schema": "Company", "properties": {"name": ["Grey Gull", "Gull Ltd"], "jurisdiction": ["gb"], "topics": ["sanction"]}, "datasets": ["harbour"]}
{"id": "b2", "schema": "Person", "properties": {"name": ["Nell Pike"]}}
{"id": "c3", "schema": "UnknownLink", "properties": {"subject": ["b2"], "object": ["a1"], "role": ["Owns shares in"], "startDate": ["2019-01-01", "2019-03-31"], "sourceUrl": ["https://x.example/1"]}}
{"id": "d4", "schema": "Employment", "properties": {"employee": ["b2"], "employer": ["zz"]}}
{"id": "e5", "schema": "Passport", "properties": {}}
"#;

    #[test]
    fn entities_become_rows_and_links_become_facts() {
        let adopted = follow_the_money(ENTITIES, "ftm").expect("tables");
        let file = |name: &str| String::from_utf8(adopted.files[name].clone()).expect("UTF-8");
        assert_eq!(
            file("companies-ftm.csv"),
            "id,label,alias,country,source\ngrey-gull,Grey Gull,Gull Ltd,GB,harbour\n"
        );
        assert_eq!(
            file("relations-ftm.csv"),
            "id,subject,predicate,object,begin,status,source\n\
             c3,nell-pike,ownsSharesIn,grey-gull,[2019-01-01..2019-03-31],asserted,https-x-example-1\n"
        );
        assert!(file("predicates-ftm.csv").contains("ownsSharesIn,Owns shares in"));
        let losses: Vec<String> = adopted.losses.iter().map(ToString::to_string).collect();
        assert_eq!(
            losses,
            [
                "1 entities of the schema Passport, which has no table: e5",
                "1 links with an end that is not there: d4",
                "1 values that the tables do not take: a1 topics sanction"
            ]
        );
    }

    #[test]
    fn a_line_that_is_no_entity_is_named() {
        assert_eq!(
            follow_the_money("\n[]\n", "x").expect_err("no entity").to_string(),
            "line 2 is not an entity of FollowTheMoney"
        );
    }
}
