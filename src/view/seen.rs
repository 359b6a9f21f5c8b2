//! A dataset as a view shows it. A fact is seen by its dates; a plain triple, a source, a citation, a disclosure, a
//! predicate and an entity are seen only where a fact that is seen brings them. In: a dataset and a view. Out: a dataset
//! that decides on each quad when it is asked for, so that a question costs what it touches, whatever the store holds.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use oxigraph::model::{
    GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
    Triple,
};

use super::View;
use super::ahead::{self, BRINGS, LEADS};
use super::all_facts::{self, AllFacts};
use super::condition::Condition;
use super::node::{self, Fact, Node, as_node};
use crate::store::{
    Dataset, Error, Link, Pattern, Quads, Said, facts_at_by_pattern, links_by_pattern, objects_by_pattern,
};
use crate::vocab::{cg, rdf, rdfs};

/// Facts that are read one by one before all are looked at together.
const ONE_BY_ONE: usize = 50_000;
/// Entries that a memo keeps before it begins anew: enough for a drawing, and far from the size of a large store.
const MEMO: usize = 200_000;

/// A dataset as a view shows it.
pub struct Seen<D> {
    data: D,
    view: View,
    all_facts: OnceLock<AllFacts>,
    facts_read: AtomicUsize,
    nodes: Memo<NamedOrBlankNode, Arc<Node>>,
    shown: Memo<NamedOrBlankNode, bool>,
    carrying: Memo<NamedNode, bool>,
    /// Nodes that a fact is known to bring that is seen.
    brought: Memo<NamedOrBlankNode, ()>,
}

impl<D: Dataset> Seen<D> {
    /// Shows a dataset by a view.
    pub fn new(data: D, view: View) -> Self {
        Self {
            data,
            view,
            all_facts: OnceLock::new(),
            facts_read: AtomicUsize::new(0),
            nodes: Memo::default(),
            shown: Memo::default(),
            carrying: Memo::default(),
            brought: Memo::default(),
        }
    }

    /// Tells whether a quad is seen.
    fn shows(&self, quad: &Quad) -> Result<bool, Error> {
        if !self.is_shown(&quad.subject)? {
            return Ok(false);
        }
        if let Some(object) = as_node(&quad.object)
            && !self.is_shown(&object)?
        {
            return Ok(false);
        }
        if !self.may_be_carried(&quad.predicate)? {
            return Ok(true);
        }
        self.is_carried_by_seen(&Triple::new(quad.subject.clone(), quad.predicate.clone(), quad.object.clone()))
    }

    fn is_shown(&self, node: &NamedOrBlankNode) -> Result<bool, Error> {
        if let Some(shows) = self.all_facts.get().and_then(|all| all.shows(node)) {
            return Ok(shows);
        }
        self.shown.get_or_try(node, || {
            Ok(match &*self.node(node)? {
                Node::Fact(fact) => self.sees_fact(fact)?,
                Node::Relation => self.is_used(node)?,
                Node::Log => self.view.known_on.is_none(),
                Node::Other => true,
                Node::Entity(_) => self.view.known_on.is_none() || self.is_brought(node)?,
                Node::Disclosure(was_public) => *was_public && any(self.disclosed(node), |fact| self.sees(fact))?,
                Node::Citation => self.is_brought(node)?,
            })
        })
    }

    fn node(&self, node: &NamedOrBlankNode) -> Result<Arc<Node>, Error> {
        self.nodes.get_or_try(node, || {
            let read = Node::read(&self.data, self.view, node.as_ref())?;
            if matches!(read, Node::Fact(_)) {
                self.count_fact()?;
            }
            Ok(Arc::new(read))
        })
    }

    /// Takes from what was read of some nodes which of them are facts, where it was read whole: so that they are not read
    /// again one by one.
    fn note_facts(&self, subjects: &[NamedNode], predicates: &[NamedNodeRef<'_>], said: &[Said]) {
        let conditions = self.view.conditions();
        let asked = conditions.iter().map(|condition| condition.predicate);
        if !asked.chain([rdf::TYPE, rdf::SUBJECT, rdf::OBJECT]).all(|predicate| predicates.contains(&predicate)) {
            return;
        }
        let mut read: Vec<Vec<(NamedNodeRef<'_>, &Term)>> = vec![Vec::new(); subjects.len()];
        for (at, of, object) in said {
            read[*at].push((predicates[*of], object));
        }
        for (subject, said) in subjects.iter().zip(&read) {
            if let Some(fact) = Fact::of(&conditions, said) {
                self.nodes.put(subject.clone().into(), Arc::new(Node::Fact(fact)));
            }
        }
    }

    /// Looks at all facts together once so many have been read that this is quicker.
    fn count_fact(&self) -> Result<(), Error> {
        if self.facts_read.fetch_add(1, Ordering::Relaxed) == ONE_BY_ONE
            && let Some(store) = self.data.as_oxigraph()
        {
            let all = AllFacts::read(store, self.view)?;
            self.all_facts.get_or_init(|| all);
        }
        Ok(())
    }

    /// Tells whether a fact is seen: by its dates, and by those of all facts that it speaks of, however deep.
    fn sees_fact(&self, fact: &Fact) -> Result<bool, Error> {
        if !fact.by_date {
            return Ok(false);
        }
        let mut open = fact.ends.clone();
        let mut visited: HashSet<NamedOrBlankNode> = open.iter().cloned().collect();
        while let Some(end) = open.pop() {
            if let Node::Fact(fact) = &*self.node(&end)? {
                if !fact.by_date {
                    return Ok(false);
                }
                open.extend(fact.ends.iter().filter(|end| visited.insert((*end).clone())).cloned());
            }
        }
        Ok(true)
    }

    /// Tells whether a node is a fact and seen.
    fn sees(&self, node: &NamedOrBlankNode) -> Result<bool, Error> {
        if let Some(shows) = self.all_facts.get().and_then(|all| all.shows(node)) {
            return Ok(shows);
        }
        Ok(matches!(&*self.node(node)?, Node::Fact(_)) && self.is_shown(node)?)
    }

    fn disclosed(&self, disclosure: &NamedOrBlankNode) -> Subjects<'_> {
        let quads = self.data.quads_for_pattern(Some(disclosure.as_ref()), Some(cg::DISCLOSES), None, None);
        Box::new(quads.filter_map(|quad| quad.map(|quad| as_node(&quad.object)).transpose()))
    }

    /// Tells whether something that is seen leads to a node.
    fn is_brought(&self, node: &NamedOrBlankNode) -> Result<bool, Error> {
        let mut open = vec![node.clone()];
        let mut visited = HashSet::from([node.clone()]);
        while let Some(next) = open.pop() {
            if self.brought.get(&next).is_some() || matches!(&*self.node(&next)?, Node::Entity(true)) {
                return Ok(true);
            }
            for way in BRINGS {
                if any(self.subjects(*way, &next), |fact| self.sees(fact))? {
                    return Ok(true);
                }
            }
            let is_disclosure = |node: &NamedOrBlankNode| -> Result<bool, Error> {
                Ok(matches!(&*self.node(node)?, Node::Disclosure(_)) && self.is_shown(node)?)
            };
            if any(self.subjects(cg::TO_AUDIENCE, &next), is_disclosure)? {
                return Ok(true);
            }
            for way in LEADS {
                for from in self.subjects(*way, &next) {
                    let from = from?;
                    match &*self.node(&from)? {
                        Node::Fact(_) | Node::Disclosure(_) => {
                            if self.is_shown(&from)? {
                                return Ok(true);
                            }
                        }
                        _ => {
                            if visited.insert(from.clone()) {
                                open.push(from);
                            }
                        }
                    }
                }
            }
        }
        Ok(false)
    }

    /// Tells whether a fact that is seen has this predicate or a narrower one.
    fn is_used(&self, relation: &NamedOrBlankNode) -> Result<bool, Error> {
        let mut open = vec![relation.clone()];
        let mut visited = HashSet::from([relation.clone()]);
        while let Some(next) = open.pop() {
            if any(self.subjects(rdf::PREDICATE, &next), |fact| self.sees(fact))? {
                return Ok(true);
            }
            for narrower in self.subjects(rdfs::SUB_PROPERTY_OF, &next) {
                let narrower = narrower?;
                if visited.insert(narrower.clone()) {
                    open.push(narrower);
                }
            }
        }
        Ok(false)
    }

    /// Tells whether any fact has this predicate.
    fn may_be_carried(&self, predicate: &NamedNode) -> Result<bool, Error> {
        self.carrying.get_or_try(predicate, || {
            let object = Some(TermRef::from(predicate.as_ref()));
            let first = self.data.quads_for_pattern(None, Some(rdf::PREDICATE), object, None).next();
            Ok(first.transpose()?.is_some())
        })
    }

    /// Tells whether a triple is carried by a fact that is seen, or by no fact at all.
    fn is_carried_by_seen(&self, triple: &Triple) -> Result<bool, Error> {
        if let Some(all) = self.all_facts.get() {
            return Ok(all.carries(triple).unwrap_or(true));
        }
        if let (Some(store), false) = (self.data.as_oxigraph(), names_blank(triple)) {
            let facts = all_facts::carrying(store, triple)?;
            return Ok(facts.is_empty() || any(facts.into_iter().map(Ok), |fact| self.sees(fact))?);
        }
        let mut is_carried = false;
        // Either end may have very many facts; both are followed until the one with fewer is done.
        let mut by_subject = self.subjects(rdf::SUBJECT, &triple.subject);
        let mut by_object = self.subjects_of_term(rdf::OBJECT, triple.object.as_ref());
        while let (Some(first), Some(second)) = (by_subject.next(), by_object.next()) {
            for fact in [first?, second?] {
                if node::carries(&self.data, fact.as_ref(), triple)? {
                    if self.sees(&fact)? {
                        return Ok(true);
                    }
                    is_carried = true;
                }
            }
        }
        Ok(!is_carried)
    }

    fn subjects(&self, predicate: NamedNodeRef<'static>, object: &NamedOrBlankNode) -> Subjects<'_> {
        self.subjects_of_term(predicate, object.as_ref().into())
    }

    fn subjects_of_term(&self, predicate: NamedNodeRef<'static>, object: TermRef<'_>) -> Subjects<'_> {
        let quads = self.data.quads_for_pattern(None, Some(predicate), Some(object), None);
        Box::new(quads.map(|quad| Ok(quad?.subject)))
    }
}

fn names_blank(triple: &Triple) -> bool {
    triple.subject.is_blank_node() || triple.object.is_blank_node()
}

/// Tells whether something holds of any of some nodes.
fn any(
    nodes: impl Iterator<Item = Result<NamedOrBlankNode, Error>>,
    holds: impl Fn(&NamedOrBlankNode) -> Result<bool, Error>,
) -> Result<bool, Error> {
    for node in nodes {
        if holds(&node?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

type Subjects<'a> = Box<dyn Iterator<Item = Result<NamedOrBlankNode, Error>> + 'a>;

impl<D: Dataset> Dataset for Seen<D> {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        let quads = self.data.quads_for_pattern(subject, predicate, object, graph);
        Box::new(quads.filter_map(|quad| {
            let decide = |quad: Quad| Ok(self.shows(&quad)?.then_some(quad));
            quad.and_then(decide).transpose()
        }))
    }

    fn is_far(&self) -> bool {
        self.data.is_far()
    }

    fn prefetch(&self, patterns: &[Pattern]) -> Result<(), Error> {
        self.data.prefetch(patterns)?;
        if self.is_far() { ahead::look(&self.data, patterns) } else { Ok(()) }
    }

    fn objects(&self, subjects: &[NamedNode], predicates: &[NamedNodeRef<'_>]) -> Result<Vec<Said>, Error> {
        if self.data.is_far() {
            return objects_by_pattern(self, subjects, predicates);
        }
        let said = self.data.objects(subjects, predicates)?;
        self.note_facts(subjects, predicates, &said);
        let brings = |of: usize| BRINGS.contains(&predicates[of]) || LEADS.contains(&predicates[of]);
        for (at, _, object) in said.iter().filter(|(_, of, _)| brings(*of)) {
            if let Some(node) = as_node(object)
                && self.sees(&subjects[*at].clone().into())?
            {
                self.brought.put(node, ());
            }
        }
        let mut seen = Vec::new();
        for (at, of, object) in said {
            let quad = Quad::new(subjects[at].clone(), predicates[of], object, GraphName::DefaultGraph);
            if self.shows(&quad)? {
                seen.push((at, of, quad.object));
            }
        }
        Ok(seen)
    }

    fn quads_with_text(&self, predicate: NamedNodeRef<'_>, lowercase: &str) -> Result<Vec<Quad>, Error> {
        let mut seen = Vec::new();
        for quad in self.data.quads_with_text(predicate, lowercase)? {
            if self.shows(&quad)? {
                seen.push(quad);
            }
        }
        Ok(seen)
    }

    fn facts_at(&self, nodes: &BTreeSet<NamedNode>) -> Result<BTreeSet<NamedNode>, Error> {
        if self.data.is_far() {
            return facts_at_by_pattern(self, nodes);
        }
        let mut seen = BTreeSet::new();
        for fact in self.data.facts_at(nodes)? {
            if self.sees(&fact.clone().into())? {
                seen.insert(fact);
            }
        }
        Ok(seen)
    }

    fn links(&self, nodes: &BTreeSet<NamedNode>, others: Option<&BTreeSet<NamedNode>>) -> Result<Vec<Link>, Error> {
        if self.data.is_far() {
            return links_by_pattern(self, nodes, others);
        }
        let mut seen = Vec::new();
        let conditions = self.view.conditions();
        let holds = |link: &Link| {
            let told = link.told.as_ref()?;
            let of = |condition: &Condition| told.value(condition.predicate).map(|day| condition.holds_for(day));
            conditions.iter().try_fold(true, |all, condition| Some(all & of(condition)?))
        };
        for link in self.data.links(nodes, others)? {
            // What joins two entities speaks of no fact: its own dates decide.
            let is_seen = match holds(&link) {
                Some(holds) => holds,
                None => self.sees(&link.fact.clone().into())?,
            };
            if is_seen {
                for end in [&link.subject, &link.object] {
                    self.brought.put(end.clone().into(), ());
                }
                seen.push(link);
            }
        }
        Ok(seen)
    }

    fn prefetch_all(&self) -> Result<(), Error> {
        self.data.prefetch_all()
    }
}

/// Answers that are kept, so that a node is read once.
struct Memo<K, V>(Mutex<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Memo<K, V> {
    fn get_or_try(&self, key: &K, find: impl FnOnce() -> Result<V, Error>) -> Result<V, Error> {
        if let Some(value) = self.get(key) {
            return Ok(value);
        }
        let value = find()?;
        self.put(key.clone(), value.clone());
        Ok(value)
    }

    fn get(&self, key: &K) -> Option<V> {
        self.lock().get(key).cloned()
    }

    fn put(&self, key: K, value: V) {
        let mut map = self.lock();
        if map.len() >= MEMO {
            map.clear();
        }
        map.insert(key, value);
    }

    /// A panic elsewhere leaves whole entries behind, never half ones.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;
    use oxigraph::store::Store;

    use super::*;
    use crate::store::sorted_quads;

    /// A letter that came out late, an early report, a denial of the letter and one of the report.
    const AFFAIR: &str = r#"
        @prefix : <https://example.org/t/id/> . @prefix cg: <https://w3id.org/casegraph/ns#> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        :firm a cg:Company . :bureau a cg:Agency . cg:sent a cg:Relation . cg:denies a cg:Relation .
        :bureau cg:sent :firm .
        :late a cg:Fact ; rdf:subject :bureau ; rdf:predicate cg:sent ; rdf:object :firm ; cg:asserted true ;
            cg:beginLatest "2013-05-31"^^xsd:date ; cg:knownEarliest "2014-05-21"^^xsd:date ; cg:knownLatest "2014-05-22"^^xsd:date .
        :early a cg:Fact ; rdf:subject :bureau ; rdf:predicate cg:sent ; rdf:object "a letter" ; cg:asserted true ;
            cg:knownEarliest "2013-06-06"^^xsd:date ; cg:knownLatest "2013-06-06"^^xsd:date .
        :denial a cg:Fact , cg:Claim ; rdf:subject :firm ; rdf:predicate cg:denies ; rdf:object :late ;
            cg:knownEarliest "2013-06-06"^^xsd:date ; cg:knownLatest "2013-06-06"^^xsd:date .
        :echo a cg:Fact , cg:Claim ; rdf:subject :firm ; rdf:predicate cg:denies ; rdf:object :denial .
        :undated a cg:Fact ; rdf:subject :firm ; rdf:predicate cg:denies ; rdf:object :early ."#;

    fn affair() -> Store {
        let store = Store::new().expect("a store");
        store.load_from_slice(RdfFormat::TriG, AFFAIR).expect("TriG");
        store
    }

    #[test]
    fn facts_looked_at_together_are_seen_as_one_by_one() {
        let mut sizes = HashSet::new();
        for day in ["2013-06-05", "2013-06-06", "2014-05-21", "2014-05-22", "2020-01-01"] {
            for possible in [false, true] {
                let day = day.parse().ok();
                for (as_of, known_on) in [(None, day), (day, None), (day, day)] {
                    let view = View { as_of, known_on, possible };
                    let (one_by_one, together) = (Seen::new(affair(), view), Seen::new(affair(), view));
                    together.facts_read.store(ONE_BY_ONE, Ordering::Relaxed);
                    let quads = sorted_quads(&one_by_one).expect("quads");
                    assert_eq!(quads, sorted_quads(&together).expect("quads"), "{view}");
                    assert!(one_by_one.all_facts.get().is_none() && together.all_facts.get().is_some(), "{view}");
                    sizes.insert(quads.len());
                }
            }
        }
        assert!(sizes.len() > 3, "the days differ in what they show: {sizes:?}");
    }
}
