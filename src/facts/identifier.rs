//! Check digits of identifiers from elsewhere.

/// Tells whether an identifier passes a checksum that a table's description names; an unknown name passes.
pub(super) fn passes(checksum: &str, text: &str) -> bool {
    match checksum {
        "ISO 7064 MOD 97-10" => mod_97_10(text),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_lei_with_two_digits_exchanged_fails() {
        assert!(passes("ISO 7064 MOD 97-10", "INR2EJN1ERAN0W5ZP974"));
        assert!(!passes("ISO 7064 MOD 97-10", "INR2EJN1ERAN0W5ZP947"));
    }
}
