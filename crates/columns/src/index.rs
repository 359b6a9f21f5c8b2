//! Pairs of numbers in the order of the first of them. In: pairs. Out: the values of a key, as a slice.

use std::ops::Range;

use crate::ReadError;
use crate::id::TermId;

/// Keys with their values, both in ascending order, each pair once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    keys: Keys,
    /// Where the values of each key begin, and where the last ones end; none where each key has one value.
    starts: Option<Vec<u32>>,
    values: Vec<TermId>,
}

/// Keys in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Keys {
    /// Numbers in a row: the first of each run, and the place of that; and how many keys there are.
    Runs(Vec<(u32, u32)>, usize),
    List(Vec<TermId>),
}

/// Runs are found sooner than keys where they are longer than this on average.
const RUN: usize = 16;

impl Index {
    /// Makes an index of pairs in any order.
    pub(crate) fn of(mut pairs: Vec<(TermId, TermId)>) -> Self {
        // One comparison of 64 bits is quicker than two of 32.
        pairs.sort_unstable_by_key(|(key, value)| u64::from(key.0) << 32 | u64::from(value.0));
        pairs.dedup();
        Self::of_sorted(&pairs)
    }

    fn of_sorted(pairs: &[(TermId, TermId)]) -> Self {
        let values = pairs.iter().map(|pair| pair.1).collect();
        let (mut keys, mut starts) = (Vec::new(), Vec::new());
        for (at, (key, _)) in pairs.iter().enumerate() {
            if keys.last() != Some(key) {
                keys.push(*key);
                starts.push(u32::try_from(at).expect("a property has less than four billion pairs"));
            }
        }
        let starts = (keys.len() < pairs.len()).then(|| {
            starts.push(u32::try_from(pairs.len()).expect("a property has less than four billion pairs"));
            starts
        });
        Self { keys: Keys::of(keys), starts, values }
    }

    /// Returns the same pairs with keys and values in each other's place.
    pub(crate) fn inverse(&self) -> Self {
        Self::of(self.pairs().map(|(key, value)| (value, key)).collect())
    }

    /// Puts an index together from what was read; what does not fit together is damaged.
    pub(crate) fn from_parts(
        first: Option<(u32, usize)>,
        keys: Vec<TermId>,
        starts: Option<Vec<u32>>,
        values: Vec<TermId>,
    ) -> Result<Self, ReadError> {
        let is_sorted = keys.is_sorted_by(|one, next| one < next);
        let is_in_dictionary =
            first.is_none_or(|(first, len)| (first as usize).saturating_add(len) <= TermId::DICTIONARY);
        let keys = first.map_or_else(|| Keys::of(keys), |(first, len)| Keys::Runs(vec![(first, 0)], len));
        let fits = match &starts {
            None => keys.len() == values.len(),
            Some(starts) => {
                starts.len() == keys.len().saturating_add(1)
                    && starts.is_sorted()
                    && starts.first() == Some(&0)
                    && starts.last().is_some_and(|end| *end as usize == values.len())
            }
        };
        if fits && is_sorted && is_in_dictionary { Ok(Self { keys, starts, values }) } else { Err(ReadError::Damaged) }
    }

    /// Returns the first key and the number of keys, where they are all the numbers from that one on.
    pub(crate) fn key_range(&self) -> Option<(u32, usize)> {
        match &self.keys {
            Keys::Runs(runs, len) if runs.len() == 1 => Some((runs[0].0, *len)),
            _ => None,
        }
    }

    /// Returns the keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = TermId> {
        (0..self.keys.len()).map(|at| self.keys.get(at))
    }

    /// Returns where the values of each key begin, unless each has one.
    pub(crate) fn starts(&self) -> Option<&[u32]> {
        self.starts.as_deref()
    }

    /// Returns the values of all keys.
    pub(crate) fn all_values(&self) -> &[TermId] {
        &self.values
    }

    /// Returns the number of pairs.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Tells whether there is no pair.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the values of a key, sorted.
    #[must_use]
    pub fn values(&self, key: TermId) -> &[TermId] {
        self.keys.position(key).map_or(&[], |at| &self.values[self.range(at)])
    }

    /// Returns the first value of a key.
    #[must_use]
    pub fn value(&self, key: TermId) -> Option<TermId> {
        self.values(key).first().copied()
    }

    /// Tells whether a pair is there.
    #[must_use]
    pub fn contains(&self, key: TermId, value: TermId) -> bool {
        self.values(key).binary_search(&value).is_ok()
    }

    /// Returns the keys with their values, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (TermId, &[TermId])> {
        self.keys().enumerate().map(|(at, key)| (key, &self.values[self.range(at)]))
    }

    /// Returns all pairs, sorted.
    pub fn pairs(&self) -> impl Iterator<Item = (TermId, TermId)> {
        self.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, *value)))
    }

    /// Returns how many keys there are.
    #[must_use]
    pub const fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// Returns the place of the next pair after some, and the pair: a walk that keeps no more than a place.
    pub(crate) fn pair(&self, at: &mut (usize, usize)) -> Option<(TermId, TermId)> {
        let (key, value) = at;
        if *value >= self.values.len() {
            return None;
        }
        while self.range(*key).end <= *value {
            *key += 1;
        }
        *value += 1;
        Some((self.keys.get(*key), self.values[*value - 1]))
    }

    fn range(&self, at: usize) -> Range<usize> {
        match &self.starts {
            None => at..at + 1,
            Some(starts) => starts[at] as usize..starts[at + 1] as usize,
        }
    }
}

impl Keys {
    fn of(keys: Vec<TermId>) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let mut next = None;
        for (at, key) in keys.iter().enumerate() {
            if next != Some(key.0) {
                if !key.is_in_dictionary() || (runs.len() + 1) * RUN > keys.len() + 2 * RUN {
                    return Self::List(keys);
                }
                runs.push((key.0, u32::try_from(at).expect("a property has less than four billion pairs")));
            }
            next = key.0.checked_add(1);
        }
        Self::Runs(runs, keys.len())
    }

    const fn len(&self) -> usize {
        match self {
            Self::Runs(_, len) => *len,
            Self::List(keys) => keys.len(),
        }
    }

    fn position(&self, key: TermId) -> Option<usize> {
        match self {
            Self::Runs(runs, len) => {
                let run = runs.partition_point(|(first, _)| *first <= key.0).checked_sub(1)?;
                let (first, start) = runs[run];
                let end = runs.get(run + 1).map_or(*len, |(_, start)| *start as usize);
                let at = start as usize + (key.0 - first) as usize;
                (at < end).then_some(at)
            }
            Self::List(keys) => keys.binary_search(&key).ok(),
        }
    }

    fn get(&self, at: usize) -> TermId {
        match self {
            Self::Runs(runs, _) => {
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                let (first, start) = runs[runs.partition_point(|(_, start)| *start <= at) - 1];
                TermId(first + (at - start))
            }
            Self::List(keys) => keys[at],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(u32, u32)]) -> Vec<(TermId, TermId)> {
        pairs.iter().map(|(key, value)| (TermId(*key), TermId(*value))).collect()
    }

    #[test]
    fn keys_in_a_row_or_not_with_one_value_or_several() {
        for given in [
            &[][..],
            &[(3, 9), (4, 9), (5, 1)],
            &[(3, 1), (3, 2), (4, 0)],
            &[(1, 1), (7, 2)],
            &[(1, 1), (1, 4), (7, 2)],
            &(0..90).map(|at| (at + 10 * (at / 40), at % 3)).collect::<Vec<_>>(),
            &(0..90).map(|at| (at * 2, at % 3)).collect::<Vec<_>>(),
        ] {
            let given = pairs(given);
            let index = Index::of(given.clone());
            assert_eq!(index.pairs().collect::<Vec<_>>(), given);
            let (mut place, mut walked) = ((0, 0), Vec::new());
            while let Some(pair) = index.pair(&mut place) {
                walked.push(pair);
            }
            assert_eq!(walked, given);
            for key in 0..190 {
                let wanted: Vec<TermId> = given.iter().filter(|pair| pair.0.0 == key).map(|pair| pair.1).collect();
                assert_eq!(index.values(TermId(key)), wanted);
            }
            assert_eq!(index.inverse().inverse(), index);
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_damaged() {
        let ids = |ids: &[u32]| ids.iter().map(|id| TermId(*id)).collect::<Vec<_>>();
        assert!(Index::from_parts(Some((3, 2)), Vec::new(), None, ids(&[1, 2])).is_ok());
        assert!(Index::from_parts(Some((u32::MAX, 2)), Vec::new(), None, ids(&[1, 2])).is_err());
        assert!(Index::from_parts(None, ids(&[1]), None, ids(&[1, 2])).is_err());
        assert!(Index::from_parts(None, ids(&[1]), Some(vec![0, 3]), ids(&[1, 2])).is_err());
        assert!(Index::from_parts(None, ids(&[1, 2]), Some(vec![0, 3, 2]), ids(&[1, 2])).is_err());
    }
}
