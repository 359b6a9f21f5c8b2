//! The words around a match. In: a text as written, a folded word. Out: a line of it.

use super::fold;

/// Characters before a match that are shown at most.
const BEFORE: usize = 40;
/// Characters of a whole line.
const WHOLE: usize = 120;

/// Returns the part of a text around the first word that begins with `word`, or else has it inside; what was cut shows
/// as `…`.
pub(super) fn around(text: &str, word: &str) -> String {
    let line: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    if line.len() <= WHOLE {
        return line.into_iter().collect();
    }
    let stands_at = |at: &usize| {
        let rest: String = line[*at..].iter().take(word.chars().count() * 2 + 2).collect();
        fold(&rest).starts_with(word)
    };
    let mut starts = (0..line.len()).filter(|at| *at == 0 || !line[at - 1].is_alphanumeric());
    let at = starts.find(stands_at).or_else(|| (0..line.len()).find(stands_at)).unwrap_or(0);
    // A line begins at a word.
    let from = (at.saturating_sub(BEFORE)..=at).find(|at| *at == 0 || line[at - 1] == ' ').unwrap_or(at);
    let to = (from + WHOLE).min(line.len());
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < line.len() { "…" } else { "" });
    let shown: String = line[from..to].iter().collect();
    format!("{before}{}{after}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_around_the_match() {
        let text = format!("{} the Société paid {}", "before ".repeat(30), "after ".repeat(30));
        let shown = around(&text, "societe");
        assert!(shown.starts_with("…before") && shown.contains("the Société paid") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() < 125);
    }

    #[test]
    fn a_part_of_a_word_is_shown_too() {
        let text = format!("{} Microsoft and Software {}", "before ".repeat(30), "after ".repeat(30));
        assert!(around(&text, "soft").contains("Software"));
        let text = format!("{} Microsoft {}", "before ".repeat(30), "after ".repeat(30));
        assert!(around(&text, "soft").contains("Microsoft"));
    }

    #[test]
    fn a_short_text_is_whole() {
        assert_eq!(around("two\nlines", "lines"), "two lines");
    }
}
