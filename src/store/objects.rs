//! What many nodes say of themselves, read together. In: subjects and predicates. Out: the objects. An Oxigraph store on a disk
//! unpacks no other terms than these: most of a fact is dates and names that many facts share.

use std::fmt::Write;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use oxigraph::store::Store;

use super::{Dataset, Error, each_solution};

/// An object, with the position of its subject and that of its predicate.
pub type Said = (usize, usize, Term);

/// Subjects that are not worth another thread.
const FEW: usize = 100;

/// Subjects of a query.
const AT_ONCE: usize = 1_000;

/// Reads objects by pattern, as [`Dataset::objects`] has it.
pub fn objects_by_pattern(
    data: &(impl Dataset + ?Sized),
    subjects: &[NamedNode],
    predicates: &[NamedNodeRef<'_>],
) -> Result<Vec<Said>, Error> {
    let only = if let [predicate] = predicates { Some(*predicate) } else { None };
    let mut said = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        for quad in data.quads_for_pattern(Some(subject.into()), only, None, None) {
            let quad = quad?;
            if let Some(of) = predicates.iter().position(|predicate| quad.predicate == *predicate) {
                said.push((at, of, quad.object));
            }
        }
    }
    Ok(said)
}

/// Reads objects from an Oxigraph store.
pub(super) fn objects_in(
    store: &Store,
    subjects: &[NamedNode],
    predicates: &[NamedNodeRef<'_>],
) -> Result<Vec<Said>, Error> {
    let query = &query_of(predicates);
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(subjects.len().div_ceil(FEW)).max(1);
    let size = subjects.len().div_ceil(threads).max(1);
    let parts = thread::scope(|scope| {
        let parts = subjects.chunks(size).enumerate();
        let threads: Vec<_> =
            parts.map(|(at, part)| scope.spawn(move || read(store, at * size, part, query))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect::<Vec<_>>()
    });
    parts.into_iter().try_fold(Vec::new(), |mut all, part| {
        all.extend(part?);
        Ok(all)
    })
}

/// Returns what makes a query of numbered subjects.
fn query_of(predicates: &[NamedNodeRef<'_>]) -> impl Fn(&str) -> String + Sync {
    let numbers = numbered(predicates.iter().enumerate());
    let only = if let [predicate] = predicates { Some(predicate.into_owned()) } else { None };
    move |subjects| match &only {
        Some(predicate) => format!("SELECT ?at (0 AS ?of) ?o {{ VALUES (?at ?s) {{ {subjects} }} ?s {predicate} ?o }}"),
        // As a subquery: one run through the sorted keys of a subject, where a run for each predicate would be a jump each.
        None => format!(
            "SELECT ?at ?of ?o {{ {{ SELECT ?at ?p ?o {{ VALUES (?at ?s) {{ {subjects} }} ?s ?p ?o }} }} \
             VALUES (?of ?p) {{ {numbers} }} }}"
        ),
    }
}

/// Reads the objects of some subjects, numbered from `first` on.
fn read(
    store: &Store,
    first: usize,
    subjects: &[NamedNode],
    query: &impl Fn(&str) -> String,
) -> Result<Vec<Said>, Error> {
    let mut said = Vec::new();
    for (part, some) in subjects.chunks(AT_ONCE).enumerate() {
        let subjects = numbered(some.iter().enumerate().map(|(at, node)| (first + part * AT_ONCE + at, node)));
        each_solution(store, &query(&subjects), |row| {
            let number = |name: &str| match row.get(name) {
                Some(Term::Literal(literal)) => literal.value().parse().ok(),
                _ => None,
            };
            if let (Some(at), Some(of), Some(object)) = (number("at"), number("of"), row.get("o")) {
                said.push((at, of, object.clone()));
            }
        })?;
    }
    Ok(said)
}

fn numbered<T: std::fmt::Display>(nodes: impl Iterator<Item = (usize, T)>) -> String {
    let mut text = String::new();
    for (number, node) in nodes {
        write!(text, "({number} {node})").expect("a String takes all that is written");
    }
    text
}
