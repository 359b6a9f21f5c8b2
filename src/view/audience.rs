//! Who looks, and by which ways they can have come to know a fact. In: a view, and the records. Out: ways, each with the
//! days between which it opened and, where it closed, those of its end.

use rdf_columns::TermId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::day::{Now, span};
use super::records::{Kind, Record, Records};
use super::{Error, View};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::vocab::{cg, dct, rdf, rdfs, void};

/// Classes of those who can know something.
pub const AGENTS: [&str; 5] = ["Agency", "Company", "Court", "Group", "Person"];

/// Local names of the predicates by which an editor says who is one with whom.
const IDENTITY: [&str; 3] = ["sameEntity", "differentEntity", "unsureEntity"];

/// Who looks at a case, and when.
pub(super) struct Viewer {
    /// The day of knowledge; none where everything is known.
    pub(super) now: Option<Now>,
    /// The day on which facts must have held.
    pub(super) as_of: Option<Now>,
    /// The audience; none for the public.
    pub(super) audience: Option<TermId>,
    /// The disclosures of each fact.
    told: FxHashMap<TermId, Vec<TermId>>,
    /// The predicates that tell of something that happens.
    events: FxHashSet<TermId>,
    /// The audience that everybody is.
    public: Option<TermId>,
    claim: Option<TermId>,
    /// The predicates by which an editor says who is one with whom: they bring nobody in.
    identity: [Option<TermId>; 3],
}

/// A way by which a fact became known.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// First and last day on which it can have opened.
    pub(super) since: (Day, Day),
    /// First and last day that can have been its last.
    until: (Day, Day),
    /// The names under which the fact was told; empty for all that it has.
    pub(super) scope: Vec<String>,
    /// Whether only the audience knew by it.
    pub(super) is_private: bool,
}

impl Way {
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

impl Viewer {
    pub(super) fn of(view: &View, records: &Records) -> Result<Self, Error> {
        let now = |day| Now { day, possible: view.possible };
        let audience = view.known_to.as_deref().map(|name| find(name, records)).transpose()?;
        let mut told: FxHashMap<TermId, Vec<TermId>> = FxHashMap::default();
        for disclosure in records.of_kind(Kind::Disclosure) {
            for fact in disclosure.objects(cg::DISCLOSES) {
                told.entry(fact).or_default().push(disclosure.id);
            }
        }
        let event = records.find(cg::EVENT.as_str());
        let events = event.into_iter().flat_map(|event| records.subjects(cg::TEMPORAL_KIND, event)).collect();
        let public = records.find(cg::THE_PUBLIC.as_str());
        let claim = records.find(cg::CLAIM.as_str());
        let identity = IDENTITY.map(|name| records.find(&format!("{}{name}", cg::NAMESPACE)));
        let (now, as_of) = (view.known_on.map(now), view.as_of.map(now));
        Ok(Self { now, as_of, audience, told, events, public, claim, identity })
    }

    /// Tells whether a date has come, of which nothing may be said; where everything is known, every date has.
    pub(super) fn has_come(&self, days: Option<(Day, Day)>) -> bool {
        self.now.is_none_or(|now| days.is_some_and(|days| now.has_come(days)))
    }

    /// Tells whether a disclosure was to the audience alone.
    pub(super) fn was_told_to_audience(&self, disclosure: Record<'_>) -> bool {
        self.audience.is_some() && disclosure.objects(cg::TO_AUDIENCE).any(|to| Some(to) == self.audience)
    }

    /// Returns the facts that were disclosed.
    pub(super) fn disclosed(&self) -> impl Iterator<Item = TermId> {
        self.told.keys().copied()
    }

    /// Returns the class of claims, where anything has it.
    pub(super) const fn claim(&self) -> Option<TermId> {
        self.claim
    }

    /// Returns the predicates by which an editor says who is one with whom.
    pub(super) fn identity(&self) -> impl Iterator<Item = TermId> {
        self.identity.into_iter().flatten()
    }

    /// Returns the ways by which a fact is known on the day.
    pub(super) fn open_ways(&self, fact: Record<'_>) -> Vec<Way> {
        let Some(now) = self.now else { return vec![Way::new((FIRST_DAY, FIRST_DAY))] };
        let mut ways = self.public(fact);
        if let Some(audience) = self.audience {
            let told = self.disclosures(fact).filter(|disclosure| self.was_told_to_audience(*disclosure));
            ways.extend(told.filter_map(way).map(|way| Way { is_private: true, ..way }));
            ways.extend(self.as_party(audience, fact));
        }
        ways.retain(|way| way.is_open(now));
        ways
    }

    /// Tells whether a predicate tells of something that happens.
    pub(super) fn is_event(&self, predicate: Option<TermId>) -> bool {
        predicate.is_some_and(|predicate| self.events.contains(&predicate))
    }

    /// Tells whether a fact is a claim.
    pub(super) fn is_claim(&self, fact: Record<'_>) -> bool {
        self.claim.is_some() && fact.objects(rdf::TYPE).any(|class| Some(class) == self.claim)
    }

    /// Tells whether facts with a predicate are decisions about who is one with whom.
    pub(super) fn is_identity(&self, predicate: Option<TermId>) -> bool {
        predicate.is_some() && self.identity.contains(&predicate)
    }

    fn disclosures<'r>(&self, fact: Record<'r>) -> impl Iterator<Item = Record<'r>> {
        self.told.get(&fact.id).into_iter().flatten().map(move |disclosure| fact.beside(*disclosure))
    }

    fn public(&self, fact: Record<'_>) -> Vec<Way> {
        let is_public = |told: &Record<'_>| told.objects(cg::TO_AUDIENCE).any(|to| Some(to) == self.public);
        let told: Vec<Way> = self.disclosures(fact).filter(is_public).filter_map(way).collect();
        if told.iter().all(|way| way.until.1 == LAST_DAY && way.scope.is_empty()) {
            let known = fact.known().unwrap_or((FIRST_DAY, LAST_DAY));
            return told.into_iter().chain([Way::new(known)]).collect();
        }
        let mut dates = fact.terms(cg::KNOWN_SINCE);
        let by_record = dates.find_map(|date| span(&date)).or_else(|| {
            let days =
                fact.linked(dct::SOURCE).filter_map(|source| source.days(cg::ISSUED_EARLIEST, cg::ISSUED_LATEST));
            days.min_by_key(|days| days.1)
        });
        let by_record = by_record.filter(|since| !told.iter().any(|way| way.takes_place_of(*since)));
        told.into_iter().chain(by_record.map(Way::new)).collect()
    }

    /// Returns the way of a party, which no record tells: who acts knows, who is acted upon or in a state may not notice.
    fn as_party(&self, audience: TermId, fact: Record<'_>) -> Option<Way> {
        let is_end = |end| fact.objects(end).any(|node| node == audience);
        let (acts, is_acted_upon) = (is_end(rdf::SUBJECT), is_end(rdf::OBJECT));
        if !(fact.is_true(cg::ASSERTED) && (acts || is_acted_upon)) {
            return None;
        }
        let begins = fact.days(cg::BEGIN_EARLIEST, cg::BEGIN_LATEST).unwrap_or((FIRST_DAY, LAST_DAY));
        let since = if acts && self.is_event(fact.object(rdf::PREDICATE)) { begins } else { (begins.0, LAST_DAY) };
        Some(Way { is_private: true, ..Way::new(since) })
    }
}

/// Returns the local name of the stance that a predicate is, or is below; its IRI where it is none.
pub(super) fn stance(records: &Records, predicate: TermId) -> String {
    let mut next = predicate;
    // A predicate of the case is below a stance in one step or two; a circle of parents ends here too.
    for _ in 0..8 {
        let iri = records.text(next);
        if let Some(stance) = iri.strip_prefix(cg::NAMESPACE) {
            return stance.to_owned();
        }
        let Some(parent) = records.record(next).object(rdfs::SUB_PROPERTY_OF) else { return iri };
        next = parent;
    }
    records.text(next)
}

fn way(disclosure: Record<'_>) -> Option<Way> {
    let since = disclosure.days(cg::DISCLOSED_EARLIEST, cg::DISCLOSED_LATEST)?;
    let until = disclosure.days(cg::UNTIL_EARLIEST, cg::UNTIL_LATEST).unwrap_or((LAST_DAY, LAST_DAY));
    let scope = disclosure.objects(cg::SCOPE).map(|name| disclosure.text_of(name)).collect();
    Some(Way { until, scope, ..Way::new(since) })
}

/// Finds an audience by its IRI, or by its id in any of the cases.
fn find(name: &str, records: &Records) -> Result<TermId, Error> {
    let bases = records.of_kind(Kind::Case).filter_map(|case| case.text(void::URI_SPACE));
    let iris = bases.map(|base| format!("{base}{name}")).chain([name.to_owned()]);
    let mut found = iris.filter_map(|iri| records.find(&iri));
    let is_agent = |id: &TermId| records.record(*id).classes().any(|class| AGENTS.contains(&class.as_str()));
    found.find(is_agent).ok_or_else(|| Error::UnknownAudience(name.to_owned()))
}
