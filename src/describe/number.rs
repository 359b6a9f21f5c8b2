//! Numbers with groups. In: a text and the marks of decimals and groups. Out: whether the groups stand where they may.

/// Tells whether a text has the form of a number that a person writes: no zeros in front, groups of three.
pub(super) fn is_written_number(text: &str, decimal: char, group: Option<char>) -> bool {
    let body = text.strip_prefix('-').unwrap_or(text);
    let body = body.strip_suffix('%').unwrap_or(body);
    let (whole, fraction) = match body.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (body, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = group.map_or_else(|| vec![whole], |group| whole.split(group).collect());
    let first = parts.remove(0);
    let is_code = first.len() > 1 && first.starts_with('0');
    let is_grouped = parts.is_empty() || first.len() <= 3 && parts.iter().all(|part| part.len() == 3);
    digits(first) && !is_code && is_grouped && parts.into_iter().all(digits) && fraction.is_none_or(digits)
}

/// Returns the unit that stands before or after a number: a currency sign, or a short word or sign with a space between.
pub(super) fn unit(text: &str) -> Option<&str> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (first, last) = (text.find(is_digit)?, text.rfind(is_digit)? + 1);
    if !text[first..last].chars().all(|c| is_digit(c) || c.is_whitespace() || ".,'’".contains(c)) {
        return None;
    }
    let (before, after) = (text[..first].trim_start_matches('-'), &text[last..]);
    let beside = match (before.is_empty(), after.is_empty()) {
        (false, true) => before,
        (true, false) => after,
        _ => return None,
    };
    let unit = beside.trim();
    let is_sign =
        unit.chars().count() == 1 && !unit.chars().all(char::is_alphanumeric) && !"#+-*/.,:;()".contains(unit);
    let is_word = unit != beside && unit.chars().count() <= 4 && unit.chars().all(char::is_alphabetic);
    (is_sign || is_word).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_beside_a_number() {
        for (text, expected) in [
            ("€ 1.234,50", Some("€")),
            ("12 EUR", Some("EUR")),
            ("$5", Some("$")),
            ("12 %", Some("%")),
            ("-3 km", Some("km")),
            ("A1", None),
            ("+49 221", None),
            ("#12", None),
            ("12", None),
            ("Room 12 B", None),
        ] {
            assert_eq!(unit(text), expected, "{text}");
        }
    }

    #[test]
    fn groups_have_three_digits_and_codes_are_no_numbers() {
        assert!(is_written_number("1.234,5", ',', Some('.')));
        assert!(is_written_number("-1234", '.', None));
        assert!(is_written_number("0.5", '.', None) && is_written_number("12%", '.', None));
        for text in ["1.23,5", "1.2345", "007", "12a", "", "-", ",5", "1,", "+1"] {
            assert!(!is_written_number(text, ',', Some('.')), "{text}");
        }
    }
}
