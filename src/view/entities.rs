//! Which entities, sources and predicates a view shows, and what stands in the place of those that it may not name. In:
//! facts, disclosures and sources of the day. Out: names, and other IRIs for what would tell too much.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Term};

use super::audience::Viewer;
use super::facts::{Facts, Standing};
use super::names::{Coming, Names};
use super::records::{Kind, Record, Records, as_node};
use super::sources::{is_published, is_undated};
use crate::vocab::{cg, dct, in_words, prov, rdf, rdfs, void};

/// What is shown beside facts.
pub(super) struct Around {
    /// Whether a record is shown, by its number.
    shown: Vec<bool>,
    /// Names of the entities that are shown.
    pub(super) names: HashMap<usize, Names>,
    /// What stands for a node.
    renamed: HashMap<NamedOrBlankNode, NamedNode>,
}

impl Around {
    pub(super) fn of(records: &Records, viewer: &Viewer<'_>, facts: &Facts<'_>) -> Self {
        let mut around = Self { shown: vec![false; records.len()], names: HashMap::new(), renamed: HashMap::new() };
        for fact in facts.shown().filter(|fact| !fact.is_identity()) {
            around.shown[fact.number] = true;
        }
        for (number, disclosure) in records.of_kind(Kind::Disclosure) {
            around.shown[number] = around.shows_disclosure(records, viewer, disclosure);
        }
        let coming = around.comings(records, viewer, facts);
        around.name_entities(records, viewer, &coming);
        for fact in facts.shown().filter(|fact| fact.is_identity()) {
            let mut ends = records.linked(fact.record, rdf::SUBJECT).chain(records.linked(fact.record, rdf::OBJECT));
            around.shown[fact.number] = ends.all(|end| {
                viewer.now.is_none() || around.names.get(&end).is_some_and(|names| names.by_row) && around.shown[end]
            });
        }
        around.show_records(records, viewer, facts);
        around.show_sources(records, viewer);
        around.show_relations(records, facts);
        if viewer.now.is_some() {
            around.rename(records, facts);
        }
        around
    }

    /// Tells whether a record is shown, by its number.
    pub(super) fn shows(&self, number: usize) -> bool {
        self.shown[number]
    }

    /// Returns what a node is called in the view.
    pub(super) fn node(&self, node: &NamedOrBlankNode) -> NamedOrBlankNode {
        self.renamed.get(node).map_or_else(|| node.clone(), |other| other.clone().into())
    }

    /// Returns what a term is called in the view; nothing where it names a record that is not shown.
    pub(super) fn term(&self, records: &Records, term: &Term) -> Option<Term> {
        let Some(node) = as_node(term) else { return Some(term.clone()) };
        if let Some(other) = self.renamed.get(&node) {
            return Some(other.clone().into());
        }
        match records.number(&node) {
            Some(number) if !self.shown[number] => None,
            _ => Some(term.clone()),
        }
    }

    fn shows_disclosure(&self, records: &Records, viewer: &Viewer<'_>, disclosure: &Record) -> bool {
        let is_known = viewer.has_come(disclosure.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST))
            || viewer.was_told_to_audience(disclosure)
                && viewer.has_come(disclosure.days(cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST));
        is_known && records.linked(disclosure, cg::DISCLOSES).any(|fact| self.shown[fact])
    }

    /// Returns how each entity comes into the view, by the number of its record.
    fn comings<'r>(&self, records: &'r Records, viewer: &Viewer<'r>, facts: &Facts<'r>) -> HashMap<usize, Coming<'r>> {
        let mut comings: HashMap<usize, Coming<'r>> = HashMap::new();
        for (number, entity) in records.of_kind(Kind::Entity) {
            if viewer.has_come(entity.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST)) || viewer.audience == Some(number) {
                let coming = Coming { is_shown: true, by_all_names: true, ..Coming::default() };
                comings.insert(number, Coming { by_private: viewer.audience == Some(number), ..coming });
            }
        }
        for fact in facts.all().iter().filter(|fact| fact.standing != Standing::Hidden && !fact.is_identity()) {
            let ends =
                [rdf::SUBJECT, rdf::OBJECT, cg::MADE_AT].into_iter().flat_map(|end| records.linked(fact.record, end));
            for end in ends {
                let coming = comings.entry(end).or_default();
                coming.is_shown |= fact.is_held || fact.is_spoken_of;
                coming.by_all_names |= fact.standing == Standing::AsSaid
                    || fact.ways.iter().any(|way| !way.is_private && way.scope.is_empty());
                coming.by_private |= fact.ways.iter().any(|way| way.is_private && way.scope.is_empty());
                coming.scope.extend(fact.ways.iter().flat_map(|way| way.scope.iter().copied()));
            }
        }
        for (_, disclosure) in records.of_kind(Kind::Disclosure).filter(|(number, _)| self.shown[*number]) {
            for audience in records.linked(disclosure, cg::TO_AUDIENCE) {
                let coming = comings.entry(audience).or_default();
                (coming.is_shown, coming.by_all_names) = (true, true);
            }
        }
        comings
    }

    fn name_entities(&mut self, records: &Records, viewer: &Viewer<'_>, comings: &HashMap<usize, Coming<'_>>) {
        let mut rows: HashMap<usize, Vec<(usize, &Record)>> = HashMap::new();
        for (number, name) in records.of_kind(Kind::Name) {
            for entity in records.linked(name, cg::NAME_OF) {
                rows.entry(entity).or_default().push((number, name));
            }
        }
        for (number, entity) in records.of_kind(Kind::Entity) {
            let Some(coming) = comings.get(&number).filter(|coming| coming.is_shown) else { continue };
            self.shown[number] = true;
            let rows = rows.get(&number).map(Vec::as_slice).unwrap_or_default();
            if viewer.now.is_none() {
                for (row, _) in rows {
                    self.shown[*row] = true;
                }
                continue;
            }
            let names = Names::of(entity, rows, coming, viewer);
            for row in &names.rows {
                self.shown[*row] = true;
            }
            self.names.insert(number, names);
        }
        // A source may stand at the end of a fact; whether it may be named is for its date to say.
        let is_source = |number: &usize| records.all()[*number].kind == Kind::Source;
        let shown = comings.iter().filter(|(_, coming)| coming.is_shown).map(|(number, _)| *number);
        shown.filter(is_source).for_each(|number| self.shown[number] = true);
    }

    /// Shows what hangs on facts: judgements, and citations of what is published.
    fn show_records(&mut self, records: &Records, viewer: &Viewer<'_>, facts: &Facts<'_>) {
        for (number, judgement) in records.of_kind(Kind::Judgement) {
            let has_come = viewer.has_come(judgement.days(cg::SINCE_EARLIEST, cg::SINCE_LATEST));
            self.shown[number] = has_come && records.linked(judgement, cg::JUDGES).any(|fact| self.shown[fact]);
        }
        for fact in facts.shown() {
            for citation in records.linked(fact.record, cg::CITATION_OF_FACT) {
                let mut sources = records.named_by(&records.all()[citation], cg::CITES);
                self.shown[citation] = sources.any(|source| is_published(source, viewer));
            }
        }
        for (number, record) in records.of_kind(Kind::Other).chain(records.of_kind(Kind::Statement)) {
            self.shown[number] = viewer.has_come(record.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST));
        }
        let always = records.of_kind(Kind::Case).chain(records.of_kind(Kind::Log).filter(|_| viewer.now.is_none()));
        for (number, _) in always {
            self.shown[number] = true;
        }
    }

    /// Shows the sources that something shown rests on, and those that they draw on, as far as they were published.
    fn show_sources(&mut self, records: &Records, viewer: &Viewer<'_>) {
        let is_source = |number: &usize| records.all()[*number].kind == Kind::Source;
        let rests_on = |number: usize, around: &Self| {
            let record = &records.all()[number];
            let by_row = around.names.get(&number).is_none_or(|names| names.by_row);
            let property = match record.kind {
                Kind::Citation => cg::CITES,
                Kind::Source => prov::WAS_DERIVED_FROM,
                _ => dct::SOURCE,
            };
            let sources = records.linked(record, property).filter(|_| by_row).filter(is_source);
            sources.collect::<Vec<_>>()
        };
        let mut open: Vec<usize> = (0..records.len()).filter(|number| self.shown[*number]).collect();
        while let Some(number) = open.pop() {
            for source in rests_on(number, self) {
                if !self.shown[source] && is_published(&records.all()[source], viewer) {
                    self.shown[source] = true;
                    open.push(source);
                }
            }
        }
        for (number, source) in records.of_kind(Kind::Source).filter(|_| viewer.now.is_some()) {
            if !is_published(source, viewer) {
                self.shown[number] = false;
                // What stands for a source in one view does so in a view of it.
                let is_later = source.node == cg::LATER_SOURCE.into_owned().into() || !is_undated(source);
                let stand_in = if is_later { cg::LATER_SOURCE } else { cg::UNDATED_SOURCE };
                self.renamed.insert(source.node.clone(), stand_in.into_owned());
            }
        }
    }

    /// Shows the predicates that facts use, and those above them.
    fn show_relations(&mut self, records: &Records, facts: &Facts<'_>) {
        let used = facts
            .all()
            .iter()
            .filter(|fact| self.shown[fact.number] || (fact.standing != Standing::Hidden && fact.is_spoken_of));
        let mut open: Vec<usize> = used.flat_map(|fact| records.linked(fact.record, rdf::PREDICATE)).collect();
        while let Some(relation) = open.pop() {
            if !std::mem::replace(&mut self.shown[relation], true) {
                open.extend(records.linked(&records.all()[relation], rdfs::SUB_PROPERTY_OF));
            }
        }
    }

    /// Gives those who are not known by the name of their row an id that tells nothing, and the facts and citations that are
    /// named after them.
    fn rename(&mut self, records: &Records, facts: &Facts<'_>) {
        let mut bases: Vec<&str> =
            records.of_kind(Kind::Case).filter_map(|(_, case)| case.text(void::URI_SPACE)).collect();
        bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
        let split = |iri: &str| {
            let base = bases.iter().find(|base| iri.starts_with(**base)).copied().unwrap_or_default();
            (base.to_owned(), iri[base.len()..].to_owned())
        };
        let unnamed: BTreeSet<usize> =
            self.names.iter().filter(|(_, names)| !names.by_row).map(|(number, _)| *number).collect();
        if unnamed.is_empty() {
            return;
        }
        // They are numbered by what the view shows of them, so that the number tells nothing of their ids.
        let mut told: BTreeMap<usize, Vec<String>> = unnamed.iter().map(|number| (*number, Vec::new())).collect();
        for fact in facts.all().iter().filter(|fact| fact.standing != Standing::Hidden) {
            for (role, other) in [(rdf::SUBJECT, rdf::OBJECT), (rdf::OBJECT, rdf::SUBJECT)] {
                for end in records.linked(fact.record, role) {
                    let Some(told) = told.get_mut(&end) else { continue };
                    let predicate = fact.record.iri(rdf::PREDICATE).unwrap_or_default();
                    let id = fact.record.iri_of().rsplit("fact/").next().filter(|id| !id.contains("--"));
                    let other = records.linked(fact.record, other).find(|other| !unnamed.contains(other));
                    let other = other.map_or("", |other| records.all()[other].iri_of());
                    told.push(format!("{} {predicate} {} {role} {other}", fact.known.0, id.unwrap_or_default()));
                }
            }
        }
        let mut order: Vec<(Vec<String>, String, String, usize)> = Vec::new();
        for (number, mut facts) in told {
            facts.sort_unstable();
            let record = &records.all()[number];
            let class = record.classes().min().unwrap_or_default().to_owned();
            order.push((facts, class, record.iri_of().to_owned(), number));
        }
        order.sort_unstable();
        let mut ids: HashMap<(String, String), String> = HashMap::new();
        for (at, (_, class, iri, number)) in order.into_iter().enumerate() {
            let (base, id) = split(&iri);
            let other = format!("unnamed-{}", at + 1);
            self.renamed.insert(records.all()[number].node.clone(), NamedNode::new_unchecked(format!("{base}{other}")));
            ids.insert((base, id), other);
            if let Some(names) = self.names.get_mut(&number).filter(|names| names.labels.is_empty()) {
                names.labels = vec![not_yet_named(&class)];
            }
        }
        for record in
            records.all().iter().filter(|record| matches!(record.kind, Kind::Fact | Kind::Citation | Kind::Judgement))
        {
            let (base, path) = split(record.iri_of());
            let Some((folder, id)) = path.split_once('/') else { continue };
            if let Some(other) = without_ids(&base, id, &ids) {
                let node = NamedNode::new_unchecked(format!("{base}{folder}/{other}"));
                self.renamed.insert(record.node.clone(), node);
            }
        }
        // The IRI of a name ends with a fingerprint of the id, by which a guess could be tried.
        for number in unnamed {
            let (base, id) = split(records.all()[number].iri_of());
            for (at, row) in self.names[&number].rows.iter().enumerate() {
                let node = format!("{base}name/{}--{}", ids[&(base.clone(), id.clone())], at + 1);
                self.renamed.insert(records.all()[*row].node.clone(), NamedNode::new_unchecked(node));
            }
        }
    }
}

/// Returns an id that is put together from others by `--`, with other ids in their place where they tell too much.
fn without_ids(base: &str, id: &str, ids: &HashMap<(String, String), String>) -> Option<String> {
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
