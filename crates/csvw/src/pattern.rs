//! Regular expressions in formats: those of ECMAScript, without flags, as CSVW says. In: a pattern as the metadata
//! writes it. Out: whether a whole text is of that form, within a bounded time. What needs no going back is matched in
//! time linear in the text; look-around and references to groups are tried for so many steps and no more.
//! <https://www.w3.org/TR/tabular-metadata/#formats-for-other-types>

use std::iter::Peekable;
use std::str::CharIndices;

/// Most bytes that a pattern takes once it is made ready.
const MOST_BYTES: usize = 10 << 20;
/// How often a pattern with look-around or references may go back on one text.
pub(crate) const MOST_STEPS: usize = 100_000;
/// Longest text, in bytes, that such a pattern is tried on: each step may read it to its end.
pub(crate) const LONGEST: usize = 10_000;
/// Most rounds of counted repetitions within each other in such a pattern.
const MOST_ROUNDS: usize = 10_000;
/// Longest pattern, in bytes.
const LONGEST_PATTERN: usize = 1 << 16;
/// How deep groups may lie in each other.
const DEEPEST: usize = 100;

const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Z_a-z";
const SPACE: &str = r"\t\n\x0B\x0C\r\x20\xA0\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";
const BOUNDARY: &str = r"(?-u:\b)";
const NO_BOUNDARY: &str = r"(?-u:\B)";
/// The same for the engine that knows no `(?-u:…)`.
const BOUNDARY_AROUND: &str = "(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))";
const NO_BOUNDARY_AROUND: &str = "(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))";

/// A pattern, made ready for use.
#[derive(Debug, Clone)]
pub(crate) enum Pattern {
    Linear(regex::Regex),
    Bounded(Box<fancy_regex::Regex>),
}

/// Why a pattern cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It is no regular expression of ECMAScript, or one that is not supported.
    Wrong,
    /// It grows too large when it is made ready, as `(a{1000}){1000}` does.
    TooLarge,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Result<Self, Unusable> {
        if text.len() > LONGEST_PATTERN {
            return Err(Unusable::TooLarge);
        }
        let translation = Translation::of(text)?;
        let whole = format!(r"\A(?:{})\z", translation.out);
        if !translation.goes_back {
            let built = regex::RegexBuilder::new(&whole).size_limit(MOST_BYTES).build();
            return built.map(Self::Linear).map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => Unusable::TooLarge,
                _ => Unusable::Wrong,
            });
        }
        if translation.rounds > MOST_ROUNDS {
            return Err(Unusable::TooLarge);
        }
        let whole = whole.replace(BOUNDARY, BOUNDARY_AROUND).replace(NO_BOUNDARY, NO_BOUNDARY_AROUND);
        let mut builder = fancy_regex::RegexBuilder::new(&whole);
        builder.backtrack_limit(MOST_STEPS).delegate_size_limit(MOST_BYTES).delegate_dfa_size_limit(MOST_BYTES);
        let built = builder.build();
        built.map(|regex| Self::Bounded(Box::new(regex))).map_err(|error| match error {
            fancy_regex::Error::ParseError(..) => Unusable::Wrong,
            _ => Unusable::TooLarge,
        })
    }

    /// Tells whether a whole text is of this form; `None` where that is not found out within the bounds.
    pub(crate) fn fits(&self, text: &str) -> Option<bool> {
        match self {
            Self::Linear(regex) => Some(regex.is_match(text)),
            Self::Bounded(_) if text.len() > LONGEST => None,
            Self::Bounded(regex) => regex.is_match(text).ok(),
        }
    }
}

/// A pattern on its way from the syntax of ECMAScript (with Annex B of the standard, as browsers read it) to that of the
/// engines.
struct Translation<'t> {
    chars: Peekable<CharIndices<'t>>,
    text: &'t str,
    out: String,
    /// Whether matching may have to go back: look-around, or a reference to a group.
    goes_back: bool,
    /// Product of the counts of all counted repetitions.
    rounds: usize,
    /// Groups that a reference may name.
    groups: usize,
    has_names: bool,
}

/// One item of a character class, or what a backslash stands for.
enum Item {
    Char(char),
    /// The inside of a class, such as `0-9`, and whether all others are meant.
    Set(&'static str, bool),
}

impl<'t> Translation<'t> {
    fn of(text: &'t str) -> Result<Self, Unusable> {
        let (groups, has_names) = groups(text);
        let chars = text.char_indices().peekable();
        let mut this = Self { chars, text, out: String::new(), goes_back: false, rounds: 1, groups, has_names };
        this.pattern()?;
        Ok(this)
    }

    fn pattern(&mut self) -> Result<(), Unusable> {
        let mut depth = 0_usize;
        // Whether there is something that a quantifier can repeat.
        let mut is_atom = false;
        while let Some((at, c)) = self.chars.next() {
            match c {
                '(' => {
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(Unusable::TooLarge);
                    }
                    self.open(at)?;
                    is_atom = false;
                    continue;
                }
                ')' => {
                    depth = depth.checked_sub(1).ok_or(Unusable::Wrong)?;
                    self.out.push(')');
                }
                '|' => {
                    self.out.push('|');
                    is_atom = false;
                    continue;
                }
                '^' | '$' => {
                    self.out.push_str(if c == '^' { r"\A" } else { r"\z" });
                    is_atom = false;
                    continue;
                }
                '*' | '+' | '?' => {
                    self.quantifier(is_atom, &self.text[at..=at])?;
                    is_atom = false;
                    continue;
                }
                '{' if counted(&self.text[at..]).is_some() => {
                    let (length, most) = counted(&self.text[at..]).unwrap_or_default();
                    self.rounds = self.rounds.saturating_mul(most.max(1));
                    self.chars.nth(length - 2);
                    self.quantifier(is_atom, &self.text[at..at + length])?;
                    is_atom = false;
                    continue;
                }
                '.' => self.out.push_str(r"[^\n\r\x{2028}\x{2029}]"),
                '[' => self.class()?,
                '\\' => {
                    is_atom = self.escape()?;
                    continue;
                }
                c => push(&mut self.out, c),
            }
            is_atom = true;
        }
        if depth == 0 { Ok(()) } else { Err(Unusable::Wrong) }
    }

    /// Reads what stands behind the `(` at a place.
    fn open(&mut self, at: usize) -> Result<(), Unusable> {
        let rest = &self.text[at..];
        let around = ["(?=", "(?!", "(?<=", "(?<!"].into_iter().find(|mark| rest.starts_with(mark));
        self.goes_back |= around.is_some();
        let mark = match around.or_else(|| rest.starts_with("(?:").then_some("(?:")) {
            Some(mark) => mark,
            None if rest.starts_with("(?<") => rest.split_inclusive('>').next().ok_or(Unusable::Wrong)?,
            None if rest.starts_with("(?") => return Err(Unusable::Wrong),
            None => "(",
        };
        self.out.push_str(mark);
        if mark.len() > 1 {
            self.chars.nth(mark.chars().count() - 2);
        }
        Ok(())
    }

    fn quantifier(&mut self, is_atom: bool, text: &str) -> Result<(), Unusable> {
        if !is_atom {
            return Err(Unusable::Wrong);
        }
        self.out.push_str(text);
        if self.chars.next_if(|(_, c)| *c == '?').is_some() {
            self.out.push('?');
        }
        Ok(())
    }

    /// Reads what stands behind a backslash outside a class; tells whether it can be repeated.
    fn escape(&mut self) -> Result<bool, Unusable> {
        let (at, c) = *self.chars.peek().ok_or(Unusable::Wrong)?;
        match c {
            'b' | 'B' => {
                self.chars.next();
                self.out.push_str(if c == 'b' { BOUNDARY } else { NO_BOUNDARY });
                return Ok(false);
            }
            '1'..='9' => {
                let digits = self.text[at..].split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
                if digits.parse::<usize>().is_ok_and(|number| number > self.groups) {
                    return Err(Unusable::Wrong);
                }
                self.goes_back = true;
                self.chars.nth(digits.len() - 1);
                self.out.extend([r"(?:\", digits, ")"]);
            }
            'k' if self.has_names => {
                let rest = &self.text[at..];
                let name = rest.strip_prefix("k<").and_then(|rest| rest.split_once('>')).ok_or(Unusable::Wrong)?.0;
                self.goes_back = true;
                self.chars.nth(name.chars().count() + 2);
                self.out.extend([r"\k<", name, ">"]);
            }
            _ => match self.item()? {
                Item::Char(c) => push(&mut self.out, c),
                Item::Set(set, is_inverse) => self.out.extend([if is_inverse { "[^" } else { "[" }, set, "]"]),
            },
        }
        Ok(true)
    }

    /// Reads what stands behind a backslash, in a class or outside.
    fn item(&mut self) -> Result<Item, Unusable> {
        let (at, c) = self.chars.next().ok_or(Unusable::Wrong)?;
        let rest = &self.text[at + c.len_utf8()..];
        let hex = |digits: &str| {
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
        };
        let (skipped, item) = match c {
            'd' | 'D' => (0, Item::Set(DIGIT, c == 'D')),
            'w' | 'W' => (0, Item::Set(WORD, c == 'W')),
            's' | 'S' => (0, Item::Set(SPACE, c == 'S')),
            't' => (0, Item::Char('\t')),
            'n' => (0, Item::Char('\n')),
            'v' => (0, Item::Char('\u{B}')),
            'f' => (0, Item::Char('\u{C}')),
            'r' => (0, Item::Char('\r')),
            '0' if !rest.starts_with(|c: char| c.is_ascii_digit()) => (0, Item::Char('\0')),
            // Octal numbers are of no standard that CSVW names.
            '0'..='9' => return Err(Unusable::Wrong),
            'c' => match rest.bytes().next() {
                Some(letter) if letter.is_ascii_alphabetic() => (1, Item::Char(char::from(letter % 32))),
                _ => return Err(Unusable::Wrong),
            },
            'x' => match rest.get(..2).and_then(hex).and_then(char::from_u32) {
                Some(c) => (2, Item::Char(c)),
                None => (0, Item::Char('x')),
            },
            'u' => match (rest.get(..4).and_then(hex), rest.get(4..6), rest.get(6..10).and_then(hex)) {
                (Some(high @ 0xD800..=0xDBFF), Some("\\u"), Some(low @ 0xDC00..=0xDFFF)) => {
                    let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                    (10, Item::Char(char::from_u32(code).ok_or(Unusable::Wrong)?))
                }
                // Half of a character is in no text.
                (Some(code), ..) => (4, Item::Char(char::from_u32(code).ok_or(Unusable::Wrong)?)),
                _ => (0, Item::Char('u')),
            },
            c => (0, Item::Char(c)),
        };
        if skipped > 0 {
            self.chars.nth(skipped - 1);
        }
        Ok(item)
    }

    /// Reads a class to its end.
    fn class(&mut self) -> Result<(), Unusable> {
        let is_inverse = self.chars.next_if(|(_, c)| *c == '^').is_some();
        let mut inside = String::new();
        while let Some(low) = self.class_item()? {
            let at = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
            if !self.text[at..].starts_with('-') || self.text[at..].starts_with("-]") {
                add(&mut inside, &low);
                continue;
            }
            self.chars.next();
            match (low, self.class_item()?.ok_or(Unusable::Wrong)?) {
                (Item::Char(low), Item::Char(high)) if low <= high => {
                    push(&mut inside, low);
                    inside.push('-');
                    push(&mut inside, high);
                }
                (Item::Char(_), Item::Char(_)) => return Err(Unusable::Wrong),
                // A set has no end: the hyphen is one.
                (low, high) => [low, Item::Char('-'), high].iter().for_each(|item| add(&mut inside, item)),
            }
        }
        let is_empty = inside.is_empty();
        if is_empty {
            inside.push_str(r"\x{0}-\x{10FFFF}");
        }
        // Of nothing and of all, each is the other's inverse.
        let is_inverse = is_inverse != is_empty;
        self.out.extend([if is_inverse { "[^" } else { "[" }, &inside, "]"]);
        Ok(())
    }

    /// Returns the next item of a class, or nothing at its end.
    fn class_item(&mut self) -> Result<Option<Item>, Unusable> {
        let (_, c) = self.chars.next().ok_or(Unusable::Wrong)?;
        match c {
            ']' => Ok(None),
            '\\' if self.chars.next_if(|(_, c)| *c == 'b').is_some() => Ok(Some(Item::Char('\u{8}'))),
            '\\' => self.item().map(Some),
            c => Ok(Some(Item::Char(c))),
        }
    }
}

/// Counts the groups that take part in references, and tells whether one has a name.
fn groups(text: &str) -> (usize, bool) {
    let (mut count, mut has_names, mut in_class) = (0, false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_named = rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!");
        match c {
            '\\' => rest = &rest[1..],
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class && (is_named || !rest.starts_with("(?")) => {
                count += 1;
                has_names |= is_named;
            }
            _ => {}
        }
        rest = rest.chars().next().map_or("", |c| &rest[c.len_utf8()..]);
    }
    (count, has_names)
}

/// Returns the length of a counted quantifier such as `{2,5}` that a text begins with, and its greater number.
fn counted(text: &str) -> Option<(usize, usize)> {
    let inside = text.strip_prefix('{')?.split_once('}')?.0;
    let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(low) || !(high.is_empty() || is_number(high)) {
        return None;
    }
    let number = |text: &str| text.parse().unwrap_or(usize::MAX);
    Some((inside.len() + 2, number(if high.is_empty() { low } else { high })))
}

/// Writes a character so that it stands for itself, in a class and outside.
fn push(out: &mut String, c: char) {
    if c.is_alphanumeric() {
        out.push(c);
    } else {
        out.extend(["\\x{", &format!("{:X}", u32::from(c)), "}"]);
    }
}

/// Adds an item to the inside of a class.
fn add(inside: &mut String, item: &Item) {
    match item {
        Item::Char(c) => push(inside, *c),
        Item::Set(set, false) => inside.push_str(set),
        Item::Set(set, true) => inside.extend(["[^", set, "]"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    #[test]
    fn patterns_are_read_as_ecmascript_reads_them() {
        for (text, fit, unfit) in [
            (r"\d+", "0123", "٣"),
            (r"\w+", "a_Z9", "é"),
            (r"\W", "é", "e"),
            (r"a\sb", "a\u{FEFF}b", "a\u{85}b"),
            (r"a.b", "aéb", "a\u{2028}b"),
            (r"[\d.-]+", "1.2-3", "1,2"),
            (r"[^\W\d]+", "abc", "ab1"),
            (r"[\w-z]+", "a-z", "é"),
            (r"[[a&&b]+", "[a&", "]"),
            (r"[^]", "\n", ""),
            (r"a|[]", "a", "b"),
            (r"x{,2}", "x{,2}", "xx"),
            (r"x{2}", "xx", "x"),
            (r"x{2,3}?", "xxx", "xxxx"),
            (r"a{b}", "a{b}", "ab"),
            (r"]}", "]}", "]"),
            (r"\x41\u0042\cJ\0", "AB\n\0", "AB"),
            (r"\uD83D\uDE00", "😀", "😁"),
            (r"\u{2}\p{L}", "uup{L}", "é"),
            (r"\-\#\ \/", "-# /", "-#"),
            (r"[\b]", "\u{8}", "b"),
            (r".*\bna\b.*", "é na", "ana"),
            (r"^a|b$", "b", "ab"),
            (r"(?:ab)+", "abab", "aba"),
            (r"(?<year>[0-9]{4})", "2014", "14"),
            (r"(a)(b)\2\1", "abba", "abab"),
            (r"(?<q>['|])x\k<q>", "'x'", "'x|"),
            (r"(?=.*[0-9])(?!x).+", "a1", "x1"),
            (r"(?<=^|a)b|ab", "ab", "cb"),
            (r"(?=.\b)..|..(?=\B)", "éa", "ab"),
            ("", "", "a"),
        ] {
            assert_eq!(pattern(text).fits(fit), Some(true), "{text} {fit:?}");
            assert_eq!(pattern(text).fits(unfit), Some(false), "{text} {unfit:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "(",
            ")",
            "a)(b",
            "[",
            "[a",
            "+",
            "a++",
            "a**",
            "^*",
            "(*a)",
            "(?",
            "(?a)",
            "(?i)a",
            "(?<a",
            "(?<a)>b)",
            "[b-a]",
            "\\",
            r"\1",
            r"(a)\2",
            r"[\1]",
            r"\07",
            r"\uD83D",
            "x{3,2}",
            "{2}",
            "|*",
            r"\k<a>(?<b>c)",
        ] {
            assert_eq!(Pattern::new(text).err(), Some(Unusable::Wrong), "{text}");
        }
        for text in [
            "(a{1000}){1000}",
            "((a{100}){100}){100}",
            "(?=(((a{99}){99}){99}){99})",
            &"(a".repeat(50_000),
            &"[^a]{0,9}".repeat(9000),
        ] {
            assert_eq!(Pattern::new(text).err(), Some(Unusable::TooLarge), "{text:.40}");
        }
        for text in [".{0,5000}", r"\w{2000}", &format!("{}a{}", "(".repeat(90), ")".repeat(90))] {
            assert!(Pattern::new(text).is_ok(), "{text:.40}");
        }
    }

    /// Each of these takes longer than a life on an engine that goes back without a bound.
    #[test]
    fn csvw_format_backtracks() {
        let long = format!("{}!", "a".repeat(40));
        for text in [
            "(a+)+$",
            "(a*)*$",
            "(a|a)*$",
            "(a|aa)+$",
            "(.*a){20}b",
            "([a-z]+)*b",
            "(a?){40}a{40}b",
            "(a+a+)+b",
            "((a+)+)+$",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
            r"(\w+\s?)*$",
            "(?:a*a*a*a*a*a*)*b",
            "(x+x+)+y|(a+)+$",
        ] {
            assert_eq!(pattern(text).fits(&long), Some(false), "{text}");
        }
        // The engine finds out by itself what of these cannot fit; the others are given up.
        for text in [
            r"(a+)+\1b",
            r"(?:(a|aa)+)+\1$",
            "(?=a)(a+)+$",
            "((?=a)a+)+b",
            "(?:(?!b)a*)*(?<=a)b",
            r"(.*)\1(.*)\2(.*)\3b",
        ] {
            assert_ne!(pattern(text).fits(&long), Some(true), "{text}");
        }
        assert_eq!(pattern("(?:(?=a)a|a(?=a)|(?=aa)aa)*[!b]b").fits(&long), None);
        let (linear, bounded) = (pattern("(a+)+"), pattern("(?=a)(a+)+"));
        assert_eq!((linear.fits(&"a".repeat(1 << 20)), bounded.fits(&"a".repeat(1 << 20))), (Some(true), None));
        // Counted rounds that neither go on nor back.
        assert!(Pattern::new("((?=a)){1000000000}").is_err());
    }
}
