//! Which description a file follows. In: the files of a case. Out: for each CSV file the metadata that describes it, or
//! the built-in table that its name begins with; and a fault for a file that has neither.

use std::collections::BTreeSet;
use std::io::{self, Read};

use csvw::{Diagnostic, Diagnostics, Location, Resources, TableDescription, TableGroup};
use percent_encoding::{percent_decode_str, percent_encode_byte};

use super::ANNOTATION;
use super::model::Model;
use super::record::{CaseFile, is_csv};
use crate::code;

/// The files of a case, under the base of its ids.
pub(super) struct CaseFiles<'b, 'f> {
    pub(super) base: &'b str,
    pub(super) files: &'f [CaseFile],
}

impl<'f> CaseFiles<'_, 'f> {
    /// Returns the file with an IRI.
    pub(super) fn get(&self, iri: &str) -> Option<&'f CaseFile> {
        let name = self.name(iri);
        self.files.iter().find(|file| file.name == name)
    }
}

impl Resources for CaseFiles<'_, '_> {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        match self.get(iri) {
            Some(file) => Ok(Box::new(file.bytes.as_slice())),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn name(&self, iri: &str) -> String {
        percent_decode_str(iri.strip_prefix(self.base).unwrap_or(iri)).decode_utf8_lossy().into_owned()
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
    resources: &CaseFiles<'_, 'f>,
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
    format!("{base}{}", relative_iri(name))
}

/// Returns the name of a file as metadata refers to it: what may not stand in the path of an IRI becomes an escape.
pub fn relative_iri(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii_control() || " \"#%<>?[\\]^`{|}".contains(c) => {
                out.push_str(percent_encode_byte(byte));
            }
            // Letters of all languages may stand in an IRI.
            _ => out.push(c),
        }
    }
    out
}

fn built_in<'m>(file: &str, model: &'m Model) -> Result<&'m TableDescription, Box<Diagnostic>> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let table = &stem.split('-').next().unwrap_or(stem).to_lowercase();
    model.table(table).ok_or_else(|| {
        let message = format!("`{file}` is not the name of a table, and no metadata lies beside it");
        let names: Vec<&str> = model.table_names().collect();
        let fault = Diagnostic::error(code::UNKNOWN_TABLE, Location::file(file), message)
            .suggest(table, names.iter().copied())
            .hint(format!("the tables are {}; relations-press.csv is one of relations", names.join(", ")))
            .hint(format!("or describe it in {file}-metadata.json"));
        Box::new(fault)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_found_whatever_the_name_of_its_file() {
        for name in ["a b.csv", "März 50%.csv", "a#1?.csv", "Zahlungen, März.csv"] {
            let metadata = format!(r#"{{"@context": "http://www.w3.org/ns/csvw", "url": "{}"}}"#, relative_iri(name));
            let files = [
                CaseFile { name: name.to_owned(), bytes: b"a\n1\n".to_vec() },
                CaseFile { name: format!("{name}-metadata.json"), bytes: metadata.into_bytes() },
            ];
            let (mut faults, model) = (Diagnostics::default(), Model::built_in());
            let resources = CaseFiles { base: "https://example.org/c/id/", files: &files };
            let described = describe(&resources, &model, &mut faults);
            assert_eq!(faults.sorted(), [], "{name}");
            assert_eq!(described.groups.len(), 1, "{name}");
        }
    }
}
