//! Numbers as people write them. In: a number pattern of UAX 35 and the text of a value. Out: the number as XML Schema
//! writes it. <https://www.w3.org/TR/tabular-data-model/#formats-for-numeric-types>

use crate::number_pattern::{BadPattern, Pattern};

/// How numbers of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberFormat {
    decimal: char,
    group: Option<char>,
    pattern: Option<Pattern>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal: '.', group: None, pattern: None }
    }
}

impl NumberFormat {
    pub(crate) fn new(pattern: Option<&str>, decimal: Option<char>, group: Option<char>) -> Result<Self, BadPattern> {
        let decimal = decimal.unwrap_or('.');
        let Some(text) = pattern else { return Ok(Self { decimal, group, pattern: None }) };
        let group = group.unwrap_or(if decimal == ',' { '.' } else { ',' });
        if group == decimal {
            return Err(BadPattern);
        }
        Ok(Self { decimal, group: Some(group), pattern: Some(Pattern::parse(text, decimal, group)?) })
    }

    /// Returns the value as XML Schema writes it, or nothing where it is not written in this format.
    pub(crate) fn read(&self, text: &str) -> Option<String> {
        if ["NaN", "INF", "-INF"].contains(&text) {
            return Some(text.to_owned());
        }
        let parts = match &self.pattern {
            Some(pattern) => Parts::with_affixes(text, pattern)?,
            None => Parts::plain(text)?,
        };
        let (mantissa, exponent) = match parts.body.split_once(['E', 'e']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (parts.body, None),
        };
        let (integer, fraction) = match mantissa.split_once(self.decimal) {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (mantissa, None),
        };
        let fits = match &self.pattern {
            Some(pattern) => {
                pattern.integer_fits(integer, self.group)
                    && pattern.fraction_fits(fraction, self.group)
                    && pattern.exponent_fits(exponent)
            }
            None => self.plain_fits(integer, fraction, exponent),
        };
        // A pattern whose digits are all optional would take a sign or nothing at all for a number.
        let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
        let has_digits = has_digit(integer) || fraction.is_some_and(has_digit);
        (fits && has_digits && exponent.is_none_or(has_digit))
            .then(|| self.compose(&parts, integer, fraction.unwrap_or_default(), exponent))
    }

    fn plain_fits(&self, integer: &str, fraction: Option<&str>, exponent: Option<&str>) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let grouped = match self.group {
            Some(group) => integer.split(group).all(digits),
            None => digits(integer),
        };
        grouped
            && fraction.is_none_or(digits)
            && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
    }

    fn compose(&self, parts: &Parts<'_>, integer: &str, fraction: &str, exponent: Option<&str>) -> String {
        let ungrouped = |text: &str| text.chars().filter(|c| Some(*c) != self.group).collect::<String>();
        let (mut integer, mut fraction) = (ungrouped(integer), ungrouped(fraction));
        if parts.shift > 0 {
            let missing = (parts.shift + 1).saturating_sub(integer.len());
            integer.insert_str(0, &"0".repeat(missing));
            let moved = integer.split_off(integer.len() - parts.shift);
            fraction.insert_str(0, &moved);
            let leading = integer.bytes().take_while(|&byte| byte == b'0').count().min(integer.len() - 1);
            integer.drain(..leading);
            fraction.truncate(fraction.trim_end_matches('0').len());
        }
        let mut out = String::with_capacity(integer.len() + fraction.len() + 8);
        out.extend(parts.sign);
        out.push_str(&integer);
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(&fraction);
        }
        if let Some(exponent) = exponent {
            out.push('e');
            out.push_str(exponent);
        }
        out
    }
}

/// A number without its sign and percent sign; `shift` is how many places those move the decimal point.
struct Parts<'t> {
    sign: Option<char>,
    shift: usize,
    body: &'t str,
}

impl<'t> Parts<'t> {
    fn plain(text: &'t str) -> Option<Self> {
        let sign = text.chars().next().filter(|c| "+-".contains(*c));
        let rest = &text[sign.map_or(0, char::len_utf8)..];
        let shift = shift_of(rest.chars().last()?);
        let body = if shift > 0 { rest.trim_end_matches(['%', '‰']) } else { rest };
        // One sign at most, and none beside an exponent.
        let single = shift == 0 || rest.chars().count() == body.chars().count() + 1 && !body.contains(['E', 'e']);
        single.then_some(Self { sign, shift, body })
    }

    fn with_affixes(text: &'t str, pattern: &Pattern) -> Option<Self> {
        let signed = pattern.prefix.contains(['+', '-']) || pattern.suffix.contains(['+', '-']);
        let mut sign = None;
        let mut rest = text;
        if !signed {
            sign = rest.chars().next().filter(|c| "+-".contains(*c));
            rest = &rest[sign.map_or(0, char::len_utf8)..];
        }
        let mut shift = 0;
        let mut take = |symbol: char, found: char| {
            shift = shift.max(shift_of(symbol));
            // A plus in the pattern asks for a sign, of either kind.
            let fits = found == symbol || symbol == '+' && found == '-';
            if fits && "+-".contains(found) {
                sign = Some(found);
            }
            fits
        };
        for symbol in pattern.prefix.chars() {
            let found = rest.chars().next().filter(|found| take(symbol, *found))?;
            rest = &rest[found.len_utf8()..];
        }
        for symbol in pattern.suffix.chars().rev() {
            let found = rest.chars().last().filter(|found| take(symbol, *found))?;
            rest = &rest[..rest.len() - found.len_utf8()];
        }
        Some(Self { sign, shift, body: rest })
    }
}

fn shift_of(symbol: char) -> usize {
    match symbol {
        '%' => 2,
        '‰' => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<String> {
        NumberFormat::new(Some(pattern), None, None).expect("pattern").read(text)
    }

    #[test]
    fn a_number_has_a_digit_whatever_the_pattern_leaves_optional() {
        for (pattern, text) in
            [("#.#", ""), ("#.#", "+"), ("#.#", "-"), ("+#.#", "+"), ("#.#%", "%"), ("#E#", "1E"), ("#.#", ".")]
        {
            assert_eq!(read(pattern, text), None, "{pattern} {text}");
        }
        assert_eq!(read("#.#", ".5").as_deref(), Some(".5"));
    }

    #[test]
    fn numbers_without_a_pattern_may_use_the_group_character_signs_and_exponents() {
        let plain = NumberFormat::new(None, None, Some(',')).expect("format");
        for (text, value) in [
            ("123,456.789", "123456.789"),
            ("123456.789%", "1234.56789"),
            ("5‰", "0.005"),
            ("-1.5E3", "-1.5e3"),
            ("+7", "+7"),
            ("NaN", "NaN"),
        ] {
            assert_eq!(plain.read(text).as_deref(), Some(value), "{text}");
        }
        for text in ["123,,456", "", ".5", "5.", "1%%", "1e", "1E5%", "twelve", "--1", "é", "%"] {
            assert_eq!(plain.read(text), None, "{text}");
        }
        assert_eq!(NumberFormat::default().read("1,234"), None);
    }

    #[test]
    fn a_decimal_comma_is_read() {
        let european = NumberFormat::new(None, Some(','), Some('.')).expect("format");
        assert_eq!(european.read("10.000,1").as_deref(), Some("10000.1"));
        let pattern = NumberFormat::new(Some("#.##0,00"), Some(','), None).expect("format");
        assert_eq!(pattern.read("1.234,50").as_deref(), Some("1234.50"));
    }

    #[test]
    fn groups_must_be_where_the_pattern_has_them() {
        for (pattern, good, bad) in [
            ("#,#00", "1,234", "1234"),
            ("#,#00", "12", "1"),
            ("#,##,#00", "12,34,567", "1,234,567"),
            ("#,##0", "1,234,567", "12,34"),
            ("0,00,000", "1,23,456", "23,456"),
            ("##0", "1234", "1,234"),
        ] {
            assert!(read(pattern, good).is_some(), "{pattern} {good}");
            assert!(read(pattern, bad).is_none(), "{pattern} {bad}");
        }
    }

    #[test]
    fn fractions_have_least_and_most_digits_and_groups() {
        for (pattern, good, bad) in [
            ("#0.0#", "12.3", "1"),
            ("#0.0#", "12.34", "12.345"),
            ("#0.#", "1", "1."),
            ("#0.0#,#", "12.34,5", "12.34,567"),
            ("0.000,00#", "1.123,49", "1.123,4"),
            ("0.0##,###", "1.123,4", "1.1234"),
        ] {
            assert!(read(pattern, good).is_some(), "{pattern} {good}");
            assert!(read(pattern, bad).is_none(), "{pattern} {bad}");
        }
    }

    #[test]
    fn signs_percent_and_exponents_follow_the_pattern() {
        assert_eq!(read("%000", "%012").as_deref(), Some("0.12"));
        assert_eq!(read("+000‰", "+123‰").as_deref(), Some("+0.123"));
        assert_eq!(read("000.0%", "100.0%").as_deref(), Some("1"));
        assert_eq!(read("+0", "-5").as_deref(), Some("-5"));
        assert_eq!(read("-0", "5"), None);
        assert_eq!(read("#0.###E#0", "10.10E1").as_deref(), Some("10.10e1"));
        assert_eq!(read("0.00E0", "10.10E10"), None);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["", "[", "0#", "abc", "0.0.0", "0,", "0.#0", "0E", "é0", "###"] {
            let found = NumberFormat::new(Some(pattern), None, None);
            assert_eq!(found.is_err(), pattern != "###", "{pattern}");
        }
    }
}
