//! What the rows of a case refer to. In: the rows that others refer to. Out: the entities by path, their other names, redirects
//! and predicates. Not here: what rows state beside labels, and facts (`reader`).

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Diagnostic, Diagnostics, Location};
use oxigraph::model::NamedNodeRef;

use super::declare::declare;
use super::literal::label;
use super::model::{Model, Predicate};
use super::names::{Names, id};
use super::plan::Line;
use super::record::Entity;
use super::settings::CaseSettings;
use super::tables::{Kept, lines_of};
use crate::code;
use crate::date::Edtf;
use crate::vocab::{cg, dct, rdfs, skos};

/// What the rows of a case refer to.
pub(super) struct CaseIndex<'m> {
    pub(super) settings: CaseSettings,
    pub(super) model: &'m Model,
    pub(super) entities: BTreeMap<String, Entity>,
    /// Paths of the entities that no row describes.
    pub(super) declared: Vec<String>,
    aliases: BTreeMap<String, Vec<String>>,
    pub(super) redirects: BTreeMap<String, String>,
    pub(super) predicates: BTreeMap<String, Predicate>,
}

impl<'m> CaseIndex<'m> {
    /// Gathers what rows refer to.
    pub(super) fn new(settings: CaseSettings, model: &'m Model, kept: &[Kept<'_>], faults: &mut Diagnostics) -> Self {
        let mut index = Self {
            settings,
            model,
            entities: BTreeMap::new(),
            declared: Vec::new(),
            aliases: BTreeMap::new(),
            redirects: BTreeMap::new(),
            predicates: model.predicates().clone(),
        };
        index.read_names(kept, faults);
        index.follow_redirects();
        // A name in a row of its own declares nothing, and may be one of what another name declares.
        index.read_further_names(kept);
        index.declare(kept);
        index.read_further_names(kept);
        faults.extend(index.entities.iter().filter_map(reserved));
        index.check_settings(faults);
        index.read_predicates(kept, faults);
        check_predicates(&index.predicates, model, faults);
        index
    }

    /// Returns the names by which rows refer to entities.
    pub(super) fn names(&self) -> Names<'_> {
        Names::new(self.model, &self.entities, &self.redirects, &self.aliases)
    }

    fn read_names(&mut self, kept: &[Kept<'_>], faults: &mut Diagnostics) {
        for line in lines_of(kept, "Redirect") {
            if let (Some(old), Some(new)) = (line.text("old"), line.text("new")) {
                self.redirects.insert(old.to_owned(), new.to_owned());
            }
        }
        for table in kept {
            let Some(class) = table.plan.class else { continue };
            if !self.model.is_class(class) {
                let place = Location::file(&table.plan.table.description.context.file);
                let fault = Diagnostic::error(code::BAD_METADATA, place, format!("`{class}` is not a class"));
                faults.push(fault.suggest(class, self.model.classes()));
            }
            for line in table.lines() {
                let Some(path) = line.path() else { continue };
                let place = line.cell("id");
                match self.entities.get(&path) {
                    None => self.add(path, class, line, place),
                    Some(first) if first.place.file != place.file => {
                        let message = format!("`{}` is already the id of {}", id(&path), first.place);
                        faults.push(
                            Diagnostic::error(code::DUPLICATE_ID, place, message)
                                .hint("ids are unique over all tables of a case: give one of the two another id"),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn add(&mut self, path: String, class: &str, line: Line<'_>, place: Location) {
        let others: Vec<String> = line.stated(skos::ALT_LABEL.as_str()).map(|(value, _)| value.to_owned()).collect();
        if !others.is_empty() {
            self.aliases.insert(path.clone(), others);
        }
        let date = |property: NamedNodeRef<'_>| line.stated(property.as_str()).find_map(|(v, _)| Edtf::parse(v).ok());
        let mut labels: Vec<_> =
            line.stated(rdfs::LABEL.as_str()).map(|(text, lang)| label(text.to_owned(), lang)).collect();
        if labels.is_empty() {
            let made = line.plan.label.as_ref().and_then(|template| template.expand(line.row));
            labels.extend(made.map(|text| label(text.into_owned(), None)));
        }
        let entity = Entity {
            class: class.to_owned(),
            labels,
            names: Vec::new(),
            properties: Vec::new(),
            known_since: date(cg::KNOWN_SINCE),
            issued: date(dct::ISSUED),
            accessed: line.stated(cg::ACCESSED.as_str()).find_map(|(text, _)| text.get(..10)?.parse().ok()),
            place,
        };
        self.entities.insert(path, entity);
    }

    fn declare(&mut self, kept: &[Kept<'_>]) {
        for (path, made) in declare(kept, &self.names()) {
            self.aliases.entry(path.clone()).or_default().extend(made.names);
            if !self.entities.contains_key(&path) {
                self.declared.push(path.clone());
                self.entities.insert(path, made.entity);
            }
        }
    }

    /// Reads the names that rows of their own give to entities. Their faults are found when all rows are read.
    fn read_further_names(&mut self, kept: &[Kept<'_>]) {
        let mut found = Vec::new();
        let names = self.names();
        for line in lines_of(kept, "Name") {
            let (Some(entity), Some(name)) = (line.text("entity"), line.text("name")) else { continue };
            if let Ok(entity) = names.resolve(entity, &["Entity"], || line.place()) {
                found.push((entity.path(), label(name.to_owned(), line.text("lang"))));
            }
        }
        for (path, name) in found {
            if let Some(entity) = self.entities.get_mut(&path).filter(|entity| !entity.names.contains(&name)) {
                entity.names.push(name);
            }
        }
    }

    fn read_predicates(&mut self, kept: &[Kept<'_>], faults: &mut Diagnostics) {
        for predicate in lines_of(kept, "Predicate").filter_map(|line| Predicate::read(line, false)) {
            if self.model.predicates().contains_key(&predicate.key) {
                let message = format!("`{}` is a built-in predicate", predicate.key);
                let fault = Diagnostic::error(code::DUPLICATE_ID, predicate.place, message);
                faults.push(fault.hint("use the built-in one, or give this one another key"));
            } else {
                self.predicates.insert(predicate.key.clone(), predicate);
            }
        }
    }

    /// Returns the predicates that the case declares or uses, with those above them.
    pub(super) fn kept_predicates(&self, used: &BTreeSet<String>) -> impl Iterator<Item = &Predicate> {
        let mut kept = used.clone();
        kept.extend(self.predicates.values().filter(|p| !p.built_in).map(|p| p.key.clone()));
        let mut open: Vec<String> = kept.iter().cloned().collect();
        while let Some(key) = open.pop() {
            let parent = self.predicates.get(&key).and_then(|predicate| predicate.parent.clone());
            if let Some(parent) = parent.filter(|parent| kept.insert(parent.clone())) {
                open.push(parent);
            }
        }
        self.predicates.iter().filter(move |(key, _)| kept.contains(*key)).map(|(_, predicate)| predicate)
    }

    /// Lets each old id name the end of its chain: what took the place of what took its place.
    fn follow_redirects(&mut self) {
        let mut ends: BTreeMap<&str, &str> = BTreeMap::new();
        for old in self.redirects.keys() {
            let (mut chain, mut name) = (Vec::new(), old.as_str());
            let end = loop {
                // A circle has no end: it stops where it is met again, and its names then name nothing.
                match (ends.get(name), self.redirects.get(name)) {
                    (Some(end), _) => break *end,
                    (None, None) => break name,
                    (None, Some(new)) => {
                        ends.insert(name, name);
                        chain.push(name);
                        name = new;
                    }
                }
            };
            ends.extend(chain.into_iter().map(|name| (name, end)));
        }
        self.redirects = ends.into_iter().map(|(old, end)| (old.to_owned(), end.to_owned())).collect();
    }

    fn check_settings(&self, faults: &mut Diagnostics) {
        let place = || Location::file("case.toml");
        for id in self.settings.focus.iter().filter(|id| !self.entities.contains_key(*id)) {
            let message = format!("`{id}` in focus is not the id of any entity");
            let fault = Diagnostic::error(code::UNKNOWN_ENTITY, place(), message);
            faults.push(fault.suggest(id, self.entities.keys().map(String::as_str)));
        }
        let statuses = self.model.statuses();
        for status in self.settings.assert.iter().filter(|status| !statuses.contains(&status.as_str())) {
            let message = format!("`{status}` in assert is not a status");
            let fault =
                Diagnostic::error(code::BAD_METADATA, place(), message).suggest(status, statuses.iter().copied());
            faults.push(fault.hint(format!("the statuses are {}", statuses.join(", "))));
        }
    }
}

/// Returns the fault of an id that views give to entities whose names are not public yet.
fn reserved((path, entity): (&String, &Entity)) -> Option<Diagnostic> {
    let number = path.strip_prefix("unnamed-")?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let message = format!("`{path}` is an id that views give to what has no public name yet");
    is_number.then(|| Diagnostic::error(code::BAD_ID, entity.place.clone(), message).hint("give it another id"))
}

/// Finds what is wrong with the predicates that a case declares.
fn check_predicates(predicates: &BTreeMap<String, Predicate>, model: &Model, faults: &mut Diagnostics) {
    for predicate in predicates.values().filter(|predicate| !predicate.built_in) {
        for class in predicate.domain.iter().chain(&predicate.range) {
            if !model.is_class(class) && class != "text" {
                let message = format!("`{class}` is not a class");
                let fault = Diagnostic::error(code::WRONG_CLASS, predicate.place.clone(), message);
                faults.push(fault.suggest(class, model.classes()));
            }
        }
        if let Some(parent) = &predicate.parent
            && !predicates.contains_key(parent)
        {
            let message = format!("`{parent}`, the parent of `{}`, is not a declared predicate", predicate.key);
            let fault = Diagnostic::error(code::UNKNOWN_PREDICATE, predicate.place.clone(), message);
            faults.push(fault.suggest(parent, predicates.keys().map(String::as_str)));
        }
        let parent = |key: &str| predicates.get(key).and_then(|predicate| predicate.parent.as_deref());
        let above = std::iter::successors(parent(&predicate.key), |key| parent(key));
        if above.take(predicates.len()).any(|key| key == predicate.key) {
            let message = format!("`{}` is, by its parents, above itself", predicate.key);
            faults.push(Diagnostic::error(code::UNKNOWN_PREDICATE, predicate.place.clone(), message));
        }
    }
}
