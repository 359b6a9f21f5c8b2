//! What a node is, as far as a view needs it. In: a dataset, a view and a node. Out: its kind, and of a fact whether its
//! own dates show it and what it speaks of.

use oxigraph::model::{Literal, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef, Triple};

use super::View;
use super::condition::Condition;
use crate::date::Day;
use crate::store::{Dataset, Error};
use crate::vocab::{cg, prov, rdf, void};

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A fact.
    Fact(Fact),
    /// An entity or a source; whether its own record says that it was public.
    Entity(bool),
    /// A predicate.
    Relation,
    /// A citation of a fact.
    Citation,
    /// An event by which facts became known; whether it was public itself.
    Disclosure(bool),
    /// Part of the log of imports, which counts what is hidden.
    Log,
    /// The case itself, and what the data does not describe.
    Other,
}

/// What a view asks of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// Whether its own dates show it.
    pub(super) by_date: bool,
    /// The two ends that are nodes.
    pub(super) ends: Vec<NamedOrBlankNode>,
}

impl Node {
    /// Reads what a node is.
    pub(super) fn read(data: &dyn Dataset, view: View, node: NamedOrBlankNodeRef<'_>) -> Result<Self, Error> {
        let mut kind = Self::Other;
        for quad in data.quads_for_pattern(Some(node), Some(rdf::TYPE), None, None) {
            kind = match quad?.object.as_ref() {
                TermRef::NamedNode(class) if class == cg::FACT || class == cg::CLAIM => {
                    return Ok(Self::Fact(Fact::read(data, view, node)?));
                }
                TermRef::NamedNode(class) if class == cg::RELATION || class == rdf::PROPERTY => Self::Relation,
                TermRef::NamedNode(class) if class == cg::CITATION => Self::Citation,
                TermRef::NamedNode(class) if class == cg::DISCLOSURE => Self::Disclosure(was_public(data, view, node)?),
                TermRef::NamedNode(class) if class == prov::ACTIVITY || class == prov::ENTITY => Self::Log,
                TermRef::NamedNode(class) if class == void::DATASET => Self::Other,
                _ if kind == Self::Other => Self::Entity(was_public(data, view, node)?),
                _ => kind,
            };
        }
        Ok(kind)
    }
}

impl Fact {
    /// Makes it of all that a node says by some predicates; none where it is no fact.
    pub(super) fn of(conditions: &[Condition], said: &[(NamedNodeRef<'_>, &Term)]) -> Option<Self> {
        let is_fact = |term: &Term| matches!(term, Term::NamedNode(class) if *class == cg::FACT || *class == cg::CLAIM);
        let objects = |wanted: NamedNodeRef<'static>| {
            said.iter().filter(move |(predicate, _)| *predicate == wanted).map(|(_, object)| *object)
        };
        objects(rdf::TYPE).any(is_fact).then(|| Self {
            by_date: conditions.iter().all(|condition| condition.holds(objects(condition.predicate).find_map(day))),
            ends: [rdf::SUBJECT, rdf::OBJECT].into_iter().flat_map(objects).filter_map(as_node).collect(),
        })
    }

    fn read(data: &dyn Dataset, view: View, node: NamedOrBlankNodeRef<'_>) -> Result<Self, Error> {
        let mut by_date = true;
        for condition in view.conditions() {
            by_date &= meets(data, node, &condition)?.1;
        }
        Ok(Self { by_date, ends: ends(data, node)? })
    }
}

fn ends(data: &dyn Dataset, fact: NamedOrBlankNodeRef<'_>) -> Result<Vec<NamedOrBlankNode>, Error> {
    let mut ends = Vec::new();
    for end in [rdf::SUBJECT, rdf::OBJECT] {
        for quad in data.quads_for_pattern(Some(fact), Some(end), None, None) {
            ends.extend(as_node(&quad?.object));
        }
    }
    Ok(ends)
}

/// Tells whether a fact carries a triple.
pub(super) fn carries(data: &dyn Dataset, fact: NamedOrBlankNodeRef<'_>, triple: &Triple) -> Result<bool, Error> {
    let says = |predicate: NamedNodeRef<'_>, object: TermRef<'_>| {
        let first = data.quads_for_pattern(Some(fact), Some(predicate), Some(object), None).next();
        first.transpose().map(|quad| quad.is_some())
    };
    Ok(says(rdf::PREDICATE, triple.predicate.as_ref().into())?
        && says(rdf::OBJECT, triple.object.as_ref())?
        && says(rdf::SUBJECT, triple.subject.as_ref().into())?
        && says(cg::ASSERTED, Term::from(Literal::from(true)).as_ref())?)
}

/// Tells whether a node was public by its own record; a record that says nothing of it does not make it so.
fn was_public(data: &dyn Dataset, view: View, node: NamedOrBlankNodeRef<'_>) -> Result<bool, Error> {
    let Some(condition) = view.became_public() else { return Ok(false) };
    let (says, meets) = meets(data, node, &condition)?;
    Ok(says && meets)
}

/// Tells whether a node gives the day of a condition, and whether it meets it.
fn meets(data: &dyn Dataset, node: NamedOrBlankNodeRef<'_>, condition: &Condition) -> Result<(bool, bool), Error> {
    let mut found = None;
    for quad in data.quads_for_pattern(Some(node), Some(condition.predicate), None, None) {
        found = day(&quad?.object).or(found);
    }
    Ok((found.is_some(), condition.holds(found)))
}

/// Returns a literal as a day, where it is one.
pub(super) fn day(term: &Term) -> Option<Day> {
    match term {
        Term::Literal(literal) => literal.value().parse().ok(),
        _ => None,
    }
}

/// Returns a term as a node, where it is one.
pub(super) fn as_node(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}
