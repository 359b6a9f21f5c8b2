//! Numbers that stand for terms. Small values stand in their number itself; all else stands in the dictionary. In: a
//! literal. Out: its number, where the number holds it, and the literal again.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::Date;
use oxrdf::vocab::xsd;
use oxrdf::{Literal, LiteralRef, Term};
use spareval::ExpressionTerm;

/// The number of a term in one dataset. Days, booleans and integers of up to 28 bits are held by the number itself and have
/// the same one in every dataset; days and integers are in their own order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub(crate) u32);

/// First number that is not one of the dictionary.
const VALUES: u32 = 1 << 31;
const DAYS: u32 = 0b1000 << 28;
const BOOLEANS: u32 = 0b1001 << 28;
const INTEGERS: u32 = 0b1010 << 28;
/// What stands between the first number of a kind and the value zero.
const DAY_ZERO: i32 = 1 << 27;
const INTEGER_ZERO: i32 = 1 << 28;

/// The namespace of the datatypes of XML Schema.
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

const EPOCH: Date = Date::constant(1970, 1, 1);

/// What a term is. <https://www.w3.org/TR/rdf12-concepts/#section-triples>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// An IRI.
    Iri,
    /// A blank node.
    BlankNode,
    /// A literal.
    Literal,
    /// A triple term.
    Triple,
}

/// A value that a number holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An `xsd:date` without time zone.
    Day(Date),
    /// An `xsd:boolean`.
    Boolean(bool),
    /// An `xsd:integer`.
    Integer(i32),
}

impl TermId {
    /// Most terms that a dictionary can hold.
    pub const DICTIONARY: usize = VALUES as usize;

    /// Returns the number of an `xsd:date` without time zone.
    #[must_use]
    pub fn of_day(day: Date) -> Self {
        let days = day.duration_since(EPOCH).as_hours() / 24;
        let days = i32::try_from(days).expect("the days of ten thousand years fit into 22 bits");
        Self(DAYS + (days + DAY_ZERO).cast_unsigned())
    }

    /// Returns the number of an `xsd:boolean`.
    #[must_use]
    pub const fn of_boolean(value: bool) -> Self {
        Self(BOOLEANS + value as u32)
    }

    /// Returns the number of an `xsd:integer`, where a number can hold it.
    #[must_use]
    pub fn of_integer(value: i64) -> Option<Self> {
        let value = i32::try_from(value).ok()?;
        (-INTEGER_ZERO..INTEGER_ZERO).contains(&value).then(|| Self(INTEGERS + (value + INTEGER_ZERO).cast_unsigned()))
    }

    /// Returns the number of a literal in canonical form whose value a number can hold.
    pub(crate) fn of_literal(literal: LiteralRef<'_>) -> Option<Self> {
        let text = literal.value();
        // Whether a text is in canonical form is told by writing its value again.
        let is_canonical = |value: Value| value.to_string() == text;
        match literal.datatype() {
            datatype if datatype == xsd::DATE && text.len() == 10 => {
                let day = text.parse().ok()?;
                is_canonical(Value::Day(day)).then(|| Self::of_day(day))
            }
            datatype if datatype == xsd::INTEGER && text.len() <= 10 => {
                let value = text.parse().ok()?;
                is_canonical(Value::Integer(value)).then(|| Self::of_integer(value.into()))?
            }
            datatype if datatype == xsd::BOOLEAN => match text {
                "true" => Some(Self::of_boolean(true)),
                "false" => Some(Self::of_boolean(false)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns a literal in the canonical form of its value, where it is in another one. Terms with one value have one number.
    pub(crate) fn canonical(literal: LiteralRef<'_>) -> Option<Term> {
        if literal.language().is_some() || !literal.datatype().as_str().starts_with(XSD) {
            return None;
        }
        let term = Term::from(literal.into_owned());
        let canonical = Term::from(ExpressionTerm::from(term.clone()));
        (canonical != term).then_some(canonical)
    }

    /// Returns the value that the number holds; none where the term stands in the dictionary.
    #[must_use]
    pub fn value(self) -> Option<Value> {
        let offset = (self.0 & ((1 << 28) - 1)).cast_signed();
        match self.0 >> 28 {
            0b1000 => {
                let days = SignedDuration::from_hours(i64::from(offset - DAY_ZERO) * 24);
                EPOCH.checked_add(days).ok().map(Value::Day)
            }
            0b1001 => Some(Value::Boolean(offset == 1)),
            0b1010 | 0b1011 => Some(Value::Integer((self.0 - INTEGERS).cast_signed() - INTEGER_ZERO)),
            _ => None,
        }
    }

    /// Returns the day that the number holds.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self.value()? {
            Value::Day(day) => Some(day),
            _ => None,
        }
    }

    /// Tells whether the term stands in the dictionary, rather than in its number.
    #[must_use]
    pub const fn is_in_dictionary(self) -> bool {
        self.0 < VALUES
    }

    /// Tells whether the number itself holds the term, and is the one number that does.
    pub(crate) fn is_held(self) -> bool {
        let again = self.value().and_then(|value| match value {
            Value::Day(day) => Some(Self::of_day(day)),
            Value::Boolean(value) => Some(Self::of_boolean(value)),
            Value::Integer(value) => Self::of_integer(value.into()),
        });
        again == Some(self)
    }

    /// Returns the number of a term by its place in a dictionary; none where no dictionary is that large.
    #[must_use]
    pub fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok().filter(|number| *number < VALUES).map(Self)
    }

    /// Returns the place in the dictionary.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Value {
    pub(crate) fn literal(self) -> Literal {
        let datatype = match self {
            Self::Day(_) => xsd::DATE,
            Self::Boolean(_) => xsd::BOOLEAN,
            Self::Integer(_) => xsd::INTEGER,
        };
        Literal::new_typed_literal(self.to_string(), datatype)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str, datatype: oxrdf::NamedNodeRef<'_>) -> Option<TermId> {
        TermId::of_literal(LiteralRef::new_typed_literal(text, datatype))
    }

    #[test]
    fn a_number_holds_small_values_and_gives_them_back() {
        for (text, datatype) in [
            ("2014-05-22", xsd::DATE),
            ("0001-01-01", xsd::DATE),
            ("9999-12-31", xsd::DATE),
            ("0", xsd::INTEGER),
            ("-268435456", xsd::INTEGER),
            ("268435455", xsd::INTEGER),
            ("true", xsd::BOOLEAN),
            ("false", xsd::BOOLEAN),
        ] {
            let number = id(text, datatype).expect(text);
            let back = number.value().expect(text).literal();
            assert_eq!((back.value(), back.datatype()), (text, datatype));
        }
    }

    #[test]
    fn what_is_too_great_or_written_otherwise_is_for_the_dictionary() {
        for (text, datatype) in [
            ("268435456", xsd::INTEGER),
            ("007", xsd::INTEGER),
            ("+7", xsd::INTEGER),
            ("-0", xsd::INTEGER),
            ("2014-05-22Z", xsd::DATE),
            ("2014-02-30", xsd::DATE),
            ("20140522AB", xsd::DATE),
            ("1", xsd::BOOLEAN),
            ("7", xsd::LONG),
        ] {
            assert_eq!(id(text, datatype), None, "{text}");
        }
    }

    #[test]
    fn a_canonical_form_is_its_own_and_stays() {
        for (text, datatype, canonical) in [
            ("1.50", xsd::DECIMAL, "1.5"),
            ("1.5e3", xsd::DOUBLE, "1500"),
            ("007", xsd::INTEGER, "7"),
            ("1", xsd::BOOLEAN, "true"),
            ("2014-05-22T10:00:00.00Z", xsd::DATE_TIME, "2014-05-22T10:00:00Z"),
        ] {
            let Some(Term::Literal(found)) = TermId::canonical(LiteralRef::new_typed_literal(text, datatype)) else {
                panic!("{text} has no other form");
            };
            assert_eq!((found.value(), found.datatype()), (canonical, datatype));
            assert_eq!(TermId::canonical(found.as_ref()), None);
        }
        assert_eq!(TermId::canonical(LiteralRef::new_typed_literal("seven", xsd::INTEGER)), None);
        assert_eq!(TermId::canonical(LiteralRef::new_simple_literal("007")), None);
    }

    #[test]
    fn days_and_integers_keep_their_order() {
        let day = |text: &str| TermId::of_day(text.parse().expect("a date"));
        assert!(day("1969-12-31") < day("1970-01-01") && day("0001-01-01") < day("9999-12-31"));
        assert!(TermId::of_integer(-1) < TermId::of_integer(0) && TermId::of_integer(9) < TermId::of_integer(10));
    }
}
