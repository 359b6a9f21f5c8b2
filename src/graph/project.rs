//! Projects a dataset to a graph. In: columns as `docs/model.md` lays them out, all named graphs as one. Out: an
//! [`EntityGraph`]. Not here: what a case and its sources are called (`case`).

use std::collections::BTreeSet;
use std::sync::Arc;

use oxigraph::model::{NamedNodeRef, Term};
use rdf_columns::{TermId, TermKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::case::address;
use super::class::{class, is_of_entities};
use super::identity::Identity;
use super::proposition::Proposition;
use super::{
    CaseInfo, End, EndKind, Entity, EntityGraph, Error, Fact, Judgement, Name, Predicate, Qualifier, Source, Status,
    TemporalKind,
};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::store::{CaseStore, Columns, Node};
use crate::vocab::{cg, dct, local_name, rdf, rdfs, skos};

pub(super) const LABELS: &[NamedNodeRef<'static>] = &[skos::PREF_LABEL, rdfs::LABEL];

impl EntityGraph {
    /// Projects all graphs of a dataset; labels are in `lang` where there are any, else without language, else in any.
    pub fn project(data: &CaseStore, lang: Option<&str>) -> Result<Self, Error> {
        Columns::ask(data, |columns| {
            let mut projection = Projection::new(columns, lang);
            let facts = columns.instances(cg::FACT).into_iter();
            let facts: Vec<Fact> = facts.filter_map(|fact| projection.fact(fact.id)).collect();
            for id in entities(columns) {
                projection.entity(id);
            }
            Ok(projection.graph(facts))
        })
    }
}

/// Reads facts one by one, and with each what stands around it.
pub(super) struct Projection<'c> {
    columns: &'c Columns,
    lang: Option<&'c str>,
    case: CaseInfo,
    identity: Identity,
    /// Entities that another stands for, each with that one.
    stand_ins: FxHashMap<TermId, TermId>,
    /// Facts that are decisions about identity.
    decisions: FxHashSet<TermId>,
    /// Nodes that facts speak of as facts.
    spoken_of: BTreeSet<TermId>,
    entities: FxHashMap<TermId, Arc<Entity>>,
    /// Class keys of entities by their ids.
    classes: FxHashMap<String, String>,
    sources: FxHashMap<TermId, Arc<Source>>,
    predicates: FxHashMap<TermId, Arc<Predicate>>,
    statuses: FxHashMap<TermId, Status>,
    /// Dates as written: many facts share them.
    dates: FxHashMap<TermId, Arc<str>>,
    /// Numbers of `cg:Claim`, `cg:closed` and `cg:open`.
    claim: Option<TermId>,
    closed: Option<TermId>,
    open: Option<TermId>,
}

impl<'c> Projection<'c> {
    pub(super) fn new(columns: &'c Columns, lang: Option<&'c str>) -> Self {
        let identity = Identity::of_columns(columns);
        let stand_ins = identity.stand_ins().filter_map(|(iri, head)| Some((columns.find(iri)?, columns.find(head)?)));
        let decisions = identity.decisions().filter_map(|fact| columns.find(fact));
        Self {
            columns,
            lang,
            case: CaseInfo::read(columns),
            stand_ins: stand_ins.collect(),
            decisions: decisions.collect(),
            identity,
            spoken_of: BTreeSet::new(),
            entities: FxHashMap::default(),
            classes: FxHashMap::default(),
            sources: FxHashMap::default(),
            predicates: FxHashMap::default(),
            statuses: FxHashMap::default(),
            dates: FxHashMap::default(),
            claim: columns.find(cg::CLAIM.as_str()),
            closed: columns.find(cg::CLOSED.as_str()),
            open: columns.find(cg::OPEN.as_str()),
        }
    }

    /// Puts the facts together with the entities that were met.
    pub(super) fn graph(mut self, facts: impl IntoIterator<Item = Fact>) -> EntityGraph {
        let propositions = self.propositions();
        let mut entities: Vec<Arc<Entity>> = self.entities.into_values().collect();
        entities.sort_by(|one, other| one.iri.cmp(&other.iri));
        EntityGraph::new(self.case, entities, facts.into_iter().map(Arc::new)).speaking_of(&propositions)
    }

    /// Reads what facts speak of that is no fact of the dataset, as where a view shows a claim about what did not hold.
    fn propositions(&mut self) -> Vec<Proposition> {
        let mut found = Vec::new();
        let mut read = FxHashSet::default();
        let statement = self.columns.find(rdf::STATEMENT.as_str());
        while let Some(id) = self.spoken_of.pop_first() {
            let node = self.columns.node(id);
            if !read.insert(id) || !node.nodes(rdf::TYPE).any(|class| Some(class.id) == statement) {
                continue;
            }
            if let (Some(subject), Some(predicate), Some(object)) =
                (node.value(rdf::SUBJECT), node.node(rdf::PREDICATE), node.value(rdf::OBJECT))
            {
                found.push(Proposition {
                    id: self.id(id, "fact/"),
                    subject: self.end(subject),
                    predicate: self.predicate(predicate),
                    object: self.end(object),
                });
            }
        }
        found
    }

    /// Returns what is known of the case.
    pub(super) const fn case(&self) -> &CaseInfo {
        &self.case
    }

    /// Returns the entity that stands for one.
    pub(super) fn head(&self, id: TermId) -> TermId {
        self.stand_ins.get(&id).copied().unwrap_or(id)
    }

    /// Tells whether a fact is a decision about identity.
    pub(super) fn is_decision(&self, fact: TermId) -> bool {
        self.decisions.contains(&fact)
    }

    /// Returns all numbers that an entity goes by, that which stands for it first.
    pub(super) fn numbers_of(&self, id: TermId) -> Vec<TermId> {
        let head = self.head(id);
        if self.stand_ins.is_empty() {
            return vec![head];
        }
        let others = self.identity.others(&self.columns.text(head)).iter().filter_map(|other| self.columns.find(other));
        std::iter::once(head).chain(others).collect()
    }

    /// Reads one fact. A fact without subject, predicate or object is no edge, nor is a decision about identity.
    pub(super) fn fact(&mut self, id: TermId) -> Option<Fact> {
        let node = self.columns.node(id);
        let (subject, predicate, object) =
            (node.value(rdf::SUBJECT)?, node.node(rdf::PREDICATE)?, node.value(rdf::OBJECT)?);
        if self.is_decision(id) {
            return None;
        }
        let sources: Vec<TermId> = node.nodes(dct::SOURCE).map(|source| source.id).collect();
        Some(Fact {
            id: self.id(id, "fact/"),
            subject: self.end(subject),
            predicate: self.predicate(predicate),
            object: self.end(object),
            status: node.node(cg::STATUS).and_then(|status| self.status(status)).unwrap_or(Status::Asserted),
            asserted: node.is_true(cg::ASSERTED),
            confidence: node.text(cg::CONFIDENCE).and_then(|text| text.parse().ok()),
            begin: self.date(node.literal(cg::BEGIN)),
            end: self.date(node.literal(cg::END)),
            end_known_since: self.date(node.literal(cg::END_KNOWN_SINCE)),
            known_since: self.date(node.literal(cg::KNOWN_SINCE)),
            begins: bounds(node, cg::BEGIN_EARLIEST, cg::BEGIN_LATEST),
            ends: bounds(node, cg::END_EARLIEST, cg::END_LATEST),
            known: bounds(node, cg::KNOWN_EARLIEST, cg::KNOWN_LATEST),
            lag: node.text(cg::LAG_DAYS).and_then(|text| text.parse().ok()),
            end_kind: match node.node(cg::END_KIND).map(|kind| kind.id) {
                kind if kind.is_some() && kind == self.closed => EndKind::Closed,
                kind if kind.is_some() && kind == self.open => EndKind::Open,
                _ => EndKind::Unknown,
            },
            qualifier: qualifier(node),
            sources: sources.into_iter().map(|source| self.source(source)).collect(),
            locator: node.text(cg::LOCATOR),
            note: node.text(rdfs::COMMENT),
            is_claim: self.columns.column(rdf::TYPE).objects(id).any(|class| Some(class) == self.claim),
            made_at: node.node(cg::MADE_AT).map(|place| self.id(place.id, "")),
            judgements: self.judgements(id),
            iri: node.iri(),
        })
    }

    fn date(&mut self, id: Option<TermId>) -> Option<Arc<str>> {
        let (id, columns) = (id?, self.columns);
        Some(Arc::clone(self.dates.entry(id).or_insert_with(|| columns.text(id).into())))
    }

    /// Reads what was thought of a fact, by the day since when it was.
    fn judgements(&self, fact: TermId) -> Vec<Judgement> {
        let about = self.columns.column(cg::JUDGES).subjects(fact).filter(|id| self.columns.is_iri(*id));
        let read = |id| {
            let node = self.columns.node(id);
            Some(Judgement {
                since: node.text(cg::SINCE)?,
                status: node.node(cg::STATUS).and_then(status).unwrap_or(Status::Asserted),
                confidence: node.text(cg::CONFIDENCE).and_then(|text| text.parse().ok()),
                by: node.value(dct::CREATOR).map(|by| self.columns.text(by)),
            })
        };
        let mut judgements: Vec<Judgement> = about.filter_map(read).collect();
        judgements.sort_by(|a, b| (&a.since, a.status.key(), a).cmp(&(&b.since, b.status.key(), b)));
        judgements.dedup();
        judgements
    }

    /// Reads the names of an entity that have a record of their own, by the day since when they are public.
    fn names(&self, entity: TermId) -> Vec<Name> {
        let about = self.columns.column(cg::NAME_OF).subjects(entity).filter(|id| self.columns.is_iri(*id));
        let read = |id| {
            let node = self.columns.node(id);
            let kind = node.value(cg::NAME_KIND).map(|kind| self.columns.text(kind));
            Some(Name { since: node.text(cg::KNOWN_SINCE), text: node.text(rdfs::LABEL)?, kind })
        };
        let mut names: Vec<Name> = about.filter_map(read).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Returns the facts that a fact speaks of.
    pub(super) fn facts_at_ends(&self, fact: TermId) -> impl Iterator<Item = TermId> {
        let node = self.columns.node(fact);
        let ends = [node.value(rdf::SUBJECT), node.value(rdf::OBJECT)];
        ends.into_iter().flatten().filter(|end| self.columns.is_iri(*end) && self.is_fact(*end))
    }

    fn end(&mut self, id: TermId) -> End {
        match self.columns.kind(id) {
            Some(TermKind::Iri) if self.is_fact(id) => {
                self.spoken_of.insert(id);
                End::Fact(self.id(id, "fact/"))
            }
            Some(TermKind::Iri) => End::Entity(self.entity(id).id.clone()),
            _ => match self.columns.term(id) {
                Some(Term::Literal(literal)) => {
                    let lang = literal.language().map(str::to_owned);
                    End::Text { value: literal.destruct().0, lang }
                }
                other => End::Other(other.map(|term| term.to_string()).unwrap_or_default()),
            },
        }
    }

    /// Tells whether a node is a fact.
    pub(super) fn is_fact(&self, id: TermId) -> bool {
        self.columns.node(id).says(rdf::PREDICATE)
    }

    /// Returns the name of a node inside its case; where another case of the store uses it too, the IRI.
    pub(super) fn id(&self, id: TermId, folder: &str) -> String {
        self.case.id(self.columns, &self.columns.text(id), folder)
    }

    fn status(&mut self, node: Node<'_>) -> Option<Status> {
        if let Some(known) = self.statuses.get(&node.id) {
            return Some(*known);
        }
        let parsed = status(node)?;
        self.statuses.insert(node.id, parsed);
        Some(parsed)
    }

    /// Reads a predicate once.
    fn predicate(&mut self, node: Node<'_>) -> Arc<Predicate> {
        if let Some(predicate) = self.predicates.get(&node.id) {
            return Arc::clone(predicate);
        }
        let iri = node.iri();
        let key = local_name(&iri).to_owned();
        let predicate = Arc::new(Predicate {
            label: node.in_language(LABELS, self.lang).unwrap_or_else(|| key.clone()),
            inverse_label: node.in_language(&[cg::INVERSE_LABEL], self.lang),
            kind: match node.node(cg::TEMPORAL_KIND).map(Node::iri) {
                Some(iri) if iri == cg::EVENT.as_str() => Some(TemporalKind::Event),
                Some(iri) if iri == cg::STATE.as_str() => Some(TemporalKind::State),
                _ => None,
            },
            symmetric: node.is_true(cg::SYMMETRIC),
            functional: node.is_true(cg::FUNCTIONAL),
            iri,
            key,
        });
        self.predicates.insert(node.id, Arc::clone(&predicate));
        predicate
    }

    /// Reads a source once.
    fn source(&mut self, id: TermId) -> Arc<Source> {
        let Self { columns, case, lang, .. } = self;
        Arc::clone(self.sources.entry(id).or_insert_with(|| Arc::new(Source::read(columns.node(id), case, *lang))))
    }

    /// Reads an entity, or the one that stands for it, once.
    pub(super) fn entity(&mut self, id: TermId) -> Arc<Entity> {
        let id = self.head(id);
        if let Some(entity) = self.entities.get(&id) {
            return Arc::clone(entity);
        }
        let node = self.columns.node(id);
        let mut aliases: Vec<String> = node.texts(skos::ALT_LABEL).collect();
        let mut notes: Vec<String> = node.in_language(&[rdfs::COMMENT], self.lang).into_iter().collect();
        for other in self.numbers_of(id).split_off(1) {
            let node = self.columns.node(other);
            aliases.extend(LABELS.iter().chain(&[skos::ALT_LABEL]).flat_map(|name| node.texts(*name)));
            aliases.push(self.id(other, ""));
            notes.extend(node.in_language(&[rdfs::COMMENT], self.lang));
        }
        aliases.sort_unstable();
        aliases.dedup();
        let link = match (address(node), node.node(dct::SOURCE)) {
            (Some(url), _) => Some(url),
            (None, Some(source)) => self.source(source.id).url.clone(),
            (None, None) => None,
        };
        let id = self.id(id, "");
        let label = node.in_language(LABELS, self.lang).or_else(|| node.text(dct::TITLE));
        let label = label.unwrap_or_else(|| id.clone());
        let labels = LABELS.iter().flat_map(|name| node.texts(*name));
        let other_labels: BTreeSet<String> = labels.filter(|other| *other != label).collect();
        let entity = Arc::new(Entity {
            class: class(node),
            other_labels: other_labels.into_iter().collect(),
            label,
            aliases,
            names: self.names(node.id),
            note: (!notes.is_empty()).then(|| notes.join("\n")),
            link: link.or_else(|| node.node(skos::EXACT_MATCH).map(Node::iri)),
            iri: node.iri(),
            id,
        });
        self.entities.insert(node.id, Arc::clone(&entity));
        self.classes.insert(entity.id.clone(), entity.class.clone());
        entity
    }

    /// Returns the class of an entity that was read, by its id.
    pub(super) fn class_of(&self, id: &str) -> Option<&str> {
        self.classes.get(id).map(String::as_str)
    }

    /// Tells whether a node is an entity: by its class, or because a fact has it at an end.
    pub(super) fn is_entity(&self, id: TermId) -> bool {
        self.columns.node(id).nodes(rdf::TYPE).any(|class| is_of_entities(&class.iri()))
            || [rdf::SUBJECT, rdf::OBJECT].iter().any(|end| self.columns.column(*end).subjects(id).next().is_some())
                && !self.is_fact(id)
    }
}

/// Returns all that has a class of entities. Sources count only where a fact has one at an end.
pub(super) fn entities(columns: &Columns) -> BTreeSet<TermId> {
    let of_class = columns.column(rdf::TYPE).by_objects();
    let of_entities = of_class.filter(|(class, _)| columns.is_iri(*class) && is_of_entities(&columns.text(*class)));
    of_entities.flat_map(|(_, members)| members).copied().filter(|id| columns.is_iri(*id)).collect()
}

fn status(node: Node<'_>) -> Option<Status> {
    Status::parse(local_name(&node.iri()))
}

fn qualifier(node: Node<'_>) -> Option<Qualifier> {
    let kinds: Vec<String> = node.nodes(cg::QUALIFIER).map(Node::iri).collect();
    let has = |kind: NamedNodeRef<'_>| kinds.iter().any(|iri| iri == kind.as_str());
    Qualifier::of(has(cg::UNCERTAIN), has(cg::APPROXIMATE))
}

/// Returns the first and the last day of a date; any day where it is not told.
pub(super) fn bounds(node: Node<'_>, first: NamedNodeRef<'static>, last: NamedNodeRef<'static>) -> (Day, Day) {
    (node.day(first).unwrap_or(FIRST_DAY), node.day(last).unwrap_or(LAST_DAY))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::affair;
    use super::*;

    #[test]
    fn facts_between_entities_are_edges_and_parallel_ones_stay_apart() {
        let graph = affair().graph();
        let links: Vec<_> = graph.links().map(|(_, fact, _)| fact.id.as_str()).collect();
        assert_eq!(links, ["F1", "F2", "F3", "F4", "F5", "F6"]);
        assert_eq!(graph.graph().edge_count(), 6);
        assert_eq!(graph.facts().len(), 10);
        assert_eq!(graph.entities().len(), 5);
    }

    #[test]
    fn a_fact_keeps_its_dates_as_written_and_their_bounds() {
        let graph = affair().graph();
        let fact = graph.fact("F4").expect("F4");
        assert_eq!(fact.begin.as_deref(), Some("2013-10"));
        assert_eq!((fact.begins.0.to_string(), fact.begins.1.to_string()), ("2013-10-01".into(), "2013-10-31".into()));
        assert_eq!(fact.lag_days(), Some(203));
        assert_eq!(fact.sources.first().map(|s| s.cite()), Some("Court opens the file (The Paper)".to_owned()));
        let denial = graph.fact("F7").expect("F7");
        assert!(denial.is_claim);
        assert_eq!(graph.sentence(denial), "Firm denies “Bureau withdrew Letter to Firm”");
    }

    #[test]
    fn labels_come_in_the_wanted_language_where_there_are_any() {
        let store = affair().store();
        let label = |lang| {
            let graph = EntityGraph::project(&store, lang).expect("graph");
            (graph.entity("letter").expect("letter").label.clone(), graph.entity("firm").expect("firm").label.clone())
        };
        assert_eq!(label(Some("fr")), ("Lettre à Firm".into(), "Firm".into()));
        assert_eq!(label(None), ("Letter to Firm".into(), "Firm".into()));
    }

    #[test]
    fn ids_that_two_cases_share_are_told_apart_by_iri() {
        let mut two = affair();
        two.0.extend(affair().0.into_iter().map(|quad| {
            let text = quad.to_string().replace("https://example.org/t/", "https://example.org/u/");
            let parsed = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::NQuads).for_slice(&text).next();
            parsed.expect("a quad").expect("N-Quads")
        }));
        let graph = two.graph();
        assert!(graph.entity("firm").is_none());
        for base in ["https://example.org/t/id/", "https://example.org/u/id/"] {
            let firm = format!("{base}firm");
            assert_eq!(graph.entity(&firm).expect("a firm").label, "Firm");
            assert_eq!(graph.fact(&format!("{base}fact/F1")).map(|fact| fact.link().is_some()), Some(true));
        }
    }
}
