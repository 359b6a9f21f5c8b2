//! Which records a view shows, and what those are called that it may not name. In: facts, disclosures and sources of the day.
//! Out: whether a record is shown, the names of entities, and other IRIs for what would tell too much.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use oxigraph::model::{Literal, NamedNode};
use rdf_columns::{Added, ReadError, TermId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Fact, Standing};
use super::names::{Coming, Names};
use super::records::{Kind, Record};
use super::shown::Shown;
use super::sources::is_published;
use crate::vocab::{cg, dct, in_words, prov, rdf, rdfs, void};

impl Shown {
    /// Tells whether what is said of a record of a kind is shown.
    pub(super) fn shows_as(&self, record: Record<'_>, kind: Kind) -> bool {
        let id = record.id;
        match kind {
            Kind::Fact => self.shows_fact(&self.facts.of(&self.viewer, record)),
            Kind::Case => true,
            Kind::Log => self.viewer.now.is_none(),
            Kind::Entity => self.named(record).is_some(),
            Kind::Disclosure => self.shows_disclosure(record),
            Kind::Name => record.linked(cg::NAME_OF).any(|entity| {
                self.named(entity).is_some_and(|names| self.viewer.now.is_none() || names.rows.contains(&id))
            }),
            Kind::Judgement => {
                self.viewer.has_come(record.days(cg::SINCE_EARLIEST, cg::SINCE_LATEST))
                    && record.objects(cg::JUDGES).any(|fact| self.shows(fact))
            }
            Kind::Citation => {
                let mut facts = self.records.subjects(cg::CITATION_OF_FACT, id).filter_map(|fact| self.fact(fact));
                record.linked(cg::CITES).any(|source| is_published(source, &self.viewer))
                    && facts.any(|fact| fact.is_shown())
            }
            Kind::Statement => self.has_become_known(record),
            Kind::Source => self.shows_source(record),
            Kind::Relation => self.shows_relation(id),
            Kind::Other => self.has_become_known(record) || self.shows_relation(id),
        }
    }

    /// Tells whether a fact is shown: a decision about who is one with whom where both may be named.
    pub(super) fn shows_fact(&self, fact: &Fact) -> bool {
        let may_name = |end: TermId| {
            let by_row = || self.names(end).is_some_and(|names| names.by_row);
            self.viewer.now.is_none() || !self.records.is_record(end) || by_row()
        };
        let record = self.records.record(fact.id);
        let mut ends = record.objects(rdf::SUBJECT).chain(record.objects(rdf::OBJECT));
        fact.is_shown() && (!fact.is_identity() || ends.all(may_name))
    }

    fn shows_disclosure(&self, disclosure: Record<'_>) -> bool {
        let viewer = &self.viewer;
        let is_known = viewer.has_come(disclosure.known())
            || viewer.was_told_to_audience(disclosure)
                && viewer.has_come(disclosure.days(cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST));
        let is_shown = |fact: &Fact| fact.is_shown() && !fact.is_identity();
        is_known && disclosure.objects(cg::DISCLOSES).any(|fact| self.fact(fact).is_some_and(|fact| is_shown(&fact)))
    }

    /// Tells whether something that no table of casegraph's own describes has become known.
    fn has_become_known(&self, record: Record<'_>) -> bool {
        self.viewer.now.is_none_or(|now| record.known().is_some_and(|days| now.has_come(days)))
    }

    /// Returns how an entity or a source comes into the view.
    fn coming(&self, node: Record<'_>) -> Coming {
        let mut coming = Coming::default();
        if node.kind() == Kind::Entity {
            let is_audience = self.viewer.audience == Some(node.id);
            coming.is_shown = self.viewer.has_come(node.known()) || is_audience;
            (coming.by_all_names, coming.by_private) = (coming.is_shown, is_audience);
        }
        let disclosures = self.records.subjects(cg::TO_AUDIENCE, node.id).map(|id| node.beside(id));
        let mut disclosures = disclosures.filter(|record| record.kind() == Kind::Disclosure);
        if disclosures.any(|disclosure| self.shows_disclosure(disclosure)) {
            (coming.is_shown, coming.by_all_names) = (true, true);
        }
        let is_partly_told = self.partly_told.contains(&node.id);
        let facts = [rdf::SUBJECT, rdf::OBJECT, cg::MADE_AT].into_iter();
        for id in facts.flat_map(|end| self.records.subjects(end, node.id)) {
            if coming.is_shown && coming.by_all_names && !is_partly_told {
                break;
            }
            let Some(fact) = self.fact(id).filter(|fact| fact.standing != Standing::Hidden && !fact.is_identity())
            else {
                continue;
            };
            coming.is_shown |= fact.is_held || fact.is_spoken_of;
            coming.by_all_names |= fact.is_told_by_all_names();
            coming.by_private |= fact.ways.iter().any(|way| way.is_private && way.scope.is_empty());
            coming.scope.extend(fact.ways.iter().flat_map(|way| way.scope.iter().cloned()));
        }
        coming
    }

    /// Returns the names of an entity that is shown; none of one that is hidden.
    fn named(&self, entity: Record<'_>) -> Option<Arc<Names>> {
        let kept = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = kept().get(&entity.id) {
            return names.clone();
        }
        let coming = Some(self.coming(entity)).filter(|coming| coming.is_shown);
        let rows: Vec<TermId> = self.records.subjects(cg::NAME_OF, entity.id).collect();
        let names = coming.map(|coming| Arc::new(Names::of(entity, &rows, &coming, &self.viewer)));
        kept().insert(entity.id, names.clone());
        names
    }

    /// Returns the names of an entity on the day of knowledge; none where everything is known, or it is hidden.
    pub(super) fn names(&self, id: TermId) -> Option<Arc<Names>> {
        self.viewer.now?;
        let record = self.records.record(id);
        if record.kind() == Kind::Entity { self.named(record) } else { None }
    }

    /// Returns all names of the day.
    pub(super) fn told_names(&self) -> &FxHashSet<String> {
        self.told_names.get_or_init(|| {
            let names = self.records.of_kind(Kind::Entity).filter_map(|entity| self.names(entity.id));
            let text = |name: &TermId| self.records.text(*name);
            names.flat_map(|names| names.labels.iter().chain(&names.others).map(text).collect::<Vec<_>>()).collect()
        })
    }

    /// Tells whether a source is shown: it was published, and something shown speaks of it, rests on it, or draws on it.
    fn shows_source(&self, source: Record<'_>) -> bool {
        let subjects = |property, id| self.records.subjects(property, id).map(|id| self.records.record(id));
        let rests = |record: Record<'_>| match record.kind() {
            Kind::Citation | Kind::Source | Kind::Relation => false,
            Kind::Other => self.has_become_known(record),
            Kind::Entity => self.named(record).is_some_and(|names| names.by_row),
            _ => self.shows(record.id),
        };
        let (mut open, mut seen) = (vec![source], FxHashSet::default());
        while let Some(source) = open.pop() {
            if !is_published(source, &self.viewer) || !seen.insert(source.id) {
                continue;
            }
            let mut citing = subjects(cg::CITES, source.id).filter(|record| record.kind() == Kind::Citation);
            if self.coming(source).is_shown
                || subjects(dct::SOURCE, source.id).any(rests)
                || citing.any(|citation| self.shows(citation.id))
            {
                return true;
            }
            open.extend(subjects(prov::WAS_DERIVED_FROM, source.id).filter(|record| record.kind() == Kind::Source));
        }
        false
    }

    /// Tells whether a fact that is shown uses a predicate, or one below it.
    fn shows_relation(&self, relation: TermId) -> bool {
        let uses = |fact: TermId| self.look(fact).is_told;
        let (mut open, mut seen) = (vec![relation], FxHashSet::default());
        while let Some(relation) = open.pop() {
            if seen.insert(relation) {
                if self.records.subjects(rdf::PREDICATE, relation).any(uses) {
                    return true;
                }
                open.extend(self.records.subjects(rdfs::SUB_PROPERTY_OF, relation));
            }
        }
        false
    }

    /// Gives those who are not known by the name of their row an id that tells nothing, and the facts and citations that are
    /// named after them.
    pub(super) fn rename(&mut self, added: &mut Added) -> Result<(), ReadError> {
        let unnamed = self.unnamed();
        if unnamed.is_empty() {
            return Ok(());
        }
        let records = Arc::clone(&self.records);
        let mut bases: Vec<String> =
            records.of_kind(Kind::Case).filter_map(|case| case.text(void::URI_SPACE)).collect();
        bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
        let split = |iri: &str| {
            let base = bases.iter().find(|base| iri.starts_with(base.as_str())).map(String::as_str).unwrap_or_default();
            (base.to_owned(), iri[base.len()..].to_owned())
        };
        let mut ids: FxHashMap<(String, String), String> = FxHashMap::default();
        for (at, (class, iri, id)) in self.told_order(&unnamed).into_iter().enumerate() {
            let (base, path) = split(&iri);
            let other = format!("unnamed-{}", at + 1);
            self.renamed.insert(id, NamedNode::new_unchecked(format!("{base}{other}")));
            ids.insert((base, path), other);
            let names = self.names(id).filter(|names| names.labels.is_empty());
            if let Some(names) = names {
                let label = added.term(records.data(), not_yet_named(&class).into())?;
                let names = Names { labels: vec![label], ..(*names).clone() };
                let mut kept = self.names.lock().unwrap_or_else(PoisonError::into_inner);
                kept.insert(id, Some(Arc::new(names)));
            }
        }
        for kind in [Kind::Fact, Kind::Citation, Kind::Judgement] {
            for record in records.of_kind(kind) {
                let (base, path) = split(&record.iri());
                let Some((folder, id)) = path.split_once('/') else { continue };
                if let Some(other) = without_ids(&base, id, &ids) {
                    self.renamed.insert(record.id, NamedNode::new_unchecked(format!("{base}{folder}/{other}")));
                }
            }
        }
        // The IRI of a name ends with a fingerprint of the id, by which a guess could be tried.
        for id in unnamed {
            let (base, path) = split(&records.text(id));
            let rows = self.names(id).map(|names| names.rows.clone()).unwrap_or_default();
            for (at, row) in rows.into_iter().enumerate() {
                let node = format!("{base}name/{}--{}", ids[&(base.clone(), path.clone())], at + 1);
                self.renamed.insert(row, NamedNode::new_unchecked(node));
            }
        }
        for (id, node) in &self.renamed {
            added.rename(*id, node.clone().into());
        }
        Ok(())
    }

    /// Returns the entities that are shown, and not known by the name of their row.
    fn unnamed(&self) -> BTreeSet<TermId> {
        if self.viewer.now.is_none() {
            return BTreeSet::new();
        }
        let entities = self.records.of_kind(Kind::Entity).filter(|entity| {
            // Whoever is told of without a condition has the name of the row.
            self.partly_told.contains(&entity.id)
                || entity.known().is_some()
                || self.records.subjects(cg::NAME_OF, entity.id).next().is_some()
                || entity.object(rdfs::LABEL).is_none()
        });
        let unnamed = entities.filter(|entity| self.names(entity.id).is_some_and(|names| !names.by_row));
        unnamed.map(|entity| entity.id).collect()
    }

    /// Returns the class, the IRI and the number of those without a name, in the order of what the view shows of them, so that
    /// their place in it tells nothing of their ids.
    fn told_order(&self, unnamed: &BTreeSet<TermId>) -> Vec<(String, String, TermId)> {
        let records = &self.records;
        let mut order = Vec::new();
        for id in unnamed {
            let mut told = Vec::new();
            for (role, other) in [(rdf::SUBJECT, rdf::OBJECT), (rdf::OBJECT, rdf::SUBJECT)] {
                let facts: BTreeSet<TermId> = records.subjects(role, *id).collect();
                let facts = facts.into_iter().filter_map(|fact| self.fact(fact));
                for fact in facts.filter(|fact| fact.standing != Standing::Hidden) {
                    let record = records.record(fact.id);
                    let predicate = record.text(rdf::PREDICATE).unwrap_or_default();
                    let iri = record.iri();
                    let id = iri.rsplit("fact/").next().filter(|id| !id.contains("--")).unwrap_or_default();
                    let mut others = record.objects(other);
                    let other = others
                        .find(|other| records.is_node(*other) && records.is_record(*other) && !unnamed.contains(other));
                    let other = other.map(|other| records.text(other)).unwrap_or_default();
                    told.push(format!("{} {predicate} {id} {role} {other}", fact.known.0));
                }
            }
            told.sort_unstable();
            let record = records.record(*id);
            order.push((told, record.classes().min().unwrap_or_default(), record.iri(), *id));
        }
        order.sort_unstable();
        order.into_iter().map(|(_, class, iri, id)| (class, iri, id)).collect()
    }
}

/// Returns an id that is put together from others by `--`, with other ids in their place where they tell too much.
fn without_ids(base: &str, id: &str, ids: &FxHashMap<(String, String), String>) -> Option<String> {
    let mut found = false;
    let other = |part: &str| ids.get(&(base.to_owned(), part.to_owned()));
    let mut id = id.to_owned();
    for (at, _) in id.clone().match_indices("--") {
        if let Some(other) = other(&id[..at]) {
            id = format!("{other}{}", &id[at..]);
            found = true;
            break;
        }
    }
    for (at, _) in id.clone().match_indices("--") {
        if let Some(other) = other(&id[at + 2..]) {
            id = format!("{}--{other}", &id[..at]);
            found = true;
            break;
        }
    }
    found.then_some(id)
}

/// Returns what an entity is called before it has a name, such as `an agency, not yet named`.
fn not_yet_named(class: &str) -> Literal {
    let class = in_words(class);
    let article = if class.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Literal::new_simple_literal(format!("{article} {class}, not yet named"))
}
