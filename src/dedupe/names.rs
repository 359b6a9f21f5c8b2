//! How alike two names are. In: names as words, and how rare each word is in the case. Out: a number from 0 to 1. A rare
//! word that only one has counts more than a common one; a number that only one has means two things.

use std::collections::BTreeMap;

use strsim::osa_distance;

use super::rules::Rules;
use crate::search::fold;

/// A name as its words, without those that tell little.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) written: String,
    pub(super) words: Vec<String>,
    /// Whether it names a suit of one against another, in this order.
    is_suit: bool,
}

impl Name {
    pub(super) fn new(written: &str, rules: &Rules) -> Self {
        let folded = fold(written);
        let split = folded.split(|c: char| !c.is_alphanumeric() && !['.', '\''].contains(&c));
        // `N.V.` and `U.S.` are one word each.
        let plain = split.map(|text| (text, text.replace(['.', '\''], ""))).filter(|(_, word)| !word.is_empty());
        let all: Vec<(&str, String)> =
            plain.map(|(text, word)| (text, rules.abbreviations.get(&word).cloned().unwrap_or(word))).collect();
        let dull = [&rules.legal_forms, &rules.titles, &rules.small];
        // `A.` is an initial, `a` is not.
        let is_initial =
            |text: &str, word: &String| text.len() == 2 && text.ends_with('.') && !rules.against.contains(word);
        let tells =
            |text: &str, word: &String| is_initial(text, word) || !dull.iter().any(|words| words.contains(word));
        let telling: Vec<String> =
            all.iter().filter(|(text, word)| tells(text, word)).map(|(_, word)| word.clone()).collect();
        let all: Vec<String> = all.into_iter().map(|(_, word)| word).collect();
        let is_suit = all.iter().any(|word| rules.against.contains(word));
        Self { written: written.to_owned(), words: if telling.is_empty() { all } else { telling }, is_suit }
    }

    /// Returns the name without what stands in brackets at its end, where that is its initials: `(FBI)`.
    pub(super) fn without_initials(&self, rules: &Rules) -> Option<Self> {
        let (before, inside) = self.written.trim_end().strip_suffix(')')?.rsplit_once('(')?;
        let name = Self::new(before, rules);
        (fold(inside).replace('.', "") == name.initials()).then_some(name)
    }

    /// Returns what a name shares with those that are worth comparing with it: words, beginnings of words, initials, all.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        let mut all = self.words.clone();
        all.sort();
        let begins = self.words.iter().map(|word| format!("begin {}", word.chars().take(4).collect::<String>()));
        let whole = self.words.iter().map(|word| format!("word {word}"));
        begins.chain(whole).chain([format!("word {}", self.initials()), format!("all {}", all.join(" "))])
    }

    fn initials(&self) -> String {
        self.words.iter().filter_map(|word| word.chars().next()).collect()
    }
}

/// How much a word tells: the rarer in the case, the more.
#[derive(Debug, Clone, Default)]
pub(super) struct Weights(BTreeMap<String, f64>);

impl Weights {
    /// Weighs the words of the names of each entity.
    pub(super) fn of<'n>(entities: impl Iterator<Item = &'n [Name]>) -> Self {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        let mut all = 0.0;
        for names in entities {
            all += 1.0;
            let words: std::collections::BTreeSet<&String> = names.iter().flat_map(|name| &name.words).collect();
            for word in words {
                *counts.entry(word.clone()).or_default() += 1.0;
            }
        }
        Self(counts.into_iter().map(|(word, count)| (word, (1.0 + all / count).ln())).collect())
    }

    fn weight(&self, word: &str) -> f64 {
        let weight = self.0.get(word).copied().unwrap_or(1.0);
        // An initial tells little.
        if word.chars().count() == 1 && !word.chars().all(char::is_numeric) { weight * 0.2 } else { weight }
    }
}

/// Returns how alike two names are, and why.
pub(super) fn likeness(a: &Name, b: &Name, weights: &Weights) -> (f64, &'static str) {
    if a.words == b.words {
        return (1.0, "same name");
    }
    if numbers(a) != numbers(b) {
        return (0.0, "other numbers");
    }
    if a.words.concat() == b.words.concat() {
        return (0.97, "same letters, divided otherwise");
    }
    if a.is_suit && b.is_suit && a.words.first() != b.words.first() && b.words.contains(&a.words[0]) {
        return (0.0, "the parties in another order");
    }
    let (mut mine, mut theirs) = (a.words.clone(), b.words.clone());
    mine.sort();
    theirs.sort();
    if mine == theirs {
        return (0.97, "same words in another order");
    }
    for (short, long) in [(a, b), (b, a)] {
        let is_short = short.words.len() == 1 && (2..=6).contains(&short.words[0].chars().count());
        if is_short && long.words.len() > 1 && short.words[0] == long.initials() {
            return (0.85, "initials of the other name");
        }
    }
    // Initials are matched last, so that they do not take the place of a whole word.
    mine.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let (mut shared, mut all) = (0.0, 0.0);
    let (mut typos, mut alone) = (0, Vec::new());
    for word in &mine {
        let best = theirs.iter().enumerate().map(|(at, other)| (word_likeness(word, other), at));
        let best = best.max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1))).filter(|(likeness, _)| *likeness > 0.0);
        if let Some((likeness, at)) = best {
            let other = theirs.remove(at);
            typos += usize::from(likeness < 1.0);
            let weight = weights.weight(word).min(weights.weight(&other)).max(0.2);
            shared += weight * likeness;
            all += weight;
        } else {
            all += weights.weight(word);
            alone.push(word.as_str());
        }
    }
    let is_initial = |word: &str| word.chars().count() == 1;
    if alone.iter().any(|word| is_initial(word)) && theirs.iter().any(|word| is_initial(word)) {
        return (0.0, "other initials");
    }
    all += theirs.iter().map(|word| weights.weight(word)).sum::<f64>();
    let likeness = if all > 0.0 { shared / all } else { 0.0 };
    (likeness, if typos > 0 { "names of nearly the same letters" } else { "names that share words" })
}

/// Returns how alike two words are: equal, an initial, the beginning of the other, or a slip of the pen; else 0.
fn word_likeness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    let length = short.chars().count();
    if short.chars().any(|c| c.is_ascii_digit()) || long.chars().any(|c| c.is_ascii_digit()) {
        return 0.0;
    }
    if long.starts_with(short) {
        // A letter or two more make another name of it: Paul and Paula, Daniel and Danielle.
        return match (length, long.chars().count() - length) {
            (1, _) => 0.9,
            (4.., 3..) => 0.85,
            _ => 0.0,
        };
    }
    let slips = match length {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    // A slip seldom hits the first letter, and another first letter often makes another word.
    let same_start = a.chars().next() == b.chars().next();
    if slips > 0 && same_start && osa_distance(a, b) <= slips && !is_another(a, b) { 0.93 } else { 0.0 }
}

/// Letters that stand for one sound, so that one is often written for the other.
const ONE_SOUND: [[char; 2]; 5] = [['c', 's'], ['i', 'y'], ['s', 'z'], ['c', 'k'], ['v', 'w']];

/// Tells whether two words of middle length differ in one letter that is no other spelling: Hanley and Henley are two names.
fn is_another(a: &str, b: &str) -> bool {
    let mut other = a.chars().zip(b.chars()).filter(|(a, b)| a != b);
    match (other.next(), other.next()) {
        (Some((x, y)), None) => {
            let length = a.chars().count();
            length == b.chars().count() && length <= 8 && !ONE_SOUND.contains(&[x.min(y), x.max(y)])
        }
        _ => false,
    }
}

/// Returns the words of a name that are numbers, sorted: those with a digit, and Roman numerals at its end.
fn numbers(name: &Name) -> Vec<&str> {
    let is_roman = |word: &str| !word.is_empty() && word.chars().all(|c| "ivx".contains(c));
    let last = name.words.last().filter(|word| name.words.len() > 1 && is_roman(word));
    let with_digits = name.words.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit()));
    let mut numbers: Vec<&str> = with_digits.chain(last).map(String::as_str).collect();
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness_of(a: &str, b: &str) -> f64 {
        let rules = Rules::default();
        let (a, b) = (Name::new(a, &rules), Name::new(b, &rules));
        let others: Vec<Vec<Name>> = ["Northern Rail", "Power Works", "John Miller", "Smith Bakery"]
            .map(|name| vec![Name::new(name, &rules)])
            .to_vec();
        let weights =
            Weights::of(others.iter().map(Vec::as_slice).chain([std::slice::from_ref(&a), std::slice::from_ref(&b)]));
        likeness(&a, &b, &weights).0
    }

    #[test]
    fn spellings_of_one_name_are_alike() {
        for (a, b) in [
            ("Grey Gull Ferries Ltd.", "GREY GULL FERRIES"),
            ("Société Générale S.A.", "Societe Generale"),
            ("Jones, Richard A.", "Richard A. Jones"),
            ("Saltmere Port Authority", "Saltmere Port Autority"),
            ("Federal Bureau of Investigation", "FBI"),
            ("Richard Jones", "R. Jones"),
            ("Judge Denise Marchetti", "Denise Marchetti"),
            ("Bob Trelawney", "Robert Trelawney"),
            ("A.K. Bannerjee", "A. K. Bannerjee"),
            ("Defence Archive", "Defense Archive"),
        ] {
            assert!(likeness_of(a, b) >= 0.75, "{a} / {b}: {}", likeness_of(a, b));
        }
    }

    #[test]
    fn names_of_two_are_not() {
        for (a, b) in [
            ("Northern Power Ltd", "Southern Power Ltd"),
            ("John Smith", "Joan Smith"),
            ("Letter of 2013", "Letter of 2014"),
            ("Court of Appeals, Second Circuit", "Court of Appeals, Ninth Circuit"),
            ("Lantern Fund II", "Lantern Fund III"),
            ("Talbot v. State of Kent", "State of Kent v. Talbot"),
            ("Carol A. Winslow", "Carol J. Winslow"),
            ("Victor Hanley", "Victor Henley"),
        ] {
            assert!(likeness_of(a, b) < 0.75, "{a} / {b}: {}", likeness_of(a, b));
        }
    }
}
