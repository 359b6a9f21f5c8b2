//! Rows become facts. In: tables with their templates. Out: facts by id. Not here: checks between facts (`check`).

use std::collections::{BTreeMap, BTreeSet};

use super::ANNOTATION;
use super::fact_template::{FactTemplate, Template};
use super::hash::fact_id;
use super::literal::{confidence, literal};
use super::reader::{Reader, path_of};
use super::record::{End, Fact, Object, Reference};
use super::slug::slug;
use crate::csvw::{Row, Table};
use crate::date::Edtf;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;

/// The facts of all tables.
pub(super) struct FactsRead {
    pub(super) facts: BTreeMap<String, Fact>,
    /// Ids of all facts, also of those that could not be read, so that one fault is told once.
    pub(super) ids: BTreeSet<String>,
    /// Where each fact was read.
    pub(super) origins: BTreeMap<String, Origin>,
    /// Templates of each table.
    pub(super) templates: Vec<Vec<FactTemplate>>,
}

/// The row and the template that made a fact, by position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    table: usize,
    row: usize,
    template: usize,
}

impl FactsRead {
    /// Returns the cell that states a part of a fact, or its row where no cell does.
    pub(super) fn place(&self, id: &str, tables: &[Table<'_>], part: impl Fn(&FactTemplate) -> &Template) -> Location {
        let Some(origin) = self.origins.get(id) else { return Location::default() };
        let (table, template) = (&tables[origin.table], &self.templates[origin.table][origin.template]);
        place(table, &table.rows[origin.row], part(template))
    }
}

fn place(table: &Table<'_>, row: &Row, template: &Template) -> Location {
    match template.column() {
        Some(name) => table.cell_location(row, name),
        None => table.row_location(row),
    }
}

impl Reader<'_> {
    /// Reads the facts that the tables' templates make.
    pub(super) fn facts(&self, tables: &[Table<'_>], faults: &mut Diagnostics) -> FactsRead {
        let templates = tables.iter().map(|table| {
            FactTemplate::of_table(table.description, &table.description.url).unwrap_or_else(|fault| {
                faults.push(*fault);
                Vec::new()
            })
        });
        let templates: Vec<Vec<FactTemplate>> = templates.collect();
        let mut read =
            FactsRead { facts: BTreeMap::new(), ids: BTreeSet::new(), origins: BTreeMap::new(), templates: Vec::new() };
        for (at, (table, templates)) in tables.iter().zip(&templates).enumerate() {
            for (row_at, row) in table.rows.iter().enumerate() {
                for (template_at, template) in templates.iter().enumerate() {
                    let origin = Origin { table: at, row: row_at, template: template_at };
                    self.row_facts(table, row, template, origin, &mut read, faults);
                }
            }
        }
        read.templates = templates;
        read
    }

    fn row_facts(
        &self,
        table: &Table<'_>,
        row: &Row,
        template: &FactTemplate,
        origin: Origin,
        read: &mut FactsRead,
        faults: &mut Diagnostics,
    ) {
        if template.when.as_ref().is_some_and(|when| when.expand(table, row).is_none()) {
            return;
        }
        if let Some(when) = &template.when {
            faults.extend(missing_end(table, row, template, when));
        }
        let (subjects, objects) = (template.subject.expand_all(table, row), template.object.expand_all(table, row));
        let literal = template.text.expand(table, row);
        let objects: Vec<Option<String>> = match literal {
            Some(_) => vec![None],
            None => objects.into_iter().map(Some).collect(),
        };
        let several = [&template.subject, &template.object]
            .iter()
            .any(|t| t.column().and_then(|name| table.description.column(name)).is_some_and(|c| c.separator.is_some()));
        for subject in &subjects {
            for object in &objects {
                let parts = Parts { table, row, template, origin, subject, object: object.as_deref(), several };
                self.fact(&parts, read, faults);
            }
        }
        // A row of facts that lacks an end still owns its id; a column that is empty owns none.
        let is_record = table.description.annotation(&format!("{ANNOTATION}record")).is_some();
        if let Some(id) =
            template.id.expand(table, row).filter(|_| is_record || !(subjects.is_empty() || objects.is_empty()))
        {
            read.ids.insert(id);
        }
    }

    fn fact(&self, parts: &Parts<'_>, read: &mut FactsRead, faults: &mut Diagnostics) {
        let Parts { table, row, template, .. } = *parts;
        let expand = |template: &Template| template.expand(table, row);
        let mut own = Diagnostics::default();
        let subject = self.reference(parts, &template.subject, parts.subject, &mut own);
        let object = match parts.object {
            Some(text) => self.reference(parts, &template.object, text, &mut own).map(Object::Reference),
            None => literal(
                expand(&template.text).unwrap_or_default(),
                expand(&template.text_type).as_deref(),
                &parts.place(&template.text),
                &parts.place(&template.text_type),
                &mut own,
            )
            .map(Object::Literal),
        };
        let mut path = |template: &Template| {
            let text = expand(template)?;
            match self.reference(parts, template, &text, &mut own) {
                Some(Reference::Entity(path)) => Some(path),
                _ => None,
            }
        };
        let (source, made_at) = (path(&template.source), path(&template.made_at));
        let date = |template: &Template| Edtf::parse(&expand(template)?).ok();
        let (begin, known_since) = (date(&template.begin), date(&template.known_since));
        let end = match expand(&template.end) {
            Some(text) if text == ".." => End::Open,
            Some(text) => Edtf::parse(&text).map_or(End::Unknown, End::On),
            None => End::Unknown,
        };
        if let Some(predicate) = expand(&template.predicate) {
            own.extend(self.unknown_predicate(&predicate, parts.place(&template.predicate)));
        }
        let id = parts.id(subject.as_ref(), object.as_ref(), begin.as_ref(), &end);
        let is_new = read.ids.insert(id.clone());
        faults.extend(own);
        if let Some(first) = read.facts.get(&id) {
            // Within one file the primary key has said it already, unless the id was made.
            if first.place.file != table.file || template.id.expand(table, row).is_none() {
                let message = format!("`{id}` is already the id of the fact at {}", first.place);
                let fault = Diagnostic::error(Code::DuplicateId, parts.place(&template.id), message);
                faults.push(fault.hint("two rows that say the same need an id each, or one of them goes"));
            }
            return;
        }
        let (Some(subject), Some(object), Some(predicate), true) =
            (subject, object, expand(&template.predicate), is_new)
        else {
            return;
        };
        read.origins.insert(id.clone(), parts.origin);
        read.facts.insert(
            id,
            Fact {
                subject,
                predicate,
                object,
                begin,
                end,
                known_since,
                status: expand(&template.status).unwrap_or_default(),
                confidence: expand(&template.confidence).as_deref().and_then(confidence),
                source,
                locator: expand(&template.locator),
                made_at,
                note: expand(&template.note),
                place: table.row_location(row),
            },
        );
    }

    fn unknown_predicate(&self, key: &str, place: Location) -> Option<Diagnostic> {
        if self.predicates.contains_key(key) {
            return None;
        }
        let fault = Diagnostic::error(Code::UnknownPredicate, place, format!("`{key}` is not a declared predicate"));
        Some(fault.suggest(key, self.predicates.keys().map(String::as_str)).hint("or declare it in predicates.csv"))
    }

    fn reference(
        &self,
        parts: &Parts<'_>,
        template: &Template,
        text: &str,
        faults: &mut Diagnostics,
    ) -> Option<Reference> {
        let name = template.column();
        if name.is_some_and(|name| parts.table.description.schema.primary_key == [name]) {
            return path_of(parts.table, parts.row).map(Reference::Entity);
        }
        let column = name.and_then(|name| parts.table.description.column(name));
        let classes = column.map(|c| c.annotation_texts(&format!("{ANNOTATION}refersTo"))).unwrap_or_default();
        let classes = if classes.is_empty() { vec!["Entity", "Fact"] } else { classes };
        match self.names.resolve(text, &classes, &parts.place(template)) {
            Ok(reference) => Some(reference),
            Err(fault) => {
                faults.push(*fault);
                None
            }
        }
    }
}

/// Returns the fault of a row that states when something held, and not of whom.
fn missing_end(table: &Table<'_>, row: &Row, template: &FactTemplate, when: &Template) -> Option<Diagnostic> {
    let empty = [&template.subject, &template.object].into_iter().find(|end| end.expand_all(table, row).is_empty())?;
    let filled = when.columns().find(|name| table.cell(row, name).is_some_and(|cell| cell.value().is_some()))?;
    let column = empty.column()?;
    let message = format!("`{filled}` is filled and `{column}` is empty");
    let fault = Diagnostic::error(Code::Incomplete, table.cell_location(row, filled), message);
    Some(fault.hint(format!("fill `{column}`, or leave `{filled}` empty too")))
}

/// One fact of a row: which of the subjects, which of the objects.
struct Parts<'a> {
    table: &'a Table<'a>,
    row: &'a Row,
    template: &'a FactTemplate,
    origin: Origin,
    subject: &'a str,
    object: Option<&'a str>,
    several: bool,
}

impl Parts<'_> {
    fn place(&self, template: &Template) -> Location {
        place(self.table, self.row, template)
    }

    /// Returns the id that the template gives, or one made of what the fact says.
    fn id(&self, subject: Option<&Reference>, object: Option<&Object>, begin: Option<&Edtf>, end: &End) -> String {
        let expand = |template: &Template| template.expand(self.table, self.row).unwrap_or_default();
        let subject = subject.map_or_else(|| self.subject.to_owned(), Reference::path);
        let object = match object {
            Some(Object::Reference(reference)) => reference.path(),
            Some(Object::Literal(literal)) => literal.to_string(),
            None => self.object.unwrap_or_default().to_owned(),
        };
        let id = expand(&self.template.id);
        if !id.is_empty() {
            let is_own = path_of(self.table, self.row).is_some_and(|own| own == subject);
            let id = if self.several { format!("{id}--{}", if is_own { object } else { subject }) } else { id };
            let is_plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            return if is_plain { id } else { slug(&id) };
        }
        let end = match end {
            End::Unknown => "",
            End::Open => "..",
            End::On(date) => date.as_str(),
        };
        let (predicate, source) = (expand(&self.template.predicate), expand(&self.template.source));
        fact_id(&[&subject, &predicate, &object, begin.map_or("", Edtf::as_str), end, &source])
    }
}
