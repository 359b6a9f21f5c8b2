//! Ids made of names. In: a text, such as a label or a web address. Out: lower-case letters, digits and hyphens.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::hash::sha256_hex;

/// Greatest length of a made id; longer ones are cut and end in a fingerprint, so that they stay apart.
const LENGTH: usize = 60;

/// Returns the id that a text makes; two spellings of a name that differ only in case, accents or punctuation make one.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() || slug.len() > LENGTH {
        let kept = &slug[..slug.len().min(LENGTH - 9)];
        return format!("{}{}{}", kept, if kept.is_empty() { "x" } else { "-" }, &sha256_hex(text.as_bytes())[..8]);
    }
    slug.to_owned()
}

/// Returns the id of a source that is known by its web address alone.
pub(super) fn slug_of_address(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    slug(bare.trim_start_matches("www.").trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_make_no_difference() {
        assert_eq!(slug("Société Générale, S.A."), "societe-generale-s-a");
        assert_eq!(slug("NSL-12-358696"), "nsl-12-358696");
    }

    #[test]
    fn what_has_no_latin_letter_or_is_long_still_makes_an_id_of_its_own() {
        assert_ne!(slug("微软"), slug("苹果"));
        let (a, b) = (slug(&"x".repeat(200)), slug(&"x".repeat(201)));
        assert!(a.len() <= LENGTH && a != b);
    }

    #[test]
    fn an_address_loses_its_scheme() {
        assert_eq!(slug_of_address("https://www.example.org/a/b.pdf"), "example-org-a-b-pdf");
    }
}
