//! Reads what lies between two entities, or around one (`ego`), and leaves the rest of a large dataset unread. In: a
//! dataset, names and a selection. Out: a graph on which [`EntityGraph::shortest_paths`] answers as it would on the whole.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::project::{LABELS, Projection, entities};
use super::{EntityGraph, Error, Selection};
use crate::store::{self, Dataset, Link, Pattern};
use crate::vocab::{rdf, skos};

impl EntityGraph {
    /// Projects the shortest chains between two entities, by facts that a selection keeps. Of the dates of the selection
    /// the dataset has to see to itself, as a view does.
    pub fn joining(
        data: &dyn Dataset,
        from: &str,
        to: &str,
        selection: &Selection,
        lang: Option<&str>,
    ) -> Result<Self, Error> {
        let mut near = Near::new(data, selection, lang)?;
        let (from, to) = (near.find(from)?, near.find(to)?);
        let (mut start, mut goal) = (Reach::new(&from), Reach::new(&to));
        let mut facts = BTreeSet::new();
        while from != to && facts.is_empty() && !start.edge.is_empty() && !goal.edge.is_empty() {
            let touching = near.links(&start.edge, Some(&goal.edge))?;
            if touching.is_empty() {
                let smaller = if start.edge.len() <= goal.edge.len() { &mut start } else { &mut goal };
                smaller.grow(near.links(&smaller.edge, None)?);
            }
            let ends: BTreeSet<&str> =
                touching.iter().flat_map(|link| [link.subject.as_str(), link.object.as_str()]).collect();
            for reach in [&start, &goal] {
                facts.extend(reach.back(ends.iter().copied().filter(|end| reach.nodes.contains(*end))));
            }
            facts.extend(touching.into_iter().map(|link| link.fact.into_string()));
        }
        if facts.is_empty() && from != to {
            // An entity that the selection keeps is there even where no path leads to it.
            for node in [&from, &to] {
                let links = near.links(&BTreeSet::from([node.clone()]), None)?;
                facts.extend(links.into_iter().map(|link| link.fact.into_string()).next());
            }
        }
        Ok(near.graph(facts, &[from, to])?.select(selection))
    }
}

/// Each end of a fact with the other.
const ENDS: [(NamedNodeRef<'_>, NamedNodeRef<'_>); 2] = [(rdf::SUBJECT, rdf::OBJECT), (rdf::OBJECT, rdf::SUBJECT)];

/// What has been reached from one end of a path.
struct Reach {
    nodes: BTreeSet<String>,
    edge: BTreeSet<String>,
    /// From each node the facts that lead one step back.
    steps: BTreeMap<String, Vec<(String, String)>>,
}

impl Reach {
    fn new(start: &str) -> Self {
        let nodes = BTreeSet::from([start.to_owned()]);
        Self { edge: nodes.clone(), nodes, steps: BTreeMap::new() }
    }

    /// Takes one more step, along the links of the edge.
    fn grow(&mut self, links: BTreeSet<Link>) {
        let mut next = BTreeSet::new();
        for Link { fact, subject, object } in links {
            for (from, to) in [(&subject, &object), (&object, &subject)].map(|(from, to)| (from.as_str(), to.as_str()))
            {
                if self.edge.contains(from) && !self.nodes.contains(to) {
                    next.insert(to.to_owned());
                    self.steps.entry(to.to_owned()).or_default().push((fact.as_str().to_owned(), from.to_owned()));
                }
            }
        }
        self.edge = next;
        self.nodes.extend(self.edge.iter().cloned());
    }

    /// Returns the facts on the ways back from some nodes.
    fn back<'n>(&'n self, nodes: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        let mut open: Vec<&str> = nodes.collect();
        let mut visited: BTreeSet<&str> = open.iter().copied().collect();
        while let Some(node) = open.pop() {
            for (fact, before) in self.steps.get(node).into_iter().flatten() {
                facts.insert(fact.clone());
                if visited.insert(before) {
                    open.push(before);
                }
            }
        }
        facts
    }
}

/// Reads a neighbourhood step by step.
pub(super) struct Near<'a> {
    data: &'a dyn Dataset,
    lang: Option<&'a str>,
    projection: Projection<'a>,
    selection: Selection,
}

impl<'a> Near<'a> {
    pub(super) fn new(data: &'a dyn Dataset, selection: &Selection, lang: Option<&'a str>) -> Result<Self, Error> {
        Ok(Self { data, lang, projection: Projection::new(data, lang)?, selection: selection.undated() })
    }

    /// Returns the IRI of the entity that goes by a name, as [`EntityGraph::find`] has it.
    pub(super) fn find(&mut self, name: &str) -> Result<String, Error> {
        let mut named = Vec::new();
        let bases = self.projection.case().bases.clone();
        for iri in std::iter::once(name.to_owned()).chain(bases.iter().map(|base| format!("{base}{name}"))) {
            if NamedNode::new(iri.as_str()).is_ok() && self.projection.is_entity(&iri)? {
                named.push(iri);
            }
        }
        if let [iri] = named.as_slice() {
            return Ok(self.projection.head(iri).to_owned());
        }
        let wanted = name.to_lowercase();
        for predicate in LABELS.iter().chain(&[skos::ALT_LABEL]) {
            for quad in self.data.quads_for_pattern(None, Some(*predicate), None, None) {
                let quad = quad?;
                if let (NamedOrBlankNode::NamedNode(node), Term::Literal(label)) = (quad.subject, quad.object)
                    && label.value().to_lowercase() == wanted
                    && self.projection.is_entity(node.as_str())?
                {
                    named.push(node.into_string());
                }
            }
        }
        if named.is_empty() {
            // Only all of them can say which is meant.
            named.extend(entities(self.data)?);
        }
        let mut candidates = Projection::new(self.data, self.lang)?;
        for iri in &named {
            candidates.entity(iri)?;
        }
        Ok(candidates.graph([]).find(name)?.iri.clone())
    }

    /// Returns the id of an entity.
    pub(super) fn id(&self, iri: &str) -> Result<String, Error> {
        Ok(self.projection.id(iri, "")?)
    }

    /// Returns the facts that join some entities with others, or with any, and that the selection keeps, each end by the
    /// IRI that stands for it.
    pub(super) fn links(
        &mut self,
        nodes: &BTreeSet<String>,
        others: Option<&BTreeSet<String>>,
    ) -> Result<BTreeSet<Link>, Error> {
        let mut links = self.data.links(&self.names(nodes), others.map(|others| self.names(others)).as_ref())?;
        links.retain(|link| !self.projection.is_decision(link.fact.as_str()));
        if !self.selection.is_empty() {
            self.projection.prepare(links.iter().map(|link| link.fact.as_str()))?;
        }
        let mut kept = BTreeSet::new();
        for Link { fact, subject, object } in links {
            if self.keeps(fact.as_str())? {
                let [subject, object] =
                    [subject, object].map(|end| NamedNode::new_unchecked(self.projection.head(end.as_str())));
                kept.insert(Link { fact, subject, object });
            }
        }
        Ok(kept)
    }

    /// Returns all names that some entities go by.
    fn names(&self, nodes: &BTreeSet<String>) -> BTreeSet<NamedNode> {
        nodes.iter().flat_map(|node| self.projection.names_of(node)).map(NamedNode::new_unchecked).collect()
    }

    fn keeps(&mut self, fact: &str) -> Result<bool, Error> {
        if self.selection.is_empty() {
            return Ok(true);
        }
        let Some(fact) = self.projection.fact(fact.to_owned())? else { return Ok(false) };
        Ok(self.selection.keeps(&fact, |id| self.projection.class_of(id)))
    }

    /// Returns the IRI at one end of a fact, if there is an IRI.
    fn end(&self, fact: &str, end: NamedNodeRef<'_>) -> Result<Option<String>, store::Error> {
        let quad = self.data.quads_for_pattern(Some(iri(fact).into()), Some(end), None, None).next().transpose()?;
        Ok(match quad.map(|quad| quad.object) {
            Some(Term::NamedNode(node)) => Some(node.into_string()),
            _ => None,
        })
    }

    fn subjects(&self, predicate: NamedNodeRef<'_>, object: &str) -> Result<BTreeSet<String>, store::Error> {
        let quads = self.data.quads_for_pattern(None, Some(predicate), Some(iri(object).into()), None);
        let named = quads.filter_map(|quad| match quad.map(|quad| quad.subject) {
            Ok(NamedOrBlankNode::NamedNode(node)) => Some(Ok(node.into_string())),
            Ok(NamedOrBlankNode::BlankNode(_)) => None,
            Err(error) => Some(Err(error)),
        });
        named.collect()
    }

    /// Reads some facts, those that speak of them, those that these speak of, and some entities; of an entity that none of
    /// these facts joins, what it says, since a selection keeps it for that.
    pub(super) fn graph(mut self, mut facts: BTreeSet<String>, named: &[String]) -> Result<EntityGraph, Error> {
        let joined = self.ends_of(&facts)?;
        let alone = named.iter().filter(|node| !joined.contains(*node));
        let all_names: Vec<String> = alone.flat_map(|node| self.projection.names_of(node)).collect();
        let of_named =
            all_names.iter().flat_map(|node| ENDS.map(|(end, _)| Pattern::Object(end.into(), iri(node).into())));
        self.data.prefetch(&of_named.collect::<Vec<_>>())?;
        let mut touching = BTreeSet::new();
        for node in &all_names {
            for (end, _) in ENDS {
                touching.extend(self.subjects(end, node)?);
            }
        }
        self.projection.prepare(touching.iter().map(String::as_str))?;
        for node in &all_names {
            for (end, other) in ENDS {
                for fact in self.subjects(end, node)? {
                    if !matches!(self.end(&fact, other)?, Some(to) if !self.projection.is_fact(&to)?) {
                        facts.insert(fact);
                    }
                }
            }
        }
        let mut all = facts.clone();
        let mut open = facts;
        while !open.is_empty() {
            let patterns =
                open.iter().flat_map(|fact| ENDS.map(|(end, _)| Pattern::Object(end.into(), iri(fact).into())));
            self.data.prefetch(&patterns.collect::<Vec<_>>())?;
            let mut next = BTreeSet::new();
            for fact in &open {
                for (end, _) in ENDS {
                    next.extend(self.subjects(end, fact)?);
                }
            }
            open = next.into_iter().filter(|fact| all.insert(fact.clone())).collect();
        }
        let mut read = Vec::new();
        let mut open = all.clone();
        while !open.is_empty() {
            self.projection.prepare(open.iter().map(String::as_str))?;
            let mut next = BTreeSet::new();
            for iri in open {
                let Some(fact) = self.projection.fact(iri)? else { continue };
                for end in self.ends_that_are_facts(&fact.iri)? {
                    if all.insert(end.clone()) {
                        next.insert(end);
                    }
                }
                read.push(fact);
            }
            open = next;
        }
        for iri in named {
            self.projection.entity(iri)?;
        }
        Ok(self.projection.graph(read))
    }

    /// Returns the entities that some facts join.
    fn ends_of(&self, facts: &BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
        let ends = |fact: &String| ENDS.map(|(end, _)| Pattern::Subject(iri(fact).into(), Some(end.into())));
        self.data.prefetch(&facts.iter().flat_map(ends).collect::<Vec<_>>())?;
        let mut joined = BTreeSet::new();
        for fact in facts {
            for (end, _) in ENDS {
                joined.extend(self.end(fact, end)?.map(|node| self.projection.head(&node).to_owned()));
            }
        }
        Ok(joined)
    }

    fn ends_that_are_facts(&mut self, fact: &str) -> Result<Vec<String>, Error> {
        let mut ends = Vec::new();
        for (end, _) in ENDS {
            if let Some(node) = self.end(fact, end)?
                && self.projection.is_fact(&node)?
            {
                ends.push(node);
            }
        }
        Ok(ends)
    }
}

fn iri(text: &str) -> NamedNodeRef<'_> {
    NamedNodeRef::new_unchecked(text)
}
