//! The days between which a fact began, ended and became public. In: a fact's dates and its source's. Out: bounds that
//! can be compared; nothing is filled in beyond what `docs/model.md` states.

use super::record::{End, Fact};
use crate::date::{Day, Edtf, FIRST_DAY, LAST_DAY, days_between};

/// First and last day of each of a fact's three dates, and the lengths that follow from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// First and last day on which it can have begun.
    pub begin: (Day, Day),
    /// First and last day on which it can have ended.
    pub end: (Day, Day),
    /// First and last day on which it can have become public.
    pub known: (Day, Day),
    /// Days from its end to the day it became public, where all the dates are given; not below 0.
    pub lag_days: Option<i64>,
    /// Least and greatest number of days that it held, where begin and end are given; not below 0.
    pub days: Option<(i64, i64)>,
}

impl Bounds {
    /// Computes the bounds of a fact whose source was published at `published`.
    pub fn of(fact: &Fact, published: Option<&Edtf>) -> Self {
        let span = |date: &Edtf| (date.first(), date.last());
        let known = fact.known_since.as_ref().map(span);
        let known_latest = known.map_or_else(|| published.map_or(LAST_DAY, Edtf::last), |(_, last)| last);
        let end_latest = match &fact.end {
            End::On(date) => date.last(),
            End::Open | End::Unknown => LAST_DAY,
        };
        let begin = fact.begin.as_ref().map_or_else(|| (FIRST_DAY, known_latest.min(end_latest)), span);
        let known = known.unwrap_or((begin.0, known_latest));
        let end = match &fact.end {
            End::On(date) => span(date),
            End::Open => (published.map_or(known.0, Edtf::first).max(begin.0), LAST_DAY),
            End::Unknown => (begin.0, LAST_DAY),
        };
        let is_dated = fact.begin.is_some() && matches!(fact.end, End::On(_));
        Self {
            begin,
            end,
            known,
            lag_days: (is_dated && fact.known_since.is_some()).then(|| days_between(end.1, known.0).max(0)),
            days: is_dated.then(|| (days_between(begin.1, end.0).max(0), days_between(begin.0, end.1).max(0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::record::{Object, Reference};
    use crate::location::Location;

    fn fact(begin: &str, end: &str, known: &str) -> Fact {
        let date = |text: &str| (!text.is_empty()).then(|| Edtf::parse(text).expect("EDTF"));
        Fact {
            subject: Reference::Entity("a".into()),
            predicate: "p".into(),
            object: Object::Reference(Reference::Entity("b".into())),
            begin: date(begin),
            end: match end {
                "" => End::Unknown,
                ".." => End::Open,
                text => End::On(Edtf::parse(text).expect("EDTF")),
            },
            known_since: date(known),
            status: "asserted".into(),
            confidence: None,
            source: None,
            locator: None,
            made_at: None,
            note: None,
            place: Location::default(),
        }
    }

    fn shown(fact: &Fact, published: &str) -> String {
        let published = (!published.is_empty()).then(|| Edtf::parse(published).expect("EDTF"));
        let b = Bounds::of(fact, published.as_ref());
        format!("{}/{} {}/{} {}/{}", b.begin.0, b.begin.1, b.end.0, b.end.1, b.known.0, b.known.1)
    }

    #[test]
    fn a_month_spans_its_days_and_the_lag_is_counted_from_its_end() {
        let fact = fact("2013-10", "2013-10", "2014-05-22");
        assert_eq!(shown(&fact, ""), "2013-10-01/2013-10-31 2013-10-01/2013-10-31 2014-05-22/2014-05-22");
        assert_eq!(Bounds::of(&fact, None).lag_days, Some(203));
    }

    #[test]
    fn without_a_beginning_a_fact_began_at_the_latest_when_it_was_known_or_over() {
        assert_eq!(
            shown(&fact("", "..", "2013-06-06"), "2014-05-23"),
            "0001-01-01/2013-06-06 2014-05-23/9999-12-31 2013-06-06/2013-06-06"
        );
        assert!(shown(&fact("", "2013-05", "2013-06-06"), "").starts_with("0001-01-01/2013-05-31"));
    }

    #[test]
    fn an_open_end_held_at_least_until_its_source_and_an_unknown_end_promises_nothing() {
        assert!(shown(&fact("2007-09-11", "..", "2013-06-06"), "").contains(" 2013-06-06/9999-12-31 "));
        assert!(shown(&fact("2015", "..", "2013"), "2013").contains(" 2015-01-01/9999-12-31 "));
        assert!(shown(&fact("2007-09-11", "", "2013-06-06"), "").contains(" 2007-09-11/9999-12-31 "));
    }

    #[test]
    fn without_known_since_a_fact_was_public_at_the_latest_with_its_source() {
        assert!(shown(&fact("2013-06", "2013-06", ""), "2014-05-23").ends_with(" 2013-06-01/2014-05-23"));
        assert!(shown(&fact("2013-06", "2013-06", ""), "").ends_with(" 2013-06-01/9999-12-31"));
    }

    #[test]
    fn lengths_are_three_valued() {
        let gag = fact("[2013-01-01..2013-06-22]", "[2014-05-21..2014-05-22]", "2014-05-22");
        assert_eq!(Bounds::of(&gag, None).days, Some((333, 506)));
    }
}
