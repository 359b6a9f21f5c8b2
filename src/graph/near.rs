//! Projects what lies around an entity, or between two, and leaves the rest of a large dataset unread. In: a dataset,
//! names and a selection. Out: a graph on which [`EntityGraph::ego`] and [`EntityGraph::shortest_paths`] answer as they
//! would on the whole.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::identity::is_decision;
use super::project::{LABELS, Projection, entities};
use super::{EntityGraph, Error, Selection};
use crate::store::{self, Dataset, Pattern};
use crate::vocab::{rdf, skos};

impl EntityGraph {
    /// Projects the entities at most `depth` facts away from one, by facts that a selection keeps, with these facts and
    /// what is said of them.
    pub fn around(
        data: &dyn Dataset,
        name: &str,
        depth: usize,
        selection: &Selection,
        lang: Option<&str>,
    ) -> Result<Self, Error> {
        let mut near = Near::new(data, selection, lang)?;
        let centre = near.find(name)?;
        let mut inside = BTreeSet::from([centre.clone()]);
        let mut edge = inside.clone();
        let mut links = Vec::new();
        for _ in 0..depth {
            let found = near.links(&edge)?;
            edge = found.iter().map(|link| link.to.clone()).filter(|node| !inside.contains(node)).collect();
            inside.extend(edge.iter().cloned());
            links.extend(found);
        }
        links.extend(near.links(&edge)?);
        let facts = links.into_iter().filter(|link| inside.contains(&link.to)).map(|link| link.fact).collect();
        near.graph(facts, &[centre])
    }

    /// Projects the shortest chains between two entities, by facts that a selection keeps.
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
        while start.nodes.is_disjoint(&goal.nodes) && !start.edge.is_empty() && !goal.edge.is_empty() {
            let smaller = if start.edge.len() <= goal.edge.len() { &mut start } else { &mut goal };
            smaller.grow(&mut near)?;
        }
        let met: BTreeSet<String> = start.nodes.intersection(&goal.nodes).cloned().collect();
        let mut facts: BTreeSet<String> = start.back(&met).chain(goal.back(&met)).collect();
        if met.is_empty() {
            // An entity that the selection keeps is there even where no path leads to it.
            for node in [&from, &to] {
                facts.extend(near.links(&BTreeSet::from([node.clone()]))?.into_iter().map(|link| link.fact).next());
            }
        }
        near.graph(facts, &[from, to])
    }
}

/// Each end of a fact with the other.
const ENDS: [(NamedNodeRef<'_>, NamedNodeRef<'_>); 2] = [(rdf::SUBJECT, rdf::OBJECT), (rdf::OBJECT, rdf::SUBJECT)];

/// A fact that leads from an entity to another, in either direction.
struct Link {
    from: String,
    fact: String,
    to: String,
}

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

    fn grow(&mut self, near: &mut Near<'_>) -> Result<(), Error> {
        let links = near.links(&self.edge)?;
        self.edge.clear();
        for link in links.into_iter().filter(|link| !self.nodes.contains(&link.to)) {
            self.edge.insert(link.to.clone());
            self.steps.entry(link.to).or_default().push((link.fact, link.from));
        }
        self.nodes.extend(self.edge.iter().cloned());
        Ok(())
    }

    /// Returns the facts on the ways back from some nodes.
    fn back(&self, nodes: &BTreeSet<String>) -> impl Iterator<Item = String> + use<> {
        let mut facts = BTreeSet::new();
        let mut visited = nodes.clone();
        let mut open: Vec<String> = nodes.iter().cloned().collect();
        while let Some(node) = open.pop() {
            for (fact, before) in self.steps.get(&node).into_iter().flatten() {
                facts.insert(fact.clone());
                if visited.insert(before.clone()) {
                    open.push(before.clone());
                }
            }
        }
        facts.into_iter()
    }
}

struct Near<'a> {
    data: &'a dyn Dataset,
    lang: Option<&'a str>,
    projection: Projection<'a>,
    selection: &'a Selection,
}

impl<'a> Near<'a> {
    fn new(data: &'a dyn Dataset, selection: &'a Selection, lang: Option<&'a str>) -> Result<Self, Error> {
        Ok(Self { data, lang, projection: Projection::new(data, lang)?, selection })
    }

    /// Returns the IRI of the entity that goes by a name, as [`EntityGraph::find`] has it.
    fn find(&mut self, name: &str) -> Result<String, Error> {
        let mut named = Vec::new();
        let bases = self.projection.case().bases.clone();
        for iri in std::iter::once(name.to_owned()).chain(bases.iter().map(|base| format!("{base}{name}"))) {
            if NamedNode::new(iri.as_str()).is_ok() && self.projection.is_entity(&iri)? {
                named.push(iri);
            }
        }
        if let [iri] = named.as_slice() {
            return Ok(self.projection.names_of(iri).swap_remove(0));
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

    /// Returns the facts that lead from some entities to others and that the selection keeps.
    fn links(&mut self, nodes: &BTreeSet<String>) -> Result<Vec<Link>, Error> {
        let nodes: BTreeSet<String> = nodes.iter().flat_map(|node| self.projection.names_of(node)).collect();
        let nodes = &nodes;
        let patterns = nodes.iter().flat_map(|node| ENDS.map(|(end, _)| Pattern::Object(end.into(), iri(node).into())));
        self.data.prefetch(&patterns.collect::<Vec<_>>())?;
        let mut open = Vec::new();
        for node in nodes {
            for (end, other) in ENDS {
                for fact in self.subjects(end, node)? {
                    open.push((node, fact, other));
                }
            }
        }
        let ends = open.iter().map(|(_, fact, other)| (fact, *other));
        let predicates = open.iter().map(|(_, fact, _)| (fact, rdf::PREDICATE));
        let patterns = ends.chain(predicates).map(|(fact, what)| Pattern::Subject(iri(fact).into(), Some(what.into())));
        self.data.prefetch(&patterns.collect::<Vec<_>>())?;
        let mut links = Vec::new();
        for (from, fact, other) in open {
            if let Some(to) = self.end(&fact, other)? {
                let head = |iri: &str| self.projection.names_of(iri).swap_remove(0);
                links.push(Link { from: head(from), fact, to: head(&to) });
            }
        }
        let others: BTreeSet<&str> = links.iter().map(|link| link.to.as_str()).collect();
        let patterns = others.into_iter().map(|to| Pattern::Subject(iri(to).into(), Some(rdf::PREDICATE.into())));
        self.data.prefetch(&patterns.collect::<Vec<_>>())?;
        if !self.selection.is_empty() {
            let facts: BTreeSet<String> = links.iter().map(|link| link.fact.clone()).collect();
            self.projection.prepare(facts.iter().map(String::as_str))?;
        }
        let mut kept = Vec::new();
        for link in links {
            let is_decision = self.end(&link.fact, rdf::PREDICATE)?.is_some_and(|iri| is_decision(&iri));
            if !is_decision && !self.projection.is_fact(&link.to)? && self.keeps(&link.fact)? {
                kept.push(link);
            }
        }
        Ok(kept)
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

    /// Reads some facts, those that speak of them, those that these speak of, and some entities with what they say.
    fn graph(mut self, mut facts: BTreeSet<String>, named: &[String]) -> Result<EntityGraph, Error> {
        let all_names: Vec<String> = named.iter().flat_map(|node| self.projection.names_of(node)).collect();
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
