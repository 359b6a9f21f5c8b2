//! Which reading a column gets. In: the readings that take all its values. Out: a decided column, and what it rests on.
//! Where the values leave two readings, the other columns and the delimiter decide, and a note says so.

use super::column::Column;
use super::layout::Layout;
use super::name::names;
use super::placeholder::Placeholder;
use super::profile::{Alive, ColumnProfile, Profile};
use super::reading::{Kind, Order, Reading, Verdict};
use super::roles::role_of;
use super::rules::Rules;
use super::words::{list, missing_words, placeholder_words, reading_words, text_words};
use super::{Hints, Note};

/// Longest part of a cell that may be one of several values, in characters.
const PART: usize = 40;

/// What the columns that leave no doubt say about the others.
#[derive(Debug, Default)]
struct Habits {
    point: usize,
    comma: usize,
    day: usize,
    month: usize,
}

/// Decides all columns.
pub(super) fn decide(
    read: &Profile,
    layout: &Layout,
    rules: &Rules,
    hints: &Hints,
    notes: &mut Vec<Note>,
) -> Vec<Column> {
    let headers: Vec<String> = read.columns.iter().map(|column| column.header.clone()).collect();
    let headers = if layout.has_header { headers } else { vec![String::new(); read.columns.len()] };
    let given = roles(&headers, rules);
    let verdicts: Vec<_> = read
        .columns
        .iter()
        .zip(&given)
        .map(|(column, role)| {
            let separator = separator(column, role.as_deref(), &read.readings);
            let alive = separator.map_or(&column.whole, |separator| &column.parted[&separator]);
            let verdict =
                if column.filled == 0 { Verdict::Text } else { verdict(alive, role.as_deref(), &read.readings) };
            // Where an end is to be written as `..`, the datatype must allow it.
            let is_kind = |at: usize, kinds: &[Kind]| kinds.contains(&read.readings[at].kind);
            let edtf = alive.readings.iter().copied().find(|&at| is_kind(at, &[Kind::Edtf]));
            match (verdict, edtf) {
                (Verdict::Is(at), Some(edtf))
                    if is_kind(at, &[Kind::Date(Order::Year), Kind::Year]) && column.has(Placeholder::GoesOn) =>
                {
                    (separator, Verdict::Is(edtf))
                }
                _ => (separator, verdict),
            }
        })
        .collect();
    let habits = Habits::of(verdicts.iter().map(|(_, verdict)| *verdict), &read.readings);
    let names = names(&headers);
    let mut texts = Vec::new();
    let mut columns = Vec::new();
    for (at, found) in read.columns.iter().enumerate() {
        let (separator, verdict) = verdicts[at];
        let (reading, reason) = habits.settle(verdict, layout, hints);
        let reading = reading.map(|at| (at, &read.readings[at]));
        let mut column = Column {
            name: names[at].clone(),
            title: layout.has_header.then(|| found.header.clone()),
            role: given[at].clone(),
            datatype: reading.map(|(_, reading)| reading.json.clone()),
            kind: reading.map(|(_, reading)| reading.kind),
            separator,
            nulls: found.nulls.keys().cloned().collect(),
            is_required: read.rows > 0 && found.missing() == 0 && separator.is_none(),
        };
        if reading.is_some() {
            column.nulls.extend(found.doubtful_nulls.keys().cloned());
            column.is_required &= found.doubtful_nulls.is_empty();
        }
        column.nulls.sort();
        if !fits_role(&column, found, rules) {
            column.role = None;
        }
        match reading {
            Some((at, reading)) => notes.push(reading_words(&column, found, at, reading, verdict, reason, read)),
            None => match text_words(&column, found, &read.readings, rules) {
                Some(note) => notes.push(note),
                None => texts.push(column.shown()),
            },
        }
        notes.extend(missing_words(&column, found));
        notes.extend(placeholder_words(&column, found));
        columns.push(column);
    }
    if !texts.is_empty() {
        notes.push(Note::sure(format!("texts: {}", list(&texts))));
    }
    let required: Vec<String> = columns.iter().filter(|column| column.is_required).map(Column::shown).collect();
    if !required.is_empty() {
        notes.push(Note::sure(format!("never empty, so required: {}", list(&required))));
    }
    columns
}

/// Gives each role to one column: the first whose whole header is a word for it, else the first that has such a word.
fn roles(headers: &[String], rules: &Rules) -> Vec<Option<String>> {
    let found: Vec<_> = headers.iter().map(|header| role_of(header, rules)).collect();
    let best = |role: &str| {
        let at = |whole: bool| found.iter().position(|found| *found == Some((role, whole)));
        at(true).or_else(|| at(false))
    };
    let own = |at: usize| found[at].filter(|(role, _)| best(role) == Some(at)).map(|(role, _)| role.to_owned());
    (0..headers.len()).map(own).collect()
}

fn fits_role(column: &Column, found: &ColumnProfile, rules: &Rules) -> bool {
    let Some(name) = column.role.as_deref() else { return true };
    let is_text = column.kind.is_none();
    match rules.role[name].is.as_deref() {
        Some("date") => {
            let is_date = matches!(column.kind, Some(Kind::Date(_) | Kind::Edtf | Kind::Year));
            is_date && column.separator.is_none() && (name == "date-end" || !found.has_open_end)
        }
        Some(_) => column.kind == Some(Kind::Address),
        None if name == "id" || name == "year" => true,
        None => is_text,
    }
}

/// Returns the text between several values, where the cells hold several.
fn separator(column: &ColumnProfile, role: Option<&str>, readings: &[Reading]) -> Option<char> {
    let whole = verdict(&column.whole, role, readings);
    let is_address = |verdict: Verdict| matches!(verdict, Verdict::Is(at) if readings[at].kind == Kind::Address);
    column.parted.iter().filter(|(_, parted)| parted.cells > 0).find_map(|(separator, parted)| {
        let inside = verdict(parted, role, readings);
        // An address may hold a semicolon, but not a second scheme.
        let two_addresses = || column.sample.iter().any(|(_, text)| text.matches("://").count() > 1);
        let is_list = match (whole, inside) {
            (Verdict::Text, Verdict::Text) => {
                let is_prose = parted.longest > PART || role == Some("note");
                !is_prose && (*separator == '|' || parted.cells > 1 && parted.cells * 10 >= column.filled)
            }
            (Verdict::Text, _) => true,
            _ if is_address(whole) && is_address(inside) => two_addresses(),
            _ => false,
        };
        is_list.then_some(*separator)
    })
}

/// Returns what the readings that are left amount to.
fn verdict(alive: &Alive, role: Option<&str>, readings: &[Reading]) -> Verdict {
    let first = |fits: &dyn Fn(Kind) -> bool| alive.readings.iter().copied().find(|&at| fits(readings[at].kind));
    let role = role.unwrap_or_default();
    let is_dated = role == "known-since" || role.starts_with("date-");
    let is_year = |kind: Kind| (is_dated || role == "year") && kind == Kind::Year;
    let is_compact = |kind: Kind| is_dated && kind == Kind::Date(Order::Year);
    if let Some(at) = first(&|kind| kind == Kind::Boolean).or_else(|| first(&is_year)).or_else(|| first(&is_compact)) {
        return Verdict::Is(at);
    }
    if let Some(at) = first(&|kind| kind == Kind::Integer('.', None)) {
        return Verdict::Is(at);
    }
    let number = |mark: char| {
        first(&|kind| matches!(kind, Kind::Integer(decimal, _) if decimal == mark))
            .or_else(|| first(&|kind| matches!(kind, Kind::Decimal(decimal, _) if decimal == mark)))
    };
    match (number('.'), number(',')) {
        // Without decimals, and with the same mark between groups, both are the same number.
        (Some(point), Some(comma)) if are_same(readings[point].kind, readings[comma].kind) => {
            return Verdict::Is(point);
        }
        (Some(point), Some(comma)) => return Verdict::PointOrComma(point, comma),
        (Some(at), None) | (None, Some(at)) => return Verdict::Is(at),
        (None, None) => {}
    }
    for of in [Kind::Date as fn(Order) -> Kind, Kind::DateTime] {
        let ordered = |order: Order| first(&|kind| kind == of(order));
        match (ordered(Order::Year), ordered(Order::Day), ordered(Order::Month)) {
            (Some(at), ..) | (None, Some(at), None) | (None, None, Some(at)) => return Verdict::Is(at),
            (None, Some(day), Some(month)) => return Verdict::DayOrMonth(day, month),
            (None, None, None) => {}
        }
    }
    let rest = |kind: Kind| matches!(kind, Kind::Time | Kind::Edtf | Kind::Address);
    first(&rest).map_or(Verdict::Text, Verdict::Is)
}

/// Tells whether two readings of whole numbers differ in nothing.
fn are_same(a: Kind, b: Kind) -> bool {
    matches!((a, b), (Kind::Integer(_, Some(a)), Kind::Integer(_, Some(b))) if a == b)
}

impl Habits {
    fn of(verdicts: impl Iterator<Item = Verdict>, readings: &[Reading]) -> Self {
        let mut habits = Self::default();
        for verdict in verdicts {
            let Verdict::Is(at) = verdict else { continue };
            match readings[at].kind {
                Kind::Decimal(',', _) | Kind::Integer(',', _) => habits.comma += 1,
                Kind::Decimal('.', _) | Kind::Integer('.', Some(_)) => habits.point += 1,
                Kind::Date(Order::Day) | Kind::DateTime(Order::Day) => habits.day += 1,
                Kind::Date(Order::Month) | Kind::DateTime(Order::Month) => habits.month += 1,
                _ => {}
            }
        }
        habits
    }

    /// Returns the reading, and why it was preferred where the values alone do not say.
    fn settle(&self, verdict: Verdict, layout: &Layout, hints: &Hints) -> (Option<usize>, &'static str) {
        match verdict {
            Verdict::Text => (None, ""),
            Verdict::Is(at) => (Some(at), ""),
            Verdict::PointOrComma(point, comma) => match self.comma.cmp(&self.point) {
                std::cmp::Ordering::Greater => (Some(comma), "as in the other columns"),
                std::cmp::Ordering::Less => (Some(point), "as in the other columns"),
                _ if layout.delimiter == ';' => (Some(comma), "because semicolons part the cells"),
                std::cmp::Ordering::Equal => (Some(point), "as in English"),
            },
            Verdict::DayOrMonth(day, month) => match self.day.cmp(&self.month) {
                _ if hints.month_first => (Some(month), "as you said"),
                std::cmp::Ordering::Greater => (Some(day), "as in the other columns"),
                std::cmp::Ordering::Less => (Some(month), "as in the other columns"),
                std::cmp::Ordering::Equal => {
                    (Some(day), "as most countries write it; `--month-first` reads the other way")
                }
            },
        }
    }
}
