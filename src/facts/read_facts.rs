//! Rows become facts. In: rows and the plan of their table. Out: facts with their ids, and the faults of each row. Not
//! here: checks between facts (`check`).

use std::borrow::Cow;

use csvw::{Diagnostic, Diagnostics, Location, Row, Table};

use super::fact_template::Bound;
use super::hash::fact_id;
use super::literal::{confidence, literal};
use super::plan::{FactPlan, Reference as ReferencePlan, TablePlan};
use super::reader::{Reader, State};
use super::record::{End, Fact, Object, Reference};
use super::slug::slug;
use crate::code;
use crate::date::Edtf;

/// One fact of a row: which of the subjects, which of the objects.
pub(super) struct Parts<'a, 'd> {
    pub(super) table: &'a Table<'d>,
    pub(super) plan: &'a TablePlan<'d>,
    pub(super) row: &'a Row,
    pub(super) fact: &'a FactPlan<'d>,
    subject: &'a str,
    object: Option<&'a str>,
}

impl Reader<'_> {
    /// Reads the facts of a row, and hands those that can be read to `take`.
    pub(super) fn facts(
        &self,
        table: &Table<'_>,
        plan: &TablePlan<'_>,
        row: &Row,
        state: &mut State,
        take: &mut dyn FnMut(String, Fact),
    ) {
        for fact in &plan.facts {
            if let Some((when, names)) = &fact.when {
                if when.expand(row).is_none() {
                    continue;
                }
                state.faults.extend(missing_end(table, row, fact, names));
            }
            let subjects = fact.subject.text.expand_all(row);
            let objects: Vec<Option<Cow<'_, str>>> = match fact.text.expand(row) {
                Some(_) => vec![None],
                None => fact.object.text.expand_all(row).into_iter().map(Some).collect(),
            };
            for subject in &subjects {
                for object in &objects {
                    let parts = Parts { table, plan, row, fact, subject, object: object.as_deref() };
                    if let Some((id, read)) = self.fact(&parts, state) {
                        self.check_fact(&id, &read, &parts, state);
                        take(id, read);
                    }
                }
            }
            // A row of facts that lacks an end still owns its id; a column that is empty owns none.
            let is_owner = plan.is_record || !(subjects.is_empty() || objects.is_empty());
            if let Some(id) = fact.id.expand(row).filter(|_| is_owner) {
                state.own_id(&id);
            }
        }
    }

    fn fact(&self, parts: &Parts<'_, '_>, state: &mut State) -> Option<(String, Fact)> {
        let Parts { table, row, fact, .. } = *parts;
        let mut own = Diagnostics::default();
        let subject = self.reference(parts, &fact.subject, parts.subject, &mut own);
        let object = match parts.object {
            Some(text) => self.reference(parts, &fact.object, text, &mut own).map(Object::Reference),
            None => literal(
                fact.text.expand(row).unwrap_or_default().into_owned(),
                fact.text_type.expand(row).as_deref(),
                &fact.text.place(table, row),
                &fact.text_type.place(table, row),
                &mut own,
            )
            .map(Object::Literal),
        };
        let mut path = |plan: &ReferencePlan<'_>| {
            let text = plan.text.expand(row)?;
            match self.reference(parts, plan, &text, &mut own) {
                Some(Reference::Entity(path)) => Some(path),
                _ => None,
            }
        };
        let (source, made_at) = (path(&fact.source), path(&fact.made_at));
        let mut date = |part: &Bound| part.expand(row).and_then(|text| state.dates.parse(&text));
        let (begin, known_since) = (date(&fact.begin), date(&fact.known_since));
        let (end_known_since, note_known_since) = (date(&fact.end_known_since), date(&fact.note_known_since));
        let end = match fact.end.expand(row) {
            Some(text) if text == ".." => End::Open,
            Some(text) => state.dates.parse(&text).map_or(End::Unknown, End::On),
            None => End::Unknown,
        };
        let predicate = fact.predicate.expand(row);
        if let Some(predicate) = &predicate {
            own.extend(self.unknown_predicate(predicate, || fact.predicate.place(table, row)));
        }
        let id = parts.id(subject.as_ref(), object.as_ref(), begin.as_ref(), &end);
        let is_new = state.own_id(&id);
        state.faults.extend(own);
        if !is_new && let Some(first) = state.ids.place(&id) {
            // Within one file the primary key has said it already, unless the id was made.
            if first.file != table.file || fact.id.expand(row).is_none() {
                let message = format!("`{id}` is already the id of the fact at {first}");
                let fault = Diagnostic::error(code::DUPLICATE_ID, fact.id.place(table, row), message);
                state.faults.push(fault.hint("two rows that say the same need an id each, or one of them goes"));
            }
            return None;
        }
        let (Some(subject), Some(object), Some(predicate), true) = (subject, object, predicate, is_new) else {
            return None;
        };
        state.ids.locate(&id, &table.file, row);
        let text = |part: Option<Cow<'_, str>>| part.map(Cow::into_owned);
        let read = Fact {
            subject,
            predicate: predicate.into_owned(),
            object,
            begin,
            end,
            end_known_since,
            known_since,
            status: text(fact.status.expand(row)).unwrap_or_default(),
            confidence: fact.confidence.expand(row).as_deref().and_then(confidence),
            source,
            locator: text(fact.locator.expand(row)),
            made_at,
            note: text(fact.note.expand(row)),
            note_known_since,
            place: table.row_location(row),
        };
        Some((id, read))
    }

    fn unknown_predicate(&self, key: &str, place: impl Fn() -> Location) -> Option<Diagnostic> {
        if self.predicates.contains_key(key) {
            return None;
        }
        let fault = Diagnostic::error(code::UNKNOWN_PREDICATE, place(), format!("`{key}` is not a declared predicate"));
        Some(fault.suggest(key, self.predicates.keys().map(String::as_str)).hint("or declare it in predicates.csv"))
    }

    fn reference(
        &self,
        parts: &Parts<'_, '_>,
        plan: &ReferencePlan<'_>,
        text: &str,
        faults: &mut Diagnostics,
    ) -> Option<Reference> {
        if plan.is_own {
            return parts.plan.path_of(parts.row).map(Reference::Entity);
        }
        match self.names.resolve(text, &plan.classes, || plan.text.place(parts.table, parts.row)) {
            Ok(reference) => Some(reference),
            Err(fault) => {
                faults.push(*fault);
                None
            }
        }
    }
}

/// Returns the fault of a row that states when something held, and not of whom.
fn missing_end(
    table: &Table<'_>,
    row: &Row,
    fact: &FactPlan<'_>,
    when: &[(&str, Option<usize>)],
) -> Option<Diagnostic> {
    let empty = [&fact.subject, &fact.object].into_iter().find(|end| end.text.expand_all(row).is_empty())?;
    let is_filled = |at: Option<usize>| at.is_some_and(|at| row.cells[at].value().is_some());
    let (filled, _) = when.iter().find(|(_, at)| is_filled(*at))?;
    let column = empty.column?;
    let message = format!("`{filled}` is filled and `{column}` is empty");
    let fault = Diagnostic::error(code::INCOMPLETE, table.cell_location(row, filled), message);
    Some(fault.hint(format!("fill `{column}`, or leave `{filled}` empty too")))
}

impl Parts<'_, '_> {
    /// Returns the id that the template gives, or one made of what the fact says.
    fn id(&self, subject: Option<&Reference>, object: Option<&Object>, begin: Option<&Edtf>, end: &End) -> String {
        let expand = |part: &Bound| part.expand(self.row).unwrap_or_default().into_owned();
        let id = expand(&self.fact.id);
        if !id.is_empty() && !self.fact.several {
            return stated_id(&id, None);
        }
        let subject = subject.map_or_else(|| self.subject.to_owned(), Reference::path);
        let object = match object {
            Some(Object::Reference(reference)) => reference.path(),
            Some(Object::Literal(literal)) => literal.to_string(),
            None => self.object.unwrap_or_default().to_owned(),
        };
        if !id.is_empty() {
            let is_own = self.plan.path_of(self.row).is_some_and(|own| own == subject);
            return stated_id(&id, Some(if is_own { &object } else { &subject }));
        }
        let end = match end {
            End::Unknown => "",
            End::Open => "..",
            End::On(date) => date.as_str(),
        };
        let (predicate, source) = (expand(&self.fact.predicate), expand(&self.fact.source.text));
        fact_id(&[&subject, &predicate, &object, begin.map_or("", Edtf::as_str), end, &source])
    }
}

/// Returns the id that a row states for a fact; `other` is the end of the fact that is not the row's own, where a cell may
/// name several.
pub(super) fn stated_id(id: &str, other: Option<&str>) -> String {
    let id = other.map_or_else(|| id.to_owned(), |other| format!("{id}--{other}"));
    let is_plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if is_plain { id } else { slug(&id) }
}
