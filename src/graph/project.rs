//! Projects a dataset to a graph. In: quads as `docs/model.md` lays them out, all named graphs as one. Out: an
//! [`EntityGraph`]. Reads by pattern.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::class::{class, is_of_entities};
use super::identity::Identity;
use super::proposition::Proposition;
use super::read::Resource;
use super::{
    CaseInfo, End, EndKind, Entity, EntityGraph, Error, Fact, Predicate, Qualifier, Source, Status, TemporalKind,
};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::store::{self, Dataset, Pattern, instances};
use crate::vocab::{cg, dct, rdf, rdfs, schema, skos, void};

pub(super) const LABELS: &[NamedNodeRef<'_>] = &[skos::PREF_LABEL, rdfs::LABEL];
/// What is read of an entity: its plain triples may be very many.
const OF_ENTITIES: &[NamedNodeRef<'_>] = &[
    rdf::TYPE,
    rdfs::LABEL,
    rdfs::COMMENT,
    skos::PREF_LABEL,
    skos::ALT_LABEL,
    skos::EXACT_MATCH,
    dct::TITLE,
    dct::SOURCE,
    schema::URL,
];

impl EntityGraph {
    /// Projects all graphs of a dataset; labels are in `lang` where there are any, else without language, else in any.
    pub fn project(data: &dyn Dataset, lang: Option<&str>) -> Result<Self, Error> {
        data.prefetch_all()?;
        let mut projection = Projection::new(data, lang)?;
        let mut facts = Vec::new();
        for iri in instances(data, cg::FACT)? {
            facts.extend(projection.fact(iri)?);
        }
        for iri in entities(data)? {
            projection.entity(&iri)?;
        }
        Ok(projection.graph(facts)?)
    }
}

/// Reads facts one by one, and with each what stands around it.
pub(super) struct Projection<'a> {
    data: &'a dyn Dataset,
    lang: Option<&'a str>,
    case: CaseInfo,
    identity: Identity,
    is_fact: BTreeMap<String, bool>,
    /// Nodes that facts speak of as facts.
    spoken_of: BTreeSet<String>,
    entities: BTreeMap<String, Arc<Entity>>,
    classes: BTreeMap<String, String>,
    sources: BTreeMap<String, Arc<Source>>,
    predicates: BTreeMap<String, Arc<Predicate>>,
}

impl<'a> Projection<'a> {
    pub(super) fn new(data: &'a dyn Dataset, lang: Option<&'a str>) -> Result<Self, store::Error> {
        Ok(Self {
            data,
            lang,
            case: read_case(data)?,
            identity: Identity::read(data)?,
            is_fact: BTreeMap::new(),
            spoken_of: BTreeSet::new(),
            entities: BTreeMap::new(),
            classes: BTreeMap::new(),
            sources: BTreeMap::new(),
            predicates: BTreeMap::new(),
        })
    }

    /// Puts the facts together with the entities that were met.
    pub(super) fn graph(mut self, facts: impl IntoIterator<Item = Fact>) -> Result<EntityGraph, store::Error> {
        let propositions = self.propositions()?;
        let graph = EntityGraph::new(self.case, self.entities.into_values(), facts.into_iter().map(Arc::new));
        Ok(graph.speaking_of(&propositions))
    }

    /// Reads what facts speak of that is no fact of the dataset, as where a view shows a claim about what did not hold.
    fn propositions(&mut self) -> Result<Vec<Proposition>, store::Error> {
        let mut found = Vec::new();
        let mut read = BTreeSet::new();
        while let Some(iri) = self.spoken_of.pop_first() {
            if !read.insert(iri.clone()) {
                continue;
            }
            let classes = Resource::read_of(self.data, &iri, &[rdf::TYPE])?;
            if !classes.iris(rdf::TYPE).any(|class| class == rdf::STATEMENT.as_str()) {
                continue;
            }
            let node = Resource::read_of(self.data, &iri, &[rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT])?;
            if let (Some(subject), Some(predicate), Some(object)) =
                (node.all(rdf::SUBJECT).first(), node.iri(rdf::PREDICATE), node.all(rdf::OBJECT).first())
            {
                found.push(Proposition {
                    id: self.id(&iri, "fact/")?,
                    subject: self.end(subject)?,
                    predicate: self.predicate(predicate)?,
                    object: self.end(object)?,
                });
            }
        }
        Ok(found)
    }

    /// Returns what is known of the case.
    pub(super) fn case(&self) -> &CaseInfo {
        &self.case
    }

    /// Returns the entity that stands for one.
    pub(super) fn head<'i>(&'i self, iri: &'i str) -> &'i str {
        self.identity.of(iri)
    }

    /// Tells whether a fact is a decision about identity.
    pub(super) fn is_decision(&self, fact: &str) -> bool {
        self.identity.is_decision(fact)
    }

    /// Returns the IRIs that an entity goes by, that which stands for it first.
    pub(super) fn names_of(&self, iri: &str) -> Vec<String> {
        let head = self.head(iri);
        std::iter::once(head.to_owned()).chain(self.identity.others(head).iter().cloned()).collect()
    }

    /// Reads one fact. A fact without subject, predicate or object is no edge, nor is a decision about identity.
    pub(super) fn fact(&mut self, iri: String) -> Result<Option<Fact>, store::Error> {
        Ok(self.fact_and_ends(iri)?.map(|(fact, _)| fact))
    }

    /// Reads one fact, and with it the IRIs of the facts that it speaks of.
    pub(super) fn fact_and_ends(&mut self, iri: String) -> Result<Option<(Fact, Vec<String>)>, store::Error> {
        let node = Resource::read(self.data, &iri)?;
        self.is_fact.insert(iri.clone(), true);
        let (Some(subject), Some(predicate), Some(object)) =
            (node.all(rdf::SUBJECT).first(), node.iri(rdf::PREDICATE), node.all(rdf::OBJECT).first())
        else {
            return Ok(None);
        };
        if self.is_decision(&iri) {
            return Ok(None);
        }
        let mut facts = Vec::new();
        let mut end = |term| {
            let end = self.end(term)?;
            if let (End::Fact(_), Term::NamedNode(node)) = (&end, term) {
                facts.push(node.as_str().to_owned());
            }
            Ok::<_, store::Error>(end)
        };
        let (subject, object) = (end(subject)?, end(object)?);
        let predicate = self.predicate(predicate)?;
        let mut sources = Vec::new();
        for source in node.iris(dct::SOURCE) {
            sources.push(self.source(source)?);
        }
        let further_sources = sources.split_off(sources.len().min(1));
        let fact = Fact {
            id: self.id(&iri, "fact/")?,
            subject,
            predicate,
            object,
            status: node.iri(cg::STATUS).and_then(|iri| Status::parse(tail(iri))).unwrap_or(Status::Asserted),
            asserted: node.is_true(cg::ASSERTED),
            confidence: node.text(cg::CONFIDENCE).and_then(|text| text.parse().ok()),
            begin: node.text(cg::BEGIN).map(str::to_owned),
            end: node.text(cg::END).map(str::to_owned),
            known_since: node.text(cg::KNOWN_SINCE).map(str::to_owned),
            begins: bounds(&node, cg::BEGIN_EARLIEST, cg::BEGIN_LATEST),
            ends: bounds(&node, cg::END_EARLIEST, cg::END_LATEST),
            known: bounds(&node, cg::KNOWN_EARLIEST, cg::KNOWN_LATEST),
            lag: node.text(cg::LAG_DAYS).and_then(|text| text.parse().ok()),
            end_kind: match node.iri(cg::END_KIND) {
                Some(iri) if iri == cg::CLOSED.as_str() => EndKind::Closed,
                Some(iri) if iri == cg::OPEN.as_str() => EndKind::Open,
                _ => EndKind::Unknown,
            },
            qualifier: qualifier(&node),
            source: sources.pop(),
            further_sources,
            locator: node.text(cg::LOCATOR).map(str::to_owned),
            note: node.text(rdfs::COMMENT).map(str::to_owned),
            is_claim: node.iris(rdf::TYPE).any(|iri| iri == cg::CLAIM.as_str()),
            made_at: node.iri(cg::MADE_AT).map(|iri| self.id(iri, "")).transpose()?,
            iri,
        };
        Ok(Some((fact, facts)))
    }

    fn end(&mut self, term: &Term) -> Result<End, store::Error> {
        Ok(match term {
            Term::NamedNode(node) if self.is_fact(node.as_str())? => {
                self.spoken_of.insert(node.as_str().to_owned());
                End::Fact(self.id(node.as_str(), "fact/")?)
            }
            Term::NamedNode(node) => End::Entity(self.entity(node.as_str())?.id.clone()),
            Term::Literal(literal) => {
                End::Text { value: literal.value().to_owned(), lang: literal.language().map(str::to_owned) }
            }
            other => End::Other(other.to_string()),
        })
    }

    /// Tells whether a node is a fact.
    pub(super) fn is_fact(&mut self, iri: &str) -> Result<bool, store::Error> {
        if let Some(is_fact) = self.is_fact.get(iri) {
            return Ok(*is_fact);
        }
        let is_fact = has(self.data, iri, rdf::PREDICATE)?;
        self.is_fact.insert(iri.to_owned(), is_fact);
        Ok(is_fact)
    }

    /// Returns the name of a node inside its case; where another case of the store uses it too, the IRI.
    pub(super) fn id(&self, iri: &str, folder: &str) -> Result<String, store::Error> {
        let id = local(&self.case, iri, folder);
        for base in &self.case.bases {
            let other = format!("{base}{folder}{id}");
            if other != iri && has(self.data, &other, rdf::TYPE)? {
                return Ok(iri.to_owned());
            }
        }
        Ok(id)
    }

    /// Returns what is asked to find out whether other cases use an id.
    fn rivals(&self, iri: &str, folder: &str) -> Vec<Pattern> {
        let id = local(&self.case, iri, folder);
        let others = self.case.bases.iter().map(|base| format!("{base}{folder}{id}")).filter(|other| other != iri);
        let others = others.filter_map(|other| NamedNode::new(other).ok());
        others.map(|other| Pattern::Subject(other, Some(rdf::TYPE.into()))).collect()
    }

    /// Reads a predicate once.
    pub(super) fn predicate(&mut self, iri: &str) -> Result<Arc<Predicate>, store::Error> {
        if let Some(predicate) = self.predicates.get(iri) {
            return Ok(Arc::clone(predicate));
        }
        let node = Resource::read(self.data, iri)?;
        let key = tail(iri).to_owned();
        let predicate = Arc::new(Predicate {
            label: node.in_language(LABELS, self.lang).unwrap_or(&key).to_owned(),
            inverse_label: node.in_language(&[cg::INVERSE_LABEL], self.lang).map(str::to_owned),
            kind: match node.iri(cg::TEMPORAL_KIND) {
                Some(iri) if iri == cg::EVENT.as_str() => Some(TemporalKind::Event),
                Some(iri) if iri == cg::STATE.as_str() => Some(TemporalKind::State),
                _ => None,
            },
            symmetric: node.is_true(cg::SYMMETRIC),
            functional: node.is_true(cg::FUNCTIONAL),
            iri: iri.to_owned(),
            key,
        });
        self.predicates.insert(iri.to_owned(), Arc::clone(&predicate));
        Ok(predicate)
    }

    fn source(&mut self, iri: &str) -> Result<Arc<Source>, store::Error> {
        if let Some(source) = self.sources.get(iri) {
            return Ok(Arc::clone(source));
        }
        let source = Arc::new(read_source(self.data, &self.case, self.lang, iri)?);
        self.sources.insert(iri.to_owned(), Arc::clone(&source));
        Ok(source)
    }

    /// Reads an entity, or the one that stands for it, once.
    pub(super) fn entity(&mut self, iri: &str) -> Result<Arc<Entity>, store::Error> {
        let iri = &self.identity.of(iri).to_owned();
        if let Some(entity) = self.entities.get(iri) {
            return Ok(Arc::clone(entity));
        }
        let node = Resource::read_of(self.data, iri, OF_ENTITIES)?;
        let mut aliases: Vec<_> = node.all(skos::ALT_LABEL).iter().filter_map(text_of).map(str::to_owned).collect();
        let mut notes: Vec<String> =
            node.in_language(&[rdfs::COMMENT], self.lang).map(str::to_owned).into_iter().collect();
        for other in self.identity.others(iri).to_vec() {
            let node = Resource::read_of(self.data, &other, OF_ENTITIES)?;
            let names = LABELS.iter().chain(&[skos::ALT_LABEL]).flat_map(|name| node.all(*name));
            aliases.extend(names.filter_map(text_of).map(str::to_owned));
            aliases.push(self.id(&other, "")?);
            notes.extend(node.in_language(&[rdfs::COMMENT], self.lang).map(str::to_owned));
        }
        aliases.sort_unstable();
        aliases.dedup();
        let link = match (address(&node), node.iri(dct::SOURCE)) {
            (Some(url), _) => Some(url),
            (None, Some(source)) => self.source(source)?.url.clone(),
            (None, None) => None,
        };
        let id = self.id(iri, "")?;
        let label = node.in_language(LABELS, self.lang).or_else(|| node.text(dct::TITLE)).unwrap_or(&id).to_owned();
        let labels = LABELS.iter().flat_map(|name| node.all(*name)).filter_map(text_of);
        let other_labels: BTreeSet<&str> = labels.filter(|other| *other != label).collect();
        let entity = Arc::new(Entity {
            class: class(&node),
            other_labels: other_labels.into_iter().map(str::to_owned).collect(),
            label,
            aliases,
            note: (!notes.is_empty()).then(|| notes.join("\n")),
            link: link.or_else(|| node.iri(skos::EXACT_MATCH).map(str::to_owned)),
            iri: iri.to_owned(),
            id,
        });
        self.entities.insert(iri.to_owned(), Arc::clone(&entity));
        self.classes.insert(entity.id.clone(), entity.class.clone());
        Ok(entity)
    }

    /// Returns the class of an entity that was read, by its id.
    pub(super) fn class_of(&self, id: &str) -> Option<&str> {
        self.classes.get(id).map(String::as_str)
    }

    /// Tells whether a node is an entity: by its class, or because a fact has it at an end.
    pub(super) fn is_entity(&self, iri: &str) -> Result<bool, store::Error> {
        if Resource::read_of(self.data, iri, &[rdf::TYPE])?.iris(rdf::TYPE).any(is_of_entities) {
            return Ok(true);
        }
        for end in [rdf::SUBJECT, rdf::OBJECT] {
            let object = NamedNodeRef::new_unchecked(iri).into();
            if self.data.quads_for_pattern(None, Some(end), Some(object), None).next().transpose()?.is_some() {
                return Ok(!has(self.data, iri, rdf::PREDICATE)?);
            }
        }
        Ok(false)
    }

    /// Announces that some facts are read next, and with them what stands around them.
    pub(super) fn prepare<'f>(&self, facts: impl Iterator<Item = &'f str>) -> Result<(), store::Error> {
        if !self.data.is_far() {
            return Ok(());
        }
        let facts: Vec<NamedNode> = facts.map(NamedNode::new_unchecked).collect();
        self.data.prefetch(&facts.iter().map(|fact| Pattern::Subject(fact.clone(), None)).collect::<Vec<_>>())?;
        let mut around = BTreeSet::new();
        for fact in &facts {
            around.extend(self.rivals(fact.as_str(), "fact/"));
            for quad in self.data.quads_for_pattern(Some(fact.into()), None, None, None) {
                let quad = quad?;
                let Term::NamedNode(node) = quad.object else { continue };
                match quad.predicate.as_ref() {
                    p if p == rdf::PREDICATE || p == dct::SOURCE => {
                        around.insert(Pattern::Subject(node, None));
                    }
                    p if p == rdf::SUBJECT || p == rdf::OBJECT => {
                        around.extend(["", "fact/"].iter().flat_map(|folder| self.rivals(node.as_str(), folder)));
                        around.insert(Pattern::Subject(node.clone(), Some(rdf::PREDICATE.into())));
                        around.extend(OF_ENTITIES.iter().map(|of| Pattern::Subject(node.clone(), Some((*of).into()))));
                    }
                    _ => {}
                }
            }
        }
        self.data.prefetch(&around.into_iter().collect::<Vec<_>>())?;
        Ok(())
    }
}

/// Reads a source.
pub(super) fn read_source(
    data: &dyn Dataset,
    case: &CaseInfo,
    lang: Option<&str>,
    iri: &str,
) -> Result<Source, store::Error> {
    let node = Resource::read(data, iri)?;
    // What stands for a source that may not be named belongs to no case.
    let id = iri.strip_prefix(cg::NAMESPACE).map_or_else(|| local(case, iri, "src/"), str::to_owned);
    Ok(Source {
        title: node.in_language(&[dct::TITLE, rdfs::LABEL], lang).unwrap_or(&id).to_owned(),
        publisher: node.text(dct::PUBLISHER).map(str::to_owned),
        date: node.text(dct::ISSUED).map(str::to_owned),
        url: address(&node),
        note: node.in_language(&[rdfs::COMMENT], lang).map(str::to_owned),
        id,
    })
}

/// Returns the IRIs of all that has a class of entities, sorted. Sources count only where a fact has one at an end.
pub(super) fn entities(data: &dyn Dataset) -> Result<BTreeSet<String>, store::Error> {
    let mut iris = BTreeSet::new();
    for quad in data.quads_for_pattern(None, Some(rdf::TYPE), None, None) {
        let quad = quad?;
        if let (NamedOrBlankNode::NamedNode(subject), Term::NamedNode(class)) = (quad.subject, quad.object)
            && is_of_entities(class.as_str())
        {
            iris.insert(subject.into_string());
        }
    }
    Ok(iris)
}

/// Tells whether a node has a property.
pub(super) fn has(data: &dyn Dataset, iri: &str, predicate: NamedNodeRef<'_>) -> Result<bool, store::Error> {
    let subject = NamedNodeRef::new_unchecked(iri);
    Ok(data.quads_for_pattern(Some(subject.into()), Some(predicate), None, None).next().transpose()?.is_some())
}

fn read_case(data: &dyn Dataset) -> Result<CaseInfo, store::Error> {
    let (mut titles, mut bases) = (Vec::new(), Vec::new());
    for iri in instances(data, void::DATASET)? {
        let node = Resource::read(data, &iri)?;
        titles.extend(node.text(dct::TITLE).map(str::to_owned));
        bases.extend(node.text(void::URI_SPACE).map(str::to_owned));
    }
    bases.sort_by_key(|base: &String| (std::cmp::Reverse(base.len()), base.clone()));
    Ok(CaseInfo { title: titles.join("; "), bases })
}

/// Returns the part of an IRI after the base of its case and a folder; without a base, the part after the last `/`.
pub(super) fn local(case: &CaseInfo, iri: &str, folder: &str) -> String {
    let rest = case.bases.iter().find_map(|base| iri.strip_prefix(base.as_str()));
    match rest {
        Some(rest) => rest.strip_prefix(folder).unwrap_or(rest).to_owned(),
        None if case.bases.is_empty() => tail(iri).to_owned(),
        None => iri.to_owned(),
    }
}

pub(super) fn tail(iri: &str) -> &str {
    iri.rsplit(['#', '/']).next().unwrap_or(iri)
}

fn text_of(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

fn address(node: &Resource) -> Option<String> {
    node.iri(schema::URL).or_else(|| node.text(schema::URL)).map(str::to_owned)
}

fn qualifier(node: &Resource) -> Option<Qualifier> {
    let has = |kind: NamedNodeRef<'_>| node.iris(cg::QUALIFIER).any(|iri| iri == kind.as_str());
    match (has(cg::UNCERTAIN), has(cg::APPROXIMATE)) {
        (true, true) => Some(Qualifier::Both),
        (true, false) => Some(Qualifier::Uncertain),
        (false, true) => Some(Qualifier::Approximate),
        (false, false) => None,
    }
}

pub(super) fn bounds(node: &Resource, first: NamedNodeRef<'_>, last: NamedNodeRef<'_>) -> (Day, Day) {
    let day = |predicate, default| node.text(predicate).and_then(|text| text.parse().ok()).unwrap_or(default);
    (day(first, FIRST_DAY), day(last, LAST_DAY))
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
        assert_eq!(fact.source.as_ref().map(|s| s.cite()), Some("Court opens the file (The Paper)".to_owned()));
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
