//! Percent-coding of parts of IRIs. In: text or escapes. Out: the other. <https://www.rfc-editor.org/rfc/rfc3986#section-2.1>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode_byte, utf8_percent_encode};

/// All but the unreserved characters, which never need an escape.
const UNSAFE: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All that may stand nowhere in an IRI; `%` is looked at apart.
const FORBIDDEN: AsciiSet = remove(UNSAFE, b":/?#[]@!$&'()*+,;=");

/// All that may not stand in a segment of a path.
const NO_SEGMENT: AsciiSet = remove(UNSAFE, b"!$&'()*+,;=@");

/// All that the name of a variable of a URI template may not hold.
const NO_NAME: AsciiSet = NON_ALPHANUMERIC.remove(b'.').remove(b'_');

const fn remove(mut set: AsciiSet, bytes: &[u8]) -> AsciiSet {
    let mut at = 0;
    while at < bytes.len() {
        set = set.remove(bytes[at]);
        at += 1;
    }
    set
}

/// Writes text with an escape for all but unreserved characters.
pub(crate) fn encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, &UNSAFE));
}

/// Writes text with an escape for what may not stand in an IRI; escapes that are there already stay.
pub(crate) fn encode_reserved(text: &str, out: &mut String) {
    for (at, piece) in text.split('%').enumerate() {
        if at > 0 {
            out.push_str(if escaped(piece).is_some() { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, &FORBIDDEN));
    }
}

/// Returns text as a segment of a path.
pub(crate) fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, &NO_SEGMENT).to_string()
}

/// Returns text as the name of a variable of a URI template.
pub(crate) fn encode_name(text: &str) -> String {
    utf8_percent_encode(text, &NO_NAME).to_string()
}

/// Turns `%20` and the like into the characters they stand for; what is not UTF-8 stays as it is.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// Decodes escapes of unreserved characters and writes the others in capitals: addresses that differ in no more than
/// that are the same. <https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2>
pub(crate) fn normalize_escapes(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match escaped(piece) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                out.push_str(&piece[2..]);
            }
            Some(byte) => out.extend([percent_encode_byte(byte), &piece[2..]]),
            None => out.extend(["%", piece]),
        }
    }
    out
}

/// Returns the byte whose escape a text completes: it begins with two hexadecimal digits.
fn escaped(behind: &str) -> Option<u8> {
    let hex = behind.get(..2).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(hex, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_decoded_where_they_are_text() {
        assert_eq!(decode("a%20b%C3%A9"), "a bé");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%FF"), "%FF");
    }

    #[test]
    fn escapes_of_the_same_characters_are_the_same() {
        assert_eq!(normalize_escapes("a%7e%2f%41%zz%+1"), "a~%2FA%zz%+1");
    }
}
