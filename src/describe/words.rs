//! What is said of a column. In: what was decided, and what else was possible. Out: sentences.

use super::column::Column;
use super::number::unit;
use super::placeholder::Placeholder;
use super::profile::{ColumnProfile, Profile};
use super::reading::{Kind, Order, Reading, Verdict};
use super::rules::Rules;
use super::{Note, counted, shown};

/// How many of ten values make a reading the likely one, though not all can be read so.
const MOST: usize = 8;

/// Returns names, parted by commas.
pub(super) fn list(names: &[String]) -> String {
    names.join(", ")
}

/// Says how a column is read, and what leaves no other reading.
pub(super) fn reading_words(
    column: &Column,
    found: &ColumnProfile,
    at: usize,
    reading: &Reading,
    verdict: Verdict,
    reason: &str,
    read: &Profile,
) -> Note {
    let name = column.shown();
    let several = match column.separator {
        Some(separator) => format!(", several in a cell, parted by `{separator}`"),
        None => String::new(),
    };
    let example = found.sample.first().map(|(_, text)| shown(text)).unwrap_or_default();
    match verdict {
        Verdict::PointOrComma(..) => {
            let example =
                found.sample.iter().find(|(_, text)| text.contains(['.', ','])).map_or(example, |s| s.1.clone());
            let meaning = plain(&example, reading.kind);
            return Note::unsure(format!(
                "{name}: `{example}` may be one thousand and more, or one and a bit; read as {meaning}, {reason}"
            ));
        }
        Verdict::DayOrMonth(..) => {
            let first = if reading.kind == Kind::Date(Order::Month) || reading.kind == Kind::DateTime(Order::Month) {
                "month"
            } else {
                "day"
            };
            let title = &reading.title;
            return Note::unsure(format!(
                "{name}: day and month could change places in every value, as in `{example}`; read {first} first \
                 ({title}), {reason}"
            ));
        }
        Verdict::Text | Verdict::Is(_) => {}
    }
    let other = other_ended(column, found, at, reading, read);
    let proof = other.map(|text| format!(": `{text}` leaves no other reading")).unwrap_or_default();
    let text = match reading.kind {
        Kind::Boolean => {
            let values: Vec<&str> = reading.title.split('|').collect();
            let only = values.iter().find(|value| found.sample.iter().all(|(_, text)| text == *value));
            let words = format!("{name}: yes or no, written `{}` and `{}`{several}", values[0], values[1]);
            return match only {
                Some(only) => Note::unsure(format!("{words}, though only `{only}` stands there")),
                None => Note::sure(words),
            };
        }
        Kind::Integer('.', None) if is_compact_date(column, found, read) => {
            return Note::unsure(format!(
                "{name}: whole numbers{several}, though `{example}` and the others could be days (yyyyMMdd)"
            ));
        }
        Kind::Integer('.', None) => format!("{name}: whole numbers{several}"),
        Kind::Integer(..) => format!("{name}: {}{several}{proof}", noun(reading)),
        Kind::Decimal(..) => {
            let per_cent = if found.sample.iter().any(|(_, text)| text.ends_with('%')) {
                "; per cent count as hundredths"
            } else {
                ""
            };
            format!("{name}: {}{several}{proof}{per_cent}", reading.title)
        }
        Kind::Date(Order::Year) | Kind::DateTime(Order::Year) => format!("{name}: {}{several}", dated(reading)),
        Kind::Date(order) | Kind::DateTime(order) => {
            let first = if order == Order::Day { "day" } else { "month" };
            format!("{name}: {}, {first} first{several}{proof}", dated(reading))
        }
        Kind::Time => format!("{name}: times of day of the form {}{several}", reading.title),
        Kind::Year => format!("{name}: years{several}"),
        Kind::Edtf => match vague(found) {
            Some(text) => format!("{name}: dates of EDTF, some of them vague, such as `{text}`{several}"),
            None => format!("{name}: dates of EDTF{several}"),
        },
        Kind::Address => format!("{name}: web addresses{several}"),
    };
    Note::sure(text)
}

fn is_compact_date(column: &Column, found: &ColumnProfile, read: &Profile) -> bool {
    let alive = column.separator.map_or(&found.whole, |separator| &found.parted[&separator]);
    alive.readings.iter().any(|&at| read.readings[at].kind == Kind::Date(Order::Year))
}

fn dated(reading: &Reading) -> String {
    let what = if matches!(reading.kind, Kind::Date(_)) { "dates" } else { "dates with a time" };
    format!("{what} of the form {}", reading.title)
}

fn vague(found: &ColumnProfile) -> Option<&str> {
    let is_vague = |text: &str| text.len() != 10 || text.contains(['X', '?', '~', '%', '[']);
    let mut texts = found.sample.iter().map(|(_, text)| text.as_str());
    texts.find(|text| is_vague(text))
}

/// Returns the value that ended the reading with which this one is easily confused.
fn other_ended(column: &Column, found: &ColumnProfile, at: usize, reading: &Reading, read: &Profile) -> Option<String> {
    let rival = |kind: Kind| match (reading.kind, kind) {
        (Kind::Date(Order::Day), Kind::Date(Order::Month))
        | (Kind::Date(Order::Month), Kind::Date(Order::Day))
        | (Kind::DateTime(Order::Day), Kind::DateTime(Order::Month))
        | (Kind::DateTime(Order::Month), Kind::DateTime(Order::Day)) => true,
        (Kind::Integer(own, Some(_)) | Kind::Decimal(own, _), Kind::Decimal(other, _)) => own != other,
        _ => false,
    };
    let alive = column.separator.map_or(&found.whole, |separator| &found.parted[&separator]);
    // Of the rivals the last to be ended had most in common with what is there.
    let ended = alive.ended.iter().filter(|(other, _)| **other != at && rival(read.readings[**other].kind));
    ended.max_by_key(|(other, (row, _))| (*row, std::cmp::Reverse(**other))).map(|(_, (_, text))| text.clone())
}

/// Returns a number as the reading takes it, without marks.
fn plain(text: &str, kind: Kind) -> String {
    let (Kind::Integer(decimal, group) | Kind::Decimal(decimal, group)) = kind else { return text.to_owned() };
    text.chars().filter(|c| Some(*c) != group).map(|c| if c == decimal { '.' } else { c }).collect()
}

/// Says why a column is left as text where its values look like something else.
pub(super) fn text_words(column: &Column, found: &ColumnProfile, readings: &[Reading], rules: &Rules) -> Option<Note> {
    let name = column.shown();
    if let Some(separator) = column.separator {
        return Some(Note::unsure(format!(
            "{name}: several texts in a cell, parted by `{separator}`; if that is not so, remove `separator`"
        )));
    }
    if found.filled == 0 {
        return Some(Note::unsure(format!("{name}: no value in any row, so nothing is said of it")));
    }
    let is_likely = |count: usize| count * 10 >= found.sample.len() * MOST;
    let best = readings
        .iter()
        .filter(|reading| !matches!(reading.kind, Kind::Boolean | Kind::Year))
        .map(|reading| (found.sample.iter().filter(|(_, text)| reading.takes(text)).count(), reading))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((count, reading)) = best
        && count > 1
        && is_likely(count)
    {
        let ended =
            readings.iter().position(|other| std::ptr::eq(other, reading)).and_then(|at| found.whole.ended.get(&at));
        if let Some((row, text)) = ended {
            let what = noun(reading);
            return Some(Note::unsure(format!(
                "{name}: kept as text, because `{text}` in row {row} is none of the {what} that most others are"
            )));
        }
    }
    let dated = found.sample.iter().filter(|(_, text)| looks_like_date(text, &rules.months)).count();
    if dated > 0 && is_likely(dated) {
        let example = shown(&found.sample.iter().find(|(_, text)| looks_like_date(text, &rules.months))?.1);
        return Some(Note::unsure(format!(
            "{name}: kept as text, because CSVW has no pattern for all these dates (`{example}`); write them like \
             2013-12-31 or 31/12/2013 to have them as dates"
        )));
    }
    let units: Vec<&str> = found.sample.iter().filter_map(|(_, text)| unit(text)).collect();
    let first = units.first()?;
    is_likely(units.iter().filter(|unit| *unit == first).count()).then(|| {
        Note::unsure(format!(
            "{name}: kept as text, because CSVW has no pattern for numbers with a unit; with `{}` in the header and not in \
             the cells they would be numbers",
            shown(first)
        ))
    })
}

fn noun(reading: &Reading) -> String {
    match reading.kind {
        Kind::Integer(_, Some(group)) => format!("whole numbers with `{group}` between groups"),
        Kind::Integer(_, None) => "whole numbers".to_owned(),
        Kind::Decimal(..) | Kind::Address => reading.title.clone(),
        Kind::Edtf => "dates of EDTF".to_owned(),
        Kind::Date(_) | Kind::DateTime(_) => dated(reading),
        _ => format!("values of the form {}", reading.title),
    }
}

/// Tells whether a text is a date as people write it: with the name of a month, or three numbers.
fn looks_like_date(text: &str, months: &[String]) -> bool {
    let folded = crate::facts::slug(text);
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_month =
        |word: &str| word.chars().all(char::is_alphabetic) && months.iter().any(|month| word.starts_with(month));
    let numbers: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    has_digit && text.len() < 30 && folded.split('-').any(is_month)
        || numbers.len() == 3 && numbers.iter().all(is_number)
}

/// Says which texts stand for no value, and which may.
pub(super) fn missing_words(column: &Column, found: &ColumnProfile) -> Vec<Note> {
    let name = column.shown();
    let cells =
        |text: &str| found.nulls.get(text).or_else(|| found.doubtful_nulls.get(text)).copied().unwrap_or_default();
    let mut notes = Vec::new();
    if !column.nulls.is_empty() {
        let codes: Vec<String> =
            column.nulls.iter().map(|text| format!("`{text}` ({})", counted(cells(text), "cell", "cells"))).collect();
        let verb = if codes.len() == 1 { "stands" } else { "stand" };
        notes.push(Note::sure(format!("{name}: {} {verb} for no value", list(&codes))));
    }
    if column.kind.is_none() && !found.doubtful_nulls.is_empty() {
        let codes: Vec<String> = found.doubtful_nulls.keys().map(|text| format!("`{text}`")).collect();
        notes.push(Note::unsure(format!(
            "{name}: {} may stand for no value; kept as text, unless you add it to `null`",
            list(&codes)
        )));
    }
    notes
}

/// Says which dates are likely to stand for something else, and what to write in their place.
pub(super) fn placeholder_words(column: &Column, found: &ColumnProfile) -> Vec<Note> {
    let is_edtf = column.kind == Some(Kind::Edtf);
    if !is_edtf && !matches!(column.kind, Some(Kind::Date(_) | Kind::DateTime(_) | Kind::Year)) {
        return Vec::new();
    }
    let words = |(text, (meaning, cells)): (&String, &(Placeholder, u64))| {
        let remedy = match meaning {
            Placeholder::GoesOn if is_edtf => "a placeholder for what goes on; write `..` there",
            Placeholder::GoesOn => {
                "a placeholder for what goes on; write `..` there and the others like 2013-12-31, or add it to `null`"
            }
            Placeholder::NotKnown => {
                "a placeholder for a date that is not known; add it to `null`, unless the day is meant"
            }
            Placeholder::TwoDigits => "a year of two digits; write the century too",
        };
        let (name, cells) = (column.shown(), counted(*cells, "cell", "cells"));
        Note::unsure(format!("{name}: `{}` ({cells}) looks like {remedy}", shown(text)))
    };
    found.placeholders.iter().map(words).collect()
}
