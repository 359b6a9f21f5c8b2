//! The days between which a fact began, ended and became public. In: a fact's dates, its source's, and those of the
//! disclosures that told it to the public. Out: bounds that can be compared; nothing is filled in beyond what
//! `docs/model.md` states.

use std::collections::HashMap;

use super::record::{End, Entity, Fact};
use crate::date::{Day, Edtf, FIRST_DAY, LAST_DAY, days_between, lasted};

/// First and last day of each of a fact's three dates, and the lengths that follow from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// First and last day on which it can have begun.
    pub begin: (Day, Day),
    /// First and last day on which it can have ended.
    pub end: (Day, Day),
    /// First and last day on which it can have become public.
    pub known: (Day, Day),
    /// Doubt about the date that decides since when it was public for certain.
    pub known_doubt: Doubt,
    /// Days from its end to the first day of its `known_since` or of a disclosure to the public; not below 0.
    pub lag_days: Option<i64>,
    /// Least number of days that it held, the last one counted, where begin and end are given or it still held; at least 1.
    pub shortest: Option<i64>,
    /// Greatest number of days that it held, where the first and the last are bounded.
    pub longest: Option<i64>,
}

/// Doubt that the record of a date expresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// `?` or `%`: the record is doubtful.
    pub uncertain: bool,
    /// `~` or `%`: the date is an estimate.
    pub approximate: bool,
}

/// When a source was published, as far as its row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Published {
    /// First day; not known of a source without a date, which existed by the day on which it was read.
    pub first: Option<Day>,
    /// Last day.
    pub last: Day,
    doubt: Doubt,
}

/// A disclosure to the public, as a fact that it tells sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Telling {
    /// First and last day on which it can have happened.
    pub days: (Day, Day),
    /// Last day on which it could be read; none where it still can.
    until: Option<Day>,
    /// Whether it ended, or told some names only.
    is_partial: bool,
    doubt: Doubt,
}

/// The disclosures to the public, by the ids of the facts that they tell.
#[derive(Debug, Default)]
pub(super) struct Tellings(HashMap<String, Vec<Telling>>);

/// A way by which a fact became public.
type Way = ((Day, Day), Doubt);

impl Bounds {
    /// Computes the bounds of a fact whose source was published at some time and that disclosures told to the public. An event
    /// ends when it begins, unless its end is given.
    pub(super) fn of(fact: &Fact, is_event: bool, published: Option<Published>, told: &[Telling]) -> Self {
        let begin_earliest = fact.begin.as_ref().map_or(FIRST_DAY, Edtf::first);
        let (known, known_doubt) = public(fact.known_since.as_ref(), begin_earliest, published, told);
        let end_latest = match &fact.end {
            End::On(date) => date.last(),
            End::Open | End::Unknown => LAST_DAY,
        };
        let begin = fact.begin.as_ref().map_or_else(|| (FIRST_DAY, known.1.min(end_latest)), span);
        let end = match &fact.end {
            End::On(date) => span(date),
            End::Open => (published.and_then(|source| source.first).unwrap_or(known.0).max(begin.0), LAST_DAY),
            End::Unknown if ends_with_begin(fact, is_event) => begin,
            End::Unknown => (begin.0, LAST_DAY),
        };
        let has_end = matches!(fact.end, End::On(_)) || ends_with_begin(fact, is_event);
        let is_dated = fact.begin.is_some() && has_end;
        let is_bounded = is_dated && begin.0 > FIRST_DAY && end.1 < LAST_DAY;
        let has_length = is_dated || (fact.begin.is_some() && fact.end == End::Open);
        // What the source alone leaves open is no day on which anybody learned of it.
        let recorded = fact.known_since.as_ref().map(Edtf::first);
        let learned = told.iter().map(|telling| telling.days.0).chain(recorded).min();
        Self {
            begin,
            end,
            known,
            known_doubt,
            lag_days: learned.filter(|_| is_dated).map(|day| days_between(end.1, day).max(0)),
            shortest: has_length.then(|| lasted(begin.1, end.0)),
            longest: is_bounded.then(|| lasted(begin.0, end.1)),
        }
    }
}

/// Tells whether a fact has no other end than its begin.
pub(super) fn ends_with_begin(fact: &Fact, is_event: bool) -> bool {
    is_event && fact.begin.is_some() && fact.end == End::Unknown
}

/// Returns the days on which a fact can have become public, and the doubt about the last of them. Each way by which it
/// can have become public gives a first and a last day; the earliest of each counts.
pub(crate) fn public(
    known_since: Option<&Edtf>,
    begin_earliest: Day,
    published: Option<Published>,
    told: &[Telling],
) -> Way {
    let by_source = || {
        let last = published.map_or(LAST_DAY, |source| source.last);
        let first = published.and_then(|source| source.first).map_or(begin_earliest, |day| day.min(begin_earliest));
        ((first.min(last), last), published.map(|source| source.doubt).unwrap_or_default())
    };
    let recorded = known_since.map_or_else(by_source, |date| (span(date), Doubt::of(date)));
    let recorded = Some(recorded).filter(|(days, _)| !told.iter().any(|telling| telling.says_more_than(*days)));
    let ways = || told.iter().map(|telling| (telling.days, telling.doubt)).chain(recorded);
    let first = ways().map(|(days, _)| days.0).min().unwrap_or(begin_earliest);
    let surest = ways().min_by_key(|(days, doubt)| (days.1, days.0, *doubt));
    let (last, doubt) = surest.map_or((LAST_DAY, Doubt::default()), |(days, doubt)| (days.1, doubt));
    ((first, last), doubt)
}

fn span(date: &Edtf) -> (Day, Day) {
    (date.first(), date.last())
}

impl Doubt {
    /// Returns the doubt about a date.
    pub(super) fn of(date: &Edtf) -> Self {
        Self { uncertain: date.is_uncertain(), approximate: date.is_approximate() }
    }
}

impl Published {
    /// Returns when a source was published by its date; without one, by the day on which it was read.
    pub(crate) fn new(issued: Option<&Edtf>, accessed: Option<Day>) -> Option<Self> {
        let issued = issued.map(|date| Self { first: Some(date.first()), last: date.last(), doubt: Doubt::of(date) });
        issued.or_else(|| Some(Self { first: None, last: accessed?, doubt: Doubt::default() }))
    }

    pub(super) fn of(source: &Entity) -> Option<Self> {
        Self::new(source.issued.as_ref(), source.accessed)
    }
}

impl Telling {
    /// Returns what a disclosure to the public is for its facts.
    pub(crate) fn new(date: &Edtf, until: Option<&Edtf>, tells_some_names: bool) -> Self {
        Self {
            days: span(date),
            until: until.map(Edtf::last),
            is_partial: until.is_some() || tells_some_names,
            doubt: Doubt::of(date),
        }
    }

    /// Tells whether it had happened before a fact is said to have become public, and could still be read then.
    pub(super) fn is_before(&self, known_since: &Edtf) -> bool {
        self.days.1 < known_since.first() && self.until.is_none_or(|until| until >= known_since.first())
    }

    /// Tells whether it says more about an event than the days that are recorded of it: it ended, or told some names only,
    /// and can be the same event.
    fn says_more_than(&self, days: (Day, Day)) -> bool {
        self.is_partial && self.days.0 <= days.1 && self.until.is_none_or(|until| until >= days.0)
    }
}

impl Tellings {
    /// Adds one that told a fact.
    pub(super) fn add(&mut self, fact: String, telling: Telling) {
        self.0.entry(fact).or_default().push(telling);
    }

    /// Returns those that told a fact.
    pub(super) fn about(&self, fact: &str) -> &[Telling] {
        self.0.get(fact).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::record::{Evidence, Object, Reference};

    fn date(text: &str) -> Edtf {
        Edtf::parse(text).expect("EDTF")
    }

    fn fact(begin: &str, end: &str, known: &str) -> Fact {
        let date = |text: &str| (!text.is_empty()).then(|| date(text));
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
            end_known_since: None,
            known_since: date(known),
            status: "asserted".into(),
            confidence: None,
            made_at: None,
            evidence: Evidence::default(),
        }
    }

    fn shown(fact: &Fact, published: &str) -> String {
        told(fact, published, &[])
    }

    /// `told` are disclosures to the public: the date, until when, and whether they told some names only.
    fn told(fact: &Fact, published: &str, told: &[(&str, &str, bool)]) -> String {
        let dated = |text: &str| (!text.is_empty()).then(|| date(text));
        let telling = |(on, until, some): &(&str, &str, bool)| Telling::new(&date(on), dated(until).as_ref(), *some);
        let told: Vec<Telling> = told.iter().map(telling).collect();
        let b = Bounds::of(fact, false, Published::new(dated(published).as_ref(), None), &told);
        format!("{}/{} {}/{} {}/{}", b.begin.0, b.begin.1, b.end.0, b.end.1, b.known.0, b.known.1)
    }

    #[test]
    fn a_month_spans_its_days_and_the_lag_is_counted_from_its_end() {
        let fact = fact("2013-10", "2013-10", "2014-05-22");
        assert_eq!(shown(&fact, ""), "2013-10-01/2013-10-31 2013-10-01/2013-10-31 2014-05-22/2014-05-22");
        assert_eq!(Bounds::of(&fact, false, None, &[]).lag_days, Some(203));
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
    fn possible_hides_certain() {
        let announced = fact("2014-05-22", "2014-05-22", "");
        assert!(shown(&announced, "2013-05-21").ends_with(" 2013-05-21/2013-05-21"));
        let accessed = Published::new(None, Some("2013-05-21".parse().expect("a day")));
        let bounds = Bounds::of(&announced, true, accessed, &[]);
        assert!(bounds.known.0 == bounds.known.1 && bounds.known.1.to_string() == "2013-05-21");
    }

    #[test]
    fn a_disclosure_to_the_public_moves_the_day_on_which_a_fact_became_public() {
        let known = |known: &str, published: &str, on: &str| {
            let days = told(&fact("2010", "2010", known), published, &[(on, "", false)]);
            days.rsplit(' ').next().unwrap_or_default().to_owned()
        };
        assert_eq!(known("2014-05-22", "2014-05-23", "2013-06"), "2013-06-01/2013-06-30");
        assert_eq!(known("2014-05-22", "2014-05-23", "2015"), "2014-05-22/2014-05-22");
        assert_eq!(known("2014", "", "2014-03"), "2014-01-01/2014-03-31");
        assert_eq!(known("", "2014-05-23", "2013-06"), "2010-01-01/2013-06-30");
        let bounds =
            Bounds::of(&fact("2010", "2010", ""), false, None, &[Telling::new(&date("2013-06?"), None, false)]);
        assert_eq!(bounds.lag_days, Some(883));
        assert!(bounds.known_doubt.uncertain && !bounds.known_doubt.approximate);
    }

    #[test]
    fn a_disclosure_that_ended_or_kept_names_back_takes_the_place_of_what_is_recorded_of_the_same_event() {
        let partial = |known: &str, on: &str, until: &str, some: bool| {
            let days = told(&fact("2001", "2001", known), "2015", &[(on, until, some)]);
            days.rsplit(' ').next().unwrap_or_default().to_owned()
        };
        assert_eq!(partial("2007", "2007-03-23", "", true), "2007-03-23/2007-03-23");
        assert_eq!(partial("", "2014-03-23", "2014-04-01", false), "2014-03-23/2014-03-23");
        // It had ended before, or begins after.
        assert_eq!(partial("2010", "2007-03-23", "2008", false), "2007-03-23/2007-03-23");
        assert_eq!(partial("2005", "2007-03-23", "2008", false), "2005-01-01/2005-12-31");
    }

    #[test]
    fn lengths_are_three_valued() {
        let gag = fact("[2013-01-01..2013-06-22]", "[2014-05-21..2014-05-22]", "2014-05-22");
        let lengths = |fact: &Fact, is_event| {
            let bounds = Bounds::of(fact, is_event, None, &[]);
            (bounds.shortest, bounds.longest)
        };
        assert_eq!(lengths(&gag, false), (Some(334), Some(507)));
        // A last day counts; what began at some unknown time before a day has no longest length.
        assert_eq!(lengths(&fact("2014-01-01", "2014-01-01", ""), false), (Some(1), Some(1)));
        assert_eq!(lengths(&fact("2013-10", "2013-10", ""), true), (Some(1), Some(31)));
        assert_eq!(lengths(&fact("[..2013-10-31]", "2014-10-31", ""), false), (Some(366), None));
        assert_eq!(lengths(&fact("2014-01-01", "..", "2014-01-31"), false), (Some(31), None));
        assert_eq!(lengths(&fact("2014-01-01", "", "2014-01-31"), false), (None, None));
    }

    #[test]
    fn an_event_without_an_end_ends_when_it_begins() {
        let event = |begin: &str| Bounds::of(&fact(begin, "", "2014-05-22"), true, None, &[]);
        assert_eq!((event("2013-10").end, event("2013-10").lag_days), (event("2013-10").begin, Some(203)));
        assert_eq!(event("").end.1, LAST_DAY);
    }
}
