//! What each day shows of a case, for a page that has no server to ask. In: a whole case. Out: its entities, facts, sources
//! and predicates in all the forms that views give them, each form with the spans of days that show it. The views are those
//! of `view`, one for each day on which anything can change; the page picks and decides nothing.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::num::NonZero;
use std::ops::Range;
use std::thread;

use oxigraph::model::{NamedNodeRef, Term};
use rdf_columns::{Graphs, ReadError, TermId};
use serde_json::{Value, json};

use super::document::{About, Days, Forms, Reader, document, number};
use crate::date::{Day, Edtf, FIRST_DAY, LAST_DAY};
use crate::diagram::Style;
use crate::graph::{EntityGraph, Error};
use crate::store::{self, CaseStore, Columns, cases};
use crate::view::{self, View};
use crate::vocab::{cg, edtf, xsd};

/// Most facts of a case whose days a page holds.
const MOST_FACTS: usize = 2000;
/// Most days on which something changes.
const MOST_DAYS: usize = 1000;
/// Most bytes of what they show.
const MOST_BYTES: usize = 5_000_000;
/// What stands in a text for the day that is looked from.
const DAY: &str = "{day}";
/// Lists of a document whose members have forms.
const LISTS: [&str; 4] = ["entities", "sources", "predicates", "facts"];
/// Lists whose members facts name by their place, with the key that tells the members apart.
const NAMED: [(&str, &str); 3] = [("entities", "id"), ("sources", "id"), ("predicates", "iri")];

impl Days {
    /// Works out what each day shows of a case, given its whole document; none where that would be too much for a page.
    pub fn of(data: &CaseStore, whole: &[u8], about: &About, style: &Style) -> Result<Option<Self>, Error> {
        let whole: Value = serde_json::from_slice(whole).unwrap_or_default();
        let size = |list: &str| whole[list].as_array().map_or(0, Vec::len);
        if size("facts") > MOST_FACTS {
            return Ok(None);
        }
        let days = Columns::ask(data, |columns| Ok::<_, store::Error>(turning_days(columns)))?;
        let from: Vec<Day> = days.into_iter().collect();
        if from.len() > MOST_DAYS {
            return Ok(None);
        }
        let case = WholeCase { whole: view::Whole::of(data)?, from: &from, about, style };
        let spans = [case.all_spans(false)?, case.all_spans(true)?];
        let mut places = Places::of(&whole);
        let mut titles = Gathered::default();
        let mut lists: BTreeMap<&'static str, Gathered> =
            LISTS.into_iter().map(|list| (list, Gathered::of(whole[list].as_array().into_iter().flatten()))).collect();
        for (answer, spans) in spans.into_iter().enumerate() {
            for (span, (day, mut document)) in
                spans.into_iter().enumerate().filter_map(|(n, (d, doc))| Some((n, (d, doc?))))
            {
                places.translate(&mut document, day);
                titles.show(
                    answer,
                    span,
                    vec![json!({ "title": document["title"], "description": document["description"] })],
                );
                for (list, gathered) in &mut lists {
                    let Value::Array(members) = document[*list].take() else { continue };
                    gathered.show(answer, span, members);
                }
            }
        }
        let days = Self {
            from: from.into_iter().map(number).collect(),
            keys: places.further,
            titles: titles.forms,
            lists: lists.into_iter().map(|(list, gathered)| (list, gathered.forms)).collect(),
        };
        let bytes = serde_json::to_vec(&days).map_or(usize::MAX, |bytes| bytes.len());
        Ok((bytes <= MOST_BYTES).then_some(days))
    }
}

/// Returns the days on which a view can begin to show something else.
fn turning_days(columns: &Columns) -> BTreeSet<Day> {
    let mut days = BTreeSet::new();
    let values = columns.properties().into_iter().flat_map(|property| {
        let values = columns.column(NamedNodeRef::new_unchecked(property)).by_objects();
        values.map(move |(value, _)| (property, value))
    });
    for (property, value) in values {
        let Some(Term::Literal(literal)) = columns.term(value) else { continue };
        let datatype = literal.datatype();
        if datatype != edtf::EDTF && datatype != xsd::DATE && datatype != xsd::DATE_TIME {
            continue;
        }
        let text = literal.value();
        let Ok(date) = Edtf::parse(text.get(..10).filter(|_| datatype != edtf::EDTF).unwrap_or(text)) else { continue };
        days.extend([date.first(), date.last()]);
        if [cg::UNTIL_EARLIEST, cg::UNTIL_LATEST].iter().any(|until| until.as_str() == property) {
            // The last day still counts.
            days.extend(date.last().tomorrow().ok());
        }
    }
    days.retain(|day| *day > FIRST_DAY && *day < LAST_DAY);
    days
}

/// What a span of days shows, where that is not the same as before, and its last day, where that is not the first as well: on
/// such a day nothing happened, so wherever its date stands it means the day that is looked from.
type Span = (Option<Day>, Option<Value>);

struct WholeCase<'a> {
    whole: view::Whole,
    from: &'a [Day],
    about: &'a About,
    style: &'a Style,
}

impl WholeCase<'_> {
    /// Returns what each span shows, worked out side by side.
    fn all_spans(&self, possible: bool) -> Result<Vec<Span>, Error> {
        let count = self.from.len() + 1;
        let part = count.div_ceil(thread::available_parallelism().map_or(1, NonZero::get));
        let parts = thread::scope(|scope| {
            let part_from = |first| move || self.spans(first..count.min(first + part), possible);
            let threads: Vec<_> = (0..count).step_by(part).map(|first| scope.spawn(part_from(first))).collect();
            threads.into_iter().map(|thread| thread.join().expect("views do not panic")).collect::<Result<Vec<_>, _>>()
        });
        Ok(parts?.concat())
    }

    fn spans(&self, spans: Range<usize>, possible: bool) -> Result<Vec<Span>, Error> {
        let mut shown = Vec::with_capacity(spans.len());
        let mut before = None;
        for span in spans {
            let last = match self.from.get(span) {
                Some(next) => next.yesterday().unwrap_or(FIRST_DAY),
                None => self.from.last().and_then(|day| day.tomorrow().ok()).unwrap_or(FIRST_DAY),
            };
            let view = View { known_on: Some(last), possible, ..View::default() };
            let data = self.whole.seen(&view)?;
            let is_one_day = span > 0 && self.from[span - 1] == last;
            let sum = Some(fingerprint(data.columns(), last).map_err(store::Error::from)?);
            let document = if before == sum { None } else { Some(self.document(&view, &data)?) };
            before = sum.filter(|_| !is_one_day);
            shown.push(((!is_one_day).then_some(last), document));
        }
        Ok(shown)
    }

    fn document(&self, view: &View, data: &CaseStore) -> Result<Value, Error> {
        let graph = EntityGraph::project(data, Some(&self.about.lang))?.select(&view.into());
        let case = cases(data)?.into_iter().next();
        let (title, description) = case.map(|case| (case.title, case.description)).unwrap_or_default();
        let about = About { title, description, ..self.about.clone() };
        let bytes = document(&graph, &about, view, self.style, &[], Reader::Alone(None));
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }
}

/// Returns a number that tells views of one case apart, whatever the day that they look from.
fn fingerprint(data: &rdf_columns::Dataset, day: Day) -> Result<u64, ReadError> {
    let today = TermId::of_day(day);
    let mut sum = 0_u64;
    for quad in data.quads(None, None, None, Graphs::All) {
        let quad = quad?;
        let mut hasher = DefaultHasher::new();
        for id in [quad.subject, quad.predicate, quad.object] {
            // A number that another view may have for another term does not tell them apart.
            let text = if data.is_derived(id) { Some(data.term(id)?) } else { None };
            let is_today = id == today || matches!(&text, Some(Term::Literal(text)) if text.value() == day.to_string());
            (if is_today { None } else { Some((id, text)) }).hash(&mut hasher);
        }
        sum = sum.wrapping_add(hasher.finish());
    }
    Ok(sum)
}

/// Where keys stand.
struct Places {
    places: BTreeMap<&'static str, HashMap<String, usize>>,
    further: BTreeMap<&'static str, Vec<String>>,
}

impl Places {
    fn of(whole: &Value) -> Self {
        let of = |list: &str, key: &str| keys(whole, list, key).zip(0..).collect();
        let places = NAMED.into_iter().map(|(list, key)| (list, of(list, key))).collect();
        Self { places, further: NAMED.into_iter().map(|(list, _)| (list, Vec::new())).collect() }
    }

    /// Has the facts of a document name things by places that hold for all documents, and marks the day that is looked from.
    fn translate(&mut self, document: &mut Value, day: Option<Day>) {
        let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (list, key) in NAMED {
            let of_list = keys(document, list, key).map(|key| self.place(list, key)).collect();
            found.insert(list, of_list);
        }
        let place = |list: &str, value: &mut Value| {
            let place = value.as_u64().and_then(|place| found[list].get(usize::try_from(place).ok()?));
            if let Some(place) = place {
                *value = json!(place);
            }
        };
        for fact in document["facts"].as_array_mut().into_iter().flatten() {
            place("entities", &mut fact["subject"]);
            place("entities", &mut fact["object"]);
            place("predicates", &mut fact["predicate"]);
            fact["sources"].as_array_mut().into_iter().flatten().for_each(|source| place("sources", source));
            let Some(day) = day else { continue };
            let days = fact["days"].as_array_mut().into_iter().flatten();
            days.filter(|value| value.as_i64() == Some(number(day))).for_each(|value| *value = Value::Null);
            if let Some(when) = fact["when"].as_str() {
                fact["when"] = json!(when.replace(&day.to_string(), DAY));
            }
        }
    }

    fn place(&mut self, list: &'static str, key: String) -> usize {
        let (Some(places), Some(further)) = (self.places.get_mut(list), self.further.get_mut(list)) else { return 0 };
        let next = places.len();
        *places.entry(key).or_insert_with_key(|key| {
            further.push(key.clone());
            next
        })
    }
}

fn keys(document: &Value, list: &str, key: &str) -> impl Iterator<Item = String> {
    let members = document[list].as_array().into_iter().flatten();
    members.map(|member| member[key].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>().into_iter()
}

/// The forms of the members of a list, as they are found.
#[derive(Default)]
struct Gathered {
    forms: Forms,
    /// Where a form stands, by its text.
    at: HashMap<String, usize>,
    /// The places of the members of the whole, by their text.
    whole: HashMap<String, usize>,
    /// Forms that are shown, for certain and possibly.
    open: [HashSet<usize>; 2],
}

impl Gathered {
    fn of<'v>(whole: impl Iterator<Item = &'v Value>) -> Self {
        Self { whole: whole.map(Value::to_string).zip(0..).collect(), ..Self::default() }
    }

    /// Shows these members from a span on, and no others.
    fn show(&mut self, answer: usize, span: usize, members: Vec<Value>) {
        let mut shown = HashSet::new();
        for member in members {
            let text = member.to_string();
            let place = self.whole.get(&text).copied();
            let at = *self.at.entry(text).or_insert_with(|| {
                self.forms.push((place.map_or(member, |place| json!(place)), [Vec::new(), Vec::new()]));
                self.forms.len() - 1
            });
            shown.insert(at);
        }
        for at in self.open[answer].symmetric_difference(&shown) {
            self.forms[*at].1[answer].push(span);
        }
        self.open[answer] = shown;
    }
}
