//! Projects a dataset to a graph. In: quads as `docs/model.md` lays them out, all named graphs as one. Out: an
//! [`EntityGraph`]. Reads by pattern, without SPARQL, so that a small case takes a few milliseconds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};

use super::read::Resource;
use super::{
    CaseInfo, End, EndKind, Entity, EntityGraph, Error, Fact, Predicate, Qualifier, Source, Status, TemporalKind,
};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::store::{self, Dataset, instances};
use crate::vocab::{cg, dct, rdf, rdfs, schema, skos, void};

const LABELS: &[NamedNodeRef<'_>] = &[skos::PREF_LABEL, rdfs::LABEL];
/// Classes of what stands around the entities.
const APPARATUS: &[NamedNodeRef<'_>] = &[cg::FACT, cg::CLAIM, cg::CITATION, cg::DISCLOSURE, cg::RELATION, cg::SOURCE];

impl EntityGraph {
    /// Projects all graphs of a dataset; labels are in `lang` where there are any, else without language, else in any.
    pub fn project(data: &dyn Dataset, lang: Option<&str>) -> Result<Self, Error> {
        data.prefetch_all()?;
        Ok(Projection::new(data, lang)?.run()?)
    }
}

struct Projection<'a> {
    data: &'a dyn Dataset,
    lang: Option<&'a str>,
    case: CaseInfo,
    facts: BTreeMap<String, String>,
    sources: BTreeMap<String, Arc<Source>>,
    predicates: BTreeMap<String, Arc<Predicate>>,
    ends: BTreeSet<String>,
}

impl<'a> Projection<'a> {
    fn new(data: &'a dyn Dataset, lang: Option<&'a str>) -> Result<Self, store::Error> {
        let case = read_case(data)?;
        let facts = instances(data, cg::FACT)?;
        let facts = facts.into_iter().map(|iri| (local(&case, &iri, "fact/"), iri));
        let facts = unique(facts).into_iter().map(|(id, iri)| (iri, id)).collect();
        Ok(Self {
            data,
            lang,
            case,
            facts,
            sources: BTreeMap::new(),
            predicates: BTreeMap::new(),
            ends: BTreeSet::new(),
        })
    }

    fn run(mut self) -> Result<EntityGraph, store::Error> {
        let mut facts = Vec::new();
        for (iri, id) in self.facts.clone() {
            facts.extend(self.read_fact(id, iri)?);
        }
        let classes = entity_classes(self.data)?;
        let iris: BTreeSet<_> = self.ends.iter().chain(classes.keys()).cloned().collect();
        let named = unique(iris.into_iter().map(|iri| (local(&self.case, &iri, ""), iri)));
        let ids: BTreeMap<&str, &str> = named.iter().map(|(id, iri)| (iri.as_str(), id.as_str())).collect();
        let mut entities = Vec::new();
        for (id, iri) in &named {
            entities.push(Arc::new(self.read_entity(id, iri, classes.get(iri))?));
        }
        let facts = facts.into_iter().map(|mut fact| {
            for end in [&mut fact.subject, &mut fact.object] {
                if let End::Entity(iri) = end {
                    *iri = ids.get(iri.as_str()).map_or_else(|| iri.clone(), |id| (*id).to_owned());
                }
            }
            if let Some(iri) = &mut fact.made_at {
                *iri = ids.get(iri.as_str()).map_or_else(|| local(&self.case, iri, ""), |id| (*id).to_owned());
            }
            Arc::new(fact)
        });
        Ok(EntityGraph::new(self.case.clone(), entities, facts.collect::<Vec<_>>()))
    }

    /// Reads one fact; entities at its ends are still IRIs. A fact without subject, predicate or object is no edge.
    fn read_fact(&mut self, id: String, iri: String) -> Result<Option<Fact>, store::Error> {
        let node = Resource::read(self.data, &iri)?;
        let (Some(subject), Some(predicate), Some(object)) =
            (node.all(rdf::SUBJECT).first(), node.iri(rdf::PREDICATE), node.all(rdf::OBJECT).first())
        else {
            return Ok(None);
        };
        let (subject, object) = (self.end(subject), self.end(object));
        let predicate = self.predicate(predicate)?;
        let mut sources = Vec::new();
        for source in node.iris(dct::SOURCE) {
            sources.push(self.source(source)?);
        }
        let further_sources = sources.split_off(sources.len().min(1));
        Ok(Some(Fact {
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
            made_at: node.iri(cg::MADE_AT).map(str::to_owned),
            id,
            iri,
        }))
    }

    fn end(&mut self, term: &Term) -> End {
        match term {
            Term::NamedNode(node) => {
                if let Some(id) = self.facts.get(node.as_str()) {
                    return End::Fact(id.clone());
                }
                self.ends.insert(node.as_str().to_owned());
                End::Entity(node.as_str().to_owned())
            }
            Term::Literal(literal) => {
                End::Text { value: literal.value().to_owned(), lang: literal.language().map(str::to_owned) }
            }
            other => End::Other(other.to_string()),
        }
    }

    fn predicate(&mut self, iri: &str) -> Result<Arc<Predicate>, store::Error> {
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

    fn read_entity(&mut self, id: &str, iri: &str, class: Option<&String>) -> Result<Entity, store::Error> {
        let node = Resource::read(self.data, iri)?;
        let mut aliases: Vec<_> = node.all(skos::ALT_LABEL).iter().filter_map(text_of).map(str::to_owned).collect();
        aliases.sort_unstable();
        aliases.dedup();
        let link = match (address(&node), node.iri(dct::SOURCE)) {
            (Some(url), _) => Some(url),
            (None, Some(source)) => self.source(source)?.url.clone(),
            (None, None) => None,
        };
        Ok(Entity {
            id: id.to_owned(),
            class: class
                .map(String::as_str)
                .or_else(|| node.iris(rdf::TYPE).next())
                .map(|iri| tail(iri).to_owned())
                .unwrap_or_default(),
            label: node.in_language(LABELS, self.lang).or_else(|| node.text(dct::TITLE)).unwrap_or(id).to_owned(),
            aliases,
            note: node.in_language(&[rdfs::COMMENT], self.lang).map(str::to_owned),
            link: link.or_else(|| node.iri(skos::EXACT_MATCH).map(str::to_owned)),
            iri: iri.to_owned(),
        })
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
    let id = local(case, iri, "src/");
    Ok(Source {
        title: node.in_language(&[dct::TITLE, rdfs::LABEL], lang).unwrap_or(&id).to_owned(),
        publisher: node.text(dct::PUBLISHER).map(str::to_owned),
        date: node.text(dct::ISSUED).map(str::to_owned),
        url: address(&node),
        id,
    })
}

/// Finds the class of every entity that has facts or not. Sources count only where a fact has one at an end.
fn entity_classes(data: &dyn Dataset) -> Result<BTreeMap<String, String>, store::Error> {
    let mut classes: BTreeMap<String, String> = BTreeMap::new();
    for quad in data.quads_for_pattern(None, Some(rdf::TYPE), None, None) {
        let quad = quad?;
        let (NamedOrBlankNode::NamedNode(subject), Term::NamedNode(class)) = (quad.subject, quad.object) else {
            continue;
        };
        let built_in = class.as_str().starts_with(cg::NAMESPACE);
        if built_in && !APPARATUS.contains(&class.as_ref()) {
            let known = classes.entry(subject.into_string()).or_insert_with(|| class.as_str().to_owned());
            if class.as_str() < known.as_str() {
                class.as_str().clone_into(known);
            }
        }
    }
    Ok(classes)
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

/// Pairs ids with IRIs; where two cases use one id, both go by their IRI.
fn unique(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, iri) in pairs {
        by_id.entry(id).or_default().push(iri);
    }
    by_id
        .into_iter()
        .flat_map(|(id, iris)| {
            let shared = iris.len() > 1;
            iris.into_iter().map(move |iri| (if shared { iri.clone() } else { id.clone() }, iri))
        })
        .collect()
}

fn tail(iri: &str) -> &str {
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
        let pairs = [
            ("a".to_owned(), "x:a".to_owned()),
            ("a".to_owned(), "y:a".to_owned()),
            ("b".to_owned(), "x:b".to_owned()),
        ];
        let ids: Vec<_> = unique(pairs.into_iter()).into_keys().collect();
        assert_eq!(ids, ["b", "x:a", "y:a"]);
    }
}
