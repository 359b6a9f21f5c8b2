//! Fingerprints of files and of facts.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Returns the SHA-256 of some bytes, in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns a fingerprint of some bytes: the first 64 bits of their SHA-256.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Returns the id of a fact that was given none: it depends on what the fact says, not on where it stands.
pub(super) fn fact_id(parts: &[&str]) -> String {
    format!("h-{}", short_hash(parts))
}

/// Returns twelve hexadecimal digits that depend on each of some texts.
pub(super) fn short_hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let part: String = part.nfc().collect();
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())[..12].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a String takes all that is written");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_fact_depends_on_each_of_its_parts() {
        assert_ne!(fact_id(&["ab", "c"]), fact_id(&["a", "bc"]));
        assert_ne!(fact_id(&["microsoft", "sued", "fbi"]), fact_id(&["fbi", "sued", "microsoft"]));
        assert_eq!(fact_id(&["e\u{301}"]), fact_id(&["é"]), "two spellings of one letter");
    }
}
