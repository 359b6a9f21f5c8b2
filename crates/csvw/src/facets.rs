//! Limits on the length and the value of cells. In: the facets of a datatype description. Out: whether a value keeps
//! to them. <https://www.w3.org/TR/tabular-data-model/#length-constraints>

use std::cmp::Ordering;

use crate::base::{Base, Kind};
use crate::context::Scope;
use crate::json::{Member, Place};
use crate::value::Comparable;

/// The limits of one datatype.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Facets {
    length: Option<u64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    bounds: Vec<Bound>,
}

#[derive(Debug, Clone, PartialEq)]
struct Bound {
    text: String,
    value: Comparable,
    low: bool,
    inclusive: bool,
}

impl Facets {
    /// Reads one facet; tells whether the member is one.
    pub(crate) fn read(
        &mut self,
        member: &Member,
        base: Base,
        number: &dyn Fn(&str) -> String,
        scope: &mut Scope<'_>,
    ) -> bool {
        let (low, inclusive) = match member.name.as_str() {
            "length" => return set(&mut self.length, scope.count(member)),
            "minLength" => return set(&mut self.min_length, scope.count(member)),
            "maxLength" => return set(&mut self.max_length, scope.count(member)),
            "minimum" | "minInclusive" => (true, true),
            "maximum" | "maxInclusive" => (false, true),
            "minExclusive" => (true, false),
            "maxExclusive" => (false, false),
            _ => return false,
        };
        if !matches!(base.kind(), Kind::Decimal | Kind::Float | Kind::Date | Kind::Duration) {
            let message =
                format!("`{}` is not for {}: only numbers, dates and durations are ordered", member.name, base.name());
            scope.error(member.place, message);
            return true;
        }
        let text = member.node.as_str().map_or_else(|| member.node.to_value().to_string(), str::to_owned);
        match Comparable::read(base, &text).or_else(|| Comparable::read(base, &number(&text))) {
            Some(value) => self.bounds.push(Bound { text, value, low, inclusive }),
            None => scope.wrong(member, &format!("a value of {}", base.name())),
        }
        true
    }

    /// Checks that the facets fit the datatype and each other.
    pub(crate) fn check_consistency(&self, base: Base, place: Place, scope: &mut Scope<'_>) {
        let lengths = [self.length, self.min_length, self.max_length];
        if lengths.iter().any(Option::is_some) && !has_length(base) {
            scope.error(place, format!("a length is not for {}: only texts and binary data have one", base.name()));
        }
        let above = |a: Option<u64>, b: Option<u64>| a.zip(b).is_some_and(|(a, b)| a > b);
        if above(self.length, self.max_length)
            || above(self.min_length, self.length)
            || above(self.min_length, self.max_length)
        {
            scope.error(place, "`length`, `minLength` and `maxLength` contradict each other");
        }
        let count = |low, inclusive| self.bounds.iter().filter(|b| b.low == low && b.inclusive == inclusive).count();
        if count(true, true) > 0 && count(true, false) > 0 || count(false, true) > 0 && count(false, false) > 0 {
            scope.error(place, "a bound is either inclusive or exclusive, not both");
        }
        for low in self.bounds.iter().filter(|bound| bound.low) {
            for high in self.bounds.iter().filter(|bound| !bound.low) {
                let order = low.value.partial_cmp(&high.value);
                let equal_allowed = low.inclusive == high.inclusive;
                if order == Some(Ordering::Greater) || order == Some(Ordering::Equal) && !equal_allowed {
                    scope.error(place, format!("no value can be above `{}` and below `{}`", low.text, high.text));
                }
            }
        }
    }

    /// Returns what a value should have been, where it breaks a limit; `lexical` is it as XML Schema writes it.
    pub(crate) fn broken(&self, base: Base, lexical: &str) -> Option<String> {
        if self.length.or(self.min_length).or(self.max_length).is_some() {
            let length = length(base, lexical);
            if let Some(exact) = self.length.filter(|exact| *exact != length) {
                return Some(format!("of length {exact}"));
            }
            if let Some(least) = self.min_length.filter(|least| length < *least) {
                return Some(format!("of length {least} or more"));
            }
            if let Some(most) = self.max_length.filter(|most| length > *most) {
                return Some(format!("of length {most} or less"));
            }
        }
        if self.bounds.is_empty() {
            return None;
        }
        let value = Comparable::read(base, lexical)?;
        let broken = self.bounds.iter().find(|bound| match value.partial_cmp(&bound.value) {
            Some(Ordering::Less) => bound.low,
            Some(Ordering::Greater) => !bound.low,
            Some(Ordering::Equal) => !bound.inclusive,
            None => false,
        })?;
        let side = match (broken.low, broken.inclusive) {
            (true, true) => "not below",
            (true, false) => "above",
            (false, true) => "not above",
            (false, false) => "below",
        };
        Some(format!("{side} {}", broken.text))
    }
}

fn set(facet: &mut Option<u64>, value: Option<u64>) -> bool {
    *facet = value.or(*facet);
    true
}

fn has_length(base: Base) -> bool {
    matches!(base.kind(), Kind::Text | Kind::Binary)
}

/// Counts characters, or bytes of binary data.
fn length(base: Base, text: &str) -> u64 {
    let length = match base {
        Base::HexBinary => text.len() / 2,
        Base::Base64Binary => text.bytes().filter(|b| !b" =".contains(b)).count() * 3 / 4,
        _ => text.chars().count(),
    };
    u64::try_from(length).unwrap_or(u64::MAX)
}
