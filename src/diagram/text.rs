//! Text in boxes. In: text, a width. Out: lines, or an estimate of how much room they take. Not here: quoting (`dot`).

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Breaks a text into lines of at most `width` columns, at spaces where it can; past `lines` lines it ends in `…`.
pub(super) fn wrap(text: &str, width: usize, lines: usize) -> String {
    let mut rows: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        rows.extend(fill(paragraph, width));
    }
    if rows.len() > lines {
        rows.truncate(lines);
        if let Some(last) = rows.last_mut() {
            *last = clip(&format!("{last} …"), width.max(2));
            if !last.ends_with('…') {
                last.push('…');
            }
        }
    }
    rows.join("\n")
}

fn fill(paragraph: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in paragraph.split_whitespace() {
        if !row.is_empty() && row.width() + 1 + word.width() > width {
            rows.push(std::mem::take(&mut row));
        }
        if !row.is_empty() {
            row.push(' ');
        }
        for c in word.chars() {
            if row.width() + c.width().unwrap_or(0) > width && !row.is_empty() {
                rows.push(std::mem::take(&mut row));
            }
            row.push(c);
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// Cuts a text to `width` columns; what was cut shows as `…`.
pub(super) fn clip(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + c.width().unwrap_or(0) + 1 > width {
            break;
        }
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

/// Returns the room in points that one line takes at most in a sans-serif font of a size in points.
///
/// Rough classes of width suffice: a label is placed with room to spare, never measured to the point.
pub(super) fn points(line: &str, size: f64) -> f64 {
    let em: f64 = line
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '\'' | '.' | ',' | ':' | ';' | '|' | '!' => 0.29,
            't' | 'f' | 'r' | ' ' | '(' | ')' | '-' | '/' | '[' | ']' => 0.36,
            'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' | '…' => 0.92,
            c if c.is_ascii_uppercase() => 0.72,
            c if c.is_ascii() => 0.58,
            c => match c.width().unwrap_or(0) {
                0 => 0.0,
                1 => 0.66,
                _ => 1.1,
            },
        })
        .sum();
    em * size * 1.04
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrap("National Security Letter to Microsoft", 14, 9), "National\nSecurity\nLetter to\nMicrosoft");
        assert_eq!(wrap("abcdefgh", 3, 9), "abc\ndef\ngh");
        assert_eq!(wrap("国家安全", 4, 9), "国家\n安全");
    }

    #[test]
    fn what_does_not_fit_is_marked() {
        assert_eq!(wrap("one two three four", 5, 2), "one\ntwo …");
        assert_eq!(clip("unsealed", 5), "unse…");
        assert_eq!(clip("short", 5), "short");
    }
}
