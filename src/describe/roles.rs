//! What columns are for their rows. In: a header and the rules. Out: the role that its words give it.

use super::rules::Rules;
use crate::facts::slug;

/// Shortest word that counts inside a longer header.
const INSIDE: usize = 6;

/// Returns the role that a header gives its column, and whether the whole header is one of its words.
pub(super) fn role_of<'r>(header: &str, rules: &'r Rules) -> Option<(&'r str, bool)> {
    let header = slug(header);
    if header.is_empty() {
        return None;
    }
    let mut best: Option<(bool, usize, &str)> = None;
    for (role, rule) in &rules.role {
        for word in rule.words.iter().map(|word| slug(word)) {
            let is_whole = header == word;
            let is_inside = word.len() >= INSIDE && format!("-{header}-").contains(&format!("-{word}-"));
            let rank = (is_whole, word.len(), role.as_str());
            if (is_whole || is_inside) && best.is_none_or(|(whole, length, _)| (is_whole, word.len()) > (whole, length))
            {
                best = Some(rank);
            }
        }
        if best.is_none() && rule.last.iter().any(|word| header.ends_with(&format!("-{word}"))) {
            best = Some((false, 0, role));
        }
    }
    best.map(|(is_whole, _, role)| (role, is_whole))
}

/// Tells whether a text has one of some words.
pub(super) fn has_word(text: &str, words: &[String]) -> bool {
    let text = format!("-{}-", slug(text));
    words.iter().any(|word| text.contains(&format!("-{}-", slug(word))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_several_languages_give_roles() {
        let rules = Rules::embedded();
        let role = |header: &str| role_of(header, &rules).map(|(role, _)| role);
        for (header, expected) in [
            ("issue date", Some("date-begin")),
            ("Release Date", Some("known-since")),
            ("Company", Some("company")),
            ("Company name", Some("company")),
            ("file number", Some("id")),
            ("Aktenzeichen", Some("id")),
            ("Veröffentlicht am", Some("known-since")),
            ("Date d’émission", Some("date-begin")),
            ("Rechnung Nr.", Some("id")),
            ("commentaire", Some("note")),
            ("birth date", None),
            ("price", None),
            ("", None),
        ] {
            assert_eq!(role(header), expected, "{header}");
        }
    }
}
