//! What is stated of entities. In: a graph and its columns. Out: properties with names, and of each entity its values: by
//! accepted facts, with their dates, from either end, and by the columns of its table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oxigraph::model::NamedNodeRef;
use rdf_columns::{TermId, TermKind};

use super::Named;
use crate::graph::{End, EndKind, EntityGraph, Fact, Predicate};
use crate::store::Columns;
use crate::vocab::{cg, dct, in_words, local_name, rdf, rdfs, skos};

/// What stands before the key of a predicate that is read from its object to its subject.
const INVERSE: char = '^';
/// Predicates that are no properties for others: names, what is told by `alias` and `note`, and what is about the row.
const LEFT_OUT: [NamedNodeRef<'_>; 12] = [
    rdf::TYPE,
    rdfs::LABEL,
    rdfs::COMMENT,
    skos::PREF_LABEL,
    skos::ALT_LABEL,
    dct::TITLE,
    dct::SOURCE,
    cg::LOCATOR,
    cg::KNOWN_SINCE,
    cg::SAME_ENTITY,
    cg::DIFFERENT_ENTITY,
    cg::UNSURE_ENTITY,
];
/// How the names of bounds end, which the dates themselves tell.
const BOUNDS: [&str; 2] = ["Earliest", "Latest"];

/// Properties, and their values by entity.
pub(super) struct Properties {
    names: BTreeMap<String, String>,
    /// Ids of properties by class.
    of_class: BTreeMap<String, BTreeSet<String>>,
    values: BTreeMap<String, BTreeMap<String, Vec<Statement>>>,
}

/// A value and when it held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement {
    pub(super) value: Stated,
    /// When it began or happened (EDTF); none where the case states nothing.
    pub(super) begin: Option<Arc<str>>,
    /// When it ended (EDTF); `..` where it goes on.
    pub(super) end: Option<Arc<str>>,
    /// Since when it is public (EDTF).
    pub(super) known: Option<Arc<str>>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stated {
    /// An entity, by id.
    Entity(String),
    /// Anything else, as text.
    Text(String),
}

impl Statement {
    /// Makes a statement that has no dates.
    const fn of(value: Stated) -> Self {
        Self { value, begin: None, end: None, known: None }
    }
}

impl Properties {
    /// Reads what is stated; `ids` has the id of an entity by its IRIs.
    pub(super) fn of(graph: &EntityGraph, columns: &Columns, ids: &BTreeMap<String, String>) -> Self {
        let mut properties = Self { names: BTreeMap::new(), of_class: BTreeMap::new(), values: BTreeMap::new() };
        let mut predicates = BTreeSet::new();
        for fact in graph.facts() {
            predicates.insert(fact.predicate.iri.as_str());
            if fact.asserted {
                properties.take_fact(graph, fact);
            }
        }
        for entity in graph.entities() {
            let aliases = entity.aliases.iter().map(|alias| ("alias", alias.as_str()));
            let note = entity.note.iter().map(|note| ("note", note.as_str()));
            for (key, text) in aliases.chain(note).chain([("iri", entity.iri.as_str())]) {
                let name = if key == "iri" { "IRI" } else { key };
                properties.add(graph, &entity.id, key, name.to_owned(), Statement::of(Stated::Text(text.to_owned())));
            }
        }
        let numbers: Vec<(TermId, &String)> =
            ids.iter().filter_map(|(iri, id)| Some((columns.find(iri)?, id))).collect();
        for property in columns.properties().into_iter().filter(|property| !predicates.contains(property)) {
            let Some(key) = column(property) else { continue };
            let stated = columns.column(NamedNodeRef::new_unchecked(property));
            for (number, id) in &numbers {
                for value in stated.objects(*number) {
                    let text = columns.text(value);
                    let value = match (columns.kind(value), ids.get(&text)) {
                        (Some(TermKind::Iri), Some(id)) => Stated::Entity(id.clone()),
                        (Some(TermKind::Iri | TermKind::Literal), _) => Stated::Text(text),
                        _ => continue,
                    };
                    properties.add(graph, id, key, in_words(key), Statement::of(value));
                }
            }
        }
        for of in properties.values.values_mut().flat_map(BTreeMap::values_mut) {
            of.sort();
            of.dedup();
        }
        properties
    }

    fn take_fact(&mut self, graph: &EntityGraph, fact: &Fact) {
        let end = fact.end.clone().or_else(|| (fact.end_kind == EndKind::Open).then(|| "..".into()));
        let ways = [(&fact.subject, &fact.object, false), (&fact.object, &fact.subject, true)];
        for (from, to, is_inverse) in ways {
            let End::Entity(id) = from else { continue };
            let value = match to {
                End::Entity(id) => Stated::Entity(id.clone()),
                End::Text { value, .. } => Stated::Text(value.clone()),
                End::Fact(id) => match graph.words(id) {
                    Some(words) => Stated::Text(words),
                    None => continue,
                },
                End::Other(iri) => Stated::Text(iri.clone()),
            };
            let statement =
                Statement { value, begin: fact.begin.clone(), end: end.clone(), known: fact.known_since.clone() };
            let (key, name) = read_from(&fact.predicate, is_inverse);
            self.add(graph, id, &key, name, statement);
        }
    }

    fn add(&mut self, graph: &EntityGraph, id: &str, key: &str, name: String, statement: Statement) {
        if let Some(entity) = graph.entity(id) {
            self.of_class.entry(entity.class.clone()).or_default().insert(key.to_owned());
        }
        self.names.entry(key.to_owned()).or_insert(name);
        self.values.entry(id.to_owned()).or_default().entry(key.to_owned()).or_default().push(statement);
    }

    /// Returns the properties by id.
    pub(super) fn all(&self) -> impl Iterator<Item = Named> {
        self.names.iter().map(|(id, name)| Named { id: id.clone(), name: name.clone() })
    }

    /// Returns the properties that entities of a class have, by id.
    pub(super) fn of_class(&self, class: &str) -> impl Iterator<Item = Named> {
        self.of_class.get(class).into_iter().flatten().map(|id| self.named(id))
    }

    /// Returns a property; one that the case does not have goes by its id.
    pub(super) fn named(&self, id: &str) -> Named {
        Named { id: id.to_owned(), name: self.names.get(id).cloned().unwrap_or_else(|| id.to_owned()) }
    }

    /// Returns the statements of a property of an entity, sorted.
    pub(super) fn values(&self, entity: &str, property: &str) -> &[Statement] {
        self.values.get(entity).and_then(|of| of.get(property)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the entities that have a property.
    pub(super) fn having(&self, property: &str) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(_, of)| of.contains_key(property)).map(|(id, _)| id.as_str())
    }
}

/// Returns the id and the name of a predicate that is read from its subject, or from its object.
fn read_from(predicate: &Predicate, is_inverse: bool) -> (String, String) {
    if !is_inverse || predicate.symmetric {
        return (predicate.key.clone(), predicate.label.clone());
    }
    let name = predicate.inverse_label.clone().unwrap_or_else(|| format!("{} (read backwards)", predicate.label));
    (format!("{INVERSE}{}", predicate.key), name)
}

/// Returns the name of a property that a column of a table states; none for what is no property for others.
fn column(property: &str) -> Option<&str> {
    let local = local_name(property);
    let is_left_out = LEFT_OUT.iter().any(|other| other.as_str() == property);
    (!is_left_out && !BOUNDS.iter().any(|end| local.ends_with(end))).then_some(local)
}
