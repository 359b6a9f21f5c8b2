//! The day of a view, and what it makes of dates that are vague. In: first and last days. Out: whether a date has come.

use oxigraph::model::{Literal, Term};

use crate::date::{Day, Edtf};
use crate::vocab::{edtf, xsd};

/// The day of a view, and how sure its answers are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) day: Day,
    pub(super) possible: bool,
}

impl Now {
    /// Tells whether a date has come: for certain, or possibly where that is enough.
    pub(super) fn has_come(self, (first, last): (Day, Day)) -> bool {
        if self.possible { first <= self.day } else { last <= self.day }
    }

    /// Tells whether it is not later than a date that ends something: the last day still counts.
    pub(super) fn is_within(self, (first, last): (Day, Day)) -> bool {
        self.day <= if self.possible { last } else { first }
    }

    /// Tells whether a literal is a date that has not come; a date that cannot be read has not.
    pub(super) fn is_ahead(self, term: &Term) -> bool {
        let Term::Literal(literal) = term else { return false };
        is_date(literal) && !span(term).is_some_and(|days| self.has_come(days))
    }
}

fn is_date(literal: &Literal) -> bool {
    let datatype = literal.datatype();
    let others = ["gYear", "gYearMonth", "dateTimeStamp"];
    datatype == edtf::EDTF
        || datatype == xsd::DATE
        || datatype == xsd::DATE_TIME
        || datatype.as_str().strip_prefix(xsd::NAMESPACE).is_some_and(|name| others.contains(&name))
}

/// Returns the first and the last day that a literal can mean.
pub(super) fn span(term: &Term) -> Option<(Day, Day)> {
    let Term::Literal(literal) = term else { return None };
    // A time of day and a time zone say nothing about the day at its place.
    let text = literal.value().split('T').next().unwrap_or_default().trim_end_matches('Z');
    let date = Edtf::parse(text).or_else(|_| Edtf::parse(text.get(..10).unwrap_or(text))).ok()?;
    Some((date.first(), date.last()))
}
