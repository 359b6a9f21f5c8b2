//! Imports into an endpoint. In: a case as it is to stand there. Out: the difference, sent in requests of limited size. What is
//! different is told by fingerprints of what is said of each subject, which lie in a graph beside the case; only what differs
//! is fetched. Where they do not fit what is there, as after changes by others, all of it is fetched and compared.
//!
//! An endpoint knows no transaction over several requests, so an import that breaks off leaves some facts new and some old.
//! Each subject changes within one request, and what says that the fingerprints are true goes first and comes back last, with the
//! log: importing again completes it.

use std::collections::BTreeSet;

use oxigraph::model::{GraphName, Literal, NamedNode, Quad, Term};

use super::pattern::{Home, Shape};
use super::send::Change;
use super::{Endpoint, fingerprints_graph};
use crate::store::{CaseStore, Difference, EndpointFault, Error, Fingerprints, Import, Mode, Push, ReadCase};
use crate::vocab::{cg, prov, rdf, void};

/// Subjects that are fetched and sent at a time.
const SUBJECTS: usize = 1500;
/// Subjects that one request asks for.
const BATCH: usize = 150;

/// What an endpoint holds of a case before an import.
struct Before {
    case: Home,
    /// The graph of the fingerprints.
    graph: NamedNode,
    kept: Fingerprints,
    /// What says that they are true.
    seal: Vec<Quad>,
    /// What is there, where they are not, and its fingerprints.
    whole: Option<(CaseStore, Fingerprints)>,
}

impl Before {
    fn fingerprints(&self) -> &Fingerprints {
        self.whole.as_ref().map_or(&self.kept, |(_, fingerprints)| fingerprints)
    }

    /// Returns what says that the fingerprints are those of so many quads.
    fn new_seal(&self, push: &Push<'_>, size: usize) -> Vec<Quad> {
        let sum = push.fingerprints().values().fold(0_u64, |sum, fingerprint| sum.wrapping_add(*fingerprint));
        let size = Literal::from(u64::try_from(size).unwrap_or(u64::MAX));
        let size = Quad::new(self.graph.clone(), void::TRIPLES, size, self.graph.clone());
        vec![self.quad(self.graph.as_str(), sum), size]
    }

    fn quad(&self, subject: &str, fingerprint: u64) -> Quad {
        let subject = NamedNode::new_unchecked(subject);
        let fingerprint = Literal::from(format!("{fingerprint:016x}"));
        Quad::new(subject, cg::FINGERPRINT, fingerprint, self.graph.clone())
    }
}

impl Endpoint {
    /// Imports a case, or only tells what would change. Nothing is written where nothing changes.
    pub fn import(&self, import: &Import, mode: Mode, new: ReadCase) -> Result<Difference, Error> {
        let push = Push::new(import, new)?;
        let before = self.before(import)?;
        let difference = push.difference(before.fingerprints())?;
        if mode == Mode::Write {
            self.carry_out(&push, &before, &difference, import)?;
        }
        Ok(difference)
    }

    fn before(&self, import: &Import) -> Result<Before, Error> {
        let case = Home::Named(vec![NamedNode::new_unchecked(import.graph.as_str())]);
        let graph = NamedNode::new_unchecked(fingerprints_graph(&import.base));
        let quads = self.fetch_from(&Home::Named(vec![graph.clone()]), &Shape::default())?;
        let (seal, quads): (Vec<_>, Vec<_>) = quads.into_iter().partition(|quad| quad.subject == graph.clone().into());
        let kept = quads.iter().filter_map(read).collect();
        let size = seal.iter().find(|quad| quad.predicate == void::TRIPLES).and_then(|quad| number(&quad.object));
        let is_true = match size {
            Some(size) => self.count_shape(&case, &Shape::default())? == size,
            None => false,
        };
        let whole = if is_true {
            None
        } else {
            let store = self.read(&case)?;
            let fingerprints = store.fingerprints(&import.graph)?;
            Some((store, fingerprints))
        };
        Ok(Before { case, graph, kept, seal, whole })
    }

    fn carry_out(
        &self,
        push: &Push<'_>,
        before: &Before,
        difference: &Difference,
        import: &Import,
    ) -> Result<(), Error> {
        let earlier = self.imports_before(import)?;
        if difference.is_empty && before.whole.is_none() && earlier > 0 {
            return Ok(());
        }
        let mut places = self.update_places();
        let mut seal = before.seal.clone();
        let (then, now) = (before.fingerprints(), push.fingerprints());
        let is_new = |subject: &&String| {
            let fingerprint = now.get(*subject);
            then.get(*subject) != fingerprint || before.kept.get(*subject) != fingerprint
        };
        let subjects: BTreeSet<&String> =
            then.keys().chain(now.keys()).chain(before.kept.keys()).filter(is_new).collect();
        let subjects: Vec<&String> = subjects.into_iter().collect();
        for subjects in subjects.chunks(SUBJECTS) {
            let mut changes = self.changes(subjects, push, before)?;
            if !seal.is_empty() {
                changes.insert(0, Change { removed: std::mem::take(&mut seal), added: Vec::new() });
            }
            self.send(changes, &mut places)?;
        }
        let held = self.count_shape(&before.case, &Shape::default())?;
        if held < push.len() {
            return Err(self.fault(EndpointFault::NotKept { expected: push.len(), found: held }).into());
        }
        let mut last = vec![Change { removed: seal, added: before.new_seal(push, held) }];
        if !difference.is_empty || earlier == 0 {
            last.push(Change { removed: Vec::new(), added: push.log(difference, earlier) });
        }
        self.send(last, &mut places)
    }

    /// Returns what some subjects lose and gain.
    fn changes(&self, subjects: &[&String], push: &Push<'_>, before: &Before) -> Result<Vec<Change>, Error> {
        let there = match &before.whole {
            Some((store, _)) => store.clone(),
            None => self.fetch_subjects(subjects, before)?,
        };
        let change = |subject: &&String| {
            let mut removed = there.quads_of(subject, push.graph())?;
            let mut added = push.quads_of(subject)?;
            let kept = removed.clone();
            removed.retain(|quad| !added.contains(quad));
            added.retain(|quad| !kept.contains(quad));
            let (then, now) = (before.kept.get(*subject), push.fingerprints().get(*subject));
            if then != now {
                removed.extend(then.map(|fingerprint| before.quad(subject, *fingerprint)));
                added.extend(now.map(|fingerprint| before.quad(subject, *fingerprint)));
            }
            Ok(Change { removed, added })
        };
        subjects.iter().map(change).collect()
    }

    /// Fetches what is said of some subjects.
    fn fetch_subjects(&self, subjects: &[&String], before: &Before) -> Result<CaseStore, Error> {
        let there = subjects.iter().filter(|subject| before.kept.contains_key(**subject));
        let there: Vec<_> = there.map(|subject| NamedNode::new_unchecked(subject.as_str())).collect();
        let mut quads = Vec::new();
        for subjects in there.chunks(BATCH) {
            let shape = Shape { subjects: subjects.to_vec(), ..Shape::default() };
            quads.extend(self.fetch_from(&before.case, &shape)?);
        }
        CaseStore::in_memory(quads)
    }

    /// Returns how many imports of the case are logged.
    fn imports_before(&self, import: &Import) -> Result<usize, Error> {
        let log = Home::Named(vec![NamedNode::new_unchecked(import.log_graph.as_str())]);
        let (predicates, objects) = (vec![rdf::TYPE.into_owned()], vec![prov::ACTIVITY.into_owned()]);
        self.count_shape(&log, &Shape { predicates, objects, ..Shape::default() })
    }
}

/// Reads a fingerprint.
fn read(quad: &Quad) -> Option<(String, u64)> {
    let (Term::Literal(literal), GraphName::NamedNode(_)) = (&quad.object, &quad.graph_name) else { return None };
    let subject = Term::from(quad.subject.clone());
    let Term::NamedNode(subject) = subject else { return None };
    Some((subject.into_string(), u64::from_str_radix(literal.value(), 16).ok()?))
}

fn number(term: &Term) -> Option<usize> {
    match term {
        Term::Literal(literal) => literal.value().parse().ok(),
        _ => None,
    }
}
