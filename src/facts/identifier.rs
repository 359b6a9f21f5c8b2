//! Check digits of identifiers from elsewhere.

/// Tells whether an identifier passes a checksum that a table's description names; an unknown name passes.
pub(super) fn passes(checksum: &str, text: &str) -> bool {
    match checksum {
        "ISO 7064 MOD 97-10" => mod_97_10(text),
        "ISO 6166" => every_other_doubled(text),
        _ => true,
    }
}

/// ISO 7064 MOD 97-10, as the Legal Entity Identifier (ISO 17442) uses it: letters count from A = 10.
fn mod_97_10(text: &str) -> bool {
    let rest = text.chars().try_fold(0, |rest, c| {
        let digit = c.to_digit(36)?;
        Some((rest * if digit < 10 { 10 } else { 100 } + digit) % 97)
    });
    rest == Some(1)
}

/// ISO 6166, as the ISIN uses it: letters count from A = 10, and from the right every second digit is doubled.
fn every_other_doubled(text: &str) -> bool {
    let digits: Option<String> = text.chars().map(|c| Some(c.to_digit(36)?.to_string())).collect();
    let Some(digits) = digits else { return false };
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') * if at % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_lei_with_two_digits_exchanged_fails() {
        assert!(passes("ISO 7064 MOD 97-10", "INR2EJN1ERAN0W5ZP974"));
        assert!(!passes("ISO 7064 MOD 97-10", "INR2EJN1ERAN0W5ZP947"));
    }

    #[test]
    fn an_isin_with_two_digits_exchanged_fails() {
        assert!(passes("ISO 6166", "US5949181045") && passes("ISO 6166", "US0378331005"));
        assert!(!passes("ISO 6166", "US5949181054") && !passes("ISO 6166", "US037833100ß"));
    }
}
