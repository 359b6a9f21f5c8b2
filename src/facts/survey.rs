//! The first look at the files of a case. In: bytes, and metadata that lies beside them. Out: what rows refer to: the
//! entities by path, their other names, redirects and predicates. Facts are not kept; `read` goes through the rows again.

use std::collections::BTreeMap;

use csvw::{Diagnostic, Diagnostics, Location, Row, Table, TableGroup, each_row, read_table};
use oxigraph::model::NamedNode;

use super::around::Around;
use super::cells::{in_a_case, record};
use super::check::check_predicates;
use super::declare::declare;
use super::describe::{CaseFiles, Description, describe};
use super::fact_template::FactTemplate;
use super::literal::label;
use super::model::{Model, Predicate, read_predicates};
use super::names::{Names, id};
use super::plan::TablePlan;
use super::record::{CaseFile, Entity};
use super::settings::CaseSettings;
use super::{ANNOTATION, table_options};
use crate::code;
use crate::date::Edtf;
use crate::vocab::{cg, dct, rdfs, skos};

/// A file whose rows are entities, facts and the like.
pub(super) struct Source<'f, 'm> {
    pub(super) file: &'f CaseFile,
    /// Position among the files of the case.
    pub(super) at: usize,
    description: Description<'m>,
    templates: Vec<FactTemplate>,
}

/// What the rows of a case refer to.
pub(super) struct Survey<'f, 'm> {
    pub(super) settings: CaseSettings,
    pub(super) model: &'m Model,
    pub(super) files: &'f [CaseFile],
    pub(super) sources: Vec<Source<'f, 'm>>,
    /// The metadata of the case, each file of it once.
    pub(super) groups: Vec<TableGroup>,
    pub(super) entities: BTreeMap<String, Entity>,
    /// Paths of the entities that no row describes.
    pub(super) declared: Vec<String>,
    aliases: BTreeMap<String, Vec<String>>,
    pub(super) redirects: BTreeMap<String, String>,
    pub(super) predicates: BTreeMap<String, Predicate>,
    pub(super) around: Around,
}

impl Source<'_, '_> {
    /// Goes through the rows; returns how many there are, and what is wrong with single cells.
    pub(super) fn each_row<'s>(
        &'s self,
        each: &mut dyn FnMut(&Table<'s>, &TablePlan<'s>, &Row),
    ) -> (usize, Diagnostics) {
        let (mut plan, mut count) = (None, 0);
        let (bytes, name, mut found) = (&self.file.bytes, &self.file.name, Diagnostics::default());
        let table = each_row(bytes, name, self.description.get(), &table_options(), &mut found, &mut |table, row| {
            count += 1;
            each(table, plan.get_or_insert_with(|| TablePlan::new(table, &self.templates)), &row);
        });
        let plan = plan.unwrap_or_else(|| TablePlan::new(&table, &self.templates));
        let mut faults = Diagnostics::default();
        faults.extend(found.into_iter().map(|fault| in_a_case(fault, &table, &plan)));
        (count, faults)
    }

    /// Returns what the rows are, where they are not entities.
    pub(super) fn record(&self) -> Option<&str> {
        record(self.description.get())
    }

    /// Returns the class of the entities that the rows are.
    pub(super) fn class(&self) -> Option<&str> {
        self.description.get().annotation(&format!("{ANNOTATION}entity"))
    }

    /// Tells whether a column makes entities of the names in it.
    pub(super) fn declares(&self) -> bool {
        let columns = &self.description.get().schema.columns;
        columns.iter().any(|column| column.is_annotated(&format!("{ANNOTATION}declares")))
    }
}

impl<'f, 'm> Survey<'f, 'm> {
    /// Looks at all files. Faults of the metadata go to `described`; those of single cells are left to `read`.
    pub(super) fn new(
        settings: CaseSettings,
        files: &'f [CaseFile],
        model: &'m Model,
        described: &mut Diagnostics,
        faults: &mut Diagnostics,
    ) -> Self {
        let (sources, groups) = sources(&settings.base, files, model, described, faults);
        let mut survey = Self {
            settings,
            model,
            files,
            sources,
            groups,
            entities: BTreeMap::new(),
            declared: Vec::new(),
            aliases: BTreeMap::new(),
            redirects: BTreeMap::new(),
            predicates: model.predicates().clone(),
            around: Around::default(),
        };
        survey.read_names(faults);
        survey.follow_redirects();
        // A name in a row of its own declares nothing, and may be one of what another name declares.
        survey.read_further_names();
        survey.declare();
        survey.read_further_names();
        faults.extend(survey.entities.iter().filter_map(reserved));
        survey.around = Around::read(&survey.sources);
        survey.check_settings(faults);
        survey.read_predicates(faults);
        check_predicates(&survey.predicates, model, faults);
        survey
    }

    /// Returns the names by which rows refer to entities.
    pub(super) fn names(&self) -> Names<'_> {
        Names::new(self.model, &self.entities, &self.redirects, &self.aliases)
    }

    fn read_names(&mut self, faults: &mut Diagnostics) {
        let Self { sources, entities, aliases, redirects, model, .. } = self;
        for source in sources.iter() {
            if source.record() == Some("Redirect") {
                source.each_row(&mut |_, plan, row| {
                    if let (Some(old), Some(new)) = (plan.text(row, "old"), plan.text(row, "new")) {
                        redirects.insert(old.to_owned(), new.to_owned());
                    }
                });
            }
            let Some(class) = source.class() else { continue };
            if !model.is_class(class) {
                let file = &source.description.get().context.file;
                let fault =
                    Diagnostic::error(code::BAD_METADATA, Location::file(file), format!("`{class}` is not a class"));
                faults.push(fault.suggest(class, model.classes()));
            }
            source.each_row(&mut |table, plan, row| {
                let Some(path) = plan.path_of(row) else { return };
                let place = table.cell_location(row, "id");
                if let Some(first) = entities.get(&path) {
                    if first.place.file != place.file {
                        let message = format!("`{}` is already the id of {}", id(&path), first.place);
                        faults.push(
                            Diagnostic::error(code::DUPLICATE_ID, place, message)
                                .hint("ids are unique over all tables of a case: give one of the two another id"),
                        );
                    }
                    return;
                }
                let others: Vec<String> = named(table, row, skos::ALT_LABEL.as_str()).map(|(v, _)| v).collect();
                if !others.is_empty() {
                    aliases.insert(path.clone(), others);
                }
                entities.insert(path, entity(class, table, plan, row, place));
            });
        }
    }

    fn declare(&mut self) {
        for (path, made) in declare(&self.sources, &self.names()) {
            self.aliases.entry(path.clone()).or_default().extend(made.names);
            if !self.entities.contains_key(&path) {
                self.declared.push(path.clone());
                self.entities.insert(path, made.entity);
            }
        }
    }

    /// Reads the names that rows of their own give to entities. Their faults are found when all rows are read.
    fn read_further_names(&mut self) {
        let mut found = Vec::new();
        let names = self.names();
        each_record(&self.sources, "Name", &mut |table, plan, row| {
            let (Some(entity), Some(name)) = (plan.text(row, "entity"), plan.text(row, "name")) else { return };
            if let Ok(entity) = names.resolve(entity, &["Entity"], || table.row_location(row)) {
                found.push((entity.path(), label(name.to_owned(), plan.text(row, "lang"))));
            }
        });
        for (path, name) in found {
            if let Some(entity) = self.entities.get_mut(&path).filter(|entity| !entity.names.contains(&name)) {
                entity.names.push(name);
            }
        }
    }

    fn read_predicates(&mut self, faults: &mut Diagnostics) {
        for source in self.sources.iter().filter(|source| source.record() == Some("Predicate")) {
            // The faults of its cells are found when all rows are read.
            let mut cells = Diagnostics::default();
            let (file, description) = (&source.file, source.description.get());
            let table = read_table(&file.bytes, &file.name, description, &table_options(), &mut cells);
            for predicate in read_predicates(&table, false) {
                if self.model.predicates().contains_key(&predicate.key) {
                    let message = format!("`{}` is a built-in predicate", predicate.key);
                    let fault = Diagnostic::error(code::DUPLICATE_ID, predicate.place, message);
                    faults.push(fault.hint("use the built-in one, or give this one another key"));
                } else {
                    self.predicates.insert(predicate.key.clone(), predicate);
                }
            }
        }
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

/// Goes through the rows of the tables that hold one kind of record.
pub(super) fn each_record(
    sources: &[Source<'_, '_>],
    record: &str,
    each: &mut dyn FnMut(&Table<'_>, &TablePlan<'_>, &Row),
) {
    for source in sources.iter().filter(|source| source.record() == Some(record)) {
        source.each_row(each);
    }
}

fn sources<'f, 'm>(
    base: &str,
    files: &'f [CaseFile],
    model: &'m Model,
    described: &mut Diagnostics,
    faults: &mut Diagnostics,
) -> (Vec<Source<'f, 'm>>, Vec<TableGroup>) {
    let found = describe(&CaseFiles { base, files }, model, described);
    let sources = found.tables.into_iter().map(|(file, description)| {
        let templates = FactTemplate::of_table(description.get(), &description.get().url);
        let templates = templates.unwrap_or_else(|fault| {
            faults.push(*fault);
            Vec::new()
        });
        let at = files.iter().position(|other| other.name == file.name).unwrap_or_default();
        Source { file, at, description, templates }
    });
    (sources.collect(), found.groups)
}

/// Returns the fault of an id that views give to entities whose names are not public yet.
fn reserved((path, entity): (&String, &Entity)) -> Option<Diagnostic> {
    let number = path.strip_prefix("unnamed-")?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let message = format!("`{path}` is an id that views give to what has no public name yet");
    is_number.then(|| Diagnostic::error(code::BAD_ID, entity.place.clone(), message).hint("give it another id"))
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

fn entity(class: &str, table: &Table<'_>, plan: &TablePlan<'_>, row: &Row, place: Location) -> Entity {
    let date = |property: NamedNode| named(table, row, property.as_str()).find_map(|(v, _)| Edtf::parse(&v).ok());
    let mut labels: Vec<_> = named(table, row, rdfs::LABEL.as_str()).map(|(text, lang)| label(text, lang)).collect();
    if labels.is_empty() {
        let made = plan.label.as_ref().and_then(|template| template.expand(row));
        labels.extend(made.map(|text| label(text.into_owned(), None)));
    }
    Entity {
        class: class.to_owned(),
        labels,
        names: Vec::new(),
        properties: Vec::new(),
        known_since: date(cg::KNOWN_SINCE.into_owned()),
        issued: date(dct::ISSUED.into_owned()),
        accessed: named(table, row, cg::ACCESSED.as_str()).find_map(|(text, _)| text.get(..10)?.parse().ok()),
        place,
    }
}
