//! Which of all facts a view shows, found at one go. In: an Oxigraph store. Out: an answer for each fact, in some 60 bytes.
//! A question that touches very many facts is answered sooner so than by reading one after the other.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash};

use oxigraph::model::{NamedOrBlankNode, Term, Triple};
use oxigraph::store::Store;

use super::View;
use super::condition::Condition;
use super::node::{as_node, day};
use crate::fingerprint::finish;
use crate::store::{Error, each_solution};
use crate::vocab::{cg, rdf};

/// An answer for each fact, and for each triple that facts carry.
pub(super) struct AllFacts {
    facts: HashMap<u128, bool>,
    triples: HashMap<u128, bool>,
}

impl AllFacts {
    /// Tells which facts of a store a view shows. A fact that speaks of a fact is shown only with it.
    pub(super) fn read(store: &Store, view: View) -> Result<Self, Error> {
        let conditions = view.conditions();
        let given = |(at, condition): (usize, &Condition)| format!("OPTIONAL {{ ?f {} ?d{at} }} ", condition.predicate);
        let given = conditions.iter().enumerate().map(given).collect::<Vec<_>>().concat();
        let mut facts = HashMap::new();
        each_solution(store, &format!("SELECT * {{ ?f a {} {given}}}", cg::FACT), |row| {
            let day = |at: usize| row.get(format!("d{at}").as_str()).and_then(day);
            let holds = conditions.iter().enumerate().all(|(at, condition)| condition.holds(day(at)));
            if let Some(fact) = row.get("f") {
                facts.insert(key(fact), holds);
            }
        })?;
        let mut about: Vec<(u128, u128)> = Vec::new();
        for end in [rdf::SUBJECT, rdf::OBJECT] {
            each_solution(store, &format!("SELECT * {{ ?of a {} . ?f {end} ?of }}", cg::FACT), |row| {
                about.extend(row.get("f").zip(row.get("of")).map(|(fact, of)| (key(fact), key(of))));
            })?;
        }
        // A claim about a claim falls with it, so this runs until nothing falls.
        loop {
            let falls = |(fact, of): &&(u128, u128)| facts.get(fact) == Some(&true) && facts.get(of) != Some(&true);
            let fallen: Vec<u128> = about.iter().filter(falls).map(|(fact, _)| *fact).collect();
            if fallen.is_empty() {
                break;
            }
            facts.extend(fallen.into_iter().map(|fact| (fact, false)));
        }
        let mut triples = HashMap::new();
        let carried = format!(
            "SELECT * {{ ?f {} true ; {} ?s ; {} ?p ; {} ?o }}",
            cg::ASSERTED,
            rdf::SUBJECT,
            rdf::PREDICATE,
            rdf::OBJECT
        );
        each_solution(store, &carried, |row| {
            if let (Some(fact), Some(s), Some(p), Some(o)) = (row.get("f"), row.get("s"), row.get("p"), row.get("o")) {
                *triples.entry(key(&(s, p, o))).or_default() |= facts.get(&key(fact)) == Some(&true);
            }
        })?;
        Ok(Self { facts, triples })
    }

    /// Tells whether a node is a fact that is shown; `None` where it is no fact.
    pub(super) fn shows(&self, node: &NamedOrBlankNode) -> Option<bool> {
        self.facts.get(&key(&Term::from(node.clone()))).copied()
    }

    /// Tells whether a fact that is shown carries a triple; `None` where no fact carries it.
    pub(super) fn carries(&self, triple: &Triple) -> Option<bool> {
        let Triple { subject, predicate, object } = triple.clone();
        self.triples.get(&key(&(Term::from(subject), Term::from(predicate), object))).copied()
    }
}

/// Returns the facts that carry a triple.
pub(super) fn carrying(store: &Store, triple: &Triple) -> Result<Vec<NamedOrBlankNode>, Error> {
    let Triple { subject, predicate, object } = triple;
    // Terms are written as N-Triples, with all that is hostile in them escaped; blank nodes have no name in SPARQL.
    let query = format!(
        "SELECT ?f {{ ?f {} {subject} ; {} {object} ; {} {predicate} ; {} true }}",
        rdf::SUBJECT,
        rdf::OBJECT,
        rdf::PREDICATE,
        cg::ASSERTED
    );
    let mut facts = Vec::new();
    each_solution(store, &query, |row| facts.extend(row.get("f").and_then(as_node)))?;
    Ok(facts)
}

/// Returns a number that stands for a value: 128 bits, so that no two of any store will share one.
fn key(value: &impl Hash) -> u128 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    u128::from_be_bytes(finish(hasher))
}
