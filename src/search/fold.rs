//! Texts without case and accents. In: text. Out: text in which spellings that people take for one are one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Returns a text in small letters, without accents, its ligatures and special letters written out: `Straße` and
/// `STRASSE` become `strasse`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            '’' | 'ʼ' => folded.push('\''),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("Łódź, Ærø"), "lodz, aero");
        assert_eq!(fold("ﬁne"), "fine");
        assert_eq!(fold("L’Été"), fold("l'ete"));
    }
}
