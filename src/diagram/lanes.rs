//! Packs marks into rows. In: the room that each takes. Out: a row for each, so that nothing overlaps.

/// Height of a row, in points.
pub(super) const ROW: f64 = 14.0;

/// Returns the first row of each item, in the order given, and how many rows there are. An item covers all the room
/// between two places on as many rows as it takes.
pub(super) fn pack(items: &[((f64, f64), usize)]) -> (Vec<usize>, usize) {
    let mut rows: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut places = Vec::with_capacity(items.len());
    for (extent, height) in items {
        let is_free = |row: usize| {
            (row..row + height)
                .filter_map(|row| rows.get(row))
                .all(|taken| taken.iter().all(|(first, last)| extent.1 < *first || *last < extent.0))
        };
        let place = (0..=rows.len()).find(|row| is_free(*row)).unwrap_or(rows.len());
        while rows.len() < place + height {
            rows.push(Vec::new());
        }
        for row in &mut rows[place..place + height] {
            row.push(*extent);
        }
        places.push(place);
    }
    (places, rows.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn items_share_a_row_where_they_fit() {
        assert_eq!(pack(&[((0.0, 10.0), 1), ((5.0, 15.0), 1), ((11.0, 20.0), 1)]), (vec![0, 1, 0], 2));
    }

    proptest! {
        #[test]
        fn nothing_overlaps(items in prop::collection::vec(((0.0..500.0_f64, 1.0..200.0_f64), 1_usize..3), 0..40)) {
            let items: Vec<_> = items.into_iter().map(|((x, width), rows)| ((x, x + width), rows)).collect();
            let (places, rows) = pack(&items);
            for (i, (a, ah)) in items.iter().enumerate() {
                prop_assert!(places[i] + ah <= rows);
                for (j, (b, bh)) in items.iter().enumerate().skip(i + 1) {
                    let apart = a.1 < b.0 || b.1 < a.0;
                    let above = places[i] + ah <= places[j] || places[j] + bh <= places[i];
                    prop_assert!(apart || above);
                }
            }
        }
    }
}
