//! Which description a file follows. In: the files of a case. Out: for each CSV file the metadata that describes it, or
//! the built-in table that its name begins with; and a fault for a file that has neither.

use std::io::{self, Read};

use csvw::{Diagnostic, Diagnostics, Location, Resources, TableDescription, TableGroup};
use percent_encoding::{percent_decode_str, percent_encode_byte};

use super::ANNOTATION;
use super::fact_template::FactTemplate;
use super::model::Model;
use super::record::{CaseFile, is_csv};
use crate::code;

/// The files of a case, under the base of its ids.
#[derive(Clone, Copy)]
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

/// What describes the CSV files of a case.
pub(super) struct Described<'f> {
    /// Each metadata of the case once, and a group of its own for each file of a built-in table.
    pub(super) groups: Vec<TableGroup>,
    /// Files whose rows are entities, facts and the like.
    pub(super) sources: Vec<Source<'f>>,
}

/// A file whose rows are entities, facts and the like.
pub(super) struct Source<'f> {
    pub(super) file: &'f CaseFile,
    /// Position among the files of the case.
    pub(super) at: usize,
    /// Position of its group.
    pub(super) group: usize,
    /// Position of its table in the group.
    pub(super) table: usize,
    pub(super) templates: Vec<FactTemplate>,
}

impl Described<'_> {
    /// Returns the description of a file.
    pub(super) fn table(&self, source: &Source<'_>) -> &TableDescription {
        &self.groups[source.group].tables[source.table]
    }
}

/// Finds the description of each CSV file.
pub(super) fn describe<'f>(resources: &CaseFiles<'_, 'f>, model: &Model, faults: &mut Diagnostics) -> Described<'f> {
    let mut groups: Vec<TableGroup> = Vec::new();
    let mut sources = Vec::new();
    for (at, file) in resources.files.iter().enumerate().filter(|(_, file)| is_csv(&file.name)) {
        let iri = iri(resources.base, &file.name);
        let Some(mut found) = TableGroup::find(&iri, None, resources, faults) else { continue };
        let is_built_in = found.context.file.is_empty();
        if is_built_in {
            match built_in(&file.name, model) {
                // What it makes are facts, and no triples of its own.
                Ok(table) => found = TableDescription { url: iri, suppress_output: true, ..table.clone() }.into(),
                Err(fault) => {
                    faults.push(*fault);
                    continue;
                }
            }
        }
        let known = groups.iter().position(|group| !is_built_in && group.context.file == found.context.file);
        let group = known.unwrap_or_else(|| {
            groups.push(found);
            groups.len() - 1
        });
        let described = &groups[group].tables;
        let table = described.iter().position(|table| resources.name(&table.url) == file.name);
        if let Some(table) = table.filter(|&table| makes_facts(&described[table])) {
            let templates = FactTemplate::of_table(&described[table], &described[table].url).unwrap_or_else(|fault| {
                faults.push(*fault);
                Vec::new()
            });
            sources.push(Source { file, at, group, table, templates });
        }
    }
    Described { groups, sources }
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
