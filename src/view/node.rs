//! What a node is, as far as a view needs it. In: a dataset and a node. Out: its kind, with its dates and, of a fact, the
//! triple that it carries.

use oxigraph::model::{NamedNode, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef, Triple};

use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::store::{Dataset, Error};
use crate::vocab::{cg, prov, rdf, void};

/// First and last day on which a fact can have begun, ended and become public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) begin: (Day, Day),
    pub(super) end: (Day, Day),
    pub(super) known: (Day, Day),
}

impl Default for Bounds {
    fn default() -> Self {
        // A fact without bounds says nothing of its dates: it may have held and been known on any day.
        Self { begin: (FIRST_DAY, LAST_DAY), end: (FIRST_DAY, LAST_DAY), known: (FIRST_DAY, LAST_DAY) }
    }
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A fact.
    Fact(Evidence),
    /// An entity or a source, with the days on which it became public, where its record says so.
    Entity(Option<(Day, Day)>),
    /// A predicate.
    Relation,
    /// A citation of a fact.
    Citation,
    /// An event by which facts became known.
    Disclosure(Told),
    /// Part of the log of imports, which counts what is hidden.
    Log,
    /// The case itself, and what the data does not describe.
    Other,
}

/// What a fact says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    pub(super) bounds: Bounds,
    pub(super) is_asserted: bool,
    pub(super) subject: Option<NamedOrBlankNode>,
    pub(super) predicate: Option<NamedNode>,
    pub(super) object: Option<Term>,
}

/// What a disclosure says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// First and last day on which it became public itself.
    pub(super) known: Option<(Day, Day)>,
    pub(super) discloses: Vec<NamedOrBlankNode>,
}

impl Node {
    /// Reads what a node is.
    pub(super) fn read(data: &dyn Dataset, node: NamedOrBlankNodeRef<'_>) -> Result<Self, Error> {
        let mut kind = Self::Other;
        for quad in data.quads_for_pattern(Some(node), Some(rdf::TYPE), None, None) {
            kind = match quad?.object.as_ref() {
                TermRef::NamedNode(class) if class == cg::FACT || class == cg::CLAIM => {
                    return Ok(Self::Fact(Evidence::read(data, node)?));
                }
                TermRef::NamedNode(class) if class == cg::RELATION || class == rdf::PROPERTY => Self::Relation,
                TermRef::NamedNode(class) if class == cg::CITATION => Self::Citation,
                TermRef::NamedNode(class) if class == cg::DISCLOSURE => Self::Disclosure(Told::read(data, node)?),
                TermRef::NamedNode(class) if class == prov::ACTIVITY || class == prov::ENTITY => Self::Log,
                TermRef::NamedNode(class) if class == void::DATASET => Self::Other,
                _ if kind == Self::Other => Self::Entity(known(data, node)?),
                _ => kind,
            };
        }
        Ok(kind)
    }
}

impl Evidence {
    fn read(data: &dyn Dataset, node: NamedOrBlankNodeRef<'_>) -> Result<Self, Error> {
        let mut fact = Self::default();
        for quad in data.quads_for_pattern(Some(node), None, None, None) {
            fact.take(quad?);
        }
        Ok(fact)
    }

    fn take(&mut self, quad: Quad) {
        let bounds = &mut self.bounds;
        let slot = match quad.predicate.as_ref() {
            p if p == rdf::SUBJECT => return self.subject = as_node(&quad.object),
            p if p == rdf::PREDICATE => {
                return if let Term::NamedNode(predicate) = quad.object {
                    self.predicate = Some(predicate);
                };
            }
            p if p == rdf::OBJECT => return self.object = Some(quad.object),
            p if p == cg::ASSERTED => {
                return self.is_asserted = matches!(&quad.object, Term::Literal(l) if l.value() == "true");
            }
            p if p == cg::BEGIN_EARLIEST => &mut bounds.begin.0,
            p if p == cg::BEGIN_LATEST => &mut bounds.begin.1,
            p if p == cg::END_EARLIEST => &mut bounds.end.0,
            p if p == cg::END_LATEST => &mut bounds.end.1,
            p if p == cg::KNOWN_EARLIEST => &mut bounds.known.0,
            p if p == cg::KNOWN_LATEST => &mut bounds.known.1,
            _ => return,
        };
        if let Some(day) = day(&quad.object) {
            *slot = day;
        }
    }

    /// Tells whether the fact carries a triple.
    pub(super) fn carries(&self, triple: &Triple) -> bool {
        self.is_asserted
            && self.subject.as_ref() == Some(&triple.subject)
            && self.predicate.as_ref() == Some(&triple.predicate)
            && self.object.as_ref() == Some(&triple.object)
    }

    /// Returns the two ends that are nodes.
    pub(super) fn ends(&self) -> impl Iterator<Item = NamedOrBlankNode> {
        self.subject.clone().into_iter().chain(self.object.as_ref().and_then(as_node))
    }
}

impl Told {
    fn read(data: &dyn Dataset, node: NamedOrBlankNodeRef<'_>) -> Result<Self, Error> {
        let mut discloses = Vec::new();
        for quad in data.quads_for_pattern(Some(node), Some(cg::DISCLOSES), None, None) {
            discloses.extend(as_node(&quad?.object));
        }
        Ok(Self { known: known(data, node)?, discloses })
    }
}

/// Returns the first and last day on which a node became public by its own record.
fn known(data: &dyn Dataset, node: NamedOrBlankNodeRef<'_>) -> Result<Option<(Day, Day)>, Error> {
    let find = |predicate| -> Result<Option<Day>, Error> {
        let mut found = None;
        for quad in data.quads_for_pattern(Some(node), Some(predicate), None, None) {
            found = day(&quad?.object).or(found);
        }
        Ok(found)
    };
    Ok(match (find(cg::KNOWN_EARLIEST)?, find(cg::KNOWN_LATEST)?) {
        (None, None) => None,
        (first, last) => Some((first.unwrap_or(FIRST_DAY), last.unwrap_or(LAST_DAY))),
    })
}

fn day(term: &Term) -> Option<Day> {
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
