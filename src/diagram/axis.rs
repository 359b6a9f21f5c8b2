//! The time axis. In: the days that matter. Out: a place for every day, and ticks.
//!
//! An affair has empty years and crowded ones. A year is as wide as it is full, so that a crowded one can be read;
//! inside a year time runs evenly. The lines between years keep that visible.

use std::collections::BTreeMap;

use crate::date::Day;

/// Least width of a year in points; its number has to fit.
const LEAST: f64 = 30.0;
/// A year this wide or wider has its months named.
const MONTHS: f64 = 260.0;

const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A line across the drawing with a name above it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) label: String,
    /// Whether a year begins here, or only a month.
    pub(super) year: bool,
}

/// Places of days between two days.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    from: Day,
    to: Day,
    left: f64,
    right: f64,
    years: BTreeMap<i16, (f64, f64)>,
}

impl Axis {
    /// Lays an axis from `from` to `to` between two places in points; `days` say how full each year is.
    pub(super) fn new(from: Day, to: Day, days: &[Day], left: f64, right: f64) -> Self {
        let mut full: BTreeMap<i16, f64> = (from.year()..=to.year()).map(|year| (year, 0.0)).collect();
        for day in days {
            if let Some(count) = full.get_mut(&day.year()) {
                *count += 1.0;
            }
        }
        let weights: BTreeMap<i16, f64> = full.iter().map(|(year, count)| (*year, count.powf(0.8))).collect();
        let total: f64 = weights.values().sum::<f64>().max(1.0);
        let years = f64::from(u16::try_from(weights.len()).unwrap_or(u16::MAX));
        let least = LEAST.min((right - left) / years);
        let free = (right - left) - least * years;
        let even = if weights.values().all(|weight| *weight == 0.0) { free / years } else { 0.0 };
        let mut x = left;
        let years = weights
            .into_iter()
            .map(|(year, weight)| {
                let width = least + even + free * weight / total;
                let place = (x, x + width);
                x += width;
                (year, place)
            })
            .collect();
        Self { from, to, left, right, years }
    }

    /// Returns the place of a day; days outside the axis stand at its ends.
    pub(super) fn x(&self, day: Day) -> f64 {
        let day = day.clamp(self.from, self.to);
        let Some((left, right)) = self.years.get(&day.year()) else { return self.left };
        let into = f64::from(day.day_of_year() - 1) / f64::from(day.days_in_year());
        // The first and the last year are drawn whole, so that ticks stand at their months.
        left + (right - left) * into
    }

    /// Tells whether a day lies on the axis.
    pub(super) fn holds(&self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Returns the first and last day.
    pub(super) fn days(&self) -> (Day, Day) {
        (self.from, self.to)
    }

    /// Returns the left and right end.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.left, self.right)
    }

    /// Returns the ticks from left to right; where years are narrow, not all are named.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let mut ticks = Vec::new();
        let mut named = f64::NEG_INFINITY;
        for (year, (left, right)) in &self.years {
            let has_room = left - named >= LEAST - 0.01;
            ticks.push(Tick { x: *left, label: if has_room { year.to_string() } else { String::new() }, year: true });
            if has_room {
                named = *left;
            }
            let width = right - left;
            let step = if width >= MONTHS {
                1
            } else if width >= MONTHS / 2.5 {
                3
            } else {
                continue;
            };
            for month in (0..12_u8).step_by(step) {
                let day = Day::new(*year, i8::try_from(month).unwrap_or(0) + 1, 1);
                let into = day.map_or(0.0, |day| f64::from(day.day_of_year() - 1) / f64::from(day.days_in_year()));
                ticks.push(Tick { x: left + width * into, label: NAMES[usize::from(month)].to_owned(), year: false });
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("day")
    }

    fn axis() -> Axis {
        let days = [day("2013-06-06"), day("2013-06-07"), day("2013-10-01"), day("2016-04-14")];
        Axis::new(day("2013-01-15"), day("2016-12-01"), &days, 0.0, 600.0)
    }

    #[test]
    fn later_days_stand_farther_right() {
        let axis = axis();
        let days = ["2013-01-15", "2013-06-06", "2013-12-31", "2014-01-01", "2016-04-14", "2016-12-01"];
        let places: Vec<_> = days.iter().map(|text| axis.x(day(text))).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        assert!(places.iter().all(|x| (0.0..=600.0).contains(x)));
    }

    #[test]
    fn years_that_are_too_narrow_for_their_numbers_are_named_now_and_then() {
        let axis = Axis::new(day("1995-01-01"), day("2024-12-31"), &[], 0.0, 600.0);
        let years: Vec<Tick> = axis.ticks().into_iter().filter(|tick| tick.year).collect();
        assert_eq!(years.len(), 30, "each has its line");
        let named: Vec<&Tick> = years.iter().filter(|tick| !tick.label.is_empty()).collect();
        assert!(named.len() >= 10 && named.windows(2).all(|two| two[1].x - two[0].x >= 29.0), "{named:?}");
    }

    #[test]
    fn a_full_year_is_wider_and_names_its_months() {
        let axis = axis();
        let width = |year: i16| axis.years[&year].1 - axis.years[&year].0;
        assert!(width(2013) > 2.0 * width(2014));
        assert!(axis.ticks().iter().any(|tick| tick.label == "Mar"));
    }
}
