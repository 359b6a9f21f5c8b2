//! Which description a file follows. In: the files of a case. Out: for each the metadata beside it, or the built-in
//! table that its name begins with; and a fault for a file that has neither.

use super::model::Model;
use super::read::CaseFile;
use crate::csvw::TableDescription;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;

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

/// Finds the description of each file: metadata beside it, or the built-in table that its name begins with.
pub(super) fn describe<'f, 'm>(
    files: &'f [CaseFile],
    model: &'m Model,
    faults: &mut Diagnostics,
) -> Vec<(&'f CaseFile, Description<'m>)> {
    let mut described = Vec::new();
    for file in files {
        if let Some(metadata) = &file.metadata {
            match TableDescription::from_json(&metadata.json, &metadata.name) {
                Ok(description) => described.push((file, Description::Own(Box::new(description)))),
                Err(fault) => faults.push(*fault),
            }
            continue;
        }
        let stem = file.name.trim_end_matches(".csv");
        let table = stem.split('-').next().unwrap_or(stem);
        if let Some(description) = model.table(table) {
            described.push((file, Description::BuiltIn(description)));
        } else {
            faults.push(unknown_table(&file.name, table, model));
        }
    }
    described
}

fn unknown_table(file: &str, table: &str, model: &Model) -> Diagnostic {
    let message = format!("`{file}` is not the name of a table, and no metadata lies beside it");
    let names: Vec<&str> = model.table_names().collect();
    Diagnostic::error(Code::UnknownTable, Location::file(file), message)
        .suggest(table, names.iter().copied())
        .hint(format!("the tables are {}; relations-press.csv is one of relations", names.join(", ")))
        .hint(format!("or describe it in {file}-metadata.json"))
}
