//! What an audience could know on a day. In: a dataset and a question. Out: the facts that the views of the question show,
//! each with the way by which it was known. What is shown is for the views to decide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::date::{Day, Edtf, LAST_DAY};
use crate::graph::{Answer, Disclosure, End, EntityGraph, Error, Fact, Qualifier, TemporalKind};
use crate::store::CaseStore;
use crate::view::View;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The day.
    pub day: Day,
    /// Id of the audience; none for the public.
    pub audience: Option<&'a str>,
    /// Only facts that held on this day.
    pub as_of: Option<Day>,
    /// Id of the entity that the facts are to be about; none for all facts.
    pub about: Option<&'a str>,
}

/// How an audience came to know a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The record of the fact says since when the public knew, or its source does.
    Record,
    /// A disclosure to the public.
    Public(Disclosure),
    /// A disclosure to the audience.
    Disclosed(Disclosure),
    /// The audience is a party of the fact: nothing says that it knew, it follows from the fact.
    Party,
    /// A claim spoke of it, which was known.
    Said(Arc<Fact>),
}

/// A fact that an audience could know.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The fact as it stood on the day.
    pub fact: Arc<Fact>,
    /// The fact in words, by the names of the day.
    pub sentence: String,
    /// Whether the audience knew it for certain, or possibly.
    pub certainty: Answer,
    /// The surest way by which it knew; of equals the earliest.
    pub way: Way,
    /// Doubt about the date since when it knew.
    pub doubt: Option<Qualifier>,
}

/// What an audience could know.
#[derive(Debug)]
pub struct Known {
    /// All that it possibly knew.
    pub graph: EntityGraph,
    /// The facts, by their begin and id.
    pub findings: Vec<Finding>,
}

/// Returns the facts that an audience could know: those of its certain view of the day, and as possible those that only
/// its possible view has. `whole` is the graph of the dataset.
pub fn known(
    data: &CaseStore,
    whole: &EntityGraph,
    question: &Question<'_>,
    lang: Option<&str>,
) -> Result<Known, Error> {
    let (sure, maybe) = (Seen::of(data, question, false, lang)?, Seen::of(data, question, true, lang)?);
    let about = question.about.map(|id| speaking_of(whole, id));
    let only_possible = maybe.graph.facts().filter(|fact| sure.graph.fact(&fact.id).is_none());
    let all = sure.graph.facts().map(|fact| (&sure, fact)).chain(only_possible.map(|fact| (&maybe, fact)));
    let asked = all.filter(|(_, fact)| about.as_ref().is_none_or(|about| about.contains(fact.id.as_str())));
    let mut findings: Vec<Finding> = asked.map(|(seen, fact)| seen.finding(fact, question)).collect();
    findings.sort_by(|a, b| (a.fact.begins, &a.fact.id).cmp(&(b.fact.begins, &b.fact.id)));
    Ok(Known { graph: maybe.graph, findings })
}

/// What a view shows.
struct Seen {
    certainty: Answer,
    graph: EntityGraph,
    /// The disclosures of each fact.
    told: BTreeMap<String, Vec<Disclosure>>,
    /// The claims about each fact.
    claims: BTreeMap<String, Vec<Arc<Fact>>>,
}

impl Seen {
    fn of(data: &CaseStore, question: &Question<'_>, possible: bool, lang: Option<&str>) -> Result<Self, Error> {
        let known_to = question.audience.map(str::to_owned);
        let store = View { as_of: question.as_of, known_on: Some(question.day), known_to, possible }.of(data)?;
        let graph = EntityGraph::project(&store, lang)?;
        let mut told: BTreeMap<String, Vec<Disclosure>> = BTreeMap::new();
        for disclosure in graph.disclosures(&store, lang)? {
            for fact in &disclosure.facts {
                told.entry(fact.clone()).or_default().push(disclosure.clone());
            }
        }
        let mut claims: BTreeMap<String, Vec<Arc<Fact>>> = BTreeMap::new();
        for claim in graph.facts().filter(|fact| fact.is_claim) {
            if let Some(id) = claim.object.fact() {
                claims.entry(id.to_owned()).or_default().push(Arc::clone(claim));
            }
        }
        let certainty = if possible { Answer::Possible } else { Answer::Certain };
        Ok(Self { certainty, graph, told, claims })
    }

    fn finding(&self, fact: &Arc<Fact>, question: &Question<'_>) -> Finding {
        let way = self.way(fact, question.audience);
        let date = match &way {
            Way::Record => fact.known_since.as_deref().or_else(|| published(fact)),
            Way::Public(disclosure) | Way::Disclosed(disclosure) => disclosure.date.as_deref(),
            Way::Party => fact.begin.as_deref(),
            Way::Said(claim) => claim.known_since.as_deref(),
        };
        let doubt = date
            .and_then(|date| Edtf::parse(date).ok())
            .and_then(|date| Qualifier::of(date.is_uncertain(), date.is_approximate()));
        let sentence = self.graph.sentence(fact);
        Finding { fact: Arc::clone(fact), sentence, certainty: self.certainty, way, doubt }
    }

    /// Returns the surest of the ways that the view tells of.
    fn way(&self, fact: &Fact, audience: Option<&str>) -> Way {
        let told = || self.told.get(&fact.id).into_iter().flatten();
        let is_public = |disclosure: &&Disclosure| disclosure.audience.is_none();
        let is_to_it = |disclosure: &&Disclosure| audience.is_some() && disclosure.audience.as_deref() == audience;
        let mut ways: Vec<(Way, (Day, Day))> = Vec::new();
        ways.extend(told().filter(is_public).map(|disclosure| (Way::Public(disclosure.clone()), disclosure.days)));
        ways.extend(recorded(fact).map(|days| (Way::Record, days)));
        ways.extend(told().filter(is_to_it).map(|disclosure| (Way::Disclosed(disclosure.clone()), disclosure.days)));
        ways.extend(audience.and_then(|audience| as_party(fact, audience)).map(|days| (Way::Party, days)));
        let claims = self.claims.get(&fact.id).into_iter().flatten();
        ways.extend(claims.map(|claim| (Way::Said(Arc::clone(claim)), claim.known)));
        ways.into_iter().min_by_key(|(_, days)| (days.1, days.0)).map_or(Way::Record, |(way, _)| way)
    }
}

/// Returns the days on which the record of a fact says that the public learned of it, or its source does.
fn recorded(fact: &Fact) -> Option<(Day, Day)> {
    let days = |date: &str| Edtf::parse(date).ok().map(|date| (date.first(), date.last()));
    match &fact.known_since {
        Some(since) => days(since),
        None => days(published(fact)?).map(|(_, last)| (last, last)),
    }
}

fn published(fact: &Fact) -> Option<&str> {
    fact.sources.first()?.date.as_deref()
}

/// Returns the days from which a party knew: who acts knows, who is acted upon or in a state may not notice.
fn as_party(fact: &Fact, audience: &str) -> Option<(Day, Day)> {
    let is_it = |end: &End| end.entity() == Some(audience);
    let acts = is_it(&fact.subject);
    (fact.asserted && (acts || is_it(&fact.object))).then(|| {
        let is_event = fact.predicate.kind == Some(TemporalKind::Event);
        if acts && is_event { fact.begins } else { (fact.begins.0, LAST_DAY) }
    })
}

/// Returns the ids of the facts about an entity, and of the facts about those.
fn speaking_of<'g>(graph: &'g EntityGraph, id: &str) -> BTreeSet<&'g str> {
    let mut about: BTreeSet<&str> = BTreeSet::new();
    loop {
        let is_about = |end: &End| match end {
            End::Entity(entity) => entity == id,
            End::Fact(fact) => about.contains(fact.as_str()),
            _ => false,
        };
        let found: BTreeSet<&str> = graph
            .facts()
            .filter(|fact| is_about(&fact.subject) || is_about(&fact.object))
            .map(|fact| fact.id.as_str())
            .collect();
        if found.len() == about.len() {
            return about;
        }
        about = found;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{Quads, affair};

    fn answers(quads: &Quads, on: &str, audience: Option<&str>) -> Vec<String> {
        let store = quads.store();
        let day = on.parse().expect("a day");
        let question = Question { day, audience, as_of: None, about: Some("letter") };
        let found = known(&store, &quads.graph(), &question, None).expect("an answer").findings;
        let way = |way: &Way| match way {
            Way::Record => "record".to_owned(),
            Way::Public(_) => "public".to_owned(),
            Way::Disclosed(_) => "told".to_owned(),
            Way::Party => "party".to_owned(),
            Way::Said(claim) => format!("said {}", claim.id),
        };
        found.iter().map(|f| format!("{} {:?} {}", f.fact.id, f.certainty, way(&f.way))).collect()
    }

    #[test]
    fn the_public_possibly_knew_from_the_first_day_of_a_disclosure_and_certainly_from_the_last_of_any() {
        let mut quads = affair();
        quads.disclosure("opened", "F4", None, ["2014-05-20", "2014-06-30"]);
        assert_eq!(answers(&quads, "2014-05-19", None), Vec::<String>::new());
        assert_eq!(answers(&quads, "2014-05-20", None), ["F4 Possible public"]);
        let on_23 = answers(&quads, "2014-05-23", None);
        assert!(on_23.contains(&"F4 Certain record".to_owned()), "{on_23:?}");
    }

    #[test]
    fn what_is_told_to_one_is_not_known_to_another() {
        let mut quads = affair();
        quads.disclosure("served", "F1", Some("ministry"), ["2013-06-01", "2013-06-01"]);
        assert_eq!(answers(&quads, "2013-12-01", Some("ministry")), ["F1 Certain told"]);
        assert_eq!(answers(&quads, "2013-12-01", None), Vec::<String>::new());
    }

    #[test]
    fn who_acts_knows_and_who_is_acted_upon_may_not() {
        let by_party = |audience| answers(&affair(), "2013-12-01", Some(audience));
        assert!(by_party("bureau").contains(&"F4 Certain party".to_owned()), "{:?}", by_party("bureau"));
        let firm = by_party("firm");
        assert!(firm.contains(&"F2 Possible party".to_owned()), "{firm:?}");
        assert!(!firm.iter().any(|line| line.starts_with("F4")), "{firm:?}");
    }

    #[test]
    fn what_a_claim_speaks_of_is_known_by_the_claim() {
        let mut quads = affair();
        quads.fact("H1", ["ministry", "issued", "letter"], ["2012", "2012", "2015-01-01"], "confirmed").fact(
            "H2",
            ["ministry", "denies", "fact:H1"],
            ["2013-03-01", "2013-03-01", "2013-03-01"],
            "confirmed",
        );
        assert_eq!(answers(&quads, "2013-04-01", None), ["H1 Certain said H2", "H2 Certain record"]);
    }
}
