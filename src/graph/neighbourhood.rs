//! Reads what lies between two entities, or around one (`ego`), and leaves the rest of a large dataset unread. In: columns,
//! names and a selection. Out: a graph on which [`EntityGraph::shortest_paths`] answers as it would on the whole.

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;
use rdf_columns::TermId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::project::{LABELS, Projection, entities};
use super::{EntityGraph, Error, Selection};
use crate::store::{self, Columns};
use crate::view::View;
use crate::vocab::{rdf, skos};

impl EntityGraph {
    /// Projects the shortest chains between two entities, by facts that a selection keeps.
    pub fn joining<'n>(
        data: impl Into<store::Near<'n>>,
        from: &str,
        to: &str,
        selection: &Selection,
        lang: Option<&str>,
    ) -> Result<Self, Error> {
        Columns::ask(data, |columns| {
            let mut near = Neighbourhood::new(columns, selection, lang)?;
            let (from, to) = (near.find(from)?, near.find(to)?);
            let mut facts = near.between(from, to)?;
            let mut alone = Vec::new();
            if facts.is_empty() {
                // An entity that the selection keeps is there even where no path leads to it.
                for node in [from, to] {
                    let mut links = near.links(&BTreeSet::from([node]), None)?.iter().map(|link| link.fact).collect();
                    columns.sort(&mut links);
                    match links.first() {
                        Some(fact) => {
                            facts.insert(*fact);
                        }
                        None => alone.push(node),
                    }
                }
            }
            Ok(near.graph(&facts, &[from, to], &alone).select(selection))
        })
    }
}

/// A fact that joins two entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) fact: TermId,
    pub(super) subject: TermId,
    pub(super) object: TermId,
}

impl Link {
    /// Returns its subject and object.
    pub(super) const fn ends(&self) -> [TermId; 2] {
        [self.subject, self.object]
    }

    /// Tells whether it joins two sets of entities.
    fn joins(&self, some: &BTreeSet<TermId>, others: &BTreeSet<TermId>) -> bool {
        let leads = |from, to| some.contains(from) && others.contains(to);
        leads(&self.subject, &self.object) || leads(&self.object, &self.subject)
    }
}

/// What has been reached from one end of a path.
struct Reach {
    nodes: FxHashSet<TermId>,
    edge: BTreeSet<TermId>,
    /// From each node the facts that lead one step back.
    steps: FxHashMap<TermId, Vec<(TermId, TermId)>>,
}

impl Reach {
    fn new(start: TermId) -> Self {
        Self { nodes: FxHashSet::from_iter([start]), edge: BTreeSet::from([start]), steps: FxHashMap::default() }
    }

    /// Takes one more step, along the links of the edge.
    fn grow(&mut self, links: Vec<Link>) {
        let mut next = BTreeSet::new();
        for Link { fact, subject, object } in links {
            for (from, to) in [(subject, object), (object, subject)] {
                if self.edge.contains(&from) && !self.nodes.contains(&to) {
                    next.insert(to);
                    self.steps.entry(to).or_default().push((fact, from));
                }
            }
        }
        self.edge = next;
        self.nodes.extend(&self.edge);
    }

    /// Returns the facts on the ways back from some nodes.
    fn back(&self, nodes: impl Iterator<Item = TermId>) -> FxHashSet<TermId> {
        let mut facts = FxHashSet::default();
        let mut open: Vec<TermId> = nodes.collect();
        let mut visited: FxHashSet<TermId> = open.iter().copied().collect();
        while let Some(node) = open.pop() {
            for (fact, before) in self.steps.get(&node).into_iter().flatten() {
                facts.insert(*fact);
                if visited.insert(*before) {
                    open.push(*before);
                }
            }
        }
        facts
    }
}

/// Reads a neighbourhood step by step.
pub(super) struct Neighbourhood<'c> {
    columns: &'c Columns,
    projection: Projection<'c>,
    lang: Option<&'c str>,
    selection: Selection,
}

impl<'c> Neighbourhood<'c> {
    pub(super) fn new(columns: &'c Columns, selection: &Selection, lang: Option<&'c str>) -> Result<Self, Error> {
        let projection = Projection::new(columns, lang);
        columns.settled()?;
        let selection = Selection { view: View::default(), ..selection.clone() };
        Ok(Self { columns, projection, lang, selection })
    }

    /// Returns the entity that goes by a name, as [`EntityGraph::find`] has it.
    pub(super) fn find(&self, name: &str) -> Result<TermId, Error> {
        let bases = self.projection.case().bases.iter();
        let iris = std::iter::once(name.to_owned()).chain(bases.map(|base| format!("{base}{name}")));
        let iris = iris.filter(|iri| NamedNode::new(iri.as_str()).is_ok());
        let nodes = iris.filter_map(|iri| self.columns.named_by(&iri, &[rdf::TYPE, rdf::SUBJECT, rdf::OBJECT]));
        let mut named: Vec<TermId> =
            nodes.map(|node| node.id).filter(|node| self.projection.is_entity(*node)).collect();
        self.columns.settled()?;
        if let [id] = named.as_slice() {
            return Ok(self.projection.head(*id));
        }
        let wanted = name.to_lowercase();
        for property in LABELS.iter().chain(&[skos::ALT_LABEL]) {
            let labels = self.columns.column(*property).by_objects();
            let labels = labels.filter(|(label, _)| self.columns.text(*label).to_lowercase() == wanted);
            let nodes = labels.flat_map(|(_, nodes)| nodes).copied();
            named.extend(nodes.filter(|node| self.columns.is_iri(*node) && self.projection.is_entity(*node)));
        }
        self.columns.settled()?;
        if named.is_empty() {
            // Only all of them can say which is meant.
            named.extend(entities(self.columns));
        }
        let mut candidates = Projection::new(self.columns, self.lang);
        for id in named {
            candidates.entity(id);
        }
        let graph = candidates.graph([]);
        self.columns.settled()?;
        self.columns.find(&graph.find(name)?.iri).ok_or_else(|| unknown(name))
    }

    /// Returns the facts that join some entities with others, or with any.
    pub(super) fn links(
        &mut self,
        nodes: &BTreeSet<TermId>,
        others: Option<&BTreeSet<TermId>>,
    ) -> Result<Vec<Link>, Error> {
        // What joins two sets is looked for at the smaller one.
        let (nodes, others) = match others {
            Some(others) if others.len() < nodes.len() => (others, Some(nodes)),
            _ => (nodes, others),
        };
        let ends = [rdf::SUBJECT, rdf::OBJECT].map(|end| self.columns.column(end));
        let mut is_fact: FxHashMap<TermId, bool> = FxHashMap::default();
        let mut links = Vec::new();
        for fact in self.facts_at(nodes) {
            let [subject, object] = ends.map(|end| end.objects(fact).next());
            let (Some(subject), Some(object)) = (subject, object) else { continue };
            let link = Link { fact, subject: self.projection.head(subject), object: self.projection.head(object) };
            let joins = others.is_none_or(|others| link.joins(nodes, others));
            let mut is_node = |end| {
                let is_fact = *is_fact.entry(end).or_insert_with(|| self.projection.is_fact(end));
                self.columns.is_iri(end) && !is_fact
            };
            if joins && is_node(subject) && is_node(object) && !self.projection.is_decision(fact) {
                links.push(link);
            }
        }
        self.columns.settled()?;
        if !self.selection.is_empty() {
            links.retain(|link| self.keeps(link.fact));
            self.columns.settled()?;
        }
        Ok(links)
    }

    /// Sorts by IRI, and leaves each there once.
    pub(super) fn sort(&self, ids: &mut Vec<TermId>) {
        self.columns.sort(ids);
    }

    /// Returns the id of an entity.
    pub(super) fn id(&self, id: TermId) -> String {
        self.projection.id(id, "")
    }

    /// Returns the facts on the shortest ways between two entities.
    fn between(&mut self, from: TermId, to: TermId) -> Result<BTreeSet<TermId>, Error> {
        let (mut start, mut goal) = (Reach::new(from), Reach::new(to));
        let mut facts = BTreeSet::new();
        while from != to && facts.is_empty() && !start.edge.is_empty() && !goal.edge.is_empty() {
            let touching = self.links(&start.edge, Some(&goal.edge))?;
            if touching.is_empty() {
                let smaller = if start.edge.len() <= goal.edge.len() { &mut start } else { &mut goal };
                smaller.grow(self.links(&smaller.edge, None)?);
                continue;
            }
            let ends: BTreeSet<TermId> = touching.iter().flat_map(Link::ends).collect();
            for reach in [&start, &goal] {
                facts.extend(reach.back(ends.iter().copied().filter(|end| reach.nodes.contains(end))));
            }
            facts.extend(touching.into_iter().map(|link| link.fact));
        }
        Ok(facts)
    }

    /// Returns the facts that have one of some entities, or of what these stand for, at an end.
    fn facts_at(&self, nodes: &BTreeSet<TermId>) -> Vec<TermId> {
        let ends = [rdf::SUBJECT, rdf::OBJECT].map(|end| self.columns.column(end));
        let names = nodes.iter().flat_map(|node| self.projection.numbers_of(*node));
        let at = names.flat_map(|node| ends.into_iter().flat_map(move |end| end.subjects(node)));
        let mut facts: Vec<TermId> = at.filter(|fact| self.columns.is_iri(*fact)).collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    fn keeps(&mut self, fact: TermId) -> bool {
        let Some(fact) = self.projection.fact(fact) else { return false };
        self.selection.keeps(&fact, |id| self.projection.class_of(id))
    }

    /// Tells whether a fact joins two entities.
    fn is_link(&self, fact: TermId) -> bool {
        [rdf::SUBJECT, rdf::OBJECT].into_iter().all(|end| {
            let end = self.columns.column(end).objects(fact).next();
            end.is_some_and(|end| self.columns.is_iri(end) && !self.projection.is_fact(end))
        })
    }

    /// Reads some facts, those that speak of them, those that these speak of, and some entities; of those that no fact joins
    /// (`alone`) what they say, since a selection keeps them for that.
    pub(super) fn graph(mut self, facts: &BTreeSet<TermId>, named: &[TermId], alone: &[TermId]) -> EntityGraph {
        let mut facts = facts.clone();
        let touching = self.facts_at(&alone.iter().copied().collect());
        facts.extend(touching.into_iter().filter(|fact| !self.is_link(*fact)));
        let mut all = facts.clone();
        while !facts.is_empty() {
            facts = self.facts_at(&facts).into_iter().filter(|fact| all.insert(*fact)).collect();
        }
        let mut open: Vec<TermId> = all.iter().copied().collect();
        let mut read = Vec::new();
        while let Some(fact) = open.pop() {
            if let Some(one) = self.projection.fact(fact) {
                open.extend(self.projection.facts_at_ends(fact).filter(|end| all.insert(*end)));
                read.push(one);
            }
        }
        for id in named {
            self.projection.entity(*id);
        }
        self.projection.graph(read)
    }
}

fn unknown(name: &str) -> Error {
    Error::UnknownEntity { name: name.to_owned(), suggestion: None }
}
