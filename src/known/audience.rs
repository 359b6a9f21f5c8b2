//! What an audience could know on a day. In: a graph, its disclosures and a question. Out: the facts that the audience
//! certainly or possibly knew, each with the way by which it knew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::date::Day;
use crate::graph::{Answer, Disclosure, End, EntityGraph, Fact, TemporalKind};

/// Classes of those who can know something.
const AGENTS: [&str; 5] = ["Agency", "Company", "Court", "Group", "Person"];

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The day.
    pub day: Day,
    /// Id of the audience; none for the public.
    pub audience: Option<&'a str>,
    /// Id of the entity that the facts are to be about; none for all facts.
    pub about: Option<&'a str>,
}

/// How an audience came to know a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The record of the fact says since when the public knew.
    Record,
    /// A disclosure to the public.
    Public(Disclosure),
    /// A disclosure to the audience.
    Disclosed(Disclosure),
    /// The audience is a party of the fact: nothing says that it knew, it follows from the fact.
    Party,
}

/// A fact that an audience could know.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The fact as it stood on the day.
    pub fact: Arc<Fact>,
    /// Whether the audience knew it for certain, or possibly.
    pub certainty: Answer,
    /// The surest way by which it knew; of equals the earliest.
    pub way: Way,
    /// First and last day on which it can have come to know that way.
    pub days: (Day, Day),
}

/// Returns the facts that an audience could know, by their begin and id.
///
/// What is public any audience could know. A party of an accepted fact knows it from its begin: for certain as the one
/// that acted in an event, possibly otherwise, for one can be the object of what one does not notice. A fact about a
/// fact is known no better than that one, save by those who are a party of it.
pub fn known(graph: &EntityGraph, disclosures: &[Disclosure], question: &Question<'_>) -> Vec<Finding> {
    let mut by_fact: BTreeMap<&str, Vec<&Disclosure>> = BTreeMap::new();
    for disclosure in disclosures {
        for fact in &disclosure.facts {
            by_fact.entry(fact).or_default().push(disclosure);
        }
    }
    let mut findings: BTreeMap<&str, Finding> = BTreeMap::new();
    for fact in graph.facts() {
        let told = by_fact.get(fact.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        findings.extend(finding(graph, fact, told, question).map(|found| (fact.id.as_str(), found)));
    }
    fall_with_their_facts(&mut findings);
    let about = question.about.map(|id| speaking_of(graph, id));
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .filter(|(id, _)| about.as_ref().is_none_or(|about| about.contains(id)))
        .map(|f| f.1)
        .collect();
    findings.sort_by(|a, b| (a.fact.begins, &a.fact.id).cmp(&(b.fact.begins, &b.fact.id)));
    findings
}

fn finding(graph: &EntityGraph, fact: &Arc<Fact>, told: &[&Disclosure], question: &Question<'_>) -> Option<Finding> {
    let ways = public_ways(fact, told).into_iter().chain(own_ways(graph, fact, told, question.audience));
    let answered = ways.map(|(way, days)| (on(days, question.day), way, days));
    let (certainty, way, days) = answered
        .filter(|(certainty, ..)| *certainty > Answer::No)
        .min_by_key(|&(certainty, _, days)| (std::cmp::Reverse(certainty), days.1, days.0))?;
    Some(Finding { fact: Arc::new(fact.as_of_knowledge(question.day)), certainty, way, days })
}

/// Returns the ways by which the public came to know. Where no `known_since` is given, its bounds are but what the source
/// leaves open; a disclosure says more of the first day.
fn public_ways(fact: &Fact, told: &[&Disclosure]) -> Vec<(Way, (Day, Day))> {
    let public = told.iter().filter(|disclosure| disclosure.audience.is_none());
    let mut ways: Vec<_> = public.map(|&disclosure| (Way::Public(disclosure.clone()), disclosure.days)).collect();
    let by_source_alone = fact.known_since.is_none() && !ways.is_empty();
    ways.push((Way::Record, if by_source_alone { (fact.known.1, fact.known.1) } else { fact.known }));
    ways
}

fn own_ways(graph: &EntityGraph, fact: &Fact, told: &[&Disclosure], audience: Option<&str>) -> Vec<(Way, (Day, Day))> {
    let Some(audience) = audience else { return Vec::new() };
    let to_it = told.iter().filter(|disclosure| disclosure.audience.as_deref() == Some(audience));
    let mut ways: Vec<_> = to_it.map(|&disclosure| (Way::Disclosed(disclosure.clone()), disclosure.days)).collect();
    let is_agent = graph.entity(audience).is_some_and(|entity| AGENTS.contains(&entity.class.as_str()));
    let is_end = |end: &End| matches!(end, End::Entity(id) if id == audience);
    if fact.asserted && is_agent && (is_end(&fact.subject) || is_end(&fact.object)) {
        let acted = is_end(&fact.subject) && fact.predicate.kind == Some(TemporalKind::Event);
        let days = if acted { fact.begins } else { (fact.begins.0, crate::date::LAST_DAY) };
        ways.push((Way::Party, days));
    }
    ways
}

fn on(days: (Day, Day), day: Day) -> Answer {
    if days.1 <= day {
        Answer::Certain
    } else if days.0 <= day {
        Answer::Possible
    } else {
        Answer::No
    }
}

/// Lowers what is known of a fact about a fact to what is known of that one.
fn fall_with_their_facts(findings: &mut BTreeMap<&str, Finding>) {
    loop {
        let lowered: Vec<(&str, Answer)> = findings
            .iter()
            .filter(|(_, found)| found.way != Way::Party)
            .filter_map(|(&id, found)| {
                let ends = [&found.fact.subject, &found.fact.object];
                let least = ends.into_iter().filter_map(|end| match end {
                    End::Fact(id) => Some(findings.get(id.as_str()).map_or(Answer::No, |inner| inner.certainty)),
                    _ => None,
                });
                least.min().filter(|least| *least < found.certainty).map(|least| (id, least))
            })
            .collect();
        if lowered.is_empty() {
            return;
        }
        for (id, least) in lowered {
            if least == Answer::No {
                findings.remove(id);
            } else if let Some(found) = findings.get_mut(id) {
                found.certainty = least;
            }
        }
    }
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
    use crate::graph::fixture::affair;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn told(id: &str, fact: &str, audience: Option<&str>, days: [&str; 2]) -> Disclosure {
        Disclosure {
            id: id.to_owned(),
            iri: format!("https://example.org/t/id/disclosure/{id}"),
            facts: vec![fact.to_owned()],
            audience: audience.map(str::to_owned),
            date: None,
            days: (day(days[0]), day(days[1])),
            kind: None,
            source: None,
            note: None,
        }
    }

    fn answers(disclosures: &[Disclosure], on: &str, audience: Option<&str>) -> Vec<String> {
        let graph = affair().graph();
        let question = Question { day: day(on), audience, about: Some("letter") };
        let found = known(&graph, disclosures, &question);
        let way = |way: &Way| match way {
            Way::Record => "record",
            Way::Public(_) => "public",
            Way::Disclosed(_) => "told",
            Way::Party => "party",
        };
        found.iter().map(|f| format!("{} {:?} {}", f.fact.id, f.certainty, way(&f.way))).collect()
    }

    #[test]
    fn the_public_possibly_knew_from_the_first_day_of_a_disclosure_and_certainly_from_the_last_of_any() {
        let opened = [told("opened", "F4", None, ["2014-05-20", "2014-06-30"])];
        assert_eq!(answers(&opened, "2014-05-19", None), Vec::<String>::new());
        assert_eq!(answers(&opened, "2014-05-20", None), ["F4 Possible public"]);
        assert!(answers(&opened, "2014-05-23", None).contains(&"F4 Certain record".to_owned()));
    }

    #[test]
    fn what_is_told_to_one_is_not_known_to_another() {
        let told = [told("served", "F1", Some("ministry"), ["2013-06-01", "2013-06-01"])];
        assert_eq!(answers(&told, "2013-12-01", Some("ministry")), ["F1 Certain told"]);
        assert_eq!(answers(&told, "2013-12-01", None), Vec::<String>::new());
    }

    #[test]
    fn who_acts_knows_and_who_is_acted_upon_may_not() {
        let by_party = |audience| answers(&[], "2013-12-01", Some(audience));
        assert!(by_party("bureau").contains(&"F4 Certain party".to_owned()), "{:?}", by_party("bureau"));
        let firm = by_party("firm");
        assert!(firm.contains(&"F2 Possible party".to_owned()), "{firm:?}");
        assert!(!firm.iter().any(|line| line.starts_with("F4")), "{firm:?}");
    }
}
