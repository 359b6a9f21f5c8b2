//! Names in somebody else's table matched to the entities of a case, after the Reconciliation Service API 0.2, which
//! `OpenRefine` speaks. In: a case as a view shows it, and queries as JSON. Out: candidates with scores, suggestions, values
//! and previews as JSON and HTML. What was decided to be one is one candidate. Not here: HTTP (`serve`).
//! <https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>

mod extend;
mod kinds;
mod manifest;
mod matching;
mod preview;
mod properties;
mod query;
mod suggest;

use std::collections::BTreeMap;

use serde::Serialize;

pub use extend::Extension;
pub use kinds::Kinds;
pub use manifest::{Addresses, manifest};
pub use preview::preview;
pub use query::{Error, MOST_QUERIES, Queries, Query};
pub use suggest::Suggest;

use crate::dedupe::{Lookup, Rules};
use crate::graph::{Entity, EntityGraph, Identity};
use crate::search::Index;
use crate::store::Columns;
use properties::Properties;

/// A case that answers what others call its entities.
pub struct Reconciler {
    graph: EntityGraph,
    rules: Rules,
    lookup: Lookup,
    index: Index,
    kinds: Kinds,
    properties: Properties,
    /// Ids by every id and IRI that an entity goes by.
    ids: BTreeMap<String, String>,
}

/// What a reconciler is made from.
pub struct Source<'a> {
    /// The entities, as a view shows them.
    pub graph: &'a EntityGraph,
    /// The columns that they were read from.
    pub columns: &'a Columns,
    /// IRI that the ids of the case are appended to.
    pub base: &'a str,
    /// Language of labels that state none, as a tag of BCP 47.
    pub lang: &'a str,
    /// What counts for and against two being one.
    pub rules: &'a Rules,
}

/// Something with an id and a name: a type, a property.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
}

impl Reconciler {
    /// Prepares a case.
    pub fn new(source: &Source<'_>, kinds: Kinds) -> Self {
        let Source { graph, columns, base, lang, rules } = *source;
        let identity = Identity::of_columns(columns);
        let mut ids = BTreeMap::new();
        for entity in graph.entities() {
            for iri in identity.others(&entity.iri).iter().chain([&entity.iri]) {
                ids.insert(iri.strip_prefix(base).unwrap_or(iri).to_owned(), entity.id.clone());
                ids.insert(iri.clone(), entity.id.clone());
            }
        }
        Self {
            rules: rules.clone(),
            lookup: Lookup::of(graph, rules),
            index: Index::of(columns, base, lang),
            kinds,
            properties: Properties::of(graph, columns, &ids),
            graph: graph.clone(),
            ids,
        }
    }

    /// Returns the entity that goes by an id or an IRI; of one that was decided to be another, that other.
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        self.graph.entity(self.ids.get(id.trim())?).map(AsRef::as_ref)
    }
}

/// Returns a line about an entity that tells it from others of its name.
fn description(entity: &Entity) -> Option<String> {
    let others = || (!entity.aliases.is_empty()).then(|| format!("also {}", entity.aliases.join(", ")));
    entity.note.clone().or_else(others).map(|text| shortened(&text))
}

/// Returns the first words of a text.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 160;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words))
}

#[cfg(test)]
mod fixture {
    use super::{Kinds, Reconciler, Source};
    use crate::dedupe::Rules;
    use crate::graph::EntityGraph;
    use crate::graph::fixture::Quads;
    use crate::store::Columns;

    pub(super) const BASE: &str = "https://example.org/t/id/";

    pub(super) fn reconciler(quads: &Quads) -> Reconciler {
        let store = quads.store();
        let graph = EntityGraph::project(&store, None).expect("a graph");
        let source = Source {
            graph: &graph,
            columns: &Columns::of(store.columns()).expect("columns"),
            base: BASE,
            lang: "en",
            rules: &Rules::default(),
        };
        Reconciler::new(&source, Kinds::of(&graph, str::to_lowercase))
    }
}
