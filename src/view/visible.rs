//! Which quads a view shows. A fact is seen by its dates; a plain triple, a source, a citation, a
//! disclosure, a predicate and an entity are seen only where a fact that is seen brings them.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Quad, TermRef, Triple};

use super::View;
use super::evidence::{self, Bounds, Evidence, node};
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::vocab::{cg, prov, rdf, rdfs, void};

/// What a view shows of some quads.
pub(super) struct Visible {
    /// Nodes that are described in the quads and may be seen.
    shown: HashSet<NamedOrBlankNode>,
    /// Nodes that are described in the quads and are hidden.
    hidden: HashSet<NamedOrBlankNode>,
    /// Triples that facts carry, and whether one that is seen carries them.
    carried: HashMap<Triple, bool>,
}

impl Visible {
    /// Finds what a view shows.
    #[expect(clippy::iter_over_hash_type, reason = "only sets are filled, and these have no order")]
    pub(super) fn of(quads: &[Quad], view: View) -> Self {
        let facts = evidence::facts(quads);
        let seen = seen_facts(&facts, view);
        let mut carried: HashMap<Triple, bool> = HashMap::new();
        let mut brought: HashSet<NamedOrBlankNode> = HashSet::new();
        let mut used: HashSet<NamedOrBlankNode> = HashSet::new();
        for (node, fact) in &facts {
            let is_seen = seen.contains(node);
            if let Some(triple) = fact.triple().filter(|_| fact.is_asserted) {
                *carried.entry(triple).or_default() |= is_seen;
            }
            if is_seen {
                brought.extend(fact.ends());
                brought.extend(fact.brings.iter().cloned());
                used.extend(fact.predicate.clone().map(NamedOrBlankNode::from));
            }
        }
        let described = Described::of(quads);
        let by_date = |known: Option<(Day, Day)>| {
            known.is_some_and(|known| {
                view.certainty(&Bounds { known, begin: (FIRST_DAY, FIRST_DAY), end: (LAST_DAY, LAST_DAY) })
                    >= view.least()
            })
        };
        // A disclosure is seen once it was itself public, with the facts among its own that are seen.
        let disclosures: HashSet<NamedOrBlankNode> = described
            .disclosures
            .iter()
            .filter(|(_, told)| by_date(told.known) && told.discloses.iter().any(|fact| seen.contains(fact)))
            .map(|(node, told)| {
                brought.extend(told.audience.clone());
                node.clone()
            })
            .collect();
        brought.extend(disclosures.iter().cloned());
        described.follow(&mut brought, &mut used);
        let (mut shown, mut hidden) = (HashSet::new(), HashSet::new());
        for node in facts.keys() {
            if seen.contains(node) { &mut shown } else { &mut hidden }.insert(node.clone());
        }
        for (node, kind) in described.nodes {
            let is_shown = match kind {
                Kind::Relation => used.contains(&node),
                Kind::Log => view.known_on.is_none(),
                Kind::Other => true,
                // What a record of its own dates is seen by that date, what facts speak of with the facts.
                Kind::Entity(known) => brought.contains(&node) || by_date(known) || view.known_on.is_none(),
                Kind::Disclosure => disclosures.contains(&node),
                Kind::Citation => brought.contains(&node),
            };
            if is_shown { &mut shown } else { &mut hidden }.insert(node);
        }
        Self { shown, hidden, carried }
    }

    /// Tells whether a quad is seen.
    pub(super) fn shows(&self, quad: &Quad) -> bool {
        let is_hidden = |node: &NamedOrBlankNode| self.hidden.contains(node) && !self.shown.contains(node);
        if is_hidden(&quad.subject) || node(&quad.object).is_some_and(|object| is_hidden(&object)) {
            return false;
        }
        let triple = Triple::new(quad.subject.clone(), quad.predicate.clone(), quad.object.clone());
        self.carried.get(&triple).copied().unwrap_or(true)
    }
}

/// Returns the facts that a view shows; a fact about a fact is seen only with it.
fn seen_facts(facts: &HashMap<NamedOrBlankNode, Evidence>, view: View) -> HashSet<NamedOrBlankNode> {
    let by_date = |fact: &Evidence| view.certainty(&fact.bounds) >= view.least();
    let mut seen: HashSet<NamedOrBlankNode> =
        facts.iter().filter(|(_, fact)| by_date(fact)).map(|(node, _)| node.clone()).collect();
    loop {
        let is_whole =
            |node: &NamedOrBlankNode| facts[node].ends().all(|end| !facts.contains_key(&end) || seen.contains(&end));
        let kept: HashSet<NamedOrBlankNode> = seen.iter().filter(|node| is_whole(node)).cloned().collect();
        if kept.len() == seen.len() {
            return kept;
        }
        seen = kept;
    }
}

/// What a node is, beside a fact.
#[derive(Clone, Copy)]
enum Kind {
    /// An entity or a source, with the days on which it became public, where its record says so.
    Entity(Option<(Day, Day)>),
    /// A predicate.
    Relation,
    /// A citation of a fact.
    Citation,
    /// An event by which facts became known.
    Disclosure,
    /// Part of the log of imports, which counts what is hidden.
    Log,
    /// The case itself.
    Other,
}

/// What a disclosure says of itself.
#[derive(Default)]
struct Told {
    /// First and last day on which it became public itself.
    known: Option<(Day, Day)>,
    discloses: Vec<NamedOrBlankNode>,
    audience: Option<NamedOrBlankNode>,
}

/// The nodes that are described, and what leads from one to the next.
struct Described {
    nodes: HashMap<NamedOrBlankNode, Kind>,
    disclosures: HashMap<NamedOrBlankNode, Told>,
    /// From a citation to its source, from a source to the one it draws on, from an entity to its source.
    leads: HashMap<NamedOrBlankNode, Vec<NamedOrBlankNode>>,
    /// From a predicate to the broader one.
    above: HashMap<NamedOrBlankNode, Vec<NamedOrBlankNode>>,
}

impl Described {
    fn of(quads: &[Quad]) -> Self {
        let mut found =
            Self { nodes: HashMap::new(), disclosures: HashMap::new(), leads: HashMap::new(), above: HashMap::new() };
        for quad in quads.iter().filter(|quad| quad.predicate == rdf::TYPE) {
            let kind = match quad.object.as_ref() {
                TermRef::NamedNode(class) if class == cg::FACT || class == cg::CLAIM => continue,
                TermRef::NamedNode(class) if class == cg::RELATION || class == rdf::PROPERTY => Kind::Relation,
                TermRef::NamedNode(class) if class == cg::CITATION => Kind::Citation,
                TermRef::NamedNode(class) if class == cg::DISCLOSURE => {
                    found.disclosures.entry(quad.subject.clone()).or_default();
                    Kind::Disclosure
                }
                TermRef::NamedNode(class) if class == prov::ACTIVITY || class == prov::ENTITY => Kind::Log,
                TermRef::NamedNode(class) if class == void::DATASET => Kind::Other,
                _ => Kind::Entity(None),
            };
            found.nodes.insert(quad.subject.clone(), kind);
        }
        for quad in quads {
            found.read(quad);
        }
        found
    }

    fn read(&mut self, quad: &Quad) {
        let predicate = quad.predicate.as_ref();
        if let Some(told) = self.disclosures.get_mut(&quad.subject) {
            match (node(&quad.object), day(quad)) {
                (Some(fact), _) if predicate == cg::DISCLOSES => told.discloses.push(fact),
                (Some(audience), _) if predicate == cg::TO_AUDIENCE => told.audience = Some(audience),
                (_, Some(day)) => widen(&mut told.known, predicate, day),
                _ => {}
            }
        }
        if let Some(object) = node(&quad.object) {
            if predicate == rdfs::SUB_PROPERTY_OF {
                self.above.entry(quad.subject.clone()).or_default().push(object);
            } else if predicate == cg::CITES
                || predicate == crate::vocab::dct::SOURCE
                || predicate == prov::WAS_DERIVED_FROM
            {
                self.leads.entry(quad.subject.clone()).or_default().push(object);
            }
        } else if let (Some(Kind::Entity(known)), Some(day)) = (self.nodes.get_mut(&quad.subject), day(quad)) {
            widen(known, predicate, day);
        }
    }

    /// Adds what the nodes that are brought lead to.
    fn follow(&self, brought: &mut HashSet<NamedOrBlankNode>, used: &mut HashSet<NamedOrBlankNode>) {
        for (nodes, ways) in [(brought, &self.leads), (used, &self.above)] {
            let mut open: Vec<NamedOrBlankNode> = nodes.iter().cloned().collect();
            while let Some(next) = open.pop() {
                for target in ways.get(&next).into_iter().flatten() {
                    if nodes.insert(target.clone()) {
                        open.push(target.clone());
                    }
                }
            }
        }
    }
}

/// Takes down the first or last day on which something became public.
fn widen(known: &mut Option<(Day, Day)>, predicate: NamedNodeRef<'_>, day: Day) {
    if predicate == cg::KNOWN_EARLIEST {
        known.get_or_insert((day, LAST_DAY)).0 = day;
    } else if predicate == cg::KNOWN_LATEST {
        known.get_or_insert((FIRST_DAY, day)).1 = day;
    }
}

fn day(quad: &Quad) -> Option<Day> {
    match quad.object.as_ref() {
        TermRef::Literal(literal) if literal.datatype() == crate::vocab::xsd::DATE => literal.value().parse().ok(),
        _ => None,
    }
}
