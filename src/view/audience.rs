//! Who looks, and by which ways they can have come to know a fact. In: a view, and the records. Out: ways, each with the
//! days between which it opened and, where it closed, those of its end.

use std::collections::HashMap;

use super::day::{Now, span};
use super::records::{Kind, Record, Records};
use super::{Error, View};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::vocab::{cg, dct, rdf, rdfs, void};

/// Classes of those who can know something.
pub const AGENTS: [&str; 5] = ["Agency", "Company", "Court", "Group", "Person"];

/// Who looks at a case, and when.
pub(super) struct Viewer<'r> {
    /// The day of knowledge; none where everything is known.
    pub(super) now: Option<Now>,
    /// The day on which facts must have held.
    pub(super) as_of: Option<Now>,
    /// Number of the record of the audience; none for the public.
    pub(super) audience: Option<usize>,
    records: &'r Records,
    /// Numbers of the disclosures of each fact.
    told: HashMap<usize, Vec<usize>>,
}

/// A way by which a fact became known.
#[derive(Debug, Clone)]
pub(super) struct Way<'r> {
    /// First and last day on which it can have opened.
    pub(super) since: (Day, Day),
    /// First and last day that can have been its last.
    until: (Day, Day),
    /// The names under which the fact was told; empty for all that it has.
    pub(super) scope: Vec<&'r str>,
    /// Whether only the audience knew by it.
    pub(super) is_private: bool,
}

impl Way<'_> {
    fn new(since: (Day, Day)) -> Self {
        Self { since, until: (LAST_DAY, LAST_DAY), scope: Vec::new(), is_private: false }
    }

    fn is_open(&self, now: Now) -> bool {
        now.has_come(self.since) && now.is_within(self.until)
    }

    /// Tells whether it says more of an event that a date alone tells: it began by then and had not ended before.
    fn takes_place_of(&self, since: (Day, Day)) -> bool {
        (self.until.1 < LAST_DAY || !self.scope.is_empty()) && self.since.0 <= since.1 && since.0 <= self.until.1
    }
}

impl<'r> Viewer<'r> {
    pub(super) fn of(view: &View, records: &'r Records) -> Result<Self, Error> {
        let now = |day| Now { day, possible: view.possible };
        let audience = view.known_to.as_deref().map(|name| find(name, records)).transpose()?;
        let mut told: HashMap<usize, Vec<usize>> = HashMap::new();
        for (number, disclosure) in records.of_kind(Kind::Disclosure) {
            for fact in records.linked(disclosure, cg::DISCLOSES) {
                told.entry(fact).or_default().push(number);
            }
        }
        Ok(Self { now: view.known_on.map(now), as_of: view.as_of.map(now), audience, records, told })
    }

    /// Tells whether a date has come, of which nothing may be said; where everything is known, every date has.
    pub(super) fn has_come(&self, days: Option<(Day, Day)>) -> bool {
        self.now.is_none_or(|now| days.is_some_and(|days| now.has_come(days)))
    }

    /// Tells whether a disclosure was to the audience alone.
    pub(super) fn was_told_to_audience(&self, disclosure: &Record) -> bool {
        self.audience.is_some() && self.records.linked(disclosure, cg::TO_AUDIENCE).any(|to| Some(to) == self.audience)
    }

    /// Returns the ways by which a fact is known on the day.
    pub(super) fn open_ways(&self, number: usize, fact: &'r Record) -> Vec<Way<'r>> {
        let Some(now) = self.now else { return vec![Way::new((FIRST_DAY, FIRST_DAY))] };
        let mut ways = self.public(number, fact);
        if let Some(audience) = self.audience {
            let told = self.disclosures(number).filter(|disclosure| self.was_told_to_audience(disclosure));
            ways.extend(told.filter_map(way).map(|way| Way { is_private: true, ..way }));
            ways.extend(self.as_party(audience, fact));
        }
        ways.retain(|way| way.is_open(now));
        ways
    }

    /// Tells whether the predicate of a fact tells of something that happens.
    pub(super) fn is_event(&self, fact: &Record) -> bool {
        let relation = self.records.named_by(fact, rdf::PREDICATE).next();
        relation.and_then(|relation| relation.iri(cg::TEMPORAL_KIND)) == Some(cg::EVENT.as_str())
    }

    /// Returns the local name of the stance that a predicate is, or is below.
    pub(super) fn stance(&self, predicate: &'r str) -> &'r str {
        let stance = |iri: &'r str| iri.strip_prefix(cg::NAMESPACE);
        let mut next = predicate;
        // A predicate of the case is below a stance in one step or two; a circle of parents ends here too.
        for _ in 0..8 {
            if let Some(stance) = stance(next) {
                return stance;
            }
            let node = oxigraph::model::NamedNode::new_unchecked(next).into();
            let Some(number) = self.records.number(&node) else { break };
            let Some(parent) = self.records.all()[number].iri(rdfs::SUB_PROPERTY_OF) else { break };
            next = parent;
        }
        next
    }

    fn disclosures(&self, fact: usize) -> impl Iterator<Item = &'r Record> {
        self.told.get(&fact).into_iter().flatten().map(|number| &self.records.all()[*number])
    }

    fn public(&self, number: usize, fact: &'r Record) -> Vec<Way<'r>> {
        let is_public =
            |told: &&Record| told.objects(cg::TO_AUDIENCE).any(|to| *to == cg::THE_PUBLIC.into_owned().into());
        let told: Vec<Way<'r>> = self.disclosures(number).filter(is_public).filter_map(way).collect();
        if told.iter().all(|way| way.until.1 == LAST_DAY && way.scope.is_empty()) {
            let known = fact.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST).unwrap_or((FIRST_DAY, LAST_DAY));
            return told.into_iter().chain([Way::new(known)]).collect();
        }
        let by_record = fact.literals(cg::KNOWN_SINCE).find_map(span).or_else(|| {
            let sources = self.records.named_by(fact, dct::SOURCE);
            let days = sources.filter_map(|source| source.days(cg::ISSUED_EARLIEST, cg::ISSUED_LATEST));
            days.min_by_key(|days| days.1)
        });
        let by_record = by_record.filter(|since| !told.iter().any(|way| way.takes_place_of(*since)));
        told.into_iter().chain(by_record.map(Way::new)).collect()
    }

    /// Returns the way of a party, which no record tells: who acts knows, who is acted upon or in a state may not notice.
    fn as_party(&self, audience: usize, fact: &Record) -> Option<Way<'r>> {
        let is_end = |end| self.records.linked(fact, end).any(|node| node == audience);
        let (acts, is_acted_upon) = (is_end(rdf::SUBJECT), is_end(rdf::OBJECT));
        if !(fact.is_true(cg::ASSERTED) && (acts || is_acted_upon)) {
            return None;
        }
        let begins = fact.days(cg::BEGIN_EARLIEST, cg::BEGIN_LATEST).unwrap_or((FIRST_DAY, LAST_DAY));
        let since = if acts && self.is_event(fact) { begins } else { (begins.0, LAST_DAY) };
        Some(Way { is_private: true, ..Way::new(since) })
    }
}

fn way(disclosure: &Record) -> Option<Way<'_>> {
    let since = disclosure.days(cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST)?;
    let until = disclosure.days(cg::UNTIL_EARLIEST, cg::UNTIL_LATEST).unwrap_or((LAST_DAY, LAST_DAY));
    let scope = disclosure.literals(cg::SCOPE).map(oxigraph::model::Literal::value).collect();
    Some(Way { until, scope, ..Way::new(since) })
}

/// Finds an audience by its IRI, or by its id in any of the cases.
fn find(name: &str, records: &Records) -> Result<usize, Error> {
    let bases = records.of_kind(Kind::Case).filter_map(|(_, case)| case.text(void::URI_SPACE));
    let iris = bases.map(|base| format!("{base}{name}")).chain([name.to_owned()]);
    let nodes = iris.filter_map(|iri| oxigraph::model::NamedNode::new(iri).ok());
    let mut found = nodes.filter_map(|node| records.number(&node.into()));
    let is_agent = |number: &usize| records.all()[*number].classes().any(|class| AGENTS.contains(&class));
    found.find(is_agent).ok_or_else(|| Error::UnknownAudience(name.to_owned()))
}
