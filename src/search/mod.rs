//! Search by words. In: a dataset, as a view shows it. Out: an [`Index`](crate::search::Index), and of words the entities, sources and
//! facts that have them in a label, an alias, a title, a note or a text, in any language. Case, accents and punctuation do
//! not matter. Not here: what is seen (`view`), questions by structure (`query`).

mod fold;
mod reader;
mod snippet;

use std::collections::BTreeSet;

use csvw::nearest;
use rustc_hash::FxHashMap;

pub use fold::fold;
use reader::Reader;

use crate::graph::Identity;
use crate::store::Columns;

/// A text of a thing, ready to be searched.
#[derive(Debug, Clone)]
struct Text {
    field: Field,
    written: String,
    words: Vec<String>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Label, in any language.
    Label,
    /// Alias, in any language.
    Alias,
    /// Title of a source.
    Title,
    /// Id.
    Id,
    /// Text that a fact states, such as the words of a claim.
    Text,
    /// Remark of the researcher.
    Note,
}

impl Field {
    /// Returns the name, in one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Alias => "alias",
            Self::Title => "title",
            Self::Id => "id",
            Self::Text => "text",
            Self::Note => "note",
        }
    }

    /// Tells whether texts there are names.
    const fn is_name(self) -> bool {
        matches!(self, Self::Label | Self::Alias | Self::Title)
    }

    /// A word in a name tells more than one in a remark.
    const fn weight(self) -> u32 {
        match self {
            Self::Label => 8,
            Self::Alias | Self::Title => 6,
            Self::Id => 4,
            Self::Text => 2,
            Self::Note => 1,
        }
    }
}

/// All texts of a case by what they are about.
#[derive(Debug, Clone, Default)]
pub struct Index {
    things: Vec<Thing>,
}

#[derive(Debug, Clone)]
struct Thing {
    iri: String,
    class: String,
    label: String,
    joins: Vec<String>,
    texts: Vec<Text>,
}

/// Something that has the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// IRI of the entity, source or fact.
    pub iri: String,
    /// Name of its class, such as `Company`, `Source` or `Fact`.
    pub class: String,
    /// Its label; of a fact its sentence.
    pub label: String,
    /// Ids of the other entities that were decided to be one with it, sorted.
    pub joins: Vec<String>,
    /// Where the best match stands.
    pub field: Field,
    /// The words around the match.
    pub snippet: String,
    /// How well it fits: the greater, the better.
    pub score: u32,
    /// Whether a word of the query stands only inside a longer word of a name, as `soft` in `Microsoft`.
    pub is_inside: bool,
}

/// Least letters of a word that is found inside others.
const LEAST_INSIDE: usize = 3;

impl Index {
    /// Reads the texts of a case; labels of hits are in `lang` where there are any, else without a language. Entities that
    /// are one are one thing, which goes by the names and ids of all.
    pub fn of(columns: &Columns, base: &str, lang: &str) -> Self {
        let identity = Identity::of_columns(columns);
        let mut reader = Reader { columns, lang, identity: &identity, labels: FxHashMap::default() };
        let id = |iri: &str| iri.strip_prefix(base).unwrap_or(iri).to_owned();
        let mut things = Vec::new();
        for (number, class) in reader.classes() {
            let iri = columns.text(number);
            if identity.of(&iri) != iri {
                continue;
            }
            let others: Vec<(&String, String)> = identity.others(&iri).iter().map(|other| (other, id(other))).collect();
            let mut texts = reader.texts(number);
            texts.push((Field::Id, id(&iri)));
            texts.extend(others.iter().flat_map(|(iri, id)| reader.other_names(iri, id)));
            things.push(Thing {
                label: reader.title(number, &iri),
                joins: others.into_iter().map(|(_, id)| id).collect(),
                texts: prepared(texts),
                iri,
                class,
            });
        }
        Self { things }
    }

    /// Finds what has all the words, each at the beginning of a word or inside one of a name, and at most `most` of it: the
    /// best first, what has a word only inside another last, equals by IRI. Words in double quotes stand next to each other.
    pub fn search(&self, query: &str, most: usize) -> Vec<Hit> {
        let wanted = phrases(query);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<Hit> = self.things.iter().filter_map(|thing| thing.fits(&wanted)).collect();
        hits.sort_by(|a, b| {
            let place = a.is_inside.cmp(&b.is_inside).then(b.score.cmp(&a.score));
            place.then_with(|| a.iri.cmp(&b.iri))
        });
        hits.truncate(most);
        hits
    }

    /// Returns the query with the words that no name has as the nearest word of a name; none where nothing is near.
    pub fn suggestion(&self, query: &str) -> Option<String> {
        let names = self.things.iter().flat_map(|thing| &thing.texts).filter(|text| text.field.is_name());
        let known: BTreeSet<&str> = names.flat_map(|text| &text.words).map(String::as_str).collect();
        let wanted = words(query);
        let near = |word: &String| {
            let is_known = known.iter().any(|name| begins_with(name, word) || is_inside(name, word));
            if is_known { Some(word.clone()) } else { nearest(word, known.iter().copied()).map(str::to_owned) }
        };
        let found: Vec<String> = wanted.iter().map(near).collect::<Option<_>>()?;
        (found != wanted).then(|| found.join(" "))
    }
}

impl Thing {
    fn fits(&self, wanted: &[Vec<String>]) -> Option<Hit> {
        let (mut score, mut is_inside) = (0, false);
        let mut best: Option<(Match, &Text, &str)> = None;
        for phrase in wanted {
            let matches = self.texts.iter().filter_map(|text| Some((text.score(phrase)?, text)));
            let (found, text) = matches.max_by(|a, b| a.0.cmp(&b.0).then(b.1.field.cmp(&a.1.field)))?;
            score += found.points;
            is_inside |= !found.at_start;
            if best.is_none_or(|(most, ..)| found > most) {
                best = Some((found, text, phrase.first()?.as_str()));
            }
        }
        let all: Vec<&String> = wanted.iter().flatten().collect();
        if self.texts.iter().any(|text| text.field <= Field::Alias && text.words.iter().eq(all.iter().copied())) {
            score += 20;
        }
        let (_, text, word) = best?;
        Some(Hit {
            iri: self.iri.clone(),
            class: self.class.clone(),
            label: self.label.clone(),
            joins: self.joins.clone(),
            field: text.field,
            snippet: snippet::around(&text.written, word),
            score,
            is_inside,
        })
    }
}

/// How a text has a phrase; the greater, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    at_start: bool,
    points: u32,
}

impl Text {
    /// Returns how a text has a phrase; none where it has not. Only the last word of a phrase may be cut short, and only
    /// one that stands alone is looked for inside words, of names alone: a remark has too many.
    fn score(&self, phrase: &[String]) -> Option<Match> {
        let (last, front) = phrase.split_last()?;
        let weight = self.field.weight();
        let is_whole = self.words.windows(phrase.len()).any(|words| words == phrase);
        let begins = || {
            self.words
                .windows(phrase.len())
                .any(|words| words.split_last().is_some_and(|(end, begin)| begin == front && begins_with(end, last)))
        };
        if is_whole {
            return Some(Match { at_start: true, points: weight * 2 });
        }
        if begins() {
            return Some(Match { at_start: true, points: weight });
        }
        let is_inside = front.is_empty() && self.field.is_name() && self.words.iter().any(|word| is_inside(word, last));
        is_inside.then_some(Match { at_start: false, points: weight })
    }
}

/// Tells whether a word stands inside another, and is long enough not to do so by chance.
fn is_inside(word: &str, part: &str) -> bool {
    part.chars().count() >= LEAST_INSIDE && word.contains(part)
}

/// Tells whether a word begins with another; where a script writes no spaces, it may stand anywhere in it.
fn begins_with(word: &str, begin: &str) -> bool {
    word.starts_with(begin) || (!begin.is_ascii() && word.contains(begin))
}

/// Returns the words of a text, folded.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns the words of a query, each by itself, and those in quotes together.
fn phrases(query: &str) -> Vec<Vec<String>> {
    let mut phrases = Vec::new();
    for (place, part) in query.split('"').enumerate() {
        let words = words(part);
        if place % 2 == 1 {
            phrases.push(words);
        } else {
            phrases.extend(words.into_iter().map(|word| vec![word]));
        }
    }
    phrases.retain(|phrase| !phrase.is_empty());
    phrases
}

/// Splits texts into their words. A source has its title as its label too; the title is enough.
fn prepared(mut texts: Vec<(Field, String)>) -> Vec<Text> {
    texts.sort_unstable();
    texts.dedup();
    let titles: BTreeSet<String> =
        texts.iter().filter(|(field, _)| *field == Field::Title).map(|(_, text)| text.clone()).collect();
    let texts = texts.into_iter().filter(|(field, text)| *field != Field::Label || !titles.contains(text));
    texts.map(|(field, written)| Text { field, words: words(&written), written }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;
    use crate::store::CaseStore;
    use crate::view::View;
    use crate::vocab::local_name;

    fn index_of(data: &CaseStore) -> Index {
        Index::of(&Columns::of(data.columns()).expect("columns"), BASE, "en")
    }

    fn index() -> Index {
        let mut quads = affair();
        quads.entity("societe", "Company", "Société Générale").label("letter", "de", "Brief an die Straße");
        quads.entity("weiruan", "Company", "微软公司");
        index_of(&quads.store())
    }

    const BASE: &str = "https://example.org/t/id/";

    fn found(query: &str) -> Vec<String> {
        index().search(query, 9).into_iter().map(|hit| local_name(&hit.iri).to_owned()).collect()
    }

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(found("SOCIETE generale"), ["societe"]);
        assert_eq!(found("strasse"), ["letter"]);
        assert_eq!(found("软公"), ["weiruan"]);
    }

    #[test]
    fn a_word_may_be_cut_short_and_all_words_must_be_there() {
        assert_eq!(found("lett firm"), ["letter"]);
        assert_eq!(found("letter ministry"), Vec::<String>::new());
        assert_eq!(found("   "), Vec::<String>::new());
    }

    #[test]
    fn the_one_that_is_called_so_comes_first() {
        assert_eq!(found("firm")[..2], ["firm", "letter"]);
    }

    #[test]
    fn what_stands_inside_a_word_of_a_name_comes_last_and_nowhere_else() {
        assert_eq!(found("inistr"), ["ministry"], "inside a label");
        assert_eq!(index().search("etter", 9).iter().filter(|hit| !hit.is_inside).count(), 0);
        assert_eq!(found("ir"), Vec::<String>::new(), "two letters are anywhere");
        assert_eq!(found("beys"), Vec::<String>::new(), "not inside the words of a claim");
        assert_eq!(found("\"letter to irm\""), Vec::<String>::new(), "not inside what is quoted");
        let hits = index().search("firm", 9);
        assert!(hits.is_sorted_by_key(|hit| hit.is_inside), "{hits:?}");
    }

    #[test]
    fn words_in_quotes_stand_next_to_each_other() {
        assert_eq!(found("\"letter to firm\""), ["letter"]);
        assert_eq!(found("\"firm letter\""), Vec::<String>::new());
    }

    #[test]
    fn what_a_claim_says_is_found_with_its_sentence() {
        let hits = index().search("obeys", 9);
        assert_eq!((hits[0].field, hits[0].class.as_str()), (Field::Text, "Fact"));
        assert_eq!(hits[0].label, "Firm affirms “it obeys the law”");
        assert_eq!(hits[0].snippet, "it obeys the law");
    }

    /// What is found in the affair with a second entry of the firm: each hit with its label and what it joins.
    fn found_with(decisions: &[(&str, &str, &str)], known_on: Option<&str>, query: &str) -> Vec<String> {
        let mut quads = affair();
        quads.entity("weir-2", "Company", "Weir Works");
        quads.fact("X1", ["weir-2", "affirms", "\"it sold the mill"], ["2014", "2014", "2014"], "confirmed");
        for (id, decision, day) in decisions {
            quads.fact(id, ["firm", decision, "weir-2"], ["0001", "9999", day], "asserted");
        }
        let view = View { known_on: known_on.map(|day| day.parse().expect("a day")), ..View::default() };
        let data = view.of(&quads.store()).expect("a view");
        let index = index_of(&data);
        let told = |hit: Hit| format!("{}: {} ({})", local_name(&hit.iri), hit.label, hit.joins.join(", "));
        index.search(query, 9).into_iter().filter(|hit| !hit.label.contains("Entity")).map(told).collect()
    }

    #[test]
    fn what_was_decided_to_be_one_is_found_as_one_by_all_its_names_until_that_is_taken_back() {
        let (same, back) = (("D1", "sameEntity", "2026-01-01"), ("D2", "differentEntity", "2026-02-01"));
        let apart = ["weir-2: Weir Works ()"];
        assert_eq!(found_with(&[], None, "weir works"), apart);
        for name in ["weir works", "weir-2", "works firm"] {
            assert_eq!(found_with(&[same], None, name), ["firm: Firm (weir-2)"], "{name}");
        }
        assert_eq!(found_with(&[same], None, "sold the mill"), ["X1: Firm affirms “it sold the mill” ()"]);
        assert_eq!(found_with(&[same], Some("2025-12-31"), "weir works"), apart, "nobody knew of it yet");
        for query in ["weir works", "firm", "mill"] {
            assert_eq!(found_with(&[same, back], None, query), found_with(&[], None, query), "{query}");
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        assert_eq!(index().suggestion("letter minstry").as_deref(), Some("letter ministry"));
        assert_eq!(index().suggestion("xyzzy"), None);
    }
}
