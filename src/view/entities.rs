//! Which entities, sources and predicates a view shows, and what stands in the place of those that it may not name. In:
//! facts, disclosures and sources of the day. Out: names, and other IRIs for what would tell too much.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{Literal, NamedNode, NamedNodeRef};
use rdf_columns::TermId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::audience::Viewer;
use super::facts::{Facts, Standing};
use super::names::{Coming, Names};
use super::records::{Kind, Record, Records};
use super::sources::{is_published, is_undated};
use crate::vocab::{cg, dct, in_words, prov, rdf, rdfs, void};

/// What is shown beside facts.
pub(super) struct Around {
    /// Whether what is said of a term is shown, by its number.
    shown: Vec<bool>,
    /// Names of the entities that are shown.
    pub(super) names: FxHashMap<TermId, Names>,
    /// What stands for a source that may not be named.
    stand_ins: FxHashMap<TermId, NamedNodeRef<'static>>,
    /// What nodes are called that would tell too much.
    pub(super) renamed: BTreeMap<TermId, NamedNode>,
}

impl Around {
    pub(super) fn of(records: &Records, viewer: &Viewer, facts: &Facts) -> Self {
        let shown = vec![false; records.data().term_count()];
        let mut around =
            Self { shown, names: FxHashMap::default(), stand_ins: FxHashMap::default(), renamed: BTreeMap::new() };
        for fact in facts.shown().filter(|fact| !fact.is_identity()) {
            around.show(fact.id);
        }
        for disclosure in records.of_kind(Kind::Disclosure) {
            if around.shows_disclosure(viewer, disclosure) {
                around.show(disclosure.id);
            }
        }
        let coming = around.comings(records, viewer, facts);
        around.name_entities(records, viewer, &coming);
        for fact in facts.shown().filter(|fact| fact.is_identity()) {
            let record = records.record(fact.id);
            let mut ends = record.objects(rdf::SUBJECT).chain(record.objects(rdf::OBJECT));
            let is_shown = ends.all(|end| {
                let by_row = around.names.get(&end).is_some_and(|names| names.by_row);
                !records.is_record(end) || viewer.now.is_none() || by_row && around.shows(end)
            });
            if is_shown {
                around.show(fact.id);
            }
        }
        around.show_records(records, viewer, facts);
        around.show_sources(records, viewer);
        around.show_relations(records, facts);
        if viewer.now.is_some() {
            around.rename(records, facts);
        }
        around
    }

    fn show(&mut self, id: TermId) {
        if let Some(shown) = self.shown.get_mut(id.index()).filter(|_| id.is_in_dictionary()) {
            *shown = true;
        }
    }

    /// Tells whether what is said of a node is shown.
    pub(super) fn shows(&self, id: TermId) -> bool {
        id.is_in_dictionary() && self.shown.get(id.index()).copied().unwrap_or_default()
    }

    /// Returns what stands for a source, where it may not be named itself.
    pub(super) fn stand_in(&self, id: TermId) -> Option<NamedNodeRef<'static>> {
        self.stand_ins.get(&id).copied()
    }

    /// Tells whether a term may be named: it is not one of a record that is hidden.
    pub(super) fn may_name(&self, records: &Records, id: TermId) -> bool {
        self.shows(id) || !records.is_node(id) || self.renamed.contains_key(&id) || !records.is_record(id)
    }

    fn shows_disclosure(&self, viewer: &Viewer, disclosure: Record<'_>) -> bool {
        let is_known = viewer.has_come(disclosure.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST))
            || viewer.was_told_to_audience(disclosure)
                && viewer.has_come(disclosure.days(cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST));
        is_known && disclosure.objects(cg::DISCLOSES).any(|fact| self.shows(fact))
    }

    /// Returns how each entity comes into the view.
    fn comings(&self, records: &Records, viewer: &Viewer, facts: &Facts) -> FxHashMap<TermId, Coming> {
        let mut comings: FxHashMap<TermId, Coming> = FxHashMap::default();
        for entity in records.of_kind(Kind::Entity) {
            let is_audience = viewer.audience == Some(entity.id);
            if viewer.has_come(entity.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST)) || is_audience {
                let coming = Coming { is_shown: true, by_all_names: true, ..Coming::default() };
                comings.insert(entity.id, Coming { by_private: is_audience, ..coming });
            }
        }
        let columns = records.of_facts();
        for fact in facts.all().iter().filter(|fact| fact.standing != Standing::Hidden && !fact.is_identity()) {
            let ends = [columns.subject, columns.object, columns.made_at];
            let ends = ends.into_iter().flat_map(|end| end.objects(fact.id));
            for end in ends.filter(|end| end.is_in_dictionary()) {
                let coming = comings.entry(end).or_default();
                coming.is_shown |= fact.is_held || fact.is_spoken_of;
                coming.by_all_names |= fact.standing == Standing::AsSaid
                    || fact.ways.iter().any(|way| !way.is_private && way.scope.is_empty());
                coming.by_private |= fact.ways.iter().any(|way| way.is_private && way.scope.is_empty());
                coming.scope.extend(fact.ways.iter().flat_map(|way| way.scope.iter().cloned()));
            }
        }
        for disclosure in records.of_kind(Kind::Disclosure).filter(|disclosure| self.shows(disclosure.id)) {
            for audience in disclosure.objects(cg::TO_AUDIENCE) {
                let coming = comings.entry(audience).or_default();
                (coming.is_shown, coming.by_all_names) = (true, true);
            }
        }
        comings
    }

    fn name_entities(&mut self, records: &Records, viewer: &Viewer, comings: &FxHashMap<TermId, Coming>) {
        let mut rows: FxHashMap<TermId, Vec<TermId>> = FxHashMap::default();
        for name in records.of_kind(Kind::Name) {
            for entity in name.objects(cg::NAME_OF) {
                rows.entry(entity).or_default().push(name.id);
            }
        }
        for entity in records.of_kind(Kind::Entity) {
            let Some(coming) = comings.get(&entity.id).filter(|coming| coming.is_shown) else { continue };
            self.show(entity.id);
            let rows = rows.get(&entity.id).map(Vec::as_slice).unwrap_or_default();
            if viewer.now.is_none() {
                for row in rows {
                    self.show(*row);
                }
                continue;
            }
            let names = Names::of(records, entity, rows, coming, viewer);
            for row in &names.rows {
                self.show(*row);
            }
            self.names.insert(entity.id, names);
        }
        // A source may stand at the end of a fact; whether it may be named is for its date to say.
        for source in records.of_kind(Kind::Source) {
            if comings.get(&source.id).is_some_and(|coming| coming.is_shown) {
                self.show(source.id);
            }
        }
    }

    /// Shows what hangs on facts: judgements, and citations of what is published.
    fn show_records(&mut self, records: &Records, viewer: &Viewer, facts: &Facts) {
        for judgement in records.of_kind(Kind::Judgement) {
            let has_come = viewer.has_come(judgement.days(cg::SINCE_EARLIEST, cg::SINCE_LATEST));
            if has_come && judgement.objects(cg::JUDGES).any(|fact| self.shows(fact)) {
                self.show(judgement.id);
            }
        }
        for citation in records.of_kind(Kind::Citation) {
            let mut facts = records.subjects(cg::CITATION_OF_FACT, citation.id).filter_map(|fact| facts.of(fact));
            if facts.any(super::facts::Fact::is_shown)
                && citation.linked(cg::CITES).any(|source| is_published(source, viewer))
            {
                self.show(citation.id);
            }
        }
        if viewer.now.is_none() {
            records.of_kind(Kind::Statement).chain(records.of_kind(Kind::Log)).for_each(|record| self.show(record.id));
            for (number, shown) in self.shown.iter_mut().enumerate() {
                *shown |= TermId::from_index(number).is_some_and(|id| records.kind(id) == Kind::Other);
            }
        } else {
            for id in records.all_subjects(cg::KNOWN_EARLIEST) {
                let is_plain = matches!(records.kind(id), Kind::Other | Kind::Statement);
                if is_plain && viewer.has_come(records.record(id).days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST)) {
                    self.show(id);
                }
            }
        }
        records.of_kind(Kind::Case).for_each(|case| self.show(case.id));
    }

    /// Shows the sources that something shown rests on, and those that they draw on, as far as they were published.
    fn show_sources(&mut self, records: &Records, viewer: &Viewer) {
        let mut open = Vec::new();
        for property in [dct::SOURCE, cg::CITES, prov::WAS_DERIVED_FROM] {
            for subject in records.all_subjects(property).filter(|subject| self.shows(*subject)) {
                open.extend(self.rests_on(records, subject));
            }
        }
        while let Some(source) = open.pop() {
            if !self.shows(source) && is_published(records.record(source), viewer) {
                self.show(source);
                open.extend(self.rests_on(records, source));
            }
        }
        for source in records.of_kind(Kind::Source).filter(|_| viewer.now.is_some()) {
            if !is_published(source, viewer) {
                self.shown[source.id.index()] = false;
                // What stands for a source in one view does so in a view of it.
                let is_later = records.find(cg::LATER_SOURCE.as_str()) == Some(source.id) || !is_undated(source);
                self.stand_ins.insert(source.id, if is_later { cg::LATER_SOURCE } else { cg::UNDATED_SOURCE });
            }
        }
    }

    /// Returns the sources that a record rests on.
    fn rests_on(&self, records: &Records, id: TermId) -> Vec<TermId> {
        let by_row = self.names.get(&id).is_none_or(|names| names.by_row);
        let property = match records.kind(id) {
            Kind::Citation => cg::CITES,
            Kind::Source => prov::WAS_DERIVED_FROM,
            _ => dct::SOURCE,
        };
        let sources = records.record(id).objects(property).filter(|_| by_row);
        sources.filter(|source| records.kind(*source) == Kind::Source).collect()
    }

    /// Shows the predicates that facts use, and those above them.
    fn show_relations(&mut self, records: &Records, facts: &Facts) {
        let used = facts
            .all()
            .iter()
            .filter(|fact| self.shows(fact.id) || (fact.standing != Standing::Hidden && fact.is_spoken_of));
        let columns = records.of_facts();
        let used: FxHashSet<TermId> = used.flat_map(|fact| columns.predicate.objects(fact.id)).collect();
        let mut open: Vec<TermId> = used.into_iter().collect();
        while let Some(relation) = open.pop() {
            if !self.shows(relation) {
                self.show(relation);
                open.extend(records.record(relation).objects(rdfs::SUB_PROPERTY_OF));
            }
        }
    }

    /// Gives those who are not known by the name of their row an id that tells nothing, and the facts and citations that are
    /// named after them.
    fn rename(&mut self, records: &Records, facts: &Facts) {
        let unnamed: BTreeSet<TermId> =
            self.names.iter().filter(|(_, names)| !names.by_row).map(|(id, _)| *id).collect();
        if unnamed.is_empty() {
            return;
        }
        let mut bases: Vec<String> =
            records.of_kind(Kind::Case).filter_map(|case| case.text(void::URI_SPACE)).collect();
        bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
        let split = |iri: &str| {
            let base = bases.iter().find(|base| iri.starts_with(base.as_str())).map(String::as_str).unwrap_or_default();
            (base.to_owned(), iri[base.len()..].to_owned())
        };
        let mut ids: FxHashMap<(String, String), String> = FxHashMap::default();
        for (at, (class, iri, id)) in told_order(records, facts, &unnamed).into_iter().enumerate() {
            let (base, path) = split(&iri);
            let other = format!("unnamed-{}", at + 1);
            self.renamed.insert(id, NamedNode::new_unchecked(format!("{base}{other}")));
            ids.insert((base, path), other);
            if let Some(names) = self.names.get_mut(&id).filter(|names| names.labels.is_empty()) {
                names.labels = vec![not_yet_named(&class)];
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
            for (at, row) in self.names[&id].rows.iter().enumerate() {
                let node = format!("{base}name/{}--{}", ids[&(base.clone(), path.clone())], at + 1);
                self.renamed.insert(*row, NamedNode::new_unchecked(node));
            }
        }
    }
}

/// Returns the class, the IRI and the number of those without a name, in the order of what the view shows of them, so that
/// their place in it tells nothing of their ids.
fn told_order(records: &Records, facts: &Facts, unnamed: &BTreeSet<TermId>) -> Vec<(String, String, TermId)> {
    let mut told: BTreeMap<TermId, Vec<String>> = unnamed.iter().map(|id| (*id, Vec::new())).collect();
    for fact in facts.all().iter().filter(|fact| fact.standing != Standing::Hidden) {
        let record = records.record(fact.id);
        for (role, other) in [(rdf::SUBJECT, rdf::OBJECT), (rdf::OBJECT, rdf::SUBJECT)] {
            for end in record.objects(role) {
                let Some(told) = told.get_mut(&end) else { continue };
                let predicate = record.text(rdf::PREDICATE).unwrap_or_default();
                let iri = record.iri();
                let id = iri.rsplit("fact/").next().filter(|id| !id.contains("--")).unwrap_or_default();
                let other = record.objects(other).filter(|other| records.is_node(*other) && records.is_record(*other));
                let other = other.into_iter().find(|other| !unnamed.contains(other));
                let other = other.map(|other| records.text(other)).unwrap_or_default();
                told.push(format!("{} {predicate} {id} {role} {other}", fact.known.0));
            }
        }
    }
    let mut order = Vec::new();
    for (id, mut facts) in told {
        facts.sort_unstable();
        let class = records.record(id).classes().min().unwrap_or_default();
        order.push((facts, class, records.text(id), id));
    }
    order.sort_unstable();
    order.into_iter().map(|(_, class, iri, id)| (class, iri, id)).collect()
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
