//! What a view asks of the dates of a fact. In: a view. Out: conditions, each on one of the six days that stand at a fact.

use oxigraph::model::NamedNodeRef;

use super::View;
use crate::date::{Day, FIRST_DAY, LAST_DAY};
use crate::vocab::cg;

/// A condition on one day of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    /// The predicate that gives the day.
    pub(super) predicate: NamedNodeRef<'static>,
    /// The day of a fact that gives none: it may have begun, ended and become public at any time.
    default: Day,
    limit: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    NotAfter(Day),
    NotBefore(Day),
}

impl Condition {
    /// Tells whether a day meets it, as it is written; what is no day counts as none.
    pub(super) fn holds_for(&self, day: Option<&str>) -> bool {
        self.holds(day.and_then(|day| day.parse().ok()))
    }

    /// Tells whether a day, or the lack of one, meets the condition.
    pub(super) fn holds(&self, day: Option<Day>) -> bool {
        let day = day.unwrap_or(self.default);
        match self.limit {
            Limit::NotAfter(last) => day <= last,
            Limit::NotBefore(first) => day >= first,
        }
    }
}

impl View {
    /// Returns the conditions that a fact must meet to be seen.
    pub(super) fn conditions(&self) -> Vec<Condition> {
        let not_after = |earliest, latest, day| {
            let (predicate, default) = if self.possible { (earliest, FIRST_DAY) } else { (latest, LAST_DAY) };
            Condition { predicate, default, limit: Limit::NotAfter(day) }
        };
        let mut conditions = Vec::new();
        if let Some(day) = self.as_of {
            conditions.push(not_after(cg::BEGIN_EARLIEST, cg::BEGIN_LATEST, day));
            let (predicate, default) =
                if self.possible { (cg::END_LATEST, LAST_DAY) } else { (cg::END_EARLIEST, FIRST_DAY) };
            conditions.push(Condition { predicate, default, limit: Limit::NotBefore(day) });
        }
        conditions.extend(self.became_public());
        conditions
    }

    /// Returns the condition on the day of becoming public, if the view has one.
    pub(super) fn became_public(&self) -> Option<Condition> {
        let day = self.known_on?;
        let (predicate, default) =
            if self.possible { (cg::KNOWN_EARLIEST, FIRST_DAY) } else { (cg::KNOWN_LATEST, LAST_DAY) };
        Some(Condition { predicate, default, limit: Limit::NotAfter(day) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_vague_date_is_certain_after_its_last_day_and_possible_from_its_first() {
        let (first, last) = (Some(day("2014-05-21")), Some(day("2014-05-22")));
        for (on, certain, possible) in
            [("2014-05-20", false, false), ("2014-05-21", false, true), ("2014-05-22", true, true)]
        {
            let view = View { known_on: Some(day(on)), ..View::default() };
            assert_eq!(view.became_public().expect("a condition").holds(last), certain, "{on}");
            let view = View { possible: true, ..view };
            assert_eq!(view.became_public().expect("a condition").holds(first), possible, "{on}");
        }
    }

    #[test]
    fn a_fact_without_dates_may_hold_on_any_day_and_holds_for_certain_on_none() {
        for possible in [false, true] {
            let view = View { as_of: Some(day("2014-05-21")), known_on: Some(day("2014-05-21")), possible };
            let all = view.conditions().iter().all(|condition| condition.holds(None));
            assert_eq!((view.conditions().len(), all), (3, possible));
        }
    }
}
