//! What was fetched and is kept, so that nothing is fetched twice. In: answers to patterns. Out: the same again, also where
//! a wider pattern was answered. Not here: fetching (`pattern`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oxigraph::model::{NamedNode, Quad, Term};

/// Quads that are kept before all are forgotten.
const KEPT: usize = 1_000_000;

/// The subject, predicate and object of a pattern; none stands for any.
pub(super) type Key = (Option<NamedNode>, Option<NamedNode>, Option<Term>);

/// Answers to patterns, over all graphs.
#[derive(Default)]
pub(super) struct Fetched(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    answers: HashMap<Key, Arc<Vec<Quad>>>,
    quads: usize,
}

impl Fetched {
    /// Returns the quads of a pattern, if this or a wider one was answered.
    pub(super) fn get(&self, key: &Key) -> Option<Vec<Quad>> {
        let (subject, predicate, object) = key;
        let kept = self.lock();
        if let Some(quads) = kept.answers.get(key) {
            return Some(quads.to_vec());
        }
        let wider = [
            (subject.clone(), None, None),
            (subject.clone(), predicate.clone(), None),
            (None, predicate.clone(), object.clone()),
            (None, predicate.clone(), None),
        ];
        let quads = wider.iter().filter(|key| **key != (None, None, None)).find_map(|key| kept.answers.get(key))?;
        let matches = |quad: &&Quad| {
            predicate.as_ref().is_none_or(|predicate| quad.predicate == *predicate)
                && object.as_ref().is_none_or(|object| quad.object == *object)
                && subject.as_ref().is_none_or(|subject| quad.subject == subject.clone().into())
        };
        Some(quads.iter().filter(matches).cloned().collect())
    }

    /// Tells whether the quads of a pattern, or of a wider one, are here.
    pub(super) fn has(&self, key: &Key) -> bool {
        let (subject, predicate, _) = key;
        let kept = self.lock();
        kept.answers.contains_key(key)
            || (subject.is_some() && kept.answers.contains_key(&(subject.clone(), None, None)))
            || (subject.is_none() && predicate.is_some() && kept.answers.contains_key(&(None, predicate.clone(), None)))
    }

    /// Keeps all the quads of a pattern.
    pub(super) fn keep(&self, key: Key, quads: Vec<Quad>) {
        let mut kept = self.lock();
        if kept.quads + quads.len() > KEPT {
            *kept = Kept::default();
        }
        kept.quads += quads.len() + 1;
        kept.answers.insert(key, Arc::new(quads));
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere leaves whole answers behind, never half ones.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, Literal};

    use super::*;

    #[test]
    fn a_narrower_pattern_is_answered_from_a_wider_one() {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://x.org/{name}"));
        let quad = |p: &str, o: &str| Quad::new(node("s"), node(p), Literal::from(o), GraphName::DefaultGraph);
        let fetched = Fetched::default();
        fetched.keep((Some(node("s")), None, None), vec![quad("p", "1"), quad("q", "2")]);
        let narrower = (Some(node("s")), Some(node("q")), None);
        assert!(fetched.has(&narrower));
        assert_eq!(fetched.get(&narrower), Some(vec![quad("q", "2")]));
        assert_eq!(fetched.get(&(Some(node("s")), None, Some(Literal::from("3").into()))), Some(Vec::new()));
        assert_eq!(fetched.get(&(None, Some(node("q")), None)), None);
    }
}
