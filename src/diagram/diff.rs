//! The drawing of what differs between two days: the timeline of all that either shows, laid out once, so that both
//! lie over each other in the same places. In: a difference. Out: what happened since, what was only disclosed since
//! and what was corrected, each in a style of its own, at the date when it happened; what is the same stays quiet.

use std::collections::BTreeSet;

use super::style::Style;
use super::timeline::lay_out;
use super::{Drawing, TimelineOptions};
use crate::date::Day;
use crate::diff::Diff;
use crate::graph::Fact;

/// How to draw a difference.
#[derive(Debug, Clone, Default)]
pub struct DiffOptions {
    /// How the timeline is drawn; lanes that do not differ are left out unless they are named.
    pub timeline: TimelineOptions,
}

/// Draws what differs between two days along time. A lane is named by id or label.
pub fn diff(diff: &Diff, style: &Style, options: &DiffOptions) -> Result<Drawing, super::Error> {
    let graph = diff.graph();
    let mut options = options.timeline.clone();
    let mut wanted = BTreeSet::new();
    for name in &options.lanes {
        wanted.insert(graph.find(name)?.id.clone());
    }
    // What did not change gives a context, and none is needed from long before the first change.
    options.from = options.from.or_else(|| first_year(diff, &wanted, options.claims));
    let title = options.title.clone().unwrap_or_else(|| {
        let days = diff.days();
        format!("What {} shows that {} did not", days.later, days.earlier)
    });
    Ok(lay_out(graph, style, &options, &wanted, &title, Some(diff)))
}

/// Returns the first day of the year in which the first change that is drawn begins.
fn first_year(diff: &Diff, wanted: &BTreeSet<String>, claims: bool) -> Option<Day> {
    let is_drawn = |fact: &Fact| {
        let Some(subject) = fact.subject.entity() else { return false };
        (claims || !fact.is_claim) && (wanted.is_empty() || wanted.contains(subject))
    };
    let changed = diff.changes().into_iter().map(|change| change.fact.as_ref()).filter(|fact| is_drawn(fact));
    let days = changed.flat_map(super::marks::days).chain([diff.days().earlier]);
    days.min().and_then(|day| Day::new(day.year(), 1, 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Days, Time};
    use crate::graph::fixture::affair;

    fn drawn(earlier: &str, later: &str) -> Drawing {
        let day = |text: &str| text.parse().expect("a day");
        let days =
            Days { time: Time::Known, earlier: day(earlier), later: day(later), known_to: None, possible: false };
        let [before, after] = [earlier, later].map(|day| affair().known_on(day));
        diff(&Diff::known(&before, &after, days), &Style::default(), &DiffOptions::default()).expect("a drawing")
    }

    fn places(dot: &str) -> BTreeSet<String> {
        let mark = |line: &&str| line.trim_start().starts_with("\"mark ");
        let place = |line: &str| {
            let at = line.find("pos=").map(|at| line[at..].split(']').next().unwrap_or("").to_owned());
            format!("{} {}", line.split('[').next().unwrap_or(""), at.unwrap_or_default())
        };
        dot.lines().filter(mark).map(place).collect()
    }

    #[test]
    fn what_was_disclosed_stands_at_the_date_when_it_happened() {
        let drawing = drawn("2014-05-01", "2014-06-01");
        let dot = drawing.dot();
        assert!(dot.contains("◇ withdrew Letter to Firm · 2013-10"), "{dot}");
        assert!(!dot.contains("+ withdrew"));
        assert!(drawing.text().contains("Newly disclosed, of 2014-05-01 or before (4)"), "{}", drawing.text());
    }

    #[test]
    fn what_is_the_same_stands_in_the_same_place() {
        let (near, far) =
            (places(&drawn("2014-05-01", "2014-06-01").dot()), places(&drawn("2014-05-20", "2014-06-01").dot()));
        assert!(!near.is_empty());
        assert_eq!(near, far);
    }
}
