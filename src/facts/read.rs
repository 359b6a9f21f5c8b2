//! The files of a case become records. In: bytes, and metadata that lies beside them. Out: entities, facts and
//! citations, with every fault of all the files. Not here: checks between records (`check`).

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNode;

use super::ANNOTATION;
use super::cells::{read_checked, record, text};
use super::check::Checker;
use super::describe::{CaseFiles, describe};
use super::fact_template::Template;
use super::hash::sha256_hex;
use super::literal::label;
use super::model::{Model, read_predicates};
use super::names::{Names, id};
use super::plain::read_plain;
use super::reader::{Reader, path_of};
use super::record::{CaseFacts, CaseFile, Entity, FileRecord};
use super::settings::CaseSettings;
use crate::csvw::{Row, Table};
use crate::date::Edtf;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;
use crate::vocab::{cg, dct, rdfs, skos};

impl CaseFacts {
    /// Reads a case; what is returned is complete only where no error is among the faults.
    pub fn read(settings: CaseSettings, files: &[CaseFile], model: &Model) -> (Self, Diagnostics) {
        let mut faults = Diagnostics::default();
        let base = settings.base.clone();
        let resources = CaseFiles { base: &base, files };
        let described = describe(&resources, model, &mut faults);
        let tables: Vec<Table<'_>> = described
            .tables
            .iter()
            .map(|(file, description)| read_checked(file, description.get(), &mut faults))
            .collect();
        let plain = read_plain(&described, &resources, &settings.graph(), &mut faults);
        let mut case = Self {
            settings,
            plain,
            entities: BTreeMap::new(),
            facts: BTreeMap::new(),
            citations: Vec::new(),
            disclosures: Vec::new(),
            predicates: BTreeMap::new(),
            redirects: BTreeMap::new(),
            files: file_records(files, &tables),
        };
        let mut aliases = case.read_names(&tables, model, &mut faults);
        case.follow_redirects();
        case.declare(&tables, model, &mut aliases);
        case.check_settings(model, &mut faults);
        case.read_predicates(&tables, model, &mut faults);
        let (properties, mut read) = {
            let names = Names::new(model, &case.entities, &case.redirects, &aliases);
            let reader = Reader { names, base: &case.settings.base, predicates: &case.predicates };
            let properties = reader.properties(&tables, &mut faults);
            reader.check_redirects(&tables, &mut faults);
            let read = reader.facts(&tables, &mut faults);
            case.citations = reader.citations(&tables, &mut faults);
            case.disclosures = reader.disclosures(&tables, &mut faults);
            (properties, read)
        };
        for (path, values) in properties {
            if let Some(entity) = case.entities.get_mut(&path) {
                entity.properties.extend(values);
            }
        }
        case.facts = std::mem::take(&mut read.facts);
        Checker { case: &case, model, tables: &tables, read: &read }.check(&mut faults);
        case.keep_used_predicates();
        (case, faults)
    }

    fn read_names(
        &mut self,
        tables: &[Table<'_>],
        model: &Model,
        faults: &mut Diagnostics,
    ) -> BTreeMap<String, Vec<String>> {
        let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for table in tables {
            if record(table) == Some("Redirect") {
                for row in &table.rows {
                    if let (Some(old), Some(new)) = (text(table, row, "old"), text(table, row, "new")) {
                        self.redirects.insert(old, new);
                    }
                }
            }
            let Some(class) = table.description.annotation(&format!("{ANNOTATION}entity")) else { continue };
            if !model.is_class(class) {
                let file = &table.description.context.file;
                let fault =
                    Diagnostic::error(Code::BadMetadata, Location::file(file), format!("`{class}` is not a class"));
                faults.push(fault.suggest(class, model.classes()));
            }
            for row in &table.rows {
                let Some(path) = path_of(table, row) else { continue };
                let place = table.cell_location(row, "id");
                if let Some(first) = self.entities.get(&path) {
                    if first.place.file != place.file {
                        let message = format!("`{}` is already the id of {}", id(&path), first.place);
                        faults.push(
                            Diagnostic::error(Code::DuplicateId, place, message)
                                .hint("ids are unique over all tables of a case: give one of the two another id"),
                        );
                    }
                    continue;
                }
                aliases.insert(path.clone(), named(table, row, skos::ALT_LABEL.as_str()).map(|(v, _)| v).collect());
                self.entities.insert(path, entity(class, table, row, place));
            }
        }
        aliases
    }

    fn read_predicates(&mut self, tables: &[Table<'_>], model: &Model, faults: &mut Diagnostics) {
        self.predicates.clone_from(model.predicates());
        for table in tables.iter().filter(|table| record(table) == Some("Predicate")) {
            for predicate in read_predicates(table, false) {
                if model.predicates().contains_key(&predicate.key) {
                    let message = format!("`{}` is a built-in predicate", predicate.key);
                    let fault = Diagnostic::error(Code::DuplicateId, predicate.place, message);
                    faults.push(fault.hint("use the built-in one, or give this one another key"));
                } else {
                    self.predicates.insert(predicate.key.clone(), predicate);
                }
            }
        }
    }

    /// Lets each old id name the end of its chain: what took the place of what took its place.
    fn follow_redirects(&mut self) {
        let ends = self.redirects.keys().map(|old| {
            let chain = std::iter::successors(self.redirects.get(old), |new| self.redirects.get(*new));
            // A circle has no end; the bound stops it, and its names then name nothing.
            let end = chain.take(self.redirects.len()).last().unwrap_or(old);
            (old.clone(), end.clone())
        });
        self.redirects = ends.collect();
    }

    fn check_settings(&self, model: &Model, faults: &mut Diagnostics) {
        let place = || Location::file("case.toml");
        for id in self.settings.focus.iter().filter(|id| !self.entities.contains_key(*id)) {
            let message = format!("`{id}` in focus is not the id of any entity");
            let fault = Diagnostic::error(Code::UnknownEntity, place(), message);
            faults.push(fault.suggest(id, self.entities.keys().map(String::as_str)));
        }
        let statuses = model.statuses();
        for status in self.settings.assert.iter().filter(|status| !statuses.contains(&status.as_str())) {
            let message = format!("`{status}` in assert is not a status");
            let fault =
                Diagnostic::error(Code::BadMetadata, place(), message).suggest(status, statuses.iter().copied());
            faults.push(fault.hint(format!("the statuses are {}", statuses.join(", "))));
        }
    }

    /// Drops the built-in predicates that no fact uses, but keeps those above a kept one.
    fn keep_used_predicates(&mut self) {
        let mut kept: BTreeSet<String> = self.facts.values().map(|fact| fact.predicate.clone()).collect();
        kept.extend(self.predicates.values().filter(|p| !p.built_in).map(|p| p.key.clone()));
        let mut open: Vec<String> = kept.iter().cloned().collect();
        while let Some(key) = open.pop() {
            let parent = self.predicates.get(&key).and_then(|predicate| predicate.parent.clone());
            if let Some(parent) = parent.filter(|parent| kept.insert(parent.clone())) {
                open.push(parent);
            }
        }
        self.predicates.retain(|key, _| kept.contains(key));
    }
}

fn file_records(files: &[CaseFile], tables: &[Table<'_>]) -> Vec<FileRecord> {
    let rows = |name: &str| tables.iter().find(|table| table.file == name).map_or(0, |table| table.rows.len());
    files
        .iter()
        .map(|f| FileRecord { name: f.name.clone(), sha256: sha256_hex(&f.bytes), rows: rows(&f.name) })
        .collect()
}

/// Returns the values of the columns that state a property, each with the language of its header.
fn named<'t>(table: &'t Table<'_>, row: &'t Row, property: &str) -> impl Iterator<Item = (String, Option<&'t str>)> {
    let columns = (0..table.columns.len())
        .filter(move |&at| table.column(at).property_url.as_deref() == Some(property))
        .collect::<Vec<_>>();
    columns
        .into_iter()
        .flat_map(move |at| row.cells[at].0.iter().map(move |value| (value.clone(), table.columns[at].lang.as_deref())))
}

fn entity(class: &str, table: &Table<'_>, row: &Row, place: Location) -> Entity {
    let date = |property: NamedNode| named(table, row, property.as_str()).find_map(|(v, _)| Edtf::parse(&v).ok());
    let mut labels: Vec<_> = named(table, row, rdfs::LABEL.as_str()).map(|(text, lang)| label(text, lang)).collect();
    if labels.is_empty() {
        let made = table.description.annotation(&format!("{ANNOTATION}label")).and_then(Template::parse);
        labels.extend(made.and_then(|template| template.expand(table, row)).map(|text| label(text, None)));
    }
    Entity {
        class: class.to_owned(),
        labels,
        properties: Vec::new(),
        known_since: date(cg::KNOWN_SINCE.into_owned()),
        issued: date(dct::ISSUED.into_owned()),
        place,
    }
}
