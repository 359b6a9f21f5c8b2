//! Looks for what may not stand in an output. In: a text and what is told and later. Out: each leak. Texts are compared word by
//! word, so that escapes, line breaks and marks between words hide nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::days::{NEVER, Today, span};
use super::later::Later;

/// Words, and what they are if they may not stand.
type Sequence = (Vec<String>, Option<Later>);

/// What an output is searched for.
pub(super) struct Scan {
    today: Today,
    /// Sequences of words by their first one, the longest first; without a place those that may stand.
    sequences: BTreeMap<String, Vec<Sequence>>,
    /// Fingerprints of files that a source may state.
    sums: BTreeSet<String>,
}

/// Words of a text, each with where it stands.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            if !is_open {
                words.push((at, String::new()));
            }
            words.last_mut().expect("a word").1.extend(c.to_lowercase());
        }
        is_open = c.is_alphanumeric();
    }
    words
}

/// Words of the vocabulary, which a text of one word may be without being told.
static OWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let files = ["data/ontology.ttl", "data/predicates.csv", "data/bibliography.toml"].map(crate::program::read);
    files.iter().flat_map(|text| words(text)).map(|(_, word)| word).collect()
});

/// Takes off what formats put around characters.
fn plain(text: &str) -> String {
    let mut text = text.replace("\\n", " ").replace("\\\"", "\"").replace("&quot;", "\"").replace("&lt;", "<");
    for (escape, sign) in
        [("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'"), ("&gt;", ">"), ("&#45;", "-"), ("&amp;", "&")]
    {
        text = text.replace(escape, sign);
    }
    text
}

impl Scan {
    pub(super) fn new(today: &Today, told: &BTreeSet<String>, later: &BTreeSet<Later>) -> Self {
        let mut all: BTreeMap<Vec<String>, Option<Later>> = BTreeMap::new();
        let sequence = |text: &str| words(text).into_iter().map(|(_, word)| word).collect::<Vec<_>>();
        let may_stand: BTreeSet<Vec<String>> =
            told.iter().map(|text| sequence(text)).filter(|s| !s.is_empty()).collect();
        for text in later {
            let sequence = sequence(&text.text);
            let is_usual = |told: &Vec<String>| told.windows(sequence.len()).any(|part| part == sequence);
            let is_own = sequence.iter().all(|word| OWN.contains(word));
            if sequence.is_empty()
                || (sequence.len() < 3 && may_stand.iter().any(is_usual))
                || (sequence.len() == 1 && is_own)
            {
                continue;
            }
            // Tables and drawings cut long texts.
            if sequence.len() > 8 && !may_stand.iter().any(|told| told.starts_with(&sequence[..6])) {
                all.insert(sequence[..6].to_vec(), Some(text.clone()));
            }
            all.insert(sequence, Some(text.clone()));
        }
        all.extend(may_stand.into_iter().map(|told| (told, None)));
        let mut sequences: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (sequence, later) in all.into_iter().rev() {
            if let Some(first) = sequence.first() {
                sequences.entry(first.clone()).or_default().push((sequence, later));
            }
        }
        for all in sequences.values_mut() {
            all.sort_by_key(|(sequence, _)| std::cmp::Reverse(sequence.len()));
        }
        let sums = told.iter().filter(|text| text.len() == 64).cloned().collect();
        Self { today: today.clone(), sequences, sums }
    }

    /// Returns the texts, dates and fingerprints in an output that are later, each once.
    pub(super) fn leaks(&self, output: &str) -> BTreeSet<String> {
        static SUM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9a-f]{64}\b").expect("an expression"));
        static TAGS: LazyLock<Regex> = LazyLock::new(|| Regex::new("<[^<>]*>").expect("an expression"));
        let text = plain(output);
        let (mut leaks, rest) = self.texts(&text);
        if text.contains("</") {
            leaks.extend(self.texts(&plain(&TAGS.replace_all(output, " "))).0);
        }
        leaks.extend(self.dates(&rest));
        let sums = SUM.find_iter(&text).map(|sum| sum.as_str()).filter(|sum| !self.sums.contains(*sum));
        leaks.extend(sums.map(|sum| format!("a fingerprint: {sum}")));
        leaks
    }

    /// Returns the later texts, and the rest of the text without those that may stand.
    fn texts(&self, text: &str) -> (BTreeSet<String>, String) {
        let words = words(text);
        let (mut leaks, mut rest, mut kept, mut at) = (BTreeSet::new(), String::new(), 0, 0);
        while let Some((begin, word)) = words.get(at) {
            let fits = |sequence: &Vec<String>| {
                let found = words[at..].iter().zip(sequence).filter(|((_, found), wanted)| found == *wanted);
                found.count() == sequence.len()
            };
            let found = self.sequences.get(word).and_then(|all| all.iter().find(|(sequence, _)| fits(sequence)));
            match found {
                Some((sequence, later)) => {
                    leaks.extend(later.as_ref().map(|later| format!("{}: {}", later.place, later.text)));
                    rest.push_str(&text[kept..*begin]);
                    rest.push(' ');
                    at += sequence.len();
                    kept = words.get(at - 1).map_or(text.len(), |(last, _)| {
                        let end = text[*last..].find(|c: char| !c.is_alphanumeric());
                        end.map_or(text.len(), |end| last + end)
                    });
                }
                None => at += 1,
            }
        }
        rest.push_str(&text[kept..]);
        (leaks, rest)
    }

    fn dates(&self, text: &str) -> BTreeSet<String> {
        static DATE: LazyLock<Regex> = LazyLock::new(|| {
            let date = r"[12]\d{3}-[012]\d(?:-[0-3]\d)?";
            let several = format!(r"[\[{{](?:\.\.)?{date}[^\]}}\n]*[\]}}]|{date}\??~?/{date}|\b{date}\b");
            Regex::new(&several).expect("an expression")
        });
        // In a drawing a number in quotes is a length.
        static YEAR: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r#""(?:19|20[0-3])\d[?~%]?""#).expect("an expression"));
        let years = YEAR.find_iter(text).filter(|_| !text.contains("<svg")).map(|year| year.as_str().trim_matches('"'));
        let dates = DATE.find_iter(text).map(|date| date.as_str()).chain(years);
        let is_ahead = |date: &&str| *date != NEVER && span(date).is_some_and(|span| self.today.is_ahead(&span));
        dates.filter(is_ahead).map(|date| format!("a date: {date}")).collect()
    }
}
