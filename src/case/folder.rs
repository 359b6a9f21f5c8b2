//! Case folders. In: a path. Out: the records of its CSV files and their faults.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::Error;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::facts::{CaseFacts, CaseFile, CaseSettings, Model, SettingsError, is_csv};
use crate::location::Location;

const SETTINGS: &str = "case.toml";
const METADATA: &str = "-metadata.json";

/// Reads every CSV file of a case folder; no records where its settings cannot be read.
pub fn read_folder(folder: &Path) -> Result<(Option<CaseFacts>, Diagnostics), Error> {
    if !folder.exists() {
        return Err(Error::Missing(folder.to_owned()));
    }
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|source| Error::Read { path, source })
    };
    let names = file_names(folder)?;
    let mut faults = missing_files(&names);
    let settings = match names.contains(SETTINGS).then(|| read(SETTINGS)).transpose()? {
        Some(bytes) => settings(&String::from_utf8_lossy(&bytes), folder),
        None => settings("", folder),
    };
    let mut files = Vec::new();
    for name in names.iter().filter(|name| is_csv(name) || Path::new(name).extension().is_some_and(|e| e == "json")) {
        files.push(CaseFile { name: name.clone(), bytes: read(name)? });
    }
    match settings {
        Ok(settings) => {
            let (facts, found) = CaseFacts::read(settings, &files, &Model::built_in());
            faults.extend(found);
            Ok((Some(facts), faults))
        }
        Err(error) => {
            let message = format!("the settings cannot be used: {error}");
            let message = message.trim_end().replace('\n', "\n  ");
            faults.push(Diagnostic::error(Code::BadMetadata, Location::file(SETTINGS), message));
            Ok((None, faults))
        }
    }
}

fn settings(text: &str, folder: &Path) -> Result<CaseSettings, SettingsError> {
    // `.` and `..` have no name of their own.
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    CaseSettings::from_toml(text, &name)
}

fn file_names(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let fault = |source: io::Error| Error::Read { path: folder.to_owned(), source };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !name.starts_with('.') {
            names.insert(name);
        }
    }
    Ok(names)
}

fn missing_files(names: &BTreeSet<String>) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let csv: BTreeSet<&str> = names.iter().map(String::as_str).filter(|name| is_csv(name)).collect();
    if csv.is_empty() {
        let fault = Diagnostic::error(Code::MissingFile, Location::file("."), "the folder has no CSV file");
        faults.push(fault.hint("`casegraph init DIR` makes a folder with empty tables"));
    }
    for metadata in names.iter().filter(|name| name.ends_with(METADATA)) {
        let described = metadata.trim_end_matches(METADATA);
        if is_csv(described) && !csv.contains(described) {
            let message = format!("`{described}` is not there, and {metadata} describes it");
            let fault = Diagnostic::error(Code::MissingFile, Location::file(described), message);
            faults.push(fault.suggest(described, csv.iter().copied()));
        }
    }
    faults
}
