//! Fingerprints of 128 bits: in some texts or terms, out a number that no two of any case will share. They are quick, and
//! of one build of Rust: what must outlive that takes SHA-256.

use std::hash::{DefaultHasher, Hasher};

/// Returns the fingerprint of what a hasher has taken in.
pub(crate) fn finish(mut hasher: DefaultHasher) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&hasher.finish().to_be_bytes());
    // The state of the hasher holds 256 bits: it gives 64 others for one more byte.
    hasher.write_u8(0xFE);
    bytes[8..].copy_from_slice(&hasher.finish().to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_depend_on_what_was_taken_in() {
        let of = |text: &str| {
            let mut hasher = DefaultHasher::new();
            hasher.write(text.as_bytes());
            finish(hasher)
        };
        let (one, other) = (of("one"), of("other"));
        assert_eq!(one, of("one"));
        assert!(one[..8] != other[..8] && one[8..] != other[8..] && one[..8] != one[8..]);
    }
}
