//! Reads what lies between two entities, or around one (`ego`), and leaves the rest of a large dataset unread. In: a
//! dataset, names and a selection. Out: a graph on which [`EntityGraph::shortest_paths`] answers as it would on the whole.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::project::{LABELS, Projection, entities};
use super::{EntityGraph, Error, Selection};
use crate::store::{self, Dataset, Link};
use crate::view::View;
use crate::vocab::{rdf, skos};

impl EntityGraph {
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
        let mut facts = BTreeSet::new();
        while from != to && facts.is_empty() && !start.edge.is_empty() && !goal.edge.is_empty() {
            let touching = near.links(&start.edge, Some(&goal.edge))?;
            if touching.is_empty() {
                let smaller = if start.edge.len() <= goal.edge.len() { &mut start } else { &mut goal };
                smaller.grow(near.links(&smaller.edge, None)?);
                continue;
            }
            let ends: BTreeSet<&str> =
                touching.iter().flat_map(|link| [link.subject.as_str(), link.object.as_str()]).collect();
            for reach in [&start, &goal] {
                facts.extend(reach.back(ends.iter().copied().filter(|end| reach.nodes.contains(*end))));
            }
            facts.extend(touching.into_iter().map(|link| link.fact.into_string()));
        }
        let named = [from, to];
        let mut alone = Vec::new();
        if facts.is_empty() {
            // An entity that the selection keeps is there even where no path leads to it.
            for node in &named {
                let links = near.links(&BTreeSet::from([node.clone()]), None)?;
                match links.into_iter().map(|link| link.fact.into_string()).min() {
                    Some(fact) => {
                        facts.insert(fact);
                    }
                    None => alone.push(node.clone()),
                }
            }
        }
        Ok(near.graph(facts, &named, &alone)?.select(selection))
    }
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

    /// Takes one more step, along the links of the edge.
    fn grow(&mut self, links: Vec<Link>) {
        let mut next = BTreeSet::new();
        for Link { fact, subject, object, .. } in links {
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
        let projection = Projection::new(data, lang)?;
        let selection = Selection { view: View::default(), ..selection.clone() };
        Ok(Self { data, lang, projection, selection })
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
            for quad in quads_with_text(self.data, *predicate, &wanted)? {
                if let NamedOrBlankNode::NamedNode(node) = quad.subject
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
        Ok(candidates.graph([])?.find(name)?.iri.clone())
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
    ) -> Result<Vec<Link>, Error> {
        let mut links = store::links(self.data, &self.names(nodes), others.map(|others| self.names(others)).as_ref())?;
        links.retain(|link| !self.projection.is_decision(link.fact.as_str()));
        if !self.selection.is_empty() {
            self.projection.prepare(links.iter().map(|link| link.fact.as_str()))?;
            for link in std::mem::take(&mut links) {
                if self.keeps(link.fact.as_str())? {
                    links.push(link);
                }
            }
        }
        for end in links.iter_mut().flat_map(|link| [&mut link.subject, &mut link.object]) {
            let head = self.projection.head(end.as_str());
            if head != end.as_str() {
                *end = NamedNode::new_unchecked(head);
            }
        }
        Ok(links)
    }

    /// Returns all names that some entities go by.
    fn names<'n>(&self, nodes: impl IntoIterator<Item = &'n String>) -> BTreeSet<NamedNode> {
        nodes.into_iter().flat_map(|node| self.projection.names_of(node)).map(NamedNode::new_unchecked).collect()
    }

    fn keeps(&mut self, fact: &str) -> Result<bool, Error> {
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

    /// Reads some facts, those that speak of them, those that these speak of, and some entities; of those that no fact joins
    /// (`alone`) what they say, since a selection keeps them for that.
    pub(super) fn graph(
        mut self,
        mut facts: BTreeSet<String>,
        named: &[String],
        alone: &[String],
    ) -> Result<EntityGraph, Error> {
        let touching = store::facts_at(self.data, &self.names(alone))?;
        self.projection.prepare(touching.iter().map(NamedNode::as_str))?;
        for fact in touching {
            let mut is_link = true;
            for end in [rdf::SUBJECT, rdf::OBJECT] {
                is_link &= matches!(self.end(fact.as_str(), end)?, Some(node) if !self.projection.is_fact(&node)?);
            }
            if !is_link {
                facts.insert(fact.into_string());
            }
        }
        let mut all = facts.clone();
        let mut open = facts;
        while !open.is_empty() {
            let about: BTreeSet<NamedNode> = open.iter().map(NamedNode::new_unchecked).collect();
            let next = store::facts_at(self.data, &about)?.into_iter().map(NamedNode::into_string);
            open = next.filter(|fact| all.insert(fact.clone())).collect();
        }
        let mut read = Vec::new();
        let mut open = all.clone();
        while !open.is_empty() {
            self.projection.prepare(open.iter().map(String::as_str))?;
            let mut next = BTreeSet::new();
            for iri in open {
                let Some((fact, ends)) = self.projection.fact_and_ends(iri)? else { continue };
                next.extend(ends.into_iter().filter(|end| all.insert(end.clone())));
                read.push(fact);
            }
            open = next;
        }
        for iri in named {
            self.projection.entity(iri)?;
        }
        Ok(self.projection.graph(read)?)
    }
}

/// Returns the quads that have a predicate and a text as object, whatever the case of its letters.
fn quads_with_text(
    data: &dyn Dataset,
    predicate: NamedNodeRef<'_>,
    lowercase: &str,
) -> Result<Vec<Quad>, store::Error> {
    let is_wanted = |quad: &Result<Quad, store::Error>| match quad {
        Ok(quad) => matches!(&quad.object, Term::Literal(text) if text.value().to_lowercase() == lowercase),
        Err(_) => true,
    };
    data.quads_for_pattern(None, Some(predicate), None, None).filter(is_wanted).collect()
}

fn iri(text: &str) -> NamedNodeRef<'_> {
    NamedNodeRef::new_unchecked(text)
}
