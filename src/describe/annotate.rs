//! What the rows are and which facts they make. In: decided columns, the name of the file, and the rules. Out: casegraph's
//! annotation, or none where the file does not say enough.

use serde_json::{Map, Value};

use super::column::Column;
use super::roles::has_word;
use super::rules::{FactRule, RowRule, Rules};
use super::{Hints, Note};
use crate::facts::{ANNOTATION, Model};

/// The annotation of a table.
#[derive(Debug, Default)]
pub(super) struct Annotation {
    /// On the table.
    pub(super) table: Map<String, Value>,
    /// On each column.
    pub(super) columns: Vec<Map<String, Value>>,
}

/// The columns by what they are for their row.
struct Roles<'c> {
    columns: &'c [Column],
    key: usize,
    issuer: Option<&'c str>,
    model: Model,
}

/// Proposes what the rows are; `with_assumptions` also facts that rest on more than the headers.
pub(super) fn annotate(
    file: &str,
    columns: &[Column],
    key: Option<usize>,
    rules: &Rules,
    hints: &Hints,
    with_assumptions: bool,
    notes: &mut Vec<Note>,
) -> Option<Annotation> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let has_role = |role: &String| columns.iter().any(|column| column.role.as_ref() == Some(role));
    let by_roles = |rule: &&RowRule| !rule.roles.is_empty() && rule.roles.iter().all(has_role);
    let by_name = |rule: &&RowRule| has_word(stem, &rule.files);
    let Some(rule) = rules.row.iter().find(by_name).or_else(|| rules.row.iter().find(by_roles)) else {
        notes.push(Note::unsure(
            "what a row is: nothing in the headers or the file name says it, so the rows become plain statements and no \
             facts; docs/tables.md, \"A table of your own\", tells how to say it",
        ));
        return None;
    };
    let class = rule.class.as_str();
    let Some(key) = key else {
        notes.push(Note::unsure(format!(
            "what a row is: it might be a {class}, but no column can be its id, so the rows become no facts"
        )));
        return None;
    };
    let why = if by_name(&rule) { "by the name of the file" } else { "by the headers" };
    notes.push(Note::unsure(format!("each row is a {class}, {why}; its id is made of {}", columns[key].shown())));
    let found = Roles { columns, key, issuer: hints.issuer.as_deref(), model: Model::built_in() };
    let mut annotation = Annotation { columns: vec![Map::new(); columns.len()], ..Annotation::default() };
    annotation.table.insert(term("entity"), class.into());
    let label = columns.iter().position(|column| {
        let refers_to = column.role.as_ref().and_then(|role| rules.role[role].refers_to.as_deref());
        column.role.as_deref() == Some("label") || refers_to == Some(class)
    });
    if label.is_none() {
        annotation.table.insert(term("label"), found.label(&rule.label).into());
    }
    let facts: Vec<Value> = rule
        .fact
        .iter()
        .filter(|fact| with_assumptions || fact.assumes.is_none())
        .filter_map(|fact| found.fact(fact, class, notes))
        .collect();
    if !facts.is_empty() {
        annotation.table.insert(term("facts"), facts.into());
    }
    for (at, column) in columns.iter().enumerate() {
        let own = &mut annotation.columns[at];
        let meant = column.role.as_ref().map(|name| &rules.role[name]);
        let property = if label == Some(at) {
            rules.role["label"].property.as_ref()
        } else {
            meant.and_then(|role| role.property.as_ref())
        };
        own.extend(property.map(|property| ("propertyUrl".to_owned(), property.as_str().into())));
        if let Some(refers_to) = meant.and_then(|role| role.refers_to.as_ref()).filter(|_| label != Some(at)) {
            own.insert(term("refersTo"), refers_to.as_str().into());
            own.insert(term("declares"), true.into());
        }
    }
    found.tell(&annotation, rules, notes);
    Some(annotation)
}

fn term(name: &str) -> String {
    format!("{ANNOTATION}{name}")
}

impl Roles<'_> {
    /// Returns the column with a role.
    fn column(&self, role: &str) -> Option<&Column> {
        if role == "id" {
            return self.columns.get(self.key);
        }
        self.columns.iter().find(|column| column.role.as_deref() == Some(role))
    }

    /// Puts columns in the place of roles, of several roles the first that is there; none where one is missing.
    fn fill(&self, template: &str, shown: impl Fn(&Column) -> String) -> Option<String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}')?;
            out.push_str(before);
            match inside.split('|').find_map(|role| self.column(role)) {
                Some(column) => out.push_str(&shown(column)),
                None if inside == "agency" => out.push_str(self.issuer?),
                None => return None,
            }
            rest = after;
        }
        Some(out + rest)
    }

    fn template(&self, template: &str) -> Option<String> {
        self.fill(template, |column| format!("{{{}}}", column.name))
    }

    /// Returns the label, cut before the first column that is missing.
    fn label(&self, template: &str) -> String {
        let parts: Vec<&str> = template.split_inclusive('}').collect();
        let whole = (1..=parts.len()).rev().find_map(|count| self.template(&parts[..count].concat()));
        whole.unwrap_or_else(|| format!("{{{}}}", self.columns[self.key].name))
    }

    /// Returns the words between the subject and the object of a fact.
    fn words_of<'p>(&'p self, predicate: &'p str) -> &'p str {
        self.model.predicates().get(predicate).and_then(|p| p.labels.first()).map_or(predicate, |(label, _)| label)
    }

    fn fact(&self, rule: &FactRule, class: &str, notes: &mut Vec<Note>) -> Option<Value> {
        let has_all = rule.needs.iter().all(|role| self.column(role).is_some());
        let (subject, object) = (self.template(&rule.subject), self.template(&rule.object));
        if subject.is_none() && rule.subject == "{agency}" && object.is_some() {
            notes.push(Note::unsure(format!(
                "who {} each {class}: no column says it; `--issuer ID`, with the id of an agency of the case, adds the fact",
                self.words_of(&rule.predicate)
            )));
        }
        let (subject, object) = (subject?, object.filter(|_| has_all)?);
        let key = &self.columns[self.key].name;
        let mut fact = Map::new();
        let mut put = |name: &str, value: Option<String>| fact.extend(value.map(|value| (term(name), value.into())));
        put("id", Some(format!("{{{key}}}--{}", rule.name)));
        put("subject", Some(subject));
        put("predicate", Some(rule.predicate.clone()));
        put("object", Some(object));
        put("begin", rule.begin.as_ref().and_then(|begin| self.template(begin)));
        put("end", rule.end.as_ref().and_then(|end| self.template(end)));
        put("knownSince", self.template("{known-since}"));
        put("source", self.template("{source}"));
        let words = |template: &str| self.fill(template, Column::shown).unwrap_or_else(|| "?".to_owned());
        let shown = |template: &str| {
            let own = template == "{id}";
            if own { format!("the {class}") } else { words(template) }
        };
        let mut text = format!(
            "fact `{}`: {} {} {}",
            rule.name,
            shown(&rule.subject),
            self.words_of(&rule.predicate),
            shown(&rule.object)
        );
        match &rule.assumes {
            Some(assumes) => {
                text.push_str(", assuming that ");
                text.push_str(&words(assumes));
                notes.push(Note::unsure(text));
            }
            None => notes.push(Note::sure(text)),
        }
        Some(Value::Object(fact))
    }

    /// Says what the annotation rests on, and what it leaves out.
    fn tell(&self, annotation: &Annotation, rules: &Rules, notes: &mut Vec<Note>) {
        let facts = annotation.table.get(&term("facts")).map(Value::to_string).unwrap_or_default();
        if let Some(column) = self.column("known-since") {
            notes.push(Note::unsure(format!("all of it is public since {}", column.shown())));
        }
        if let Some(column) = self.column("source") {
            notes.push(Note::sure(format!("{} is the source of the row", column.shown())));
        }
        let declared = |column: &&Column| {
            column.role.as_ref().is_some_and(|role| rules.role[role].refers_to.is_some() && role != "source")
        };
        for column in self.columns.iter().filter(declared) {
            notes.push(Note::sure(format!("names in {} that no table has become entities", column.shown())));
        }
        let unused: Vec<String> = (0..self.columns.len())
            .filter(|&at| {
                let is_named = facts.contains(&format!("{{{}}}", self.columns[at].name));
                at != self.key && !is_named && !annotation.columns[at].contains_key("propertyUrl")
            })
            .map(|at| self.columns[at].shown())
            .collect();
        if !unused.is_empty() {
            notes.push(Note::unsure(format!(
                "{} will not be in the graph: a `propertyUrl` on the column, or a fact, would put it there",
                unused.join(", ")
            )));
        }
    }
}
