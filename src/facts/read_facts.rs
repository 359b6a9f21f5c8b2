//! Rows become facts. In: rows and the plan of their table. Out: facts with their ids, and the faults of each row. Not
//! here: checks between facts (`check`).

use std::borrow::Cow;

use csvw::{Diagnostic, Diagnostics, Location};

use super::fact_template::{Bound, Part};
use super::hash::fact_id;
use super::literal::{confidence, literal};
use super::plan::{FactPlan, Line};
use super::reader::Reader;
use super::record::{End, Evidence, Fact, Object, Reference};
use super::slug::slug;
use super::state::State;
use crate::code;
use crate::date::Edtf;

/// One fact of a row: which of the subjects, which of the objects.
struct Parts<'a> {
    line: Line<'a>,
    plan: &'a FactPlan<'a>,
    subject: &'a str,
    object: Option<&'a str>,
}

impl Reader<'_> {
    /// Reads the facts of a row, and hands those that can be read to `take`.
    pub(super) fn facts(&self, line: Line<'_>, state: &mut State, take: &mut dyn FnMut(String, Fact)) {
        let row = line.row;
        for plan in &line.plan.facts {
            if let Some((when, names)) = &plan.when {
                if when.expand(row).is_none() {
                    continue;
                }
                state.faults.extend(missing_end(line, plan, names));
            }
            let subjects = plan[Part::Subject].expand_all(row);
            let objects: Vec<Option<Cow<'_, str>>> = match plan[Part::Text].expand(row) {
                Some(_) => vec![None],
                None => plan[Part::Object].expand_all(row).into_iter().map(Some).collect(),
            };
            for subject in &subjects {
                for object in &objects {
                    let parts = Parts { line, plan, subject, object: object.as_deref() };
                    if let Some((id, read)) = self.fact(&parts, state) {
                        self.check_fact(&id, &read, plan, line, state);
                        take(id, read);
                    }
                }
            }
            // A row of facts that lacks an end still owns its id; a column that is empty owns none.
            let is_owner = line.plan.record.is_some() || !(subjects.is_empty() || objects.is_empty());
            if let Some(id) = plan[Part::Id].expand(row).filter(|_| is_owner) {
                state.own_id(&id);
            }
        }
    }

    fn fact(&self, parts: &Parts<'_>, state: &mut State) -> Option<(String, Fact)> {
        let Parts { line, plan, .. } = *parts;
        let text = |part: Part| plan[part].expand(line.row);
        let mut own = Diagnostics::default();
        let subject = self.reference(line, &plan[Part::Subject], parts.subject, &mut own);
        let object = match parts.object {
            Some(text) => self.reference(line, &plan[Part::Object], text, &mut own).map(Object::Reference),
            None => literal(
                text(Part::Text).unwrap_or_default().into_owned(),
                text(Part::TextType).as_deref(),
                &line.cell_of(&plan[Part::Text]),
                &line.cell_of(&plan[Part::TextType]),
                &mut own,
            )
            .map(Object::Literal),
        };
        let mut path = |part: Part| match self.reference(line, &plan[part], &text(part)?, &mut own) {
            Some(Reference::Entity(path)) => Some(path),
            _ => None,
        };
        let (source, made_at) = (path(Part::Source), path(Part::MadeAt));
        let mut date = |part: Part| text(part).and_then(|text| state.dates.parse(&text));
        let begin = date(Part::Begin);
        let end = match text(Part::End) {
            Some(text) if text == ".." => End::Open,
            Some(_) => date(Part::End).map_or(End::Unknown, End::On),
            None => End::Unknown,
        };
        let [end_known_since, known_since, note_known_since] =
            [Part::EndKnownSince, Part::KnownSince, Part::NoteKnownSince].map(date);
        let predicate = text(Part::Predicate);
        if let Some(predicate) = &predicate {
            own.extend(self.unknown_predicate(predicate, || line.cell_of(&plan[Part::Predicate])));
        }
        let id = parts.id(subject.as_ref(), object.as_ref(), begin.as_ref(), &end);
        let is_new = state.own_id(&id);
        state.faults.extend(own);
        if !is_new && let Some(first) = state.ids.place(&id) {
            // Within one file the primary key has said it already, unless the id was made.
            if first.file != line.plan.table.file || text(Part::Id).is_none() {
                let message = format!("`{id}` is already the id of the fact at {first}");
                let fault = Diagnostic::error(code::DUPLICATE_ID, line.cell_of(&plan[Part::Id]), message);
                state.faults.push(fault.hint("two rows that say the same need an id each, or one of them goes"));
            }
            return None;
        }
        let (Some(subject), Some(object), Some(predicate), true) = (subject, object, predicate, is_new) else {
            return None;
        };
        state.ids.locate(&id, &line.plan.table.file, line.row);
        let own = |part: Part| text(part).map(Cow::into_owned);
        let read = Fact {
            subject,
            predicate: predicate.into_owned(),
            object,
            begin,
            end,
            end_known_since,
            known_since,
            status: own(Part::Status).unwrap_or_default(),
            confidence: text(Part::Confidence).as_deref().and_then(confidence),
            made_at,
            evidence: Evidence { source, locator: own(Part::Locator), note: own(Part::Note), note_known_since },
        };
        Some((id, read))
    }

    fn unknown_predicate(&self, key: &str, place: impl Fn() -> Location) -> Option<Diagnostic> {
        if self.index.predicates.contains_key(key) {
            return None;
        }
        let fault = Diagnostic::error(code::UNKNOWN_PREDICATE, place(), format!("`{key}` is not a declared predicate"));
        Some(
            fault
                .suggest(key, self.index.predicates.keys().map(String::as_str))
                .hint("or declare it in predicates.csv"),
        )
    }

    fn reference(&self, line: Line<'_>, part: &Bound<'_>, text: &str, faults: &mut Diagnostics) -> Option<Reference> {
        if part.is_own {
            return line.path().map(Reference::Entity);
        }
        let found = self.names.resolve(text, &part.classes, || line.cell_of(part));
        found.map_err(|fault| faults.push(*fault)).ok()
    }
}

/// Returns the fault of a row that states when something held, and not of whom.
fn missing_end(line: Line<'_>, plan: &FactPlan<'_>, when: &[&str]) -> Option<Diagnostic> {
    let ends = [Part::Subject, Part::Object].into_iter();
    let empty = ends.map(|end| &plan[end]).find(|end| end.expand_all(line.row).is_empty())?;
    let filled = when.iter().find(|name| line.text(name).is_some())?;
    let column = &empty.column?.name;
    let message = format!("`{filled}` is filled and `{column}` is empty");
    let fault = Diagnostic::error(code::INCOMPLETE, line.cell(filled), message);
    Some(fault.hint(format!("fill `{column}`, or leave `{filled}` empty too")))
}

impl Parts<'_> {
    /// Returns the id that the template gives, or one made of what the fact says.
    fn id(&self, subject: Option<&Reference>, object: Option<&Object>, begin: Option<&Edtf>, end: &End) -> String {
        let expand = |part: Part| self.plan[part].expand(self.line.row).unwrap_or_default().into_owned();
        let id = expand(Part::Id);
        if !id.is_empty() && !self.plan.several {
            return stated_id(&id, None);
        }
        let subject = subject.map_or_else(|| self.subject.to_owned(), Reference::path);
        let object = match object {
            Some(Object::Reference(reference)) => reference.path(),
            Some(Object::Literal(literal)) => literal.to_string(),
            None => self.object.unwrap_or_default().to_owned(),
        };
        if !id.is_empty() {
            let is_own = self.line.path().is_some_and(|own| own == subject);
            return stated_id(&id, Some(if is_own { &object } else { &subject }));
        }
        let end = match end {
            End::Unknown => "",
            End::Open => "..",
            End::On(date) => date.as_str(),
        };
        let (predicate, source) = (expand(Part::Predicate), expand(Part::Source));
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
