//! Which description a file follows. In: the files of a case. Out: for each CSV file the metadata that describes it, or
//! the built-in table that its name begins with; and a fault for a file that has neither.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::ANNOTATION;
use super::model::Model;
use super::record::{CaseFile, is_csv};
use crate::csvw::{Resources, TableDescription, TableGroup};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;

/// The files of a case, under the base of its ids.
pub(super) struct CaseFiles<'f> {
    pub(super) base: &'f str,
    pub(super) files: &'f [CaseFile],
}

impl CaseFiles<'_> {
    fn get(&self, iri: &str) -> Option<&CaseFile> {
        let name = self.name(iri);
        self.files.iter().find(|file| file.name == name)
    }
}

impl Resources for CaseFiles<'_> {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        match self.get(iri) {
            Some(file) => Ok(Box::new(file.bytes.as_slice())),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn name(&self, iri: &str) -> String {
        iri.strip_prefix(self.base).unwrap_or(iri).replace("%20", " ")
    }
}

/// The description of a file: built in, or its own.
pub(super) enum Description<'m> {
    BuiltIn(&'m TableDescription),
    Own(Box<TableDescription>),
}

impl Description<'_> {
    /// Returns the description.
    pub(super) fn get(&self) -> &TableDescription {
        match self {
            Self::BuiltIn(description) => description,
            Self::Own(description) => description,
        }
    }
}

/// What describes the CSV files of a case.
pub(super) struct Described<'f, 'm> {
    /// Files whose rows are entities, facts and the like.
    pub(super) tables: Vec<(&'f CaseFile, Description<'m>)>,
    /// The metadata of the case, each file of it once.
    pub(super) groups: Vec<TableGroup>,
}

/// Finds the description of each CSV file.
pub(super) fn describe<'f, 'm>(
    resources: &CaseFiles<'f>,
    model: &'m Model,
    faults: &mut Diagnostics,
) -> Described<'f, 'm> {
    let mut described = Described { tables: Vec::new(), groups: Vec::new() };
    let mut seen = BTreeSet::new();
    for file in resources.files.iter().filter(|file| is_csv(&file.name)) {
        let iri = iri(resources.base, &file.name);
        let Some(group) = TableGroup::find(&iri, None, resources, faults) else { continue };
        if group.context.file.is_empty() {
            match built_in(&file.name, model) {
                Ok(description) => described.tables.push((file, Description::BuiltIn(description))),
                Err(fault) => faults.push(*fault),
            }
            continue;
        }
        if let Some(table) = group.tables.iter().find(|table| resources.name(&table.url) == file.name)
            && makes_facts(table)
        {
            described.tables.push((file, Description::Own(Box::new(table.clone()))));
        }
        if seen.insert(group.context.file.clone()) {
            described.groups.push(group);
        }
    }
    described
}

/// Tells whether casegraph's annotations say what the rows of a table are; other tables convert as the standard says.
pub(super) fn makes_facts(table: &TableDescription) -> bool {
    ["entity", "record", "facts"].iter().any(|name| table.annotations.contains_key(&format!("{ANNOTATION}{name}")))
}

fn iri(base: &str, name: &str) -> String {
    format!("{base}{}", name.replace(' ', "%20"))
}

fn built_in<'m>(file: &str, model: &'m Model) -> Result<&'m TableDescription, Box<Diagnostic>> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let table = &stem.split('-').next().unwrap_or(stem).to_lowercase();
    model.table(table).ok_or_else(|| {
        let message = format!("`{file}` is not the name of a table, and no metadata lies beside it");
        let names: Vec<&str> = model.table_names().collect();
        let fault = Diagnostic::error(Code::UnknownTable, Location::file(file), message)
            .suggest(table, names.iter().copied())
            .hint(format!("the tables are {}; relations-press.csv is one of relations", names.join(", ")))
            .hint(format!("or describe it in {file}-metadata.json"));
        Box::new(fault)
    })
}
