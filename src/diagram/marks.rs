//! Marks of the timeline. In: the records of one fact, an axis. Out: where its mark begins and ends, which parts of it
//! are vague, where it became public, and how much room it takes with its label. Not here: rows (`lanes`).

use std::collections::BTreeMap;

use super::axis::Axis;
use super::text::{clip, points};
use crate::date::{Day, FIRST_DAY, LAST_DAY, days_between};
use crate::graph::{End, EndKind, EntityGraph, Fact};

/// Size of labels in points.
pub(super) const FONT: f64 = 9.5;
/// Length in points of an end that is not known.
pub(super) const STUB: f64 = 22.0;
/// A fact that became public later than this many days after shows the gap.
const LAG: i64 = 31;
/// Columns of a label.
const LABEL: usize = 60;

/// How a mark ends on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// On a day or between two.
    Dated,
    /// It was still so at the last day known.
    Open,
    /// Nobody says.
    Unknown,
}

/// Where a fact became public.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    pub(super) x: f64,
    /// Whether the axis reaches that far.
    pub(super) inside: bool,
}

/// The records of one fact with the same dates, placed on the axis.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    pub(super) facts: Vec<&'a Fact>,
    /// Whether it is a bar or a point.
    pub(super) bar: bool,
    /// First and last place where it can begin. A point can stand anywhere between.
    pub(super) begin: (f64, f64),
    /// First and last place where it can end.
    pub(super) end: (f64, f64),
    pub(super) before: Limit,
    pub(super) after: Limit,
    /// Where it became public, if that was much later.
    pub(super) known: Option<Known>,
    pub(super) label: String,
    /// Left edge of the label.
    pub(super) label_x: f64,
    /// Rows that it takes: with the gap or a bar below the label, two.
    pub(super) rows: usize,
    /// All that mark and label cover.
    pub(super) extent: (f64, f64),
}

/// Tells whether a fact has a place in time.
pub(super) fn is_dated(fact: &Fact) -> bool {
    !fact.is_undated()
}

/// Returns the days between which a fact is sure to be drawn, for range and density of the axis.
pub(super) fn days(fact: &Fact) -> Vec<Day> {
    let known = shows_gap(fact).then_some(fact.known.0);
    let end = (fact.end_kind == EndKind::Closed).then_some([fact.ends.0, fact.ends.1]);
    [fact.begins.0, fact.begins.1]
        .into_iter()
        .filter(|_| fact.begin.is_some())
        .chain(end.into_iter().flatten())
        .chain(known)
        .filter(|day| *day > FIRST_DAY && *day < LAST_DAY)
        .collect()
}

/// Groups records of the same triple with the same dates; by first day, then by id.
pub(super) fn group<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<Vec<&'a Fact>> {
    let mut groups: BTreeMap<_, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        let dates = (fact.begins, fact.ends, fact.end_kind);
        groups.entry((dates, &fact.subject, &fact.predicate.key, &fact.object)).or_default().push(fact);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_cached_key(|facts| facts.first().map(|fact| (days(fact).into_iter().min(), fact.id.clone())));
    groups
}

fn shows_gap(fact: &Fact) -> bool {
    let since = if fact.lasts() { fact.begins.1 } else { happened(fact).1 };
    fact.known_since.is_some()
        && (fact.begin.is_some() || !fact.lasts())
        && fact.known.0 < LAST_DAY
        && days_between(since, fact.known.0) > LAG
}

/// Returns the first and last day on which an event can have happened.
fn happened(fact: &Fact) -> (Day, Day) {
    let last =
        if fact.end_kind == EndKind::Closed { fact.ends.1.min(fact.begins.1.max(fact.ends.0)) } else { fact.begins.1 };
    (fact.begins.0, last)
}

impl<'a> Mark<'a> {
    /// Places the records of one fact, with a sign before the label if there is one. `facts` is not empty.
    pub(super) fn place(graph: &EntityGraph, facts: Vec<&'a Fact>, axis: &Axis, sign: Option<&str>) -> Option<Self> {
        let fact = *facts.first()?;
        let bar = fact.lasts();
        let (left, right) = axis.ends();
        let before = if fact.begins.0 == FIRST_DAY { Limit::Unknown } else { Limit::Dated };
        let (begin, end, after) = if bar {
            let after = match fact.end_kind {
                EndKind::Closed => Limit::Dated,
                EndKind::Open => Limit::Open,
                EndKind::Unknown => Limit::Unknown,
            };
            let begin = match before {
                Limit::Unknown => (axis.x(fact.ends.0), axis.x(fact.ends.0)),
                _ => (axis.x(fact.begins.0), axis.x(fact.begins.1)),
            };
            let end = match after {
                Limit::Dated => (axis.x(fact.ends.0), axis.x(fact.ends.1)),
                Limit::Open => (axis.x(fact.ends.0), axis.x(fact.ends.0)),
                Limit::Unknown => (begin.1, begin.1),
            };
            (begin, (end.0.max(begin.0), end.1.max(begin.1)), after)
        } else {
            let (first, last) = happened(fact);
            let last = axis.x(last);
            let first = if before == Limit::Unknown { last } else { axis.x(first) };
            ((first, last), (first, last), Limit::Dated)
        };
        let known = shows_gap(fact)
            .then(|| Known { x: axis.x(fact.known.0), inside: axis.holds(fact.known.0) })
            .filter(|known| known.x > begin.1 + 6.0);
        let mut mark = Self {
            label: sign.map(|sign| format!("{sign} ")).unwrap_or_default() + &label(graph, &facts),
            facts,
            bar,
            begin,
            end,
            before,
            after,
            known,
            label_x: 0.0,
            rows: 1,
            extent: (0.0, 0.0),
        };
        mark.set_label(left, right);
        Some(mark)
    }

    /// Puts the label beside a point, into a bar, or above a gap, and inside the page.
    fn set_label(&mut self, left: f64, right: f64) {
        let (first, last) = self.reach();
        let width = points(&self.label, FONT) + 4.0;
        if self.bar || self.known.is_some() {
            self.rows = 2;
            self.label_x = self.begin.0.min(right - width).max(left);
        } else if last + 4.0 + width <= right {
            self.label_x = last + 4.0;
        } else if first - 4.0 - width >= left {
            self.label_x = first - 4.0 - width;
        } else {
            self.rows = 2;
            self.label_x = (right - width).max(left);
        }
        self.extent = (first.min(self.label_x), last.max(self.label_x + width));
    }

    /// Returns the places between which the mark itself is drawn.
    fn reach(&self) -> (f64, f64) {
        let first = self.begin.0 - if self.before == Limit::Unknown { STUB } else { 5.0 };
        let last = self.end.1.max(self.begin.1) + if self.after == Limit::Dated { 5.0 } else { STUB + 5.0 };
        (first, self.known.map_or(last, |known| last.max(known.x + 6.0)))
    }
}

fn label(graph: &EntityGraph, facts: &[&Fact]) -> String {
    let Some(fact) = facts.first() else { return String::new() };
    let other = match &fact.object {
        End::Fact(id) => graph.words(id).map_or_else(|| id.clone(), |words| format!("“{words}”")),
        end => graph.name(end).to_owned(),
    };
    let words = super::table::line(&format!("{} {other}", fact.predicate.label));
    let count = if facts.len() > 1 { format!(" ×{}", facts.len()) } else { String::new() };
    format!("{}{count} · {}", clip(&words, LABEL), fact.when_briefly())
}
