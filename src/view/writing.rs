//! Writes what a view shows as quads. In: the records of a case, and what of them is shown. Out: quads in which nothing is
//! said before its day.

use std::collections::HashSet;

use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};

use super::audience::Viewer;
use super::entities::Around;
use super::facts::{Fact, Facts, Standing};
use super::records::{Kind, Record, Records, as_node};
use super::sources::is_published;
use super::status::Judged;
use crate::date::{Day, LAST_DAY, days_between};
use crate::vocab::{cg, dct, prov, rdf, rdfs, skos, void, xsd};

/// Returns the quads of a view.
pub(super) fn write(records: &Records, viewer: &Viewer<'_>, facts: &Facts<'_>) -> Vec<Quad> {
    let around = Around::of(records, viewer, facts);
    let mut writer = Writer::new(records, viewer, &around);
    let is_asserted = accepted(facts);
    for fact in facts.all() {
        if around.shows(fact.number) {
            writer.fact(fact, &is_asserted);
        } else if fact.is_spoken_of && fact.standing != Standing::Hidden {
            writer.proposition(fact);
        }
    }
    for (number, record) in records.all().iter().enumerate().filter(|(number, _)| around.shows(*number)) {
        match record.kind {
            Kind::Fact => {}
            Kind::Entity => writer.entity(number, record),
            Kind::Case => writer.case(record),
            _ => writer.record(record),
        }
    }
    writer.stand_ins();
    writer.quads
}

/// Returns the IRIs of the statuses whose facts stand as plain triples too, as the case has them.
fn accepted(facts: &Facts<'_>) -> HashSet<String> {
    let usual = [cg::CONFIRMED, cg::ASSERTED_STATUS, cg::INFERRED].map(|status| status.as_str().to_owned());
    let of = |fact: &Fact<'_>| Some((fact.record.iri(cg::STATUS)?.to_owned(), fact.record.is_true(cg::ASSERTED)));
    let said: Vec<_> = facts.all().iter().filter(|fact| !fact.is_claim()).filter_map(of).collect();
    let refused: HashSet<&str> = said.iter().filter(|(_, is)| !is).map(|(status, _)| status.as_str()).collect();
    let usual = usual.into_iter().filter(|status| !refused.contains(status.as_str()));
    usual.chain(said.iter().filter(|(_, is)| *is).map(|(status, _)| status.clone())).collect()
}

struct Writer<'a, 'r> {
    records: &'a Records,
    viewer: &'a Viewer<'r>,
    around: &'a Around,
    /// Triples that facts state, or statements of tables that make no facts: they stand or fall with those.
    carried: HashSet<Triple>,
    /// Predicates of these triples.
    carrying: HashSet<NamedNode>,
    /// What stands for sources and was written.
    stand_ins: HashSet<NamedNode>,
    quads: Vec<Quad>,
}

impl<'a, 'r> Writer<'a, 'r> {
    fn new(records: &'a Records, viewer: &'a Viewer<'r>, around: &'a Around) -> Self {
        let (mut carried, mut carrying) = (HashSet::new(), HashSet::new());
        for (_, record) in records.of_kind(Kind::Fact).chain(records.of_kind(Kind::Statement)) {
            if record.kind == Kind::Statement || record.is_true(cg::ASSERTED) {
                let triple = triple(record);
                carrying.extend(triple.as_ref().map(|triple| triple.predicate.clone()));
                carried.extend(triple);
            }
        }
        Self { records, viewer, around, carried, carrying, stand_ins: HashSet::new(), quads: Vec::new() }
    }

    fn add(
        &mut self,
        subject: &NamedOrBlankNode,
        predicate: impl Into<NamedNode>,
        object: impl Into<Term>,
        graph: &GraphName,
    ) {
        let object = object.into();
        if let Term::NamedNode(node) = &object
            && is_stand_in(&object)
        {
            self.stand_ins.insert(node.clone());
        }
        self.quads.push(Quad::new(subject.clone(), predicate, object, graph.clone()));
    }

    fn add_days(
        &mut self,
        subject: &NamedOrBlankNode,
        names: [NamedNodeRef<'_>; 2],
        days: (Day, Day),
        graph: &GraphName,
    ) {
        for (name, day) in names.into_iter().zip([days.0, days.1]) {
            self.add(subject, name, Literal::new_typed_literal(day.to_string(), xsd::DATE), graph);
        }
    }

    fn is_carried(&self, record: &Record, predicate: &NamedNode, object: &Term) -> bool {
        self.carrying.contains(predicate)
            && self.carried.contains(&Triple::new(record.node.clone(), predicate.clone(), object.clone()))
    }

    /// Writes a fact, and the plain triple where it is asserted.
    fn fact(&mut self, fact: &Fact<'_>, accepted: &HashSet<String>) {
        let record = fact.record;
        let Some((_, _, graph)) = record.said.first() else { return };
        let node = self.around.node(&record.node);
        let judgement = match &fact.judged {
            Judged::By(number) => self.records.all().get(*number),
            _ => None,
        };
        let status = match &fact.judged {
            Judged::As(status) => Some(status.as_str()),
            _ => judgement.unwrap_or(record).iri(cg::STATUS),
        };
        let status = status.unwrap_or_default().to_owned();
        let is_asserted = match fact.judged {
            Judged::AsRecorded => record.is_true(cg::ASSERTED),
            _ => (fact.is_claim() || accepted.contains(&status)) && fact.standing == Standing::Told,
        };
        let is_rewritten = self.viewer.now.is_some();
        let tells_end = fact.dates.tells_end();
        let known_since =
            fact.standing == Standing::Told && !record.objects(cg::KNOWN_SINCE).any(|date| self.is_ahead(date));
        for (predicate, object, graph) in &record.said {
            let name = predicate.as_ref();
            let keep = match name {
                _ if !is_rewritten => self.told(record, predicate, object),
                _ if name == cg::STATUS => Some(NamedNode::new_unchecked(status.clone()).into()),
                _ if name == cg::ASSERTED => Some(Literal::from(is_asserted).into()),
                _ if name == cg::CONFIDENCE => (fact.judged == Judged::AsRecorded).then(|| object.clone()),
                _ if name == cg::BEGIN => fact.dates.has_begin.then(|| object.clone()),
                _ if name == cg::END => tells_end.then(|| object.clone()),
                _ if name == cg::END_KIND => Some(fact.dates.end_kind(object)),
                _ if name == cg::QUALIFIER => qualifies(fact, tells_end, object).then(|| object.clone()),
                _ if name == cg::KNOWN_SINCE => known_since.then(|| object.clone()),
                // It is about the last day, which may be that of an event still to come.
                _ if name == cg::KNOWN_QUALIFIER => {
                    (known_since && self.known(fact).1 < LAST_DAY).then(|| object.clone())
                }
                _ if name == cg::MIN_DAYS => fact.dates.shortest().map(|days| Literal::from(days).into()),
                _ if name == cg::MAX_DAYS => fact.dates.longest().map(|days| Literal::from(days).into()),
                _ if name == cg::LAG_DAYS => (tells_end && self.has_lag(fact, object)).then(|| object.clone()),
                _ if DATED.contains(&name) => None,
                _ if name == cg::END_KNOWN_SINCE => tells_end.then(|| object.clone()),
                _ => self.told(record, predicate, object),
            };
            if let Some(object) = keep {
                self.add(&node, predicate.clone(), object, graph);
            }
        }
        if is_rewritten {
            self.add_days(&node, [cg::BEGIN_EARLIEST, cg::BEGIN_LATEST], fact.dates.begins, graph);
            self.add_days(&node, [cg::END_EARLIEST, cg::END_LATEST], fact.dates.ends, graph);
            self.add_days(&node, [cg::KNOWN_EARLIEST, cg::KNOWN_LATEST], self.known(fact), graph);
            if let Some(confidence) = judgement.and_then(|judgement| judgement.object(cg::CONFIDENCE)) {
                self.add(&node, cg::CONFIDENCE, confidence.clone(), graph);
            }
            self.source_of(fact, &node, graph);
        }
        if is_asserted {
            self.plain_triple(record, graph);
        }
    }

    /// Writes the triple that a fact or a statement is about; returns whether all of it may be named.
    fn plain_triple(&mut self, record: &Record, graph: &GraphName) -> bool {
        let Some(Triple { subject, predicate, object }) = triple(record) else { return false };
        let subject = self.spoken(&subject.into()).as_ref().and_then(as_node);
        let (Some(subject), Some(object)) = (subject, self.spoken(&object)) else { return false };
        self.add(&subject, predicate, object, graph);
        true
    }

    /// Returns since when a fact is known. A last day that lies ahead may be that of a later source: then there is none.
    fn known(&self, fact: &Fact<'_>) -> (Day, Day) {
        let lies_ahead = self.viewer.now.is_some_and(|now| fact.known.1 > now.day);
        (fact.known.0, if lies_ahead { LAST_DAY } else { fact.known.1 })
    }

    /// Tells whether the day to which a lag counts has come: a fact may be known before anybody told it in public.
    fn has_lag(&self, fact: &Fact<'_>, lag: &Term) -> bool {
        let (Term::Literal(lag), Some(now)) = (lag, self.viewer.now) else { return false };
        let passed = days_between(fact.dates.ends.1, now.day);
        !fact.is_private() && fact.standing == Standing::Told && lag.value().parse().is_ok_and(|lag: i64| lag <= passed)
    }

    /// Writes what stands for the sources of a fact where none of them may be named.
    fn source_of(&mut self, fact: &Fact<'_>, node: &NamedOrBlankNode, graph: &GraphName) {
        let mut sources = self.records.linked(fact.record, dct::SOURCE).peekable();
        let Some(first) = sources.peek().copied() else { return };
        let is_named = |source: usize| fact.standing == Standing::Told && self.around.shows(source);
        if !sources.any(is_named) {
            let source = &self.records.all()[first];
            let other = self.around.node(&source.node);
            let other = if is_published(source, self.viewer) { cg::LATER_SOURCE.into_owned().into() } else { other };
            if let NamedOrBlankNode::NamedNode(other) = other {
                self.add(node, dct::SOURCE, other, graph);
            }
        }
    }

    /// Writes what a fact says, where it is shown only because another fact speaks of it.
    fn proposition(&mut self, fact: &Fact<'_>) {
        let node = self.around.node(&fact.record.node);
        for (predicate, object, graph) in &fact.record.said {
            let name = predicate.as_ref();
            if [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT].contains(&name)
                && let Some(object) = self.spoken(object)
            {
                self.add(&node, predicate.clone(), object, graph);
            }
        }
        if let Some((_, _, graph)) = fact.record.said.first() {
            self.add(&node, rdf::TYPE, rdf::STATEMENT.into_owned(), graph);
        }
    }

    /// Returns what a term is called at an end of a fact: facts are named though they did not hold, and so is what no table
    /// describes.
    fn spoken(&self, term: &Term) -> Option<Term> {
        let kind = self.records.named(term).map(|number| self.records.all()[number].kind);
        match (kind, as_node(term)) {
            (Some(Kind::Fact | Kind::Other), Some(node)) => Some(self.around.node(&node).into()),
            _ => self.around.term(self.records, term),
        }
    }

    /// Returns what may be told of one thing that a record says: nothing of what lies ahead, and no note without a day.
    fn told(&self, record: &Record, predicate: &NamedNode, object: &Term) -> Option<Term> {
        let name = predicate.as_ref();
        if record.kind == Kind::Fact && (name == rdf::SUBJECT || name == rdf::OBJECT) {
            return self.spoken(object);
        }
        let Some(now) = self.viewer.now else { return self.around.term(self.records, object) };
        let is_note = record.kind != Kind::Other && (name == rdfs::COMMENT || NOTE.contains(&name));
        let note_days = || record.days(cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST);
        if is_note && !note_days().is_some_and(|days| now.has_come(days))
            || name == cg::LOCATOR && !self.rests_on_published(record)
            || name == dct::IS_REPLACED_BY
            || now.is_ahead(object)
        {
            return None;
        }
        let object = self.around.term(self.records, object)?;
        // What stands for a source is written for facts alone, once, where they have no other.
        let is_source = [dct::SOURCE, prov::WAS_DERIVED_FROM, cg::CITES].contains(&name);
        (!(is_source && is_stand_in(&object))).then_some(object)
    }

    fn rests_on_published(&self, record: &Record) -> bool {
        let property = if record.kind == Kind::Citation { cg::CITES } else { dct::SOURCE };
        self.records.named_by(record, property).all(|source| is_published(source, self.viewer))
    }

    fn is_ahead(&self, term: &Term) -> bool {
        self.viewer.now.is_some_and(|now| now.is_ahead(term))
    }

    fn entity(&mut self, number: usize, record: &Record) {
        let node = self.around.node(&record.node);
        let names = self.around.names.get(&number);
        for (predicate, object, graph) in &record.said {
            let name = predicate.as_ref();
            let is_name = [rdfs::LABEL, skos::PREF_LABEL, skos::ALT_LABEL].contains(&name);
            let by_row = names.is_none_or(|names| names.by_row);
            let is_shown = if names.is_some() { !is_name && (by_row || name == rdf::TYPE) } else { true };
            if is_shown
                && !self.is_carried(record, predicate, object)
                && let Some(object) = self.told(record, predicate, object)
            {
                self.add(&node, predicate.clone(), object, graph);
            }
        }
        if let (Some(names), Some((_, _, graph))) = (names, record.said.first()) {
            for label in &names.labels {
                self.add(&node, rdfs::LABEL, label.clone(), graph);
                self.add(&node, skos::PREF_LABEL, label.clone(), graph);
            }
            for name in &names.others {
                self.add(&node, skos::ALT_LABEL, name.clone(), graph);
            }
        }
    }

    /// Writes the title of a case as it was on the day.
    fn case(&mut self, record: &Record) {
        let Some(now) = self.viewer.now else { return self.record(record) };
        let has_come = |first, last| record.days(first, last).map(|days| now.has_come(days));
        let title = has_come(cg::TITLE_KNOWN_EARLIEST, cg::TITLE_KNOWN_LATEST).unwrap_or(true);
        let description = has_come(cg::DESCRIPTION_KNOWN_EARLIEST, cg::DESCRIPTION_KNOWN_LATEST).unwrap_or(false);
        for (predicate, object, graph) in &record.said {
            let name = predicate.as_ref();
            let told = match name {
                _ if name == rdf::TYPE || name == void::URI_SPACE => Some((predicate.clone(), object.clone())),
                _ if name == dct::TITLE => title.then(|| (predicate.clone(), object.clone())),
                _ if name == cg::WORKING_TITLE => (!title).then(|| (dct::TITLE.into_owned(), object.clone())),
                _ if name == dct::DESCRIPTION => description.then(|| (predicate.clone(), object.clone())),
                _ => None,
            };
            if let Some((predicate, object)) = told {
                self.add(&record.node, predicate, object, graph);
            }
        }
    }

    /// Writes any other record.
    fn record(&mut self, record: &Record) {
        let node = self.around.node(&record.node);
        if record.kind == Kind::Statement
            && let Some((_, _, graph)) = record.said.first()
            && !self.plain_triple(record, graph)
        {
            return;
        }
        let is_built_in = record.kind == Kind::Relation && record.iri_of().starts_with(cg::NAMESPACE);
        for (predicate, object, graph) in &record.said {
            let object = match record.kind {
                _ if self.is_carried(record, predicate, object) => None,
                Kind::Relation if is_built_in => Some(object.clone()),
                Kind::Relation if self.viewer.now.is_some() && *predicate == rdfs::COMMENT => None,
                Kind::Disclosure => self.told_of_disclosure(record, predicate, object),
                _ => self.told(record, predicate, object),
            };
            if let Some(object) = object {
                self.add(&node, predicate.clone(), object, graph);
            }
        }
    }

    fn told_of_disclosure(&self, record: &Record, predicate: &NamedNode, object: &Term) -> Option<Term> {
        let (name, Some(now)) = (predicate.as_ref(), self.viewer.now) else {
            return self.told(record, predicate, object);
        };
        if [cg::UNTIL, cg::UNTIL_EARLIEST, cg::UNTIL_LATEST].contains(&name) {
            let until = record.days(cg::UNTIL_EARLIEST, cg::UNTIL_LATEST)?;
            return now.has_come(until).then(|| object.clone());
        }
        if name == cg::SCOPE {
            let Term::Literal(scope) = object else { return None };
            let names = self.around.names.values();
            let mut told = names.flat_map(|names| names.labels.iter().chain(&names.others)).map(Literal::value);
            return told.any(|name| name == scope.value()).then(|| object.clone());
        }
        self.told(record, predicate, object)
    }

    /// Writes what the stand-ins for sources are.
    fn stand_ins(&mut self) {
        let graph = self.records.of_kind(Kind::Case).find_map(|(_, case)| Some(case.said.first()?.2.clone()));
        let graph = graph.unwrap_or(GraphName::DefaultGraph);
        for (node, title) in
            [(cg::LATER_SOURCE, "a source of a later date"), (cg::UNDATED_SOURCE, "a source without a date")]
        {
            if self.stand_ins.contains(&node.into_owned()) {
                let node = node.into_owned().into();
                self.add(&node, rdf::TYPE, cg::SOURCE.into_owned(), &graph);
                for name in [rdfs::LABEL, dct::TITLE] {
                    self.add(&node, name, Literal::from(title), &graph);
                }
            }
        }
    }
}

/// Tells whether a term stands for a source that may not be named.
fn is_stand_in(term: &Term) -> bool {
    matches!(term, Term::NamedNode(node) if *node == cg::LATER_SOURCE || *node == cg::UNDATED_SOURCE)
}

/// What is written anew for each fact.
const DATED: [NamedNodeRef<'static>; 8] = [
    cg::BEGIN_EARLIEST,
    cg::BEGIN_LATEST,
    cg::END_EARLIEST,
    cg::END_LATEST,
    cg::KNOWN_EARLIEST,
    cg::KNOWN_LATEST,
    cg::END_KNOWN_EARLIEST,
    cg::END_KNOWN_LATEST,
];
const NOTE: [NamedNodeRef<'static>; 3] = [cg::NOTE_KNOWN_SINCE, cg::NOTE_KNOWN_EARLIEST, cg::NOTE_KNOWN_LATEST];

/// Tells whether a qualifier belongs to a date that is told.
fn qualifies(fact: &Fact<'_>, tells_end: bool, qualifier: &Term) -> bool {
    let marks = if *qualifier == cg::UNCERTAIN.into_owned().into() { ['?', '%'] } else { ['~', '%'] };
    let is_marked = |date| fact.record.text(date).is_some_and(|text| text.contains(marks));
    (fact.dates.has_begin && is_marked(cg::BEGIN)) || (tells_end && is_marked(cg::END))
}

/// Returns the triple that a fact or a statement is about.
fn triple(record: &Record) -> Option<Triple> {
    let Term::NamedNode(predicate) = record.object(rdf::PREDICATE)? else { return None };
    Some(Triple::new(as_node(record.object(rdf::SUBJECT)?)?, predicate.clone(), record.object(rdf::OBJECT)?.clone()))
}
